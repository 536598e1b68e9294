//! Whether a pseudo-version says what is true of the commit that it names.
//!
//! A pseudo-version must sort just above the tags before its commit. Otherwise anybody could give a
//! commit any precedence, and endlessly many names. See <https://go.dev/ref/mod#pseudo-versions>.

use std::cmp::Ordering;

use super::code_repo::CodeRepo;
use super::commit::Commit;
use super::error::{CodeError, CodeFault, HostError, PseudoFault};
use super::facts::{Facts, Step};
use crate::domain::module::{pseudo, version};

impl CodeRepo {
    /// Checks the pseudo-version `version` against the commit that its revision leads to.
    pub(super) fn check_pseudo(&self, facts: &Facts, commit: &Commit, version: &str) -> Step<()> {
        let wrong = |fault: PseudoFault| self.pseudo_error(version, fault.into());
        let rev = pseudo::rev(version).map_err(|error| wrong(PseudoFault::Version(error)))?;
        check_rev(rev, &commit.short).map_err(wrong)?;
        let time = pseudo::time(version).map_err(|error| wrong(PseudoFault::Version(error)))?;
        if time != commit.time {
            let expected = commit.time.digits();
            return Err(wrong(PseudoFault::TimeDiffers { expected }).into());
        }
        let plain = version.strip_suffix("+incompatible").unwrap_or(version);
        let base = pseudo::base(plain).map_err(|error| wrong(PseudoFault::Version(error)))?;
        if base.is_empty() {
            if self.pseudo_major.is_empty() && version::major(version) == "v1" {
                return Err(wrong(PseudoFault::MustBeV0).into());
            }
            return Ok(());
        }
        let prefix = self.tag_prefix();
        let on_commit = commit
            .tags
            .iter()
            .find(|tag| tag.strip_prefix(&prefix).unwrap_or(tag) == base);
        if let Some(tag) = on_commit {
            // The tag itself is the version to use.
            let (tag, rev) = (tag.clone(), rev.to_owned());
            return Err(wrong(PseudoFault::AlreadyCanonical { tag, rev }).into());
        }
        self.check_base(facts, commit, version, &base)
    }

    /// Checks that a tag of the version `base` is on an ancestor of the commit.
    ///
    /// It need not be the highest one: higher ones may have been added to ancestors later.
    fn check_base(&self, facts: &Facts, commit: &Commit, version: &str, base: &str) -> Step<()> {
        let host = |error: &HostError| self.pseudo_error(version, error.clone().into());
        let refs = facts.refs()?.map_err(host)?;
        let prefix = self.tag_prefix();
        let mut last = None;
        let mut trouble = None;
        for tag in refs.tags(&format!("{prefix}{base}")) {
            let tagged = tag.name.strip_prefix(&prefix).unwrap_or(&tag.name);
            if version::compare(tagged, base) != Ordering::Equal {
                continue;
            }
            match facts.descends(&commit.hash, &tag.name)? {
                Ok(true) => return Ok(()),
                Ok(false) => trouble = None,
                Err(error) => trouble = Some(error.clone()),
            }
            last = Some(tag.name);
        }
        let Some(tag) = last else {
            let fault = PseudoFault::NoBase {
                base: base.to_owned(),
            };
            return Err(self.pseudo_error(version, fault.into()).into());
        };
        if let Some(error) = trouble {
            return Err(host(&error).into());
        }
        let rev = pseudo::rev(version).unwrap_or_default().to_owned();
        let fault = PseudoFault::NotDescendant { rev, tag };
        Err(self.pseudo_error(version, fault.into()).into())
    }

    fn pseudo_error(&self, version: &str, fault: CodeFault) -> CodeError {
        let absent = matches!(&fault, CodeFault::Host(error) if error.is_not_found());
        self.error(version, fault, true, absent)
    }
}

fn check_rev(rev: &str, short: &str) -> Result<(), PseudoFault> {
    let expected = short.to_owned();
    if rev == short {
        Ok(())
    } else if rev.starts_with(short) {
        Err(PseudoFault::RevisionTooLong { expected })
    } else if short.starts_with(rev) {
        Err(PseudoFault::RevisionTooShort { expected })
    } else {
        Err(PseudoFault::RevisionDiffers { expected })
    }
}
