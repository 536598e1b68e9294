//! Where each file of a module version is, and the small ones among them: `.mod`, `.info`, `.ziphash`, `list`.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::version::VersionLock;
use crate::adapters::fs::{self, FsError, LockedFile};
use crate::adapters::info_json;
use crate::domain::module::info::RevInfo;
use crate::domain::module::path::{escape_path, escape_version};
use crate::domain::module::{ModulePath, ModuleVersion, goversion, pseudo, version};

/// The largest go.mod file, as in the go command; nothing else that is read here is as large.
const MAX_FILE: u64 = 16 << 20;
/// The start of go.mod files that the predecessor of the go command made up; they do not count.
const OLD_GENERATED: &[u8] = b"//vgo 0.0.";
/// The module that comes with Go itself and needs no `.ziphash` beside its directory.
const FIPS_MODULE: &str = "golang.org/fips140";

/// A module cache: the directory GOMODCACHE.
#[derive(Clone, Debug)]
pub struct ModCache {
    root: PathBuf,
    mode: ModCacheMode,
}

/// Whether a cache is filled, or only read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModCacheMode {
    /// What was fetched is kept.
    ReadWrite,
    /// Nothing is written; writing does nothing and is no error.
    ReadOnly,
}

/// How far a module version is unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirState {
    /// There is no directory.
    Missing,
    /// There is something that the go command unpacks again before it uses it; the text says why.
    Partial(String),
    /// All files are there.
    Whole,
}

/// A module version of which all files are there.
#[derive(Debug)]
pub struct Unpacked {
    /// The directory.
    pub dir: PathBuf,
    /// What the file system says of the directory.
    pub metadata: Metadata,
    /// The hash that was kept of the zip.
    pub zip_hash: Option<String>,
}

/// Why the module cache cannot be used.
#[derive(Debug, Error)]
pub enum CacheError {
    /// There is no directory for it.
    #[error("module cache not found: neither GOMODCACHE nor GOPATH is set")]
    NotSet,
    /// The directory depends on where the program was started.
    #[error("GOMODCACHE entry is relative; must be absolute path: {:?}", .path)]
    Relative {
        /// The value of GOMODCACHE.
        path: PathBuf,
    },
    /// Something else is where the directory should be.
    #[error("could not create module cache: {:?} is not a directory", .path)]
    NotDirectory {
        /// The value of GOMODCACHE.
        path: PathBuf,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FsError),
    /// A path or version that has no place in the cache.
    #[error("{module}: no such module version can be in the module cache")]
    NoPlace {
        /// The module version.
        module: ModuleVersion,
    },
}

impl ModCache {
    /// Takes the value of GOMODCACHE; nothing is read or created yet.
    pub fn new(root: impl Into<PathBuf>, mode: ModCacheMode) -> Result<Self, CacheError> {
        let root = root.into();
        if root.as_os_str().is_empty() {
            return Err(CacheError::NotSet);
        }
        if !root.is_absolute() {
            return Err(CacheError::Relative { path: root });
        }
        Ok(Self { root, mode })
    }

    /// Returns the directory GOMODCACHE.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the directory that has the form of a module proxy: the place of the checksum database's files, too.
    pub fn download_dir(&self) -> PathBuf {
        self.root.join("cache").join("download")
    }

    /// Returns the go.mod file of a module version; `None` if it is not there.
    ///
    /// The go command takes any failure as "not there"; here a file that exists and cannot be read is an error,
    /// since asking elsewhere would hide the reason.
    pub fn read_go_mod(&self, module: &ModuleVersion) -> Result<Option<Vec<u8>>, CacheError> {
        let Some(file) = self.file(module, "mod") else {
            return Ok(None);
        };
        let text = read(&file)?;
        Ok(text.filter(|text| !text.starts_with(OLD_GENERATED)))
    }

    /// Reports whether the go.mod file of a module version is there, without reading it.
    pub fn has_go_mod(&self, module: &ModuleVersion) -> bool {
        self.file(module, "mod").is_some_and(|file| file.is_file())
    }

