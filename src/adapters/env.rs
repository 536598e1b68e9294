//! The process environment and platform directories, read once.
