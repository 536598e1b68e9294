//! The URLs that GOPROXY may name: http, https and directories.

use std::path::PathBuf;

use thiserror::Error;
use url::Url;

use crate::adapters::http::redacted;

/// One of the URLs of GOPROXY.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl(pub(super) Place);

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Place {
    Http(Url),
    /// The directory of a `file:` URL, and its path as the URL spells it.
    File {
        dir: PathBuf,
        path: String,
    },
}

/// A URL that cannot be a proxy.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ProxyUrlError {
    /// There is no scheme.
    #[error("invalid proxy URL missing scheme: {url}")]
    NoScheme {
        /// The URL, without secrets.
        url: String,
    },
    /// The scheme is another one.
    #[error("invalid proxy URL scheme (must be https, http, file): {url}")]
    Scheme {
        /// The URL, without secrets.
        url: String,
    },
    /// A `file:` URL has a host, a query or the like.
    #[error("invalid file:// proxy URL with non-path elements: {url}")]
    NotOnlyPath {
        /// The URL, without secrets.
        url: String,
    },
    /// The text is no URL.
    #[error("invalid proxy URL {url}: {source}")]
    Syntax {
        /// The URL, without secrets.
        url: String,
        /// What is wrong with it.
        source: url::ParseError,
    },
}

impl ProxyUrl {
    /// Reads one entry of GOPROXY that is neither `direct` nor `off`.
    pub fn parse(text: &str) -> Result<Self, ProxyUrlError> {
        let url = || redacted::text(text);
        let (scheme, rest) = text
            .split_once(':')
            .filter(|(scheme, _)| is_scheme(scheme))
            .ok_or_else(|| ProxyUrlError::NoScheme { url: url() })?;
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => {
                let mut parsed = Url::parse(text)
                    .map_err(|source| ProxyUrlError::Syntax { url: url(), source })?;
                parsed.set_fragment(None);
                Ok(Self(Place::Http(parsed)))
            }
            "file" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if !path.starts_with('/') || path.starts_with("//") || path.contains(['?', '#']) {
                    return Err(ProxyUrlError::NotOnlyPath { url: url() });
                }
                let parsed = Url::parse(&format!("file://{path}"))
                    .map_err(|source| ProxyUrlError::Syntax { url: url(), source })?;
                let dir = parsed
                    .to_file_path()
                    .map_err(|()| ProxyUrlError::NotOnlyPath { url: url() })?;
                Ok(Self(Place::File {
                    dir,
                    path: path.to_owned(),
                }))
            }
            _ => Err(ProxyUrlError::Scheme { url: url() }),
        }
    }

    /// Returns the URL of something below this one.
    pub(in crate::adapters) fn join(&self, relative: &str) -> Self {
        Self(match &self.0 {
            Place::Http(url) => {
                let mut url = url.clone();
                url.set_path(&format!("{}/{relative}", url.path().trim_end_matches('/')));
                Place::Http(url)
            }
            Place::File { dir, path } => Place::File {
                dir: dir.join(relative),
                path: format!("{}/{relative}", path.trim_end_matches('/')),
            },
        })
    }

    /// Reports whether this is a directory on this machine.
    pub fn is_file(&self) -> bool {
        matches!(self.0, Place::File { .. })
    }
}

/// The URL without secrets.
impl std::fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Place::Http(url) => f.write_str(&redacted::text(url.as_str())),
            Place::File { path, .. } => write!(f, "file://{path}"),
        }
    }
}

impl std::fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_url(text: &str, expect: &str) {
        let shown =
            ProxyUrl::parse(text).map_or_else(|error| error.to_string(), |url| url.to_string());
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn proxy_urls_are_http_or_files() {
        check_url(
            "https://me:pw@example.com/go",
            "https://me:xxxxx@example.com/go",
        );
        check_url("FILE:///tmp/proxy", "file:///tmp/proxy");
        check_url("file:/tmp/proxy", "file:///tmp/proxy");
        check_url("/tmp/proxy", "invalid proxy URL missing scheme: /tmp/proxy");
        check_url(
            "ftp://a:b@c",
            "invalid proxy URL scheme (must be https, http, file): ftp://a:xxxxx@c",
        );
        for text in ["file://host/x", "file:///x?q", "file:x", "file://"] {
            check_url(
                text,
                &format!("invalid file:// proxy URL with non-path elements: {text}"),
            );
        }
    }
}
