//! Plain algorithms on plain graphs.

pub mod digraph;
