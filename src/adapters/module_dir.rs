//! Directories with the source of a module.

use std::ffi::OsString;
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

/// Returns a name as the system has it.
fn os_name(name: &[u8]) -> io::Result<OsString> {
    #[cfg(unix)]
    let name = Some(std::os::unix::ffi::OsStringExt::from_vec(name.to_vec()));
    #[cfg(not(unix))]
    let name = std::str::from_utf8(name).ok().map(OsString::from);
    name.ok_or_else(|| io::ErrorKind::InvalidFilename.into())
}
