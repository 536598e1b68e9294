//! The requirement graph: pushed-in requirements, selected versions, and graphs that share most of another one.

mod lists;

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use crate::domain::module::{ModulePath, ModuleVersion, NameMap, Version};

pub use lists::Groups;

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
    pub(super) required: Option<Span>,
}

/// Where the requirements of a node stand among all of a graph.
#[derive(Clone, Copy)]
pub(super) struct Span {
    begin: u32,
    end: u32,
}

impl Span {
    /// Takes what was appended since there were `begin` requirements.
    pub(super) fn since(begin: usize, edges: &[NodeId]) -> Self {
        let number = |at| u32::try_from(at).expect("memory ends before four billion requirements");
        Self {
            begin: number(begin),
            end: number(edges.len()),
        }
    }

    pub(super) fn of(self, edges: &[NodeId]) -> &[NodeId] {
        &edges[self.begin as usize..self.end as usize]
    }
}

/// Requirements between module versions; for each path the highest version seen is selected.
pub struct Graph {
    compare: Compare,
    /// Another graph, whose nodes and paths have the same positions here.
    base: Option<Base>,
    /// The nodes that come after those of the base.
    nodes: Vec<Node>,
    /// What nodes require, each node's requirements together.
    edges: Vec<NodeId>,
    /// Made when a name is first looked for: a graph that is only walked does without. What the base has is not here.
    names: OnceLock<Names>,
    /// The paths of which a version is selected, by name; made when somebody asks.
    order: OnceLock<Vec<PathId>>,
    selected: Vec<Option<NodeId>>,
    roots: Vec<NodeId>,
}

#[derive(Default)]
struct Names {
    ids: NameMap<ModuleVersion, NodeId>,
    paths: NameMap<ModulePath, PathId>,
}

/// A graph that another one shares most of its modules with.
struct Base {
    graph: Arc<Graph>,
    /// What of it is in the other graph, by node.
    shared: Vec<Shared>,
}

/// What two graphs share of a node.
#[derive(Clone, Copy)]
enum Shared {
    /// It is not in the other graph.
    Nothing,
    /// The node; its requirements are not known in the other graph.
    Node,
    /// The node and its requirements.
    All,
    /// The node; what it requires stands among the edges of the other graph.
    Required(Span),
}

/// What a graph consists of, by position: nodes with their paths, what they require, the node selected for each path, the
/// roots.
pub(super) struct Parts {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<NodeId>,
    pub(super) selected: Vec<Option<NodeId>>,
    pub(super) roots: Vec<NodeId>,
}

/// Some of the nodes of a [`Graph`].
#[derive(Clone, Debug, Default)]
pub struct NodeSet(Vec<bool>);

impl NodeSet {
    /// Reports whether a node is among them.
    pub fn contains(&self, node: NodeId) -> bool {
        self.0.get(node.index()).is_some_and(|&is_in| is_in)
    }
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        let mut set = Self::default();
        for node in nodes {
            if set.0.len() <= node.index() {
                set.0.resize(node.index() + 1, false);
            }
            set.0[node.index()] = true;
        }
        set
    }
}

impl NodeId {
    pub(super) fn new(position: u32) -> Self {
        Self(position)
    }

    /// Returns the position of the node, below [`Graph::len`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Graph {
    /// Makes a graph of `roots` alone.
    pub fn new(compare: Compare, roots: &[ModuleVersion]) -> Self {
        Self::start(compare, roots, None)
    }

    /// Makes a graph of `roots` alone that will hold most of what another one does: positions mean the same in both.
    pub fn over(base: Arc<Self>, roots: &[ModuleVersion]) -> Self {
        let base = Base {
            shared: vec![Shared::Nothing; base.len()],
            graph: base,
        };
        Self::start(base.graph.compare, roots, Some(base))
    }

    /// Makes a graph that holds all that another one does.
    pub fn same(base: Arc<Self>) -> Self {
        let shared = |node: u32| match (base.has(NodeId(node)), base.required(NodeId(node))) {
            (false, _) => Shared::Nothing,
            (true, None) => Shared::Node,
            (true, Some(_)) => Shared::All,
        };
        Self {
            compare: base.compare,
            nodes: Vec::new(),
            edges: Vec::new(),
            names: OnceLock::new(),
            order: OnceLock::new(),
            selected: base.selected.clone(),
            roots: base.roots.clone(),
            base: Some(Base {
                shared: (0..).take(base.len()).map(shared).collect(),
                graph: base,
            }),
        }
    }

