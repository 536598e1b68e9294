//! Every chain of requirements to a version, the shortest first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::domain::mvs::graph::{Graph, NodeId};

/// How many beginnings of chains are kept; a graph of a thousand modules has more chains than memory has bytes.
const MOST_PARTIAL: usize = 1 << 20;

/// The end of a chain: a node, and the position of the rest in the list of ends.
struct End {
    node: NodeId,
    rest: Option<usize>,
    len: usize,
}

/// Returns at most `most` chains without repetitions from a root to `target`, and whether there are more.
pub(super) fn all(
    graph: &Graph,
    requirers: &[Vec<NodeId>],
    target: NodeId,
    most: usize,
) -> (Vec<Vec<NodeId>>, bool) {
    let distance = distances(graph);
    let mut ends = vec![End {
        node: target,
        rest: None,
        len: 0,
    }];
    // By the length of the shortest chain that could come of it; then in the order they were found.
    let mut queue = BinaryHeap::from([Reverse((0, 0))]);
    let mut chains = Vec::new();
    while let Some(Reverse((_, at))) = queue.pop() {
        let (node, len) = (ends[at].node, ends[at].len);
        if distance[node.index()] == Some(0) {
            if chains.len() == most {
                return (chains, true);
            }
            chains.push(nodes(&ends, at));
            continue;
        }
        for &by in &requirers[node.index()] {
            let Some(rest) = distance[by.index()] else {
                continue;
            };
            if holds(&ends, at, by) {
                continue;
            }
            if MOST_PARTIAL <= ends.len() {
                return (chains, true);
            }
            queue.push(Reverse((len + 1 + rest, ends.len())));
            ends.push(End {
                node: by,
                rest: Some(at),
                len: len + 1,
            });
        }
    }
    (chains, false)
}

/// Returns how far each node is from the nearest root.
fn distances(graph: &Graph) -> Vec<Option<usize>> {
    let mut distance = vec![None; graph.len()];
    let mut queue: VecDeque<NodeId> = graph.roots().iter().copied().collect();
    for root in graph.roots() {
        distance[root.index()] = Some(0);
    }
    while let Some(node) = queue.pop_front() {
        let next = distance[node.index()].map(|far| far + 1);
        for &required in graph.required(node).unwrap_or_default() {
            if distance[required.index()].is_none() {
                distance[required.index()] = next;
                queue.push_back(required);
            }
        }
    }
    distance
}

fn holds(ends: &[End], at: usize, node: NodeId) -> bool {
    let mut at = Some(at);
    while let Some(end) = at.map(|at| &ends[at]) {
        if end.node == node {
            return true;
        }
        at = end.rest;
    }
    false
}

fn nodes(ends: &[End], at: usize) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    let mut at = Some(at);
    while let Some(end) = at.map(|at| &ends[at]) {
        nodes.push(end.node);
        at = end.rest;
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::module::ModuleVersion;
    use crate::domain::mvs::compare_versions;

    fn module(name: &str) -> ModuleVersion {
        ModuleVersion::new(name, if name == "m" { "" } else { "v1.0.0" })
    }

    #[test]
    fn every_chain_once_the_shortest_first() {
        let mut graph = Graph::new(compare_versions, &[module("m")]);
        for (from, to) in [("m", "a b"), ("a", "b t"), ("b", "a t"), ("t", "a")] {
            let to: Vec<_> = to.split(' ').map(module).collect();
            let from = graph.node(&module(from)).unwrap();
            graph.require(from, &to);
        }
        let requirers = super::super::requirers(&graph);
        let target = graph.node(&module("t")).unwrap();
        let shown = |most| {
            let (chains, more) = all(&graph, &requirers, target, most);
            let chain = |chain: &Vec<NodeId>| {
                chain
                    .iter()
                    .map(|&node| graph.module(node).path.to_string())
                    .collect::<String>()
            };
            (chains.iter().map(chain).collect::<Vec<_>>(), more)
        };
        assert_eq!(shown(9).0, ["mat", "mbt", "mbat", "mabt"]);
        assert!(!shown(9).1 && !shown(4).1 && shown(3).1);
    }
}
