//! Versions of Go itself and toolchain names: their own syntax and order, and the order of the `go` and `toolchain` pseudo-modules.
