//! The requirement graph: pushed-in requirements, selected versions, walks and paths.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use super::VersionKey;
use crate::domain::module::{ModulePath, ModuleVersion, NameMap, Version};

/// Orders two versions of the module with the given path.
pub type Compare = fn(&str, &str, &str) -> Ordering;

/// A module version in one [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A module path in one [`Graph`], by its position.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathId(pub(super) u32);

#[derive(Clone)]
pub(super) struct Node {
    pub(super) module: ModuleVersion,
    pub(super) path: PathId,
    pub(super) required: Option<Box<[NodeId]>>,
}

/// Requirements between module versions; for each path the highest version seen is selected.
pub struct Graph {
    compare: Compare,
    nodes: Vec<Node>,
    /// Made when a name is first looked for: a graph that is only walked does without. What the base has is not here.
    names: OnceLock<Names>,
    base: Option<Base>,
    selected: Vec<Option<NodeId>>,
    roots: Vec<NodeId>,
}

/// Names are not copied: who looks for none does without.
impl Clone for Graph {
    fn clone(&self) -> Self {
        Self::from_parts(self.compare, self.parts())
    }
}

#[derive(Default)]
struct Names {
    ids: NameMap<ModuleVersion, NodeId>,
    paths: NameMap<ModulePath, PathId>,
}

/// Another graph that shares most of its modules with this one: its requirements are taken over without looking for names.
struct Base {
    graph: Arc<Graph>,
    /// The node of this graph for each node of the other one.
    nodes: Vec<Option<NodeId>>,
    /// The same for paths.
    paths: Vec<Option<PathId>>,
    /// The node of the other graph for each node of this one.
    origins: Vec<Option<NodeId>>,
}

/// What a graph consists of, by position: nodes with their paths, the node selected for each path, the roots.
pub(super) struct Parts {
    pub(super) nodes: Vec<Node>,
    pub(super) selected: Vec<Option<NodeId>>,
    pub(super) roots: Vec<NodeId>,
}

impl NodeId {
    pub(super) fn new(position: u32) -> Self {
        Self(position)
    }

    /// Returns the position of the node: nodes are numbered from zero in the order they were seen.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Graph {
    /// Makes a graph of `roots` alone.
    pub fn new(compare: Compare, roots: &[ModuleVersion]) -> Self {
        Self::start(compare, roots, None)
    }

    /// Makes a graph of `roots` alone that will hold most of what another one does.
    pub fn over(base: Arc<Self>, roots: &[ModuleVersion]) -> Self {
        let compare = base.compare;
        let base = Base {
            nodes: vec![None; base.len()],
            paths: vec![None; base.path_count()],
            origins: Vec::with_capacity(base.len()),
            graph: base,
        };
        Self::start(compare, roots, Some(base))
    }

    fn start(compare: Compare, roots: &[ModuleVersion], base: Option<Base>) -> Self {
        let (nodes, paths) = base
            .as_ref()
            .map_or((0, 0), |base| (base.nodes.len(), base.paths.len()));
        let mut graph = Self {
            compare,
            nodes: Vec::with_capacity(nodes),
            names: OnceLock::from(Names::default()),
            base,
            selected: Vec::with_capacity(paths),
            roots: Vec::new(),
        };
        graph.roots = roots.iter().map(|root| graph.add(root)).collect();
        graph
    }

    /// Takes the graph apart.
    pub(super) fn parts(&self) -> Parts {
        Parts {
            nodes: self.nodes.clone(),
            selected: self.selected.clone(),
            roots: self.roots.clone(),
        }
    }

    /// Puts a graph together again; every position in `parts` has to exist there.
    pub(super) fn from_parts(compare: Compare, parts: Parts) -> Self {
        Self {
            compare,
            nodes: parts.nodes,
            names: OnceLock::new(),
            base: None,
            selected: parts.selected,
            roots: parts.roots,
        }
    }

