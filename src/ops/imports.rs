//! What the packages of a main module import, read from the heads of its Go files alone: no other module is looked at.
//!
//! Every file counts whatever its build constraints say, but for `ignore`, and tests count: that is what `go mod tidy`
//! looks at. Directories that Go leaves out are left out, unless a package imports them: hidden ones, `testdata`. Those of
//! other modules, and `vendor`, never count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::main_modules::MainModule;
use super::spread;
use crate::adapters::fs::FsError;
use crate::adapters::go_files;
use crate::domain::gosource::Tags;
use crate::domain::packages::ignore::Ignored;
use crate::domain::packages::import::is_magic;

/// A package of a main module.
#[derive(Debug, Default)]
pub struct PackageImports {
    /// Its import path.
    pub path: String,
    /// What it imports, each with the first place where it does.
    pub imports: BTreeMap<String, Site>,
}

/// Where an import stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The file.
    pub file: PathBuf,
    /// Counts from one.
    pub line: usize,
    /// Whether it is the file of a test.
    pub is_test: bool,
}

/// Reads the packages of a main module, sorted by path; those without imports are left out.
pub fn of_main(main: &MainModule) -> Result<Vec<PackageImports>, FsError> {
    let ignored = Ignored::new(main.file.ignore.iter().map(|line| line.path.as_str()));
    let mut level = vec![(main.root.clone(), String::new())];
    let mut packages = Vec::new();
    while !level.is_empty() {
        let read = |(dir, below): (PathBuf, String)| read_dir(main, &ignored, &dir, &below);
        let found = spread::over(std::mem::take(&mut level), read).into_iter();
        let found: Vec<_> = found.collect::<Result<_, _>>()?;
        for (package, dirs) in found.into_iter().flatten() {
            packages.extend(package);
            level.extend(dirs);
        }
    }
    follow(main, &mut packages)?;
    packages.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(packages)
}

/// Adds the packages in directories that patterns leave out and that somebody imports.
fn follow(main: &MainModule, packages: &mut Vec<PackageImports>) -> Result<(), FsError> {
    let root = main.module.path.as_str();
    let mut seen: BTreeSet<String> = packages
        .iter()
        .map(|package| package.path.clone())
        .collect();
    let mut next = 0;
    while let Some(package) = packages.get(next) {
        next += 1;
        let inner = package.imports.keys().filter_map(|import| {
            let below = import.strip_prefix(root)?.strip_prefix('/')?;
            Some((import.clone(), below.to_owned()))
        });
        for (import, below) in inner.collect::<Vec<_>>() {
            let is_left_out = below.split('/').any(is_left_out);
            if !is_left_out || is_in_other_module(main, &below) || !seen.insert(import) {
                continue;
            }
            let found = read_dir(main, &Ignored::default(), &main.root.join(&below), &below)?;
            packages.extend(found.and_then(|(package, _)| package));
        }
    }
    Ok(())
}

/// Reports whether patterns do not look into directories with this name.
fn is_left_out(name: &str) -> bool {
    name.starts_with(['.', '_']) || name == "testdata"
}

fn is_in_other_module(main: &MainModule, below: &str) -> bool {
    let mut dirs = Path::new(below)
        .ancestors()
        .filter(|dir| !dir.as_os_str().is_empty());
    let is_vendor = below.split('/').any(|name| name == "vendor");
    is_vendor || dirs.any(|dir| main.root.join(dir).join("go.mod").is_file())
}

type Found = (Option<PackageImports>, Vec<(PathBuf, String)>);

fn read_dir(
    main: &MainModule,
    ignored: &Ignored,
    dir: &Path,
    below: &str,
) -> Result<Option<Found>, FsError> {
    let Some(listing) = go_files::list(dir)? else {
        return Ok(None);
    };
    if ignored.contains(below) || (!below.is_empty() && listing.has_go_mod) {
        return Ok(None);
    }
    let mut package = PackageImports {
        path: join(main.module.path.as_str(), below),
        imports: BTreeMap::new(),
    };
    for name in &listing.go_files {
        let Some(name) = name.to_str().filter(|name| !name.starts_with(['_', '.'])) else {
            continue;
        };
        if Tags::Any.match_file(name) {
            read_file(
                &dir.join(name),
                name.ends_with("_test.go"),
                &mut package.imports,
            );
        }
    }
    let names = listing.dirs.iter().filter_map(|name| name.to_str());
    let dirs = names
        .filter(|name| !is_left_out(name) && *name != "vendor")
        .map(|name| (dir.join(name), join(below, name)))
        .collect();
    let package = Some(package).filter(|package| !package.imports.is_empty());
    Ok(Some((package, dirs)))
}

/// A file that cannot be read has no imports: building it fails anyway.
fn read_file(path: &Path, is_test: bool, imports: &mut BTreeMap<String, Site>) {
    let found = go_files::with_head(path, |header| {
        if !Tags::Any.should_build(header.text) {
            return Vec::new();
        }
        let import = |import: &crate::domain::gosource::Import<'_>| {
            Some((import.path()?, import.position(header.text).0))
        };
        header.imports.iter().filter_map(import).collect()
    });
    for (name, line) in found.unwrap_or_default() {
        if is_magic(&name) {
            continue;
        }
        imports.entry(name).or_insert_with(|| Site {
            file: path.to_owned(),
            line,
            is_test,
        });
    }
}

fn join(above: &str, below: &str) -> String {
    match (above, below) {
        ("", below) => below.to_owned(),
        (above, "") => above.to_owned(),
        (above, below) => format!("{above}/{below}"),
    }
}
