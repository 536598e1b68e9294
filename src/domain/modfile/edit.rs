//! Minimal edits of go.mod and go.work that keep comments and order.
//!
//! An edit changes the lists of a file and its text together. A dropped line stays in the tree until
//! `cleanup`, which also turns a block with one line into a line.

use std::collections::HashSet;

use super::directive::{
    Exclude, Go, GoMod, Godebug, Ignore, Module, Replace, Require, Tool, Toolchain, VersionInterval,
};
use super::parse::{is_go_line_version, is_toolchain_name};
use super::quote::auto_quote;
use super::syntax::{CommentBlock, LineId, Statement, Syntax};
use crate::domain::module::path::{
    VersionError, check_path_major, path_major_prefix, split_path_version,
};
use crate::domain::module::version::{canonical_version, major};
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::text::quote::Quoted;

/// Why an edit is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No version that a go line may have.
    #[error("invalid language version {}", Quoted(.0))]
    GoVersion(String),
    /// No name that a toolchain line may have.
    #[error("invalid toolchain name {}", Quoted(.0))]
    ToolchainName(String),
    /// A version that is not canonical.
    #[error("version {} invalid: must be of the form {form}", Quoted(.version))]
    NotCanonical {
        /// The version.
        version: String,
        /// What a version of the module looks like.
        form: String,
    },
    /// A version of major version 2 or more for a path without `/vN`.
    #[error("version {} invalid: should be {version}+incompatible (or module {path}/{major})", Quoted(.version))]
    Incompatible {
        /// The version.
        version: String,
        /// The module path.
        path: String,
        /// Its major version.
        major: String,
    },
    /// A version whose major version is not the one that the module path has.
    #[error(transparent)]
    PathMajor(#[from] VersionError),
    /// Two versions for one module.
    #[error("conflicting versions for path {path} ({first} and {second})")]
    ConflictingVersions {
        /// The module path.
        path: String,
        /// A version asked for.
        first: String,
        /// Another one.
        second: String,
    },
}

/// A requirement to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The module and its lowest version.
    pub module: ModuleVersion,
    /// Whether the line gets the comment `// indirect`.
    pub indirect: bool,
}

impl GoMod {
    /// Sets the module path.
    pub fn set_module(&mut self, path: &str) {
        let words: [&[u8]; 2] = [b"module", &auto_quote(path.as_bytes())];
        if let Some(module) = &mut self.module {
            module.path = ModulePath::new(path);
            self.syntax.update_line(module.line, &words);
        } else {
            let line = self.syntax.add_line(None, &words);
            self.module = Some(Module {
                path: ModulePath::new(path),
                deprecated: String::new(),
                line,
            });
        }
    }

    /// Adds a comment at the end of the file; `text` begins with `//`.
    pub fn add_comment(&mut self, text: &str) {
        let comment = self.syntax.add_comment(text.as_bytes());
        let mut block = CommentBlock::default();
        block.comments.before.push(comment);
        self.syntax
            .statements
            .push(Statement::Comments(Box::new(block)));
    }

    /// Sets the version of the go line.
    pub fn set_go(&mut self, version: &str) -> Result<(), EditError> {
        check_go(version)?;
        let words: [&[u8]; 2] = [b"go", version.as_bytes()];
        if let Some(go) = &mut self.go {
            version.clone_into(&mut go.version);
            self.syntax.update_line(go.line, &words);
        } else {
            let hint = self.module.as_ref().map(|module| module.line);
            let line = self.syntax.add_line(hint, &words);
            self.go = Some(Go {
                version: version.to_owned(),
                line,
            });
        }
        Ok(())
    }

    /// Drops the go line.
    pub fn drop_go(&mut self) {
        if let Some(go) = self.go.take() {
            self.syntax.remove_line(go.line);
        }
    }

    /// Sets the name of the toolchain line.
    pub fn set_toolchain(&mut self, name: &str) -> Result<(), EditError> {
        check_toolchain(name)?;
        let words: [&[u8]; 2] = [b"toolchain", name.as_bytes()];
        if let Some(toolchain) = &mut self.toolchain {
            name.clone_into(&mut toolchain.name);
            self.syntax.update_line(toolchain.line, &words);
        } else {
            let go = self.go.as_ref().map(|go| go.line);
            let hint = go.or(self.module.as_ref().map(|module| module.line));
            let line = self.syntax.add_line(hint, &words);
            self.toolchain = Some(Toolchain {
                name: name.to_owned(),
                line,
            });
        }
        Ok(())
    }

