//! go.sum against itself and the build list.

use super::report::Rule;

/// The rules of this part.
pub const RULES: &[Rule] = &[];
