//! What it takes to get another version: the edit of go.mod that `go get` makes, and what changes with it.
//!
//! The edit itself (`domain::mvs::edit`) lowers a root only where its requirements contradict the wanted version, and no
//! further than that takes: no smaller set of changes gives that version.

use std::collections::{BTreeMap, HashSet};

use super::{Answer, selected};
use crate::domain::graph::diff::{self, Kind, changes};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::edit::{Edit, LoadedRoots, Step, Wishes};
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::roots::Requirements;
use crate::domain::mvs::{Pruning, compare_versions};
use crate::ops::main_modules::is_toolchain;
use crate::ops::query::{self, Allowed};
use crate::ops::session::Session;

/// How often an edit may ask; each round adds a version that cannot be used, so that this is never reached by a
/// graph that could be loaded in reasonable time.
const MOST_STEPS: usize = 10_000;

/// A way to another version.
#[derive(Debug)]
pub struct Way {
    /// What to give to `go get`.
    pub argument: ModuleVersion,
    /// The version that is selected then; `none` where the module is gone.
    pub selects: Version,
    /// Every module that changes, by path.
    pub changes: Vec<Change>,
}

/// A module that changes.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// Its path.
    pub path: ModulePath,
    /// What becomes of it.
    pub kind: Kind,
    /// Its version now.
    pub before: Option<Version>,
    /// Its version then.
    pub after: Option<Version>,
}

impl From<diff::Change<'_, ModulePath, Version>> for Change {
    fn from(change: diff::Change<'_, ModulePath, Version>) -> Self {
        Self {
            path: change.name.clone(),
            kind: change.kind,
            before: change.before.cloned(),
            after: change.after.cloned(),
        }
    }
}

/// Finds the ways that lead from the selected version to another.
pub(super) async fn find(session: &Session<'_>, graph: &Graph, answer: &mut Answer) {
    let path = answer.wanted.path.clone();
    let Some(now) = answer.selected.clone() else {
        return;
    };
    if session.mains.work.is_some() {
        answer.notes.push(
            "the ways to another version are those of one module: ask in its directory with GOWORK=off".to_owned(),
        );
        return;
    }
    let mut targets = Vec::new();
    match &answer.wanted.version {
        Some(wanted) if *wanted != now => targets.push(wanted.clone()),
        _ if is_toolchain(&path) => {}
        _ => match neighbours(session, &path, &now, answer).await {
            Ok(found) => targets = found,
            Err(error) => answer.notes.push(error),
        },
    }
    for target in targets {
        let argument = ModuleVersion {
            path: path.clone(),
            version: target,
        };
        match edit(session, graph, &argument).await {
            Ok(Some(way)) if way.selects != now => answer.ways.push(way),
            Ok(_) => {}
            Err(error) => answer.notes.push(error),
        }
    }
    answer.ways.sort_by_key(|way| way.changes.len());
}

/// Returns the next higher and the next lower version: those that are published, or else one that is required.
async fn neighbours(
    session: &Session<'_>,
    path: &ModulePath,
    now: &Version,
    answer: &mut Answer,
) -> Result<Vec<Version>, String> {
    let compare =
        |a: &Version, b: &Version| compare_versions(path.as_str(), a.as_str(), b.as_str());
    let mut known: Vec<Version> = answer
        .losers
        .iter()
        .map(|loser| loser.version.clone())
        .collect();
    match query::versions(session, path, Allowed::NotExcludedNorRetracted).await {
        Ok(versions) => known.extend(versions.list),
        Err(error) => answer.notes.push(format!(
            "the published versions of {path} are not known, only those that are required: {error}"
        )),
    }
    let is_release =
        |version: &Version| crate::domain::module::version::prerelease(version.as_str()).is_empty();
    // What is not released is tried only where nothing else is there.
    let pick = |wanted: std::cmp::Ordering| {
        let side = || {
            known
                .iter()
                .filter(|version| compare(version, now) == wanted)
        };
        let nearest = |side: &mut dyn Iterator<Item = &Version>| {
            let side = side.cloned();
            if wanted.is_gt() {
                side.min_by(|a, b| compare(a, b))
            } else {
                side.max_by(|a, b| compare(a, b))
            }
        };
        nearest(&mut side().filter(|version| is_release(version))).or_else(|| nearest(&mut side()))
    };
    let up = pick(std::cmp::Ordering::Greater);
    let down = pick(std::cmp::Ordering::Less).unwrap_or_else(|| Version::new("none"));
    Ok(up.into_iter().chain([down]).collect())
}

