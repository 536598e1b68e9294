//! Why an argument of `get` cannot be followed, in the words of the go command.

use std::sync::Arc;

use crate::adapters::vcs::DirectError;
use crate::domain::direct::CodeErrorKind;
use crate::domain::module::query::{NoMatchingVersion, QueryError as BadQuery};
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::packages::import::is_meta;
use crate::domain::text::quote::Quoted;
use crate::ops::failure::FailureKind;
use crate::ops::packages::PackageError;
use crate::ops::query::QueryError;
use crate::ops::source::{ModuleError, Reason};
use crate::ops::upstream::{FetchError, IsNotFound};

/// Why an argument cannot be followed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// A version query has no answer.
    #[error("{0}")]
    Query(Arc<QueryError>),
    /// The contents of a module cannot be looked at.
    #[error("{}", contents_text(_0))]
    Contents(PackageError),
    /// A module was found, but not the package in it.
    #[error("{}", not_in_text(self))]
    NotInModule {
        /// The module; none where only the main module could have the package.
        module: Option<ModuleVersion>,
        /// What stands for it.
        replacement: Option<ModuleVersion>,
        /// The main modules that might have had it.
        mains: Vec<ModulePath>,
        /// The query for the module.
        query: String,
        /// The package or pattern.
        pattern: String,
    },
    /// Nobody knows which modules a pattern could mean.
    #[error(
        "no modules to query for {pattern}@{query} because first path element contains a wildcard"
    )]
    WildcardFirst {
        /// The pattern.
        pattern: String,
        /// The query.
        query: String,
    },
    /// The main module has no versions.
    #[error("{}", main_text(mains, pattern, query, *is_module))]
    Main {
        /// The main modules.
        mains: Vec<ModulePath>,
        /// The pattern.
        pattern: String,
        /// The query.
        query: String,
        /// Whether the pattern is the path of a main module.
        is_module: bool,
    },
    /// The main module has packages that a pattern with a version matches.
    #[error("{}", packages_text(packages, pattern, query))]
    MainPackages {
        /// The pattern.
        pattern: String,
        /// The query.
        query: String,
        /// The packages.
        packages: Vec<String>,
    },
    /// `all` has the main module in it, which has no versions.
    #[error(
        "can't request version {} of pattern \"all\" that includes the main module",
        Quoted(query)
    )]
    All {
        /// The query.
        query: String,
    },
    /// Something that is told by its text alone.
    #[error("{0}")]
    Plain(String),
}

impl From<QueryError> for Fault {
    fn from(error: QueryError) -> Self {
        Self::Query(Arc::new(error))
    }
}

impl From<FetchError> for Fault {
    fn from(error: FetchError) -> Self {
        QueryError::from(error).into()
    }
}

impl From<ModuleError> for Fault {
    fn from(error: ModuleError) -> Self {
        Self::Contents(error.into())
    }
}

impl IsNotFound for Fault {
    fn is_not_found(&self) -> bool {
        match self {
            Self::Query(error) => IsNotFound::is_not_found(&**error),
            Self::Contents(PackageError::Module(error)) => error.reason.is_not_found(),
            _ => false,
        }
    }
}

/// How much an error helps, of several that modules of one path prefix give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    NotInModule,
    NoVersion,
    NoPatchBase,
    BadPath,
    BadVersion,
    NotFound,
    /// Nobody knows whether the module has it.
    Other,
}

impl Fault {
    /// Reports whether there is no such version of the module, or no such module.
    pub(super) fn is_no_such_module(&self) -> bool {
        IsNotFound::is_not_found(self) || self.rank() == Rank::NoVersion
    }

    /// Reports whether no module has the package at that version.
    pub(super) fn is_no_such_package(&self) -> bool {
        self.is_no_such_module() || self.rank() == Rank::NotInModule
    }

