//! One run over the main modules at hand: it loads module graphs and keeps roots consistent.
//!
//! This is the only loop that feeds [`Loader`].

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::context::Context;
use super::load::{GO_RELEASE, LoadError, Mode};
use super::main_modules::{DEFAULT_GO_MOD, MainModules, clean, is_toolchain, unversioned};
use super::source::{ModuleError, Reason, Source};
use super::spread;
use super::statements::Earlier;
use crate::domain::modfile::summary::Summary;
use crate::domain::module::{ModulePath, ModuleVersion, NameMap, Version, goversion};
use crate::domain::mvs::algorithm::{self, Reqs};
use crate::domain::mvs::graph::{Compare, Graph, NodeId, NodeSet};
use crate::domain::mvs::loader::{KnownGraph, Loader, Requires};
use crate::domain::mvs::roots::Requirements;
use crate::domain::mvs::{Pruning, compare_versions};

/// A loaded graph and the modules in it whose requirements could not be told.
pub struct LoadedGraph {
    /// The graph, as far as it could be loaded.
    pub graph: Graph,
    /// Why requirements are missing, by module version.
    pub failed: HashMap<NodeId, ModuleError>,
}

/// One run over the main modules at hand.
pub struct Session<'a> {
    /// What the operation was given.
    pub ctx: &'a Context,
    /// The main modules.
    pub mains: MainModules,
    /// Whether go.mod may change, and whether vendor is used.
    pub mode: Mode,
    /// Where go.mod files come from.
    pub source: Source<'a>,
    /// The contents of vendor/modules.txt, where vendor is used.
    pub vendored: Option<crate::domain::vendor::VendorList>,
    /// The latest version of each module that was asked for it.
    pub(super) latest: Mutex<HashMap<ModulePath, Version>>,
    known: Mutex<NameMap<ModuleVersion, Arc<Requires>>>,
}

type Answer = Result<Arc<Requires>, ModuleError>;

impl<'a> Session<'a> {
    /// Starts a run.
    pub fn new(ctx: &'a Context, mains: MainModules, mode: Mode, source: Source<'a>) -> Self {
        Self {
            ctx,
            mains,
            mode,
            source,
            vendored: None,
            latest: Mutex::default(),
            known: Mutex::default(),
        }
    }

    /// Loads the graph of `requirements`, as it stands.
    pub async fn graph(&self, requirements: &Requirements) -> LoadedGraph {
        if let Some(vendored) = &self.vendored {
            return LoadedGraph {
                graph: self.vendor_graph(requirements, vendored),
                failed: HashMap::new(),
            };
        }
        if let Some(graph) = self.earlier_graph(requirements) {
            return LoadedGraph {
                graph: Graph::same(graph),
                failed: HashMap::new(),
            };
        }
        let loader = match (requirements.pruning, self.mains.modules.first()) {
            (Pruning::Workspace, _) | (_, None) => Loader::new_workspace(&requirements.roots),
            (pruning, Some(main)) => {
                let (known, roots) = (self.known_graph(), &requirements.roots);
                Loader::over(known, &main.module, roots, pruning, HashSet::new())
            }
        };
        self.feed(loader).await
    }

    /// Returns the graph of an earlier run if it is that of these requirements.
    fn earlier_graph(&self, requirements: &Requirements) -> Option<Arc<Graph>> {
        let earlier = self.source.earlier.as_ref()?;
        let is_whole = self.mains.work.is_none() && earlier.except.is_none();
        let pruning = Pruning::of_go_version(self.mains.go_version());
        if !is_whole || requirements.pruning != pruning {
            return None;
        }
        let graph = &earlier.graph;
        let roots = graph.required(*graph.roots().first()?)?.iter();
        let is_same = roots
            .map(|&root| graph.module(root))
            .eq(&requirements.roots);
        is_same.then(|| Arc::clone(graph))
    }

    /// Returns what an earlier run knows of other modules.
    fn known_graph(&self) -> Option<KnownGraph> {
        self.source.earlier.as_ref().map(Earlier::known_graph)
    }

