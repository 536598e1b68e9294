//! Who is asked for a module: the entries of GOPROXY in their order, and which answer counts.
//!
//! See <https://go.dev/ref/mod#environment-variables> (GOPROXY, GONOPROXY).

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::Path;

use super::context::{Context, Network};
use super::load::{GO_RELEASE, LoadError};
use crate::adapters::goproxy::{ProxyClient, ProxyError, ProxyFault, ProxyUrl};
use crate::adapters::http::client::{HttpError, Network as HttpNetwork, Sink};
use crate::adapters::modcache::{CacheError, ModCache, ModCacheMode};
use crate::adapters::vcs::{Direct, DirectError, DirectSettings};
use crate::domain::direct::CodeErrorKind;
use crate::domain::goenv::Private;
use crate::domain::goenv::proxy_list::{Fallback, ProxyTarget};
use crate::domain::module::info::{Origin, RevInfo};
use crate::domain::module::toolchain::{self, ToolchainError};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};

/// Why nobody could answer.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A proxy's answer.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// The repository's answer.
    #[error(transparent)]
    Direct(#[from] DirectError),
    /// The module cache could not be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The file for a zip could not be written.
    #[error("cannot write the zip: {0}")]
    Write(#[from] std::io::Error),
    /// GOPROXY says that nobody is asked.
    #[error("module lookup disabled by GOPROXY=off")]
    Off,
    /// GONOPROXY names the module, and `direct` is not in GOPROXY.
    #[error("disabled by GOPRIVATE/GONOPROXY")]
    NoProxy,
    /// The network is off.
    #[error("not in the module cache, and the network is off")]
    Offline,
    /// The module path is malformed, so that nobody can be asked.
    #[error("{0}")]
    Path(#[from] crate::domain::module::path::PathError),
    /// No toolchain has the version.
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
}

impl FetchError {
    /// Reports whether the answer is that there is no such thing, as opposed to no answer.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Proxy(error) => error.is_not_found(),
            Self::Direct(error) => error.is_not_found(),
            Self::Off | Self::NoProxy => true,
            Self::Cache(_)
            | Self::Write(_)
            | Self::Offline
            | Self::Path(_)
            | Self::Toolchain(_) => false,
        }
    }

    /// Reports whether the text tells which module it is about.
    pub fn names_module(&self) -> bool {
        use DirectError::{Code, Offline, Proxy, ProxyUrl, UnsupportedVcs, Zip};
        match self {
            Self::Proxy(_)
            | Self::Direct(
                Proxy(_) | Offline { .. } | UnsupportedVcs { .. } | ProxyUrl { .. } | Zip { .. },
            ) => true,
            Self::Direct(Code(error)) => !matches!(*error.kind, CodeErrorKind::Plain(_)),
            Self::Direct(_)
            | Self::Off
            | Self::NoProxy
            | Self::Cache(_)
            | Self::Write(_)
            | Self::Offline
            | Self::Path(_)
            | Self::Toolchain(_) => false,
        }
    }

    /// Returns the text without the module that it is about.
    pub(super) fn without_module(&self) -> String {
        match self {
            Self::Proxy(error) | Self::Direct(DirectError::Proxy(error)) => error.fault.to_string(),
            Self::Direct(DirectError::Code(error)) => match &*error.kind {
                CodeErrorKind::Version { fault, .. } | CodeErrorKind::Module { fault, .. } => {
                    fault.to_string()
                }
                CodeErrorKind::Plain(fault) => fault.to_string(),
            },
            _ => self.to_string(),
        }
    }

    /// Reports whether only the missing network is to blame.
    pub fn is_offline(&self) -> bool {
        match self {
            Self::Offline => true,
            Self::Proxy(error) => {
                matches!(error.fault, ProxyFault::Http(HttpError::Offline { .. }))
            }
            Self::Direct(error) => matches!(error, DirectError::Offline { .. }),
            Self::Off
            | Self::NoProxy
            | Self::Cache(_)
            | Self::Write(_)
            | Self::Path(_)
            | Self::Toolchain(_) => false,
        }
    }
}

