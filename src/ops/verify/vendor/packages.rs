//! Whether the vendored packages are those that the main modules need: each import, with any build tags, leads to a
//! package of the main modules, of the standard library or of the vendor directory, and nothing else is vendored.
//!
//! See <https://go.dev/ref/mod#go-mod-vendor>.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use super::rules::{IMPORT_MISSING, PACKAGE_IGNORED, PACKAGE_UNUSED};
use super::{Check, line_text};
use crate::adapters::fs as files;
use crate::domain::gosource::{HeaderFault, Tags, imports};
use crate::domain::modfile::GoMod;
use crate::domain::module::{goversion, path};
use crate::domain::modzip::MAX_ZIP_FILE;
use crate::domain::vendor::expected::is_go_file;
use crate::ops::main_modules::MainModule;
use crate::ops::verify::report::{Finding, Place, Report};

/// The Go version from which on a package must be in vendor/modules.txt.
const LISTED_FROM: &str = "1.23";

/// Follows the imports from the main modules and their tools.
pub(super) fn check(check: &Check<'_>, report: &mut Report) {
    let mut walk = Walk {
        check,
        waiting: VecDeque::new(),
        seen: BTreeSet::new(),
        vendored: BTreeSet::new(),
        missing: BTreeMap::new(),
    };
    for main in &check.vendored.mains.modules {
        for dir in package_dirs(main) {
            if walk.seen.insert(dir.clone()) {
                walk.waiting.push_back(Package { dir, is_main: true });
            }
        }
        for tool in &main.file.tool {
            let line = main.file.syntax().position(tool.line).line as usize;
            let file = check.ctx.short_path(&main.go_mod);
            walk.import(tool.path.as_str(), || {
                Place::line(file, line, line_text(&main.text, line))
            });
        }
    }
    while let Some(package) = walk.waiting.pop_front() {
        walk.package(&package);
    }
    walk.finish(report);
}

struct Walk<'a> {
    check: &'a Check<'a>,
    waiting: VecDeque<Package>,
    seen: BTreeSet<PathBuf>,
    /// The vendored packages that were reached.
    vendored: BTreeSet<String>,
    /// What was not found, with the first place that asks for it.
    missing: BTreeMap<String, Place>,
}

struct Package {
    dir: PathBuf,
    /// Whether it is of a main module, whose tests count, too.
    is_main: bool,
}

impl Walk<'_> {
    fn package(&mut self, package: &Package) {
        for name in go_files(&package.dir) {
            if name.ends_with("_test.go") && !package.is_main {
                continue;
            }
            let file = package.dir.join(&name);
            // What cannot be read is reported where files are compared.
            let Ok(text) = files::read(&file, MAX_ZIP_FILE) else {
                continue;
            };
            let head = imports::read(&text);
            if head.fault.is_some_and(HeaderFault::is_fatal) || !Tags::Any.should_build(head.text) {
                continue;
            }
            for import in &head.imports {
                if let Some(imported) = import.path() {
                    let ctx = self.check.ctx;
                    self.import(&imported, || {
                        let (line, column) = import.position(&text);
                        Place {
                            file: ctx.short_path(&file),
                            line,
                            column,
                            text: line_text(&text, line),
                        }
                    });
                }
            }
        }
    }

    fn import(&mut self, imported: &str, place: impl FnOnce() -> Place) {
        let check = self.check;
        if imported == "C" || self.vendored.contains(imported) {
            return;
        }
        let mains = &check.vendored.mains.modules;
        if let Some(dir) = mains.iter().find_map(|main| dir_in_main(main, imported)) {
            if self.seen.insert(dir.clone()) {
                self.waiting.push_back(Package {
                    dir,
                    is_main: false,
                });
            }
            return;
        }
        let dir = check.dir.join(imported);
        let is_listed = check.vendored.list.module_of(imported).is_some();
        let must_be_listed =
            goversion::compare(check.vendored.mains.go_version(), LISTED_FROM).is_ge();
        let is_valid = path::check_import_path(imported).is_ok();
        if is_valid && (is_listed || !must_be_listed) && !go_files(&dir).is_empty() {
            self.vendored.insert(imported.to_owned());
            self.waiting.push_back(Package {
                dir,
                is_main: false,
            });
        } else if !is_standard(imported) && is_valid {
            if is_listed {
                self.vendored.insert(imported.to_owned());
            }
            if !self.missing.contains_key(imported) {
                self.missing.insert(imported.to_owned(), place());
            }
        }
    }

    fn finish(self, report: &mut Report) {
        let check = self.check;
        let command = check.command;
        for (imported, place) in &self.missing {
            if check.vendored.list.module_of(imported).is_none()
                && !go_files(&check.dir.join(imported)).is_empty()
            {
                let message = format!(
                    "ignoring package {imported} which exists in the vendor directory but is missing from \
                     vendor/modules.txt. To sync the vendor directory run {command}."
                );
                let finding = Finding::new(&PACKAGE_IGNORED, check.shown(imported), message);
                report
                    .findings
                    .push(finding.at(place.clone()).fix(check.again()));
            }
            let message = format!(
                "cannot find module providing package {imported}: import lookup disabled by -mod=vendor"
            );
            let finding = Finding::new(&IMPORT_MISSING, imported, message);
            report
                .findings
                .push(finding.at(place.clone()).fix(check.again()));
        }
        for entry in &check.vendored.list.modules {
            for (package, line) in entry.packages.iter().zip(&entry.package_lines) {
                if !self.vendored.contains(package) {
                    let message = "is vendored, but nothing imports it";
                    let finding = Finding::new(&PACKAGE_UNUSED, package, message);
                    report
                        .findings
                        .push(finding.at(check.modules_txt(*line)).fix(check.again()));
                }
            }
        }
    }
}

