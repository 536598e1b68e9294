//! What earlier runs know of a graph and of the go.mod files in it, so that views which explain the graph read none.
//!
//! Only files that go.sum or the checksum database vouches for are in [`Statements`], and only those of the module cache:
//! main modules and directories that stand for modules are read each time. What is not in there is read as if there were no index.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::main_modules::is_toolchain;
use super::places;
use super::session::Session;
use crate::domain::modfile::GoMod;
use crate::domain::modfile::summary::Summary;
use crate::domain::module::{ModulePath, ModuleVersion, Version, pseudo};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::graph::{Graph, NodeId};
use crate::domain::mvs::loader::{KnownGraph, Requires};
use crate::domain::mvs::statements::{Notes, Stated, StatedReplace, Statement, Statements};

/// Where a go.mod came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Came {
    /// The module cache.
    Cache,
    /// A directory that stands for the module.
    Directory,
    /// A proxy: its URL, without secrets.
    Proxy(String),
    /// The repository of the module.
    Direct,
}

/// What earlier runs know of the graph of a session.
#[derive(Clone)]
pub struct Earlier {
    /// The graph.
    pub graph: Arc<Graph>,
    /// What the go.mod files in it say.
    pub statements: Arc<Statements>,
    /// A module whose replacement is another one now: nothing is known of its versions.
    pub except: Option<ModulePath>,
    /// See [`Earlier::known_graph`].
    known: OnceLock<KnownGraph>,
}

impl Earlier {
    /// Knows a graph and what the go.mod files in it say.
    pub fn new(graph: Arc<Graph>, statements: Arc<Statements>) -> Self {
        Self {
            graph,
            statements,
            except: None,
            known: OnceLock::new(),
        }
    }

    /// Knows the same, but nothing of one module.
    #[must_use]
    pub fn except(&self, path: ModulePath) -> Self {
        Self {
            except: Some(path),
            ..Self::new(Arc::clone(&self.graph), Arc::clone(&self.statements))
        }
    }

    /// Returns the modules whose requirements are known, for a loader of module graphs.
    pub fn known_graph(&self) -> KnownGraph {
        let known = || {
            let mut prunings = vec![None; self.graph.len()];
            for (node, module) in self.graph.nodes() {
                if self.graph.required(node).is_some() && self.covers(module) {
                    prunings[node.index()] = self.statements.pruning(node);
                }
            }
            KnownGraph {
                graph: Arc::clone(&self.graph),
                prunings: prunings.into(),
            }
        };
        self.known.get_or_init(known).clone()
    }

    /// Returns what a module requires, with exclusions applied; none where that is not known.
    pub fn requires(&self, module: &ModuleVersion) -> Option<Requires> {
        let node = self.node(module)?;
        let required = self.graph.required(node)?;
        let pruning = self.statements.pruning(node)?;
        let require = required.iter().map(|&node| self.graph.module(node).clone());
        Some(Requires {
            pruning,
            require: require.collect(),
        })
    }

    /// Returns where a module requires another one: none where that is not known, or not so.
    pub fn requirement(&self, from: &ModuleVersion, to: &ModuleVersion) -> Option<Option<Stated>> {
        let node = self.node(from)?;
        self.statements.requirement(&self.graph, node, to)
    }

    /// Returns what the author of a selected module says of its versions; none where that is not known.
    pub fn notes(&self, module: &ModuleVersion) -> Option<Notes> {
        let node = self.selected(module)?;
        self.statements.notes(node)
    }

    /// Returns the `replace` lines of a selected module; none where they are not known.
    pub fn replace(&self, module: &ModuleVersion) -> Option<Vec<StatedReplace>> {
        let node = self.selected(module)?;
        self.statements.replace(node)
    }

    fn node(&self, module: &ModuleVersion) -> Option<NodeId> {
        self.covers(module).then(|| self.graph.node(module))?
    }

    /// Reports whether something may be known of a module.
    fn covers(&self, module: &ModuleVersion) -> bool {
        !module.version.is_empty() && self.except.as_ref() != Some(&module.path)
    }

    /// Of other versions only requirements are kept.
    fn selected(&self, module: &ModuleVersion) -> Option<NodeId> {
        self.node(module)
            .filter(|&node| self.graph.is_selected(node))
    }
}

/// Reads the go.mod files of a graph.
pub fn read(session: &Session<'_>, graph: &Graph) -> Statements {
    let nodes: Vec<_> = graph.nodes().collect();
    let statements: Vec<_> = nodes
        .par_iter()
        .with_min_len(16)
        .map(|&(node, module)| statement(session, graph, node, module))
        .collect();
    Statements::pack(graph, &statements)
}

fn statement(
    session: &Session<'_>,
    graph: &Graph,
    node: NodeId,
    module: &ModuleVersion,
) -> Option<Statement> {
    let is_selected = graph.is_selected(node);
    let is_read = is_selected || graph.required(node).is_some();
    if module.version.is_empty() || is_toolchain(&module.path) || !is_read {
        return None;
    }
    let actual = session.actual(module).ok()?;
    if actual.version.is_empty() {
        return None;
    }
    let text = session.source.vouched_text(&actual)?;
    let file = GoMod::parse_lax("go.mod", &text, None).ok()?;
    let required = graph.required(node).unwrap_or_default().iter();
    let requires = required.map(|&to| places::requirement(&file, graph.module(to)));
    let go = file.go.as_ref();
    Some(Statement {
        pruning: go.map_or(Pruning::Unpruned, |go| Pruning::of_go_version(&go.version)),
        requires: requires.collect(),
        notes: if is_selected {
            Notes {
                known: known_time(session, module),
                ..notes(&text)
            }
        } else {
            Notes::default()
        },
        replace: if is_selected {
            replace_lines(&text)
        } else {
            Vec::new()
        },
    })
}

/// Returns when a pseudo-version was known, and what tells the file that says so from one that takes its place.
fn known_time(session: &Session<'_>, module: &ModuleVersion) -> Option<(Vec<u8>, String)> {
    if !pseudo::is_pseudo(module.version.as_str()) {
        return None;
    }
    let stamp = session.source.info_stamp(module)?;
    Some((stamp, session.source.known_time(module)?))
}

/// Returns what the go.mod of a version says of the version itself.
pub fn notes(text: &[u8]) -> Notes {
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    let mut notes = Notes {
        says_more: says_more(text),
        ..Notes::default()
    };
    if (has(b"retract") || has(b"Deprecated:"))
        && let Ok(summary) = Summary::read("go.mod", text)
    {
        notes.deprecated = summary.deprecated;
        notes.retract = summary.retract;
    }
    notes
}

/// A module without a go.mod has one that proxies make up: the `module` line and nothing else.
fn says_more(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let says_more = |line: &str| !line.is_empty() && !line.starts_with("module ");
    text.lines().map(str::trim).any(says_more)
}

/// Returns the `replace` lines of a dependency, whatever the versions in them; none of a file that is no go.mod.
pub fn replace_lines(text: &[u8]) -> Vec<StatedReplace> {
    if memchr::memmem::find(text, b"replace").is_none() {
        return Vec::new();
    }
    let mut any = |_: &str, version: &str| Ok(Version::new(version));
    let Ok(file) = GoMod::parse("go.mod", text, Some(&mut any)) else {
        return Vec::new();
    };
    let syntax = file.syntax();
    let lines = file.replace.iter().map(|line| StatedReplace {
        stated: Stated {
            line: syntax.position(line.line).line as usize,
            text: syntax.line_text(line.line),
            is_indirect: false,
        },
        old: line.old.clone(),
        new: line.new.clone(),
    });
    lines.collect()
}
