//! Version queries (`latest`, `upgrade`, `patch`, `v1`, `<v1.2`): their meaning on a list of versions.
//!
//! See <https://go.dev/ref/mod#version-queries>. This part asks nobody anything. Its caller
//! 1. calls [`Query::parse`];
//! 2. for a [`Query::direct`] one asks the module's source for that revision, and is done;
//! 3. otherwise gets the list of versions, ascending, and calls [`Query::choose`]; where that needs to know whether
//!    some version has a go.mod, the caller finds out and calls again;
//! 4. where nothing was chosen and [`Query::may_use_latest`] holds, tries the latest commit if
//!    [`Query::accepts`] it, then stays on [`Query::fallback`], then fails with [`Query::no_match`].
//!
//! After `upgrade` and `patch` the caller asks [`Query::keeps_current`] with the time of what was chosen.

use std::cmp::Ordering;

use thiserror::Error;

use super::message::short_message;
use super::timestamp::Timestamp;
use super::{goversion, path, pseudo, version};
use crate::domain::text::quote::Quoted;

/// The version that stands for "no version is selected".
pub const NONE: &str = "none";

/// A query, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    path: String,
    text: String,
    /// Empty where unknown, or `none`.
    current: String,
    target: Target,
    /// What a version must start with; empty for anything.
    prefix: String,
    bound: Option<Bound>,
    prefer: Prefer,
    may_use_latest: bool,
    /// Whether `+incompatible` versions count even beside a compatible one that has a go.mod.
    wants_incompatible: bool,
}

/// What a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// The newest that is right for the caller: `latest`.
    Latest,
    /// Like `latest`, but nothing below the current version: `upgrade`.
    Upgrade,
    /// Like `upgrade`, with the same major and minor version: `patch`.
    Patch,
    /// One of several versions: `v1.2`, `<v1.5.0`.
    Range,
    /// One version: `v1.2.3`.
    Version,
    /// A branch, tag or commit.
    Revision,
}

/// How a version must compare with another one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    operator: Operator,
    version: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Below,
    AtMost,
    Equal,
    AtLeast,
    Above,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prefer {
    Highest,
    Lowest,
}

/// A query that cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QueryError {
    /// The version selected so far is no version.
    #[error("invalid previous version {path}@{current}")]
    InvalidCurrent {
        /// The module path.
        path: String,
        /// The version selected so far.
        current: String,
    },
    /// The standard library has no versions of its own.
    #[error(
        "can't query specific version ({}) of standard-library module {}",
        Quoted(query),
        Quoted(path)
    )]
    Standard {
        /// `std` or `cmd`.
        path: String,
        /// The query.
        query: String,
    },
    /// What follows `<` and the like is no version.
    #[error(
        "invalid semantic version {} in range {}",
        Quoted(version),
        Quoted(query)
    )]
    InvalidBound {
        /// What follows the operator.
        version: String,
        /// The query.
        query: String,
    },
    /// After `<=` and `>` a version such as `v1.2` could mean its first or its last release.
    #[error(
        "ambiguous semantic version {} in range {}",
        Quoted(version),
        Quoted(query)
    )]
    AmbiguousBound {
        /// What follows the operator.
        version: String,
        /// The query.
        query: String,
    },
    /// There is no version that `patch` could start from.
    #[error("can't query version \"patch\" of module {path}: no existing version is required")]
    NoPatchBase {
        /// The module path.
        path: String,
    },
}

/// No version is what a query asks for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no matching versions for query {}{}", Quoted(query), Suffix(current.as_deref()))]
pub struct NoMatchingVersion {
    /// The query.
    pub query: String,
    /// The current version, if the query started from it.
    pub current: Option<String>,
}

/// Why a version is not to be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Disallowed {
    /// The main module excludes it.
    #[error("excluded by go.mod")]
    Excluded,
    /// Its author has retracted it.
    #[error("retracted by module author{}", Rationale(rationale))]
    Retracted {
        /// The reasons given, in the order of the latest go.mod; those that give none are left out.
        rationale: Vec<String>,
    },
}

