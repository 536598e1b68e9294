//! The module cache, as `go mod verify` checks it and further.

use super::report::Rule;

/// The rules of this part.
pub const RULES: &[Rule] = &[];
