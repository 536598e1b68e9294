//! Unpacking a module zip at its place, as `x/mod/zip.Unzip` does, and removing what was unpacked.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::store::{CacheError, DirState};
use super::version::VersionLock;
use crate::adapters::fs::{FsError, at};
use crate::domain::module::ModuleVersion;
use crate::domain::modzip::{Archive, CheckFailure, Entry, Inflater, ReadAt, ZipError, check_zip};

/// Whether directories can be written to once the module is unpacked; files never can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DirAccess {
    /// Nothing can be added, so that a build does not change the module by mistake.
    #[default]
    ReadOnly,
    /// As with `-modcacherw`: the directory can be removed like any other.
    Writable,
}

/// A directory that is being filled with the files of a module; removed unless it is kept.
#[derive(Debug)]
pub struct DirDraft {
    root: PathBuf,
    /// All directories, outer ones first.
    dirs: Vec<PathBuf>,
    removed: Removed,
}

impl DirDraft {
    /// Returns where the files go.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}

/// Why a module could not be unpacked.
#[derive(Debug, Error)]
pub enum UnpackError {
    /// The cache cannot be written.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FsError),
    /// The zip cannot be read, or no module can have this name.
    #[error("unzip {}: {source}", zip.display())]
    Zip {
        /// The zip.
        zip: PathBuf,
        /// What is wrong.
        source: ZipError,
    },
    /// Something in the zip may not be there.
    #[error("unzip {}: {failure}", zip.display())]
    Contents {
        /// The zip.
        zip: PathBuf,
        /// What is wrong.
        failure: CheckFailure,
    },
}

impl VersionLock {
    /// Unpacks the zip of this module version, unless somebody has done so meanwhile, and returns the directory.
    ///
    /// A `.partial` file stands beside the zip while the directory is not complete; so nobody uses it if this process
    /// dies. What is left from such a death is removed first. If the zip is no good, nothing stays.
    pub fn unpack<R: ReadAt>(
        &self,
        archive: &Archive<R>,
        access: DirAccess,
    ) -> Result<PathBuf, UnpackError> {
        let dir = self.dir()?;
        match self.cache.dir_state(&self.module) {
            DirState::Whole => return Ok(dir),
            DirState::Partial(_) => remove_all(&dir)?,
            DirState::Missing => {}
        }
        self.unpack_at(archive, &dir, access)?;
        Ok(dir)
    }

