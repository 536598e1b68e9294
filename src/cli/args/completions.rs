//! Arguments of `completions`.
