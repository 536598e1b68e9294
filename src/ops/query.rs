//! Version queries against proxies and repositories, with replacements, exclusions and retractions.
//!
//! See <https://go.dev/ref/mod#version-queries>.

use std::pin::Pin;
use std::sync::{Arc, PoisonError};

use super::load::GO_RELEASE;
use super::main_modules::{is_toolchain, unversioned};
use super::session::Session;
use super::source::{ModuleError, Source};
use super::upstream::{FetchError, IsNotFound, Route, Upstream, Upstreams, Versions};
use crate::domain::direct::commit::merge_origins;
use crate::domain::modfile::quote;
use crate::domain::modfile::summary::Summary;
use crate::domain::module::info::{Origin, RevInfo};
use crate::domain::module::query::{
    self as rules, Choice, Direct, Disallowed, GoModOf, NoMatchingVersion, Query,
};
use crate::domain::module::timestamp::Timestamp;
use crate::domain::module::{
    ModulePath, ModuleVersion, Version, goversion, path, pseudo, toolchain, version,
};

/// Which versions may answer a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Any.
    All,
    /// Those that no go.mod excludes.
    NotExcluded,
    /// Those, but for retracted ones.
    NotExcludedNorRetracted,
    /// Those, and besides them the version that is asked for by name, if nobody excludes it, and the version selected
    /// now where the query is `upgrade` or `patch`: what `go get` takes.
    OrAsked,
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The query itself cannot be asked.
    #[error(transparent)]
    Query(#[from] rules::QueryError),
    /// No version matches.
    #[error(transparent)]
    NoMatch(#[from] NoMatchingVersion),
    /// The version may not be used.
    #[error("{module}: {why}")]
    Disallowed {
        /// The version.
        module: ModuleVersion,
        /// Why not.
        #[source]
        why: Disallowed,
    },
    /// The vendor directory is in use.
    #[error("cannot query module due to -mod=vendor")]
    Vendor,
    /// Nobody could answer.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The go.mod with the retractions could not be read.
    ///
    /// The error is told of the version asked about, not of the one whose go.mod was to be read.
    #[error("loading module retractions for {module}: {}", error.without_module())]
    Retractions {
        /// The version asked about.
        module: ModuleVersion,
        /// What is wrong.
        #[source]
        error: Box<Self>,
    },
    /// The go.mod with the deprecation could not be read.
    #[error("loading deprecation for {path}: {error}")]
    Deprecation {
        /// The module path.
        path: ModulePath,
        /// What is wrong.
        #[source]
        error: Box<Self>,
    },
    /// Something is wrong with a module version.
    #[error(transparent)]
    Module(#[from] Box<ModuleError>),
}

impl From<ModuleError> for QueryError {
    fn from(error: ModuleError) -> Self {
        Self::Module(Box::new(error))
    }
}

impl QueryError {
    /// Reports whether the answer is that there is no such version.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::NoMatch(_) => true,
            Self::Retractions { error, .. } | Self::Deprecation { error, .. } => {
                error.is_not_found()
            }
            Self::Fetch(error) => error.is_not_found(),
            Self::Module(error) => error.reason.is_not_found(),
            Self::Query(_) | Self::Disallowed { .. } | Self::Vendor => false,
        }
    }

    /// Reports whether versions exist but none may be used: nothing to tell where an update is looked for.
    pub fn is_disallowed(&self) -> bool {
        matches!(self, Self::Disallowed { .. }) || self.is_not_found()
    }

    /// Returns the text for `path@query`, with the module named once.
    pub fn for_module(&self, path: &str, query: &str) -> String {
        if matches!(self, Self::NoMatch(_)) {
            return format!("module {path}: {self}");
        }
        if self.names_module() {
            self.to_string()
        } else {
            format!("{path}@{query}: {self}")
        }
    }

    /// Returns the text without the module that it is about.
    fn without_module(&self) -> String {
        match self {
            Self::Fetch(error) => error.without_module(),
            Self::Module(error) => error.reason.without_module(),
            _ => self.to_string(),
        }
    }

    /// Reports whether the text tells which module it is about.
    fn names_module(&self) -> bool {
        match self {
            Self::Disallowed { .. } | Self::Module(_) => true,
            Self::Deprecation { error, .. } => error.names_module(),
            Self::Fetch(error) => error.names_module(),
            Self::Query(_) | Self::Retractions { .. } | Self::NoMatch(_) | Self::Vendor => false,
        }
    }
}

