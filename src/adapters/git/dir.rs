//! Directories for copies of repositories in the module cache, named and locked as the go command does.
//!
//! Beside `cache/vcs/<hash>` stand `<hash>.info`, which says whose copy it is, and `<hash>.lock`.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::adapters::fs::{self, FsError, LockedFile};

/// The bytes that an `.info` file may have; it holds a URL.
const MAX_INFO: u64 = 1 << 20;

/// The bytes that the file of attributes beside a copy may have; there is nothing in it but what follows.
const MAX_ATTRIBUTES: u64 = 1 << 20;
/// The last line of that file, exactly as the go command has it.
const NO_EXPORT: &[u8] = b"\n* -export-subst -export-ignore\n";

/// What is wrong with a directory for a copy.
#[derive(Debug, Error)]
pub enum GitDirError {
    /// The system refused something.
    #[error(transparent)]
    Fs(#[from] FsError),
    /// The directory belongs to another repository.
    #[error("{} exists with wrong content (have {have:?} want {want:?})", .path.display())]
    WrongContent {
        /// The `.info` file.
        path: PathBuf,
        /// What it says.
        have: String,
        /// What it should say.
        want: String,
    },
}

/// Returns the directory for the copy of `remote`, existing but perhaps empty, and the lock on it.
pub(super) async fn prepare(
    mod_cache: &Path,
    kind: &str,
    remote: &str,
) -> Result<(PathBuf, LockedFile), GitDirError> {
    let key = format!("{kind}:{remote}");
    let vcs = mod_cache.join("cache").join("vcs");
    let dir = vcs.join(HEXLOWER.encode(&Sha256::digest(&key)));
    fs::create_dir_all(&vcs)?;
    let lock = lock(&dir).await?;
    let info = beside(&dir, "info");
    if dir.is_dir()
        && let Some(have) = fs::read_if_exists(&info, MAX_INFO)?
    {
        let have = String::from_utf8_lossy(&have);
        let have = have.strip_suffix('\n').unwrap_or(&have);
        if have != key {
            let have = have.to_owned();
            return Err(GitDirError::WrongContent {
                path: info,
                have,
                want: key,
            });
        }
        return Ok((dir, lock));
    }
    remove(&dir);
    fs::create_dir_all(&dir)?;
    fs::replace(&info, key.as_bytes())?;
    Ok((dir, lock))
}

/// Keeps `export-subst` and `export-ignore` from changing what is in an archive: with them it would depend on the
/// version of git and on what of the repository is here. To be called with the copy locked.
pub(super) fn switch_off_export_attributes(dir: &Path) -> Result<(), GitDirError> {
    let info = dir.join("info");
    fs::create_dir_all(&info)?;
    let path = info.join("attributes");
    let have = fs::read_if_exists(&path, MAX_ATTRIBUTES)?.unwrap_or_default();
    if !have.ends_with(NO_EXPORT) {
        // Whole or not at all; the go command appends the same line.
        fs::replace(&path, &[&have, NO_EXPORT].concat())?;
    }
    Ok(())
}

/// Waits for the right to change the copy in `dir`; the go command respects it, too.
pub(super) async fn lock(dir: &Path) -> Result<LockedFile, GitDirError> {
    let path = beside(dir, "lock");
    let wait = tokio::task::spawn_blocking(move || LockedFile::exclusive(&path));
    Ok(wait.await.expect("waiting for a lock does not panic")?)
}

/// Removes a copy, as far as that is possible.
pub(super) fn remove(dir: &Path) {
    std::fs::remove_dir_all(dir).ok();
}

/// Git's own locks that a fetch takes.
const GIT_LOCKS: &[&str] = &["shallow.lock", "packed-refs.lock", "config.lock"];

/// Removes the locks of a git that is killed while it fetches.
pub(super) struct Cleanup(Vec<PathBuf>);

impl Cleanup {
    /// Takes note of the locks that are not there yet.
    pub(super) fn new(dir: &Path) -> Self {
        let locks = GIT_LOCKS.iter().map(|name| dir.join(name));
        Self(locks.filter(|path| !path.exists()).collect())
    }

    /// Says that git ended by itself, and so removed its locks.
    pub(super) fn not_needed(mut self) {
        self.0.clear();
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        for path in &self.0 {
            std::fs::remove_file(path).ok();
        }
    }
}

/// Removes locks that a killed git left behind: those older than git may run.
///
/// To be called with the copy locked. Then no git is at work in it, but perhaps one whose parent was
/// killed, and that one ends in time.
pub(super) fn remove_stale_locks(dir: &Path, older_than: Duration) {
    for path in GIT_LOCKS.iter().map(|name| dir.join(name)) {
        let changed = std::fs::metadata(&path).and_then(|found| found.modified());
        let age = changed
            .ok()
            .and_then(|time| SystemTime::now().duration_since(time).ok());
        if age.is_some_and(|age| older_than < age) {
            std::fs::remove_file(&path).ok();
        }
    }
}

fn beside(dir: &Path, extension: &str) -> PathBuf {
    // The name is all digits: there is no extension to be replaced.
    dir.with_extension(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_of_a_killed_git_go() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (
            dir.path().join("config.lock"),
            dir.path().join("shallow.lock"),
        );
        std::fs::write(&old, "").unwrap();
        let cleanup = Cleanup::new(dir.path());
        std::fs::write(&new, "").unwrap();
        drop(cleanup);
        assert!(old.exists() && !new.exists());
        remove_stale_locks(dir.path(), Duration::from_hours(1));
        assert!(old.exists());
        remove_stale_locks(dir.path(), Duration::ZERO);
        assert!(!old.exists());
    }
}
