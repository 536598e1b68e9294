//! What a run makes of go.mod and go.sum: the only place that computes and writes them after modules were loaded.
//!
//! [`plan`] brings go.mod in line with the requirements, and go.sum in line with what was loaded and checked; nothing is
//! written before [`Changes::write`]. See <https://go.dev/ref/mod#go-mod-file-updates> and
//! <https://go.dev/ref/mod#go-sum-files>.

mod changes;
mod go_mod;
mod keep;
mod pack;
mod plan;
mod sums;

pub use changes::{Changes, FileChange};
pub(super) use go_mod::update as update_go_mod;
pub use keep::Keep;
pub use plan::{Options, SumRule, plan};
