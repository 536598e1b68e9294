//! Zips in files.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::fs::{FsError, at};
use crate::domain::modzip::{Archive, ReadAt, ZipError};

/// A file that can be read at any position by several threads at once.
#[derive(Debug)]
pub struct PositionedFile(File);

/// Why a zip in a file cannot be read.
#[derive(Debug, Error)]
pub enum ZipFileError {
    /// The file cannot be read.
    #[error(transparent)]
    Fs(#[from] FsError),
    /// What is in it is no zip.
    #[error("{}: {source}", .path.display())]
    Zip {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: ZipError,
    },
}

/// Opens the zip in the file `path` and reads its directory.
pub fn open(path: &Path) -> Result<Archive<PositionedFile>, ZipFileError> {
    let file = File::open(path).map_err(at("open", path))?;
    let metadata = file.metadata().map_err(at("read", path))?;
    Archive::open(PositionedFile(file), metadata.len()).map_err(|source| ZipFileError::Zip {
        path: path.to_owned(),
        source,
    })
}

impl PositionedFile {
    /// Wraps an open file.
    pub fn new(file: File) -> Self {
        Self(file)
    }
}

impl ReadAt for PositionedFile {
    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.0, buffer, offset)
    }
}
