//! `verify sumdb`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::verify::SumDbArgs;
use crate::cli::commands::verify::{format, print};
use crate::cli::commands::{context_with, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::verify::sumdb::{self, Options};

/// Runs the part.
pub(super) fn run(
    settings: &Settings,
    load: &LoadFlags,
    args: &SumDbArgs,
) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let options = Options {
        load: load_options(load),
        second_opinion: args.second_opinion.clone(),
    };
    let report = settings.block_on(sumdb::run(&ctx, &options))?;
    Ok(print(settings, format(settings, &args.output), report))
}
