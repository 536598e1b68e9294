//! `direct`: modules straight from their repositories.
//!
//! The rules stand in [`crate::domain::direct`]; here they get what they ask for. Of the kinds of
//! version control only git is read. See <https://go.dev/ref/mod#vcs>.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;
use tokio::sync::{Mutex, OnceCell};
use url::Url;

use super::exec::Environment;
use super::git::{DirectZipError, Git, GitError, GitRepo};
use super::goproxy::{ProxyClient, ProxyError, ProxyUrl, ProxyUrlError};
use super::http::client::{HttpClient, Network, Sink};
use super::http::redacted;
use super::repo_root::{Finder, RepoRoot, RepoRootError};
use crate::domain::direct::code_repo::{CodeRepo, ModuleVersions};
use crate::domain::direct::facts::{Facts, Step, Stop};
use crate::domain::direct::go_import::Served;
use crate::domain::direct::govcs::{GoVcs, GoVcsError};
use crate::domain::direct::vcs::Vcs;
use crate::domain::direct::{CodeError, HostError};
use crate::domain::module::info::RevInfo;
use crate::domain::module::{ModulePath, ModuleVersion, Version};

/// The bytes of a server's answer that are read only to see whether there is a repository at all.
const MAX_PROBE: u64 = 1 << 20;

/// Everything that direct access to repositories depends on; nothing is read from the process.
#[derive(Clone)]
pub struct DirectSettings {
    /// The directory `GOMODCACHE`.
    pub mod_cache: PathBuf,
    /// `GOPRIVATE`: which paths count as private in `GOVCS`.
    pub go_private: String,
    /// `GOINSECURE`: which paths may be looked for over plain http.
    pub go_insecure: String,
    /// `GOVCS`.
    pub go_vcs: String,
    /// The variables that git sees.
    pub environment: Environment,
    /// The client for go-import pages and proxies.
    pub http: HttpClient,
    /// Whether the network may be touched.
    pub network: Network,
}

/// Modules straight from their repositories; clones share everything that was found out.
#[derive(Clone)]
pub struct Direct(Arc<Inner>);

struct Inner {
    finder: Result<Finder, GoVcsError>,
    git: Git,
    http: HttpClient,
    proxies: ProxyClient,
    network: Network,
    modules: Memo<ModulePath, Result<Source, DirectError>>,
    repos: Memo<String, Result<Arc<GitRepo>, HostError>>,
}

/// Values that are made once, also when many ask for them at once.
type Memo<K, V> = Mutex<HashMap<K, Arc<OnceCell<V>>>>;

/// What serves a module.
#[derive(Clone)]
enum Source {
    Repo(Arc<Repo>),
    Proxy(ProxyUrl),
}

/// A module in a git repository, and what is known of it.
struct Repo {
    code: CodeRepo,
    git: Arc<GitRepo>,
    facts: Mutex<Facts>,
    /// Whether the server says that there is no such repository.
    absent: OnceCell<bool>,
}

