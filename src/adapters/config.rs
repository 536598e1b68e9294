//! modsmith.toml: settings of this program, with the place of each value.
//!
//! ```toml
//! [network]
//! offline = false          # never touch the network
//! ca-file = "corp.pem"     # also trust these roots; relative to this file
//! concurrency = 16         # requests at once
//!
//! [output]
//! color = "auto"           # auto, always, never
//! format = "text"          # text, json: for commands that know it
//!
//! [go]                     # Go's own variables; they win over the process environment
//! GOPROXY = "file:proxy"   # a relative file URL or path counts from this file
//!
//! [[cycles.allow]]         # a cycle of modules that `graph cycles` lets pass
//! modules = ["example.com/a", "example.com/b"]
//! reason = "split in the next major version"
//! expires = 2027-06-30     # the last day on which it counts
//!
//! [[lint.allow]]           # a finding that `graph lint` leaves out
//! rule = "SEM-003"
//! modules = ["example.com/a"]
//! reason = "both majors are needed until the migration ends"
//! expires = 2027-06-30
//! ```
//!
//! A file found beside the module comes with the module: whoever wrote it may be a stranger. Such a file may not
//! decide whom to trust, so `[go]` and `ca-file` count only in a file that the user named. Naming it is as deliberate
//! as a flag, which is why `[go]` then wins over the environment.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;
use toml::Spanned;

use crate::domain::goenv::resolve::ConfigSetting;
use crate::domain::waiver::{Waiver, is_day};

/// The name of the file that is looked for.
pub const FILE_NAME: &str = "modsmith.toml";

/// The variables of `[go]` whose value is a path on this machine.
const PATH_VARIABLES: &[&str] = &["GOMODCACHE", "GOPATH", "GOWORK"];

/// The variables that `[go]` may set.
pub const GO_VARIABLES: &[&str] = &[
    "GOAUTH",
    "GOFLAGS",
    "GOINSECURE",
    "GOMODCACHE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOPATH",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
    "GOVCS",
    "GOWORK",
];

/// The settings of one file; absent things are left to the next origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The file, when there is one.
    pub file: Option<PathBuf>,
    /// `network.offline`
    pub offline: Option<bool>,
    /// `network.ca-file`, made absolute.
    pub ca_file: Option<PathBuf>,
    /// `network.concurrency`
    pub concurrency: Option<NonZeroUsize>,
    /// `output.color`
    pub color: Option<Color>,
    /// `output.format`
    pub format: Option<Format>,
    /// The variables of `[go]`, sorted by name; paths and `file:` URLs are absolute.
    pub go: Vec<ConfigSetting>,
    /// `cycles.allow`
    pub allowed_cycles: Vec<Waiver>,
    /// `lint.allow`
    pub allowed_findings: Vec<Waiver>,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// How results are printed by commands that know more than one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// As the go command prints it, or for people.
    Text,
    /// JSON.
    Json,
}

/// A place in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Counts from one.
    pub line: usize,
    /// Counts bytes from one.
    pub column: usize,
    /// How many bytes are at fault.
    pub length: usize,
    /// The whole line.
    pub text: String,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not TOML, or has a key or a value that does not exist.
    #[error("{}:{}:{}: {message}", place.file.display(), place.line, place.column)]
    Invalid {
        /// Where.
        place: Place,
        /// What is wrong.
        message: String,
    },
    /// A file that was only found sets something that decides whom to trust.
    #[error("{}:{}:{}: `{key}` decides whom to trust, and nobody named this file", place.file.display(), place.line, place.column)]
    Untrusted {
        /// Where.
        place: Place,
        /// The key, with its table.
        key: String,
    },
}

