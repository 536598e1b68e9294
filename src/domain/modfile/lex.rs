//! Tokens of go.mod and go.work, with positions.
