//! Minimal edits of go.mod and go.work that keep comments and order.
