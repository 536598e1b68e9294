//! Credentials for a URL: GOAUTH with netrc, git and commands, run when first needed. See `go help goauth`.
//!
//! Credentials go with https only. What a program says is never printed, and a program that fails counts as one that
//! knows nothing, as in the go command.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::HeaderMap;
use thiserror::Error;
use tokio::sync::{Mutex as AsyncMutex, OnceCell};
use url::Url;

use super::credentials::{self, Credentials};
use crate::adapters::exec::{Environment, Program};
use crate::domain::goenv::auth::{self as goauth, AuthMethod};
use crate::domain::goenv::netrc;

/// The most that is read of a netrc file or of the output of a program.
const MAX_CREDENTIALS: u64 = 1 << 20;

/// Where credentials come from.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// GOAUTH, read; a mistake in it is reported by the first request over https.
    pub methods: Result<Vec<AuthMethod>, goauth::AuthError>,
    /// The netrc file, if the platform has a place for one.
    pub netrc: Option<PathBuf>,
    /// What programs are given.
    pub environment: Environment,
}

/// Why GOAUTH cannot be used.
#[derive(Clone, Debug, Error)]
pub enum AuthError {
    /// The value is no list of methods.
    #[error(transparent)]
    Setting(#[from] goauth::AuthError),
    /// The directory of `git DIR` is none.
    #[error("GOAUTH=git encountered an error: {} {reason}", .dir.display())]
    GitDir {
        /// The directory.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// Credentials, gathered when first needed.
pub(super) struct Authenticator {
    settings: AuthSettings,
    known: Mutex<Credentials>,
    started: OnceCell<()>,
    /// Held while programs run: many refusals at once must not start a program each.
    running: AsyncMutex<()>,
}

/// Credentials that a refusal brought to light.
pub(super) struct Fresh {
    pub(super) headers: HeaderMap,
    /// What git has to be told about their fate.
    from_git: Vec<(PathBuf, Vec<u8>)>,
}

/// The refusal of a server, as commands are told of it.
struct Refusal<'a> {
    url: &'a Url,
    answer: String,
}

impl Default for AuthSettings {
    /// No credentials.
    fn default() -> Self {
        Self {
            methods: Ok(Vec::new()),
            netrc: None,
            environment: Environment::default(),
        }
    }
}

impl Authenticator {
    pub(super) fn new(settings: &AuthSettings) -> Self {
        Self {
            settings: settings.clone(),
            known: Mutex::default(),
            started: OnceCell::new(),
            running: AsyncMutex::new(()),
        }
    }

    /// Returns the credentials for `url` that need no refusal to ask for.
    pub(super) async fn at_hand(&self, url: &Url) -> Result<Option<HeaderMap>, AuthError> {
        if url.scheme() != "https" {
            return Ok(None);
        }
        self.started.get_or_try_init(|| self.start()).await?;
        Ok(self.load(url))
    }

    /// Returns other credentials for `url` after `answer` refused it with those in `tried`.
    pub(super) async fn after_refusal(
        &self,
        url: &Url,
        tried: Option<&HeaderMap>,
        answer: &reqwest::Response,
    ) -> Option<Fresh> {
        let methods = self.settings.methods.as_ref().ok()?;
        let asks_programs = methods
            .iter()
            .any(|method| matches!(method, AuthMethod::Git { .. } | AuthMethod::Command { .. }));
        if url.scheme() != "https" || !asks_programs {
            return None;
        }
        let other = |headers: &HeaderMap| tried != Some(headers);
        let refusal = Refusal {
            url,
            answer: describe(answer),
        };
        let _alone = self.running.lock().await;
        if let Some(headers) = self.load(url).filter(other) {
            return Some(Fresh {
                headers,
                from_git: Vec::new(),
            });
        }
        let mut from_git = Vec::new();
        for method in methods.iter().rev() {
            match method {
                AuthMethod::Off | AuthMethod::Netrc => {}
                AuthMethod::Git { dir } => from_git.extend(self.ask_git(Path::new(dir), url).await),
                AuthMethod::Command { words } => self.ask_command(words, Some(&refusal)).await,
            }
        }
        let headers = self.load(url).filter(other)?;
        Some(Fresh { headers, from_git })
    }

    /// Tells git whether the credentials it gave were good, so that its helpers keep or forget them.
    pub(super) async fn judge(&self, fresh: &Fresh, status: u16) {
        let verdict = match status {
            200 => "approve",
            401 => "reject",
            _ => return,
        };
        for (dir, credential) in &fresh.from_git {
            let program = self.git(dir).arg(verdict).stdin(credential.clone());
            program.run().await.ok();
        }
    }

    /// Gathers what can be known without a URL; the first method is asked last, so that it wins.
    async fn start(&self) -> Result<(), AuthError> {
        for method in self
            .settings
            .methods
            .as_ref()
            .map_err(Clone::clone)?
            .iter()
            .rev()
        {
            match method {
                AuthMethod::Off => {}
                AuthMethod::Netrc => self.read_netrc(),
                AuthMethod::Git { dir } => check_dir(Path::new(dir))?,
                AuthMethod::Command { words } => self.ask_command(words, None).await,
            }
        }
        Ok(())
    }

    fn read_netrc(&self) {
        let Some(path) = &self.settings.netrc else {
            return;
        };
        let Ok(text) = crate::adapters::fs::read(path, MAX_CREDENTIALS) else {
            return;
        };
        let mut known = self.known();
        // The first entry of a machine counts; so it is stored last.
        for entry in netrc::parse(&String::from_utf8_lossy(&text)).iter().rev() {
            known.store(
                &entry.machine,
                credentials::basic(&entry.login, &entry.password),
            );
        }
    }

    async fn ask_command(&self, words: &[String], refusal: Option<&Refusal<'_>>) {
        let Some((name, args)) = words.split_first() else {
            return;
        };
        let mut program = Program::new(name, &self.settings.environment)
            .args(args)
            .max_output(MAX_CREDENTIALS);
        if let Some(Refusal { url, answer }) = refusal {
            program = program.arg(url.as_str()).stdin(answer.as_bytes());
        }
        let Ok(output) = program.run_ok().await else {
            return;
        };
        let Ok(found) = credentials::parse_command(&String::from_utf8_lossy(&output)) else {
            return;
        };
        let mut known = self.known();
        for (prefix, headers) in found {
            known.store(&prefix, headers);
        }
    }

    /// Asks `git credential fill`, and returns what it printed if that was of use.
    async fn ask_git(&self, dir: &Path, url: &Url) -> Option<(PathBuf, Vec<u8>)> {
        let program = self.git(dir).arg("fill").stdin(format!("url={url}\n"));
        let output = program.run_ok().await.ok()?;
        let found = credentials::parse_git(&String::from_utf8_lossy(&output));
        // A helper must not make us send a credential to another place than it is for.
        if found.prefix.is_empty() || !url.as_str().starts_with(&found.prefix) {
            return None;
        }
        self.known().store(
            &found.prefix,
            credentials::basic(&found.username, &found.password),
        );
        Some((dir.to_owned(), output))
    }

    /// `git credential` in a directory of the user's choice, which never asks at the terminal.
    fn git(&self, dir: &Path) -> Program {
        let environment = self
            .settings
            .environment
            .with_default("GIT_TERMINAL_PROMPT", "0")
            .with_default("GCM_INTERACTIVE", "never");
        Program::new("git", &environment)
            .arg("credential")
            .dir(dir)
            .max_output(MAX_CREDENTIALS)
    }

    fn load(&self, url: &Url) -> Option<HeaderMap> {
        self.known().load(url).cloned()
    }

    fn known(&self) -> MutexGuard<'_, Credentials> {
        // Nothing panics while it is held, and a half-stored set of credentials is still a valid one.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_dir(dir: &Path) -> Result<(), AuthError> {
    let reason = match std::fs::metadata(dir) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => "is not a directory".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    Err(AuthError::GitDir {
        dir: dir.to_owned(),
        reason,
    })
}

/// Writes status line and headers of an answer, as commands read them.
fn describe(answer: &reqwest::Response) -> String {
    let mut text = format!("{:?} {}\n", answer.version(), answer.status());
    for name in answer.headers().keys() {
        let values = answer.headers().get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        text.push_str(&canonical(name.as_str()));
        text.push_str(": ");
        text.push_str(&values.join(", "));
        text.push('\n');
    }
    text.push('\n');
    text
}

/// Writes a header's name as Go does: `Www-Authenticate`.
fn canonical(name: &str) -> String {
    let mut upper = true;
    let letter = |c: char| {
        let written = if upper { c.to_ascii_uppercase() } else { c };
        upper = c == '-';
        written
    };
    name.chars().map(letter).collect()
}
