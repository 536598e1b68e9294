//! Why exactly this version of a module is selected, and what it takes to leave it.
//!
//! A version is selected because somebody requires it and nobody a higher one. See
//! <https://go.dev/ref/mod#minimal-version-selection>.

mod members;
mod paths;
mod roots;
mod ways;

use std::collections::BTreeMap;

use super::chains::{Chains, Direct};
use super::context::Context;
use super::failure::Failure;
use super::graph;
use super::load::LoadOptions;
use super::places::{Edge, Places};
use super::session::Session;
use super::similar;
use super::tree::{Missing, Wanted};
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::compare_versions;
use crate::domain::mvs::graph::{Graph, NodeId};

pub use ways::{Change, Way};

/// How many similar names are offered for one that is not there.
const MAX_SIMILAR: usize = 3;

/// What to explain.
#[derive(Clone, Debug)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// The modules; without a version, whichever is selected.
    pub wanted: Vec<Wanted>,
    /// How many chains are wanted of each; one without a number.
    pub all: Option<usize>,
}

/// The answers, in the order of the questions.
#[derive(Debug, Default)]
pub struct Report {
    /// One for each module.
    pub answers: Vec<Answer>,
}

/// Why one module has the version that it has.
#[derive(Debug)]
pub struct Answer {
    /// What was asked for.
    pub wanted: Wanted,
    /// The selected version; none where the module is not in the graph, empty for a main module.
    pub selected: Option<Version>,
    /// What stands for the selected version.
    pub replacement: Option<ModuleVersion>,
    /// Chains from a main module to the selected version; the first one tells best.
    pub chains: Vec<Vec<Edge>>,
    /// Whether there are more chains than these.
    pub has_more: bool,
    /// Every requirement of the selected version.
    pub forced_by: Vec<Edge>,
    /// The versions that are required and not selected, the highest first.
    pub losers: Vec<Loser>,
    /// What it takes to get another version: the one that was asked for, or else the next one up and down.
    pub ways: Vec<Way>,
    /// Why there are fewer ways than there could be.
    pub notes: Vec<String>,
    /// What is there instead of a module that is not in the graph.
    pub missing: Option<Missing>,
}

/// A version that somebody requires and that is not selected.
#[derive(Debug)]
pub struct Loser {
    /// The version.
    pub version: Version,
    /// Who requires it.
    pub required_by: Vec<Edge>,
}

impl Answer {
    /// Reports whether the version that was asked for is the selected one.
    pub fn is_selected(&self) -> bool {
        match (&self.selected, &self.wanted.version) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(selected), Some(wanted)) => selected == wanted,
        }
    }
}

impl Report {
    /// Reports whether every version that was asked for is selected.
    pub fn all_selected(&self) -> bool {
        self.answers.iter().all(Answer::is_selected)
    }
}

/// Explains versions.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (session, graph) = Box::pin(graph::with_session(ctx, &options.load)).await?;
    let asker = Asker {
        chains: Chains::new(&graph, &Direct::new(&session.mains)),
        places: Places::new(&session),
        requirers: requirers(&graph),
        session: &session,
        graph: &graph,
    };
    let mut report = Report::default();
    for wanted in &options.wanted {
        let mut answer = asker.answer(wanted, options.all);
        if answer
            .selected
            .as_ref()
            .is_some_and(|version| !version.is_empty())
        {
            Box::pin(ways::find(&session, &graph, &options.load, &mut answer)).await;
        }
        report.answers.push(answer);
    }
    Ok(report)
}

struct Asker<'g, 'a> {
    session: &'g Session<'a>,
    graph: &'g Graph,
    chains: Chains<'g>,
    places: Places<'g, 'a>,
    requirers: Vec<Vec<NodeId>>,
}

