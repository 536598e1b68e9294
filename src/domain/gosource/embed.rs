//! The patterns of `//go:embed`, and the files that they stand for.
//!
//! See <https://pkg.go.dev/embed#hdr-Directives>.

use std::collections::BTreeSet;

use super::lex::{string_prefix, unquote};
use crate::domain::module::{path, pattern};

/// Returns the patterns of all `//go:embed` lines of a Go file, in their order.
///
/// Whether such a line stands where it may is the compiler's business; a malformed one is left out, as in Go.
pub fn patterns(file: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let comments = LineComments { text: file, at: 0 };
    for comment in comments {
        if !comment.starts_with(b"//go:embed") {
            continue;
        }
        let text: Vec<u8> = comment
            .iter()
            .copied()
            .filter(|byte| *byte != b'\r')
            .collect();
        let text = String::from_utf8_lossy(&text);
        let rest = &text["//go:embed".len()..];
        if rest.is_empty() || rest.starts_with(char::is_whitespace) {
            found.extend(arguments(rest).unwrap_or_default());
        }
    }
    found
}

/// Takes apart words and string literals that white space separates; none where a literal is malformed.
fn arguments(text: &str) -> Option<Vec<String>> {
    let mut list = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let length = if matches!(first, '"' | '`') {
            let length = string_prefix(rest.as_bytes())?;
            list.push(unquote(&rest.as_bytes()[..length])?);
            length
        } else {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            list.push(rest[..length].to_owned());
            length
        };
        rest = &rest[length..];
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return None;
        }
        rest = rest.trim_start();
    }
    Some(list)
}

/// The comments of a Go file that begin with two slashes, without their ends of line.
struct LineComments<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Iterator for LineComments<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let found = memchr::memchr3(b'/', b'`', b'"', &self.text[self.at..]);
            let rune = memchr::memchr(b'\'', &self.text[self.at..]);
            let start = self.at + found.into_iter().chain(rune).min()?;
            let rest = &self.text[start..];
            let end_of_line = || memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let length = match (rest[0], rest.get(1)) {
                (b'/', Some(b'/')) => {
                    let length = end_of_line();
                    self.at = start + length;
                    return Some(&rest[..length]);
                }
                (b'/', Some(b'*')) => {
                    memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |at| at + 4)
                }
                (b'/', _) => 1,
                (b'`', _) => memchr::memchr(b'`', &rest[1..]).map_or(rest.len(), |at| at + 2),
                // A string or rune ends with its quote, or, malformed, with the line.
                (quote, _) => quoted_length(rest, quote),
            };
            self.at = start + length;
        }
    }
}

