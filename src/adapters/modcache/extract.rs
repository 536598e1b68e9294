//! Zips hashed and unpacked in one pass: each entry is inflated once, and its bytes go to the hash and to the file.
//!
//! What is written stands beside the place of the module until the hash of all of it was verified; see
//! [`super::VersionLock::keep_dir`]. All cores take entries from one queue, the zip that came first and its biggest
//! files first; while they work, the next zips are fetched.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::crew::{self, Patience, Task, Tasks};
use super::unpack::{DirDraft, create_file, seal};
use crate::adapters::fs::{FsError, at};
use crate::adapters::zip_file::PositionedFile;
use crate::domain::checksum::dirhash::{self, FileDigest};
use crate::domain::modzip::{Archive, Entry, EntryFault, ZipError};

/// Threads that hash and unpack zips. They end when this is dropped.
#[derive(Debug)]
pub struct Extractor {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// Why a zip was not hashed or not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The zip is damaged.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FsError),
}

/// The hash of a zip, and what was unpacked of it.
type Extracted = Result<(String, Option<DirDraft>), ExtractError>;

#[derive(Debug)]
struct Shared {
    queue: Mutex<VecDeque<Arc<Open>>>,
    wake: Condvar,
    stop: AtomicBool,
}

/// A zip that is worked on.
struct Open {
    archive: Archive<PositionedFile>,
    /// The length of `module@version/`, which all names begin with.
    prefix: usize,
    /// Where the files go.
    root: Option<PathBuf>,
    /// The entries that nobody has begun, the smallest first.
    waiting: Mutex<Vec<u32>>,
    /// How many entries are not done.
    left: AtomicUsize,
    results: Mutex<Results>,
}

struct Results {
    digests: Vec<Option<FileDigest>>,
    /// The entry that comes first by name among those that cannot be read.
    fault: Option<(u32, EntryFault)>,
    unwritten: Option<FsError>,
    draft: Option<DirDraft>,
    answer: Option<oneshot::Sender<Extracted>>,
}

/// An entry on its way into a file.
struct Job {
    shared: Arc<Shared>,
    open: Arc<Open>,
    entry: u32,
    file: Option<(PathBuf, File)>,
}

impl Extractor {
    /// Starts a thread for each core.
    pub fn new() -> Self {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
            stop: AtomicBool::new(false),
        });
        let threads = (0..rayon::current_num_threads()).filter_map(|_| {
            let shared = Arc::clone(&shared);
            let builder = thread::Builder::new().name("unpack".to_owned());
            builder.spawn(move || crew::work(&shared)).ok()
        });
        Self {
            threads: threads.collect(),
            shared,
        }
    }

    /// Hashes the zip of a module whose names were checked, and writes its files into `draft`, if there is one.
    ///
    /// `name` is `module@version`.
    pub async fn extract(
        &self,
        name: &str,
        archive: Archive<PositionedFile>,
        draft: Option<DirDraft>,
    ) -> Extracted {
        let (answer, result) = oneshot::channel();
        let count = archive.entries().len();
        let mut waiting: Vec<u32> = (0..).take(count).collect();
        waiting.sort_by_key(|&entry| archive.entries()[entry as usize].size);
        let open = Open {
            prefix: name.len() + 1,
            root: draft.as_ref().map(|draft| draft.root().to_owned()),
            waiting: Mutex::new(waiting),
            // One more, for this function: so that nothing is done before all is in place.
            left: AtomicUsize::new(count + 1),
            results: Mutex::new(Results {
                digests: vec![None; count],
                fault: None,
                unwritten: None,
                draft,
                answer: Some(answer),
            }),
            archive,
        };
        let open = Arc::new(open);
        lock(&self.shared.queue).push_back(Arc::clone(&open));
        self.shared.wake.notify_all();
        open.done(1);
        drop(open);
        if self.threads.is_empty() {
            // No thread could be had: then this one does it.
            self.shared.work_here();
        }
        result.await.expect("whoever unpacks answers")
    }
}

impl Default for Extractor {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Extractor {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        // Whoever is about to wait has the lock until it does.
        drop(lock(&self.shared.queue));
        self.shared.wake.notify_all();
        lock(&self.shared.queue).clear();
        for thread in self.threads.drain(..) {
            // A panic was told of where it happened.
            drop(thread.join());
        }
    }
}

impl Shared {
    /// Works on what is in the queue, on the thread that asks.
    fn work_here(self: &Arc<Self>) {
        crew::work(&Once(Arc::clone(self)));
    }

    fn next(self: &Arc<Self>, patience: Patience) -> Option<Job> {
        let mut queue = lock(&self.queue);
        loop {
            if self.stop.load(Ordering::Acquire) {
                return None;
            }
            let Some(open) = queue.front().map(Arc::clone) else {
                if patience == Patience::Busy {
                    return None;
                }
                queue = self
                    .wake
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let entry = lock(&open.waiting).pop();
            let Some(entry) = entry else {
                queue.pop_front();
                continue;
            };
            drop(queue);
            match open.create(entry) {
                Ok(file) => {
                    return Some(Job {
                        shared: Arc::clone(self),
                        open,
                        entry,
                        file,
                    });
                }
                Err(error) => open.give_up(error),
            }
            queue = lock(&self.queue);
        }
    }
}

impl Tasks for Arc<Shared> {
    type Task = Job;

