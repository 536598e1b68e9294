//! The Go environment: which setting wins, and where each value came from.
