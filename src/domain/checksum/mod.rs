//! Hashes of go.mod files and module contents, and digests for what is kept between runs.

pub mod content;
pub mod dirhash;
pub mod lanes;
