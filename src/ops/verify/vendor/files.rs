//! Every vendored file against the module that it was copied from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rayon::prelude::*;

use super::rules::{
    DIRECTORY_ADDED, FILE_ADDED, FILE_IRREGULAR, FILE_MISSING, FILE_MODIFIED, FILE_NOT_COPIED,
    PACKAGE_MISSING, PACKAGE_UNKNOWN, UNPROVEN, UNREADABLE,
};
use super::{Check, line_text};
use crate::adapters::fs as files;
use crate::adapters::module_tree::{Tree, TreeError};
use crate::domain::checksum::dirhash::FileDigest;
use crate::domain::gosource::line_and_column;
use crate::domain::modzip::MAX_ZIP_FILE;
use crate::domain::vendor::VendorModule;
use crate::domain::vendor::expected::{
    ExpectedFiles, ModuleTree as _, Need, Origin, Presence, VendoredPackage,
};
use crate::ops::verify::report::{Finding, Part, Place, Report};

/// How many names of files a finding lists.
const MAX_LISTED: usize = 20;

/// What is at a path in the vendor directory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Other,
}

/// Compares what is there with what should be there.
pub(super) fn check(check: &Check<'_>, trees: &[Option<Tree>], report: &mut Report) {
    let expected = expected_files(check, trees, report);
    let present = match walk(&check.dir) {
        Ok(present) => present,
        Err(error) => {
            let shown = check.ctx.short_path(&check.dir);
            report
                .findings
                .push(Finding::new(&UNREADABLE, shown, error.to_string()));
            return;
        }
    };
    let compared: Vec<_> = expected
        .par_iter()
        .filter(|(path, _)| present.get(*path) == Some(&Kind::File))
        .map(|(path, origin)| {
            let tree = trees[origin.module].as_ref().expect("it was read for this");
            compare(check, path, origin, tree)
        })
        .collect();
    let bytes = compared.iter().map(|(length, _)| length).sum();
    report.count(Part::Vendor, compared.len(), bytes);
    report
        .findings
        .extend(compared.into_iter().filter_map(|(_, finding)| finding));
    missing(check, &expected, &present, report);
    added(check, trees, &expected, &present, report);
}

/// Gathers what `go mod vendor` copies from all modules that are at hand.
fn expected_files(
    check: &Check<'_>,
    trees: &[Option<Tree>],
    report: &mut Report,
) -> BTreeMap<String, Origin> {
    let modules = &check.vendored.list.modules;
    let gathered: Vec<_> = modules
        .par_iter()
        .zip(trees)
        .enumerate()
        .map(|(number, (entry, tree))| match tree {
            Some(tree) => of_module(check, number, entry, tree),
            None => (ExpectedFiles::default(), Vec::new()),
        })
        .collect();
    let mut all = BTreeMap::new();
    for (expected, findings) in gathered {
        // A later module is copied over an earlier one, where one lies below the other.
        all.extend(expected.files);
        report.findings.extend(findings);
    }
    all
}

fn of_module(
    check: &Check<'_>,
    number: usize,
    entry: &VendorModule,
    tree: &Tree,
) -> (ExpectedFiles, Vec<Finding>) {
    let mut expected = ExpectedFiles::default();
    let mut findings = Vec::new();
    for (package, line) in entry.packages.iter().zip(&entry.package_lines) {
        let vendored = VendoredPackage {
            module: number,
            module_path: entry.module.path.as_str(),
            package,
        };
        let finding = match expected.add(vendored, check.rules, tree) {
            Ok(Presence::Present) => continue,
            Ok(Presence::Absent) => {
                let message = format!(
                    "is listed as a package of {}, which has none there",
                    entry.module
                );
                Finding::new(&PACKAGE_UNKNOWN, package, message)
            }
            Err(error) => Finding::new(&UNPROVEN, entry.module.to_string(), error.to_string()),
        };
        findings.push(finding.at(check.modules_txt(*line)).fix(check.again()));
    }
    (expected, findings)
}

/// Finds everything below a directory but directories; nothing where there is none.
fn walk(top: &Path) -> Result<BTreeMap<String, Kind>, std::io::Error> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![(top.to_owned(), String::new())];
    while let Some((dir, below)) = waiting.pop() {
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if below.is_empty() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(found);
            }
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() {
                name
            } else {
                format!("{below}/{name}")
            };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                waiting.push((entry.path(), path));
            } else if kind.is_file() {
                found.insert(path, Kind::File);
            } else {
                found.insert(path, Kind::Other);
            }
        }
    }
    Ok(found)
}

