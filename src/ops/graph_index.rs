//! Graphs of earlier runs: the same question over the same files is answered without reading any go.mod of others.
//!
//! An answer is kept only where the files of the user decided alone what was believed: go.sum vouched for every go.mod,
//! and no version had to be looked up. It is given again only while each of these files has the contents it had; the
//! module cache may change meanwhile, but what go.sum vouches for cannot. Entries are sealed, see [`Index`].
//!
//! What the go.mod files of a graph say besides ([`Statements`]), and how it was loaded (`ops::trace`), are entries of their
//! own, which plain graphs do without. They are named by the seal of the graph's entry, and so belong to that very graph.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::deciding::{self, Now};
use super::files::{Files, Start};
use super::graph::{Options, Report};
use super::load::{GO_RELEASE, MAX_GO_MOD};
use super::session::Session;
use super::source::{MAX_GO_SUM, Source};
use super::trace::Record;
use crate::adapters::index::{Area, Index};
use crate::domain::checksum::content::ContentDigest;
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::compare_versions;
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::pack::{self, Reader, put_number, put_text};
use crate::domain::mvs::statements::Statements;

/// The place of one answer.
pub struct GraphIndex {
    index: Index,
    question: ContentDigest,
    /// go.work or go.mod, and what is in it: both are part of the question.
    file: PathBuf,
    contents: ContentDigest,
    /// Files below this directory are named relative to it: other checkouts ask the same question.
    base: PathBuf,
    /// The root of the commit that is part of the question: what is below needs no comparison.
    fixed: Option<PathBuf>,
}

/// The answer of an earlier run, and what it rests on.
pub struct Known {
    /// The answer.
    pub report: Report,
    /// The files of the user that it depends on besides the one of the question and those of a commit, as they are now:
    /// absent ones, too.
    pub inputs: HashMap<PathBuf, Option<Vec<u8>>>,
    /// No other entry has this.
    seal: ContentDigest,
}

impl GraphIndex {
    /// Puts the question; `None` where it is not one for the index.
    pub fn ask(ctx: &Context, options: &Options) -> Option<Self> {
        Self::ask_at(ctx, options, &Start::of(ctx), &Files::Disk)
    }

    /// Puts the question for main modules that `start` leads to, in `files`.
    pub(super) fn ask_at(
        ctx: &Context,
        options: &Options,
        start: &Start,
        files: &Files,
    ) -> Option<Self> {
        if options.load.modfile.is_some() || ctx.env.get("GOFLAGS").contains("-modfile") {
            return None;
        }
        let file = start.work.as_deref().or(start.go_mod.as_deref())?;
        let contents = files.read(file, MAX_GO_MOD).ok()?;
        let mut question = Vec::new();
        put_text(&mut question, GO_RELEASE);
        deciding::put_settings(&mut question, &ctx.env);
        put_text(&mut question, options.go.as_deref().unwrap_or_default());
        put_text(&mut question, file.file_name()?.to_str()?);
        question.extend_from_slice(&contents);
        // What members of a workspace say is no part of the question: each commit has an answer of its own.
        let commit = start.work.as_ref().and(files.fixed_commit());
        if let Some(commit) = commit {
            question.extend_from_slice(commit.commit.as_bytes());
            let place = file.strip_prefix(&commit.root).ok()?;
            put_text(&mut question, place.to_str()?);
        }
        let mod_cache = Path::new(ctx.env.get("GOMODCACHE"));
        if !mod_cache.is_absolute() {
            return None;
        }
        Some(Self {
            index: Index::new(mod_cache, ctx.config_dir.as_deref()?, Area::Graphs),
            question: ContentDigest::of(&question),
            contents: ContentDigest::of(&contents),
            file: file.to_owned(),
            base: file.parent()?.to_owned(),
            fixed: commit.map(|commit| commit.root.clone()),
        })
    }

    /// Returns the answer of an earlier run, if every file that it depends on is as it was.
    pub fn find(&self) -> Option<Report> {
        let entry = self.index.get(&self.question)?;
        self.read(&entry, &Files::Disk, |_, _| {})
    }

    /// Returns the same with the files that it depends on.
    pub fn recall(&self, files: &Files) -> Option<Known> {
        let (entry, seal) = self.index.get_sealed(&self.question)?;
        let mut inputs = HashMap::new();
        let report = self.read(&entry, files, |path, contents| {
            inputs.insert(path, contents);
        })?;
        Some(Known {
            report,
            inputs,
            seal,
        })
    }

