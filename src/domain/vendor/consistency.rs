//! Whether vendor/modules.txt agrees with go.mod, or with go.work and the go.mod files of its members.
//!
//! Go checks this before it uses a vendor directory. See <https://go.dev/ref/mod#vendoring>.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;

use thiserror::Error;

use super::modules::VendorList;
use crate::domain::module::{ModuleVersion, goversion};

/// What the vendor directory belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VendorMode {
    /// One main module.
    Module {
        /// The version in its `go` line; empty without one.
        go_version: String,
    },
    /// A workspace.
    Workspace,
}

/// What go.mod, or go.work and its members, ask for.
pub struct Requirements<'a> {
    /// What the vendor directory belongs to.
    pub mode: VendorMode,
    /// The requirements of the main modules, in the order of their files.
    pub require: Vec<&'a ModuleVersion>,
    /// The left sides of the replacements: those of the main modules, then those of go.work.
    pub replace: Vec<&'a ModuleVersion>,
    /// Returns the replacement that holds for a module version, or for all versions if its version is empty; none
    /// where there is none, and for main modules.
    pub replacement: &'a dyn Fn(&ModuleVersion) -> Option<Replacement>,
}

/// The replacement of a module version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The right side as written; the version is empty for a directory.
    pub written: ModuleVersion,
    /// The right side with a relative directory seen from go.work, where there is one.
    pub canonical: ModuleVersion,
    /// The file that says so, as shown to people: `go.mod`, `../go.work`.
    pub source: String,
}

/// A vendor directory that does not agree with its go.mod or go.work; the text is that of the go command.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "inconsistent vendoring in {directory}:{}\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\t\
     To sync the vendor directory, run:\n\t\tgo {} vendor",
    Lines(problems),
    if *workspace { "work" } else { "mod" }
)]
pub struct InconsistentVendor {
    /// The directory that contains `vendor`.
    pub directory: String,
    /// Whether it is the directory of a workspace.
    pub workspace: bool,
    /// What differs, with the module it is about.
    pub problems: Vec<(ModuleVersion, Inconsistency)>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Inconsistency {
    /// A requirement lacks its mark.
    #[error("is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt")]
    NotExplicit,
    /// Another version than the required one is there; told apart for go.mod files before Go 1.14.
    #[error("is explicitly required in go.mod, but vendor/modules.txt indicates {0}")]
    OtherVersion(ModuleVersion),
    /// A replacement lacks its mark.
    #[error("is replaced in {file}, but not marked as replaced in vendor/modules.txt")]
    NotMarkedReplaced {
        /// The file with the replacement.
        file: String,
    },
    /// A replacement is marked as another one.
    #[error(
        "is replaced by {by} in {file}, but marked as replaced by {marked} in vendor/modules.txt"
    )]
    OtherReplacement {
        /// The right side in the file.
        by: ModuleVersion,
        /// The file with the replacement.
        file: String,
        /// The right side in vendor/modules.txt.
        marked: ModuleVersion,
    },
    /// A module marked as required is not required.
    #[error("is marked as explicit in vendor/modules.txt, but not explicitly required in {}", if *workspace { "a go.mod" } else { "go.mod" })]
    NotRequired {
        /// Whether the go.mod of any member would do.
        workspace: bool,
    },
    /// A module marked as replaced is not replaced.
    #[error("is marked as replaced in vendor/modules.txt, but not replaced in {}", if *workspace { "the workspace" } else { "go.mod" })]
    NotReplaced {
        /// Whether any file of the workspace would do.
        workspace: bool,
    },
}

/// Writes each problem on a line of its own, below the first line of the message.
struct Lines<'a>(&'a [(ModuleVersion, Inconsistency)]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|(module, problem)| write!(f, "\n\t{module}: {problem}"))
    }
}

