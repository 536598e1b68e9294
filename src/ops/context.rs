//! What every operation is given: environment, working directory, clients, reporter.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adapters::exec::Environment;
use crate::adapters::http::client::HttpClient;
use crate::domain::goenv::GoEnv;
use crate::ops::progress::{Event, Reporter};

/// Whether an operation may use the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Proxies, repositories and the checksum database are asked as the environment says.
    Allowed,
    /// Nothing leaves the machine; what is missing is an error.
    Offline,
}

/// What every operation is given.
#[derive(Clone)]
pub struct Context {
    /// The working directory, absolute.
    pub dir: PathBuf,
    /// The Go environment.
    pub env: GoEnv,
    /// The user's directory for configuration, where there is one.
    pub config_dir: Option<PathBuf>,
    /// Whether the network may be used.
    pub network: Network,
    /// Whether new directories of the module cache stay writable; `-modcacherw` in GOFLAGS says so, too.
    pub modcacherw: bool,
    /// The variables that other programs see.
    pub environment: Environment,
    /// The HTTP client.
    pub http: HttpClient,
    /// Told of progress and warnings.
    pub reporter: Arc<dyn Reporter>,
}

impl Context {
    /// Returns the same without the network: only what is on this machine counts.
    #[must_use]
    pub fn offline(&self) -> Self {
        Self {
            network: Network::Offline,
            ..self.clone()
        }
    }

    /// Tells the user something that does not stop the operation.
    pub fn warn(&self, text: &str) {
        self.reporter.report(Event::Warning(text));
    }

    /// Returns `path` as people read it: relative where it lies below the working directory.
    pub fn short_path(&self, path: &Path) -> String {
        let short = path
            .strip_prefix(&self.dir)
            .ok()
            .filter(|rest| !rest.as_os_str().is_empty());
        short.unwrap_or(path).to_string_lossy().replace('\\', "/")
    }
}
