//! GOPROXY: a list of module proxies, with `direct`, `off` and what happens when one fails.
//!
//! See <https://go.dev/ref/mod#goproxy-protocol> and <https://go.dev/ref/mod#module-proxy>.

use std::fmt;

use super::go_url::{self, UrlFault};
use super::paths::Style;
use super::redact;
use crate::domain::text::quote::Quoted;

/// The proxies in the order in which they are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyList {
    entries: Vec<ProxyEntry>,
}

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyEntry {
    /// What is asked.
    pub target: ProxyTarget,
    /// When the next entry is asked.
    pub fallback: Fallback,
}

/// What an entry asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyTarget {
    /// The origin, but only for modules that GONOPROXY names; not written in GOPROXY. It stands
    /// first whenever GONOPROXY is set, and counts as "not found" for all other modules.
    NoProxy,
    /// The origin, by its version control system.
    Direct,
    /// Nothing: the module is not available.
    Off,
    /// A module proxy.
    Url(ProxyUrl),
}

/// When a failure of an entry lets the next one have a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// When the answer is "not found" (404 or 410): the entry ends with a comma, or is the last one.
    NotFound,
    /// After any failure: the entry ends with a vertical bar.
    AnyError,
}

/// The URL of a module proxy. It may hold a password, so it prints redacted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProxyUrl {
    text: String,
}

/// Why GOPROXY cannot be used; in the words of the go command, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyListError {
    /// Only separators and white space, or nothing.
    #[error("GOPROXY list is not the empty string, but contains no entries")]
    Empty,
    /// Not a URL.
    #[error("parse {}: {fault}", Quoted(.url))]
    Parse {
        /// The URL, redacted.
        url: String,
        /// The reason.
        fault: UrlFault,
    },
    /// A word that is neither `direct` nor `off`, or an absolute path.
    #[error("invalid proxy URL missing scheme: {url}")]
    MissingScheme {
        /// The entry, redacted.
        url: String,
    },
    /// A scheme without a protocol.
    #[error("invalid proxy URL scheme (must be https, http, file): {url}")]
    Scheme {
        /// The URL, redacted.
        url: String,
    },
    /// A file URL with a host, a query or a fragment, or without `//`.
    #[error("invalid file:// proxy URL with non-path elements: {url}")]
    FileParts {
        /// The URL, redacted.
        url: String,
    },
}

impl ProxyList {
    /// Reads the values of GOPROXY and GONOPROXY, on the platform `os` (a GOOS).
    ///
    /// `direct` and `off` end the list: what follows is not even looked at.
    pub fn parse(goproxy: &str, gonoproxy: &str, os: &str) -> Result<Self, ProxyListError> {
        let mut entries = Vec::new();
        if !gonoproxy.is_empty() && goproxy != "direct" {
            entries.push(ProxyEntry {
                target: ProxyTarget::NoProxy,
                fallback: Fallback::NotFound,
            });
        }
        let implied = entries.len();
        for piece in goproxy.split_inclusive([',', '|']) {
            let fallback = if piece.ends_with('|') {
                Fallback::AnyError
            } else {
                Fallback::NotFound
            };
            let text = piece.trim_end_matches([',', '|']).trim();
            let target = match text {
                "" => continue,
                "direct" => ProxyTarget::Direct,
                "off" => ProxyTarget::Off,
                text => ProxyTarget::Url(ProxyUrl::in_list(text, Style::of(os), goproxy)?),
            };
            let ProxyTarget::Url(_) = target else {
                entries.push(ProxyEntry {
                    target,
                    fallback: Fallback::NotFound,
                });
                break;
            };
            entries.push(ProxyEntry { target, fallback });
        }
        if entries.len() == implied {
            return Err(ProxyListError::Empty);
        }
        Ok(Self { entries })
    }

    /// Yields the entries in order.
    pub fn iter(&self) -> std::slice::Iter<'_, ProxyEntry> {
        self.entries.iter()
    }

    /// Returns the entries in order; there is at least one.
    pub fn entries(&self) -> &[ProxyEntry] {
        &self.entries
    }
}

impl<'a> IntoIterator for &'a ProxyList {
    type Item = &'a ProxyEntry;
    type IntoIter = std::slice::Iter<'a, ProxyEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl ProxyUrl {
    /// Reads one URL with its scheme.
    pub fn parse(text: &str) -> Result<Self, ProxyListError> {
        Self::checked(text.to_owned(), text)
    }

    /// Returns the URL as written, with its password. For requests only.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the URL without secrets.
    pub fn redacted(&self) -> String {
        redact::url(&self.text).into_owned()
    }

    /// Reads an entry of the list: `https://` is implied where the text looks like a host or a
    /// host with a path, but not for single words and absolute paths.
    fn in_list(text: &str, style: Style, whole: &str) -> Result<Self, ProxyListError> {
        let is_bare = text.contains(['.', ':', '/'])
            && !text.contains(":/")
            && !style.is_abs(text)
            && !text.starts_with('/');
        let text = if is_bare {
            format!("https://{text}")
        } else {
            text.to_owned()
        };
        Self::checked(text, whole)
    }

    /// Checks a URL. `whole` is the value that it stands in: a password with a comma is in several entries.
    fn checked(text: String, whole: &str) -> Result<Self, ProxyListError> {
        let shown = || {
            if whole.contains('@') {
                redact::url_in_list(&text).into_owned()
            } else {
                text.clone()
            }
        };
        let parts = match go_url::parse(&text) {
            Ok(parts) => parts,
            Err((fault, _)) if whole.contains('@') => {
                return Err(ProxyListError::Parse {
                    url: shown(),
                    fault: fault.redacted(),
                });
            }
            Err((fault, at)) => {
                return Err(ProxyListError::Parse {
                    url: at.to_owned(),
                    fault,
                });
            }
        };
        match parts.scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => {}
            "file" => {
                let is_path = parts.authority == Some("")
                    && parts.query.is_none()
                    && parts.fragment.is_empty();
                if !is_path {
                    return Err(ProxyListError::FileParts { url: shown() });
                }
            }
            "" => return Err(ProxyListError::MissingScheme { url: shown() }),
            _ => return Err(ProxyListError::Scheme { url: shown() }),
        }
        Ok(Self { text })
    }
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyUrl({})", self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(goproxy: &str, expect: &str) {
        assert_eq!(
            ProxyList::parse(goproxy, "", "linux")
                .unwrap_err()
                .to_string(),
            expect
        );
    }

    #[test]
    fn messages_hide_passwords() {
        refuses(
            "https://u:secret@a:b",
            "parse \"https://xxxxx@a:b\": invalid port after host",
        );
        refuses(
            "https://u:secret/1@a",
            "parse \"https://xxxxx@a\": invalid port after host",
        );
        refuses(
            "https://u:sec,ret@a",
            "parse \"https://xxxxx\": invalid port after host",
        );
        refuses(
            "ftp://u:secret@a",
            "invalid proxy URL scheme (must be https, http, file): ftp://xxxxx@a",
        );
        let list = ProxyList::parse("https://u:secret@a/x", "", "linux").unwrap();
        assert!(!format!("{list:?}").contains("secret"));
        assert_eq!(list.entries().len(), 1);
    }

    #[test]
    fn absolute_paths_are_those_of_the_platform() {
        refuses(
            r"C:\x",
            "parse \"https://C:\\\\x\": invalid port \":\\\\x\" after host",
        );
        let error = ProxyList::parse(r"C:\x", "", "windows")
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            r"invalid proxy URL scheme (must be https, http, file): C:\x"
        );
    }
}
