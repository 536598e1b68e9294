//! Files that are about to change.

use std::path::PathBuf;

use crate::adapters::fs::{self, LockedFile};
use crate::adapters::modcache::ModCache;
use crate::domain::diff;
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::load::MAX_GO_MOD;
use crate::ops::source::MAX_GO_SUM;

/// What a run would write; nothing is written yet.
#[derive(Debug, Default)]
pub struct Changes {
    /// The files, in the order in which they are written: go.sum before go.mod.
    pub files: Vec<FileChange>,
    /// What `go mod tidy -diff` compares, go.mod first.
    pub(super) compared: Vec<Compared>,
    pub(super) cache: Option<ModCache>,
}

/// A file that is about to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Where it is.
    pub path: PathBuf,
    /// Its name as the user knows it.
    pub shown: String,
    /// What is in it; none where it does not exist.
    pub before: Option<Vec<u8>>,
    /// What will be in it.
    pub after: Vec<u8>,
}

/// Two texts that the go command compares to show what would change.
#[derive(Debug)]
pub(super) struct Compared {
    /// `go.mod` or `go.sum`.
    pub name: &'static str,
    /// The text as it is: formatted, so that format alone is no difference.
    pub before: Vec<u8>,
    /// The text as it would be.
    pub after: Vec<u8>,
}

impl Changes {
    /// Reports whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns what would change, byte for byte as `go mod tidy -diff` prints it.
    pub fn diff(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for Compared {
            name,
            before,
            after,
        } in &self.compared
        {
            let names = (format!("current/{name}"), format!("tidy/{name}"));
            let text = diff::unified(&names.0, before, &names.1, after);
            if !text.is_empty() {
                out.extend_from_slice(&text);
                out.push(b'\n');
            }
        }
        out
    }

    /// Writes the files, each as a whole, unless somebody else has changed one of them meanwhile.
    pub fn write(&self) -> Result<(), Failure> {
        if self.files.is_empty() {
            return Ok(());
        }
        // Where the cache cannot be written there is no lock either; the go command goes on then, too.
        let _side = self.cache.as_ref().map(ModCache::lock_side);
        let mut locks = Vec::new();
        for file in &self.files {
            if file.before.is_some() {
                locks.push(LockedFile::exclusive(&file.path)?);
            }
        }
        for file in &self.files {
            let now = fs::read_if_exists(&file.path, MAX_GO_SUM.max(MAX_GO_MOD))?;
            if now != file.before {
                let message = format!(
                    "updating {}: existing contents have changed since last read",
                    file.shown
                );
                return Err(Failure::message(FailureKind::Outside, message).hint("run it again"));
            }
        }
        for file in &self.files {
            fs::replace(&file.path, &file.after)?;
        }
        Ok(())
    }
}
