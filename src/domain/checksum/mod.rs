//! Hashes of go.mod files and module contents.

pub mod dirhash;
pub mod lanes;
