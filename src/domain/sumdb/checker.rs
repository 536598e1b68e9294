//! The checksum database client as a state machine: it says which lookup, tree head and tiles it needs, and believes
//! nothing before the proof holds.
//!
//! A [`Checker`] holds what is known of one database: the latest signed tree head and the tiles proven under it. A
//! [`Lookup`] is the way of one answer through the checks: [`Lookup::next`] says what it needs, the caller supplies the
//! bytes from wherever it has them, and asks again. Any number of lookups run at once on one checker, from any threads;
//! the costly hashing is done outside the lock. See <https://go.dev/ref/mod#checksum-database>.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub use super::fork::{Fork, Head};
pub use super::lookup::{Lookup, Need, Save, SaveKind, Source, Step, lines};
pub use super::view::{Origin, TileBytes};

use super::note::{KeyError, Note, NoteError, Verifier};
use super::record::{RecordError, Tree};
use super::tile::Tile;
use super::tlog::{Hash, TlogError, tree_hash_indexes, tree_hash_of};
use super::view::{Ask, Batch, Found, Place, View};
use crate::domain::module::path::{self, EscapeError};

/// The height of the tiles that databases serve.
const TILE_HEIGHT: u32 = 8;

/// More than this of a note is not shown in a message.
const SHOWN_NOTE: usize = 2000;

