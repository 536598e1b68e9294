//! Why no build information was found.

use std::io;

use super::build_info::BuildInfoError;

/// Why a file has no build information, in Go's words where Go has some.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no executable, or breaks the rules of its format.
    #[error("unrecognized file format")]
    Unrecognized,
    /// It is an executable, and none that Go made.
    #[error("not a Go executable")]
    NotGo,
    /// An address in it leads nowhere.
    #[error("address not mapped")]
    NotMapped,
    /// The information would be where the file has no bytes.
    #[error("unexpected read from section with uninitialized data")]
    Uninitialized,
    /// The information is larger than that of any build.
    #[error("build information of {size} bytes, more than {limit}")]
    TooLarge {
        /// Its size.
        size: u64,
        /// The largest that is read.
        limit: u64,
    },
    /// The information is there and malformed.
    #[error(transparent)]
    Info(#[from] BuildInfoError),
    /// The file could not be read.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl ReadError {
    /// Reports whether the file simply is not a Go executable, rather than a damaged one.
    pub const fn is_other_file(&self) -> bool {
        matches!(self, Self::Unrecognized | Self::NotGo)
    }
}
