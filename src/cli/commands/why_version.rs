//! `graph why MODULE@VERSION`: arguments to operation to output.

use super::why::MOST_CHAINS;
use crate::cli::args::why::Args;
use crate::cli::args::{LoadFlags, TextFormat};
use crate::cli::commands::{context_with, load_options, text_or_json};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::tree::Wanted;
use crate::ops::why_version::Options;
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    if args.vendor {
        let message = "`--vendor` is about packages, not about the version of a module";
        return Err(Failure::usage(message).hint("leave `--vendor` out, or the version"));
    }
    let wanted: Result<Vec<_>, _> = args.names.iter().map(|name| Wanted::parse(name)).collect();
    let wanted = wanted?;
    if !args.version && wanted.iter().any(|wanted| wanted.version.is_none()) {
        let message = "names with and without a version cannot be mixed: one question is about versions, the other about packages";
        return Err(
            Failure::usage(message).hint("`--version` takes modules with and without a version")
        );
    }
    let options = Options {
        load: load_options(load),
        wanted,
        all: args.all.then_some(MOST_CHAINS),
    };
    let ctx = context_with(settings, load)?;
    let report = settings.block_on(ops::why_version::run(&ctx, &options))?;
    let format = text_or_json(settings, args.format, args.json);
    let bytes = match format {
        TextFormat::Json => json::why_version::render(&report),
        TextFormat::Text => {
            for missing in report
                .answers
                .iter()
                .filter_map(|answer| answer.missing.as_ref())
            {
                ctx.warn(&human::tree::missing(missing));
            }
            human::why_version::render(&report, &settings.styles()).into_bytes()
        }
    };
    Ok(if report.all_selected() {
        Outcome::done(bytes)
    } else {
        Outcome::no(bytes)
    })
}
