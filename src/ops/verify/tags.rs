//! Tags of one's own modules against what proxy and database recorded.

use super::report::Rule;

/// The rules of this part.
pub const RULES: &[Rule] = &[];
