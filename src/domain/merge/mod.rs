//! Merging of go.mod, go.work, go.sum and go.work.sum by what they say, as a merge driver for git does it.
//!
//! Three files come in: what both sides began with, and what became of it on either side. What only one side changed is
//! taken from that side. What both changed is decided where the rules of modules decide it: of two versions the higher
//! one counts, as minimal version selection says. All else is a conflict, and the lines in question are marked as git
//! marks them. See <https://go.dev/ref/mod#minimal-version-selection>.

mod apply;
pub mod attributes;
mod decide;
mod entries;
mod error;
mod mark;
mod sums;

use std::ops::Range;

use crate::domain::gosum::marker_of_conflict;
use crate::domain::modfile::{GoMod, GoWork};
use apply::File;
use decide::{Outcome, decide};
use entries::Entries;

pub use entries::Key;
pub use error::{MergeError, Side};

/// Which rules apply to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// go.mod, and what stands in for it with `-modfile`.
    GoMod,
    /// go.work.
    GoWork,
    /// go.sum and go.work.sum.
    GoSum,
}

/// The three files.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// The common ancestor; empty where there is none.
    pub base: &'a [u8],
    /// The side that is merged into.
    pub ours: &'a [u8],
    /// The side that is merged.
    pub theirs: &'a [u8],
}

/// What came of a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The file; with marks around what is not decided.
    pub text: Vec<u8>,
    /// What is not decided.
    pub conflicts: Vec<Conflict>,
    /// What was decided though both sides changed it, and what was left behind.
    pub notes: Vec<Note>,
}

/// Something that the rules of modules do not decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What it is: a directive with its subject, or a module version of go.sum.
    pub subject: String,
    /// Why it is not decided.
    pub reason: Reason,
    /// What our side says; nothing where it says nothing.
    pub ours: Option<String>,
    /// What their side says.
    pub theirs: Option<String>,
}

/// Why something is not decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Both sides changed it, each in another way.
    BothChanged,
    /// The version that would count is excluded by the other side.
    Excluded,
    /// The sides know different hashes of the same bytes.
    Hashes,
}

/// Something a reader of the result may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Both sides changed a version; the higher one was taken.
    Higher {
        /// What it is about.
        subject: String,
        /// The version that counts.
        taken: String,
        /// The other one.
        left: String,
    },
    /// One side removed a requirement that the other one changed; it was kept.
    KeptChanged {
        /// What it is about.
        subject: String,
        /// What was kept.
        kept: String,
    },
    /// One side changed the hash of a module version that the other one left alone; it was taken.
    HashChanged {
        /// The module version.
        subject: String,
    },
    /// A comment of their side found no place.
    CommentLeft {
        /// The comment.
        text: String,
    },
}

impl FileKind {
    /// Tells the kind of a file by its name.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        match name.rsplit_once('.')?.1 {
            "mod" => Some(Self::GoMod),
            "work" => Some(Self::GoWork),
            "sum" => Some(Self::GoSum),
            _ => None,
        }
    }
}

/// Merges three files; `name` is what the file is called in messages, `width` how long marks are.
pub fn merge(
    kind: FileKind,
    name: &str,
    sides: &Sides<'_>,
    width: usize,
) -> Result<Merged, MergeError> {
    for (side, text) in [
        (Side::Base, sides.base),
        (Side::Ours, sides.ours),
        (Side::Theirs, sides.theirs),
    ] {
        no_marks(name, side, text)?;
    }
    if let Some(text) = one_sided(sides) {
        let notes = match kind {
            FileKind::GoSum => sums::changed_hashes(sides),
            FileKind::GoMod | FileKind::GoWork => Vec::new(),
        };
        return Ok(Merged {
            text: text.to_vec(),
            conflicts: Vec::new(),
            notes,
        });
    }
    match kind {
        FileKind::GoMod => merge_files::<GoMod>(name, sides, width),
        FileKind::GoWork => merge_files::<GoWork>(name, sides, width),
        FileKind::GoSum => sums::merge(name, sides, width),
    }
}

/// Returns the result where only one side changed the file, or both in the same way.
fn one_sided<'a>(sides: &Sides<'a>) -> Option<&'a [u8]> {
    if sides.theirs == sides.base || sides.theirs == sides.ours {
        Some(sides.ours)
    } else if sides.ours == sides.base {
        Some(sides.theirs)
    } else {
        None
    }
}

fn merge_files<F: File>(name: &str, sides: &Sides<'_>, width: usize) -> Result<Merged, MergeError> {
    let parse = |side: Side, text: &[u8]| {
        F::parse_text(name, text).map_err(|source| MergeError::Mod { side, source })
    };
    let base = parse(Side::Base, sides.base)?;
    let ours = parse(Side::Ours, sides.ours)?;
    let theirs = parse(Side::Theirs, sides.theirs)?;
    let (base, of_ours, of_theirs) = (base.entries(), ours.entries(), theirs.entries());
    let mut decided = decide(&base, &of_ours, &of_theirs);
    let mut merged = ours;
    if decided.changes(&of_ours) {
        merged.set(&decided)?;
        // Read again: an edit does not list every line that it adds.
        merged = parse(Side::Result, &merged.format_text())?;
    }
    apply::comments(&mut merged, &theirs, &base, &of_ours, &of_theirs);
    let text = merged.format_text();
    let result = F::parse_text(name, &text).map_err(|source| MergeError::Mod {
        side: Side::Result,
        source,
    })?;
    check(&decided, &result.entries())?;
    apply::note_comments(&mut decided.notes, sides, &text);
    let text = mark::mark(&text, &result, &decided, &of_theirs, width);
    Ok(Merged {
        text,
        conflicts: decided.conflicts(&of_ours, &of_theirs),
        notes: decided.notes,
    })
}

/// Proves that the result says what was decided, and nothing else.
fn check(decided: &decide::Decided, result: &Entries) -> Result<(), MergeError> {
    for (key, outcome) in &decided.outcomes {
        let wanted = match outcome {
            Outcome::Keep(content) => Some(content),
            Outcome::Drop => None,
            Outcome::Conflict { carrier, .. } => Some(carrier),
        };
        if result.get(key).map(|entry| &entry.content) != wanted {
            return Err(MergeError::Lost { key: key.clone() });
        }
    }
    match result
        .keys()
        .find(|key| !decided.outcomes.contains_key(*key))
    {
        Some(key) => Err(MergeError::Lost { key: key.clone() }),
        None => Ok(()),
    }
}

/// Refuses a file that holds the marks of an unfinished merge.
fn no_marks(name: &str, side: Side, text: &[u8]) -> Result<(), MergeError> {
    for (line, number) in text.split(|&byte| byte == b'\n').zip(1..) {
        let line = String::from_utf8_lossy(line);
        if let Some(marker) = marker_of_conflict(&line) {
            return Err(MergeError::Marks {
                file: name.to_owned(),
                side,
                line: number,
                marker,
            });
        }
    }
    Ok(())
}

/// Returns the marks that git puts around a conflict: begin, middle, end.
fn marks(width: usize) -> [String; 3] {
    let repeat = |mark: &str| mark.repeat(width.clamp(1, MAX_MARK));
    [
        format!("{} ours", repeat("<")),
        repeat("="),
        format!("{} theirs", repeat(">")),
    ]
}

/// The longest mark.
const MAX_MARK: usize = 200;

/// The lines of a text, with their ends.
fn line_ranges(text: &[u8]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text) {
        ranges.push(start..end + 1);
        start = end + 1;
    }
    if start < text.len() {
        ranges.push(start..text.len());
    }
    ranges
}
