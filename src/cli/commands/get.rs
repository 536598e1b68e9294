//! `mod get`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::get::{Args, Format, Upgrade as Wished};
use crate::cli::commands::{context_with, format_of, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::get::{Options, Upgrade};
use crate::render;

/// Runs the command.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let load = LoadFlags {
        mode: None,
        modfile: args.modfile.clone(),
        modcacherw: args.modcacherw,
    };
    let options = Options {
        load: load_options(&load),
        arguments: args.packages.clone(),
        upgrade: args.upgrade.map(upgrade),
        tests: args.tests,
        tool: args.tool,
        verdicts: false,
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

/// Returns what is meant by the value of `--upgrade`.
pub(super) const fn upgrade(wished: Wished) -> Upgrade {
    match wished {
        Wished::Minor => Upgrade::Minor,
        Wished::Patch => Upgrade::Patch,
    }
}
