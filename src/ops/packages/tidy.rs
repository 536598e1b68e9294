//! The roots that a tidy go.mod lists: as few as keep the version of every module with a loaded package.
//!
//! See <https://go.dev/ref/mod#graph-pruning> and <https://go.dev/ref/mod#go-mod-tidy>.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use super::PackageError;
use super::resolve::{GoMods, Resolver, State};
use super::trees::Trees;
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::roots::Requirements;
use crate::domain::packages::import::candidates;
use crate::domain::packages::{ImportError, PackageId, Packages, Provider};
use crate::ops::load::LoadError;
use crate::ops::session::Session;

/// Packages of which the roots are wanted.
pub struct TidyRoots<'t, 's, 'a> {
    /// The run.
    pub session: &'s Session<'a>,
    /// Directories.
    pub trees: &'t Trees<'s, 'a>,
    /// The packages.
    pub packages: &'t Packages,
    /// Graphs of roots that were tried before.
    pub tried: &'t Tried,
}

/// Requirements that were tried. Roots are looked for again after each round of packages, and mostly are the same then.
#[derive(Default)]
pub struct Tried(Mutex<Vec<State>>);

impl Tried {
    /// Returns the requirements, with the graph of earlier ones or of `old` where those have the same roots.
    fn state(&self, requirements: Requirements, old: &State) -> State {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = old.loaded().is_some().then_some(old);
        let mut known = tried.iter().rev().chain(loaded);
        let found = known.find_map(|known| State::sharing(requirements.clone(), known));
        let state = found.unwrap_or_else(|| State::new(requirements.clone()));
        tried.extend(State::sharing(requirements, &state));
        state
    }
}

/// Roots that are being gathered.
struct Roots {
    list: Vec<ModuleVersion>,
    paths: HashSet<ModulePath>,
}

impl Roots {
    /// Adds a root unless its path is there; reports whether it was not.
    fn add(&mut self, module: &ModuleVersion) -> bool {
        let is_new = self.paths.insert(module.path.clone());
        if is_new {
            self.list.push(module.clone());
        }
        is_new
    }

    fn state(&self, old: &State, tried: &Tried) -> State {
        let old_requirements = &old.requirements;
        let (roots, direct) = (self.list.clone(), old_requirements.direct.clone());
        tried.state(
            Requirements::new(old_requirements.pruning, roots, direct),
            old,
        )
    }
}