/// Compares vendor/modules.txt with what go.mod or go.work ask for; `directory` is the one that contains `vendor`.
pub fn check_consistency(
    directory: &str,
    list: &VendorList,
    wanted: &Requirements<'_>,
) -> Result<(), InconsistentVendor> {
    let (workspace, before_1_14) = match &wanted.mode {
        VendorMode::Workspace => (true, false),
        // Older versions of Go did not write the marks.
        VendorMode::Module { go_version } => (
            false,
            goversion::compare(go_version, "1.14") == Ordering::Less,
        ),
    };
    let mut check = Check {
        list,
        wanted,
        workspace,
        before_1_14,
        problems: Vec::new(),
    };
    check.requirements();
    check.replacements();
    check.marks();
    if check.problems.is_empty() {
        return Ok(());
    }
    Err(InconsistentVendor {
        directory: directory.to_owned(),
        workspace,
        problems: check.problems,
    })
}

struct Check<'a> {
    list: &'a VendorList,
    wanted: &'a Requirements<'a>,
    workspace: bool,
    before_1_14: bool,
    problems: Vec<(ModuleVersion, Inconsistency)>,
}

impl Check<'_> {
    fn requirements(&mut self) {
        for &module in &self.wanted.require {
            if self.list.get(module).is_some_and(|entry| entry.explicit) {
                continue;
            }
            if !self.before_1_14 {
                self.problems
                    .push((module.clone(), Inconsistency::NotExplicit));
                continue;
            }
            if let Some(version) = self
                .list
                .selected(&module.path)
                .filter(|version| **version != module.version)
            {
                let found = ModuleVersion {
                    path: module.path.clone(),
                    version: version.clone(),
                };
                self.problems
                    .push((module.clone(), Inconsistency::OtherVersion(found)));
            }
        }
    }

    fn replacements(&mut self) {
        let mut seen = HashSet::new();
        for &module in &self.wanted.replace {
            if seen.insert(module) {
                self.replacement(module);
            }
        }
    }

    fn replacement(&mut self, module: &ModuleVersion) {
        let real = (self.wanted.replacement)(module);
        let marked = self
            .list
            .get(module)
            .and_then(|entry| entry.replacement.as_ref());
        let problem = match (marked, real) {
            // A replacement of a main module does nothing.
            (None, None) => return,
            (None, Some(_)) if self.before_1_14 && !self.provides_packages(module) => return,
            (None, Some(real)) => Inconsistency::NotMarkedReplaced { file: real.source },
            (Some(marked), Some(real)) if *marked == real.canonical => return,
            (Some(marked), real) => {
                let none = Replacement {
                    written: empty(),
                    canonical: empty(),
                    source: String::new(),
                };
                let real = real.unwrap_or(none);
                Inconsistency::OtherReplacement {
                    by: real.written,
                    file: real.source,
                    marked: marked.clone(),
                }
            }
        };
        self.problems.push((module.clone(), problem));
    }

    /// Reports whether packages of this very version are there; versions of Go before 1.14 marked no others.
    fn provides_packages(&self, module: &ModuleVersion) -> bool {
        !module.version.is_empty() && self.list.selected(&module.path) == Some(&module.version)
    }

    fn marks(&mut self) {
        let required: HashSet<_> = self.wanted.require.iter().copied().collect();
        for entry in self.list.providers() {
            if entry.explicit && !required.contains(&entry.module) {
                let problem = Inconsistency::NotRequired {
                    workspace: self.workspace,
                };
                self.problems.push((entry.module.clone(), problem));
            }
        }
        for entry in self.list.replaced() {
            if (self.wanted.replacement)(&entry.module).is_none() {
                let problem = Inconsistency::NotReplaced {
                    workspace: self.workspace,
                };
                self.problems.push((entry.module.clone(), problem));
            }
        }
    }
}

