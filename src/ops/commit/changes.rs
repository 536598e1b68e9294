//! Files that are about to change.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::adapters::fs::{self, LockedFile};
use crate::adapters::modcache::ModCache;
use crate::domain::diff;
use crate::domain::gosum::GoSum;
use crate::domain::gosum::lines::Sum;
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
    /// The lines that go.sum gains, whatever else somebody adds to it meanwhile; none where lines go, too.
    pub(super) gained: Option<Vec<Sum>>,
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
    /// Whether it is go.sum or go.work.sum.
    pub is_go_sum: bool,
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
    ///
    /// In a directory that takes no new file, a file that is there is overwritten under its lock, as the go command does
    /// it; if that fails the old contents come back.
    pub fn write(&self) -> Result<(), Failure> {
        if self.files.is_empty() {
            return Ok(());
        }
        // Where the cache cannot be written there is no lock either; the go command goes on then, too.
        let _side = self.cache.as_ref().map(ModCache::lock_side);
        let mut locks = Vec::new();
        for file in &self.files {
            let is_there = file.before.is_some();
            let lock = is_there.then(|| LockedFile::exclusive(&file.path));
            locks.push(lock.transpose()?);
        }
        let mut texts = Vec::new();
        for file in &self.files {
            let now = fs::read_if_exists(&file.path, MAX_GO_SUM.max(MAX_GO_MOD))?;
            if now == file.before {
                texts.push(Cow::Borrowed(&*file.after));
            } else if let (Some(gained), true) = (&self.gained, file.is_go_sum) {
                texts.push(Cow::Owned(grown(&now.unwrap_or_default(), gained)));
            } else {
                let message = format!(
                    "updating {}: existing contents have changed since last read",
                    file.shown
                );
                return Err(Failure::message(FailureKind::Outside, message).hint("run it again"));
            }
        }
        for ((file, text), lock) in self.files.iter().zip(texts).zip(&mut locks) {
            match (fs::replace(&file.path, &text), lock) {
                (Err(error), Some(lock)) if error.is_denied() => lock.overwrite(&text)?,
                (replaced, _) => replaced?,
            }
        }
        Ok(())
    }
}

/// Adds lines to a go.sum that somebody else has changed.
fn grown(text: &[u8], gained: &[Sum]) -> Vec<u8> {
    let mut file = GoSum::parse_lax(text);
    for sum in gained {
        let (path, version) = (&sum.key.path, sum.key.written_version());
        if !file.lookup(path, &version).any(|hash| hash == sum.hash) {
            file.insert(path, &version, &sum.hash);
        }
    }
    file.to_bytes()
}