    /// Drops the toolchain line.
    pub fn drop_toolchain(&mut self) {
        if let Some(toolchain) = self.toolchain.take() {
            self.syntax.remove_line(toolchain.line);
        }
    }

    /// Sets a `godebug` key: on its first line, or on a new one; further lines of the key go.
    pub fn set_godebug(&mut self, key: &str, value: &str) {
        set_godebug(&mut self.syntax, &mut self.godebug, key, value);
    }

    /// Drops all lines of a `godebug` key.
    pub fn drop_godebug(&mut self, key: &str) {
        drop_lines(&mut self.syntax, &mut self.godebug, |item| {
            (item.key == key).then_some(item.line)
        });
    }

    /// Sets the version of a requirement: on its first line, or on a new one; further lines of the path go.
    pub fn add_require(&mut self, path: &str, version: &str) {
        let quoted = auto_quote(path.as_bytes());
        let mut need = true;
        let syntax = &mut self.syntax;
        self.require.retain_mut(|require| {
            if require.module.path.as_str() != path {
                return true;
            }
            if !std::mem::take(&mut need) {
                syntax.remove_line(require.line);
                return false;
            }
            require.module.version = Version::new(version);
            syntax.update_line(require.line, &[b"require", &quoted, version.as_bytes()]);
            true
        });
        if need {
            self.add_new_require(path, version, false);
        }
    }

    /// Adds a requirement after the last one, whether or not there is one of that path.
    pub fn add_new_require(&mut self, path: &str, version: &str, indirect: bool) {
        let line = self.syntax.add_line(
            None,
            &[b"require", &auto_quote(path.as_bytes()), version.as_bytes()],
        );
        self.syntax.set_indirect(line, indirect);
        self.require.push(Require {
            module: ModuleVersion::new(path, version),
            indirect,
            line,
        });
    }

    /// Drops all requirements of a path.
    pub fn drop_require(&mut self, path: &str) {
        drop_lines(&mut self.syntax, &mut self.require, |item| {
            (item.module.path.as_str() == path).then_some(item.line)
        });
    }

    /// Adds an `exclude` line, where it is not there yet.
    pub fn add_exclude(&mut self, path: &str, version: &str) -> Result<(), EditError> {
        check_canonical(path, version)?;
        let mut hint = None;
        for exclude in self
            .exclude
            .iter()
            .filter(|exclude| exclude.module.path.as_str() == path)
        {
            if exclude.module.version.as_str() == version {
                return Ok(());
            }
            hint = Some(exclude.line);
        }
        let words: [&[u8]; 3] = [b"exclude", &auto_quote(path.as_bytes()), version.as_bytes()];
        let line = self.syntax.add_line_beside(hint, &words);
        self.exclude.push(Exclude {
            module: ModuleVersion::new(path, version),
            line,
        });
        Ok(())
    }

    /// Drops an `exclude` line.
    pub fn drop_exclude(&mut self, path: &str, version: &str) {
        let module = ModuleVersion::new(path, version);
        drop_lines(&mut self.syntax, &mut self.exclude, |item| {
            (item.module == module).then_some(item.line)
        });
    }

    /// Sets the replacement of a module version, or of all versions where the old version is empty.
    pub fn add_replace(&mut self, old: &ModuleVersion, new: &ModuleVersion) {
        add_replace(&mut self.syntax, &mut self.replace, old, new);
    }

    /// Drops the replacement of a module version, or that of all versions where the version is empty.
    pub fn drop_replace(&mut self, old: &ModuleVersion) {
        drop_lines(&mut self.syntax, &mut self.replace, |item| {
            (item.old == *old).then_some(item.line)
        });
    }

