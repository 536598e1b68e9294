//! The transparency log: record and node hashes, inclusion and consistency proofs.
//!
//! The log is the Merkle tree of RFC 6962: a leaf is `SHA-256(0x00 ‖ record)`, an inner node `SHA-256(0x01 ‖ left ‖
//! right)`, and a tree of `n` records is split at the largest power of two below `n`. Hashes of complete subtrees never
//! change again once they exist; they are numbered in the order in which they come into being (a leaf, then every
//! subtree that it completes), and that number is the *stored hash index*.
//! See <https://go.dev/ref/mod#checksum-database> and <https://research.swtch.com/tlog>.

use std::fmt;

use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};

use super::base64;
use crate::domain::checksum::lanes::START;

/// The number of bytes of a [`struct@Hash`].
pub const HASH_SIZE: usize = 32;

/// The hash of a record, of a subtree, or of the whole tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; HASH_SIZE]);

/// An error of the log's arithmetic or of a proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogError {
    /// A record number or a tree size lies outside the tree.
    #[error("tlog: invalid inputs in {function}")]
    InvalidInputs {
        /// The operation that was asked for, by the name it has in Go's library.
        function: &'static str,
    },
    /// The proof does not lead to the expected hash.
    #[error("invalid transparency proof")]
    ProofFailed,
    /// The text is not the base64 form of a hash.
    #[error("malformed hash")]
    MalformedHash,
    /// A reader of hashes gave back another number of them than it was asked for.
    #[error("tlog: ReadHashes({asked} indexes) = {given} hashes")]
    ReadHashes {
        /// How many hashes were asked for.
        asked: usize,
        /// How many came.
        given: usize,
    },
}

