//! `verify module`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::verify::ModuleArgs;
use crate::cli::commands::verify::{format, print};
use crate::cli::commands::{context_with, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::verify::module::{self, Options};

/// Runs the part.
pub(super) fn run(
    settings: &Settings,
    load: &LoadFlags,
    args: &ModuleArgs,
) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let options = Options {
        load: load_options(load),
        target: args.target.clone(),
        module: args.module.clone(),
        version: args.version.clone(),
        output: args.output.clone(),
    };
    let report = settings.block_on(module::run(&ctx, &options))?;
    Ok(print(
        settings,
        format(settings, &args.output_format),
        report,
    ))
}
