//! Versions of a module inside a repository: tags, pseudo-versions, subdirectories, go.mod locations.
//!
//! Every rule takes the [`Facts`] known of the repository, and stops with a question where they do
//! not suffice. See <https://go.dev/ref/mod#vcs-version> and <https://go.dev/ref/mod#vcs-dir>.

use super::error::{CodeError, CodeErrorKind, CodeFault, HostError};
use super::facts::{Facts, Step, Stop};
use super::location::Place;
use super::refs::Refs;
use super::repo_path::has_path_prefix;
use super::zip::ZipSource;
use crate::domain::modfile;
use crate::domain::module::info::{Origin, RevInfo};
use crate::domain::module::path::{check_path_major, path_major_prefix, split_path_version};
use crate::domain::module::{ModulePath, Version, pseudo, version};

/// A module and where in its repository it is expected to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRepo {
    pub(super) path: String,
    /// The import path of the repository's root.
    pub(super) root: String,
    /// The directory of the module, or of the directory `vN` that the module is in.
    pub(super) dir: String,
    /// The module path without its major version.
    pub(super) path_prefix: String,
    /// What the path says of the major version: `/v2`, or `.v2` at gopkg.in.
    pub(super) path_major: String,
    /// The major version that pseudo-versions must have: `v2`.
    pub(super) pseudo_major: String,
}

/// The versions that a repository has of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleVersions {
    /// The versions in semantic order, without pseudo-versions; those with `+incompatible` are last.
    pub list: Vec<Version>,
    /// What the list depends on.
    pub origin: Option<Origin>,
}

impl CodeRepo {
    /// Places the module `path` in the repository whose root has the import path `root`.
    ///
    /// `subdir` is the subdirectory that a go-import tag names for `root`.
    pub fn new(root: &str, subdir: &str, path: &ModulePath) -> Result<Self, CodeError> {
        let path = path.as_str();
        if !has_path_prefix(path, root) {
            let (root, path) = (root.to_owned(), path.to_owned());
            return Err(CodeError::plain(CodeFault::MismatchedRepo { root, path }));
        }
        let (mut prefix, path_major, true) = split_path_version(path) else {
            return Err(CodeError::plain(CodeFault::InvalidPath {
                path: path.to_owned(),
            }));
        };
        let mut dir = "";
        if root == path {
            // A go-import tag may be for a path with its major version, and at gopkg.in it always
            // is: then there is no directory `vN` to look into.
            prefix = path;
        } else if has_path_prefix(prefix, root) {
            dir = prefix[root.len()..].trim_matches('/');
        } else {
            let (root, path) = (root.to_owned(), path.to_owned());
            return Err(CodeError::plain(CodeFault::NotContained { root, path }));
        }
        Ok(Self {
            path: path.to_owned(),
            root: root.to_owned(),
            dir: if subdir.is_empty() {
                dir.to_owned()
            } else {
                join(dir, subdir)
            },
            path_prefix: prefix.to_owned(),
            path_major: path_major.to_owned(),
            pseudo_major: path_major_prefix(path_major).to_owned(),
        })
    }

    /// Places the module `path` whose go.mod was found in the directory `dir` of a repository, wherever that is from.
    pub fn found_in(path: &ModulePath, dir: &str) -> Result<Self, CodeError> {
        let (prefix, path_major, _) = split_path_version(path.as_str());
        if path_major.starts_with('.') {
            return Self::new(path.as_str(), dir, path);
        }
        // The directory that tags are named after is the one above `vN`.
        let above = match path_major {
            "" => dir,
            _ if dir == &path_major[1..] => "",
            _ => dir.strip_suffix(path_major).unwrap_or(dir),
        };
        let root = match above {
            "" => Some(prefix),
            _ => prefix
                .strip_suffix(above)
                .and_then(|root| root.strip_suffix('/')),
        };
        match root {
            Some(root) => Self::new(root, "", path),
            // A fork, or a path of one's own choice for the directory.
            None => Self::new(path.as_str(), dir, path),
        }
    }

    /// Returns the directory of the module in the repository; for `/vN` paths, the one above is meant
    /// where the module is in a directory `vN`.
    pub fn dir(&self) -> &str {
        &self.dir
    }