fn empty() -> ModuleVersion {
    ModuleVersion::new("", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules(list: &[(&str, &str)]) -> Vec<ModuleVersion> {
        list.iter()
            .map(|(path, version)| ModuleVersion::new(*path, *version))
            .collect()
    }

    /// Checks against requirements, and replacements of all versions of a path by a directory, in a go.mod.
    #[track_caller]
    fn check(
        mode: VendorMode,
        text: &str,
        require: &[(&str, &str)],
        replace: &[(&str, &str)],
        expect: &[&str],
    ) {
        let require = modules(require);
        let replaced: Vec<_> = replace
            .iter()
            .map(|(path, _)| ModuleVersion::new(*path, ""))
            .collect();
        let replacement = |module: &ModuleVersion| {
            let (_, directory) = replace
                .iter()
                .find(|(path, _)| *path == module.path.as_str())?;
            let written = ModuleVersion::new(*directory, "");
            Some(Replacement {
                canonical: written.clone(),
                written,
                source: "go.mod".to_owned(),
            })
        };
        let wanted = Requirements {
            mode,
            require: require.iter().collect(),
            replace: replaced.iter().collect(),
            replacement: &replacement,
        };
        let list = VendorList::parse("vendor/modules.txt", text.as_bytes());
        let problems = match check_consistency("$CASE", &list, &wanted) {
            Ok(()) => Vec::new(),
            Err(err) => err.problems,
        };
        let problems: Vec<_> = problems
            .iter()
            .map(|(module, problem)| format!("{module}: {problem}"))
            .collect();
        assert_eq!(problems, expect);
    }

    fn module_mode(go_version: &str) -> VendorMode {
        VendorMode::Module {
            go_version: go_version.to_owned(),
        }
    }

    const A: &str = "# x.y/a v1.0.0\n## explicit\nx.y/a\n";

    #[test]
    fn accepts_what_agrees() {
        check(module_mode("1.21"), A, &[("x.y/a", "v1.0.0")], &[], &[]);
        let text = "# x.y/a v1.0.0 => ../a\n## explicit\nx.y/a\n# x.y/a => ../a\n";
        check(
            VendorMode::Workspace,
            text,
            &[("x.y/a", "v1.0.0")],
            &[("x.y/a", "../a")],
            &[],
        );
    }

    #[test]
    fn compares_versions_both_ways() {
        let expect = [
            "x.y/a@v1.1.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt",
            "x.y/a@v1.0.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod",
        ];
        check(module_mode("1.14"), A, &[("x.y/a", "v1.1.0")], &[], &expect);
        let expect = [
            "x.y/a@v1.1.0: is explicitly required in go.mod, but vendor/modules.txt indicates x.y/a@v1.0.0",
            "x.y/a@v1.0.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod",
        ];
        check(module_mode("1.13"), A, &[("x.y/a", "v1.1.0")], &[], &expect);
    }

    #[test]
    fn compares_replacements_both_ways() {
        let require = [("x.y/a", "v1.0.0")];
        let expect =
            ["x.y/a: is replaced in go.mod, but not marked as replaced in vendor/modules.txt"];
        check(
            module_mode("1.21"),
            A,
            &require,
            &[("x.y/a", "../a")],
            &expect,
        );
        check(module_mode("1.13"), A, &require, &[("x.y/a", "../a")], &[]);
        let text = "# x.y/a v1.0.0 => ../a\n## explicit\nx.y/a\n# x.y/a => ../a\n";
        let expect = [
            "x.y/a: is replaced by ../b in go.mod, but marked as replaced by ../a in vendor/modules.txt",
        ];
        check(
            module_mode("1.21"),
            text,
            &require,
            &[("x.y/a", "../b")],
            &expect,
        );
        let expect = [
            "x.y/a@v1.0.0: is marked as replaced in vendor/modules.txt, but not replaced in the workspace",
            "x.y/a: is marked as replaced in vendor/modules.txt, but not replaced in the workspace",
        ];
        check(VendorMode::Workspace, text, &require, &[], &expect);
    }

    #[test]
    fn has_the_words_of_go() {
        let problems = vec![(
            ModuleVersion::new("x.y/a", "v1.0.0"),
            Inconsistency::NotExplicit,
        )];
        let err = InconsistentVendor {
            directory: "$CASE".to_owned(),
            workspace: true,
            problems,
        };
        let expect = "inconsistent vendoring in $CASE:\n\tx.y/a@v1.0.0: is explicitly required in go.mod, but not marked \
                      as explicit in vendor/modules.txt\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\
                      \n\tTo sync the vendor directory, run:\n\t\tgo work vendor";
        assert_eq!(err.to_string(), expect);
    }
}
