//! Where in a repository the go.mod file of a module version is, and whether it is the right one.
//!
//! See <https://go.dev/ref/mod#vcs-dir>.

use super::code_repo::{CodeRepo, join};
use super::error::{HostError, LocationFault};
use super::facts::{Facts, Step};
use crate::domain::modfile;
use crate::domain::module::path::{path_major_prefix, split_path_version};
use crate::domain::module::version;

/// The place of a module version.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    /// The directory in the repository; empty for its root.
    pub(super) dir: String,
    /// Its go.mod file; none where it is the root of a repository that has no such file.
    pub(super) go_mod: Option<&'a [u8]>,
}

/// A go.mod file where one could be.
struct Candidate<'a> {
    file: String,
    text: Option<&'a [u8]>,
    /// Its module path; empty where there is none.
    module: String,
    fits: bool,
}

impl CodeRepo {
    /// Finds the go.mod file of `version`, a valid version.
    pub(super) fn find<'a>(
        &self,
        facts: &'a Facts,
        version: &str,
    ) -> Step<Result<Place<'a>, LocationFault>> {
        let rev = self.code_rev(version);
        let upper = match self.candidate(facts, &rev, &self.dir)? {
            Ok(found) => found,
            Err(fault) => return Ok(Err(fault)),
        };
        // `/vN` may also be a directory; `.vN` cannot, nor can it if the whole path is the root's.
        let has_major_dir = self.path_major.starts_with('/') && self.root != self.path;
        if has_major_dir {
            let lower = match self.candidate(facts, &rev, &join(&self.dir, &self.path_major))? {
                Ok(found) => found,
                Err(fault) => return Ok(Err(fault)),
            };
            match (upper.fits, lower.fits, lower.text) {
                (true, true, _) => {
                    return Ok(Err(LocationFault::Both {
                        prefix: self.path_prefix.clone(),
                        file: upper.file,
                        major: self.path_major.clone(),
                        rev,
                    }));
                }
                (false, true, go_mod) => {
                    let dir = join(&self.dir, &self.path_major);
                    return Ok(Ok(Place { dir, go_mod }));
                }
                (_, false, Some(_)) => return Ok(Err(self.lower_fault(&lower, rev))),
                (_, false, None) => {}
            }
        }
        let other = has_major_dir.then(|| self.path_major.clone());
        match upper.text {
            Some(text) if upper.fits => Ok(Ok(Place {
                dir: self.dir.clone(),
                go_mod: Some(text),
            })),
            Some(_) => Ok(Err(self.upper_fault(upper, other, version, rev))),
            None if self.dir.is_empty() && !self.path_major.starts_with('/') => Ok(Ok(Place {
                dir: String::new(),
                go_mod: None,
            })),
            None => {
                let prefix = self.path_prefix.clone();
                Ok(Err(LocationFault::Missing {
                    prefix,
                    major: other,
                    rev,
                }))
            }
        }
    }

    fn candidate<'a>(
        &self,
        facts: &'a Facts,
        rev: &str,
        dir: &str,
    ) -> Step<Result<Candidate<'a>, LocationFault>> {
        let file = join(dir, "go.mod");
        let text = match facts.file(rev, &file)? {
            Ok(text) => text,
            Err(error) => return Ok(Err(self.unreadable(file, rev, error))),
        };
        let module = text.map(modfile::module_path).unwrap_or_default();
        let module = String::from_utf8_lossy(&module).into_owned();
        // The go command once took unversioned paths as replacements for those of gopkg.in.
        let in_upper = dir == self.dir;
        let replaces_gopkg_in = self.path_major.is_empty() && module.starts_with("gopkg.in/");
        let fits = fits_major(&module, &self.path_major) || (in_upper && replaces_gopkg_in);
        Ok(Ok(Candidate {
            file,
            text,
            module,
            fits,
        }))
    }

    fn unreadable(&self, file: String, rev: &str, error: &HostError) -> LocationFault {
        let (root, rev) = (self.root.clone(), rev.to_owned());
        LocationFault::Read {
            root,
            file,
            rev,
            source: error.clone(),
        }
    }

    /// Says what is wrong with a go.mod file in the directory `vN`.
    fn lower_fault(&self, lower: &Candidate<'_>, rev: String) -> LocationFault {
        let file = format!("{}/{}", self.root, lower.file);
        if lower.module.is_empty() {
            return LocationFault::NoModulePath {
                file,
                other: None,
                rev,
            };
        }
        let (major, found) = (self.path_major.clone(), lower.module.clone());
        LocationFault::WrongMajor {
            file,
            major,
            found,
            other: None,
            rev,
        }
    }

    /// Says what is wrong with the go.mod file in the directory itself.
    fn upper_fault(
        &self,
        upper: Candidate<'_>,
        other: Option<String>,
        version: &str,
        rev: String,
    ) -> LocationFault {
        let (file, found) = (upper.file, upper.module);
        if found.is_empty() {
            return LocationFault::NoModulePath { file, other, rev };
        }
        if !self.path_major.is_empty() {
            let major = self.path_major.clone();
            return LocationFault::WrongMajor {
                file,
                major,
                found,
                other,
                rev,
            };
        }
        if !split_path_version(&found).2 {
            return LocationFault::Malformed { file, found, rev };
        }
        let major = version::major(version).to_owned();
        LocationFault::LaterMajor {
            file,
            major,
            found,
            rev,
        }
    }
}

/// Reports whether a module path in a go.mod file allows the versions that `path_major` stands for.
///
/// Only the major version counts: the repository may be a fork, used in place of the module that
/// its go.mod file names.
fn fits_major(module: &str, path_major: &str) -> bool {
    let (_, module_major, valid) = split_path_version(module);
    if module.is_empty() || !valid {
        return false;
    }
    if path_major.is_empty() {
        return matches!(path_major_prefix(module_major), "" | "v0" | "v1");
    }
    // `/v2` and `.v2` follow the same rules, so only what comes after counts.
    !module_major.is_empty() && module_major[1..] == path_major[1..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors() {
        let check = |module, path_major, expect| {
            assert_eq!(
                fits_major(module, path_major),
                expect,
                "{module} {path_major}"
            );
        };
        check("a.b/c", "", true);
        check("a.b/c/v2", "", false);
        check("gopkg.in/c.v1", "", true);
        check("gopkg.in/c.v2", "", false);
        check("a.b/c/v2", "/v2", true);
        check("a.b/c", "/v2", false);
        check("gopkg.in/c.v2", "/v2", true);
        check("a.b/c/v2", ".v2", true);
        check("a.b/c/v0", "", false);
        check("", "", false);
    }
}
