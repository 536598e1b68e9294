//! Who differs in a checksum mismatch, and why.

use super::report::Rule;

/// The rules of this part.
pub const RULES: &[Rule] = &[];