/// What [`Query::choose`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice<'a> {
    /// This version.
    Version(&'a str),
    /// It depends on whether this version has a go.mod of its own: `choose` is to be called again with the answer.
    NeedsGoMod(&'a str),
    /// None in the list.
    Nothing,
}

/// Whether the version of [`Choice::NeedsGoMod`] has a go.mod, that is more than the line with its module path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoModOf {
    /// Nobody has asked yet.
    Unknown,
    /// It has one: its author uses modules, and `+incompatible` versions do not count.
    Present,
    /// It has none.
    Absent,
}

/// What to ask a module's source for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Direct<'a> {
    /// The revision.
    pub revision: &'a str,
    /// What to ask for where the source does not know the revision: a version without its build suffix.
    pub fallback: Option<String>,
}

struct Suffix<'a>(Option<&'a str>);

impl std::fmt::Display for Suffix<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |current| {
            write!(f, " (current version is {current})")
        })
    }
}

struct Rationale<'a>(&'a [String]);

impl std::fmt::Display for Rationale<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let first = self.0.first();
        first.map_or(Ok(()), |first| {
            write!(
                f,
                ": {}",
                short_message(first, "retracted by module author")
            )
        })
    }
}

/// Reports whether `text` may name one version or revision, rather than choose among the versions there are.
pub fn is_revision(path: &str, text: &str) -> bool {
    let chooses = matches!(text, "latest" | "upgrade" | "patch") || text.starts_with(['<', '>']);
    let is_prefix = goversion::mod_is_valid(path, text) && goversion::mod_is_prefix(path, text);
    !chooses && !is_prefix
}

/// Returns why `version` is retracted by intervals of the latest go.mod (low, high, reason), if it is.
///
/// See <https://go.dev/ref/mod#go-mod-file-retract>.
pub fn retraction<'a>(
    path: &str,
    version: &str,
    retracted: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>,
) -> Option<Disallowed> {
    let holds =
        |left: &str, right: &str| goversion::mod_compare(path, left, right) != Ordering::Greater;
    let hits: Vec<_> = retracted
        .into_iter()
        .filter(|(low, high, _)| holds(low, version) && holds(version, high))
        .collect();
    if hits.is_empty() {
        return None;
    }
    let reasons = hits
        .into_iter()
        .map(|(_, _, reason)| reason)
        .filter(|reason| !reason.is_empty());
    Some(Disallowed::Retracted {
        rationale: reasons.map(str::to_owned).collect(),
    })
}

impl Query {
    /// Understands a query for versions of the module `path`, of which `current` is selected now.
    ///
    /// `current` is empty where that does not matter, and `none` where no version is selected. Whether `path` is a
    /// module path is for the caller to check: it need not be one if it is replaced.
    pub fn parse(path: &str, text: &str, current: &str) -> Result<Self, QueryError> {
        let has_current = !current.is_empty() && current != NONE;
        if has_current && !goversion::mod_is_valid(path, current) {
            return Err(QueryError::InvalidCurrent {
                path: path.to_owned(),
                current: current.to_owned(),
            });
        }
        if path == "std" || path == "cmd" {
            return Err(QueryError::Standard {
                path: path.to_owned(),
                query: text.to_owned(),
            });
        }
        let mut query = Self {
            path: path.to_owned(),
            text: text.to_owned(),
            current: current.to_owned(),
            target: Target::Latest,
            prefix: String::new(),
            bound: None,
            prefer: Prefer::Highest,
            may_use_latest: false,
            wants_incompatible: current.ends_with(version::INCOMPATIBLE),
        };
        match text {
            "latest" => query.may_use_latest = true,
            "upgrade" => query.read_upgrade(has_current),
            "patch" if has_current => {
                query.read_upgrade(true);
                query.target = Target::Patch;
                query.prefix = format!("{}.", goversion::mod_major_minor(path, current));
            }
            "patch" => {
                return Err(QueryError::NoPatchBase {
                    path: path.to_owned(),
                });
            }
            _ => query.read_other()?,
        }
        Ok(query)
    }

