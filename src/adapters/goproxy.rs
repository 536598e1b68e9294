//! The module proxy protocol over http(s) and file.