    /// Records that `module` requires `required`, in that order, and returns their nodes.
    ///
    /// The first call for a module counts; a later one changes nothing.
    pub fn require(&mut self, module: NodeId, required: &[ModuleVersion]) -> &[NodeId] {
        if self.nodes[module.index()].required.is_none() {
            let required = required.iter().map(|module| self.add(module)).collect();
            self.nodes[module.index()].required = Some(required);
        }
        self.required(module).unwrap_or_default()
    }

    /// Returns the node that the base has for a node.
    pub fn in_base(&self, node: NodeId) -> Option<NodeId> {
        *self.base.as_ref()?.origins.get(node.index())?
    }

    /// Records that a node requires what it requires in the base, if the base knows that.
    ///
    /// The first call for a module counts; a later one changes nothing.
    pub fn require_as_in_base(&mut self, node: NodeId) {
        let known = self.base.as_ref().zip(self.in_base(node));
        let known = known.map(|(base, origin)| (Arc::clone(&base.graph), origin));
        if self.nodes[node.index()].required.is_none()
            && let Some((base, origin)) = known
            && let Some(required) = base.required(origin)
        {
            let required = required.iter().map(|&origin| self.add_from_base(origin));
            self.nodes[node.index()].required = Some(required.collect());
        }
    }

    /// Returns the requirements recorded for `module`; none where they were pruned out.
    pub fn required(&self, module: NodeId) -> Option<&[NodeId]> {
        self.nodes[module.index()].required.as_deref()
    }

    /// Returns the module version of a node.
    pub fn module(&self, node: NodeId) -> &ModuleVersion {
        &self.nodes[node.index()].module
    }

    /// Returns the node of a module version, if the graph has it.
    pub fn node(&self, module: &ModuleVersion) -> Option<NodeId> {
        if let Some(base) = &self.base
            && let Some(origin) = base.graph.node(module)
        {
            return base.nodes[origin.index()];
        }
        self.names().ids.get(module).copied()
    }

    fn path(&self, path: &ModulePath) -> Option<PathId> {
        if let Some(base) = &self.base
            && let Some(origin) = base.graph.path(path)
        {
            return base.paths[origin.0 as usize];
        }
        self.names().paths.get(path).copied()
    }

