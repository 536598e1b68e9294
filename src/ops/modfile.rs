//! Parsing, formatting and editing go.mod and go.work.

use std::path::{Path, PathBuf};

use crate::adapters::fs::{self, FsError, LockedFile};
use crate::domain::goenv::GoEnv;
use crate::domain::modfile::change::{ApplyError, Change, Flag};
use crate::domain::modfile::{GoMod, GoWork, MAX_FILE_SIZE, ParseErrorKind};
use crate::domain::module::Version;
use crate::ops::failure::{Failure, FailureKind};

/// A file to be read, and perhaps written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where it is.
    pub path: PathBuf,
    /// Its name in messages.
    pub shown: String,
}

/// One edit, with the words that asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The flag.
    pub flag: Flag,
    /// Its value.
    pub value: String,
    /// What it means.
    pub change: Change,
}

/// A parsed file.
#[derive(Clone, Debug)]
pub enum Document {
    /// A go.mod.
    Mod(Box<GoMod>),
    /// A go.work.
    Work(Box<GoWork>),
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Report {
    /// The file.
    pub target: Target,
    /// What it says: as it was read, or with all edits, sorted and cleaned.
    pub document: Document,
    /// The bytes that were read.
    pub before: Vec<u8>,
    /// The bytes of the document in canonical form.
    pub after: Vec<u8>,
}

/// Which file is meant where none is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The main module's go.mod.
    Mod,
    /// The go.work in use.
    Work,
}

impl Report {
    /// Reports whether the file is to be changed.
    pub fn is_changed(&self) -> bool {
        self.before != self.after
    }
}

impl Edit {
    /// Reads a flag with its value.
    pub fn parse(flag: Flag, value: &str) -> Result<Self, Failure> {
        let change =
            Change::parse(flag, value).map_err(|err| Failure::new(FailureKind::Usage, err))?;
        Ok(Self {
            flag,
            value: value.to_owned(),
            change,
        })
    }
}

impl Target {
    /// Names a file that the user named.
    pub fn named(path: &Path, directory: &Path) -> Self {
        Self {
            path: directory.join(path),
            shown: path.display().to_string(),
        }
    }

    /// Finds the file that the go command would take: go.mod in the working directory or above it (or the
    /// one that `-modfile` in GOFLAGS names), or the go.work in use.
    pub fn find(which: Which, go_env: &GoEnv, directory: &Path) -> Result<Self, Failure> {
        let flags = go_env.goflags()?;
        let found = match which {
            Which::Mod => match flags.modfile {
                Some(file) => return Ok(Self::named(Path::new(&file), directory)),
                None => go_env.go_mod(),
            },
            Which::Work => go_env.go_work(),
        };
        let Some(found) = found else {
            let message = match which {
                Which::Mod => "no go.mod in the working directory or above it",
                Which::Work => {
                    "no go.work in the working directory or above it, and GOWORK names none"
                }
            };
            return Err(Failure::input(message)
                .hint("name the file, or choose another directory with `-C DIR`"));
        };
        let path = PathBuf::from(found);
        let shown = path
            .strip_prefix(directory)
            .unwrap_or(&path)
            .display()
            .to_string();
        Ok(Self { path, shown })
    }
}

/// Parses a file and leaves it as it is.
pub fn parse(target: &Target) -> Result<Report, Failure> {
    let before = read(target)?;
    let document = parse_bytes(target, &before)?;
    let after = document.format();
    Ok(Report {
        target: target.clone(),
        document,
        before,
        after,
    })
}

/// Parses a file, makes the edits in their order, then sorts and cleans as the go command does. Writes nothing.
///
/// Edits of flags that only have one value come first, whatever their place.
pub fn edit(target: &Target, edits: &[Edit]) -> Result<Report, Failure> {
    let before = read(target)?;
    let mut document = parse_bytes(target, &before)?;
    let (single, repeated): (Vec<&Edit>, Vec<&Edit>) =
        edits.iter().partition(|edit| edit.flag.is_single());
    for edit in last_of_each(&single).into_iter().chain(repeated) {
        document
            .apply(&edit.change)
            .map_err(|err| refused(edit, err))?;
    }
    document.tidy();
    let after = document.format();
    if !edits.is_empty() {
        check_readable(&document, &target.shown, &after)?;
    }
    Ok(Report {
        target: target.clone(),
        document,
        before,
        after,
    })
}

