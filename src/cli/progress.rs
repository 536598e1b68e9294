//! The progress line on stderr.
