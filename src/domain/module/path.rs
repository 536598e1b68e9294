//! Module and import paths: checks, major-version suffixes, gopkg.in, and the `!x` escaping of cache and proxy.
//!
//! See <https://go.dev/ref/mod#go-mod-file-ident>, <https://go.dev/ref/mod#major-version-suffixes> and
//! <https://go.dev/ref/mod#goproxy-protocol>. Error texts are those of the go command.

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

use super::letters;
use super::version;
use crate::domain::text::quote::{Quoted, QuotedChar};

/// Names that Windows keeps for devices, with any extension and in any case.
const WINDOWS_DEVICES: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8",
    "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// What a path names, and so which rules it obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A module.
    Module,
    /// A package.
    Import,
    /// A file in a module.
    File,
}

/// A path that breaks the rules of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("malformed {kind} path {}: {fault}", Quoted(path))]
pub struct PathError {
    /// What the path was to name.
    pub kind: PathKind,
    /// The path.
    pub path: String,
    /// The rule it breaks.
    pub fault: PathFault,
}

/// A rule that a path breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PathFault {
    /// There is no path.
    #[error("empty string")]
    Empty,
    /// The path starts with a dash, like an option.
    #[error("leading dash")]
    LeadingDash,
    /// The path contains `//`.
    #[error("double slash")]
    DoubleSlash,
    /// The path ends with `/`.
    #[error("trailing slash")]
    TrailingSlash,
    /// The path starts with `/`.
    #[error("leading slash")]
    LeadingSlash,
    /// A module's first element is no domain name.
    #[error("missing dot in first path element")]
    MissingDot,
    /// A module's first element starts with a dash.
    #[error("leading dash in first path element")]
    LeadingDashInDomain,
    /// A module's first element has a character that no domain name has.
    #[error("invalid char {} in first path element", QuotedChar(*.0))]
    DomainChar(char),
    /// The path ends in something like `/v1` or, on gopkg.in, lacks its version.
    #[error("invalid version")]
    Version,
    /// An element is empty.
    #[error("empty path element")]
    EmptyElement,
    /// An element is made of dots.
    #[error("invalid path element {}", Quoted(.0))]
    Dots(String),
    /// An element of a module path starts with a dot.
    #[error("leading dot in path element")]
    LeadingDot,
    /// An element ends with a dot.
    #[error("trailing dot in path element")]
    TrailingDot,
    /// An element has a character that is not allowed.
    #[error("invalid char {}", QuotedChar(*.0))]
    Char(char),
    /// An element is the name of a device on Windows.
    #[error("{} disallowed as path element component on Windows", Quoted(.0))]
    WindowsDevice(String),
    /// An element looks like a short name on Windows, such as `abc~1`.
    #[error("trailing tilde and digits in path element")]
    WindowsShortName,
}

/// A version that is invalid by itself or for the module it is used for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{} {} invalid: {fault}", .fault.noun(), Quoted(version))]
pub struct VersionError {
    /// The version.
    pub version: String,
    /// The rule it breaks.
    pub fault: VersionFault,
}

/// A rule that a version breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VersionFault {
    /// The text is no semantic version.
    #[error("not a semantic version")]
    NotSemantic,
    /// The major version is not that of the path.
    #[error("should be {want}, not {got}")]
    Major {
        /// What the path asks for: a major version or `v0 or v1`.
        want: String,
        /// The major version found; empty for an invalid version.
        got: String,
    },
    /// The text cannot be part of a file name.
    #[error("disallowed version string")]
    Disallowed,
    /// The text is no pseudo-version.
    #[error("syntax error")]
    PseudoSyntax,
    /// The time in a pseudo-version does not exist.
    #[error("malformed time {}", Quoted(.0))]
    PseudoTime(String),
    /// A pseudo-version without a base has a build suffix.
    #[error("lacks base version, but has build metadata {}", Quoted(.0))]
    PseudoBuild(String),
    /// The version before the base would be below zero.
    #[error("version before {0} would have negative patch number")]
    PseudoNegative(String),
}

/// A module path and a version that do not make a module version.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckError {
    /// The path is invalid.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The version is invalid, or invalid for the path.
    #[error("{path}@{}: invalid {}: {}", error.version, error.fault.noun(), error.fault)]
    Version {
        /// The module path.
        path: String,
        /// What is wrong with the version.
        error: VersionError,
    },
}