/// The known versions of a module.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    /// Without pseudo-versions, in their order.
    pub list: Vec<Version>,
    /// Where in version control they are, if the source says so.
    pub origin: Option<Origin>,
}

/// One of those who are asked.
#[derive(Clone, Copy)]
pub enum Upstream<'p> {
    /// A module proxy.
    Proxy(&'p ProxyUrl),
    /// The repository itself.
    Direct,
    /// Nobody may be asked: only what the module cache has, and what replacements name, is known.
    Nobody(Silence),
}

/// Why nobody may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// GOPROXY says so.
    Off,
    /// GONOPROXY names the module, and `direct` is not in GOPROXY.
    NoProxy,
}

impl From<Silence> for FetchError {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Off => Self::Off,
            Silence::NoProxy => Self::NoProxy,
        }
    }
}

/// All who are asked, behind the module cache.
pub struct Upstreams<'a> {
    ctx: &'a Context,
    entries: Vec<Entry>,
    private: Private,
    cache: ModCache,
    client: ProxyClient,
    direct: Direct,
}

/// One entry of GOPROXY.
struct Entry {
    target: Target,
    fallback: Fallback,
}

enum Target {
    NoProxy,
    Direct,
    Off,
    Proxy(ProxyUrl),
}

/// Which failure is told when everybody failed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    NotFound,
    Proxy,
    Direct,
}

impl<'a> Upstreams<'a> {
    /// Reads the settings.
    pub fn new(ctx: &'a Context) -> Result<Self, LoadError> {
        let mut entries = Vec::new();
        for entry in &ctx.env.goproxy().map_err(setting)? {
            let target = match &entry.target {
                ProxyTarget::NoProxy => Target::NoProxy,
                ProxyTarget::Direct => Target::Direct,
                ProxyTarget::Off => Target::Off,
                ProxyTarget::Url(url) => {
                    Target::Proxy(ProxyUrl::parse(url.as_str()).map_err(setting)?)
                }
            };
            entries.push(Entry {
                target,
                fallback: entry.fallback,
            });
        }
        let cache = ModCache::new(
            ctx.env.mod_cache().map_err(setting)?,
            ModCacheMode::ReadWrite,
        )
        .map_err(setting)?;
        let client = ProxyClient::new(ctx.http.clone());
        let direct = Direct::new(direct_settings(ctx, cache.root()));
        Ok(Self {
            ctx,
            entries,
            private: ctx.env.private(),
            cache,
            client,
            direct,
        })
    }

    /// Returns the module cache.
    pub fn cache(&self) -> &ModCache {
        &self.cache
    }

    /// Returns the rules for private modules.
    pub fn private(&self) -> &Private {
        &self.private
    }

    /// Reports whether `path` may be had without the network: from a `file://` proxy.
    pub fn is_local(&self, path: &ModulePath) -> bool {
        let is_file = |entry: &Entry| matches!(&entry.target, Target::Proxy(url) if url.is_file());
        !self.private.no_proxy(path.as_str()) && self.entries.iter().any(is_file)
    }

