//! Whether an older Go, which prunes the module graph otherwise, would load the same packages.
//!
//! See <https://go.dev/ref/mod#go-mod-tidy>, `-compat`.

use std::collections::HashMap;

use super::error::{Problem, TidyError};
use crate::domain::module::{ModuleVersion, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::roots::Requirements;
use crate::domain::packages::{ImportError, PackageId, Packages, Provider};
use crate::ops::packages::PackageError;
use crate::ops::packages::load::Loaded;
use crate::ops::packages::resolve::{GoMods, Location, Resolver, Selected, State};
use crate::ops::packages::stack::stack;
use crate::ops::packages::trees::Trees;
use crate::ops::session::Session;

/// The first Go that refuses a go.mod with a higher `go` line: from then on nothing older has to be thought of.
const STRICT: &str = "1.21";

/// A tidy module, to be looked at with the eyes of an older Go.
pub(super) struct Compat<'c, 's, 'a> {
    pub session: &'s Session<'a>,
    pub trees: &'c Trees<'s, 'a>,
    /// The packages, and the tidy requirements.
    pub loaded: &'c Loaded,
    /// The older Go.
    pub version: String,
    /// Whether all goes on whatever is found.
    pub keep_going: bool,
}

/// What differs, and what may be done about it.
#[derive(Default)]
struct Differences {
    problems: Vec<Problem>,
    has_missing: bool,
    has_others: bool,
}

/// Returns the Go version to think of: the one that was asked for, or the one before the module's own.
pub(super) fn version(asked: Option<&str>, go: &str) -> String {
    let version = match asked {
        Some(asked) => asked.to_owned(),
        None if goversion::compare(go, STRICT).is_lt() => goversion::prev(go),
        None => go.to_owned(),
    };
    if goversion::compare(&version, go).is_gt() {
        go.to_owned()
    } else {
        version
    }
}

