//! `mod download`: arguments to operation to output.

use crate::cli::args::TextFormat;
use crate::cli::args::download::Args;
use crate::cli::commands::{context_with, load_options, text_or_json};
use crate::cli::exit::{Exit, Outcome};
use crate::cli::settings::Settings;
use crate::ops::download::{self, Options};
use crate::ops::failure::Failure;
use crate::render::json;

/// Runs the command.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    if args.reuse.is_some() {
        return Err(Failure::usage("`--reuse` is not supported")
            .hint("keep the module cache: what is in it is not downloaded again"));
    }
    let load = args.files.load();
    let ctx = context_with(settings, &load)?;
    let format = text_or_json(settings, args.format, args.json);
    let options = Options {
        load: load_options(&load),
        modules: args.modules.clone(),
        keep_going: format == TextFormat::Json,
    };
    let mut report = settings.block_on(download::run(&ctx, &options))?;
    match format {
        TextFormat::Json => {
            let stdout = json::download::render(&report.modules);
            let exit = report.kind().map_or(Exit::Done, Exit::Failed);
            if let (Exit::Done, Some(failure)) = (exit, report.failure.take()) {
                return Err(failure.into());
            }
            Ok(Outcome { stdout, exit })
        }
        TextFormat::Text => match report.failed() {
            Some(failure) => Err(failure),
            None => Ok(Outcome::done("")),
        },
    }
}