    /// Returns the `.info` file of a module version; `None` if it is not there, or unusable.
    pub fn read_info(&self, module: &ModuleVersion) -> Result<Option<RevInfo>, CacheError> {
        let Some(file) = self.file(module, "info") else {
            return Ok(None);
        };
        Ok(read(&file)?.and_then(|text| info_json::parse(&text).ok()))
    }

    /// Returns the highest pseudo-version in the cache that was made of the commit `rev`.
    ///
    /// The go command asks this only where GOPROXY is `off`: elsewhere a tag may since have been added to the commit.
    pub fn read_info_of_commit(
        &self,
        path: &ModulePath,
        rev: &str,
    ) -> Result<Option<RevInfo>, CacheError> {
        let is_hash = rev
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let (Some(short), true) = (rev.get(..12), is_hash) else {
            return Ok(None);
        };
        let Some(dir) = self.version_dir(path) else {
            return Ok(None);
        };
        let suffix = format!("-{short}.info");
        let mut best: Option<String> = None;
        for name in names(&dir)? {
            let Some(found) = name
                .ends_with(&suffix)
                .then(|| name.strip_suffix(".info"))
                .flatten()
            else {
                continue;
            };
            let higher = best
                .as_deref()
                .is_none_or(|best| version::compare(best, found).is_lt());
            if pseudo::is_pseudo(found) && higher {
                best = Some(found.to_owned());
            }
        }
        match best {
            Some(found) => self.read_info(&ModuleVersion::new(path.as_str(), found)),
            None => Ok(None),
        }
    }

    /// Returns the hash of a module zip that was verified when it was downloaded.
    pub fn read_zip_hash(&self, module: &ModuleVersion) -> Result<Option<String>, CacheError> {
        let Some(file) = self.file(module, "ziphash") else {
            return Ok(None);
        };
        let text = read(&file)?.and_then(|text| String::from_utf8(text).ok());
        Ok(text.map(|text| text.trim().to_owned()))
    }

    /// Returns where the go.mod file of a module version is or would be.
    pub fn go_mod_file(&self, module: &ModuleVersion) -> Option<PathBuf> {
        self.file(module, "mod")
    }

    /// Returns where the zip of a module version is or would be.
    pub fn zip_file(&self, module: &ModuleVersion) -> Option<PathBuf> {
        self.file(module, "zip")
    }

    /// Returns where the hash of the zip of a module version is or would be.
    pub fn zip_hash_file(&self, module: &ModuleVersion) -> Option<PathBuf> {
        self.file(module, "ziphash")
    }

    /// Returns where the `.info` file of a module version is or would be.
    pub fn info_file(&self, module: &ModuleVersion) -> Option<PathBuf> {
        self.file(module, "info")
    }

    /// Returns what tells that file from one that takes its place.
    pub fn info_stamp(&self, module: &ModuleVersion) -> Option<Vec<u8>> {
        let metadata = std::fs::metadata(self.info_file(module)?).ok()?;
        let mut stamp = crate::adapters::index::stamp(&metadata)?;
        stamp.extend(metadata.len().to_le_bytes());
        Some(stamp)
    }

    /// Returns where the lock file of a module version is or would be.
    pub fn lock_file(&self, module: &ModuleVersion) -> Option<PathBuf> {
        self.file(module, "lock")
    }

    /// Returns where a module version is or would be unpacked.
    pub fn dir(&self, module: &ModuleVersion) -> Option<PathBuf> {
        let (path, version) = escape(module)?;
        let dir = self.root.join(format!("{path}@{version}"));
        Some(dir.components().collect())
    }

    /// Returns the directory of the files of a module version, if all of it is there.
    pub fn extracted_dir(&self, module: &ModuleVersion) -> Option<PathBuf> {
        let dir = self.dir(module)?;
        (self.dir_state(module) == DirState::Whole).then_some(dir)
    }

