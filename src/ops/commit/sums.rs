//! go.sum as a run leaves it. See <https://go.dev/ref/mod#go-sum-files>.

use super::keep::Keep;
use crate::domain::gosum::lines::{Sum, SumKey};
use crate::domain::gosum::{GoSum, SumKind};

/// The lines there are, and those that could be added.
pub(super) struct Sums<'s> {
    /// The file that is written.
    pub listed: &'s GoSum,
    /// The go.sum files of the members, where the file is go.work.sum: what one of them has stands nowhere else.
    pub of_members: &'s [GoSum],
    /// Hashes that were found right and that no file has.
    pub checked: &'s [Sum],
    /// What is needed.
    pub keep: &'s Keep,
}

impl Sums<'_> {
    /// Returns the file with new lines that are needed; all others stay. None where no line is new.
    pub(super) fn grown(&self) -> Option<Vec<u8>> {
        let is_changed = self.added().any(|sum| self.keep.has(&sum.key));
        is_changed.then(|| self.write(|_| true))
    }

    /// Returns the lines that [`Sums::grown`] adds.
    pub(super) fn gained(&self) -> Vec<Sum> {
        let needed = self.added().filter(|sum| self.keep.has(&sum.key));
        let own = needed.filter(|sum| {
            let (path, version) = (&sum.key.path, sum.key.written_version());
            let mut files = self.of_members.iter();
            !files.any(|file| file.lookup(path, &version).next().is_some())
        });
        own.cloned().collect()
    }

    /// Returns the file with the lines that are needed and no other. None where the go command would not touch it: it is
    /// not sorted for its own sake.
    pub(super) fn trimmed(&self) -> Option<Vec<u8>> {
        let mut listed = self.listed.iter();
        let is_changed = self.added().next().is_some()
            || listed.any(|(path, version, _)| !self.keep.has(&key(path, version)));
        is_changed.then(|| self.tidy())
    }

    /// Returns the file with the lines that are needed, sorted.
    pub(super) fn tidy(&self) -> Vec<u8> {
        self.write(|key| self.keep.has(key))
    }

    fn added(&self) -> impl Iterator<Item = &Sum> {
        self.checked.iter().filter(|sum| {
            let version = sum.key.written_version();
            let mut listed = self.listed.lookup(&sum.key.path, &version);
            !listed.any(|hash| hash == sum.hash)
        })
    }

    fn write(&self, may_stay: impl Fn(&SumKey) -> bool) -> Vec<u8> {
        let is_members = |path: &str, version: &str| {
            let mut files = self.of_members.iter();
            files.any(|file| file.lookup(path, version).next().is_some())
        };
        let mut file = GoSum::default();
        for (path, version, hash) in self.listed.iter() {
            if may_stay(&key(path, version)) && !is_members(path, version) {
                file.insert(path, version, hash);
            }
        }
        for sum in self.added().filter(|sum| self.keep.has(&sum.key)) {
            let version = sum.key.written_version();
            if !is_members(&sum.key.path, &version) {
                file.insert(&sum.key.path, &version, &sum.hash);
            }
        }
        file.to_bytes()
    }
}

fn key(path: &str, version: &str) -> SumKey {
    match version.strip_suffix("/go.mod") {
        Some(version) => SumKey::new(path, version, SumKind::GoMod),
        None => SumKey::new(path, version, SumKind::Module),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        listed: &str,
        checked: &[&str],
        keep: &[&str],
        grown: Option<&str>,
        trimmed: Option<&str>,
    ) {
        let sum = |line: &&str| {
            let [path, version, hash] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let (key, hash) = (key(path, version), hash.to_owned());
            Sum { key, hash }
        };
        let mut needed = Keep::default();
        for line in keep {
            needed.want(sum(&&*format!("{line} h1:x")).key);
        }
        let checked: Vec<_> = checked.iter().map(sum).collect();
        let sums = Sums {
            listed: &GoSum::parse_lax(listed.as_bytes()),
            of_members: &[],
            checked: &checked,
            keep: &needed,
        };
        let text = |bytes: Option<Vec<u8>>| bytes.map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(text(sums.grown()).as_deref(), grown);
        assert_eq!(text(sums.trimmed()).as_deref(), trimmed);
    }

    #[test]
    fn nothing_new_leaves_the_file_alone() {
        check("b v1 h1:b\na v1 h1:a\n", &[], &["a v1", "b v1"], None, None);
    }

    #[test]
    fn needed_lines_are_added_and_others_go_only_when_tidied() {
        check(
            "b v1 h1:b\na v1 h1:a\n",
            &["c v1/go.mod h1:c", "d v1 h1:d"],
            &["a v1", "c v1/go.mod"],
            Some("a v1 h1:a\nb v1 h1:b\nc v1/go.mod h1:c\n"),
            Some("a v1 h1:a\nc v1/go.mod h1:c\n"),
        );
    }

    #[test]
    fn what_was_looked_at_in_vain_still_sorts_the_file() {
        check(
            "b v1 h1:b\na v1 h1:a\n",
            &["d v1 h1:d"],
            &["a v1", "b v1"],
            None,
            Some("a v1 h1:a\nb v1 h1:b\n"),
        );
    }

    #[test]
    fn hashes_of_unknown_kinds_stay() {
        check(
            "a v1 h2:z\nmalformed\n",
            &["a v1 h1:a"],
            &["a v1"],
            Some("a v1 h1:a\na v1 h2:z\n"),
            Some("a v1 h1:a\na v1 h2:z\n"),
        );
    }
}