/// Reports whether an import path belongs to the standard library: its first element has no dot.
fn is_standard(imported: &str) -> bool {
    !imported.split('/').next().unwrap_or(imported).contains('.')
}

/// Returns the directory of a package of a main module, if it is there and in no other module.
fn dir_in_main(main: &MainModule, imported: &str) -> Option<PathBuf> {
    let rest = imported.strip_prefix(main.module.path.as_str())?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return None;
    }
    let mut dir = main.root.clone();
    for part in rest.split('/').filter(|part| !part.is_empty()) {
        dir.push(part);
        if dir.join("go.mod").is_file() {
            return None;
        }
    }
    (!go_files(&dir).is_empty()).then_some(dir)
}

/// Returns the directories with packages that `./...` stands for in a main module.
fn package_dirs(main: &MainModule) -> Vec<PathBuf> {
    let ignored = Ignored::new(&main.file);
    let mut found = Vec::new();
    let mut waiting = vec![(main.root.clone(), "/".to_owned())];
    while let Some((dir, below)) = waiting.pop() {
        if !go_files(&dir).is_empty() {
            found.push(dir.clone());
        }
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let is_left_out =
                name.starts_with(['.', '_']) || name == "testdata" || name == "vendor";
            let path = format!("{below}{name}/");
            let inner = entry.path();
            if is_dir && !is_left_out && !ignored.covers(&path) && !inner.join("go.mod").is_file() {
                waiting.push((inner, path));
            }
        }
    }
    found.sort();
    found
}

/// The `ignore` lines of a go.mod. See <https://go.dev/ref/mod#go-mod-file-ignore>.
struct Ignored {
    /// From the root of the module.
    rooted: Vec<String>,
    /// At any depth.
    anywhere: Vec<String>,
}

impl Ignored {
    fn new(file: &GoMod) -> Self {
        let between_slashes = |path: &str| format!("/{}/", path.trim_matches('/'));
        let mut ignored = Self {
            rooted: Vec::new(),
            anywhere: Vec::new(),
        };
        for line in &file.ignore {
            match line.path.strip_prefix("./") {
                _ if line.path.is_empty() => {}
                Some(rest) => ignored.rooted.push(between_slashes(rest)),
                None => ignored.anywhere.push(between_slashes(&line.path)),
            }
        }
        ignored
    }

    /// Reports whether a directory, written with slashes around it, is left out.
    fn covers(&self, directory: &str) -> bool {
        self.rooted
            .iter()
            .any(|rooted| directory.starts_with(rooted))
            || self
                .anywhere
                .iter()
                .any(|part| directory.contains(part.as_str()))
    }
}

/// Returns the names of Go files in a directory that are not hidden, sorted.
fn go_files(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_go_file(name) && !name.starts_with(['.', '_']))
        .collect();
    names.sort();
    names
}
