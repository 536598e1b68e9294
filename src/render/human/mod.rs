//! Reports for people; this format may change.

pub mod cycles;
pub mod diff;
mod edges;
pub mod env;
pub mod get;
pub mod graph_diff;
pub mod lint;
pub mod merge_driver;
pub mod modfile;
pub mod packages;
pub mod replaces;
pub mod style;
pub mod tidy;
pub mod trace;
pub mod tree;
pub mod vendor;
pub mod verify;
pub mod what_if;
pub mod why_version;
