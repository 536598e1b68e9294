//! Commands: arguments to operation to output, one file for each.

pub mod completions;
pub mod env;
pub mod graph;
pub mod list;
pub mod modfile;
pub mod tree;