    pub(super) fn rank(&self) -> Rank {
        if IsNotFound::is_not_found(self) {
            return Rank::NotFound;
        }
        let query = match self {
            Self::NotInModule { .. } => return Rank::NotInModule,
            Self::Query(query) => &**query,
            _ => return Rank::Other,
        };
        match query {
            QueryError::NoMatch(NoMatchingVersion { .. }) => Rank::NoVersion,
            QueryError::Query(BadQuery::NoPatchBase { .. }) => Rank::NoPatchBase,
            QueryError::Fetch(FetchError::Path(_)) => Rank::BadPath,
            QueryError::Fetch(FetchError::Direct(DirectError::Code(error)))
                if matches!(*error.kind, CodeErrorKind::Version { .. }) =>
            {
                Rank::BadVersion
            }
            _ => Rank::Other,
        }
    }

    /// Returns which exit code it deserves.
    pub(super) fn kind(&self) -> FailureKind {
        match self {
            Self::Query(error) => match &**error {
                QueryError::Fetch(error) if !error.is_not_found() => FailureKind::Outside,
                QueryError::Module(error) => of_module(error),
                _ => FailureKind::Input,
            },
            Self::Contents(PackageError::Module(error)) => of_module(error),
            _ => FailureKind::Input,
        }
    }
}

/// Returns which exit code a module deserves that cannot be had.
pub(super) fn of_module(error: &ModuleError) -> FailureKind {
    if error.is_integrity() {
        FailureKind::Integrity
    } else if error.is_offline() {
        FailureKind::Outside
    } else {
        FailureKind::Input
    }
}

/// A zip is named by its file alone.
fn contents_text(error: &PackageError) -> String {
    match error {
        PackageError::Module(error) if matches!(*error.reason, Reason::Unpack(_)) => {
            error.reason.to_string()
        }
        error => error.to_string(),
    }
}

fn not_in_text(fault: &Fault) -> String {
    let Fault::NotInModule {
        module,
        replacement,
        mains,
        query,
        pattern,
    } = fault
    else {
        return String::new();
    };
    let what = if pattern.contains("...") {
        "packages matching"
    } else {
        "package"
    };
    if let [main, others @ ..] = mains.as_slice() {
        let who = if others.is_empty() {
            format!("main module ({main}) does")
        } else {
            "workspace modules do".to_owned()
        };
        return format!("{who} not contain {what} {pattern}");
    }
    let Some(module) = module else {
        return format!("module @{query} found (), but does not contain {what} {pattern}");
    };
    let is_asked_for = *query == *module.version.as_str();
    let found = match replacement {
        Some(new) if is_asked_for => format!(" (replaced by {new})"),
        Some(new) => format!(" ({}, replaced by {new})", module.version),
        None if is_asked_for => String::new(),
        None => format!(" ({})", module.version),
    };
    format!(
        "module {}@{query} found{found}, but does not contain {what} {pattern}",
        module.path
    )
}

fn main_text(mains: &[ModulePath], pattern: &str, query: &str, is_module: bool) -> String {
    let query = Quoted(query);
    if is_module {
        return format!("can't request version {query} of the main module ({pattern})");
    }
    let plural = if mains.len() > 1 { "s" } else { "" };
    let mains: Vec<_> = mains.iter().map(ModulePath::as_str).collect();
    format!(
        "can't request version {query} of pattern {} that includes the main module{plural} ({})",
        Quoted(pattern),
        mains.join(", ")
    )
}

fn packages_text(packages: &[String], pattern: &str, query: &str) -> String {
    if packages.len() > 1 {
        return format!(
            "pattern {pattern} matches {} packages in the main module, so can't request version {query}",
            packages.len()
        );
    }
    let package = packages.first().map_or("", String::as_str);
    if is_meta(pattern) || pattern.contains("...") {
        return format!(
            "pattern {pattern} matches package {package} in the main module, so can't request version {query}"
        );
    }
    format!("package {package} is in the main module, so can't request version {query}")
}
