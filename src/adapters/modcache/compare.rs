//! Zips and unpacked files of many modules, compared in one pass: each entry is inflated once and hashed, and the bytes
//! are compared with the file that was unpacked from it, which needs no hash of its own then.
//!
//! All cores take entries from one queue, the biggest module first and its biggest files first, so that none is left
//! with a big one at the end. Nothing is held in memory but one piece of each file that is being worked on.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::crew::{self, Patience, Task, Tasks};
use super::listing::{self, FileKind, Names, ReadError, hash_dir, place};
use crate::adapters::zip_file::{self, PositionedFile, ZipFileError};
use crate::domain::checksum::dirhash::{self, FileDigest};
use crate::domain::modzip::{Archive, Entry, EntryFault, MAX_ZIP_FILE, ZipError, hash_zip};

/// What is to be compared.
#[derive(Clone, Debug)]
pub struct Subject {
    /// `module@version`: what all names in the zip begin with.
    pub name: String,
    /// The zip, if there is one.
    pub zip: Option<PathBuf>,
    /// Where it was unpacked, if it was.
    pub dir: Option<PathBuf>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The hash of the zip; none if there is no zip.
    pub zip: Option<Result<String, ZipFileError>>,
    /// The hash of the directory; none if there is no directory.
    pub dir: Option<Result<String, ReadError>>,
    /// Where the directory differs from the zip, by name.
    pub differences: Vec<Difference>,
    /// How many bytes were hashed and compared.
    pub bytes: u64,
}

/// A difference between the files of a directory and those of the zip that it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The name, with slashes.
    pub name: String,
    /// What is different.
    pub kind: DifferenceKind,
}

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// The file has other contents.
    Changed,
    /// There is no file of this name in the zip.
    Added,
    /// There is no directory of this name in the zip.
    AddedDir,
    /// The file is not there.
    Missing,
    /// There is a symbolic link, and zips have none.
    Symlink,
    /// There is a device, socket or pipe.
    Special,
    /// There is a directory where the zip has a file.
    DirInPlaceOfFile,
    /// The file cannot be read; the text says why.
    Unreadable(String),
}

/// Compares each subject; `progress` is told of bytes of zips as they are done with.
pub fn compare(subjects: &[Subject], progress: &(dyn Fn(u64) + Sync)) -> Vec<Comparison> {
    let mut order: Vec<(u64, usize)> = subjects
        .iter()
        .enumerate()
        .map(|(at, subject)| (zip_size(subject), at))
        .collect();
    order.sort_unstable();
    let work = Work {
        subjects,
        progress,
        queue: Mutex::new(Queue {
            waiting: order.into_iter().map(|(_, at)| at).collect(),
            open: Vec::new(),
        }),
        done: Mutex::new(subjects.iter().map(|_| Comparison::default()).collect()),
    };
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(|_| crew::work(&&work));
        }
    });
    work.done
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Returns how many bytes [`compare`] will report of a subject.
pub fn zip_size(subject: &Subject) -> u64 {
    let metadata = subject.zip.as_ref().map(std::fs::metadata);
    metadata.and_then(Result::ok).map_or(0, |found| found.len())
}

thread_local! {
    /// What was read of a file, to be compared with what was inflated.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A directory with the names in it.
type Listed = Result<(PathBuf, Names), ReadError>;

/// What all workers share.
struct Work<'a> {
    subjects: &'a [Subject],
    progress: &'a (dyn Fn(u64) + Sync),
    queue: Mutex<Queue>,
    done: Mutex<Vec<Comparison>>,
}

struct Queue {
    /// The subjects that nobody has begun, the biggest last.
    waiting: Vec<usize>,
    /// Those with entries that nobody has begun.
    open: Vec<Arc<Open>>,
}

/// A zip, and where it was unpacked.
struct Open {
    subject: usize,
    archive: Archive<PositionedFile>,
    dir: Option<(PathBuf, Names)>,
    /// The entries, the smallest first.
    order: Mutex<Vec<u32>>,
    /// How many entries are not done.
    left: AtomicUsize,
    results: Mutex<Results>,
}

struct Results {
    digests: Vec<Option<FileDigest>>,
    /// The entry that comes first by name among those that cannot be read.
    fault: Option<(u32, EntryFault)>,
    differences: Vec<Difference>,
    bytes: u64,
}

/// An entry on its way through a lane.
struct Job<'a> {
    work: &'a Work<'a>,
    open: Arc<Open>,
    entry: u32,
    file: Compared,
}

