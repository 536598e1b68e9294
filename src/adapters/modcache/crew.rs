//! Threads that inflate and hash entries of zips: each works on as many entries in step as its hasher has lanes, and
//! gives every inflated piece away, so that nobody inflates anything twice.

use crate::adapters::zip_file::PositionedFile;
use crate::domain::checksum::dirhash::FileDigest;
use crate::domain::checksum::lanes::LaneHasher;
use crate::domain::modzip::{Archive, Contents, Entry, EntryFault, Inflater};

/// An entry that is worked on.
pub(super) trait Task {
    /// Returns where it is.
    fn entry(&self) -> (&Archive<PositionedFile>, &Entry);

    /// Takes the next piece of the contents; false if the rest is of no use.
    fn take(&mut self, piece: &[u8]) -> bool;

    /// Takes the digest of all contents, or what is wrong with the entry; none where the task wanted no more.
    fn finish(self, result: Option<Result<FileDigest, EntryFault>>);
}

/// Where tasks come from.
pub(super) trait Tasks {
    /// One entry.
    type Task: Task;

    /// Returns an entry that nobody has begun. Whoever has nothing else to do may wait for one; then there will be none
    /// any more if this returns none.
    fn next(&self, patience: Patience) -> Option<Self::Task>;
}

/// Whether a thread can wait for its next task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// It has other tasks to go on with.
    Busy,
    /// It has nothing else to do.
    Idle,
}

/// Works on tasks until there are no more.
pub(super) fn work<S: Tasks>(tasks: &S) {
    let hasher = LaneHasher::new();
    let lanes = (0..hasher.width()).map(|_| Lane {
        inflater: None,
        job: None,
    });
    let lanes = lanes.collect();
    Worker {
        tasks,
        hasher,
        lanes,
    }
    .run();
}

/// One thread's share: a task for each lane.
struct Worker<'a, S: Tasks> {
    tasks: &'a S,
    hasher: LaneHasher,
    lanes: Vec<Lane<S::Task>>,
}

struct Lane<T> {
    /// Made when it is first needed: small modules have fewer files than there are lanes.
    inflater: Option<Inflater>,
    job: Option<Job<T>>,
}

struct Job<T> {
    task: T,
    contents: Contents,
}

impl<S: Tasks> Worker<'_, S> {
    fn run(mut self) {
        loop {
            let is_idle = self.fill();
            if is_idle {
                return;
            }
            while let Some(lane) = self.hasher.hungry() {
                self.feed(lane);
            }
            for (lane, digest) in self.hasher.advance() {
                if let Some(job) = self.lanes[lane].job.take() {
                    job.task.finish(Some(Ok(digest)));
                }
            }
        }
    }

    /// Gives each free lane a task, as far as there are some; true if there is nothing to do, now or later.
    fn fill(&mut self) -> bool {
        let mut busy = self.lanes.iter().filter(|lane| lane.job.is_some()).count();
        while let Some(lane) = self.hasher.free() {
            let patience = if busy == 0 {
                Patience::Idle
            } else {
                Patience::Busy
            };
            let Some(task) = self.tasks.next(patience) else {
                break;
            };
            busy += usize::from(self.begin(lane, task));
        }
        busy == 0
    }

    fn begin(&mut self, lane: usize, task: S::Task) -> bool {
        let slot = &mut self.lanes[lane];
        let (archive, entry) = task.entry();
        match archive.begin(entry, slot.inflater.get_or_insert_default()) {
            Ok(contents) => {
                self.hasher.begin(lane);
                slot.job = Some(Job { task, contents });
                true
            }
            Err(fault) => {
                task.finish(Some(Err(fault)));
                false
            }
        }
    }

    /// Inflates the next piece of the entry in a lane.
    fn feed(&mut self, lane: usize) {
        let Lane { inflater, job } = &mut self.lanes[lane];
        let (Some(Job { task, contents }), Some(inflater)) = (job.as_mut(), inflater.as_mut())
        else {
            return;
        };
        let (archive, _) = task.entry();
        let ended = match contents.next(archive, inflater) {
            Ok(Some(piece)) => {
                self.hasher.feed(lane, piece);
                if task.take(piece) {
                    return;
                }
                None
            }
            Ok(None) => return self.hasher.end(lane),
            Err(fault) => Some(Err(fault)),
        };
        self.hasher.abandon(lane);
        if let Some(job) = job.take() {
            job.task.finish(ended);
        }
    }
}
