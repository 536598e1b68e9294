//! What git could not do, and what can be done about it.

use thiserror::Error;

use super::dir::GitDirError;
use crate::adapters::exec::ExecError;
use crate::domain::direct::commit::LogError;

/// What git could not do.
#[derive(Debug, Error)]
pub enum GitError {
    /// The program failed.
    #[error("{remote}: {source}")]
    Run {
        /// The URL of the repository, without secrets.
        remote: String,
        /// What happened.
        source: ExecError,
    },
    /// The address is none of a remote repository.
    #[error("git remote ({remote}) must not be local directory{}", if *colon { " (use URL syntax not host:path syntax)" } else { "" })]
    NotRemote {
        /// The address.
        remote: String,
        /// Whether it looks like `host:path`.
        colon: bool,
    },
    /// The address would run a command.
    #[error(
        "git remote ({remote}) uses the transport `{transport}`, which runs commands; it is refused"
    )]
    Transport {
        /// The address.
        remote: String,
        /// The transport.
        transport: String,
    },
    /// The directory of the copy could not be used.
    #[error(transparent)]
    Dir(#[from] GitDirError),
    /// Git printed something unexpected.
    #[error("{remote}: {source}")]
    Log {
        /// The URL of the repository, without secrets.
        remote: String,
        /// What it printed.
        source: LogError,
    },
}

impl GitError {
    /// Says what can be done about it.
    pub fn hint(&self) -> Option<&'static str> {
        let stderr = match self {
            Self::Run {
                source: ExecError::NotFound { .. },
                ..
            } => {
                return Some("install `git`, or set GOPROXY to a module proxy");
            }
            Self::Run {
                source: ExecError::TimedOut { .. },
                ..
            } => {
                return Some("check that the server can be reached, or use a module proxy");
            }
            Self::Run {
                source: ExecError::Failed { stderr, .. },
                ..
            } => stderr,
            _ => return None,
        };
        let says = |texts: &[&str]| texts.iter().any(|text| stderr.contains(text));
        if says(&[
            "could not read Username",
            "could not read Password",
            "terminal prompts disabled",
            "Authentication failed",
        ]) {
            return Some(
                "confirm that the module path is right; for a private repository give git credentials: \
                 an entry in `.netrc`, a credential helper, or ssh by `git config --global \
                 url.\"ssh://git@HOST/\".insteadOf https://HOST/`",
            );
        }
        if says(&["Host key verification failed"]) {
            return Some(
                "add the server's key to `~/.ssh/known_hosts`: connect to it once with `ssh`",
            );
        }
        if says(&[
            "Permission denied (publickey",
            "Permission denied (password",
        ]) {
            return Some("load a key that the server knows: `ssh-add`");
        }
        if says(&["certificate", "SSL"]) {
            return Some(
                "make git trust the server's certificate authority: `git config --global http.sslCAInfo FILE`",
            );
        }
        if says(&[".lock': File exists"]) {
            return Some("remove the lock file if no git process is at work in the module cache");
        }
        None
    }
}
