//! Versions of Go itself and toolchain names: their own syntax and order, and the order of the `go` and
//! `toolchain` pseudo-modules.
//!
//! A Go version is `MAJOR[.MINOR[.PATCH]]`, or `MAJOR.MINOR` followed by a kind of prerelease such as `rc1`.
//! From Go 1.21 on a version without a patch number names the language and lies below its first release:
//! `1.21 < 1.21rc1 < 1.21.0`. See <https://go.dev/doc/toolchain#version>.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::ModuleVersion;
use super::version::{self, compare_decimal, decrement_decimal, take_decimal};

/// The release of Go whose behaviour this program reproduces: what `go` calls its own version.
pub const LOCAL: &str = "1.26.8";

/// The name of the toolchain of [`LOCAL`].
pub const LOCAL_TOOLCHAIN: &str = "go1.26.8";

/// The version that a go.mod without a `go` line stands for.
pub const DEFAULT_GO_MOD: &str = "1.16";

/// The version that a go.work without a `go` line stands for.
pub const DEFAULT_GO_WORK: &str = "1.18";

/// The first version whose go.mod lists everything its packages need, so that the graph can be pruned.
///
/// See <https://go.dev/ref/mod#graph-pruning>.
pub const EXPLICIT_INDIRECT: &str = "1.17";

/// The first version from which a `go` line is a minimum that every dependency keeps.
pub const GO_STRICT: &str = "1.21";

/// The parts of a valid Go version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts<'a> {
    major: &'a str,
    minor: &'a str,
    /// Empty where it makes a difference: the language version from 1.21 on, and prereleases.
    patch: &'a str,
    /// The letters of a prerelease, such as `rc`; or empty.
    kind: &'a str,
    /// The number of a prerelease; or empty.
    number: &'a str,
}

/// What an invalid version is compared as: below everything.
const INVALID: Parts<'static> = Parts {
    major: "",
    minor: "",
    patch: "",
    kind: "",
    number: "",
};

/// Compares Go versions without the `go` in front, such as `1.21` and `1.21rc1`.
///
/// Invalid versions are below valid ones and equal to each other.
pub fn compare(left: &str, right: &str) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    let left = parse(left).unwrap_or(INVALID);
    let right = parse(right).unwrap_or(INVALID);
    compare_decimal(left.major, right.major)
        .then_with(|| compare_decimal(left.minor, right.minor))
        .then_with(|| compare_decimal(left.patch, right.patch))
        // None, alpha, beta, rc: the alphabet happens to have the right order.
        .then_with(|| left.kind.cmp(right.kind))
        .then_with(|| compare_decimal(left.number, right.number))
}

/// Returns the higher of two Go versions, the first where they are equal.
pub fn max<'a>(left: &'a str, right: &'a str) -> &'a str {
    if compare(left, right) == Ordering::Less {
        right
    } else {
        left
    }
}

/// Reports whether `go_version` is a valid Go version.
pub fn is_valid(go_version: &str) -> bool {
    parse(go_version).is_some()
}

/// Reports whether `go_version` names the language rather than one release, such as `1.21`.
pub fn is_lang(go_version: &str) -> bool {
    parse(go_version).is_some_and(|parts| parts.patch.is_empty() && parts.kind.is_empty())
}

/// Returns the language version of `go_version`, such as `1.21` for `1.21rc2`; empty if it is invalid.
pub fn lang(go_version: &str) -> Cow<'_, str> {
    match parse(go_version) {
        None => Cow::Borrowed(""),
        // `1` and `1.0` are the language version 1.
        Some(parts) if parts.major == "1" && parts.minor == "0" => Cow::Borrowed(parts.major),
        Some(parts) if parts.major.len() == go_version.len() => {
            Cow::Owned(format!("{}.{}", parts.major, parts.minor))
        }
        Some(parts) => Cow::Borrowed(&go_version[..parts.major.len() + 1 + parts.minor.len()]),
    }
}

/// Reports whether `go_version` is a prerelease such as `1.21rc2`.
pub fn is_prerelease(go_version: &str) -> bool {
    parse(go_version).is_some_and(|parts| !parts.kind.is_empty())
}

