//! The loop that loads packages, and the requirements that go with them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use rayon::prelude::*;

use super::PackageError;
use super::matches::{Match, Matcher};
use super::missing::Finder;
use super::resolve::{Answer, GoMods, Need, Resolver, State};
use super::roots::{Errors, Update};
use super::tidy::Tried;
use super::trees::{Scan, Trees};
use crate::domain::gosource::Tags;
use crate::domain::module::path::check_import_path;
use crate::domain::module::{ModulePath, ModuleVersion, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::roots::Requirements;
use crate::domain::packages::pattern::Kind;
use crate::domain::packages::{
    Found, Imports, Loader, PackageId, Packages, Provider, Rules, standard,
};
use crate::ops::load::{LoadError, Mode};
use crate::ops::session::Session;
use crate::ops::source::{ModuleError, Reason};
use crate::ops::upstream::FetchError;

/// What to load.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a rule of its own, as in the go command"
)]
pub struct Request {
    /// The patterns; without any, the package in the working directory.
    pub patterns: Vec<String>,
    /// Whether the tests of what is asked for count.
    pub tests: bool,
    /// Whether `all` is what `go mod vendor` takes it for, whatever the Go version.
    pub vendor_all: bool,
    /// Whether modules are looked for that have packages which the build list lacks.
    pub find_missing: bool,
    /// Whether what is asked for counts as imported by the main module, with all that it imports.
    pub roots_imported: bool,
    /// Which files count.
    pub tags: Tags,
    /// The tags of the build at hand: directories of a pattern have files that count for it.
    pub build: Tags,
}

/// Loaded packages.
pub struct Loaded {
    /// The patterns with what matches them; `all` in full.
    pub matches: Vec<Match>,
    /// The packages.
    pub packages: Packages,
    /// Why packages are missing.
    pub errors: Errors,
    /// The requirements that agree with the packages.
    pub state: State,
    /// What went wrong with the requirements, where that was no reason to end.
    pub problems: Vec<LoadError>,
}

/// How a module is made tidy.
#[derive(Clone, Default)]
pub struct Tidying {
    /// The Go version that the module gets; without it, its own.
    pub go: Option<String>,
    /// Whether as much as possible is loaded although something is wrong.
    pub keep_going: bool,
    /// Graphs of roots that were tried.
    pub tried: Arc<Tried>,
}

impl Loaded {
    /// Refuses contents that are not what go.sum or the checksum database says.
    pub fn check_integrity(&self) -> Result<(), LoadError> {
        self.check(ModuleError::is_integrity)
    }

    /// Refuses packages whose modules could not be looked at: nobody can tell what those need.
    pub fn check_complete(&self) -> Result<(), LoadError> {
        self.check(|error| match &*error.reason {
            Reason::Fetch(FetchError::Path(_)) => false,
            Reason::Fetch(fetch) => !fetch.is_not_found(),
            Reason::Offline | Reason::SumDb { .. } => true,
            _ => false,
        })
    }

    fn check(&self, is_fatal: impl Fn(&ModuleError) -> bool) -> Result<(), LoadError> {
        let order = self.packages.order().iter();
        let fatal = order
            .filter_map(|id| match self.errors.get(id).map(|error| &**error) {
                Some(PackageError::Module(error)) => Some(error),
                _ => None,
            })
            .find(|error| is_fatal(error));
        match fatal {
            Some(error) => Err(LoadError::Contents(Arc::clone(error))),
            None => Ok(()),
        }
    }
}

/// Loads packages under requirements.
pub async fn load(
    session: &Session<'_>,
    state: State,
    request: &Request,
) -> Result<Loaded, LoadError> {
    let trees = Trees::new(session, request.tags.clone());
    load_from(session, &trees, state, request).await
}

/// Loads packages, with directories that were looked at before.
pub async fn load_from(
    session: &Session<'_>,
    trees: &Trees<'_, '_>,
    state: State,
    request: &Request,
) -> Result<Loaded, LoadError> {
    load_for(session, trees, state, request, None).await
}

/// Loads packages so that the module can be made tidy.
pub async fn load_tidy(
    session: &Session<'_>,
    trees: &Trees<'_, '_>,
    state: State,
    request: &Request,
    tidying: &Tidying,
) -> Result<Loaded, LoadError> {
    load_for(session, trees, state, request, Some(tidying)).await
}

