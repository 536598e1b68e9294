//! Which lines of go.sum a module graph needs, and why.
//!
//! The go command needs the hash of each go.mod whose requirements are part of the graph, whether or not that version is
//! selected, and of the go.mod and zip of modules that provide packages. See <https://go.dev/ref/mod#go-sum-files>.

use std::collections::{BTreeMap, HashMap};

use crate::domain::gosum::SumKind;
use crate::domain::gosum::lines::SumKey;
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::graph::{Graph, NodeId};
use crate::domain::mvs::roots::Requirements;
use crate::ops::session::Session;

/// How much a line is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Demand {
    /// Only if a package of the module is loaded.
    May,
    /// go.mod lists the module, so one of its packages is most likely loaded.
    Perhaps,
    /// Nothing goes without it.
    Must,
}

/// Why a line is needed.
#[derive(Clone, Debug)]
pub(super) struct Need {
    pub demand: Demand,
    pub why: Vec<String>,
}

/// The lines that one graph needs.
#[derive(Debug, Default)]
pub(super) struct Needs {
    lines: BTreeMap<SumKey, Need>,
    selected: HashMap<ModulePath, Version>,
    /// Whether the whole graph is known.
    pub is_complete: bool,
}

impl Needs {
    pub(super) fn get(&self, key: &SumKey) -> Option<&Need> {
        self.lines.get(key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&SumKey, &Need)> {
        self.lines.iter()
    }

    /// Returns the version of a module that the graph selects.
    pub(super) fn selected(&self, path: &ModulePath) -> Option<&Version> {
        self.selected.get(path)
    }

    fn add(&mut self, module: &ModuleVersion, kind: SumKind, demand: Demand, why: String) {
        let key = SumKey::new(module.path.as_str(), module.version.as_str(), kind);
        let need = self.lines.entry(key).or_insert(Need {
            demand,
            why: Vec::new(),
        });
        need.demand = need.demand.max(demand);
        if !need.why.contains(&why) {
            need.why.push(why);
        }
    }
}

/// Gathers what a graph needs; `name` says whose graph it is.
pub(super) fn gather(
    session: &Session<'_>,
    requirements: &Requirements,
    graph: &Graph,
    name: &str,
) -> Needs {
    let mut needs = Needs {
        is_complete: true,
        ..Needs::default()
    };
    let requirers = requirers(graph);
    for node in graph.breadth_first() {
        let module = graph.module(node);
        if graph.required(node).is_none() {
            continue;
        }
        let Some(actual) = with_files(session, module) else {
            continue;
        };
        let mut why = match requirers.get(&node) {
            Some(&by) => format!(
                "in the graph of {name}: {} requires {module}",
                graph.module(by)
            ),
            None => format!("in the graph of {name}"),
        };
        if let (false, Some(selected)) = (graph.is_selected(node), graph.selected(&module.path)) {
            why = format!("{why}, though {selected} is selected");
        }
        needs.add(
            &actual,
            SumKind::GoMod,
            Demand::Must,
            replaced(why, module, &actual),
        );
    }
    for module in graph.build_list() {
        needs
            .selected
            .insert(module.path.clone(), module.version.clone());
        let Some(actual) = with_files(session, &module) else {
            continue;
        };
        let demand = zip_demand(session, requirements, &module);
        let why = replaced(format!("in the build list of {name}"), &module, &actual);
        needs.add(&actual, SumKind::GoMod, Demand::May, why.clone());
        needs.add(&actual, SumKind::Module, demand, why);
    }
    needs
}

/// Returns what more may stay in go.sum for the sake of Go 1.16, which `go mod tidy` thinks of where go.mod says `go 1.17`:
/// there the graph is loaded without pruning.
pub(super) async fn of_go_1_16(
    session: &Session<'_>,
    requirements: &Requirements,
    name: &str,
) -> Option<Needs> {
    let go = session.mains.go_version();
    if requirements.pruning != Pruning::Pruned || goversion::lang(go) != "1.17" {
        return None;
    }
    let (roots, direct) = (requirements.roots.clone(), requirements.direct.clone());
    let unpruned = Requirements::new(Pruning::Unpruned, roots, direct);
    let loaded = session.graph(&unpruned).await;
    let name = format!("{name} as Go 1.16 loads it");
    let mut needs = gather(session, &unpruned, &loaded.graph, &name);
    needs.is_complete = loaded.failed.is_empty();
    Some(needs)
}

/// Returns what stands for a module, if that has lines in go.sum: not the main module, no directory, not Go itself.
fn with_files(session: &Session<'_>, module: &ModuleVersion) -> Option<ModuleVersion> {
    // A version of the main module's own path, which others may require, is read like any other.
    if module.version.is_empty() || goversion::is_toolchain(module.path.as_str()) {
        return None;
    }
    let actual = session.actual(module).ok()?;
    (!actual.version.is_empty()).then_some(actual)
}

/// A module that go.mod requires without `// indirect` is imported, by what go.mod says; one that is listed at all in a
/// pruned graph most likely is.
fn zip_demand(
    session: &Session<'_>,
    requirements: &Requirements,
    module: &ModuleVersion,
) -> Demand {
    let lines = session
        .mains
        .modules
        .iter()
        .flat_map(|main| &main.file.require);
    let mut demand = Demand::May;
    for line in lines.filter(|line| line.module.path == module.path) {
        let of_line = match (line.indirect, requirements.pruning) {
            (false, _) => Demand::Must,
            (true, Pruning::Pruned | Pruning::Workspace) => Demand::Perhaps,
            (true, Pruning::Unpruned) => Demand::May,
        };
        demand = demand.max(of_line);
    }
    demand
}

fn replaced(why: String, module: &ModuleVersion, actual: &ModuleVersion) -> String {
    if module == actual {
        why
    } else {
        format!("{why} (it replaces {module})")
    }
}

/// Returns for each node the one that requires it and stands nearest to the roots.
fn requirers(graph: &Graph) -> HashMap<NodeId, NodeId> {
    let mut requirers = HashMap::new();
    for node in graph.breadth_first() {
        for &required in graph.required(node).unwrap_or_default() {
            requirers.entry(required).or_insert(node);
        }
    }
    requirers
}
