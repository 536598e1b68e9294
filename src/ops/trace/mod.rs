//! How the resolver comes to its answer: which go.mod files it reads because of whom, where each came from, what replaces
//! what, what is excluded or pruned, and which versions are selected in the end.
//!
//! go.mod files are read and fetched in whatever order they arrive; the graph does not depend on it. The steps are told in
//! the order in which requirements lead to modules, breadth first, so that the same files give the same steps.
//!
//! A graph that an earlier run has loaded from the same files is not loaded again: what that run noted is told.

mod record;

use std::time::Duration;

use super::context::Context;
use super::failure::Failure;
use super::files::Start;
use super::load::{self, LoadOptions, Purpose};
use super::main_modules::is_toolchain;
use super::places::{Line, Places};
use super::recall::Recall;
use super::session::Session;
use super::similar;
use super::source::Source;
use super::statements::Came;
use super::tree::{Missing, Wanted};
use crate::domain::module::timestamp::Timestamp;
use crate::domain::module::{ModulePath, ModuleVersion, NameMap, Version};
use crate::domain::mvs::graph::{Graph, NodeId};
use crate::domain::mvs::sorted_by_version;

pub(super) use record::Record;

/// How many similar names are offered for one that is not there.
const MAX_SIMILAR: usize = 3;

/// What to trace.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Only the steps about this module.
    pub module: Option<ModulePath>,
    /// Whether every go.mod is read again, whatever earlier runs know.
    pub fresh: bool,
}

/// The steps.
#[derive(Debug, Default)]
pub struct Report {
    /// In their order.
    pub steps: Vec<Step>,
    /// How many go.mod files of other modules were read, by where they came from.
    pub came: Vec<(Came, usize)>,
    /// How long the graph took to load.
    pub time: Duration,
    /// When an earlier run loaded it; none where this run did.
    pub recorded: Option<Timestamp>,
    /// What was asked for and is not in the graph.
    pub missing: Option<Missing>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// go.work or go.mod of a main module is read.
    Reading {
        /// The file as the user knows it.
        file: String,
        /// The main module; none for go.work.
        module: Option<ModulePath>,
    },
    /// A module version is met for the first time.
    Resolving {
        /// The module version.
        module: ModuleVersion,
        /// Who requires it.
        by: ModuleVersion,
    },
    /// Something else stands for it.
    Replacing {
        /// The module version.
        module: ModuleVersion,
        /// What stands for it; a directory where the version is empty.
        new: ModuleVersion,
        /// The line that says so.
        line: Option<Line>,
    },
    /// Its go.mod was read.
    Loaded {
        /// The module version.
        module: ModuleVersion,
        /// Where it came from.
        came: Came,
        /// How long that took, waiting included.
        time: Duration,
        /// How many requirements it has.
        requires: usize,
    },
    /// A requirement does not count because the version is excluded.
    Excluded {
        /// The excluded version.
        module: ModuleVersion,
        /// Who requires it.
        by: ModuleVersion,
    },
    /// Its requirements do not count, and its go.mod is not read.
    Pruned {
        /// The module version.
        module: ModuleVersion,
    },
    /// A requirement of a main module is below what is selected, and is raised in memory.
    Raising {
        /// The requirement.
        module: ModuleVersion,
        /// The version that it becomes.
        to: Version,
    },
    /// A version is selected.
    Using {
        /// The module version.
        module: ModuleVersion,
        /// The lower versions that are required, too, the highest first.
        over: Vec<Version>,
    },
}

impl Step {
    /// Returns the modules that the step is about.
    fn paths(&self) -> [Option<&ModulePath>; 2] {
        match self {
            Self::Reading { module, .. } => [module.as_ref(), None],
            Self::Resolving { module, .. }
            | Self::Loaded { module, .. }
            | Self::Excluded { module, .. }
            | Self::Pruned { module }
            | Self::Raising { module, .. }
            | Self::Using { module, .. } => [Some(&module.path), None],
            Self::Replacing { module, new, .. } => [Some(&module.path), Some(&new.path)],
        }
    }
}

