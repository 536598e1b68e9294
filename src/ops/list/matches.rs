//! From arguments to modules: paths, patterns and `path@query`.

use std::collections::HashSet;

use futures_util::stream::{self, StreamExt as _};

use super::info::main_info;
use super::report::{Details, ModuleInfo, Options, Report};
use crate::domain::module::pattern::PathPattern;
use crate::domain::module::query::is_revision;
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::roots::Requirements;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::{self, LoadError, Mode, Purpose};
use crate::ops::main_modules::is_toolchain;
use crate::ops::query::{self, Allowed};
use crate::ops::session::Session;

/// How many modules are looked up at once.
pub(super) const AT_ONCE: usize = 64;

/// Lists modules as `go list -m` does.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (session, requirements) = Box::pin(load::load(ctx, Purpose::List, &options.load)).await?;
    refuse_with_vendor(&session, options)?;
    let lister = Lister {
        session: &session,
        details: options.details,
    };
    let Matches {
        requirements,
        mut modules,
        failure,
        ..
    } = Box::pin(lister.matches(requirements, &options.modules)).await?;
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

/// Finds the modules that arguments mean, as `go mod download` does: with the requirements that were loaded for that, and
/// what ended the search early.
pub(in crate::ops) async fn find(
    session: &Session<'_>,
    requirements: Requirements,
    args: &[String],
) -> Result<Matches, LoadError> {
    let lister = Lister {
        session,
        details: Details::default(),
    };
    Box::pin(lister.matches(requirements, args)).await
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

pub(super) struct Lister<'s, 'a> {
    pub(super) session: &'s Session<'a>,
    pub(super) details: Details,
}

/// What arguments mean.
pub(in crate::ops) struct Matches {
    /// The requirements, raised where the graph had to be loaded and asks for more.
    pub requirements: Requirements,
    /// Their graph, if it was needed and could be loaded.
    pub graph: Option<Graph>,
    /// The modules.
    pub modules: Vec<ModuleInfo>,
    /// What ended the search early.
    pub failure: Option<LoadError>,
}

impl Lister<'_, '_> {
    async fn matches(
        &self,
        requirements: Requirements,
        args: &[String],
    ) -> Result<Matches, LoadError> {
        if args.is_empty() {
            return Ok(Matches {
                modules: self.session.mains.modules.iter().map(main_info).collect(),
                requirements,
                graph: None,
                failure: None,
            });
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
        let mut seen = HashSet::new();
        let mut matches = Vec::new();
        for arg in args {
            matches.push(self.expand(&known, arg, &mut seen)?);
        }
        let infos = stream::iter(matches.into_iter().flatten())
            .map(|matched| self.describe(&known, matched))
            .buffered(AT_ONCE)
            .collect::<Vec<_>>();
        let modules = infos.await.into_iter().flatten().collect();
        Ok(Matches {
            graph: graph.filter(|_| failure.is_none()),
            requirements,
            modules,
            failure,
        })
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
                self.need_main(arg, "")?;
                needed = true;
                continue;
            }
            let (path, query) = split_query(arg)?;
            let unknown = requirements.pruning == Pruning::Unpruned
                || self
                    .root_version(requirements, &ModulePath::new(path))
                    .is_none();
            if unknown && matches!(query, None | Some("upgrade" | "patch")) {
                let without = if query.is_none() {
                    " without -versions or an explicit version"
                } else {
                    ""
                };
                self.need_main(arg, without)?;
                needed = true;
            }
        }
        Ok(needed)
    }

    /// Refuses what only a module graph could tell where there is no main module.
    fn need_main(&self, arg: &str, without: &str) -> Result<(), LoadError> {
        let mains = &self.session.mains;
        if mains.work.is_some() || !mains.modules.is_empty() {
            return Ok(());
        }
        Err(LoadError::Argument(format!(
            "cannot match {arg:?}{without}: go.mod file not found in current directory or any parent directory"
        )))
    }

    /// Returns what an argument stands for.
    fn expand<'q>(
        &self,
        known: &Known<'_>,
        arg: &'q str,
        seen: &mut HashSet<ModuleVersion>,
    ) -> Result<Vec<Matched<'q>>, LoadError> {
        let (path, query) = split_query(arg)?;
        if let Some(query) = query {
            return Ok(vec![Matched::Query(path, query)]);
        }
        if arg != "all" && !arg.contains("...") {
            return Ok(vec![Matched::Path(path)]);
        }
        let pattern = PathPattern::new(arg);
        let list = known.graph.map(Graph::build_list).unwrap_or_default();
        let matched: Vec<_> = list
            .into_iter()
            .filter(|module| !is_toolchain(&module.path) && pattern.matches(module.path.as_str()))
            .filter(|module| seen.insert(module.clone()))
            .map(Matched::Module)
            .collect();
        if matched.is_empty() {
            self.session
                .ctx
                .warn(&format!("pattern {arg:?} matched no module dependencies"));
        }
        Ok(matched)
    }

    async fn describe(&self, known: &Known<'_>, matched: Matched<'_>) -> Option<ModuleInfo> {
        match matched {
            Matched::Query(path, query) => self.answer(known, path, query).await,
            Matched::Path(path) => self.by_path(known, path).await,
            Matched::Module(module) => Some(self.info(Some(known.requirements), module).await),
        }
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
}

/// What an argument stands for.
enum Matched<'q> {
    /// The answer to a query about a module.
    Query(&'q str, &'q str),
    /// The module of this path in the build list.
    Path(&'q str),
    /// A module of the build list.
    Module(ModuleVersion),
}

/// What was loaded when the arguments are matched.
struct Known<'k> {
    requirements: &'k Requirements,
    graph: Option<&'k Graph>,
    incomplete: bool,
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
