//! The module zip of a revision, made of the files that git gives for it.
//!
//! See <https://go.dev/ref/mod#zip-files>. A module below the root of its repository gets the LICENSE of the root where
//! it has none of its own.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use crate::domain::modzip::{Archive, FileInfo, FileKind, Files, Inflater, ReadAt};

/// What the zip of a module version is to be made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZipSource {
    /// The revision.
    pub rev: String,
    /// The directory of the module; empty for the root of the repository.
    pub dir: String,
    /// The LICENSE of the root, for a module that is not there.
    pub license: Option<Vec<u8>>,
}

/// The files of a module in an archive of a repository.
pub struct ArchiveFiles<'a, R> {
    archive: &'a Archive<R>,
    license: Option<Vec<u8>>,
    list: Vec<FileInfo>,
    /// Where the files are in the archive; none for the LICENSE of the root.
    entries: Vec<Option<usize>>,
    inflater: Mutex<Inflater>,
}

/// Why an archive is not one of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// A file is not in a directory.
    #[error("missing top-level directory prefix")]
    NoDirectory,
    /// There are several directories.
    #[error("zip file contains more than one top-level directory")]
    Directories,
}

impl<'a, R: ReadAt> ArchiveFiles<'a, R> {
    /// Lists the files of the module in an archive with one directory around everything.
    pub fn new(archive: &'a Archive<R>, source: &ZipSource) -> Result<Self, LayoutError> {
        let dir = match source.dir.trim_matches('/') {
            "" => String::new(),
            dir => format!("{dir}/"),
        };
        let mut files = Self {
            archive,
            license: None,
            list: Vec::new(),
            entries: Vec::new(),
            inflater: Mutex::default(),
        };
        let mut top: &[u8] = b"";
        for (index, entry) in archive.entries().iter().enumerate() {
            if top.is_empty() {
                let slash = memchr::memchr(b'/', &entry.name).ok_or(LayoutError::NoDirectory)?;
                top = &entry.name[..=slash];
            }
            let name = entry
                .name
                .strip_prefix(top)
                .ok_or(LayoutError::Directories)?;
            let Some(path) = name.strip_prefix(dir.as_bytes()) else {
                continue;
            };
            if path.is_empty() || path.ends_with(b"/") {
                continue;
            }
            files.add(path, entry.kind(), entry.size, Some(index));
        }
        let has_license = files.list.iter().any(|file| file.path == b"LICENSE");
        if !dir.is_empty()
            && !has_license
            && let Some(license) = &source.license
        {
            files.add(b"LICENSE", FileKind::File, license.len() as u64, None);
            files.license = Some(license.clone());
        }
        Ok(files)
    }

    fn add(&mut self, path: &[u8], kind: FileKind, size: u64, entry: Option<usize>) {
        self.list.push(FileInfo {
            path: path.to_vec(),
            kind,
            size,
        });
        self.entries.push(entry);
    }
}

impl<R: ReadAt> Files for ArchiveFiles<'_, R> {
    fn list(&self) -> &[FileInfo] {
        &self.list
    }

    fn read(&self, index: usize, sink: &mut dyn Write) -> io::Result<()> {
        let Some(entry) = self.entries[index] else {
            return sink.write_all(self.license.as_deref().unwrap_or_default());
        };
        let mut inflater = self.inflater.lock().unwrap_or_else(PoisonError::into_inner);
        self.archive
            .copy(&self.archive.entries()[entry], &mut inflater, sink)
    }
}