/// A name that has no escaped form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EscapeError {
    /// The path is invalid.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The version is invalid.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The version has characters beyond ASCII: allowed in file names, but without an escaped form.
    #[error("internal error: inconsistency in EscapePath")]
    NotAscii,
}

/// A text that is not the escaped form of a valid name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnescapeError {
    /// The text has an upper-case letter, a stray `!` or a character beyond ASCII.
    #[error("invalid escaped {kind} {}", Quoted(text))]
    Syntax {
        /// What it was to name.
        kind: EscapedKind,
        /// The text.
        text: String,
    },
    /// What comes out is no module path.
    #[error("invalid escaped module path {}: {error}", Quoted(text))]
    Path {
        /// The escaped text.
        text: String,
        /// What is wrong with the path.
        error: PathError,
    },
    /// What comes out cannot be a version.
    #[error("invalid escaped version {}: {fault}", Quoted(version))]
    Version {
        /// The version, no longer escaped.
        version: String,
        /// The rule of file names that it breaks.
        fault: PathFault,
    },
}

/// What an escaped text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscapedKind {
    /// A module path.
    ModulePath,
    /// A version.
    Version,
}

impl fmt::Display for PathKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Module => "module",
            Self::Import => "import",
            Self::File => "file",
        })
    }
}

impl fmt::Display for EscapedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ModulePath => "module path",
            Self::Version => "version",
        })
    }
}

impl VersionFault {
    /// Returns what Go calls the thing at fault: `version` or `pseudo-version`.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::NotSemantic | Self::Major { .. } | Self::Disallowed => "version",
            Self::PseudoSyntax
            | Self::PseudoTime(_)
            | Self::PseudoBuild(_)
            | Self::PseudoNegative(_) => "pseudo-version",
        }
    }
}

/// Checks that `path` is a valid module path.
pub fn check_path(path: &str) -> Result<(), PathError> {
    check_module(path).map_err(|fault| PathError {
        kind: PathKind::Module,
        path: path.to_owned(),
        fault,
    })
}

/// Checks that `path` is a valid import path.
pub fn check_import_path(path: &str) -> Result<(), PathError> {
    check_elements(path, PathKind::Import).map_err(|fault| PathError {
        kind: PathKind::Import,
        path: path.to_owned(),
        fault,
    })
}

/// Checks that `path` is a valid name of a file in a module, with slashes.
pub fn check_file_path(path: &str) -> Result<(), PathError> {
    check_elements(path, PathKind::File).map_err(|fault| PathError {
        kind: PathKind::File,
        path: path.to_owned(),
        fault,
    })
}

/// Checks that `path` is a module path, `version` a semantic version, and that their major versions agree.
pub fn check(path: &str, version: &str) -> Result<(), CheckError> {
    check_path(path)?;
    let checked = if version::is_valid(version) {
        check_path_major(version, split_path_version(path).1)
    } else {
        Err(VersionError {
            version: version.to_owned(),
            fault: VersionFault::NotSemantic,
        })
    };
    checked.map_err(|error| CheckError::Version {
        path: path.to_owned(),
        error,
    })
}

/// Splits a module path before its major version, which keeps its separator: `/v2`, on gopkg.in `.v2`.
///
/// The last value is false where the path ends in what looks like a major version and must not be one.
pub fn split_path_version(path: &str) -> (&str, &str, bool) {
    if path.starts_with("gopkg.in/") {
        return split_gopkg_in(path);
    }
    let head =
        path.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
    let number = &path[head.len()..];
    let Some(prefix) = head.strip_suffix("/v") else {
        return (path, "", true);
    };
    if number.is_empty() {
        return (path, "", true);
    }
    if number.starts_with('0') || number == "1" || number.contains('.') {
        return (path, "", false);
    }
    (prefix, &path[prefix.len()..], true)
}

fn split_gopkg_in(path: &str) -> (&str, &str, bool) {
    let stable = path.strip_suffix("-unstable").unwrap_or(path);
    let head = stable.trim_end_matches(|character: char| character.is_ascii_digit());
    let number = &stable[head.len()..];
    let Some(prefix) = head.strip_suffix(".v") else {
        return (path, "", false);
    };
    let major = &path[prefix.len()..];
    if number.is_empty() || (number.starts_with('0') && major != ".v0") {
        return (path, "", false);
    }
    (prefix, major, true)
}

