//! What was seen in the directories of one module, as bytes for an index.
//!
//! Every number is an unsigned LEB128. The imports come first, each path once; then the directories, each with its path
//! below the module, what was seen in it, and what its files and its tests import by the positions of those paths.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::Imports;
use crate::domain::mvs::pack::{Reader, put_number, put_text};

/// What was seen in a directory under some build tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    /// There is no Go file, or no such directory.
    NoGoFiles,
    /// There are Go files; nobody has looked into them.
    GoFiles,
    /// There are Go files, but none of them counts under the tags.
    NothingCounts,
    /// What the Go files import that count under the tags.
    Imports(Arc<Imports>),
}

impl Facts {
    /// Reports whether there is a Go file, whatever its build constraints.
    pub fn has_go_files(&self) -> bool {
        match self {
            Self::NoGoFiles => false,
            Self::GoFiles | Self::NothingCounts | Self::Imports(_) => true,
        }
    }

    fn number(&self) -> usize {
        match self {
            Self::NoGoFiles => 0,
            Self::GoFiles => 1,
            Self::NothingCounts => 2,
            Self::Imports(_) => 3,
        }
    }
}

/// What was seen, by directory.
pub type Dirs = HashMap<Box<str>, Facts, RandomState>;

/// Appends what was seen, by directory.
pub fn write(bytes: &mut Vec<u8>, dirs: &BTreeMap<&str, &Facts>) {
    let mut names: Vec<&str> = Vec::new();
    let mut positions: HashMap<&str, usize> = HashMap::new();
    let imports = dirs.values().filter_map(|facts| match facts {
        Facts::Imports(imports) => Some(imports.files.iter().chain(&imports.tests)),
        _ => None,
    });
    for name in imports.flatten() {
        positions.entry(name).or_insert_with(|| {
            names.push(name);
            names.len() - 1
        });
    }
    put_number(bytes, names.len());
    for name in names {
        put_text(bytes, name);
    }
    put_number(bytes, dirs.len());
    for (dir, facts) in dirs {
        put_text(bytes, dir);
        put_number(bytes, facts.number());
        let Facts::Imports(imports) = facts else {
            continue;
        };
        for list in [&imports.files, &imports.tests] {
            put_number(bytes, list.len());
            for name in list {
                put_number(bytes, positions[&**name]);
            }
        }
    }
}

/// Takes what was seen, by directory; `None` where the bytes do not tell.
pub fn read(reader: &mut Reader<'_>) -> Option<Dirs> {
    let mut names: Vec<Arc<str>> = Vec::new();
    for _ in 0..reader.count()? {
        names.push(Arc::from(reader.text()?));
    }
    let mut dirs = Dirs::default();
    for _ in 0..reader.count()? {
        let dir = Box::from(reader.text()?);
        let facts = match reader.number()? {
            0 => Facts::NoGoFiles,
            1 => Facts::GoFiles,
            2 => Facts::NothingCounts,
            3 => Facts::Imports(Arc::new(Imports {
                files: take_names(reader, &names)?,
                tests: take_names(reader, &names)?,
            })),
            _ => return None,
        };
        dirs.insert(dir, facts);
    }
    Some(dirs)
}

fn take_names(reader: &mut Reader<'_>, names: &[Arc<str>]) -> Option<Vec<Arc<str>>> {
    let count = reader.count()?;
    let name = |_| {
        let position = usize::try_from(reader.number()?).ok()?;
        names.get(position).cloned()
    };
    (0..count).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(files: &[&str], tests: &[&str]) -> Facts {
        let paths = |names: &[&str]| names.iter().map(|name| Arc::from(*name)).collect();
        Facts::Imports(Arc::new(Imports {
            files: paths(files),
            tests: paths(tests),
        }))
    }

    fn sample() -> Vec<(&'static str, Facts)> {
        vec![
            ("", imports(&["fmt", "example.com/a"], &["fmt", "testing"])),
            ("b", Facts::NoGoFiles),
            ("b/c", Facts::GoFiles),
            ("d", Facts::NothingCounts),
            ("e", imports(&[], &[])),
        ]
    }

    fn packed() -> Vec<u8> {
        let sample = sample();
        let mut bytes = Vec::new();
        let dirs = sample.iter().map(|(dir, facts)| (*dir, facts)).collect();
        write(&mut bytes, &dirs);
        bytes
    }

    #[test]
    fn comes_back_as_it_was() {
        let bytes = packed();
        let mut reader = Reader::new(&bytes);
        let dirs = read(&mut reader).unwrap();
        assert!(reader.is_at_end());
        assert_eq!(dirs.len(), sample().len());
        for (dir, facts) in sample() {
            assert_eq!(dirs[dir], facts, "{dir}");
        }
    }

    #[test]
    fn other_bytes_are_no_panic() {
        let bytes = packed();
        for length in 0..bytes.len() {
            let read = read(&mut Reader::new(&bytes[..length]));
            assert!(read.is_none(), "{length}");
        }
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[position] ^= 1 << bit;
                drop(read(&mut Reader::new(&bytes)));
            }
        }
    }
}