impl Hash {
    /// The hash of a tree without records.
    pub const EMPTY_TREE: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// Reads the base64 form.
    pub fn parse(text: &str) -> Result<Self, TlogError> {
        base64::decode(text)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(TlogError::MalformedHash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64::encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// Returns the hash of a record with the given contents.
pub fn record_hash(data: &[u8]) -> Hash {
    let mut sha = Sha256::new();
    sha.update([0x00]);
    sha.update(data);
    Hash(sha.finalize().into())
}

/// Returns the hash of the node above two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    // The input is always 65 bytes, so its two padded blocks are laid out here: checking a log hashes little else, and
    // this takes a third less time than the general interface.
    const INPUT_BITS: u16 = 8 * 65;
    let mut blocks = [[0; 64]; 2];
    blocks[0][0] = 0x01;
    blocks[0][1..=HASH_SIZE].copy_from_slice(&left.0);
    blocks[0][1 + HASH_SIZE..].copy_from_slice(&right.0[..HASH_SIZE - 1]);
    blocks[1][0] = right.0[HASH_SIZE - 1];
    blocks[1][1] = 0x80;
    blocks[1][62..].copy_from_slice(&INPUT_BITS.to_be_bytes());
    let mut state = START;
    compress256(&mut state, &blocks);
    let mut hash = [0; HASH_SIZE];
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    Hash(hash)
}

/// Returns the index of the hash of the `n`-th complete subtree of `2^level` records.
pub fn stored_hash_index(level: u32, n: u64) -> u64 {
    // The subtree comes into being with its last record. Before record r stand r leaves and one hash for each pair,
    // group of four, … that is complete: r + r/2 + r/4 + …, and the subtree's own level counts those that record r
    // itself completes on the way up.
    let mut last = n;
    for _ in 0..level {
        last = last.wrapping_mul(2).wrapping_add(1);
    }
    let mut index = u64::from(level);
    while last > 0 {
        index = index.wrapping_add(last);
        last >>= 1;
    }
    index
}

/// Returns the level and the number at that level of a stored hash.
pub fn split_stored_hash_index(index: u64) -> (u32, u64) {
    // Record r starts at an index between r and 2r, so half the index is a start from below.
    let mut record = index / 2;
    let mut start = stored_hash_index(0, record);
    loop {
        match start.checked_add(1 + u64::from((record + 1).trailing_zeros())) {
            Some(next) if next <= index => start = next,
            _ => break,
        }
        record += 1;
    }
    let level = u32::try_from(index - start).expect("a record completes at most 64 subtrees");
    (level, record >> level)
}

/// Returns how many hashes are stored for a log of `n` records.
pub fn stored_hash_count(n: u64) -> u64 {
    // Record n would be written at this place.
    stored_hash_index(0, n)
}

/// Returns the hashes to store when record `n` with the given contents is appended; `read` gives hashes stored before.
pub fn stored_hashes<E: From<TlogError>>(
    n: u64,
    data: &[u8],
    read: impl FnOnce(&[u64]) -> Result<Vec<Hash>, E>,
) -> Result<Vec<Hash>, E> {
    let completed = (n + 1).trailing_zeros();
    let lefts: Vec<_> = (0..completed)
        .map(|level| stored_hash_index(level, (n >> level) - 1))
        .collect();
    let mut hash = record_hash(data);
    let mut hashes = vec![hash];
    for left in read_all(&lefts, read)? {
        hash = node_hash(&left, &hash);
        hashes.push(hash);
    }
    Ok(hashes)
}

/// Returns the indexes of the hashes that [`tree_hash_of`] puts together to the hash of a tree of `n` records.
pub fn tree_hash_indexes(n: u64) -> Vec<u64> {
    let mut indexes = Vec::new();
    push_range(Range { start: 0, end: n }, &mut indexes);
    indexes
}

/// Returns the hash of a tree from the hashes of its complete parts, from left to right.
pub fn tree_hash_of(parts: &[Hash]) -> Hash {
    parts
        .iter()
        .rev()
        .copied()
        .reduce(|right, left| node_hash(&left, &right))
        .unwrap_or(Hash::EMPTY_TREE)
}

/// Returns the hash of the tree of the first `n` records; `read` gives stored hashes.
pub fn tree_hash<E: From<TlogError>>(
    n: u64,
    read: impl FnOnce(&[u64]) -> Result<Vec<Hash>, E>,
) -> Result<Hash, E> {
    Ok(tree_hash_of(&read_all(&tree_hash_indexes(n), read)?))
}

/// Returns the proof that record `n` is in the tree of `size` records.
pub fn prove_record<E: From<TlogError>>(
    size: u64,
    n: u64,
    read: impl FnOnce(&[u64]) -> Result<Vec<Hash>, E>,
) -> Result<Vec<Hash>, E> {
    if n >= size {
        return Err(TlogError::InvalidInputs {
            function: "ProveRecord",
        }
        .into());
    }
    let steps = path_to(
        Range {
            start: 0,
            end: size,
        },
        Range {
            start: n,
            end: n + 1,
        },
    );
    read_ranges(steps.iter().rev().map(|step| step.sibling), read)
}

/// Checks that `proof` shows that the record with `hash` is number `n` of the tree of `size` records with `tree_hash`.
pub fn check_record(
    proof: &[Hash],
    size: u64,
    tree_hash: &Hash,
    n: u64,
    hash: &Hash,
) -> Result<(), TlogError> {
    if n >= size {
        return Err(TlogError::InvalidInputs {
            function: "CheckRecord",
        });
    }
    let steps = path_to(
        Range {
            start: 0,
            end: size,
        },
        Range {
            start: n,
            end: n + 1,
        },
    );
    if proof.len() != steps.len() {
        return Err(TlogError::ProofFailed);
    }
    let root = steps
        .iter()
        .rev()
        .zip(proof)
        .fold(*hash, |hash, (step, sibling)| step.join(&hash, sibling));
    if root == *tree_hash {
        Ok(())
    } else {
        Err(TlogError::ProofFailed)
    }
}

/// Returns the proof that the tree of the first `n` records is the beginning of the tree of `size` records.
pub fn prove_tree<E: From<TlogError>>(
    size: u64,
    n: u64,
    read: impl FnOnce(&[u64]) -> Result<Vec<Hash>, E>,
) -> Result<Vec<Hash>, E> {
    if n < 1 || n > size {
        return Err(TlogError::InvalidInputs {
            function: "ProveTree",
        }
        .into());
    }
    let (steps, last) = path_to_prefix(size, n);
    read_ranges(
        last.into_iter()
            .chain(steps.iter().rev().map(|step| step.sibling)),
        read,
    )
}

/// Checks that `proof` shows that the tree of `n` records with `hash` is the beginning of the tree of `size` records with `tree_hash`.
pub fn check_tree(
    proof: &[Hash],
    size: u64,
    tree_hash: &Hash,
    n: u64,
    hash: &Hash,
) -> Result<(), TlogError> {
    if n < 1 || n > size {
        return Err(TlogError::InvalidInputs {
            function: "CheckTree",
        });
    }
    let (steps, last) = path_to_prefix(size, n);
    let (start, rest) = match (last, proof) {
        (None, rest) => (*hash, rest),
        (Some(_), [first, rest @ ..]) => (*first, rest),
        (Some(_), []) => return Err(TlogError::ProofFailed),
    };
    if rest.len() != steps.len() {
        return Err(TlogError::ProofFailed);
    }
    let (mut old, mut new) = (start, start);
    for (step, sibling) in steps.iter().rev().zip(rest) {
        // What lies to the right of the old tree's last part came later: it is in the new tree alone.
        if step.side == Side::Left {
            old = step.join(&old, sibling);
        }
        new = step.join(&new, sibling);
    }
    if old == *hash && new == *tree_hash {
        Ok(())
    } else {
        Err(TlogError::ProofFailed)
    }
}

/// Records `start..end` of the log, as they hang below one node of a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Range {
    start: u64,
    end: u64,
}

impl Range {
    /// Returns the first record of the right part: the tree is split at the largest power of two below its size.
    fn split(self) -> u64 {
        let size = self.end - self.start;
        self.start + (1 << (size - 1).ilog2())
    }
}

/// The side of its parent on which a sibling hangs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Left,
    Right,
}

