//! What vendor/modules.txt lists: every module that is required or has a package, and every replacement.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::domain::module::{ModulePath, ModuleVersion, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::packages::Provider;
use crate::domain::vendor::{NewList, NewModule};
use crate::ops::failure::Failure;
use crate::ops::main_modules::clean;
use crate::ops::packages::load::Loaded;
use crate::ops::session::Session;

/// From this version of Go on, requirements and replacements are marked.
const MARKED: &str = "1.14";
/// From this version of Go on, the Go version of each module is noted.
const WITH_GO_VERSIONS: &str = "1.17";

/// Lists modules with the packages that were loaded.
pub(super) async fn list(session: &Session<'_>, loaded: &Loaded) -> Result<NewList, Failure> {
    let mut packages = packages(loaded);
    check_collisions(packages.keys())?;
    let mains = &session.mains;
    let go = match &mains.work {
        Some(_) => mains.go_version(),
        None => loaded.state.go_version(),
    };
    let has_go = mains.work.is_some() || mains.modules.iter().any(|main| main.file.go.is_some());
    let is_marked = has_go && goversion::compare(go, MARKED).is_ge();
    let with_go = goversion::compare(go, WITH_GO_VERSIONS).is_ge();
    let required: HashSet<&ModuleVersion> = mains
        .modules
        .iter()
        .flat_map(|main| main.file.require.iter().map(|line| &line.module))
        .filter(|_| is_marked)
        .collect();
    let mut listed: Vec<ModuleVersion> = packages.keys().cloned().collect();
    listed.extend(
        required
            .iter()
            .filter(|module| !packages.contains_key(**module))
            .map(|module| (*module).clone()),
    );
    listed.sort_by(|left, right| {
        let (path, other) = (left.path.as_str(), right.path.as_str());
        path.cmp(other).then_with(|| {
            goversion::mod_compare(path, left.version.as_str(), right.version.as_str())
        })
    });
    let mut modules = Vec::with_capacity(listed.len());
    for module in listed {
        let go_version = if with_go {
            go_version(session, loaded, &module.path).await?
        } else {
            None
        };
        modules.push(NewModule {
            replacement: session.shown_replacement(&module),
            explicit: required.contains(&module),
            go_version,
            packages: packages.remove(&module).unwrap_or_default(),
            module,
        });
    }
    let list = NewList {
        // Without any member the go command forgets that there is a go.work.
        workspace: mains.work.is_some() && !mains.modules.is_empty(),
        replacements: if is_marked {
            replacements(session, &modules)
        } else {
            Vec::new()
        },
        modules,
    };
    check_replacements(&list)?;
    Ok(list)
}

/// Returns the packages of each module that is no main module, sorted.
fn packages(loaded: &Loaded) -> HashMap<ModuleVersion, Vec<String>> {
    let mut found: HashMap<ModuleVersion, Vec<String>> = HashMap::new();
    for &id in loaded.packages.order() {
        if loaded.packages.is_test(id) {
            continue;
        }
        if let Provider::Module(module) = loaded.packages.provider(id) {
            let path = loaded.packages.path(id).to_string();
            found.entry(module.clone()).or_default().push(path);
        }
    }
    for packages in found.values_mut() {
        packages.sort_unstable();
    }
    found
}

/// Refuses module paths that are one on some file systems.
fn check_collisions<'m>(modules: impl Iterator<Item = &'m ModuleVersion>) -> Result<(), Failure> {
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    let paths: BTreeSet<&str> = modules.map(|module| module.path.as_str()).collect();
    for path in paths {
        // Module paths are ASCII.
        if let Some(other) = folded.insert(path.to_ascii_lowercase(), path) {
            return Err(Failure::input(format!(
                "go.mod: case-insensitive import collision: {path:?} and {other:?}"
            )));
        }
    }
    Ok(())
}

/// Returns the Go version of the selected version of a module, or of what stands for it.
async fn go_version(
    session: &Session<'_>,
    loaded: &Loaded,
    path: &ModulePath,
) -> Result<Option<String>, Failure> {
    let state = &loaded.state;
    let main = session.mains.find(path);
    let is_pruned = state.requirements.pruning == Pruning::Pruned;
    let version = match state.requirements.version(path).filter(|_| is_pruned) {
        Some(version) => Some(version.clone()),
        None if is_pruned && main.is_some() => None,
        None => {
            let selected = state.graph_or_fail(session).await?;
            selected.version(path.as_str()).cloned()
        }
    };
    if let Some(main) = main {
        return Ok(main.file.go.as_ref().map(|go| go.version.clone()));
    }
    let Some(version) = version.filter(|version| version.as_str() != "none") else {
        return Ok(None);
    };
    let module = ModuleVersion {
        path: path.clone(),
        version,
    };
    let actual = session.actual(&module)?;
    let is_known = actual.version.is_empty()
        || !session.must_have_sums()
        || session.source.has_go_mod_sum(&actual);
    if !is_known {
        return Ok(None);
    }
    // A go.mod that cannot be had says nothing, as far as the go command is concerned.
    let summary = session.source.summary(&actual).await;
    Ok(summary.ok().and_then(|summary| summary.go.clone()))
}

/// Returns the replacements that no module line has.
fn replacements(
    session: &Session<'_>,
    modules: &[NewModule],
) -> Vec<(ModuleVersion, ModuleVersion)> {
    let mains = &session.mains;
    let mut written: HashSet<ModuleVersion> =
        modules.iter().map(|entry| entry.module.clone()).collect();
    let mut found = Vec::new();
    for line in mains.work.iter().flat_map(|work| &work.file.replace) {
        if !mains.modules.is_empty() && written.insert(line.old.clone()) {
            found.push((line.old.clone(), line.new.clone()));
        }
    }
    for line in mains.modules.iter().flat_map(|main| &main.file.replace) {
        // What replaces all versions of a main module does not replace the one at hand.
        let is_main = line.old.version.is_empty() && mains.contains(&line.old.path);
        if written.insert(line.old.clone())
            && !is_main
            && let Some(new) = session.shown_replacement(&line.old)
        {
            found.push((line.old.clone(), new));
        }
    }
    found
}

/// Refuses replacements by directories that are about to be written anew.
fn check_replacements(list: &NewList) -> Result<(), Failure> {
    let of_modules = list
        .modules
        .iter()
        .filter_map(|entry| entry.replacement.as_ref());
    let news = of_modules.chain(list.replacements.iter().map(|(_, new)| new));
    for new in news {
        let path = clean(std::path::Path::new(new.path.as_str()));
        if path.starts_with("vendor") {
            let message = format!("replacement path {} inside vendor directory", new.path);
            return Err(Failure::input(message));
        }
    }
    Ok(())
}
