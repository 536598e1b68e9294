//! What can be wrong with a zip, an entry of it, or a file that is to go into one: in Go's words where Go has any.

use std::fmt::{self, Write as _};
use std::io;
use std::sync::Arc;

use thiserror::Error;

use super::rules::{CheckFailure, MAX_GO_MOD, MAX_LICENSE, SizeError};
use crate::domain::checksum::dirhash::DirHashError;
use crate::domain::module::path::{CheckError, PathError};
use crate::domain::text::quote::Quoted;

/// Why a zip cannot be read or made.
#[derive(Debug, Error)]
pub enum ZipError {
    /// This is no zip, or its directory contradicts itself.
    #[error("zip: not a valid zip file")]
    Format,
    /// The file ends within the directory.
    #[error("unexpected EOF")]
    UnexpectedEof,
    /// The directory alone is larger than the limit of modsmith.
    #[error("zip: directory of entries is too large ({size} bytes; limit is {limit} bytes)")]
    DirectoryTooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// The zip could not be read.
    #[error("{0}")]
    Read(#[source] io::Error),
    /// An entry cannot be read.
    #[error("{}: {fault}", String::from_utf8_lossy(name))]
    Entry {
        /// The name of the entry.
        name: Vec<u8>,
        /// What is wrong.
        fault: EntryFault,
    },
    /// The version is not written as modules have it.
    #[error(
        "version {} is not canonical (should be {})",
        Quoted(version),
        Quoted(canonical)
    )]
    NotCanonical {
        /// The version.
        version: String,
        /// How it should be written; empty where it is no version at all.
        canonical: String,
    },
    /// The module path or version is invalid.
    #[error(transparent)]
    Module(#[from] CheckError),
    /// There is too much of it.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// The list of names has no hash.
    #[error(transparent)]
    Hash(#[from] DirHashError),
}

/// Why there is no zip of a list of files.
#[derive(Debug, Error)]
pub enum CreateError {
    /// The module path or version is invalid.
    #[error(transparent)]
    Module(#[from] ZipError),
    /// The files are none of a module.
    #[error(transparent)]
    Files(#[from] CheckFailure),
    /// A file has more bytes than it had when it was listed.
    #[error("file {} is larger than declared size", QuotedBytes(path))]
    Larger {
        /// The file.
        path: Vec<u8>,
    },
    /// A file cannot be read.
    #[error("{}: {source}", String::from_utf8_lossy(path))]
    Read {
        /// The file.
        path: Vec<u8>,
        /// Why.
        source: io::Error,
    },
    /// The zip cannot be written.
    #[error("{0}")]
    Write(#[source] io::Error),
}

/// What is wrong with the contents of an entry.
#[derive(Debug, Error)]
pub enum EntryFault {
    /// The header before the contents is none, or there is more than the entry declares.
    #[error("zip: not a valid zip file")]
    Format,
    /// The entry is neither stored nor deflated.
    #[error("zip: unsupported compression algorithm")]
    Algorithm {
        /// The number of the method.
        method: u16,
    },
    /// The checksum is not that of the contents.
    #[error("zip: checksum error")]
    Checksum,
    /// There is less than the entry declares.
    #[error("unexpected EOF")]
    UnexpectedEof,
    /// The compressed contents make no sense.
    #[error("flate: corrupt input")]
    Corrupt,
    /// The entry is larger than what is asked for may be.
    #[error("file is too large ({size} bytes; limit is {limit} bytes)")]
    TooLarge {
        /// The declared size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// The zip could not be read.
    #[error("{0}")]
    Read(#[source] io::Error),
}

/// Why a file cannot be, or is not, part of a module.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileFault {
    /// The path has elements that lead nowhere, such as `.` or `..`.
    #[error("file path is not clean")]
    NotClean,
    /// The path starts with a slash.
    #[error("file path is not relative")]
    NotRelative,
    /// The path breaks the rules for paths of files.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The path is not UTF-8.
    #[error("malformed file path {}: invalid UTF-8", QuotedBytes(path))]
    NotUtf8 {
        /// The path.
        path: Vec<u8>,
    },
    /// A `go.mod` in capitals.
    #[error("go.mod files must have lowercase names")]
    GoModCase,
    /// A go.mod in a zip, but not at its root.
    #[error("go.mod file not in module root directory")]
    GoModNotInRoot,
    /// The go.mod is larger than [`MAX_GO_MOD`].
    #[error("go.mod file too large (max size is {MAX_GO_MOD} bytes)")]
    GoModSize,
    /// The LICENSE is larger than [`MAX_LICENSE`].
    #[error("LICENSE file too large (max size is {MAX_LICENSE} bytes)")]
    LicenseSize,
    /// The name in the zip is not that of a file in this module version.
    #[error("path does not have prefix {}", Quoted(prefix))]
    Prefix {
        /// What the name must begin with.
        prefix: Arc<str>,
    },
    /// Two names differ in case only.
    #[error(
        "case-insensitive file name collision: {} and {}",
        QuotedBytes(other),
        QuotedBytes(path)
    )]
    Collision {
        /// The one that came first.
        other: Vec<u8>,
        /// The other one.
        path: Vec<u8>,
    },
    /// One name stands for a file and a directory.
    #[error("entry {} is both a file and a directory", QuotedBytes(path))]
    FileAndDir {
        /// The name.
        path: Vec<u8>,
    },
    /// Two files have the same name.
    #[error("multiple entries for file {}", QuotedBytes(path))]
    Duplicate {
        /// The name.
        path: Vec<u8>,
    },
    /// There are more files and directories than modsmith keeps in memory.
    #[error("one of more than {limit} files and directories")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// The directory is the store of a version control system.
    #[error("directory is a version control repository")]
    Vcs,
    /// The file belongs to a vendored package.
    #[error("file is in vendor directory")]
    Vendored,
    /// The file belongs to a module further down.
    #[error("file is in another module")]
    SubmoduleFile,
    /// The directory holds another module.
    #[error("directory is in another module")]
    SubmoduleDir,
    /// The file that `hg archive` adds.
    #[error("file is inserted by 'hg archive' and is always omitted")]
    HgArchival,
    /// A symbolic link.
    #[error("file is a symbolic link")]
    Symlink,
    /// A device, socket or pipe.
    #[error("not a regular file")]
    NotRegular,
}

/// Shows bytes in double quotes as Go's `%q` does, those that are not UTF-8 as `\xff`.
pub(super) struct QuotedBytes<'a>(pub(super) &'a [u8]);

impl fmt::Display for QuotedBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for chunk in self.0.utf8_chunks() {
            let quoted = Quoted(chunk.valid()).to_string();
            f.write_str(&quoted[1..quoted.len() - 1])?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        f.write_char('"')
    }
}
