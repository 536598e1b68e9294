//! The chain of requirements that tells best why a module version is in a graph: the shortest one that needs no
//! `// indirect` line of a main module, or else the shortest one.
//!
//! A go.mod lists all that its packages need, so that a shorter chain than a line of its own there never is; but such a
//! line says nothing of who is behind it.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::main_modules::{MainModules, is_toolchain};
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::mvs::graph::{Graph, NodeId};

/// The chains of one graph.
pub struct Chains<'g> {
    graph: &'g Graph,
    /// Who leads to each node first; a root leads to itself.
    by: Vec<Option<NodeId>>,
}

/// Which requirements of main modules are marked `// indirect`.
pub struct Direct<'m>(HashMap<&'m ModulePath, BTreeSet<&'m ModulePath>>);

impl<'m> Direct<'m> {
    /// Looks at the go.mod of each main module.
    pub fn new(mains: &'m MainModules) -> Self {
        let of = mains.modules.iter().map(|main| {
            let lines = main.file.require.iter().filter(|line| !line.indirect);
            let direct = lines.map(|line| &line.module.path).collect();
            (&main.module.path, direct)
        });
        Self(of.collect())
    }

    /// Reports whether `from` is a main module that has `to` only with `// indirect`.
    pub fn is_indirect(&self, from: &ModuleVersion, to: &ModuleVersion) -> bool {
        from.version.is_empty()
            && !is_toolchain(&to.path)
            && self
                .0
                .get(&from.path)
                .is_some_and(|direct| !direct.contains(&to.path))
    }
}

impl<'g> Chains<'g> {
    /// Walks the graph once.
    pub fn new(graph: &'g Graph, direct: &Direct<'_>) -> Self {
        let mut chains = Self {
            graph,
            by: vec![None; graph.len()],
        };
        let mut indirect = Vec::new();
        let roots = graph.roots().iter().map(|&root| (root, root)).collect();
        chains.walk(roots, |from, to| {
            let is_indirect = direct.is_indirect(graph.module(from), graph.module(to));
            if is_indirect {
                indirect.push((from, to));
            }
            !is_indirect
        });
        chains.walk(indirect.into(), |_, _| true);
        chains
    }

    fn walk(
        &mut self,
        mut queue: VecDeque<(NodeId, NodeId)>,
        mut follow: impl FnMut(NodeId, NodeId) -> bool,
    ) {
        while let Some((by, node)) = queue.pop_front() {
            if self.by[node.index()].is_some() {
                continue;
            }
            self.by[node.index()] = Some(by);
            for &next in self.graph.required(node).unwrap_or_default() {
                if self.by[next.index()].is_none() && follow(node, next) {
                    queue.push_back((node, next));
                }
            }
        }
    }

    /// Returns the chain from a root to `node`, both included; empty where no root leads there.
    pub fn to(&self, node: NodeId) -> Vec<NodeId> {
        let mut chain = Vec::new();
        let mut at = node;
        while let Some(by) = self.by[at.index()] {
            chain.push(at);
            if by == at {
                chain.reverse();
                return chain;
            }
            at = by;
        }
        Vec::new()
    }

    /// Returns the same chain as module versions.
    pub fn modules(&self, node: NodeId) -> Vec<ModuleVersion> {
        let chain = self.to(node).into_iter();
        chain.map(|node| self.graph.module(node).clone()).collect()
    }
}
