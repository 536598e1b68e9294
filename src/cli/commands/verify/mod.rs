//! `verify`: arguments to operation to output, one file for each part.

mod all;
mod binary;
mod cache;
mod explain;
mod module;
mod sum;
mod sumdb;
mod tags;
mod vendor;

use crate::cli::args::verify::{Args, Command, Format, OutputArgs};
use crate::cli::commands::format_of;
use crate::cli::exit::{Exit, Outcome};
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::verify::report::Report;
use crate::render::{human, json, sarif};

/// Runs one part, or all that apply.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let Some(command) = &args.command else {
        return all::run(settings, &args.load, &args.output);
    };
    if args.output != OutputArgs::default() {
        let message = "`--format` and `--json` before the name of a part belong to `verify` alone";
        return Err(Failure::usage(message).hint("put the flags after the name of the part"));
    }
    match command {
        Command::Cache(part) => cache::run(settings, &args.load, part),
        Command::Sum(part) => sum::run(settings, &args.load, part),
        Command::Sumdb(part) => sumdb::run(settings, &args.load, part),
        Command::Vendor(part) => vendor::run(settings, &args.load, part),
        Command::Binary(part) => binary::run(settings, &args.load, part),
        Command::Module(part) => module::run(settings, &args.load, part),
        Command::Tags(part) => tags::run(settings, &args.load, part),
        Command::Explain(part) => explain::run(settings, &args.load, part),
    }
}

/// Returns the format that is asked for.
fn format(settings: &Settings, output: &OutputArgs) -> Format {
    format_of(
        settings,
        output.format,
        output.json,
        Format::Human,
        Format::Json,
    )
}

/// Prints a report; the worst finding decides how the program ends.
fn print(settings: &Settings, format: Format, mut report: Report) -> Outcome {
    report.sort();
    let stdout = match format {
        Format::Human => human::verify::render(&report, &settings.styles()).into_bytes(),
        Format::Json => json::verify::render(&report),
        Format::Sarif => sarif::render(&report),
    };
    Outcome {
        stdout,
        exit: exit(&report),
    }
}

fn exit(report: &Report) -> Exit {
    match report.exit_code() {
        0 => Exit::Done,
        1 => Exit::No,
        _ => Exit::Mismatch,
    }
}
