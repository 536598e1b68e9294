//! `go get`, but for the writing, in the module at hand or in those of a workspace that have to follow.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::selected;
use super::ways::{Way, way};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::graph::{Graph, NodeId};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::files::{Files, Start};
use crate::ops::get::{self, Done, Extent, Place};
use crate::ops::load::{self, LoadError, LoadOptions, Purpose};
use crate::ops::main_modules::MainModule;
use crate::ops::session::Session;
use crate::ops::source::{Shared, Source};

/// Finds out what getting a version changes.
pub(super) struct Getter<'g, 'a> {
    session: &'g Session<'a>,
    graph: &'g Graph,
    load: &'g LoadOptions,
    /// Whoever asks why does not expect that the files of modules are fetched for the answer.
    offline: Context,
    before: BTreeMap<ModulePath, Version>,
    /// Each go.mod is parsed once for all that is tried.
    shared: Arc<Shared>,
}

impl<'g, 'a> Getter<'g, 'a> {
    pub(super) fn new(session: &'g Session<'a>, graph: &'g Graph, load: &'g LoadOptions) -> Self {
        Self {
            session,
            graph,
            load,
            offline: session.ctx.offline(),
            before: selected(graph),
            shared: Arc::default(),
        }
    }

    /// Gets a version, and compares the build lists.
    pub(super) async fn get(&self, wanted: &ModuleVersion) -> Result<Way, Failure> {
        if self.session.mains.work.is_some() {
            return self.get_in_workspace(wanted).await;
        }
        let done = self.resolve(wanted, None).await?;
        let list = |list: Vec<ModuleVersion>| -> BTreeMap<_, _> {
            let pairs = list.into_iter().map(|module| (module.path, module.version));
            pairs.collect()
        };
        let after = list(done.report.after);
        Ok(way(wanted, &self.before, &after, Vec::new()))
    }

    async fn get_in_workspace(&self, wanted: &ModuleVersion) -> Result<Way, Failure> {
        let mut contents = HashMap::new();
        let mut directories = Vec::new();
        let now = self.before.get(&wanted.path);
        let is_raised = now.is_some_and(|now| is_above(&wanted.path, &wanted.version, now));
        for member in self.members(wanted) {
            let done = self.resolve(wanted, Some(member.go_mod.clone())).await?;
            let own = done.report.before.iter();
            let mut own = own.filter(|module| module.path == wanted.path);
            // What a member does not have by itself, the workspace has not from it.
            let has_it =
                own.any(|own| is_raised || is_above(&wanted.path, &own.version, &wanted.version));
            if !has_it {
                continue;
            }
            contents.extend(done.contents());
            directories.push(shown(self.session.ctx, member));
            // One that wants more is enough.
            if is_raised {
                break;
            }
        }
        let after = self.with(contents).await?;
        Ok(way(wanted, &self.before, &selected(&after), directories))
    }

    /// Returns the members of the workspace from which requirements lead to the selected version, or to one above the
    /// wanted one.
    fn members(&self, wanted: &ModuleVersion) -> Vec<&'g MainModule> {
        let now = self.before.get(&wanted.path);
        let counts = |node: NodeId| {
            let module = self.graph.module(node);
            module.path == wanted.path
                && (Some(&module.version) == now
                    || is_above(&wanted.path, &module.version, &wanted.version))
        };
        let members = self.session.mains.modules.iter();
        let leads = |member: &&MainModule| {
            let node = self.graph.node(&member.module);
            node.is_some_and(|node| self.reaches(node, &counts))
        };
        members.filter(leads).collect()
    }

    fn reaches(&self, from: NodeId, wanted: &impl Fn(NodeId) -> bool) -> bool {
        let mut seen = vec![false; self.graph.len()];
        let mut stack = vec![from];
        while let Some(node) = stack.pop() {
            if std::mem::replace(&mut seen[node.index()], true) {
                continue;
            }
            if wanted(node) {
                return true;
            }
            let required = self.graph.required(node).unwrap_or_default().iter();
            // Other members are asked by themselves.
            let required = required.filter(|&&next| !self.graph.module(next).version.is_empty());
            stack.extend(required);
        }
        false
    }

    async fn resolve(
        &self,
        wanted: &ModuleVersion,
        go_mod: Option<PathBuf>,
    ) -> Result<Done, Failure> {
        let (ctx, extent) = match self.session.mains.work {
            None => (&self.offline, Extent::BuildList),
            // There is nothing to fall back on, and the workspace is loaded with what members become.
            Some(_) => (self.session.ctx, Extent::GoMod),
        };
        let options = get::Options {
            load: self.load.clone(),
            arguments: vec![wanted.to_string()],
            extent,
            ..get::Options::default()
        };
        let go_mod = go_mod.or_else(|| Start::of(ctx).go_mod);
        let source = Source::sharing(ctx, Files::Disk, Arc::clone(&self.shared))?;
        // What is known of a workspace is not what is known of its members.
        let known = &self.session.source;
        let is_known = self.session.mains.work.is_none() && known.earlier.is_some();
        let place = Place {
            go_mod,
            source,
            follows: is_known.then_some(known),
        };
        // What is said besides matters to whoever does it.
        let mut notes = Vec::new();
        Box::pin(get::resolve_in(ctx, &options, place, &mut notes)).await
    }

    /// Loads the graph as it is once files have changed.
    async fn with(&self, contents: HashMap<PathBuf, Vec<u8>>) -> Result<Graph, LoadError> {
        let ctx = self.session.ctx;
        let files = Files::Changed(contents);
        let source = Source::sharing(ctx, files, Arc::clone(&self.shared))?;
        let start = Start::of(ctx);
        let found = load::find_at(ctx, Purpose::Graph, self.load, start, source).await;
        let (mains, mode, source) = found?;
        source.read_sums(&mains)?;
        let loaded = load::start(ctx, Purpose::Graph, mains, mode, source).await;
        let (session, requirements) = loaded?;
        Ok(session.expand(requirements).await?.1)
    }
}

fn is_above(path: &ModulePath, version: &Version, other: &Version) -> bool {
    goversion::mod_compare(path.as_str(), version.as_str(), other.as_str()).is_gt()
}

fn shown(ctx: &Context, member: &MainModule) -> String {
    if member.root == ctx.dir {
        ".".to_owned()
    } else {
        ctx.short_path(&member.root)
    }
}
