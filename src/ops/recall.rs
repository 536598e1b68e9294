//! Main modules whose graph an earlier run has loaded: the next run knows it, and what the go.mod files in it say.

use std::sync::Arc;

use super::context::Context;
use super::files::{Files, Start};
use super::graph::{self, Options};
use super::graph_index::{GraphIndex, Known};
use super::load::LoadOptions;
use super::main_modules::MainModules;
use super::session::Session;
use super::source::Source;
use super::statements::{self, Earlier};
use super::trace::Record;
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::statements::Statements;

/// The question for the graph of main modules, put before they are read.
pub(super) struct Recall {
    index: GraphIndex,
    known: Option<Known>,
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
    pub(super) fn about(&mut self, source: &Source<'_>) -> Option<Known> {
        let known = self.known.take()?;
        self.index.is_about(&known, source).then_some(known)
    }

    /// Returns the same with how the graph was loaded, where the run that did it has noted that.
    pub(super) fn recorded(&mut self, source: &Source<'_>) -> Option<(Known, Record)> {
        let record = self.index.record(self.known.as_ref()?)?;
        Some((self.about(source)?, record))
    }

    /// Returns what the go.mod files of a known graph say, if a run has looked for it.
    pub(super) fn statements(&self, known: &Known) -> Option<Statements> {
        self.index.statements(known)
    }

    /// Gives a run the go.sum files that were read to compare them: they are not read again.
    pub(super) fn defer_sums(known: &mut Known, mains: &MainModules, source: &Source<'_>) {
        let mut texts = Vec::new();
        for path in mains.sum_files() {
            let text = match known.inputs.remove(&path) {
                Some(text) => text,
                // Files of a commit are not compared: they are as they were.
                None => source.files().of_commit(&path),
            };
            texts.extend(text.map(|text| (path, text)));
        }
        source.defer_sums(texts);
    }

    /// Lets a run know its graph. What its go.mod files say is looked for once, for all commands that ask for it.
    pub(super) fn remind(
        &self,
        session: &mut Session<'_>,
        known: Known,
        statements: Option<Statements>,
    ) -> Arc<Graph> {
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
