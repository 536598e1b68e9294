//! go.mod and go.work: a lossless, position-keeping parser, formatter and editor. See <https://go.dev/ref/mod#go-mod-file>.
//!
//! - [`GoMod`] and [`GoWork`] are the files: [`GoMod::parse`] for a main module, [`GoMod::parse_lax`] for a
//!   dependency; `format` writes them; the edits in [`edit`] keep comments and order.
//! - [`Summary`] is what module loading needs of a dependency's go.mod, read many times faster.
//! - [`ParseErrors`] is all that is wrong with a file, in Go's words, with the place and the line.

mod amend;
mod build;
pub mod change;
pub mod directive;
pub mod edit;
mod edit_work;
pub mod error;
pub mod fix;
pub mod godebug;
pub mod lex;
mod merging;
pub mod parse;
pub mod print;
pub mod quote;
mod reader;
mod requirements;
pub mod summary;
pub mod syntax;
mod work;

pub use build::MAX_FILE_SIZE;
pub use directive::{
    Exclude, Go, GoMod, GoWork, Godebug, Ignore, Module, Replace, Require, Retract, Tool,
    Toolchain, Use, VersionInterval,
};
pub use edit::{EditError, Requirement};
pub use error::{ParseError, ParseErrorKind, ParseErrors};
pub use lex::Position;
pub use parse::{FixError, Fixer, module_path};
pub use summary::Summary;
pub use syntax::{LineId, Syntax};