/// Tells how the graph is loaded, or was by the run that did it last.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let source = Source::new(ctx)?.traced();
    let start = Start::of(ctx);
    let mut recall = Recall::ask(ctx, &options.load, &start, source.files());
    let found = load::find_at(ctx, Purpose::Graph, &options.load, start, source);
    let (mains, mode, source) = Box::pin(found).await?;
    if let (Some(recall), false) = (&mut recall, options.fresh)
        && let Some((graph, record)) = recall.recorded(&source)
    {
        let session = Session::new(ctx, mains, mode, source);
        let mut tracer = Tracer::new(&session);
        tracer.trace(&graph, &record, None);
        let mut report = tracer.report(&graph, &record, options);
        report.recorded = Some(record.at);
        return Ok(report);
    }
    source.read_sums(&mains)?;
    let (session, requirements) =
        Box::pin(load::start(ctx, Purpose::Graph, mains, mode, source)).await?;
    // What the main modules say themselves, before anything is raised: nothing is read twice.
    let stated = session.complete(session.graph(&requirements).await)?;
    let raised = if session.roots_are_selected(&requirements, &stated) {
        None
    } else {
        Some(session.expand(requirements).await?.1)
    };
    let graph = raised.as_ref().unwrap_or(&stated);
    let watched = |graph| Record::of(&session, graph).expect("the source is traced from the start");
    let of_stated = watched(&stated);
    let of_raised = raised.as_ref().map(|graph| (graph, watched(graph)));
    let mut tracer = Tracer::new(&session);
    tracer.trace(
        &stated,
        &of_stated,
        of_raised.as_ref().map(|(graph, record)| (*graph, record)),
    );
    if let Some(recall) = recall {
        recall.keep(&session, graph);
    }
    Ok(tracer.report(graph, &of_stated, options))
}

struct Tracer<'t, 'a> {
    session: &'t Session<'a>,
    places: Places<'t, 'a>,
    steps: Vec<Step>,
}

impl<'t, 'a> Tracer<'t, 'a> {
    fn new(session: &'t Session<'a>) -> Self {
        Self {
            places: Places::new(session),
            session,
            steps: Vec::new(),
        }
    }

    /// Returns what was told; of one module where that was asked for.
    fn report(self, graph: &Graph, record: &Record, options: &Options) -> Report {
        let counts = record.counts.iter();
        let mut report = Report {
            steps: self.steps,
            came: counts.map(|(came, &count)| (came.clone(), count)).collect(),
            time: record.time,
            ..Report::default()
        };
        if let Some(path) = &options.module {
            if graph.selected(path).is_none() {
                report.missing = Some(missing(graph, path));
            }
            let is_about = |step: &Step| step.paths().contains(&Some(path));
            report.steps.retain(is_about);
        }
        report
    }

    /// Tells of the graph that the main modules state, and of the one with raised requirements, where there is one.
    fn trace(&mut self, stated: &Graph, record: &Record, raised: Option<(&Graph, &Record)>) {
        self.mains();
        self.walk(stated, record, None);
        self.raised(stated);
        if let Some((graph, record)) = raised {
            self.walk(graph, record, Some(stated));
        }
        self.selected(stated, raised.map_or(stated, |(graph, _)| graph));
    }

    /// Tells of every module version of a graph that is not in the one `before`.
    fn walk(&mut self, graph: &Graph, record: &Record, before: Option<&Graph>) {
        let order = graph.breadth_first();
        let mut by: Vec<Option<NodeId>> = vec![None; graph.len()];
        for &node in &order {
            for &required in graph.required(node).unwrap_or_default() {
                by[required.index()].get_or_insert(node);
            }
        }
        for &node in &order {
            let module = graph.module(node).clone();
            let known = before.and_then(|before| Some((before, before.node(&module)?)));
            // A root that was raised has requirements which were pruned out before.
            let is_told = known.is_some_and(|(before, old)| {
                before.required(old).is_some() || graph.required(node).is_none()
            });
            if is_told {
                continue;
            }
            if module.version.is_empty() && self.session.mains.contains(&module.path) {
                self.excluded(record, node, &module);
                continue;
            }
            if let Some(by) = by[node.index()] {
                let by = graph.module(by).clone();
                self.steps.push(Step::Resolving {
                    module: module.clone(),
                    by,
                });
            }
            if !is_toolchain(&module.path) {
                self.module(
                    record,
                    node,
                    &module,
                    graph.required(node).map(<[NodeId]>::len),
                );
            }
        }
    }

    fn mains(&mut self) {
        let mains = &self.session.mains;
        if let Some(work) = &mains.work {
            let file = self.session.ctx.short_path(&work.path);
            self.steps.push(Step::Reading { file, module: None });
        }
        for main in &mains.modules {
            let file = self.places.name_of(main);
            let module = Some(main.module.path.clone());
            self.steps.push(Step::Reading { file, module });
        }
    }

