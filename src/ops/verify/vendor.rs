//! The vendor directory against go.mod and the module zips.

use super::report::Rule;

/// The rules of this part.
pub const RULES: &[Rule] = &[];