    /// Loads the graph of `requirements`; where a root is below the selected version, the roots are
    /// raised, as the go command does before it shows a graph.
    pub async fn expand(
        &self,
        requirements: Requirements,
    ) -> Result<(Requirements, Graph), LoadError> {
        let graph = self.complete(self.graph(&requirements).await)?;
        if self.roots_are_selected(&requirements, &graph) {
            return Ok((requirements, graph));
        }
        let updated = self.update_roots(&requirements, Some(graph)).await?;
        let graph = self.complete(self.graph(&updated).await)?;
        Ok((updated, graph))
    }

    /// Returns roots that are all selected; see [`Session::expand`].
    pub async fn update_roots(
        &self,
        old: &Requirements,
        graph: Option<Graph>,
    ) -> Result<Requirements, LoadError> {
        match old.pruning {
            Pruning::Workspace => Ok(old.clone()),
            Pruning::Pruned => self.update_pruned(old, graph).await,
            Pruning::Unpruned => {
                let graph = match graph {
                    Some(graph) => graph,
                    None => self.complete(self.graph(old).await)?,
                };
                self.update_unpruned(old, &graph)
            }
        }
    }

    /// Turns the first module that failed, by the shortest chain that leads to it, into an error.
    pub fn complete(&self, mut loaded: LoadedGraph) -> Result<Graph, LoadError> {
        match self.failure(&mut loaded) {
            None => Ok(loaded.graph),
            Some(error) => Err(error),
        }
    }

    /// Takes out the error that [`Session::complete`] tells.
    pub fn failure(&self, loaded: &mut LoadedGraph) -> Option<LoadError> {
        let LoadedGraph { graph, failed } = loaded;
        if failed.is_empty() {
            return None;
        }
        let missing: Vec<_> = failed
            .iter()
            .filter(|(_, error)| error.is_offline())
            .map(|(&node, _)| node)
            .collect();
        if !missing.is_empty() {
            let mut missing: Vec<_> = missing
                .iter()
                .map(|&node| failed[&node].module.clone())
                .collect();
            missing.sort();
            return Some(LoadError::Offline { missing });
        }
        let chain = graph
            .find_path(|node| failed.contains_key(&node))
            .unwrap_or_default();
        let error = chain.last().and_then(|node| failed.remove(node))?;
        let chain = chain
            .iter()
            .map(|&node| graph.module(node).clone())
            .collect();
        Some(LoadError::Module {
            chain,
            error: Box::new(error),
        })
    }

    /// Returns the replacement of `module` as the go command shows it: directories relative to go.work
    /// or to the main module.
    pub fn shown_replacement(&self, module: &ModuleVersion) -> Option<ModuleVersion> {
        let found = self.mains.replacements.get(module).ok()??;
        Some(self.mains.shown_replacement(found))
    }

