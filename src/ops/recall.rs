//! Main modules whose graph an earlier run has loaded: the next run knows it, and what the go.mod files in it say.

use std::sync::Arc;

use super::context::Context;
use super::files::{Files, Start};
use super::graph::{self, Options};
use super::graph_index::{GraphIndex, Known};
use super::load::LoadOptions;
use super::main_modules::{MainModules, is_toolchain};
use super::session::Session;
use super::source::Source;
use super::statements::{self, Earlier};
use super::trace::Record;
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::graph::{Graph, NodeId};
use crate::domain::mvs::statements::Statements;

/// The question for the graph of main modules, put before they are read.
pub(super) struct Recall {
    index: GraphIndex,
    known: Option<Known>,
}

/// What is known of main modules: their graph, and what the go.mod files in it say, if a run has looked for that.
pub(super) struct Recalled {
    known: Known,
    statements: Option<Statements>,
}

impl Recall {
    /// Asks for the graph of the main modules that `start` leads to; none where no index is asked.
    pub(super) fn ask(
        ctx: &Context,
        load: &LoadOptions,
        start: &Start,
        files: &Files,
    ) -> Option<Self> {
        let options = Options {
            load: load.clone(),
            go: None,
        };
        let index = GraphIndex::ask_at(ctx, &options, start, files)?;
        let known = index.recall(files);
        Some(Self { index, known })
    }

    /// Returns what is known of main modules that were read, if it is about these very files.
    pub(super) fn about(&mut self, source: &Source<'_>) -> Option<Recalled> {
        let known = self.take(source)?;
        Some(Recalled {
            statements: self.index.statements(&known),
            known,
        })
    }

    /// Returns their graph and how it was loaded, where the run that did it has noted that.
    pub(super) fn recorded(&mut self, source: &Source<'_>) -> Option<(Graph, Record)> {
        let record = self.index.record(self.known.as_ref()?)?;
        Some((self.take(source)?.report.graph, record))
    }

    fn take(&mut self, source: &Source<'_>) -> Option<Known> {
        let known = self.known.take()?;
        self.index.is_about(&known, source).then_some(known)
    }

    /// Lets a run know its graph. What its go.mod files say is looked for once, for all commands that ask for it.
    pub(super) fn remind(&self, session: &mut Session<'_>, recalled: Recalled) -> Arc<Graph> {
        let Recalled { known, statements } = recalled;
        let statements = statements.unwrap_or_else(|| {
            let statements = statements::read(session, &known.report.graph);
            self.index.keep_statements(&known, &statements);
            statements
        });
        let graph = Arc::new(known.report.graph);
        session.source.earlier = Some(Earlier::new(Arc::clone(&graph), Arc::new(statements)));
        graph
    }

    /// Keeps the graph of a run that had to load it.
    pub(super) fn keep(&self, session: &Session<'_>, graph: &Graph) {
        let replaced = graph::replaced(session, graph);
        self.index.keep(session, graph, &replaced);
    }
}

impl Recalled {
    /// Gives a run the go.sum files that were read to compare them: they are not read again.
    pub(super) fn defer_sums(&mut self, mains: &MainModules, source: &Source<'_>) {
        let mut texts = Vec::new();
        for path in mains.sum_files() {
            let text = match self.known.inputs.remove(&path) {
                Some(text) => text,
                // Files of a commit are not compared: they are as they were.
                None => source.files().of_commit(&path),
            };
            texts.extend(text.map(|text| (path, text)));
        }
        source.defer_sums(texts);
    }

    /// Reports whether go.sum has nothing more to say: whatever it could vouch for is known.
    pub(super) fn needs_no_sums(&self, mains: &MainModules) -> bool {
        let Some(statements) = &self.statements else {
            return false;
        };
        let graph = &self.known.report.graph;
        let is_known = |(node, module): (NodeId, &ModuleVersion)| {
            let is_read = graph.is_selected(node) || graph.required(node).is_some();
            module.version.is_empty()
                || is_toolchain(&module.path)
                || !is_read
                || statements.pruning(node).is_some()
                || mains.is_replaced_by_dir(module)
        };
        graph.nodes().all(is_known)
    }
}
