//! What changed between two states of the main modules: modules with their causes, and directives of go.mod and go.work.
//!
//! Both states are read where they are: a revision from git's objects, a directory or a go.mod file from disk.

mod cause;
mod directives;
mod side;

use std::collections::BTreeMap;

use super::context::Context;
use super::failure::Failure;
use super::main_modules::is_toolchain;
use super::places::Edge;
use crate::domain::graph::diff::{self, Kind};
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::compare_versions;

pub use directives::{DirectiveChange, Stated};

/// What to compare.
#[derive(Clone, Debug)]
pub struct Options {
    /// The first side: a revision, a directory, a go.mod file, or `A..B` and `A...B`, which name both sides.
    pub before: String,
    /// The second side; without it the files at hand.
    pub after: Option<String>,
}

/// What changed.
#[derive(Debug, Default)]
pub struct Report {
    /// What the first side is.
    pub before: String,
    /// What the second side is.
    pub after: String,
    /// The modules of the build lists that differ, by path.
    pub modules: Vec<ModuleChange>,
    /// The lines of go.mod and go.work that differ, requirements aside.
    pub directives: Vec<DirectiveChange>,
}

/// A module whose selected version differs.
#[derive(Debug)]
pub struct ModuleChange {
    /// Its path.
    pub path: ModulePath,
    /// What became of it.
    pub kind: Kind,
    /// The version that was selected.
    pub before: Option<Version>,
    /// The version that is selected.
    pub after: Option<Version>,
    /// Whether a main module requires it without `// indirect`, on the side that has it; the second one if both do.
    pub is_direct: bool,
    /// Who brought it about.
    pub cause: Cause,
}

/// Who brought a change about.
#[derive(Debug, Default)]
pub struct Cause {
    /// A chain of requirements from a main module: on the second side to the new version; to the old one on the first
    /// side where the module was removed or downgraded.
    pub chain: Vec<Edge>,
    /// The first requirement of the chain that the other side does not have: what somebody changed.
    pub edge: Option<usize>,
}

impl Report {
    /// Reports whether both sides are equal.
    pub fn is_empty(&self) -> bool {
        self.modules.is_empty() && self.directives.is_empty()
    }
}

/// Compares two states.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let side::Both { names, loaded } = Box::pin(side::both(ctx, options)).await?;
    let mut report = Report {
        before: names.0,
        after: names.1,
        ..Report::default()
    };
    let Some((before, after)) = loaded else {
        return Ok(report);
    };
    let causes = cause::Causes::new(&before, &after);
    let (old, new) = (before.selected(), after.selected());
    let order = |path: &ModulePath, a: &Version, b: &Version| {
        compare_versions(path.as_str(), a.as_str(), b.as_str())
    };
    let modules = diff::changes(&old, &new, order).into_iter().map(|change| {
        let module = |version: &Version| ModuleVersion {
            path: change.name.clone(),
            version: version.clone(),
        };
        let (from, to) = (change.before.map(module), change.after.map(module));
        let is_direct = match change.after {
            Some(_) => after.is_direct(change.name),
            None => before.is_direct(change.name),
        };
        ModuleChange {
            path: change.name.clone(),
            kind: change.kind,
            before: change.before.cloned(),
            after: change.after.cloned(),
            is_direct,
            cause: causes.find(change.kind, from.as_ref(), to.as_ref()),
        }
    });
    report.modules = modules.collect();
    report.directives = directives::compare(&before, &after);
    Ok(report)
}

/// The selected versions by path, those of main modules and of Go itself aside.
fn selected(list: Vec<ModuleVersion>) -> BTreeMap<ModulePath, Version> {
    let modules = list.into_iter();
    let modules =
        modules.filter(|module| !module.version.is_empty() && !is_toolchain(&module.path));
    modules
        .map(|module| (module.path, module.version))
        .collect()
}
