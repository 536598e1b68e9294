//! The files of an unpacked module, and their hash as `dirhash.HashDir` has it.

use std::collections::BTreeMap;
use std::fs::{File, FileType};
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::checksum::dirhash::{self, FileDigest};

/// What a name in a directory stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A symbolic link.
    Symlink,
    /// A device, socket or pipe: it is not opened.
    Special,
    /// A directory.
    Dir,
}

/// All names below a directory, with slashes.
pub(super) type Names = BTreeMap<Vec<u8>, FileKind>;

/// Why a directory or a file in it could not be read, in Go's words.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system said no.
    #[error("{action} {}: {}", path.display(), reason(source))]
    Io {
        /// What was attempted: `open`, `read`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What should be the directory of a module is a link to one.
    #[error("{} is not a directory", path.display())]
    NotDirectory {
        /// The link.
        path: PathBuf,
    },
}

/// All that is below a directory, by name with slashes; links are not followed.
pub(super) fn list(root: &Path) -> Result<Names, ReadError> {
    if std::fs::symlink_metadata(root).is_ok_and(|metadata| metadata.is_symlink()) {
        let path = root.to_owned();
        return Err(ReadError::NotDirectory { path });
    }
    let mut found = BTreeMap::new();
    let mut dirs = vec![(root.to_owned(), Vec::new())];
    while let Some((dir, prefix)) = dirs.pop() {
        let fault = |source| ReadError::Io {
            action: "open",
            path: dir.clone(),
            source,
        };
        for entry in std::fs::read_dir(&dir).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let kind = kind(entry.file_type().map_err(fault)?);
            let mut name: Vec<u8> = prefix.clone();
            name.extend_from_slice(entry.file_name().as_encoded_bytes());
            if kind == FileKind::Dir {
                let mut below = name.clone();
                below.push(b'/');
                dirs.push((entry.path(), below));
            }
            found.insert(name, kind);
        }
    }
    Ok(found)
}

/// Returns the `h1:` hash of the files in a directory, as if they stood below `prefix`; links are followed, as in Go.
///
/// Go would wait for ever for a pipe; here it is an error.
pub(super) fn hash_dir(root: &Path, prefix: &str, names: &Names) -> Result<String, ReadError> {
    let mut files = Vec::new();
    for (name, kind) in names {
        let path = place(root, name);
        match kind {
            FileKind::Dir => continue,
            FileKind::File | FileKind::Symlink => {}
            FileKind::Special => {
                let source = io::Error::new(io::ErrorKind::InvalidInput, "not a regular file");
                return Err(ReadError::Io {
                    action: "open",
                    path,
                    source,
                });
            }
        }
        let mut full = format!("{prefix}/").into_bytes();
        full.extend_from_slice(name);
        files.push((full, digest(&path)?));
    }
    let files: Vec<_> = files
        .iter()
        .map(|(name, digest)| (name.as_slice(), *digest))
        .collect();
    dirhash::hash1(&files).map_err(|error| ReadError::Io {
        action: "read",
        path: root.to_owned(),
        source: io::Error::new(io::ErrorKind::InvalidData, error),
    })
}

/// Returns the path of a file by its name below `root`.
pub(super) fn place(root: &Path, name: &[u8]) -> PathBuf {
    match std::str::from_utf8(name) {
        Ok(name) => root.join(name),
        Err(_) => root.join(odd_name(name)),
    }
}

#[cfg(unix)]
fn odd_name(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn odd_name(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}

fn digest(path: &Path) -> Result<FileDigest, ReadError> {
    let fault = |action| {
        move |source| ReadError::Io {
            action,
            path: path.to_owned(),
            source,
        }
    };
    let metadata = std::fs::metadata(path).map_err(fault("open"))?;
    if !metadata.is_file() && !metadata.is_dir() {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "not a regular file");
        return Err(fault("open")(source));
    }
    let file = File::open(path).map_err(fault("open"))?;
    FileDigest::read(file).map_err(fault("read"))
}

fn kind(found: FileType) -> FileKind {
    if found.is_dir() {
        FileKind::Dir
    } else if found.is_symlink() {
        FileKind::Symlink
    } else if found.is_file() {
        FileKind::File
    } else {
        FileKind::Special
    }
}

/// Returns what the system said as Go does: in lower case and without the number.
pub fn reason(error: &io::Error) -> String {
    match error.raw_os_error() {
        None => error.to_string(),
        Some(number) => {
            let text = error.to_string();
            let text = text
                .strip_suffix(&format!(" (os error {number})"))
                .unwrap_or(&text);
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_lowercase().chain(letters).collect()
            })
        }
    }
}
