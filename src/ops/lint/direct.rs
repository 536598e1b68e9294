//! `// indirect`, compared with what the packages of a main module import.
//!
//! A `tool` line is no import: the go command marks the modules of tools as indirect.
//!
//! Which module provides an import is told by its path where one module of the build list can have it, and otherwise by
//! the directories of unpacked modules. Where these are not here, nothing is said of any of the candidates.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Linter, place, rules};
use crate::adapters::go_files;
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::packages::import::is_standard;
use crate::ops::imports::{self, PackageImports};
use crate::ops::main_modules::MainModule;
use crate::ops::verify::report::Finding;

pub(super) fn check(linter: &mut Linter<'_, '_>) {
    let session = linter.session;
    let by_path: HashMap<ModulePath, ModuleVersion> = linter
        .list
        .iter()
        .map(|module| (module.path.clone(), module.clone()))
        .collect();
    for main in &session.mains.modules {
        if main.file.require.is_empty() {
            continue;
        }
        match imports::of_main(main) {
            Err(error) => linter
                .remarks
                .push(format!("`// indirect` was not checked: {error}")),
            // A go.mod alone, as in a checkout of dependencies: nothing is known of the packages.
            Ok(packages) if packages.is_empty() => linter.remarks.push(format!(
                "`// indirect` was not checked: {} has no Go files with imports",
                main.module.path
            )),
            Ok(packages) => of_module(linter, main, &packages, &by_path),
        }
    }
}

/// Which modules the packages of a main module import.
#[derive(Default)]
struct Used {
    /// Each with the first import that shows it.
    certain: BTreeMap<ModulePath, String>,
    possible: BTreeSet<ModulePath>,
}

fn of_module(
    linter: &mut Linter<'_, '_>,
    main: &MainModule,
    packages: &[PackageImports],
    by_path: &HashMap<ModulePath, ModuleVersion>,
) {
    let mut used = Used::default();
    let imports = packages.iter().flat_map(|package| &package.imports);
    let ctx = linter.session.ctx;
    let imports = imports.map(|(import, site)| {
        let file = ctx.short_path(&site.file);
        (
            import.as_str(),
            format!("{file}:{} imports {import}", site.line),
        )
    });
    let mut seen = BTreeSet::new();
    for (import, why) in imports {
        if !is_standard(import) && seen.insert(import.to_owned()) {
            provider(linter, import, why, by_path, &mut used);
        }
    }
    for require in &main.file.require {
        let path = &require.module.path;
        // What is required and not selected, excluded or replaced by a main module, is not ours to judge.
        let Some(module) = by_path.get(path) else {
            continue;
        };
        let (rule, message) = match (require.indirect, used.certain.get(path)) {
            (true, Some(why)) => (
                &rules::NOT_INDIRECT,
                format!("marked `// indirect`, but {why}"),
            ),
            (false, None) if !used.possible.contains(path) => (
                &rules::NOT_DIRECT,
                format!(
                    "not marked `// indirect`, but no package of {} imports it",
                    main.module.path
                ),
            ),
            _ => continue,
        };
        let line = linter.places.of_main(main, require.line);
        let finding = Finding::new(rule, module.to_string(), message)
            .at(place(&line))
            .fix("go mod tidy");
        linter.push(finding, vec![path.to_string()]);
    }
}

fn provider(
    linter: &Linter<'_, '_>,
    import: &str,
    why: String,
    by_path: &HashMap<ModulePath, ModuleVersion>,
    used: &mut Used,
) {
    let mains = &linter.session.mains;
    let mut candidates = Vec::new();
    let mut end = import.len();
    loop {
        let path = ModulePath::new(&import[..end]);
        if let Some(module) = by_path.get(&path) {
            candidates.push(Some(module));
        } else if mains.contains(&path) {
            candidates.push(None);
        }
        match import[..end].rfind('/') {
            Some(slash) => end = slash,
            None => break,
        }
    }
    if let [only] = candidates.as_slice() {
        if let Some(module) = only {
            used.certain.entry(module.path.clone()).or_insert(why);
        }
        return;
    }
    // The longest path that has the package provides it.
    for candidate in &candidates {
        let has = match candidate {
            Some(module) => has_package(linter, module, import),
            None => main_has_package(linter, import),
        };
        match (has, candidate) {
            (Some(true), Some(module)) => {
                used.certain.entry(module.path.clone()).or_insert(why);
                return;
            }
            (Some(true), None) => return,
            (Some(false), _) => {}
            (None, _) => {
                let modules = candidates.iter().flatten();
                used.possible
                    .extend(modules.map(|module| module.path.clone()));
                return;
            }
        }
    }
}

/// Reports whether a module has a package; nothing where its files are not here.
fn has_package(linter: &Linter<'_, '_>, module: &ModuleVersion, import: &str) -> Option<bool> {
    let actual = linter.session.actual(module).ok()?;
    let root = if actual.version.is_empty() {
        std::path::PathBuf::from(actual.path.as_str())
    } else {
        linter.session.source.contents_dir(&actual)?
    };
    let below = import
        .strip_prefix(module.path.as_str())?
        .trim_start_matches('/');
    has_go_files(&root.join(below))
}

fn main_has_package(linter: &Linter<'_, '_>, import: &str) -> Option<bool> {
    let mains = linter.session.mains.modules.iter();
    let main = mains
        .filter(|main| import.starts_with(main.module.path.as_str()))
        .max_by_key(|main| main.module.path.as_str().len())?;
    let below = import
        .strip_prefix(main.module.path.as_str())?
        .trim_start_matches('/');
    has_go_files(&main.root.join(below))
}

fn has_go_files(dir: &std::path::Path) -> Option<bool> {
    let listing = go_files::list(dir).ok()?;
    Some(listing.is_some_and(|listing| !listing.go_files.is_empty()))
}
