//! Arguments: clap types only, one file for each command.

pub mod completions;
pub mod env;
pub mod graph;
pub mod list;
pub mod modfile;
pub mod tree;