    /// Returns everybody who may be asked for `path`, where each one's own answer matters: the proxies in the order of
    /// GOPROXY, then the repository, whether or not it is in GOPROXY. With `off` in GOPROXY nobody is asked after it.
    pub fn everybody(&self, path: &ModulePath) -> Vec<Upstream<'_>> {
        let mut found = Vec::new();
        if !self.private.no_proxy(path.as_str()) {
            for entry in &self.entries {
                match &entry.target {
                    Target::Proxy(url) => found.push(Upstream::Proxy(url)),
                    Target::NoProxy | Target::Direct => {}
                    Target::Off => return found,
                }
            }
        }
        let off = |entry: &Entry| matches!(entry.target, Target::Off);
        if !self.entries.iter().any(off) {
            found.push(Upstream::Direct);
        }
        found
    }

    /// Returns the way to repositories that begins with nothing: copies in the module cache keep tags as they were.
    ///
    /// New copies are made below `dir`.
    pub fn direct_afresh(&self, dir: &Path) -> Direct {
        Direct::new(direct_settings(self.ctx, dir))
    }

    /// Fetches a go.mod; the caller verifies it.
    pub async fn go_mod(&self, module: &ModuleVersion) -> Result<Vec<u8>, FetchError> {
        Ok(self.go_mod_and_proxy(module).await?.0)
    }

    /// Fetches a go.mod, and says which proxy had it; none where that was the repository. The caller verifies it.
    pub async fn go_mod_and_proxy(
        &self,
        module: &ModuleVersion,
    ) -> Result<(Vec<u8>, Option<ProxyUrl>), FetchError> {
        self.try_each(&module.path, async |upstream| {
            let text = self.go_mod_at(upstream, module).await?;
            let proxy = match upstream {
                Upstream::Proxy(url) => Some(url.clone()),
                Upstream::Direct | Upstream::Nobody(_) => None,
            };
            Ok((text, proxy))
        })
        .await
    }

    /// Fetches a go.mod, as one upstream has it.
    pub async fn go_mod_at(
        &self,
        upstream: Upstream<'_>,
        module: &ModuleVersion,
    ) -> Result<Vec<u8>, FetchError> {
        match upstream {
            Upstream::Proxy(url) => {
                Ok(Box::pin(self.client.go_mod(url, &module.path, &module.version)).await?)
            }
            Upstream::Direct => {
                Ok(Box::pin(self.direct.go_mod(&module.path, &module.version)).await?)
            }
            Upstream::Nobody(silence) => Err(silence.into()),
        }
    }

    /// Writes the zip of a module version to a file; the caller verifies it.
    pub async fn zip(&self, module: &ModuleVersion, sink: Sink<'_>) -> Result<(), FetchError> {
        self.try_each(&module.path, async |upstream| {
            // What an earlier one has sent before it failed.
            empty(sink.file)?;
            self.zip_at(upstream, module, sink).await
        })
        .await
    }

    /// Writes the zip of a module version, as one upstream has it, to an empty file.
    pub async fn zip_at(
        &self,
        upstream: Upstream<'_>,
        module: &ModuleVersion,
        sink: Sink<'_>,
    ) -> Result<(), FetchError> {
        match upstream {
            Upstream::Proxy(url) => Ok(Box::pin(self.client.zip(url, module, sink)).await?),
            Upstream::Direct => Ok(Box::pin(self.direct.zip(module, sink)).await?),
            Upstream::Nobody(silence) => Err(silence.into()),
        }
    }

    /// Returns what a revision is, as one upstream tells it.
    pub async fn stat_at(
        &self,
        upstream: Upstream<'_>,
        path: &ModulePath,
        revision: &str,
    ) -> Result<RevInfo, FetchError> {
        if !goversion::is_toolchain(path.as_str()) {
            return self.module_stat(upstream, path, revision).await;
        }
        match toolchain::stat(path.as_str(), revision, GO_RELEASE)? {
            toolchain::Known::Here(version) => Ok(RevInfo {
                version,
                time: None,
                origin: None,
            }),
            toolchain::Known::Asked { version, download } => {
                let downloads = ModulePath::new(toolchain::DOWNLOADS);
                let info = self
                    .module_stat(upstream, &downloads, download.as_str())
                    .await?;
                Ok(RevInfo {
                    version,
                    time: info.time,
                    origin: None,
                })
            }
        }
    }

    /// Returns what a version is, whatever the module cache has of it.
    pub async fn fresh_info(&self, module: &ModuleVersion) -> Result<RevInfo, FetchError> {
        let (path, version) = (&module.path, module.version.as_str());
        self.try_each(path, async |upstream| match upstream {
            Upstream::Proxy(url) => Ok(Box::pin(self.client.stat(url, path, version)).await?),
            Upstream::Direct => Ok(Box::pin(self.direct.stat(path, version)).await?),
            Upstream::Nobody(silence) => Err(silence.into()),
        })
        .await
    }

    async fn module_stat(
        &self,
        upstream: Upstream<'_>,
        path: &ModulePath,
        revision: &str,
    ) -> Result<RevInfo, FetchError> {
        if let Some(info) = self.cached_info(path, revision) {
            return Ok(info);
        }
        let info = match upstream {
            Upstream::Proxy(url) => Box::pin(self.client.stat(url, path, revision)).await?,
            Upstream::Direct => Box::pin(self.direct.stat(path, revision)).await?,
            Upstream::Nobody(silence) => return Err(silence.into()),
        };
        if let Err(error) = self.cache.write_info(path, &info) {
            self.ctx.warn(&error.to_string());
        }
        Ok(info)
    }

    /// Returns the known versions, as one upstream tells them.
    pub async fn versions_at(
        &self,
        upstream: Upstream<'_>,
        path: &ModulePath,
    ) -> Result<Versions, FetchError> {
        if goversion::is_toolchain(path.as_str()) {
            let downloads = ModulePath::new(toolchain::DOWNLOADS);
            let downloads = self.module_versions(upstream, &downloads).await?.list;
            let list = toolchain::versions(
                path.as_str(),
                downloads.iter().map(Version::as_str),
                GO_RELEASE,
            );
            return Ok(Versions { list, origin: None });
        }
        self.module_versions(upstream, path).await
    }

    async fn module_versions(
        &self,
        upstream: Upstream<'_>,
        path: &ModulePath,
    ) -> Result<Versions, FetchError> {
        match upstream {
            Upstream::Proxy(url) => {
                let list = Box::pin(self.client.versions(url, path, "")).await?;
                Ok(Versions { list, origin: None })
            }
            Upstream::Direct => {
                let found = Box::pin(self.direct.versions(path, "")).await?;
                Ok(Versions {
                    list: found.list,
                    origin: found.origin,
                })
            }
            Upstream::Nobody(silence) => Err(silence.into()),
        }
    }

    /// Returns the latest version where none is released, as one upstream tells it.
    pub async fn latest_at(
        &self,
        upstream: Upstream<'_>,
        path: &ModulePath,
    ) -> Result<RevInfo, FetchError> {
        if goversion::is_toolchain(path.as_str()) {
            let known = self.versions_at(upstream, path).await?.list;
            let latest = known.last().map_or(GO_RELEASE, Version::as_str);
            return self.stat_at(upstream, path, latest).await;
        }
        match upstream {
            Upstream::Proxy(url) => Ok(Box::pin(self.client.latest(url, path)).await?),
            Upstream::Direct => Ok(Box::pin(self.direct.latest(path)).await?),
            Upstream::Nobody(silence) => Err(silence.into()),
        }
    }

    /// Asks each entry of GOPROXY until one answers; a private module is asked for at its origin only.
    pub async fn try_each<T, E: From<FetchError> + IsNotFound>(
        &self,
        path: &ModulePath,
        ask: impl AsyncFn(Upstream<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let asked = if goversion::is_toolchain(path.as_str()) {
            toolchain::DOWNLOADS
        } else {
            path.as_str()
        };
        let private = self.private.no_proxy(asked);
        self.each(async |entry: &Entry| match (&entry.target, private) {
            (Target::NoProxy | Target::Direct, true) | (Target::Direct, false) => {
                Some((ask(Upstream::Direct).await, true))
            }
            (Target::NoProxy, false) => None,
            (Target::Proxy(_) | Target::Off, true) => {
                let nobody = Upstream::Nobody(Silence::NoProxy);
                Some((ask(nobody).await, false))
            }
            (Target::Off, false) => Some((ask(Upstream::Nobody(Silence::Off)).await, false)),
            (Target::Proxy(url), false) => Some((ask(Upstream::Proxy(url)).await, false)),
        })
        .await
    }

    /// Asks each entry of GOPROXY about several modules at once, until one answers: where a proxy has one of them, no
    /// further one is asked. `ask` is given a function that tells where a module is asked for.
    pub async fn try_group<T, E: From<FetchError> + IsNotFound>(
        &self,
        paths: &[ModulePath],
        ask: impl AsyncFn(&Route<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let is_private = |path: &ModulePath| self.private.no_proxy(path.as_str());
        let any_private = paths.iter().any(is_private);
        self.each(async |entry: &Entry| {
            let is_origin = match entry.target {
                Target::NoProxy if !any_private => return None,
                Target::NoProxy | Target::Direct => true,
                Target::Proxy(_) | Target::Off => false,
            };
            let route = Route {
                target: &entry.target,
                private: &self.private,
            };
            Some((ask(&route).await, is_origin))
        })
        .await
    }

    /// Asks each entry until one answers; an answer comes with whether it is that of an origin.
    async fn each<T, E: From<FetchError> + IsNotFound>(
        &self,
        ask: impl AsyncFn(&Entry) -> Option<(Result<T, E>, bool)>,
    ) -> Result<T, E> {
        let mut worst: Option<(Rank, E)> = None;
        for entry in &self.entries {
            let Some((answer, is_origin)) = ask(entry).await else {
                continue;
            };
            let error = match answer {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let not_found = error.is_not_found();
            let rank = match (is_origin, not_found) {
                (true, _) => Rank::Direct,
                (false, false) => Rank::Proxy,
                (false, true) => Rank::NotFound,
            };
            if worst.as_ref().is_none_or(|(known, _)| *known <= rank) {
                worst = Some((rank, error));
            }
            if !not_found && entry.fallback == Fallback::NotFound {
                break;
            }
        }
        Err(worst.map_or_else(|| FetchError::Off.into(), |(_, error)| error))
    }

    fn cached_info(&self, path: &ModulePath, revision: &str) -> Option<RevInfo> {
        let module = ModuleVersion {
            path: path.clone(),
            version: Version::new(revision),
        };
        self.cache.read_info(&module).ok().flatten()
    }
}

/// One entry of GOPROXY, for whichever module.
pub struct Route<'u> {
    target: &'u Target,
    private: &'u Private,
}

impl Route<'_> {
    /// Returns where a module is asked for.
    pub fn of(&self, path: &ModulePath) -> Upstream<'_> {
        let private = self.private.no_proxy(path.as_str());
        match (self.target, private) {
            (Target::NoProxy, true) | (Target::Direct, _) => Upstream::Direct,
            (Target::Proxy(url), false) => Upstream::Proxy(url),
            (Target::Off, false) => Upstream::Nobody(Silence::Off),
            (Target::NoProxy, false) | (Target::Proxy(_) | Target::Off, true) => {
                Upstream::Nobody(Silence::NoProxy)
            }
        }
    }
}

/// Tells "there is no such thing" from other failures: the next proxy is asked only after the former.
pub trait IsNotFound {
    /// Reports whether there is no such thing.
    fn is_not_found(&self) -> bool;
}

impl IsNotFound for FetchError {
    fn is_not_found(&self) -> bool {
        Self::is_not_found(self)
    }
}

fn empty(mut file: &File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0)).map(drop)
}

fn direct_settings(ctx: &Context, mod_cache: &Path) -> DirectSettings {
    DirectSettings {
        mod_cache: mod_cache.to_owned(),
        go_private: ctx.env.get("GOPRIVATE").to_owned(),
        go_insecure: ctx.env.get("GOINSECURE").to_owned(),
        go_vcs: ctx.env.get("GOVCS").to_owned(),
        environment: ctx.environment.clone(),
        http: ctx.http.clone(),
        network: match ctx.network {
            Network::Allowed => HttpNetwork::Online,
            Network::Offline => HttpNetwork::Offline,
        },
    }
}

pub(super) fn setting(error: impl std::error::Error) -> LoadError {
    LoadError::Setting(error.to_string())
}
