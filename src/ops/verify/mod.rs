//! Is what is built, vendored and shipped what the world's checksum database has seen?
//!
//! Each part has a file and an operation of its own, `run`; all of them return a [`report::Report`]. The rules that a
//! part can find broken stand as constants in its file.

pub mod all;
pub mod binary;
pub mod cache;
pub mod explain;
pub mod module;
pub mod report;
pub mod rules;
pub mod sum;
pub mod sumdb;
pub mod tags;
pub mod vendor;
mod witness;
