//! `mod tidy`: arguments to operation to output.

use crate::cli::args::TextFormat;
use crate::cli::args::tidy::Args;
use crate::cli::commands::{context_with, load_options, text_or_json};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::progress::Event;
use crate::ops::tidy::{self, Options};
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let load = args.files.load();
    let ctx = context_with(settings, &load)?;
    let options = Options {
        load: load_options(&load),
        go: args.go.clone(),
        compat: args.compat.clone(),
        keep_going: args.keep_going,
        write: !args.check && !args.diff,
    };
    let report = settings.block_on(tidy::run(&ctx, &options))?;
    for path in report.modules.iter().flat_map(|module| &module.unused) {
        let text = format!("unused {path}");
        ctx.reporter.report(Event::Detail(&text));
    }
    if args.diff {
        let diff = report.diff();
        return Ok(if diff.is_empty() {
            Outcome::done(diff)
        } else {
            Outcome::no(diff)
        });
    }
    let bytes = match text_or_json(settings, args.format, args.json) {
        TextFormat::Json => json::tidy::render(&report, options.write),
        // As the go command, which says nothing when all went well.
        TextFormat::Text if options.write => Vec::new(),
        TextFormat::Text => human::tidy::render(&report, &command(args)).into_bytes(),
    };
    Ok(if options.write || report.is_tidy() {
        Outcome::done(bytes)
    } else {
        Outcome::no(bytes)
    })
}

/// Returns the command line that makes the changes.
fn command(args: &Args) -> String {
    let mut line = "modsmith mod tidy".to_owned();
    for (flag, value) in [("go", &args.go), ("compat", &args.compat)] {
        if let Some(value) = value {
            line = format!("{line} --{flag}={value}");
        }
    }
    if let Some(file) = &args.files.modfile {
        line = format!("{line} --modfile={}", file.display());
    }
    if args.keep_going {
        line.push_str(" -e");
    }
    line
}