    fn start(compare: Compare, roots: &[ModuleVersion], base: Option<Base>) -> Self {
        let paths = base.as_ref().map_or(0, |base| base.graph.path_count());
        let mut graph = Self {
            compare,
            base,
            nodes: Vec::new(),
            edges: Vec::new(),
            names: OnceLock::from(Names::default()),
            order: OnceLock::new(),
            selected: vec![None; paths],
            roots: Vec::new(),
        };
        graph.roots = roots.iter().map(|root| graph.add(root)).collect();
        graph
    }

    /// Takes the graph apart.
    pub(super) fn parts(&self) -> Parts {
        if self.base.is_none() {
            return Parts {
                nodes: self.nodes.clone(),
                edges: self.edges.clone(),
                selected: self.selected.clone(),
                roots: self.roots.clone(),
            };
        }
        // What is only in the base has no position.
        let mut alone = Self::new(self.compare, &[]);
        let add = |alone: &mut Self, node: NodeId| alone.add(self.module(node));
        alone.roots = self
            .roots
            .iter()
            .map(|&root| add(&mut alone, root))
            .collect();
        for (node, module) in self.nodes() {
            let new = alone.add(module);
            if let Some(required) = self.required(node) {
                let required: Vec<_> = required.iter().map(|&node| add(&mut alone, node)).collect();
                alone.put_required(new, |graph| graph.edges.extend(&required));
            }
        }
        alone.parts()
    }

    /// Puts a graph together again; every position in `parts` has to exist there.
    pub(super) fn from_parts(compare: Compare, parts: Parts) -> Self {
        Self {
            compare,
            base: None,
            nodes: parts.nodes,
            edges: parts.edges,
            names: OnceLock::new(),
            order: OnceLock::new(),
            selected: parts.selected,
            roots: parts.roots,
        }
    }

    /// Records that `module` requires `required`, in that order, and returns their nodes.
    ///
    /// The first call for a module counts; a later one changes nothing.
    pub fn require(&mut self, module: NodeId, required: &[ModuleVersion]) -> &[NodeId] {
        if self.required(module).is_none() {
            self.put_required(module, |graph| {
                for module in required {
                    let node = graph.add(module);
                    graph.edges.push(node);
                }
            });
        }
        self.required(module).unwrap_or_default()
    }

    /// Has the requirements of a node appended to the edges.
    fn put_required(&mut self, node: NodeId, append: impl FnOnce(&mut Self)) {
        let begin = self.edges.len();
        append(self);
        let span = Span::since(begin, &self.edges);
        let base_len = self.base_len();
        match &mut self.base {
            Some(base) if node.index() < base_len => {
                base.shared[node.index()] = Shared::Required(span);
            }
            _ => self.nodes[node.index() - base_len].required = Some(span),
        }
    }

    /// Reports whether the base has a node, too.
    fn is_in_base(&self, node: NodeId) -> bool {
        node.index() < self.base_len()
    }

    fn base_len(&self) -> usize {
        self.base.as_ref().map_or(0, |base| base.shared.len())
    }

    /// Reports whether there is a node at a position.
    fn has(&self, node: NodeId) -> bool {
        match &self.base {
            Some(base) if node.index() < base.shared.len() => {
                !matches!(base.shared[node.index()], Shared::Nothing)
            }
            _ => true,
        }
    }

    /// Records that a node requires what it requires in the base, if the base knows that.
    ///
    /// The first call for a module counts; a later one changes nothing.
    pub fn require_as_in_base(&mut self, node: NodeId) {
        let Some(base) = &self.base else {
            return;
        };
        if !matches!(base.shared.get(node.index()), Some(Shared::Node)) {
            return;
        }
        let graph = Arc::clone(&base.graph);
        if let Some(required) = graph.required(node) {
            for &node in required {
                self.add_from_base(node);
            }
            if let Some(base) = &mut self.base {
                base.shared[node.index()] = Shared::All;
            }
        }
    }

