//! Properties that hold for all inputs.

use std::cmp::Ordering;

use modsmith::domain::gosum::GoSum;
use modsmith::domain::module::query::{Choice, GoModOf, Query};
use modsmith::domain::module::timestamp::Timestamp;
use modsmith::domain::module::{ModuleVersion, goversion, path, pattern, pseudo, version};
use modsmith::domain::text::quote::Quoted;
use modsmith::domain::vendor::VendorList;
use proptest::prelude::*;

/// Versions, near misses of versions, and now and then something else.
fn any_version() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "v[0-3](\\.[0-9]{1,2}(\\.(0|[1-9]{1,2})(-(0|rc|[a-c1-3]{1,2})(\\.(0|1|x|-))?)?(\\+(incompatible|m))?)?)?",
        1 => "[v0-9.+a-]{0,12}",
        1 => any::<String>(),
    ]
}

fn release() -> impl Strategy<Value = String> {
    "v[0-3]\\.(0|[1-9][0-9]?)\\.(0|[1-9][0-9]{0,2}|9{1,20})"
}

fn any_go_version() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[1-2](\\.(0|[1-9]|1[0-9]|2[0-3])(\\.[0-9]{1,2}|(alpha|beta|rc)[0-9]{0,2})?)?",
        1 => "[0-9.rcgo]{0,8}",
    ]
}

fn module_path() -> impl Strategy<Value = String> {
    "[a-z]{1,5}\\.[a-z]{2}(/[a-zA-Z~_][a-zA-Z0-9_-]{0,6}){0,3}(/v[2-9])?"
        .prop_filter("a valid module path", |path| path::check_path(path).is_ok())
}

fn seconds() -> impl Strategy<Value = i64> {
    // The years that have four digits.
    Timestamp::ZERO.unix()..253_402_300_800
}

/// Asserts that three values are ordered without contradictions.
fn check_order(
    a: &str,
    b: &str,
    c: &str,
    compare: impl Fn(&str, &str) -> Ordering,
) -> Result<(), TestCaseError> {
    prop_assert_eq!(compare(a, a), Ordering::Equal);
    prop_assert_eq!(compare(a, b), compare(b, a).reverse());
    if compare(a, b) != Ordering::Greater && compare(b, c) != Ordering::Greater {
        prop_assert_ne!(compare(a, c), Ordering::Greater);
    }
    Ok(())
}

