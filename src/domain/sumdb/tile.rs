//! Tiles of the transparency log: their coordinates, paths and hashes.
//!
//! A tile of height `h` holds up to `2^h` neighbouring hashes of one level of the tree, one behind the other; the levels
//! between are computed from them. Only every `h`-th level is stored: tile level `l` holds the hashes of subtrees of
//! `2^(h·l)` records. At the right edge of the tree a tile is partial and its path says how wide it is.
//! See <https://go.dev/ref/mod#checksum-database> and <https://research.swtch.com/tlog#tiling_a_log>.

use std::fmt;

use super::tlog::{
    HASH_SIZE, Hash, TlogError, node_hash, split_stored_hash_index, stored_hash_index,
};

/// The coordinates of a tile.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tile {
    /// The height: how many levels of the tree the tile spans, 1 to 30.
    pub height: u32,
    /// What it holds.
    pub level: Level,
    /// The number of the tile within its level.
    pub number: u64,
    /// How many hashes it holds: `2^height` when it is complete.
    pub width: u32,
}

/// What a tile holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// The records themselves, below the hashes of level 0.
    Data,
    /// Hashes of the given tile level.
    Hashes(u32),
}

/// An error of tile coordinates or contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The text is not the path of a tile, or not its only spelling.
    #[error("malformed tile path {0:?}")]
    Path(String),
    /// The tile cannot hold hashes: a data tile, or coordinates out of range.
    #[error("invalid tile {0}")]
    Invalid(Tile),
    /// The bytes are fewer than the tile's width needs.
    #[error("data len {len} too short for tile {tile}")]
    TooShort {
        /// The tile.
        tile: Tile,
        /// How many bytes there were.
        len: usize,
    },
    /// The hash asked for is in another tile, or beyond the width of this one.
    #[error("index {index} is in {found} not {tile}")]
    NotHere {
        /// The index of the hash.
        index: u64,
        /// The smallest tile that has it.
        found: Tile,
        /// The tile that was searched.
        tile: Tile,
    },
}

/// The greatest height of a tile.
const MAX_HEIGHT: u32 = 30;

/// The directories of a tile number have three digits each, so that none of them gets too full.
const PATH_BASE: u64 = 1000;

impl Tile {
    /// Returns the complete tile at a place.
    pub fn complete(height: u32, level: u32, number: u64) -> Self {
        Self {
            height,
            level: Level::Hashes(level),
            number,
            width: 1 << height,
        }
    }

    /// Returns the narrowest tile of the given height that holds the stored hash with this index.
    pub fn for_index(height: u32, index: u64) -> Self {
        Place::of(height, index).tile
    }

    /// Reads a path such as `tile/8/1/x003/456.p/78`.
    pub fn parse(path: &str) -> Result<Self, TileError> {
        // Whatever this reads must be spelled exactly as it would be written, so number syntax needs no care.
        Self::parse_loosely(path)
            .filter(|tile| tile.to_string() == path)
            .ok_or_else(|| TileError::Path(path.to_owned()))
    }

    fn parse_loosely(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("tile/")?;
        let (height, rest) = rest.split_once('/')?;
        let (level, rest) = rest.split_once('/')?;
        let height = height
            .parse()
            .ok()
            .filter(|height| (1..=MAX_HEIGHT).contains(height))?;
        let level = if level == "data" {
            Level::Data
        } else {
            Level::Hashes(level.parse().ok()?)
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (
                number,
                width
                    .parse()
                    .ok()
                    .filter(|width| (1..1 << height).contains(width))?,
            ),
            None => (rest, 1 << height),
        };
        let number = number.split('/').try_fold(0_u64, |number, digits| {
            let digits = digits
                .strip_prefix('x')
                .unwrap_or(digits)
                .parse()
                .ok()
                .filter(|digits| *digits < PATH_BASE)?;
            number.checked_mul(PATH_BASE)?.checked_add(digits)
        })?;
        // Go's numbers are signed.
        i64::try_from(number).ok()?;
        Some(Self {
            height,
            level,
            number,
            width,
        })
    }

    /// Reports whether the tile holds all the hashes that its height allows.
    pub fn is_complete(&self) -> bool {
        self.width == 1 << self.height
    }

