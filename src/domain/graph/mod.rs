//! Plain algorithms on plain graphs.

pub mod diff;
pub mod digraph;
pub mod scc;
pub mod unfold;
