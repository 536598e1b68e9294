//! Cycles of the module requirement graph.

use std::collections::{BTreeMap, HashMap};

use super::{Component, Report, Versions};
use crate::domain::graph::digraph::Digraph;
use crate::domain::graph::scc::{self, Components};
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::mvs::compare_versions;
use crate::domain::mvs::graph::{Graph, NodeId};
use crate::ops::chains::{Chains, Direct};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::graph;
use crate::ops::load::LoadOptions;
use crate::ops::main_modules::is_toolchain;
use crate::ops::places::{Edge, Places};

pub(super) async fn find(ctx: &Context, load: &LoadOptions) -> Result<Report, Failure> {
    let (session, graph) = Box::pin(graph::with_session(ctx, load)).await?;
    let versions = VersionGraph::new(&graph);
    let paths = PathGraph::new(&graph, &versions);
    let places = Places::new(&session);
    let found = scc::components(&paths.edges);
    let cyclic: Vec<_> = found
        .cyclic(&paths.edges)
        .filter(|component| 1 < component.len())
        .collect();
    let mut report = Report {
        modules: paths.paths.len(),
        versions: versions.nodes.len(),
        ..Report::default()
    };
    if cyclic.is_empty() {
        return Ok(report);
    }
    let chains = Chains::new(&graph, &Direct::new(&session.mains));
    let by_version = scc::components(&versions.edges);
    let mut among_versions = versions.by_path(&graph, &by_version, &paths);
    for component in cyclic {
        let cycle = found.shortest_cycle(&paths.edges, component);
        let mut made = Component {
            modules: component
                .iter()
                .map(|&path| paths.paths[path].to_string())
                .collect(),
            cycle: paths.chosen(&graph, &cycle, &places),
            ..Component::default()
        };
        made.modules.sort_unstable();
        if let Some(first) = made.cycle.first()
            && !made.cycle.iter().any(|edge| edge.from.version.is_empty())
            && let Some(node) = graph.node(&first.from)
        {
            made.entry = places.chain(&chains.modules(node));
        }
        for members in among_versions.remove(&component[0]).unwrap_or_default() {
            let cycle = by_version.shortest_cycle(&versions.edges, members);
            made.versions.push(Versions {
                len: members.len(),
                cycle: versions.places(&graph, &cycle, &places),
            });
        }
        report.components.push(made);
    }
    report
        .components
        .sort_by(|left, right| left.modules.cmp(&right.modules));
    Ok(report)
}

/// The module versions that the roots reach, and their requirements; Go itself is not among them.
struct VersionGraph {
    nodes: Vec<NodeId>,
    edges: Digraph,
}

impl VersionGraph {
    fn new(graph: &Graph) -> Self {
        let mut nodes = graph.breadth_first();
        nodes.retain(|&node| !is_toolchain(&graph.module(node).path));
        let mut number = vec![usize::MAX; graph.len()];
        for (at, node) in nodes.iter().enumerate() {
            number[node.index()] = at;
        }
        let mut edges = Vec::new();
        for (at, &node) in nodes.iter().enumerate() {
            let required = graph.required(node).unwrap_or_default().iter();
            let required = required.map(|to| number[to.index()]);
            edges.extend(required.filter(|&to| to != usize::MAX).map(|to| (at, to)));
        }
        Self {
            edges: Digraph::new(nodes.len(), &edges),
            nodes,
        }
    }

    /// Gathers the components of versions by the component of paths that they lie in, named by its first path.
    fn by_path<'c>(
        &self,
        graph: &Graph,
        found: &'c Components,
        paths: &PathGraph,
    ) -> HashMap<usize, Vec<&'c [usize]>> {
        let of_paths = scc::components(&paths.edges);
        let mut gathered: HashMap<usize, Vec<&[usize]>> = HashMap::new();
        for members in &found.members {
            if members.len() < 2 {
                continue;
            }
            let path = &graph.module(self.nodes[members[0]]).path;
            let component = of_paths.of[paths.numbers[path]];
            let first = of_paths.members[component][0];
            gathered.entry(first).or_default().push(members);
        }
        gathered
    }

    fn places(&self, graph: &Graph, cycle: &[usize], places: &Places<'_, '_>) -> Vec<Edge> {
        let modules: Vec<&ModuleVersion> = cycle
            .iter()
            .map(|&node| graph.module(self.nodes[node]))
            .collect();
        let next = modules.iter().cycle().skip(1);
        let pairs = modules.iter().zip(next);
        pairs.map(|(from, to)| places.edge(from, to)).collect()
    }
}

/// The module paths, and which leads to which in any version.
struct PathGraph {
    paths: Vec<ModulePath>,
    numbers: HashMap<ModulePath, usize>,
    edges: Digraph,
    /// For each edge the requirement to show: of the selected version if that has it, else of the highest that does.
    shown: HashMap<(usize, usize), (NodeId, NodeId)>,
}

impl PathGraph {
    fn new(graph: &Graph, versions: &VersionGraph) -> Self {
        let mut by_path: BTreeMap<&ModulePath, Vec<NodeId>> = BTreeMap::new();
        for &node in &versions.nodes {
            by_path
                .entry(&graph.module(node).path)
                .or_default()
                .push(node);
        }
        let paths: Vec<ModulePath> = by_path.keys().map(|path| (*path).clone()).collect();
        let numbers: HashMap<_, _> = paths.iter().cloned().zip(0..).collect();
        let mut shown = HashMap::new();
        let mut edges = Vec::new();
        for (path, mut nodes) in by_path {
            let from = numbers[path];
            nodes.sort_by(|&a, &b| {
                let version = |node| graph.module(node).version.as_str();
                let newest = compare_versions(path.as_str(), version(b), version(a));
                graph.is_selected(b).cmp(&graph.is_selected(a)).then(newest)
            });
            for node in nodes {
                for &required in graph.required(node).unwrap_or_default() {
                    let Some(&to) = numbers.get(&graph.module(required).path) else {
                        continue;
                    };
                    // A module that requires an older version of itself is no cycle of modules.
                    if from != to && !shown.contains_key(&(from, to)) {
                        shown.insert((from, to), (node, required));
                        edges.push((from, to));
                    }
                }
            }
        }
        Self {
            edges: Digraph::new(paths.len(), &edges),
            paths,
            numbers,
            shown,
        }
    }

    fn chosen(&self, graph: &Graph, cycle: &[usize], places: &Places<'_, '_>) -> Vec<Edge> {
        let next = cycle.iter().cycle().skip(1);
        let pairs = cycle.iter().zip(next);
        let pairs = pairs.filter_map(|(&from, &to)| self.shown.get(&(from, to)));
        pairs
            .map(|&(from, to)| places.edge(graph.module(from), graph.module(to)))
            .collect()
    }
}
