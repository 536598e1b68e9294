//! Pure rules: bytes in, values out. No files, network, clock, environment, threads, serde or async.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod binary;
pub mod checksum;
pub mod diff;
pub mod direct;
pub mod goenv;
pub mod gosource;
pub mod gosum;
pub mod graph;
pub mod image;
pub mod layout;
pub mod merge;
pub mod mismatch;
pub mod modfile;
pub mod module;
pub mod modzip;
pub mod mvs;
pub mod packages;
pub mod sumdb;
pub mod text;
pub mod toolchain;
pub mod vendor;
pub mod waiver;
