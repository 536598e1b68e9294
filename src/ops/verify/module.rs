//! One module: its hash and the rules for module zips.

use super::report::Rule;

/// The rules of this part.
pub const RULES: &[Rule] = &[];
