//! Arguments of `list`.
