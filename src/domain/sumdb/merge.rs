//! Bringing a signed tree head together with the latest one that is known.
//!
//! Whatever the database signs has to lie on one line of time: of two tree heads the larger one begins with the smaller
//! one. A larger one becomes the latest; if the line forks, both are kept as evidence and nothing is believed.

use super::checker::{CheckError, Checker, shown};
use super::fork::{Fork, Head};
use super::note::{Note, Parts};
use super::record::Tree;
use super::tlog::{Hash, TlogError, prove_tree, tree_hash_indexes, tree_hash_of};
use super::view::{Ask, Batch, Found, Origin, Place, TileBytes, View};

/// How a tree head lies to the latest one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum When {
    /// It is smaller.
    Past,
    /// It is as large.
    Now,
    /// It was larger, and is the latest now.
    Future,
}

/// What a merge waits for, or its end.
pub(super) enum Progress {
    /// These tiles have to be supplied.
    Tiles(Ask),
    /// The head is on the line of time.
    Done(When),
}

/// A tree head on its way into the line of time.
pub(super) struct Merge {
    head: Head,
    signature: Signature,
    stage: Stage,
}

/// Whether the signature of a head was checked.
///
/// It is put off for heads out of the local cache that claim to be of the past. If the latest head, whose signature is
/// good, begins with that tree, then the database has signed all that the old head says; its own signature adds nothing.
/// If it does not, the signature decides whether the file is damaged or the database has forked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Signature {
    Checked,
    PutOff,
}

enum Stage {
    /// The head has to be compared with the latest one.
    Compare,
    /// The head is larger than `older`: its own tiles have to show that it begins with that.
    Newer { view: View, older: Head },
    /// Two heads contradict each other; the proof is put together.
    Forked { fork: Box<Fork>, view: Option<View> },
}

impl Merge {
    /// Starts with the note of a tree head; an empty one stands for the tree without records.
    pub(super) fn new(checker: &Checker, note: &[u8], origin: Origin) -> Result<Self, CheckError> {
        if note.is_empty() {
            return Ok(Self {
                head: Head::empty(),
                signature: Signature::Checked,
                stage: Stage::Compare,
            });
        }
        let bad_note = |fault| CheckError::TreeNote {
            fault,
            note: shown(note),
        };
        let parts = Parts::parse(note).map_err(bad_note)?;
        let put_off = origin == Origin::Cache
            && parts.names(checker.verifier())
            && Tree::parse(parts.text.as_bytes())
                .is_ok_and(|tree| tree.size <= checker.latest().tree.size);
        if !put_off {
            Note::open(note, std::slice::from_ref(checker.verifier())).map_err(bad_note)?;
        }
        let tree = Tree::parse(parts.text.as_bytes()).map_err(|fault| CheckError::Tree {
            fault,
            text: shown(parts.text.as_bytes()),
        })?;
        let signature = if put_off {
            Signature::PutOff
        } else {
            Signature::Checked
        };
        Ok(Self {
            head: Head {
                tree,
                note: note.into(),
            },
            signature,
            stage: Stage::Compare,
        })
    }

    /// Returns the sizes of the trees that are compared: for messages.
    pub(super) fn sizes(&self, checker: &Checker) -> (u64, u64) {
        let (size, other) = match &self.stage {
            Stage::Newer { older, .. } => (self.head.tree.size, older.tree.size),
            Stage::Compare | Stage::Forked { .. } => {
                (self.head.tree.size, checker.latest().tree.size)
            }
        };
        (size.min(other), size.max(other))
    }

    /// Goes as far as the tiles at hand allow.
    pub(super) fn step(&mut self, checker: &Checker) -> Result<Progress, CheckError> {
        loop {
            match &self.stage {
                Stage::Compare => {
                    let latest = checker.latest();
                    if self.head.note.is_empty() {
                        return Ok(Progress::Done(if latest.tree.size == 0 {
                            When::Now
                        } else {
                            When::Past
                        }));
                    }
                    if self.head.tree.size <= latest.tree.size {
                        if let Some(progress) = self.step_older(checker)? {
                            return Ok(progress);
                        }
                        continue;
                    }
                    let view = View::new(self.head.tree, checker.height());
                    self.stage = Stage::Newer {
                        view,
                        older: latest,
                    };
                }
                Stage::Newer { .. } => {
                    if let Some(progress) = self.step_newer(checker)? {
                        return Ok(progress);
                    }
                }
                Stage::Forked { .. } => return self.step_forked(checker),
            }
        }
    }