/// Writes what became of the file, as a whole and only if it is another text; says whether it was.
///
/// A file that somebody else changed in the meantime is left alone.
pub fn write(report: &Report) -> Result<bool, Failure> {
    if !report.is_changed() {
        return Ok(false);
    }
    let path = &report.target.path;
    // The go command takes this lock while it rewrites the file. On Windows it would keep us from replacing it.
    let mut lock = if cfg!(unix) {
        Some(LockedFile::exclusive(path)?)
    } else {
        None
    };
    let now = match &mut lock {
        Some(file) => file.read(limit())?,
        None => fs::read(path, limit())?,
    };
    if now != report.before {
        return Err(Failure::message(
            FailureKind::Outside,
            format!(
                "`{}` changed during editing; not overwriting",
                report.target.shown
            ),
        ));
    }
    fs::replace(path, &report.after)?;
    drop(lock);
    Ok(true)
}

fn limit() -> u64 {
    MAX_FILE_SIZE as u64
}

fn read(target: &Target) -> Result<Vec<u8>, FsError> {
    fs::read(&target.path, limit())
}

fn parse_bytes(target: &Target, text: &[u8]) -> Result<Document, Failure> {
    Ok(if is_work(&target.path, text) {
        Document::Work(Box::new(GoWork::parse(&target.shown, text, None)?))
    } else {
        Document::Mod(Box::new(GoMod::parse(&target.shown, text, None)?))
    })
}

/// Refuses edits after which the file could not be read any more.
///
/// A version may be a branch, or of another major version than the path: that is for the next command to
/// judge, as in Go.
fn check_readable(document: &Document, shown: &str, text: &[u8]) -> Result<(), Failure> {
    let mut any = |_: &str, version: &str| Ok(Version::new(version));
    let parsed = match document {
        Document::Mod(_) => GoMod::parse(shown, text, Some(&mut any)).map(drop),
        Document::Work(_) => GoWork::parse(shown, text, Some(&mut any)).map(drop),
    };
    let Err(errors) = parsed else { return Ok(()) };
    let is_torn = |kind: &ParseErrorKind| {
        !matches!(
            kind,
            ParseErrorKind::PathMajor(_) | ParseErrorKind::RetractWithoutModule
        )
    };
    match errors.errors().iter().find(|error| is_torn(&error.kind)) {
        Some(error) => Err(Failure::usage(error)
            .context("nothing was changed: the file could not be read afterwards")),
        None => Ok(()),
    }
}

/// Tells a go.work from a go.mod: by its name, or else by a `use` directive.
fn is_work(path: &Path, text: &[u8]) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("work") => true,
        Some("mod") => false,
        Some(_) | None => text.split(|byte| *byte == b'\n').any(|line| {
            let rest = line.trim_ascii_start().strip_prefix(b"use");
            rest.is_some_and(|rest| matches!(rest, [b' ' | b'\t' | b'(' | b'"', ..]))
        }),
    }
}

/// Keeps the last edit of each flag, in the order in which the go command makes them.
fn last_of_each<'a>(edits: &[&'a Edit]) -> Vec<&'a Edit> {
    let last = Flag::ALL
        .iter()
        .filter_map(|flag| edits.iter().rfind(|edit| edit.flag == *flag));
    last.copied().collect()
}

fn refused(edit: &Edit, err: ApplyError) -> Failure {
    let Edit { flag, value, .. } = edit;
    Failure::new(FailureKind::Usage, err).context(format!("{flag}={value} cannot be done"))
}

impl Document {
    /// Returns the file in canonical form.
    pub fn format(&self) -> Vec<u8> {
        match self {
            Self::Mod(file) => file.format(),
            Self::Work(file) => file.format(),
        }
    }

    /// Sorts blocks, drops repeated lines and empty blocks.
    pub fn tidy(&mut self) {
        match self {
            Self::Mod(file) => {
                file.sort_blocks();
                file.cleanup();
            }
            Self::Work(file) => {
                file.sort_blocks();
                file.cleanup();
            }
        }
    }

    fn apply(&mut self, change: &Change) -> Result<(), ApplyError> {
        match self {
            Self::Mod(file) => change.apply_to_mod(file),
            Self::Work(file) => change.apply_to_work(file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_files_apart() {
        let check = |name: &str, text: &str, expect: bool| {
            assert_eq!(is_work(Path::new(name), text.as_bytes()), expect, "{name}");
        };
        check("go.work", "", true);
        check("a/x.work", "module m\n", true);
        check("go.mod", "use ./a\n", false);
        check(
            "go.mod.orig",
            "module m\n\nrequire user.example/x v1.0.0\n",
            false,
        );
        check("copy", "go 1.21\n\n  use ./a\n", true);
        check("copy", "use (\n", true);
        check("copy", "// use ./a\nmodule m\n", false);
    }
}
