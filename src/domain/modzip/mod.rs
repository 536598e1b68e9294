//! Module zips: what may be in them, how they are read, written and hashed.
//!
//! A module zip holds the files of one module version, each below `module@version/`. [`Archive`] reads one as Go's
//! `archive/zip` does, through positioned reads and with every declared size and checksum enforced; [`check_zip`],
//! [`check_files`] and [`check_dir`] hold the rules for names and sizes with Go's verdicts in Go's words; [`create`]
//! writes a zip. See <https://go.dev/ref/mod#zip-files>.

mod archive;
mod check;
mod collisions;
mod directory;
mod error;
mod files;
mod fold;
mod hash;
mod names;
mod read_at;
mod rules;
mod structure;
mod tree;
mod write;

pub use archive::{Archive, Contents, Inflater};
pub use check::check_zip;
pub use directory::Entry;
pub use error::{CreateError, EntryFault, FileFault, ZipError};
pub use files::{FileInfo, FileKind, Files, check_files, go_version};
pub use hash::{hash_dir, hash_files, hash_zip, total_size};
pub use read_at::ReadAt;
pub use rules::{
    CheckFailure, CheckedFiles, FileError, MAX_GO_MOD, MAX_LICENSE, MAX_ZIP_FILE, SizeError,
};
pub use structure::{Oddity, oddities};
pub use tree::{DirFiles, Directory, Listed, TreeError, check_dir};
pub use write::{ZipWriter, create};
