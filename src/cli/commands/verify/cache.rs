//! `verify cache`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::verify::{CacheArgs, Format};
use crate::cli::commands::verify::{exit, format, print};
use crate::cli::commands::{context_with, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::verify::cache::{self, Options, Repair, Scope};
use crate::render::human;

/// Runs the part.
pub(super) fn run(
    settings: &Settings,
    load: &LoadFlags,
    args: &CacheArgs,
) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let options = Options {
        load: load_options(load),
        scope: if args.all {
            Scope::Everything
        } else {
            Scope::BuildList
        },
        repair: if args.repair { Repair::Yes } else { Repair::No },
    };
    let mut report = settings.block_on(cache::run(&ctx, &options))?;
    let format = format(settings, &args.output);
    if format != Format::Human {
        return Ok(print(settings, format, report));
    }
    report.sort();
    Ok(Outcome {
        stdout: human::verify::render_cache(&report, &settings.styles()).into_bytes(),
        exit: exit(&report),
    })
}
