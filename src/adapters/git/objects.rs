//! Files of commits, read from the objects of a repository by one `git cat-file` that answers as long as it is asked.
//!
//! Directories are followed here, object by object: what several commits have in common is read once.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::revision::{Answer, LocalRepo, RevisionError, take_object};
use crate::adapters::exec::Conversation;

/// From so many files on two programs share the work of inflating them.
const MANY: usize = 64;

/// The objects of a repository, as far as they were asked for.
pub struct Objects {
    repo: LocalRepo,
    talks: Vec<Conversation>,
    trees: HashMap<String, Option<Arc<Tree>>>,
    files: HashMap<String, Arc<[u8]>>,
}

/// A file of a commit: the path is relative to the root, with slashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileOf {
    /// The hash of the commit.
    pub commit: String,
    /// The path.
    pub path: String,
}

/// A directory of a commit.
type Tree = HashMap<Box<[u8]>, Entry>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    kind: Kind,
    hash: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Directory,
    Link,
    /// A commit of another repository.
    Module,
}

/// Where the way to a file has come to.
enum Found {
    Nothing,
    /// The contents have this hash.
    File(String),
    /// A link is on the way: git follows those.
    Link,
    /// This directory must be read first.
    Unread(String),
}

impl Objects {
    /// Reads nothing yet.
    pub fn new(repo: LocalRepo) -> Self {
        Self {
            repo,
            talks: Vec::new(),
            trees: HashMap::new(),
            files: HashMap::new(),
        }
    }

    /// Returns the contents of files, in the order of `wanted`. What is absent, or no file, is none. Links within the
    /// commit are followed.
    pub async fn files(
        &mut self,
        wanted: &[FileOf],
    ) -> Result<Vec<Option<Arc<[u8]>>>, RevisionError> {
        let found = self.find(wanted).await?;
        let mut unread: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        for found in &found {
            if let Found::File(hash) = found
                && !self.files.contains_key(hash)
                && seen.insert(hash.clone())
            {
                unread.push(hash.clone());
            }
        }
        for (hash, contents) in unread.iter().zip(self.contents(&unread).await?) {
            // A directory of a partial clone names files that are not here: that is not the same as no file.
            let Some((_, contents)) = contents else {
                return Err(RevisionError::Absent { hash: hash.clone() });
            };
            self.files.insert(hash.clone(), contents.into());
        }
        let mut contents = Vec::new();
        for (found, wanted) in found.iter().zip(wanted) {
            contents.push(match found {
                Found::File(hash) => self.files.get(hash).cloned(),
                Found::Link => self.repo.followed(&wanted.commit, &wanted.path).await?,
                Found::Nothing | Found::Unread(_) => None,
            });
        }
        Ok(contents)
    }

    /// Follows the paths as far as directories are known, reads those that are not, and so on.
    async fn find(&mut self, wanted: &[FileOf]) -> Result<Vec<Found>, RevisionError> {
        // Two digits for a byte.
        let hash_length = wanted.first().map_or(0, |file| file.commit.len() / 2);
        loop {
            let found: Vec<_> = wanted.iter().map(|file| self.follow(file)).collect();
            let mut unread: Vec<String> = Vec::new();
            let mut seen = HashSet::new();
            for found in &found {
                if let Found::Unread(name) = found
                    && seen.insert(name)
                {
                    unread.push(name.clone());
                }
            }
            if unread.is_empty() {
                return Ok(found);
            }
            for (name, object) in unread.iter().zip(self.contents(&unread).await?) {
                let Some((kind, bytes)) = object else {
                    return Err(RevisionError::Absent { hash: name.clone() });
                };
                let tree = match kind.as_str() {
                    "tree" => Some(Arc::new(read_tree(&bytes, hash_length)?)),
                    _ => None,
                };
                self.trees.insert(name.clone(), tree);
            }
        }
    }

    fn follow(&self, file: &FileOf) -> Found {
        let mut name = format!("{}^{{tree}}", file.commit);
        let mut parts = file.path.split('/').peekable();
        while let Some(part) = parts.next() {
            let Some(tree) = self.trees.get(&name) else {
                return Found::Unread(name);
            };
            let entry = tree.as_ref().and_then(|tree| tree.get(part.as_bytes()));
            let Some(entry) = entry else {
                return Found::Nothing;
            };
            let is_last = parts.peek().is_none();
            match entry.kind {
                Kind::Link => return Found::Link,
                Kind::File if is_last => return Found::File(entry.hash.clone()),
                Kind::Directory if !is_last => name.clone_from(&entry.hash),
                Kind::File | Kind::Directory | Kind::Module => return Found::Nothing,
            }
        }
        Found::Nothing
    }