/// Why a module cannot be had from its repository.
#[derive(Clone, Debug, Error)]
pub enum DirectError {
    /// `GOVCS` is malformed.
    #[error(transparent)]
    GoVcs(#[from] GoVcsError),
    /// Nothing may be asked for.
    #[error("{path}: its repository is out of reach: network access is switched off")]
    Offline {
        /// The module path.
        path: String,
    },
    /// The repository could not be found.
    #[error(transparent)]
    Root(#[from] RepoRootError),
    /// The repository has a kind of version control that cannot be read.
    #[error("{path}: its repository {url} uses {vcs}, and only git is supported for direct access")]
    UnsupportedVcs {
        /// The module path.
        path: String,
        /// The kind.
        vcs: Vcs,
        /// The repository.
        url: String,
    },
    /// The repository could not be opened.
    #[error(transparent)]
    Repo(HostError),
    /// The repository does not have what was asked for.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// No zip can be made of the revision.
    #[error("{module}: {source}")]
    Zip {
        /// The module.
        module: ModuleVersion,
        /// Why.
        source: Arc<DirectZipError>,
    },
    /// A go-import tag names a proxy by something that is no URL of one.
    #[error("{path}: {source}")]
    ProxyUrl {
        /// The module path.
        path: String,
        /// What is wrong.
        source: ProxyUrlError,
    },
    /// The proxy that a go-import tag names does not have what was asked for.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
}

impl Direct {
    /// Prepares direct access; nothing is run or asked before the first question.
    pub fn new(settings: DirectSettings) -> Self {
        let git = Git::new(&settings.mod_cache, &settings.environment);
        let allow_protocol = settings.environment.get("GIT_ALLOW_PROTOCOL");
        let finder = GoVcs::parse(&settings.go_vcs).map(|go_vcs| Finder {
            git: git.clone(),
            http: settings.http.clone(),
            go_private: settings.go_private,
            go_insecure: settings.go_insecure,
            go_vcs,
            allow_protocol: allow_protocol.map(|value| value.to_string_lossy().into_owned()),
            pages: Mutex::default(),
        });
        Self(Arc::new(Inner {
            finder,
            git,
            proxies: ProxyClient::new(settings.http.clone()),
            http: settings.http,
            network: settings.network,
            modules: Mutex::default(),
            repos: Mutex::default(),
        }))
    }

    /// Returns the tagged versions of `path` that begin with `prefix`.
    pub async fn versions(
        &self,
        path: &ModulePath,
        prefix: &str,
    ) -> Result<ModuleVersions, DirectError> {
        match self.source(path).await? {
            Source::Repo(repo) => {
                self.ask(&repo, |facts| repo.code.versions(facts, prefix))
                    .await
            }
            Source::Proxy(url) => {
                let list = self.0.proxies.versions(&url, path, prefix).await?;
                Ok(ModuleVersions { list, origin: None })
            }
        }
    }

    /// Returns the version of the commit that the default branch of the repository points to.
    pub async fn latest(&self, path: &ModulePath) -> Result<RevInfo, DirectError> {
        match self.source(path).await? {
            Source::Repo(repo) => self.ask(&repo, |facts| repo.code.latest(facts)).await,
            Source::Proxy(url) => Ok(self.0.proxies.latest(&url, path).await?),
        }
    }

    /// Resolves a version, tag, branch or commit to a version of the module.
    pub async fn stat(&self, path: &ModulePath, rev: &str) -> Result<RevInfo, DirectError> {
        match self.source(path).await? {
            Source::Repo(repo) => self.ask(&repo, |facts| repo.code.stat(facts, rev)).await,
            Source::Proxy(url) => Ok(self.0.proxies.stat(&url, path, rev).await?),
        }
    }

    /// Returns the go.mod file of a version; whether it can be believed is for the caller to find out.
    pub async fn go_mod(
        &self,
        path: &ModulePath,
        version: &Version,
    ) -> Result<Vec<u8>, DirectError> {
        match self.source(path).await? {
            Source::Repo(repo) => {
                self.ask(&repo, |facts| repo.code.go_mod(facts, version.as_str()))
                    .await
            }
            Source::Proxy(url) => Ok(self.0.proxies.go_mod(&url, path, version).await?),
        }
    }

    /// Makes the zip of a version, as the go command does, and writes it to a file, which is empty; whether it can be
    /// believed is for the caller to find out.
    ///
    /// Errors leave whatever is in the file by then.
    pub async fn zip(&self, module: &ModuleVersion, sink: Sink<'_>) -> Result<(), DirectError> {
        let repo = match self.source(&module.path).await? {
            Source::Repo(repo) => repo,
            Source::Proxy(url) => return Ok(self.0.proxies.zip(&url, module, sink).await?),
        };
        let version = module.version.as_str();
        let source = self.ask(&repo, |facts| repo.code.zip_source(facts, version));
        let source = source.await?;
        let made = repo.git.module_zip(&source, module, sink.file).await;
        made.map_err(|error| match error {
            DirectZipError::Host(error) => DirectError::Repo(error),
            source => DirectError::Zip {
                module: module.clone(),
                source: Arc::new(source),
            },
        })
    }

    /// Finds what serves a module: once, with everybody else waiting.
    async fn source(&self, path: &ModulePath) -> Result<Source, DirectError> {
        let found = cell(&self.0.modules, path).await;
        found.get_or_init(|| self.find(path)).await.clone()
    }

    async fn find(&self, path: &ModulePath) -> Result<Source, DirectError> {
        let name = || path.as_str().to_owned();
        if self.0.network == Network::Offline {
            return Err(DirectError::Offline { path: name() });
        }
        let finder = self.0.finder.as_ref().map_err(Clone::clone)?;
        let RepoRoot {
            root,
            url,
            subdir,
            served,
        } = finder.find(path.as_str()).await?;
        match served {
            Served::Proxy => {
                let url = ProxyUrl::parse(&url);
                url.map(Source::Proxy)
                    .map_err(|source| DirectError::ProxyUrl {
                        path: name(),
                        source,
                    })
            }
            Served::Repo(Vcs::Git) => {
                let git = self.open(&url).await.map_err(DirectError::Repo)?;
                let code = CodeRepo::new(&root, &subdir, path)?;
                let facts = Mutex::new(Facts::new(&url));
                let absent = OnceCell::new();
                Ok(Source::Repo(Arc::new(Repo {
                    code,
                    git,
                    facts,
                    absent,
                })))
            }
            Served::Repo(vcs) => Err(DirectError::UnsupportedVcs {
                path: name(),
                vcs,
                url: redacted::text(&url),
            }),
        }
    }

    async fn open(&self, url: &str) -> Result<Arc<GitRepo>, HostError> {
        let open = || async {
            let opened = self.0.git.open(url).await.map(Arc::new);
            opened.map_err(|error| HostError::Failed {
                source: Arc::new(error),
                absent: false,
            })
        };
        cell(&self.0.repos, &url.to_owned())
            .await
            .get_or_init(open)
            .await
            .clone()
    }

    /// Lets a rule ask until it has its result.
    async fn ask<T>(
        &self,
        repo: &Repo,
        rule: impl Fn(&Facts) -> Step<T>,
    ) -> Result<T, DirectError> {
        let mut facts = repo.facts.lock().await;
        loop {
            let question = match rule(&facts) {
                Ok(result) => return Ok(result),
                Err(Stop::Wrong(error)) => return Err(error.into()),
                Err(Stop::Ask(question)) => question,
            };
            let mut answer = repo.git.answer(&question).await;
            if repo.git.cannot_be_listed()
                && let Some(HostError::Failed { absent, .. }) = answer.error_mut()
            {
                *absent = *repo
                    .absent
                    .get_or_init(|| self.is_absent(repo.git.url()))
                    .await;
            }
            facts.learn(question, answer);
        }
    }

    /// Reports whether a server that git could not talk to says that there is nothing at `url`.
    async fn is_absent(&self, url: &str) -> bool {
        let Some(url) = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
        else {
            return false;
        };
        let answer = self.0.http.get(&url, MAX_PROBE).await;
        answer.is_ok_and(|answer| matches!(answer.status, 404 | 410))
    }
}

impl DirectError {
    /// Reports whether the go command counts this as "not there" and looks elsewhere.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Root(_) => true,
            Self::Code(error) => error.is_not_found(),
            Self::Proxy(error) => error.is_not_found(),
            Self::GoVcs(_)
            | Self::Offline { .. }
            | Self::UnsupportedVcs { .. }
            | Self::Repo(_)
            | Self::Zip { .. }
            | Self::ProxyUrl { .. } => false,
        }
    }

    /// Says what can be done about it, where something can.
    pub fn hint(&self) -> Option<&'static str> {
        let host = match self {
            Self::UnsupportedVcs { .. } => {
                return Some("set GOPROXY to a module proxy that serves this module");
            }
            Self::Offline { .. } => {
                return Some("run once without `--offline` to fill the module cache");
            }
            Self::Root(RepoRootError::NoProtocol { source, .. }) => {
                return source.as_deref()?.hint();
            }
            Self::Repo(error) => error,
            Self::Code(error) => error.host()?,
            _ => return None,
        };
        match host {
            HostError::Failed { source, .. } => source.downcast_ref::<GitError>()?.hint(),
            _ => None,
        }
    }
}

async fn cell<K: Clone + Eq + Hash, V>(memo: &Memo<K, V>, key: &K) -> Arc<OnceCell<V>> {
    let mut known = memo.lock().await;
    if let Some(found) = known.get(key) {
        return Arc::clone(found);
    }
    Arc::clone(known.entry(key.clone()).or_default())
}
