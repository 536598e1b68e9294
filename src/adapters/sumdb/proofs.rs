//! Proofs of single records, kept for later runs of this program in one file for each database.
//!
//! Checking a kept proof takes some twenty hashes, where a lookup and its tiles take three files and more than five
//! hundred. A proof has to hold anew in every run, so nothing in this file is believed, and it can be deleted at any time.
//! The file is a sequence of entries: two lengths, the name of the record, the proof. New ones are appended under a lock.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The file does not grow beyond this: it is read as a whole, and 20,000 proofs fit in.
const MAX_FILE: usize = 16 << 20;

/// The two lengths before each entry.
const HEAD: usize = 8;

/// The proofs of one database.
pub(super) struct Proofs {
    path: PathBuf,
    kept: OnceLock<Pack>,
    new: Mutex<HashMap<String, Arc<[u8]>>>,
}

/// The bytes of the file, and where in it the proofs are.
#[derive(Default)]
struct Pack {
    bytes: Vec<u8>,
    places: HashMap<Box<str>, Range<usize>>,
    /// Where the last whole entry ends.
    end: usize,
}

impl Proofs {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            kept: OnceLock::new(),
            new: Mutex::default(),
        }
    }

    /// Returns the proof of a record; the file is read when the first one is asked for.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        let read = || {
            let mut file = File::open(&self.path)?;
            file.lock_shared()?;
            read_all(&mut file)
        };
        self.kept
            .get_or_init(|| read().map(Pack::parse).unwrap_or_default())
            .get(name)
    }

    /// Keeps a proof, in memory for now.
    pub(super) fn add(&self, name: &str, proof: Arc<[u8]>) {
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        new.insert(name.to_owned(), proof);
    }

    /// Appends the new proofs to the file, all at once.
    ///
    /// A file that cannot be written only costs time.
    pub(super) fn flush(&self) {
        let new = std::mem::take(&mut *self.new.lock().unwrap_or_else(PoisonError::into_inner));
        if !new.is_empty() {
            drop::<io::Result<()>>(self.append(&new));
        }
    }

    fn append(&self, new: &HashMap<String, Arc<[u8]>>) -> io::Result<()> {
        if let Some(parent) = self.path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&self.path)?;
        file.lock()?;
        let mut added = Pack::default();
        for (name, proof) in new {
            added.push(name, proof);
        }
        // Another process may have appended meanwhile, or may have been killed while it did.
        let len = file.metadata()?.len();
        let end = match self.kept.get() {
            Some(kept) if kept.bytes.len() as u64 == len => kept.end,
            _ => Pack::parse(read_all(&mut file)?).end,
        };
        if end + added.bytes.len() <= MAX_FILE {
            file.set_len(end as u64)?;
            file.seek(SeekFrom::Start(end as u64))?;
            return file.write_all(&added.bytes);
        }
        let mut pack = Pack::parse(read_all(&mut file)?);
        pack.bytes.truncate(pack.end);
        pack.bytes.extend(added.bytes);
        pack.forget_oldest();
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&pack.bytes)
    }
}

/// Reads a file from the start, within the limit for such files.
fn read_all(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(2 * MAX_FILE as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Drop for Proofs {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Pack {
    /// Reads entries as far as they are whole; of two with one name the later one counts.
    fn parse(bytes: Vec<u8>) -> Self {
        let mut pack = Self {
            bytes,
            ..Self::default()
        };
        while let Some((name, proof)) = pack.entry(pack.end) {
            let end = proof.end;
            if let Ok(name) = std::str::from_utf8(&pack.bytes[name]) {
                pack.places.insert(name.into(), proof);
            }
            pack.end = end;
        }
        pack
    }

    /// Returns where name and proof of the entry at `start` are, if it is whole.
    fn entry(&self, start: usize) -> Option<(Range<usize>, Range<usize>)> {
        let rest = self.bytes.get(start..)?;
        let (lens, rest) = rest.split_first_chunk::<HEAD>()?;
        let len =
            |at: usize| usize::try_from(u32::from_le_bytes(lens[at..at + 4].try_into().ok()?)).ok();
        let (name, proof) = (len(0)?, len(4)?);
        let whole = name.checked_add(proof)?;
        if name == 0 || rest.len() < whole {
            return None;
        }
        let name_start = start + HEAD;
        let proof_start = name_start + name;
        Some((name_start..proof_start, proof_start..proof_start + proof))
    }

    fn get(&self, name: &str) -> Option<&[u8]> {
        self.bytes.get(self.places.get(name)?.clone())
    }

    /// Appends an entry.
    fn push(&mut self, name: &str, proof: &[u8]) {
        let (Ok(name_len), Ok(proof_len)) = (u32::try_from(name.len()), u32::try_from(proof.len()))
        else {
            return;
        };
        self.bytes.extend(name_len.to_le_bytes());
        self.bytes.extend(proof_len.to_le_bytes());
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(proof);
    }

    /// Drops the first half of the entries.
    fn forget_oldest(&mut self) {
        let mut start = 0;
        while start < self.bytes.len() / 2 {
            let Some((_, proof)) = self.entry(start) else {
                break;
            };
            start = proof.end;
        }
        self.bytes.drain(..start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proofs(dir: &tempfile::TempDir) -> Proofs {
        Proofs::new(dir.path().join("a/proofs"))
    }

    #[test]
    fn keeps_what_several_add() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (proofs(&dir), proofs(&dir));
        assert_eq!((one.get("x"), two.get("y")), (None, None));
        one.add("x", Arc::from(*b"first"));
        two.add("y", Arc::from(*b""));
        two.add("x", Arc::from(*b"second"));
        drop(one);
        two.flush();
        let three = proofs(&dir);
        assert_eq!(
            (three.get("x"), three.get("y"), three.get("z")),
            (Some(&b"second"[..]), Some(&b""[..]), None)
        );
    }

    #[test]
    fn goes_on_after_the_last_whole_entry() {
        let dir = tempfile::tempdir().unwrap();
        let first = proofs(&dir);
        first.add("x", Arc::from(*b"first"));
        drop(first);
        let path = dir.path().join("a/proofs");
        let whole = std::fs::read(&path).unwrap();
        for tail in [
            &b"\x01"[..],
            &[1, 0, 0, 0, 9, 0, 0, 0, b'y'],
            &[0; 40],
            &[0xff; 40],
        ] {
            std::fs::write(&path, [&whole, tail].concat()).unwrap();
            let next = proofs(&dir);
            assert_eq!(next.get("x"), Some(&b"first"[..]));
            next.add("y", Arc::from(*b"second"));
            drop(next);
            assert_eq!(proofs(&dir).get("y"), Some(&b"second"[..]));
        }
    }

    #[test]
    fn forgets_the_oldest_beyond_its_limit() {
        let dir = tempfile::tempdir().unwrap();
        let first = proofs(&dir);
        for name in ["a", "b", "c"] {
            first.add(name, vec![7; MAX_FILE / 3].into());
            first.flush();
        }
        let next = proofs(&dir);
        assert!(next.get("a").is_none() && next.get("c").is_some());
    }
}
