//! `<meta name="go-import" content="prefix vcs url [subdirectory]">`: what a web page says about
//! the repository of an import path.
//!
//! See <https://go.dev/ref/mod#vcs-find> and `go help importpath`.

use std::collections::HashSet;

use super::html::{HtmlError, Tag, Tags};
use super::repo_path::has_path_prefix;
use super::vcs::Vcs;
use crate::domain::text::quote::Quoted;

/// How many of a page's prefixes an error lists: a page may have any number.
const MAX_PREFIXES: usize = 32;

/// One go-import tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoImport {
    /// The import path of the repository's root.
    pub prefix: String,
    /// The kind of version control, unchecked, or `mod` for a module proxy.
    pub vcs: String,
    /// The URL of the repository or proxy, unchecked.
    pub repo: String,
    /// The subdirectory of the repository that the prefix stands for; empty for its root.
    pub subdir: String,
}

/// What serves the modules below a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// A module proxy.
    Proxy,
    /// A repository.
    Repo(Vcs),
}

/// Why the go-import tags of a page do not tell where a module is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GoImportError {
    /// The import path has no host to ask.
    #[error("import path does not begin with hostname")]
    NoHost,
    /// No tag is about the import path.
    #[error("no go-import meta tags ({})", mismatch_text(prefixes, path))]
    NoMatch {
        /// The prefixes that the tags are about.
        prefixes: Vec<String>,
        /// The import path.
        path: String,
    },
    /// More than one tag is about the import path.
    #[error("multiple meta tags match import path {}", Quoted(path))]
    Ambiguous {
        /// The import path.
        path: String,
    },
    /// The subdirectory would leave the repository or look like an option.
    #[error("invalid subdirectory {}: {what}", Quoted(subdir))]
    Subdir {
        /// The subdirectory.
        subdir: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The repository's address is not a URL that may be used.
    #[error("invalid repo root {}: {what}", Quoted(repo))]
    Repo {
        /// The address.
        repo: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The kind of version control is unknown.
    #[error("unknown vcs {}", Quoted(vcs))]
    UnknownVcs {
        /// The name of the kind.
        vcs: String,
    },
}

/// Returns the URL, without its scheme, of the page about `path`.
pub fn page_address(path: &str) -> Result<String, GoImportError> {
    let (host, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    if !host.contains('.') {
        return Err(GoImportError::NoHost);
    }
    let rest = if rest.is_empty() { "/" } else { rest };
    Ok(format!("{host}{rest}?go-get=1"))
}

/// Returns the go-import tags in the head of `page`: those of proxies first, and no others for
/// their prefixes.
///
/// What is wrong with the page counts only where it hides all the tags.
pub fn parse(page: &[u8]) -> Result<Vec<GoImport>, HtmlError> {
    let mut tags = Tags::new(page);
    let mut imports = Vec::new();
    loop {
        match tags.next() {
            Err(error) if imports.is_empty() => return Err(error),
            Ok(None) | Err(_) => break,
            Ok(Some(Tag::Close { name })) if name.eq_ignore_ascii_case("head") => break,
            Ok(Some(Tag::Open { name, .. })) if name.eq_ignore_ascii_case("body") => break,
            Ok(Some(Tag::Open { name, attributes })) if name.eq_ignore_ascii_case("meta") => {
                imports.extend(go_import(&attributes));
            }
            Ok(Some(_)) => {}
        }
    }
    let (proxies, mut repos): (Vec<_>, Vec<_>) = imports
        .into_iter()
        .partition(|import: &GoImport| import.vcs == "mod");
    let proxied: HashSet<&str> = proxies.iter().map(|proxy| proxy.prefix.as_str()).collect();
    repos.retain(|repo| !proxied.contains(repo.prefix.as_str()));
    Ok(proxies.into_iter().chain(repos).collect())
}

/// Returns the one of `imports` that is about `path`.
pub fn matching<'a>(imports: &'a [GoImport], path: &str) -> Result<&'a GoImport, GoImportError> {
    let mut fitting = imports
        .iter()
        .filter(|import| has_path_prefix(path, &import.prefix));
    let Some(first) = fitting.next() else {
        let prefixes = imports
            .iter()
            .take(MAX_PREFIXES)
            .map(|import| import.prefix.clone())
            .collect();
        return Err(GoImportError::NoMatch {
            prefixes,
            path: path.to_owned(),
        });
    };
    match fitting.next() {
        // Proxies come first: one of them outranks any repository.
        Some(second) if first.vcs != "mod" || second.vcs == "mod" => {
            Err(GoImportError::Ambiguous {
                path: path.to_owned(),
            })
        }
        _ => Ok(first),
    }
}

