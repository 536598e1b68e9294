//! The files of a module in a directory. See <https://go.dev/ref/mod#zip-files>.

use std::io::{self, Write};

use thiserror::Error;

use super::error::FileFault;
use super::files::{Bounded, FileInfo, FileKind, Files, check_files, go_version, is_vendored};
use super::rules::{CheckedFiles, FileError};

/// A directory with everything below it.
pub trait Directory {
    /// Returns what is in the directory `path`, in any order; the empty path is the directory itself.
    fn list(&self, path: &[u8]) -> io::Result<Vec<Listed>>;

    /// Writes the contents of the file `path` to `sink`. An error of the sink ends it.
    fn read(&self, path: &[u8], sink: &mut dyn Write) -> io::Result<()>;
}

/// What is in a directory under one name; links are not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The name.
    pub name: Vec<u8>,
    /// What it is.
    pub kind: FileKind,
    /// The size of a file.
    pub size: u64,
}

/// Why a directory has no list of files.
#[derive(Debug, Error)]
#[error("{}: {source}", if path.is_empty() { ".".into() } else { String::from_utf8_lossy(path) })]
pub struct TreeError {
    /// What could not be read, from the directory on.
    pub path: Vec<u8>,
    /// Why.
    pub source: io::Error,
}

/// The files in a directory that may be part of the module there.
pub struct DirFiles<'a, D> {
    directory: &'a D,
    files: Vec<FileInfo>,
    omitted: Vec<FileError>,
}

impl<'a, D: Directory> DirFiles<'a, D> {
    /// Lists the files; left out are stores of version control, other modules, vendored packages and what is no
    /// regular file.
    pub fn list(directory: &'a D) -> Result<Self, TreeError> {
        let go = read_go_version(directory);
        let (mut files, mut omitted) = (Vec::new(), Vec::new());
        walk(directory, |path, found| {
            let fault = match found.entry.kind {
                _ if is_vendored(path, &go) => FileFault::Vendored,
                FileKind::Dir if is_store(&found.entry.name) => FileFault::Vcs,
                FileKind::Dir => match found.children()? {
                    children if children.iter().any(is_go_mod_file) => FileFault::SubmoduleDir,
                    _ => return Ok(Next::Into),
                },
                FileKind::File => {
                    files.push(FileInfo {
                        path: path.to_vec(),
                        kind: FileKind::File,
                        size: found.entry.size,
                    });
                    return Ok(Next::Into);
                }
                FileKind::Symlink | FileKind::Irregular => FileFault::NotRegular,
            };
            // A vendored directory is gone through all the same: each file in it is named.
            let next = match fault {
                FileFault::Vcs | FileFault::SubmoduleDir => Next::Past,
                _ => Next::Into,
            };
            omitted.push(FileError {
                path: path.to_vec(),
                fault,
            });
            Ok(next)
        })?;
        Ok(Self {
            directory,
            files,
            omitted,
        })
    }

    /// Checks names and sizes; what the list has left out is among the omitted.
    pub fn check(self) -> CheckedFiles {
        let mut checked = check_files(&self);
        checked.omitted.extend(self.omitted);
        checked
    }

    /// Returns what the list has left out.
    pub fn omitted(&self) -> &[FileError] {
        &self.omitted
    }
}

impl<D: Directory> Files for DirFiles<'_, D> {
    fn list(&self) -> &[FileInfo] {
        &self.files
    }

    fn read(&self, index: usize, sink: &mut dyn Write) -> io::Result<()> {
        self.directory.read(&self.files[index].path, sink)
    }
}

/// Checks names and sizes of the files in a directory, as they would go into a zip.
///
/// A directory that is left out as a whole, such as another module, is named once.
pub fn check_dir(directory: &impl Directory) -> Result<CheckedFiles, TreeError> {
    Ok(DirFiles::list(directory)?.check())
}

/// What to do after a directory was seen.
pub(super) enum Next {
    /// Go through it.
    Into,
    /// Leave it alone.
    Past,
}

/// Something in a directory, while going through it.
pub(super) struct Found<'a> {
    pub(super) entry: Listed,
    directory: &'a dyn Directory,
    path: &'a [u8],
    children: Option<Vec<Listed>>,
}

impl Found<'_> {
    /// Returns what is in the directory that was found.
    fn children(&mut self) -> Result<&[Listed], TreeError> {
        if self.children.is_none() {
            self.children = Some(sorted(self.directory, self.path)?);
        }
        Ok(self.children.get_or_insert_default())
    }
}

/// Visits everything below a directory in the order of Go's `filepath.Walk`: by name, a directory before what is in it.
pub(super) fn walk<D: Directory>(
    directory: &D,
    mut visit: impl FnMut(&[u8], &mut Found<'_>) -> Result<Next, TreeError>,
) -> Result<(), TreeError> {
    let mut levels = vec![(0, sorted(directory, b"")?.into_iter())];
    let mut path = Vec::new();
    while let Some((length, rest)) = levels.last_mut() {
        path.truncate(*length);
        let Some(entry) = rest.next() else {
            levels.pop();
            continue;
        };
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(&entry.name);
        let is_dir = entry.kind == FileKind::Dir;
        let mut found = Found {
            entry,
            directory,
            path: &path,
            children: None,
        };
        let next = visit(&path, &mut found)?;
        if is_dir && matches!(next, Next::Into) {
            let children = match found.children {
                Some(children) => children,
                None => sorted(directory, &path)?,
            };
            levels.push((path.len(), children.into_iter()));
        }
    }
    Ok(())
}

fn sorted(directory: &dyn Directory, path: &[u8]) -> Result<Vec<Listed>, TreeError> {
    let listed = directory.list(path).map_err(|source| TreeError {
        path: path.to_vec(),
        source,
    });
    let mut listed = listed?;
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(listed)
}

fn is_store(name: &[u8]) -> bool {
    matches!(name, b".bzr" | b".git" | b".hg" | b".svn")
}

fn is_go_mod_file(listed: &Listed) -> bool {
    listed.name == b"go.mod" && listed.kind != FileKind::Dir
}

fn read_go_version(directory: &impl Directory) -> String {
    let mut text = Bounded::default();
    match directory.read(b"go.mod", &mut text) {
        Ok(()) => go_version(&text.0),
        Err(_) => String::new(),
    }
}
