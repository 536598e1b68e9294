//! From an import path to a version-control repository, as far as the path alone tells.
//!
//! Some hosts have a fixed layout, and any path may carry a version-control suffix in one of its
//! elements (`example.com/repo.git/sub`). All others are found through
//! [`go_import`](super::go_import) tags. See <https://go.dev/ref/mod#vcs-find>.

use super::vcs::{ALL, Vcs};
use crate::domain::text::quote::Quoted;

/// What an import path alone says about its repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticRepo {
    /// The import path of the repository's root.
    pub root: String,
    /// The kind of version control.
    pub vcs: Vcs,
    /// Where the repository is.
    pub location: Location,
}

/// The address of a repository that was found by its path alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A complete URL.
    Url(String),
    /// A URL without its scheme: the first of [`Vcs::schemes`] that answers is to be used.
    AnyScheme(String),
}

/// An import path that cannot be in a repository of the host it names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepoPathError {
    /// The path starts with a URL scheme.
    #[error("{} not allowed in import path", Quoted(scheme))]
    Scheme {
        /// The scheme with its slashes.
        scheme: &'static str,
    },
    /// The path does not have the shape that its host demands.
    #[error("invalid {host} import path {}", Quoted(path))]
    Shape {
        /// The host or the start of the path that was recognised.
        host: &'static str,
        /// The import path.
        path: String,
    },
    /// The repository's name ends in a version-control suffix on a host that has none.
    #[error("invalid version control suffix in {host}/ path")]
    Suffix {
        /// The host.
        host: &'static str,
    },
    /// The host is known to have no modules.
    #[error("no modules on example.net")]
    NoModules,
    /// The path is a bare host that is known not to be a module itself.
    #[error("{path} is not a module")]
    NotAModule {
        /// The import path.
        path: String,
    },
    /// The version-control suffix belongs to a repository that is only a part of the path.
    #[error("mismatched repo: found {root} for {path}")]
    Mismatched {
        /// The root that was found.
        root: String,
        /// The import path.
        path: String,
    },
}

/// A host with a fixed layout of its import paths.
struct Host {
    /// The start of the paths.
    prefix: &'static str,
    vcs: Vcs,
    /// A check for each element after the prefix that belongs to the root.
    elements: &'static [fn(&str) -> bool],
    /// Whether packages may lie below the root.
    below: bool,
    /// Whether a repository's name with a version-control suffix is a mistake.
    refuse_suffix: bool,
}

const HOSTS: &[Host] = &[
    Host {
        prefix: "github.com",
        vcs: Vcs::Git,
        elements: &[is_word, is_word],
        below: true,
        refuse_suffix: true,
    },
    Host {
        prefix: "bitbucket.org",
        vcs: Vcs::Git,
        elements: &[is_word, is_word],
        below: true,
        refuse_suffix: true,
    },
    Host {
        prefix: "hub.jazz.net/git",
        vcs: Vcs::Git,
        elements: &[is_lower_or_digit, is_word],
        below: true,
        refuse_suffix: true,
    },
    Host {
        prefix: "git.apache.org",
        vcs: Vcs::Git,
        elements: &[is_apache_repo],
        below: true,
        refuse_suffix: false,
    },
    Host {
        prefix: "git.openstack.org",
        vcs: Vcs::Git,
        elements: &[is_word, is_word],
        below: true,
        refuse_suffix: false,
    },
    Host {
        prefix: "chiselapp.com",
        vcs: Vcs::Fossil,
        elements: &[
            |e| e == "user",
            is_alphanumeric,
            |e| e == "repository",
            is_word,
        ],
        below: false,
        refuse_suffix: false,
    },
];

/// Returns the repository of `path` if the path alone tells it, or `None` if its host must be asked.
pub fn static_repo(path: &str) -> Result<Option<StaticRepo>, RepoPathError> {
    if has_path_prefix(path, "example.net") {
        return Err(RepoPathError::NoModules);
    }
    if path == "rsc.io" {
        return Err(RepoPathError::NotAModule {
            path: path.to_owned(),
        });
    }
    for (start, scheme) in [("http:", "http://"), ("https:", "https://")] {
        if path.starts_with(start) {
            return Err(RepoPathError::Scheme { scheme });
        }
    }
    match HOSTS.iter().find(|host| has_path_prefix(path, host.prefix)) {
        Some(host) => host.repo(path).map(Some),
        None => repo_by_suffix(path),
    }
}

