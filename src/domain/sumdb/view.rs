//! A tree of the log with the tiles of it that are proven.
//!
//! Tiles are proven from the root down. The partial tiles at the right edge of the tree together give the tree's hash,
//! which the signed tree head vouches for; a complete tile adds up to one hash of the tile above it. A complete tile
//! never changes as the log grows, so what is proven once stays proven when the tree is replaced by a later one that
//! was shown to begin with it; only the edge is read anew.
//! See <https://research.swtch.com/tlog#authenticating_tiles>.

use std::collections::HashMap;
use std::sync::Arc;

use super::checker::CheckError;
use super::record::Tree;
use super::tile::{Level, Tile, hash_from_tile, subtree_hash};
use super::tlog::{Hash, tree_hash_indexes, tree_hash_of};

/// How many complete tiles are kept; a lookup needs one or two of 8 kB each that no other lookup is likely to need.
const MAX_KEPT: usize = 8192;

/// Where bytes came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// From a cache on this machine, into which only checked bytes are written.
    Cache,
    /// From the database or a proxy.
    Remote,
}

/// The bytes of a tile, as somebody gave them.
#[derive(Clone, Debug)]
pub struct TileBytes {
    /// The coordinates.
    pub tile: Tile,
    /// The hashes of the tile, one behind the other.
    pub bytes: Arc<[u8]>,
    /// Where they came from.
    pub origin: Origin,
}

/// Tiles whose form is checked and whose hashes are computed; nothing is proven yet.
pub(super) struct Batch {
    tiles: Vec<(TileBytes, Option<Hash>)>,
}

/// Where stored hashes are found.
pub(super) enum Found {
    /// In these proven tiles, in the order of the indexes.
    Places(Vec<Place>),
    /// Not before these tiles are supplied.
    Missing(Ask),
}

/// Tiles of a tree that are asked for.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// The tree.
    pub(super) tree: Tree,
    /// The tiles, each after the one that it is proven by.
    pub(super) tiles: Vec<Tile>,
}

/// The place of a stored hash in a proven tile.
pub(super) struct Place {
    tile: Tile,
    bytes: Arc<[u8]>,
    index: u64,
}

/// A tree of the log with the tiles of it that are proven.
pub(super) struct View {
    tree: Tree,
    height: u32,
    /// The partial tiles at the right edge, once they are read.
    edge: Option<Vec<TileBytes>>,
    /// The complete tiles, by level and number.
    complete: HashMap<(u32, u64), Arc<[u8]>>,
}

impl Place {
    /// Returns the hash.
    pub(super) fn hash(&self) -> Hash {
        hash_from_tile(&self.tile, &self.bytes, self.index)
            .expect("the tile was chosen by the index, and its length checked")
    }

    /// Returns the index of the hash.
    pub(super) fn index(&self) -> u64 {
        self.index
    }

    /// Reports whether the hash stands in the tile as it is, without computing.
    pub(super) fn is_stored(&self) -> bool {
        let Level::Hashes(level) = self.tile.level else {
            return false;
        };
        super::tlog::split_stored_hash_index(self.index).0 == level * self.tile.height
    }
}

impl Batch {
    /// Checks the lengths of some tiles and computes what each adds up to: the costly part, so that no lock is held for it.
    pub(super) fn new(tiles: Vec<TileBytes>) -> Result<Self, CheckError> {
        if let Some(short) = tiles
            .iter()
            .find(|tile| tile.bytes.len() != tile.tile.byte_len())
        {
            return Err(CheckError::TileLength {
                tile: short.tile,
                len: short.bytes.len(),
            });
        }
        let root = |tile: &TileBytes| tile.tile.is_complete().then(|| subtree_hash(&tile.bytes));
        Ok(Self {
            tiles: tiles
                .into_iter()
                .map(|tile| (root(&tile), tile))
                .map(|(root, tile)| (tile, root))
                .collect(),
        })
    }
}

impl View {
    /// Makes a view of a tree, with nothing proven.
    pub(super) fn new(tree: Tree, height: u32) -> Self {
        Self {
            tree,
            height,
            edge: None,
            complete: HashMap::new(),
        }
    }

    /// Replaces the tree by that of a later view, which was shown to begin with this one.
    pub(super) fn advance(&mut self, later: Self) {
        self.tree = later.tree;
        self.edge = later.edge;
        self.complete.extend(later.complete);
    }

    /// Finds some stored hashes, or the tiles that are missing for them.
    pub(super) fn find(&self, indexes: &[u64]) -> Result<Found, CheckError> {
        let mut places = Vec::new();
        let mut missing = Missing::new(self);
        for &index in indexes {
            let tile = Tile::for_index(self.height, index)
                .in_tree(self.tree.size)
                .ok_or(CheckError::NotInTree { index })?;
            match self.bytes(&tile) {
                Some(bytes) => places.push(Place {
                    tile,
                    bytes: Arc::clone(bytes),
                    index,
                }),
                None => missing.push(tile),
            }
        }
        Ok(if missing.tiles.is_empty() {
            Found::Places(places)
        } else {
            Found::Missing(Ask {
                tree: self.tree,
                tiles: missing.tiles,
            })
        })
    }