impl IsNotFound for QueryError {
    fn is_not_found(&self) -> bool {
        // Only "there is no such module here" sends the query on to the next proxy; that no version of it
        // matches does not.
        match self {
            Self::Fetch(error) => error.is_not_found(),
            Self::Module(error) => error.reason.is_not_found(),
            _ => false,
        }
    }
}

/// Answers a query for a version of `path`; `current` is the selected version, `none`, or empty where unknown.
pub async fn query(
    session: &Session<'_>,
    path: &ModulePath,
    query: &str,
    current: &Version,
    allowed: Allowed,
) -> Result<RevInfo, QueryError> {
    if session.mode == super::load::Mode::Vendor {
        return Err(QueryError::Vendor);
    }
    if session.mains.contains(path) && matches!(query, "upgrade" | "patch") {
        return Ok(RevInfo {
            version: Version::none(),
            time: None,
            origin: None,
        });
    }
    let asker = Asker {
        source: &session.source,
        session: Some(session),
        path,
        allowed,
        asked: (query, current.as_str()),
    };
    Box::pin(asker.answer(query, current)).await
}

/// Answers a query for a version of `path` from one place only.
pub async fn query_at(
    session: &Session<'_>,
    route: &Route<'_>,
    path: &ModulePath,
    query: &str,
    current: &Version,
    allowed: Allowed,
) -> Result<RevInfo, QueryError> {
    let asker = Asker {
        source: &session.source,
        session: Some(session),
        path,
        allowed,
        asked: (query, current.as_str()),
    };
    if asker.highest_replaced().is_none() {
        asker.check_path()?;
    }
    let query = Query::parse(path.as_str(), query, current.as_str())?;
    if let Some(version) = asker.known_toolchain(&query) {
        return Ok(RevInfo {
            version,
            time: None,
            origin: None,
        });
    }
    Box::pin(asker.ask(route.of(path), &query)).await
}

/// Resolves a version that is written in the main module's own go.mod, before replacements are known.
pub async fn resolve_unlisted(
    source: &Source<'_>,
    path: &str,
    query: &str,
) -> Result<Version, QueryError> {
    let path = ModulePath::new(path);
    let asker = Asker {
        source,
        session: None,
        path: &path,
        allowed: Allowed::All,
        asked: Default::default(),
    };
    let found = Box::pin(asker.answer(query, &Version::none())).await?;
    Ok(found.version)
}

/// Returns the known versions of a module.
pub async fn versions(
    session: &Session<'_>,
    path: &ModulePath,
    allowed: Allowed,
) -> Result<Versions, QueryError> {
    let asker = Asker {
        source: &session.source,
        session: Some(session),
        path,
        allowed,
        asked: Default::default(),
    };
    let all = asker
        .upstreams()
        .try_each(path, async |upstream| asker.versions(upstream).await)
        .await?;
    let mut list = Vec::with_capacity(all.list.len());
    for version in all.list {
        if asker.strict_verdict(&version).await?.is_none() {
            list.push(version);
        }
    }
    Ok(Versions {
        list,
        origin: all.origin,
    })
}

/// Returns why a version is retracted; none where it is not.
///
/// See <https://go.dev/ref/mod#go-mod-file-retract>.
pub async fn retraction(
    session: &Session<'_>,
    module: &ModuleVersion,
) -> Result<Option<Disallowed>, QueryError> {
    let loading = |error| QueryError::Retractions {
        module: module.clone(),
        error: Box::new(error),
    };
    let Some(summary) = latest_summary(session, module).await.map_err(loading)? else {
        return Ok(None);
    };
    let intervals = summary.retract.iter().map(|retract| {
        (
            retract.interval.low.as_str(),
            retract.interval.high.as_str(),
            retract.rationale.as_str(),
        )
    });
    Ok(rules::retraction(
        module.path.as_str(),
        module.version.as_str(),
        intervals,
    ))
}

/// Returns why the author deprecated a module; empty where that is not so.
///
/// See <https://go.dev/ref/mod#go-mod-file-module-deprecation>.
pub async fn deprecation(
    session: &Session<'_>,
    module: &ModuleVersion,
) -> Result<String, QueryError> {
    let loading = |error| QueryError::Deprecation {
        path: module.path.clone(),
        error: Box::new(error),
    };
    let summary = latest_summary(session, module).await.map_err(loading)?;
    Ok(summary.map_or_else(String::new, |summary| summary.deprecated.clone()))
}

