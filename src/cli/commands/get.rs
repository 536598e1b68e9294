//! `mod get`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::get::{Args, Format, Upgrade as Wished, Wanted};
use crate::cli::commands::{context_with, format_of, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::get::{Options, Upgrade};
use crate::render;

/// Runs the command.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let load = args.files.load();
    let options = Options {
        tool: args.tool,
        ..options(&load, &args.wanted)
    };
    let ctx = context_with(settings, &load)?;
    let report = settings.block_on(async {
        let done = Box::pin(ops::get::resolve(&ctx, &options)).await?;
        if !args.dry_run {
            done.write()?;
        }
        Ok::<_, Failure>(done.report)
    })?;
    let bytes = match format_of(settings, args.format, args.json, Format::Text, Format::Json) {
        Format::Text => render::human::get::render(&report).into_bytes(),
        Format::Go => render::go::get(&report).into_bytes(),
        Format::Json => render::json::get::render(&report, !args.dry_run),
    };
    Ok(Outcome::done(bytes))
}

/// Returns what is asked for, as it is for `graph what-if`, too.
pub(super) fn options(load: &LoadFlags, wanted: &Wanted) -> Options {
    Options {
        load: load_options(load),
        arguments: wanted.packages.clone(),
        upgrade: wanted.upgrade.map(|wished| match wished {
            Wished::Minor => Upgrade::Minor,
            Wished::Patch => Upgrade::Patch,
        }),
        tests: wanted.tests,
        ..Options::default()
    }
}
