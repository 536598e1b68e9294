//! Files of a revision of the repository at hand, read from its objects: nothing is checked out, stashed or written.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::adapters::exec::{Environment, ExecError, Program};

/// The bytes that all files asked for at once may have.
const MAX_FILES: u64 = 256 << 20;

/// The repository that a directory lies in.
#[derive(Clone)]
pub struct LocalRepo {
    env: Environment,
    /// Where git is run: the directory that was asked about.
    dir: PathBuf,
    /// The root of the work tree, spelt as the directory that was asked about.
    pub root: PathBuf,
    /// Whether its history ends somewhere.
    pub is_shallow: bool,
}

/// Why a revision cannot be read.
#[derive(Debug, Error)]
pub enum RevisionError {
    /// The directory lies in no repository.
    #[error("`{revision}` may be a git revision, but `{}` is in no git work tree", dir.display())]
    NoRepository {
        /// What was asked for.
        revision: String,
        /// The directory.
        dir: PathBuf,
    },
    /// The repository has no such revision.
    #[error("unknown git revision `{revision}`{}", if *is_shallow { " in this shallow clone" } else { "" })]
    Unknown {
        /// What was asked for.
        revision: String,
        /// Whether the history here ends somewhere.
        is_shallow: bool,
        /// The names of branches and tags.
        names: Vec<String>,
    },
    /// Two revisions have nothing in common.
    #[error("`{first}` and `{second}` have no common commit{}", if *is_shallow { " in this shallow clone" } else { "" })]
    Unrelated {
        /// The first one.
        first: String,
        /// The second one.
        second: String,
        /// Whether the history here ends somewhere.
        is_shallow: bool,
    },
    /// Git failed.
    #[error(transparent)]
    Run(#[from] ExecError),
    /// Git printed something unexpected.
    #[error("git cat-file printed something unexpected")]
    Output,
}

impl LocalRepo {
    /// Finds the repository of `dir`; none where it lies in no work tree.
    pub async fn find(env: &Environment, dir: &Path) -> Result<Option<Self>, ExecError> {
        let env = env
            .with("LC_ALL", "C")
            .with("GIT_OPTIONAL_LOCKS", "0")
            .with("GIT_NO_LAZY_FETCH", "1");
        let asked = [
            "rev-parse",
            "--is-shallow-repository",
            "--show-toplevel",
            "--show-prefix",
        ];
        let output = Program::new("git", &env).dir(dir).args(asked).run().await?;
        if !output.success() {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let mut lines = text.lines();
        let is_shallow = lines.next() == Some("true");
        let Some(top) = lines.next().filter(|top| !top.is_empty()) else {
            return Ok(None);
        };
        let prefix = Path::new(lines.next().unwrap_or_default());
        // Git resolves links; the user and everything else here does not.
        let depth = prefix.components().count();
        let root = if dir.ends_with(prefix) {
            dir.ancestors().nth(depth).unwrap_or(dir).to_owned()
        } else {
            PathBuf::from(top)
        };
        Ok(Some(Self {
            env,
            dir: dir.to_owned(),
            root,
            is_shallow,
        }))
    }

    /// Returns the hash of the commit that `revision` names.
    pub async fn commit(&self, revision: &str) -> Result<String, RevisionError> {
        if !revision.starts_with('-') && !revision.is_empty() {
            let peeled = format!("{revision}^{{commit}}");
            let output = self.git(["rev-parse", "--verify", "--quiet", &peeled]);
            let output = output.run().await?;
            if output.success() {
                return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
            }
        }
        Err(RevisionError::Unknown {
            revision: revision.to_owned(),
            is_shallow: self.is_shallow,
            names: self.names().await?,
        })
    }

    /// Returns the hash of the best common ancestor of two revisions.
    pub async fn merge_base(&self, first: &str, second: &str) -> Result<String, RevisionError> {
        let (a, b) = (self.commit(first).await?, self.commit(second).await?);
        let output = self.git(["merge-base", &a, &b]).run().await?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.success() && !text.is_empty() {
            return Ok(text);
        }
        Err(RevisionError::Unrelated {
            first: first.to_owned(),
            second: second.to_owned(),
            is_shallow: self.is_shallow,
        })
    }

    /// Returns the files of a commit, in the order of `paths`: relative to the root, with slashes. What is absent, or no
    /// file, is none. Links within the commit are followed.
    pub async fn files(
        &self,
        commit: &str,
        paths: &[String],
    ) -> Result<Vec<Option<Vec<u8>>>, RevisionError> {
        let mut names = String::new();
        // A line end would ask for something else; no directory of a Go module has one in its name.
        let is_plain = |path: &&String| !path.contains('\n');
        for path in paths.iter().filter(is_plain) {
            for part in [commit, ":", path, "\n"] {
                names.push_str(part);
            }
        }
        let output = self
            .git(["cat-file", "--batch", "--follow-symlinks"])
            .stdin(names)
            .max_output(MAX_FILES)
            .run_ok()
            .await?;
        let mut rest = output.as_slice();
        let mut files = Vec::new();
        for path in paths {
            files.push(if is_plain(&path) {
                take_object(&mut rest)?
            } else {
                None
            });
        }
        Ok(files)
    }

    async fn names(&self) -> Result<Vec<String>, ExecError> {
        let asked = ["for-each-ref", "--format=%(refname:short)"];
        let output = self.git(asked).run().await?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().map(str::to_owned).collect())
    }

    fn git<const N: usize>(&self, args: [&str; N]) -> Program {
        Program::new("git", &self.env).dir(&self.dir).args(args)
    }
}

/// Takes one answer of `git cat-file --batch --follow-symlinks`; none where it is not a file.
fn take_object(rest: &mut &[u8]) -> Result<Option<Vec<u8>>, RevisionError> {
    let bytes: &[u8] = rest;
    let end = memchr::memchr(b'\n', bytes).ok_or(RevisionError::Output)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let body = &bytes[end + 1..];
    if head.ends_with(" missing") || head.ends_with(" ambiguous") {
        *rest = body;
        return Ok(None);
    }
    let words: Vec<&str> = head.split(' ').collect();
    // The hash of a file; without one a link that leads nowhere: `dangling`, `symlink`, `loop`, `notdir`.
    let ([_, kind, size] | [kind, size]) = words[..] else {
        return Err(RevisionError::Output);
    };
    let size: usize = size
        .parse()
        .map_err(|_not_a_number| RevisionError::Output)?;
    let contents = body.get(..size).ok_or(RevisionError::Output)?;
    *rest = body.get(size + 1..).ok_or(RevisionError::Output)?;
    Ok((kind == "blob").then(|| contents.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_git() {
        let mut rest: &[u8] =
            b"HEAD:a missing\nabc blob 3\nx\ny\ndangling 5\nabcde\nabc tree 1\nz\n";
        assert_eq!(take_object(&mut rest).unwrap(), None);
        assert_eq!(take_object(&mut rest).unwrap(), Some(b"x\ny".to_vec()));
        assert_eq!(take_object(&mut rest).unwrap(), None);
        assert_eq!(take_object(&mut rest).unwrap(), None);
        assert!(take_object(&mut rest).is_err());
        for bad in [
            "abc blob 9\nx\n",
            "abc blob -1\n",
            "a b c d\n",
            "abc blob 1\nx",
        ] {
            assert!(take_object(&mut bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
