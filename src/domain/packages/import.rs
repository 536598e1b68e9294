//! Import paths: which are possible, and which modules may provide a package.
//!
//! See <https://go.dev/ref/mod#resolve-pkg-mod>.

use crate::domain::module::path::{PathError, check_import_path};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};

/// Why no module provides a package, in the words of the go command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// A version where none belongs.
    #[error("import path {path:?} should not have @version")]
    Versioned {
        /// The import path.
        path: String,
    },
    /// A path that starts with a dot.
    #[error("{path:?} is relative, but relative import paths are not supported in module mode")]
    Relative {
        /// The import path.
        path: String,
    },
    /// A path of the file system.
    #[error("{path:?} is not a package path; see 'go help packages'")]
    Absolute {
        /// The import path.
        path: String,
    },
    /// The name of a set of packages.
    #[error("{path:?} is not an importable package; see 'go help packages'")]
    Meta {
        /// The name.
        path: String,
    },
    /// A path that no package can have.
    #[error(transparent)]
    Malformed(#[from] PathError),
    /// More than one module has it.
    #[error("ambiguous import: found package {path} in multiple {}:{}", if places.iter().all(|place| place.module.is_none()) { "directories" } else { "modules" }, places_text(places))]
    Ambiguous {
        /// The import path.
        path: String,
        /// Where it was found, the shortest module path first.
        places: Vec<Place>,
    },
    /// No module has it, and its path is one of the standard library.
    #[error("package {path} is not in std")]
    NotStandard {
        /// The import path.
        path: String,
    },
    /// No module of the build list has it, and go.mod could be changed.
    #[error("cannot find module providing package {path}")]
    Missing {
        /// The import path.
        path: String,
    },
    /// No module of the build list has it.
    #[error("no required module provides package {path}; to add it:{}\n\tgo get {path}", dir.as_ref().map_or(String::new(), |dir| format!("\n\tcd {dir}")))]
    NotRequired {
        /// The import path.
        path: String,
        /// The directory of the main module that needs it, if it is not the one at hand.
        dir: Option<String>,
    },
}

/// Where a package was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The module; the empty path for the standard library, none where only the directory is told.
    pub module: Option<ModuleVersion>,
    /// The directory.
    pub dir: String,
}

fn places_text(places: &[Place]) -> String {
    let mut text = String::new();
    for place in places {
        text.push_str("\n\t");
        let Some(module) = &place.module else {
            text.push_str(&place.dir);
            continue;
        };
        text.push_str(module.path.as_str());
        if !module.version.is_empty() {
            text.push(' ');
            text.push_str(module.version.as_str());
        }
        text.push_str(" (");
        text.push_str(&place.dir);
        text.push(')');
    }
    text
}

/// Reports whether a path is relative to the file that has it.
pub fn is_local(path: &str) -> bool {
    path == "." || path == ".." || path.starts_with("./") || path.starts_with("../")
}

/// Reports whether a name stands for a set of packages.
pub fn is_meta(path: &str) -> bool {
    matches!(path, "all" | "cmd" | "std" | "tool" | "work")
}

/// Reports whether a path could be one of the standard library: its first element has no dot.
pub fn is_standard(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or(path);
    !first.contains('.')
}

/// Reports whether an import stands for no package: `C`, and names from the time before modules that build tags hide.
pub fn is_magic(path: &str) -> bool {
    let below = |root: &str| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path == "C" || below("appengine") || below("appengine_internal")
}

/// Refuses what can be no import of a package.
pub fn check(path: &str) -> Result<(), ImportError> {
    let owned = || path.to_owned();
    if path.contains('@') {
        return Err(ImportError::Versioned { path: owned() });
    }
    if is_local(path) {
        return Err(ImportError::Relative { path: owned() });
    }
    if path.starts_with('/') {
        return Err(ImportError::Absolute { path: owned() });
    }
    if is_meta(path) {
        return Err(ImportError::Meta { path: owned() });
    }
    check_import_path(path)?;
    Ok(())
}

/// Returns the modules that may provide the package at `path`, the longest path first: those whose path is a prefix of
/// it. `selected` tells the version of a module.
pub fn candidates(
    path: &str,
    selected: impl Fn(&str) -> Option<Version>,
) -> impl Iterator<Item = ModuleVersion> {
    prefixes(path).filter_map(move |prefix| {
        // The `go` of a go.mod is no module that could have `go/ast`.
        let version = (!goversion::is_toolchain(prefix))
            .then(|| selected(prefix))
            .flatten()
            .filter(|version| version.as_str() != "none")?;
        Some(ModuleVersion {
            path: ModulePath::new(prefix),
            version,
        })
    })
}

/// Returns `path` and each path above it.
pub fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| {
        path.rfind('/').map(|slash| &path[..slash])
    })
}

/// Returns where in a module the package at `path` would be; none where its path is no prefix.
pub fn in_module<'p>(path: &'p str, module: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(module)?;
    if rest.is_empty() || module.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_prefixes_by_whole_elements() {
        let selected = |path: &str| {
            let known = ["a.com/b", "a.com/b/c", "a.com", "go"];
            known.contains(&path).then(|| Version::new("v1.0.0"))
        };
        let names = |path: &str| -> Vec<String> {
            let found = candidates(path, selected);
            found.map(|module| module.path.to_string()).collect()
        };
        assert_eq!(names("a.com/b/c/d"), ["a.com/b/c", "a.com/b", "a.com"]);
        assert_eq!(names("a.com/bc"), ["a.com"]);
        assert_eq!(names("go/ast"), [""; 0]);
    }

    #[test]
    fn paths_that_are_no_imports() {
        let text = |path: &str| check(path).map_err(|error| error.to_string());
        assert_eq!(text("fmt"), Ok(()));
        let expect = "import path \"a.com/b@v1\" should not have @version";
        assert_eq!(text("a.com/b@v1"), Err(expect.to_owned()));
        assert!(text("./x").is_err());
        assert!(text("/x").is_err());
        assert!(text("all").is_err());
        assert!(text("").is_err());
        assert!(is_magic("C") && is_magic("appengine/x") && !is_magic("appenginex"));
    }

    #[test]
    fn a_package_is_below_its_module() {
        assert_eq!(in_module("a/b", "a"), Some("b"));
        assert_eq!(in_module("a", "a"), Some(""));
        assert_eq!(in_module("ab", "a"), None);
        assert_eq!(in_module("a/b", ""), Some("a/b"));
    }
}
