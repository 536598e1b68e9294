//! What a go.mod or go.work says, directive by directive.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::modfile::{
    Exclude, Go, GoMod, GoWork, Godebug, Ignore, LineId, Replace, Require, Retract, Syntax, Tool,
    Toolchain, Use, VersionInterval,
};
use crate::domain::module::{ModuleVersion, Version};
use crate::domain::mvs::compare_versions;

/// What a directive is about: two lines with the same key say something of the same thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The `module` line.
    Module,
    /// The `go` line.
    Go,
    /// The `toolchain` line.
    Toolchain,
    /// A `godebug` setting.
    Godebug(String),
    /// The requirement of a module.
    Require(String),
    /// A module version that is not to be used.
    Exclude(String, String),
    /// What stands for a module version, or for all versions where it is empty.
    Replace(String, String),
    /// Versions from one to another that are retracted.
    Retract(String, String),
    /// A tool.
    Tool(String),
    /// A directory that does not count.
    Ignore(String),
    /// A module of a workspace.
    Use(String),
}

/// What a directive says of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// That it is there.
    Present,
    /// A word: a version, a path, a value.
    Word(String),
    /// A required version, and whether the line is marked as indirect.
    Required {
        /// The version.
        version: String,
        /// The mark.
        indirect: bool,
    },
    /// What stands for a module.
    Target(ModuleVersion),
}

/// A directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// What it says.
    pub(super) content: Content,
    /// Where it stands.
    pub(super) line: LineId,
    /// Its comments, without the mark of indirect requirements.
    pub(super) comments: Vec<String>,
}

/// All directives of a file.
pub(super) type Entries = BTreeMap<Key, Entry>;

/// Collects the directives of a go.mod.
pub(super) fn of_mod(file: &GoMod) -> Entries {
    let mut list = Collector::new(file.syntax());
    if let Some(module) = &file.module {
        let path = module.path.as_str().to_owned();
        list.add(Key::Module, Content::Word(path), module.line);
    }
    list.shared(
        file.go.as_ref(),
        file.toolchain.as_ref(),
        &file.godebug,
        &file.replace,
    );
    for Require {
        module,
        indirect,
        line,
    } in &file.require
    {
        let content = Content::Required {
            version: module.version.as_str().to_owned(),
            indirect: *indirect,
        };
        list.add(
            Key::Require(module.path.as_str().to_owned()),
            content,
            *line,
        );
    }
    for Exclude { module, line } in &file.exclude {
        let (path, version) = words(module);
        list.add(Key::Exclude(path, version), Content::Present, *line);
    }
    for Retract { interval, line, .. } in &file.retract {
        let VersionInterval { low, high } = interval;
        let key = Key::Retract(low.as_str().to_owned(), high.as_str().to_owned());
        list.add(key, Content::Present, *line);
    }
    for Tool { path, line } in &file.tool {
        list.add(Key::Tool(path.clone()), Content::Present, *line);
    }
    for Ignore { path, line } in &file.ignore {
        list.add(Key::Ignore(path.clone()), Content::Present, *line);
    }
    list.entries
}

/// Collects the directives of a go.work.
pub(super) fn of_work(file: &GoWork) -> Entries {
    let mut list = Collector::new(file.syntax());
    list.shared(
        file.go.as_ref(),
        file.toolchain.as_ref(),
        &file.godebug,
        &file.replace,
    );
    for Use { path, line, .. } in &file.uses {
        list.add(Key::Use(path.clone()), Content::Present, *line);
    }
    list.entries
}

struct Collector<'a> {
    syntax: &'a Syntax,
    entries: Entries,
}

impl<'a> Collector<'a> {
    fn new(syntax: &'a Syntax) -> Self {
        Self {
            syntax,
            entries: Entries::new(),
        }
    }

    fn shared(
        &mut self,
        go: Option<&Go>,
        toolchain: Option<&Toolchain>,
        godebug: &[Godebug],
        replace: &[Replace],
    ) {
        if let Some(go) = go {
            self.add(Key::Go, Content::Word(go.version.clone()), go.line);
        }
        if let Some(Toolchain { name, line }) = toolchain {
            self.add(Key::Toolchain, Content::Word(name.clone()), *line);
        }
        for Godebug { key, value, line } in godebug {
            let content = Content::Word(value.clone());
            self.add(Key::Godebug(key.clone()), content, *line);
        }
        for Replace { old, new, line } in replace {
            let (path, version) = words(old);
            let content = Content::Target(new.clone());
            self.add(Key::Replace(path, version), content, *line);
        }
    }

    /// Adds a directive. Of two requirements of a module the higher one counts, of others the last.
    fn add(&mut self, key: Key, content: Content, line: LineId) {
        if let (Key::Require(path), Content::Required { version, .. }) = (&key, &content)
            && let Some(entry) = self.entries.get(&key)
            && let Content::Required { version: other, .. } = &entry.content
            && compare_versions(path, version, other).is_le()
        {
            return;
        }
        let comments = self.syntax.remarks(line);
        let entry = Entry {
            content,
            line,
            comments,
        };
        self.entries.insert(key, entry);
    }
}

fn words(module: &ModuleVersion) -> (String, String) {
    let version: &Version = &module.version;
    (module.path.as_str().to_owned(), version.as_str().to_owned())
}

impl Key {
    /// Returns the directive.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Go => "go",
            Self::Toolchain => "toolchain",
            Self::Godebug(_) => "godebug",
            Self::Require(_) => "require",
            Self::Exclude(..) => "exclude",
            Self::Replace(..) => "replace",
            Self::Retract(..) => "retract",
            Self::Tool(_) => "tool",
            Self::Ignore(_) => "ignore",
            Self::Use(_) => "use",
        }
    }
}

/// As the file has it, without what it says of the key.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verb())?;
        match self {
            Self::Module | Self::Go | Self::Toolchain => Ok(()),
            Self::Godebug(word)
            | Self::Require(word)
            | Self::Tool(word)
            | Self::Ignore(word)
            | Self::Use(word) => write!(f, " {word}"),
            Self::Replace(path, version) if version.is_empty() => write!(f, " {path}"),
            Self::Exclude(path, version) | Self::Replace(path, version) => {
                write!(f, " {path} {version}")
            }
            Self::Retract(low, high) if low == high => write!(f, " {low}"),
            Self::Retract(low, high) => write!(f, " [{low}, {high}]"),
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present => f.write_str("present"),
            Self::Word(word) => f.write_str(word),
            Self::Required { version, indirect } => {
                f.write_str(version)?;
                f.write_str(if *indirect { " // indirect" } else { "" })
            }
            Self::Target(module) => write!(f, "{module}"),
        }
    }
}