impl GoImport {
    /// Checks what the tag claims, and returns what serves its modules.
    pub fn check(&self) -> Result<Served, GoImportError> {
        let subdir = |what| GoImportError::Subdir {
            subdir: self.subdir.clone(),
            what,
        };
        match self.subdir.bytes().next() {
            Some(b'/') => return Err(subdir("leading slash")),
            Some(b'-') => return Err(subdir("leading hyphen")),
            _ => {}
        }
        let repo = |what| GoImportError::Repo {
            repo: self.repo.clone(),
            what,
        };
        match scheme(&self.repo) {
            None => return Err(repo("no scheme")),
            Some(scheme) if scheme.eq_ignore_ascii_case("file") => {
                return Err(repo("file scheme disallowed"));
            }
            Some(_) => {}
        }
        if self.vcs == "mod" {
            return Ok(Served::Proxy);
        }
        let unknown = || GoImportError::UnknownVcs {
            vcs: self.vcs.clone(),
        };
        Vcs::from_name(&self.vcs)
            .map(Served::Repo)
            .ok_or_else(unknown)
    }
}

fn go_import(attributes: &[(String, String)]) -> Option<GoImport> {
    let value = |wanted: &str| {
        let found = attributes
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map_or("", |(_, value)| value.as_str())
    };
    if value("name") != "go-import" {
        return None;
    }
    let fields: Vec<&str> = value("content").split_whitespace().collect();
    let (&[prefix, vcs, repo], subdir) = match fields.as_slice() {
        [all @ .., subdir] if all.len() == 3 => (all.first_chunk()?, *subdir),
        all if all.len() == 3 => (all.first_chunk()?, ""),
        _ => return None,
    };
    Some(GoImport {
        prefix: prefix.to_owned(),
        vcs: vcs.to_owned(),
        repo: repo.to_owned(),
        subdir: subdir.to_owned(),
    })
}

/// Returns the scheme of a URL.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let mut bytes = scheme.bytes();
    let starts_well = bytes.next()?.is_ascii_alphabetic();
    let goes_on_well = bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    (starts_well && goes_on_well).then_some(scheme)
}

