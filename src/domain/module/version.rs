//! Semantic versions as Go orders them: parsing, comparison, canonical form, `+incompatible`.
//!
//! A version is `vMAJOR[.MINOR[.PATCH[-PRERELEASE][+BUILD]]]`: Go wants the leading `v` and accepts the two
//! short forms. An invalid version is below every valid one, and all invalid ones are equal.
//! See <https://go.dev/ref/mod#versions>.
//!
//! Nothing here allocates except [`canonical`] of a short form and [`major_minor`] of a bare major version.

use std::borrow::Cow;
use std::cmp::Ordering;

/// The build suffix of a version that has major version 2 or more without the `/vN` in its path.
///
/// See <https://go.dev/ref/mod#incompatible-versions>.
pub const INCOMPATIBLE: &str = "+incompatible";

/// The parts of a valid version, as slices of its text.
#[derive(Clone, Copy, Debug)]
struct Parts<'a> {
    /// Decimal digits without a needless leading zero; so are the next two.
    major: &'a str,
    /// `0` where the text stops before it.
    minor: &'a str,
    /// `0` where the text stops before it.
    patch: &'a str,
    /// How many of the three numbers are written.
    written: usize,
    /// With its leading `-`, or empty.
    prerelease: &'a str,
    /// With its leading `+`, or empty.
    build: &'a str,
}

/// Reports whether `version` is a semantic version in Go's syntax.
pub fn is_valid(version: &str) -> bool {
    parse(version).is_some()
}

/// Returns `version` with the missing numbers filled in and the build suffix cut off; empty if invalid.
pub fn canonical(version: &str) -> Cow<'_, str> {
    match parse(version) {
        None => Cow::Borrowed(""),
        Some(parts) if parts.written == 1 => Cow::Owned(format!("{version}.0.0")),
        Some(parts) if parts.written == 2 => Cow::Owned(format!("{version}.0")),
        Some(parts) => Cow::Borrowed(&version[..version.len() - parts.build.len()]),
    }
}

/// Returns the canonical form of `version`, keeping the suffix `+incompatible` and no other.
pub fn canonical_version(version: &str) -> Cow<'_, str> {
    if version.ends_with(INCOMPATIBLE) && build(version) == INCOMPATIBLE {
        return Cow::Borrowed(version);
    }
    canonical(version)
}

/// Returns the major version with its `v`, such as `v2`; empty if `version` is invalid.
pub fn major(version: &str) -> &str {
    parse(version).map_or("", |parts| &version[..=parts.major.len()])
}

/// Returns major and minor version, such as `v2.1`; empty if `version` is invalid.
pub fn major_minor(version: &str) -> Cow<'_, str> {
    match parse(version) {
        None => Cow::Borrowed(""),
        Some(parts) if parts.written == 1 => Cow::Owned(format!("{version}.0")),
        Some(parts) => Cow::Borrowed(&version[..2 + parts.major.len() + parts.minor.len()]),
    }
}

/// Returns the prerelease suffix with its `-`; empty if there is none or `version` is invalid.
pub fn prerelease(version: &str) -> &str {
    parse(version).map_or("", |parts| parts.prerelease)
}

/// Returns the build suffix with its `+`; empty if there is none or `version` is invalid.
pub fn build(version: &str) -> &str {
    parse(version).map_or("", |parts| parts.build)
}

/// Reports whether `version` is valid and ends in `+incompatible`.
pub fn is_incompatible(version: &str) -> bool {
    version.ends_with(INCOMPATIBLE) && build(version) == INCOMPATIBLE
}

/// Compares two versions by semantic precedence; build suffixes do not count.
///
/// Two versions can be equal here and differ in their text: [`compare_total`] breaks such ties.
pub fn compare(left: &str, right: &str) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    match (parse(left), parse(right)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(left), Some(right)) => left.compare(&right),
    }
}

/// A version that was parsed once, to be compared often.
#[derive(Clone, Copy, Debug)]
pub struct Parsed<'a> {
    /// Major, minor and patch version in 32, 32 and 64 bits.
    numbers: u128,
    /// With its leading `-`, or empty.
    prerelease: &'a str,
}

