//! Which go.mod is needed next: pruning, workspaces, and when loading is complete.
//!
//! The loader asks ([`Loader::needs`]) and is told ([`Loader::supply`]), in any order: the graph it
//! builds does not depend on that order. It reads nothing itself.
//!
//! See <https://go.dev/ref/mod#graph-pruning> and <https://go.dev/ref/mod#workspaces>.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::graph::{Graph, NodeId, NodeSet};
use super::{Pruning, compare_versions};
use crate::domain::module::{ModulePath, ModuleVersion, goversion};

/// What the loader needs to know of one go.mod file.
#[derive(Clone, Debug)]
pub struct Requires {
    /// Whether the requirements of its requirements count, by its `go` line.
    pub pruning: Pruning,
    /// What it requires, in its order, with exclusions applied; its `go` line as the last one.
    pub require: Vec<ModuleVersion>,
}

/// What is known of module versions before any go.mod is asked for.
#[derive(Clone)]
pub struct KnownGraph {
    /// A graph that has their requirements.
    pub graph: Arc<Graph>,
    /// Their pruning, by node of that graph; none where the go.mod is asked for.
    pub prunings: Arc<[Option<Pruning>]>,
}

/// Loads a module graph from its roots, one go.mod at a time.
pub struct Loader {
    graph: Graph,
    known: Arc<[Option<Pruning>]>,
    pruning: Pruning,
    states: Vec<State>,
    /// Asked for, not yet handed to the caller.
    needs: Vec<NodeId>,
    outstanding: usize,
    workspace: Workspace,
    /// Requirements that are followed although they would be pruned out.
    raised: HashSet<ModuleVersion>,
}

#[derive(Clone, Copy, Default)]
struct State {
    answer: Answer,
    /// A bit for each pruning that the module was reached with.
    reached: u8,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Answer {
    #[default]
    Unasked,
    Asked,
    Failed,
    Known(bool), // true: does not support pruning
}

#[derive(Default)]
struct Workspace {
    /// Paths whose selected versions are read although pruning would leave them out.
    paths: BTreeSet<ModulePath>,
    read: BTreeSet<NodeId>,
}

impl Loader {
    /// Starts with the requirements `roots` of the main module `main`.
    pub fn new(main: &ModuleVersion, roots: &[ModuleVersion], pruning: Pruning) -> Self {
        Self::over(None, main, roots, pruning, HashSet::new())
    }

    /// Starts likewise where something is known already. Requirements on the versions `raised` are followed, too, where
    /// they would be pruned out.
    pub fn over(
        known: Option<KnownGraph>,
        main: &ModuleVersion,
        roots: &[ModuleVersion],
        pruning: Pruning,
        raised: HashSet<ModuleVersion>,
    ) -> Self {
        let main = std::slice::from_ref(main);
        let (mut graph, known) = match known {
            Some(known) => (Graph::over(known.graph, main), known.prunings),
            None => (Graph::new(compare_versions, main), Arc::default()),
        };
        let main = graph.roots()[0];
        let roots = graph.require(main, roots).to_vec();
        let mut loader = Self::empty(graph, pruning);
        loader.known = known;
        loader.raised = raised;
        loader.reach(roots.iter().map(|&root| (root, pruning)).collect());
        loader
    }

    /// Starts with the modules of a workspace and the Go version of go.work.
    pub fn new_workspace(roots: &[ModuleVersion]) -> Self {
        let graph = Graph::new(compare_versions, roots);
        let nodes = graph.roots().to_vec();
        let pruning = Pruning::Workspace;
        let mut loader = Self::empty(graph, pruning);
        loader.reach(nodes.iter().map(|&root| (root, pruning)).collect());
        loader.workspace.paths = roots.iter().map(|root| root.path.clone()).collect();
        loader
    }

    fn empty(graph: Graph, pruning: Pruning) -> Self {
        Self {
            states: Vec::new(),
            graph,
            known: Arc::default(),
            pruning,
            needs: Vec::new(),
            outstanding: 0,
            workspace: Workspace::default(),
            raised: HashSet::new(),
        }
    }

    /// Returns the modules whose go.mod does not support pruning.
    pub fn unpruned(&self) -> NodeSet {
        let nodes = self.graph.nodes().map(|(node, _)| node);
        nodes.filter(|&node| self.is_unpruned(node)).collect()
    }

    fn is_unpruned(&self, node: NodeId) -> bool {
        matches!(
            self.states.get(node.index()),
            Some(State {
                answer: Answer::Known(true),
                ..
            })
        )
    }

    /// Returns the modules whose go.mod is needed now; each is named once.
    ///
    /// Loading is complete when nothing is needed and every earlier need was answered.
    pub fn needs(&mut self) -> Vec<NodeId> {
        if self.needs.is_empty() && self.outstanding == 0 && self.pruning == Pruning::Workspace {
            self.read_selected();
        }
        let needs = std::mem::take(&mut self.needs);
        self.outstanding += needs.len();
        needs
    }

    /// Returns the module version of a node.
    pub fn module(&self, node: NodeId) -> &ModuleVersion {
        self.graph.module(node)
    }

    /// Takes the answer for one need; none means that its go.mod could not be read.
    pub fn supply(&mut self, node: NodeId, requires: Option<&Requires>) {
        self.outstanding = self.outstanding.saturating_sub(1);
        match requires {
            None => self.state(node).answer = Answer::Failed,
            Some(requires) => self.know(node, requires),
        }
    }

