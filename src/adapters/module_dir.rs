//! Directories with the source of a module.

use std::fs::{self, File, FileType};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::modzip::{Directory, FileKind, Listed};

/// A directory on disk.
#[derive(Clone, Debug)]
pub struct ModuleDir {
    root: PathBuf,
}

impl ModuleDir {
    /// Names the directory; whether there is one is found out by reading it.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    fn path(&self, below: &[u8]) -> io::Result<PathBuf> {
        let mut path = self.root.clone();
        for element in below.split(|byte| *byte == b'/') {
            path.push(os_name(element)?);
        }
        Ok(path)
    }
}

impl Directory for ModuleDir {
    fn list(&self, path: &[u8]) -> io::Result<Vec<Listed>> {
        fs::read_dir(self.path(path)?)?
            .map(|entry| {
                let entry = entry?;
                let metadata = entry.metadata()?;
                Ok(Listed {
                    name: entry.file_name().into_encoded_bytes(),
                    kind: kind(metadata.file_type()),
                    size: metadata.len(),
                })
            })
            .collect()
    }

    fn read(&self, path: &[u8], sink: &mut dyn Write) -> io::Result<()> {
        let mut file = File::open(self.path(path)?)?;
        io::copy(&mut file, sink).map(drop)
    }
}

fn kind(file_type: FileType) -> FileKind {
    if file_type.is_file() {
        FileKind::File
    } else if file_type.is_dir() {
        FileKind::Dir
    } else if file_type.is_symlink() {
        FileKind::Symlink
    } else {
        FileKind::Irregular
    }
}

#[cfg(unix)]
fn os_name(name: &[u8]) -> io::Result<&std::ffi::OsStr> {
    Ok(std::os::unix::ffi::OsStrExt::from_bytes(name))
}

#[cfg(not(unix))]
fn os_name(name: &[u8]) -> io::Result<&std::ffi::OsStr> {
    let name = std::str::from_utf8(name).map_err(|_| io::ErrorKind::InvalidFilename)?;
    Ok(std::ffi::OsStr::new(name))
}