/// Returns the repository of a path on a host that had a fixed layout before it served go-import
/// tags: to be asked only when those could not be had.
pub fn static_repo_after_lookup(path: &str) -> Option<StaticRepo> {
    let rest = path.strip_prefix("launchpad.net/")?;
    let elements: Vec<&str> = rest.split('/').collect();
    let root_len = match elements.as_slice() {
        [user, branch, name, ..]
            if user.strip_prefix('~').is_some_and(is_word)
                && (*branch == "+junk" || is_word(branch))
                && is_word(name) =>
        {
            3
        }
        [project, ..] if is_word(project) => elements.len().min(2),
        _ => return None,
    };
    if !elements[root_len.min(elements.len())..]
        .iter()
        .copied()
        .all(is_word)
        || (root_len == 2 && !is_word(elements[1]))
    {
        return None;
    }
    let root = format!("launchpad.net/{}", elements[..root_len].join("/"));
    let location = Location::Url(format!("https://{root}"));
    Some(StaticRepo {
        root,
        vcs: Vcs::Bzr,
        location,
    })
}

/// Reports whether `path` is `prefix` or lies below it.
pub fn has_path_prefix(path: &str, prefix: &str) -> bool {
    match path.strip_prefix(prefix) {
        Some(rest) => {
            rest.is_empty() || prefix.is_empty() || prefix.ends_with('/') || rest.starts_with('/')
        }
        None => false,
    }
}

impl Host {
    fn repo(&self, path: &str) -> Result<StaticRepo, RepoPathError> {
        let shape = || RepoPathError::Shape {
            host: self.prefix,
            path: path.to_owned(),
        };
        let rest = path.get(self.prefix.len() + 1..).ok_or_else(shape)?;
        let elements: Vec<&str> = rest.split('/').collect();
        let root_len = self.elements.len();
        let fits = root_len <= elements.len()
            && (self.below || root_len == elements.len())
            && self
                .elements
                .iter()
                .zip(&elements)
                .all(|(check, element)| check(element))
            && elements[root_len..].iter().copied().all(is_word);
        if !fits {
            return Err(shape());
        }
        let root = format!("{}/{}", self.prefix, elements[..root_len].join("/"));
        if self.refuse_suffix && ALL.iter().any(|vcs| suffix_of(&root, *vcs).is_some()) {
            return Err(RepoPathError::Suffix { host: self.prefix });
        }
        let location = Location::Url(format!("https://{root}"));
        Ok(StaticRepo {
            root,
            vcs: self.vcs,
            location,
        })
    }
}

/// Finds the first element, after the host, that ends in a version-control suffix.
fn repo_by_suffix(path: &str) -> Result<Option<StaticRepo>, RepoPathError> {
    let elements: Vec<&str> = path.split('/').collect();
    // The elements below the root must all be plain, so the search is over where they begin to be.
    let plain_from = elements
        .iter()
        .rposition(|e| !is_plain(e))
        .map_or(0, |last| last + 1);
    for host_at in plain_from.saturating_sub(1)..elements.len() {
        let Some(host_start) = host_start(elements[host_at]) else {
            continue;
        };
        let found =
            (host_at + 1..elements.len()).find_map(|at| Some((at, vcs_suffix(elements[at])?)));
        let Some((at, vcs)) = found else {
            return Ok(None);
        };
        let root = elements[host_at..=at].join("/")[host_start..].to_owned();
        if 0 < host_at || 0 < host_start {
            // The go command would ask this other host; a path names only its own.
            return Err(RepoPathError::Mismatched {
                root,
                path: path.to_owned(),
            });
        }
        let repo = root[..root.len() - vcs.name().len() - 1].to_owned();
        return Ok(Some(StaticRepo {
            root,
            vcs,
            location: Location::AnyScheme(repo),
        }));
    }
    Ok(None)
}

/// Returns where in `element` a host name with a dot begins that reaches to its end (or to a port).
fn host_start(element: &str) -> Option<usize> {
    let name = match element.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => element,
    };
    let is_host = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
    let start = name
        .bytes()
        .rposition(|b| !is_host(b))
        .map_or(0, |at| at + 1);
    let host = &name[start..];
    let inner = host.get(1..host.len().saturating_sub(1))?;
    inner.contains('.').then_some(start)
}

/// Returns the kind whose suffix `element` ends in, if something stands before the suffix.
fn vcs_suffix(element: &str) -> Option<Vcs> {
    let name = element.strip_prefix('~').unwrap_or(element);
    ALL.into_iter()
        .find(|vcs| suffix_of(name, *vcs).is_some_and(|stem| !stem.is_empty()))
}

fn suffix_of(text: &str, vcs: Vcs) -> Option<&str> {
    text.strip_suffix(vcs.name())?.strip_suffix('.')
}

/// Reports whether an element may lie between a host and its end: a word, perhaps after a tilde.
fn is_plain(element: &str) -> bool {
    is_word(element.strip_prefix('~').unwrap_or(element))
}

fn is_word(element: &str) -> bool {
    all_of(element, |b| {
        b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')
    })
}

fn is_alphanumeric(element: &str) -> bool {
    all_of(element, |b| b.is_ascii_alphanumeric())
}

