//! `verify` alone: every part that applies here, one summary.

use crate::cli::args::LoadFlags;
use crate::cli::args::verify::OutputArgs;
use crate::cli::commands::context;
use crate::cli::commands::verify::{format, print};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::verify::report::{Part, Report};

/// Runs the parts.
pub(super) fn run(
    settings: &Settings,
    _load: &LoadFlags,
    output: &OutputArgs,
) -> Result<Outcome, Failure> {
    let _ctx = context(settings)?;
    let mut report = Report::default();
    for part in [Part::Sum, Part::Cache, Part::SumDb, Part::Vendor] {
        let why = format!("`verify {}` is not part of this version", part.name());
        report.merge(Report::skipped(part, why));
    }
    Ok(print(settings, format(settings, output), report))
}
