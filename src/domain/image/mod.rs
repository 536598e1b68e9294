//! Container images: tar archives in layers, of which the upper hide what is in the lower.
//!
//! See <https://github.com/opencontainers/image-spec/blob/main/layer.md>.

pub mod overlay;
pub mod tar;
