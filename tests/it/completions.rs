//! Completions and man pages are current.
