//! `graph packages`: arguments to operation to output.

use crate::cli::args::packages::Args;
use crate::cli::args::{LoadFlags, TextFormat};
use crate::cli::commands::{context_with, load_options, text_or_json};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::packages::list::{self, Options};
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    let options = Options {
        load: load_options(load),
        patterns: args.patterns.clone(),
        tags: args.tags.clone(),
    };
    let ctx = context_with(settings, load)?;
    let report = settings.block_on(list::run(&ctx, &options))?;
    let format = text_or_json(settings, args.format, args.json);
    let bytes = match format {
        TextFormat::Json => json::packages::render(&report),
        TextFormat::Text if args.imports => human::packages::imports(&report).into_bytes(),
        TextFormat::Text => human::packages::render(&report, &settings.styles()).into_bytes(),
    };
    Ok(if report.is_sound() {
        Outcome::done(bytes)
    } else {
        Outcome::no(bytes)
    })
}
