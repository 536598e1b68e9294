//! The netrc format as the go command reads it.
