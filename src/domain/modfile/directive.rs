//! The directives of go.mod and go.work as values.
