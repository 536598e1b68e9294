//! Reports for people; this format may change.

pub mod diff;
pub mod env;
pub mod get;
pub mod modfile;
pub mod packages;
pub mod style;
pub mod tidy;
pub mod tree;
pub mod verify;