    /// Takes over tiles that prove to be of this tree, and returns those that were new.
    ///
    /// `tree` is the one that the tiles were asked for. Where the view has moved on since, what no longer fits is left
    /// aside: it will be asked for again if need be.
    pub(super) fn add(&mut self, tree: Tree, batch: Batch) -> Result<Vec<TileBytes>, CheckError> {
        let mut added = Vec::new();
        if self.edge.is_none() && self.tree == tree {
            let edge: Vec<_> = batch
                .tiles
                .iter()
                .filter(|(_, root)| root.is_none())
                .map(|(tile, _)| tile.clone())
                .collect();
            self.check_edge(&edge)?;
            added.clone_from(&edge);
            self.edge = Some(edge);
        }
        if self.complete.len() + batch.tiles.len() > MAX_KEPT {
            self.complete.retain(|(level, _), _| *level > 0);
        }
        for (tile, root) in batch.tiles {
            let (Level::Hashes(level), Some(root)) = (tile.tile.level, root) else {
                continue;
            };
            let Some(expected) = self.root_in_parent(&tile.tile) else {
                continue;
            };
            if root != expected {
                return Err(CheckError::InconsistentTile {
                    tiles: vec![tile.tile],
                });
            }
            if self
                .complete
                .insert((level, tile.tile.number), Arc::clone(&tile.bytes))
                .is_none()
            {
                added.push(tile);
            }
        }
        Ok(added)
    }

    /// Checks that the tiles at the right edge add up to the tree's hash.
    fn check_edge(&self, edge: &[TileBytes]) -> Result<(), CheckError> {
        let inconsistent = || CheckError::InconsistentTile {
            tiles: edge.iter().map(|tile| tile.tile).collect(),
        };
        let part = |index: u64| {
            let tile = Tile::for_index(self.height, index).in_tree(self.tree.size)?;
            let tile = edge.iter().find(|known| known.tile == tile)?;
            hash_from_tile(&tile.tile, &tile.bytes, index).ok()
        };
        let parts: Option<Vec<_>> = tree_hash_indexes(self.tree.size)
            .into_iter()
            .map(part)
            .collect();
        match parts {
            Some(parts) if tree_hash_of(&parts) == self.tree.hash => Ok(()),
            Some(_) | None => Err(inconsistent()),
        }
    }

    /// Returns the bytes of a tile, as wide as the tree makes it.
    fn bytes(&self, tile: &Tile) -> Option<&Arc<[u8]>> {
        let Level::Hashes(level) = tile.level else {
            return None;
        };
        if tile.is_complete() {
            return self.complete.get(&(level, tile.number));
        }
        self.edge
            .as_ref()?
            .iter()
            .find(|known| known.tile == *tile)
            .map(|known| &known.bytes)
    }

    /// Returns the hash that the tile above says a complete tile adds up to, if the tile above is proven.
    fn root_in_parent(&self, tile: &Tile) -> Option<Hash> {
        let parent = tile.parent()?.in_tree(self.tree.size)?;
        hash_from_tile(&parent, self.bytes(&parent)?, tile.root_index()?).ok()
    }

    /// Returns the partial tiles at the right edge, from the top down.
    fn edge_tiles(&self) -> Vec<Tile> {
        let mut tiles: Vec<_> = tree_hash_indexes(self.tree.size)
            .into_iter()
            .filter_map(|index| Tile::for_index(self.height, index).in_tree(self.tree.size))
            .collect();
        tiles.dedup();
        tiles
    }
}

/// Tiles to be asked for, each after the one that it is proven by.
struct Missing<'a> {
    view: &'a View,
    tiles: Vec<Tile>,
}

impl<'a> Missing<'a> {
    fn new(view: &'a View) -> Self {
        Self {
            view,
            tiles: Vec::new(),
        }
    }

    fn push(&mut self, tile: Tile) {
        if self.tiles.is_empty() && self.view.edge.is_none() {
            self.tiles = self.view.edge_tiles();
        }
        // Only complete tiles have one above them; the way up ends at the edge at the latest.
        let mut chain = Vec::new();
        let mut at = Some(tile);
        while let Some(tile) = at.filter(|tile| {
            tile.is_complete() && self.view.bytes(tile).is_none() && !self.tiles.contains(tile)
        }) {
            chain.push(tile);
            at = tile
                .parent()
                .and_then(|parent| parent.in_tree(self.view.tree.size));
        }
        self.tiles.extend(chain.into_iter().rev());
    }
}