/// One step down from the root: the part that is left aside.
#[derive(Clone, Copy, Debug)]
struct DownStep {
    sibling: Range,
    side: Side,
}

impl DownStep {
    /// Returns the hash above `below` and its sibling.
    fn join(&self, below: &Hash, sibling: &Hash) -> Hash {
        match self.side {
            Side::Left => node_hash(sibling, below),
            Side::Right => node_hash(below, sibling),
        }
    }
}

/// Returns the steps from a node over `within` down to the node that holds `target` and ends where it ends.
fn path_to(within: Range, target: Range) -> Vec<DownStep> {
    let mut steps = Vec::new();
    let mut at = within;
    // A record is found when it stands alone, a beginning of the log when the node ends with it.
    while at.end != target.end || (target.start > 0 && at.start != target.start) {
        let middle = at.split();
        if target.end <= middle {
            steps.push(DownStep {
                sibling: Range {
                    start: middle,
                    end: at.end,
                },
                side: Side::Right,
            });
            at.end = middle;
        } else {
            steps.push(DownStep {
                sibling: Range {
                    start: at.start,
                    end: middle,
                },
                side: Side::Left,
            });
            at.start = middle;
        }
    }
    steps
}

/// Returns the steps from the root of a tree of `size` records to the node that ends with record `n - 1` and is
/// highest; and that node's range, unless it is the whole old tree.
fn path_to_prefix(size: u64, n: u64) -> (Vec<DownStep>, Option<Range>) {
    let steps = path_to(
        Range {
            start: 0,
            end: size,
        },
        Range { start: 0, end: n },
    );
    let start = steps
        .iter()
        .filter(|step| step.side == Side::Left)
        .map(|step| step.sibling.end)
        .max();
    (steps, start.map(|start| Range { start, end: n }))
}

/// Appends the indexes of the complete subtrees that make up a range, from left to right.
fn push_range(range: Range, indexes: &mut Vec<u64>) {
    let mut start = range.start;
    while start < range.end {
        let level = (range.end - start).ilog2();
        indexes.push(stored_hash_index(level, start >> level));
        start += 1 << level;
    }
}

/// Reads the hashes of some ranges, each put together from its complete subtrees.
fn read_ranges<E: From<TlogError>>(
    ranges: impl Iterator<Item = Range>,
    read: impl FnOnce(&[u64]) -> Result<Vec<Hash>, E>,
) -> Result<Vec<Hash>, E> {
    let mut indexes = Vec::new();
    let mut ends = Vec::new();
    for range in ranges {
        push_range(range, &mut indexes);
        ends.push(indexes.len());
    }
    let hashes = read_all(&indexes, read)?;
    let mut start = 0;
    Ok(ends
        .into_iter()
        .map(|end| {
            let hash = tree_hash_of(&hashes[start..end]);
            start = end;
            hash
        })
        .collect())
}