/// Why an answer of the database is not believed. The messages are those of Go's client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The client could not start: the key, or the latest tree head that is kept, is bad.
    #[error("initializing sumdb.Client: {0}")]
    Start(Box<Self>),
    /// The key of the database is bad.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The path or version has no escaped form.
    #[error(transparent)]
    Escape(#[from] EscapeError),
    /// The lookup is not a record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The note of a tree head is bad, or its signature.
    #[error("reading tree note: {fault}\nnote:\n{note}")]
    TreeNote {
        /// What is wrong with it.
        fault: NoteError,
        /// The note.
        note: String,
    },
    /// A signed text is not a tree head.
    #[error("reading tree: {fault}\ntree:\n{text}")]
    Tree {
        /// What is wrong with it.
        fault: RecordError,
        /// The text.
        text: String,
    },
    /// The tiles for comparing two tree heads are bad.
    #[error("{}{fault}", checking(*.size, *.against))]
    Checking {
        /// The size of the smaller tree.
        size: u64,
        /// The size of the larger tree.
        against: u64,
        /// What is wrong.
        fault: Box<Self>,
    },
    /// A hash lies beyond the tree.
    #[error("indexes not in tree")]
    NotInTree {
        /// The stored hash index.
        index: u64,
    },
    /// A tile has another length than its width says.
    #[error("TileReader returned bad result slice ({tile} len={len}, want {})", .tile.byte_len())]
    TileLength {
        /// The tile.
        tile: Tile,
        /// Its length in bytes.
        len: usize,
    },
    /// Tiles do not add up to the tree's hash.
    #[error("downloaded inconsistent tile")]
    InconsistentTile {
        /// The tile, or the tiles one of which is wrong.
        tiles: Vec<Tile>,
    },
    /// The record has a number that the tree does not have.
    #[error("cannot validate record {id} in tree of size {size}")]
    BeyondTree {
        /// The number of the record.
        id: i64,
        /// The size of the tree.
        size: u64,
    },
    /// The record is not the one that the log has under its number.
    #[error("cannot authenticate record data in server response")]
    WrongRecord {
        /// The number of the record.
        id: i64,
    },
    /// The database has signed two histories.
    #[error("security error: misbehaving server")]
    Fork(#[source] Box<Fork>),
    /// Arithmetic of the log failed.
    #[error(transparent)]
    Log(#[from] TlogError),
}

impl CheckError {
    /// Returns the tiles that are at fault, as far as it is known.
    pub fn tiles(&self) -> &[Tile] {
        match self {
            Self::Start(fault) | Self::Checking { fault, .. } => fault.tiles(),
            Self::InconsistentTile { tiles } => tiles,
            Self::TileLength { tile, .. } => std::slice::from_ref(tile),
            _ => &[],
        }
    }

    /// Returns the evidence, if the database has signed two histories.
    pub fn fork(&self) -> Option<&Fork> {
        match self {
            Self::Start(fault) | Self::Checking { fault, .. } => fault.fork(),
            Self::Fork(fork) => Some(fork),
            _ => None,
        }
    }

    /// Says of a fault of tiles which trees were compared.
    pub(super) fn checking(self, (size, against): (u64, u64)) -> Self {
        match self {
            Self::NotInTree { .. }
            | Self::TileLength { .. }
            | Self::InconsistentTile { .. }
            | Self::Log(_) => Self::Checking {
                size,
                against,
                fault: Box::new(self),
            },
            other => other,
        }
    }
}

/// Says which trees are compared, in front of an error.
pub(super) fn checking(size: u64, against: u64) -> String {
    if size == against {
        format!("checking tree#{size}: ")
    } else {
        format!("checking tree#{size} against tree#{against}: ")
    }
}

/// Returns a note for a message: not too long, and without anything that a terminal would obey.
pub(super) fn shown(note: &[u8]) -> String {
    let shown = String::from_utf8_lossy(&note[..note.len().min(SHOWN_NOTE)]);
    shown
        .chars()
        .map(|c| {
            if c.is_control() && c != '\n' {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

/// What is known of one checksum database.
pub struct Checker {
    verifier: Verifier,
    height: u32,
    state: RwLock<State>,
}

struct State {
    /// Whether the tree head that was kept from earlier runs is taken into account.
    started: bool,
    latest: Head,
    view: View,
    /// Hashes within proven tiles that had to be computed, by their index.
    computed: HashMap<u64, Hash>,
    /// Hashes of the first records of the log, by their number, as far as they were needed.
    prefixes: HashMap<u64, Hash>,
}

impl Checker {
    /// Makes a checker for the database with this verifier key.
    pub fn new(key: &str) -> Result<Self, CheckError> {
        let verifier =
            Verifier::parse(key.trim()).map_err(|err| CheckError::Start(Box::new(err.into())))?;
        let state = State {
            started: false,
            latest: Head::empty(),
            view: View::new(Tree::EMPTY, TILE_HEIGHT),
            computed: HashMap::new(),
            prefixes: HashMap::new(),
        };
        Ok(Self {
            verifier,
            height: TILE_HEIGHT,
            state: RwLock::new(state),
        })
    }

    /// Returns the name of the database: its host, and a path perhaps.
    pub fn name(&self) -> &str {
        self.verifier.name()
    }

    /// Returns the latest tree head.
    pub fn latest(&self) -> Head {
        self.read().latest.clone()
    }

    /// Starts the lookup of a module version; a `/go.mod` at the end of the version makes no difference here.
    pub fn lookup(&self, path: &str, version: &str) -> Result<Lookup, CheckError> {
        let version = version.strip_suffix("/go.mod").unwrap_or(version);
        let remote_path = format!(
            "/lookup/{}@{}",
            path::escape_path(path)?,
            path::escape_version(version)?
        );
        Ok(Lookup::new(
            remote_path,
            format!("{path} {version}"),
            self.read().started,
        ))
    }

    /// Starts to bring a signed tree head together with the latest one, as if it had come with a record.
    pub fn head(&self, note: &[u8]) -> Result<Lookup, CheckError> {
        let started = self.read().started;
        Lookup::of_head(self, note, started)
    }

    /// Reads a signed tree head, without comparing it with anything.
    pub fn read_head(&self, note: &[u8]) -> Result<Head, CheckError> {
        let bad_note = |fault| CheckError::TreeNote {
            fault,
            note: shown(note),
        };
        let opened = Note::open(note, std::slice::from_ref(&self.verifier)).map_err(bad_note)?;
        let tree = Tree::parse(opened.text.as_bytes()).map_err(|fault| CheckError::Tree {
            fault,
            text: shown(opened.text.as_bytes()),
        })?;
        Ok(Head {
            tree,
            note: note.into(),
        })
    }

    /// Notes that the kept tree head is taken into account.
    pub(super) fn set_started(&self) {
        self.write().started = true;
    }

    pub(super) fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    pub(super) fn height(&self) -> u32 {
        self.height
    }

    /// Returns the hash of the tree of the first `size` records, with the head that it was computed under.
    pub(super) fn prefix_hash(&self, size: u64) -> Result<Result<(Head, Hash), Ask>, CheckError> {
        let latest = {
            let state = self.read();
            if let Some(hash) = state.prefixes.get(&size) {
                return Ok(Ok((state.latest.clone(), *hash)));
            }
            state.latest.clone()
        };
        let parts = match self.hashes(&tree_hash_indexes(size))? {
            Ok(parts) => parts,
            Err(ask) => return Ok(Err(ask)),
        };
        let hash = tree_hash_of(&parts);
        self.write().prefixes.insert(size, hash);
        Ok(Ok((latest, hash)))
    }

    /// Returns some stored hashes of the latest tree, or the tiles that are missing for them.
    pub(super) fn hashes(&self, indexes: &[u64]) -> Result<Result<Vec<Hash>, Ask>, CheckError> {
        let (known, places) = {
            let state = self.read();
            let known: Vec<_> = indexes
                .iter()
                .map(|index| state.computed.get(index).copied())
                .collect();
            let unknown: Vec<_> = indexes
                .iter()
                .zip(&known)
                .filter(|(_, known)| known.is_none())
                .map(|(index, _)| *index)
                .collect();
            match state.view.find(&unknown)? {
                Found::Places(places) => (known, places),
                Found::Missing(ask) => return Ok(Err(ask)),
            }
        };
        let new: Vec<_> = places.iter().map(Place::hash).collect();
        if places.iter().any(|place| !place.is_stored()) {
            let computed = places
                .iter()
                .zip(&new)
                .filter(|(place, _)| !place.is_stored());
            self.write()
                .computed
                .extend(computed.map(|(place, hash)| (place.index(), *hash)));
        }
        let mut new = new.into_iter();
        Ok(Ok(known
            .into_iter()
            .filter_map(|known| known.or_else(|| new.next()))
            .collect()))
    }

    /// Takes over tiles that prove to be of the latest tree, and returns those that were new.
    pub(super) fn add(&self, asked: Tree, batch: Batch) -> Result<Vec<TileBytes>, CheckError> {
        self.write().view.add(asked, batch)
    }

    /// Makes `newer` the latest head, if the latest head still is `older`, which it was shown to begin with.
    pub(super) fn install(&self, older: &Head, newer: Head, view: View) -> bool {
        let mut state = self.write();
        if state.latest.tree != older.tree {
            return false;
        }
        state.latest = newer;
        state.view.advance(view);
        true
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        // Whoever panicked while writing left whole values behind: everything is proven before it is put in.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}
