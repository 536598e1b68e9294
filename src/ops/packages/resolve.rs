//! Which module provides a package. See <https://go.dev/ref/mod#resolve-pkg-mod>.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use rayon::prelude::*;

use super::PackageError;
use super::trees::{PackageDir, Trees};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::roots::Requirements;
use crate::domain::packages::import::{Place, candidates, check, in_module, is_standard};
use crate::domain::packages::{ImportError, Provider, standard};
use crate::ops::load::{LoadError, Mode};
use crate::ops::session::Session;

/// The requirements that packages are looked for in, and their graph once it was needed.
pub struct State {
    /// The requirements.
    pub requirements: Requirements,
    graph: Arc<OnceLock<Result<Selected, Arc<LoadError>>>>,
    /// What is known of a graph that could not be loaded in full.
    partial: Arc<OnceLock<Selected>>,
}

/// The graph that selects the versions.
pub struct Selected {
    /// The graph.
    pub graph: Graph,
}

/// Where a package is.
pub struct Location {
    /// Who provides it.
    pub provider: Provider,
    /// Its directory; none where its files are not read.
    pub dir: Option<PackageDir>,
}

/// What has to be there before it can be said who provides a package.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// The files of a module.
    Files(ModuleVersion),
    /// The go.mod of a module.
    GoMod(ModuleVersion),
    /// The graph of all modules.
    Graph,
}

/// A module with the directory of a package in it; none for the standard library.
type Candidate = Option<(ModuleVersion, PackageDir)>;

/// The answer, or what is needed for it.
pub enum Answer {
    /// Where the package is, or why that cannot be said.
    Known(Result<Location, PackageError>),
    /// Ask again when these are there.
    Needs(Vec<Need>),
}

/// Finds packages.
pub struct Resolver<'r, 's, 'a> {
    /// The run.
    pub session: &'s Session<'a>,
    /// Directories.
    pub trees: &'r Trees<'s, 'a>,
    /// Requirements.
    pub state: &'r State,
    /// Whether the go.mod of a module with a package is needed, too.
    pub go_mods: GoMods,
}

/// Whether the go.mod of a module with a package is needed: it says for which Go the package was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoMods {
    /// It is.
    Needed,
    /// It is not read for this, as in `go mod tidy` below go 1.21.
    Left,
}

impl State {
    /// Starts without a graph.
    pub fn new(requirements: Requirements) -> Self {
        Self {
            requirements,
            graph: Arc::default(),
            partial: Arc::default(),
        }
    }

    /// Takes the graph of other requirements, where these have the same roots: it is loaded once for both.
    pub fn sharing(requirements: Requirements, other: &Self) -> Option<Self> {
        let same = requirements.pruning == other.requirements.pruning
            && requirements.roots == other.requirements.roots;
        same.then(|| Self {
            requirements,
            graph: Arc::clone(&other.graph),
            partial: Arc::clone(&other.partial),
        })
    }

    /// Returns the graph if it was loaded.
    pub fn loaded(&self) -> Option<&Result<Selected, Arc<LoadError>>> {
        self.graph.get()
    }

    /// Returns the graph if it was loaded, and else as much of it as could be.
    pub fn known(&self) -> Option<&Selected> {
        match self.graph.get()? {
            Ok(selected) => Some(selected),
            Err(_) => self.partial.get(),
        }
    }

    /// Takes a graph of these requirements.
    pub fn with_graph(requirements: Requirements, graph: Graph) -> Self {
        let state = Self::new(requirements);
        state.graph.get_or_init(|| Ok(Selected { graph }));
        state
    }

    /// Returns the graph, loading it when it is needed for the first time.
    pub async fn graph(&self, session: &Session<'_>) -> Result<&Selected, Arc<LoadError>> {
        if self.graph.get().is_none() {
            let mut loaded = session.graph(&self.requirements).await;
            let failure = session.failure(&mut loaded);
            let selected = Selected {
                graph: loaded.graph,
            };
            match failure {
                None => drop(self.graph.set(Ok(selected))),
                Some(error) => {
                    drop(self.partial.set(selected));
                    drop(self.graph.set(Err(Arc::new(error))));
                }
            }
        }
        match self.graph.get() {
            Some(Ok(selected)) => Ok(selected),
            Some(Err(error)) => Err(Arc::clone(error)),
            None => unreachable!("it was put there above"),
        }
    }

    /// Returns the graph, or why there is none.
    pub async fn graph_or_fail(&self, session: &Session<'_>) -> Result<&Selected, LoadError> {
        match self.graph(session).await {
            Ok(selected) => Ok(selected),
            // The error is shared with every package that fails for it: only loading again gives one to keep.
            Err(shared) => {
                let again = session.complete(session.graph(&self.requirements).await);
                Err(again
                    .err()
                    .unwrap_or(LoadError::Setting(shared.to_string())))
            }
        }
    }

