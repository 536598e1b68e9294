//! `graph tree`: arguments to operation to output.

use crate::cli::args::tree::{Args, Charset};
use crate::cli::args::{LoadFlags, TextFormat};
use crate::cli::commands::{context_with, load_options, text_or_json};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::tree::{Options, View, Wanted};
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    let options = Options {
        load: load_options(load),
        view: view(args)?,
        depth: args.depth,
    };
    let ctx = context_with(settings, load)?;
    let report = settings.block_on(ops::tree::run(&ctx, &options))?;
    let format = text_or_json(settings, args.format, args.json);
    let charset = match args.charset {
        Charset::Utf8 => human::tree::Charset::Utf8,
        Charset::Ascii => human::tree::Charset::Ascii,
    };
    let bytes = match format {
        TextFormat::Json => json::tree::render(&report),
        TextFormat::Text => human::tree::render(&report, charset, &settings.styles()).into_bytes(),
    };
    let Some(missing) = &report.missing else {
        return Ok(Outcome::done(bytes));
    };
    if format == TextFormat::Text {
        ctx.warn(&human::tree::missing(missing));
    }
    Ok(Outcome::no(bytes))
}

fn view(args: &Args) -> Result<View, Failure> {
    let wanted = args.module.as_deref().map(Wanted::parse).transpose()?;
    Ok(match wanted {
        Some(wanted) if args.invert => View::Requirers(wanted),
        Some(wanted) => View::Requirements(wanted),
        None if args.duplicates => View::Duplicates,
        None => View::Main,
    })
}
