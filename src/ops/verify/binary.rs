//! Shipped binaries against go.sum and the checksum database.

use super::report::Rule;

/// The rules of this part.
pub const RULES: &[Rule] = &[];
