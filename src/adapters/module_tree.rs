//! The files of one module: in a zip, or in a directory that replaces it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use super::fs::{self as files, FsError};
use super::zip_file::{self, PositionedFile, ZipFileError};
use crate::domain::module::ModuleVersion;
use crate::domain::modzip::{Archive, Inflater, MAX_ZIP_FILE, ZipError, hash_zip};
use crate::domain::vendor::expected::ModuleTree;

/// Where the files of a module are.
#[derive(Debug)]
pub enum Tree {
    /// In its zip.
    Zip(ZipTree),
    /// In a directory.
    Directory(DirectoryTree),
}

/// Why a file of a module could not be read.
#[derive(Debug, Error)]
pub enum TreeError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FsError),
    /// The zip could not be opened.
    #[error(transparent)]
    ZipFile(#[from] ZipFileError),
    /// The zip is damaged.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// The module has no such file.
    #[error("no file `{file}` in the module")]
    Missing {
        /// The path in the module.
        file: String,
    },
}

/// The zip of a module, with an index by directory.
pub struct ZipTree {
    archive: Archive<PositionedFile>,
    files: HashMap<String, usize>,
    directories: BTreeMap<String, Vec<(String, bool)>>,
    idle: Mutex<Vec<Inflater>>,
}

/// A directory with the files of a module.
#[derive(Debug)]
pub struct DirectoryTree {
    root: PathBuf,
}

impl std::fmt::Debug for ZipTree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ZipTree").finish_non_exhaustive()
    }
}

impl ZipTree {
    /// Opens the zip of a module.
    pub fn open(path: &Path, module: &ModuleVersion) -> Result<Self, TreeError> {
        let archive = zip_file::open(path)?;
        let prefix = format!("{module}/");
        let mut files = HashMap::new();
        let mut directories: BTreeMap<String, BTreeSet<(String, bool)>> = BTreeMap::new();
        for (number, entry) in archive.entries().iter().enumerate() {
            let name = entry.display_name();
            let Some(file) = name.strip_prefix(&prefix) else {
                continue;
            };
            if entry.is_dir() {
                continue;
            }
            files.insert(file.to_owned(), number);
            let mut above = file;
            let mut is_directory = false;
            loop {
                let (directory, name) = above.rsplit_once('/').unwrap_or(("", above));
                let names = directories.entry(directory.to_owned()).or_default();
                // What is above a directory that is known is known, too.
                if !names.insert((name.to_owned(), is_directory)) || directory.is_empty() {
                    break;
                }
                (above, is_directory) = (directory, true);
            }
        }
        let directories = directories
            .into_iter()
            .map(|(directory, names)| (directory, names.into_iter().collect()))
            .collect();
        Ok(Self {
            archive,
            files,
            directories,
            idle: Mutex::default(),
        })
    }

    /// Returns the `h1:` hash of the zip.
    pub fn hash(&self) -> Result<String, ZipError> {
        hash_zip(&self.archive)
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, TreeError> {
        let number = self.files.get(file).ok_or_else(|| missing(file))?;
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut inflater = idle.unwrap_or_default();
        let entry = &self.archive.entries()[*number];
        let contents = self.archive.read(entry, &mut inflater, MAX_ZIP_FILE);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(inflater);
        drop(idle);
        Ok(contents?)
    }
}

fn missing(file: &str) -> TreeError {
    TreeError::Missing {
        file: file.to_owned(),
    }
}

impl DirectoryTree {
    /// Takes a directory, which need not be there.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn entries(&self, directory: &str) -> Vec<(String, bool)> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.root.join(directory))
            .into_iter()
            .flatten()
        {
            let Ok((kind, entry)) = entry.and_then(|entry| Ok((entry.file_type()?, entry))) else {
                continue;
            };
            // Names that are not Unicode cannot be in a module.
            if let (Ok(name), true) = (
                entry.file_name().into_string(),
                kind.is_file() || kind.is_dir(),
            ) {
                names.push((name, kind.is_dir()));
            }
        }
        names.sort();
        names
    }
}

impl ModuleTree for Tree {
    type Error = TreeError;

    fn entries(&self, directory: &str) -> Vec<(String, bool)> {
        match self {
            Self::Zip(zip) => zip.directories.get(directory).cloned().unwrap_or_default(),
            Self::Directory(tree) => tree.entries(directory),
        }
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, TreeError> {
        match self {
            Self::Zip(zip) => zip.read(file),
            Self::Directory(tree) => Ok(files::read(&tree.root.join(file), MAX_ZIP_FILE)?),
        }
    }
}

impl Tree {
    /// Returns the contents of a file, if the module has it.
    pub fn read_if_exists(&self, file: &str) -> Result<Option<Vec<u8>>, TreeError> {
        match self.read(file) {
            Ok(contents) => Ok(Some(contents)),
            Err(TreeError::Missing { .. }) => Ok(None),
            Err(TreeError::File(error)) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
