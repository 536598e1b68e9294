//! Transport and tile cache for the checksum database client. See <https://go.dev/ref/mod#checksum-database>.
//!
//! What is checked, and in which order, is the business of [`crate::domain::sumdb::checker`]; here its needs are met from
//! the module cache, from the tree head kept below GOPATH, and from the database or a proxy in front of it.

mod cache;
mod client;
mod error;
mod heads;
mod proofs;
mod remote;

pub use client::{Network, SumDbClient, SumDbSettings};
pub use error::{SumDbError, SumDbFault, Wanted};
pub use heads::{Seen, temporary_home};
