//! The way of one record of the checksum database through the checks, step by step.
//!
//! The order is that of Go's client: the tree head kept from earlier runs is taken into account; the record is read; its
//! signed tree head is merged with the latest one, which is kept for later runs if it is newer; then the record must be
//! the one that the log has under its number. Whatever comes from outside is handed back for the cache only after that.

use std::sync::Arc;

use super::checker::{CheckError, Checker, checking};
use super::merge::{Merge, Progress, When};
use super::proof::Proof;
use super::record::{self, Record, RecordError};
use super::tile::Tile;
use super::tlog::stored_hash_index;
use super::view::{Ask, Batch, Origin, TileBytes};

/// What a lookup needs next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Need {
    /// The latest tree head that was kept: [`Lookup::supply_latest`], empty if there is none.
    Latest,
    /// The kept tree head has to be replaced, if it still is what was supplied: [`Lookup::latest_saved`].
    SaveLatest {
        /// What was supplied, and has to be there still.
        known: Vec<u8>,
        /// What has to be there from now on.
        new: Arc<[u8]>,
    },
    /// The record: [`Lookup::supply_proof`] or [`Lookup::supply_record`].
    Record(Source),
    /// These tiles: [`Lookup::supply_tiles`].
    Tiles(Vec<Tile>),
}

/// Where a record may come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A proof kept by an earlier run; the cache; the database.
    Any,
    /// The cache or the database: there is no kept proof that helps.
    CacheOrRemote,
    /// The database: what the cache holds is damaged.
    Remote,
}

/// What a lookup says when it is asked to go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// It cannot go on without this.
    Need(Need),
    /// The text of the record; every check holds.
    Done(Arc<str>),
}

/// Checked bytes to be kept on this machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Save {
    /// What is kept.
    pub kind: SaveKind,
    /// The path of the file below the database's directory, with `/`; or the name of the proof.
    pub file: String,
    /// The contents.
    pub bytes: Arc<[u8]>,
}

/// What is kept on this machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SaveKind {
    /// A lookup or a tile, for the cache that is shared with the go command.
    Cache,
    /// A proof, for later runs of this program: it may be put off, or forgotten.
    Proof,
}

/// The way of one record through the checks.
pub struct Lookup {
    /// The path below the database's URL.
    remote_path: String,
    /// Path and version, as a line of go.sum begins.
    subject: String,
    phase: Phase,
    stage: Stage,
    record: Option<Answer>,
    /// A tree head that is to be merged instead of looking up a record.
    head: Option<Box<Merge>>,
    saves: Vec<Save>,
}

/// The record that is looked up.
struct Answer {
    id: i64,
    text: Arc<str>,
    /// All the bytes, if they have to be saved once they are checked.
    save: Option<Arc<[u8]>>,
}

/// What tree heads are merged for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// For the client as a whole.
    Start,
    /// For the record.
    Record,
}

enum Stage {
    /// The kept tree head is asked for: first of all, or to bring it up to date.
    Latest { first: bool },
    /// A tree head is merged with the latest one.
    Merging {
        merge: Box<Merge>,
        from: HeadFrom,
        ask: Option<Ask>,
    },
    /// The kept tree head is being replaced.
    SaveLatest { known: Vec<u8> },
    /// The record is asked for.
    Record { source: Source },
    /// A kept proof has to lead to a hash of the log.
    Proof { proof: Proof, ask: Option<Ask> },
    /// The record has to be found in the log.
    Inclusion { ask: Option<Ask> },
    /// There is nothing more to do.
    Ended,
}

/// Where a tree head stood.
enum HeadFrom {
    /// It was kept from earlier runs.
    Kept { first: bool, note: Vec<u8> },
    /// It came with the record.
    Record,
}

/// Returns those lines of a record that are for exactly this path and version; the latter may end in `/go.mod`.
///
/// A record of another module has none: Go's client takes that for an answer without hashes, and so does this one.
pub fn lines(text: &str, path: &str, version: &str) -> Vec<String> {
    let is_wanted = |line: &&str| {
        let rest = line
            .strip_prefix(path)
            .and_then(|rest| rest.strip_prefix(' '));
        rest.and_then(|rest| rest.strip_prefix(version))
            .is_some_and(|rest| rest.starts_with(' '))
    };
    text.lines().filter(is_wanted).map(str::to_owned).collect()
}

