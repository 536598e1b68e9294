//! Which releases of Go get security fixes at a given time.
//!
//! A release is supported until there are two newer ones; there is one each February and each August. See
//! <https://go.dev/doc/devel/release#policy> and <https://go.dev/s/release>.

use crate::domain::module::goversion;
use crate::domain::module::timestamp::Timestamp;

/// The first release of the table: Go 1.13.
const FIRST: u32 = 13;

/// The days on which Go 1.13 and its successors were released, as <https://go.dev/doc/devel/release> has them; for the
/// last one, the day on which the toolchain in the module proxy was made.
const RELEASED: &[&str] = &[
    "2019-09-03",
    "2020-02-25",
    "2020-08-11",
    "2021-02-16",
    "2021-08-16",
    "2022-03-15",
    "2022-08-02",
    "2023-02-01",
    "2023-08-08",
    "2024-02-06",
    "2024-08-13",
    "2025-02-11",
    "2025-08-12",
    "2026-02-10",
    "2026-08-18",
];

/// Whether a release of Go gets fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support {
    /// It does, or it is not known that it does not.
    Supported,
    /// No more.
    Ended {
        /// The release, such as `1.20`.
        release: String,
        /// The release that ended it, such as `1.22`.
        ended_by: String,
        /// The day, such as `2024-02-06`.
        day: String,
        /// Whether the day is known, or follows from the half-yearly plan.
        is_known: bool,
    },
    /// The name is not that of a release, but of a version under development.
    Unknown,
}

/// Tells whether the release of Go that `name` belongs to, such as `go1.26.8`, is supported at a time.
pub fn support(name: &str, now: Timestamp) -> Support {
    let Some(minor) = minor(name) else {
        return Support::Unknown;
    };
    let successor = minor.saturating_add(2);
    let (day, is_known) = match released(successor) {
        Some(day) => (day.to_owned(), true),
        None => (planned(successor), false),
    };
    let is_over = at(&day).is_some_and(|day| day <= now);
    if !is_over {
        return Support::Supported;
    }
    Support::Ended {
        release: format!("1.{minor}"),
        ended_by: format!("1.{successor}"),
        day,
        is_known,
    }
}

/// Returns the second number of a release; none for a version under development.
fn minor(name: &str) -> Option<u32> {
    // Experiments stand behind a space, as in `go1.25.0 X:jsonv2`.
    let name = name.split_whitespace().next()?;
    let version = goversion::from_toolchain(name);
    let language = goversion::lang(version);
    language.strip_prefix("1.")?.parse().ok()
}

/// Returns the day of a release that took place; that of the first one for all before it.
fn released(minor: u32) -> Option<&'static str> {
    let index = usize::try_from(minor.saturating_sub(FIRST)).ok()?;
    RELEASED.get(index).copied()
}

/// Returns the last day of the month in which a release is due: even ones in February, odd ones in August.
fn planned(minor: u32) -> String {
    let year = 2013 + minor / 2;
    if minor.is_multiple_of(2) {
        format!("{year:04}-02-28")
    } else {
        format!("{year:04}-08-31")
    }
}

fn at(day: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(&format!("{day}T00:00:00Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, day: &str, expect: Option<&str>) {
        let answer = match support(name, at(day).unwrap()) {
            Support::Ended { ended_by, day, .. } => Some(format!("{ended_by} {day}")),
            Support::Supported | Support::Unknown => None,
        };
        assert_eq!(answer.as_deref(), expect, "{name} on {day}");
    }

    #[test]
    fn two_newer_releases_end_the_support() {
        check("go1.24.5", "2026-02-09", None);
        check("go1.24.5", "2026-02-10", Some("1.26 2026-02-10"));
        check("go1.25", "2026-08-18", Some("1.27 2026-08-18"));
        check("go1.26rc1", "2026-11-21", None);
        check("go1.26.8", "2026-11-21", None);
        check("go1.26.8 X:jsonv2", "2027-03-01", Some("1.28 2027-02-28"));
        check("go1.27.1-custom", "2027-08-30", None);
        check("go1.27.1-custom", "2027-08-31", Some("1.29 2027-08-31"));
        check("go1.4", "2026-11-21", Some("1.6 2019-09-03"));
    }

    #[test]
    fn what_is_no_release_is_unknown() {
        for name in [
            "",
            "devel go1.27-abcdef",
            "unknown",
            "go2",
            "go1.x",
            "go1.99999999999",
        ] {
            assert_eq!(
                support(name, Timestamp::from_unix(0)),
                Support::Unknown,
                "{name}"
            );
        }
    }

    #[test]
    fn the_plan_goes_on_from_the_table() {
        let last = FIRST + u32::try_from(RELEASED.len()).unwrap() - 1;
        assert!(planned(last)[..7] == RELEASED[RELEASED.len() - 1][..7]);
        for pair in RELEASED.windows(2) {
            assert!(at(pair[0]) < at(pair[1]));
        }
        assert_eq!(
            support("go1.4294967295", Timestamp::from_unix(0)),
            Support::Supported
        );
    }
}
