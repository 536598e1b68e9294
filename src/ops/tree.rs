//! The module graph as a tree: what modules require, or who requires them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::context::Context;
use super::failure::Failure;
use super::load::{self, LoadOptions, Purpose};
use super::session::Session;
use super::similar;
use crate::domain::graph::digraph::Digraph;
use crate::domain::graph::unfold::{Below, Place, Step, unfold};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion, path};
use crate::domain::mvs::compare_versions;
use crate::domain::mvs::graph::{Graph, NodeId};

/// How many similar names are offered for one that is not there.
const MAX_SIMILAR: usize = 3;

/// What to show.
#[derive(Clone, Debug)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Which trees.
    pub view: View,
    /// How many levels there are below the roots.
    pub depth: Option<usize>,
}

/// Which trees to show.
#[derive(Clone, Debug)]
pub enum View {
    /// What the main modules require.
    Main,
    /// What one module requires.
    Requirements(Wanted),
    /// Who requires a module.
    Requirers(Wanted),
    /// Who requires the modules of which several majors are in the build list.
    Duplicates,
}

/// A module that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its path.
    pub path: ModulePath,
    /// Its version; without one, the selected version or all of them.
    pub version: Option<Version>,
}

/// The trees, line by line.
#[derive(Debug, Default)]
pub struct Report {
    /// The lines, each above those that belong under it.
    pub rows: Vec<Row>,
    /// What was asked for and is not in the graph; then there are no lines.
    pub missing: Option<Missing>,
}

/// One line of a tree.
#[derive(Debug)]
pub struct Row {
    /// The module.
    pub module: ModuleVersion,
    /// Whether this version counts.
    pub standing: Standing,
    /// Whether the main module marks the requirement between this line and the one above as indirect.
    pub is_indirect: bool,
    /// What stands for the module, as `go list -m` shows it.
    pub replacement: Option<ModuleVersion>,
    /// Zero for a root.
    pub depth: usize,
    /// Whether no sibling follows.
    pub is_last: bool,
    /// What stands below the line.
    pub below: RowBelow,
}

/// Whether a version counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A main module.
    Main,
    /// The selected version of its path.
    Selected,
    /// Another version is selected; the empty one where the main module has this path.
    NotSelected(Version),
}

/// What stands below a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowBelow {
    /// All that belongs there, which may be nothing.
    All,
    /// Nothing, because it stands elsewhere.
    Elsewhere,
    /// Nothing, because the tree is to be no deeper.
    Cut,
    /// Nothing, because this version is not selected and all that it leads to is in the tree without it.
    NotFollowed,
    /// Nothing is known: graph pruning kept the requirements out of the graph.
    Pruned,
}

/// A module that is not in the graph, and what is there instead.
#[derive(Debug)]
pub struct Missing {
    /// What was asked for.
    pub wanted: Wanted,
    /// The versions of that path that are in the graph, the selected one first, then the newest.
    pub versions: Vec<Version>,
    /// Paths that are in the graph and look alike, the nearest first.
    pub similar: Vec<ModulePath>,
}

impl Wanted {
    /// Reads `PATH` or `PATH@VERSION`.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let (path, version) = match text.split_once('@') {
            Some((path, version)) => (path, Some(version)),
            None => (text, None),
        };
        if path.is_empty() || version.is_some_and(str::is_empty) {
            return Err(Failure::usage(format!(
                "`{text}` is not a module, with or without a version"
            ))
            .hint("write `PATH` or `PATH@VERSION`"));
        }
        Ok(Self {
            path: ModulePath::new(path),
            version: version.map(Version::new),
        })
    }
}

/// Loads the graph as `go mod graph` does, and shows it.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (session, requirements) = Box::pin(load::load(ctx, Purpose::Graph, &options.load)).await?;
    let (_, graph) = session.expand(requirements).await?;
    Ok(View::report(
        &options.view,
        &Forest::new(&session, &graph, &options.view),
        options.depth,
    ))
}

impl View {
    fn report(&self, forest: &Forest<'_, '_>, depth: Option<usize>) -> Report {
        let roots = match self {
            Self::Main => Ok(forest.mains()),
            Self::Requirements(wanted) => forest.find(wanted).map(|mut found| {
                found.truncate(1);
                found
            }),
            Self::Requirers(wanted) => forest.find(wanted),
            Self::Duplicates => Ok(forest.duplicates()),
        };
        let roots = match roots {
            Ok(roots) => roots,
            Err(missing) => {
                return Report {
                    rows: Vec::new(),
                    missing: Some(missing),
                };
            }
        };
        let rows = match self {
            Self::Main | Self::Requirements(_) => forest.requirements(&roots, depth),
            Self::Requirers(_) | Self::Duplicates => forest.requirers(&roots, depth),
        };
        Report {
            rows,
            missing: None,
        }
    }
}

