//! The build list and what is known of each module, as `go list -m` tells it.
//!
//! [`mod@matches`] finds the modules that the arguments mean, `info` describes each as it stands in the build list, and
//! `details` looks up what only proxies and repositories know.

mod details;
mod info;
pub mod matches;
pub mod report;

pub use matches::run;
pub use report::{Details, ModuleInfo, Options, Report, ZERO_TIME};