impl Lookup {
    pub(super) fn new(remote_path: String, subject: String, started: bool) -> Self {
        let (phase, stage) = if started {
            (
                Phase::Record,
                Stage::Record {
                    source: Source::Any,
                },
            )
        } else {
            (Phase::Start, Stage::Latest { first: true })
        };
        Self {
            remote_path,
            subject,
            phase,
            stage,
            record: None,
            head: None,
            saves: Vec::new(),
        }
    }

    /// Makes the way of a tree head alone, whose signature must be good.
    pub(super) fn of_head(
        checker: &Checker,
        note: &[u8],
        started: bool,
    ) -> Result<Self, CheckError> {
        let mut lookup = Self::new("/latest".to_owned(), String::new(), false);
        lookup.head = Some(Box::new(Merge::new(checker, note, Origin::Remote)?));
        if started {
            lookup.end_phase(checker);
        }
        Ok(lookup)
    }

    /// Returns the path of the record below the database's URL: `/lookup/<path>@<version>`, both escaped.
    pub fn remote_path(&self) -> &str {
        &self.remote_path
    }

    /// Goes as far as what was supplied allows.
    pub fn next(&mut self, checker: &Checker) -> Result<Step, CheckError> {
        let step = self.go_on(checker);
        step.map_err(|err| self.at_start(err))
    }

    /// Supplies the tree head that was kept, or nothing.
    pub fn supply_latest(&mut self, checker: &Checker, note: Vec<u8>) -> Result<(), CheckError> {
        let Stage::Latest { first } = self.stage else {
            return Ok(());
        };
        // What is kept was signed once, but that is not known of it: its signature is looked at like one from outside.
        let merge = Merge::new(checker, &note, Origin::Remote).map_err(|err| self.at_start(err))?;
        self.stage = Stage::Merging {
            merge: Box::new(merge),
            from: HeadFrom::Kept { first, note },
            ask: None,
        };
        Ok(())
    }

    /// Says whether the kept tree head was replaced; if not, somebody else has replaced it in the meantime.
    pub fn latest_saved(&mut self, checker: &Checker, saved: bool) {
        if saved {
            self.end_phase(checker);
        } else {
            self.stage = Stage::Latest { first: false };
        }
    }

    /// Returns the name under which the proof is kept: `<path>@<version>`, both escaped.
    pub fn proof_name(&self) -> &str {
        self.remote_path.trim_start_matches("/lookup/")
    }

    /// Supplies the proof that was kept, or nothing. One that does not help is as good as none.
    pub fn supply_proof(&mut self, bytes: Option<&[u8]>) {
        // A good proof of another module's record would say that this one has no hashes.
        let is_subject = |proof: &Proof| proof.text.lines().any(|line| self.is_about(line));
        self.stage = match bytes.and_then(Proof::parse).filter(is_subject) {
            Some(proof) => Stage::Proof { proof, ask: None },
            None => Stage::Record {
                source: Source::CacheOrRemote,
            },
        };
    }

    /// Supplies the record.
    pub fn supply_record(
        &mut self,
        checker: &Checker,
        bytes: &[u8],
        origin: Origin,
    ) -> Result<(), CheckError> {
        match self.read_record(checker, bytes, origin) {
            // The go command does not write its cache in one stroke: what was cut off is fetched anew.
            Err(CheckError::Record(_) | CheckError::TreeNote { .. } | CheckError::Tree { .. })
                if origin == Origin::Cache =>
            {
                self.stage = Stage::Record {
                    source: Source::Remote,
                };
                Ok(())
            }
            result => result,
        }
    }

