//! `graph replaces`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::replaces::Args;
use crate::cli::commands::{context_with, load_options, print_findings};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::replaces::{Options, rules};
use crate::render::findings::{Findings, Subject};
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let options = Options {
        load: load_options(load),
        effects: !args.no_effects,
    };
    let report = settings.block_on(ops::replaces::run(&ctx, &options))?;
    let found = Findings {
        command: "graph replaces",
        rules: rules::RULES.into_iter().copied().collect(),
        findings: &report.findings,
        notes: Vec::new(),
        exit_code: u8::from(!report.is_sound()),
        subject: Subject::Dependencies,
    };
    Ok(print_findings(
        settings,
        &args.output,
        &found,
        || human::replaces::render(&report, &settings.styles()),
        || json::replaces::render(&report),
    ))
}