    /// Takes tiles that were asked for, and returns those that proved to be good.
    pub(super) fn supply(
        &mut self,
        checker: &Checker,
        asked: Tree,
        batch: Batch,
    ) -> Result<Vec<TileBytes>, CheckError> {
        match &mut self.stage {
            Stage::Newer { view, .. }
            | Stage::Forked {
                view: Some(view), ..
            } => view.add(asked, batch),
            Stage::Compare | Stage::Forked { view: None, .. } => checker.add(asked, batch),
        }
    }

    /// Checks that the latest tree begins with this one.
    fn step_older(&mut self, checker: &Checker) -> Result<Option<Progress>, CheckError> {
        let Tree { size, hash } = self.head.tree;
        let (latest, found) = match checker.prefix_hash(size)? {
            Ok(found) => found,
            Err(ask) => return Ok(Some(Progress::Tiles(ask))),
        };
        if found == hash {
            let when = if size < latest.tree.size {
                When::Past
            } else {
                When::Now
            };
            return Ok(Some(Progress::Done(when)));
        }
        if self.signature == Signature::PutOff {
            // Either the file is damaged, which this finds, or the database has forked.
            *self = Self::new(checker, &self.head.note, Origin::Remote)?;
        }
        self.stage = Stage::Forked {
            fork: fork(self.head.clone(), latest, found),
            view: None,
        };
        Ok(None)
    }

    /// Checks that this tree begins with the latest one, and makes it the latest.
    fn step_newer(&mut self, checker: &Checker) -> Result<Option<Progress>, CheckError> {
        let Stage::Newer { view, older } = &mut self.stage else {
            return Ok(None);
        };
        let found = match view.find(&tree_hash_indexes(older.tree.size))? {
            Found::Missing(ask) => return Ok(Some(Progress::Tiles(ask))),
            Found::Places(places) => {
                tree_hash_of(&places.iter().map(Place::hash).collect::<Vec<_>>())
            }
        };
        let view = std::mem::replace(view, View::new(self.head.tree, checker.height()));
        let older = older.clone();
        if found != older.tree.hash {
            self.stage = Stage::Forked {
                fork: fork(older, self.head.clone(), found),
                view: Some(view),
            };
            return Ok(None);
        }
        if checker.install(&older, self.head.clone(), view) {
            return Ok(Some(Progress::Done(When::Future)));
        }
        // Somebody else was faster: compare with what they found.
        self.stage = Stage::Compare;
        Ok(None)
    }

    /// Puts the proof of a fork together; its tiles are those that were compared.
    fn step_forked(&mut self, checker: &Checker) -> Result<Progress, CheckError> {
        let Stage::Forked { fork, view } = &mut self.stage else {
            unreachable!("called in this stage alone")
        };
        let (size, n) = (fork.newer.tree.size, fork.older.tree.size);
        let read = |indexes: &[u64]| match view {
            Some(view) => match view.find(indexes)? {
                Found::Missing(ask) => Err(Unproven::Missing(ask)),
                Found::Places(places) => Ok(places.iter().map(Place::hash).collect()),
            },
            None => checker.hashes(indexes)?.map_err(Unproven::Missing),
        };
        match prove_tree(size, n, read) {
            Ok(proof) => fork.proof = proof,
            Err(Unproven::Missing(ask)) => return Ok(Progress::Tiles(ask)),
            // No proof can be given for a tree without records; the two signed heads speak for themselves.
            Err(Unproven::Impossible) => {}
        }
        Err(CheckError::Fork(fork.clone()))
    }
}

/// Why a proof is not there yet.
enum Unproven {
    Missing(Ask),
    Impossible,
}

impl From<CheckError> for Unproven {
    fn from(_: CheckError) -> Self {
        Self::Impossible
    }
}

impl From<TlogError> for Unproven {
    fn from(_: TlogError) -> Self {
        Self::Impossible
    }
}

fn fork(older: Head, newer: Head, found: Hash) -> Box<Fork> {
    Box::new(Fork {
        older,
        newer,
        found,
        proof: Vec::new(),
    })
}