fn is_lower_or_digit(element: &str) -> bool {
    all_of(element, |b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_apache_repo(element: &str) -> bool {
    let stem = element.strip_suffix(".git").unwrap_or_default();
    all_of(stem, |b| {
        b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-')
    })
}

fn all_of(element: &str, allowed: impl Fn(u8) -> bool) -> bool {
    !element.is_empty() && element.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expect: &str) {
        let got = match static_repo(path) {
            Ok(None) => "ask".to_owned(),
            Ok(Some(StaticRepo {
                root,
                vcs,
                location: Location::Url(url),
            })) => {
                format!("{root} {vcs} {url}")
            }
            Ok(Some(StaticRepo {
                root,
                vcs,
                location: Location::AnyScheme(repo),
            })) => {
                format!("{root} {vcs} *://{repo}")
            }
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(got, expect, "{path}");
    }

    #[test]
    fn hosts_with_a_fixed_layout() {
        check(
            "github.com/a/b",
            "github.com/a/b git https://github.com/a/b",
        );
        check(
            "github.com/a/b/c/v2",
            "github.com/a/b git https://github.com/a/b",
        );
        check(
            "github.com/a/b.c",
            "github.com/a/b.c git https://github.com/a/b.c",
        );
        check(
            "github.com/a/b.git",
            "error: invalid version control suffix in github.com/ path",
        );
        check(
            "github.com/a",
            "error: invalid github.com import path \"github.com/a\"",
        );
        check(
            "github.com",
            "error: invalid github.com import path \"github.com\"",
        );
        check(
            "github.com/a/b/",
            "error: invalid github.com import path \"github.com/a/b/\"",
        );
        check(
            "github.com/a/b~",
            "error: invalid github.com import path \"github.com/a/b~\"",
        );
        check("github.community/a/b", "ask");
        check(
            "bitbucket.org/x/y/z",
            "bitbucket.org/x/y git https://bitbucket.org/x/y",
        );
        check(
            "hub.jazz.net/git/u1/p/q",
            "hub.jazz.net/git/u1/p git https://hub.jazz.net/git/u1/p",
        );
        check(
            "hub.jazz.net/git/U/p",
            "error: invalid hub.jazz.net/git import path \"hub.jazz.net/git/U/p\"",
        );
        check("hub.jazz.net/x", "ask");
        check(
            "git.apache.org/a.git/b",
            "git.apache.org/a.git git https://git.apache.org/a.git",
        );
        check(
            "git.apache.org/a/b",
            "error: invalid git.apache.org import path \"git.apache.org/a/b\"",
        );
        check(
            "git.openstack.org/o/s.git/x",
            "git.openstack.org/o/s.git git https://git.openstack.org/o/s.git",
        );
        check(
            "chiselapp.com/user/k/repository/f",
            "chiselapp.com/user/k/repository/f fossil https://chiselapp.com/user/k/repository/f",
        );
        check(
            "chiselapp.com/user/k/repository/f/x",
            "error: invalid chiselapp.com import path \"chiselapp.com/user/k/repository/f/x\"",
        );
    }

    #[test]
    fn suffixes() {
        check(
            "example.com/a.git",
            "example.com/a.git git *://example.com/a",
        );
        check(
            "example.com/a/b.hg/c/v3",
            "example.com/a/b.hg hg *://example.com/a/b",
        );
        check(
            "example.com:80/~me/a.svn",
            "example.com:80/~me/a.svn svn *://example.com:80/~me/a",
        );
        check(
            "example.com/a.git/b.git",
            "example.com/a.git git *://example.com/a",
        );
        check(
            "example.com/a.git.git",
            "example.com/a.git.git git *://example.com/a.git",
        );
        check("example.com/.git", "ask");
        check("example.com/agit", "ask");
        check("example.com/a.gitx/b", "ask");
        check("localhost/a.git", "ask");
        check("example.com/x/v2", "ask");
        check(
            "example.com/a+b/c.d/e.git",
            "error: mismatched repo: found c.d/e.git for example.com/a+b/c.d/e.git",
        );
    }

    #[test]
    fn refused() {
        check(
            "https:/example.com/a",
            "error: \"https://\" not allowed in import path",
        );
        check("example.net/a", "error: no modules on example.net");
        check("rsc.io", "error: rsc.io is not a module");
        check("rsc.io/quote", "ask");
    }

    #[test]
    fn launchpad_after_a_failed_lookup() {
        let root = |path| static_repo_after_lookup(path).map(|repo| repo.root);
        assert_eq!(root("launchpad.net/p").as_deref(), Some("launchpad.net/p"));
        assert_eq!(
            root("launchpad.net/p/s/x").as_deref(),
            Some("launchpad.net/p/s")
        );
        assert_eq!(
            root("launchpad.net/~u/+junk/b/x").as_deref(),
            Some("launchpad.net/~u/+junk/b")
        );
        assert_eq!(root("launchpad.net/~u"), None);
        assert_eq!(root("launchpad.net/p//x"), None);
        assert_eq!(root("example.com/p"), None);
    }
}