/// Reads the go.mod that tells retractions and deprecation: that of the latest version, retracted or not.
///
/// Main modules and modules that are replaced as a whole have none.
async fn latest_summary(
    session: &Session<'_>,
    module: &ModuleVersion,
) -> Result<Option<Arc<Summary>>, QueryError> {
    if module.version.is_empty() || is_toolchain(&module.path) {
        return Ok(None);
    }
    let any = unversioned(module.path.as_str());
    let replaced = session.mains.replacements.get(&any);
    let replaced = replaced.map_err(|conflict| ModuleError::new(&any, conflict))?;
    if replaced.is_some() && !session.mains.contains(&module.path) {
        return Ok(None);
    }
    let version = latest(session, &module.path).await?;
    let latest = ModuleVersion {
        path: module.path.clone(),
        version,
    };
    let actual = session.actual(&latest)?;
    Ok(Some(session.source.summary(&actual).await?))
}

/// Returns the latest version of all, asked for once in a run.
async fn latest(session: &Session<'_>, path: &ModulePath) -> Result<Version, QueryError> {
    let known = session
        .latest
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(path)
        .cloned();
    if let Some(version) = known {
        return Ok(version);
    }
    let asker = Asker {
        source: &session.source,
        session: Some(session),
        path,
        allowed: Allowed::All,
        asked: Default::default(),
    };
    let unknown = Version::none();
    // Boxed, because a query may ask for retractions, which asks for the latest version: a circle of types.
    let answer: Pin<Box<dyn Future<Output = Result<RevInfo, QueryError>> + '_>> =
        Box::pin(asker.answer("latest", &unknown));
    let version = answer.await?.version;
    session
        .latest
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(path.clone(), version.clone());
    Ok(version)
}

struct Asker<'q, 'a> {
    source: &'q Source<'a>,
    /// None while the main modules are still being read.
    session: Option<&'q Session<'a>>,
    path: &'q ModulePath,
    allowed: Allowed,
    /// The query and the selected version.
    asked: (&'q str, &'q str),
}