    /// Returns the query as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what to ask the module's source for, if the query names one version or revision.
    pub fn direct(&self) -> Option<Direct<'_>> {
        if self.target != Target::Version && self.target != Target::Revision {
            return None;
        }
        let canonical = path_canonical(&self.text);
        Some(Direct {
            revision: &self.text,
            fallback: canonical.filter(|canonical| *canonical != self.text),
        })
    }

    /// Returns what every version in question starts with; a source may leave out the others.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Reports whether `version` is in question, before anybody looks at exclusions and retractions.
    pub fn accepts(&self, version: &str) -> bool {
        if !version.starts_with(self.prefix.as_str()) {
            // `1.21` is a version of Go by itself, besides being the start of others.
            let is_whole = self.prefix.strip_suffix('.') == Some(version);
            if !(goversion::is_toolchain(&self.path) && is_whole) {
                return false;
            }
        }
        let Some(bound) = &self.bound else {
            return true;
        };
        let order = goversion::mod_compare(&self.path, version, &bound.version);
        match bound.operator {
            Operator::Below => order == Ordering::Less,
            Operator::AtMost => order != Ordering::Greater,
            Operator::Equal => order == Ordering::Equal,
            Operator::AtLeast => order != Ordering::Less,
            Operator::Above => order == Ordering::Greater,
        }
    }

    /// Chooses among `versions`, which ascend; `is_allowed` is asked for those in question only.
    ///
    /// A release goes before a prerelease. `+incompatible` versions count only where no compatible one has a go.mod,
    /// or where the query or the current version already point at them.
    pub fn choose<'a>(
        &self,
        versions: impl IntoIterator<Item = &'a str>,
        mut is_allowed: impl FnMut(&str) -> bool,
        go_mod: GoModOf,
    ) -> Choice<'a> {
        let mut releases = Picked::default();
        let mut prereleases = Picked::default();
        let mut wants_incompatible = self.wants_incompatible;
        let mut compatible = None;
        for version in versions {
            if !self.accepts(version) || !is_allowed(version) {
                continue;
            }
            if !wants_incompatible {
                if !version.ends_with(version::INCOMPATIBLE) {
                    compatible = Some(version);
                } else if let Some(compatible) = compatible {
                    match go_mod {
                        GoModOf::Unknown => return Choice::NeedsGoMod(compatible),
                        // All that follow are incompatible too.
                        GoModOf::Present => break,
                        GoModOf::Absent => wants_incompatible = true,
                    }
                }
            }
            let picked = if goversion::mod_is_prerelease(&self.path, version) {
                &mut prereleases
            } else {
                &mut releases
            };
            picked.add(version);
        }
        match releases.take(self.prefer).or(prereleases.take(self.prefer)) {
            Some(version) => Choice::Version(version),
            None => Choice::Nothing,
        }
    }

    /// Reports whether the latest commit may do where no version in the list does.
    pub fn may_use_latest(&self) -> bool {
        self.may_use_latest
    }

    /// Returns the current version if the query stays there where nothing else is found.
    pub fn fallback(&self) -> Option<&str> {
        let moves = self.target == Target::Upgrade || self.target == Target::Patch;
        (moves && !self.current.is_empty() && self.current != NONE).then_some(self.current.as_str())
    }

    /// Returns the current version if it is to stay because what was chosen is older.
    ///
    /// This holds only for a pseudo-version: of a commit without tag nobody has said what comes after it.
    pub fn keeps_current(&self, chosen: Option<Timestamp>) -> Option<&str> {
        let current = self.fallback()?;
        let (chosen, now) = (chosen?, pseudo::time(current).ok()?);
        (chosen != Timestamp::ZERO && chosen < now).then_some(current)
    }

    /// Returns the error that says that nothing was found.
    pub fn no_match(&self) -> NoMatchingVersion {
        NoMatchingVersion {
            query: self.text.clone(),
            current: self.fallback().map(str::to_owned),
        }
    }

    fn read_upgrade(&mut self, has_current: bool) {
        self.target = Target::Upgrade;
        if !has_current {
            self.may_use_latest = true;
            return;
        }
        self.may_use_latest = pseudo::is_pseudo(&self.current);
        self.bound = Some(Bound {
            operator: Operator::AtLeast,
            version: self.current.clone(),
        });
    }

    fn read_other(&mut self) -> Result<(), QueryError> {
        let (operator, bound) = match self.text.as_bytes() {
            [b'<', b'=', ..] => (Operator::AtMost, &self.text[2..]),
            [b'<', ..] => (Operator::Below, &self.text[1..]),
            [b'>', b'=', ..] => (Operator::AtLeast, &self.text[2..]),
            [b'>', ..] => (Operator::Above, &self.text[1..]),
            _ => {
                self.read_version();
                return Ok(());
            }
        };
        let bound = bound.to_owned();
        if !goversion::mod_is_valid(&self.path, &bound) {
            return Err(QueryError::InvalidBound {
                version: bound,
                query: self.text.clone(),
            });
        }
        let is_unclear = matches!(operator, Operator::AtMost | Operator::Above);
        if is_unclear && goversion::mod_is_prefix(&self.path, &bound) {
            return Err(QueryError::AmbiguousBound {
                version: bound,
                query: self.text.clone(),
            });
        }
        if matches!(operator, Operator::AtLeast | Operator::Above) {
            self.prefer = Prefer::Lowest;
        }
        self.set_bound(Target::Range, operator, bound);
        Ok(())
    }

    fn read_version(&mut self) {
        if !goversion::mod_is_valid(&self.path, &self.text) {
            self.target = Target::Revision;
        } else if goversion::mod_is_prefix(&self.path, &self.text) {
            self.prefix = format!("{}.", self.text);
            // v1.2.0-pre starts with `v1.2.` and is below v1.2 all the same.
            self.set_bound(Target::Range, Operator::AtLeast, self.text.clone());
        } else {
            self.prefix = version::canonical(&self.text).into_owned();
            self.set_bound(Target::Version, Operator::Equal, self.text.clone());
        }
    }

    /// Sets what a version is compared with; one with another major version than the path asks for incompatible ones.
    fn set_bound(&mut self, target: Target, operator: Operator, bound: String) {
        let (_, path_major, ok) = path::split_path_version(&self.path);
        if !ok || !path::match_path_major(&bound, path_major) {
            self.wants_incompatible = true;
        }
        self.target = target;
        self.bound = Some(Bound {
            operator,
            version: bound,
        });
    }
}

