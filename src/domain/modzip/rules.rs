//! The limits of module zips, and what a check of files finds. See <https://go.dev/ref/mod#zip-path-size-constraints>.

use std::fmt;

use thiserror::Error;

use super::error::{FileFault, ZipError};
use crate::domain::module::path::{check, check_file_path};
use crate::domain::module::{ModuleVersion, version};

/// The bytes that a module zip may have, and all the files in it together: 500 MiB.
pub const MAX_ZIP_FILE: u64 = 500 << 20;
/// The bytes that a go.mod may have: 16 MiB.
pub const MAX_GO_MOD: u64 = 16 << 20;
/// The bytes that the LICENSE may have: 16 MiB.
pub const MAX_LICENSE: u64 = 16 << 20;

/// What became of each of the files of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedFiles {
    /// The files that are part of the module.
    pub valid: Vec<Vec<u8>>,
    /// The files that are left out, and why.
    pub omitted: Vec<FileError>,
    /// The files that make a zip impossible, and why.
    pub invalid: Vec<FileError>,
    /// Whether there is too much of it.
    pub size_error: Option<SizeError>,
}

/// A file, and why it is not part of a module.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {fault}", String::from_utf8_lossy(path))]
pub struct FileError {
    /// The path, or the name in the zip.
    pub path: Vec<u8>,
    /// Why.
    pub fault: FileFault,
}

/// A module that is larger than modules may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SizeError {
    /// The zip itself.
    #[error("module zip file is too large ({size} bytes; limit is {MAX_ZIP_FILE} bytes)")]
    Zip {
        /// Its size.
        size: u64,
    },
    /// What is in the zip.
    #[error(
        "total uncompressed size of module contents too large (max size is {MAX_ZIP_FILE} bytes)"
    )]
    Contents,
    /// What is to go into the zip.
    #[error("module source tree too large (max size is {MAX_ZIP_FILE} bytes)")]
    Tree,
}

/// What makes a list of files no module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckFailure {
    /// There is too much of it.
    Size(SizeError),
    /// There are files that may not be there.
    Files(Vec<FileError>),
}

impl CheckedFiles {
    /// Returns what makes the files no module, if anything does: one error for the size, or else the list of files.
    pub fn failure(&self) -> Option<CheckFailure> {
        if let Some(error) = self.size_error {
            return Some(CheckFailure::Size(error));
        }
        (!self.invalid.is_empty()).then(|| CheckFailure::Files(self.invalid.clone()))
    }
}

impl fmt::Display for CheckFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(error) => error.fmt(f),
            Self::Files(errors) => {
                for (at, error) in errors.iter().enumerate() {
                    let separator = if at == 0 { "" } else { "\n" };
                    write!(f, "{separator}{error}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for CheckFailure {}

/// Checks that the version is canonical and that the path is a module path which goes with it.
pub(super) fn check_module(module: &ModuleVersion) -> Result<(), ZipError> {
    let text = module.version.as_str();
    let canonical = version::canonical_version(text);
    if canonical != text {
        return Err(ZipError::NotCanonical {
            version: text.to_owned(),
            canonical: canonical.into_owned(),
        });
    }
    Ok(check(module.path.as_str(), text)?)
}

/// Checks the rules for paths of files.
pub(super) fn check_path(path: &[u8]) -> Result<(), FileFault> {
    let text = std::str::from_utf8(path).map_err(|_| FileFault::NotUtf8 {
        path: path.to_vec(),
    })?;
    Ok(check_file_path(text)?)
}

/// Reports whether a path is the shortest of its meaning: what Go's `path.Clean` leaves alone.
pub(super) fn is_clean(path: &[u8]) -> bool {
    if matches!(path, b"." | b"/") {
        return true;
    }
    let (absolute, below) = match path.strip_prefix(b"/") {
        Some(below) => (true, below),
        None => (false, path),
    };
    let mut may_go_up = !absolute;
    below.split(|byte| *byte == b'/').all(|element| {
        let is_up = element == b"..";
        let clean = !matches!(element, b"" | b".") && (!is_up || may_go_up);
        may_go_up &= is_up;
        clean
    })
}

/// Splits a path into the directory, with its slash, and the last element.
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let at = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    path.split_at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_paths() {
        for clean in [
            "a", "a/b", ".", "/", "/a", "..", "../a", "../../a", "...", "a/..b", " ",
        ] {
            assert!(is_clean(clean.as_bytes()), "{clean}");
        }
        for other in [
            "", "a/", "a//b", "./a", "a/.", "a/..", "a/../b", "/..", "//", "../a/..", "/./a",
        ] {
            assert!(!is_clean(other.as_bytes()), "{other}");
        }
    }
}