    /// Returns every module version of the graph, reachable or not, in the order it was seen.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &ModuleVersion)> {
        let ids = 0u32..;
        self.nodes
            .iter()
            .zip(ids)
            .map(|(node, id)| (NodeId(id), &node.module))
    }

    /// Returns the position of the path of a node among all paths.
    pub fn path_index(&self, node: NodeId) -> usize {
        self.nodes[node.index()].path.0 as usize
    }

    /// Returns the number of paths.
    pub fn path_count(&self) -> usize {
        self.selected.len()
    }

    /// Returns the number of module versions.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Reports whether the graph has no module at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns the roots in their order.
    pub fn roots(&self) -> &[NodeId] {
        &self.roots
    }

    /// Returns the selected version of the module with the given path, if any version is.
    pub fn selected(&self, path: &ModulePath) -> Option<&Version> {
        let node = self.selected[self.path(path)?.0 as usize]?;
        Some(&self.module(node).version)
    }

    /// Returns the node that is selected for the path of `node`.
    pub fn selected_node(&self, node: NodeId) -> Option<NodeId> {
        self.selected[self.nodes[node.index()].path.0 as usize]
    }

    /// Reports whether this very version is the selected one of its path.
    pub fn is_selected(&self, node: NodeId) -> bool {
        self.selected_node(node) == Some(node)
    }

    /// Returns the selected versions: the roots' first, in the roots' order, then the others by path.
    pub fn build_list(&self) -> Vec<ModuleVersion> {
        let mut is_root = vec![false; self.selected.len()];
        let mut list = Vec::with_capacity(self.selected.len());
        for &root in &self.roots {
            let path = self.nodes[root.index()].path.0 as usize;
            if !std::mem::replace(&mut is_root[path], true)
                && let Some(node) = self.selected[path]
            {
                list.push(self.module(node).clone());
            }
        }
        let others = list.len();
        for (path, node) in self.selected.iter().enumerate() {
            if let (false, Some(node)) = (is_root[path], node) {
                list.push(self.module(*node).clone());
            }
        }
        list[others..].sort_unstable_by(|a, b| a.path.cmp(&b.path));
        list
    }

    /// Returns every module version but `none` that the roots reach, breadth first.
    pub fn breadth_first(&self) -> Vec<NodeId> {
        let mut seen = vec![false; self.nodes.len()];
        let mut order: Vec<NodeId> = Vec::with_capacity(self.nodes.len());
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
        let order = self.breadth_first();
        let path = |node: NodeId| self.nodes[node.index()].path.0 as usize;
        // Each path is compared once with others, however many versions it has.
        let mut first = vec![None; self.selected.len()];
        for &node in &order {
            first[path(node)].get_or_insert(node);
        }
        let mut paths: Vec<NodeId> = first.into_iter().flatten().collect();
        paths.sort_unstable_by(|&a, &b| self.module(a).path.cmp(&self.module(b).path));
        let mut rank = vec![0_usize; self.selected.len()];
        for (at, &node) in paths.iter().enumerate() {
            rank[path(node)] = at;
        }
        let key = |node: NodeId| {
            let module = self.module(node);
            VersionKey::new(module.path.as_str(), module.version.as_str())
        };
        let mut keyed: Vec<_> = order
            .into_iter()
            .map(|node| (rank[path(node)], key(node), node))
            .collect();
        keyed.sort_by(|(a, a_key, node), (b, b_key, _)| {
            let name = self.module(*node).path.as_str();
            a.cmp(b).then_with(|| a_key.compare(b_key, name))
        });
        keyed.into_iter().map(|(_, _, node)| node).collect()
    }

    /// Returns a shortest chain of requirements from a root to a node for which `wanted` holds.
    pub fn find_path(&self, wanted: impl Fn(NodeId) -> bool) -> Option<Vec<NodeId>> {
        let mut first_required_by: Vec<Option<Option<NodeId>>> = vec![None; self.nodes.len()];
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

    fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names::default();
            names.ids.reserve(self.nodes.len());
            names.paths.reserve(self.selected.len());
            let mut is_named = vec![false; self.selected.len()];
            for (node, module) in self.nodes() {
                names.ids.insert(module.clone(), node);
                let path = self.nodes[node.index()].path;
                if !std::mem::replace(&mut is_named[path.0 as usize], true) {
                    names.paths.insert(module.path.clone(), path);
                }
            }
            names
        })
    }

    fn names_mut(&mut self) -> &mut Names {
        self.names();
        self.names.get_mut().expect("they were made a line above")
    }

    fn add(&mut self, module: &ModuleVersion) -> NodeId {
        if let Some(base) = &self.base
            && let Some(origin) = base.graph.node(module)
        {
            return self.add_from_base(origin);
        }
        if let Some(&node) = self.names().ids.get(module) {
            return node;
        }
        let path = self.path_id(&module.path);
        let node = self.push(module.clone(), path, None);
        self.names_mut().ids.insert(module.clone(), node);
        node
    }

    fn add_from_base(&mut self, origin: NodeId) -> NodeId {
        let base = self.base.as_ref().expect("a node of it is at hand");
        if let Some(node) = base.nodes[origin.index()] {
            return node;
        }
        let Node { module, path, .. } = &base.graph.nodes[origin.index()];
        let (module, origin_path) = (module.clone(), *path);
        let path = self.path_from_base(origin_path);
        let node = self.push(module, path, Some(origin));
        if let Some(base) = &mut self.base {
            base.nodes[origin.index()] = Some(node);
        }
        node
    }

    fn push(&mut self, module: ModuleVersion, path: PathId, origin: Option<NodeId>) -> NodeId {
        let node =
            NodeId(u32::try_from(self.nodes.len()).expect("memory ends before four billion nodes"));
        if self.is_higher(&module, path, origin) {
            self.selected[path.0 as usize] = Some(node);
        }
        self.nodes.push(Node {
            module,
            path,
            required: None,
        });
        if let Some(base) = &mut self.base {
            base.origins.push(origin);
        }
        node
    }

    /// Reports whether a version is above the one that is selected so far.
    fn is_higher(&self, module: &ModuleVersion, path: PathId, origin: Option<NodeId>) -> bool {
        let selected = self.selected[path.0 as usize];
        if let (Some(base), Some(origin), Some(selected)) = (&self.base, origin, selected)
            && let Some(selected) = base.origins[selected.index()]
        {
            // The base knows already which of its versions is the highest.
            match base.graph.selected_node(origin) {
                Some(highest) if highest == origin => return true,
                Some(highest) if highest == selected => return false,
                _ => {}
            }
        }
        let version = selected.map_or("none", |node| self.module(node).version.as_str());
        (self.compare)(module.path.as_str(), version, module.version.as_str()) == Ordering::Less
    }

    fn path_id(&mut self, path: &ModulePath) -> PathId {
        if let Some(base) = &self.base
            && let Some(origin) = base.graph.path(path)
        {
            return self.path_from_base(origin);
        }
        if let Some(&id) = self.names().paths.get(path) {
            return id;
        }
        let id = self.push_path();
        self.names_mut().paths.insert(path.clone(), id);
        id
    }

    fn path_from_base(&mut self, origin: PathId) -> PathId {
        let known = |base: &Base| base.paths[origin.0 as usize];
        if let Some(id) = self.base.as_ref().and_then(known) {
            return id;
        }
        let id = self.push_path();
        if let Some(base) = &mut self.base {
            base.paths[origin.0 as usize] = Some(id);
        }
        id
    }

    fn push_path(&mut self) -> PathId {
        let id = PathId(u32::try_from(self.selected.len()).expect("no more paths than nodes"));
        self.selected.push(None);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mvs::compare_versions;

    fn module(text: &str) -> ModuleVersion {
        let (path, version) = text.split_once('@').unwrap_or((text, ""));
        ModuleVersion::new(path, version)
    }

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let mut graph = Graph::new(compare_versions, &[module(edges[0].0)]);
        for (from, to) in edges {
            let to: Vec<_> = to.iter().map(|text| module(text)).collect();
            let from = graph.node(&module(from)).unwrap();
            graph.require(from, &to);
        }
        graph
    }

    #[test]
    fn the_highest_version_is_selected_and_the_main_module_is_above_all() {
        let graph = graph(&[
            ("m", &["a@v1.0.0", "b@v1.2.0"]),
            ("a@v1.0.0", &["b@v1.10.0", "m@v9.0.0"]),
        ]);
        let list: Vec<_> = graph.build_list().iter().map(ToString::to_string).collect();
        assert_eq!(list, ["m", "a@v1.0.0", "b@v1.10.0"]);
    }

    #[test]
    fn walks_are_breadth_first_and_survive_cycles() {
        let graph = graph(&[
            ("m", &["a@v1.0.0", "b@v1.0.0"]),
            ("a@v1.0.0", &["c@v1.0.0"]),
            ("c@v1.0.0", &["a@v1.0.0"]),
        ]);
        let order: Vec<_> = graph
            .breadth_first()
            .iter()
            .map(|&n| graph.module(n).to_string())
            .collect();
        assert_eq!(order, ["m", "a@v1.0.0", "b@v1.0.0", "c@v1.0.0"]);
        let path = graph
            .find_path(|n| graph.module(n).path.as_str() == "c")
            .unwrap();
        assert_eq!(path.len(), 3);
    }
}
