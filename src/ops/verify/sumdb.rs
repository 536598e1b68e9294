//! go.sum against the checksum database.

use super::report::Rule;

/// The rules of this part.
pub const RULES: &[Rule] = &[];