async fn load_for(
    session: &Session<'_>,
    trees: &Trees<'_, '_>,
    state: State,
    request: &Request,
    tidying: Option<&Tidying>,
) -> Result<Loaded, LoadError> {
    let run = Run {
        session,
        trees,
        request,
        tidying,
        tools: Matcher {
            session,
            trees,
            build: &request.build,
        }
        .tools()
        .into_iter()
        .collect(),
    };
    let loaded = run.load(state).await?;
    trees.keep();
    Ok(loaded)
}

/// Takes the roots as they are, or, where the graph is not pruned, raised to what the graph selects.
pub async fn start(session: &Session<'_>, requirements: Requirements) -> Result<State, LoadError> {
    if requirements.pruning != Pruning::Unpruned {
        return Ok(State::new(requirements));
    }
    let (requirements, graph) = session.expand(requirements).await?;
    Ok(State::with_graph(requirements, graph))
}

struct Run<'r, 's, 'a> {
    session: &'r Session<'a>,
    trees: &'r Trees<'s, 'a>,
    request: &'r Request,
    tidying: Option<&'r Tidying>,
    tools: HashSet<String>,
}

/// What is known of one package after it was looked for.
type Look = (
    PackageId,
    Result<Found, Vec<Need>>,
    Option<Arc<PackageError>>,
);

