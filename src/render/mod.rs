//! A report to bytes: order, rounding and wording live here. No I/O.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod chart;
pub mod dot;
pub mod findings;
pub mod go;
pub mod html;
pub mod human;
pub mod json;
pub mod markdown;
pub mod mermaid;
pub mod sarif;
pub mod svg;
