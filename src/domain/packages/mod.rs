//! Packages over a build list: which module provides a package, and which packages a module needs.
//!
//! [`loader`] is a state machine: it says of which packages it wants to know more, the caller finds out in any order and
//! supplies what it found. The result does not depend on that order. [`import`] says which modules may provide a package
//! and what it means that several do, or none; [`pattern`] and [`ignore`] which directories are looked at; [`standard`]
//! knows the standard library; [`facts`] is what an index keeps of the directories of a module, [`pack`] what it keeps of
//! loaded packages. See <https://go.dev/ref/mod#resolve-pkg-mod>.

pub mod facts;
pub mod ignore;
pub mod import;
pub mod loader;
pub mod pack;
pub mod pattern;
pub mod standard;

pub use import::ImportError;
pub use loader::{Found, Imports, Loader, PackageId, Packages, Provider, Rules};
