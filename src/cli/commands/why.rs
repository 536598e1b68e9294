//! `graph why`: arguments to operation to output.

use crate::cli::args::why::Args;
use crate::cli::args::{LoadFlags, TextFormat};
use crate::cli::commands::{context_with, load_options, text_or_json, why_version};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::why::{Chains, Options, Subject, Tests};
use crate::render;

/// How many chains are shown for one name.
pub(super) const MOST_CHAINS: usize = 1000;

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    let is_version = |name: &String| name.contains('@');
    if args.version || (!args.modules && args.names.iter().any(is_version)) {
        return why_version::run(settings, load, args);
    }
    let names = args.names.clone();
    let options = Options {
        load: load_options(load),
        subject: if args.modules {
            Subject::Modules(names)
        } else {
            Subject::Packages(names)
        },
        tests: if args.vendor {
            Tests::OfMain
        } else {
            Tests::OfAll
        },
        chains: if args.all {
            Chains::Shortest(MOST_CHAINS)
        } else {
            Chains::First
        },
    };
    let ctx = context_with(settings, load)?;
    let report = settings.block_on(ops::why::run(&ctx, &options))?;
    let format = text_or_json(settings, args.format, args.json);
    let bytes = match format {
        TextFormat::Text => render::go::why(&report).into_bytes(),
        TextFormat::Json => render::json::why::render(&report),
    };
    Ok(if report.all_needed() {
        Outcome::done(bytes)
    } else {
        Outcome::no(bytes)
    })
}
