//! Module names and versions.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

pub mod goversion;
pub mod info;
pub(crate) mod letters;
pub mod message;
pub mod path;
pub mod pattern;
pub mod pseudo;
pub mod query;
pub mod timestamp;
pub mod toolchain;
pub mod version;

/// A module path such as `golang.org/x/mod`, or one of the names `go` and `toolchain`.
///
/// Holding one says nothing about its validity: go.mod files of strangers contain anything.
/// [`path::check_path`] says whether it is a valid one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulePath(Arc<str>);

/// A module version such as `v1.2.3`; for `go` and `toolchain` a Go version or toolchain name.
///
/// Empty for a main module, as in the go command. The derived order is that of the text; semantic
/// order is [`goversion::mod_compare`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(Arc<str>);

/// A map by names of modules: its hash is fast, and seeded anew in each run.
pub type NameMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// A module path with a version: `path@version`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleVersion {
    /// The module path.
    pub path: ModulePath,
    /// The version; empty for a main module.
    pub version: Version,
}

impl ModulePath {
    /// Wraps `text`, unchecked.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Version {
    /// Wraps `text`, unchecked.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the version of a main module: the empty one.
    pub fn none() -> Self {
        Self(Arc::from(""))
    }

    /// Returns the version as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reports whether this is the empty version of a main module.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ModuleVersion {
    /// Joins a path and a version, unchecked.
    pub fn new(path: impl Into<Arc<str>>, version: impl Into<Arc<str>>) -> Self {
        Self {
            path: ModulePath::new(path),
            version: Version::new(version),
        }
    }
}

/// Maps by path are asked with text, too: equality, order and hash are those of the text.
impl Borrow<str> for ModulePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `path@version`, or the path alone where the version is empty.
impl fmt::Display for ModuleVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.0)?;
        if self.version.is_empty() {
            return Ok(());
        }
        write!(f, "@{}", self.version)
    }
}

impl fmt::Debug for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Debug for ModuleVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