fn mismatch_text(prefixes: &[String], path: &str) -> String {
    let texts: Vec<String> = prefixes
        .iter()
        .map(|prefix| format!("meta tag {prefix} did not match import path {path}"))
        .collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expect: &[&str]) {
        let imports = parse(page.as_bytes()).unwrap_or_default();
        let got: Vec<String> = imports
            .iter()
            .map(|i| {
                format!("{} {} {} {}", i.prefix, i.vcs, i.repo, i.subdir)
                    .trim()
                    .to_owned()
            })
            .collect();
        assert_eq!(got, expect, "{page}");
    }

    #[test]
    fn tags_in_the_head() {
        check(
            r#"<meta name="go-import" content="a.b/c git https://h/c">"#,
            &["a.b/c git https://h/c"],
        );
        check(
            "<!DOCTYPE html [<!-- > --> <x '>'>]>\n<HTML><Head profile=x><META\ncontent='a.b git\thttps://h  sub/dir ' NAME=go-import /></Head>",
            &["a.b git https://h sub/dir"],
        );
        check(
            r#"<meta name="go-import" content="a git https://h?x=1&amp;y=2&#47;&#x2f;&z;&">"#,
            &["a git https://h?x=1&y=2//&z;&"],
        );
        check(
            r#"<meta name="go-import" content="a git"><meta name="go-import" content="a b c d e">"#,
            &[],
        );
        check(
            r#"<meta property="og:x" async><link rel=x><meta name="go-import" content="a git u://h">"#,
            &["a git u://h"],
        );
        check(r#"<meta name="go-source" content="a b c">"#, &[]);
    }

    #[test]
    fn where_reading_stops() {
        let meta = r#"<meta name="go-import" content="a git u://h">"#;
        check(&format!("<body>{meta}"), &[]);
        check(&format!("<head/>{meta}"), &[]);
        check(&format!("<head></head >{meta}"), &[]);
        check(&format!("<script>if (a<b)</script>{meta}"), &[]);
        check(
            &format!("{meta}<script>if (a<b)</script>"),
            &["a git u://h"],
        );
        check(&format!("<!-- -- -->{meta}"), &[]);
        check(
            &format!("<?xml version='1.0' encoding='latin-1'?>{meta}"),
            &[],
        );
        check(
            &format!("<?xml version='1.0' encoding='UTF-8'?>{meta}"),
            &["a git u://h"],
        );
        check(&format!("<![CDATA[ <body> ]]>{meta}"), &["a git u://h"]);
        check(&format!("<p class=a.b>{meta}"), &[]);
        check(&meta.replace("u:", "<u:"), &[]);
        assert_eq!(
            parse(b"\n<p").unwrap_err(),
            HtmlError::UnexpectedEnd { line: 2 }
        );
    }

    #[test]
    fn proxies_outrank_repositories() {
        check(
            r#"<meta name="go-import" content="a git u://g"><meta name="go-import" content="b git u://g"><meta name="go-import" content="a mod https://p">"#,
            &["a mod https://p", "b git u://g"],
        );
    }

    fn import(text: &str) -> GoImport {
        let fields: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let field = |at| fields.get(at).cloned().unwrap_or_default();
        GoImport {
            prefix: field(0),
            vcs: field(1),
            repo: field(2),
            subdir: field(3),
        }
    }

    #[test]
    fn the_one_that_matches() {
        let check = |imports: &[&str], path: &str, expect: &str| {
            let imports: Vec<GoImport> = imports.iter().map(|text| import(text)).collect();
            let got = match matching(&imports, path) {
                Ok(found) => format!("{} {}", found.prefix, found.vcs),
                Err(error) => error.to_string(),
            };
            assert_eq!(got, expect);
        };
        check(&["a.b/c git u"], "a.b/c/d", "a.b/c git");
        check(
            &["a.b/c git u"],
            "a.b/cd",
            "no go-import meta tags (meta tag a.b/c did not match import path a.b/cd)",
        );
        check(&[], "a.b", "no go-import meta tags ()");
        check(
            &["a.b git u", "a.b/c git u"],
            "a.b/c",
            "multiple meta tags match import path \"a.b/c\"",
        );
        check(&["a.b/c mod u", "a.b git u"], "a.b/c", "a.b/c mod");
        check(
            &["a.b/c mod u", "a.b mod u"],
            "a.b/c",
            "multiple meta tags match import path \"a.b/c\"",
        );
    }

    #[test]
    fn claims() {
        let check = |text: &str, expect: &str| {
            let got = match import(text).check() {
                Ok(Served::Proxy) => "proxy".to_owned(),
                Ok(Served::Repo(vcs)) => vcs.to_string(),
                Err(error) => error.to_string(),
            };
            assert_eq!(got, expect, "{text}");
        };
        check("a git https://h", "git");
        check("a mod https://h", "proxy");
        check("a cvs https://h", "unknown vcs \"cvs\"");
        check("a git /x", "invalid repo root \"/x\": no scheme");
        check(
            "a git FILE:///x",
            "invalid repo root \"FILE:///x\": file scheme disallowed",
        );
        check(
            "a git https://h /x",
            "invalid subdirectory \"/x\": leading slash",
        );
        check(
            "a git https://h --x",
            "invalid subdirectory \"--x\": leading hyphen",
        );
    }

    #[test]
    fn addresses() {
        assert_eq!(page_address("a.b/c").as_deref(), Ok("a.b/c?go-get=1"));
        assert_eq!(page_address("a.b").as_deref(), Ok("a.b/?go-get=1"));
        assert_eq!(page_address("ab/c.d"), Err(GoImportError::NoHost));
    }
}