impl<'a> Parsed<'a> {
    /// Parses a version; none where it is invalid, or its numbers have no room.
    pub fn new(version: &'a str) -> Option<Self> {
        let parts = parse(version)?;
        let major: u32 = parts.major.parse().ok()?;
        let minor: u32 = parts.minor.parse().ok()?;
        let patch: u64 = parts.patch.parse().ok()?;
        Some(Self {
            numbers: u128::from(major) << 96 | u128::from(minor) << 64 | u128::from(patch),
            prerelease: parts.prerelease,
        })
    }

    /// Compares as [`compare`] does.
    pub fn compare(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.cmp(&other.numbers);
        numbers.then_with(|| compare_prerelease(self.prerelease, other.prerelease))
    }
}

/// Compares as [`compare`] does and, where that finds no difference, by text: the order of sorted lists.
pub fn compare_total(left: &str, right: &str) -> Ordering {
    compare(left, right).then_with(|| left.cmp(right))
}

/// Returns the canonical form of the higher of two versions.
pub fn max<'a>(left: &'a str, right: &'a str) -> Cow<'a, str> {
    if compare(left, right) == Ordering::Greater {
        canonical(left)
    } else {
        canonical(right)
    }
}

impl Parts<'_> {
    fn compare(&self, other: &Self) -> Ordering {
        compare_decimal(self.major, other.major)
            .then_with(|| compare_decimal(self.minor, other.minor))
            .then_with(|| compare_decimal(self.patch, other.patch))
            .then_with(|| compare_prerelease(self.prerelease, other.prerelease))
    }
}

/// Compares decimal numbers of any length; neither has a needless leading zero.
///
/// The empty text is below every number.
pub(super) fn compare_decimal(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Returns the number after `decimal`.
pub(super) fn increment_decimal(decimal: &str) -> String {
    let kept = decimal.trim_end_matches('9');
    let zeros = "0".repeat(decimal.len() - kept.len());
    match kept.as_bytes().last() {
        None => format!("1{zeros}"),
        Some(&digit) => format!(
            "{}{}{zeros}",
            &kept[..kept.len() - 1],
            char::from(digit + 1)
        ),
    }
}

/// Returns the number before `decimal`, or none for zero.
pub(super) fn decrement_decimal(decimal: &str) -> Option<String> {
    let kept = decimal.trim_end_matches('0');
    let nines = "9".repeat(decimal.len() - kept.len());
    let digit = *kept.as_bytes().last()?;
    let head = &kept[..kept.len() - 1];
    // 10 goes to 9, not to 09.
    if head.is_empty() && digit == b'1' && !nines.is_empty() {
        return Some(nines);
    }
    Some(format!("{head}{}{nines}", char::from(digit - 1)))
}

/// Splits the decimal number off the front of `text`; none without digits or with a needless leading zero.
pub(super) fn take_decimal(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let end = bytes
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(bytes.len());
    if end == 0 || (bytes[0] == b'0' && end != 1) {
        return None;
    }
    Some(text.split_at(end))
}

fn parse(version: &str) -> Option<Parts<'_>> {
    let (major, rest) = take_decimal(version.strip_prefix('v')?)?;
    let mut parts = Parts {
        major,
        minor: "0",
        patch: "0",
        written: 1,
        prerelease: "",
        build: "",
    };
    if rest.is_empty() {
        return Some(parts);
    }
    let (minor, rest) = take_decimal(rest.strip_prefix('.')?)?;
    parts.minor = minor;
    parts.written = 2;
    if rest.is_empty() {
        return Some(parts);
    }
    // Suffixes may only follow all three numbers: `v1.2-pre` is not a version.
    let (patch, rest) = take_decimal(rest.strip_prefix('.')?)?;
    parts.patch = patch;
    parts.written = 3;
    if rest.is_empty() {
        return Some(parts);
    }
    let (prerelease, rest) = take_suffix(rest, b'-', LeadingZeros::Refused)?;
    let (build, rest) = take_suffix(rest, b'+', LeadingZeros::Allowed)?;
    parts.prerelease = prerelease;
    parts.build = build;
    rest.is_empty().then_some(parts)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LeadingZeros {
    Allowed,
    Refused,
}

/// Splits `sign` and identifiers of letters, digits and dashes, joined by dots, off the front of `text`.
///
/// Without `sign` there is nothing to split off; an empty or badly padded identifier is an error. One pass over the
/// bytes: pseudo-versions are long, and comparing them is the inner loop of loading a graph.
fn take_suffix(text: &str, sign: u8, zeros: LeadingZeros) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&sign) {
        return Some(("", text));
    }
    let mut end = 1;
    loop {
        let start = end;
        let mut digits_only = true;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'0'..=b'9' => {}
                b'a'..=b'z' | b'A'..=b'Z' | b'-' => digits_only = false,
                _ => break,
            }
            end += 1;
        }
        let padded = zeros == LeadingZeros::Refused
            && digits_only
            && end - start > 1
            && bytes[start] == b'0';
        if end == start || padded {
            return None;
        }
        if bytes.get(end) != Some(&b'.') {
            return Some(text.split_at(end));
        }
        end += 1;
    }
}