/// Checks that the major version of `version` is the one that `path_major` asks for.
///
/// `path_major` is the second value of [`split_path_version`].
pub fn check_path_major(version: &str, path_major: &str) -> Result<(), VersionError> {
    let path_major = stable_major(path_major);
    // gopkg.in/….v1 once got pseudo-versions that begin with v0.0.0; go.mod files still list them.
    if path_major == ".v1" && version.starts_with("v0.0.0-") {
        return Ok(());
    }
    let got = version::major(version);
    let want = if path_major.is_empty() {
        if got == "v0" || got == "v1" || version::is_incompatible(version) {
            return Ok(());
        }
        "v0 or v1"
    } else if let Some(want) = path_major.strip_prefix(['/', '.']) {
        if got == want {
            return Ok(());
        }
        want
    } else {
        path_major
    };
    let fault = VersionFault::Major {
        want: want.to_owned(),
        got: got.to_owned(),
    };
    Err(VersionError {
        version: version.to_owned(),
        fault,
    })
}

/// Reports whether [`check_path_major`] accepts the version.
pub fn match_path_major(version: &str, path_major: &str) -> bool {
    check_path_major(version, path_major).is_ok()
}

/// Returns the major version that `path_major` stands for, such as `v2`; empty for an empty one.
pub fn path_major_prefix(path_major: &str) -> &str {
    let path_major = stable_major(path_major);
    path_major.strip_prefix(['/', '.']).unwrap_or(path_major)
}

fn stable_major(path_major: &str) -> &str {
    if path_major.starts_with(".v") {
        return path_major.strip_suffix("-unstable").unwrap_or(path_major);
    }
    path_major
}

/// Escapes a module path for a cache or proxy: each upper-case letter becomes `!` and the small letter.
pub fn escape_path(path: &str) -> Result<Cow<'_, str>, EscapeError> {
    check_path(path)?;
    escape(path)
}

/// Escapes a version for a cache or proxy; it need not be a semantic version, but must suit a file name.
pub fn escape_version(version: &str) -> Result<Cow<'_, str>, EscapeError> {
    if version.contains('!') || check_element(version, PathKind::File).is_err() {
        let fault = VersionFault::Disallowed;
        return Err(VersionError {
            version: version.to_owned(),
            fault,
        }
        .into());
    }
    escape(version)
}

/// Turns the escaped form of a module path back.
pub fn unescape_path(text: &str) -> Result<Cow<'_, str>, UnescapeError> {
    let path = unescape(text, EscapedKind::ModulePath)?;
    match check_path(&path) {
        Ok(()) => Ok(path),
        Err(error) => Err(UnescapeError::Path {
            text: text.to_owned(),
            error,
        }),
    }
}

/// Turns the escaped form of a version back.
pub fn unescape_version(text: &str) -> Result<Cow<'_, str>, UnescapeError> {
    let version = unescape(text, EscapedKind::Version)?;
    match check_element(&version, PathKind::File) {
        Ok(()) => Ok(version),
        Err(fault) => Err(UnescapeError::Version {
            version: version.into_owned(),
            fault,
        }),
    }
}

fn escape(name: &str) -> Result<Cow<'_, str>, EscapeError> {
    if !name.is_ascii() {
        return Err(EscapeError::NotAscii);
    }
    if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Ok(Cow::Borrowed(name));
    }
    let mut escaped = String::with_capacity(name.len() + 8);
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(character.to_ascii_lowercase());
    }
    Ok(Cow::Owned(escaped))
}

fn unescape(text: &str, kind: EscapedKind) -> Result<Cow<'_, str>, UnescapeError> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii() && byte != b'!' && !byte.is_ascii_uppercase())
    {
        return Ok(Cow::Borrowed(text));
    }
    let mut name = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let plain = match character {
            '!' => characters
                .next()
                .filter(char::is_ascii_lowercase)
                .map(|letter| letter.to_ascii_uppercase()),
            _ if character.is_ascii() && !character.is_ascii_uppercase() => Some(character),
            _ => None,
        };
        match plain {
            Some(plain) => name.push(plain),
            None => {
                return Err(UnescapeError::Syntax {
                    kind,
                    text: text.to_owned(),
                });
            }
        }
    }
    Ok(Cow::Owned(name))
}

