//! What it takes to get another version: the edit of go.mod that `go get` makes, and what changes with it.
//!
//! The edit itself (`domain::mvs::edit`) lowers a root only where its requirements contradict the wanted version, and no
//! further than that takes: no smaller set of changes gives that version. What changes with it is found by doing all of
//! `go get` but for the writing.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::members::Getter;
use super::{Answer, roots};
use crate::domain::graph::diff::{self, Kind, changes};
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::compare_versions;
use crate::domain::mvs::graph::Graph;
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::load::LoadOptions;
use crate::ops::main_modules::is_toolchain;
use crate::ops::query::{self, Allowed};
use crate::ops::session::Session;

/// A way to another version.
#[derive(Debug)]
pub struct Way {
    /// What to give to `go get`.
    pub argument: ModuleVersion,
    /// The directories of a workspace to do it in, each by itself, as the user knows them; empty without a workspace.
    pub directories: Vec<String>,
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
pub(super) async fn find(
    session: &Session<'_>,
    graph: &Graph,
    load: &LoadOptions,
    answer: &mut Answer,
) {
    let path = answer.wanted.path.clone();
    let Some(now) = answer.selected.clone() else {
        return;
    };
    let mut targets = Vec::new();
    match &answer.wanted.version {
        Some(wanted) if *wanted != now => targets.push(wanted.clone()),
        _ if is_toolchain(&path) => {}
        _ => match neighbours(session, &path, &now, answer).await {
            Ok(found) => targets = found,
            Err(error) => answer.notes.push(error),
        },
    }
    let getter = Getter::new(session, graph, load);
    let arguments: Vec<_> = targets
        .into_iter()
        .map(|version| ModuleVersion {
            path: path.clone(),
            version,
        })
        .collect();
    let found = arguments.iter().map(|argument| getter.get(argument));
    for (argument, found) in arguments.iter().zip(join_all(found).await) {
        let way = match found {
            Ok(way) => Some(way),
            Err(error) => {
                let way = without_contents(session, graph, argument, &error).await;
                answer.notes.push(if way.is_some() {
                    format!(
                        "what the packages of {argument} need is not known without their files, and may change more modules \
                         than are named; `modsmith graph what-if {argument}` fetches them and tells all"
                    )
                } else {
                    format!("{argument} cannot be had: {error}")
                });
                way
            }
        };
        match way {
            Some(way) if way.selects != now => answer.ways.push(way),
            Some(_) if session.mains.work.is_some() => answer.notes.push(format!(
                "{argument} in each module by itself does not lead the workspace to another version"
            )),
            Some(_) | None => {}
        }
    }
    answer.ways.sort_by_key(|way| way.changes.len());
}

/// Returns what go.mod files say where the network, not the answer of a proxy, is why a module cannot be had.
async fn without_contents(
    session: &Session<'_>,
    graph: &Graph,
    argument: &ModuleVersion,
    error: &Failure,
) -> Option<Way> {
    if error.kind != FailureKind::Outside || session.mains.work.is_some() {
        return None;
    }
    roots::edit(session, graph, argument).await.ok().flatten()
}

/// Describes a way by the build lists before and after it.
pub(super) fn way(
    wanted: &ModuleVersion,
    before: &BTreeMap<ModulePath, Version>,
    after: &BTreeMap<ModulePath, Version>,
    directories: Vec<String>,
) -> Way {
    let order = |path: &ModulePath, a: &Version, b: &Version| {
        compare_versions(path.as_str(), a.as_str(), b.as_str())
    };
    let changed = changes(before, after, order).into_iter();
    let changed = changed.filter(|change| change.name.as_str() != "toolchain");
    Way {
        changes: changed.map(Change::from).collect(),
        selects: after
            .get(&wanted.path)
            .cloned()
            .unwrap_or_else(|| Version::new("none")),
        argument: wanted.clone(),
        directories,
    }
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