fn is_number(identifier: &[u8]) -> bool {
    identifier.iter().all(u8::is_ascii_digit)
}

/// Compares prerelease suffixes: none at all is highest, numbers are below names, a longer list wins.
///
/// See <https://semver.org/#spec-item-11>.
fn compare_prerelease(left: &str, right: &str) -> Ordering {
    match (left.as_bytes(), right.as_bytes()) {
        ([], []) => Ordering::Equal,
        ([], _) => Ordering::Greater,
        (_, []) => Ordering::Less,
        ([_, left @ ..], [_, right @ ..]) => compare_identifiers(left, right),
    }
}

/// Compares identifiers joined by dots. Those before the first different byte are equal: pseudo-versions are long, and
/// only one identifier of them is looked at.
fn compare_identifiers(left: &[u8], right: &[u8]) -> Ordering {
    let same = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let start = memchr::memrchr(b'.', &left[..same]).map_or(0, |dot| dot + 1);
    let first = |text: &[u8]| memchr::memchr(b'.', text).unwrap_or(text.len());
    let [left_end, right_end] = [left, right].map(|text| start + first(&text[start..]));
    Identifier(&left[start..left_end])
        .cmp(&Identifier(&right[start..right_end]))
        // One list goes on where the other one ends.
        .then_with(|| left.len().cmp(&right.len()))
}

/// One identifier of a prerelease suffix, in the order of precedence.
#[derive(PartialEq, Eq)]
struct Identifier<'a>(&'a [u8]);

impl Ord for Identifier<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (is_number(self.0), is_number(other.0)) {
            (true, true) => self
                .0
                .len()
                .cmp(&other.0.len())
                .then_with(|| self.0.cmp(other.0)),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.0.cmp(other.0),
        }
    }
}

impl PartialOrd for Identifier<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn ascending(versions: &[&str]) {
        for pair in versions.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
    }

    #[test]
    fn orders_prereleases() {
        ascending(&[
            "bad",
            "v0.0.0-1",
            "v0.0.0-2",
            "v0.0.0-10",
            "v0.0.0-a",
            "v0.0.0-a.1",
            "v0.0.0-a.a",
            "v0.0.0",
            "v0.0.1",
        ]);
    }

    #[test]
    fn orders_numbers_of_any_length() {
        ascending(&[
            "v1.9",
            "v1.10",
            "v1.99999999999999999999",
            "v1.100000000000000000000",
            "v2",
        ]);
    }

    #[test]
    fn counts_up_and_down() {
        for (low, high) in [
            ("0", "1"),
            ("8", "9"),
            ("9", "10"),
            ("19", "20"),
            ("99", "100"),
            ("199", "200"),
        ] {
            assert_eq!(increment_decimal(low), high);
            assert_eq!(decrement_decimal(high).as_deref(), Some(low));
        }
        assert_eq!(decrement_decimal("0"), None);
    }

    #[test]
    fn keeps_only_the_incompatible_suffix() {
        assert_eq!(
            canonical_version("v2.0.0+incompatible"),
            "v2.0.0+incompatible"
        );
        assert_eq!(canonical_version("v2.0.0+meta"), "v2.0.0");
        assert_eq!(canonical_version("v2+incompatible"), "");
    }
}
