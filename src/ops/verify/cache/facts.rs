//! What the module cache has of one module version, before anything is hashed.

use std::io;
use std::path::{Path, PathBuf};

use crate::adapters::fs::{FsError, LockedFile};
use crate::adapters::info_json;
use crate::adapters::modcache::{DirState, ModCache, Subject, reason};
use crate::domain::checksum::dirhash;
use crate::domain::module::ModuleVersion;

/// What the module cache has of one module version.
pub(super) struct Facts {
    pub(super) module: ModuleVersion,
    /// Where the files are or would be.
    pub(super) zip: PathBuf,
    pub(super) zip_hash: PathBuf,
    pub(super) go_mod: PathBuf,
    pub(super) info: PathBuf,
    pub(super) dir: PathBuf,
    /// Whether there is a zip, readable or not.
    pub(super) has_zip: bool,
    /// The contents of the `.ziphash` file, or why it cannot be read.
    pub(super) hash: Result<String, String>,
    pub(super) dir_state: DirState,
    /// The hash of the `.mod` file.
    pub(super) go_mod_hash: Option<String>,
    /// What is wrong with the `.info` file.
    pub(super) info_fault: Option<String>,
    /// Whether there is a `.mod` or `.info` file.
    pub(super) is_known: bool,
}

impl Facts {
    /// Looks what is there; what has no place in a cache is not there.
    pub(super) fn gather(cache: &ModCache, module: ModuleVersion) -> Self {
        let zip = cache.zip_file(&module).unwrap_or_default();
        let zip_hash = cache.zip_hash_file(&module).unwrap_or_default();
        let hash = read_text(&zip_hash).map(|text| text.trim().to_owned());
        let text = cache.read_go_mod(&module).ok().flatten();
        let info = cache.info_file(&module).unwrap_or_default();
        Self {
            has_zip: std::fs::metadata(&zip).map_or_else(|error| !is_missing(&error), |_| true),
            hash: hash.map_err(|error| format!("open {}: {}", zip_hash.display(), reason(&error))),
            dir_state: cache.dir_state(&module),
            is_known: text.is_some() || info.is_file(),
            go_mod_hash: text.map(|text| dirhash::hash_go_mod(&text)),
            info_fault: info_fault(&info, &module),
            go_mod: cache.go_mod_file(&module).unwrap_or_default(),
            dir: cache.dir(&module).unwrap_or_default(),
            zip,
            zip_hash,
            info,
            module,
        }
    }

    /// Returns what is to be hashed and compared.
    pub(super) fn subject(&self) -> Subject {
        let is_whole = self.dir_state == DirState::Whole;
        Subject {
            name: self.module.to_string(),
            zip: self.has_zip.then(|| self.zip.clone()),
            dir: is_whole.then(|| self.dir.clone()),
        }
    }
}

/// Waits until nobody changes what the lock guards, and keeps it so until the result is dropped.
pub(super) fn wait(lock: &Path) -> Result<LockedFile, FsError> {
    LockedFile::shared(lock)
}

/// Returns what is wrong with a `.info` file; nothing if there is none.
fn info_fault(file: &Path, module: &ModuleVersion) -> Option<String> {
    let text = match read_text(file) {
        Ok(text) => text,
        Err(error) if is_missing(&error) => return None,
        Err(error) => return Some(reason(&error)),
    };
    match info_json::parse(text.as_bytes()) {
        Ok(info) if info.version == module.version => None,
        Ok(info) => Some(format!("it is about version `{}`", info.version)),
        Err(error) => Some(error.to_string()),
    }
}

/// Reads a small file.
fn read_text(file: &Path) -> io::Result<String> {
    use io::Read as _;
    const LIMIT: u64 = 1 << 20;
    let mut bytes = Vec::new();
    std::fs::File::open(file)?
        .take(LIMIT)
        .read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
