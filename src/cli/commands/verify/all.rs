//! `verify` alone: every part that applies here, one summary.

use crate::cli::args::LoadFlags;
use crate::cli::args::verify::OutputArgs;
use crate::cli::commands::verify::{format, print};
use crate::cli::commands::{context_with, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::verify::all;

/// Runs the parts.
pub(super) fn run(
    settings: &Settings,
    load: &LoadFlags,
    output: &OutputArgs,
) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let report = settings.block_on(all::run(&ctx, &load_options(load)))?;
    Ok(print(settings, format(settings, output), report))
}