    fn next(&self, patience: Patience) -> Option<Job> {
        Shared::next(self, patience)
    }
}

/// The same queue for a thread that waits for nothing.
struct Once(Arc<Shared>);

impl Tasks for Once {
    type Task = Job;

    fn next(&self, _patience: Patience) -> Option<Job> {
        Shared::next(&self.0, Patience::Busy)
    }
}

impl Open {
    /// Creates the file of an entry, where it is one and files are wanted.
    fn create(&self, entry: u32) -> Result<Option<(PathBuf, File)>, FsError> {
        let header = &self.archive.entries()[entry as usize];
        let name = header.name.get(self.prefix..).unwrap_or_default();
        let name = std::str::from_utf8(name).unwrap_or_default();
        let Some(root) = self.root.as_ref().filter(|_| is_file(name)) else {
            return Ok(None);
        };
        let path = root.join(name);
        let file = create_file(&path).map_err(at("create", &path))?;
        Ok(Some((path, file)))
    }

    /// Notes that a file cannot be written; what nobody has begun is left alone. One entry is done by this.
    fn give_up(&self, error: FsError) {
        let abandoned = std::mem::take(&mut *lock(&self.waiting)).len();
        lock(&self.results).unwritten.get_or_insert(error);
        self.done(abandoned + 1);
    }

    /// Counts entries that are done; the last one leads to the answer.
    fn done(&self, count: usize) {
        if self.left.fetch_sub(count, Ordering::AcqRel) != count {
            return;
        }
        let mut results = lock(&self.results);
        let answer = results.answer.take();
        let extracted = self.extracted(&mut results);
        drop(results);
        if let Some(answer) = answer {
            // Nobody waits any more if the operation was stopped; the draft is removed then.
            drop(answer.send(extracted));
        }
    }

    fn extracted(&self, results: &mut Results) -> Extracted {
        let draft = results.draft.take();
        if let Some(error) = results.unwritten.take() {
            return Err(error.into());
        }
        let entries = self.archive.entries();
        if let Some((entry, fault)) = results.fault.take() {
            let name = entries[entry as usize].name.to_vec();
            return Err(ZipError::Entry { name, fault }.into());
        }
        let digests = results.digests.iter();
        let files: Vec<(&[u8], FileDigest)> = entries
            .iter()
            .zip(digests)
            .map(|(entry, digest)| (&*entry.name, digest.expect("every entry was hashed")))
            .collect();
        let h1 = dirhash::hash1(&files).map_err(ZipError::from)?;
        Ok((h1, draft))
    }

    fn note_fault(&self, entry: u32, fault: EntryFault) {
        let entries = self.archive.entries();
        let mut results = lock(&self.results);
        let comes_first = results
            .fault
            .as_ref()
            .is_none_or(|(known, _)| entries[entry as usize].name < entries[*known as usize].name);
        if comes_first {
            results.fault = Some((entry, fault));
        }
    }
}

impl Job {
    fn write(&mut self, piece: &[u8]) -> Result<(), FsError> {
        match &mut self.file {
            Some((path, file)) => file.write_all(piece).map_err(at("write", path)),
            None => Ok(()),
        }
    }
}

impl Task for Job {
    fn entry(&self) -> (&Archive<PositionedFile>, &Entry) {
        let archive = &self.open.archive;
        (archive, &archive.entries()[self.entry as usize])
    }

    fn take(&mut self, piece: &[u8]) -> bool {
        if self.shared.stop.load(Ordering::Acquire) {
            return false;
        }
        match self.write(piece) {
            Ok(()) => true,
            Err(error) => {
                lock(&self.open.results).unwritten.get_or_insert(error);
                false
            }
        }
    }

    fn finish(self, result: Option<Result<FileDigest, EntryFault>>) {
        let sealed = match &self.file {
            Some((path, file)) => seal(file).map_err(at("write", path)),
            None => Ok(()),
        };
        match (result, sealed) {
            (Some(Ok(digest)), Ok(())) => {
                lock(&self.open.results).digests[self.entry as usize] = Some(digest);
            }
            (Some(Err(fault)), _) => self.open.note_fault(self.entry, fault),
            (Some(Ok(_)), Err(error)) => return self.open.give_up(error),
            (None, _) => {
                // `take` noted the error, unless the whole operation was stopped: then nobody waits for an answer.
                let abandoned = std::mem::take(&mut *lock(&self.open.waiting)).len();
                if lock(&self.open.results).unwritten.is_some() {
                    self.open.done(abandoned + 1);
                }
                return;
            }
        }
        drop(self.file);
        self.open.done(1);
    }
}

/// Reports whether an entry is that of a file.
fn is_file(name: &str) -> bool {
    !name.is_empty() && !name.ends_with('/')
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let root: Option<&Path> = self.root.as_deref();
        f.debug_struct("Open")
            .field("root", &root)
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