    /// Unpacks the zip again, whatever is in the directory: only when all of it is there the old one is removed.
    pub fn unpack_again<R: ReadAt>(
        &self,
        archive: &Archive<R>,
        access: DirAccess,
    ) -> Result<PathBuf, UnpackError> {
        let dir = self.dir()?;
        self.check(archive)?;
        let (parent, name) = (
            dir.parent().unwrap_or(self.cache.root()),
            dir.file_name().unwrap_or_default().to_string_lossy(),
        );
        // The go command removes such names when it unpacks the module.
        let fresh = tempfile::Builder::new()
            .prefix(&format!("{name}.tmp-"))
            .tempdir_in(parent)
            .map_err(at("create a directory in", parent))?;
        let (new, old) = (fresh.path().join("new"), fresh.path().join("old"));
        let removed = Removed(fresh.path().to_owned());
        self.write_all(archive, &new)?;
        let partial = self.place("partial")?;
        File::create(&partial).map_err(at("write", &partial))?;
        set_writable(&dir);
        match std::fs::rename(&dir, &old) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                drop(std::fs::remove_file(&partial));
                return Err(at("replace", &dir)(error).into());
            }
            _ => {}
        }
        if let Err(error) = std::fs::rename(&new, &dir) {
            // The go command can unpack the module for itself; what was there is better than nothing.
            if std::fs::rename(&old, &dir).is_ok() {
                drop(std::fs::remove_file(&partial));
            }
            return Err(at("replace", &dir)(error).into());
        }
        std::fs::remove_file(&partial).map_err(at("remove", &partial))?;
        if access == DirAccess::ReadOnly {
            make_read_only(&dir);
        }
        drop(removed);
        Ok(dir)
    }

    /// Makes the directories for the files of a zip beside the place of the module; the names in the zip are checked.
    pub fn begin_dir<R: ReadAt>(&self, archive: &Archive<R>) -> Result<DirDraft, UnpackError> {
        self.check(archive)?;
        let dir = self.dir()?;
        let parent = dir.parent().unwrap_or(self.cache.root());
        std::fs::create_dir_all(parent).map_err(at("create directory", parent))?;
        remove_strays(&dir);
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        let aside = tempfile::Builder::new()
            .prefix(&format!("{name}.tmp-"))
            .tempdir_in(parent)
            .map_err(at("create a directory in", parent))?;
        let removed = Removed(aside.keep());
        let root = removed.0.join("new");
        let mut dirs = BTreeSet::from([root.clone()]);
        for entry in archive.entries() {
            let Some(name) = file_name(&self.module, entry) else {
                continue;
            };
            for above in root.join(name).ancestors().skip(1) {
                if !dirs.insert(above.to_owned()) {
                    break;
                }
            }
        }
        // Outer directories come before those in them.
        for dir in &dirs {
            std::fs::create_dir(dir).map_err(at("create directory", dir))?;
        }
        Ok(DirDraft {
            dirs: dirs.into_iter().collect(),
            root,
            removed,
        })
    }

    /// Says that what is in the directory of the module does not count, until [`VersionLock::keep_dir`] replaces it.
    pub fn distrust_dir(&self) -> Result<(), UnpackError> {
        let partial = self.place("partial")?;
        if self.dir()?.symlink_metadata().is_ok() {
            File::create(&partial).map_err(at("write", &partial))?;
        }
        Ok(())
    }

    /// Makes unpacked files visible, all at once; they were verified. What was in their place does not count.
    pub fn keep_dir(&self, draft: DirDraft, access: DirAccess) -> Result<PathBuf, UnpackError> {
        let dir = self.dir()?;
        remove_all(&dir)?;
        std::fs::rename(&draft.root, &dir).map_err(at("replace", &dir))?;
        let partial = self.place("partial")?;
        match std::fs::remove_file(&partial) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(at("remove", &partial)(error).into());
            }
            _ => {}
        }
        if access == DirAccess::ReadOnly {
            // Inner directories first.
            for made in draft.dirs.iter().rev() {
                let below = made.strip_prefix(&draft.root).unwrap_or(made);
                change_mode(&dir.join(below), |mode| mode & !0o222);
            }
        }
        drop(draft.removed);
        Ok(dir)
    }

    fn unpack_at<R: ReadAt>(
        &self,
        archive: &Archive<R>,
        dir: &Path,
        access: DirAccess,
    ) -> Result<(), UnpackError> {
        let parent = dir.parent().unwrap_or(self.cache.root());
        std::fs::create_dir_all(parent).map_err(at("create directory", parent))?;
        remove_strays(dir);
        let partial = self.place("partial")?;
        File::create(&partial).map_err(at("write", &partial))?;
        let unpacked = self
            .check(archive)
            .and_then(|()| self.write_all(archive, dir));
        if let Err(error) = unpacked {
            if remove_all(dir).is_ok() {
                drop(std::fs::remove_file(&partial));
            }
            return Err(error);
        }
        std::fs::remove_file(&partial).map_err(at("remove", &partial))?;
        if access == DirAccess::ReadOnly {
            make_read_only(dir);
        }
        Ok(())
    }

    fn check<R: ReadAt>(&self, archive: &Archive<R>) -> Result<(), UnpackError> {
        let checked = check_zip(&self.module, archive).map_err(|error| self.zip_error(error))?;
        match checked.failure() {
            None => Ok(()),
            Some(failure) => Err(UnpackError::Contents {
                zip: self.place("zip")?,
                failure,
            }),
        }
    }

    /// Writes all files of a zip whose names were checked.
    fn write_all<R: ReadAt>(&self, archive: &Archive<R>, dir: &Path) -> Result<(), UnpackError> {
        std::fs::create_dir_all(dir).map_err(at("create directory", dir))?;
        let mut inflater = Inflater::new();
        let mut made = PathBuf::new();
        for entry in archive.entries() {
            let Some(name) = file_name(&self.module, entry) else {
                continue;
            };
            let file = dir.join(name);
            let parent = file.parent().unwrap_or(dir);
            if parent != made {
                std::fs::create_dir_all(parent).map_err(at("create directory", parent))?;
                parent.clone_into(&mut made);
            }
            self.write_file(archive, entry, &mut inflater, &file)?;
        }
        Ok(())
    }

    fn write_file<R: ReadAt>(
        &self,
        archive: &Archive<R>,
        entry: &Entry,
        inflater: &mut Inflater,
        path: &Path,
    ) -> Result<(), UnpackError> {
        let mut file = create_file(path).map_err(at("create", path))?;
        let written = archive.inflate(entry, inflater, |bytes| {
            file.write_all(bytes).map_err(WriteError::File)
        });
        match written {
            Ok(()) => seal(&file).map_err(|error| at("write", path)(error).into()),
            Err(WriteError::File(error)) => Err(at("write", path)(error).into()),
            Err(WriteError::Zip(error)) => Err(self.zip_error(error)),
        }
    }

    fn dir(&self) -> Result<PathBuf, CacheError> {
        self.cache
            .dir(&self.module)
            .ok_or_else(|| CacheError::NoPlace {
                module: self.module.clone(),
            })
    }

    fn zip_error(&self, source: ZipError) -> UnpackError {
        match self.place("zip") {
            Ok(zip) => UnpackError::Zip { zip, source },
            Err(error) => error.into(),
        }
    }
}