/// Whether the user named the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Named on the command line or in the environment: everything counts.
    Named,
    /// Found on the way: only what cannot hurt counts.
    Found,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    network: NetworkTable,
    output: OutputTable,
    go: BTreeMap<Spanned<String>, Spanned<String>>,
    cycles: AllowTable,
    lint: AllowTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AllowTable {
    allow: Vec<Spanned<AllowEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowEntry {
    rule: Option<String>,
    modules: Vec<String>,
    reason: String,
    expires: Day,
}

/// A day, as TOML has it or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Day {
    Date(toml::value::Datetime),
    Text(String),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct NetworkTable {
    offline: Option<bool>,
    ca_file: Option<Spanned<PathBuf>>,
    concurrency: Option<NonZeroUsize>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OutputTable {
    color: Option<Color>,
    format: Option<Format>,
}

/// Reads the named file, or else the one found in `directory` or above it.
pub fn load(named: Option<&Path>, directory: &Path) -> Result<Config, ConfigError> {
    if let Some(file) = named {
        let file = clean(&directory.join(file));
        return read(&file, Trust::Named);
    }
    match find(directory) {
        Some(file) => read(&file, Trust::Found),
        None => Ok(Config::default()),
    }
}

/// Parses the text of `file`.
pub fn parse(file: &Path, text: &str, trust: Trust) -> Result<Config, ConfigError> {
    let parsed: File = toml::from_str(text).map_err(|error| ConfigError::Invalid {
        place: place(file, text, error.span().unwrap_or_default()),
        message: error.message().trim_end().replace('\n', "; "),
    })?;
    refuse_trust(file, text, &parsed, trust)?;
    let base = file.parent().unwrap_or(Path::new("."));
    Ok(Config {
        file: Some(file.to_owned()),
        offline: parsed.network.offline,
        ca_file: parsed
            .network
            .ca_file
            .map(|path| base.join(path.into_inner())),
        concurrency: parsed.network.concurrency,
        color: parsed.output.color,
        format: parsed.output.format,
        go: go_variables(file, text, parsed.go)?,
        allowed_cycles: waivers(file, text, parsed.cycles, Rules::One)?,
        allowed_findings: waivers(file, text, parsed.lint, Rules::Named)?,
    })
}

/// Whether exceptions of a table name the rule that they are from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    One,
    Named,
}

fn waivers(
    file: &Path,
    text: &str,
    table: AllowTable,
    rules: Rules,
) -> Result<Vec<Waiver>, ConfigError> {
    let waiver = |entry: Spanned<AllowEntry>| {
        let place = place(file, text, entry.span());
        let line = place.line;
        let entry = entry.into_inner();
        let expires = match entry.expires {
            Day::Date(date) => date.to_string(),
            Day::Text(text) => text,
        };
        let problem = match (rules, &entry.rule) {
            (Rules::One, Some(_)) => Some("unknown field `rule`"),
            (Rules::Named, None) => Some("missing field `rule`"),
            _ if entry.modules.is_empty() => {
                Some("`modules` is empty: an exception names its modules")
            }
            _ if entry.reason.trim().is_empty() => Some("`reason` is empty"),
            _ if !is_day(&expires) => Some("`expires` is no day such as 2027-06-30"),
            _ => None,
        };
        match problem {
            Some(problem) => Err(ConfigError::Invalid {
                place,
                message: problem.to_owned(),
            }),
            None => Ok(Waiver {
                rule: entry.rule.unwrap_or_default(),
                modules: entry.modules,
                reason: entry.reason,
                expires,
                file: file.display().to_string(),
                line,
            }),
        }
    };
    table.allow.into_iter().map(waiver).collect()
}

/// Looks for the file in `directory` and above, up to the root of the repository.
fn find(directory: &Path) -> Option<PathBuf> {
    for folder in directory.ancestors() {
        let file = folder.join(FILE_NAME);
        if file.is_file() {
            return Some(file);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn read(file: &Path, trust: Trust) -> Result<Config, ConfigError> {
    let text = fs::read_to_string(file).map_err(|source| ConfigError::Read {
        path: file.to_owned(),
        source,
    })?;
    parse(file, &text, trust)
}

fn refuse_trust(file: &Path, text: &str, parsed: &File, trust: Trust) -> Result<(), ConfigError> {
    if trust == Trust::Named {
        return Ok(());
    }
    let ca_file = parsed.network.ca_file.as_ref();
    let first = ca_file
        .map(|path| (path.span(), "network.ca-file".to_owned()))
        .or_else(|| {
            let name = parsed.go.keys().min_by_key(|name| name.span().start)?;
            Some((name.span(), format!("go.{}", name.get_ref())))
        });
    match first {
        None => Ok(()),
        Some((span, key)) => Err(ConfigError::Untrusted {
            place: place(file, text, span),
            key,
        }),
    }
}

fn go_variables(
    file: &Path,
    text: &str,
    table: BTreeMap<Spanned<String>, Spanned<String>>,
) -> Result<Vec<ConfigSetting>, ConfigError> {
    let base = file.parent().unwrap_or(Path::new("."));
    table
        .into_iter()
        .map(|(name, value)| {
            let place = place(file, text, name.span());
            let name = name.into_inner();
            if !GO_VARIABLES.contains(&name.as_str()) {
                let message = format!(
                    "unknown variable `{name}`, expected one of {}",
                    GO_VARIABLES.join(", ")
                );
                return Err(ConfigError::Invalid { place, message });
            }
            Ok(ConfigSetting {
                value: absolute(base, &name, value.get_ref()),
                path: place.file.display().to_string(),
                line: place.line,
                name,
            })
        })
        .collect()
}

/// Makes the paths in a value count from `base`.
fn absolute(base: &Path, name: &str, value: &str) -> String {
    if PATH_VARIABLES.contains(&name) && value != "off" && !value.is_empty() {
        return clean(&base.join(value)).display().to_string();
    }
    if name != "GOPROXY" {
        return value.to_owned();
    }
    value
        .split_inclusive([',', '|'])
        .map(|part| absolute_url(base, part))
        .collect()
}

/// Turns `file:relative` into the URL that Go expects; leaves every other proxy as it is.
fn absolute_url(base: &Path, part: &str) -> String {
    let (proxy, separator) = match part.strip_suffix([',', '|']) {
        Some(proxy) => (proxy, &part[proxy.len()..]),
        None => (part, ""),
    };
    match proxy.strip_prefix("file:") {
        Some(path) if !path.starts_with('/') => {
            format!("{}{separator}", file_url(&clean(&base.join(path))))
        }
        _ => part.to_owned(),
    }
}

/// Returns the `file` URL of an absolute path.
pub fn file_url(path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    let mut url = String::from("file://");
    if !path.starts_with('/') {
        url.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' | b':' => {
                url.push(char::from(byte));
            }
            _ => write!(url, "%{byte:02X}").expect("writing to a string"),
        }
    }
    url
}

/// Removes `.` and `..` by name alone.
fn clean(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

fn place(file: &Path, text: &str, span: std::ops::Range<usize>) -> Place {
    let offset = span.start.min(text.len());
    let before = &text.as_bytes()[..offset];
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let rest = &text.as_bytes()[start..];
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let length = span.end.saturating_sub(span.start);
    Place {
        file: file.to_owned(),
        line: memchr::memchr_iter(b'\n', before).count() + 1,
        column: offset - start + 1,
        length: length.min(line.len().saturating_sub(offset - start)),
        text: String::from_utf8_lossy(line)
            .trim_end_matches('\r')
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_error(text: &str, trust: Trust, expect: &str) {
        let error = parse(Path::new("/w/modsmith.toml"), text, trust).unwrap_err();
        assert_eq!(error.to_string(), expect);
    }

    #[cfg(unix)]
    #[test]
    fn reads_every_key() {
        let text = "[network]\noffline = true\nca-file = \"ca.pem\"\nconcurrency = 3\n\
                    [output]\ncolor = \"never\"\nformat = \"json\"\n\
                    [go]\nGOPROXY = \"file:proxy|file:///abs,https://example.com,off\"\nGOMODCACHE = \"../c\"\n";
        let config = parse(Path::new("/w/modsmith.toml"), text, Trust::Named).unwrap();
        assert_eq!(config.offline, Some(true));
        assert_eq!(config.ca_file, Some(PathBuf::from("/w/ca.pem")));
        assert_eq!(config.concurrency, NonZeroUsize::new(3));
        assert_eq!(config.color, Some(Color::Never));
        assert_eq!(config.format, Some(Format::Json));
        let go: Vec<_> = config
            .go
            .iter()
            .map(|setting| (&*setting.name, &*setting.value, setting.line))
            .collect();
        assert_eq!(
            go,
            [
                ("GOMODCACHE", "/c", 10),
                (
                    "GOPROXY",
                    "file:///w/proxy|file:///abs,https://example.com,off",
                    9
                ),
            ]
        );
    }

    #[test]
    fn unknown_keys_have_a_place() {
        check_error(
            "[network]\nofline = true\n",
            Trust::Named,
            "/w/modsmith.toml:2:1: unknown field `ofline`, expected one of `offline`, `ca-file`, `concurrency`",
        );
        check_error(
            "[go]\nGOROOT = \"x\"\n",
            Trust::Named,
            "/w/modsmith.toml:2:1: unknown variable `GOROOT`, expected one of GOAUTH, GOFLAGS, GOINSECURE, GOMODCACHE, GONOPROXY, GONOSUMDB, GOPATH, GOPRIVATE, GOPROXY, GOSUMDB, GOVCS, GOWORK",
        );
        check_error(
            "[output]\n  color = 3\n",
            Trust::Named,
            "/w/modsmith.toml:2:11: wanted string or table",
        );
    }

    #[test]
    fn a_found_file_may_not_decide_whom_to_trust() {
        check_error(
            "[go]\nGOPROXY = \"https://example.com\"\n",
            Trust::Found,
            "/w/modsmith.toml:2:1: `go.GOPROXY` decides whom to trust, and nobody named this file",
        );
        check_error(
            "[network]\nca-file = \"x\"\n",
            Trust::Found,
            "/w/modsmith.toml:2:11: `network.ca-file` decides whom to trust, and nobody named this file",
        );
        let harmless = "[network]\noffline = true\n";
        assert!(parse(Path::new("/w/modsmith.toml"), harmless, Trust::Found).is_ok());
    }
}
