//! The module requirement graph.

use std::cmp::Ordering;
use std::sync::Arc;

use super::context::Context;
use super::failure::Failure;
use super::files::Start;
use super::graph_index::{GraphIndex, Known};
use super::load::{self, LoadError, LoadOptions, Purpose};
use super::session::Session;
use super::source::Source;
use super::statements::{self, Earlier};
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
    let (session, requirements) = load::load(ctx, Purpose::Graph, &options.load).await?;
    let main = session
        .mains
        .modules
        .iter()
        .map(|main| main.module.clone())
        .collect();
    let graph = match &options.go {
        None => session.expand(requirements).await?.1,
        Some(go) => {
            let requirements = as_of(go, requirements)?;
            session.complete(session.graph(&requirements).await)?
        }
    };
    let replaced = replaced(&session, &graph);
    let report = Report {
        graph,
        main,
        replaced,
    };
    if let Some(index) = index {
        index.keep(&session, &report);
    }
    Ok(report)
}

/// Returns what of the graph is replaced, selected or not.
fn replaced(session: &Session<'_>, graph: &Graph) -> Vec<(ModuleVersion, ModuleVersion)> {
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
    let source = Source::new(ctx)?;
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
    let options = Options {
        load: load.clone(),
        go: None,
    };
    let index = GraphIndex::ask_at(ctx, &options, &start, source.files());
    let known = index
        .as_ref()
        .and_then(|index| index.recall(source.files()));
    let found = load::find_at(ctx, Purpose::Graph, load, start, source);
    let (mains, mode, source) = Box::pin(found).await?;
    if let (Some(index), Some(known)) = (&index, known)
        && index.is_about(&known, &source)
    {
        let session = Session::new(ctx, mains, mode, source);
        return Ok(recalled(session, index, known));
    }
    source.read_sums(&mains)?;
    let started = Box::pin(load::start(ctx, Purpose::Graph, mains, mode, source)).await?;
    let (session, requirements) = started;
    let main = session.mains.modules.iter();
    let main = main.map(|main| main.module.clone()).collect();
    let (_, graph) = session.expand(requirements).await?;
    let report = Report {
        replaced: replaced(&session, &graph),
        graph,
        main,
    };
    if let Some(index) = index {
        index.keep(&session, &report);
    }
    Ok((session, Arc::new(report.graph)))
}

/// Returns a run that knows its graph. What its go.mod files say is looked for once, for all commands that ask for it.
fn recalled<'a>(
    mut session: Session<'a>,
    index: &GraphIndex,
    mut known: Known,
) -> (Session<'a>, Arc<Graph>) {
    let mut texts = Vec::new();
    for path in session.mains.sum_files() {
        if let Some(Some(text)) = known.inputs.remove(&path) {
            texts.push((path, text));
        }
    }
    session.source.defer_sums(texts);
    let statements = index.statements(&known).unwrap_or_else(|| {
        let statements = statements::read(&session, &known.report.graph);
        index.keep_statements(&known, &statements);
        statements
    });
    let graph = Arc::new(known.report.graph);
    session.source.earlier = Some(Earlier {
        graph: Arc::clone(&graph),
        statements: Arc::new(statements),
        except: None,
    });
    (session, graph)
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
