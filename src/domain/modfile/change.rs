//! The edits that flags of `go mod edit` and `go work edit` name, as values. See <https://go.dev/ref/mod#go-mod-edit>.

use std::fmt;

use super::directive::{GoMod, GoWork, VersionInterval};
use super::edit::EditError;
use super::parse::{is_go_line_version, is_toolchain_name};
use super::quote::{is_directory_path, must_quote};
use crate::domain::module::path::{PathError, check_import_path};
use crate::domain::module::{ModuleVersion, Version, goversion};
use crate::domain::text::quote::Quoted;

/// The flags, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the flag of its name")]
pub enum Flag {
    Module,
    Go,
    Toolchain,
    Godebug,
    DropGodebug,
    Require,
    DropRequire,
    Exclude,
    DropExclude,
    Replace,
    DropReplace,
    Retract,
    DropRetract,
    Tool,
    DropTool,
    Ignore,
    DropIgnore,
    Use,
    DropUse,
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Sets the module path.
    Module(String),
    /// Sets the go line, or drops it.
    Go(Option<String>),
    /// Sets the toolchain line, or drops it.
    Toolchain(Option<String>),
    /// Sets a `godebug` key.
    Godebug {
        /// The key.
        key: String,
        /// Its value.
        value: String,
    },
    /// Drops a `godebug` key.
    DropGodebug(String),
    /// Sets a requirement.
    Require(ModuleVersion),
    /// Drops the requirements of a path.
    DropRequire(String),
    /// Excludes a version.
    Exclude(ModuleVersion),
    /// Drops an exclusion.
    DropExclude(ModuleVersion),
    /// Replaces a module.
    Replace {
        /// What is replaced.
        old: ModuleVersion,
        /// What stands in for it.
        new: ModuleVersion,
    },
    /// Drops a replacement.
    DropReplace(ModuleVersion),
    /// Retracts versions.
    Retract(VersionInterval),
    /// Drops a retraction.
    DropRetract(VersionInterval),
    /// Adds a tool.
    Tool(String),
    /// Drops a tool.
    DropTool(String),
    /// Ignores a directory.
    Ignore(String),
    /// Drops an ignored directory.
    DropIgnore(String),
    /// Uses the module in a directory.
    Use(String),
    /// Drops the module in a directory.
    DropUse(String),
}

/// A flag with a value that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--{}={value}: {fault}", .flag.name())]
pub struct ChangeError {
    /// The flag.
    pub flag: Flag,
    /// Its value.
    pub value: String,
    /// What is wrong.
    pub fault: ChangeFault,
}

/// What is wrong with the value of a flag. Displayed in Go's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeFault {
    /// No go version.
    #[error("invalid Go version; expecting something like `--go=1.26`")]
    Go,
    /// No toolchain name.
    #[error("invalid toolchain name; expecting something like `--toolchain=go1.26.0`")]
    Toolchain,
    /// No `=`.
    #[error("need key=value")]
    KeyValue,
    /// No `@`.
    #[error("need path@version")]
    PathVersion,
    /// An `@` where only a path may stand.
    #[error("need just path, not path@version")]
    JustPath,
    /// A path that is none.
    #[error("invalid path: {0}")]
    Path(PathError),
    /// A module path that only `go` itself may have.
    #[error("module path is reserved")]
    Reserved,
    /// Text that cannot stand as a version in the file.
    #[error("invalid version {}", Quoted(.0))]
    Version(String),
    /// A version that looks like a flag or a directory.
    #[error("invalid module version {}", Quoted(.0))]
    ModuleVersion(String),
    /// No `=` between the two sides of a replacement.
    #[error("need old[@v]=new[@w] (missing =)")]
    MissingEquals,
    /// `=>` instead of `=`.
    #[error("separator between old and new is =, not =>")]
    Arrow,
    /// One side of a replacement is no path.
    #[error("invalid {side} path: {error}")]
    SidePath {
        /// `old` or `new`.
        side: &'static str,
        /// What is wrong.
        error: PathError,
    },
    /// The version on one side of a replacement is none.
    #[error("invalid {side} version: {}", Quoted(.version))]
    SideVersion {
        /// `old` or `new`.
        side: &'static str,
        /// The version.
        version: String,
    },
    /// A module without version as replacement.
    #[error("unversioned new path must be local directory")]
    UnversionedNew,
    /// No version to retract.
    #[error("invalid version: {}", Quoted(.0))]
    RetractVersion(String),
    /// No interval to retract.
    #[error("invalid version interval: {}", Quoted(.0))]
    Interval(String),
}

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The edit itself is refused.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The file has no such directive.
    #[error("{file} has no such directive")]
    WrongFile {
        /// The kind of file.
        file: &'static str,
    },
}

