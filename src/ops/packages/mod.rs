//! Packages over the build list of the modules at hand, as the go command loads them.
//!
//! [`load`] drives `domain::packages`: it finds the directory of each package, reads what its files import, and keeps the
//! root requirements consistent with what was found. The graph of all modules is loaded only where the roots do not tell
//! which module provides a package. See <https://go.dev/ref/mod#resolve-pkg-mod>.

pub mod load;
pub mod matches;
pub mod resolve;
pub mod roots;
pub mod trees;

use std::sync::Arc;

use super::load::LoadError;
use super::source::ModuleError;
use crate::adapters::fs::FsError;
use crate::domain::module::ModuleVersion;
use crate::domain::packages::ImportError;

pub use load::{Loaded, Request, build_tags};
pub use matches::Match;

/// Why a package could not be loaded.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PackageError {
    /// No module provides it, or several do.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A module that may provide it cannot be had.
    #[error("{0}")]
    Module(Arc<ModuleError>),
    /// go.sum has no line for the contents of a module that may provide it.
    #[error("missing go.sum entry for module providing package {module}")]
    MissingSum {
        /// The module.
        module: ModuleVersion,
    },
    /// The directory that replaces a module cannot be read.
    #[error("{module}: replacement directory {dir} {why}")]
    Replacement {
        /// The module.
        module: ModuleVersion,
        /// The directory, as it is written.
        dir: String,
        /// What is wrong with it.
        why: String,
    },
    /// A module requires the module that provides it, but go.mod does not.
    #[error(
        "package {importer} imports {path} from implicitly required module; to add missing requirements, run:\n\tgo get {module}"
    )]
    Implicit {
        /// The package that imports.
        importer: String,
        /// The package that is imported.
        path: String,
        /// The module that provides it.
        module: ModuleVersion,
    },
    /// The module graph cannot be loaded, so that nobody knows who provides it.
    #[error("{0}")]
    Graph(Arc<LoadError>),
    /// A directory or file cannot be read.
    #[error("{0}")]
    File(Arc<FsError>),
    /// A file is no text of Go.
    #[error("{0}")]
    Unreadable(String),
    /// No file in its directory counts.
    #[error("no Go source files")]
    NoFiles,
}
