//! Minimal version selection. See <https://go.dev/ref/mod#minimal-version-selection>.

pub mod graph;
pub mod loader;
pub mod replace;
pub mod roots;