proptest! {
    #[test]
    fn versions_have_a_total_order(a in any_version(), b in any_version(), c in any_version()) {
        check_order(&a, &b, &c, version::compare)?;
        check_order(&a, &b, &c, version::compare_total)?;
        prop_assert_eq!(version::compare_total(&a, &b) == Ordering::Equal, a == b);
        prop_assert_eq!(version::is_valid(&a), version::compare(&a, "bad") == Ordering::Greater);
    }

    #[test]
    fn go_versions_have_a_total_order(a in any_go_version(), b in any_go_version(), c in any_go_version()) {
        check_order(&a, &b, &c, goversion::compare)?;
        prop_assert_eq!(goversion::is_valid(&a), goversion::compare(&a, "") == Ordering::Greater);
        // Before 1.21 the language version was also the name of the first release, above its prereleases.
        prop_assert!(goversion::is_prerelease(&a) || goversion::compare(&goversion::lang(&a), &a) != Ordering::Greater);
    }

    #[test]
    fn canonical_versions_are_equal_and_stay(text in any_version()) {
        let canonical = version::canonical(&text).into_owned();
        prop_assert_eq!(version::canonical(&canonical), canonical.as_str());
        prop_assert_eq!(version::compare(&text, &canonical), Ordering::Equal);
        prop_assert_eq!(canonical.is_empty(), !version::is_valid(&text));
        prop_assert!(canonical.starts_with(version::major(&text)));
        prop_assert!(canonical.starts_with(version::major_minor(&text).as_ref()));
        prop_assert!(canonical.ends_with(version::prerelease(&text)));
        prop_assert!(text.ends_with(version::build(&text)));
    }

    #[test]
    fn sorting_does_not_depend_on_the_order(
        mut list in prop::collection::vec(("[ab]|go|toolchain", any_version(), "(/go\\.mod)?"), 0..8)
    ) {
        // Versions that are equal and differ in their text stay as they were, as in Go.
        list.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| goversion::mod_compare(&a.0, &a.1, &b.1)));
        list.dedup_by(|a, b| a.0 == b.0 && goversion::mod_compare(&a.0, &a.1, &b.1) == Ordering::Equal);
        let module = |(path, version, file): &(String, String, String)| {
            ModuleVersion::new(path.as_str(), format!("{version}{file}"))
        };
        let mut forward: Vec<_> = list.iter().map(module).collect();
        forward.retain(|module| !module.version.as_str().trim_end_matches("/go.mod").contains('/'));
        let mut backward: Vec<_> = forward.iter().rev().cloned().collect();
        goversion::mod_sort(&mut forward);
        goversion::mod_sort(&mut backward);
        prop_assert_eq!(forward, backward);
    }

    #[test]
    fn escaping_can_be_undone(path in module_path(), version in any_version()) {
        let escaped = path::escape_path(&path).unwrap();
        prop_assert!(!escaped.contains(|character: char| character.is_ascii_uppercase()));
        prop_assert_eq!(path::unescape_path(&escaped).unwrap(), path.as_str());
        if let Ok(escaped) = path::escape_version(&version) {
            prop_assert_eq!(path::unescape_version(&escaped).unwrap(), version.as_str());
        }
    }

    #[test]
    fn unescaping_can_be_undone(text in "[a-z!A-Z./-]{0,16}") {
        if let Ok(path) = path::unescape_path(&text) {
            prop_assert_eq!(path::escape_path(&path).unwrap(), text.as_str());
        }
    }

    #[test]
    fn a_split_path_can_be_joined(path in prop_oneof![any::<String>(), module_path(), "gopkg\\.in/[a-z.]{1,4}v[0-9]{0,2}"]) {
        let (prefix, major, ok) = path::split_path_version(&path);
        prop_assert_eq!(format!("{prefix}{major}"), path.as_str());
        prop_assert!(ok || major.is_empty());
    }

    #[test]
    fn a_pseudo_version_lies_between_its_neighbours(older in release(), seconds in seconds(), rev in "[0-9a-f]{12}") {
        let time = Timestamp::from_unix(seconds);
        let made = pseudo::make("", &older, time, &rev);
        prop_assert!(pseudo::is_pseudo(&made));
        prop_assert_eq!(pseudo::base(&made).unwrap(), older.as_str());
        prop_assert_eq!(pseudo::time(&made).unwrap(), time);
        prop_assert_eq!(pseudo::rev(&made).unwrap(), rev.as_str());
        prop_assert_eq!(version::compare(&older, &made), Ordering::Less);
        prop_assert_eq!(version::compare(&made, made.split('-').next().unwrap()), Ordering::Less);
        let later = pseudo::make("", &older, Timestamp::from_unix(seconds + 1), &rev);
        prop_assert!(seconds == 253_402_300_799 || version::compare(&made, &later) == Ordering::Less);
    }

    #[test]
    fn times_can_be_read_back(seconds in seconds()) {
        let time = Timestamp::from_unix(seconds);
        prop_assert_eq!(Timestamp::parse_rfc3339(&time.to_string()), Some(time));
        prop_assert_eq!(Timestamp::parse_digits(&time.digits()), Some(time));
    }

    #[test]
    fn a_glob_without_signs_matches_itself_and_below(target in module_path(), globs in "[a-z*?\\[\\]\\\\^,/.-]{0,12}") {
        prop_assert!(pattern::match_prefix_patterns(&target, &target));
        let below = format!("{target}/below");
        prop_assert!(pattern::match_prefix_patterns(&target, &below));
        // A list matches if one of its globs does.
        let alone = globs.split(',').any(|glob| pattern::match_prefix_patterns(glob, &target));
        prop_assert_eq!(pattern::match_prefix_patterns(&globs, &target), alone);
    }

    #[test]
    fn a_query_chooses_what_it_accepts(
        text in prop_oneof![
            "(latest|upgrade|patch|main)", "[<>]=?v[01](\\.[0-9](\\.[0-9])?)?", "v[01](\\.[0-9])?", any::<String>()
        ],
        current in prop_oneof!["(none)?", "v[01]\\.[0-9]\\.[0-9]"],
        mut versions in prop::collection::vec("v[01]\\.[0-9]\\.[0-9](-rc)?|v2\\.[0-9]\\.0\\+incompatible", 0..12),
    ) {
        versions.sort_by(|a, b| version::compare_total(a, b));
        let Ok(query) = Query::parse("x.y/z", &text, &current) else { return Ok(()) };
        for go_mod in [GoModOf::Present, GoModOf::Absent] {
            match query.choose(versions.iter().map(String::as_str), |_| true, go_mod) {
                Choice::Version(version) => prop_assert!(query.accepts(version)),
                Choice::Nothing => prop_assert!(!versions.iter().any(|version| query.accepts(version))),
                Choice::NeedsGoMod(_) => prop_assert!(false, "it was told"),
            }
        }
    }

    #[test]
    fn what_strangers_wrote_is_read_without_panic(data in prop::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        drop(GoSum::parse("go.sum", &data));
        drop(VendorList::parse("vendor/modules.txt", &data));
        drop(goversion::go_mod_lookup(&data, "go"));
        drop(path::check_import_path(&text));
        drop(path::unescape_version(&text));
        drop(pseudo::base(&text));
        let _ = Timestamp::parse_rfc3339(&text);
        drop(Quoted(&text).to_string());
        pattern::match_prefix_patterns(&text, &text);
    }

    #[test]
    fn go_sum_is_written_as_it_is_read(
        lines in prop::collection::vec("[ab]/[cd] v1\\.[0-9]{1,2}\\.0(/go\\.mod)? h[12]:[xyz]=", 0..20)
    ) {
        let sum = GoSum::parse("go.sum", lines.join("\n").as_bytes()).unwrap();
        let written = sum.to_bytes();
        let again = GoSum::parse("go.sum", &written).unwrap();
        prop_assert_eq!(again.to_bytes(), written);
        for (path, version, hash) in sum.iter() {
            prop_assert!(again.lookup(path, version).any(|listed| listed == hash));
        }
        let mut added = GoSum::default();
        for (path, version, hash) in sum.iter() {
            added.insert(path, version, hash);
        }
        prop_assert_eq!(added.to_bytes(), again.to_bytes());
    }

    #[test]
    fn vendor_lists_are_read_whatever_the_order(
        lines in prop::collection::vec("# a (v1\\.[01]\\.0|=>)( => \\./b| x v1\\.0\\.0)?|## (explicit|go 1\\.2|workspace); ?|a(/b)?|<<<<<<<", 0..10)
    ) {
        let list = VendorList::parse("vendor/modules.txt", lines.join("\n").as_bytes());
        for entry in list.providers() {
            prop_assert!(!entry.packages.is_empty());
            prop_assert_eq!(list.get(&entry.module), Some(entry));
        }
        prop_assert!(list.replaced().all(|entry| entry.replacement.is_some()));
    }
}
