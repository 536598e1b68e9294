//! `graph trace`: arguments to operation to output.

use crate::cli::args::trace::Args;
use crate::cli::args::{LoadFlags, TextFormat};
use crate::cli::commands::{context_with, load_options, text_or_json};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::trace::Options;
use crate::ops::tree::Wanted;
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    let module = args.module.as_deref().map(Wanted::parse).transpose()?;
    if module
        .as_ref()
        .is_some_and(|module| module.version.is_some())
    {
        let message = "`graph trace` takes a module without a version";
        return Err(Failure::usage(message)
            .hint("`modsmith graph why MODULE@VERSION` is about one version"));
    }
    let options = Options {
        load: load_options(load),
        module: module.map(|module| module.path),
        fresh: args.fresh,
    };
    let ctx = context_with(settings, load)?;
    let report = settings.block_on(ops::trace::run(&ctx, &options))?;
    let bytes = match text_or_json(settings, args.format, args.json) {
        TextFormat::Json => json::trace::render(&report),
        TextFormat::Text => {
            if let Some(missing) = &report.missing {
                ctx.warn(&human::tree::missing(missing));
            }
            human::trace::render(&report, &settings.styles()).into_bytes()
        }
    };
    Ok(if report.missing.is_some() {
        Outcome::no(bytes)
    } else {
        Outcome::done(bytes)
    })
}
