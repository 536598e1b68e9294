//! `go mod tidy`: go.mod and go.sum list what the packages of the main module need, and nothing else.
//!
//! See <https://go.dev/ref/mod#go-mod-tidy>.

mod compat;
pub(in crate::ops) mod error;
mod pack;
mod reasons;
mod run;

pub use error::{Problem, TidyError};
pub use reasons::{Change, Line, Reason};
pub use run::{Options, Report, Tidied, run};