impl Flag {
    /// All flags, in the order of Go's help.
    pub const ALL: [Self; 19] = [
        Self::Module,
        Self::Go,
        Self::Toolchain,
        Self::Godebug,
        Self::DropGodebug,
        Self::Require,
        Self::DropRequire,
        Self::Exclude,
        Self::DropExclude,
        Self::Replace,
        Self::DropReplace,
        Self::Retract,
        Self::DropRetract,
        Self::Tool,
        Self::DropTool,
        Self::Ignore,
        Self::DropIgnore,
        Self::Use,
        Self::DropUse,
    ];

    /// Returns the name without dashes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Go => "go",
            Self::Toolchain => "toolchain",
            Self::Godebug => "godebug",
            Self::DropGodebug => "dropgodebug",
            Self::Require => "require",
            Self::DropRequire => "droprequire",
            Self::Exclude => "exclude",
            Self::DropExclude => "dropexclude",
            Self::Replace => "replace",
            Self::DropReplace => "dropreplace",
            Self::Retract => "retract",
            Self::DropRetract => "dropretract",
            Self::Tool => "tool",
            Self::DropTool => "droptool",
            Self::Ignore => "ignore",
            Self::DropIgnore => "dropignore",
            Self::Use => "use",
            Self::DropUse => "dropuse",
        }
    }

    /// Reports whether only the last value counts, and is set before all other edits.
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Module | Self::Go | Self::Toolchain)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--{}", self.name())
    }
}

impl Change {
    /// Reads the value of a flag.
    pub fn parse(flag: Flag, value: &str) -> Result<Self, ChangeError> {
        Self::read(flag, value).map_err(|fault| ChangeError {
            flag,
            value: value.to_owned(),
            fault,
        })
    }

    fn read(flag: Flag, value: &str) -> Result<Self, ChangeFault> {
        Ok(match flag {
            Flag::Module => Self::Module(module_path(value)?),
            Flag::Go => Self::Go(unless_none(value, is_go_line_version, ChangeFault::Go)?),
            Flag::Toolchain => Self::Toolchain(unless_none(
                value,
                is_toolchain_name,
                ChangeFault::Toolchain,
            )?),
            Flag::Godebug => match value.split_once('=') {
                Some((key, setting)) if !value.contains(['"', '`', '\'', ',']) => Self::Godebug {
                    key: key.to_owned(),
                    value: setting.to_owned(),
                },
                Some(_) | None => return Err(ChangeFault::KeyValue),
            },
            Flag::DropGodebug => Self::DropGodebug(value.to_owned()),
            Flag::Require => Self::Require(path_version(value)?),
            Flag::DropRequire => Self::DropRequire(just_path(value)?),
            Flag::Exclude => Self::Exclude(path_version(value)?),
            Flag::DropExclude => Self::DropExclude(path_version(value)?),
            Flag::Replace => replacement(value)?,
            Flag::DropReplace => Self::DropReplace(side("old", value, Directories::Allowed)?),
            Flag::Retract => Self::Retract(interval(value)?),
            Flag::DropRetract => Self::DropRetract(interval(value)?),
            Flag::Tool => Self::Tool(just_path(value)?),
            Flag::DropTool => Self::DropTool(just_path(value)?),
            Flag::Ignore => Self::Ignore(value.to_owned()),
            Flag::DropIgnore => Self::DropIgnore(value.to_owned()),
            Flag::Use => Self::Use(directory(value)),
            Flag::DropUse => Self::DropUse(directory(value)),
        })
    }

    /// Makes the change in a go.mod.
    pub fn apply_to_mod(&self, file: &mut GoMod) -> Result<(), ApplyError> {
        match self {
            Self::Module(path) => file.set_module(path),
            Self::Go(Some(version)) => file.set_go(version)?,
            Self::Go(None) => file.drop_go(),
            Self::Toolchain(Some(name)) => file.set_toolchain(name)?,
            Self::Toolchain(None) => file.drop_toolchain(),
            Self::Godebug { key, value } => file.set_godebug(key, value),
            Self::DropGodebug(key) => file.drop_godebug(key),
            Self::Require(module) => {
                file.add_require(module.path.as_str(), module.version.as_str());
            }
            Self::DropRequire(path) => file.drop_require(path),
            Self::Exclude(module) => {
                file.add_exclude(module.path.as_str(), module.version.as_str())?;
            }
            Self::DropExclude(module) => {
                file.drop_exclude(module.path.as_str(), module.version.as_str());
            }
            Self::Replace { old, new } => file.add_replace(old, new),
            Self::DropReplace(old) => file.drop_replace(old),
            Self::Retract(interval) => file.add_retract(interval, "")?,
            Self::DropRetract(interval) => file.drop_retract(interval),
            Self::Tool(path) => file.add_tool(path),
            Self::DropTool(path) => file.drop_tool(path),
            Self::Ignore(path) => file.add_ignore(path),
            Self::DropIgnore(path) => file.drop_ignore(path),
            Self::Use(_) | Self::DropUse(_) => {
                return Err(ApplyError::WrongFile { file: "go.mod" });
            }
        }
        Ok(())
    }