/// The part of the graph that is shown, as numbers.
struct Forest<'f, 'a> {
    session: &'f Session<'a>,
    graph: &'f Graph,
    /// The nodes by their number.
    ids: Vec<NodeId>,
    /// The numbers of what is shown: main modules first, then by path, the selected version first, then the newest.
    order: Vec<usize>,
    requirements: Digraph,
    /// What each main module requires without `// indirect`.
    direct: HashMap<ModulePath, HashSet<ModulePath>>,
}

impl<'f, 'a> Forest<'f, 'a> {
    fn new(session: &'f Session<'a>, graph: &'f Graph, view: &View) -> Self {
        let direct = session.mains.modules.iter().map(|main| {
            let lines = main.file.require.iter().filter(|line| !line.indirect);
            (
                main.module.path.clone(),
                lines.map(|line| line.module.path.clone()).collect(),
            )
        });
        let mut forest = Self {
            session,
            graph,
            ids: graph.nodes().map(|(node, _)| node).collect(),
            order: Vec::new(),
            requirements: Digraph::default(),
            direct: direct.collect(),
        };
        forest.order = forest.shown(view);
        forest.requirements = forest.edges();
        forest
    }

    fn module(&self, node: usize) -> &'f ModuleVersion {
        self.graph.module(self.ids[node])
    }

    fn is_selected(&self, node: usize) -> bool {
        self.graph.is_selected(self.ids[node])
    }

    fn is_main(&self, node: usize) -> bool {
        let module = self.module(node);
        module.version.is_empty() && self.session.mains.contains(&module.path)
    }

    fn shown(&self, view: &View) -> Vec<usize> {
        // `go` and `toolchain` are required by nearly everything: they would only be in the way.
        let is_about_go = match view {
            View::Requirements(wanted) | View::Requirers(wanted) => {
                goversion::is_toolchain(wanted.path.as_str())
            }
            View::Main | View::Duplicates => false,
        };
        let nodes = self.graph.breadth_first().into_iter().map(NodeId::index);
        let mut order: Vec<_> = nodes
            .filter(|&node| {
                is_about_go || !goversion::is_toolchain(self.module(node).path.as_str())
            })
            .collect();
        order.sort_by(|&left, &right| {
            let key = |node: usize| {
                (
                    !self.is_main(node),
                    &self.module(node).path,
                    !self.is_selected(node),
                )
            };
            let (a, b) = (self.module(left), self.module(right));
            key(left).cmp(&key(right)).then_with(|| {
                compare_versions(a.path.as_str(), b.version.as_str(), a.version.as_str())
            })
        });
        order
    }

    /// Gathers the requirements among the nodes that are shown, without repetitions.
    fn edges(&self) -> Digraph {
        let mut is_shown = vec![false; self.ids.len()];
        for &node in &self.order {
            is_shown[node] = true;
        }
        let mut seen_by = vec![usize::MAX; self.ids.len()];
        let mut edges = Vec::new();
        for &node in &self.order {
            let required = self.graph.required(self.ids[node]).unwrap_or_default();
            let mut required: Vec<_> = required.iter().map(|id| id.index()).collect();
            required
                .retain(|&to| is_shown[to] && std::mem::replace(&mut seen_by[to], node) != node);
            // go.mod has two blocks; the graph mixes them.
            required.sort_by_key(|&to| self.is_indirect(node, to));
            edges.extend(required.into_iter().map(|to| (node, to)));
        }
        Digraph::new(self.ids.len(), &edges)
    }

    fn is_indirect(&self, from: usize, to: usize) -> bool {
        let (from, to) = (self.module(from), self.module(to));
        from.version.is_empty()
            && !goversion::is_toolchain(to.path.as_str())
            && self
                .direct
                .get(&from.path)
                .is_some_and(|direct| !direct.contains(&to.path))
    }

    fn mains(&self) -> Vec<usize> {
        let mains = self
            .session
            .mains
            .modules
            .iter()
            .filter_map(|main| self.graph.node(&main.module));
        mains.map(NodeId::index).collect()
    }

    /// Returns the versions that were asked for, the selected one first.
    fn find(&self, wanted: &Wanted) -> Result<Vec<usize>, Missing> {
        let same_path = || {
            self.order
                .iter()
                .copied()
                .filter(|&node| self.module(node).path == wanted.path)
        };
        let found: Vec<_> = match &wanted.version {
            None => same_path().collect(),
            Some(version) => same_path()
                .filter(|&node| self.module(node).version == *version)
                .collect(),
        };
        if !found.is_empty() {
            return Ok(found);
        }
        let versions: Vec<_> = same_path()
            .map(|node| self.module(node).version.clone())
            .collect();
        let paths: BTreeSet<_> = self
            .order
            .iter()
            .map(|&node| &self.module(node).path)
            .collect();
        let similar = if versions.is_empty() {
            similar::nearest(
                wanted.path.as_str(),
                paths.iter().map(|path| path.as_str()),
                MAX_SIMILAR,
            )
        } else {
            Vec::new()
        };
        let similar = similar.into_iter().map(ModulePath::new).collect();
        Err(Missing {
            wanted: wanted.clone(),
            versions,
            similar,
        })
    }

    /// Returns all versions of the modules of which several majors are selected.
    fn duplicates(&self) -> Vec<usize> {
        let mut families: BTreeMap<&str, BTreeMap<(u64, &str), Vec<usize>>> = BTreeMap::new();
        for &node in &self.order {
            let path = self.module(node).path.as_str();
            let (family, path_major, _) = path::split_path_version(path);
            families
                .entry(family)
                .or_default()
                .entry((major(path_major), path))
                .or_default()
                .push(node);
        }
        let several = families.into_values().filter(|family| 1 < family.len());
        several.flat_map(BTreeMap::into_values).flatten().collect()
    }

    fn requirements(&self, roots: &[usize], depth: Option<usize>) -> Vec<Row> {
        let is_open = self.followed(roots);
        let edges: Vec<_> = (0..self.requirements.len())
            .filter(|&node| is_open[node])
            .flat_map(|node| {
                self.requirements
                    .next(node)
                    .iter()
                    .map(move |&to| (node, to))
            })
            .collect();
        let open = Digraph::new(self.requirements.len(), &edges);
        let steps = unfold(&open, roots, depth, Place::First);
        let row = |step: &Step| {
            let node = step.node;
            let indirect = step
                .above
                .is_some_and(|above| self.is_indirect(above, node));
            let below = match step.below {
                Below::All if self.is_pruned(node) => RowBelow::Pruned,
                Below::All if !is_open[node] && !self.requirements.next(node).is_empty() => {
                    RowBelow::NotFollowed
                }
                below => below.into(),
            };
            self.row(step, indirect, below)
        };
        steps.iter().map(row).collect()
    }

    /// Decides which nodes have their requirements below them.
    ///
    /// Selected versions have, and the roots. Requirements of other versions count as well when versions are
    /// selected, so these are followed where they alone lead to a selected version.
    fn followed(&self, roots: &[usize]) -> Vec<bool> {
        let mut is_open: Vec<_> = (0..self.ids.len())
            .map(|node| self.is_selected(node))
            .collect();
        for &root in roots {
            is_open[root] = true;
        }
        let all = self.requirements.reach(roots, |_| true);
        let reached = self.requirements.reach(roots, |node| is_open[node]);
        let lost: Vec<_> = (0..all.len())
            .filter(|&node| all[node] && !reached[node] && self.is_selected(node))
            .collect();
        if !lost.is_empty() {
            // The way back ends where the tree already is: one that goes on leads through there.
            let is_in_tree = |node: usize| reached[node] && is_open[node];
            let backwards = self.requirements.reversed();
            let leads_there = backwards.reach(&lost, |node| !is_in_tree(node));
            for (is_open, leads_there) in is_open.iter_mut().zip(leads_there) {
                *is_open |= leads_there;
            }
        }
        is_open
    }

    fn requirers(&self, roots: &[usize], depth: Option<usize>) -> Vec<Row> {
        // In the order of `order`, which puts main modules first among the requirers of each.
        let edges: Vec<_> = self
            .order
            .iter()
            .flat_map(|&node| {
                self.requirements
                    .next(node)
                    .iter()
                    .map(move |&to| (to, node))
            })
            .collect();
        let steps = unfold(
            &Digraph::new(self.ids.len(), &edges),
            roots,
            depth,
            Place::Nearest,
        );
        let row = |step: &Step| {
            let indirect = step
                .above
                .is_some_and(|above| self.is_indirect(step.node, above));
            self.row(step, indirect, step.below.into())
        };
        steps.iter().map(row).collect()
    }

    fn is_pruned(&self, node: usize) -> bool {
        let is_go = goversion::is_toolchain(self.module(node).path.as_str());
        !is_go && self.graph.required(self.ids[node]).is_none()
    }

    fn row(&self, step: &Step, is_indirect: bool, below: RowBelow) -> Row {
        let module = self.module(step.node);
        let standing = match self.graph.selected(&module.path) {
            _ if self.is_main(step.node) => Standing::Main,
            Some(selected) if *selected != module.version => {
                Standing::NotSelected(selected.clone())
            }
            _ => Standing::Selected,
        };
        Row {
            module: module.clone(),
            replacement: match standing {
                Standing::Main => None,
                Standing::Selected | Standing::NotSelected(_) => {
                    self.session.shown_replacement(module)
                }
            },
            standing,
            is_indirect,
            depth: step.depth,
            is_last: step.is_last,
            below,
        }
    }
}

impl From<Below> for RowBelow {
    fn from(below: Below) -> Self {
        match below {
            Below::All => Self::All,
            Below::Elsewhere => Self::Elsewhere,
            Below::Cut => Self::Cut,
        }
    }
}

/// Returns the number in a suffix such as `/v2` or `.v3-unstable`; one where there is none.
fn major(path_major: &str) -> u64 {
    let prefix = path::path_major_prefix(path_major);
    prefix
        .strip_prefix('v')
        .and_then(|number| number.parse().ok())
        .unwrap_or(1)
}
