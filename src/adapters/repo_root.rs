//! The repository of an import path: asked of the path itself, or else of the web page that it names.
//!
//! See <https://go.dev/ref/mod#vcs-find>.

use std::collections::HashMap;
use std::sync::Arc;

use thiserror::Error;
use tokio::sync::{Mutex, OnceCell};

use super::git::{Git, GitError};
use super::http::client::{HttpClient, HttpError, Response, Security as Transport};
use crate::domain::direct::HtmlError;
use crate::domain::direct::go_import::{self, GoImport, GoImportError, Served};
use crate::domain::direct::govcs::{Disallowed, GoVcs};
use crate::domain::direct::repo_path::{
    self, Location, RepoPathError, StaticRepo, static_repo_after_lookup,
};
use crate::domain::direct::vcs::{Security, Vcs};
use crate::domain::module::pattern::match_prefix_patterns;
use crate::domain::text::quote::Quoted;

/// The bytes that a page with go-import tags may have.
const MAX_PAGE: u64 = 8 << 20;

/// The repository, or the proxy, that serves a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoRoot {
    /// The import path that `url` stands for.
    pub root: String,
    /// The URL of the repository or of the proxy.
    pub url: String,
    /// The subdirectory of the repository that `root` stands for; empty for its root.
    pub subdir: String,
    /// What serves the module.
    pub served: Served,
}