impl<'a> Asker<'_, 'a> {
    fn upstreams(&self) -> &Upstreams<'a> {
        &self.source.upstreams
    }

    async fn answer(&self, text: &str, current: &Version) -> Result<RevInfo, QueryError> {
        use rules::QueryError::{InvalidCurrent, Standard};
        let query = Query::parse(self.path.as_str(), text, current.as_str());
        if let Err(error @ (InvalidCurrent { .. } | Standard { .. })) = query {
            return Err(error.into());
        }
        // A malformed path is told before a malformed query.
        if self.highest_replaced().is_none() {
            self.check_path()?;
        }
        let query = query?;
        if let Some(version) = self.known_toolchain(&query) {
            return Ok(RevInfo {
                version,
                time: None,
                origin: None,
            });
        }
        self.upstreams()
            .try_each(self.path, async |upstream| self.ask(upstream, &query).await)
            .await
    }

    /// Returns the version of Go that a query names, if nobody need be asked for it.
    fn known_toolchain(&self, query: &Query) -> Option<Version> {
        let path = self.path.as_str();
        if !goversion::is_toolchain(path) {
            return None;
        }
        match toolchain::stat(path, query.direct()?.revision, GO_RELEASE) {
            Ok(toolchain::Known::Here(version)) => Some(version),
            Ok(toolchain::Known::Asked { .. }) | Err(_) => None,
        }
    }

    async fn ask(&self, upstream: Upstream<'_>, query: &Query) -> Result<RevInfo, QueryError> {
        if let Some(direct) = query.direct() {
            return self.revision(upstream, &direct).await;
        }
        let known = self.versions(upstream).await?;
        let mut origin = known.origin;
        let mut chosen = self.choose(query, &known.list).await?;
        if chosen.is_none() && query.may_use_latest() {
            match self.latest_revision(upstream).await {
                Ok(latest) => {
                    origin = merge(origin, latest.origin.as_ref());
                    let fits = query.accepts(latest.version.as_str());
                    if fits && self.verdict(&latest.version).await?.is_none() {
                        chosen = Some(latest.version);
                    }
                }
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.into()),
            }
        }
        let chosen = match (chosen, query.fallback()) {
            (Some(chosen), _) => chosen,
            (None, Some(current)) => self.stay(current).await?,
            (None, None) => return Err(query.no_match().into()),
        };
        let mut info = self.stat(upstream, chosen.as_str()).await?;
        origin = merge(origin, info.origin.as_ref());
        let time = info.time.as_deref().and_then(Timestamp::parse_rfc3339);
        if let Some(current) = query.keeps_current(time) {
            let current = self.stay(current).await?;
            info = self.stat(upstream, current.as_str()).await?;
            origin = merge(origin, info.origin.as_ref());
        }
        info.origin = origin;
        Ok(info)
    }

    /// Resolves a full version, branch, tag or commit.
    async fn revision(
        &self,
        upstream: Upstream<'_>,
        direct: &Direct<'_>,
    ) -> Result<RevInfo, QueryError> {
        let mut answer = self.stat(upstream, direct.revision).await;
        if let (Err(_), Some(fallback)) = (&answer, &direct.fallback) {
            match self.stat(upstream, fallback).await {
                Ok(info) => answer = Ok(info),
                Err(error) if !error.is_not_found() => return Err(error.into()),
                // The error tells of what was asked for.
                Err(_) => {}
            }
        }
        let info = answer?;
        match self.verdict(&info.version).await? {
            None => Ok(info),
            Some(why) => Err(self.disallowed(&info.version, why)),
        }
    }

    /// Chooses among the listed versions; what may not be used, and whether a version has a go.mod, is
    /// found out only where it matters.
    async fn choose(&self, query: &Query, list: &[Version]) -> Result<Option<Version>, QueryError> {
        let mut allowed = Vec::with_capacity(list.len());
        for version in list
            .iter()
            .filter(|version| query.accepts(version.as_str()))
        {
            if self.verdict(version).await?.is_none() {
                allowed.push(version.as_str());
            }
        }
        let mut go_mod = GoModOf::Unknown;
        loop {
            match query.choose(allowed.iter().copied(), |_| true, go_mod) {
                Choice::Version(version) => return Ok(Some(Version::new(version))),
                Choice::Nothing => return Ok(None),
                Choice::NeedsGoMod(version) => {
                    let module = ModuleVersion {
                        path: self.path.clone(),
                        version: Version::new(version),
                    };
                    let text = self.source.go_mod(&module).await?;
                    let is_made_up = text == made_up_go_mod(self.path);
                    go_mod = if is_made_up {
                        GoModOf::Absent
                    } else {
                        GoModOf::Present
                    };
                }
            }
        }
    }

    /// Returns the current version, if it may be used.
    async fn stay(&self, current: &str) -> Result<Version, QueryError> {
        let current = Version::new(current);
        match self.verdict(&current).await? {
            None => Ok(current),
            Some(why) => Err(self.disallowed(&current, why)),
        }
    }

    /// Returns why a version may not be used, if so; where its retractions cannot be read, it may.
    async fn verdict(&self, version: &Version) -> Result<Option<Disallowed>, QueryError> {
        match self.strict_verdict(version).await {
            Err(QueryError::Retractions { .. }) => Ok(None),
            verdict => verdict,
        }
    }

    /// Returns why a version may not be used, if so.
    async fn strict_verdict(&self, version: &Version) -> Result<Option<Disallowed>, QueryError> {
        let Some(session) = self.session.filter(|_| self.allowed != Allowed::All) else {
            return Ok(None);
        };
        let module = ModuleVersion {
            path: self.path.clone(),
            version: version.clone(),
        };
        let (query, current) = self.asked;
        let stays = matches!(query, "upgrade" | "patch") && version.as_str() == current;
        if self.allowed == Allowed::OrAsked && stays {
            return Ok(None);
        }
        if session.mains.replacements.is_excluded(&module) {
            return Ok(Some(Disallowed::Excluded));
        }
        match self.allowed {
            Allowed::OrAsked if version.as_str() == query => Ok(None),
            Allowed::NotExcludedNorRetracted | Allowed::OrAsked => {
                retraction(session, &module).await
            }
            Allowed::All | Allowed::NotExcluded => Ok(None),
        }
    }

    fn disallowed(&self, version: &Version, why: Disallowed) -> QueryError {
        let module = ModuleVersion {
            path: self.path.clone(),
            version: version.clone(),
        };
        QueryError::Disallowed { module, why }
    }

    /// Returns what a revision is; one that exists only as the left side of a replacement is taken as it is.
    async fn stat(&self, upstream: Upstream<'_>, revision: &str) -> Result<RevInfo, FetchError> {
        let answer = match self.check_path() {
            Ok(()) => {
                self.upstreams()
                    .stat_at(upstream, self.path, revision)
                    .await
            }
            Err(error) => Err(error),
        };
        let (Err(error), Some(session)) = (&answer, self.session) else {
            return answer;
        };
        let is_canonical = version::canonical_version(revision) == revision;
        if error.is_offline() || self.highest_replaced().is_none() || !is_canonical {
            return answer;
        }
        let (_, path_major, ok) = path::split_path_version(self.path.as_str());
        let mut version = revision.to_owned();
        let misfit =
            ok && path_major.is_empty() && path::check_path_major(&version, path_major).is_err();
        if misfit && version::build(&version).is_empty() {
            version.push_str(version::INCOMPATIBLE);
        }
        let module = ModuleVersion::new(self.path.as_str(), version.as_str());
        match session.mains.replacements.get(&module) {
            Ok(Some(_)) => Ok(replaced_info(&version)),
            Ok(None) | Err(_) => answer,
        }
    }

    /// Returns the listed versions, and those that members replace by name.
    async fn versions(&self, upstream: Upstream<'_>) -> Result<Versions, FetchError> {
        let answer = match self.check_path() {
            Ok(()) => self.upstreams().versions_at(upstream, self.path).await,
            // A path that nobody can be asked for may still be replaced.
            Err(_) if self.highest_replaced().is_some() => Ok(Versions::default()),
            Err(error) => Err(error),
        };
        let Some(session) = self.session.filter(|_| self.highest_replaced().is_some()) else {
            return answer;
        };
        let mut known = match answer {
            Ok(known) => known,
            Err(error) if error.is_not_found() => Versions::default(),
            Err(error) => return Err(error),
        };
        let replaced = session.mains.replacements.replaced_versions(self.path);
        let replaced: Vec<_> = replaced
            .into_iter()
            .filter(|version| !pseudo::is_pseudo(version.as_str()))
            .collect();
        if !replaced.is_empty() {
            known.list.extend(replaced);
            known
                .list
                .sort_by(|a, b| goversion::mod_compare(self.path.as_str(), a.as_str(), b.as_str()));
            known.list.dedup();
            known.origin = None;
        }
        Ok(known)
    }

    /// Returns the latest revision, or the highest version that is replaced by name.
    async fn latest_revision(&self, upstream: Upstream<'_>) -> Result<RevInfo, FetchError> {
        let answer = match self.check_path() {
            Ok(()) => self.upstreams().latest_at(upstream, self.path).await,
            Err(error) => Err(error),
        };
        let Some(highest) = self.highest_replaced() else {
            return answer;
        };
        let version = if highest.is_empty() {
            // All versions are replaced: one that cannot be confused with a released one stands for them.
            let (_, path_major, _) = path::split_path_version(self.path.as_str());
            pseudo::zero(path::path_major_prefix(path_major))
        } else {
            highest.to_string()
        };
        match &answer {
            Ok(info)
                if goversion::mod_compare(self.path.as_str(), &version, info.version.as_str())
                    .is_le() =>
            {
                answer
            }
            Ok(_) | Err(_) => Ok(replaced_info(&version)),
        }
    }

    fn check_path(&self) -> Result<(), FetchError> {
        if goversion::is_toolchain(self.path.as_str()) {
            return Ok(());
        }
        Ok(path::check_path(self.path.as_str())?)
    }

    fn highest_replaced(&self) -> Option<&Version> {
        self.session?.mains.replacements.highest_replaced(self.path)
    }
}

/// What is known of a version that only a replacement names.
fn replaced_info(version: &str) -> RevInfo {
    let time = pseudo::time(version).ok().map(|time| time.to_string());
    RevInfo {
        version: Version::new(version),
        time,
        origin: None,
    }
}

/// Returns the go.mod that the go command makes up for a module without one.
fn made_up_go_mod(path: &ModulePath) -> Vec<u8> {
    let mut text = b"module ".to_vec();
    text.extend(quote::auto_quote(path.as_str().as_bytes()));
    text.push(b'\n');
    text
}

fn merge(origin: Option<Origin>, other: Option<&Origin>) -> Option<Origin> {
    merge_origins(&origin?, other?)
}