    /// Supplies the tiles that were asked for, in that order.
    pub fn supply_tiles(
        &mut self,
        checker: &Checker,
        tiles: Vec<TileBytes>,
    ) -> Result<(), CheckError> {
        let added = match &mut self.stage {
            Stage::Merging { merge, ask, .. } => {
                let Some(ask) = ask.take() else { return Ok(()) };
                let added =
                    Batch::new(tiles).and_then(|batch| merge.supply(checker, ask.tree, batch));
                added.map_err(|err| err.checking(merge.sizes(checker)))
            }
            Stage::Inclusion { ask } | Stage::Proof { ask, .. } => {
                let Some(ask) = ask.take() else { return Ok(()) };
                Batch::new(tiles).and_then(|batch| checker.add(ask.tree, batch))
            }
            Stage::Latest { .. }
            | Stage::SaveLatest { .. }
            | Stage::Record { .. }
            | Stage::Ended => return Ok(()),
        };
        let added = added.map_err(|err| self.at_start(err))?;
        let new = added
            .into_iter()
            .filter(|tile| tile.origin == Origin::Remote);
        self.saves.extend(new.map(|tile| Save {
            kind: SaveKind::Cache,
            file: tile.tile.to_string(),
            bytes: tile.bytes,
        }));
        Ok(())
    }

    /// Takes what has been checked and belongs into the cache.
    pub fn take_saves(&mut self) -> Vec<Save> {
        std::mem::take(&mut self.saves)
    }

    /// Says what is being done, to stand in front of an error of whoever fetches: empty, or ending in a colon and a space.
    pub fn doing(&self, checker: &Checker) -> String {
        let start = if self.phase == Phase::Start {
            "initializing sumdb.Client: "
        } else {
            ""
        };
        match &self.stage {
            Stage::Merging { merge, .. } => {
                let (size, against) = merge.sizes(checker);
                format!("{start}{}", checking(size, against))
            }
            _ => start.to_owned(),
        }
    }

    /// Reports whether a line of go.sum is about the module version that is looked up.
    fn is_about(&self, line: &str) -> bool {
        let rest = line.strip_prefix(self.subject.as_str());
        rest.is_some_and(|rest| rest.starts_with(' ') || rest.starts_with("/go.mod "))
    }

    fn go_on(&mut self, checker: &Checker) -> Result<Step, CheckError> {
        loop {
            match &mut self.stage {
                Stage::Latest { .. } => return Ok(Step::Need(Need::Latest)),
                Stage::SaveLatest { known } => {
                    return Ok(Step::Need(Need::SaveLatest {
                        known: known.clone(),
                        new: checker.latest().note,
                    }));
                }
                Stage::Record { source } => return Ok(Step::Need(Need::Record(*source))),
                Stage::Ended => return Ok(Step::Done(Arc::from(""))),
                Stage::Proof { proof, ask } => match check_proof(checker, proof)? {
                    Proven::Yes => return Ok(Step::Done(Arc::clone(&proof.text))),
                    Proven::NotYet(missing) => {
                        let tiles = missing.tiles.clone();
                        *ask = Some(missing);
                        return Ok(Step::Need(Need::Tiles(tiles)));
                    }
                    Proven::No => {
                        self.stage = Stage::Record {
                            source: Source::CacheOrRemote,
                        };
                    }
                },
                Stage::Inclusion { ask } => {
                    let Some(record) = &self.record else {
                        unreachable!("the record is read before it is looked for")
                    };
                    if let Some(missing) = check_inclusion(checker, record)? {
                        let tiles = missing.tiles.clone();
                        *ask = Some(missing);
                        return Ok(Step::Need(Need::Tiles(tiles)));
                    }
                    return Ok(Step::Done(self.finish(checker)));
                }
                Stage::Merging { merge, ask, .. } => {
                    match merge
                        .step(checker)
                        .map_err(|err| err.checking(merge.sizes(checker)))?
                    {
                        Progress::Tiles(missing) => {
                            let tiles = missing.tiles.clone();
                            *ask = Some(missing);
                            return Ok(Step::Need(Need::Tiles(tiles)));
                        }
                        Progress::Done(when) => self.merged(checker, when),
                    }
                }
            }
        }
    }

    /// Goes on after a tree head found its place on the line of time.
    fn merged(&mut self, checker: &Checker, when: When) {
        let Stage::Merging { from, .. } =
            std::mem::replace(&mut self.stage, Stage::Latest { first: false })
        else {
            return;
        };
        match (from, when) {
            // The latest head has changed: what is kept is read (again) and replaced, if it is older.
            (HeadFrom::Kept { first: true, .. } | HeadFrom::Record, When::Future) => {}
            (HeadFrom::Kept { first: false, note }, When::Past) => {
                self.stage = Stage::SaveLatest { known: note };
            }
            (HeadFrom::Kept { .. } | HeadFrom::Record, When::Past | When::Now | When::Future) => {
                self.end_phase(checker);
            }
        }
    }

