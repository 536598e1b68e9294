//! `verify sum`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::verify::{Format, SumArgs};
use crate::cli::commands::verify::{format, print};
use crate::cli::commands::{context_with, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::verify::sum::{self, Fix, Options};

/// Runs the part.
pub(super) fn run(
    settings: &Settings,
    load: &LoadFlags,
    args: &SumArgs,
) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let options = Options {
        load: load_options(load),
        fix: if args.fix { Fix::Yes } else { Fix::No },
    };
    let mut report = settings.block_on(sum::run(&ctx, &options))?;
    let format = format(settings, &args.output);
    if format == Format::Human && !args.explain {
        report.lines.clear();
    }
    Ok(print(settings, format, report))
}