fn quoted_length(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            // A line does not go on after a backslash.
            b'\\' if text.get(at + 1).is_some_and(|next| *next != b'\n') => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// The tree that patterns are looked up in: the files below a package's directory, by their paths from there.
pub trait EmbedTree {
    /// Returns the names in a directory, sorted, with whether each is a directory; the package's own is `""`.
    ///
    /// Only ordinary files and directories are named.
    fn entries(&self, directory: &str) -> Vec<(String, bool)>;
}

/// Why a pattern stands for no files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("pattern {pattern}: {fault}")]
pub struct EmbedError {
    /// The pattern as written.
    pub pattern: String,
    /// What is wrong with it.
    pub fault: EmbedFault,
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbedFault {
    /// It is malformed, or leads out of the directory.
    #[error("invalid pattern syntax")]
    Syntax,
    /// Nothing matches.
    #[error("no matching files found")]
    NoMatch,
    /// A directory belongs to another module.
    #[error("cannot embed {what} {path}: in different module")]
    OtherModule {
        /// `file` or `directory`.
        what: &'static str,
        /// What was matched.
        path: String,
    },
    /// A name cannot be in a module.
    #[error("cannot embed {what} {path}: invalid name {name}")]
    Name {
        /// `file` or `directory`.
        what: &'static str,
        /// What was matched.
        path: String,
        /// The name.
        name: String,
    },
    /// A directory has nothing that could be embedded.
    #[error("cannot embed directory {0}: contains no embeddable files")]
    Empty(String),
}

/// Returns the files that patterns stand for, by their paths from the package's directory.
pub fn resolve(patterns: &[String], tree: &dyn EmbedTree) -> Result<BTreeSet<String>, EmbedError> {
    let mut files = BTreeSet::new();
    for pattern in patterns {
        resolve_one(pattern, tree, &mut files).map_err(|fault| EmbedError {
            pattern: pattern.clone(),
            fault,
        })?;
    }
    Ok(files)
}

fn resolve_one(
    pattern: &str,
    tree: &dyn EmbedTree,
    files: &mut BTreeSet<String>,
) -> Result<(), EmbedFault> {
    let (glob, all) = match pattern.strip_prefix("all:") {
        Some(glob) => (glob, true),
        None => (pattern, false),
    };
    let is_path = !glob.is_empty() && glob.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if !is_path {
        return Err(EmbedFault::Syntax);
    }
    let mut matched = vec![(String::new(), true)];
    for part in glob.split('/') {
        let mut next = Vec::new();
        for (directory, is_directory) in matched {
            if !is_directory {
                continue;
            }
            for (name, is_directory) in tree.entries(&directory) {
                if pattern::matches(part, &name) {
                    next.push((join(&directory, &name), is_directory));
                }
            }
        }
        matched = next;
    }
    let before = matched.len();
    for (path, is_directory) in matched {
        check_place(&path, is_directory, tree)?;
        if !is_directory {
            files.insert(path);
        } else if !walk(&path, all, tree, files)? {
            return Err(EmbedFault::Empty(path));
        }
    }
    if before == 0 {
        return Err(EmbedFault::NoMatch);
    }
    Ok(())
}

/// Refuses what is in another module, or below a name that no module can have.
fn check_place(path: &str, is_directory: bool, tree: &dyn EmbedTree) -> Result<(), EmbedFault> {
    let what = if is_directory { "directory" } else { "file" };
    let mut directory = path;
    loop {
        let is_matched = directory.len() == path.len();
        if (!is_matched || is_directory) && has_go_mod(directory, tree) {
            return Err(EmbedFault::OtherModule {
                what,
                path: path.to_owned(),
            });
        }
        let (parent, name) = directory.rsplit_once('/').unwrap_or(("", directory));
        if is_bad_name(name) {
            return Err(EmbedFault::Name {
                what,
                path: path.to_owned(),
                name: name.to_owned(),
            });
        }
        if parent.is_empty() {
            return Ok(());
        }
        directory = parent;
    }
}

/// Gathers the files below a directory; false where there are none.
fn walk(
    top: &str,
    all: bool,
    tree: &dyn EmbedTree,
    files: &mut BTreeSet<String>,
) -> Result<bool, EmbedFault> {
    let mut found = false;
    let mut waiting = vec![top.to_owned()];
    while let Some(directory) = waiting.pop() {
        for (name, is_directory) in tree.entries(&directory) {
            let path = join(&directory, &name);
            let hidden = name.starts_with(['.', '_']);
            if is_bad_name(&name) {
                if is_directory || hidden {
                    continue;
                }
                return Err(EmbedFault::Name {
                    what: "file",
                    path,
                    name,
                });
            }
            if hidden && !all {
                continue;
            }
            if !is_directory {
                found = true;
                files.insert(path);
            } else if !has_go_mod(&path, tree) {
                waiting.push(path);
            }
        }
    }
    Ok(found)
}

fn has_go_mod(directory: &str, tree: &dyn EmbedTree) -> bool {
    tree.entries(directory)
        .iter()
        .any(|(name, _)| name == "go.mod")
}

fn is_bad_name(name: &str) -> bool {
    path::check_file_path(name).is_err() || matches!(name, ".bzr" | ".hg" | ".git" | ".svn")
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[track_caller]
    fn check_patterns(file: &str, expect: &[&str]) {
        assert_eq!(patterns(file.as_bytes()), expect);
    }

    #[test]
    fn finds_patterns_in_comments_only() {
        check_patterns("//go:embed a b/*.txt\nvar x string\n", &["a", "b/*.txt"]);
        check_patterns(
            "//go:embed \"a b\" `c d`\u{a0}e\r\nvar x",
            &["a b", "c d", "e"],
        );
        check_patterns("var s = \"//go:embed a\"\n", &[]);
        check_patterns("var s = `\n//go:embed a\n`\n//go:embed b\n", &["b"]);
        check_patterns("/*\n//go:embed a\n*/\n//go:embed b", &["b"]);
        check_patterns("var r = '\"' //go:embed a\n", &["a"]);
        check_patterns("var r = '\\'' + '`'\n//go:embed a\n", &["a"]);
        check_patterns("var s = \"\\\"//go:embed x\" / 2 //go:embed a\n", &["a"]);
        check_patterns(
            "// go:embed a\n//go:embedx a\n//go:embed \"a\n//go:embed \"a\"b\n",
            &[],
        );
        check_patterns("//go:embed\n", &[]);
    }

    struct Files(BTreeMap<String, Vec<(String, bool)>>);

    impl Files {
        fn new(paths: &[&str]) -> Self {
            let mut tree: BTreeMap<String, BTreeSet<(String, bool)>> = BTreeMap::new();
            for path in paths {
                let mut directory = String::new();
                let mut parts = path.split('/').peekable();
                while let Some(part) = parts.next() {
                    let is_directory = parts.peek().is_some();
                    tree.entry(directory.clone())
                        .or_default()
                        .insert((part.to_owned(), is_directory));
                    directory = join(&directory, part);
                }
            }
            Self(
                tree.into_iter()
                    .map(|(directory, names)| (directory, names.into_iter().collect()))
                    .collect(),
            )
        }
    }

    impl EmbedTree for Files {
        fn entries(&self, directory: &str) -> Vec<(String, bool)> {
            self.0.get(directory).cloned().unwrap_or_default()
        }
    }

    #[track_caller]
    fn check(paths: &[&str], pattern: &str, expect: Result<&[&str], &str>) {
        let got = resolve(&[pattern.to_owned()], &Files::new(paths));
        let got = got.map_err(|error| error.to_string());
        let expect = expect
            .map(|list| list.iter().map(|path| (*path).to_owned()).collect())
            .map_err(|text| format!("pattern {pattern}: {text}"));
        assert_eq!(got, expect);
    }

    const TREE: &[&str] = &[
        "a.txt",
        "b.txt",
        "d/x",
        "d/.hidden",
        "d/_under/y",
        "d/e/z",
        "d/other/go.mod",
        "d/other/file",
        ".git/config",
        "hidden/.only",
    ];

    #[test]
    fn resolves_as_go_does() {
        check(TREE, "*.txt", Ok(&["a.txt", "b.txt"]));
        check(TREE, "d", Ok(&["d/e/z", "d/x"]));
        check(
            TREE,
            "all:d",
            Ok(&["d/.hidden", "d/_under/y", "d/e/z", "d/x"]),
        );
        check(TREE, "d/.hidden", Ok(&["d/.hidden"]));
        check(TREE, "d/*/z", Ok(&["d/e/z"]));
        check(
            TREE,
            "d/other/file",
            Err("cannot embed file d/other/file: in different module"),
        );
        check(
            TREE,
            ".git",
            Err("cannot embed directory .git: invalid name .git"),
        );
        check(TREE, "none", Err("no matching files found"));
        check(
            TREE,
            "hidden",
            Err("cannot embed directory hidden: contains no embeddable files"),
        );
        for wrong in ["", ".", "../a", "/a", "a/", "a//b"] {
            check(TREE, wrong, Err("invalid pattern syntax"));
        }
    }
}
