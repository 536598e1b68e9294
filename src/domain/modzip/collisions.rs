//! Which names in a module differ in case only, or stand for a file and a directory.
//!
//! Go keeps every directory above every file under its full name, which takes time and memory in the square of a
//! name's length. Here the elements of names have numbers, and work grows with the bytes of the names.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::FileFault;
use super::fold::fold;
use super::names::Names;

/// The files and directories that are kept in memory: more than any module of 500 MiB has, but for hostile ones.
const MAX_NAMES: usize = 1 << 20;

/// The names seen so far.
#[derive(Default)]
pub(super) struct Collisions {
    exact: Names,
    folded: Names,
    /// What was first seen under the number of a folded name.
    first: HashMap<usize, First>,
}

struct First {
    /// The number of the name as it was written.
    exact: usize,
    is_dir: bool,
    /// A name that begins with it, and its length.
    path: Arc<[u8]>,
    length: usize,
}

impl Collisions {
    /// Adds a name and the directories that it is in.
    pub(super) fn add(&mut self, path: &[u8], is_dir: bool) -> Result<(), FileFault> {
        if MAX_NAMES < self.exact.len() {
            return Err(FileFault::TooMany { limit: MAX_NAMES });
        }
        let path: Arc<[u8]> = path.into();
        let (mut exact, mut folded, mut length) = (0, 0, 0);
        let mut levels = Vec::new();
        for element in path.split(|byte| *byte == b'/') {
            exact = self.exact.below(exact, element);
            folded = self.folded.below(folded, &fold(element));
            length += element.len();
            levels.push((exact, folded, length));
            length += 1;
        }
        for (above, (exact, folded, length)) in levels.into_iter().rev().enumerate() {
            let is_dir = is_dir || 0 < above;
            let Some(first) = self.first.get(&folded) else {
                let path = Arc::clone(&path);
                self.first.insert(
                    folded,
                    First {
                        exact,
                        is_dir,
                        path,
                        length,
                    },
                );
                continue;
            };
            let path = || path[..length].to_vec();
            if first.exact != exact {
                let (other, path) = (first.path[..first.length].to_vec(), path());
                return Err(FileFault::Collision { other, path });
            }
            if first.is_dir != is_dir {
                return Err(FileFault::FileAndDir { path: path() });
            }
            if !is_dir {
                return Err(FileFault::Duplicate { path: path() });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_collide() {
        let mut names = Collisions::default();
        assert_eq!(names.add(b"a/b/c.go", false), Ok(()));
        assert_eq!(names.add(b"a/b/d.go", false), Ok(()));
        assert!(matches!(
            names.add(b"A/b/e.go", false),
            Err(FileFault::Collision { .. })
        ));
        assert!(matches!(
            names.add(b"a/b", false),
            Err(FileFault::FileAndDir { .. })
        ));
        assert!(matches!(
            names.add(b"a/b/c.go", false),
            Err(FileFault::Duplicate { .. })
        ));
        assert_eq!(names.add(b"a/b", true), Ok(()));
    }

    #[test]
    fn every_file_below_a_file_is_wrong() {
        let mut names = Collisions::default();
        assert_eq!(names.add(b"a", false), Ok(()));
        for file in [&b"a/b/c"[..], b"a/b/d", b"a/b/d"] {
            assert!(
                names.add(file, false).is_err(),
                "{}",
                String::from_utf8_lossy(file)
            );
        }
    }

    #[test]
    fn deep_names_take_no_more_than_their_length() {
        let mut names = Collisions::default();
        for file in 0..8 {
            let deep = format!("{}{file}", "a/".repeat(30_000));
            assert_eq!(names.add(deep.as_bytes(), false), Ok(()));
        }
    }
}