    /// Returns the graph.
    pub fn finish(self) -> Graph {
        self.graph
    }

    fn know(&mut self, node: NodeId, requires: &Requires) {
        self.graph.require(node, &requires.require);
        let state = self.state(node);
        state.answer = Answer::Known(requires.pruning == Pruning::Unpruned);
        let mut stack = Vec::new();
        self.expand_as_reached(node, &mut stack);
        self.reach(stack);
    }

    /// Enters modules with the pruning they were reached with, and everything known below them.
    fn reach(&mut self, mut stack: Vec<(NodeId, Pruning)>) {
        while let Some((node, pruning)) = stack.pop() {
            let state = self.state(node);
            if state.reached & bit(pruning) != 0 {
                continue;
            }
            state.reached |= bit(pruning);
            let answer = state.answer;
            if self.graph.module(node).version.as_str() == "none" {
                continue;
            }
            match answer {
                Answer::Unasked => self.ask(node, &mut stack),
                Answer::Known(_) => self.expand(node, pruning, &mut stack),
                Answer::Asked | Answer::Failed => {}
            }
        }
    }

    /// Asks the caller for a go.mod that is not known; `go` and `toolchain` have none and are answered here.
    fn ask(&mut self, node: NodeId, stack: &mut Vec<(NodeId, Pruning)>) {
        let module = self.graph.module(node);
        let require = match module.path.as_str() {
            "go" if goversion::compare(module.version.as_str(), "1.21") != Ordering::Less => {
                vec![ModuleVersion::new(
                    "toolchain",
                    format!("go{}", module.version),
                )]
            }
            "go" | "toolchain" => Vec::new(),
            _ => {
                if let Some(pruning) = self.in_base(node) {
                    self.graph.require_as_in_base(node);
                    self.state(node).answer = Answer::Known(pruning == Pruning::Unpruned);
                    self.expand_as_reached(node, stack);
                } else {
                    self.state(node).answer = Answer::Asked;
                    self.needs.push(node);
                }
                return;
            }
        };
        self.graph.require(node, &require);
        let state = self.state(node);
        state.answer = Answer::Known(false);
        self.expand_as_reached(node, stack);
    }

    /// Returns the pruning of a module whose requirements are known already.
    fn in_base(&self, node: NodeId) -> Option<Pruning> {
        self.known.get(node.index()).copied().flatten()
    }

    /// Follows the requirements of a known module, for each pruning that it was reached with.
    fn expand_as_reached(&self, node: NodeId, stack: &mut Vec<(NodeId, Pruning)>) {
        let reached = self.states[node.index()].reached;
        for pruning in [Pruning::Pruned, Pruning::Unpruned, Pruning::Workspace] {
            if reached & bit(pruning) != 0 {
                self.expand(node, pruning, stack);
            }
        }
    }

    /// Follows the requirements of a known module, as far as `pruning` lets them count.
    fn expand(&self, node: NodeId, pruning: Pruning, stack: &mut Vec<(NodeId, Pruning)>) {
        let unpruned = self.is_unpruned(node);
        let is_cut = pruning == Pruning::Pruned && !unpruned;
        if is_cut && self.raised.is_empty() {
            return;
        }
        let next = if pruning == Pruning::Unpruned || unpruned {
            Pruning::Unpruned
        } else {
            Pruning::Pruned
        };
        let required = self.graph.required(node).unwrap_or_default().iter();
        let counts = |required: &&NodeId| {
            let state = self.states.get(required.index());
            let is_new = state.is_none_or(|state| state.reached & bit(next) == 0);
            is_new && (!is_cut || self.raised.contains(self.graph.module(**required)))
        };
        stack.extend(required.filter(counts).map(|&required| (required, next)));
    }

    /// Reads, in a workspace, the selected versions of the members' dependencies too: a member's
    /// requirement on a lower version does not tell what the selected one needs.
    fn read_selected(&mut self) {
        loop {
            let mut found = BTreeSet::new();
            for path in &self.workspace.paths {
                let Some(version) = self.graph.selected(path) else {
                    continue;
                };
                let module = ModuleVersion {
                    path: path.clone(),
                    version: version.clone(),
                };
                let Some(node) = self.graph.node(&module) else {
                    continue;
                };
                if !self.workspace.read.contains(&node) {
                    found.insert(node);
                    continue;
                }
                for &required in self.graph.required(node).unwrap_or_default() {
                    if let Some(selected) = self.graph.selected_node(required)
                        && selected != required
                        && !self.workspace.read.contains(&selected)
                    {
                        found.insert(selected);
                    }
                }
            }
            if found.is_empty() {
                return;
            }
            for &node in &found {
                self.workspace.read.insert(node);
                self.workspace
                    .paths
                    .insert(self.graph.module(node).path.clone());
            }
            self.reach(
                found
                    .into_iter()
                    .map(|node| (node, Pruning::Workspace))
                    .collect(),
            );
            if !self.needs.is_empty() {
                return;
            }
        }
    }

    fn state(&mut self, node: NodeId) -> &mut State {
        if self.states.len() <= node.index() {
            self.states
                .resize(self.graph.len().max(node.index() + 1), State::default());
        }
        &mut self.states[node.index()]
    }
}

fn bit(pruning: Pruning) -> u8 {
    match pruning {
        Pruning::Pruned => 1,
        Pruning::Unpruned => 2,
        Pruning::Workspace => 4,
    }
}