    /// Adds a `retract` line, with a comment in front.
    ///
    /// The list `retract` stays as it is, as in Go: `go mod edit -retract=… -json` does not show it.
    pub fn add_retract(
        &mut self,
        interval: &VersionInterval,
        rationale: &str,
    ) -> Result<(), EditError> {
        let path = self
            .path()
            .map_or_else(String::new, |path| path.as_str().to_owned());
        let (low, high) = (interval.low.as_str(), interval.high.as_str());
        check_canonical(&path, high)?;
        check_canonical(&path, low)?;
        let (low, high) = (auto_quote(low.as_bytes()), auto_quote(high.as_bytes()));
        let line = if low == high {
            self.syntax.add_line(None, &[b"retract", &low])
        } else {
            self.syntax
                .add_line(None, &[b"retract", b"[", &low, b",", &high, b"]"])
        };
        if !rationale.is_empty() {
            for text in rationale.split('\n') {
                let comment = self.syntax.add_comment(format!("// {text}").as_bytes());
                self.syntax
                    .line_mut(line)
                    .comments
                    .get_mut()
                    .before
                    .push(comment);
            }
        }
        Ok(())
    }

    /// Drops the `retract` lines of an interval.
    pub fn drop_retract(&mut self, interval: &VersionInterval) {
        drop_lines(&mut self.syntax, &mut self.retract, |item| {
            (item.interval == *interval).then_some(item.line)
        });
    }

    /// Adds a `tool` line, where it is not there yet, and sorts.
    pub fn add_tool(&mut self, path: &str) {
        if self.tool.iter().any(|tool| tool.path == path) {
            return;
        }
        let line = self.syntax.add_line(None, &[b"tool", path.as_bytes()]);
        self.tool.push(Tool {
            path: path.to_owned(),
            line,
        });
        self.sort_blocks();
    }

    /// Drops a `tool` line; an entry with an empty path stays in the list, as in Go's own list.
    pub fn drop_tool(&mut self, path: &str) {
        for tool in self.tool.iter_mut().filter(|tool| tool.path == path) {
            self.syntax.remove_line(tool.line);
            tool.path.clear();
        }
    }

    /// Adds an `ignore` line, where it is not there yet, and sorts.
    pub fn add_ignore(&mut self, path: &str) {
        if self.ignore.iter().any(|ignore| ignore.path == path) {
            return;
        }
        let line = self.syntax.add_line(None, &[b"ignore", path.as_bytes()]);
        self.ignore.push(Ignore {
            path: path.to_owned(),
            line,
        });
        self.sort_blocks();
    }

    /// Drops an `ignore` line; an entry with an empty path stays in the list, as in Go's own list.
    pub fn drop_ignore(&mut self, path: &str) {
        for ignore in self.ignore.iter_mut().filter(|ignore| ignore.path == path) {
            self.syntax.remove_line(ignore.line);
            ignore.path.clear();
        }
    }

    /// Sorts the lines of each block, and drops `exclude`, `replace`, `tool` and `ignore` lines that are
    /// there twice: of replacements the last one stays, of others the first.
    pub fn sort_blocks(&mut self) {
        // Go removes the marks of dropped lines where it finds two of them, and keeps a single one.
        drop_marks(&mut self.tool, |tool| tool.path.is_empty());
        drop_marks(&mut self.ignore, |ignore| ignore.path.is_empty());
        let mut dropped = HashSet::new();
        drop_repeated(&mut self.exclude, &mut dropped, |item| {
            (item.module.clone(), item.line)
        });
        drop_repeated_before(&mut self.replace, &mut dropped);
        drop_repeated(&mut self.tool, &mut dropped, |item| {
            (item.path.clone(), item.line)
        });
        drop_repeated(&mut self.ignore, &mut dropped, |item| {
            (item.path.clone(), item.line)
        });
        self.syntax.drop_lines(&dropped);
        self.syntax
            .sort(self.go.as_ref().map(|go| go.version.as_str()));
    }

    /// Takes dropped lines out of the tree, and blocks that became empty or single.
    pub fn cleanup(&mut self) {
        self.godebug.retain(|item| !item.key.is_empty());
        self.require
            .retain(|item| !item.module.path.as_str().is_empty());
        self.exclude
            .retain(|item| !item.module.path.as_str().is_empty());
        self.replace
            .retain(|item| !item.old.path.as_str().is_empty());
        self.retract
            .retain(|item| !item.interval.low.is_empty() || !item.interval.high.is_empty());
        self.syntax.cleanup();
    }
}

pub(super) fn check_go(version: &str) -> Result<(), EditError> {
    if is_go_line_version(version) {
        Ok(())
    } else {
        Err(EditError::GoVersion(version.to_owned()))
    }
}

pub(super) fn check_toolchain(name: &str) -> Result<(), EditError> {
    if is_toolchain_name(name) {
        Ok(())
    } else {
        Err(EditError::ToolchainName(name.to_owned()))
    }
}

