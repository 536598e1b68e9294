//! What is in a module, file by file, so that two witnesses who differ can be compared.

use std::collections::BTreeMap;

use crate::domain::checksum::dirhash::{self, FileDigest};

/// The files of a module, or its go.mod alone, as one witness has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    files: BTreeMap<String, Digests>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digests {
    exact: FileDigest,
    /// Of the text with the line ends of Unix.
    unix: FileDigest,
}

/// How two contents differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Not at all.
    None,
    /// In line ends alone.
    LineEnds,
    /// Files are in one of them alone; all others are the same.
    FileSet,
    /// Files have other contents.
    Files,
}

impl Contents {
    /// Adds a file; its name is that in the zip.
    pub fn add(&mut self, name: &str, contents: &[u8]) {
        let exact = FileDigest::of(contents);
        let unix = if memchr::memmem::find(contents, b"\r\n").is_some() {
            FileDigest::of(&without_returns(contents))
        } else {
            exact
        };
        self.files.insert(name.to_owned(), Digests { exact, unix });
    }

    /// Returns the `h1:` hash; none where a name cannot be in one.
    pub fn hash(&self) -> Option<String> {
        let files: Vec<(&[u8], FileDigest)> = self
            .files
            .iter()
            .map(|(name, digests)| (name.as_bytes(), digests.exact))
            .collect();
        dirhash::hash1(&files).ok()
    }

    /// Compares with other contents.
    pub fn compare(&self, other: &Self) -> Difference {
        let mut difference = Difference::None;
        let mut alone = self.files.len() != other.files.len();
        let mut common = false;
        for (name, mine) in &self.files {
            match other.files.get(name) {
                None => alone = true,
                Some(theirs) if mine.exact == theirs.exact => common = true,
                Some(theirs) if mine.unix == theirs.unix => difference = Difference::LineEnds,
                Some(_) => return Difference::Files,
            }
        }
        match (difference, alone) {
            (Difference::None, true) if common => Difference::FileSet,
            (_, true) => Difference::Files,
            (difference, false) => difference,
        }
    }

    /// Returns the names of files in which two contents differ, sorted.
    pub fn differing<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let changed = self.files.iter().filter(|(name, mine)| {
            let theirs = other.files.get(*name);
            theirs.is_none_or(|theirs| theirs.exact != mine.exact)
        });
        let added = other
            .files
            .keys()
            .filter(|name| !self.files.contains_key(*name));
        let mut names: Vec<&str> = changed
            .map(|(name, _)| name)
            .chain(added)
            .map(String::as_str)
            .collect();
        names.sort_unstable();
        names
    }
}

fn without_returns(text: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    for (at, &byte) in text.iter().enumerate() {
        if byte != b'\r' || text.get(at + 1) != Some(&b'\n') {
            kept.push(byte);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(files: &[(&str, &str)]) -> Contents {
        let mut contents = Contents::default();
        for (name, text) in files {
            contents.add(name, text.as_bytes());
        }
        contents
    }

    #[track_caller]
    fn check(a: &[(&str, &str)], b: &[(&str, &str)], expect: Difference, names: &[&str]) {
        let (a, b) = (contents(a), contents(b));
        assert_eq!(a.compare(&b), expect);
        assert_eq!(b.compare(&a), expect);
        assert_eq!(a.differing(&b), names);
        assert_eq!(a.hash() == b.hash(), expect == Difference::None);
    }

    #[test]
    fn tells_differences_apart() {
        let plain = [("a", "1\n2\n"), ("b", "x")];
        check(&plain, &plain, Difference::None, &[]);
        check(
            &plain,
            &[("a", "1\r\n2\r\n"), ("b", "x")],
            Difference::LineEnds,
            &["a"],
        );
        check(&plain, &[("a", "1\n2\n")], Difference::FileSet, &["b"]);
        check(
            &plain,
            &[("a", "1\n2\n"), ("c", "x")],
            Difference::FileSet,
            &["b", "c"],
        );
        check(
            &plain,
            &[("a", "1\n3\n"), ("b", "x")],
            Difference::Files,
            &["a"],
        );
        check(
            &plain,
            &[("a", "1\r\n2\r\n")],
            Difference::Files,
            &["a", "b"],
        );
    }
}
