//! Root requirements that agree with the packages that were loaded: the module of each package of `all` is a root, and
//! those that the main module imports itself are direct.
//!
//! See <https://go.dev/ref/mod#graph-pruning>.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::PackageError;
use super::resolve::{Answer, GoMods, Resolver, State};
use super::tidy::{TidyRoots, Tried};
use super::trees::Trees;
use crate::domain::module::{ModulePath, ModuleVersion, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::roots::Requirements;
use crate::domain::packages::{PackageId, Packages, Provider};
use crate::ops::load::{LoadError, Mode};
use crate::ops::session::Session;

/// Why packages are missing, by package.
pub type Errors = HashMap<PackageId, Arc<PackageError>>;

/// Packages and the requirements they were loaded under.
pub struct Update<'u, 's, 'a> {
    /// The run.
    pub session: &'s Session<'a>,
    /// Directories.
    pub trees: &'u Trees<'s, 'a>,
    /// The requirements that the packages were loaded under.
    pub state: &'u State,
    /// The packages.
    pub packages: &'u Packages,
    /// Whether everything that the main modules import was seen, under any tags.
    pub saw_all: bool,
    /// Whether what was asked for counts as imported by the main module.
    pub roots_imported: bool,
    /// Where the module is made tidy: all that go.mod will list becomes a root now, so that packages are loaded under it.
    pub tidy: Option<&'u Tried>,
    /// Whether the go.mod of a module with a package is needed.
    pub go_mods: GoMods,
}

/// What became of the requirements.
pub struct Updated {
    /// The requirements.
    pub state: Option<State>,
    /// Whether packages have to be loaded again.
    pub is_changed: bool,
}

