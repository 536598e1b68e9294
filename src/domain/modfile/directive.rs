//! The directives of go.mod and go.work as values. See <https://go.dev/ref/mod#go-mod-file>.

use super::syntax::{LineId, Syntax};
use crate::domain::module::{ModulePath, ModuleVersion, Version};

/// A go.mod file.
///
/// The lists are for reading; they change together with the text through the edits of this module.
#[derive(Clone, Debug, Default)]
pub struct GoMod {
    /// The `module` line.
    pub module: Option<Module>,
    /// The `go` line.
    pub go: Option<Go>,
    /// The `toolchain` line.
    pub toolchain: Option<Toolchain>,
    /// The `godebug` lines.
    pub godebug: Vec<Godebug>,
    /// The `require` lines.
    pub require: Vec<Require>,
    /// The `exclude` lines.
    pub exclude: Vec<Exclude>,
    /// The `replace` lines.
    pub replace: Vec<Replace>,
    /// The `retract` lines.
    pub retract: Vec<Retract>,
    /// The `tool` lines. One with an empty path was dropped by an edit.
    pub tool: Vec<Tool>,
    /// The `ignore` lines. One with an empty path was dropped by an edit.
    pub ignore: Vec<Ignore>,
    pub(super) syntax: Syntax,
}

/// A go.work file. See <https://go.dev/ref/mod#go-work-file>.
#[derive(Clone, Debug, Default)]
pub struct GoWork {
    /// The `go` line.
    pub go: Option<Go>,
    /// The `toolchain` line.
    pub toolchain: Option<Toolchain>,
    /// The `godebug` lines.
    pub godebug: Vec<Godebug>,
    /// The `use` lines.
    pub uses: Vec<Use>,
    /// The `replace` lines.
    pub replace: Vec<Replace>,
    pub(super) syntax: Syntax,
}

/// A `module` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The module path.
    pub path: ModulePath,
    /// What the comment says after `Deprecated:`; empty where it does not.
    pub deprecated: String,
    /// Where it stands.
    pub line: LineId,
}

/// A `go` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Go {
    /// The version: `1.23` or `1.23.0`.
    pub version: String,
    /// Where it stands.
    pub line: LineId,
}

/// A `toolchain` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// The name: `go1.23.0` or `default`.
    pub name: String,
    /// Where it stands.
    pub line: LineId,
}

/// A `godebug` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Godebug {
    /// The name of the setting.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Where it stands.
    pub line: LineId,
}

/// A `require` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Require {
    /// The module and its lowest version.
    pub module: ModuleVersion,
    /// Whether the line has the comment `// indirect`.
    pub indirect: bool,
    /// Where it stands.
    pub line: LineId,
}

/// An `exclude` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclude {
    /// The module version that is not to be used.
    pub module: ModuleVersion,
    /// Where it stands.
    pub line: LineId,
}

/// A `replace` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    /// What is replaced; all versions where the version is empty.
    pub old: ModuleVersion,
    /// What stands in for it; a directory where the version is empty.
    pub new: ModuleVersion,
    /// Where it stands.
    pub line: LineId,
}

/// A `retract` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retract {
    /// The versions that are retracted.
    pub interval: VersionInterval,
    /// What the comment says; empty where there is none.
    pub rationale: String,
    /// Where it stands.
    pub line: LineId,
}

/// A range of versions with both ends; one version has equal ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VersionInterval {
    /// The lowest version.
    pub low: Version,
    /// The highest version.
    pub high: Version,
}

/// A `tool` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    /// The import path of a main package; empty where the line was dropped.
    pub path: String,
    /// Where it stands, or stood.
    pub line: LineId,
}

/// An `ignore` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The directory; empty where the line was dropped.
    pub path: String,
    /// Where it stands, or stood.
    pub line: LineId,
}

/// A `use` line of go.work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The directory of the module.
    pub path: String,
    /// The path of the module where an edit gave it; empty after parsing.
    pub module_path: String,
    /// Where it stands.
    pub line: LineId,
}

impl GoMod {
    /// Returns the syntax tree: positions and formatting.
    pub fn syntax(&self) -> &Syntax {
        &self.syntax
    }

    /// Returns the file in canonical form.
    pub fn format(&self) -> Vec<u8> {
        self.syntax.format()
    }

    /// Returns the module path, where there is a `module` line.
    pub fn path(&self) -> Option<&ModulePath> {
        self.module.as_ref().map(|module| &module.path)
    }
}

impl GoWork {
    /// Returns the syntax tree: positions and formatting.
    pub fn syntax(&self) -> &Syntax {
        &self.syntax
    }

    /// Returns the file in canonical form.
    pub fn format(&self) -> Vec<u8> {
        self.syntax.format()
    }
}

impl VersionInterval {
    /// Makes an interval, unchecked.
    pub fn new(low: Version, high: Version) -> Self {
        Self { low, high }
    }
}
