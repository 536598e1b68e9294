//! What can go wrong with a lookup, in the go command's words where it has some.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::adapters::fs::FsError;
use crate::adapters::goproxy::{ProxyFault, ProxyUrlError};
use crate::domain::sumdb::checker::{CheckError, Fork};

/// Why the checksum database gave no answer for a module version, or none that can be believed.
#[derive(Clone, Debug)]
pub struct SumDbError {
    /// The module path.
    pub path: String,
    /// The version, with `/go.mod` where its go.mod file was asked about.
    pub version: String,
    /// What went wrong.
    pub fault: Box<SumDbFault>,
}

/// What can go wrong with a lookup.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SumDbFault {
    /// The module is private; nothing was sent anywhere.
    #[error("skipped (listed in GONOSUMDB)")]
    Private,
    /// The answer does not hold.
    #[error("{fault}{}", place(.fault, .cache))]
    Check {
        /// What does not hold.
        fault: CheckError,
        /// The directory of the database in the module cache.
        cache: PathBuf,
    },
    /// The database, or the proxy in front of it, did not answer.
    #[error("{doing}{fault}")]
    Remote {
        /// What was asked for.
        wanted: Wanted,
        /// What it was for, ready to stand in front.
        doing: String,
        /// Why there is no answer.
        fault: ProxyFault,
    },
    /// The network may not be used, and the module cache does not have what is needed.
    #[error("`{}` is not in the module cache, and network access is switched off", missing.display())]
    Offline {
        /// The file that would have helped.
        missing: PathBuf,
    },
    /// GOSUMDB has an address that cannot be used.
    #[error("invalid GOSUMDB URL: {0}")]
    Url(ProxyUrlError),
    /// The tree head kept from earlier runs cannot be read or replaced.
    #[error("{}", with_reason(.0))]
    File(Arc<FsError>),
    /// There is no GOPATH in which the tree head could be kept.
    #[error("could not locate sumdb file: missing $GOPATH")]
    NoDirectory,
}

/// What the database was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// The record of a module version.
    Record,
    /// A part of the log, or a tree head: what every database has.
    Log,
}

impl SumDbFault {
    /// Reports whether the answer is that there is no such record.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Remote { wanted, fault, .. } => *wanted == Wanted::Record && fault.is_not_found(),
            _ => false,
        }
    }
}

impl fmt::Display for SumDbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.fault {
            SumDbFault::Private => write!(f, "{}", self.fault),
            fault => write!(f, "{}@{}: {fault}", self.path, self.version),
        }
    }
}

impl std::error::Error for SumDbError {
    /// Returns the evidence of a fork; everything else stands in the message.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.fork().map(|fork| fork as _)
    }
}

impl SumDbError {
    /// Reports whether the database knows no such module version.
    pub fn is_not_found(&self) -> bool {
        self.fault.is_unknown()
    }

    /// Returns the evidence, if the database has signed two histories.
    pub fn fork(&self) -> Option<&Fork> {
        match &*self.fault {
            SumDbFault::Check { fault, .. } => fault.fork(),
            _ => None,
        }
    }

    /// Reports whether bytes, a signature or a proof do not hold: not a matter of trying again.
    pub fn is_integrity(&self) -> bool {
        matches!(*self.fault, SumDbFault::Check { .. })
    }
}

/// Names the tiles that are at fault, and where they would be cached.
fn place(fault: &CheckError, cache: &std::path::Path) -> String {
    let tiles: Vec<_> = fault.tiles().iter().map(ToString::to_string).collect();
    if tiles.is_empty() {
        return String::new();
    }
    format!(" ({}; cache: {})", tiles.join(", "), cache.display())
}

fn with_reason(err: &FsError) -> String {
    match err {
        FsError::Io { source, .. } => format!("{err}: {source}"),
        FsError::TooLarge { .. } => err.to_string(),
    }
}

impl From<ProxyUrlError> for SumDbFault {
    fn from(err: ProxyUrlError) -> Self {
        Self::Url(err)
    }
}

impl From<FsError> for SumDbFault {
    fn from(err: FsError) -> Self {
        Self::File(Arc::new(err))
    }
}
