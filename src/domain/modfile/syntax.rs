//! The lossless syntax tree of go.mod and go.work: lines, blocks and comments.
