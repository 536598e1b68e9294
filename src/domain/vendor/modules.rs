//! Reading vendor/modules.txt.
//!
//! ```text
//! ## workspace
//! # example.com/a v1.2.0 => ../a
//! ## explicit; go 1.21
//! example.com/a/package
//! # example.com/b => example.com/fork v1.0.0
//! ```
//!
//! Go skips every line that it does not understand, so reading never fails; what was skipped and looks like a
//! mistake is told apart as a diagnostic.

use std::cmp::Ordering;
use std::collections::HashMap;

use thiserror::Error;

use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion, path, version};

/// What vendor/modules.txt says.
#[derive(Clone, Debug, Default)]
pub struct VendorList {
    /// Whether the directory was made for a workspace, by `go work vendor`.
    pub workspace: bool,
    /// The modules in the order in which they first appear; a version is empty for a wildcard replacement.
    pub modules: Vec<VendorModule>,
    /// What Go skips, and what is a mistake nevertheless.
    pub diagnostics: Vec<VendorDiagnostic>,
    by_module: HashMap<ModuleVersion, usize>,
    /// The highest version that provides packages, for each path.
    selected: HashMap<ModulePath, Version>,
    providers: Vec<usize>,
    replaced: Vec<usize>,
    packages: HashMap<String, usize>,
    /// The line that is being read, from 1.
    line: usize,
}

/// One module of vendor/modules.txt: all lines about it taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorModule {
    /// Path and version.
    pub module: ModuleVersion,
    /// Whether go.mod (of some member of a workspace) requires it itself.
    pub explicit: bool,
    /// The version in the module's own `go` line.
    pub go_version: Option<String>,
    /// The other side of its replacement; the version is empty for a directory.
    pub replacement: Option<ModuleVersion>,
    /// The packages that were copied, in the order of the file.
    pub packages: Vec<String>,
    /// The line where it first appears, from 1.
    pub line: usize,
    /// The lines of the packages, in the order of the packages.
    pub package_lines: Vec<usize>,
}

/// A line that Go skips, but nobody writes on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}: {fault}")]
pub struct VendorDiagnostic {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: VendorFault,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VendorFault {
    /// A merge was not finished.
    #[error("unresolved merge conflict (line starts with `{0}`)")]
    Conflict(&'static str),
    /// A module line has neither a version nor a replacement.
    #[error("expected a version or `=>` after the module path, found `{0}`")]
    NotAVersion(String),
    /// The right side of a replacement is neither a directory nor a module with its version.
    #[error("expected a directory or a module path and version after `=>`")]
    Replacement,
    /// A line is no package.
    #[error("expected a package, found `{0}`")]
    NotAPackage(String),
}

/// Reports whether the first line of vendor/modules.txt says that the directory belongs to a workspace.
///
/// Go looks no further than 512 bytes for it.
pub fn is_for_workspace(data: &[u8]) -> bool {
    let head = &data[..data.len().min(512)];
    let line = String::from_utf8_lossy(head.split(|&byte| byte == b'\n').next().unwrap_or(head));
    line.strip_prefix("## ")
        .is_some_and(|notes| notes.split(';').any(|note| note.trim() == "workspace"))
}

impl VendorList {
    /// Reads the contents of vendor/modules.txt; `file` is its name in diagnostics.
    pub fn parse(file: &str, data: &[u8]) -> Self {
        let mut list = Self {
            workspace: is_for_workspace(data),
            ..Self::default()
        };
        let text = String::from_utf8_lossy(data);
        // The module that the lines below its own line are about.
        let mut current = None;
        for (number, line) in text.split('\n').enumerate() {
            list.line = number + 1;
            let fault = list.read_line(line, &mut current);
            if let Some(fault) = conflict_marker(line).map(VendorFault::Conflict).or(fault) {
                list.diagnostics.push(VendorDiagnostic {
                    file: file.to_owned(),
                    line: number + 1,
                    fault,
                });
            }
        }
        list
    }

    /// Returns what the file says of `module`.
    pub fn get(&self, module: &ModuleVersion) -> Option<&VendorModule> {
        self.by_module.get(module).map(|&at| &self.modules[at])
    }

