//! Which module versions cannot be used, because they are or lead to something that may not be in the graph.
//!
//! A version reached from a root whose graph is pruned brings in less than one reached from an unpruned root, so each
//! version has two verdicts. They meet at the roots: what requires a root brings in all that the root does.

use super::Pruning;
use super::graph::{Graph, NodeId};
use crate::domain::module::ModuleVersion;

/// Why a version cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Its requirements could not be read.
    Failed,
    /// It is, or it requires, this version, which cannot be used.
    Leads(NodeId),
}

#[derive(Clone, Copy, Default)]
struct Verdicts {
    pruned: Option<Reason>,
    unpruned: Option<Reason>,
}

/// Keeps account of the versions that cannot be used.
pub(super) struct Disqualified {
    /// How the roots were loaded, by node.
    roots: Vec<Option<Pruning>>,
    verdicts: Vec<Verdicts>,
    /// Who requires a version, while that matters, by node.
    requiring: Vec<Vec<NodeId>>,
}

enum Work {
    Mark(NodeId, Pruning, Reason),
    Forget(NodeId),
}

impl Verdicts {
    fn of(self, pruning: Pruning) -> Option<Reason> {
        match pruning {
            Pruning::Unpruned => self.unpruned,
            Pruning::Pruned | Pruning::Workspace => self.pruned,
        }
    }
}

impl Disqualified {
    /// Starts with nothing disqualified in a graph of `size` nodes.
    pub(super) fn new(size: usize, roots: impl Iterator<Item = (NodeId, Pruning)>) -> Self {
        let mut loaded_as = vec![None; size];
        for (node, pruning) in roots {
            loaded_as[node.index()] = Some(pruning);
        }
        Self {
            roots: loaded_as,
            verdicts: vec![Verdicts::default(); size],
            requiring: vec![Vec::new(); size],
        }
    }

    /// Returns why a version cannot be used where it is reached with `pruning`.
    pub(super) fn reason(&self, node: NodeId, pruning: Pruning) -> Option<Reason> {
        self.verdicts[node.index()].of(pruning)
    }

    /// Returns how a root was loaded.
    pub(super) fn root(&self, node: NodeId) -> Option<Pruning> {
        self.roots[node.index()]
    }

    /// Records that `node` requires `required`; false where nothing more can be said against `node`.
    pub(super) fn require(&mut self, node: NodeId, required: NodeId) -> bool {
        let verdicts = self.verdicts[required.index()];
        if let Some(pruning) = self.root(required)
            && verdicts.of(pruning).is_some()
        {
            self.mark(node, Pruning::Pruned, Reason::Leads(required));
            return false;
        }
        if verdicts.unpruned.is_some() {
            self.mark(node, Pruning::Unpruned, Reason::Leads(required));
            if self.root(node).is_none() {
                return false;
            }
        }
        self.requiring[required.index()].push(node);
        true
    }

    /// Records that a version cannot be used where it is reached with `pruning`, and what follows for others.
    pub(super) fn mark(&mut self, node: NodeId, pruning: Pruning, reason: Reason) {
        // Depth first, in the order of the requirements: the first reason that is found stays.
        let mut stack = vec![Work::Mark(node, pruning, reason)];
        while let Some(work) = stack.pop() {
            let (node, pruning, reason) = match work {
                Work::Mark(node, pruning, reason) => (node, pruning, reason),
                Work::Forget(node) => {
                    self.requiring[node.index()].clear();
                    continue;
                }
            };
            if self.reason(node, pruning).is_some() {
                continue;
            }
            let root = self.root(node);
            self.set(node, pruning, reason, root);
            let is_final =
                root.is_some_and(|root| pruning == Pruning::Pruned || root == Pruning::Unpruned);
            if is_final || root.is_none() {
                stack.push(Work::Forget(node));
            }
            let spreads = if is_final {
                Pruning::Pruned
            } else {
                Pruning::Unpruned
            };
            let by = self.requiring[node.index()].iter().rev();
            stack.extend(by.map(|&by| Work::Mark(by, spreads, Reason::Leads(node))));
        }
    }

    fn set(&mut self, node: NodeId, pruning: Pruning, reason: Reason, root: Option<Pruning>) {
        let verdicts = &mut self.verdicts[node.index()];
        if pruning == Pruning::Unpruned {
            verdicts.unpruned = Some(reason);
            // What makes an unpruned root selected brings in all of it, whatever the way.
            if root == Some(Pruning::Unpruned) {
                verdicts.pruned = Some(reason);
            }
        } else {
            verdicts.pruned = Some(reason);
            // What is in the pruned graph is in the unpruned one.
            verdicts.unpruned = verdicts.unpruned.or(Some(reason));
        }
    }

    /// Returns the requirements that lead from `node` to what cannot be used, and whether that could not be read; empty
    /// where nothing is wrong.
    pub(super) fn path(
        &self,
        graph: &Graph,
        mut node: NodeId,
        mut pruning: Pruning,
    ) -> (Vec<ModuleVersion>, bool) {
        let mut path = Vec::new();
        loop {
            if self.root(node) == Some(Pruning::Unpruned) {
                pruning = Pruning::Unpruned;
            }
            let Some(reason) = self.reason(node, pruning) else {
                return (path, false);
            };
            path.push(graph.module(node).clone());
            match reason {
                Reason::Failed => return (path, true),
                Reason::Leads(next) if next == node => return (path, false),
                Reason::Leads(next) => node = next,
            }
            // A chain is never longer than the graph.
            if path.len() > self.verdicts.len() {
                return (path, false);
            }
        }
    }
}