impl Compat<'_, '_, '_> {
    /// Returns the requirements as the older Go takes them; none where it takes them as the new one does.
    pub(super) fn state(&self) -> Option<State> {
        let pruning = Pruning::of_go_version(&self.version);
        let tidy = &self.loaded.state.requirements;
        (pruning != tidy.pruning).then(|| {
            let (roots, direct) = (tidy.roots.clone(), tidy.direct.clone());
            State::new(Requirements::new(pruning, roots, direct))
        })
    }

    /// Tells which packages the older Go would load from other modules, or not at all.
    pub(super) async fn check(&self, state: &State) -> Result<(), TidyError> {
        let selected = match state.graph_or_fail(self.session).await {
            Ok(selected) => selected,
            Err(error) => {
                let problem = format!("error loading go {} module graph: {error}", self.version);
                return Err(TidyError {
                    problems: vec![Problem::Other(problem)],
                    advice: self.advice(&Differences::default()),
                });
            }
        };
        let resolver = Resolver {
            session: self.session,
            trees: self.trees,
            state,
            go_mods: GoMods::Left,
        };
        let wanted = self.looked_for().map(|id| &**self.loaded.packages.path(id));
        let answers = resolver.resolve_all(wanted.collect()).await;
        let answers: HashMap<&str, _> = answers.into_iter().collect();
        let mut found = Differences::default();
        for id in self.looked_for() {
            if let Some(answer) = answers.get(&**self.loaded.packages.path(id)) {
                self.compare(id, answer, selected, &mut found);
            }
        }
        if found.problems.is_empty() {
            return self.roots_are_selected(selected);
        }
        let advice = self.advice(&found);
        Err(TidyError {
            problems: found.problems,
            advice,
        })
    }

    /// Returns the packages that modules have, or should have.
    fn looked_for(&self) -> impl Iterator<Item = PackageId> {
        let packages = &self.loaded.packages;
        packages.order().iter().copied().filter(|id| {
            let is_missing = self.loaded.errors.contains_key(id);
            !packages.is_test(*id)
                && match packages.provider(*id) {
                    Provider::Nobody | Provider::Standard => is_missing,
                    Provider::Main(_) | Provider::Module(_) => true,
                }
        })
    }

    fn compare(
        &self,
        id: PackageId,
        answer: &Result<Location, PackageError>,
        selected: &Selected,
        found: &mut Differences,
    ) {
        let packages: &Packages = &self.loaded.packages;
        let version = &self.version;
        let module = self.module(packages.provider(id));
        let text = match answer {
            Ok(location) => {
                let other = self.module(&location.provider);
                if other == module {
                    return;
                }
                found.has_others = true;
                let other = other.unwrap_or_else(|| ModuleVersion::new("", ""));
                match &module {
                    None => format!(
                        "{} failed to load from any module,\n\tbut go {version} would load it from {}",
                        packages.path(id),
                        shown(&other)
                    ),
                    Some(module) => format!(
                        "{} loaded from {},\n\tbut go {version} would select {}\n",
                        stack(packages, id),
                        shown(module),
                        other.version
                    ),
                }
            }
            Err(error) => {
                let Some(module) = module else {
                    return;
                };
                found.has_missing = true;
                found.has_others |= self.has_lower_root(selected);
                let stack = stack(packages, id);
                if is_missing(error) {
                    let version_there = selected
                        .version(module.path.as_str())
                        .map_or("none", |version| version.as_str());
                    let there = ModuleVersion::new(module.path.as_str(), version_there);
                    format!(
                        "{stack} loaded from {},\n\tbut go {version} would fail to locate it in {}",
                        shown(&module),
                        shown(&there)
                    )
                } else {
                    format!(
                        "{stack} loaded from {},\n\tbut go {version} would fail to locate it:\n\t{error}",
                        shown(&module)
                    )
                }
            }
        };
        found.problems.push(Problem::Other(text));
    }

    fn module(&self, provider: &Provider) -> Option<ModuleVersion> {
        match provider {
            Provider::Nobody | Provider::Standard => None,
            Provider::Main(position) => {
                let main = self.session.mains.modules.get(*position)?;
                Some(main.module.clone())
            }
            Provider::Module(module) => Some(module.clone()),
        }
    }

    fn has_lower_root(&self, selected: &Selected) -> bool {
        let roots = &self.loaded.state.requirements.roots;
        roots
            .iter()
            .any(|root| selected.version(root.path.as_str()) != Some(&root.version))
    }

    /// Every root is the module of some package: where packages agree, so do roots.
    fn roots_are_selected(&self, selected: &Selected) -> Result<(), TidyError> {
        if !self.has_lower_root(selected) {
            return Ok(());
        }
        let problem = format!(
            "internal error: failed to diagnose selected-version mismatch: go {} selects other roots",
            self.version
        );
        Err(TidyError {
            problems: vec![Problem::Other(problem)],
            advice: String::new(),
        })
    }

    /// Says what the go command says to do.
    fn advice(&self, found: &Differences) -> String {
        if self.keep_going {
            return String::new();
        }
        let version = &self.version;
        let go = self.loaded.state.go_version();
        let flag = |name: &str, value: &str, is_needed: bool| {
            if is_needed {
                format!(" -{name}={value}")
            } else {
                String::new()
            }
        };
        let go_flag = flag("go", go, self.session.mains.go_version() != go);
        let compat_flag = flag("compat", version, *version != goversion::prev(go));
        let mut text = String::new();
        if found.has_others {
            let (what, flag) = if found.has_missing {
                (", leaving some packages unresolved", " -e")
            } else {
                ("", "")
            };
            text = format!(
                "To upgrade to the versions selected by go {version}{what}:\n\tgo mod tidy{flag} -go={version} && go mod tidy{flag} -go={go}{compat_flag}\n"
            );
        } else if found.has_missing {
            text = format!(
                "To proceed despite packages unresolved in go {version}:\n\tgo mod tidy -e{go_flag}{compat_flag}\n"
            );
        }
        text + &format!(
            "If reproducibility with go {version} is not needed:\n\tgo mod tidy{go_flag} -compat={go}\nFor information about 'go mod tidy' compatibility, see:\n\thttps://go.dev/ref/mod#graph-pruning\n"
        )
    }
}

fn is_missing(error: &PackageError) -> bool {
    matches!(
        error,
        PackageError::Import(ImportError::Missing { .. } | ImportError::NotStandard { .. })
    )
}

/// Writes a module as the go command does: a main module without a version.
fn shown(module: &ModuleVersion) -> String {
    if module.version.is_empty() {
        module.path.to_string()
    } else {
        module.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_before_counts_until_go_1_21() {
        let cases = [
            (None, "1.17", "1.16"),
            (None, "1.20", "1.19"),
            (None, "1.21", "1.21"),
            (None, "1.22.3", "1.22.3"),
            (Some("1.16"), "1.22", "1.16"),
            (Some("1.23"), "1.22", "1.22"),
        ];
        for (asked, go, expect) in cases {
            assert_eq!(version(asked, go), expect, "{asked:?} {go}");
        }
    }
}
