//! The way to another version as far as go.mod files tell: the edit of the root requirements alone.
//!
//! What the packages of a module need may become a requirement, too. Where they cannot be looked at, this is all that is
//! known.

use std::collections::{BTreeMap, HashSet};

use super::selected;
use super::ways::{Way, way};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::edit::{Edit, LoadedRoots, Step, Wishes};
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::roots::Requirements;
use crate::ops::main_modules::is_toolchain;
use crate::ops::query::{self, Allowed};
use crate::ops::session::Session;

/// How often an edit may ask; each round adds a version that cannot be used, so that this is never reached by a
/// graph that could be loaded in reasonable time.
const MOST_STEPS: usize = 10_000;

/// Edits the root requirements so that `wanted` is selected, in memory; none where nothing does.
pub(super) async fn edit(
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
            Step::Done(roots) => return after(session, &before, wanted, pruning, roots).await,
        };
    }
    Ok(None)
}

async fn after(
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
    Ok(Some(way(wanted, before, &selected(&graph), Vec::new())))
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
