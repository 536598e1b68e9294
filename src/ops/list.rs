//! The build list and what is known of each module, as `go list -m` tells it.

use futures_util::stream::{self, StreamExt as _};

use super::context::Context;
use super::failure::Failure;
use super::load::{self, LoadError, LoadOptions, Mode, Purpose};
use super::main_modules::{MainModule, is_toolchain, unversioned};
use super::query::{self, Allowed, QueryError};
use super::session::Session;
use crate::domain::direct::commit::merge_origins;
use crate::domain::gosum::SumKind;
use crate::domain::module::info::Origin;
use crate::domain::module::query::{Disallowed, is_revision};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::roots::Requirements;

/// How many modules are looked up at once.
const AT_ONCE: usize = 64;

/// The time that Go prints where none is known.
pub const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Module paths, patterns or `path@query`; the main modules where there are none.
    pub modules: Vec<String>,
    /// What to look up of each module.
    pub details: Details,
}

/// What to look up of each module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own, as in the go command"
)]
pub struct Details {
    /// Newer versions, retraction and deprecation.
    pub updates: bool,
    /// All known versions.
    pub versions: bool,
    /// Whether the version is retracted; retracted versions count.
    pub retracted: bool,
    /// Go on where a module fails.
    pub keep_going: bool,
}

/// What is known of one module: the fields of `go list -m -json`, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleInfo {
    /// The module path.
    pub path: String,
    /// The version; empty for main modules.
    pub version: String,
    /// The query that gave the version, where they differ.
    pub query: String,
    /// All known versions.
    pub versions: Vec<String>,
    /// The module that stands for this one.
    pub replace: Option<Box<Self>>,
    /// When the version was made: RFC 3339.
    pub time: Option<String>,
    /// A newer version.
    pub update: Option<Box<Self>>,
    /// Whether it is a main module.
    pub main: bool,
    /// Whether it is listed with `// indirect`, or not at all.
    pub indirect: bool,
    /// Where its contents are on this machine.
    pub dir: String,
    /// Where its go.mod is on this machine.
    pub go_mod: String,
    /// The version of its `go` line.
    pub go_version: String,
    /// Why its author retracted it; empty where that is not so.
    pub retracted: Vec<String>,
    /// Why its author deprecated the module.
    pub deprecated: String,
    /// What went wrong with it.
    pub error: Option<String>,
    /// The hash of its contents in go.sum.
    pub sum: String,
    /// The hash of its go.mod in go.sum.
    pub go_mod_sum: String,
    /// Where in version control the version was found.
    pub origin: Option<Origin>,
}

/// The modules in the order of the arguments.
pub struct Report {
    /// One entry for each module that matched.
    pub modules: Vec<ModuleInfo>,
    /// An error that ended the search early; the modules found until then are there.
    pub failure: Option<LoadError>,
}

/// Lists modules as `go list -m` does.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (session, requirements) = Box::pin(load::load(ctx, Purpose::List, &options.load)).await?;
    refuse_with_vendor(&session, options)?;
    let lister = Lister {
        session: &session,
        details: options.details,
    };
    let (requirements, mut modules, failure) =
        Box::pin(lister.matches(requirements, &options.modules)).await?;
    Box::pin(lister.add_details(&mut modules)).await;
    if failure.is_none() && !options.details.updates {
        session.check_unchanged(&requirements)?;
    }
    if !options.details.keep_going {
        fail_on_error(&modules, failure)?;
        return Ok(Report {
            modules,
            failure: None,
        });
    }
    Ok(Report { modules, failure })
}

/// The vendor directory tells too little for some questions.
fn refuse_with_vendor(session: &Session<'_>, options: &Options) -> Result<(), LoadError> {
    if session.mode != Mode::Vendor {
        return Ok(());
    }
    let what = if options.details.retracted {
        "determine retractions"
    } else if options.details.versions {
        "determine available versions"
    } else if options.details.updates {
        "determine available upgrades"
    } else if options.modules.iter().any(|arg| arg == "all") {
        "compute 'all'"
    } else if options.modules.iter().any(|arg| arg.contains("...")) {
        "match module patterns"
    } else {
        return Ok(());
    };
    Err(LoadError::NotWithVendor { what })
}

