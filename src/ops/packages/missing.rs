//! Modules for packages that no module of the build list has: replaced ones first, then whatever the proxies know.
//!
//! See <https://go.dev/ref/mod#resolve-pkg-mod>.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::join_all;

use super::PackageError;
use super::resolve::State;
use super::roots::Errors;
use super::stack::stack;
use super::trees::{PackageDir, Trees};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion, path as paths, pseudo};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::roots::Requirements;
use crate::domain::packages::import::{in_module, is_standard, prefixes};
use crate::domain::packages::{ImportError, PackageId, Packages, Provider};
use crate::ops::load::{LoadError, Mode};
use crate::ops::progress::Event;
use crate::ops::query::{Allowed, QueryError, query_at};
use crate::ops::session::Session;
use crate::ops::upstream::{FetchError, IsNotFound, Route};

/// Finds modules for missing packages.
pub struct Finder<'f, 's, 'a> {
    /// The run.
    pub session: &'s Session<'a>,
    /// Directories.
    pub trees: &'f Trees<'s, 'a>,
    /// Requirements.
    pub state: &'f State,
}

/// What became of one module path that might have the package.
enum Miss {
    /// The module lacks the package.
    NotInModule(PackageError),
    /// The module cannot be had, or has no version that fits.
    Query(QueryError),
    /// The files of the module cannot be had.
    Files(PackageError),
}

impl From<FetchError> for Miss {
    fn from(error: FetchError) -> Self {
        Self::Query(error.into())
    }
}

impl IsNotFound for Miss {
    fn is_not_found(&self) -> bool {
        match self {
            Self::Query(error) => IsNotFound::is_not_found(error),
            Self::Files(PackageError::Module(error)) => error.reason.is_not_found(),
            Self::NotInModule(_) | Self::Files(_) => false,
        }
    }
}