/// The unpacked file, as far as it was compared.
enum Compared {
    /// There is nothing to compare with.
    Nothing,
    /// All was equal so far.
    Equal(File),
    /// It is different.
    Different(DifferenceKind),
}

impl Work<'_> {
    /// Returns the next entry that nobody has begun.
    fn next_entry(&self) -> Option<(Arc<Open>, u32)> {
        loop {
            let subject = {
                let mut queue = lock(&self.queue);
                while let Some(open) = queue.open.last() {
                    let mut order = lock(&open.order);
                    let entry = order.pop();
                    let (is_last, open_again) = (order.is_empty(), Arc::clone(open));
                    drop(order);
                    if is_last {
                        queue.open.pop();
                    }
                    if let Some(entry) = entry {
                        return Some((open_again, entry));
                    }
                }
                queue.waiting.pop()?
            };
            if let Some(open) = self.open(subject) {
                lock(&self.queue).open.push(Arc::new(open));
            }
        }
    }

    /// Opens a subject; none if it was done with at once.
    fn open(&self, at: usize) -> Option<Open> {
        let subject = &self.subjects[at];
        let listed = subject
            .dir
            .as_ref()
            .map(|dir| listing::list(dir).map(|names| (dir.clone(), names)));
        let archive = subject.zip.as_deref().map(zip_file::open);
        let archive = match archive {
            Some(Ok(archive)) if is_plain(&archive, &subject.name) => archive,
            archive => {
                self.finish(at, one_by_one(subject, archive, listed));
                (self.progress)(zip_size(subject));
                return None;
            }
        };
        let dir = match listed.transpose() {
            Ok(dir) => dir,
            Err(error) => {
                let mut found = one_by_one(subject, Some(Ok(archive)), None);
                found.dir = Some(Err(error));
                self.finish(at, found);
                (self.progress)(zip_size(subject));
                return None;
            }
        };
        let count = archive.entries().len();
        let mut order: Vec<u32> = (0..).take(count).collect();
        order.sort_by_key(|&entry| archive.entries()[entry as usize].size);
        let open = Open {
            subject: at,
            dir,
            left: AtomicUsize::new(count),
            results: Mutex::new(Results {
                digests: vec![None; count],
                fault: None,
                differences: Vec::new(),
                bytes: 0,
            }),
            order: Mutex::new(order),
            archive,
        };
        if count == 0 {
            self.close(&open);
            return None;
        }
        Some(open)
    }

    /// Puts together what was found of a subject once its last entry is done.
    fn close(&self, open: &Open) {
        let subject = &self.subjects[open.subject];
        let results = std::mem::replace(
            &mut *lock(&open.results),
            Results {
                digests: Vec::new(),
                fault: None,
                differences: Vec::new(),
                bytes: 0,
            },
        );
        let mut found = Comparison {
            differences: results.differences,
            bytes: results.bytes,
            ..Comparison::default()
        };
        found.zip = Some(
            zip_hash(open, results.digests, results.fault).map_err(|source| {
                let path = subject.zip.clone().unwrap_or_default();
                ZipFileError::Zip { path, source }
            }),
        );
        if let Some((dir, names)) = &open.dir {
            found
                .differences
                .extend(strangers(subject, &open.archive, names));
            found.differences.sort();
            let is_same = found.differences.iter().all(is_unseen_by_hash);
            found.dir = Some(match &found.zip {
                Some(Ok(hash)) if is_same => Ok(hash.clone()),
                _ => hash_dir(dir, &subject.name, names),
            });
        }
        self.finish(open.subject, found);
    }

    fn finish(&self, subject: usize, found: Comparison) {
        lock(&self.done)[subject] = found;
    }
}

impl<'a> Tasks for &'a Work<'a> {
    type Task = Job<'a>;

    fn next(&self, _patience: Patience) -> Option<Job<'a>> {
        let (open, entry) = self.next_entry()?;
        let file = open_file(self, &open, entry);
        Some(Job {
            work: self,
            open,
            entry,
            file,
        })
    }
}

impl Task for Job<'_> {
    fn entry(&self) -> (&Archive<PositionedFile>, &Entry) {
        let archive = &self.open.archive;
        (archive, &archive.entries()[self.entry as usize])
    }

    fn take(&mut self, piece: &[u8]) -> bool {
        self.file.compare(piece);
        true
    }

    fn finish(self, result: Option<Result<FileDigest, EntryFault>>) {
        if let Some(result) = result {
            settle(self.work, &self.open, self.entry, self.file, result);
        }
    }
}

