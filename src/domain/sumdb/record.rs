//! Texts of the checksum database: records, tree heads.
//!
//! A lookup answers with a record and the signed tree it is in: the record's number, its lines of go.sum, an empty
//! line, then the note of the tree head. See <https://go.dev/ref/mod#checksum-database>.

use super::tlog;
use super::tlog::Hash;

/// A tree of the log: how many records it has, and its hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Tree {
    /// The number of records.
    pub size: u64,
    /// The hash over all of them.
    pub hash: Hash,
}

/// A record as a lookup serves it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record<'a> {
    /// The number of the record. Go reads any signed number; one below zero is in no tree.
    pub id: i64,
    /// The lines of go.sum.
    pub text: &'a [u8],
    /// What follows the record: the note of a tree head.
    pub rest: &'a [u8],
}

/// An error in the text of a record or of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The text is not a tree head.
    #[error("malformed tree note")]
    Tree,
    /// The text is not a record.
    #[error("malformed record data")]
    Record,
}

/// The first line of a tree head.
const TREE_LINE: &str = "go.sum database tree";

/// A longer tree head is refused.
const MAX_TREE_LEN: usize = 1_000_000;

impl Tree {
    /// The tree without records.
    pub const EMPTY: Self = Self {
        size: 0,
        hash: Hash::EMPTY_TREE,
    };

    /// Writes the text to be signed.
    pub fn format(&self) -> String {
        format!("{TREE_LINE}\n{}\n{}\n", self.size, self.hash)
    }

    /// Reads the text of a tree head; lines after the third are for later versions and ignored.
    pub fn parse(text: &[u8]) -> Result<Self, RecordError> {
        Self::parse_lines(text).ok_or(RecordError::Tree)
    }

    fn parse_lines(text: &[u8]) -> Option<Self> {
        if text.len() > MAX_TREE_LEN {
            return None;
        }
        let mut lines = text
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\n"));
        let mut line = || {
            lines
                .next()
                .flatten()
                .and_then(|line| std::str::from_utf8(line).ok())
        };
        if line()? != TREE_LINE {
            return None;
        }
        let number = line()?;
        // No sign and no leading zeros: a tree has one spelling, as the signature is over the text.
        let size = number
            .parse::<i64>()
            .ok()
            .filter(|size| size.to_string() == number)?;
        let hash = Hash::parse(line()?).ok()?;
        Some(Self {
            size: u64::try_from(size).ok()?,
            hash,
        })
    }
}

impl<'a> Record<'a> {
    /// Reads the record at the start of a message.
    pub fn parse(message: &'a [u8]) -> Result<Self, RecordError> {
        let id_end = memchr::memchr(b'\n', message).ok_or(RecordError::Record)?;
        let id = std::str::from_utf8(&message[..id_end])
            .ok()
            .and_then(|id| id.parse().ok())
            .ok_or(RecordError::Record)?;
        let message = &message[id_end + 1..];
        let text_end = memchr::memmem::find(message, b"\n\n").ok_or(RecordError::Record)? + 1;
        let (text, rest) = (&message[..text_end], &message[text_end + 1..]);
        if is_record_text(text) {
            Ok(Self { id, text, rest })
        } else {
            Err(RecordError::Record)
        }
    }
}

/// Writes a record as a lookup serves it, without the note that follows.
pub fn format_record(id: i64, text: &[u8]) -> Result<Vec<u8>, RecordError> {
    if !is_record_text(text) {
        return Err(RecordError::Record);
    }
    Ok([format!("{id}\n").as_bytes(), text, b"\n"].concat())
}

/// Reports whether a text may be a record: UTF-8 lines, none of them empty, without other control characters.
fn is_record_text(text: &[u8]) -> bool {
    text.ends_with(b"\n")
        && memchr::memmem::find(text, b"\n\n").is_none()
        && super::note::is_plain_text(text)
}

/// Returns the hash of a record's text in the log.
pub fn hash(text: &[u8]) -> Hash {
    tlog::record_hash(text)
}
