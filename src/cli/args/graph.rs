//! Arguments of `graph`.