    fn end_phase(&mut self, checker: &Checker) {
        match self.phase {
            Phase::Start => {
                checker.set_started();
                self.phase = Phase::Record;
                self.stage = match self.head.take() {
                    Some(merge) => Stage::Merging {
                        merge,
                        from: HeadFrom::Record,
                        ask: None,
                    },
                    None => Stage::Record {
                        source: Source::Any,
                    },
                };
            }
            Phase::Record if self.record.is_none() => self.stage = Stage::Ended,
            Phase::Record => self.stage = Stage::Inclusion { ask: None },
        }
    }

    fn read_record(
        &mut self,
        checker: &Checker,
        bytes: &[u8],
        origin: Origin,
    ) -> Result<(), CheckError> {
        let record = Record::parse(bytes)?;
        let merge = Merge::new(checker, record.rest, origin)?;
        let text = std::str::from_utf8(record.text).map_err(|_| RecordError::Record)?;
        let save = (origin == Origin::Remote).then(|| bytes.into());
        self.record = Some(Answer {
            id: record.id,
            text: text.into(),
            save,
        });
        self.stage = Stage::Merging {
            merge: Box::new(merge),
            from: HeadFrom::Record,
            ask: None,
        };
        Ok(())
    }

    /// Ends with the text of the record, which is checked now.
    fn finish(&mut self, checker: &Checker) -> Arc<str> {
        let Some(record) = self.record.take() else {
            unreachable!("the record is read before it is looked for")
        };
        if let Some(proof) = prove(checker, &record) {
            self.saves.push(Save {
                kind: SaveKind::Proof,
                file: self.proof_name().to_owned(),
                bytes: proof.into(),
            });
        }
        if let Some(bytes) = record.save {
            self.saves.push(Save {
                kind: SaveKind::Cache,
                file: self.remote_path.trim_start_matches('/').to_owned(),
                bytes,
            });
        }
        record.text
    }

    fn at_start(&self, err: CheckError) -> CheckError {
        match self.phase {
            Phase::Start => CheckError::Start(Box::new(err)),
            Phase::Record => err,
        }
    }
}

/// What becomes of a kept proof.
enum Proven {
    Yes,
    /// These tiles are needed to tell.
    NotYet(Ask),
    No,
}

/// Checks that a kept proof leads to a hash of the latest tree.
fn check_proof(checker: &Checker, proof: &Proof) -> Result<Proven, CheckError> {
    let Some((index, hash)) = proof.subtree(checker.latest().tree.size) else {
        return Ok(Proven::No);
    };
    Ok(match checker.hashes(&[index])? {
        Err(ask) => Proven::NotYet(ask),
        Ok(hashes) if hashes == [hash] => Proven::Yes,
        Ok(_) => Proven::No,
    })
}

/// Puts the proof of a checked record together, as the tiles at hand allow.
fn prove(checker: &Checker, record: &Answer) -> Option<Vec<u8>> {
    let id = u64::try_from(record.id).ok()?;
    let indexes = Proof::indexes(id, checker.latest().tree.size);
    if indexes.is_empty() {
        return None;
    }
    let siblings = checker.hashes(&indexes).ok()?.ok()?;
    Proof::new(id, Arc::clone(&record.text), siblings).to_bytes()
}

/// Checks that the log has the record under its number; returns the tiles that are missing for that.
fn check_inclusion(checker: &Checker, record: &Answer) -> Result<Option<Ask>, CheckError> {
    let size = checker.latest().tree.size;
    let id = u64::try_from(record.id).ok().filter(|id| *id < size);
    let Some(id) = id else {
        return Err(CheckError::BeyondTree {
            id: record.id,
            size,
        });
    };
    match checker.hashes(&[stored_hash_index(0, id)])? {
        Err(ask) => Ok(Some(ask)),
        Ok(hashes) if hashes == [record::hash(record.text.as_bytes())] => Ok(None),
        Ok(_) => Err(CheckError::WrongRecord { id: record.id }),
    }
}
