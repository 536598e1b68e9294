//! Which lines of go.sum a run needs to be repeated: the go.mod of each module whose requirements were read, and the
//! contents of each module that has a loaded package or could have had it.
//!
//! See <https://go.dev/ref/mod#go-sum-files>.

use std::collections::HashSet;

use crate::domain::gosum::SumKind;
use crate::domain::gosum::lines::SumKey;
use crate::domain::module::path::check_import_path;
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::packages::import::prefixes;
use crate::domain::packages::{PackageId, Provider};
use crate::ops::load::Mode;
use crate::ops::packages::load::Loaded;
use crate::ops::packages::resolve::{Selected, State};
use crate::ops::session::Session;

/// From this version of Go on, the go.mod of each module with a loaded package is needed.
const WITH_GO_MODS: &str = "1.21";

/// The lines that are needed.
#[derive(Debug, Default)]
pub struct Keep {
    keys: HashSet<SumKey>,
    /// The only modules that anybody will ask about; none for all.
    among: Option<HashSet<String>>,
}

/// What was loaded, and why.
pub(super) struct Needs<'n, 's> {
    pub session: &'n Session<'s>,
    /// The requirements.
    pub state: &'n State,
    /// The packages, where any were loaded.
    pub loaded: Option<&'n Loaded>,
    /// Whether only what is needed may stay, as for `go mod tidy`.
    pub is_tidy: bool,
    /// Whether the contents of each module of the build list count, too.
    pub with_build_list: bool,
}

impl Keep {
    /// Starts without a line, and takes only those about some modules.
    pub(super) fn among(paths: HashSet<String>) -> Self {
        Self {
            among: Some(paths),
            ..Self::default()
        }
    }

    /// Gathers what `go mod tidy` keeps for these requirements and the packages that were loaded.
    pub async fn of_tidy(session: &Session<'_>, state: &State, loaded: &Loaded) -> Self {
        let needs = Needs {
            session,
            state,
            loaded: Some(loaded),
            is_tidy: true,
            with_build_list: false,
        };
        needs.gather(Self::default()).await
    }

    /// Reports whether a line is needed.
    pub fn has(&self, key: &SumKey) -> bool {
        self.keys.contains(key)
    }

    /// Adds what another run needs.
    pub fn add(&mut self, other: Self) {
        self.keys.extend(other.keys);
    }

    /// Adds a line.
    pub fn want(&mut self, key: SumKey) {
        self.keys.insert(key);
    }

    /// Returns the lines.
    pub fn iter(&self) -> impl Iterator<Item = &SumKey> {
        self.keys.iter()
    }

    fn insert(&mut self, session: &Session<'_>, module: &ModuleVersion, kind: SumKind) {
        if module.version.is_empty() || goversion::is_toolchain(module.path.as_str()) {
            return;
        }
        if let Ok(actual) = session.actual(module)
            && !actual.version.is_empty()
        {
            let (path, version) = (actual.path.as_str(), actual.version.as_str());
            let mut among = self.among.iter();
            if among.all(|among| among.contains(path)) {
                self.keys.insert(SumKey::new(path, version, kind));
            }
        }
    }
}

impl Needs<'_, '_> {
    /// Adds the lines. The graph is loaded only if packages need it and nobody loaded it before.
    pub(super) async fn gather(&self, mut keep: Keep) -> Keep {
        let mut with_go_mods = true;
        match self.loaded {
            None => {
                let go = self.session.mains.go_version();
                with_go_mods =
                    self.session.mode == Mode::Mod || goversion::compare(go, WITH_GO_MODS).is_ge();
            }
            Some(loaded) => {
                let go = loaded.state.go_version();
                if goversion::compare(go, WITH_GO_MODS).is_lt()
                    && (self.is_tidy || self.session.mode != Mode::Mod)
                {
                    with_go_mods = false;
                }
                for &id in loaded.packages.order() {
                    self.package(&mut keep, loaded, id, with_go_mods).await;
                }
            }
        }
        self.graph(&mut keep, with_go_mods);
        keep
    }

    /// Adds the modules that have a package or could have had it: all of them are looked at the next time.
    async fn package(&self, keep: &mut Keep, loaded: &Loaded, id: PackageId, with_go_mods: bool) {
        let provider = loaded.packages.provider(id);
        let path = loaded.packages.path(id);
        let is_nobodys = match provider {
            Provider::Nobody | Provider::Standard => !loaded.errors.contains_key(&id),
            Provider::Main(_) | Provider::Module(_) => false,
        };
        if loaded.packages.is_test(id) || is_nobodys || check_import_path(path).is_err() {
            return;
        }
        if let (Provider::Module(module), true) = (provider, with_go_mods) {
            keep.insert(self.session, module, SumKind::GoMod);
        }
        if self.state.requirements.pruning == Pruning::Pruned && self.is_from_root(provider) {
            // Modules that are no roots are not looked at for packages that a root has.
            self.candidates(keep, path, |path| self.root_version(path));
            return;
        }
        drop(self.state.graph(self.session).await);
        if let Some(selected) = self.state.known() {
            self.candidates(keep, path, |path| selected.version(path).cloned());
        }
    }

    fn candidates(&self, keep: &mut Keep, path: &str, version: impl Fn(&str) -> Option<Version>) {
        for prefix in prefixes(path) {
            let found = version(prefix).filter(|version| version.as_str() != "none");
            if let Some(version) = found {
                let path = ModulePath::new(prefix);
                keep.insert(
                    self.session,
                    &ModuleVersion { path, version },
                    SumKind::Module,
                );
            }
        }
    }

    fn is_from_root(&self, provider: &Provider) -> bool {
        match provider {
            Provider::Nobody | Provider::Standard => false,
            Provider::Main(_) => true,
            Provider::Module(module) => {
                self.state.requirements.version(&module.path) == Some(&module.version)
            }
        }
    }

    fn root_version(&self, path: &str) -> Option<Version> {
        self.state
            .requirements
            .version(&ModulePath::new(path))
            .cloned()
    }

    fn graph(&self, keep: &mut Keep, with_go_mods: bool) {
        match self.state.known() {
            None => {
                // The roots alone were needed: the graph is not loaded just for the sake of go.sum.
                for root in &self.state.requirements.roots {
                    keep.insert(self.session, root, SumKind::GoMod);
                    if self.with_build_list {
                        keep.insert(self.session, root, SumKind::Module);
                    }
                }
            }
            Some(selected) => self.whole_graph(keep, selected, with_go_mods),
        }
    }

    fn whole_graph(&self, keep: &mut Keep, selected: &Selected, with_go_mods: bool) {
        let graph = &selected.graph;
        for node in graph.breadth_first() {
            if graph.required(node).is_some() {
                keep.insert(self.session, graph.module(node), SumKind::GoMod);
            }
        }
        if self.with_build_list {
            for module in graph.build_list() {
                if with_go_mods {
                    keep.insert(self.session, &module, SumKind::GoMod);
                }
                keep.insert(self.session, &module, SumKind::Module);
            }
        }
    }
}