/// Removes a directory of the module cache with all that is in it, read-only or not; links are not followed.
pub(super) fn remove_all(dir: &Path) -> Result<(), FsError> {
    for dir in directories(dir) {
        set_writable(&dir);
    }
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            std::fs::remove_file(dir).map_err(at("remove", dir))
        }
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at("remove", dir)(error)),
        _ => Ok(()),
    }
}

/// Why a file could not be written: the zip, or the disk.
enum WriteError {
    Zip(ZipError),
    File(io::Error),
}

impl From<ZipError> for WriteError {
    fn from(error: ZipError) -> Self {
        Self::Zip(error)
    }
}

/// Removes a directory when it is dropped.
#[derive(Debug)]
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        // What cannot be removed is removed by whoever unpacks the module next.
        drop(remove_all(&self.0));
    }
}

/// Returns the path of a file below the directory of its module; none for a directory.
fn file_name<'a>(module: &ModuleVersion, entry: &'a Entry) -> Option<&'a str> {
    let name = std::str::from_utf8(&entry.name).expect("the names were checked");
    let name = name
        .strip_prefix(&format!("{module}/"))
        .expect("the names were checked");
    (!name.is_empty() && !name.ends_with('/')).then_some(name)
}

/// Creates a file that only this handle can write to.
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o444);
    }
    options.open(path)
}

/// Takes the permission to write away, where a file cannot be created without it.
pub(super) fn seal(file: &File) -> io::Result<()> {
    if cfg!(unix) {
        return Ok(());
    }
    let mut permissions = file.metadata()?.permissions();
    permissions.set_readonly(true);
    file.set_permissions(permissions)
}

/// Removes the directories into which go commands before 1.16, and repairs, unpacked this module and died.
fn remove_strays(dir: &Path) {
    let (Some(parent), Some(name)) = (dir.parent(), dir.file_name()) else {
        return;
    };
    let prefix = format!("{}.tmp-", name.to_string_lossy());
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    for entry in entries.map_while(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            drop(remove_all(&entry.path()));
        }
    }
}

/// Returns a directory and all below it, outer ones first.
fn directories(dir: &Path) -> Vec<PathBuf> {
    let is_dir = std::fs::symlink_metadata(dir).is_ok_and(|metadata| metadata.is_dir());
    let mut found = if is_dir {
        vec![dir.to_owned()]
    } else {
        Vec::new()
    };
    let mut next = 0;
    while next < found.len() {
        // A directory that cannot be listed can be once it is made writable, which also makes it readable.
        set_readable(&found[next]);
        if let Ok(entries) = std::fs::read_dir(&found[next]) {
            let below = entries.map_while(Result::ok);
            let below = below.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            found.extend(below.map(|entry| entry.path()).collect::<Vec<_>>());
        }
        next += 1;
    }
    found
}

/// Makes a best effort to take the permission to write from a directory and all below it, inner ones first.
fn make_read_only(dir: &Path) {
    for dir in directories(dir).iter().rev() {
        change_mode(dir, |mode| mode & !0o222);
    }
}

fn set_writable(dir: &Path) {
    change_mode(dir, |mode| mode | 0o700);
}