/// Notes what came of an entry.
fn settle(
    work: &Work<'_>,
    open: &Open,
    entry: u32,
    file: Compared,
    result: Result<FileDigest, EntryFault>,
) {
    let header = &open.archive.entries()[entry as usize];
    let mut results = lock(&open.results);
    results.bytes += header.size;
    match result {
        Ok(digest) => results.digests[entry as usize] = Some(digest),
        Err(fault) => {
            let comes_first = results.fault.as_ref().is_none_or(|(known, _)| {
                header.name < open.archive.entries()[*known as usize].name
            });
            if comes_first {
                results.fault = Some((entry, fault));
            }
        }
    }
    if let Compared::Different(kind) = file {
        let subject = &work.subjects[open.subject];
        let name = header
            .name
            .get(subject.name.len() + 1..)
            .unwrap_or_default();
        let name = String::from_utf8_lossy(name).into_owned();
        results.differences.push(Difference { name, kind });
    }
    drop(results);
    (work.progress)(header.compressed_size);
    if open.left.fetch_sub(1, Ordering::AcqRel) == 1 {
        work.close(open);
    }
}

/// Opens the file that was unpacked from an entry.
fn open_file(work: &Work<'_>, open: &Open, entry: u32) -> Compared {
    let Some((dir, names)) = &open.dir else {
        return Compared::Nothing;
    };
    let header = &open.archive.entries()[entry as usize];
    let prefix = &work.subjects[open.subject].name;
    let name = header.name.strip_prefix(prefix.as_bytes());
    let Some(name) = name.and_then(|name| name.strip_prefix(b"/")) else {
        // The name of another module: nothing of it can be here.
        return Compared::Nothing;
    };
    let file = match names.get(name) {
        None => return Compared::Different(DifferenceKind::Missing),
        Some(FileKind::Symlink) => return Compared::Different(DifferenceKind::Symlink),
        Some(FileKind::Special) => return Compared::Different(DifferenceKind::Special),
        Some(FileKind::Dir) => return Compared::Different(DifferenceKind::DirInPlaceOfFile),
        Some(FileKind::File) => File::open(place(dir, name)),
    };
    match file.and_then(|file| Ok((file.metadata()?.len(), file))) {
        Ok((length, file)) if length == header.size => Compared::Equal(file),
        Ok(_) => Compared::Different(DifferenceKind::Changed),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Compared::Different(DifferenceKind::Missing)
        }
        Err(error) => unreadable(&error),
    }
}

impl Compared {
    fn compare(&mut self, piece: &[u8]) {
        let Self::Equal(file) = self else { return };
        let same = BUFFER.with_borrow_mut(|buffer| {
            if buffer.len() < piece.len() {
                buffer.resize(piece.len(), 0);
            }
            let read = &mut buffer[..piece.len()];
            file.read_exact(read).map(|()| read == piece)
        });
        match same {
            Ok(true) => {}
            Ok(false) => *self = Self::Different(DifferenceKind::Changed),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                *self = Self::Different(DifferenceKind::Changed);
            }
            Err(error) => *self = unreadable(&error),
        }
    }
}

fn unreadable(error: &io::Error) -> Compared {
    Compared::Different(DifferenceKind::Unreadable(listing::reason(error)))
}

/// Reports whether each name in a zip is that of one file of the module, and all of them are no more than a module may
/// have.
fn is_plain(archive: &Archive<PositionedFile>, module: &str) -> bool {
    let mut seen = HashSet::new();
    let mut left = MAX_ZIP_FILE;
    archive.entries().iter().all(|entry| {
        let fits = left
            .checked_sub(entry.size)
            .map(|rest| left = rest)
            .is_some();
        let rest = entry.name.strip_prefix(module.as_bytes());
        let is_ours = rest.is_some_and(|rest| rest.starts_with(b"/"));
        fits && is_ours && !entry.is_dir() && seen.insert(&entry.name)
    })
}