/// Checks that a version is canonical and of the major version of the path.
fn check_canonical(path: &str, version: &str) -> Result<(), EditError> {
    let (_, path_major, ok) = split_path_version(path);
    if version.is_empty() || canonical_version(version) != version {
        let form = match path_major {
            "" => "v1.2.3".to_owned(),
            _ => format!("{}.2.3", path_major_prefix(path_major)),
        };
        return Err(EditError::NotCanonical {
            version: version.to_owned(),
            form,
        });
    }
    if !ok {
        return Ok(());
    }
    match check_path_major(version, path_major) {
        Err(_) if path_major.is_empty() => Err(EditError::Incompatible {
            version: version.to_owned(),
            path: path.to_owned(),
            major: major(version).to_owned(),
        }),
        checked => Ok(checked?),
    }
}

/// Drops the entries that `line_of` gives a line for, with these lines.
pub(super) fn drop_lines<T>(
    syntax: &mut Syntax,
    list: &mut Vec<T>,
    line_of: impl Fn(&T) -> Option<LineId>,
) {
    list.retain(|item| match line_of(item) {
        Some(line) => {
            syntax.remove_line(line);
            false
        }
        None => true,
    });
}

pub(super) fn set_godebug(syntax: &mut Syntax, list: &mut Vec<Godebug>, key: &str, value: &str) {
    let setting = format!("{key}={value}");
    let words: [&[u8]; 2] = [b"godebug", setting.as_bytes()];
    let mut need = true;
    list.retain_mut(|item| {
        if item.key != key {
            return true;
        }
        if !std::mem::take(&mut need) {
            syntax.remove_line(item.line);
            return false;
        }
        value.clone_into(&mut item.value);
        syntax.update_line(item.line, &words);
        true
    });
    if need {
        let line = syntax.add_line(None, &words);
        list.push(Godebug {
            key: key.to_owned(),
            value: value.to_owned(),
            line,
        });
    }
}

pub(super) fn add_replace(
    syntax: &mut Syntax,
    list: &mut Vec<Replace>,
    old: &ModuleVersion,
    new: &ModuleVersion,
) {
    let (old_path, new_path) = (
        auto_quote(old.path.as_str().as_bytes()),
        auto_quote(new.path.as_str().as_bytes()),
    );
    let mut words: Vec<&[u8]> = vec![b"replace", &old_path];
    if !old.version.is_empty() {
        words.push(old.version.as_str().as_bytes());
    }
    words.extend([b"=>", new_path.as_slice()]);
    if !new.version.is_empty() {
        words.push(new.version.as_str().as_bytes());
    }
    let mut need = true;
    let mut hint = None;
    list.retain_mut(|item| {
        if item.old.path != old.path {
            return true;
        }
        if !old.version.is_empty() && item.old.version != old.version {
            hint = Some(item.line);
            return true;
        }
        if !std::mem::take(&mut need) {
            syntax.remove_line(item.line);
            return false;
        }
        // Go keeps the old side of the entry as it was; only the text of the line changes.
        item.new = new.clone();
        syntax.update_line(item.line, &words);
        true
    });
    if need {
        let line = syntax.add_line_beside(hint, &words);
        list.push(Replace {
            old: old.clone(),
            new: new.clone(),
            line,
        });
    }
}

fn drop_repeated<T, K: Eq + std::hash::Hash>(
    list: &mut Vec<T>,
    dropped: &mut HashSet<LineId>,
    key: impl Fn(&T) -> (K, LineId),
) {
    let mut seen = HashSet::new();
    list.retain(|item| {
        let (key, line) = key(item);
        let first = seen.insert(key);
        if !first {
            dropped.insert(line);
        }
        first
    });
}

fn drop_marks<T>(list: &mut Vec<T>, is_mark: impl Fn(&T) -> bool) {
    if 1 < list.iter().filter(|item| is_mark(item)).count() {
        list.retain(|item| !is_mark(item));
    }
}

/// Drops replacements that a later line overrides.
pub(super) fn drop_repeated_before(list: &mut Vec<Replace>, dropped: &mut HashSet<LineId>) {
    let mut seen = HashSet::new();
    for item in list.iter().rev() {
        if !seen.insert(item.old.clone()) {
            dropped.insert(item.line);
        }
    }
    list.retain(|item| !dropped.contains(&item.line));
}