    /// Returns how many bytes the tile has.
    pub fn byte_len(&self) -> usize {
        self.width as usize * HASH_SIZE
    }

    /// Returns the tile at this place as wide as a tree of `size` records makes it; none if the tree does not reach it.
    pub fn in_tree(&self, size: u64) -> Option<Self> {
        let Level::Hashes(level) = self.level else {
            return None;
        };
        let hashes = size
            .checked_shr(level.checked_mul(self.height)?)
            .unwrap_or(0);
        let start = self.number.checked_mul(1 << self.height)?;
        let width = hashes
            .checked_sub(start)
            .filter(|width| *width > 0)?
            .min(1 << self.height);
        Some(Self {
            width: u32::try_from(width).expect("a width is at most 2^30"),
            ..*self
        })
    }

    /// Returns the place of the tile one level up, as a complete tile.
    pub fn parent(&self) -> Option<Self> {
        let Level::Hashes(level) = self.level else {
            return None;
        };
        Some(Self::complete(
            self.height,
            level.checked_add(1)?,
            self.number >> self.height,
        ))
    }

    /// Returns the index of the stored hash that a complete tile adds up to.
    pub fn root_index(&self) -> Option<u64> {
        let Level::Hashes(level) = self.level else {
            return None;
        };
        Some(stored_hash_index(
            self.height.checked_mul(level.checked_add(1)?)?,
            self.number,
        ))
    }
}

impl fmt::Display for Tile {
    /// Writes the path of the tile.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.height)?;
        match self.level {
            Level::Data => f.write_str("data")?,
            Level::Hashes(level) => write!(f, "{level}")?,
        }
        let mut groups = Vec::new();
        let mut rest = self.number;
        while rest >= PATH_BASE {
            groups.push(rest % PATH_BASE);
            rest /= PATH_BASE;
        }
        groups.push(rest);
        for group in groups.iter().skip(1).rev() {
            write!(f, "/x{group:03}")?;
        }
        write!(f, "/{:03}", groups[0])?;
        if self.is_complete() {
            Ok(())
        } else {
            write!(f, ".p/{}", self.width)
        }
    }
}

/// Where in which tile a stored hash is found: it is the hash over `count` neighbouring hashes from `start` on.
struct Place {
    tile: Tile,
    start: usize,
    count: usize,
}

impl Place {
    fn of(height: u32, index: u64) -> Self {
        let (level, number) = split_stored_hash_index(index);
        let within = level % height;
        let per_tile = height - within;
        let in_tile = number & ((1 << per_tile) - 1);
        let tile = Tile {
            height,
            level: Level::Hashes(level / height),
            number: number >> per_tile,
            width: u32::try_from((in_tile + 1) << within).expect("a width is at most 2^30"),
        };
        let start = usize::try_from(in_tile << within).expect("a tile has at most 2^30 hashes");
        Self {
            tile,
            start,
            count: 1 << within,
        }
    }
}

/// Returns the stored hash with the given index out of the data of a tile.
pub fn hash_from_tile(tile: &Tile, data: &[u8], index: u64) -> Result<Hash, TileError> {
    let sound = matches!(tile.level, Level::Hashes(0..64))
        && (1..=MAX_HEIGHT).contains(&tile.height)
        && (1..=1 << tile.height).contains(&tile.width);
    if !sound {
        return Err(TileError::Invalid(*tile));
    }
    if data.len() < tile.byte_len() {
        return Err(TileError::TooShort {
            tile: *tile,
            len: data.len(),
        });
    }
    let place = Place::of(tile.height, index);
    if (place.tile.level, place.tile.number) != (tile.level, tile.number)
        || tile.width < place.tile.width
    {
        return Err(TileError::NotHere {
            index,
            found: place.tile,
            tile: *tile,
        });
    }
    let start = place.start * HASH_SIZE;
    Ok(subtree_hash(&data[start..start + place.count * HASH_SIZE]))
}

