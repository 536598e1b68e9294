//! The module requirement graph.
