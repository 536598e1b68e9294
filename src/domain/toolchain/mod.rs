//! Releases of Go.

pub mod window;