/// Edits the root requirements so that `wanted` is selected, in memory; none where nothing does.
async fn edit(
    session: &Session<'_>,
    graph: &Graph,
    wanted: &ModuleVersion,
) -> Result<Option<Way>, String> {
    let before = selected(graph);
    let requirements = session.mains.requirements().0;
    let pruning = requirements.pruning;
    let (roots, _) = requirements.settle(Some(graph), |path| session.mains.contains(path));
    let roots = match pruning {
        Pruning::Unpruned => graph.build_list().split_off(1),
        Pruning::Pruned | Pruning::Workspace => roots,
    };
    let must = [wanted.clone()];
    let mut edit = Edit::new(Wishes {
        pruning,
        roots,
        upgrades: &[],
        must: &must,
        before: before.clone().into_iter().collect(),
    });
    let mut step = edit.start();
    for _ in 0..MOST_STEPS {
        step = match step {
            Step::Load { roots, raised } => {
                edit.supply_graph(load(session, pruning, &roots, raised).await)
            }
            Step::Previous(module) => edit.supply_previous(previous(session, &module).await),
            Step::Conflicts(conflicts) => {
                let texts: Vec<_> = conflicts.iter().map(ToString::to_string).collect();
                return Err(format!("{wanted} cannot be had: {}", texts.join("; ")));
            }
            Step::GivenUp => {
                return Err(format!(
                    "{wanted} cannot be had without lower versions of other modules, which are not known"
                ));
            }
            Step::Done(roots) => return way(session, &before, wanted, pruning, roots).await,
        };
    }
    Ok(None)
}

async fn way(
    session: &Session<'_>,
    before: &BTreeMap<ModulePath, Version>,
    wanted: &ModuleVersion,
    pruning: Pruning,
    roots: Vec<ModuleVersion>,
) -> Result<Option<Way>, String> {
    let direct = session.mains.requirements().0.direct;
    let loaded = session
        .graph(&Requirements::new(pruning, roots, direct))
        .await;
    let graph = session
        .complete(loaded)
        .map_err(|error| error.to_string())?;
    let after = selected(&graph);
    let order = |path: &ModulePath, a: &Version, b: &Version| {
        compare_versions(path.as_str(), a.as_str(), b.as_str())
    };
    let changed = changes(before, &after, order).into_iter();
    let changed = changed.filter(|change| change.name.as_str() != "toolchain");
    Ok(Some(Way {
        changes: changed.map(Change::from).collect(),
        selects: after
            .get(&wanted.path)
            .cloned()
            .unwrap_or_else(|| Version::new("none")),
        argument: wanted.clone(),
    }))
}

async fn load(
    session: &Session<'_>,
    pruning: Pruning,
    roots: &[ModuleVersion],
    raised: HashSet<ModuleVersion>,
) -> LoadedRoots {
    let (loaded, unpruned) = session.graph_for_edit(pruning, roots, raised).await;
    LoadedRoots {
        graph: loaded.graph,
        failed: loaded.failed.into_keys().collect(),
        unpruned,
    }
}

/// Returns the highest allowed version below this one, `none` where there is none; nothing where it is not known.
async fn previous(session: &Session<'_>, module: &ModuleVersion) -> Option<Version> {
    if is_toolchain(&module.path) {
        return Some(Version::new("none"));
    }
    let versions = query::versions(session, &module.path, Allowed::NotExcludedNorRetracted).await;
    let path = module.path.as_str();
    let list = versions.ok()?.list;
    let lower = list.into_iter().filter(|version| {
        goversion::mod_compare(path, version.as_str(), module.version.as_str()).is_lt()
    });
    let highest = lower.max_by(|a, b| goversion::mod_compare(path, a.as_str(), b.as_str()));
    Some(highest.unwrap_or_else(|| Version::new("none")))
}
