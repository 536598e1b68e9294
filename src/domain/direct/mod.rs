//! Modules straight from version control: the rules, without the I/O. See <https://go.dev/ref/mod#vcs>.
//!
//! [`repo_path`] and [`go_import`] find the repository of an import path, [`govcs`] says whether
//! it may be used. [`code_repo`] knows which versions a repository has of a module; what it needs
//! to know of the repository it asks for through [`facts`].

pub mod code_repo;
pub mod commit;
mod convert;
pub mod error;
pub mod facts;
pub mod go_import;
pub mod govcs;
mod html;
mod location;
mod pseudo_check;
pub mod refs;
pub mod repo_path;
pub mod vcs;
pub mod zip;

pub use error::{CodeError, CodeErrorKind, CodeFault, HostError};
pub use html::HtmlError;