fn fail_on_error(modules: &[ModuleInfo], failure: Option<LoadError>) -> Result<(), LoadError> {
    let errors: Vec<_> = modules
        .iter()
        .filter_map(|module| module.error.clone())
        .collect();
    match (errors.is_empty(), failure) {
        (true, None) => Ok(()),
        (true, Some(failure)) => Err(failure),
        (false, _) => Err(LoadError::Modules { errors }),
    }
}

struct Lister<'s, 'a> {
    session: &'s Session<'a>,
    details: Details,
}

type Matches = (Requirements, Vec<ModuleInfo>, Option<LoadError>);

impl Lister<'_, '_> {
    async fn matches(
        &self,
        requirements: Requirements,
        args: &[String],
    ) -> Result<Matches, LoadError> {
        if args.is_empty() {
            let mains = self.session.mains.modules.iter().map(main_info).collect();
            return Ok((requirements, mains, None));
        }
        let needs_graph = self.needs_graph(&requirements, args)?;
        let mut requirements = requirements;
        let mut graph = None;
        let mut failure = None;
        if needs_graph {
            match self.session.expand(requirements.clone()).await {
                Ok((expanded, loaded)) => {
                    requirements = expanded;
                    graph = Some(loaded);
                }
                // What is wrong with bytes or with go.mod itself is no matter of going on.
                Err(error) if !error.is_about_one_module() => return Err(error),
                Err(error) => {
                    graph = Some(self.session.graph(&requirements).await.graph);
                    failure = Some(error);
                }
            }
        }
        let known = Known {
            requirements: &requirements,
            graph: graph.as_ref(),
            incomplete: failure.is_some(),
        };
        let mut modules = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for arg in args {
            self.match_one(&known, arg, &mut seen, &mut modules).await?;
        }
        Ok((requirements, modules, failure))
    }

    fn needs_graph(&self, requirements: &Requirements, args: &[String]) -> Result<bool, LoadError> {
        let mut needed = false;
        for arg in args {
            if arg.contains('\\') {
                return Err(LoadError::Argument(
                    "module paths never use backslash".to_owned(),
                ));
            }
            if arg == "." || arg == ".." || arg.starts_with("./") || arg.starts_with("../") {
                return Err(LoadError::Argument(format!(
                    "cannot use relative path {arg} to specify module"
                )));
            }
            if arg == "all" || arg.contains("...") {
                needed = true;
                continue;
            }
            let (path, query) = split_query(arg)?;
            let unknown = requirements.pruning == crate::domain::mvs::Pruning::Unpruned
                || self
                    .root_version(requirements, &ModulePath::new(path))
                    .is_none();
            needed |= unknown && matches!(query, None | Some("upgrade" | "patch"));
        }
        Ok(needed)
    }

    async fn match_one(
        &self,
        known: &Known<'_>,
        arg: &str,
        seen: &mut std::collections::HashSet<ModuleVersion>,
        modules: &mut Vec<ModuleInfo>,
    ) -> Result<(), LoadError> {
        let (path, query) = split_query(arg)?;
        if let Some(query) = query {
            modules.extend(self.answer(known, path, query).await);
        } else if arg == "all" || arg.contains("...") {
            let pattern = Pattern::new(arg);
            let list = known.graph.map(Graph::build_list).unwrap_or_default();
            let matched: Vec<_> = list
                .into_iter()
                .filter(|module| {
                    !is_toolchain(&module.path) && pattern.matches(module.path.as_str())
                })
                .filter(|module| seen.insert(module.clone()))
                .collect();
            if matched.is_empty() {
                self.session
                    .ctx
                    .warn(&format!("pattern {arg:?} matched no module dependencies"));
            }
            let infos =
                stream::iter(matched).map(|module| self.info(Some(known.requirements), module));
            modules.extend(infos.buffered(AT_ONCE).collect::<Vec<_>>().await);
        } else {
            modules.extend(self.by_path(known, path).await);
        }
        Ok(())
    }