/// Returns the language version before that of `go_version`; the first one has none and stands for itself.
pub fn prev(go_version: &str) -> String {
    let Some(parts) = parse(go_version) else {
        return String::new();
    };
    if compare_decimal(parts.minor, "1") != Ordering::Greater {
        return parts.major.to_owned();
    }
    let minor = decrement_decimal(parts.minor).expect("a number above 1 has one before it");
    format!("{}.{minor}", parts.major)
}

/// Returns the Go version that a toolchain name contains, such as `1.21.0` for `go1.21.0-custom`; or empty.
///
/// See <https://go.dev/doc/toolchain#name>.
pub fn from_toolchain(name: &str) -> &str {
    // A name with a separator would be looked up as a file instead of on PATH; it names no toolchain.
    if name.contains(['/', '\\']) {
        return "";
    }
    let Some(rest) = name.strip_prefix("go") else {
        return "";
    };
    let end = rest.find([' ', '\t', '-']).unwrap_or(rest.len());
    if is_valid(&rest[..end]) {
        &rest[..end]
    } else {
        ""
    }
}

/// Returns the name of the toolchain of a Go version.
pub fn to_toolchain(go_version: &str) -> String {
    format!("go{go_version}")
}

/// Reports whether `path` is one of the names `go` and `toolchain`, which stand for no module.
pub fn is_toolchain(path: &str) -> bool {
    path == "go" || path == "toolchain"
}

/// Compares two versions of the module `path`: Go versions for `go` and `toolchain`, otherwise semantic ones.
pub fn mod_compare(path: &str, left: &str, right: &str) -> Ordering {
    match path {
        "go" => compare(left, right),
        "toolchain" => compare(maybe_toolchain(left), maybe_toolchain(right)),
        _ => version::compare(left, right),
    }
}

/// Sorts by path, then by version; a suffix such as the `/go.mod` of go.sum comes after the bare version.
pub fn mod_sort(list: &mut [ModuleVersion]) {
    list.sort_by(mod_order);
}

/// Compares as [`mod_sort`] sorts.
pub fn mod_order(left: &ModuleVersion, right: &ModuleVersion) -> Ordering {
    left.path.cmp(&right.path).then_with(|| {
        let (left_version, left_file) = split_file(left.version.as_str());
        let (right_version, right_file) = split_file(right.version.as_str());
        if left_version == right_version {
            return left_file.cmp(right_file);
        }
        mod_compare(left.path.as_str(), left_version, right_version)
    })
}

/// Reports whether `text` has the syntax of a version of the module `path`.
pub fn mod_is_valid(path: &str, text: &str) -> bool {
    match path {
        "go" => is_valid(text),
        "toolchain" => is_valid(from_toolchain(text)),
        _ => version::is_valid(text),
    }
}

/// Reports whether the valid version `text` leaves out numbers, and so names a range such as `v1.2`.
pub fn mod_is_prefix(path: &str, text: &str) -> bool {
    match path {
        "go" => is_lang(text),
        "toolchain" => is_lang(from_toolchain(text)),
        _ => !text.contains(['-', '+']) && text.bytes().filter(|&byte| byte == b'.').count() < 2,
    }
}

/// Reports whether the valid version `text` of the module `path` is a prerelease.
pub fn mod_is_prerelease(path: &str, text: &str) -> bool {
    match path {
        "go" => is_prerelease(text),
        "toolchain" => is_prerelease(from_toolchain(text)),
        _ => !version::prerelease(text).is_empty(),
    }
}

/// Returns the major and minor numbers of a version of the module `path`: what `@patch` keeps.
pub fn mod_major_minor<'a>(path: &str, text: &'a str) -> Cow<'a, str> {
    match path {
        "go" => lang(text),
        "toolchain" => Cow::Owned(to_toolchain(&lang(from_toolchain(text)))),
        _ => version::major_minor(text),
    }
}

/// Compares toolchain names as the standard library's `go/version` does; used by the vectors of that package.
///
/// It cuts a custom suffix at the first `-` only, and takes a name with a separator for a name.
pub fn compare_names(left: &str, right: &str) -> Ordering {
    compare(strip_name(left), strip_name(right))
}

