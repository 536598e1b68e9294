//! Credentials by URL prefix, and the formats in which programs hand them over. See `go help goauth`.

use std::collections::HashMap;

use data_encoding::BASE64;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use thiserror::Error;
use url::Url;

/// Why the output of a program is no set of credentials. Nothing of the output is shown: it holds secrets.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(super) enum FormatError {
    /// The output ends among URLs.
    #[error("invalid format: missing empty line after URLs")]
    OpenUrls,
    /// The output ends among headers.
    #[error("invalid format: missing empty line after headers")]
    OpenHeaders,
    /// A line that should be a URL is none.
    #[error("invalid format: invalid URL line")]
    Url,
    /// A line that should be a header is none.
    #[error("invalid format: invalid header line")]
    Header,
}

/// Headers by URL prefix: host, or host and the beginning of a path.
#[derive(Default)]
pub(super) struct Credentials(HashMap<String, HeaderMap>);

/// What `git credential fill` answered.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct GitCredential {
    pub(super) prefix: String,
    pub(super) username: String,
    pub(super) password: String,
}

impl Credentials {
    /// Keeps headers for a prefix; no headers at all forget what was kept.
    pub(super) fn store(&mut self, prefix: &str, headers: HeaderMap) {
        let prefix = key(prefix).to_owned();
        if headers.is_empty() {
            self.0.remove(&prefix);
        } else {
            self.0.insert(prefix, headers);
        }
    }

    /// Returns the headers of the longest prefix of `url` that has some; prefixes end between path elements.
    pub(super) fn load(&self, url: &Url) -> Option<&HeaderMap> {
        let mut prefix = key(url.as_str());
        loop {
            if let Some(headers) = self.0.get(prefix) {
                return Some(headers);
            }
            prefix = &prefix[..prefix.rfind('/')?];
        }
    }
}

/// Returns the header of basic authentication, marked so that it is never logged.
pub(super) fn basic(user: &str, password: &str) -> HeaderMap {
    let token = BASE64.encode(format!("{user}:{password}").as_bytes());
    let mut value = HeaderValue::try_from(format!("Basic {token}"))
        .expect("base64 is made of letters that headers allow");
    value.set_sensitive(true);
    HeaderMap::from_iter([(AUTHORIZATION, value)])
}

/// Reads what a GOAUTH command prints: blocks of URLs, an empty line, headers, an empty line.
pub(super) fn parse_command(output: &str) -> Result<Vec<(String, HeaderMap)>, FormatError> {
    let mut found = Vec::new();
    let mut rest = output;
    while !rest.is_empty() {
        let mut prefixes = Vec::new();
        while let Some(line) = next_line(&mut rest).ok_or(FormatError::OpenUrls)? {
            prefixes.push(prefix_of(line)?);
        }
        let mut headers = HeaderMap::new();
        while let Some(line) = next_line(&mut rest).ok_or(FormatError::OpenHeaders)? {
            let (name, value) = line.split_once(": ").ok_or(FormatError::Header)?;
            let name = HeaderName::try_from(name).map_err(|_| FormatError::Header)?;
            let mut value = HeaderValue::try_from(value.trim()).map_err(|_| FormatError::Header)?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        found.extend(prefixes.into_iter().map(|prefix| (prefix, headers.clone())));
    }
    Ok(found)
}

/// Reads what `git credential fill` prints: lines `key=value`.
pub(super) fn parse_git(output: &str) -> GitCredential {
    let mut found = GitCredential::default();
    let (mut scheme, mut host, mut path, mut whole) = ("", "", "", None);
    for line in output.split('\n') {
        let Some((key, value)) = line.trim().split_once('=') else {
            continue;
        };
        match key {
            "protocol" => scheme = value,
            "host" => host = value,
            "path" => path = value,
            "username" => value.clone_into(&mut found.username),
            "password" => value.clone_into(&mut found.password),
            "url" if Url::parse(value).is_ok() => whole = Some(value),
            _ => {}
        }
    }
    found.prefix = match whole {
        Some(url) => url.to_owned(),
        None if scheme.is_empty() || host.is_empty() => String::new(),
        None if path.is_empty() => format!("{scheme}://{host}"),
        None => format!("{scheme}://{host}/{}", path.trim_start_matches('/')),
    };
    found
}

/// Takes the next line: `Some(None)` for an empty one, `None` if it is not ended.
#[expect(
    clippy::option_option,
    reason = "the end of a block and the end of the text are different things"
)]
fn next_line<'a>(rest: &mut &'a str) -> Option<Option<&'a str>> {
    let (line, after) = rest.split_once('\n')?;
    *rest = after;
    Some(Some(line).filter(|line| !line.is_empty()))
}