/// Looks at zip and directory without comparing them: where one is missing, or the zip is an odd one.
fn one_by_one(
    subject: &Subject,
    archive: Option<Result<Archive<PositionedFile>, ZipFileError>>,
    listed: Option<Listed>,
) -> Comparison {
    let mut found = Comparison::default();
    found.zip = archive.map(|archive| {
        let archive = archive?;
        found.bytes += archive
            .entries()
            .iter()
            .fold(0_u64, |sum, entry| sum.saturating_add(entry.size));
        hash_zip(&archive).map_err(|source| ZipFileError::Zip {
            path: subject.zip.clone().unwrap_or_default(),
            source,
        })
    });
    found.dir = listed.map(|listed| {
        let (dir, names) = listed?;
        found.differences = links(&names);
        hash_dir(&dir, &subject.name, &names)
    });
    found
}

/// Returns the hash of a zip whose entries were all hashed; or the first thing that is wrong with it.
fn zip_hash(
    open: &Open,
    digests: Vec<Option<FileDigest>>,
    fault: Option<(u32, EntryFault)>,
) -> Result<String, ZipError> {
    let entries = open.archive.entries();
    if let Some((entry, fault)) = fault {
        let name = entries[entry as usize].name.to_vec();
        return Err(ZipError::Entry { name, fault });
    }
    let files: Vec<(&[u8], FileDigest)> = entries
        .iter()
        .zip(digests)
        .map(|(entry, digest)| (&*entry.name, digest.expect("every entry was hashed")))
        .collect();
    Ok(dirhash::hash1(&files)?)
}

/// Returns what is in a directory and not in the zip.
fn strangers(
    subject: &Subject,
    archive: &Archive<PositionedFile>,
    names: &Names,
) -> Vec<Difference> {
    let prefix = subject.name.len() + 1;
    let mut known: HashSet<&[u8]> = HashSet::new();
    for entry in archive.entries() {
        let mut name = entry.name.get(prefix..).unwrap_or_default();
        // The file, then all directories above it.
        while known.insert(name) {
            match name.iter().rposition(|&byte| byte == b'/') {
                Some(slash) => name = &name[..slash],
                None => break,
            }
        }
    }
    let unknown = names
        .iter()
        .filter(|(name, _)| !known.contains(name.as_slice()));
    let found = unknown.map(|(name, kind)| Difference {
        name: String::from_utf8_lossy(name).into_owned(),
        kind: match kind {
            FileKind::File => DifferenceKind::Added,
            FileKind::Symlink => DifferenceKind::Symlink,
            FileKind::Special => DifferenceKind::Special,
            FileKind::Dir => DifferenceKind::AddedDir,
        },
    });
    found.collect()
}

/// Returns the names that no module has, whatever its zip.
fn links(names: &Names) -> Vec<Difference> {
    let odd = names.iter().filter_map(|(name, kind)| {
        let kind = match kind {
            FileKind::File | FileKind::Dir => return None,
            FileKind::Symlink => DifferenceKind::Symlink,
            FileKind::Special => DifferenceKind::Special,
        };
        let name = String::from_utf8_lossy(name).into_owned();
        Some(Difference { name, kind })
    });
    odd.collect()
}

