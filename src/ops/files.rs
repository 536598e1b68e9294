//! The user's own files that a run reads: go.mod, go.work, go.sum, those of directories that replace modules.
//!
//! They are those on disk, or those of a revision: then what lies below its root is read from there and from nowhere
//! else, as if that revision were checked out. Or some of them are what they would become.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::Context;
use crate::adapters::fs::{self, FsError};

/// Where the user's own files are read.
#[derive(Clone, Debug, Default)]
pub enum Files {
    /// On disk.
    #[default]
    Disk,
    /// In a revision.
    Revision(RevisionFiles),
    /// On disk, but for these, by absolute path.
    Changed(HashMap<PathBuf, Vec<u8>>),
}

/// The files of a revision, as far as somebody asked for them.
#[derive(Clone, Debug)]
pub struct RevisionFiles {
    /// The directory that would be checked out.
    pub root: PathBuf,
    /// What the user calls the revision.
    pub name: String,
    /// The hash of its commit.
    pub commit: String,
    /// Whether that hash says all about its files: no object stands for another one.
    pub is_plain: bool,
    /// The contents by absolute path; what is not here is not in the revision.
    pub contents: HashMap<PathBuf, Arc<[u8]>>,
}

impl Files {
    /// Returns the commit whose hash says all about these files, if they are those of one.
    pub fn fixed_commit(&self) -> Option<&RevisionFiles> {
        match self {
            Self::Revision(files) if files.is_plain => Some(files),
            _ => None,
        }
    }

    /// Takes further files of the revision.
    pub(super) fn add(&mut self, contents: impl IntoIterator<Item = (PathBuf, Arc<[u8]>)>) {
        if let Self::Revision(files) = self {
            files.contents.extend(contents);
        }
    }

    /// Returns a file of the commit, as far as it was asked for.
    pub fn of_commit(&self, path: &Path) -> Option<Vec<u8>> {
        self.fixed_commit()?
            .contents
            .get(path)
            .map(|text| text.to_vec())
    }

    /// Returns the contents of a file of at most `limit` bytes.
    pub fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FsError> {
        let found = match self {
            Self::Revision(files) if path.starts_with(&files.root) => {
                files.contents.get(path).map(AsRef::as_ref)
            }
            Self::Changed(contents) if contents.contains_key(path) => {
                contents.get(path).map(Vec::as_slice)
            }
            Self::Disk | Self::Revision(_) | Self::Changed(_) => return fs::read(path, limit),
        };
        match found {
            Some(text) if limit < text.len() as u64 => Err(FsError::TooLarge {
                path: path.to_owned(),
                limit,
            }),
            Some(text) => Ok(text.to_vec()),
            None => Err(fs::at("open", path)(io::ErrorKind::NotFound.into())),
        }
    }

    /// Returns the contents of a file, or `None` if it does not exist.
    pub fn read_if_exists(&self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FsError> {
        match self.read(path, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The files that a run starts with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// go.work, where there is one.
    pub(super) work: Option<PathBuf>,
    /// go.mod of the module at hand; it does not count in a workspace.
    pub(super) go_mod: Option<PathBuf>,
}

impl Start {
    /// Finds the files that commands start with.
    pub(super) fn of(ctx: &Context) -> Self {
        Self {
            work: ctx.env.go_work().map(PathBuf::from),
            go_mod: ctx.env.go_mod().map(PathBuf::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_hide_one_file_each() {
        let dir = tempfile::tempdir().unwrap();
        let (changed, other) = (dir.path().join("go.mod"), dir.path().join("go.sum"));
        fs::replace(&changed, b"module disk\n").unwrap();
        fs::replace(&other, b"on disk\n").unwrap();
        let contents = HashMap::from([(changed.clone(), b"module changed\n".to_vec())]);
        let files = Files::Changed(contents);
        assert_eq!(files.read(&changed, 99).unwrap(), b"module changed\n");
        assert_eq!(files.read(&other, 99).unwrap(), b"on disk\n");
        assert_eq!(
            files.read_if_exists(&dir.path().join("none"), 99).unwrap(),
            None
        );
    }

    #[test]
    fn a_revision_hides_the_disk_below_its_root() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("go.mod");
        fs::replace(&path, b"module disk\n").unwrap();
        assert_eq!(Files::Disk.read(&path, 99).unwrap(), b"module disk\n");
        let mut files = RevisionFiles {
            root: dir.path().to_owned(),
            name: "HEAD".to_owned(),
            commit: "0123456789".to_owned(),
            is_plain: true,
            contents: HashMap::new(),
        };
        let revision = Files::Revision(files.clone());
        assert_eq!(revision.read_if_exists(&path, 99).unwrap(), None);
        files
            .contents
            .insert(path.clone(), Arc::from(&b"module rev\n"[..]));
        files.root = dir.path().join("elsewhere");
        let outside = Files::Revision(files.clone());
        assert_eq!(outside.read(&path, 99).unwrap(), b"module disk\n");
        files.root = dir.path().to_owned();
        let revision = Files::Revision(files);
        assert_eq!(revision.read(&path, 99).unwrap(), b"module rev\n");
        assert!(matches!(
            revision.read(&path, 3),
            Err(FsError::TooLarge { .. })
        ));
    }
}