fn prefix_of(line: &str) -> Result<String, FormatError> {
    Url::parse(line)
        .map(String::from)
        .map_err(|_| FormatError::Url)
}

/// Returns a prefix as it is kept: without `https://`, as machines in netrc files are written.
fn key(prefix: &str) -> &str {
    let prefix = prefix.strip_prefix("https://").unwrap_or(prefix);
    prefix.strip_suffix('/').unwrap_or(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(credentials: &Credentials, url: &str) -> Option<String> {
        let headers = credentials.load(&Url::parse(url).unwrap())?;
        Some(headers.get("authorization")?.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_longest_prefix_of_whole_elements_wins() {
        let mut credentials = Credentials::default();
        for (prefix, user) in [
            ("example.com", "host"),
            ("https://example.com/a/b/", "deep"),
        ] {
            credentials.store(prefix, basic(user, "pw"));
        }
        let (host, deep) = (
            Some("Basic aG9zdDpwdw==".to_owned()),
            Some("Basic ZGVlcDpwdw==".to_owned()),
        );
        assert_eq!(token(&credentials, "https://example.com/"), host);
        assert_eq!(token(&credentials, "https://example.com/a"), host);
        assert_eq!(token(&credentials, "https://example.com/a/bc"), host);
        assert_eq!(token(&credentials, "https://example.com/a/b"), deep);
        assert_eq!(token(&credentials, "https://example.com/a/b/c?q=/x"), deep);
        assert_eq!(token(&credentials, "https://example.com.org/a/b"), None);
        assert_eq!(token(&credentials, "https://example.com:8443/a/b"), None);
        credentials.store("example.com", HeaderMap::new());
        assert_eq!(token(&credentials, "https://example.com/"), None);
    }

    #[test]
    fn commands_print_blocks() {
        let output = "https://example.com\nhttps://example.org/x/\n\nAuthorization: Bearer t:k\nX-More: a\nX-More: b\n\nhttps://example.net\n\n\n";
        let found = parse_command(output).unwrap();
        let prefixes: Vec<_> = found
            .iter()
            .map(|(prefix, headers)| (prefix.as_str(), headers.len()))
            .collect();
        assert_eq!(
            prefixes,
            [
                ("https://example.com/", 3),
                ("https://example.org/x/", 3),
                ("https://example.net/", 0)
            ]
        );
        assert_eq!(found[0].1["authorization"], "Bearer t:k");
        assert!(parse_command("").unwrap().is_empty());
        for (bad, error) in [
            ("https://example.com\n", FormatError::OpenUrls),
            ("https://example.com\n\nA: b\n", FormatError::OpenHeaders),
            ("example\n\nA: b\n\n", FormatError::Url),
            ("https://example.com\n\nA:b\n\n", FormatError::Header),
            ("https://example.com\n\nA b: c\n\n", FormatError::Header),
            ("https://example.com\n\nA: b\x07\n\n", FormatError::Header),
        ] {
            assert_eq!(parse_command(bad).unwrap_err(), error, "{bad:?}");
        }
    }

    #[test]
    fn git_prints_fields() {
        let found = parse_git(
            "protocol=https\nhost=example.com\npath=a/b\nusername=me\npassword=p=w\nquit=0\nnoise\n",
        );
        assert_eq!(found.prefix, "https://example.com/a/b");
        assert_eq!(
            (found.username.as_str(), found.password.as_str()),
            ("me", "p=w")
        );
        assert_eq!(
            parse_git("protocol=https\nhost=h\nurl=https://example.org/z\n").prefix,
            "https://example.org/z"
        );
        assert_eq!(parse_git("username=me\nurl=:::\n").prefix, "");
    }
}
