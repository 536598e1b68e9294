//! Canonical formatting of go.mod and go.work.
