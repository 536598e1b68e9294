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

pub(super) struct Lister<'s, 'a> {
    pub(super) session: &'s Session<'a>,
    pub(super) details: Details,
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
        let mut seen = HashSet::new();
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
            let unknown = requirements.pruning == Pruning::Unpruned
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
        seen: &mut HashSet<ModuleVersion>,
        modules: &mut Vec<ModuleInfo>,
    ) -> Result<(), LoadError> {
        let (path, query) = split_query(arg)?;
        if let Some(query) = query {
            modules.extend(self.answer(known, path, query).await);
        } else if arg == "all" || arg.contains("...") {
            let pattern = PathPattern::new(arg);
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