impl Finder<'_, '_, '_> {
    /// Looks for all packages that are missing. Returns requirements that have their modules; none where nothing was
    /// found. What could not be found has the reason among the errors.
    pub async fn add_all(
        &self,
        packages: &Packages,
        errors: &mut Errors,
    ) -> Result<Option<State>, LoadError> {
        let is_missing = |id: &PackageId| {
            let error = errors.get(id).filter(|_| !packages.is_test(*id));
            error.is_some_and(|error| error.is_missing())
        };
        let missing: Vec<_> = packages
            .order()
            .iter()
            .copied()
            .filter(is_missing)
            .collect();
        let answers = missing.iter().map(|&id| self.find(packages.path(id)));
        let mut added = Vec::new();
        let mut added_by: HashMap<ModuleVersion, PackageId> = HashMap::new();
        for (id, answer) in missing.iter().zip(join_all(answers).await) {
            match answer {
                Ok(module) => {
                    let path = packages.path(*id);
                    let text = format!("found {path} in {} {}", module.path, module.version);
                    self.session.ctx.reporter.report(Event::Detail(&text));
                    added_by.entry(module.clone()).or_insert(*id);
                    added.push(module);
                }
                Err(mut error) => {
                    if let PackageError::Import(ImportError::NotRequired { dir, .. }) = &mut error {
                        *dir = self.needed_in(packages, *id);
                    }
                    errors.insert(*id, Arc::new(error));
                }
            }
        }
        // Who imports a package says more than who requires a module that nobody has required before.
        self.with(added).await.map_err(|failure| match failure {
            LoadError::Module { chain, error } => {
                match chain.last().and_then(|last| added_by.get(last)) {
                    None => LoadError::Module { chain, error },
                    Some(&id) => LoadError::Added {
                        imports: stack(packages, id),
                        error,
                    },
                }
            }
            failure => failure,
        })
    }

    /// Returns the directory of the main module that needs a package, unless it is the one at hand.
    fn needed_in(&self, packages: &Packages, id: PackageId) -> Option<String> {
        let chain = packages.chain(id);
        let main = chain
            .iter()
            .rev()
            .find_map(|&by| match packages.provider(by) {
                Provider::Main(position) => self.session.mains.modules.get(*position),
                Provider::Nobody | Provider::Standard | Provider::Module(_) => None,
            })?;
        let mut above = self.session.ctx.dir.ancestors();
        let here = above.find(|dir| self.trees.has_go_mod(dir));
        (here != Some(main.root.as_path())).then(|| main.root.to_string_lossy().into_owned())
    }

    /// Returns the requirements with more roots; none where that changes nothing.
    pub async fn with(&self, added: Vec<ModuleVersion>) -> Result<Option<State>, LoadError> {
        let old = &self.state.requirements;
        let is_new = |module: &ModuleVersion| {
            old.version(&module.path).is_none_or(|listed| {
                goversion::mod_compare(
                    module.path.as_str(),
                    listed.as_str(),
                    module.version.as_str(),
                )
                .is_lt()
            })
        };
        let added: Vec<_> = added.into_iter().filter(is_new).collect();
        if added.is_empty() || old.pruning == Pruning::Workspace {
            return Ok(None);
        }
        if self.session.mode != Mode::Mod {
            return Err(LoadError::UpdatesNeeded);
        }
        let roots = old.roots.iter().cloned().chain(added).collect();
        let wanted = Requirements::new(old.pruning, roots, old.direct.clone());
        let graph = self.session.complete(self.session.graph(&wanted).await)?;
        let new = self.session.update_roots(&wanted, Some(graph)).await?;
        Ok((new.roots != old.roots).then(|| State::new(new)))
    }

    /// Finds the module that may be added for a package.
    pub async fn find(&self, path: &str) -> Result<ModuleVersion, PackageError> {
        let replaced = self.replaced(path).await?;
        for module in &replaced {
            if self.has_package(module, path).await? {
                if self.session.mode == Mode::Readonly {
                    return Err(PackageError::NotListed {
                        module: module.clone(),
                        path: path.to_owned(),
                    });
                }
                return Ok(module.clone());
            }
        }
        if let Some(module) = replaced.first()
            && paths::check_path(path).is_err()
        {
            return Err(self.not_in(module, path));
        }
        let owned = || path.to_owned();
        if is_standard(path) {
            return Err(ImportError::NotStandard { path: owned() }.into());
        }
        if self.session.mode != Mode::Mod {
            return Err(ImportError::NotRequired {
                path: owned(),
                dir: None,
            }
            .into());
        }
        self.asked(path).await
    }

    /// Returns replaced modules that may have a package and are not in the build list, the longest path first.
    async fn replaced(&self, path: &str) -> Result<Vec<ModuleVersion>, PackageError> {
        let mut modules = Vec::new();
        for prefix in prefixes(path) {
            let module = ModulePath::new(prefix);
            let Some(highest) = self.session.mains.replacements.highest_replaced(&module) else {
                continue;
            };
            let version = if highest.is_empty() {
                let (_, major, is_valid) = paths::split_path_version(prefix);
                let major = paths::path_major_prefix(major);
                Version::new(pseudo::zero(if is_valid { major } else { "" }))
            } else {
                highest.clone()
            };
            let selected = self.selected(prefix).await?;
            let is_higher = selected.is_none_or(|selected| {
                !selected.is_empty()
                    && goversion::mod_compare(prefix, selected.as_str(), version.as_str()).is_lt()
            });
            if is_higher {
                modules.push(ModuleVersion {
                    path: module,
                    version,
                });
            }
        }
        Ok(modules)
    }

    async fn selected(&self, path: &str) -> Result<Option<Version>, PackageError> {
        let selected = self
            .state
            .graph(self.session)
            .await
            .map_err(PackageError::Graph)?;
        Ok(selected.version(path).cloned())
    }

    /// Asks for the latest version of each module that may have the package; the longest path that has it wins.
    async fn asked(&self, path: &str) -> Result<ModuleVersion, PackageError> {
        self.session.source.note_asked();
        let candidates: Vec<ModulePath> = prefixes(path)
            .filter(|prefix| paths::split_path_version(prefix).2)
            .map(ModulePath::new)
            .filter(|path| !self.session.mains.contains(path))
            .collect();
        let found = self
            .session
            .source
            .upstreams
            .try_group(&candidates, async |route: &Route<'_>| {
                let asked = candidates
                    .iter()
                    .map(|module| self.ask(route, module, path));
                first_of(join_all(asked).await)
            })
            .await;
        let found = found.map_err(|miss| match miss {
            Miss::NotInModule(error) => error,
            Miss::Files(error) if !is_not_found(&error) => error,
            Miss::Query(error)
                if !error.is_not_found() || matches!(error, QueryError::NoMatch(_)) =>
            {
                PackageError::Query(Arc::new(error))
            }
            Miss::Files(error) => PackageError::Nowhere {
                path: path.to_owned(),
                why: error.to_string(),
            },
            Miss::Query(error) => PackageError::Nowhere {
                path: path.to_owned(),
                why: error.to_string(),
            },
        })?;
        let mut newer = None;
        for (position, module) in found.iter().enumerate() {
            let selected = self.selected(module.path.as_str()).await?;
            let is_newer = |selected: &Version| {
                goversion::mod_compare(
                    module.path.as_str(),
                    selected.as_str(),
                    module.version.as_str(),
                )
                .is_gt()
            };
            match selected.filter(is_newer) {
                None => return Ok(module.clone()),
                Some(selected) if position == 0 => newer = Some(selected),
                Some(_) => {}
            }
        }
        Err(PackageError::GoneSince {
            path: path.to_owned(),
            module: found[0].clone(),
            selected: newer.unwrap_or_else(Version::none),
        })
    }

    async fn ask(
        &self,
        route: &Route<'_>,
        module: &ModulePath,
        path: &str,
    ) -> Result<ModuleVersion, Miss> {
        let current = match self.selected(module.as_str()).await {
            Ok(Some(version)) => version,
            Ok(None) | Err(_) => Version::new("none"),
        };
        let found = query_at(
            self.session,
            route,
            module,
            "latest",
            &current,
            Allowed::NotExcludedNorRetracted,
        )
        .await;
        let module = ModuleVersion {
            path: module.clone(),
            version: found.map_err(Miss::Query)?.version,
        };
        match self.has_package(&module, path).await {
            Ok(true) => Ok(module),
            Ok(false) => Err(Miss::NotInModule(self.not_in(&module, path))),
            Err(error) => Err(Miss::Files(error)),
        }
    }

    async fn has_package(&self, module: &ModuleVersion, path: &str) -> Result<bool, PackageError> {
        if self.trees.on_disk(module).is_none() {
            self.trees.fetch(module).await;
        }
        let tree = match self.trees.on_disk(module) {
            Some(Ok(tree)) => tree,
            Some(Err(error)) => return Err((*error).clone()),
            None => return Ok(false),
        };
        let below = in_module(path, module.path.as_str()).unwrap_or_default();
        self.trees.has_package(&PackageDir::new(&tree, below))
    }

    fn not_in(&self, module: &ModuleVersion, path: &str) -> PackageError {
        PackageError::NotInModule {
            module: module.clone(),
            replacement: self.session.shown_replacement(module),
            path: path.to_owned(),
        }
    }
}

