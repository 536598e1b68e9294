//! Go source text, as far as modules depend on it: what a file imports, under which build constraints it counts,
//! and which files it embeds.
//!
//! Only the head of a file is read for imports and constraints. See <https://go.dev/ref/spec#Import_declarations>
//! and <https://pkg.go.dev/cmd/go#hdr-Build_constraints>.

pub mod constraint;
pub mod embed;
pub mod imports;
mod lex;
pub mod platform;
pub mod strict;
pub mod tags;

pub use imports::{Header, HeaderFault, Import};
pub use lex::{line_and_column, unquote};
pub use tags::Tags;