    /// Describes a module of the build list by its path alone.
    async fn by_path(&self, known: &Known<'_>, path: &str) -> Option<ModuleInfo> {
        let module_path = ModulePath::new(path);
        let failed = |error: &str| {
            Some(ModuleInfo {
                path: path.to_owned(),
                error: Some(format!("module {path}: {error}")),
                ..ModuleInfo::default()
            })
        };
        match self.version(known, &module_path) {
            Some(version) => Some(
                self.info(
                    Some(known.requirements),
                    ModuleVersion {
                        path: module_path,
                        version,
                    },
                )
                .await,
            ),
            None if known.incomplete => None,
            None if self.session.mode == Mode::Vendor => failed(
                "can't resolve module using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)",
            ),
            None if self.details.versions => Some(ModuleInfo {
                path: path.to_owned(),
                ..ModuleInfo::default()
            }),
            None => failed("not a known dependency"),
        }
    }

    /// Answers `path@query`.
    async fn answer(&self, known: &Known<'_>, path: &str, query: &str) -> Option<ModuleInfo> {
        let module_path = ModulePath::new(path);
        let current = self.version(known, &module_path);
        if current.is_none() && known.incomplete && matches!(query, "upgrade" | "patch") {
            return None;
        }
        let none = Version::new("none");
        let current = match (&current, known.graph) {
            (Some(version), _) => version,
            (None, Some(_)) => &none,
            (None, None) => &Version::none(),
        };
        let any = self.details.retracted || is_revision(path, query);
        let allowed = if any {
            Allowed::All
        } else {
            Allowed::NotExcludedNorRetracted
        };
        match query::query(self.session, &module_path, query, current, allowed).await {
            Ok(found) => {
                let module = ModuleVersion {
                    path: module_path,
                    version: found.version,
                };
                let mut info = self.info(None, module).await;
                if query != info.version {
                    query.clone_into(&mut info.query);
                }
                info.origin = found.origin;
                Some(info)
            }
            Err(error) => Some(ModuleInfo {
                path: path.to_owned(),
                version: query.to_owned(),
                error: Some(error.for_module(path, query)),
                ..ModuleInfo::default()
            }),
        }
    }

    fn version(&self, known: &Known<'_>, path: &ModulePath) -> Option<Version> {
        match known.graph {
            Some(graph) => graph.selected(path).cloned(),
            None => self.root_version(known.requirements, path),
        }
    }

    fn root_version(&self, requirements: &Requirements, path: &ModulePath) -> Option<Version> {
        if self.session.mains.contains(path) {
            return Some(Version::none());
        }
        requirements.version(path).cloned()
    }

    /// Describes one module; without requirements it does not come from the module graph.
    async fn info(&self, requirements: Option<&Requirements>, module: ModuleVersion) -> ModuleInfo {
        if module.version.is_empty()
            && let Some(main) = self.session.mains.find(&module.path)
        {
            let mut info = main_info(main);
            if main.file.go.is_none() && self.session.mains.work.is_none() {
                self.session
                    .implied_go_version()
                    .clone_into(&mut info.go_version);
            }
            return info;
        }
        let mut info = ModuleInfo {
            path: module.path.to_string(),
            version: module.version.to_string(),
            indirect: requirements
                .is_some_and(|requirements| !requirements.direct.contains(&module.path)),
            ..ModuleInfo::default()
        };
        let with_vendor = self.session.mode == Mode::Vendor;
        let Some(requirements) = requirements else {
            self.complete(&mut info, None).await;
            return info;
        };
        let replacement = self.session.shown_replacement(&module);
        let Some(shown) = replacement else {
            if !with_vendor {
                self.complete(&mut info, Some(requirements)).await;
            }
            return info;
        };
        let mut replace = ModuleInfo {
            path: shown.path.to_string(),
            version: shown.version.to_string(),
            ..ModuleInfo::default()
        };
        if shown.version.is_empty() {
            let dir = self
                .session
                .actual(&module)
                .unwrap_or_else(|_| shown.clone());
            replace.dir = dir.path.to_string();
            replace.go_mod = std::path::Path::new(&replace.dir)
                .join("go.mod")
                .to_string_lossy()
                .into_owned();
        }
        if !with_vendor {
            self.complete(&mut replace, Some(requirements)).await;
            info.dir.clone_from(&replace.dir);
            info.go_mod.clone_from(&replace.go_mod);
            info.retracted.clone_from(&replace.retracted);
        }
        info.go_version.clone_from(&replace.go_version);
        info.replace = Some(Box::new(replace));
        info
    }