    /// Reports whether a run that has read its main modules read what the answer is about: nobody changed it meanwhile.
    pub fn is_about(&self, known: &Known, source: &Source<'_>) -> bool {
        let is_same =
            |(path, digest): (PathBuf, Option<ContentDigest>)| match known.inputs.get(&path) {
                _ if path == self.file => digest == Some(self.contents),
                _ if self.is_fixed(&path) => true,
                Some(contents) => digest == contents.as_deref().map(ContentDigest::of),
                None => false,
            };
        source.inputs().into_iter().all(is_same)
    }

    /// Reports whether the question itself says what is in a file.
    fn is_fixed(&self, path: &Path) -> bool {
        self.fixed
            .as_ref()
            .is_some_and(|root| path.starts_with(root))
    }

    /// Returns what the go.mod files of a known graph say besides, if a run has looked for it.
    pub fn statements(&self, known: &Known) -> Option<Statements> {
        let entry = self.index.beside(Area::Statements).get(&known.seal)?;
        Statements::from_bytes(entry, known.report.graph.len())
    }

    /// Keeps what the go.mod files of a known graph say besides.
    pub fn keep_statements(&self, known: &Known, statements: &Statements) {
        let bytes = statements.as_bytes().to_vec();
        let index = self.index.beside(Area::Statements);
        index.put(&known.seal, bytes);
    }

    /// Returns how a known graph was loaded, if the run that did it has noted that.
    pub(super) fn record(&self, known: &Known) -> Option<Record> {
        let entry = self.index.beside(Area::Traces).get(&known.seal)?;
        Record::from_bytes(&entry, &known.report.graph)
    }

    fn read(
        &self,
        entry: &[u8],
        files: &Files,
        mut depends_on: impl FnMut(PathBuf, Option<Vec<u8>>),
    ) -> Option<Report> {
        let mut reader = Reader::new(entry);
        deciding::take_same_files(&mut reader, &self.base, |path| {
            if self.is_fixed(&path) {
                return Some(Now::Same);
            }
            let contents = files.read_if_exists(&path, MAX_GO_SUM).ok()?;
            let digest = contents.as_deref().map(ContentDigest::of);
            depends_on(path, contents);
            Some(Now::Is(digest))
        })?;
        let mut main = Vec::new();
        for _ in 0..reader.count()? {
            main.push(ModuleVersion {
                path: ModulePath::new(reader.text()?),
                version: Version::none(),
            });
        }
        let mut replaced = Vec::new();
        for _ in 0..reader.count()? {
            let mut module = || {
                let path = ModulePath::new(reader.text()?);
                let version = Version::new(reader.text()?);
                Some(ModuleVersion { path, version })
            };
            replaced.push((module()?, module()?));
        }
        let graph = pack::read(&mut reader, compare_versions)?;
        reader.is_at_end().then_some(Report {
            graph,
            main,
            replaced,
        })
    }

    /// Keeps an answer, if nothing but the files of the user can change it.
    pub fn keep(
        &self,
        session: &Session<'_>,
        graph: &Graph,
        replaced: &[(ModuleVersion, ModuleVersion)],
    ) {
        let Some(mut inputs) = session.source.deciding_inputs() else {
            return;
        };
        // The question holds this file already, unless somebody changed it after the question was put.
        if inputs.remove(&self.file) != Some(Some(self.contents)) {
            return;
        }
        // What a run warns of, every run has to warn of.
        let warned = !session.mains.requirements().1.is_empty();
        if warned || session.mains.modules.iter().any(|main| main.fixed) {
            return;
        }
        let mut entry = Vec::new();
        if deciding::put_files(&mut entry, &inputs, &self.base).is_none() {
            return;
        }
        put_number(&mut entry, session.mains.modules.len());
        for main in &session.mains.modules {
            put_text(&mut entry, main.module.path.as_str());
        }
        put_number(&mut entry, replaced.len());
        for module in replaced.iter().flat_map(|(old, new)| [old, new]) {
            put_text(&mut entry, module.path.as_str());
            put_text(&mut entry, module.version.as_str());
        }
        pack::write(&mut entry, graph);
        if let Some(seal) = self.index.put(&self.question, entry)
            && let Some(record) = Record::of_stated(session, graph)
        {
            let index = self.index.beside(Area::Traces);
            index.put(&seal, record.to_bytes());
        }
    }
}
