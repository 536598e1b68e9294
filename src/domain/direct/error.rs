//! What can be wrong with a module in a repository, in the go command's words.

use std::sync::Arc;

use crate::domain::module::info::Origin;
use crate::domain::module::path::VersionError;
use crate::domain::text::quote::Quoted;

/// Why a repository did not answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HostError {
    /// There is no such tag, branch or commit.
    #[error("unknown revision {rev}")]
    UnknownRevision {
        /// What was asked for.
        rev: String,
    },
    /// Several commits begin with the same digits.
    #[error("ambiguous revision {rev}")]
    AmbiguousRevision {
        /// The digits.
        rev: String,
    },
    /// The repository is empty.
    #[error("no commits")]
    NoCommits,
    /// The repository could not be reached or read.
    #[error("{source}")]
    Failed {
        /// What went wrong.
        source: Arc<dyn std::error::Error + Send + Sync>,
        /// Whether that means that there is no such repository.
        absent: bool,
    },
}

/// A question about a module that has no answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{kind}")]
pub struct CodeError {
    /// What is wrong.
    pub kind: Box<CodeErrorKind>,
    /// What the failure depends on: while this stays the same in the repository, so does the answer.
    pub origin: Option<Box<Origin>>,
}

/// What a [`CodeError`] is about.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CodeErrorKind {
    /// A version or revision cannot be had.
    #[error("{path}@{version}: invalid {}: {fault}", if *pseudo { "pseudo-version" } else { "version" })]
    Version {
        /// The module path.
        path: String,
        /// The version or revision.
        version: String,
        /// Whether the fault lies in what the pseudo-version says.
        pseudo: bool,
        /// What is wrong.
        fault: CodeFault,
        /// Whether the go command counts this as "not there" and looks elsewhere.
        absent: bool,
    },
    /// A module cannot be had at all.
    #[error("module {path}: {fault}")]
    Module {
        /// The module path.
        path: String,
        /// What is wrong.
        fault: CodeFault,
    },
    /// Something is wrong that names the module itself, or none.
    #[error(transparent)]
    Plain(CodeFault),
}

/// What is wrong with a version of a module, or with the module's place in the repository.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CodeFault {
    /// The repository did not answer.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The repository that was found is for other paths.
    #[error("mismatched repo: found {root} for {path}")]
    MismatchedRepo {
        /// The import path of the repository's root.
        root: String,
        /// The module path.
        path: String,
    },
    /// The path ends in something that looks like a major version but is none.
    #[error("invalid module path {}", Quoted(path))]
    InvalidPath {
        /// The module path.
        path: String,
    },
    /// The root of the repository already has the path's major version or more.
    #[error("repository rooted at {root} cannot contain module {path}")]
    NotContained {
        /// The import path of the repository's root.
        root: String,
        /// The module path.
        path: String,
    },
    /// A canonical version was needed.
    #[error("version {version} is not canonical")]
    NotCanonical {
        /// The version.
        version: String,
    },
    /// Not a semantic version.
    #[error("syntax error")]
    Syntax,
    /// The module is not where it would have to be.
    #[error(transparent)]
    Location(#[from] LocationFault),
    /// The major versions of the tag and of the path differ.
    #[error("module path includes a major version suffix, so major version must match")]
    MajorMustMatch,
    /// A module with a go.mod file is tagged with a major version that its path lacks.
    #[error(
        "module contains a go.mod file, so module path must match major version ({})",
        Quoted(path)
    )]
    PathMustMatch {
        /// The path that would match.
        path: String,
    },
    /// `+incompatible` on a version that is compatible.
    #[error("+incompatible suffix not allowed: major version {major} is compatible")]
    IncompatibleNotAllowed {
        /// The major version.
        major: String,
    },
    /// A canonical version is not the version of the commit that it names.
    #[error("resolves to version {version} ({tag} is not a tag)")]
    ResolvesTo {
        /// The version of the commit.
        version: String,
        /// What was asked for.
        tag: String,
    },
    /// A pseudo-version does not say what is true of its commit.
    #[error(transparent)]
    Pseudo(#[from] PseudoFault),
}