    /// Fills in what module cache and proxies know of a module.
    async fn complete(&self, info: &mut ModuleInfo, requirements: Option<&Requirements>) {
        let path = ModulePath::new(info.path.as_str());
        if is_toolchain(&path) {
            return;
        }
        let session = self.session;
        let asked = ModuleVersion {
            path: path.clone(),
            version: Version::new(info.version.as_str()),
        };
        let must_have_sum =
            requirements.is_some() && session.must_have_sums() && !asked.version.is_empty();
        let go_mod_ok = !must_have_sum || session.source.has_go_mod_sum(&asked);
        let contents_ok = !must_have_sum || session.source.has_sum(&asked);
        if !asked.version.is_empty() {
            match query::query(
                session,
                &path,
                &info.version,
                &Version::none(),
                Allowed::All,
            )
            .await
            {
                Ok(found) => {
                    info.version = found.version.to_string();
                    info.time = Some(found.time.unwrap_or_else(|| ZERO_TIME.to_owned()));
                }
                Err(error) => info.error = Some(error.to_string()),
            }
        }
        let from = match (asked.version.is_empty(), info.dir.is_empty()) {
            (true, false) => unversioned(&info.dir),
            _ => asked.clone(),
        };
        if go_mod_ok
            && let Ok(summary) = session.source.summary(&from).await
            && let Some(go) = &summary.go
        {
            info.go_version.clone_from(go);
        }
        if asked.version.is_empty() {
            return;
        }
        let module = ModuleVersion {
            path,
            version: Version::new(info.version.as_str()),
        };
        if go_mod_ok {
            let go_mod = session.source.cached_go_mod(&asked);
            info.go_mod =
                go_mod.map_or_else(String::new, |path| path.to_string_lossy().into_owned());
            info.go_mod_sum = session
                .source
                .recorded_sum(&asked, SumKind::GoMod)
                .unwrap_or_default();
        }
        if contents_ok {
            let dir = session.source.contents_dir(&asked);
            info.dir = dir.map_or_else(String::new, |path| path.to_string_lossy().into_owned());
            info.sum = session
                .source
                .recorded_sum(&asked, SumKind::Module)
                .unwrap_or_default();
        }
        if self.details.retracted || self.details.updates {
            self.add_retraction(info, &module).await;
        }
    }

    async fn add_details(&self, modules: &mut [ModuleInfo]) {
        if self.details
            == (Details {
                keep_going: self.details.keep_going,
                ..Details::default()
            })
        {
            return;
        }
        stream::iter(modules.iter_mut())
            .for_each_concurrent(AT_ONCE, |info| async move {
                self.add_detail(info).await;
                if let Some(replace) = &mut info.replace {
                    self.add_detail(replace).await;
                }
            })
            .await;
    }

    async fn add_detail(&self, info: &mut ModuleInfo) {
        let module = ModuleVersion::new(info.path.as_str(), info.version.as_str());
        if self.details.updates {
            self.add_update(info, &module).await;
        }
        if self.details.versions {
            self.add_versions(info, &module.path).await;
        }
        if self.details.retracted || self.details.updates {
            self.add_retraction(info, &module).await;
        }
        if self.details.updates {
            match query::deprecation(self.session, &module).await {
                Ok(text) => info.deprecated = text,
                Err(error) => note_error(info, &error),
            }
        }
    }

    async fn add_update(&self, info: &mut ModuleInfo, module: &ModuleVersion) {
        if module.version.is_empty() {
            return;
        }
        let allowed = Allowed::NotExcludedNorRetracted;
        match query::query(
            self.session,
            &module.path,
            "upgrade",
            &module.version,
            allowed,
        )
        .await
        {
            Ok(found) => {
                let path = module.path.as_str();
                if goversion::mod_compare(path, found.version.as_str(), module.version.as_str())
                    .is_gt()
                {
                    info.update = Some(Box::new(ModuleInfo {
                        path: info.path.clone(),
                        version: found.version.to_string(),
                        time: Some(found.time.unwrap_or_else(|| ZERO_TIME.to_owned())),
                        ..ModuleInfo::default()
                    }));
                }
            }
            Err(error) if error.is_disallowed() => {}
            Err(error) => note_error(info, &error),
        }
    }