    /// Returns a module version of which all files are there, as [`ModCache::dir_state`] tells it, with fewer calls of the
    /// system.
    pub fn unpacked(&self, module: &ModuleVersion) -> Result<Option<Unpacked>, CacheError> {
        let (Some(dir), Some(partial)) = (self.dir(module), self.file(module, "partial")) else {
            return Ok(None);
        };
        let found = std::fs::metadata(&dir).ok().filter(Metadata::is_dir);
        let Some(metadata) = found.filter(|_| !partial.exists()) else {
            return Ok(None);
        };
        let text = read(&partial.with_extension("ziphash"))?;
        if text.is_none() && module.path.as_str() != FIPS_MODULE {
            return Ok(None);
        }
        let text = text.and_then(|text| String::from_utf8(text).ok());
        Ok(Some(Unpacked {
            dir,
            metadata,
            zip_hash: text.map(|text| text.trim().to_owned()),
        }))
    }

    /// Tells how far a module version is unpacked, as the go command does before it uses the directory.
    pub fn dir_state(&self, module: &ModuleVersion) -> DirState {
        let (Some(dir), Some(partial)) = (self.dir(module), self.file(module, "partial")) else {
            return DirState::Missing;
        };
        match std::fs::metadata(&dir) {
            Err(error) if error.kind() == ErrorKind::NotFound => return DirState::Missing,
            Err(error) => return DirState::Partial(error.to_string()),
            Ok(metadata) if !metadata.is_dir() => {
                return DirState::Partial("not a directory".to_owned());
            }
            Ok(_) => {}
        }
        if partial.exists() {
            return DirState::Partial("not completely extracted".to_owned());
        }
        if module.path.as_str() != FIPS_MODULE && !partial.with_extension("ziphash").exists() {
            return DirState::Partial("ziphash file is missing".to_owned());
        }
        DirState::Whole
    }

    /// Keeps the go.mod file of a module version, and lists the version.
    pub fn write_go_mod(&self, module: &ModuleVersion, text: &[u8]) -> Result<(), CacheError> {
        if self.mode == ModCacheMode::ReadOnly {
            return Ok(());
        }
        let file = self.place(module, "mod")?;
        self.write(&file, text)?;
        if let Some(dir) = file.parent() {
            // The list serves those who use the cache as a proxy; like the go command, do not fail for it.
            rewrite_list(dir).ok();
        }
        Ok(())
    }

    /// Keeps what is known of a version, under that version.
    pub fn write_info(&self, path: &ModulePath, info: &RevInfo) -> Result<(), CacheError> {
        if self.mode == ModCacheMode::ReadOnly {
            return Ok(());
        }
        let module = ModuleVersion {
            path: path.clone(),
            version: info.version.clone(),
        };
        let file = self.place(&module, "info")?;
        self.write(&file, &info_json::to_cache(info))
    }

    /// Waits until nobody else downloads or unpacks this module version, and keeps others from it until the result is
    /// dropped.
    pub fn lock_version(&self, module: &ModuleVersion) -> Result<VersionLock, CacheError> {
        let lock = self.lock(&self.place(module, "lock")?)?;
        Ok(VersionLock::new(self.clone(), module.clone(), lock))
    }

    /// Takes the lock of the whole cache, which older go commands use around changes of go.mod and go.sum.
    pub fn lock_side(&self) -> Result<LockedFile, CacheError> {
        self.lock(&self.root.join("cache").join("lock"))
    }

    pub(super) fn lock(&self, file: &Path) -> Result<LockedFile, CacheError> {
        self.make_parent(file)?;
        Ok(LockedFile::exclusive(file)?)
    }

    pub(super) fn write(&self, file: &Path, contents: &[u8]) -> Result<(), CacheError> {
        // Most often the directory is there; so it is made only when it turns out not to be.
        match fs::write_new(file, contents) {
            Err(FsError::Io { source, .. }) if is_missing(&source) => {
                self.make_parent(file)?;
                Ok(fs::write_new(file, contents)?)
            }
            written => Ok(written?),
        }
    }