/// Returns the hash over the complete subtree whose bottom hashes are given, `2^k` of them.
pub fn subtree_hash(data: &[u8]) -> Hash {
    debug_assert!(
        (data.len() / HASH_SIZE).is_power_of_two() && data.len().is_multiple_of(HASH_SIZE),
        "a complete subtree"
    );
    let mut hashes: Vec<_> = data.chunks_exact(HASH_SIZE).map(to_hash).collect();
    while hashes.len() > 1 {
        for at in 0..hashes.len() / 2 {
            hashes[at] = node_hash(&hashes[2 * at], &hashes[2 * at + 1]);
        }
        hashes.truncate(hashes.len() / 2);
    }
    hashes[0]
}

fn to_hash(bytes: &[u8]) -> Hash {
    Hash(
        bytes
            .try_into()
            .expect("the caller cuts pieces of a hash's size"),
    )
}

/// Returns the tiles of a height that have to be published when a log grows from `old_size` to `new_size` records.
pub fn new_tiles(height: u32, old_size: u64, new_size: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    let mut level = 0;
    loop {
        let at = |size: u64| size.checked_shr(height * level).unwrap_or(0);
        let (old, new) = (at(old_size), at(new_size));
        if new == 0 {
            return tiles;
        }
        if old != new {
            let changed = (old >> height)..new.div_ceil(1 << height);
            tiles.extend(
                changed
                    .filter_map(|number| Tile::complete(height, level, number).in_tree(new_size)),
            );
        }
        level += 1;
    }
}

/// Returns the data of a tile; `read` gives stored hashes.
pub fn read_tile_data<E: From<TlogError> + From<TileError>>(
    tile: &Tile,
    read: impl FnOnce(&[u64]) -> Result<Vec<Hash>, E>,
) -> Result<Vec<u8>, E> {
    let Level::Hashes(level) = tile.level else {
        return Err(TileError::Invalid(*tile).into());
    };
    let start = tile.number << tile.height;
    let indexes: Vec<_> = (start..start + u64::from(tile.width))
        .map(|n| stored_hash_index(tile.height * level, n))
        .collect();
    let hashes = read(&indexes)?;
    if hashes.len() != indexes.len() {
        return Err(TlogError::ReadHashes {
            asked: indexes.len(),
            given: hashes.len(),
        }
        .into());
    }
    Ok(hashes.iter().flat_map(|hash| hash.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tiles_are_as_wide_as_the_tree_makes_them() {
        let width = |level, number, size| {
            Tile::complete(8, level, number)
                .in_tree(size)
                .map(|tile| tile.width)
        };
        assert_eq!(width(0, 3, 906), Some(138));
        assert_eq!(width(0, 2, 906), Some(256));
        assert_eq!(width(0, 4, 906), None);
        assert_eq!(width(1, 0, 906), Some(3));
        assert_eq!(width(2, 0, 906), None);
        assert_eq!(width(63, 0, u64::MAX), None);
        assert_eq!(
            Tile::complete(8, 1, 700).parent(),
            Some(Tile::complete(8, 2, 2))
        );
    }

    #[test]
    fn numbers_beyond_any_tree_are_no_tiles() {
        for path in [
            "tile/8/0/x018/x446/x744/x073/x709/x551/616",
            "tile/8/4294967296/000",
            "tile/8/0/xé/000",
            "tile/30/0/000.p/1073741824",
        ] {
            assert!(Tile::parse(path).is_err(), "{path}");
        }
        let far = Tile {
            height: 30,
            level: Level::Hashes(u32::MAX),
            number: u64::MAX,
            width: 1,
        };
        assert!(
            far.in_tree(u64::MAX).is_none() && far.parent().is_none() && far.root_index().is_none()
        );
        assert!(hash_from_tile(&far, &[0; 32], 0).is_err());
    }

    proptest! {
        #[test]
        fn paths_are_read_as_written(height in 1_u32..=30, level in 0_u32..70, number in 0_u64..1 << 50, width in any::<u32>()) {
            let tile = Tile { height, level: Level::Hashes(level), number, width: width % (1 << height) + 1 };
            prop_assert_eq!(Tile::parse(&tile.to_string()).unwrap(), tile);
            let data = Tile { level: Level::Data, ..tile };
            prop_assert_eq!(Tile::parse(&data.to_string()).unwrap(), data);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "tile/[0-9x./p-]{0,30}|\\PC{0,20}") {
            if let Ok(tile) = Tile::parse(&text) {
                prop_assert_eq!(tile.to_string(), text);
            }
        }
    }
}
