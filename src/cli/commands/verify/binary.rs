//! `verify binary`: arguments to operation to output.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{exit, format, print};
use crate::cli::args::LoadFlags;
use crate::cli::args::verify::{BinaryArgs, OutputArgs};
use crate::cli::commands::context;
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::cli::terminal;
use crate::domain::module::timestamp::Timestamp;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::verify::binary::{self, Options};
use crate::ops::verify::report::Report;
use crate::render::json;

/// The variable that stands for the clock where a result must be the same twice.
const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

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

/// Returns the time to judge by.
fn now(ctx: &Context) -> Result<Timestamp, Failure> {
    let seconds = match ctx.environment.get(SOURCE_DATE_EPOCH) {
        Some(text) if !text.is_empty() => {
            let text = text.to_string_lossy();
            text.parse().map_err(|_| {
                Failure::usage(format!(
                    "{SOURCE_DATE_EPOCH} is not a number of seconds: `{text}`"
                ))
            })?
        }
        _ => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
        }
    };
    Ok(Timestamp::from_unix(seconds))
}
