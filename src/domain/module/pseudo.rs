//! Pseudo-versions: building them, taking them apart, their base version.
//!
//! A pseudo-version names a commit without a tag. Its three forms sort between the tag before the commit and the
//! next one: `vX.0.0-TIME-REV` without such a tag, `vX.Y.Z-PRE.0.TIME-REV` after a prerelease, and
//! `vX.Y.(Z+1)-0.TIME-REV` after a release. See <https://go.dev/ref/mod#pseudo-versions>.

use super::path::{VersionError, VersionFault};
use super::timestamp::Timestamp;
use super::version::{self, decrement_decimal, increment_decimal};

/// The parts of a pseudo-version.
struct Parts<'a> {
    /// What stands before the time, without the separator: `v1.2.4-0`, `v1.2.3-pre.0` or `v1.0.0`.
    base: &'a str,
    /// Fourteen digits.
    time: &'a str,
    /// The revision, for git the first twelve digits of the hash.
    rev: &'a str,
    /// With its `+`, or empty.
    build: &'a str,
}

/// Builds the pseudo-version of the revision `rev` of `time`.
///
/// `older` is the version tagged before it, or empty; without one, `major` is the major version to use, where the
/// empty text means `v0`.
pub fn make(major: &str, older: &str, time: Timestamp, rev: &str) -> String {
    let time = time.digits();
    let base = version::canonical(older);
    let build = version::build(older);
    if base.is_empty() {
        let major = if major.is_empty() { "v0" } else { major };
        return format!("{major}.0.0-{time}-{rev}");
    }
    if !version::prerelease(&base).is_empty() {
        return format!("{base}.0.{time}-{rev}{build}");
    }
    let (head, patch) = base
        .rsplit_once('.')
        .expect("a canonical version has two dots");
    let patch = increment_decimal(patch);
    format!("{head}.{patch}-0.{time}-{rev}{build}")
}

/// Returns the pseudo-version that stands for a module known only from a replacement.
pub fn zero(major: &str) -> String {
    make(major, "", Timestamp::ZERO, "000000000000")
}

/// Reports whether `text` is a pseudo-version.
pub fn is_pseudo(text: &str) -> bool {
    split(text).is_some()
}

/// Reports whether `text` is what [`zero`] returns for its major version.
pub fn is_zero_pseudo(text: &str) -> bool {
    text.ends_with(".0.0-00010101000000-000000000000") && text == zero(version::major(text))
}

/// Returns the time in a pseudo-version.
pub fn time(text: &str) -> Result<Timestamp, VersionError> {
    let parts = parse(text)?;
    Timestamp::parse_digits(parts.time)
        .ok_or_else(|| error(text, VersionFault::PseudoTime(parts.time.to_owned())))
}

/// Returns the revision in a pseudo-version.
pub fn rev(text: &str) -> Result<&str, VersionError> {
    parse(text).map(|parts| parts.rev)
}

/// Returns the version that a pseudo-version comes after; empty if it says there is none.
pub fn base(text: &str) -> Result<String, VersionError> {
    let parts = parse(text)?;
    let (head, pre) = match parts.base.split_once('-') {
        None if parts.build.is_empty() => return Ok(String::new()),
        // Without an older tag nothing can have been incompatible.
        None => {
            return Err(error(
                text,
                VersionFault::PseudoBuild(parts.build.to_owned()),
            ));
        }
        Some(split) => split,
    };
    if pre != "0" {
        let pre = pre.strip_suffix(".0").unwrap_or(pre);
        return Ok(format!("{head}-{pre}{}", parts.build));
    }
    let (numbers, patch) = head
        .rsplit_once('.')
        .expect("a pseudo-version has three numbers");
    match decrement_decimal(patch) {
        Some(patch) => Ok(format!("{numbers}.{patch}{}", parts.build)),
        None => Err(error(text, VersionFault::PseudoNegative(head.to_owned()))),
    }
}

fn parse(text: &str) -> Result<Parts<'_>, VersionError> {
    split(text).ok_or_else(|| error(text, VersionFault::PseudoSyntax))
}

fn error(text: &str, fault: VersionFault) -> VersionError {
    VersionError {
        version: text.to_owned(),
        fault,
    }
}

fn split(text: &str) -> Option<Parts<'_>> {
    // Most versions are plain releases: this one test spares them the rest.
    if !text.contains('-') || !version::is_valid(text) {
        return None;
    }
    let (plain, build) = text.split_at(text.find('+').unwrap_or(text.len()));
    let (head, rev) = plain.rsplit_once('-')?;
    let at = head.len().checked_sub(14)?;
    if rev.is_empty() || rev.contains('.') || !head.as_bytes()[at..].iter().all(u8::is_ascii_digit)
    {
        return None;
    }
    let (before, time) = head.split_at(at);
    // Before the time stands `vX.0.0-`, or a prerelease of which the last identifier is `0`.
    let base = match before.strip_suffix('-') {
        Some(base) => Some(base).filter(|base| !base.contains('-') && base.ends_with(".0.0"))?,
        None => before.strip_suffix('.').filter(|base| ends_in_zero(base))?,
    };
    Some(Parts {
        base,
        time,
        rev,
        build,
    })
}

/// Reports whether the last identifier of the prerelease of `base` is `0`; the numbers before it do not count.
fn ends_in_zero(base: &str) -> bool {
    base.split_once('-')
        .is_some_and(|(_, prerelease)| prerelease == "0" || prerelease.ends_with(".0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = "20060102150405";

    #[track_caller]
    fn round_trip(older: &str, expect: &str) {
        let time = Timestamp::parse_digits(TIME).unwrap();
        let made = make("v1", older, time, "abcdef012345");
        assert_eq!(made, expect);
        assert_eq!(base(&made).as_deref(), Ok(older));
        assert_eq!(rev(&made), Ok("abcdef012345"));
        assert_eq!(super::time(&made), Ok(time));
    }

    #[test]
    fn has_three_forms() {
        round_trip("", "v1.0.0-20060102150405-abcdef012345");
        round_trip("v1.2.9", "v1.2.10-0.20060102150405-abcdef012345");
        round_trip("v1.2.3-pre", "v1.2.3-pre.0.20060102150405-abcdef012345");
        round_trip(
            "v2.0.0+incompatible",
            "v2.0.1-0.20060102150405-abcdef012345+incompatible",
        );
    }

    #[test]
    fn is_not_any_prerelease() {
        for text in [
            "v1.0.1-20060102150405-abc",
            "v1.0.0-20060102150405",
            "v1.0.20060102150405-abc",
            "v1.0.0-x-y",
        ] {
            assert!(!is_pseudo(text), "{text}");
        }
    }
}
