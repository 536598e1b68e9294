//! Packages over the build list of the modules at hand, as the go command loads them.
//!
//! [`load`] drives `domain::packages`: it finds the directory of each package, reads what its files import, and keeps the
//! root requirements consistent with what was found. The graph of all modules is loaded only where the roots do not tell
//! which module provides a package. See <https://go.dev/ref/mod#resolve-pkg-mod>.

pub mod answers;
pub mod build;
pub mod grounds;
pub mod index;
pub mod list;
pub mod load;
pub mod matches;
pub mod missing;
pub mod resolve;
pub mod roots;
pub mod stack;
pub mod tidy;
pub mod trees;

use std::sync::Arc;

use super::load::LoadError;
use super::query::QueryError;
use super::source::ModuleError;
use crate::adapters::fs::FsError;
use crate::domain::module::pseudo::is_zero_pseudo;
use crate::domain::module::{ModuleVersion, Version};
use crate::domain::packages::ImportError;

pub use build::build_tags;
pub use load::{Loaded, Request};
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
    /// The module that is asked for lacks it.
    #[error("module {}@latest found ({}{}), but does not contain package {path}", module.path, module.version, replacement.as_ref().map_or(String::new(), |new| format!(", replaced by {new}")))]
    NotInModule {
        /// The module.
        module: ModuleVersion,
        /// What stands for it.
        replacement: Option<ModuleVersion>,
        /// The package.
        path: String,
    },
    /// The latest version has it, but a newer one is in the build list.
    #[error("package {path} provided by {} at latest version {} but not at required version {selected}", module.path, module.version)]
    GoneSince {
        /// The package.
        path: String,
        /// The module with it.
        module: ModuleVersion,
        /// The version in the build list.
        selected: Version,
    },
    /// A replaced module has it, but go.mod does not require that.
    #[error("module {} provides package {path} and is replaced but not required; to add it:\n\tgo get {}", module.path, if is_zero_pseudo(module.version.as_str()) { module.path.to_string() } else { module.to_string() })]
    NotListed {
        /// The module.
        module: ModuleVersion,
        /// The package.
        path: String,
    },
    /// Nobody has it.
    #[error("cannot find module providing package {path}: {why}")]
    Nowhere {
        /// The package.
        path: String,
        /// What was answered.
        why: String,
    },
    /// No version of a module can be used.
    #[error("{0}")]
    Query(Arc<QueryError>),
    /// The module graph cannot be loaded, so that nobody knows who provides it.
    #[error("{0}")]
    Graph(Arc<LoadError>),
    /// A directory or file cannot be read.
    #[error("{}", unreadable(.0))]
    File(Arc<FsError>),
    /// A file is no text of Go.
    #[error("{0}")]
    Unreadable(String),
    /// No file in its directory counts.
    #[error("no Go source files")]
    NoFiles,
}

/// Says that a file cannot be read in the words of the go command.
fn unreadable(error: &FsError) -> String {
    let FsError::Io { path, source, .. } = error else {
        return error.to_string();
    };
    let reason = source.to_string();
    // The number of the error is Rust's addition, and its capital letter.
    let reason = reason.split(" (os error").next().unwrap_or_default();
    format!("open {}: {}", path.display(), reason.to_lowercase())
}

impl PackageError {
    /// Reports whether no module of the build list has the package.
    pub fn is_missing(&self) -> bool {
        use ImportError::{Missing, NotRequired, NotStandard};
        matches!(
            self,
            Self::Import(Missing { .. } | NotRequired { .. } | NotStandard { .. })
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_cannot_be_read_have_the_words_of_go() {
        let denied = std::io::Error::from_raw_os_error(13);
        let error = crate::adapters::fs::at("read", std::path::Path::new("/m/x.go"))(denied);
        let text = PackageError::File(Arc::new(error)).to_string();
        let text = text.replace(std::path::MAIN_SEPARATOR, "/");
        assert!(text.starts_with("open /m/x.go: "), "{text}");
        assert!(!text.contains("os error"), "{text}");
    }
}
