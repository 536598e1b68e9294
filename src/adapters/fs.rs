//! Files: reading, atomic replacement, locking, with errors that name the path.
//!
//! Locks are those of the go command (`flock` on Linux, macOS and the BSDs, `LockFileEx` on Windows),
//! so both tools can share a module cache.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// What went wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FsError {
    /// The operating system said no.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was attempted: `read`, `write`, `lock`, …
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The file is larger than anything that belongs there.
    #[error("`{}` is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
}

impl FsError {
    /// Reports whether the file, or a directory on the way to it, does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == ErrorKind::NotFound)
    }

    /// Reports whether the system does not allow it, to this user or to anybody.
    pub fn is_denied(&self) -> bool {
        let denied = [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem];
        matches!(self, Self::Io { source, .. } if denied.contains(&source.kind()))
    }
}

/// Returns the contents of a file of at most `limit` bytes.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FsError> {
    let mut file = File::open(path).map_err(at("open", path))?;
    read_all(&mut file, path, limit)
}

/// Returns the contents of a file, or `None` if it does not exist.
pub fn read_if_exists(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FsError> {
    match read(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Creates a directory with all above it.
pub fn create_dir_all(path: &Path) -> Result<(), FsError> {
    fs::create_dir_all(path).map_err(at("create directory", path))
}

/// Replaces a file as a whole: others see the old contents or the new ones, nothing between.
///
/// The bytes go to a temporary file in the same directory, which is renamed; it is removed if that
/// fails. An existing file keeps its permissions, a new one gets those of the umask. A symbolic link
/// stays, and the file that it leads to is replaced.
pub fn replace(path: &Path, contents: &[u8]) -> Result<(), FsError> {
    let target = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => {
            fs::canonicalize(path).map_err(at("resolve", path))?
        }
        _ => path.to_owned(),
    };
    let permissions = fs::metadata(&target)
        .ok()
        .map(|metadata| metadata.permissions());
    write_beside(&target, contents, permissions)
}

/// Writes a new file as a whole, as [`replace`] does, and never through a symbolic link.
pub fn write_new(path: &Path, contents: &[u8]) -> Result<(), FsError> {
    write_beside(path, contents, None)
}

/// A file that appears under its name once it is whole; before, it stands beside its place under another one.
#[derive(Debug)]
pub struct Draft {
    file: NamedTempFile,
    target: PathBuf,
}

impl Draft {
    /// Begins an empty file.
    pub fn new(target: &Path) -> Result<Self, FsError> {
        Ok(Self {
            file: temporary_beside(target)?,
            target: target.to_owned(),
        })
    }

    /// Begins an empty file that gets no name, in the directory for temporary files.
    pub fn temporary() -> Result<Self, FsError> {
        Self::new(&std::env::temp_dir().join("temporary"))
    }

    /// Returns the file, to be written.
    pub fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Returns where the file is for now.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives the file its name; without this it is gone when the draft is dropped.
    pub fn keep(self) -> Result<(), FsError> {
        persist(self.file, &self.target)
    }
}

fn write_beside(
    path: &Path,
    contents: &[u8],
    permissions: Option<fs::Permissions>,
) -> Result<(), FsError> {
    let mut temporary = temporary_beside(path)?;
    temporary.write_all(contents).map_err(at("write", path))?;
    if let Some(permissions) = permissions {
        temporary
            .as_file()
            .set_permissions(permissions)
            .map_err(at("set permissions of", path))?;
    }
    persist(temporary, path)
}

fn temporary_beside(path: &Path) -> Result<NamedTempFile, FsError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".modsmith-").suffix(".tmp");
    let ordinary = ordinary_permissions();
    if let Some(ordinary) = &ordinary {
        builder.permissions(ordinary.clone());
    }
    builder
        .tempfile_in(directory)
        .map_err(at("create a file in", directory))
}

fn persist(temporary: NamedTempFile, path: &Path) -> Result<(), FsError> {
    match temporary.persist(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(FsError::Io {
            action: "replace",
            path: path.to_owned(),
            source: error.error,
        }),
    }
}

/// Returns the permissions that the umask is subtracted from, where there are such.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other platforms have none")]
fn ordinary_permissions() -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn ordinary_permissions() -> Option<fs::Permissions> {
    None
}

/// A file that this process has locked. The lock ends when the value is dropped.
#[derive(Debug)]
pub struct LockedFile {
    file: File,
    path: PathBuf,
}

/// Whether others may hold the lock at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shared,
    Exclusive,
}

