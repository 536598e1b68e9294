//! The proof of one record, small enough to be kept beside every module version.
//!
//! To find a record in the log by tiles takes two complete tiles of 256 hashes each, all of which must be hashed. The way
//! from the record up to a complete subtree of 65,536 records is 16 hashes, and never changes once that subtree is
//! complete. A kept proof is believed as little as a tile: it must lead to a hash of the tree whose head is signed.
//! A file that does not is ignored, and so is a missing one, so all of them can be deleted at any time.

use std::sync::Arc;

use super::record::{self, Record};
use super::tlog::{HASH_SIZE, Hash, node_hash, stored_hash_index};

/// What a file begins with; another form of it would get another number.
const HEADER: &[u8] = b"modsmith.sumdb-proof/1\n";

/// How high a proof leads, at most: to the hashes that tiles of level 2 hold.
const MAX_LEVEL: u32 = 16;

/// How many levels a tile spans: a proof ends where a tile of the next level begins.
const TILE_LEVELS: u32 = 8;

/// A record with the hashes beside its way up the tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Proof {
    pub(super) id: u64,
    pub(super) text: Arc<str>,
    /// The sibling at each level, from the bottom up.
    siblings: Vec<Hash>,
}

impl Proof {
    /// Returns the indexes of the hashes that a proof of record `id` in a tree of `size` records consists of; none if no
    /// complete subtree that is worth it has the record yet.
    pub(super) fn indexes(id: u64, size: u64) -> Vec<u64> {
        let level = [MAX_LEVEL, TILE_LEVELS]
            .into_iter()
            .find(|level| is_complete(id, *level, size));
        (0..level.unwrap_or(0))
            .map(|level| stored_hash_index(level, (id >> level) ^ 1))
            .collect()
    }

    /// Puts a proof together; the hashes are those that [`Proof::indexes`] names.
    pub(super) fn new(id: u64, text: Arc<str>, siblings: Vec<Hash>) -> Self {
        Self { id, text, siblings }
    }

    /// Reads the file of a proof.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let record = Record::parse(bytes.strip_prefix(HEADER)?).ok()?;
        let (hashes, rest) = record.rest.as_chunks::<HASH_SIZE>();
        let levels = u32::try_from(hashes.len()).ok()?;
        if !rest.is_empty() || levels > MAX_LEVEL || !levels.is_multiple_of(TILE_LEVELS) {
            return None;
        }
        let text = std::str::from_utf8(record.text).ok()?.into();
        Some(Self {
            id: u64::try_from(record.id).ok()?,
            text,
            siblings: hashes.iter().copied().map(Hash).collect(),
        })
    }

    /// Writes the file of the proof.
    pub(super) fn to_bytes(&self) -> Option<Vec<u8>> {
        let record =
            record::format_record(i64::try_from(self.id).ok()?, self.text.as_bytes()).ok()?;
        let hashes = self.siblings.iter().flat_map(|hash| hash.0);
        Some(
            [HEADER, &record]
                .concat()
                .into_iter()
                .chain(hashes)
                .collect(),
        )
    }

    /// Returns the index and the hash of the subtree that the proof leads to, if a tree of `size` records has it complete.
    pub(super) fn subtree(&self, size: u64) -> Option<(u64, Hash)> {
        let level = u32::try_from(self.siblings.len()).ok()?;
        if !is_complete(self.id, level, size) {
            return None;
        }
        let mut hash = record::hash(self.text.as_bytes());
        for (level, sibling) in self.siblings.iter().enumerate() {
            let is_right = self.id >> level & 1 == 1;
            hash = if is_right {
                node_hash(sibling, &hash)
            } else {
                node_hash(&hash, sibling)
            };
        }
        Some((stored_hash_index(level, self.id >> level), hash))
    }
}

/// Reports whether the subtree of `2^level` records that has record `id` is complete in a tree of `size` records.
fn is_complete(id: u64, level: u32, size: u64) -> bool {
    id >> level < size >> level
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sumdb::tlog::{self, TlogError};

    /// Returns the stored hashes of a log whose records are their numbers.
    fn log(size: u64) -> Vec<Hash> {
        let mut stored: Vec<Hash> = Vec::new();
        for id in 0..size {
            let read = |indexes: &[u64]| {
                Ok::<_, TlogError>(
                    indexes
                        .iter()
                        .map(|at| stored[usize::try_from(*at).unwrap()])
                        .collect(),
                )
            };
            let added = tlog::stored_hashes(id, text(id).as_bytes(), read).unwrap();
            stored.extend(added);
        }
        stored
    }

    fn text(id: u64) -> String {
        format!("example.com/m v1.{id}.0 h1:x\n")
    }

    #[test]
    fn leads_to_a_stored_hash_and_no_changed_bit_does() {
        let size = 600;
        let stored = log(size);
        let at = |index: u64| stored[usize::try_from(index).unwrap()];
        for id in [0, 1, 255, 256, 300, 511] {
            let siblings: Vec<_> = Proof::indexes(id, size).into_iter().map(at).collect();
            assert_eq!(siblings.len(), 8);
            let bytes = Proof::new(id, text(id).into(), siblings)
                .to_bytes()
                .unwrap();
            let (index, hash) = Proof::parse(&bytes).unwrap().subtree(size).unwrap();
            assert_eq!(hash, at(index));
            for byte in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[byte] ^= 1 << (byte % 8);
                let led = Proof::parse(&changed).and_then(|proof| proof.subtree(size));
                assert!(
                    led.is_none_or(|(index, hash)| hash != at(index)),
                    "byte {byte} of record {id}"
                );
            }
        }
        assert!(
            Proof::indexes(512, size).is_empty(),
            "not in a complete tile yet"
        );
        assert_eq!(Proof::indexes(512, 1 << 16).len(), 16);
    }

    #[test]
    fn needs_a_tree_that_is_large_enough() {
        let proof = Proof::new(300, "a\n".into(), vec![Hash::default(); 8]);
        assert!(proof.subtree(511).is_none() && proof.subtree(512).is_some());
        assert!(Proof::parse(b"modsmith.sumdb-proof/1\n5\na\n\nodd").is_none());
        assert!(Proof::parse(b"modsmith.sumdb-proof/1\n-5\na\n\n").is_none());
        assert!(Proof::parse(b"").is_none());
    }
}
