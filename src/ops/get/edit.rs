//! The edit of requirements: the only loop that feeds [`Edit`].

use std::collections::HashMap;
use std::sync::Arc;

use super::GetError;
use super::fault::of_module;
use super::resolver::Resolver;
use crate::domain::module::{ModulePath, ModuleVersion, NameMap, Version, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::edit::{Conflict, Edit, LoadedRoots, Lowered, Step, Wishes};
use crate::domain::mvs::graph::NodeId;
use crate::domain::mvs::roots::Requirements;
use crate::ops::failure::FailureKind;
use crate::ops::load::LoadError;
use crate::ops::query::{Allowed, QueryError, versions};
use crate::ops::source::ModuleError;

/// Modules whose requirements could not be read, with the reason.
type Failed = HashMap<ModuleVersion, ModuleError>;

impl Resolver<'_, '_, '_> {
    /// Returns requirements that select every version of `must`; none where nothing changes.
    pub(super) async fn edit(
        &mut self,
        upgrades: &[ModuleVersion],
        must: &[ModuleVersion],
    ) -> Result<Option<Requirements>, GetError> {
        let old = self.state().requirements.clone();
        let pruning = pruning_after(&old, must);
        let converted = self.convert(&old, pruning).await?;
        let before = match self.state().graph(self.session).await {
            Ok(selected) => super::resolver::index(&selected.graph.build_list()),
            Err(_) => NameMap::default(),
        };
        let listed = match pruning {
            Pruning::Unpruned if converted.pruning == old.pruning => {
                let selected = self.state().graph_or_fail(self.session).await?;
                selected.graph.build_list().split_off(1)
            }
            Pruning::Unpruned => {
                let loaded = self.session.graph(&converted).await;
                self.session.complete(loaded)?.build_list().split_off(1)
            }
            Pruning::Pruned | Pruning::Workspace => converted.roots.clone(),
        };
        let mut edit = Edit::new(Wishes {
            pruning,
            roots: listed,
            upgrades,
            must,
            before,
        });
        let roots = self.run_edit(&mut edit, pruning).await?;
        Ok(self.finish(&old, converted, roots, must).await?)
    }

    async fn convert(
        &self,
        old: &Requirements,
        pruning: Pruning,
    ) -> Result<Requirements, LoadError> {
        if old.pruning == pruning {
            return Ok(old.clone());
        }
        let selected = self.state().graph_or_fail(self.session).await?;
        if pruning == Pruning::Pruned {
            let list = selected.graph.build_list().split_off(1);
            return Ok(Requirements::new(pruning, list, old.direct.clone()));
        }
        let unpruned = Requirements::new(pruning, old.roots.clone(), old.direct.clone());
        self.session.update_roots(&unpruned, None).await
    }

    async fn run_edit(
        &mut self,
        edit: &mut Edit,
        pruning: Pruning,
    ) -> Result<Vec<ModuleVersion>, GetError> {
        let mut failed = Failed::new();
        let mut untold = None;
        let mut step = edit.start();
        loop {
            step = match step {
                Step::Load { roots, raised } => {
                    let (loaded, unpruned) =
                        self.session.graph_for_edit(pruning, &roots, raised).await;
                    let ids = loaded.failed.keys().copied().collect();
                    let graph = loaded.graph;
                    failed.extend(
                        loaded
                            .failed
                            .into_iter()
                            .map(|(id, error): (NodeId, _)| (graph.module(id).clone(), error)),
                    );
                    if let Some(error) = stops(&mut failed) {
                        return Err(error);
                    }
                    edit.supply_graph(LoadedRoots {
                        graph,
                        failed: ids,
                        unpruned,
                    })
                }
                Step::Previous(module) => {
                    let previous = self.previous(&module).await;
                    let next = match previous {
                        Ok(version) => edit.supply_previous(Some(version)),
                        Err(error) => {
                            untold = Some(error);
                            edit.supply_previous(None)
                        }
                    };
                    self.tell_lowered(&edit.lowered(), &failed);
                    next
                }
                Step::Conflicts(conflicts) => {
                    self.tell_conflicts(&conflicts, &failed);
                    self.check()?;
                    return Err(LoadError::UpdatesNeeded.into());
                }
                Step::Done(roots) => return Ok(roots),
                Step::GivenUp => {
                    return Err(untold
                        .map_or(LoadError::UpdatesNeeded, LoadError::Query)
                        .into());
                }
            };
        }
    }

    /// Returns the highest version below a module's that may be used.
    async fn previous(&self, module: &ModuleVersion) -> Result<Version, QueryError> {
        let none = Version::new("none");
        let list =
            match versions(self.session, &module.path, Allowed::NotExcludedNorRetracted).await {
                Ok(versions) => versions.list,
                Err(error) if error.is_not_found() => return Ok(none),
                Err(error) => return Err(error),
            };
        let path = module.path.as_str();
        let is_below = |version: &&Version| {
            goversion::mod_compare(path, version.as_str(), module.version.as_str()).is_lt()
        };
        Ok(list.iter().rfind(is_below).cloned().unwrap_or(none))
    }

    /// Tells of roots that were lowered because something could not be read.
    fn tell_lowered(&mut self, lowered: &[Lowered], failed: &Failed) {
        for root in lowered {
            let to = ModuleVersion {
                path: root.from.path.clone(),
                version: root.to.clone(),
            };
            let action = if root.to.as_str() == "none" {
                format!("removing {}", root.from)
            } else if root.is_restored {
                format!("restoring {to}")
            } else {
                format!("trying {to}")
            };
            let why = why(&root.conflict, failed);
            self.notes
                .push(format!("{}: {why}\n\t{action}", root.conflict));
        }
    }

    /// Tells of contradictions, in terms of the arguments.
    fn tell_conflicts(&mut self, conflicts: &[Conflict], failed: &Failed) {
        for conflict in conflicts {
            let adverb = if conflict.path.len() > 2 {
                "indirectly "
            } else {
                ""
            };
            let first = self.reason(&conflict.path[0]);
            let last = conflict.last();
            let kind = failed.get(last).map_or(FailureKind::Input, of_module);
            let text = if let Some(constraint) = &conflict.constraint {
                let wanted = self.reason(constraint);
                format!("{first} {adverb}requires {last}, not {wanted}")
            } else {
                let why = why(conflict, failed);
                format!("{first} {adverb}requires {last}: {why}")
            };
            self.error(kind, text);
        }
    }

    /// Shows why a module is at a version: the argument that decided it.
    fn reason(&self, module: &ModuleVersion) -> String {
        let Some(decision) = self.decided.get(&module.path) else {
            return module.to_string();
        };
        let decided = ModuleVersion {
            path: module.path.clone(),
            version: decision.version.clone(),
        };
        self.arguments[decision.by].shown(&decided)
    }

    /// Makes requirements of the roots that an edit gave; none where they are those of before.
    async fn finish(
        &self,
        old: &Requirements,
        converted: Requirements,
        mut roots: Vec<ModuleVersion>,
        must: &[ModuleVersion],
    ) -> Result<Option<Requirements>, LoadError> {
        let pruning = converted.pruning;
        if pruning == Pruning::Unpruned
            && let Some(main) = self.session.mains.modules.first()
        {
            let base = explicit(&converted, &roots, must);
            roots = self.session.minimal(&main.module, &base, &roots)?;
        }
        if pruning == old.pruning && roots == old.roots {
            return Ok(None);
        }
        let direct = roots.iter().map(|root| &root.path);
        let direct = direct.filter(|path| converted.direct.contains(*path));
        let direct = direct.cloned().collect();
        let edited = Requirements::new(pruning, roots, direct);
        let go = edited.version(&ModulePath::new("go"));
        let is_raised = go.is_some_and(|go| Pruning::of_go_version(go.as_str()) == Pruning::Pruned);
        if pruning != Pruning::Unpruned || !is_raised {
            return Ok(Some(edited));
        }
        // A dependency raised the Go version so far that the graph is pruned from now on: all of it becomes roots.
        let graph = self.session.complete(self.session.graph(&edited).await)?;
        let list = graph.build_list().split_off(1);
        Ok(Some(Requirements::new(
            Pruning::Pruned,
            list,
            edited.direct,
        )))
    }
}