    async fn add_versions(&self, info: &mut ModuleInfo, path: &ModulePath) {
        let allowed = if self.details.retracted {
            Allowed::NotExcluded
        } else {
            Allowed::NotExcludedNorRetracted
        };
        match query::versions(self.session, path, allowed).await {
            Ok(found) => {
                info.versions = found.list.iter().map(ToString::to_string).collect();
                info.origin = match (info.origin.take(), found.origin) {
                    (Some(a), Some(b)) => merge_origins(&a, &b),
                    _ => None,
                };
            }
            Err(error) if info.error.is_none() => info.error = Some(error.to_string()),
            Err(_) => {}
        }
    }

    async fn add_retraction(&self, info: &mut ModuleInfo, module: &ModuleVersion) {
        match query::retraction(self.session, module).await {
            Ok(None) => {}
            Ok(Some(Disallowed::Retracted { rationale })) if !rationale.is_empty() => {
                info.retracted = rationale;
            }
            Ok(Some(why)) => info.retracted = vec![why.to_string()],
            Err(error) => note_error(info, &error),
        }
    }
}

/// What was loaded when the arguments are matched.
struct Known<'k> {
    requirements: &'k Requirements,
    graph: Option<&'k Graph>,
    incomplete: bool,
}

/// Keeps the first error of a module; that nobody has a version is none.
fn note_error(info: &mut ModuleInfo, error: &QueryError) {
    if info.error.is_none() && !error.is_not_found() {
        info.error = Some(error.to_string());
    }
}

fn main_info(main: &MainModule) -> ModuleInfo {
    ModuleInfo {
        path: main.module.path.to_string(),
        main: true,
        dir: main.root.to_string_lossy().into_owned(),
        go_mod: main.go_mod.to_string_lossy().into_owned(),
        go_version: main
            .file
            .go
            .as_ref()
            .map_or_else(String::new, |go| go.version.clone()),
        ..ModuleInfo::default()
    }
}

fn split_query(arg: &str) -> Result<(&str, Option<&str>), LoadError> {
    match arg.split_once('@') {
        Some((_, query)) if query.starts_with(['-', '/']) => Err(LoadError::Argument(format!(
            "invalid module version {query:?}"
        ))),
        Some((path, query)) => Ok((path, Some(query))),
        None => Ok((arg, None)),
    }
}

/// A module path pattern: `all`, or one in which `...` stands for any text.
struct Pattern<'p>(Option<Vec<&'p str>>);

impl<'p> Pattern<'p> {
    fn new(text: &'p str) -> Self {
        Self((text != "all").then(|| text.split("...").collect()))
    }

    /// Reports whether the whole path matches; `x/...` matches `x` too.
    fn matches(&self, path: &str) -> bool {
        let Some(parts) = &self.0 else { return true };
        if let [first, ""] = parts[..]
            && let Some(prefix) = first.strip_suffix('/')
            && path == prefix
        {
            return true;
        }
        let Some(mut rest) = path.strip_prefix(parts[0]) else {
            return false;
        };
        let Some((last, middle)) = parts[1..].split_last() else {
            return rest.is_empty();
        };
        for part in middle {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &str, expect: bool) {
        assert_eq!(
            Pattern::new(pattern).matches(path),
            expect,
            "{pattern} {path}"
        );
    }

    #[test]
    fn patterns() {
        check("all", "a", true);
        check("golang.org/x/...", "golang.org/x/net", true);
        check("golang.org/x/...", "golang.org/x", true);
        check("golang.org/x/...", "golang.org/xy", false);
        check("...net", "golang.org/x/net", true);
        check("g...x...t", "golang.org/x/net", true);
        check("g...x...n", "golang.org/x/net", false);
        check("...", "anything", true);
    }
}
