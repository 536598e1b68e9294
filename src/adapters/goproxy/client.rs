//! Questions to one proxy and what its answers mean.
//!
//! One proxy, one question: which of several proxies is asked next is not decided here.
//! See <https://go.dev/ref/mod#goproxy-protocol>.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use url::Url;

use super::detail::detail;
use super::error::{ProxyError, ProxyFault};
use super::url::{Place, ProxyUrl};
use crate::adapters::http::client::{HttpClient, Response, Sink};
use crate::adapters::info_json;
use crate::domain::module::info::RevInfo;
use crate::domain::module::path::{self, EscapeError};
use crate::domain::module::timestamp::Timestamp;
use crate::domain::module::{ModulePath, ModuleVersion, Version, pseudo, version};

/// The largest go.mod file, as in the go command.
const MAX_GO_MOD: u64 = 16 << 20;
/// The largest module zip, as in the go command.
const MAX_ZIP: u64 = 500 << 20;
/// The largest list of versions; the longest in public use are a hundred times smaller.
const MAX_LIST: u64 = 16 << 20;
/// The largest `.info` file.
const MAX_INFO: u64 = 1 << 20;

/// What a proxy has of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyFile<'a> {
    /// `@v/list`: the versions.
    List,
    /// `@latest`: the version to use where there is no other choice.
    Latest,
    /// `.info` of a version, branch or commit.
    Info(&'a str),
    /// `.mod` of a version: its go.mod file.
    Mod(&'a str),
    /// `.zip` of a version.
    Zip(&'a str),
}

/// Asks proxies; clones share connections.
#[derive(Clone)]
pub struct ProxyClient {
    http: HttpClient,
}

impl ProxyClient {
    /// Makes a client on top of an HTTP client.
    pub fn new(http: HttpClient) -> Self {
        Self { http }
    }

    /// Returns one file of a module, as the proxy has it and no larger than such a file may be.
    pub async fn get(
        &self,
        proxy: &ProxyUrl,
        path: &ModulePath,
        file: ProxyFile<'_>,
    ) -> Result<Vec<u8>, ProxyError> {
        let answer = self.fetch(proxy, path, file).await;
        answer
            .map(|found| found.bytes)
            .map_err(|fault| error(path, file.version(), fault))
    }

    /// Returns the versions that start with `prefix`, pseudo-versions left out, in ascending order.
    pub async fn versions(
        &self,
        proxy: &ProxyUrl,
        path: &ModulePath,
        prefix: &str,
    ) -> Result<Vec<Version>, ProxyError> {
        let list = self.get(proxy, path, ProxyFile::List).await?;
        Ok(parse_list(&String::from_utf8_lossy(&list), prefix))
    }

    /// Returns what the proxy takes for the latest version: its own opinion, or else the newest entry of its list.
    pub async fn latest(&self, proxy: &ProxyUrl, path: &ModulePath) -> Result<RevInfo, ProxyError> {
        match self.fetch(proxy, path, ProxyFile::Latest).await {
            Ok(found) => parse_info(proxy, &found).map_err(|fault| error(path, None, fault)),
            Err(fault) if fault.is_not_found() => self.latest_of_list(proxy, path).await,
            Err(fault) => Err(error(path, None, fault)),
        }
    }

    /// Returns what the proxy knows of a version, branch or commit.
    pub async fn stat(
        &self,
        proxy: &ProxyUrl,
        path: &ModulePath,
        rev: &str,
    ) -> Result<RevInfo, ProxyError> {
        let fault = |fault| error(path, Some(rev), fault);
        let found = self
            .fetch(proxy, path, ProxyFile::Info(rev))
            .await
            .map_err(fault)?;
        let info = parse_info(proxy, &found).map_err(fault)?;
        // A proxy may turn a branch into a version, but never one valid version into another.
        let is_exact =
            version::canonical_version(rev) == rev && path::check(path.as_str(), rev).is_ok();
        if is_exact && info.version.as_str() != rev {
            return Err(fault(ProxyFault::OtherVersion {
                returned: info.version,
            }));
        }
        Ok(info)
    }

    /// Returns the go.mod file of a version; whether it can be believed is for the caller to find out.
    pub async fn go_mod(
        &self,
        proxy: &ProxyUrl,
        path: &ModulePath,
        version: &Version,
    ) -> Result<Vec<u8>, ProxyError> {
        if version::canonical_version(version.as_str()) != version.as_str() {
            return Err(error(
                path,
                Some(version.as_str()),
                ProxyFault::NotCanonical,
            ));
        }
        self.get(proxy, path, ProxyFile::Mod(version.as_str()))
            .await
    }

    /// Writes the zip of a version to a file; whether it can be believed is for the caller to find out.
    pub async fn zip(
        &self,
        proxy: &ProxyUrl,
        module: &ModuleVersion,
        sink: Sink<'_>,
    ) -> Result<(), ProxyError> {
        let (path, version) = (&module.path, module.version.as_str());
        let fault = |fault| error(path, Some(version), fault);
        if version::canonical_version(version) != version {
            return Err(fault(ProxyFault::NotCanonical));
        }
        self.zip_into(proxy, path, ProxyFile::Zip(version), sink)
            .await
            .map_err(fault)
    }

    async fn zip_into(
        &self,
        proxy: &ProxyUrl,
        path: &ModulePath,
        file: ProxyFile<'_>,
        sink: Sink<'_>,
    ) -> Result<(), ProxyFault> {
        let relative = format!("{}/{}", path::escape_path(path.as_str())?, file.name()?);
        match &proxy.0 {
            Place::Http(base) => {
                let url = below(base, &relative);
                let response = self.http.get_into(&url, file.limit(), sink).await?;
                answered(&response)
            }
            Place::File { dir, path } => {
                let url = file_url(path, &relative);
                copy_file(&url, &dir.join(relative), file.limit(), sink)
            }
        }
    }

    async fn latest_of_list(
        &self,
        proxy: &ProxyUrl,
        path: &ModulePath,
    ) -> Result<RevInfo, ProxyError> {
        let list = self.get(proxy, path, ProxyFile::List).await?;
        match newest(&String::from_utf8_lossy(&list)) {
            Some(version) => self.stat(proxy, path, &version).await,
            None => Err(error(path, None, ProxyFault::NoCommits)),
        }
    }

    async fn fetch(
        &self,
        proxy: &ProxyUrl,
        path: &ModulePath,
        file: ProxyFile<'_>,
    ) -> Result<Found, ProxyFault> {
        let relative = format!("{}/{}", path::escape_path(path.as_str())?, file.name()?);
        self.fetch_below(proxy, &relative, file.limit()).await
    }

    /// Returns a file that is not of a module: what a proxy hands on from a checksum database, say.
    pub(in crate::adapters) async fn get_below(
        &self,
        base: &ProxyUrl,
        relative: &str,
        limit: u64,
    ) -> Result<Vec<u8>, ProxyFault> {
        let found = self.fetch_below(base, relative, limit).await?;
        Ok(found.bytes)
    }

    async fn fetch_below(
        &self,
        proxy: &ProxyUrl,
        relative: &str,
        limit: u64,
    ) -> Result<Found, ProxyFault> {
        match &proxy.0 {
            Place::Http(base) => self.fetch_http(base, relative, limit).await,
            Place::File { dir, path } => {
                let url = file_url(path, relative);
                let bytes = read_file(&url, dir.join(relative), limit)?;
                Ok(Found { url, bytes })
            }
        }
    }

    async fn fetch_http(
        &self,
        base: &Url,
        relative: &str,
        limit: u64,
    ) -> Result<Found, ProxyFault> {
        let response = self.http.get(&below(base, relative), limit).await?;
        answered(&response)?;
        let url = response.requested.as_str().to_owned();
        Ok(Found {
            url,
            bytes: response.body,
        })
    }
}

fn below(base: &Url, relative: &str) -> Url {
    let mut url = base.clone();
    let parts = base.path().split('/').filter(|part| !part.is_empty());
    let prefix: String = parts.flat_map(|part| ["/", part]).collect();
    url.set_path(&format!("{prefix}/{}", escape_url(relative)));
    url
}

fn file_url(path: &str, relative: &str) -> String {
    let base = path.trim_end_matches('/');
    format!("file://{base}/{}", escape_url(relative))
}

/// Takes every status but 200 for an error.
fn answered(response: &Response) -> Result<(), ProxyFault> {
    if response.status == 200 {
        return Ok(());
    }
    Err(ProxyFault::Status {
        url: response.requested.as_str().to_owned(),
        status: response.status,
        detail: detail(response),
    })
}

impl ProxyFile<'_> {
    fn name(self) -> Result<String, EscapeError> {
        let of = |version, suffix| Ok(format!("@v/{}.{suffix}", path::escape_version(version)?));
        match self {
            Self::List => Ok("@v/list".to_owned()),
            Self::Latest => Ok("@latest".to_owned()),
            Self::Info(version) => of(version, "info"),
            Self::Mod(version) => of(version, "mod"),
            Self::Zip(version) => of(version, "zip"),
        }
    }

    fn version(&self) -> Option<&str> {
        match self {
            Self::List | Self::Latest => None,
            Self::Info(version) | Self::Mod(version) | Self::Zip(version) => Some(version),
        }
    }

    fn limit(self) -> u64 {
        match self {
            Self::List => MAX_LIST,
            Self::Latest | Self::Info(_) => MAX_INFO,
            Self::Mod(_) => MAX_GO_MOD,
            Self::Zip(_) => MAX_ZIP,
        }
    }
}

/// A file that a proxy had, and where.
struct Found {
    url: String,
    bytes: Vec<u8>,
}

fn error(path: &ModulePath, version: Option<&str>, fault: ProxyFault) -> ProxyError {
    ProxyError {
        path: path.clone(),
        version: version.map(Version::new),
        fault,
    }
}

/// Reads the lines of a version list: what is no version, or a pseudo-version, is passed over in silence, as in Go.
fn parse_list(list: &str, prefix: &str) -> Vec<Version> {
    let words = list
        .split('\n')
        .filter_map(|line| line.split_whitespace().next());
    let tagged = words.filter(|word| {
        version::is_valid(word) && word.starts_with(prefix) && !pseudo::is_pseudo(word)
    });
    let mut versions: Vec<Version> = tagged.map(Version::new).collect();
    versions.sort_by(|left, right| version::compare_total(left.as_str(), right.as_str()));
    versions
}

/// Returns the newest entry of a list by the time it states, or that of its pseudo-version.
///
/// A tagged version without a time does not count: this is only asked where there were no tagged versions a moment ago.
fn newest(list: &str) -> Option<String> {
    let mut best: Option<(Timestamp, &str)> = None;
    for line in list.split('\n') {
        let mut words = line.split_whitespace();
        let Some(word) = words.next().filter(|word| version::is_valid(word)) else {
            continue;
        };
        let time = match words.next() {
            Some(time) => Timestamp::parse_rfc3339(time),
            None if pseudo::is_pseudo(word) => pseudo::time(word).ok(),
            None => None,
        };
        let Some(time) = time else { continue };
        if best.map_or(Timestamp::ZERO, |(time, _)| time) < time {
            best = Some((time, word));
        }
    }
    best.map(|(_, word)| word.to_owned())
}

fn parse_info(proxy: &ProxyUrl, found: &Found) -> Result<RevInfo, ProxyFault> {
    info_json::parse(&found.bytes).map_err(|source| ProxyFault::Invalid {
        proxy: proxy.to_string(),
        url: found.url.clone(),
        source,
    })
}

fn read_file(url: &str, file: PathBuf, limit: u64) -> Result<Vec<u8>, ProxyFault> {
    let fault = |error: std::io::Error| ProxyFault::File {
        url: url.to_owned(),
        kind: error.kind(),
        reason: error.to_string(),
    };
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(fault)?;
    opened
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(fault)?;
    if limit < bytes.len() as u64 {
        return Err(ProxyFault::TooLarge {
            url: url.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}

/// Copies a file of at most `limit` bytes.
fn copy_file(url: &str, file: &Path, limit: u64, sink: Sink<'_>) -> Result<(), ProxyFault> {
    let fault = |error: std::io::Error| ProxyFault::File {
        url: url.to_owned(),
        kind: error.kind(),
        reason: error.to_string(),
    };
    let opened = std::fs::File::open(file).map_err(fault)?;
    let mut to = sink.file;
    let copied = std::io::copy(&mut opened.take(limit + 1), &mut to).map_err(fault)?;
    if limit < copied {
        return Err(ProxyFault::TooLarge {
            url: url.to_owned(),
            limit,
        });
    }
    (sink.progress)(copied);
    Ok(())
}

/// Escapes a path for a URL as Go does: `!` as well, but neither `/` nor `@`.
fn escape_url(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => escaped.push(char::from(byte)),
            b'-' | b'_' | b'.' | b'~' | b'$' | b'&' | b'+' | b':' | b'=' | b'@' | b'/' => {
                escaped.push(char::from(byte));
            }
            _ => {
                use std::fmt::Write as _;
                write!(escaped, "%{byte:02X}").expect("writing to a string does not fail");
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cleaned_and_sorted() {
        let list = "v1.10.0\n v1.9.0 2020-01-01T00:00:00Z\r\njunk\n<html>\nv0.0.0-20200101000000-0123456789ab\nv1.9.0-rc.1\nv1\n\nv2.0.0";
        let versions = |prefix| {
            parse_list(list, prefix)
                .iter()
                .map(Version::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            versions(""),
            ["v1", "v1.9.0-rc.1", "v1.9.0", "v1.10.0", "v2.0.0"]
        );
        assert_eq!(versions("v1.9."), ["v1.9.0-rc.1", "v1.9.0"]);
    }

    #[test]
    fn newest_goes_by_time_and_ignores_tags_without_one() {
        let list = "v1.0.0\nv0.0.0-20200101000000-0123456789ab\nv0.0.0-20210101000000-0123456789ab\nv0.1.0 2020-06-01T00:00:00Z\nv0.2.0 never";
        assert_eq!(
            newest(list).as_deref(),
            Some("v0.0.0-20210101000000-0123456789ab")
        );
        assert_eq!(newest("v1.0.0\n"), None);
        assert_eq!(
            newest("v1.0.0 0001-01-01T00:00:00Z"),
            None,
            "the zero time is no time"
        );
    }

    #[test]
    fn urls_are_escaped_as_in_go() {
        assert_eq!(
            escape_url("github.com/!burnt!sushi/toml/@v/v1.0.0+incompatible.mod"),
            "github.com/%21burnt%21sushi/toml/@v/v1.0.0+incompatible.mod"
        );
    }
}
