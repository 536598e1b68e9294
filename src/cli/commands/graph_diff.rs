//! `graph diff`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::graph_diff::{Args, Format};
use crate::cli::commands::{context_with, format_of};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::graph_diff::Options;
use crate::render::{human, json, markdown};

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    if load.modfile.is_some() || load.mode.is_some() {
        let message = "`graph diff` takes neither `--modfile` nor `--mod`";
        return Err(Failure::usage(message).hint("name the go.mod file as a side"));
    }
    let options = Options {
        before: args.before.clone(),
        after: args.after.clone(),
    };
    let ctx = context_with(settings, load)?;
    let report = settings.block_on(ops::graph_diff::run(&ctx, &options))?;
    let bytes = match format_of(settings, args.format, args.json, Format::Text, Format::Json) {
        Format::Text => human::graph_diff::render(&report, &settings.styles()).into_bytes(),
        Format::Json => json::graph_diff::render(&report),
        Format::Markdown => markdown::graph_diff(&report).into_bytes(),
    };
    Ok(if args.exit_code && !report.is_empty() {
        Outcome::no(bytes)
    } else {
        Outcome::done(bytes)
    })
}
