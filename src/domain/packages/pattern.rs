//! Package patterns: `all`, `./...`, `example.com/...` and plain paths.
//!
//! See <https://pkg.go.dev/cmd/go#hdr-Package_lists_and_patterns>.

use super::import::{is_local, is_meta};

/// Stands for an element `vendor`, so that `...` does not match across it.
const VENDOR: &str = "\0";

/// A package pattern in its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
}

/// How the packages of a pattern are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A path of the file system: one directory.
    Dir,
    /// A path of the file system with `...`: directories below one.
    Dirs,
    /// The path of one package.
    Path,
    /// A path with `...`: packages of all modules and of the standard library.
    Paths,
    /// `all`.
    All,
    /// `std` or `cmd`.
    Standard,
    /// `tool`.
    Tool,
    /// `work`.
    Work,
}

impl Pattern {
    /// Brings an argument into canonical form; what follows an `@` stays as it is.
    pub fn new(argument: &str) -> Self {
        let is_path = is_local(argument) || argument.starts_with('/');
        let at = argument.find('@').filter(|_| !is_path);
        let (path, version) = argument.split_at(at.unwrap_or(argument.len()));
        let path = path.replace('\\', "/");
        let text = match path.strip_prefix("./") {
            Some(_) => match clean(&path).as_str() {
                "." => ".".to_owned(),
                clean => format!("./{clean}"),
            },
            None => clean(&path),
        };
        Self {
            text: text + version,
        }
    }

    /// Returns the pattern as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Tells how the packages of the pattern are found.
    pub fn kind(&self) -> Kind {
        let is_wild = self.text.contains("...");
        let is_path = is_local(&self.text) || self.text.starts_with('/');
        match self.text.as_str() {
            _ if is_path && is_wild => Kind::Dirs,
            _ if is_path => Kind::Dir,
            "all" => Kind::All,
            "tool" => Kind::Tool,
            "work" => Kind::Work,
            name if is_meta(name) => Kind::Standard,
            _ if is_wild => Kind::Paths,
            _ => Kind::Path,
        }
    }

    /// Reports whether a package or directory matches: `...` stands for any text, but for none that contains an element
    /// `vendor` which is not the last one; `/...` at the end may stand for nothing.
    pub fn matches(&self, name: &str) -> bool {
        if name.contains(VENDOR) || self.text.contains(VENDOR) {
            return false;
        }
        let name = &hide_vendor(name);
        let pattern = hide_vendor(&self.text);
        // A pattern that ends below `vendor` matches the directory of that name, too.
        if let Some(above) = pattern.strip_suffix("\0/...") {
            return matches_parts(&format!("{above}vendor"), name) || matches_parts(&pattern, name);
        }
        if let Some(above) = pattern.strip_suffix("/...")
            && matches_parts(above, name)
        {
            return true;
        }
        matches_parts(&pattern, name)
    }

    /// Reports whether something in the tree below `name` can match.
    pub fn can_match_below(&self, name: &str) -> bool {
        let fixed = self.text.split("...").next().unwrap_or_default();
        let is_above = name == fixed
            || fixed
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('/') || name.ends_with('/'));
        is_above || (fixed.len() < self.text.len() && name.starts_with(fixed))
    }
}

/// Matches without the special cases; no `...` stands for a hidden `vendor`.
fn matches_parts(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split("...");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let Some(mut part) = parts.next() else {
        return rest.is_empty();
    };
    for next in parts {
        let Some(at) = rest.find(part).filter(|&at| !rest[..at].contains(VENDOR)) else {
            return false;
        };
        rest = &rest[at + part.len()..];
        part = next;
    }
    rest.strip_suffix(part)
        .is_some_and(|gap| !gap.contains(VENDOR))
}

/// Puts a mark in the place of each element `vendor` but the last.
fn hide_vendor(path: &str) -> String {
    let Some((above, last)) = path.rsplit_once('/') else {
        return path.to_owned();
    };
    let mut text = String::with_capacity(path.len());
    for element in above.split('/') {
        text.push_str(if element == "vendor" { VENDOR } else { element });
        text.push('/');
    }
    text + last
}

/// Returns a slash-separated path without `.`, `..` and doubled slashes, by its text alone.
pub fn clean(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut elements: Vec<&str> = Vec::new();
    for element in path.split('/') {
        match element {
            "" | "." => {}
            ".." if elements.last().is_some_and(|last| *last != "..") => {
                elements.pop();
            }
            ".." if is_rooted => {}
            element => elements.push(element),
        }
    }
    let text = elements.join("/");
    match (is_rooted, text.is_empty()) {
        (true, _) => format!("/{text}"),
        (false, true) => ".".to_owned(),
        (false, false) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_become_canonical() {
        let check = |argument: &str, expect: &str, kind: Kind| {
            let pattern = Pattern::new(argument);
            assert_eq!((pattern.as_str(), pattern.kind()), (expect, kind));
        };
        check(".", ".", Kind::Dir);
        check("./", ".", Kind::Dir);
        check("./x/../y", "./y", Kind::Dir);
        check("./...", "./...", Kind::Dirs);
        check("..", "..", Kind::Dir);
        check("/a//b", "/a/b", Kind::Dir);
        check("a.com//b/", "a.com/b", Kind::Path);
        check("a.com/b@v1//2", "a.com/b@v1//2", Kind::Path);
        check("a.com/...", "a.com/...", Kind::Paths);
        check("all", "all", Kind::All);
        check("std", "std", Kind::Standard);
    }

    #[test]
    fn dots_stand_for_text() {
        let check = |pattern: &str, name: &str, expect: bool| {
            assert_eq!(
                Pattern::new(pattern).matches(name),
                expect,
                "{pattern} {name}"
            );
        };
        check("net/...", "net", true);
        check("net/...", "net/http", true);
        check("net/...", "netx", false);
        check("net...", "netx/y", true);
        check("...", "a/b", true);
        check(".../b", "a/b", true);
        check(".../b", "b", false);
        check("a...b...c", "axbyc", true);
        check("a...b...c", "axc", false);
        check("./...", "./vendor", true);
        check("./...", "./vendor/x", false);
        check("./...", "./a/vendor/x", false);
        check("./vendor/...", "./vendor/x", true);
        check("./vendor/...", "./vendor", true);
        check("./vendor/...", "./vendor/x/vendor/y", false);
        check("a/vendor/...", "a/vendor", true);
    }

    #[test]
    fn trees_are_looked_into_where_they_may_match() {
        let check = |pattern: &str, name: &str, expect: bool| {
            let pattern = Pattern::new(pattern);
            assert_eq!(pattern.can_match_below(name), expect, "{pattern:?} {name}");
        };
        check("a.com/b/...", "a.com", true);
        check("a.com/b/...", "a.com/b", true);
        check("a.com/b", "a.com/b/c", false);
        check("a.com/b/...", "a.com/b/c", true);
        check("a.com/b...", "a.com/b", true);
        check("a.com/b...", "a.com/bc", true);
        check("a.com/b...", "a.com/c", false);
    }
}
