//! Parsing, formatting and editing go.mod and go.work.
