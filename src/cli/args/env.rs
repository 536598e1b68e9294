//! Arguments of `env`.