impl TidyRoots<'_, '_, '_> {
    /// Returns the requirements with tidy roots; `old` are those that the packages were loaded under.
    pub async fn of(&self, old: &State) -> Result<State, LoadError> {
        match old.requirements.pruning {
            Pruning::Unpruned => self.unpruned(old).await,
            Pruning::Pruned | Pruning::Workspace => self.pruned(old).await,
        }
    }

    /// The module of each package of `all` is a root. Tests of others may need more than the graph of these selects.
    async fn pruned(&self, old: &State) -> Result<State, LoadError> {
        let mut roots = self.start(&old.requirements);
        let mut queue = Vec::new();
        let mut queued: HashSet<PackageId> = HashSet::new();
        for &id in self.packages.order() {
            if self.packages.is_in_all(id) {
                if let Provider::Module(module) = self.packages.provider(id) {
                    roots.add(module);
                }
                queue.push(id);
                queued.insert(id);
            }
        }
        let mut tidy = roots.state(old, self.tried);
        // One step of imports after the other: what is nearer may bring in what lies behind it.
        while !queue.is_empty() {
            let selected = tidy.graph_or_fail(self.session).await?;
            let mut next = Vec::new();
            let mut is_grown = false;
            for id in queue {
                let provider = self.packages.provider(id);
                if matches!(provider, Provider::Nobody | Provider::Standard) {
                    continue;
                }
                let imports = self.packages.imports(id).iter().copied();
                let needed = imports.chain(self.packages.test(id));
                next.extend(needed.filter(|&needed| queued.insert(needed)));
                if let Provider::Module(module) = provider
                    && selected
                        .version(module.path.as_str())
                        .is_none_or(|selected| is_below(&module.path, selected, &module.version))
                {
                    is_grown |= roots.add(module);
                }
            }
            if is_grown {
                tidy = roots.state(old, self.tried);
            }
            queue = next;
        }
        tidy.graph_or_fail(self.session).await?;
        self.unambiguous(tidy, roots, old).await
    }

    /// Adds roots for packages that several modules have as soon as their own one is no root any more.
    async fn unambiguous(
        &self,
        mut tidy: State,
        mut roots: Roots,
        old: &State,
    ) -> Result<State, LoadError> {
        loop {
            let mut modules: HashMap<&str, &ModuleVersion> = HashMap::new();
            for &id in self.packages.order() {
                if let Provider::Module(module) = self.packages.provider(id)
                    && !roots.paths.contains(&module.path)
                {
                    modules.insert(self.packages.path(id), module);
                }
            }
            let resolver = Resolver {
                session: self.session,
                trees: self.trees,
                state: &tidy,
                go_mods: GoMods::Left,
            };
            let mut is_grown = false;
            for (path, answer) in resolver
                .resolve_all(modules.keys().copied().collect())
                .await
            {
                if let Err(PackageError::Import(ImportError::Ambiguous { .. })) = answer {
                    is_grown |= roots.add(modules[path]);
                }
            }
            if !is_grown {
                return Ok(tidy);
            }
            tidy = roots.state(old, self.tried);
            tidy.graph_or_fail(self.session).await?;
        }
    }

    /// Modules that are imported directly are roots, and as many others as it takes to keep the versions of all modules
    /// with packages.
    async fn unpruned(&self, old: &State) -> Result<State, LoadError> {
        let Some(main) = self.session.mains.modules.first() else {
            return Ok(State::new(old.requirements.clone()));
        };
        let selected = old.graph_or_fail(self.session).await?;
        let requirements = &old.requirements;
        let mut keep = self.start(requirements);
        let mut direct = Vec::new();
        // Modules that could have had a package: at a lower version, which go.sum does not know, they might.
        let mut others: HashMap<ModulePath, Version> = HashMap::new();
        for &id in self.packages.order() {
            let Provider::Module(module) = self.packages.provider(id) else {
                continue;
            };
            if keep.add(module) && requirements.direct.contains(&module.path) {
                direct.push(module.path.clone());
            }
            let path = self.packages.path(id);
            let found = candidates(path, |prefix| selected.version(prefix).cloned());
            for other in found.filter(|other| other.path != module.path) {
                others.insert(other.path, other.version);
            }
        }
        let mut list = keep.list;
        let mut roots = self.session.minimal(&main.module, &direct, &list)?;
        let build = self.session.build_list(&main.module, &list)?;
        let lowered = build.into_iter().filter_map(|module| {
            let version = others.get(&module.path)?;
            is_below(&module.path, &module.version, version).then(|| ModuleVersion {
                path: module.path,
                version: version.clone(),
            })
        });
        let lowered: Vec<_> = lowered.collect();
        if !lowered.is_empty() {
            list.extend(lowered);
            roots = self.session.minimal(&main.module, &direct, &list)?;
        }
        let direct = requirements.direct.clone();
        Ok(State::new(Requirements::new(
            Pruning::Unpruned,
            roots,
            direct,
        )))
    }

    /// The versions of Go always stay; the main module is no root of its own.
    fn start(&self, old: &Requirements) -> Roots {
        let mains = self.session.mains.modules.iter();
        let mut roots = Roots {
            list: Vec::new(),
            paths: mains.map(|main| main.module.path.clone()).collect(),
        };
        for name in ["go", "toolchain"] {
            let path = ModulePath::new(name);
            if let Some(version) = old.version(&path).cloned() {
                roots.add(&ModuleVersion { path, version });
            }
        }
        roots
    }
}

/// Reports whether the first version is below the second one; that of a main module is above all.
fn is_below(path: &ModulePath, first: &Version, second: &Version) -> bool {
    !first.is_empty()
        && goversion::mod_compare(path.as_str(), first.as_str(), second.as_str()).is_lt()
}
