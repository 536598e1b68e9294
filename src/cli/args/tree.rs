//! Arguments of `tree`.
