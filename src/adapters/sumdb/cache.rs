//! The files of a checksum database on this machine, in the go command's places.
//!
//! Checked lookups and tiles are in the module cache below `cache/download/sumdb/<name>`; the latest tree head outlives
//! the module cache in `pkg/sumdb/<name>/latest` of GOPATH. The go command reads and writes all of them under locks.
//! Proofs of single records, which the go command does not know, are in `cache/modsmith/sumdb/<name>/proof`.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adapters::fs::{self, FsError, LockedFile};
use crate::domain::sumdb::checker::{Origin, Save, SaveKind, TileBytes};
use crate::domain::sumdb::tile::Tile;

use super::proofs::Proofs;

/// The largest lookup, and the largest tree head.
pub(super) const MAX_TEXT: u64 = 1 << 20;

/// The files of one database.
pub(super) struct Cache {
    /// Lookups and tiles.
    pub(super) directory: PathBuf,
    /// Proofs.
    pub(super) proofs: Proofs,
    /// The latest tree head; none without a GOPATH.
    pub(super) latest: Option<PathBuf>,
}

impl Cache {
    pub(super) fn new(mod_cache: &Path, sumdb_dir: Option<&Path>, name: &str) -> Self {
        Self {
            directory: mod_cache.join("cache/download/sumdb").join(name),
            proofs: Proofs::new(
                mod_cache
                    .join("cache/modsmith/sumdb")
                    .join(name)
                    .join("proof"),
            ),
            latest: sumdb_dir.map(|dir| dir.join(name).join("latest")),
        }
    }

    /// Returns the cached file with this path below the database's directory.
    pub(super) fn read(&self, file: &str) -> Option<Vec<u8>> {
        let path = self.directory.join(file);
        // Whatever is wrong with a cached file, the go command takes it for one that is not there; an empty one is one
        // that another process has created and not locked yet.
        read_locked(&path, MAX_TEXT).filter(|bytes| !bytes.is_empty())
    }

    /// Returns a cached tile, or the beginning of the complete tile in its place.
    pub(super) fn read_tile(&self, tile: Tile) -> Option<TileBytes> {
        let found = |bytes: &[u8]| TileBytes {
            tile,
            bytes: Arc::from(bytes),
            origin: Origin::Cache,
        };
        if let Some(bytes) = self.read_whole_tile(&tile) {
            return Some(TileBytes {
                tile,
                bytes: bytes.into(),
                origin: Origin::Cache,
            });
        }
        if tile.is_complete() {
            return None;
        }
        let complete = Tile {
            width: 1 << tile.height,
            ..tile
        };
        self.read_whole_tile(&complete)
            .map(|bytes| found(&bytes[..tile.byte_len()]))
    }

    /// Returns a cached tile, if it has the length that it should have: one that was cut off is fetched anew.
    fn read_whole_tile(&self, tile: &Tile) -> Option<Vec<u8>> {
        let len = tile.byte_len();
        read_locked(&self.directory.join(tile.to_string()), len as u64)
            .filter(|bytes| bytes.len() == len)
    }

    /// Writes checked bytes.
    ///
    /// A cache that cannot be written (read-only, full) only costs time, here as in the go command.
    pub(super) fn save(&self, save: &Save) {
        match save.kind {
            SaveKind::Cache => {
                // The go command reads these too, so others must see all of the file or nothing.
                let path = self.directory.join(&save.file);
                let written = create_parent(&path).and_then(|()| fs::replace(&path, &save.bytes));
                drop::<Result<(), FsError>>(written);
            }
            SaveKind::Proof => self.proofs.add(&save.file, Arc::clone(&save.bytes)),
        }
    }

    /// Returns the tree head that was kept, empty if there is none yet.
    pub(super) fn latest(path: &Path) -> Result<Vec<u8>, FsError> {
        match LockedFile::shared(path).and_then(|mut file| file.read(MAX_TEXT)) {
            Err(err) if err.is_not_found() => Ok(Vec::new()),
            result => result,
        }
    }

    /// Replaces the tree head that was kept, if it still is `known`; says whether it was.
    pub(super) fn save_latest(path: &Path, known: &[u8], new: &[u8]) -> Result<bool, FsError> {
        create_parent(path)?;
        // The go command locks this very file, so it must be changed in place.
        let mut file = LockedFile::exclusive(path)?;
        let found = file.read(MAX_TEXT)?;
        if !found.is_empty() && found != known {
            return Ok(false);
        }
        file.overwrite(new)?;
        Ok(true)
    }
}

/// Creates the directory of a file.
fn create_parent(path: &Path) -> Result<(), FsError> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// Reads a file that nobody is writing.
fn read_locked(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    file.lock_shared().ok()?;
    let expected = file.metadata().ok()?.len().min(limit);
    let mut bytes = Vec::with_capacity(usize::try_from(expected).ok()? + 1);
    file.take(limit + 1).read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 <= limit {
        Some(bytes)
    } else {
        None
    }
}
