//! Cycles of the module requirement graph.

use std::collections::HashMap;

use super::{Component, Report, Versions};
use crate::domain::graph::digraph::Digraph;
use crate::domain::graph::scc::{self, Components};
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::mvs::graph::{Graph, Groups, NodeId};
use crate::ops::chains::{Chains, Direct};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::graph;
use crate::ops::load::LoadOptions;
use crate::ops::main_modules::is_toolchain;
use crate::ops::places::{Edge, Places};

pub(super) async fn find(ctx: &Context, load: &LoadOptions) -> Result<Report, Failure> {
    let (session, graph) = Box::pin(graph::with_session(ctx, load)).await?;
    // Go itself is no module.
    let mut nodes = graph.breadth_first();
    nodes.retain(|&node| !is_toolchain(&graph.module(node).path));
    let paths = PathGraph::new(&graph, &nodes);
    let places = Places::new(&session);
    let found = scc::components(&paths.edges);
    let cyclic: Vec<_> = found
        .cyclic(&paths.edges)
        .filter(|component| 1 < component.len())
        .collect();
    let mut report = Report {
        modules: paths.paths.len(),
        versions: nodes.len(),
        ..Report::default()
    };
    if cyclic.is_empty() {
        return Ok(report);
    }
    let chains = Chains::new(&graph, &Direct::new(&session.mains));
    // Versions that require each other are of modules that do.
    nodes.retain(|&node| 1 < found.members[found.of[paths.number(&graph, node)]].len());
    let versions = VersionGraph::new(&graph, nodes);
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

/// Module versions, and their requirements of each other.
struct VersionGraph {
    nodes: Vec<NodeId>,
    edges: Digraph,
}

impl VersionGraph {
    fn new(graph: &Graph, nodes: Vec<NodeId>) -> Self {
        let mut number = vec![usize::MAX; graph.len()];
        for (at, node) in nodes.iter().enumerate() {
            number[node.index()] = at;
        }
        let edges = Digraph::from_targets(nodes.len(), |at, targets| {
            let required = graph.required(nodes[at]).unwrap_or_default().iter();
            let required = required.map(|to| number[to.index()]);
            targets.extend(required.filter(|&to| to != usize::MAX));
        });
        Self { nodes, edges }
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
            let path = paths.number(graph, self.nodes[members[0]]);
            let component = of_paths.of[path];
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
    /// The versions of each path.
    versions: Groups,
    edges: Digraph,
}

impl PathGraph {
    fn new(graph: &Graph, nodes: &[NodeId]) -> Self {
        let mut versions = graph.grouped(nodes);
        let mut numbers = vec![usize::MAX; graph.path_count()];
        let mut paths = Vec::with_capacity(versions.len());
        for nodes in versions.iter_mut() {
            numbers[graph.path_index(nodes[0])] = paths.len();
            paths.push(graph.module(nodes[0]).path.clone());
            // A cycle that counts is shown sooner than one that does not.
            selected_first(graph, nodes);
        }
        // Which path led to each one last.
        let mut last = vec![usize::MAX; paths.len()];
        let edges = Digraph::from_targets(paths.len(), |from, targets| {
            for &node in versions.of(from) {
                for &required in graph.required(node).unwrap_or_default() {
                    let to = numbers[graph.path_index(required)];
                    // A module that requires an older version of itself is no cycle of modules.
                    if to != usize::MAX && from != to && last[to] != from {
                        last[to] = from;
                        targets.push(to);
                    }
                }
            }
        });
        Self {
            paths,
            numbers,
            versions,
            edges,
        }
    }

    /// Returns the number of the path of a module version.
    fn number(&self, graph: &Graph, node: NodeId) -> usize {
        self.numbers[graph.path_index(node)]
    }

    /// Returns the requirements to show for a cycle: of the selected version of each path if that has it, else of the
    /// highest that does.
    fn chosen(&self, graph: &Graph, cycle: &[usize], places: &Places<'_, '_>) -> Vec<Edge> {
        let next = cycle.iter().cycle().skip(1);
        let pairs = cycle.iter().zip(next);
        let find = |(&from, &to): (&usize, &usize)| {
            let mut nodes = self.versions.of(from).to_vec();
            graph.sort_versions(&mut nodes);
            nodes.reverse();
            selected_first(graph, &mut nodes);
            nodes.into_iter().find_map(|node| {
                let mut required = graph.required(node).unwrap_or_default().iter();
                let leads = |next: &&NodeId| self.number(graph, **next) == to;
                Some((node, *required.find(leads)?))
            })
        };
        pairs
            .filter_map(find)
            .map(|(from, to)| places.edge(graph.module(from), graph.module(to)))
            .collect()
    }
}

/// Puts the selected one of a module's versions before the others.
fn selected_first(graph: &Graph, nodes: &mut [NodeId]) {
    if let Some(at) = nodes.iter().position(|&node| graph.is_selected(node)) {
        nodes[..=at].rotate_right(1);
    }
}
