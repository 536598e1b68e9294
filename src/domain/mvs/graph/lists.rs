//! The nodes of a graph in some order: build lists, walks, paths, versions of one module together.

use std::collections::VecDeque;

use super::{Graph, NodeId, PathId};
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::sorted_by_version;

/// Nodes of a [`Graph`] by their modules.
pub struct Groups {
    nodes: Vec<NodeId>,
    /// Where each module's nodes end in `nodes`.
    ends: Vec<usize>,
}

impl Groups {
    /// Returns the number of modules.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Reports whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the nodes of the module at a position.
    pub fn of(&self, position: usize) -> &[NodeId] {
        let begin = position
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        &self.nodes[begin..self.ends[position]]
    }

    /// Returns the nodes of each module; there is always one.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut [NodeId]> {
        let mut rest = self.nodes.as_mut_slice();
        let mut begin = 0;
        self.ends.iter().map(move |&end| {
            let (group, others) = std::mem::take(&mut rest).split_at_mut(end - begin);
            (rest, begin) = (others, end);
            group
        })
    }
}

impl Graph {
    /// Returns the selected versions: the roots' first, in the roots' order, then the others by path.
    pub fn build_list(&self) -> Vec<ModuleVersion> {
        let nodes = self.build_list_nodes().into_iter();
        nodes.map(|node| self.module(node).clone()).collect()
    }

    /// Returns the nodes of the same.
    pub fn build_list_nodes(&self) -> Vec<NodeId> {
        let mut is_root = vec![false; self.selected.len()];
        let mut list = Vec::with_capacity(self.selected.len());
        for &root in &self.roots {
            let path = self.path_index(root);
            if !std::mem::replace(&mut is_root[path], true)
                && let Some(node) = self.selected[path]
            {
                list.push(node);
            }
        }
        let others = self.order().iter().map(|path| path.0 as usize);
        list.extend(
            others
                .filter(|&path| !is_root[path])
                .filter_map(|path| self.selected[path]),
        );
        list
    }

    /// Returns the paths of which a version is selected, by name, and perhaps others that only the base has.
    fn order(&self) -> &[PathId] {
        self.order.get_or_init(|| {
            let base = self.base.as_ref().map(|base| base.graph.order());
            let mut order = base.map_or_else(Vec::new, <[PathId]>::to_vec);
            let mut is_known = vec![false; self.selected.len()];
            for path in &order {
                is_known[path.0 as usize] = true;
            }
            let paths = (0u32..).map(PathId).zip(&self.selected).zip(is_known);
            let new = paths.filter(|((_, selected), is_known)| selected.is_some() && !is_known);
            let known = order.len();
            order.extend(new.map(|((path, _), _)| path));
            if known < order.len() {
                let named = order.iter().map(|&path| (self.name_of(path), path));
                let mut named: Vec<_> = named.collect();
                // What the base has is sorted: only what was appended takes time.
                named.sort_by_key(|&(name, _)| name);
                order = named.into_iter().map(|(_, path)| path).collect();
            }
            order
        })
    }

    /// Returns the text of a path of which a version is selected here or in the base.
    fn name_of(&self, path: PathId) -> &str {
        let selected = self.selected.get(path.0 as usize).copied().flatten();
        match (selected, &self.base) {
            (Some(node), _) => self.at(node).module.path.as_str(),
            (None, Some(base)) => base.graph.name_of(path),
            (None, None) => "",
        }
    }

    /// Returns every module version but `none` that the roots reach, breadth first.
    pub fn breadth_first(&self) -> Vec<NodeId> {
        let mut seen = vec![false; self.len()];
        let mut order: Vec<NodeId> = Vec::with_capacity(self.len());
        for &root in &self.roots {
            if self.is_real(root) {
                seen[root.index()] = true;
                order.push(root);
            }
        }
        let mut next = 0;
        while let Some(&node) = order.get(next) {
            next += 1;
            for &required in self.required(node).unwrap_or_default() {
                if !seen[required.index()] && self.is_real(required) {
                    seen[required.index()] = true;
                    order.push(required);
                }
            }
        }
        order
    }

    /// Returns the same by path, and by version where paths are equal.
    pub fn by_path(&self) -> Vec<NodeId> {
        let mut groups = self.grouped(&self.breadth_first());
        for group in groups.iter_mut() {
            self.sort_versions(group);
        }
        groups.nodes
    }

    /// Sorts versions of one module, the lowest first.
    pub fn sort_versions(&self, nodes: &mut [NodeId]) {
        if nodes.len() < 2 {
            return;
        }
        let path = self.module(nodes[0]).path.as_str();
        let versions = nodes
            .iter()
            .map(|&node| (self.module(node).version.as_str(), node));
        let sorted = sorted_by_version(path, versions);
        nodes.copy_from_slice(&sorted);
    }

    /// Puts those nodes together that are versions of one module, the modules by path. `none` is no version of any.
    pub fn grouped(&self, nodes: &[NodeId]) -> Groups {
        let mut counts = vec![0; self.selected.len()];
        for &node in nodes {
            counts[self.path_index(node)] += 1;
        }
        let mut next = vec![0; counts.len()];
        let mut ends = Vec::new();
        let mut end = 0;
        for path in self.order().iter().map(|path| path.0 as usize) {
            if counts[path] == 0 {
                continue;
            }
            next[path] = end;
            end += counts[path];
            ends.push(end);
        }
        let mut grouped = nodes.to_vec();
        for &node in nodes {
            let next = &mut next[self.path_index(node)];
            grouped[*next] = node;
            *next += 1;
        }
        Groups {
            nodes: grouped,
            ends,
        }
    }

    /// Returns a shortest chain of requirements from a root to a node for which `wanted` holds.
    pub fn find_path(&self, wanted: impl Fn(NodeId) -> bool) -> Option<Vec<NodeId>> {
        let mut first_required_by: Vec<Option<Option<NodeId>>> = vec![None; self.len()];
        let mut queue: VecDeque<NodeId> = self.roots.iter().copied().collect();
        for &root in &self.roots {
            first_required_by[root.index()] = Some(None);
        }
        while let Some(node) = queue.pop_front() {
            if wanted(node) {
                let mut path = vec![node];
                while let Some(Some(by)) = first_required_by[path[path.len() - 1].index()] {
                    path.push(by);
                }
                path.reverse();
                return Some(path);
            }
            for &required in self.required(node).unwrap_or_default() {
                let by = &mut first_required_by[required.index()];
                if by.is_none() {
                    *by = Some(Some(node));
                    queue.push_back(required);
                }
            }
        }
        None
    }

    fn is_real(&self, node: NodeId) -> bool {
        self.module(node).version.as_str() != "none"
    }
}
