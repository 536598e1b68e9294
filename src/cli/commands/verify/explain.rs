//! `verify explain`: arguments to operation to output.

use std::io::{IsTerminal as _, Read as _};

use super::{format, print};
use crate::cli::args::LoadFlags;
use crate::cli::args::verify::ExplainArgs;
use crate::cli::commands::{context_with, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::verify::explain::{self, Options};

/// The most of a pasted text that is read.
const MAX_TEXT: u64 = 4 << 20;

/// Runs the part.
pub(super) fn run(
    settings: &Settings,
    load: &LoadFlags,
    args: &ExplainArgs,
) -> Result<Outcome, Failure> {
    let text = match args.mismatch.as_deref() {
        None | Some("-") => pasted(args.mismatch.is_some())?,
        Some(text) => text.to_owned(),
    };
    let ctx = context_with(settings, load)?;
    let options = Options {
        text,
        load: load_options(load),
    };
    let report = settings.block_on(explain::run(&ctx, &options))?;
    Ok(print(settings, format(settings, &args.output), report))
}

/// Reads the message from standard input.
fn pasted(is_asked_for: bool) -> Result<String, Failure> {
    let stdin = std::io::stdin();
    if !is_asked_for && stdin.is_terminal() {
        return Err(Failure::usage("nothing to explain")
            .hint("name MODULE@VERSION, or pipe the go command's message in"));
    }
    let mut bytes = Vec::new();
    stdin
        .take(MAX_TEXT)
        .read_to_end(&mut bytes)
        .map_err(|error| {
            Failure::new(FailureKind::Outside, error).context("cannot read standard input")
        })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
