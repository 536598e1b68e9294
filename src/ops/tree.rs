//! The module graph as a tree.
