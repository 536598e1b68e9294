//! Root requirements: what a go.mod lists, with the `go` and `toolchain` lines among them.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use foldhash::fast::RandomState;

use super::Pruning;
use super::graph::Graph;
use crate::domain::module::{ModulePath, ModuleVersion, NameMap, Version, goversion};

/// The highest version that is listed for each path.
type Highest = NameMap<ModulePath, Version>;

/// The root requirements of a main module, or the members of a workspace.
#[derive(Clone, Debug)]
pub struct Requirements {
    /// How far requirements of requirements count.
    pub pruning: Pruning,
    /// The roots, sorted by path and version; a path may occur more than once.
    pub roots: Vec<ModuleVersion>,
    /// Paths of modules that provide packages imported by the main module: those without `// indirect`.
    pub direct: BTreeSet<ModulePath>,
    highest: Highest,
}

impl Requirements {
    /// Sorts `roots` and takes them as requirements.
    pub fn new(
        pruning: Pruning,
        mut roots: Vec<ModuleVersion>,
        direct: BTreeSet<ModulePath>,
    ) -> Self {
        goversion::mod_sort(&mut roots);
        let mut highest = Highest::with_capacity_and_hasher(roots.len(), RandomState::default());
        for root in &roots {
            match highest.get_mut(&root.path) {
                None => {
                    highest.insert(root.path.clone(), root.version.clone());
                }
                Some(version) => {
                    let order = goversion::mod_compare(
                        root.path.as_str(),
                        version.as_str(),
                        root.version.as_str(),
                    );
                    if order == Ordering::Less {
                        *version = root.version.clone();
                    }
                }
            }
        }
        Self {
            pruning,
            roots,
            direct,
            highest,
        }
    }

    /// Returns the highest version that is listed for `path`.
    pub fn version(&self, path: &ModulePath) -> Option<&Version> {
        self.highest.get(path)
    }

    /// Returns the highest version that is listed for the module at `path`.
    pub fn version_at(&self, path: &str) -> Option<&Version> {
        self.highest.get(path)
    }

    /// Reports whether a path is listed twice or is a main module's own.
    pub fn is_redundant(&self, is_main: impl Fn(&ModulePath) -> bool) -> bool {
        self.roots
            .windows(2)
            .any(|pair| pair[0].path == pair[1].path)
            || self.roots.iter().any(|root| is_main(&root.path))
    }

    /// Returns the requirements with each path once, at the version selected in `graph`, or at the
    /// highest listed one without a graph, and says whether any of them rose.
    pub fn settle(
        &self,
        graph: Option<&Graph>,
        is_main: impl Fn(&ModulePath) -> bool,
    ) -> (Vec<ModuleVersion>, bool) {
        let mut seen: BTreeSet<&ModulePath> = BTreeSet::new();
        let mut roots = Vec::with_capacity(self.roots.len());
        let mut rose = false;
        for root in &self.roots {
            if is_main(&root.path) || !seen.insert(&root.path) {
                continue;
            }
            let version = match graph {
                Some(graph) => graph.selected(&root.path),
                None => self.version(&root.path),
            };
            let version = version.unwrap_or(&root.version).clone();
            rose |= version != root.version;
            roots.push(ModuleVersion {
                path: root.path.clone(),
                version,
            });
        }
        (roots, rose)
    }
}