fn is_not_found(error: &PackageError) -> bool {
    matches!(error, PackageError::Module(error) if error.reason.is_not_found())
}

/// Returns the modules that have the package, or of all reasons the one that helps most.
fn first_of(answers: Vec<Result<ModuleVersion, Miss>>) -> Result<Vec<ModuleVersion>, Miss> {
    let mut found = Vec::new();
    let mut best: Option<(u8, Miss)> = None;
    let mut other = None;
    let mut lacks_it = false;
    for answer in answers {
        let miss = match answer {
            Ok(module) => {
                found.push(module);
                continue;
            }
            Err(miss) => miss,
        };
        let rank = match &miss {
            Miss::NotInModule(_) => 0,
            Miss::Query(QueryError::NoMatch(_)) => 1,
            Miss::Query(QueryError::Fetch(FetchError::Path(_))) => 2,
            miss if miss.is_not_found() => 4,
            // Where a longer path has the package, or could have it, what is wrong with a shorter one is no matter.
            _ if found.is_empty() && !lacks_it && other.is_none() => {
                other = Some(miss);
                continue;
            }
            _ => continue,
        };
        lacks_it |= rank == 0;
        if best.as_ref().is_none_or(|(known, _)| rank < *known) {
            best = Some((rank, miss));
        }
    }
    match (found.is_empty(), other, best) {
        (_, Some(other), _) => Err(other),
        (false, None, _) => Ok(found),
        (true, None, Some((_, miss))) => Err(miss),
        (true, None, None) => Err(FetchError::Off.into()),
    }
}