/// Reads stored hashes; nothing is asked of the reader when there is nothing to read.
fn read_all<E: From<TlogError>>(
    indexes: &[u64],
    read: impl FnOnce(&[u64]) -> Result<Vec<Hash>, E>,
) -> Result<Vec<Hash>, E> {
    if indexes.is_empty() {
        return Ok(Vec::new());
    }
    let hashes = read(indexes)?;
    if hashes.len() == indexes.len() {
        Ok(hashes)
    } else {
        Err(TlogError::ReadHashes {
            asked: indexes.len(),
            given: hashes.len(),
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The stored hashes of a log whose records are their numbers.
    fn log(size: u64) -> Vec<Hash> {
        let mut stored: Vec<Hash> = Vec::new();
        for n in 0..size {
            let added =
                stored_hashes(n, &n.to_le_bytes(), |indexes| read(&stored, indexes)).unwrap();
            stored.extend(added);
        }
        stored
    }

    #[expect(clippy::unnecessary_wraps, reason = "the signature that readers have")]
    fn read(stored: &[Hash], indexes: &[u64]) -> Result<Vec<Hash>, TlogError> {
        Ok(indexes
            .iter()
            .map(|index| stored[usize::try_from(*index).unwrap()])
            .collect())
    }

    fn flip(hash: &Hash, bit: usize) -> Hash {
        let mut flipped = *hash;
        flipped.0[bit / 8 % HASH_SIZE] ^= 1 << (bit % 8);
        flipped
    }

    /// The tree hash as RFC 6962 defines it.
    fn defined_hash(records: std::ops::Range<u64>) -> Hash {
        match records.end - records.start {
            0 => Hash::EMPTY_TREE,
            1 => record_hash(&records.start.to_le_bytes()),
            size => {
                let middle = records.start + (1 << (size - 1).ilog2());
                node_hash(
                    &defined_hash(records.start..middle),
                    &defined_hash(middle..records.end),
                )
            }
        }
    }

    #[test]
    fn node_hash_is_sha256_with_a_prefix() {
        let (left, right) = (record_hash(b"left"), record_hash(b"right"));
        let expect = Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize();
        assert_eq!(node_hash(&left, &right).0.as_slice(), expect.as_slice());
    }

    #[test]
    fn extreme_indexes_do_no_harm() {
        for index in [0, 1, u64::MAX / 2, u64::MAX - 1, u64::MAX] {
            let (level, n) = split_stored_hash_index(index);
            assert!(level <= 64 && n <= index);
        }
        assert!(
            check_record(
                &[],
                u64::MAX,
                &Hash::EMPTY_TREE,
                u64::MAX - 1,
                &Hash::EMPTY_TREE
            )
            .is_err()
        );
        assert!(check_tree(&[], u64::MAX, &Hash::EMPTY_TREE, 1, &Hash::EMPTY_TREE).is_err());
    }

    proptest! {
        #[test]
        fn tree_hash_is_the_defined_one(size in 0_u64..400) {
            let stored = log(size);
            prop_assert_eq!(stored.len() as u64, stored_hash_count(size));
            prop_assert_eq!(tree_hash(size, |indexes| read(&stored, indexes)).unwrap(), defined_hash(0..size));
        }

        #[test]
        fn indexes_split_as_they_were_made(level in 0_u32..20, n in 0_u64..1 << 40) {
            prop_assert_eq!(split_stored_hash_index(stored_hash_index(level, n)), (level, n));
        }

        #[test]
        fn a_record_proof_holds_and_any_flipped_bit_breaks_it(size in 1_u64..300, n in any::<u64>(), bit in any::<usize>()) {
            let (stored, n) = (log(size), n % size);
            let root = defined_hash(0..size);
            let leaf = record_hash(&n.to_le_bytes());
            let mut proof = prove_record(size, n, |indexes| read(&stored, indexes)).unwrap();
            prop_assert_eq!(check_record(&proof, size, &root, n, &leaf), Ok(()));
            prop_assert!(check_record(&proof, size, &flip(&root, bit), n, &leaf).is_err());
            prop_assert!(check_record(&proof, size, &root, n, &flip(&leaf, bit)).is_err());
            if let Some(at) = (bit / 256).checked_rem(proof.len()) {
                proof[at] = flip(&proof[at], bit);
                prop_assert!(check_record(&proof, size, &root, n, &leaf).is_err());
            }
            proof.push(leaf);
            prop_assert!(check_record(&proof, size, &root, n, &leaf).is_err());
        }

        #[test]
        fn a_tree_proof_holds_and_any_flipped_bit_breaks_it(size in 1_u64..300, n in any::<u64>(), bit in any::<usize>()) {
            let (stored, n) = (log(size), n % size + 1);
            let (root, old) = (defined_hash(0..size), defined_hash(0..n));
            let mut proof = prove_tree(size, n, |indexes| read(&stored, indexes)).unwrap();
            prop_assert_eq!(check_tree(&proof, size, &root, n, &old), Ok(()));
            prop_assert!(check_tree(&proof, size, &flip(&root, bit), n, &old).is_err());
            prop_assert!(check_tree(&proof, size, &root, n, &flip(&old, bit)).is_err());
            if let Some(at) = (bit / 256).checked_rem(proof.len()) {
                proof[at] = flip(&proof[at], bit);
                prop_assert!(check_tree(&proof, size, &root, n, &old).is_err());
            }
        }
    }
}