    /// Makes the change in a go.work.
    pub fn apply_to_work(&self, file: &mut GoWork) -> Result<(), ApplyError> {
        match self {
            Self::Go(Some(version)) => file.set_go(version)?,
            Self::Go(None) => file.drop_go(),
            Self::Toolchain(Some(name)) => file.set_toolchain(name)?,
            Self::Toolchain(None) => file.drop_toolchain(),
            Self::Godebug { key, value } => file.set_godebug(key, value),
            Self::DropGodebug(key) => file.drop_godebug(key),
            Self::Replace { old, new } => file.add_replace(old, new),
            Self::DropReplace(old) => file.drop_replace(old),
            Self::Use(path) => file.add_use(path, ""),
            Self::DropUse(path) => file.drop_use(path),
            Self::Module(_)
            | Self::Require(_)
            | Self::DropRequire(_)
            | Self::Exclude(_)
            | Self::DropExclude(_)
            | Self::Retract(_)
            | Self::DropRetract(_)
            | Self::Tool(_)
            | Self::DropTool(_)
            | Self::Ignore(_)
            | Self::DropIgnore(_) => return Err(ApplyError::WrongFile { file: "go.work" }),
        }
        Ok(())
    }
}

fn module_path(path: &str) -> Result<String, ChangeFault> {
    check_import_path(path).map_err(ChangeFault::Path)?;
    if goversion::is_toolchain(path) {
        Err(ChangeFault::Reserved)
    } else {
        Ok(path.to_owned())
    }
}

fn unless_none(
    value: &str,
    is_good: fn(&str) -> bool,
    fault: ChangeFault,
) -> Result<Option<String>, ChangeFault> {
    match value {
        "none" => Ok(None),
        good if is_good(good) => Ok(Some(good.to_owned())),
        _ => Err(fault),
    }
}

/// Splits `path@version` at the first `@`.
fn split_version(text: &str) -> Result<Option<(&str, &str)>, ChangeFault> {
    match text.split_once('@') {
        Some((_, version)) if version.starts_with(['-', '/']) => {
            Err(ChangeFault::ModuleVersion(version.to_owned()))
        }
        split => Ok(split),
    }
}

/// Reports whether `text` can stand as a version in the file. It may be a branch or a hash: go.mod takes
/// these, and the next go command resolves them.
fn is_version_word(text: &str) -> bool {
    !must_quote(text.as_bytes())
}

fn path_version(text: &str) -> Result<ModuleVersion, ChangeFault> {
    let (path, version) = split_version(text)?.ok_or(ChangeFault::PathVersion)?;
    let (path, version) = (path.trim(), version.trim());
    check_import_path(path).map_err(ChangeFault::Path)?;
    if !is_version_word(version) {
        return Err(ChangeFault::Version(version.to_owned()));
    }
    Ok(ModuleVersion::new(path, version))
}