/// Why the repository of an import path could not be found.
#[derive(Clone, Debug, Error)]
pub enum RepoRootError {
    /// The path itself is wrong.
    #[error(transparent)]
    Path(#[from] RepoPathError),
    /// The user does not allow this kind of version control.
    #[error(transparent)]
    Disallowed(#[from] Disallowed),
    /// No scheme leads to a repository.
    #[error("no {}protocol found for repository", if *secure { "secure " } else { "" })]
    NoProtocol {
        /// Whether only secure schemes were tried.
        secure: bool,
        /// What git said of the last one.
        source: Option<Arc<GitError>>,
    },
    /// The host does not tell where the repository is.
    #[error("unrecognized import path {}: {source}", Quoted(path))]
    Unrecognized {
        /// The import path.
        path: String,
        /// Why.
        source: PageError,
    },
}

/// What is wrong with the page that should tell where a repository is.
#[derive(Clone, Debug, Error)]
pub enum PageError {
    /// There is no answer.
    #[error("{}https fetch: {source}", if *insecure { "http/" } else { "" })]
    Fetch {
        /// Whether http was tried, too.
        insecure: bool,
        /// Why.
        source: HttpError,
    },
    /// There is no page, and no tag in what the server sent instead.
    #[error("reading {url}: {}", status_text(*status))]
    Status {
        /// The page.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The page cannot be read.
    #[error("parsing {page}: {source}")]
    Html {
        /// The page, or its import path.
        page: String,
        /// Why.
        source: HtmlError,
    },
    /// The page has no tag, or not one, for the import path.
    #[error("parse {url}: {source}")]
    Match {
        /// The page.
        url: String,
        /// Why.
        source: GoImportError,
    },
    /// The page of the root does not say the same as that of the import path.
    #[error("{page} and {root_page} disagree about go-import for {prefix}")]
    Disagree {
        /// The page of the import path.
        page: String,
        /// The page of the root.
        root_page: String,
        /// The root.
        prefix: String,
    },
    /// The page of the root has no tags.
    #[error("fetching {prefix}: no go-import meta tag found in {url}")]
    NoTags {
        /// The root.
        prefix: String,
        /// Its page.
        url: String,
    },
    /// The tag's claim is refused.
    #[error("{url}: {source}")]
    Claim {
        /// The page.
        url: String,
        /// Why.
        source: GoImportError,
    },
    /// The import path has no host to ask.
    #[error(transparent)]
    NoHost(GoImportError),
    /// The user does not allow this kind of version control.
    #[error(transparent)]
    Disallowed(#[from] Disallowed),
}

/// Everything that finding repositories depends on.
pub(super) struct Finder {
    pub(super) git: Git,
    pub(super) http: HttpClient,
    pub(super) go_private: String,
    pub(super) go_insecure: String,
    pub(super) go_vcs: GoVcs,
    /// Git's variable `GIT_ALLOW_PROTOCOL`.
    pub(super) allow_protocol: Option<String>,
    /// Pages of roots: many modules share one.
    pub(super) pages: Mutex<HashMap<String, Page>>,
}

/// A page that was fetched, or is being fetched.
type Page = Arc<OnceCell<Result<(String, Vec<GoImport>), PageError>>>;

impl Finder {
    /// Finds what serves the module `path`.
    pub(super) async fn find(&self, path: &str) -> Result<RepoRoot, RepoRootError> {
        let insecure = match_prefix_patterns(&self.go_insecure, path);
        let security = if insecure {
            Security::Insecure
        } else {
            Security::Secure
        };
        if let Some(found) = repo_path::static_repo(path)? {
            return self.static_root(found, security).await;
        }
        match self.ask(path, security).await {
            Ok(root) => Ok(root),
            Err(source) => match static_repo_after_lookup(path) {
                Some(found) => self.static_root(found, security).await,
                None => Err(RepoRootError::Unrecognized {
                    path: path.to_owned(),
                    source,
                }),
            },
        }
    }

    async fn static_root(
        &self,
        found: StaticRepo,
        security: Security,
    ) -> Result<RepoRoot, RepoRootError> {
        self.check_vcs(&found.root, found.vcs)?;
        let url = match found.location {
            Location::Url(url) => url,
            Location::AnyScheme(address) => self.with_scheme(&address, found.vcs, security).await?,
        };
        let served = Served::Repo(found.vcs);
        Ok(RepoRoot {
            root: found.root,
            url,
            subdir: String::new(),
            served,
        })
    }

    /// Puts the first scheme before an address under which there is a repository.
    async fn with_scheme(
        &self,
        address: &str,
        vcs: Vcs,
        security: Security,
    ) -> Result<String, RepoRootError> {
        let mut source = None;
        for scheme in vcs.schemes(security, self.allow_protocol.as_deref()) {
            let url = format!("{scheme}://{address}");
            if vcs != Vcs::Git {
                return Ok(url);
            }
            match self.git.ping(&url).await {
                Ok(()) => return Ok(url),
                Err(error) => source = Some(Arc::new(error)),
            }
        }
        Err(RepoRootError::NoProtocol {
            secure: security == Security::Secure,
            source,
        })
    }

    /// Asks the host of `path` for its go-import tags.
    async fn ask(&self, path: &str, security: Security) -> Result<RepoRoot, PageError> {
        let response = self.page(path, security).await?;
        let url = response.requested.to_string();
        let imports = tags(&response, path)?;
        let import = go_import::matching(&imports, path).map_err(|source| {
            let url = match &source {
                // The go command names the page without its scheme here, and below.
                GoImportError::Ambiguous { .. } => without_scheme(&url).to_owned(),
                _ => url.clone(),
            };
            PageError::Match { url, source }
        })?;
        if import.prefix != path {
            // Whoever serves one page below a root must not speak for the root: its own page must
            // say the same.
            let (root_page, imports) = self.root_page(&import.prefix, security).await?;
            if go_import::matching(&imports, path) != Ok(import) {
                let prefix = import.prefix.clone();
                let root_page = without_scheme(&root_page).to_owned();
                return Err(PageError::Disagree {
                    page: url,
                    root_page,
                    prefix,
                });
            }
        }
        let served = import
            .check()
            .map_err(|source| PageError::Claim { url, source })?;
        if let Served::Repo(vcs) = served {
            self.check_vcs(&import.prefix, vcs)?;
        }
        Ok(RepoRoot {
            root: import.prefix.clone(),
            url: import.repo.clone(),
            subdir: import.subdir.clone(),
            served,
        })
    }

    /// Returns the tags of the page of a root, which is fetched once.
    async fn root_page(
        &self,
        prefix: &str,
        security: Security,
    ) -> Result<(String, Vec<GoImport>), PageError> {
        let page = Arc::clone(
            self.pages
                .lock()
                .await
                .entry(prefix.to_owned())
                .or_default(),
        );
        let fetch = || async {
            let response = self.page(prefix, security).await?;
            let url = response.requested.to_string();
            let imports = tags(&response, &url)?;
            if imports.is_empty() {
                return Err(PageError::NoTags {
                    prefix: prefix.to_owned(),
                    url,
                });
            }
            Ok((url, imports))
        };
        page.get_or_init(fetch).await.clone()
    }

    async fn page(&self, path: &str, security: Security) -> Result<Response, PageError> {
        let address = go_import::page_address(path).map_err(PageError::NoHost)?;
        let transport = match security {
            Security::Secure => Transport::SecureOnly,
            Security::Insecure => Transport::Insecure,
        };
        let insecure = security == Security::Insecure;
        let got = self
            .http
            .get_any_scheme(&address, transport, MAX_PAGE)
            .await;
        got.map_err(|source| PageError::Fetch { insecure, source })
    }

    fn check_vcs(&self, root: &str, vcs: Vcs) -> Result<(), Disallowed> {
        self.go_vcs
            .check(root, match_prefix_patterns(&self.go_private, root), vcs)
    }
}

/// Returns the tags of a page; a page that could not be had may have some nevertheless.
fn tags(response: &Response, page: &str) -> Result<Vec<GoImport>, PageError> {
    let parsed = go_import::parse(&response.body);
    if response.status != 200 && parsed.as_ref().map_or(true, Vec::is_empty) {
        let url = response.requested.to_string();
        return Err(PageError::Status {
            url,
            status: response.status,
        });
    }
    parsed.map_err(|source| PageError::Html {
        page: page.to_owned(),
        source,
    })
}

fn without_scheme(url: &str) -> &str {
    &url[url.find("//").unwrap_or(0)..]
}

fn status_text(status: u16) -> String {
    let known = reqwest::StatusCode::from_u16(status).ok();
    match known.and_then(|status| status.canonical_reason()) {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    }
}