/// Returns whether the graph is pruned once the versions in `must` are selected.
fn pruning_after(old: &Requirements, must: &[ModuleVersion]) -> Pruning {
    for module in must {
        let version = module.version.as_str();
        match module.path.as_str() {
            "go" => return Pruning::of_go_version(version),
            "toolchain"
                if Pruning::of_go_version(goversion::from_toolchain(version))
                    == Pruning::Unpruned =>
            {
                return Pruning::Unpruned;
            }
            _ => {}
        }
    }
    old.pruning
}

/// Returns the paths that an unpruned go.mod has to list: what was decided on, and what was listed and has not changed or
/// is imported.
fn explicit(
    old: &Requirements,
    roots: &[ModuleVersion],
    must: &[ModuleVersion],
) -> Vec<ModulePath> {
    let decided = must
        .iter()
        .filter(|module| module.version.as_str() != "none");
    let kept = roots.iter().filter(|root| {
        old.version(&root.path)
            .is_some_and(|listed| *listed == root.version || old.direct.contains(&root.path))
    });
    decided
        .chain(kept)
        .map(|module| module.path.clone())
        .collect()
}

/// Returns why requirements could not be read, without naming the module once more.
fn why(conflict: &Conflict, failed: &Failed) -> String {
    let last = conflict.last();
    failed.get(last).map_or_else(String::new, |error| {
        if error.module == *last {
            error.reason.without_module()
        } else {
            error.to_string()
        }
    })
}

/// Returns the error that ends everything: bytes that nobody vouches for, or a network that is off. No other version is
/// tried then.
fn stops(failed: &mut Failed) -> Option<GetError> {
    let mismatch = failed.iter().find(|(_, error)| error.is_integrity());
    if let Some(module) = mismatch.map(|(module, _)| module.clone()) {
        let error = failed.remove(&module)?;
        return Some(LoadError::Contents(Arc::new(error)).into());
    }
    let mut offline: Vec<_> = failed
        .values()
        .filter(|error| error.is_offline())
        .map(|error| error.module.clone())
        .collect();
    offline.sort();
    offline.dedup();
    (!offline.is_empty()).then(|| LoadError::Offline { missing: offline }.into())
}