/// Compares one file; returns its length, too.
fn compare(check: &Check<'_>, path: &str, origin: &Origin, tree: &Tree) -> (u64, Option<Finding>) {
    let shown = check.shown(path);
    let got = match files::read(&check.dir.join(path), MAX_ZIP_FILE) {
        Ok(got) => got,
        Err(error) => {
            let finding = Finding::new(&UNREADABLE, &shown, error.to_string());
            return (0, Some(finding.at(Place::file(shown))));
        }
    };
    let length = got.len() as u64;
    if origin.digest == Some(FileDigest::of(&got)) {
        return (length, None);
    }
    let finding = match tree.read(&origin.path) {
        Ok(wanted) if wanted == got => return (length, None),
        Ok(wanted) => modified(check, &shown, origin, &wanted, &got),
        Err(error) => unreadable_origin(check, origin, &error),
    };
    (length, Some(finding))
}

fn unreadable_origin(check: &Check<'_>, origin: &Origin, error: &TreeError) -> Finding {
    let module = &check.vendored.list.modules[origin.module].module;
    Finding::new(&UNPROVEN, module.to_string(), error.to_string())
}

fn modified(check: &Check<'_>, shown: &str, origin: &Origin, wanted: &[u8], got: &[u8]) -> Finding {
    let entry = &check.vendored.list.modules[origin.module];
    let module = entry.replacement.as_ref().unwrap_or(&entry.module);
    let source = format!("{} in {module}", origin.path);
    let same_length = wanted.iter().zip(got).take_while(|(a, b)| a == b).count();
    let (line, column) = line_and_column(got, same_length);
    let (message, fix) = if without_returns(wanted) == without_returns(got) {
        let fix = format!(
            "add `vendor/** -text` to .gitattributes, then {}",
            check.again()
        );
        (format!("differs from {source} in its line ends alone"), fix)
    } else {
        (format!("differs from {source}"), check.again())
    };
    let describe = |bytes: &[u8]| {
        format!(
            "sha256 {}, {} bytes",
            FileDigest::of(bytes).to_hex(),
            bytes.len()
        )
    };
    Finding::new(&FILE_MODIFIED, shown, message)
        .differs(describe(wanted), describe(got))
        .at(Place {
            file: shown.to_owned(),
            line,
            column,
            text: line_text(got, line),
        })
        .fix(fix)
}

fn without_returns(text: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    for (at, &byte) in text.iter().enumerate() {
        if byte != b'\r' || text.get(at + 1) != Some(&b'\n') {
            kept.push(byte);
        }
    }
    kept
}

/// Tells of files that should be there; a package without any file is one finding.
fn missing(
    check: &Check<'_>,
    expected: &BTreeMap<String, Origin>,
    present: &BTreeMap<String, Kind>,
    report: &mut Report,
) {
    let mut gone_packages = BTreeSet::new();
    for entry in &check.vendored.list.modules {
        for (package, line) in entry.packages.iter().zip(&entry.package_lines) {
            if has_files(present, package) || !has_files(expected, package) {
                continue;
            }
            gone_packages.insert(package.as_str());
            let message = format!(
                "is listed as a package of {}, but is not there",
                entry.module
            );
            let finding = Finding::new(&PACKAGE_MISSING, check.shown(package), message);
            report
                .findings
                .push(finding.at(check.modules_txt(*line)).fix(check.again()));
        }
    }
    for (path, origin) in expected {
        let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        if origin.need == Need::Optional
            || present.contains_key(path)
            || gone_packages.contains(dir)
        {
            continue;
        }
        let entry = &check.vendored.list.modules[origin.module];
        let message = format!("is missing; it is {} in {}", origin.path, entry.module);
        let shown = check.shown(path);
        let finding = Finding::new(&FILE_MISSING, &shown, message);
        report
            .findings
            .push(finding.at(Place::file(shown)).fix(check.again()));
    }
}

/// Reports whether there is a file in a directory itself.
fn has_files<T>(files: &BTreeMap<String, T>, directory: &str) -> bool {
    let is_in = |path: &String| {
        path.rsplit_once('/')
            .is_some_and(|(dir, _)| dir == directory)
    };
    below(files, directory).any(is_in)
}

/// Returns the paths below a directory.
fn below<'a, T>(
    files: &'a BTreeMap<String, T>,
    directory: &str,
) -> impl Iterator<Item = &'a String> + use<'a, T> {
    let prefix = format!("{directory}/");
    files
        .range(prefix.clone()..)
        .map(|(path, _)| path)
        .take_while(move |path| path.starts_with(&prefix))
}