fn set_readable(dir: &Path) {
    let can_list = std::fs::read_dir(dir).is_ok();
    if !can_list {
        set_writable(dir);
    }
}

#[cfg(unix)]
fn change_mode(path: &Path, change: impl Fn(u32) -> u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(metadata) = std::fs::symlink_metadata(path) else {
        return;
    };
    let mode = metadata.permissions().mode();
    if metadata.is_dir() && change(mode) != mode {
        drop(std::fs::set_permissions(
            path,
            std::fs::Permissions::from_mode(change(mode)),
        ));
    }
}

#[cfg(not(unix))]
fn change_mode(_path: &Path, _change: impl Fn(u32) -> u32) {}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::adapters::modcache::{ModCache, ModCacheMode};
    use crate::adapters::zip_file;

    fn corpus(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/conformance/proxy")
            .join(name)
    }

    fn lock(root: &Path, path: &str, version: &str) -> VersionLock {
        let cache = ModCache::new(root, ModCacheMode::ReadWrite).unwrap();
        let lock = cache.lock_version(&ModuleVersion::new(path, version));
        lock.unwrap()
    }

    #[test]
    fn what_a_crash_left_is_replaced() {
        let root = tempfile::tempdir().unwrap();
        let quote = lock(root.path(), "rsc.io/quote", "v1.5.2");
        let partial = quote.place("partial").unwrap();
        let dir = quote.dir().unwrap();
        fs::write(&partial, "").unwrap();
        fs::create_dir_all(dir.join("half")).unwrap();
        fs::create_dir_all(root.path().join("rsc.io/quote@v1.5.2.tmp-1/old")).unwrap();
        let archive = zip_file::open(&corpus("rsc.io/quote/@v/v1.5.2.zip")).unwrap();
        quote.unpack(&archive, DirAccess::Writable).unwrap();
        quote.write_zip_hash("h1:").unwrap();
        assert_eq!(quote.cache.dir_state(&quote.module), DirState::Whole);
        assert!(dir.join("quote.go").is_file() && !dir.join("half").exists() && !partial.exists());
        assert!(!root.path().join("rsc.io/quote@v1.5.2.tmp-1").exists());
        // What is whole is left alone.
        fs::write(dir.join("more"), "").unwrap();
        quote.unpack(&archive, DirAccess::Writable).unwrap();
        assert!(dir.join("more").exists());
        quote.unpack_again(&archive, DirAccess::ReadOnly).unwrap();
        assert!(dir.join("quote.go").is_file() && !dir.join("more").exists() && !partial.exists());
        quote.unpack_again(&archive, DirAccess::Writable).unwrap();
        assert_eq!(fs::read_dir(root.path().join("rsc.io")).unwrap().count(), 1);
    }

    #[test]
    fn nothing_stays_of_a_bad_zip() {
        let root = tempfile::tempdir().unwrap();
        for name in ["badfile2", "badfile3", "badfile4", "badfile5"] {
            let bad = lock(root.path(), &format!("rsc.io/{name}"), "v1.0.0");
            let archive = zip_file::open(&corpus(&format!("rsc.io/{name}/@v/v1.0.0.zip"))).unwrap();
            let dir = bad.dir().unwrap();
            let error = bad.unpack(&archive, DirAccess::ReadOnly).unwrap_err();
            assert!(error.to_string().starts_with("unzip "), "{error}");
            assert!(
                !dir.exists() && !bad.place("partial").unwrap().exists(),
                "{name}"
            );
            // Nor does a bad zip replace what is there.
            fs::create_dir_all(&dir).unwrap();
            fs::write(dir.join("kept"), "").unwrap();
            bad.unpack_again(&archive, DirAccess::ReadOnly).unwrap_err();
            assert!(dir.join("kept").exists(), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_removed_and_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let (dir, other) = (root.path().join("dir"), root.path().join("other"));
        fs::create_dir_all(dir.join("a/b")).unwrap();
        fs::create_dir(&other).unwrap();
        fs::write(other.join("kept"), "").unwrap();
        std::os::unix::fs::symlink(&other, dir.join("a/link")).unwrap();
        make_read_only(&dir);
        remove_all(&dir).unwrap();
        assert!(!dir.exists() && other.join("kept").exists());
        remove_all(&dir).unwrap();
        fs::write(&dir, "a file").unwrap();
        remove_all(&dir).unwrap();
        assert!(!dir.exists());
    }
}
