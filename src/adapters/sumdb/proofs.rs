//! Proofs of single records, kept for later runs of this program in one folder for each database.
//!
//! Checking a kept proof takes some twenty hashes, where a lookup and its tiles take three files and more than five
//! hundred. A proof has to hold anew in every run, so nothing in these files is believed, and they can be deleted at any
//! time. The name of a record says in which file its proof is, so that a run which needs one proof does not read all of
//! them. A file is a sequence of entries: two lengths, the name of the record, the proof. New ones are appended under a
//! lock. Earlier versions of this program kept one file of the same form: its entries are taken over.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError};

use crate::domain::checksum::content::ContentDigest;

/// No file grows beyond this: each is read as a whole, and some 40,000 proofs fit in all of them.
const MAX_FILE: usize = 128 << 10;

/// The file of earlier versions was no larger.
const MAX_OLD_FILE: usize = 16 << 20;

/// How many files there are: the first byte of a digest names one.
const FILES: usize = 256;

/// The two lengths before each entry.
const HEAD: usize = 8;

/// The proofs of one database.
pub(super) struct Proofs {
    dir: PathBuf,
    /// The one file of earlier versions.
    old: PathBuf,
    taken_over: Once,
    kept: Box<[OnceLock<Pack>]>,
    new: Mutex<Named>,
}

/// Proofs by the name of their record.
type Named = HashMap<String, Arc<[u8]>>;

/// The bytes of a file, and where in it the proofs are.
#[derive(Default)]
struct Pack {
    bytes: Vec<u8>,
    places: HashMap<Box<str>, Range<usize>>,
    /// Where the last whole entry ends.
    end: usize,
}

impl Proofs {
    /// Names the places: a folder, and beside it the file of earlier versions.
    pub(super) fn new(dir: PathBuf) -> Self {
        Self {
            old: dir.with_file_name("proofs"),
            dir,
            taken_over: Once::new(),
            kept: (0..FILES).map(|_| OnceLock::new()).collect(),
            new: Mutex::default(),
        }
    }

    /// Returns the proof of a record; the file is read when the first one in it is asked for.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.take_over();
        let number = number(name);
        let read = || {
            let mut file = File::open(self.path(number))?;
            file.lock_shared()?;
            read_all(&mut file, MAX_FILE)
        };
        self.kept[number]
            .get_or_init(|| read().map(Pack::parse).unwrap_or_default())
            .get(name)
    }

    /// Keeps a proof, in memory for now.
    pub(super) fn add(&self, name: &str, proof: Arc<[u8]>) {
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        new.insert(name.to_owned(), proof);
    }

    /// Appends the new proofs to their files, to each all at once.
    ///
    /// A file that cannot be written only costs time.
    pub(super) fn flush(&self) {
        let new = std::mem::take(&mut *self.new.lock().unwrap_or_else(PoisonError::into_inner));
        if !new.is_empty() {
            self.take_over();
            drop::<io::Result<()>>(self.append(new));
        }
    }

    fn append(&self, new: Named) -> io::Result<()> {
        std::fs::create_dir_all(&self.dir)?;
        let mut files: HashMap<usize, Named> = HashMap::new();
        for (name, proof) in new {
            let file = files.entry(number(&name)).or_default();
            file.insert(name, proof);
        }
        for (number, new) in files {
            append(&self.path(number), self.kept[number].get(), &new)?;
        }
        Ok(())
    }

    fn path(&self, number: usize) -> PathBuf {
        self.dir.join(format!("{number:02x}"))
    }

    /// Takes over the file of an earlier version, if there is one.
    fn take_over(&self) {
        self.taken_over
            .call_once(|| drop::<io::Result<()>>(self.try_take_over()));
    }

    fn try_take_over(&self) -> io::Result<()> {
        let mut file = OpenOptions::new().read(true).write(true).open(&self.old)?;
        file.lock()?;
        let pack = Pack::parse(read_all(&mut file, MAX_OLD_FILE)?);
        let proofs = pack.places.iter();
        let proofs = proofs.map(|(name, place)| {
            let proof = Arc::from(&pack.bytes[place.clone()]);
            (name.clone().into_string(), proof)
        });
        self.append(proofs.collect())?;
        std::fs::remove_file(&self.old)
    }
}

