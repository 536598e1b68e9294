//! Plain algorithms on plain graphs.

pub mod digraph;
pub mod unfold;
