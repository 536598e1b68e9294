//! The table of failures: error → kind, exit code and hint.
