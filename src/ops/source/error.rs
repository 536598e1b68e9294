//! What can be wrong with a module version, its go.mod and its zip.

use std::path::PathBuf;

use crate::adapters::fs::FsError;
use crate::adapters::modcache::{CacheError, UnpackError};
use crate::adapters::sumdb::SumDbError;
use crate::adapters::zip_file::ZipFileError;
use crate::domain::gosum::SumKind;
use crate::domain::modfile::ParseErrors;
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::mvs::replace::ReplaceConflict;
use crate::ops::upstream::FetchError;

/// Something is wrong with one module version.
#[derive(Debug, thiserror::Error)]
#[error("{}{reason}", if reason.names_module() { String::new() } else { format!("{module}: ") })]
pub struct ModuleError {
    /// The module version; a directory where the version is empty.
    pub module: ModuleVersion,
    /// What is wrong.
    #[source]
    pub reason: Box<Reason>,
}

/// What is wrong with a module version.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// go.sum has no line for its go.mod, and must have.
    #[error("missing go.sum entry for go.mod file")]
    MissingSum {
        /// The module that is required: another one where it is replaced.
        needed_by: ModulePath,
    },
    /// The hash differs from the one in go.sum.
    #[error("verifying {}: checksum mismatch\n\tdownloaded: {got}\n\t{}:     {want}", noun(*what), file.display())]
    SumMismatch {
        /// What was verified.
        what: SumKind,
        /// The hash of what was read.
        got: String,
        /// The hash that stands in go.sum.
        want: String,
        /// The go.sum file.
        file: PathBuf,
    },
    /// The hash differs from the one in the checksum database.
    #[error("verifying {}: checksum mismatch\n\tdownloaded: {got}\n\t{database}: {want}", noun(*what))]
    DatabaseMismatch {
        /// What was verified.
        what: SumKind,
        /// The hash of what was read.
        got: String,
        /// The hash in the database.
        want: String,
        /// The database's name.
        database: String,
    },
    /// The checksum database's answer has no line for it.
    #[error("verifying {}: checksum missing from the answer of {database}", noun(*what))]
    NotInDatabase {
        /// What was verified.
        what: SumKind,
        /// The database's name.
        database: String,
    },
    /// The checksum database could not be asked, or lied.
    #[error("verifying {}: {error}", noun(*what))]
    SumDb {
        /// What was verified.
        what: SumKind,
        /// What the database, or the way to it, has done.
        error: SumDbError,
    },
    /// The zip in the module cache is not the one that was downloaded.
    #[error("zip has been modified ({})\n\tzip:     {got}\n\tziphash: {want}", zip.display())]
    ZipModified {
        /// The zip.
        zip: PathBuf,
        /// Its hash.
        got: String,
        /// The hash that was kept when it was downloaded.
        want: String,
    },
    /// The zip is none.
    #[error(transparent)]
    Zip(#[from] ZipFileError),
    /// The zip is that of another module.
    #[error("zip for {module} has unexpected file {name}")]
    UnexpectedFile {
        /// The module version.
        module: ModuleVersion,
        /// The name in the zip.
        name: String,
    },
    /// Neither go.sum nor a checksum database vouches for it.
    #[error(
        "neither go.sum nor a checksum database vouches for the zip, so it cannot replace another one"
    )]
    Unverified,
    /// The zip could not be unpacked.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// Nobody could deliver it.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The network is off and the module cache does not have it.
    #[error("not in the module cache, and the network is off")]
    Offline,
    /// The module cache could not be read or written.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A replacement directory's go.mod could not be read.
    #[error(transparent)]
    File(#[from] FsError),
    /// Its go.mod is malformed.
    #[error("parsing go.mod: {0}")]
    Parse(ParseErrors),
    /// Its go.mod does not say whose it is.
    #[error("parsing go.mod: missing module line")]
    NoModuleLine,
    /// Its go.mod is another module's.
    #[error(
        "parsing go.mod:\n\tmodule declares its path as: {declared}\n\t        but was required as: {required}"
    )]
    WrongPath {
        /// The path in its `module` line.
        declared: ModulePath,
        /// The path it was asked for under.
        required: ModulePath,
    },
    /// Two `replace` lines contradict each other.
    #[error(transparent)]
    ReplaceConflict(#[from] ReplaceConflict),
}

impl Reason {
    /// Reports whether the text tells which module it is about.
    fn names_module(&self) -> bool {
        match self {
            Self::Fetch(error) => error.names_module(),
            Self::UnexpectedFile { .. } => true,
            _ => false,
        }
    }

    /// Returns the text without the module that it is about.
    pub(in crate::ops) fn without_module(&self) -> String {
        if let Self::Fetch(error) = self {
            error.without_module()
        } else {
            self.to_string()
        }
    }

    /// Reports whether the answer is that there is no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Fetch(error) if error.is_not_found())
    }
}

impl ModuleError {
    /// Joins a module and what is wrong with it.
    pub fn new(module: &ModuleVersion, reason: impl Into<Reason>) -> Self {
        Self {
            module: module.clone(),
            reason: Box::new(reason.into()),
        }
    }

    /// Reports whether only the missing network is to blame.
    pub fn is_offline(&self) -> bool {
        match &*self.reason {
            Reason::Offline => true,
            Reason::Fetch(error) => error.is_offline(),
            _ => false,
        }
    }

    /// Reports whether bytes, signature or proof did not match.
    pub fn is_integrity(&self) -> bool {
        match &*self.reason {
            Reason::SumMismatch { .. }
            | Reason::DatabaseMismatch { .. }
            | Reason::NotInDatabase { .. }
            | Reason::ZipModified { .. }
            | Reason::UnexpectedFile { .. } => true,
            Reason::SumDb { error, .. } => error.is_integrity(),
            _ => false,
        }
    }
}

/// Names what is verified as the go command does.
fn noun(what: SumKind) -> &'static str {
    match what {
        SumKind::Module => "module",
        SumKind::GoMod => "go.mod",
    }
}