impl Asker<'_, '_> {
    fn answer(&self, wanted: &Wanted, all: Option<usize>) -> Answer {
        let mut answer = Answer {
            wanted: wanted.clone(),
            selected: self.graph.selected(&wanted.path).cloned(),
            replacement: None,
            chains: Vec::new(),
            has_more: false,
            forced_by: Vec::new(),
            losers: Vec::new(),
            ways: Vec::new(),
            notes: Vec::new(),
            missing: None,
        };
        let Some(version) = answer.selected.clone() else {
            answer.missing = Some(self.missing(wanted));
            return answer;
        };
        let selected = ModuleVersion {
            path: wanted.path.clone(),
            version,
        };
        answer.replacement = self.session.shown_replacement(&selected);
        if let Some(node) = self.graph.node(&selected) {
            answer.forced_by = self.required_by(node);
            answer.chains = vec![self.places.chain(&self.chains.modules(node))];
            if let Some(most) = all {
                let (found, has_more) = paths::all(self.graph, &self.requirers, node, most);
                let chain = |nodes: &Vec<NodeId>| {
                    let modules: Vec<_> = nodes
                        .iter()
                        .map(|&node| self.graph.module(node).clone())
                        .collect();
                    self.places.chain(&modules)
                };
                let found: Vec<_> = found.iter().map(chain).collect();
                let first = answer.chains.remove(0);
                answer.chains = std::iter::once(first.clone())
                    .chain(found.into_iter().filter(|chain| *chain != first))
                    .take(most)
                    .collect();
                answer.has_more = has_more;
            }
        }
        answer.losers = self.losers(&selected);
        answer
    }

    fn losers(&self, selected: &ModuleVersion) -> Vec<Loser> {
        let nodes = self.graph.breadth_first();
        let same = nodes.into_iter().filter(|&node| {
            let module = self.graph.module(node);
            module.path == selected.path && module.version != selected.version
        });
        let mut losers: Vec<_> = same
            .map(|node| Loser {
                version: self.graph.module(node).version.clone(),
                required_by: self.required_by(node),
            })
            .collect();
        let path = selected.path.as_str();
        losers.sort_by(|a, b| compare_versions(path, b.version.as_str(), a.version.as_str()));
        losers
    }

    /// Returns who requires a version: main modules first, then by path, selected versions before others.
    fn required_by(&self, node: NodeId) -> Vec<Edge> {
        let mut by = self.requirers[node.index()].clone();
        by.sort_by_cached_key(|&by| {
            let module = self.graph.module(by);
            (
                !module.version.is_empty(),
                !self.graph.is_selected(by),
                module.clone(),
            )
        });
        let to = self.graph.module(node);
        by.into_iter()
            .map(|by| self.places.edge(self.graph.module(by), to))
            .collect()
    }

    fn missing(&self, wanted: &Wanted) -> Missing {
        let nodes = self.graph.breadth_first();
        let paths: std::collections::BTreeSet<_> = nodes
            .iter()
            .map(|&node| self.graph.module(node).path.as_str())
            .collect();
        let similar = similar::nearest(wanted.path.as_str(), paths.into_iter(), MAX_SIMILAR);
        Missing {
            wanted: wanted.clone(),
            versions: Vec::new(),
            similar: similar.into_iter().map(ModulePath::new).collect(),
        }
    }
}

/// Returns who requires each node, of those that the roots reach.
fn requirers(graph: &Graph) -> Vec<Vec<NodeId>> {
    let mut requirers = vec![Vec::new(); graph.len()];
    for node in graph.breadth_first() {
        for required in graph.required(node).unwrap_or_default() {
            let by: &mut Vec<NodeId> = &mut requirers[required.index()];
            if by.last() != Some(&node) {
                by.push(node);
            }
        }
    }
    requirers
}

/// Returns the selected versions by path, main modules and all.
pub(super) fn selected(graph: &Graph) -> BTreeMap<ModulePath, Version> {
    let list = graph.build_list().into_iter();
    list.map(|module| (module.path, module.version)).collect()
}
