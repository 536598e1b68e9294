//! `graph what-if`: arguments to operation to output.

use crate::cli::args::what_if::Args;
use crate::cli::args::{LoadFlags, TextFormat};
use crate::cli::commands::{context_with, get, text_or_json};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::what_if::Options;
use crate::render;

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    let options = Options {
        get: get::options(load, &args.wanted),
        write: args.write,
    };
    let ctx = context_with(settings, load)?;
    let report = settings.block_on(ops::what_if::run(&ctx, &options))?;
    let format = text_or_json(settings, args.format, args.json);
    Ok(Outcome::done(match format {
        TextFormat::Text => {
            render::human::what_if::render(&report, &settings.styles()).into_bytes()
        }
        TextFormat::Json => render::json::what_if::render(&report),
    }))
}
