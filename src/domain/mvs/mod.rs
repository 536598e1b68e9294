//! Minimal version selection. See <https://go.dev/ref/mod#minimal-version-selection>.
//!
//! [`graph`] holds requirements and keeps the selected versions up to date; [`loader`] decides which
//! go.mod file is needed next; [`roots`] is what a go.mod must list; [`algorithm`] has the operations
//! on whole build lists; [`edit`] changes requirements towards wanted versions; [`replace`] says which module stands for another; [`pack`] is a graph as bytes,
//! [`statements`] what its go.mod files say besides.

use std::cmp::Ordering;

use super::module::goversion;
use super::module::version::Parsed;

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

/// A version of a module that is compared often: where it can be, it is parsed once.
#[derive(Clone, Copy, Debug)]
pub struct VersionKey<'a> {
    text: &'a str,
    parsed: Option<Parsed<'a>>,
}

impl<'a> VersionKey<'a> {
    /// Takes a version of the module `path`.
    pub fn new(path: &str, version: &'a str) -> Self {
        // Go versions have an order of their own.
        let is_semantic = !goversion::is_toolchain(path);
        Self {
            text: version,
            parsed: is_semantic.then(|| Parsed::new(version)).flatten(),
        }
    }

    /// Compares two versions of one module as [`compare_versions`] does.
    pub fn compare(&self, other: &Self, path: &str) -> Ordering {
        match (&self.parsed, &other.parsed) {
            (Some(a), Some(b)) => a.compare(b),
            _ => compare_versions(path, self.text, other.text),
        }
    }
}

/// Returns things by their versions of the module `path`, the lowest first; equal ones keep their order.
pub fn sorted_by_version<'v, T>(path: &str, things: impl Iterator<Item = (&'v str, T)>) -> Vec<T> {
    let keyed = things.map(|(version, thing)| (VersionKey::new(path, version), thing));
    let mut keyed: Vec<_> = keyed.collect();
    keyed.sort_by(|(a, _), (b, _)| a.compare(b, path));
    keyed.into_iter().map(|(_, thing)| thing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_compare_as_versions_do() {
        let versions = [
            "",
            "none",
            "bad",
            "v1",
            "v1.2",
            "v1.2.3",
            "v1.2.3-pre",
            "v1.2.3-pre.2",
            "v1.2.3+incompatible",
            "v1.10.0",
            "v0.0.0-20200101000000-abcdefabcdef",
            "v1.2.3-",
            "1.21",
            "1.21rc1",
            "go1.21.0",
            "v2.0.0+incompatible",
            "v1.2.18446744073709551615",
            "v1.2.18446744073709551616",
            "v1.4294967296.0",
            "v99999999999999999999.0.0",
        ];
        for path in ["example.com/a", "go", "toolchain"] {
            for a in versions {
                for b in versions {
                    let keys = (VersionKey::new(path, a), VersionKey::new(path, b));
                    let found = keys.0.compare(&keys.1, path);
                    assert_eq!(found, compare_versions(path, a, b), "{path} {a} {b}");
                }
            }
        }
    }
}
