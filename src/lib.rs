//! Go's module rules, exactly, with no Go installed.
//!
//! Five layers that only look down; see ARCHITECTURE.md.
//!
//! - [`domain`]: pure rules; bytes in, values out.
//! - [`adapters`]: files, network, programs; one outside thing each.
//! - [`ops`]: use cases; gather through adapters, decide in the domain, return a report.
//! - [`render`]: a report to bytes.
//! - [`cli`]: arguments, streams, colour, exit codes.

#[doc(hidden)]
pub mod adapters;
#[doc(hidden)]
pub mod cli;
pub mod domain;
pub mod ops;
pub mod render;