/// Reports whether the hash of a directory is the same with and without a difference.
fn is_unseen_by_hash(difference: &Difference) -> bool {
    difference.kind == DifferenceKind::AddedDir
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::atomic::AtomicU64;

    use super::*;
    use crate::adapters::modcache::{DirAccess, ModCache, ModCacheMode};
    use crate::domain::module::ModuleVersion;

    const HASH: &str = "h1:3fEykkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0=";

    fn corpus(version: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/conformance/proxy/rsc.io/quote/@v")
            .join(format!("{version}.zip"))
    }

    /// A module cache with one module, unpacked.
    fn unpacked(root: &Path) -> Subject {
        let cache = ModCache::new(root, ModCacheMode::ReadWrite).unwrap();
        let module = ModuleVersion::new("rsc.io/quote", "v1.5.2");
        let zip = corpus("v1.5.2");
        let archive = zip_file::open(&zip).unwrap();
        let lock = cache.lock_version(&module).unwrap();
        let dir = lock.unpack(&archive, DirAccess::Writable).unwrap();
        Subject {
            name: module.to_string(),
            zip: Some(zip),
            dir: Some(dir),
        }
    }

    fn one(subject: Subject) -> Comparison {
        let mut found = compare(&[subject], &|_| {});
        found.pop().unwrap()
    }

    #[track_caller]
    fn check(change: impl Fn(&Path), expect: &[(&str, DifferenceKind)], is_same_hash: bool) {
        let root = tempfile::tempdir().unwrap();
        let subject = unpacked(root.path());
        change(subject.dir.as_deref().unwrap());
        let found = one(subject);
        assert_eq!(found.zip.unwrap().unwrap(), HASH);
        assert_eq!(
            found.dir.unwrap().is_ok_and(|hash| hash == HASH),
            is_same_hash
        );
        let found: Vec<_> = found
            .differences
            .into_iter()
            .map(|difference| (difference.name, difference.kind))
            .collect();
        let expect: Vec<_> = expect
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), kind.clone()))
            .collect();
        assert_eq!(found, expect);
    }

    fn replace(file: &Path, text: &str) {
        fs::remove_file(file).unwrap();
        fs::write(file, text).unwrap();
    }

    #[test]
    fn finds_each_difference() {
        use DifferenceKind::{Added, AddedDir, Changed, DirInPlaceOfFile, Missing};
        check(|_| {}, &[], true);
        check(
            |dir| replace(&dir.join("go.mod"), ""),
            &[("go.mod", Changed)],
            false,
        );
        check(
            |dir| {
                let text = fs::read_to_string(dir.join("go.mod")).unwrap();
                replace(&dir.join("go.mod"), &text.replace("rsc", "rsd"));
            },
            &[("go.mod", Changed)],
            false,
        );
        check(
            |dir| fs::write(dir.join("a"), "").unwrap(),
            &[("a", Added)],
            false,
        );
        check(
            |dir| fs::remove_file(dir.join("quote.go")).unwrap(),
            &[("quote.go", Missing)],
            false,
        );
        check(
            |dir| fs::create_dir_all(dir.join("a/b")).unwrap(),
            &[("a", AddedDir), ("a/b", AddedDir)],
            true,
        );
        check(
            |dir| {
                fs::remove_file(dir.join("quote.go")).unwrap();
                fs::create_dir(dir.join("quote.go")).unwrap();
            },
            &[("quote.go", DirInPlaceOfFile)],
            false,
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_seen_and_their_hash_is_that_of_go() {
        use std::os::unix::fs::symlink;
        let elsewhere = tempfile::tempdir().unwrap();
        let other = elsewhere.path().join("quote.go");
        check(
            |dir| {
                fs::rename(dir.join("quote.go"), &other).unwrap();
                symlink(&other, dir.join("quote.go")).unwrap();
            },
            &[("quote.go", DifferenceKind::Symlink)],
            true,
        );
        check(
            |dir| symlink(".", dir.join("circle")).unwrap(),
            &[("circle", DifferenceKind::Symlink)],
            false,
        );
    }

    #[test]
    fn one_side_alone_is_hashed() {
        let root = tempfile::tempdir().unwrap();
        let subject = unpacked(root.path());
        let no_zip = one(Subject {
            zip: None,
            ..subject.clone()
        });
        assert!(no_zip.zip.is_none());
        assert_eq!(no_zip.dir.unwrap().unwrap(), HASH);
        let no_dir = one(Subject {
            dir: None,
            ..subject.clone()
        });
        assert!(no_dir.dir.is_none());
        assert_eq!(no_dir.zip.unwrap().unwrap(), HASH);
        let other = one(Subject {
            zip: Some(corpus("v1.5.1")),
            ..subject
        });
        assert_ne!(other.zip.unwrap().unwrap(), HASH);
        assert_eq!(other.dir.unwrap().unwrap(), HASH);
    }

    #[test]
    fn many_subjects_keep_their_order_and_their_bytes_are_counted() {
        let root = tempfile::tempdir().unwrap();
        let bad = root.path().join("bad.zip");
        fs::write(&bad, "no zip").unwrap();
        let good = unpacked(root.path());
        let subjects: Vec<_> = (0..40)
            .map(|number| match number % 3 {
                0 => Subject {
                    zip: Some(bad.clone()),
                    dir: None,
                    ..good.clone()
                },
                _ => good.clone(),
            })
            .collect();
        let done = AtomicU64::new(0);
        let found = compare(&subjects, &|bytes| {
            done.fetch_add(bytes, Ordering::Relaxed);
        });
        for (number, found) in found.into_iter().enumerate() {
            assert_eq!(found.zip.unwrap().is_ok(), number % 3 != 0);
        }
        let total: u64 = subjects.iter().map(zip_size).sum();
        assert!(0 < done.load(Ordering::Relaxed) && done.load(Ordering::Relaxed) <= total);
    }
}
