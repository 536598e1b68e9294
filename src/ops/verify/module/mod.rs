//! One module, as a zip, a directory or a revision of a repository: its hashes, and the rules for module zips.
//!
//! See <https://go.dev/ref/mod#zip-files>. Where go.sum at hand or the checksum database knows the module version, the
//! hashes are compared with it.

mod contents;
mod directory;
mod revision;
mod rules;
mod run;
mod sums;
mod target;

pub use rules::RULES;
pub use run::{Options, run};
