//! The standard library, and the commands that come with Go, of the release whose behaviour is reproduced.
//!
//! `standard.txt` has one line for each package that has Go files: its path, what it imports, and after a `|` what only
//! its tests import; under any build tags, and with the copies of other modules below `vendor` where Go takes them. The
//! test `packages::the_standard_library_is_that_of_go` compares it with the Go that is installed, and writes it anew when
//! it is asked to.

use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::RandomState;

const LINES: &str = include_str!("standard.txt");

/// What one package of the standard library imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    /// By its files that are no tests, sorted.
    imports: &'static str,
    /// By its tests, sorted; what both import is in both.
    test_imports: &'static str,
}

impl Standard {
    /// Returns what the package imports.
    pub fn imports(self) -> impl Iterator<Item = &'static str> {
        self.imports.split_ascii_whitespace()
    }

    /// Returns what the tests of the package import.
    pub fn test_imports(self) -> impl Iterator<Item = &'static str> {
        self.test_imports.split_ascii_whitespace()
    }
}

/// Returns the package at `path`, if it comes with Go.
pub fn find(path: &str) -> Option<Standard> {
    table().get(path).copied()
}

/// Returns the paths of all packages that come with Go, sorted.
pub fn paths() -> impl Iterator<Item = &'static str> {
    LINES.lines().map(|line| parse(line).0)
}

fn table() -> &'static HashMap<&'static str, Standard, RandomState> {
    static TABLE: OnceLock<HashMap<&'static str, Standard, RandomState>> = OnceLock::new();
    TABLE.get_or_init(|| LINES.lines().map(parse).collect())
}

fn parse(line: &'static str) -> (&'static str, Standard) {
    let (line, test_imports) = line.split_once('|').unwrap_or((line, ""));
    let (path, imports) = line.split_once(' ').unwrap_or((line, ""));
    let standard = Standard {
        imports,
        test_imports,
    };
    (path, standard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_closed() {
        let all: Vec<_> = paths().collect();
        assert!(all.is_sorted());
        for path in &all {
            let package = find(path).unwrap();
            for import in package.imports().chain(package.test_imports()) {
                assert!(find(import).is_some(), "{path} imports {import}");
            }
        }
    }

    #[test]
    fn copies_of_other_modules_are_below_vendor() {
        let http = find("net/http").unwrap();
        assert!(
            http.imports()
                .any(|path| path == "vendor/golang.org/x/net/http/httpguts")
        );
        assert!(find("unsafe").is_some_and(|package| package.imports().next().is_none()));
        assert!(find("cmd/go").is_some());
        assert!(find("example.com").is_none());
    }
}