fn just_path(text: &str) -> Result<String, ChangeFault> {
    if text.contains('@') {
        return Err(ChangeFault::JustPath);
    }
    check_import_path(text).map_err(ChangeFault::Path)?;
    Ok(text.to_owned())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Directories {
    Allowed,
    Refused,
}

fn replacement(text: &str) -> Result<Change, ChangeFault> {
    let (old, new) = text.split_once('=').ok_or(ChangeFault::MissingEquals)?;
    let (old, new) = (old.trim(), new.trim());
    if new.starts_with('>') {
        return Err(ChangeFault::Arrow);
    }
    let old = side("old", old, Directories::Refused)?;
    let versioned = side("new", new, Directories::Allowed)?;
    if versioned.path.as_str() == new && !is_directory_path(new.as_bytes()) {
        return Err(ChangeFault::UnversionedNew);
    }
    Ok(Change::Replace {
        old,
        new: versioned,
    })
}

/// Reads one side of a replacement: a directory, a path, or a path with a version.
fn side(
    name: &'static str,
    text: &str,
    directories: Directories,
) -> Result<ModuleVersion, ChangeFault> {
    if directories == Directories::Allowed && is_directory_path(text.as_bytes()) {
        return Ok(ModuleVersion::new(text, ""));
    }
    let (path, version) = match split_version(text)? {
        Some((path, version)) => (path.trim(), Some(version.trim())),
        None => (text, None),
    };
    check_import_path(path).map_err(|error| ChangeFault::SidePath { side: name, error })?;
    if let Some(version) = version.filter(|version| !is_version_word(version)) {
        return Err(ChangeFault::SideVersion {
            side: name,
            version: version.to_owned(),
        });
    }
    Ok(ModuleVersion::new(path, version.unwrap_or_default()))
}

fn interval(text: &str) -> Result<VersionInterval, ChangeFault> {
    let Some(open) = text.strip_prefix('[') else {
        if !is_version_word(text) {
            return Err(ChangeFault::RetractVersion(text.to_owned()));
        }
        return Ok(VersionInterval::new(Version::new(text), Version::new(text)));
    };
    let ends = open.strip_suffix(']').and_then(|ends| ends.split_once(','));
    let ends = ends.map(|(low, high)| (low.trim(), high.trim()));
    match ends.filter(|(low, high)| is_version_word(low) && is_version_word(high)) {
        Some((low, high)) => Ok(VersionInterval::new(Version::new(low), Version::new(high))),
        None => Err(ChangeFault::Interval(text.to_owned())),
    }
}

/// Returns a directory in the form of a `use` line: rooted, or with `./` or `../` in front.
fn directory(text: &str) -> String {
    if is_directory_path(text.as_bytes()) {
        return text.to_owned();
    }
    let text = if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.to_owned()
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        "./.".to_owned()
    } else {
        format!("./{}", parts.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuse(flag: Flag, value: &str, expect: &str) {
        assert_eq!(Change::parse(flag, value).unwrap_err().to_string(), expect);
    }

    #[test]
    fn refuses_in_go_s_words() {
        refuse(Flag::Require, "a.b/c", "--require=a.b/c: need path@version");
        refuse(
            Flag::Require,
            "a.b/c@",
            "--require=a.b/c@: invalid version \"\"",
        );
        refuse(
            Flag::Require,
            "a.b/c@-x",
            "--require=a.b/c@-x: invalid module version \"-x\"",
        );
        refuse(
            Flag::DropRequire,
            "a@v1",
            "--droprequire=a@v1: need just path, not path@version",
        );
        refuse(
            Flag::Exclude,
            "@v1",
            "--exclude=@v1: invalid path: malformed import path \"\": empty string",
        );
        refuse(
            Flag::Replace,
            "a.b/c",
            "--replace=a.b/c: need old[@v]=new[@w] (missing =)",
        );
        refuse(
            Flag::Replace,
            "a.b/c=>d",
            "--replace=a.b/c=>d: separator between old and new is =, not =>",
        );
        refuse(
            Flag::Replace,
            "a.b/c=d.e/f",
            "--replace=a.b/c=d.e/f: unversioned new path must be local directory",
        );
        refuse(
            Flag::Replace,
            "./a=./b",
            "--replace=./a=./b: invalid old path: malformed import path \"./a\": invalid path element \".\"",
        );
        refuse(
            Flag::Retract,
            "[v1.0.0",
            "--retract=[v1.0.0: invalid version interval: \"[v1.0.0\"",
        );
        refuse(
            Flag::Retract,
            "v1 x",
            "--retract=v1 x: invalid version: \"v1 x\"",
        );
        refuse(Flag::Godebug, "x", "--godebug=x: need key=value");
        refuse(Flag::Module, "go", "--module=go: module path is reserved");
        refuse(
            Flag::Go,
            "x",
            "--go=x: invalid Go version; expecting something like `--go=1.26`",
        );
    }

    #[test]
    fn makes_directories_of_use() {
        for (text, expect) in [
            ("a", "./a"),
            ("a/../b/", "./b"),
            ("./a/", "./a/"),
            ("..", ".."),
            ("a/..", "./."),
            ("/x", "/x"),
        ] {
            assert_eq!(
                Change::parse(Flag::Use, text),
                Ok(Change::Use(expect.to_owned()))
            );
        }
    }

    #[test]
    fn reads_replacements() {
        let change = Change::parse(Flag::Replace, " a.b/c @ v1.0.0 = ../d@e ").unwrap();
        let expect = Change::Replace {
            old: ModuleVersion::new("a.b/c", "v1.0.0"),
            new: ModuleVersion::new("../d@e", ""),
        };
        assert_eq!(change, expect);
    }

    #[test]
    fn refuses_what_the_file_does_not_have() {
        let change = Change::parse(Flag::Use, "a").unwrap();
        let mut file = GoMod::default();
        assert_eq!(
            change.apply_to_mod(&mut file),
            Err(ApplyError::WrongFile { file: "go.mod" })
        );
    }
}
