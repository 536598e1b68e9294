//! Why main modules or their graph could not be loaded, in the words of the go command where it has some.

use std::path::PathBuf;
use std::sync::Arc;

use crate::adapters::fs::FsError;
use crate::domain::gosum::GoSumError;
use crate::domain::modfile::ParseErrors;
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::mvs::replace::ReplaceConflict;
use crate::domain::vendor::InconsistentVendor;
use crate::ops::query;
use crate::ops::source::{ModuleError, Reason};

/// Why the main modules or their graph could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No go.mod in the working directory or above.
    #[error("go.mod not found in `{}` or any parent directory", dir.display())]
    NoMainModule {
        /// The working directory.
        dir: PathBuf,
    },
    /// go.work uses no module.
    #[error("no modules in the workspace of `{}`", work.display())]
    EmptyWorkspace {
        /// The go.work file.
        work: PathBuf,
    },
    /// A setting that cannot be used here.
    #[error("{0}")]
    Setting(String),
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FsError),
    /// go.mod or go.work is malformed.
    #[error(transparent)]
    Parse(#[from] ParseErrors),
    /// go.mod or go.work is well-formed but says something that cannot be.
    #[error("{file}{}: {problem}", line.map_or(String::new(), |line| format!(":{line}")))]
    Invalid {
        /// The file, as people read it.
        file: String,
        /// The line, where one is to blame.
        line: Option<usize>,
        /// What is wrong.
        problem: String,
    },
    /// Two `replace` lines contradict each other.
    #[error(transparent)]
    Replace(#[from] ReplaceConflict),
    /// vendor/modules.txt does not agree with go.mod.
    #[error(transparent)]
    Vendor(#[from] InconsistentVendor),
    /// A module's requirements could not be told.
    #[error("{}", chain_text(chain, error))]
    Module {
        /// The chain of requirements from the main module.
        chain: Vec<ModuleVersion>,
        /// What is wrong with the last one.
        #[source]
        error: Box<ModuleError>,
    },
    /// The requirements of a module that was found for a package could not be told.
    #[error("{imports}: {error}")]
    Added {
        /// Who imports whom, from the main module to the package.
        imports: String,
        /// What is wrong with the module.
        #[source]
        error: Box<ModuleError>,
    },
    /// The contents of a module cannot be had or believed.
    #[error(transparent)]
    Contents(Arc<ModuleError>),
    /// The network is off and go.mod files are missing.
    #[error("{} go.mod {} not in the module cache:{}", missing.len(), if missing.len() == 1 { "file is" } else { "files are" }, list(missing))]
    Offline {
        /// All that is missing, as far as the graph is known without it.
        missing: Vec<ModuleVersion>,
    },
    /// One module stands for two.
    #[error("{module}{} used for two different module paths ({first} and {second})", if module.version.is_empty() { "@" } else { "" })]
    UsedTwice {
        /// What stands for both; a directory where the version is empty.
        module: ModuleVersion,
        /// The path that comes first.
        first: ModulePath,
        /// The other one.
        second: ModulePath,
    },
    /// go.mod would have to change.
    #[error("updates to go.mod needed")]
    UpdatesNeeded,
    /// go.sum would have to change.
    #[error("updates to go.sum needed, disabled by -mod=readonly")]
    SumsNeeded,
    /// `--go` is below the main module's own version.
    #[error(
        "requested Go version {requested} cannot load module graph (requires Go >= {required})"
    )]
    GoTooOld {
        /// What was asked for.
        requested: String,
        /// The main module's version.
        required: String,
    },
    /// go.sum is malformed.
    #[error(transparent)]
    GoSum(#[from] GoSumError),
    /// The vendor directory tells too little.
    #[error("can't {what} using the vendor directory")]
    NotWithVendor {
        /// What was asked for.
        what: &'static str,
    },
    /// A module argument that cannot be meant.
    #[error("{0}")]
    Argument(String),
    /// Modules that were asked for and cannot be had.
    #[error("{}", errors.join("\n"))]
    Modules {
        /// One error for each.
        errors: Vec<String>,
    },
    /// A version query in go.mod could not be answered.
    #[error(transparent)]
    Query(#[from] query::QueryError),
}

impl LoadError {
    /// Reports whether only one module cannot be had, so that there is something to tell of the others.
    pub fn is_about_one_module(&self) -> bool {
        match self {
            Self::Module { error, .. } => {
                !error.is_integrity() && !matches!(*error.reason, Reason::ReplaceConflict(_))
            }
            Self::Offline { .. } => true,
            _ => false,
        }
    }
}

/// A chain of requirements as the go command writes it, without leading main modules.
fn chain_text(chain: &[ModuleVersion], error: &ModuleError) -> String {
    let mut chain = chain
        .iter()
        .skip_while(|module| module.version.is_empty())
        .peekable();
    let mut text = String::new();
    while let Some(module) = chain.next() {
        if chain.peek().is_some() {
            text = format!("{text}{module} requires\n\t");
        } else if *module != error.module {
            return format!(
                "{text}{module} (replaced by {}): {}",
                error.module,
                error.reason.without_module()
            );
        }
    }
    text + &error.to_string()
}

/// Each module on a line of its own.
fn list(modules: &[ModuleVersion]) -> String {
    modules
        .iter()
        .fold(String::new(), |text, module| format!("{text}\n\t{module}"))
}
