//! What to list, and what is known of each module.

use crate::domain::module::info::Origin;
use crate::ops::load::{LoadError, LoadOptions};

/// The time that Go prints where none is known.
pub const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Module paths, patterns or `path@query`; the main modules where there are none.
    pub modules: Vec<String>,
    /// What to look up of each module.
    pub details: Details,
}

/// What to look up of each module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own, as in the go command"
)]
pub struct Details {
    /// Newer versions, retraction and deprecation.
    pub updates: bool,
    /// All known versions.
    pub versions: bool,
    /// Whether the version is retracted; retracted versions count.
    pub retracted: bool,
    /// Go on where a module fails.
    pub keep_going: bool,
}

/// What is known of one module: the fields of `go list -m -json`, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleInfo {
    /// The module path.
    pub path: String,
    /// The version; empty for main modules.
    pub version: String,
    /// The query that gave the version, where they differ.
    pub query: String,
    /// All known versions.
    pub versions: Vec<String>,
    /// The module that stands for this one.
    pub replace: Option<Box<Self>>,
    /// When the version was made: RFC 3339.
    pub time: Option<String>,
    /// A newer version.
    pub update: Option<Box<Self>>,
    /// Whether it is a main module.
    pub main: bool,
    /// Whether it is listed with `// indirect`, or not at all.
    pub indirect: bool,
    /// Where its contents are on this machine.
    pub dir: String,
    /// Where its go.mod is on this machine.
    pub go_mod: String,
    /// The version of its `go` line.
    pub go_version: String,
    /// Why its author retracted it; empty where that is not so.
    pub retracted: Vec<String>,
    /// Why its author deprecated the module.
    pub deprecated: String,
    /// What went wrong with it.
    pub error: Option<String>,
    /// The hash of its contents in go.sum.
    pub sum: String,
    /// The hash of its go.mod in go.sum.
    pub go_mod_sum: String,
    /// Where in version control the version was found.
    pub origin: Option<Origin>,
}

/// The modules in the order of the arguments.
pub struct Report {
    /// One entry for each module that matched.
    pub modules: Vec<ModuleInfo>,
    /// An error that ended the search early; the modules found until then are there.
    pub failure: Option<LoadError>,
}