/// Returns which file a proof is in.
fn number(name: &str) -> usize {
    usize::from(ContentDigest::of(name.as_bytes()).as_bytes()[0])
}

fn append(path: &Path, kept: Option<&Pack>, new: &Named) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut file = options.open(path)?;
    file.lock()?;
    let mut added = Pack::default();
    for (name, proof) in new {
        added.push(name, proof);
    }
    // Another process may have appended meanwhile, or may have been killed while it did.
    let len = file.metadata()?.len();
    let end = match kept {
        Some(kept) if kept.bytes.len() as u64 == len => kept.end,
        _ => Pack::parse(read_all(&mut file, MAX_FILE)?).end,
    };
    if end + added.bytes.len() <= MAX_FILE {
        file.set_len(end as u64)?;
        file.seek(SeekFrom::Start(end as u64))?;
        return file.write_all(&added.bytes);
    }
    let mut pack = Pack::parse(read_all(&mut file, MAX_FILE)?);
    pack.bytes.truncate(pack.end);
    pack.bytes.extend(added.bytes);
    pack.forget_oldest();
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&pack.bytes)
}

/// Reads a file from the start, within twice the limit for such files.
fn read_all(file: &mut File, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(2 * limit as u64).read_to_end(&mut bytes)?;
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

    /// Drops the first half of the entries, and as many more as have no room.
    fn forget_oldest(&mut self) {
        let surplus = self.bytes.len().saturating_sub(MAX_FILE);
        let least = surplus.max(self.bytes.len() / 2);
        let mut start = 0;
        while start < least {
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
        Proofs::new(dir.path().join("a/proof"))
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
        first.flush();
        let path = first_path(&dir, "x");
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
            next.add("x", Arc::from(*b"second"));
            drop(next);
            assert_eq!(proofs(&dir).get("x"), Some(&b"second"[..]));
        }
    }

    fn first_path(dir: &tempfile::TempDir, name: &str) -> PathBuf {
        proofs(dir).path(number(name))
    }

    #[test]
    fn forgets_the_oldest_beyond_its_limit() {
        let dir = tempfile::tempdir().unwrap();
        let first = proofs(&dir);
        let names: Vec<_> = (0..)
            .map(|count| format!("r{count}"))
            .filter(|name| number(name) == 0)
            .take(3)
            .collect();
        for name in &names {
            first.add(name, vec![7; MAX_FILE / 3].into());
            first.flush();
        }
        let next = proofs(&dir);
        assert!(next.get(&names[0]).is_none() && next.get(&names[2]).is_some());
        next.add("large", vec![7; 2 * MAX_FILE].into());
        next.flush();
        assert!(proofs(&dir).get("large").is_none());
    }

    #[test]
    fn takes_over_the_file_of_earlier_versions() {
        let dir = tempfile::tempdir().unwrap();
        let mut old = Pack::default();
        for count in 0..500 {
            old.push(&format!("r{count}"), format!("proof {count}").as_bytes());
        }
        old.push("r7", b"a later one");
        old.bytes.extend([1, 0, 0, 0, 9]);
        let path = dir.path().join("a/proofs");
        std::fs::create_dir(dir.path().join("a")).unwrap();
        std::fs::write(&path, &old.bytes).unwrap();
        assert_eq!(proofs(&dir).get("r499"), Some(&b"proof 499"[..]));
        assert!(!path.exists());
        assert_eq!(proofs(&dir).get("r7"), Some(&b"a later one"[..]));
        std::fs::write(&path, &old.bytes[..40]).unwrap();
        let next = proofs(&dir);
        next.add("r1", Arc::from(*b"new"));
        drop(next);
        assert!(!path.exists());
        assert_eq!(proofs(&dir).get("r1"), Some(&b"new"[..]));
        assert_eq!(proofs(&dir).get("r498"), Some(&b"proof 498"[..]));
    }
}
