//! `verify binary`: arguments to operation to output.

use super::{exit, format, print};
use crate::cli::args::LoadFlags;
use crate::cli::args::verify::{BinaryArgs, OutputArgs};
use crate::cli::commands::{context, now};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::cli::terminal;
use crate::ops::failure::Failure;
use crate::ops::verify::binary::{self, Options};
use crate::ops::verify::report::Report;
use crate::render::json;

/// Runs the part.
pub(super) fn run(
    settings: &Settings,
    _load: &LoadFlags,
    args: &BinaryArgs,
) -> Result<Outcome, Failure> {
    let ctx = context(settings)?;
    let options = Options {
        paths: args.paths.clone(),
        sum: args.sum.clone(),
        now: now(&ctx)?,
    };
    let report = settings.block_on(binary::run(&ctx, &options))?;
    if args.json {
        return Ok(go_stream(report));
    }
    let output = OutputArgs {
        format: args.format,
        json: false,
    };
    Ok(print(settings, format(settings, &output), report))
}

/// Prints Go's objects; what belongs to none of them goes to stderr, as the go command says it.
fn go_stream(mut report: Report) -> Outcome {
    report.sort();
    let of_none = report.findings.iter().filter(|finding| {
        let mut binaries = report.binaries.iter();
        binaries.all(|binary| binary.name != finding.subject)
    });
    for finding in of_none {
        terminal::write_stderr(&format!("{}: {}\n", finding.subject, finding.message));
    }
    Outcome {
        stdout: json::verify::go_stream(&report),
        exit: exit(&report),
    }
}
