//! What is in a vendor directory, against what should be there.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use rayon::prelude::*;

use super::Plan;
use crate::adapters::fs::{FsError, at};
use crate::ops::failure::Failure;

/// How much of two files is compared at a time.
const PIECE: usize = 64 << 10;

/// A file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Its path in the vendor directory.
    pub path: String,
    /// What is different.
    pub kind: DifferenceKind,
}

/// What is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// It should be there and is not.
    Missing,
    /// It should not be there.
    Extra,
    /// It has other contents, or is no ordinary file.
    Changed,
}

impl DifferenceKind {
    /// Returns the word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Changed => "changed",
        }
    }
}

/// Compares a vendor directory with what it should be.
pub(super) fn compare(plan: &Plan) -> Result<Vec<Difference>, Failure> {
    let there = walk(&plan.dir)?;
    let mut found = Vec::new();
    if !plan.is_empty() {
        found.extend(compare_text(plan)?);
    }
    let pairs = plan.files.par_iter().with_min_len(16);
    let compared = pairs.map(|file| -> Result<Option<Difference>, FsError> {
        let kind = compare_files(&file.source, &plan.dir.join(&file.path))?;
        Ok(kind.map(|kind| Difference {
            path: file.path.clone(),
            kind,
        }))
    });
    let compared: Vec<_> = compared.collect::<Result<_, _>>()?;
    found.extend(compared.into_iter().flatten());
    let mut expected: BTreeSet<&str> = plan.files.iter().map(|file| file.path.as_str()).collect();
    if !plan.is_empty() {
        expected.insert("modules.txt");
    }
    let extra = there
        .into_iter()
        .filter(|path| !expected.contains(path.as_str()));
    found.extend(extra.map(|path| Difference {
        path,
        kind: DifferenceKind::Extra,
    }));
    found.sort();
    Ok(found)
}

fn compare_text(plan: &Plan) -> Result<Option<Difference>, FsError> {
    let path = plan.dir.join("modules.txt");
    let kind = match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => DifferenceKind::Missing,
        Err(error) => return Err(at("read", &path)(error)),
        Ok(metadata) if !metadata.is_file() => DifferenceKind::Changed,
        Ok(metadata) => {
            let is_same = metadata.len() == plan.text.len() as u64
                && fs::read(&path).map_err(at("read", &path))? == plan.text.as_bytes();
            if is_same {
                return Ok(None);
            }
            DifferenceKind::Changed
        }
    };
    let path = "modules.txt".to_owned();
    Ok(Some(Difference { path, kind }))
}

fn compare_files(wanted: &Path, there: &Path) -> Result<Option<DifferenceKind>, FsError> {
    let metadata = match fs::symlink_metadata(there) {
        Ok(metadata) => metadata,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Some(DifferenceKind::Missing));
        }
        Err(error) => return Err(at("read", there)(error)),
    };
    let mut left = File::open(wanted).map_err(at("open", wanted))?;
    let length = left.metadata().map_err(at("read", wanted))?.len();
    if !metadata.is_file() || metadata.len() != length {
        return Ok(Some(DifferenceKind::Changed));
    }
    let mut right = File::open(there).map_err(at("open", there))?;
    let (mut one, mut other) = (vec![0; PIECE], vec![0; PIECE]);
    loop {
        let count = fill(&mut left, &mut one).map_err(at("read", wanted))?;
        let right = fill(&mut right, &mut other).map_err(at("read", there))?;
        if one[..count] != other[..right] {
            return Ok(Some(DifferenceKind::Changed));
        }
        if count == 0 {
            return Ok(None);
        }
    }
}

/// Fills a buffer as far as there is something.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Returns everything below a directory but directories; links are not followed.
fn walk(top: &Path) -> Result<Vec<String>, FsError> {
    let mut found = Vec::new();
    let mut waiting = vec![(top.to_owned(), String::new())];
    while let Some((dir, below)) = waiting.pop() {
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if below.is_empty() && error.kind() == ErrorKind::NotFound => break,
            Err(error) => return Err(at("read", &dir)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(at("read", &dir))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() {
                name
            } else {
                format!("{below}/{name}")
            };
            if entry.file_type().map_err(at("read", &dir))?.is_dir() {
                waiting.push((entry.path(), path));
            } else {
                found.push(path);
            }
        }
    }
    Ok(found)
}