impl LockedFile {
    /// Opens a file for reading and waits until nobody writes it.
    pub fn shared(path: &Path) -> Result<Self, FsError> {
        let file = File::open(path).map_err(at("open", path))?;
        Self::lock(file, path, Kind::Shared)
    }

    /// Opens a file for reading and writing, creates it if it does not exist, and waits until it is ours.
    ///
    /// This is also how the go command takes a lock that guards other files.
    pub fn exclusive(path: &Path) -> Result<Self, FsError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path).map_err(at("open", path))?;
        Self::lock(file, path, Kind::Exclusive)
    }

    /// Like [`LockedFile::exclusive`], but returns `None` at once if somebody else has the lock.
    pub fn try_exclusive(path: &Path) -> Result<Option<Self>, FsError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path).map_err(at("open", path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self {
                file,
                path: path.to_owned(),
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(at("lock", path)(source)),
        }
    }

    /// Returns the contents, at most `limit` bytes.
    pub fn read(&mut self, limit: u64) -> Result<Vec<u8>, FsError> {
        self.file
            .seek(SeekFrom::Start(0))
            .map_err(at("read", &self.path))?;
        read_all(&mut self.file, &self.path, limit)
    }

    /// Overwrites the contents in place, which is how the go command changes a file under its lock.
    ///
    /// If the disk is full the old contents come back as far as that is possible.
    pub fn overwrite(&mut self, contents: &[u8]) -> Result<(), FsError> {
        let length = self.file.metadata().map_err(at("read", &self.path))?.len();
        let old = self.read(length)?;
        if let Err(source) = self.put(contents) {
            // The first error is the one to report.
            drop::<io::Result<()>>(self.put(&old));
            return Err(at("write", &self.path)(source));
        }
        Ok(())
    }

    fn put(&mut self, contents: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(contents)?;
        self.file.set_len(contents.len() as u64)
    }

    fn lock(file: File, path: &Path, kind: Kind) -> Result<Self, FsError> {
        loop {
            let locked = match kind {
                Kind::Shared => file.lock_shared(),
                Kind::Exclusive => file.lock(),
            };
            match locked {
                Ok(()) => {
                    return Ok(Self {
                        file,
                        path: path.to_owned(),
                    });
                }
                Err(source) if source.kind() == ErrorKind::Interrupted => {}
                Err(source) => return Err(at("lock", path)(source)),
            }
        }
    }
}

/// Returns a function that adds action and path to an error of the system.
pub fn at<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> FsError + 'a {
    move |source| FsError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

fn read_all(file: &mut File, path: &Path, limit: u64) -> Result<Vec<u8>, FsError> {
    // The size in the metadata may change or lie, but mostly it saves most of the calls and all of the copying.
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let room = usize::try_from(size.min(limit)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(room.saturating_add(1));
    // One byte more than allowed shows that there is more.
    let mut bounded = file.take(limit.saturating_add(1));
    bounded.read_to_end(&mut bytes).map_err(at("read", path))?;
    if bytes.len() as u64 > limit {
        return Err(FsError::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_within_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        assert!(read(&path, 9).unwrap_err().is_not_found());
        assert_eq!(read_if_exists(&path, 9).unwrap(), None);
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(matches!(
            read(&path, 4),
            Err(FsError::TooLarge { limit: 4, .. })
        ));
        let message = read(dir.path(), 4).unwrap_err().to_string();
        assert!(message.starts_with("cannot "), "{message}");
    }

    #[test]
    fn replaces_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert!(replace(&dir.path().join("no/a"), b"x").is_err());
        assert!(replace(dir.path(), b"x").is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn keeps_permissions_and_links() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("a"), dir.path().join("b"));
        replace(&path, b"one").unwrap();
        let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path) & 0o600, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a", &link).unwrap();
        replace(&link, b"two").unwrap();
        assert_eq!(
            (mode(&path), fs::read(&path).unwrap()),
            (0o640, b"two".to_vec())
        );
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn locks_exclude() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let mut first = LockedFile::exclusive(&path).unwrap();
        assert!(LockedFile::try_exclusive(&path).unwrap().is_none());
        first.overwrite(b"long text").unwrap();
        first.overwrite(b"text").unwrap();
        assert_eq!(first.read(9).unwrap(), b"text");
        drop(first);
        let _one = LockedFile::shared(&path).unwrap();
        let _two = LockedFile::shared(&path).unwrap();
        assert!(LockedFile::try_exclusive(&path).unwrap().is_none());
    }
}
