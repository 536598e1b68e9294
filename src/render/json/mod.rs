//! Reports as JSON with a versioned schema; the types here are private and built from the reports.

pub mod env;
pub mod failure;
pub mod graph;
pub mod list;
pub mod modfile;
pub mod tree;
