//! Why a file cannot be merged by what it says.

use std::fmt;

use super::entries::Key;
use crate::domain::gosum::GoSumError;
use crate::domain::modfile::{EditError, ParseErrors};

/// One of the files of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The common ancestor.
    Base,
    /// What is merged into.
    Ours,
    /// What is merged.
    Theirs,
    /// What came out.
    Result,
}

/// Why a file cannot be merged by what it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// An earlier merge was not finished.
    #[error("{side} {file} holds `{marker}` in line {line}: an earlier merge was not finished")]
    Marks {
        /// The file.
        file: String,
        /// Whose it is.
        side: Side,
        /// The line, counted from one.
        line: usize,
        /// The mark.
        marker: &'static str,
    },
    /// A go.mod or go.work cannot be parsed.
    #[error("{side} is no valid file:\n{source}")]
    Mod {
        /// Whose it is.
        side: Side,
        /// What is wrong with it.
        source: ParseErrors,
    },
    /// A go.sum cannot be parsed.
    #[error("{side} is no valid file:\n{source}")]
    Sum {
        /// Whose it is.
        side: Side,
        /// What is wrong with it.
        source: GoSumError,
    },
    /// A line cannot be written.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The result does not say what was decided: the file repeats or contradicts itself.
    #[error("the result would not say of `{key}` what was decided")]
    Lost {
        /// What it is about.
        key: Key,
    },
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base => "the common ancestor",
            Self::Ours => "our side",
            Self::Theirs => "their side",
            Self::Result => "the result",
        })
    }
}