    fn module(
        &mut self,
        record: &Record,
        node: NodeId,
        module: &ModuleVersion,
        requires: Option<usize>,
    ) {
        if let Some(new) = self.session.shown_replacement(module) {
            let line = self.replace_line(module);
            self.steps.push(Step::Replacing {
                module: module.clone(),
                new,
                line,
            });
        }
        let Some(requires) = requires else {
            self.steps.push(Step::Pruned {
                module: module.clone(),
            });
            return;
        };
        if let Some((came, time)) = record.came[node.index()].clone() {
            self.steps.push(Step::Loaded {
                module: module.clone(),
                came,
                time,
                requires,
            });
        }
        self.excluded(record, node, module);
    }

    /// Tells the requirements of a module that do not count.
    fn excluded(&mut self, record: &Record, node: NodeId, module: &ModuleVersion) {
        let excluded = record.excluded.get(&node).into_iter().flatten();
        let steps = excluded.map(|excluded| Step::Excluded {
            module: excluded.clone(),
            by: module.clone(),
        });
        self.steps.extend(steps);
    }

    fn replace_line(&self, module: &ModuleVersion) -> Option<Line> {
        let mains = &self.session.mains;
        let found = mains.replacements.get(module).ok()??;
        let is_it = |line: &&crate::domain::modfile::Replace| {
            line.new == *found.new
                && line.old.path == module.path
                && (line.old.version.is_empty() || line.old.version == module.version)
        };
        if let Some(member) = found.member {
            let main = &mains.modules[member];
            let line = main.file.replace.iter().find(is_it)?.line;
            return Some(self.places.of_main(main, line));
        }
        let line = mains.work.as_ref()?.file.replace.iter().find(is_it)?.line;
        self.places.of_work(line)
    }

    /// Tells which requirements of the main module are raised because a higher version is required.
    fn raised(&mut self, stated: &Graph) {
        if self.session.mains.work.is_some() {
            return;
        }
        for root in self.session.mains.requirements().0.roots {
            if let Some(to) = stated
                .selected(&root.path)
                .filter(|to| **to != root.version)
            {
                let to = to.clone();
                self.steps.push(Step::Raising { module: root, to });
            }
        }
    }

    /// Tells which versions are selected, and which lower ones of them are required, too.
    fn selected(&mut self, stated: &Graph, graph: &Graph) {
        let mut nodes = graph.breadth_first();
        nodes.retain(|&node| !graph.is_selected(node));
        let lower = graph.grouped(&nodes);
        let mut at = vec![None; graph.path_count()];
        for position in 0..lower.len() {
            at[graph.path_index(lower.of(position)[0])] = Some(position);
        }
        let mut before = if std::ptr::eq(stated, graph) {
            NameMap::default()
        } else {
            by_path(stated)
        };
        for node in graph.build_list_nodes() {
            let module = graph.module(node).clone();
            let version = |&node: &NodeId| graph.module(node).version.clone();
            let position = at[graph.path_index(node)];
            let lower = position.map(|position| lower.of(position).iter().map(version));
            let mut over: Vec<_> = lower.into_iter().flatten().collect();
            for version in before.remove(&module.path).unwrap_or_default() {
                if version != module.version && !over.contains(&version) {
                    over.push(version);
                }
            }
            if 1 < over.len() {
                let versions = over
                    .iter()
                    .rev()
                    .map(|version| (version.as_str(), version.clone()));
                over = sorted_by_version(module.path.as_str(), versions);
                over.reverse();
            }
            self.steps.push(Step::Using { module, over });
        }
    }
}

/// Returns the versions of each module that the roots reach.
fn by_path(graph: &Graph) -> NameMap<ModulePath, Vec<Version>> {
    let mut versions: NameMap<ModulePath, Vec<Version>> = NameMap::default();
    for node in graph.breadth_first() {
        let ModuleVersion { path, version } = graph.module(node).clone();
        versions.entry(path).or_default().push(version);
    }
    versions
}

fn missing(graph: &Graph, path: &ModulePath) -> Missing {
    let nodes = graph.breadth_first();
    let paths: std::collections::BTreeSet<_> = nodes
        .iter()
        .map(|&node| graph.module(node).path.as_str())
        .collect();
    let similar = similar::nearest(path.as_str(), paths.into_iter(), MAX_SIMILAR);
    Missing {
        wanted: Wanted {
            path: path.clone(),
            version: None,
        },
        versions: Vec::new(),
        similar: similar.into_iter().map(ModulePath::new).collect(),
    }
}
