//! The module requirement graph.

use std::cmp::Ordering;
use std::sync::Arc;

use super::context::Context;
use super::failure::Failure;
use super::files::Start;
use super::graph_index::GraphIndex;
use super::load::{self, LoadError, LoadOptions, Mode, Purpose};
use super::main_modules::MainModules;
use super::recall::{Recall, Recalled};
use super::session::Session;
use super::source::Source;
use crate::domain::module::{ModuleVersion, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::roots::Requirements;

/// What to load.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// The Go version whose rules of pruning apply, instead of the main module's.
    pub go: Option<String>,
}

/// The graph of the modules at hand.
pub struct Report {
    /// The requirements; the roots of the graph are the main modules.
    pub graph: Graph,
    /// The main modules.
    pub main: Vec<ModuleVersion>,
    /// The modules of the graph that are replaced, and what stands for them, as the go command shows it.
    pub replaced: Vec<(ModuleVersion, ModuleVersion)>,
}

/// Returns the graph if an earlier run has loaded it from the same files: see [`super::graph_index`].
pub fn known(ctx: &Context, options: &Options) -> Option<Report> {
    GraphIndex::ask(ctx, options)?.find()
}

/// Loads the module graph as `go mod graph` does, and keeps it for [`known`] where it may.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let index = GraphIndex::ask(ctx, options);
    let (start, source) = (Start::of(ctx), Source::new(ctx)?.traced());
    let found = load::find_at(ctx, Purpose::Graph, &options.load, start, source);
    let (mains, mode, source) = Box::pin(found).await?;
    source.read_sums(&mains)?;
    let (session, requirements) = load::start(ctx, Purpose::Graph, mains, mode, source).await?;
    let graph = match &options.go {
        None => session.expand(requirements).await?.1,
        Some(go) => {
            let requirements = as_of(go, requirements)?;
            session.complete(session.graph(&requirements).await)?
        }
    };
    let replaced = replaced(&session, &graph);
    if let Some(index) = index {
        index.keep(&session, &graph, &replaced);
    }
    let mains = session.mains.modules.iter();
    Ok(Report {
        graph,
        main: mains.map(|main| main.module.clone()).collect(),
        replaced,
    })
}

/// Returns what of the graph is replaced, selected or not.
pub(super) fn replaced(
    session: &Session<'_>,
    graph: &Graph,
) -> Vec<(ModuleVersion, ModuleVersion)> {
    let shown = |module: &ModuleVersion| Some((module.clone(), session.shown_replacement(module)?));
    graph
        .nodes()
        .filter_map(|(_, module)| shown(module))
        .collect()
}

/// Loads the graph together with the run that it belongs to; from the index where that has it.
pub async fn with_session<'a>(
    ctx: &'a Context,
    load: &LoadOptions,
) -> Result<(Session<'a>, Arc<Graph>), Failure> {
    let source = Source::new(ctx)?.traced();
    let start = Start::of(ctx);
    Ok(session_at(ctx, load, start, source).await?)
}

/// Loads the same for the main modules that `start` leads to.
pub(super) async fn session_at<'a>(
    ctx: &'a Context,
    load: &LoadOptions,
    start: Start,
    source: Source<'a>,
) -> Result<(Session<'a>, Arc<Graph>), LoadError> {
    let begun = Box::pin(Begun::new(ctx, load, start, source)).await?;
    begun.finish().await
}

/// A run whose main modules are read, and what earlier runs know of its graph.
pub(super) struct Begun<'a> {
    ctx: &'a Context,
    recall: Option<Recall>,
    recalled: Option<Recalled>,
    /// The main modules.
    pub(super) mains: MainModules,
    mode: Mode,
    /// Where go.mod files come from.
    pub(super) source: Source<'a>,
}

impl<'a> Begun<'a> {
    /// Reads the main modules, and the index.
    pub(super) async fn new(
        ctx: &'a Context,
        load: &LoadOptions,
        start: Start,
        source: Source<'a>,
    ) -> Result<Self, LoadError> {
        let mut recall = Recall::ask(ctx, load, &start, source.files());
        let found = load::find_at(ctx, Purpose::Graph, load, start, source);
        let (mains, mode, source) = Box::pin(found).await?;
        let recalled = recall.as_mut().and_then(|recall| recall.about(&source));
        Ok(Self {
            ctx,
            recall,
            recalled,
            mains,
            mode,
            source,
        })
    }

    /// Reports whether go.sum has nothing more to say: whatever it could vouch for is known.
    pub(super) fn needs_no_sums(&self) -> bool {
        let recalled = self.recalled.as_ref();
        recalled.is_some_and(|recalled| recalled.needs_no_sums(&self.mains))
    }

    /// Returns the run and its graph; loads it where it is not known.
    pub(super) async fn finish(self) -> Result<(Session<'a>, Arc<Graph>), LoadError> {
        let Self {
            ctx,
            recall,
            recalled,
            mains,
            mode,
            source,
        } = self;
        if let (Some(recall), Some(mut recalled)) = (&recall, recalled) {
            recalled.defer_sums(&mains, &source);
            let mut session = Session::new(ctx, mains, mode, source);
            let graph = recall.remind(&mut session, recalled);
            return Ok((session, graph));
        }
        source.read_sums(&mains)?;
        let started = Box::pin(load::start(ctx, Purpose::Graph, mains, mode, source)).await?;
        let (session, requirements) = started;
        let (_, graph) = session.expand(requirements).await?;
        if let Some(recall) = recall {
            recall.keep(&session, &graph);
        }
        Ok((session, Arc::new(graph)))
    }
}

/// Takes the roots as another Go version would; inconsistent ones stay as they are.
fn as_of(go: &str, requirements: Requirements) -> Result<Requirements, Failure> {
    if !goversion::is_valid(go) {
        return Err(
            Failure::usage(format!("invalid Go version {go:?} for --go"))
                .hint("a Go version looks like `1.24` or `1.24.3`"),
        );
    }
    let main = ModuleVersion::new("go", "").path;
    let required = requirements
        .version(&main)
        .map_or("", |version| version.as_str());
    let strict = goversion::compare(required, "1.21") != Ordering::Less;
    if strict && goversion::compare(go, required) == Ordering::Less {
        return Err(LoadError::GoTooOld {
            requested: go.to_owned(),
            required: required.to_owned(),
        }
        .into());
    }
    if Pruning::of_go_version(go) == Pruning::Unpruned && requirements.pruning != Pruning::Unpruned
    {
        return Ok(Requirements::new(
            Pruning::Unpruned,
            requirements.roots,
            requirements.direct,
        ));
    }
    Ok(requirements)
}
