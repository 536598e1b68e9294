//! Cycles of the module requirement graph.

use std::collections::HashMap;

use super::{Component, Report, Versions};
use crate::domain::graph::digraph::Digraph;
use crate::domain::graph::scc::{self, Components};
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::mvs::VersionKey;
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
    let mut among_versions = versions.by_path(&graph, &by_version, &paths, &found);
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
        of_paths: &Components,
    ) -> HashMap<usize, Vec<&'c [usize]>> {
        let mut gathered: HashMap<usize, Vec<&[usize]>> = HashMap::new();
        for members in &found.members {
            if members.len() < 2 {
                continue;
            }
            let path = graph.path_index(self.nodes[members[0]]);
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
    /// The number of each path, by its position in the graph.
    numbers: Vec<usize>,
    edges: Digraph,
    /// For each edge its ends, and the requirement to show: of the selected version if that has it, else of the highest
    /// that does.
    shown: Vec<((usize, usize), (NodeId, NodeId))>,
}

impl PathGraph {
    fn new(graph: &Graph, versions: &VersionGraph) -> Self {
        let mut by_path: Vec<Vec<NodeId>> = vec![Vec::new(); graph.path_count()];
        for &node in &versions.nodes {
            by_path[graph.path_index(node)].push(node);
        }
        by_path.retain(|nodes| !nodes.is_empty());
        let path = |nodes: &[NodeId]| &graph.module(nodes[0]).path;
        by_path.sort_unstable_by(|a, b| path(a).cmp(path(b)));
        let mut numbers = vec![usize::MAX; graph.path_count()];
        for (number, nodes) in by_path.iter().enumerate() {
            numbers[graph.path_index(nodes[0])] = number;
        }
        let paths: Vec<ModulePath> = by_path.iter().map(|nodes| path(nodes).clone()).collect();
        let mut shown = Vec::new();
        // Which path led to each one last.
        let mut last = vec![usize::MAX; paths.len()];
        for (from, nodes) in by_path.into_iter().enumerate() {
            let path = &paths[from];
            let keyed = nodes.into_iter().map(|node| {
                let version = graph.module(node).version.as_str();
                let key = VersionKey::new(path.as_str(), version);
                (graph.is_selected(node), key, node)
            });
            let mut keyed: Vec<_> = keyed.collect();
            keyed.sort_by(|(a_selected, a, _), (b_selected, b, _)| {
                let selected = b_selected.cmp(a_selected);
                selected.then_with(|| b.compare(a, path.as_str()))
            });
            for (_, _, node) in keyed {
                for &required in graph.required(node).unwrap_or_default() {
                    let to = numbers[graph.path_index(required)];
                    // A module that requires an older version of itself is no cycle of modules.
                    if to != usize::MAX && from != to && last[to] != from {
                        last[to] = from;
                        shown.push(((from, to), (node, required)));
                    }
                }
            }
        }
        let edges: Vec<_> = shown.iter().map(|&(ends, _)| ends).collect();
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
        // The edges are in the order of where they begin.
        let find = |(&from, &to): (&usize, &usize)| {
            let first = self.shown.partition_point(|&((begin, _), _)| begin < from);
            let mut edges = self.shown[first..].iter();
            edges.find(|&&(ends, _)| ends == (from, to))
        };
        pairs
            .filter_map(find)
            .map(|&(_, (from, to))| places.edge(graph.module(from), graph.module(to)))
            .collect()
    }
}
