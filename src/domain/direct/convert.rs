//! From a commit to the version of a module that it is.
//!
//! See <https://go.dev/ref/mod#vcs-version> and <https://go.dev/ref/mod#non-module-compat>.

use std::cmp::Ordering;

use super::code_repo::{CodeRepo, join, tags_origin};
use super::commit::Commit;
use super::error::{CodeError, CodeFault};
use super::facts::{Facts, History, Step, Stop};
use super::refs::is_hex;
use crate::domain::modfile::{Summary, VersionInterval};
use crate::domain::module::info::RevInfo;
use crate::domain::module::path::match_path_major;
use crate::domain::module::{Version, pseudo, version};

/// Versions that the newest version of a module retracts.
type Retractions = Vec<VersionInterval>;

impl CodeRepo {
    /// Returns the version that `commit` is; `asked` is the version or revision that led to it, or
    /// empty.
    pub(super) fn convert(&self, facts: &Facts, commit: &Commit, asked: &str) -> Step<RevInfo> {
        let found = match self.version_of(facts, commit, asked) {
            Err(ask @ Stop::Ask(_)) => return Err(ask),
            found => found,
        };
        let mut origin = commit.origin.clone();
        origin.subdir.clone_from(&self.dir);
        let chosen = found.as_deref().unwrap_or_default();
        if pseudo::is_pseudo(chosen) && (chosen != asked || !chosen.starts_with("v0.0.0-")) {
            // Another tag on an ancestor would have given another version.
            let mut prefix = self.tag_prefix();
            if let Some(major) = self.path_major.get(1..) {
                prefix = format!("{prefix}{major}.");
            }
            let refs = facts
                .refs()?
                .map_err(|error| CodeError::plain(error.clone()))?;
            let tags = tags_origin(refs, &prefix, facts);
            (origin.tag_prefix, origin.tag_sum) = (tags.tag_prefix, tags.tag_sum);
        }
        match found {
            Ok(version) => Ok(RevInfo {
                version: Version::new(version),
                time: Some(commit.time.to_string()),
                origin: Some(origin),
            }),
            Err(Stop::Wrong(error)) => Err(Stop::Wrong(CodeError {
                origin: Some(Box::new(origin)),
                ..error
            })),
            Err(ask) => Err(ask),
        }
    }

    fn version_of(&self, facts: &Facts, commit: &Commit, asked: &str) -> Step<String> {
        if pseudo::is_pseudo(asked) {
            // Where the go.mod file is and its major version can be checked without the history.
            let version = self.check_canonical(facts, commit, asked, asked)?;
            self.check_pseudo(facts, commit, asked)?;
            return Ok(version);
        }
        let retracted = self.retractions(facts)?;
        if let (version, Canonical::Yes) = self.tagged_version(&commit.version) {
            match self.check_canonical(facts, commit, &version, asked) {
                Err(Stop::Wrong(_)) => {}
                found => return found,
            }
        }
        let mut base = String::new();
        let mut highest = String::new();
        for tag in &commit.tags {
            let (version, canonical) = self.tagged_version(tag);
            if !asked.is_empty() && version::compare(&version, asked) == Ordering::Equal {
                match canonical {
                    Canonical::Yes => return self.check_canonical(facts, commit, &version, asked),
                    // Two tags that differ in build metadata can be on different commits: only the
                    // pseudo-version is unambiguous.
                    Canonical::No => base.clone_from(&version),
                }
            }
            if canonical == Canonical::Yes
                && version::compare(&highest, &version) == Ordering::Less
                && !is_retracted(&retracted, &version)
                && self.fits(facts, commit, &version, asked)?
            {
                highest = version;
            }
        }
        if !highest.is_empty() {
            return self.check_canonical(facts, commit, &highest, asked);
        }
        if base.is_empty() {
            base = self.base_tag(facts, commit, asked, &retracted)?;
        }
        let made = pseudo::make(&self.pseudo_major, &base, commit.time, &commit.short);
        self.check_canonical(facts, commit, &made, asked)
    }

    /// Checks that `version` can be a version of the module at `commit`, with `+incompatible` added
    /// where it belongs.
    fn check_canonical(
        &self,
        facts: &Facts,
        commit: &Commit,
        version: &str,
        asked: &str,
    ) -> Step<String> {
        if let Err(fault) = self.find(facts, version)? {
            return Err(self.error(version, fault.into(), false, true).into());
        }
        let plain = |text: &str| {
            text.strip_suffix("+incompatible")
                .unwrap_or(text)
                .to_owned()
        };
        let mut version = if version == plain(asked) {
            asked
        } else {
            version
        }
        .to_owned();
        let base = plain(&version);
        let mut fault = None;
        if match_path_major(&base, &self.path_major) {
            if version != base {
                let major = version::major(&version).to_owned();
                fault = Some(CodeFault::IncompatibleNotAllowed { major });
            }
        } else if self.can_be_incompatible(facts, commit, &base, asked)? {
            version = format!("{base}+incompatible");
        } else if self.path_major.is_empty() {
            let path = join(&self.path_prefix, version::major(&version));
            fault = Some(CodeFault::PathMustMatch { path });
        } else {
            fault = Some(CodeFault::MajorMustMatch);
        }
        let tag = plain(asked);
        if !asked.is_empty() && asked == version::canonical_version(asked) && tag != base {
            // A canonical version is itself or nothing.
            let fault = CodeFault::ResolvesTo { version, tag };
            return Err(self.version_error(asked, fault).into());
        }
        match fault {
            Some(fault) => Err(self.version_error(&version, fault).into()),
            None => Ok(version),
        }
    }