    /// Returns the Go version of the main modules.
    pub fn go_version(&self) -> &str {
        let listed = self.requirements.version(&ModulePath::new("go"));
        listed.map_or(goversion::DEFAULT_GO_MOD, Version::as_str)
    }
}

impl Selected {
    /// Returns the selected version of a module.
    pub fn version(&self, path: &str) -> Option<&Version> {
        let node = self.graph.selected_of_path(path)?;
        Some(&self.graph.module(node).version)
    }
}

impl Resolver<'_, '_, '_> {
    /// Finds a package: in the main modules and in the roots first, then in all modules.
    pub fn resolve(&self, path: &str) -> Answer {
        if path == "C" {
            return Answer::Known(Ok(Location {
                provider: Provider::Nobody,
                dir: None,
            }));
        }
        if let Err(error) = check(path) {
            return Answer::Known(Err(error.into()));
        }
        if self.session.mode == Mode::Vendor {
            return Answer::Known(self.in_vendor(path));
        }
        let is_complete = matches!(self.state.loaded(), Some(Ok(_)));
        if self.state.requirements.pruning != Pruning::Unpruned || !is_complete {
            match self.among(path, |prefix| self.root_version(prefix)) {
                Answer::Known(Err(PackageError::Import(ImportError::Missing { .. }))) => {}
                answer => return answer,
            }
        }
        match self.state.loaded() {
            None => Answer::Needs(vec![Need::Graph]),
            Some(Ok(selected)) => {
                match self.among(path, |prefix| selected.version(prefix).cloned()) {
                    Answer::Known(Err(PackageError::Import(ImportError::Missing { .. }))) => {
                        Answer::Known(Err(self.missing(path).into()))
                    }
                    answer => answer,
                }
            }
            Some(Err(error)) => Answer::Known(Err(PackageError::Graph(Arc::clone(error)))),
        }
    }

    /// Finds many packages; whatever has to be there first is fetched.
    pub async fn resolve_all<'p>(
        &self,
        paths: Vec<&'p str>,
    ) -> Vec<(&'p str, Result<Location, PackageError>)> {
        let mut waiting = paths;
        let mut found = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let answers: Vec<_> = waiting
                .into_par_iter()
                .map(|path| (path, self.resolve(path)))
                .collect();
            waiting = Vec::new();
            let mut needs = HashSet::new();
            for (path, answer) in answers {
                match answer {
                    Answer::Known(answer) => found.push((path, answer)),
                    Answer::Needs(more) => {
                        waiting.push(path);
                        needs.extend(more);
                    }
                }
            }
            let fetches: FuturesUnordered<_> = needs.iter().map(|need| self.fetch(need)).collect();
            fetches.collect::<Vec<()>>().await;
        }
        found
    }

    /// Fetches what is needed.
    pub async fn fetch(&self, need: &Need) {
        match need {
            Need::Files(module) => self.trees.fetch(module).await,
            Need::GoMod(module) => self.trees.fetch_go_mod(module).await,
            Need::Graph => drop(self.state.graph(self.session).await),
        }
    }

    /// Returns the version of a main module or of a root.
    pub fn root_version(&self, path: &str) -> Option<Version> {
        let mut mains = self.session.mains.modules.iter();
        if mains.any(|main| main.module.path.as_str() == path) {
            return Some(Version::none());
        }
        self.state.requirements.version_at(path).cloned()
    }

    fn missing(&self, path: &str) -> ImportError {
        let path = path.to_owned();
        if is_standard(&path) {
            ImportError::NotStandard { path }
        } else if self.session.mode == Mode::Mod {
            ImportError::Missing { path }
        } else {
            ImportError::NotRequired { path, dir: None }
        }
    }

    /// Looks for a package in the modules that `selected` knows; [`ImportError::Missing`] where none has it.
    fn among(&self, path: &str, selected: impl Fn(&str) -> Option<Version>) -> Answer {
        let mut found: Vec<Candidate> = Vec::new();
        if is_standard(path) && standard::find(path).is_some() {
            found.push(None);
        }
        let mut needs = Vec::new();
        let mut without_sum = None;
        for module in candidates(path, selected) {
            match self.trees.on_disk(&module) {
                None => needs.push(Need::Files(module)),
                Some(Err(error)) => match &*error {
                    PackageError::MissingSum { .. } => without_sum = Some(error),
                    error => return Answer::Known(Err(error.clone())),
                },
                Some(Ok(tree)) => {
                    let below = in_module(path, module.path.as_str()).unwrap_or_default();
                    let dir = PackageDir::new(&tree, below);
                    match self.trees.has_package(&dir) {
                        Ok(true) => found.push(Some((module, dir))),
                        Ok(false) => {}
                        Err(error) => return Answer::Known(Err(error)),
                    }
                }
            }
        }
        if !needs.is_empty() {
            return Answer::Needs(needs);
        }
        self.judge(path, found, without_sum)
    }

    fn judge(
        &self,
        path: &str,
        mut found: Vec<Candidate>,
        without_sum: Option<Arc<PackageError>>,
    ) -> Answer {
        if found.len() > 1 {
            let path = path.to_owned();
            return Answer::Known(Err(ImportError::Ambiguous {
                places: places(&path, &found),
                path,
            }
            .into()));
        }
        if let Some(error) = without_sum {
            return Answer::Known(Err((*error).clone()));
        }
        let Some(found) = found.pop() else {
            let path = path.to_owned();
            return Answer::Known(Err(ImportError::Missing { path }.into()));
        };
        let Some((module, dir)) = found else {
            return Answer::Known(Ok(Location {
                provider: Provider::Standard,
                dir: None,
            }));
        };
        let provider = match self.main_position(&module) {
            Some(position) => Provider::Main(position),
            None if self.go_mods == GoMods::Left => Provider::Module(module),
            None => match self.trees.go_mod_on_disk(&module) {
                None => return Answer::Needs(vec![Need::GoMod(module)]),
                Some(Err(error)) => return Answer::Known(Err(error)),
                Some(Ok(())) => Provider::Module(module),
            },
        };
        let dir = Some(dir);
        Answer::Known(Ok(Location { provider, dir }))
    }

    fn main_position(&self, module: &ModuleVersion) -> Option<usize> {
        let mains = &self.session.mains.modules;
        mains.iter().position(|main| main.module == *module)
    }

    /// With a vendor directory there is nothing but that and the main modules.
    fn in_vendor(&self, path: &str) -> Result<Location, PackageError> {
        let mut found: Vec<(Provider, PathBuf)> = Vec::new();
        if is_standard(path) && standard::find(path).is_some() {
            found.push((Provider::Standard, Path::new("$GOROOT/src").join(path)));
        }
        for (position, main) in self.session.mains.modules.iter().enumerate() {
            let Some(below) = in_module(path, main.module.path.as_str()) else {
                continue;
            };
            let dir = if below.is_empty() {
                main.root.clone()
            } else {
                main.root.join(below)
            };
            if !self.trees.is_nested(&dir, &main.root) && self.trees.has_go_files(&dir)? {
                found.push((Provider::Main(position), dir));
            }
        }
        let dir = self.session.mains.base_dir().join("vendor").join(path);
        if self.trees.has_go_files(&dir).unwrap_or(false)
            && let Some(provider) = self.vendored(path)
        {
            found.push((provider, dir));
        }
        if found.len() > 1 {
            let places = found.iter().map(|(_, dir)| Place {
                module: None,
                dir: dir.to_string_lossy().into_owned(),
            });
            let places = places.collect();
            let path = path.to_owned();
            return Err(ImportError::Ambiguous { path, places }.into());
        }
        match found.pop() {
            Some((Provider::Standard, _)) => Ok(Location {
                provider: Provider::Standard,
                dir: None,
            }),
            Some((provider, dir)) => Ok(Location {
                provider,
                dir: Some(PackageDir::alone(dir)),
            }),
            None => Err(ImportError::NotRequired {
                path: path.to_owned(),
                dir: None,
            }
            .into()),
        }
    }

    /// Tells whose a package in the vendor directory is: since go 1.23 modules.txt has to name it.
    fn vendored(&self, path: &str) -> Option<Provider> {
        let list = self.session.vendored.as_ref()?;
        match list.module_of(path) {
            Some(entry) => Some(Provider::Module(entry.module.clone())),
            None if goversion::compare(self.session.mains.go_version(), "1.23").is_lt() => {
                Some(Provider::Nobody)
            }
            None => None,
        }
    }
}

fn places(path: &str, found: &[Candidate]) -> Vec<Place> {
    let shown = found.iter().rev().map(|candidate| match candidate {
        Some((module, dir)) => Place {
            module: Some(module.clone()),
            dir: dir.path().to_string_lossy().into_owned(),
        },
        None => Place {
            module: Some(ModuleVersion::new("", "")),
            dir: format!("$GOROOT/src/{path}"),
        },
    });
    shown.collect()
}
