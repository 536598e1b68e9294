//! The Go environment with the origin of each value.