/// Returns the language version of a toolchain name, such as `go1.21` for `go1.21rc2`; empty if invalid.
pub fn lang_of_name(name: &str) -> String {
    let language = lang(strip_name(name));
    if language.is_empty() {
        String::new()
    } else {
        to_toolchain(&language)
    }
}

/// Reports whether `name` is valid for the standard library's `go/version`, such as `go1.21.0-custom`.
pub fn is_valid_name(name: &str) -> bool {
    is_valid(strip_name(name))
}

/// Returns the value of the first line of a go.mod or go.work that starts with `key`; empty if there is none.
///
/// This is the look at the `go` and `toolchain` lines that comes before any parsing, so it works on files that a
/// newer Go has written. It does not care for blocks.
pub fn go_mod_lookup(text: &[u8], key: &str) -> String {
    let values = text.split(|&byte| byte == b'\n').filter_map(|line| {
        let line = String::from_utf8_lossy(line);
        let rest = line.trim().strip_prefix(key)?;
        let value = rest.split("//").next().unwrap_or(rest);
        rest.starts_with([' ', '\t'])
            .then(|| value.trim().to_owned())
    });
    values.take(1).collect()
}

fn strip_name(name: &str) -> &str {
    let name = name.split_once('-').map_or(name, |(name, _)| name);
    name.strip_prefix("go").unwrap_or("")
}

/// Accepts both a toolchain name and a bare Go version, as versions of `toolchain` may be either.
fn maybe_toolchain(name: &str) -> &str {
    if is_valid(name) {
        name
    } else {
        from_toolchain(name)
    }
}

fn split_file(text: &str) -> (&str, &str) {
    text.split_at(text.find('/').unwrap_or(text.len()))
}

fn parse(text: &str) -> Option<Parts<'_>> {
    let (major, rest) = take_decimal(text)?;
    if rest.is_empty() {
        return Some(Parts {
            major,
            minor: "0",
            patch: "0",
            kind: "",
            number: "",
        });
    }
    let (minor, rest) = take_decimal(rest.strip_prefix('.')?)?;
    let mut parts = Parts {
        major,
        minor,
        patch: "",
        kind: "",
        number: "",
    };
    if rest.is_empty() {
        // Before 1.21 the first release of a language version had the same name.
        if compare_decimal(minor, "21") == Ordering::Less {
            parts.patch = "0";
        }
        return Some(parts);
    }
    if let Some(patch) = rest.strip_prefix('.') {
        // Patch releases have no prereleases.
        let (patch, rest) = take_decimal(patch)?;
        parts.patch = patch;
        return rest.is_empty().then_some(parts);
    }
    let letters = rest
        .bytes()
        .position(|byte| byte.is_ascii_digit())
        .unwrap_or(rest.len());
    let (kind, number) = rest.split_at(letters);
    if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    parts.kind = kind;
    if !number.is_empty() {
        let (number, rest) = take_decimal(number)?;
        if !rest.is_empty() {
            return None;
        }
        parts.number = number;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_version_is_below_its_releases() {
        for pair in [
            "", "1", "1.20rc1", "1.20", "1.20.1", "1.21", "1.21rc1", "1.21rc2", "1.21.0", "1.21.1",
        ]
        .windows(2)
        {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(compare("1.20", "1.20.0"), Ordering::Equal);
    }

    #[test]
    fn toolchain_names_may_be_bare() {
        assert_eq!(
            mod_compare("toolchain", "go1.21.0-custom", "1.21.0"),
            Ordering::Equal
        );
        assert_eq!(mod_compare("go", "v1.2.3", "v1.2.4"), Ordering::Equal);
        assert_eq!(
            mod_compare("example.com/a", "v1.2.3", "v1.2.4"),
            Ordering::Less
        );
    }

    #[test]
    fn the_local_toolchain_is_that_of_the_local_version() {
        assert_eq!(from_toolchain(LOCAL_TOOLCHAIN), LOCAL);
    }
}