    /// Returns the modules that provide packages: those that the build list consists of in vendor mode.
    ///
    /// A path appears again when a higher version of it provides packages further down.
    pub fn providers(&self) -> impl Iterator<Item = &VendorModule> {
        self.providers.iter().map(|&at| &self.modules[at])
    }

    /// Returns the modules marked as replaced, once for each such mark.
    pub fn replaced(&self) -> impl Iterator<Item = &VendorModule> {
        self.replaced.iter().map(|&at| &self.modules[at])
    }

    /// Returns the version of `path` that provides packages.
    pub fn selected(&self, path: &ModulePath) -> Option<&Version> {
        self.selected.get(path)
    }

    /// Returns the module that provides a package.
    pub fn module_of(&self, package: &str) -> Option<&VendorModule> {
        self.packages.get(package).map(|&at| &self.modules[at])
    }

    /// Returns the first module that asks for a newer Go than `go_version`, with what it asks for.
    ///
    /// Go refuses to use such a vendor directory.
    pub fn first_newer_than(&self, go_version: &str) -> Option<(&ModuleVersion, &str)> {
        self.modules.iter().find_map(|entry| {
            let wanted = entry.go_version.as_deref()?;
            (goversion::compare(wanted, go_version) == Ordering::Greater)
                .then_some((&entry.module, wanted))
        })
    }

    fn read_line(&mut self, line: &str, current: &mut Option<usize>) -> Option<VendorFault> {
        if line.starts_with("# ") {
            return self.read_module(line, current);
        }
        let at = (*current)?;
        if let Some(notes) = line.strip_prefix("## ") {
            self.read_notes(notes, at);
            return None;
        }
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some(package), None) if path::check_import_path(package).is_ok() => {
                self.add_package(package, at);
                None
            }
            (None, _) => None,
            (Some(_), _) => Some(VendorFault::NotAPackage(excerpt(line))),
        }
    }

    fn read_module(&mut self, line: &str, current: &mut Option<usize>) -> Option<VendorFault> {
        let words: Vec<_> = line.split_whitespace().collect();
        // A lone `# path` is as good as no line: what follows still belongs to the module before.
        let [_, module_path, second, rest @ ..] = words.as_slice() else {
            return None;
        };
        let (module, right) = if version::is_valid(second) {
            let Some((&arrow, right)) = rest.split_first() else {
                *current = Some(self.entry(ModuleVersion::new(*module_path, *second)));
                return None;
            };
            (
                ModuleVersion::new(*module_path, *second),
                if arrow == "=>" { right } else { &[] },
            )
        } else if *second == "=>" {
            (ModuleVersion::new(*module_path, ""), rest)
        } else {
            *current = None;
            return Some(VendorFault::NotAVersion(excerpt(second)));
        };
        let at = self.entry(module);
        *current = Some(at);
        self.modules[at].replacement = match right {
            [directory] => Some(ModuleVersion::new(*directory, "")),
            [path, version] if version::is_valid(version) => {
                Some(ModuleVersion::new(*path, *version))
            }
            _ => return Some(VendorFault::Replacement),
        };
        self.replaced.push(at);
        None
    }

    fn read_notes(&mut self, notes: &str, at: usize) {
        for note in notes.split(';').map(str::trim) {
            if note == "explicit" {
                self.modules[at].explicit = true;
            }
            if let Some(go_version) = note.strip_prefix("go ") {
                self.modules[at].go_version = Some(go_version.to_owned());
            }
        }
    }

    fn add_package(&mut self, package: &str, at: usize) {
        self.packages.insert(package.to_owned(), at);
        self.modules[at].packages.push(package.to_owned());
        self.modules[at].package_lines.push(self.line);
        // What provides a package is in the build list; the first package of a module says so.
        let module = &self.modules[at].module;
        let is_new = self.selected.get(&module.path).is_none_or(|known| {
            goversion::mod_compare(
                module.path.as_str(),
                known.as_str(),
                module.version.as_str(),
            ) == Ordering::Less
        });
        if is_new {
            self.providers.push(at);
            self.selected
                .insert(module.path.clone(), module.version.clone());
        }
    }

