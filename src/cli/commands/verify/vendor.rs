//! `verify vendor`: arguments to operation to output.

use super::{format, print};
use crate::cli::args::LoadFlags;
use crate::cli::args::verify::VendorArgs;
use crate::cli::commands::{context_with, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::verify::vendor::{self, Options};

/// Runs the part.
pub(super) fn run(
    settings: &Settings,
    load: &LoadFlags,
    args: &VendorArgs,
) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let options = Options {
        load: load_options(load),
        ..Options::default()
    };
    let report = settings.block_on(vendor::run(&ctx, &options))?;
    Ok(print(settings, format(settings, &args.output), report))
}
