//! One module version under its lock: the zip and its hash. See <https://go.dev/ref/mod#module-cache>.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::store::{CacheError, ModCache};
use crate::adapters::fs::{self, FsError, LockedFile, at};
use crate::domain::module::ModuleVersion;

/// The length of `h1:` and a SHA-256 in base64.
const HASH_LEN: usize = "h1:".len() + 44;

/// A module version that this process alone may download and unpack; others wait until this is dropped.
#[derive(Debug)]
pub struct VersionLock {
    pub(super) cache: ModCache,
    pub(super) module: ModuleVersion,
    _lock: LockedFile,
}

/// What the cache has of the zip of a module version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZipState {
    /// Nothing.
    Missing,
    /// The zip, but not its hash: that was deleted, or lost in a crash.
    Unhashed,
    /// Both.
    Hashed,
}

/// A zip on its way into the cache; removed unless it is kept.
#[derive(Debug)]
pub struct ZipDraft {
    file: NamedTempFile,
}

/// Reports whether the contents of a `.ziphash` file can be meant: after a crash there may be zeros in it, or nothing.
pub fn is_valid_hash(hash: &str) -> bool {
    hash.len() == HASH_LEN && !hash.contains('\0')
}

impl ModCache {
    /// Tells what the cache has of the zip of a module version.
    pub fn zip_state(&self, module: &ModuleVersion) -> ZipState {
        let Some(zip) = self.zip_file(module).filter(|zip| zip.exists()) else {
            return ZipState::Missing;
        };
        if zip.with_extension("ziphash").exists() {
            ZipState::Hashed
        } else {
            ZipState::Unhashed
        }
    }
}

impl VersionLock {
    pub(super) fn new(cache: ModCache, module: ModuleVersion, lock: LockedFile) -> Self {
        Self {
            cache,
            module,
            _lock: lock,
        }
    }

    /// Returns the module version.
    pub fn module(&self) -> &ModuleVersion {
        &self.module
    }

    /// Starts a file for the zip beside its place; what earlier attempts left behind is removed.
    pub fn begin_zip(&self) -> Result<ZipDraft, CacheError> {
        let zip = self.place("zip")?;
        let (dir, name) = split(&zip);
        remove_drafts(dir, &name);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&name).suffix(".tmp");
        // The same permissions as any new file: others may share this cache.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder
            .tempfile_in(dir)
            .map_err(at("create a file in", dir))?;
        Ok(ZipDraft { file })
    }

    /// Makes a verified zip visible, its hash first: whoever sees both trusts them.
    pub fn keep_zip(&self, draft: ZipDraft, hash: &str) -> Result<PathBuf, CacheError> {
        let zip = self.place("zip")?;
        self.write_zip_hash(hash)?;
        draft.file.persist(&zip).map_err(|error| FsError::Io {
            action: "replace",
            path: zip.clone(),
            source: error.error,
        })?;
        Ok(zip)
    }

    /// Keeps the hash of the verified zip.
    pub fn write_zip_hash(&self, hash: &str) -> Result<(), CacheError> {
        Ok(fs::write_new(&self.place("ziphash")?, hash.as_bytes())?)
    }

    pub(super) fn place(&self, suffix: &str) -> Result<PathBuf, CacheError> {
        self.cache.place(&self.module, suffix)
    }
}

impl ZipDraft {
    /// Returns the file to write to.
    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Returns where the file is for now.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Throws away what was written.
    pub fn clear(&self) -> Result<(), FsError> {
        let mut file = self.file();
        file.set_len(0).map_err(at("write", self.path()))?;
        file.seek(SeekFrom::Start(0))
            .map_err(at("write", self.path()))?;
        Ok(())
    }
}

/// Removes the files of downloads that were interrupted; their writers are gone, since this process has the lock.
fn remove_drafts(dir: &Path, name: &str) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for entry in entries.map_while(Result::ok) {
        let file = entry.file_name();
        let is_draft = file
            .to_str()
            .and_then(|file| file.strip_prefix(name)?.strip_suffix(".tmp"))
            .is_some();
        if is_draft {
            // If it cannot be removed it is in nobody's way.
            drop(std::fs::remove_file(entry.path()));
        }
    }
}

fn split(file: &Path) -> (&Path, String) {
    let dir = file.parent().expect("a file in the cache has a directory");
    let name = file.file_name().unwrap_or_default();
    (dir, name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::adapters::modcache::ModCacheMode;

    #[test]
    fn a_zip_appears_with_its_hash_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let cache = ModCache::new(root.path(), ModCacheMode::ReadWrite).unwrap();
        let module = ModuleVersion::new("example.com/m", "v1.0.0");
        let lock = cache.lock_version(&module).unwrap();
        let dir = root.path().join("cache/download/example.com/m/@v");
        let names = || {
            let entries = std::fs::read_dir(&dir).unwrap();
            let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut names: Vec<_> = names.filter(|name| name != "v1.0.0.lock").collect();
            names.sort();
            names
        };
        // Left behind by somebody who was killed; and a neighbour's that is not.
        std::fs::write(dir.join("v1.0.0.zip123.tmp"), "").unwrap();
        std::fs::write(dir.join("v1.0.1.zip123.tmp"), "").unwrap();
        let draft = lock.begin_zip().unwrap();
        draft.file().write_all(b"half").unwrap();
        drop(draft);
        assert_eq!(names(), ["v1.0.1.zip123.tmp"]);
        assert_eq!(cache.zip_state(&module), ZipState::Missing);
        let draft = lock.begin_zip().unwrap();
        draft.file().write_all(b"half").unwrap();
        draft.clear().unwrap();
        draft.file().write_all(b"all").unwrap();
        lock.keep_zip(draft, "h1:x").unwrap();
        assert_eq!(
            names(),
            ["v1.0.0.zip", "v1.0.0.ziphash", "v1.0.1.zip123.tmp"]
        );
        assert_eq!(std::fs::read(dir.join("v1.0.0.zip")).unwrap(), b"all");
        assert_eq!(cache.zip_state(&module), ZipState::Hashed);
        std::fs::remove_file(dir.join("v1.0.0.ziphash")).unwrap();
        assert_eq!(cache.zip_state(&module), ZipState::Unhashed);
    }

    #[test]
    fn a_torn_hash_is_none() {
        assert!(is_valid_hash(
            "h1:3fEykkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0="
        ));
        assert!(!is_valid_hash(
            "h1:3fEykkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0"
        ));
        assert!(!is_valid_hash(&"\0".repeat(HASH_LEN)));
        assert!(!is_valid_hash(""));
    }
}