impl Update<'_, '_, '_> {
    /// Brings the requirements in line with the packages.
    pub async fn run(&self, errors: &mut Errors) -> Result<Updated, LoadError> {
        let direct = self.direct(errors).await?;
        let old = &self.state.requirements;
        let tidy = match self.tidy {
            Some(tried) if old.pruning == Pruning::Pruned => self.tidy_roots(tried).await?,
            _ => Vec::new(),
        };
        let Some(state) = self.roots(direct, tidy).await? else {
            return Ok(Updated {
                state: None,
                is_changed: false,
            });
        };
        let mut is_changed = state.go_version() != self.state.go_version();
        if !is_changed && state.requirements.roots != old.roots {
            is_changed = self.moves_packages(&state, errors).await?;
        }
        Ok(Updated {
            state: Some(state),
            is_changed,
        })
    }

    /// Returns the modules with packages that the main modules import, and marks those that go.mod should list but does not.
    async fn direct(&self, errors: &mut Errors) -> Result<BTreeSet<ModulePath>, LoadError> {
        let old = &self.state.requirements;
        let mut direct = if self.saw_all {
            BTreeSet::new()
        } else {
            old.direct.clone()
        };
        let in_workspace = self.session.mains.work.is_some();
        for &id in self.packages.order() {
            if !matches!(self.packages.provider(id), Provider::Main(_)) {
                continue;
            }
            for &import in self.packages.imports(id) {
                let Provider::Module(module) = self.packages.provider(import) else {
                    continue;
                };
                let is_listed = if in_workspace && self.session.mode == Mode::Vendor {
                    continue;
                } else if in_workspace {
                    self.is_required(module).await?
                } else {
                    self.session.mode == Mode::Mod
                        || errors.contains_key(&id)
                        || old.version(&module.path) == Some(&module.version)
                };
                if !is_listed {
                    let implicit = PackageError::Implicit {
                        importer: self.packages.path(id).to_string(),
                        path: self.packages.path(import).to_string(),
                        module: module.clone(),
                    };
                    errors.insert(id, Arc::new(implicit));
                    if !in_workspace {
                        continue;
                    }
                }
                direct.insert(module.path.clone());
            }
        }
        Ok(direct)
    }

    /// Reports whether the graph has the requirements of a module, or an edge to it.
    async fn is_required(&self, module: &ModuleVersion) -> Result<bool, LoadError> {
        let selected = self.state.graph_or_fail(self.session).await?;
        let node = selected.graph.node(module);
        Ok(node.is_some_and(|node| selected.graph.required(node).is_some()))
    }

    /// Returns the new requirements; none where they are as they were.
    async fn roots(
        &self,
        direct: BTreeSet<ModulePath>,
        tidy: Vec<ModuleVersion>,
    ) -> Result<Option<State>, LoadError> {
        let old = &self.state.requirements;
        match old.pruning {
            Pruning::Workspace => {
                let graph = Requirements::new(Pruning::Workspace, old.roots.clone(), direct);
                Ok(Some(State::new(graph)))
            }
            Pruning::Unpruned => self.unpruned(direct).await,
            Pruning::Pruned => self.pruned(direct, tidy).await,
        }
    }

    async fn unpruned(&self, direct: BTreeSet<ModulePath>) -> Result<Option<State>, LoadError> {
        let old = &self.state.requirements;
        let wanted = Requirements::new(Pruning::Unpruned, old.roots.clone(), direct);
        let new = self.session.update_roots(&wanted, None).await?;
        if new.roots == old.roots && new.direct == old.direct {
            return Ok(None);
        }
        Ok(Some(State::new(new)))
    }

    /// Returns the roots of a tidy go.mod: those of `all`, and those that keep versions of what tests of others need.
    async fn tidy_roots(&self, tried: &Tried) -> Result<Vec<ModuleVersion>, LoadError> {
        let tidy = TidyRoots {
            session: self.session,
            trees: self.trees,
            packages: self.packages,
            tried,
        };
        Ok(tidy.of(self.state).await?.requirements.roots)
    }

    async fn pruned(
        &self,
        direct: BTreeSet<ModulePath>,
        tidy: Vec<ModuleVersion>,
    ) -> Result<Option<State>, LoadError> {
        let old = &self.state.requirements;
        let mut added: BTreeMap<ModulePath, ModuleVersion> = BTreeMap::new();
        let mut checked: BTreeSet<&ModuleVersion> = BTreeSet::new();
        for &id in self.packages.order() {
            let Provider::Module(module) = self.packages.provider(id) else {
                continue;
            };
            let counts = self.packages.is_in_all(id)
                || self.packages.is_root(id)
                || (self.roots_imported && self.packages.is_from_root(id));
            if !counts {
                continue;
            }
            if old.version(&module.path).is_some() {
                checked.insert(module);
            } else {
                added.insert(module.path.clone(), module.clone());
            }
        }
        let mut added: Vec<_> = added.into_values().collect();
        added.extend(tidy.into_iter().filter(|module| {
            old.version(&module.path).is_none_or(|listed| {
                let path = module.path.as_str();
                goversion::mod_compare(path, listed.as_str(), module.version.as_str()).is_lt()
            })
        }));
        let is_grown = !added.is_empty();
        if is_grown && self.session.mode != Mode::Mod {
            return Err(LoadError::UpdatesNeeded);
        }
        let mut roots = old.roots.clone();
        roots.extend(added);
        let wanted = Requirements::new(Pruning::Pruned, roots, direct);
        let needs_graph = is_grown
            || match self.state.loaded() {
                Some(_) => self.has_raised_roots(&wanted).await?,
                None => self.session.mode != Mode::Vendor && !self.agree(&checked).await,
            };
        let graph = if needs_graph {
            Some(self.session.complete(self.session.graph(&wanted).await)?)
        } else {
            None
        };
        let new = self.session.update_roots(&wanted, graph).await?;
        if new.roots == old.roots && new.direct == old.direct {
            return Ok(None);
        }
        Ok(Some(State::new(new)))
    }

    /// Reports whether the graph, which is loaded, selects another version than a root lists.
    async fn has_raised_roots(&self, wanted: &Requirements) -> Result<bool, LoadError> {
        let selected = self.state.graph_or_fail(self.session).await?;
        let is_main = |path: &ModulePath| self.session.mains.contains(path);
        Ok(wanted.settle(Some(&selected.graph), is_main).1)
    }

    /// Reports whether no root is below what these modules, all of them roots, require.
    async fn agree(&self, modules: &BTreeSet<&ModuleVersion>) -> bool {
        let old = &self.state.requirements;
        for module in modules {
            let requires = match self.session.requires_on_disk(module) {
                Some(requires) => requires,
                None => self.session.fetched(module).await,
            };
            let Ok(requires) = requires else {
                return false;
            };
            let is_below = |required: &ModuleVersion| {
                old.version(&required.path).is_some_and(|root| {
                    goversion::mod_compare(
                        required.path.as_str(),
                        root.as_str(),
                        required.version.as_str(),
                    )
                    .is_lt()
                })
            };
            if requires.require.iter().any(is_below) {
                return false;
            }
        }
        true
    }

    /// Reports whether other roots mean another version of a module with packages, or help a package that failed.
    async fn moves_packages(&self, state: &State, errors: &Errors) -> Result<bool, LoadError> {
        let selected = state.graph_or_fail(self.session).await?;
        let resolver = Resolver {
            session: self.session,
            trees: self.trees,
            state,
            go_mods: self.go_mods,
        };
        for &id in self.packages.order() {
            if let Provider::Module(module) = self.packages.provider(id)
                && selected.version(module.path.as_str()) != Some(&module.version)
            {
                return Ok(true);
            }
            if errors.contains_key(&id) {
                // Where more would have to be fetched first, loading again finds out.
                match resolver.resolve(self.packages.path(id)) {
                    Answer::Known(Err(_)) => {}
                    Answer::Known(Ok(_)) | Answer::Needs(_) => return Ok(true),
                }
            }
        }
        Ok(false)
    }
}
