//! What the user means by ZIP, DIR or REPO@REV.

use std::path::{Path, PathBuf};

use crate::ops::failure::Failure;

/// What is to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// A zip.
    Zip(PathBuf),
    /// A directory with the source of a module.
    Directory(PathBuf),
    /// A revision of a repository in a directory.
    Local {
        /// The directory.
        dir: PathBuf,
        /// The revision.
        rev: &'a str,
    },
    /// A revision of a repository at a URL.
    Remote {
        /// The URL.
        url: &'a str,
        /// The revision.
        rev: &'a str,
    },
    /// A revision of the repository of a module.
    Module {
        /// The module path.
        path: &'a str,
        /// The revision.
        rev: &'a str,
    },
}

impl<'a> Target<'a> {
    /// Looks at what is there; relative paths start from `base`.
    pub(super) fn find(base: &Path, text: &'a str) -> Result<Self, Failure> {
        // Without `.`, as messages show it.
        let path: PathBuf = base.join(text).components().collect();
        if path.is_dir() {
            return Ok(Self::Directory(path));
        }
        if path.exists() {
            return Ok(Self::Zip(path));
        }
        let none = || {
            Failure::input(format!("`{text}` is no file or directory"))
                .hint("name a zip, a directory, or a revision of a repository as REPO@REV")
        };
        let (repo, rev) = text.rsplit_once('@').ok_or_else(none)?;
        if repo.is_empty() || rev.is_empty() || rev.starts_with('-') {
            return Err(none());
        }
        let dir = base.join(repo);
        if dir.is_dir() {
            return Ok(Self::Local { dir, rev });
        }
        if repo.contains("://") {
            return Ok(Self::Remote { url: repo, rev });
        }
        // `host:path` and paths that are not there are no module paths.
        let looks_like_path = repo.starts_with(['.', '/']) || repo.contains([':', '\\']);
        if looks_like_path {
            return Err(none());
        }
        Ok(Self::Module { path: repo, rev })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path();
        std::fs::create_dir(base.join("repo")).unwrap();
        std::fs::write(base.join("m@v1.zip"), "").unwrap();
        let check = |text, want| assert_eq!(Target::find(base, text).unwrap(), want);
        check("repo", Target::Directory(base.join("repo")));
        check("m@v1.zip", Target::Zip(base.join("m@v1.zip")));
        let dir = base.join("repo");
        check(
            "repo@sub/v1.0.0",
            Target::Local {
                dir,
                rev: "sub/v1.0.0",
            },
        );
        let (url, rev) = ("https://git@example.com/a", "main");
        check(
            "https://git@example.com/a@main",
            Target::Remote { url, rev },
        );
        let path = "example.com/a";
        check("example.com/a@main", Target::Module { path, rev });
        for text in [
            "gone",
            "./gone@v1",
            "repo@",
            "@v1",
            "git@host:a@v1",
            "repo@--upload-pack=x",
        ] {
            assert!(Target::find(base, text).is_err(), "{text}");
        }
    }
}