    /// Returns the tagged versions that begin with `prefix`.
    pub fn versions(&self, facts: &Facts, prefix: &str) -> Step<ModuleVersions> {
        if self.path.starts_with("gopkg.in/") && self.path.ends_with("-unstable") {
            // Tags of v2 belong to the stable `.v2`; the unstable line has none.
            return Ok(ModuleVersions::default());
        }
        let refs = facts.refs()?.map_err(|error| self.module_error(error))?;
        let tag_prefix = self.tag_prefix() + prefix;
        let origin = Origin {
            subdir: self.dir.clone(),
            ..tags_origin(refs, &tag_prefix, facts)
        };
        let (mut list, mut incompatible) = (Vec::new(), Vec::new());
        for tag in refs.tags(&tag_prefix) {
            let tagged = &tag.name[self.tag_prefix().len()..];
            // What is not canonical or looks like a pseudo-version is resolved to a pseudo-version
            // of the commit, and so is no version by itself.
            if tagged.is_empty()
                || tagged != version::canonical(tagged)
                || pseudo::is_pseudo(tagged)
            {
                continue;
            }
            if check_path_major(tagged, &self.path_major).is_ok() {
                list.push(tagged.to_owned());
            } else if self.may_be_incompatible() && "v1" < version::major(tagged) {
                incompatible.push(tagged.to_owned());
            }
        }
        list.sort_by(|a, b| version::compare_total(a, b));
        incompatible.sort_by(|a, b| version::compare_total(a, b));
        self.add_incompatible(facts, &mut list, &incompatible)?;
        let list = list.into_iter().map(Version::new).collect();
        Ok(ModuleVersions {
            list,
            origin: Some(origin),
        })
    }

    /// Returns the version of the commit that the default branch points to.
    pub fn latest(&self, facts: &Facts) -> Step<RevInfo> {
        let host = |error: &HostError| CodeError::plain(error.clone());
        let refs = facts.refs()?.map_err(host)?;
        let head = refs
            .get("HEAD")
            .ok_or_else(|| host(&HostError::NoCommits))?;
        let mut commit = facts
            .commit(head)?
            .map_err(|none| host(&none.error))?
            .clone();
        "HEAD".clone_into(&mut commit.origin.git_ref);
        head.clone_into(&mut commit.origin.hash);
        self.convert(facts, &commit, "")
    }

    /// Resolves a version, tag, branch or commit to a version of the module.
    pub fn stat(&self, facts: &Facts, rev: &str) -> Step<RevInfo> {
        if rev == "latest" {
            return self.latest(facts);
        }
        match facts.commit(&self.code_rev(rev))? {
            Ok(commit) => self.convert(facts, commit, rev),
            Err(none) => {
                let mut error = self.version_error(rev, none.error.clone());
                error.origin = none.origin.clone().map(Box::new);
                Err(error.into())
            }
        }
    }

    /// Returns the go.mod file of a canonical version; one is made up where the repository has none
    /// and needs none.
    pub fn go_mod(&self, facts: &Facts, version: &str) -> Step<Vec<u8>> {
        if let Some(text) = self.place(facts, version)?.go_mod {
            return Ok(text.to_vec());
        }
        let path = modfile::quote::auto_quote(self.path.as_bytes());
        Ok([b"module ", &*path, b"\n"].concat())
    }

    /// Returns what the zip of a canonical version is to be made of.
    pub fn zip_source(&self, facts: &Facts, version: &str) -> Step<ZipSource> {
        let dir = self.place(facts, version)?.dir;
        let rev = self.code_rev(version);
        let license = if dir.is_empty() {
            None
        } else {
            let found = facts.file(&rev, "LICENSE")?;
            found
                .map_err(|error| CodeError::plain(error.clone()))?
                .map(<[u8]>::to_vec)
        };
        Ok(ZipSource { rev, dir, license })
    }