/// Tells of what should not be there; a directory in which nothing is expected is one finding.
fn added(
    check: &Check<'_>,
    trees: &[Option<Tree>],
    expected: &BTreeMap<String, Origin>,
    present: &BTreeMap<String, Kind>,
    report: &mut Report,
) {
    let mut directories: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, kind) in present {
        if path == "modules.txt" {
            continue;
        }
        let finding = match kind {
            Kind::Other => Some(irregular(check, path)),
            Kind::File if expected.contains_key(path) => None,
            Kind::File => match owner(check, trees, path) {
                Owner::Unproven => None,
                Owner::Module(entry, tree) if is_of_module(check, path, entry, tree) => {
                    Some(superfluous(check, path, entry))
                }
                owner => match unexpected_directory(path, expected) {
                    Some(directory) => {
                        let paths = directories.entry(directory.to_owned());
                        paths.or_default().push(path);
                        None
                    }
                    None => Some(added_file(check, path, &owner)),
                },
            },
        };
        report.findings.extend(finding);
    }
    for (directory, paths) in directories {
        report
            .findings
            .push(added_directory(check, &directory, &paths));
    }
}

fn irregular(check: &Check<'_>, path: &str) -> Finding {
    let shown = check.shown(path);
    Finding::new(&FILE_IRREGULAR, &shown, "is neither a file nor a directory")
        .at(Place::file(shown))
        .fix(check.again())
}

fn superfluous(check: &Check<'_>, path: &str, entry: &VendorModule) -> Finding {
    let shown = check.shown(path);
    let message = format!(
        "is in {}, but `{}` does not copy it",
        entry.module, check.command
    );
    Finding::new(&FILE_NOT_COPIED, &shown, message)
        .at(Place::file(shown))
        .fix(check.again())
}

fn added_file(check: &Check<'_>, path: &str, owner: &Owner<'_>) -> Finding {
    let shown = check.shown(path);
    let message = match owner {
        Owner::Module(entry, _) => format!("is not in {}", entry.module),
        Owner::Unproven | Owner::Nobody => "belongs to no vendored module".to_owned(),
    };
    Finding::new(&FILE_ADDED, &shown, message)
        .at(Place::file(shown))
        .fix("find out who added it; remove it")
}

fn added_directory(check: &Check<'_>, directory: &str, paths: &[&str]) -> Finding {
    let files = if paths.len() == 1 { "file" } else { "files" };
    let message = format!(
        "belongs to no package of vendor/modules.txt; {} {files}",
        paths.len()
    );
    let mut finding = Finding::new(&DIRECTORY_ADDED, check.shown(directory), message)
        .at(Place::file(check.shown(paths[0])))
        .fix("find out who added it; remove it");
    let listed = paths.iter().take(MAX_LISTED);
    finding.evidence = listed.map(|path| check.shown(path)).collect();
    finding
}

/// Whose a file in the vendor directory is.
enum Owner<'a> {
    Module(&'a VendorModule, &'a Tree),
    /// The module could not be had.
    Unproven,
    Nobody,
}

/// Returns the module with packages whose path is the longest above a file.
fn owner<'a>(check: &'a Check<'_>, trees: &'a [Option<Tree>], path: &str) -> Owner<'a> {
    let modules = check.vendored.list.modules.iter().zip(trees);
    let above = modules.filter(|(entry, _)| {
        let rest = path.strip_prefix(entry.module.path.as_str());
        !entry.packages.is_empty() && rest.is_some_and(|rest| rest.starts_with('/'))
    });
    match above.max_by_key(|(entry, _)| entry.module.path.as_str().len()) {
        None => Owner::Nobody,
        Some((_, None)) => Owner::Unproven,
        Some((entry, Some(tree))) => Owner::Module(entry, tree),
    }
}

/// Reports whether a vendored file is a file of its module, byte for byte.
fn is_of_module(check: &Check<'_>, path: &str, entry: &VendorModule, tree: &Tree) -> bool {
    let inside = path.strip_prefix(entry.module.path.as_str());
    let inside = inside.unwrap_or(path).trim_start_matches('/');
    let Ok(Some(wanted)) = tree.read_if_exists(inside) else {
        return false;
    };
    files::read(&check.dir.join(path), MAX_ZIP_FILE).is_ok_and(|got| got == wanted)
}

/// Returns the topmost directory above `path` in which no file is expected; none if there is no such.
fn unexpected_directory<'a>(path: &'a str, expected: &BTreeMap<String, Origin>) -> Option<&'a str> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    let mut directories = ends.map(|end| &path[..end]);
    directories.find(|directory| below(expected, directory).next().is_none())
}
