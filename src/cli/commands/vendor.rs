//! `mod vendor`: arguments to operation to output.

use crate::cli::args::TextFormat;
use crate::cli::args::vendor::Args;
use crate::cli::commands::{context_with, load_options, text_or_json};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::progress::Event;
use crate::ops::vendor::{self, Options};
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let load = args.files.load();
    let ctx = context_with(settings, &load)?;
    let options = Options {
        load: load_options(&load),
        keep_going: args.keep_going,
        out: args.out.clone(),
    };
    let plan = settings.block_on(vendor::run(&ctx, &options))?;
    let format = text_or_json(settings, args.format, args.json);
    let is_asked = args.check || format == TextFormat::Json;
    let differences = is_asked.then(|| plan.compare()).transpose()?;
    let differences = differences.unwrap_or_default();
    let is_same = differences.is_empty() && plan.beside().next().is_none();
    if !args.check {
        for line in plan.text.lines() {
            ctx.reporter.report(Event::Detail(line));
        }
        plan.write()?;
        if plan.is_empty() {
            ctx.warn("no dependencies to vendor");
        }
    }
    let bytes = match format {
        TextFormat::Json => json::vendor::render(&plan, &differences, !args.check),
        // As the go command, which says nothing when all went well.
        TextFormat::Text if !args.check => Vec::new(),
        TextFormat::Text => {
            human::vendor::differences(&plan, &differences, &settings.styles()).into_bytes()
        }
    };
    Ok(if args.check && !is_same {
        Outcome::no(bytes)
    } else {
        Outcome::done(bytes)
    })
}