    /// Returns the requirements recorded for `module`; none where they were pruned out.
    pub fn required(&self, module: NodeId) -> Option<&[NodeId]> {
        let span = match &self.base {
            Some(base) if module.index() < base.shared.len() => {
                match &base.shared[module.index()] {
                    Shared::Nothing | Shared::Node => return None,
                    Shared::All => return base.graph.required(module),
                    Shared::Required(span) => *span,
                }
            }
            _ => self.nodes[module.index() - self.base_len()].required?,
        };
        Some(span.of(&self.edges))
    }

    /// Returns the module version of a node.
    pub fn module(&self, node: NodeId) -> &ModuleVersion {
        &self.at(node).module
    }

    fn at(&self, node: NodeId) -> &Node {
        match &self.base {
            Some(base) if node.index() < base.shared.len() => base.graph.at(node),
            _ => &self.nodes[node.index() - self.base_len()],
        }
    }

    /// Returns the node of a module version, if the graph has it.
    pub fn node(&self, module: &ModuleVersion) -> Option<NodeId> {
        if let Some(base) = &self.base
            && let Some(node) = base.graph.node(module)
        {
            return self.has(node).then_some(node);
        }
        self.names().ids.get(module).copied()
    }

    fn path(&self, path: &str) -> Option<PathId> {
        let in_base = self.base.as_ref().and_then(|base| base.graph.path(path));
        in_base.or_else(|| self.names().paths.get(path).copied())
    }

    /// Returns every module version of the graph, reachable or not.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &ModuleVersion)> {
        let ids = (0u32..).take(self.len()).map(NodeId);
        let nodes = ids.filter(|&node| self.has(node));
        nodes.map(|node| (node, self.module(node)))
    }

    /// Returns the position of the path of a node among all paths.
    pub fn path_index(&self, node: NodeId) -> usize {
        self.at(node).path.0 as usize
    }

    /// Returns the position of a path, if a node has it.
    pub fn index_of_path(&self, path: &str) -> Option<usize> {
        self.path(path).map(|path| path.0 as usize)
    }

    /// Returns the number of positions that paths have.
    pub fn path_count(&self) -> usize {
        self.selected.len()
    }

    /// Returns the number of positions that nodes have; where there is a base, some of them are only there.
    pub fn len(&self) -> usize {
        self.base_len() + self.nodes.len()
    }

    /// Reports whether the graph has no module at all.
    pub fn is_empty(&self) -> bool {
        self.nodes().next().is_none()
    }

    /// Returns the roots in their order.
    pub fn roots(&self) -> &[NodeId] {
        &self.roots
    }

    /// Returns the selected version of the module with the given path, if any version is.
    pub fn selected(&self, path: &ModulePath) -> Option<&Version> {
        let node = self.selected_of_path(path.as_str())?;
        Some(&self.module(node).version)
    }

    /// Returns the node of the same.
    pub fn selected_of_path(&self, path: &str) -> Option<NodeId> {
        self.selected[self.path(path)?.0 as usize]
    }

    /// Returns the node that is selected for the path of `node`.
    pub fn selected_node(&self, node: NodeId) -> Option<NodeId> {
        self.selected[self.path_index(node)]
    }

    /// Reports whether this very version is the selected one of its path.
    pub fn is_selected(&self, node: NodeId) -> bool {
        self.selected_node(node) == Some(node)
    }

    /// Returns the names that the base does not have.
    fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names::default();
            names.ids.reserve(self.nodes.len());
            let (nodes, paths) = match &self.base {
                Some(base) => (base.shared.len(), base.graph.path_count()),
                None => (0, 0),
            };
            let mut is_named = vec![false; self.selected.len() - paths];
            names.paths.reserve(is_named.len());
            for (at, Node { module, path, .. }) in self.nodes.iter().enumerate() {
                names.ids.insert(module.clone(), position(nodes + at));
                let own = (path.0 as usize).checked_sub(paths);
                if own.is_some_and(|own| !std::mem::replace(&mut is_named[own], true)) {
                    names.paths.insert(module.path.clone(), *path);
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
            && let Some(node) = base.graph.node(module)
        {
            self.add_from_base(node);
            return node;
        }
        if let Some(&node) = self.names().ids.get(module) {
            return node;
        }
        let path = self.add_path(&module.path);
        let node = position(self.len());
        let selected = self.selected[path.0 as usize];
        let version = selected.map_or("none", |node| self.module(node).version.as_str());
        if self.is_higher(module, version) {
            self.selected[path.0 as usize] = Some(node);
            self.order = OnceLock::new();
        }
        self.nodes.push(Node {
            module: module.clone(),
            path,
            required: None,
        });
        self.names_mut().ids.insert(module.clone(), node);
        node
    }

    fn add_from_base(&mut self, node: NodeId) {
        let Some(base) = &mut self.base else {
            return;
        };
        let shared = &mut base.shared[node.index()];
        if !matches!(shared, Shared::Nothing) {
            return;
        }
        *shared = Shared::Node;
        let path = base.graph.path_index(node);
        let selected = self.selected[path];
        // The base knows already which of its versions is the highest.
        let highest = base.graph.selected_node(node);
        if selected.is_none() && highest == Some(node) {
            self.selected[path] = Some(node);
            return;
        }
        if selected.is_some() && selected == highest {
            return;
        }
        let is_highest = highest == Some(node) && selected.is_some_and(|it| self.is_in_base(it));
        let version = selected.map_or("none", |node| self.module(node).version.as_str());
        if is_highest || self.is_higher(self.module(node), version) {
            self.selected[path] = Some(node);
        }
    }

    fn is_higher(&self, module: &ModuleVersion, version: &str) -> bool {
        let (path, new) = (module.path.as_str(), module.version.as_str());
        (self.compare)(path, version, new) == Ordering::Less
    }

    fn add_path(&mut self, path: &ModulePath) -> PathId {
        if let Some(known) = self.path(path.as_str()) {
            return known;
        }
        let id = PathId(u32::try_from(self.selected.len()).expect("no more paths than nodes"));
        self.selected.push(None);
        self.names_mut().paths.insert(path.clone(), id);
        id
    }
}