    /// Returns the Go version of a main module without a `go` line.
    pub fn implied_go_version(&self) -> &'static str {
        if self.mode == Mode::Mod {
            GO_RELEASE
        } else {
            DEFAULT_GO_MOD
        }
    }

    /// Refuses to go on where go.mod would have to change and may not: other roots, another `go` line,
    /// or versions in it that are queries.
    pub fn check_unchanged(&self, requirements: &Requirements) -> Result<(), LoadError> {
        let (None, Some(main)) = (&self.mains.work, self.mains.modules.first()) else {
            return Ok(());
        };
        if self.mode == Mode::Mod {
            return Ok(());
        }
        let required = |root: &&ModuleVersion| !is_toolchain(&root.path);
        let roots: BTreeSet<_> = requirements.roots.iter().filter(required).collect();
        let listed: BTreeSet<_> = main.file.require.iter().map(|line| &line.module).collect();
        let root = |path: &str| {
            requirements
                .version(&ModulePath::new(path))
                .map(Version::as_str)
        };
        let go = root("go").unwrap_or(DEFAULT_GO_MOD);
        let toolchain = root("toolchain").filter(|name| {
            let version = goversion::from_toolchain(name);
            *name != format!("go{go}") && goversion::compare(version, "1.21").is_ge()
        });
        let listed_toolchain = main.file.toolchain.as_ref().map(|line| line.name.as_str());
        let unchanged = !main.fixed
            && roots == listed
            && go == main.go_version()
            && toolchain == listed_toolchain;
        if unchanged {
            Ok(())
        } else {
            Err(LoadError::UpdatesNeeded)
        }
    }

    /// Loads the graph of roots for an edit: the requirements of `raised` count although they would be pruned out.
    /// Returns the modules, too, that do not support pruning.
    pub async fn graph_for_edit(
        &self,
        pruning: Pruning,
        roots: &[ModuleVersion],
        raised: HashSet<ModuleVersion>,
    ) -> (LoadedGraph, NodeSet) {
        let mut loader = match self.mains.modules.first() {
            Some(main) => {
                let known = self.known_graph();
                Loader::over(known, &main.module, roots, pruning, raised)
            }
            // Members of a workspace are never edited together.
            None => Loader::new_workspace(roots),
        };
        let failed = self.feed_all(&mut loader).await;
        let unpruned = loader.unpruned();
        let graph = loader.finish();
        (LoadedGraph { graph, failed }, unpruned)
    }

    async fn feed(&self, mut loader: Loader) -> LoadedGraph {
        let failed = self.feed_all(&mut loader).await;
        LoadedGraph {
            graph: loader.finish(),
            failed,
        }
    }

    /// Answers all that a loader needs. Returns the modules whose requirements could not be told.
    async fn feed_all(&self, loader: &mut Loader) -> HashMap<NodeId, ModuleError> {
        let mut failed = HashMap::new();
        let mut pending = FuturesUnordered::new();
        let mut supply = |loader: &mut Loader, node: NodeId, answer: Answer| match answer {
            Ok(requires) => loader.supply(node, Some(&requires)),
            Err(error) => {
                loader.supply(node, None);
                failed.insert(node, error);
            }
        };
        loop {
            let needs: Vec<_> = loader
                .needs()
                .into_iter()
                .map(|node| (node, loader.module(node).clone()))
                .collect();
            let idle = needs.is_empty();
            for (node, module, answer) in self.on_disk(needs) {
                match answer {
                    Some(answer) => supply(loader, node, answer),
                    None => pending.push(async move { (node, self.fetched(&module).await) }),
                }
            }
            if idle {
                match pending.next().await {
                    Some((node, answer)) => supply(loader, node, answer),
                    None => break,
                }
            }
        }
        drop(pending);
        failed
    }

    /// Answers what needs no network, on all cores.
    fn on_disk(
        &self,
        needs: Vec<(NodeId, ModuleVersion)>,
    ) -> Vec<(NodeId, ModuleVersion, Option<Answer>)> {
        let answer = |(node, module): (NodeId, ModuleVersion)| {
            let answer = self.requires_on_disk(&module);
            (node, module, answer)
        };
        spread::over(needs, answer)
    }

    /// Tells what `module` requires, if that needs no network.
    pub(super) fn requires_on_disk(&self, module: &ModuleVersion) -> Option<Answer> {
        if let Some(known) = self.lock().get(module) {
            return Some(Ok(Arc::clone(known)));
        }
        if module.version.is_empty()
            && let Some(main) = self.mains.find(&module.path)
        {
            return Some(Ok(self.know(module, &Summary::from(&main.file))));
        }
        if let Some(requires) = self
            .source
            .earlier
            .as_ref()
            .and_then(|known| known.requires(module))
        {
            let requires = Arc::new(requires);
            self.lock().insert(module.clone(), Arc::clone(&requires));
            return Some(Ok(requires));
        }
        let actual = match self.checked_actual(module) {
            Ok(actual) => actual,
            Err(error) => return Some(Err(error)),
        };
        let answer = self.source.summary_on_disk(&actual)?;
        Some(answer.and_then(|summary| self.accept(module, &actual, &summary)))
    }

    /// Tells what `module` requires, fetching its go.mod.
    pub(super) async fn fetched(&self, module: &ModuleVersion) -> Answer {
        let actual = self.checked_actual(module)?;
        let summary = self.source.summary(&actual).await?;
        self.accept(module, &actual, &summary)
    }

    /// Returns what stands for `module`, with directories made absolute.
    pub fn actual(&self, module: &ModuleVersion) -> Result<ModuleVersion, ModuleError> {
        let found = match self.mains.replacements.get(module) {
            Ok(found) => found,
            Err(conflict) => {
                return Err(ModuleError::new(module, Reason::ReplaceConflict(conflict)));
            }
        };
        let Some(found) = found else {
            return Ok(module.clone());
        };
        if !found.new.version.is_empty() || Path::new(found.new.path.as_str()).is_absolute() {
            return Ok(found.new.clone());
        }
        let base = match found.member {
            Some(member) if self.mains.work.is_some() => self.mains.modules[member].root.as_path(),
            _ => self.mains.base_dir(),
        };
        Ok(unversioned(
            &clean(&base.join(found.new.path.as_str())).to_string_lossy(),
        ))
    }

    fn checked_actual(&self, module: &ModuleVersion) -> Result<ModuleVersion, ModuleError> {
        let actual = self.actual(module)?;
        let needs_sum = self.must_have_sums() && !actual.version.is_empty();
        if needs_sum && !self.source.has_go_mod_sum(&actual) {
            return Err(ModuleError::new(
                &actual,
                Reason::MissingSum {
                    needed_by: module.path.clone(),
                },
            ));
        }
        Ok(actual)
    }

    /// Reports whether every module must be in go.sum already.
    pub fn must_have_sums(&self) -> bool {
        self.mode == Mode::Readonly && self.mains.work.is_none()
    }

    fn accept(&self, module: &ModuleVersion, actual: &ModuleVersion, summary: &Summary) -> Answer {
        if !actual.version.is_empty() {
            match &summary.module {
                None => return Err(ModuleError::new(actual, Reason::NoModuleLine)),
                Some(path) if *path != module.path && *path != actual.path => {
                    let declared = path.clone();
                    let required = module.path.clone();
                    return Err(ModuleError::new(
                        actual,
                        Reason::WrongPath { declared, required },
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(self.know(module, summary))
    }

    /// Notes what `module` requires: without what is excluded, and with its `go` line as the last.
    fn know(&self, module: &ModuleVersion, summary: &Summary) -> Arc<Requires> {
        let go = summary.go.as_deref();
        let pruning = go.map_or(Pruning::Unpruned, Pruning::of_go_version);
        let allowed = summary
            .require
            .iter()
            .filter(|required| !self.mains.replacements.is_excluded(required));
        let mut require: Vec<_> = allowed.cloned().collect();
        if let Some(go) = go
            && goversion::compare(go, "1.21").is_ge()
        {
            require.push(ModuleVersion::new("go", go));
        }
        let requires = Arc::new(Requires { pruning, require });
        self.lock().insert(module.clone(), Arc::clone(&requires));
        requires
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, NameMap<ModuleVersion, Arc<Requires>>> {
        self.known
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Reports whether no root is below the selected version.
    pub(super) fn roots_are_selected(&self, requirements: &Requirements, graph: &Graph) -> bool {
        if self.mains.work.is_some() {
            return true;
        }
        requirements
            .roots
            .iter()
            .all(|root| graph.selected(&root.path) == Some(&root.version))
    }

    /// Raises roots to their selected versions until nothing changes: each round may bring in
    /// requirements that were pruned out before.
    async fn update_pruned(
        &self,
        old: &Requirements,
        graph: Option<Graph>,
    ) -> Result<Requirements, LoadError> {
        let mut requirements = old.clone();
        let mut graph = graph;
        loop {
            let (roots, rose) =
                requirements.settle(graph.as_ref(), |path| self.mains.contains(path));
            if !rose {
                return if self.mode == Mode::Mod && roots != requirements.roots {
                    Ok(Requirements::new(
                        Pruning::Pruned,
                        roots,
                        requirements.direct,
                    ))
                } else {
                    Ok(requirements)
                };
            }
            if self.mode != Mode::Mod {
                return Err(LoadError::UpdatesNeeded);
            }
            requirements = Requirements::new(Pruning::Pruned, roots, requirements.direct);
            graph = Some(self.complete(self.graph(&requirements).await)?);
        }
    }

    fn update_unpruned(
        &self,
        old: &Requirements,
        graph: &Graph,
    ) -> Result<Requirements, LoadError> {
        if self.mode != Mode::Mod {
            let consistent = old
                .roots
                .iter()
                .all(|root| graph.selected(&root.path) == Some(&root.version));
            return if consistent {
                Ok(old.clone())
            } else {
                Err(LoadError::UpdatesNeeded)
            };
        }
        let Some(main) = self.mains.modules.first() else {
            return Ok(old.clone());
        };
        let keep = graph.build_list().split_off(1);
        let mut base: Vec<ModulePath> = Vec::new();
        let listed = old
            .roots
            .iter()
            .filter(|root| graph.selected(&root.path) == Some(&root.version));
        let direct = keep
            .iter()
            .filter(|module| old.direct.contains(&module.path));
        for module in listed.chain(direct) {
            if !base.contains(&module.path) {
                base.push(module.path.clone());
            }
        }
        let roots = self.minimal(&main.module, &base, &keep)?;
        Ok(Requirements::new(
            Pruning::Unpruned,
            roots,
            old.direct.clone(),
        ))
    }

    /// Returns the fewest requirements of `main` that select what `list` does, with all of `base` among them; the
    /// graph of `list` must have been loaded.
    pub fn minimal(
        &self,
        main: &ModuleVersion,
        base: &[ModulePath],
        list: &[ModuleVersion],
    ) -> Result<Vec<ModuleVersion>, LoadError> {
        let reqs = KnownReqs {
            session: self,
            main,
            roots: list,
        };
        algorithm::minimal(main, base, &reqs).map_err(|missing| missing.0)
    }

    /// Returns the modules that `main` selects with the requirements `list`; their graph must have been loaded.
    pub fn build_list(
        &self,
        main: &ModuleVersion,
        list: &[ModuleVersion],
    ) -> Result<Vec<ModuleVersion>, LoadError> {
        let reqs = KnownReqs {
            session: self,
            main,
            roots: list,
        };
        algorithm::build_list(main, &reqs).map_err(|missing| missing.0)
    }

    /// The graph as vendor/modules.txt tells it: the main modules require what is vendored.
    fn vendor_graph(
        &self,
        requirements: &Requirements,
        vendored: &crate::domain::vendor::VendorList,
    ) -> Graph {
        let list: Vec<_> = vendored
            .providers()
            .map(|entry| entry.module.clone())
            .collect();
        let mains: Vec<_> = match self.mains.work {
            Some(_) => requirements.roots.clone(),
            None => self
                .mains
                .modules
                .iter()
                .map(|main| main.module.clone())
                .collect(),
        };
        let mut graph = Graph::new(compare_versions, &mains);
        let vendor = unversioned("vendor/modules.txt");
        for main in &self.mains.modules {
            let mut roots: Vec<_> = match self.mains.work {
                Some(_) => main
                    .file
                    .require
                    .iter()
                    .map(|line| line.module.clone())
                    .collect(),
                None => requirements.roots.clone(),
            };
            if requirements.pruning != Pruning::Pruned {
                roots.push(vendor.clone());
            }
            if let Some(node) = graph.node(&main.module) {
                graph.require(node, &roots);
            }
        }
        if let Some(node) = graph.node(&vendor) {
            graph.require(node, &list);
        }
        graph
    }
}

/// The requirements that were read while the graph was loaded.
struct KnownReqs<'s, 'a> {
    session: &'s Session<'a>,
    main: &'s ModuleVersion,
    roots: &'s [ModuleVersion],
}

struct NotRead(LoadError);

impl Reqs for KnownReqs<'_, '_> {
    type Error = NotRead;

    fn required(&self, module: &ModuleVersion) -> Result<Vec<ModuleVersion>, NotRead> {
        if module == self.main {
            return Ok(self.roots.to_vec());
        }
        if is_toolchain(&module.path) {
            let go = module.path.as_str() == "go"
                && goversion::compare(module.version.as_str(), "1.21").is_ge();
            let toolchain =
                go.then(|| ModuleVersion::new("toolchain", format!("go{}", module.version)));
            return Ok(toolchain.into_iter().collect());
        }
        match self.session.requires_on_disk(module) {
            Some(Ok(requires)) => Ok(requires.require.clone()),
            Some(Err(error)) => Err(NotRead(LoadError::Module {
                chain: vec![module.clone()],
                error: Box::new(error),
            })),
            None => Err(NotRead(LoadError::Offline {
                missing: vec![module.clone()],
            })),
        }
    }

    fn compare(&self) -> Compare {
        compare_versions
    }
}
