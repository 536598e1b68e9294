//! `graph list`: arguments to operation to output.

use crate::cli::args::list::Args;
use crate::cli::args::{LoadFlags, TextFormat};
use crate::cli::commands::{context_with, load_options, text_or_json};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::list::{Details, Options};
use crate::render;

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let modules = if args.modules.is_empty() {
        vec!["all".to_owned()]
    } else {
        args.modules.clone()
    };
    let details = Details {
        updates: args.updates,
        versions: args.versions,
        retracted: args.retracted,
        keep_going: args.keep_going,
    };
    let options = Options {
        load: load_options(load),
        modules,
        details,
    };
    let report = settings.block_on(ops::list::run(&ctx, &options))?;
    let format = text_or_json(settings, args.format, args.json);
    let bytes = match format {
        TextFormat::Json => render::json::list::render(&report.modules),
        TextFormat::Text if args.versions => render::go::versions(&report.modules).into_bytes(),
        TextFormat::Text => render::go::list(&report.modules).into_bytes(),
    };
    if let Some(failure) = report.failure {
        ctx.warn(&failure.to_string());
    }
    Ok(Outcome::done(bytes))
}