/// Why a module is not at any of the places where it could be in a repository.
///
/// See <https://go.dev/ref/mod#vcs-dir>.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LocationFault {
    /// A file could not be read.
    #[error("reading {root}/{file} at revision {rev}: {source}")]
    Read {
        /// The import path of the repository's root.
        root: String,
        /// The file.
        file: String,
        /// The revision.
        rev: String,
        /// What went wrong.
        source: HostError,
    },
    /// Two go.mod files claim the same major version.
    #[error(
        "{prefix}/{file} and ...{major}/go.mod both have ...{major} module paths at revision {rev}"
    )]
    Both {
        /// The module path without its major version.
        prefix: String,
        /// The file.
        file: String,
        /// The major version's part of the path.
        major: String,
        /// The revision.
        rev: String,
    },
    /// A go.mod file has no module path.
    #[error("{file} is missing module path{} at revision {rev}", also_missing(other.as_deref()))]
    NoModulePath {
        /// The file.
        file: String,
        /// The major version's part of the path, where its directory has no go.mod file either.
        other: Option<String>,
        /// The revision.
        rev: String,
    },
    /// A go.mod file is for another major version.
    #[error("{file} has non-...{major} module path {}{} at revision {rev}", Quoted(found), also_missing(other.as_deref()))]
    WrongMajor {
        /// The file.
        file: String,
        /// The major version's part of the path.
        major: String,
        /// The module path in the file.
        found: String,
        /// The major version's part of the path, where its directory has no go.mod file either.
        other: Option<String>,
        /// The revision.
        rev: String,
    },
    /// The module path in a go.mod file ends in something that looks like a major version but is none.
    #[error("{file} has malformed module path {} at revision {rev}", Quoted(found))]
    Malformed {
        /// The file.
        file: String,
        /// The module path in the file.
        found: String,
        /// The revision.
        rev: String,
    },
    /// A go.mod file is for a later major version.
    #[error(
        "{file} has post-{major} module path {} at revision {rev}",
        Quoted(found)
    )]
    LaterMajor {
        /// The file.
        file: String,
        /// The major version that was asked for.
        major: String,
        /// The module path in the file.
        found: String,
        /// The revision.
        rev: String,
    },
    /// There is no go.mod file where one is required.
    #[error("missing {prefix}/go.mod{} at revision {rev}", or_in(major.as_deref()))]
    Missing {
        /// The module path without its major version.
        prefix: String,
        /// The major version's part of the path, where its directory would do as well.
        major: Option<String>,
        /// The revision.
        rev: String,
    },
}

/// Why a pseudo-version is not one of the commit that it names.
///
/// See <https://go.dev/ref/mod#pseudo-versions>.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PseudoFault {
    /// The hash has more digits than twelve.
    #[error("revision is longer than canonical (expected {expected})")]
    RevisionTooLong {
        /// The twelve digits.
        expected: String,
    },
    /// The hash has fewer digits than twelve.
    #[error("revision is shorter than canonical (expected {expected})")]
    RevisionTooShort {
        /// The twelve digits.
        expected: String,
    },
    /// The hash is that of another commit.
    #[error("does not match short name of revision (expected {expected})")]
    RevisionDiffers {
        /// The twelve digits.
        expected: String,
    },
    /// The time is not that of the commit.
    #[error("does not match version-control timestamp (expected {expected})")]
    TimeDiffers {
        /// The digits of the commit's time.
        expected: String,
    },
    /// `v1.0.0-…` where no tag comes before.
    #[error("major version without preceding tag must be v0, not v1")]
    MustBeV0,
    /// The commit has the very tag that the pseudo-version claims to come after.
    #[error(
        "tag ({tag}) found on revision {rev} is already canonical, so should not be replaced with a pseudo-version derived from that tag"
    )]
    AlreadyCanonical {
        /// The tag.
        tag: String,
        /// The revision in the pseudo-version.
        rev: String,
    },
    /// The tag that the pseudo-version claims to come after is not there.
    #[error("preceding tag ({base}) not found")]
    NoBase {
        /// The version.
        base: String,
    },
    /// The tag is there, but not on an ancestor of the commit.
    #[error("revision {rev} is not a descendent of preceding tag ({tag})")]
    NotDescendant {
        /// The revision in the pseudo-version.
        rev: String,
        /// The tag.
        tag: String,
    },
    /// The text is no pseudo-version at all.
    #[error("{0}")]
    Version(VersionError),
}

impl HostError {
    /// Reports whether the go command counts this as "not there" and looks elsewhere.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::UnknownRevision { .. } | Self::NoCommits => true,
            Self::AmbiguousRevision { .. } => false,
            Self::Failed { absent, .. } => *absent,
        }
    }
}

impl CodeError {
    /// Reports whether the go command counts this as "not there" and looks elsewhere.
    pub fn is_not_found(&self) -> bool {
        let fault = match &*self.kind {
            CodeErrorKind::Version { absent: true, .. } => return true,
            CodeErrorKind::Version { fault, .. }
            | CodeErrorKind::Module { fault, .. }
            | CodeErrorKind::Plain(fault) => fault,
        };
        matches!(fault, CodeFault::Host(error) if error.is_not_found())
    }

    /// Returns the error of the repository behind this one, if there is one.
    pub fn host(&self) -> Option<&HostError> {
        match &*self.kind {
            CodeErrorKind::Version { fault, .. }
            | CodeErrorKind::Module { fault, .. }
            | CodeErrorKind::Plain(fault) => match fault {
                CodeFault::Host(error)
                | CodeFault::Location(LocationFault::Read { source: error, .. }) => Some(error),
                _ => None,
            },
        }
    }

    pub(super) fn plain(fault: impl Into<CodeFault>) -> Self {
        CodeErrorKind::Plain(fault.into()).into()
    }
}

impl From<CodeErrorKind> for CodeError {
    fn from(kind: CodeErrorKind) -> Self {
        Self {
            kind: Box::new(kind),
            origin: None,
        }
    }
}

fn also_missing(major: Option<&str>) -> String {
    major.map_or_else(String::new, |major| {
        format!(" (and ...{major}/go.mod does not exist)")
    })
}

fn or_in(major: Option<&str>) -> String {
    major.map_or_else(String::new, |major| format!(" and ...{major}/go.mod"))
}