    fn entry(&mut self, module: ModuleVersion) -> usize {
        let next = self.modules.len();
        let at = *self.by_module.entry(module.clone()).or_insert(next);
        if at == next {
            self.modules.push(VendorModule {
                module,
                explicit: false,
                go_version: None,
                replacement: None,
                packages: Vec::new(),
                line: self.line,
                package_lines: Vec::new(),
            });
        }
        at
    }
}

fn excerpt(text: &str) -> String {
    text.trim_end().chars().take(100).collect()
}

fn conflict_marker(line: &str) -> Option<&'static str> {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
        .into_iter()
        .find(|marker| {
            line.strip_prefix(marker)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r']))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> VendorList {
        VendorList::parse("vendor/modules.txt", text.as_bytes())
    }

    fn module(path: &str, version: &str) -> ModuleVersion {
        ModuleVersion::new(path, version)
    }

    #[test]
    fn reads_every_kind_of_line() {
        let text = "## workspace\r\n# x.y/a v1.2.0 => ../a\r\n## explicit; go 1.21\r\nx.y/a\r\nx.y/a/b\r\n\
                    # x.y/c => x.y/d v1.0.0\r\n# x.y/e v1.0.0\r\n";
        let list = parse(text);
        assert!(list.workspace);
        assert_eq!(list.diagnostics, []);
        let first = list.get(&module("x.y/a", "v1.2.0")).unwrap();
        assert!(first.explicit);
        assert_eq!(first.go_version.as_deref(), Some("1.21"));
        assert_eq!(first.replacement, Some(module("../a", "")));
        assert_eq!(first.packages, ["x.y/a", "x.y/a/b"]);
        assert_eq!(
            (first.line, first.package_lines.as_slice()),
            (2, &[4, 5][..])
        );
        assert_eq!(list.module_of("x.y/a/b"), Some(first));
        let wildcard = list.get(&module("x.y/c", "")).unwrap();
        assert_eq!(wildcard.replacement, Some(module("x.y/d", "v1.0.0")));
        assert_eq!(list.providers().count(), 1);
        assert_eq!(list.replaced().count(), 2);
        assert_eq!(list.modules.len(), 3);
    }

    #[test]
    fn the_highest_version_with_packages_is_selected() {
        let list =
            parse("# x.y/a v1.2.0\nx.y/a\n# x.y/a v1.1.0\nx.y/a/b\n# x.y/a v1.3.0\nx.y/a/c\n");
        assert_eq!(
            list.selected(&ModulePath::new("x.y/a"))
                .map(Version::as_str),
            Some("v1.3.0")
        );
        let versions: Vec<_> = list
            .providers()
            .map(|entry| entry.module.version.as_str())
            .collect();
        assert_eq!(versions, ["v1.2.0", "v1.3.0"]);
    }

    #[test]
    fn tells_what_was_skipped() {
        let list =
            parse("<<<<<<< HEAD\n# x.y/a master\nx.y/a\n# x.y/b v1.0.0 => a b c\nnot a package\n");
        let told: Vec<_> = list.diagnostics.iter().map(ToString::to_string).collect();
        let expect = [
            "vendor/modules.txt:1: unresolved merge conflict (line starts with `<<<<<<<`)",
            "vendor/modules.txt:2: expected a version or `=>` after the module path, found `master`",
            "vendor/modules.txt:4: expected a directory or a module path and version after `=>`",
            "vendor/modules.txt:5: expected a package, found `not a package`",
        ];
        assert_eq!(told, expect);
        assert_eq!(list.modules.len(), 1);
    }

    #[test]
    fn finds_a_module_for_a_newer_go() {
        let list = parse("# x.y/a v1.0.0\n## go 1.20\n# x.y/b v1.0.0\n## explicit; go 1.99\n");
        assert_eq!(
            list.first_newer_than("1.26.8"),
            Some((&module("x.y/b", "v1.0.0"), "1.99"))
        );
        assert_eq!(list.first_newer_than("1.99.0"), None);
    }
}
