//! Files of a revision of the repository at hand, read from its objects: nothing is checked out, stashed or written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use crate::adapters::exec::{Conversation, Environment, ExecError, Program};

/// What is asked about every repository.
const ASKED: [&str; 4] = [
    "rev-parse",
    "--is-shallow-repository",
    "--show-toplevel",
    "--show-prefix",
];

/// Objects that stand for others, whatever those say.
const REPLACED: &str = "--glob=refs/replace/*";

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
    /// Whether the hash of a commit says all about its files: no object stands for another one.
    pub is_plain: bool,
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
    /// A directory names an object that is not here.
    #[error("the repository lacks the object {hash}")]
    Absent {
        /// Its hash.
        hash: String,
    },
    /// Git failed.
    #[error(transparent)]
    Run(#[from] ExecError),
    /// Git printed something unexpected.
    #[error("git cat-file printed something unexpected")]
    Output,
}

impl LocalRepo {
    /// Finds the repository of `dir`; none where it lies in no work tree. The commits that `revisions` name come with it
    /// where git told all of them at once: [`Self::commit`] says what is wrong with one.
    pub async fn find(
        env: &Environment,
        dir: &Path,
        revisions: &[&str],
    ) -> Result<Option<(Self, Option<Vec<String>>)>, ExecError> {
        let env = env
            .with("LC_ALL", "C")
            .with("GIT_OPTIONAL_LOCKS", "0")
            .with("GIT_NO_LAZY_FETCH", "1");
        // A range has several commits; `commit` knows that it is no revision.
        let is_one =
            |name: &&str| !name.is_empty() && !name.starts_with(['-', '^']) && !name.contains("..");
        if !revisions.is_empty() && revisions.iter().all(is_one) {
            let peeled = revisions.iter().map(|name| format!("{name}^{{commit}}"));
            let words = ASKED.iter().map(|&word| word.to_owned()).chain(peeled);
            let words = words.chain([REPLACED.to_owned()]);
            let output = Program::new("git", &env).dir(dir).args(words).run().await?;
            let text = String::from_utf8_lossy(&output.stdout);
            if output.success()
                && let Some((repo, commits)) = Self::read(&env, dir, &text, revisions.len())
            {
                return Ok(Some((repo, Some(commits))));
            }
        }
        let asked = ASKED.into_iter().chain([REPLACED]);
        let output = Program::new("git", &env).dir(dir).args(asked).run().await?;
        if !output.success() {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(Self::read(&env, dir, &text, 0).map(|(repo, _)| (repo, None)))
    }

    /// Reads what git says of a repository, of so many revisions, and of objects that stand for others.
    fn read(
        env: &Environment,
        dir: &Path,
        text: &str,
        revisions: usize,
    ) -> Option<(Self, Vec<String>)> {
        let mut lines = text.lines();
        let is_shallow = lines.next() == Some("true");
        let top = lines.next().filter(|top| !top.is_empty())?;
        let prefix = Path::new(lines.next().unwrap_or_default());
        let hashes: Vec<_> = lines.map(str::to_owned).collect();
        if hashes.len() < revisions || !hashes.iter().all(|line| is_hash(line)) {
            return None;
        }
        // Git resolves links; the user and everything else here does not.
        let depth = prefix.components().count();
        let root = if dir.ends_with(prefix) {
            dir.ancestors().nth(depth).unwrap_or(dir).to_owned()
        } else {
            PathBuf::from(top)
        };
        let repo = Self {
            env: env.clone(),
            dir: dir.to_owned(),
            root,
            is_shallow,
            is_plain: hashes.len() == revisions && env.get("GIT_REPLACE_REF_BASE").is_none(),
        };
        let commits = hashes.into_iter().take(revisions).collect();
        Some((repo, commits))
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
        Err(self.unknown(revision).await?)
    }

    /// Returns the error that says that there is no such revision.
    async fn unknown(&self, revision: &str) -> Result<RevisionError, ExecError> {
        Ok(RevisionError::Unknown {
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

    /// Starts a program that answers questions for objects.
    pub(super) fn talk(&self) -> Result<Conversation, ExecError> {
        let program = self.git(["cat-file", "--batch"]);
        program.max_output(MAX_FILES).talk()
    }

    /// Returns a file of a commit, if it is one; links within the commit are followed.
    pub(super) async fn followed(
        &self,
        commit: &str,
        path: &str,
    ) -> Result<Option<Arc<[u8]>>, RevisionError> {
        // A line end would ask for something else; no directory of a Go module has one in its name.
        if path.contains('\n') {
            return Ok(None);
        }
        let output = self
            .git(["cat-file", "--batch", "--follow-symlinks"])
            .stdin(format!("{commit}:{path}\n"))
            .max_output(MAX_FILES)
            .run_ok()
            .await?;
        match take_object(&mut output.as_slice())? {
            Answer::Object("blob", contents) => Ok(Some(contents.into())),
            Answer::Object(..) | Answer::Missing => Ok(None),
            Answer::Partial => Err(RevisionError::Output),
        }
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

/// An answer of `git cat-file --batch`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer<'b> {
    /// What the object is, and its contents.
    Object(&'b str, &'b [u8]),
    /// There is no such object.
    Missing,
    /// Some of it has not come yet.
    Partial,
}

/// Takes one answer, if all of it is there.
pub(super) fn take_object<'b>(rest: &mut &'b [u8]) -> Result<Answer<'b>, RevisionError> {
    let bytes: &'b [u8] = rest;
    let Some(end) = memchr::memchr(b'\n', bytes) else {
        return Ok(Answer::Partial);
    };
    let head = &bytes[..end];
    let body = &bytes[end + 1..];
    if head.ends_with(b" missing") || head.ends_with(b" ambiguous") {
        *rest = body;
        return Ok(Answer::Missing);
    }
    let wrong = |_| RevisionError::Output;
    let head = std::str::from_utf8(head).map_err(wrong)?;
    let words: Vec<&str> = head.split(' ').collect();
    // The hash of a file; without one a link that leads nowhere: `dangling`, `symlink`, `loop`, `notdir`.
    let ([_, kind, size] | [kind, size]) = words[..] else {
        return Err(RevisionError::Output);
    };
    let size: usize = size
        .parse()
        .map_err(|_not_a_number| RevisionError::Output)?;
    let Some((contents, after)) = body.split_at_checked(size) else {
        return Ok(Answer::Partial);
    };
    match after.split_first() {
        None => Ok(Answer::Partial),
        Some((b'\n', after)) => {
            *rest = after;
            Ok(Answer::Object(kind, contents))
        }
        Some(_) => Err(RevisionError::Output),
    }
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_git() {
        let mut rest: &[u8] =
            b"HEAD:a missing\nabc blob 3\nx\ny\ndangling 5\nabcde\nabc tree 1\nz\nabc blob 5\nabc";
        assert_eq!(take_object(&mut rest).unwrap(), Answer::Missing);
        let object = |kind, contents: &'static str| Answer::Object(kind, contents.as_bytes());
        assert_eq!(take_object(&mut rest).unwrap(), object("blob", "x\ny"));
        assert_eq!(take_object(&mut rest).unwrap(), object("dangling", "abcde"));
        assert_eq!(take_object(&mut rest).unwrap(), object("tree", "z"));
        assert_eq!(take_object(&mut rest).unwrap(), Answer::Partial);
        assert_eq!(rest, b"abc blob 5\nabc");
        for part in ["", "abc", "abc blob 9\nx\n", "abc blob 1\nx"] {
            let answer = take_object(&mut part.as_bytes()).unwrap();
            assert_eq!(answer, Answer::Partial, "{part}");
        }
        for bad in ["abc blob -1\n", "a b c d\n", "abc blob 1\nxy\n", "\n"] {
            assert!(take_object(&mut bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_git_says_of_a_repository() {
        let env = Environment::default();
        let dir = Path::new("/a/b");
        let hash = "0123456789".repeat(4);
        let read = |text: &str, revisions| LocalRepo::read(&env, dir, text, revisions);
        let (repo, commits) = read(&format!("false\n/x/a\nb/\n{hash}\n"), 1).unwrap();
        assert_eq!(
            (repo.root.as_path(), repo.is_plain),
            (Path::new("/a"), true)
        );
        assert_eq!(commits, [hash.as_str()]);
        let (repo, commits) = read(&format!("true\n/x/a\nb/\n{hash}\n{hash}\n"), 1).unwrap();
        assert_eq!((repo.is_shallow, repo.is_plain), (true, false));
        assert_eq!(commits.len(), 1);
        assert!(read("false\n/x/a\n\n", 1).is_none());
        assert!(read(&format!("false\n/x/a\n\n{hash}\n^{hash}\n"), 1).is_none());
        assert!(read("false\n\n\n", 0).is_none());
    }
}