    /// Reports whether a version with the major version of `base` is one of this module because
    /// the repository, at `commit`, knows nothing of modules.
    fn can_be_incompatible(
        &self,
        facts: &Facts,
        commit: &Commit,
        base: &str,
        asked: &str,
    ) -> Step<bool> {
        if !self.may_be_incompatible() || exists(facts, commit, "go.mod")? {
            return Ok(false);
        }
        // Earlier go commands did not look into `vN`, so what asks for `+incompatible` still gets it.
        let asked_for = base.is_empty() || asked.ends_with("+incompatible");
        Ok(asked_for || !exists(facts, commit, &join(version::major(base), "go.mod"))?)
    }

    fn fits(&self, facts: &Facts, commit: &Commit, version: &str, asked: &str) -> Step<bool> {
        Ok(match_path_major(version, &self.path_major)
            || self.can_be_incompatible(facts, commit, version, asked)?)
    }

    /// Returns the version that a tag stands for; empty if it stands for none.
    fn tagged_version(&self, tag: &str) -> (String, Canonical) {
        let none = (String::new(), Canonical::No);
        let Some(text) = tag.strip_prefix(&self.tag_prefix()) else {
            return none;
        };
        // As in the go command: the whole tag is looked at, directory and all.
        if pseudo::is_pseudo(tag) {
            return none;
        }
        let version = version::canonical(text);
        if version.is_empty() || !text.starts_with(&*version) {
            return none;
        }
        let canonical = if version == text {
            Canonical::Yes
        } else {
            Canonical::No
        };
        (version.into_owned(), canonical)
    }

    /// Returns the highest version tagged on an ancestor of `commit`, or an empty one.
    fn base_tag(
        &self,
        facts: &Facts,
        commit: &Commit,
        asked: &str,
        retracted: &Retractions,
    ) -> Step<String> {
        let mut best = self.highest_tag(facts, commit, asked, retracted, History::Local)?;
        // A name made of hexadecimal digits might be a commit's; so the go command looks twice.
        if best.is_empty() || is_hex(&best) {
            let refs = facts
                .refs()?
                .map_err(|error| CodeError::plain(error.clone()))?;
            if refs.tags(&format!("{}v", self.tag_prefix())).is_empty() {
                return Ok(String::new());
            }
            best = self.highest_tag(facts, commit, asked, retracted, History::Complete)?;
        }
        Ok(self.tagged_version(&best).0)
    }

    fn highest_tag(
        &self,
        facts: &Facts,
        commit: &Commit,
        asked: &str,
        retracted: &Retractions,
        history: History,
    ) -> Step<String> {
        let tags = facts.tags(&commit.hash, history)?;
        let tags = tags.map_err(|error| CodeError::plain(error.clone()))?;
        let prefix = self.tag_prefix();
        let mut highest = "";
        for tag in tags {
            let Some(text) = tag.strip_prefix(&prefix) else {
                continue;
            };
            let (version, _) = self.tagged_version(tag);
            if !version.is_empty()
                && version::compare(text, highest) == Ordering::Greater
                && !is_retracted(retracted, &version)
                && self.fits(facts, commit, &version, asked)?
            {
                highest = text;
            }
        }
        Ok(if highest.is_empty() {
            String::new()
        } else {
            prefix + highest
        })
    }

    /// Returns what the newest release with a go.mod file retracts; nothing where that cannot be told.
    fn retractions(&self, facts: &Facts) -> Step<Retractions> {
        let versions = match self.versions(facts, "") {
            Err(Stop::Wrong(_)) => return Ok(Retractions::new()),
            versions => versions?.list,
        };
        let compatible = || {
            versions
                .iter()
                .map(Version::as_str)
                .take_while(|v| !v.ends_with("+incompatible"))
        };
        let release = compatible()
            .filter(|version| version::prerelease(version).is_empty())
            .last();
        let Some(newest) = release.or_else(|| compatible().last()) else {
            return Ok(Retractions::new());
        };
        match self.go_mod(facts, newest) {
            Err(Stop::Wrong(_)) => Ok(Retractions::new()),
            text => Ok(read_retractions(&text?)),
        }
    }
}

/// Whether a tag is the canonical form of its version, without build metadata.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Canonical {
    Yes,
    No,
}

fn exists(facts: &Facts, commit: &Commit, file: &str) -> Step<bool> {
    match facts.file(&commit.hash, file)? {
        Ok(found) => Ok(found.is_some()),
        Err(error) => Err(CodeError::plain(error.clone()).into()),
    }
}

fn is_retracted(retracted: &Retractions, version: &str) -> bool {
    retracted.iter().any(|VersionInterval { low, high }| {
        version::compare(low.as_str(), version) != Ordering::Greater
            && version::compare(version, high.as_str()) != Ordering::Greater
    })
}

/// Reads the retractions of a go.mod file; one that cannot be read retracts nothing.
fn read_retractions(go_mod: &[u8]) -> Retractions {
    let summary = Summary::read("go.mod", go_mod).unwrap_or_default();
    summary
        .retract
        .into_iter()
        .map(|retraction| retraction.interval)
        .collect()
}
