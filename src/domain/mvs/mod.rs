//! Minimal version selection. See <https://go.dev/ref/mod#minimal-version-selection>.
//!
//! [`graph`] holds requirements and keeps the selected versions up to date; [`loader`] decides which
//! go.mod file is needed next; [`roots`] is what a go.mod must list; [`algorithm`] has the operations
//! on whole build lists; [`edit`] changes requirements towards wanted versions; [`replace`] says which module stands for another; [`pack`] is a graph as bytes,
//! [`statements`] what its go.mod files say besides.

use std::cmp::Ordering;

use super::module::goversion;

pub mod algorithm;
mod disqualify;
pub mod edit;
pub mod graph;
pub mod loader;
pub mod pack;
pub mod replace;
pub mod roots;
pub mod statements;

/// Whether requirements of requirements count.
///
/// See <https://go.dev/ref/mod#graph-pruning>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pruning {
    /// Requirements of modules at go 1.17 or higher are not followed further.
    Pruned,
    /// Every requirement is followed.
    Unpruned,
    /// Pruned to the union of the modules of a workspace.
    Workspace,
}

impl Pruning {
    /// Returns the pruning of a module whose go.mod has the line `go version`.
    pub fn of_go_version(version: &str) -> Self {
        if goversion::compare(version, "1.17") == Ordering::Less {
            Self::Unpruned
        } else {
            Self::Pruned
        }
    }
}

/// Orders two versions of the module `path`; the empty version of a main module is above all others.
pub fn compare_versions(path: &str, a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => goversion::mod_compare(path, a, b),
    }
}