    pub(super) fn make_parent(&self, file: &Path) -> Result<(), CacheError> {
        if self.root.exists() && !self.root.is_dir() {
            return Err(CacheError::NotDirectory {
                path: self.root.clone(),
            });
        }
        Ok(fs::create_dir_all(file.parent().unwrap_or(&self.root))?)
    }

    /// Returns where a file of a module version belongs, or the error that says that it cannot be.
    pub(super) fn place(
        &self,
        module: &ModuleVersion,
        suffix: &str,
    ) -> Result<PathBuf, CacheError> {
        self.file(module, suffix)
            .ok_or_else(|| CacheError::NoPlace {
                module: module.clone(),
            })
    }

    /// Returns where a file of a module version belongs; none for what is no canonical version of a valid path.
    pub(super) fn file(&self, module: &ModuleVersion, suffix: &str) -> Option<PathBuf> {
        let (path, version) = escape(module)?;
        let root = self.root.as_os_str();
        let length =
            root.len() + path.len() + version.len() + suffix.len() + "/cache/download//@v/.".len();
        let mut file = OsString::with_capacity(length);
        file.push(root);
        for part in ["/cache/download/", &path, "/@v/", &version, ".", suffix] {
            file.push(part);
        }
        let file = PathBuf::from(file);
        // The path is printed, so there it gets the separators of the platform.
        Some(if cfg!(windows) {
            file.components().collect()
        } else {
            file
        })
    }

    fn version_dir(&self, path: &ModulePath) -> Option<PathBuf> {
        if goversion::is_toolchain(path.as_str()) {
            return None;
        }
        let path = escape_path(path.as_str()).ok()?;
        Some(self.download_dir().join(&*path).join("@v"))
    }
}

/// Returns path and version as they are in file names.
pub(super) fn escape(module: &ModuleVersion) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (path, text) = (module.path.as_str(), module.version.as_str());
    // Those two are no modules with files; their versions come from the module of the toolchains.
    if goversion::is_toolchain(path) || version::canonical_version(text) != text || text.is_empty()
    {
        return None;
    }
    Some((escape_path(path).ok()?, escape_version(text).ok()?))
}

/// Reads a file with as few system calls as can be: a module graph is a thousand of them.
fn read(path: &Path) -> Result<Option<Vec<u8>>, FsError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(fs::at("open", path)(error)),
    };
    // Larger than nearly all go.mod files, so that one read gets all and the next one finds the end.
    let mut first = [0; 8192];
    let count = file.read(&mut first).map_err(fs::at("read", path))?;
    if count < first.len() {
        let bytes = first[..count].to_vec();
        if file.read(&mut first[..1]).map_err(fs::at("read", path))? == 0 {
            return Ok(Some(bytes));
        }
    }
    Ok(Some(fs::read(path, MAX_FILE)?))
}

/// A file in place of a directory means the same as no directory: somebody else's cache, but not this module's.
pub(super) fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Returns the names in a directory that are text; none if it is not there.
fn names(dir: &Path) -> Result<Vec<String>, FsError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if is_missing(&error) => return Ok(Vec::new()),
        Err(error) => return Err(fs::at("read directory", dir)(error)),
    };
    let names = entries
        .map_while(Result::ok)
        .filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.collect())
}

/// Brings `@v/list` up to date with the go.mod files beside it.
fn rewrite_list(dir: &Path) -> Result<(), FsError> {
    let mut list = LockedFile::exclusive(&dir.join("list"))?;
    // Read under the lock: whoever comes later sees at least what we see.
    let mut versions = names(dir)?;
    versions.retain_mut(|name| match name.strip_suffix(".mod") {
        Some(found) if !found.is_empty() && version::canonical_version(found) == found => {
            name.truncate(found.len());
            true
        }
        _ => false,
    });
    versions.sort_by(|left, right| version::compare_total(left, right));
    let text: String = versions
        .iter()
        .flat_map(|version| [version.as_str(), "\n"])
        .collect();
    if list.read(MAX_FILE).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    list.overwrite(text.as_bytes())
}