    /// Returns kind and contents of objects; none for those that are not here.
    async fn contents(
        &mut self,
        names: &[String],
    ) -> Result<Vec<Option<(String, Vec<u8>)>>, RevisionError> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let programs = if names.len() < MANY { 1 } else { 2 };
        while self.talks.len() < programs {
            self.talks.push(self.repo.talk()?);
        }
        if programs == 1 {
            return ask(&mut self.talks[0], names).await;
        }
        // What is near in the list is of one kind, and about as large.
        let half = |rest: usize| {
            names
                .iter()
                .skip(rest)
                .step_by(2)
                .cloned()
                .collect::<Vec<_>>()
        };
        let (even, odd) = (half(0), half(1));
        let (first, second) = self.talks.split_at_mut(1);
        let (first, second) =
            tokio::try_join!(ask(&mut first[0], &even), ask(&mut second[0], &odd))?;
        let mut second = second.into_iter();
        let pairs = first.into_iter().flat_map(|object| {
            let next = second.next();
            std::iter::once(object).chain(next)
        });
        Ok(pairs.collect())
    }
}

/// Asks one program for objects.
async fn ask(
    talk: &mut Conversation,
    names: &[String],
) -> Result<Vec<Option<(String, Vec<u8>)>>, RevisionError> {
    let mut question = String::new();
    for name in names {
        writeln!(question, "{name}").ok();
    }
    let (mut seen, mut count, mut is_wrong) = (0, 0, false);
    let is_whole = |answer: &[u8]| {
        while count < names.len() {
            let mut rest = &answer[seen..];
            match take_object(&mut rest) {
                Ok(Answer::Object(..) | Answer::Missing) => {
                    seen = answer.len() - rest.len();
                    count += 1;
                }
                Ok(Answer::Partial) => return false,
                Err(_) => {
                    is_wrong = true;
                    return true;
                }
            }
        }
        true
    };
    let answer = talk.ask(question.as_bytes(), is_whole).await?;
    if is_wrong {
        return Err(RevisionError::Output);
    }
    let mut rest = answer.as_slice();
    let mut objects = Vec::new();
    for _ in names {
        objects.push(match take_object(&mut rest)? {
            Answer::Object(kind, bytes) => Some((kind.to_owned(), bytes.to_vec())),
            Answer::Missing => None,
            Answer::Partial => return Err(RevisionError::Output),
        });
    }
    Ok(objects)
}

/// Reads a directory as git keeps it: mode, name and hash of each entry.
fn read_tree(mut bytes: &[u8], hash_length: usize) -> Result<Tree, RevisionError> {
    let mut tree = Tree::new();
    while !bytes.is_empty() {
        let space = memchr::memchr(b' ', bytes).ok_or(RevisionError::Output)?;
        let (mode, rest) = (&bytes[..space], &bytes[space + 1..]);
        let end = memchr::memchr(0, rest).ok_or(RevisionError::Output)?;
        let (name, rest) = (&rest[..end], &rest[end + 1..]);
        let (hash, rest) = rest
            .split_at_checked(hash_length)
            .ok_or(RevisionError::Output)?;
        bytes = rest;
        let kind = match mode {
            b"40000" => Kind::Directory,
            b"120000" => Kind::Link,
            b"160000" => Kind::Module,
            _ => Kind::File,
        };
        let mut hex = String::with_capacity(2 * hash.len());
        for byte in hash {
            write!(hex, "{byte:02x}").ok();
        }
        tree.insert(name.into(), Entry { kind, hash: hex });
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories() {
        let hash = [0xab; 20];
        let mut bytes = Vec::new();
        for (mode, name) in [
            ("100644", "go.mod"),
            ("40000", "a b"),
            ("120000", "link"),
            ("160000", "other"),
        ] {
            bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            bytes.extend_from_slice(&hash);
        }
        let tree = read_tree(&bytes, 20).unwrap();
        let kind = |name: &str| tree.get(name.as_bytes()).map(|entry| entry.kind);
        assert_eq!(kind("go.mod"), Some(Kind::File));
        assert_eq!(kind("a b"), Some(Kind::Directory));
        assert_eq!(kind("link"), Some(Kind::Link));
        assert_eq!(kind("other"), Some(Kind::Module));
        assert_eq!(tree[&b"a b"[..]].hash, "ab".repeat(20));
        for length in 1..30 {
            assert!(
                read_tree(&bytes[..length], 20).is_err() || length == 27 + 7,
                "{length}"
            );
        }
        assert!(read_tree(&bytes, 32).is_err());
    }
}