    /// Finds a canonical version, and checks what a pseudo-version says of its commit.
    fn place<'f>(&self, facts: &'f Facts, version: &str) -> Step<Place<'f>> {
        if version != version::canonical_version(version) {
            let version = version.to_owned();
            return Err(CodeError::plain(CodeFault::NotCanonical { version }).into());
        }
        if pseudo::is_pseudo(version) {
            // The revision alone would do to find the files; but a pseudo-version that says something
            // untrue of its commit must not get an answer.
            self.stat(facts, version)?;
        }
        if !version::is_valid(version) {
            return Err(self.version_error(version, CodeFault::Syntax).into());
        }
        self.find(facts, version)?
            .map_err(|fault| CodeError::plain(fault).into())
    }

    /// Returns the revision in the repository that a version or revision of the module stands for.
    pub(super) fn code_rev(&self, rev: &str) -> String {
        if !version::is_valid(rev) {
            return rev.to_owned();
        }
        match pseudo::rev(rev) {
            Ok(hash) => hash.to_owned(),
            Err(_) => self.tag_prefix() + rev.strip_suffix("+incompatible").unwrap_or(rev),
        }
    }

    /// Returns what stands before the version in the tags of the module.
    pub(super) fn tag_prefix(&self) -> String {
        if self.dir.is_empty() {
            String::new()
        } else {
            format!("{}/", self.dir)
        }
    }

    /// Reports whether versions above v1 can be versions of this module without its path saying so.
    pub(super) fn may_be_incompatible(&self) -> bool {
        self.dir.is_empty() && self.path_major.is_empty()
    }

    pub(super) fn version_error(&self, version: &str, fault: impl Into<CodeFault>) -> CodeError {
        let fault = fault.into();
        let absent = matches!(&fault, CodeFault::Host(error) if error.is_not_found());
        self.error(version, fault, false, absent)
    }

    pub(super) fn error(
        &self,
        version: &str,
        fault: CodeFault,
        pseudo: bool,
        absent: bool,
    ) -> CodeError {
        let (path, version) = (self.path.clone(), version.to_owned());
        CodeErrorKind::Version {
            path,
            version,
            pseudo,
            fault,
            absent,
        }
        .into()
    }

    fn module_error(&self, error: &HostError) -> CodeError {
        let fault = CodeFault::Host(error.clone());
        CodeErrorKind::Module {
            path: self.path.clone(),
            fault,
        }
        .into()
    }

    /// Adds the versions above v1 that count although the path does not name their major version:
    /// those from before the repository had a go.mod file.
    fn add_incompatible(
        &self,
        facts: &Facts,
        list: &mut Vec<String>,
        candidates: &[String],
    ) -> Step<()> {
        if candidates.is_empty() {
            return Ok(());
        }
        if let Some(last) = list.last()
            && self.has_go_mod(facts, last)?
        {
            // Its author has turned to modules: what is tagged higher is not meant for this path.
            return Ok(());
        }
        for same_major in candidates.chunk_by(|a, b| version::major(a) == version::major(b)) {
            let last = same_major.last().expect("a chunk is not empty");
            if !self.has_go_mod(facts, last)? {
                list.extend(
                    same_major
                        .iter()
                        .map(|version| format!("{version}+incompatible")),
                );
            }
        }
        Ok(())
    }

    fn has_go_mod(&self, facts: &Facts, tag: &str) -> Step<bool> {
        match facts.file(tag, "go.mod")? {
            Ok(found) => Ok(found.is_some()),
            Err(error) => Err(self.module_error(error).into()),
        }
    }
}

/// Returns the origin of an answer that depends on all tags with `prefix`.
pub(super) fn tags_origin(refs: &Refs, prefix: &str, facts: &Facts) -> Origin {
    Origin {
        vcs: "git".to_owned(),
        url: facts.url().to_owned(),
        tag_prefix: prefix.to_owned(),
        tag_sum: refs.tag_sum(prefix),
        ..Origin::default()
    }
}

/// Joins slash-separated paths, without `.` and, as far as possible, without `..`.
pub(super) fn join(dir: &str, below: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for element in dir.split('/').chain(below.split('/')) {
        match element {
            "" | "." => {}
            ".." if out.last().is_some_and(|last| *last != "..") => drop(out.pop()),
            element => out.push(element),
        }
    }
    out.join("/")
}

impl From<CodeFault> for Stop {
    fn from(fault: CodeFault) -> Self {
        Self::Wrong(CodeError::plain(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_found_in_directories() {
        let check = |path: &str, dir: &str, want: (&str, &str)| {
            let found = CodeRepo::found_in(&ModulePath::new(path), dir).unwrap();
            assert_eq!((&*found.root, &*found.dir), want, "{path} in {dir}");
        };
        check("a.b/c", "", ("a.b/c", ""));
        check("a.b/c/v2", "", ("a.b/c", ""));
        check("a.b/c/v2", "v2", ("a.b/c", ""));
        check("a.b/c/sub", "sub", ("a.b/c", "sub"));
        check("a.b/c/x/sub/v3", "x/sub", ("a.b/c", "x/sub"));
        check("a.b/c/x/sub/v3", "x/sub/v3", ("a.b/c", "x/sub"));
        check("a.b/own", "sub", ("a.b/own", "sub"));
        check("gopkg.in/c.v2", "", ("gopkg.in/c.v2", ""));
    }
}