impl Run<'_, '_, '_> {
    async fn load(&self, state: State) -> Result<Loaded, LoadError> {
        let mut state = state;
        let patterns: &[String] = &self.request.patterns;
        let here = [".".to_owned()];
        let patterns = if patterns.is_empty() { &here } else { patterns };
        let mut matches: Vec<Match> = patterns.iter().map(|pattern| Match::new(pattern)).collect();
        let matcher = Matcher {
            session: self.session,
            trees: self.trees,
            build: &self.request.build,
        };
        let all = matches
            .iter()
            .any(|found| found.pattern.kind() == Kind::All);
        let mut problems = Vec::new();
        loop {
            state = self.convert(state).await?;
            let rules = self.rules(&state, all);
            for found in &mut matches {
                matcher.update(found, &state).await;
            }
            let roots: Vec<&str> = matches
                .iter()
                .flat_map(|found| found.packages.iter().map(String::as_str))
                .collect();
            let preloaded = self.preload(&state, &roots).await;
            if let Some(preloaded) = self.tolerate(preloaded, &mut problems)?.flatten() {
                state = preloaded;
                continue;
            }
            let (packages, mut errors) = self.packages(&state, rules, &roots).await;
            let update = Update {
                session: self.session,
                trees: self.trees,
                state: &state,
                packages: &packages,
                saw_all: all && self.request.tags == Tags::Any,
                roots_imported: self.request.roots_imported,
                tidy: self.tidying.map(|tidying| &*tidying.tried),
                go_mods: self.go_mods(&state),
            };
            let updated = update.run(&mut errors).await;
            if let Some(updated) = self.tolerate(updated, &mut problems)? {
                if let Some(new) = updated.state {
                    state = new;
                }
                if updated.is_changed {
                    continue;
                }
                if self.request.find_missing {
                    let found = self.finder(&state).add_all(&packages, &mut errors).await;
                    if let Some(found) = self.tolerate(found, &mut problems)?.flatten() {
                        state = found;
                        continue;
                    }
                }
            }
            for found in &mut matches {
                if found.pattern.kind() == Kind::All {
                    found.packages = in_all(&packages);
                } else {
                    matcher.update(found, &state).await;
                }
            }
            // What is not in a tidy go.mod does not matter: it is looked at when that is known.
            if self.tidying.is_none() {
                used_twice(self.session, &state)
                    .into_iter()
                    .next()
                    .map_or(Ok(()), Err)?;
            }
            return Ok(Loaded {
                matches,
                packages,
                errors,
                state,
                problems,
            });
        }
    }

    /// Notes an error and goes on without what failed, where that is wanted.
    fn tolerate<T>(
        &self,
        done: Result<T, LoadError>,
        problems: &mut Vec<LoadError>,
    ) -> Result<Option<T>, LoadError> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(error) if self.tidying.is_some_and(|tidying| tidying.keep_going) => {
                problems.push(error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn go_mods(&self, state: &State) -> GoMods {
        let is_old = goversion::compare(self.go_version(state), "1.21").is_lt();
        if self.tidying.is_some() && is_old {
            GoMods::Left
        } else {
            GoMods::Needed
        }
    }

    fn rules(&self, state: &State, all: bool) -> Rules {
        let old = goversion::compare(self.go_version(state), "1.16").is_lt();
        Rules {
            all,
            tests: self.request.tests,
            closes_over_tests: old && !self.request.vendor_all,
        }
    }

    fn go_version<'v>(&'v self, state: &'v State) -> &'v str {
        if let Some(go) = self.tidying.and_then(|tidying| tidying.go.as_deref()) {
            return go;
        }
        match self.session.mains.work {
            Some(_) => self.session.mains.go_version(),
            None => state.go_version(),
        }
    }

    /// Prunes the graph as the Go version wants it, which dependencies may have raised.
    async fn convert(&self, state: State) -> Result<State, LoadError> {
        let old = &state.requirements;
        if old.pruning == Pruning::Workspace {
            return Ok(state);
        }
        let wanted = Pruning::of_go_version(self.go_version(&state));
        if old.pruning == wanted {
            return Ok(state);
        }
        if wanted == Pruning::Unpruned {
            let roots = Requirements::new(Pruning::Unpruned, old.roots.clone(), old.direct.clone());
            return start(self.session, self.session.update_roots(&roots, None).await?).await;
        }
        let selected = state.graph_or_fail(self.session).await?;
        let list = selected.graph.build_list();
        let roots = list
            .into_iter()
            .skip(self.session.mains.modules.len().max(1));
        let pruned = Requirements::new(Pruning::Pruned, roots.collect(), old.direct.clone());
        Ok(State::new(pruned))
    }

    /// Makes the modules of what is asked for roots, so that what they require counts from the beginning.
    async fn preload(&self, state: &State, paths: &[&str]) -> Result<Option<State>, LoadError> {
        if state.requirements.pruning != Pruning::Pruned || self.session.mode != Mode::Mod {
            return Ok(None);
        }
        let resolver = self.resolver(state);
        let mut missing: Vec<&str> = Vec::new();
        let mut added: Vec<ModuleVersion> = Vec::new();
        for (path, answer) in resolver.resolve_all(paths.to_vec()).await {
            match answer {
                Ok(location) => {
                    if let Provider::Module(module) = location.provider
                        && state.requirements.version(&module.path) != Some(&module.version)
                    {
                        added.push(module);
                    }
                }
                Err(error) if error.is_missing() => missing.push(path),
                Err(_) => {}
            }
        }
        if self.request.find_missing {
            let finder = self.finder(state);
            let found = join_all(missing.iter().map(|path| finder.find(path))).await;
            added.extend(found.into_iter().filter_map(Result::ok));
        }
        if added.is_empty() {
            return Ok(None);
        }
        let old = &state.requirements;
        let roots = old.roots.iter().cloned().chain(added).collect();
        let wanted = Requirements::new(Pruning::Pruned, roots, old.direct.clone());
        let graph = self.session.complete(self.session.graph(&wanted).await)?;
        let new = self.session.update_roots(&wanted, Some(graph)).await?;
        Ok((new.roots != old.roots).then(|| State::new(new)))
    }

    fn finder<'r>(&'r self, state: &'r State) -> Finder<'r, 'r, 'r> {
        Finder {
            session: self.session,
            trees: self.trees,
            state,
        }
    }

    fn resolver<'r>(&'r self, state: &'r State) -> Resolver<'r, 'r, 'r>
    where
        Self: 'r,
    {
        Resolver {
            session: self.session,
            trees: self.trees,
            state,
            go_mods: self.go_mods(state),
        }
    }

    /// Loads packages until nothing more is needed. What has to be fetched is fetched while the rest goes on.
    async fn packages(&self, state: &State, rules: Rules, roots: &[&str]) -> (Packages, Errors) {
        let mut loader = Loader::new(rules, roots.iter().copied());
        let mut errors: Errors = HashMap::new();
        let mut waiting: HashMap<Need, Vec<PackageId>> = HashMap::new();
        let mut pending = FuturesUnordered::new();
        let mut again: Vec<PackageId> = Vec::new();
        loop {
            let mut ids = std::mem::take(&mut again);
            ids.extend(loader.needs());
            if ids.is_empty() {
                let Some(need) = pending.next().await else {
                    break;
                };
                again = waiting.remove(&need).unwrap_or_default();
                continue;
            }
            for (id, found, error) in self.look(state, &loader, ids) {
                if let Some(error) = error {
                    errors.insert(id, error);
                }
                match found {
                    Ok(found) => loader.supply(id, found),
                    Err(needs) => {
                        for need in needs {
                            let ids = waiting.entry(need.clone()).or_default();
                            if ids.is_empty() {
                                pending.push(self.fetch_named(state, need));
                            }
                            ids.push(id);
                        }
                    }
                }
            }
        }
        drop(pending);
        let packages = loader.finish();
        for &id in packages.order() {
            if let Some(error) = packages.tested(id).and_then(|package| errors.get(&package)) {
                let error = Arc::clone(error);
                errors.insert(id, error);
            }
        }
        (packages, errors)
    }

    /// Looks for packages on all cores.
    fn look(&self, state: &State, loader: &Loader, ids: Vec<PackageId>) -> Vec<Look> {
        let resolver = self.resolver(state);
        let ids: Vec<_> = ids.into_iter().map(|id| (id, loader.path(id))).collect();
        let look = |(id, path): (PackageId, &Arc<str>)| {
            let (found, error) = self.look_at(&resolver, path);
            (id, found, error)
        };
        if ids.len() < 4 {
            return ids.into_iter().map(look).collect();
        }
        ids.into_par_iter().with_max_len(8).map(look).collect()
    }

    fn look_at(
        &self,
        resolver: &Resolver<'_, '_, '_>,
        path: &str,
    ) -> (Result<Found, Vec<Need>>, Option<Arc<PackageError>>) {
        let mut found = Found {
            provider: Provider::Nobody,
            imports: None,
            is_tool: self.tools.contains(path),
        };
        let location = match resolver.resolve(path) {
            Answer::Needs(needs) => return (Err(needs), None),
            Answer::Known(Err(error)) => return (Ok(found), Some(Arc::new(error))),
            Answer::Known(Ok(location)) => location,
        };
        found.provider = location.provider;
        let mut error = None;
        match (location.dir, &found.provider) {
            (Some(dir), _) => match self.trees.scan_package(&dir) {
                Scan::Imports(imports) => found.imports = Some(imports),
                Scan::NoFiles => error = Some(Arc::new(PackageError::NoFiles)),
                Scan::Failed(failed) => error = Some(failed),
            },
            (None, Provider::Standard) => found.imports = standard_imports(path),
            (None, _) => {}
        }
        (Ok(found), error)
    }

    async fn fetch_named(&self, state: &State, need: Need) -> Need {
        self.resolver(state).fetch(&need).await;
        need
    }
}

/// Tells which modules of the build list stand for more than one path.
pub fn used_twice(session: &Session<'_>, state: &State) -> Vec<LoadError> {
    let list = match state.loaded() {
        Some(Ok(selected)) => selected.graph.build_list(),
        _ => state.requirements.roots.clone(),
    };
    let mut first: HashMap<ModuleVersion, ModulePath> = HashMap::new();
    let mut found = Vec::new();
    for module in list {
        let Ok(actual) = session.actual(&module) else {
            continue;
        };
        let known = first
            .entry(actual.clone())
            .or_insert_with(|| module.path.clone());
        if *known != module.path {
            found.push(LoadError::UsedTwice {
                module: actual,
                first: known.clone(),
                second: module.path,
            });
        }
    }
    found
}

fn standard_imports(path: &str) -> Option<Arc<Imports>> {
    let package = standard::find(path)?;
    Some(Arc::new(Imports {
        files: package.imports().map(Arc::from).collect(),
        tests: package.test_imports().map(Arc::from).collect(),
    }))
}

/// Returns the packages of `all`, sorted; names that no package can have are not among them.
fn in_all(packages: &Packages) -> Vec<String> {
    let order = packages.order().iter().copied();
    let all = order.filter(|&id| packages.is_in_all(id) && !packages.is_test(id));
    let paths = all.map(|id| packages.path(id).to_string());
    let mut paths: Vec<_> = paths
        .filter(|path| check_import_path(path).is_ok())
        .collect();
    paths.sort_unstable();
    paths
}