fn check_module(path: &str) -> Result<(), PathFault> {
    check_elements(path, PathKind::Module)?;
    let domain = path.split('/').next().unwrap_or(path);
    if domain.is_empty() {
        return Err(PathFault::LeadingSlash);
    }
    if !domain.contains('.') {
        return Err(PathFault::MissingDot);
    }
    if domain.starts_with('-') {
        return Err(PathFault::LeadingDashInDomain);
    }
    // Upper-case letters and the like would make two spellings of one host.
    let allowed = |character: char| matches!(character, '-' | '.' | '0'..='9' | 'a'..='z');
    if let Some(character) = domain.chars().find(|&character| !allowed(character)) {
        return Err(PathFault::DomainChar(character));
    }
    if !split_path_version(path).2 {
        return Err(PathFault::Version);
    }
    Ok(())
}

fn check_elements(path: &str, kind: PathKind) -> Result<(), PathFault> {
    if path.is_empty() {
        return Err(PathFault::Empty);
    }
    if path.starts_with('-') && kind != PathKind::File {
        return Err(PathFault::LeadingDash);
    }
    if path.contains("//") {
        return Err(PathFault::DoubleSlash);
    }
    if path.ends_with('/') {
        return Err(PathFault::TrailingSlash);
    }
    path.split('/')
        .try_for_each(|element| check_element(element, kind))
}

fn check_element(element: &str, kind: PathKind) -> Result<(), PathFault> {
    if element.is_empty() {
        return Err(PathFault::EmptyElement);
    }
    if element.bytes().all(|byte| byte == b'.') {
        return Err(PathFault::Dots(element.to_owned()));
    }
    if element.starts_with('.') && kind == PathKind::Module {
        return Err(PathFault::LeadingDot);
    }
    if element.ends_with('.') {
        return Err(PathFault::TrailingDot);
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if !element.bytes().all(is_plain)
        && let Some(character) = element
            .chars()
            .find(|&character| !is_allowed(character, kind))
    {
        return Err(PathFault::Char(character));
    }
    let stem = element.split('.').next().unwrap_or(element);
    let is_short = (3..=4).contains(&stem.len());
    if is_short
        && WINDOWS_DEVICES
            .iter()
            .any(|device| device.eq_ignore_ascii_case(stem))
    {
        return Err(PathFault::WindowsDevice(stem.to_owned()));
    }
    // In file names such a tilde is harmless; only paths are compared by name.
    if kind != PathKind::File && is_windows_short_name(stem) {
        return Err(PathFault::WindowsShortName);
    }
    Ok(())
}

fn is_windows_short_name(stem: &str) -> bool {
    let digits = stem.rsplit_once('~').map_or("", |(_, digits)| digits);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_allowed(character: char, kind: PathKind) -> bool {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' => true,
        '+' => kind != PathKind::Module,
        _ if kind != PathKind::File => false,
        _ if character.is_ascii() => "!#$%&()+,-.=@[]^_{}~ ".contains(character),
        _ => letters::is_letter(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn splits(path: &str, expect: (&str, &str, bool)) {
        assert_eq!(split_path_version(path), expect);
    }

    #[test]
    fn splits_major_versions() {
        splits("x.y/z", ("x.y/z", "", true));
        splits("x.y/z/v2", ("x.y/z", "/v2", true));
        splits("x.y/z/v1", ("x.y/z/v1", "", false));
        splits("x.y/z/v02", ("x.y/z/v02", "", false));
        splits("x.y/z/v2.1", ("x.y/z/v2.1", "", false));
        splits("x.y/zv2", ("x.y/zv2", "", true));
        splits("v2", ("v2", "", true));
        splits("gopkg.in/yaml.v0", ("gopkg.in/yaml", ".v0", true));
        splits(
            "gopkg.in/yaml.v2-unstable",
            ("gopkg.in/yaml", ".v2-unstable", true),
        );
        splits("gopkg.in/yaml", ("gopkg.in/yaml", "", false));
    }

    #[test]
    fn escapes_upper_case() {
        assert_eq!(
            escape_path("github.com/Azure/go").unwrap(),
            "github.com/!azure/go"
        );
        assert_eq!(
            unescape_path("github.com/!azure/go").unwrap(),
            "github.com/Azure/go"
        );
        assert!(unescape_path("github.com/azure!").is_err());
        assert!(unescape_path("github.com/!!azure").is_err());
    }
}
