//! The evidence that a checksum database has shown different histories: two signed tree heads that contradict each other.

use std::fmt;
use std::sync::Arc;

use super::record::Tree;
use super::tlog::Hash;

/// A tree head whose signature was verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The tree.
    pub tree: Tree,
    /// The signed note, byte for byte; empty for the tree without records, which needs no signature.
    pub note: Arc<[u8]>,
}

/// Two signed tree heads of which the newer one does not begin with the older one.
///
/// Written out it is the report of the go command, which proves the misbehaviour to anybody who has the database's key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct Fork {
    /// The tree head with fewer records, or as many.
    pub older: Head,
    /// The tree head with more records.
    pub newer: Head,
    /// The hash that the newer tree gives for as many records as the older one has.
    pub found: Hash,
    /// The proof that `found` belongs to the newer tree.
    pub proof: Vec<Hash>,
}

impl Head {
    /// The head of the tree without records.
    pub(super) fn empty() -> Self {
        Self {
            tree: Tree::EMPTY,
            note: Arc::from([]),
        }
    }
}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indented = |note: &[u8]| String::from_utf8_lossy(note).replace('\n', "\n\t");
        f.write_str("SECURITY ERROR\ngo.sum database server misbehavior detected!\n\n")?;
        writeln!(f, "old database:\n\t{}", indented(&self.older.note))?;
        writeln!(f, "new database:\n\t{}", indented(&self.newer.note))?;
        write!(f, "proof of misbehavior:\n\t{}", self.found)?;
        self.proof
            .iter()
            .try_for_each(|hash| write!(f, "\n\t{hash}"))
    }
}
