//! The program and what it is told about its surroundings.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OnceCell, Semaphore};

use super::copy::GitRepo;
use super::error::GitError;
use crate::adapters::exec::{Environment, ExecError, Program};
use crate::adapters::http::redacted;

/// The time that a look at a server's branches and tags may take.
pub(super) const LIST_TIMEOUT: Duration = Duration::from_mins(3);
/// The bytes that a list of branches and tags may have.
pub(super) const MAX_LIST: u64 = 256 << 20;
/// How many programs talk to servers at once.
const MAX_TRANSFERS: usize = 8;

/// Variables that tell git about another repository than the one at hand, as a hook would see them.
pub(super) const REPOSITORY_VARIABLES: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// The git program and the module cache that it works in.
#[derive(Clone)]
pub struct Git(Arc<Inner>);

struct Inner {
    env: Environment,
    mod_cache: PathBuf,
    transfers: Semaphore,
    /// Whether this git knows repositories with sha256 hashes.
    knows_sha256: OnceCell<bool>,
}

impl Git {
    /// Names the module cache that copies are kept in, and the variables that git will see.
    pub fn new(mod_cache: &Path, env: &Environment) -> Self {
        let env = REPOSITORY_VARIABLES
            .iter()
            .fold(env.clone(), |env, name| env.without(name));
        let env = env
            .with_default("GIT_TERMINAL_PROMPT", "0")
            .with_default("GCM_INTERACTIVE", "never")
            // Messages are looked at, to say what can be done about them.
            .with("LC_ALL", "C");
        Self(Arc::new(Inner {
            env,
            mod_cache: mod_cache.to_owned(),
            transfers: Semaphore::new(MAX_TRANSFERS),
            knows_sha256: OnceCell::new(),
        }))
    }

    /// Reports whether there is a repository at `url`: a scheme of our own choice before an address.
    pub async fn ping(&self, url: &str) -> Result<(), GitError> {
        let inner = &self.0;
        std::fs::create_dir_all(&inner.mod_cache).ok();
        let _permit = self.permit().await;
        let env = self.quiet_ssh(&inner.env, &inner.mod_cache).await;
        let program = Program::new("git", &env)
            .dir(&inner.mod_cache)
            .args(["ls-remote", url]);
        let program = program.timeout(LIST_TIMEOUT).max_output(MAX_LIST);
        let ran = program.run_ok().await;
        ran.map(drop).map_err(|source| GitError::Run {
            remote: redacted::text(url),
            source,
        })
    }

    /// Opens the copy of the repository at `url`; an empty one is made where there is none yet.
    pub async fn open(&self, url: &str) -> Result<GitRepo, GitError> {
        check_remote(url)?;
        GitRepo::open(self, url).await
    }

    /// Returns the directory of the module cache.
    pub(super) fn mod_cache(&self) -> &Path {
        &self.0.mod_cache
    }

    /// Returns the variables for git.
    pub(super) fn env(&self) -> &Environment {
        &self.0.env
    }

    /// Waits for the right to talk to a server.
    pub(super) async fn permit(&self) -> tokio::sync::SemaphorePermit<'_> {
        self.0
            .transfers
            .acquire()
            .await
            .expect("the semaphore is never closed")
    }

    /// Keeps ssh from asking questions, unless the user said how to call ssh or wants to be asked.
    pub(super) async fn quiet_ssh(&self, env: &Environment, dir: &Path) -> Environment {
        let is_set = |name: &str| env.get(name).is_some_and(|value| !value.is_empty());
        let may_ask = env
            .get("GIT_TERMINAL_PROMPT")
            .is_none_or(|value| value != "0");
        if may_ask || is_set("GIT_SSH") || is_set("GIT_SSH_COMMAND") {
            return env.clone();
        }
        let configured = Program::new("git", env)
            .dir(dir)
            .args(["config", "--get", "core.sshCommand"])
            .run()
            .await;
        // The variable would outrank the configuration.
        if configured.is_ok_and(|output| output.code == Some(1)) {
            return env.with("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        }
        env.clone()
    }

    /// Reports whether this git can make repositories with sha256 hashes.
    pub(super) async fn knows_sha256(&self) -> Result<bool, ExecError> {
        let ask = || async {
            let output = Program::new("git", &self.0.env)
                .arg("version")
                .run_ok()
                .await?;
            Ok((2, 29) <= version_number(&String::from_utf8_lossy(&output)))
        };
        self.0.knows_sha256.get_or_try_init(ask).await.copied()
    }
}

/// Refuses addresses of directories and of transports that run what the address says.
fn check_remote(remote: &str) -> Result<(), GitError> {
    if !remote.contains("://") {
        let colon = remote.contains(':');
        return Err(GitError::NotRemote {
            remote: remote.to_owned(),
            colon,
        });
    }
    let transport = remote.split(':').next().unwrap_or_default();
    if ["ext", "fd"]
        .iter()
        .any(|refused| transport.eq_ignore_ascii_case(refused))
        || remote.starts_with('-')
    {
        let transport = transport.to_owned();
        return Err(GitError::Transport {
            remote: redacted::text(remote),
            transport,
        });
    }
    Ok(())
}

/// Reads `git version 2.39.5 (Apple Git-154)` as (2, 39).
fn version_number(text: &str) -> (u32, u32) {
    let word = text.split_whitespace().nth(2).unwrap_or_default();
    let mut numbers = word.split('.').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |remote: &str| check_remote(remote).err().map(|error| error.to_string());
        assert_eq!(check("https://example.com/a"), None);
        assert_eq!(check("ssh://git@example.com/a"), None);
        assert_eq!(
            check("/a").as_deref(),
            Some("git remote (/a) must not be local directory")
        );
        assert!(
            check("h:a")
                .is_some_and(|text| text.ends_with("(use URL syntax not host:path syntax)"))
        );
        assert!(check("ext::sh -c x://").is_some());
        assert!(check("--upload-pack=x://a").is_some());
    }

    #[test]
    fn versions_of_git() {
        assert_eq!(
            version_number("git version 2.39.5 (Apple Git-154)\n"),
            (2, 39)
        );
        assert_eq!(version_number("git version 3.0.0.windows.1"), (3, 0));
        assert_eq!(version_number(""), (0, 0));
    }
}