/// Returns the canonical form of a semantic version; none for anything else.
fn path_canonical(text: &str) -> Option<String> {
    let canonical = version::canonical_version(text);
    (!canonical.is_empty()).then(|| canonical.into_owned())
}

/// The first and the last version of an ascending list.
#[derive(Default)]
struct Picked<'a> {
    first: Option<&'a str>,
    last: Option<&'a str>,
}

impl<'a> Picked<'a> {
    fn add(&mut self, version: &'a str) {
        self.first = self.first.or(Some(version));
        self.last = Some(version);
    }

    fn take(&self, prefer: Prefer) -> Option<&'a str> {
        match prefer {
            Prefer::Lowest => self.first,
            Prefer::Highest => self.last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSIONS: [&str; 8] = [
        "v0.9.0",
        "v1.0.0",
        "v1.2.0-pre",
        "v1.2.0",
        "v1.2.5",
        "v1.3.0-rc1",
        "v2.0.0+incompatible",
        "v3.0.0+incompatible",
    ];

    #[track_caller]
    fn chooses(text: &str, current: &str, go_mod: GoModOf, expect: Choice<'_>) {
        let query = Query::parse("x.y/z", text, current).unwrap();
        assert_eq!(
            query.choose(VERSIONS, |_| true, go_mod),
            expect,
            "{text} from {current:?}"
        );
    }

    #[track_caller]
    fn fails(text: &str, current: &str, expect: &str) {
        assert_eq!(
            Query::parse("x.y/z", text, current)
                .unwrap_err()
                .to_string(),
            expect
        );
    }

    #[test]
    fn prefers_releases_and_compatible_versions() {
        chooses(
            "latest",
            "",
            GoModOf::Unknown,
            Choice::NeedsGoMod("v1.3.0-rc1"),
        );
        chooses("latest", "", GoModOf::Present, Choice::Version("v1.2.5"));
        chooses(
            "latest",
            "",
            GoModOf::Absent,
            Choice::Version("v3.0.0+incompatible"),
        );
        chooses(
            "upgrade",
            "v1.3.0-rc1",
            GoModOf::Present,
            Choice::Version("v1.3.0-rc1"),
        );
        chooses(
            "upgrade",
            "v2.0.0+incompatible",
            GoModOf::Unknown,
            Choice::Version("v3.0.0+incompatible"),
        );
        chooses(
            "patch",
            "v1.2.0-pre",
            GoModOf::Unknown,
            Choice::Version("v1.2.5"),
        );
        chooses("patch", "v1.1.0", GoModOf::Unknown, Choice::Nothing);
    }

    #[test]
    fn knows_prefixes_and_ranges() {
        chooses("v1", "", GoModOf::Unknown, Choice::Version("v1.2.5"));
        chooses("v1.3", "", GoModOf::Unknown, Choice::Nothing);
        chooses(
            "v3",
            "",
            GoModOf::Unknown,
            Choice::Version("v3.0.0+incompatible"),
        );
        chooses("<v1.2", "", GoModOf::Unknown, Choice::Version("v1.0.0"));
        chooses("<=v1.2.0", "", GoModOf::Unknown, Choice::Version("v1.2.0"));
        chooses(
            ">v1.2.5",
            "",
            GoModOf::Present,
            Choice::Version("v1.3.0-rc1"),
        );
        chooses(
            ">=v1.2.0-pre",
            "",
            GoModOf::Present,
            Choice::Version("v1.2.0"),
        );
        chooses(
            "<v3.0.0",
            "",
            GoModOf::Unknown,
            Choice::Version("v2.0.0+incompatible"),
        );
    }

    #[test]
    fn refuses_what_is_unclear() {
        fails(
            "<=v1.2",
            "",
            "ambiguous semantic version \"v1.2\" in range \"<=v1.2\"",
        );
        fails(">x", "", "invalid semantic version \"x\" in range \">x\"");
        fails(
            "patch",
            "none",
            "can't query version \"patch\" of module x.y/z: no existing version is required",
        );
        fails("latest", "bad", "invalid previous version x.y/z@bad");
    }

    #[test]
    fn names_revisions_directly() {
        let direct = |text| {
            Query::parse("x.y/z", text, "")
                .unwrap()
                .direct()
                .map(|direct| direct.fallback)
        };
        assert_eq!(direct("main"), Some(None));
        assert_eq!(direct("v1.2.3"), Some(None));
        assert_eq!(direct("v1.2.3+meta"), Some(Some("v1.2.3".to_owned())));
        assert_eq!(direct("v1.2"), None);
        assert!(is_revision("x.y/z", "v1.2.3") && is_revision("x.y/z", "main"));
        assert!(!is_revision("x.y/z", "v1.2") && !is_revision("x.y/z", ">=v1.2.3"));
    }

    #[test]
    fn skips_what_is_not_allowed() {
        let query = Query::parse("x.y/z", "v1", "").unwrap();
        let choice = query.choose(VERSIONS, |version| version != "v1.2.5", GoModOf::Unknown);
        assert_eq!(choice, Choice::Version("v1.2.0"));
    }

    #[test]
    fn stays_on_a_newer_commit() {
        let current = "v1.2.6-0.20200101000000-abcdef012345";
        let query = Query::parse("x.y/z", "upgrade", current).unwrap();
        assert!(query.may_use_latest());
        let time = |text| Timestamp::parse_rfc3339(text);
        assert_eq!(
            query.keeps_current(time("2019-12-31T23:59:59Z")),
            Some(current)
        );
        assert_eq!(query.keeps_current(time("2020-01-01T00:00:00Z")), None);
        assert_eq!(query.keeps_current(None), None);
        assert_eq!(
            query.no_match().to_string(),
            format!("no matching versions for query \"upgrade\" (current version is {current})")
        );
    }

    #[test]
    fn tells_why_a_version_is_retracted() {
        let retracted = [
            ("v1.0.0", "v1.2.0", ""),
            ("v1.1.0", "v1.1.0", "broken\nbadly"),
            ("v2.0.0", "v2.0.0", "x"),
        ];
        let why =
            |version| retraction("x.y/z", version, retracted).map(|reason| reason.to_string());
        assert_eq!(
            why("v1.1.0").as_deref(),
            Some("retracted by module author: broken")
        );
        assert_eq!(why("v1.2.0").as_deref(), Some("retracted by module author"));
        assert_eq!(why("v1.2.1"), None);
    }

    #[test]
    fn queries_versions_of_go() {
        let query = Query::parse("go", "1.21", "").unwrap();
        let versions = ["1.20.1", "1.21", "1.21rc1", "1.21.0", "1.21.5", "1.22.0"];
        assert_eq!(
            query.choose(versions, |_| true, GoModOf::Unknown),
            Choice::Version("1.21.5")
        );
    }
}