/// Returns the node at a position.
fn position(position: usize) -> NodeId {
    NodeId(u32::try_from(position).expect("memory ends before four billion nodes"))
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
    fn lists_follow_a_graph_that_grows() {
        let list = |graph: &Graph| {
            let list = graph.build_list();
            list.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let mut alone = graph(&[("m", &["b@v1.0.0", "d@none"])]);
        assert_eq!(list(&alone), ["m", "b@v1.0.0"]);
        let b = alone.node(&module("b@v1.0.0")).unwrap();
        alone.require(b, &[module("a@v1.0.0"), module("c@v1.0.0")]);
        assert_eq!(list(&alone), ["m", "a@v1.0.0", "b@v1.0.0", "c@v1.0.0"]);
        // A path that had no version in the base, and one that was not there.
        let base = Arc::new(alone);
        let mut over = Graph::over(Arc::clone(&base), &[module("m")]);
        let m = over.roots()[0];
        let required = ["d@v1.0.0", "bb@v1.0.0", "c@v1.0.0"].map(module);
        over.require(m, &required);
        assert_eq!(list(&over), ["m", "bb@v1.0.0", "c@v1.0.0", "d@v1.0.0"]);
        let mut grouped = over.grouped(&over.breadth_first());
        let names = grouped
            .iter_mut()
            .map(|nodes| over.module(nodes[0]).to_string());
        let names: Vec<_> = names.collect();
        assert_eq!(names, ["bb@v1.0.0", "c@v1.0.0", "d@v1.0.0", "m"]);
        let mut same = Graph::same(Arc::new(over));
        assert_eq!(list(&same), ["m", "bb@v1.0.0", "c@v1.0.0", "d@v1.0.0"]);
        let m = same.node(&module("m")).unwrap();
        assert_eq!(same.required(m).map(<[_]>::len), Some(3));
        let d = same.node(&module("d@v1.0.0")).unwrap();
        same.require(d, &[module("c@v1.2.0"), module("b@v1.0.0")]);
        assert_eq!(
            list(&same),
            ["m", "b@v1.0.0", "bb@v1.0.0", "c@v1.2.0", "d@v1.0.0"]
        );
        assert_eq!(list(&base), ["m", "a@v1.0.0", "b@v1.0.0", "c@v1.0.0"]);
        let parts = Graph::from_parts(compare_versions, same.parts());
        assert_eq!(list(&parts), list(&same));
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
