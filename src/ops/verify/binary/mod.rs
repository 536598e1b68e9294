//! Shipped binaries against go.sum and the checksum database.
//!
//! What a binary says of its modules is checked as Go checks a download: a line of go.sum decides; where there is none,
//! the checksum database is asked, unless the module is private.

mod find;
mod image;
mod judge;
pub mod rules;
mod sums;

use std::path::PathBuf;
use std::sync::Arc;

use super::report::{Binary, Part, Report};
use crate::domain::module::timestamp::Timestamp;
use crate::ops::context::Context;
use crate::ops::failure::{Failure, FailureKind};

pub use rules::RULES;

/// What is looked at, and against what.
#[derive(Clone, Debug)]
pub struct Options {
    /// Binaries, directories and images.
    pub paths: Vec<PathBuf>,
    /// The go.sum to check against; without one, that of the module or workspace around.
    pub sum: Option<PathBuf>,
    /// The time at which a release of Go must be supported.
    pub now: Timestamp,
}

/// Looks for Go binaries and checks what each says of its modules.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let paths = options.paths.clone();
    let reporter = Arc::clone(&ctx.reporter);
    let found = tokio::task::spawn_blocking(move || find::find(&paths, &reporter))
        .await
        .map_err(|error| Failure::new(FailureKind::Bug, error))?;
    let mut report = Report::new(Part::Binary);
    report.findings = found.findings;
    report.notes = found.notes;
    for binary in &found.binaries {
        report.findings.extend(judge::judge(binary, options.now));
    }
    let sums = sums::check(ctx, options.sum.as_deref(), &found.binaries).await?;
    report.merge(sums);
    report.count(Part::Binary, found.binaries.len(), found.bytes);
    report.binaries = found.binaries;
    Ok(report)
}

/// Returns the name of a module version as it stands in messages.
fn name(path: &str, version: &str) -> String {
    if version.is_empty() {
        path.to_owned()
    } else {
        format!("{path}@{version}")
    }
}

/// What was found under the names that were given.
#[derive(Debug, Default)]
struct Found {
    binaries: Vec<Binary>,
    findings: Vec<super::report::Finding>,
    notes: Vec<String>,
    /// How many bytes were read of images; files are only read in part.
    bytes: u64,
}
