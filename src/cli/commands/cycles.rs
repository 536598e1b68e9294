//! `graph cycles`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::cycles::Args;
use crate::cli::commands::{context_with, load_options, print_findings, today, waivers};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::cycles::{Options, rules};
use crate::ops::failure::Failure;
use crate::render::findings::{Findings, Subject};
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let options = Options {
        load: load_options(load),
        packages: args.packages,
        allowed: waivers(&ctx, &settings.allowed_cycles),
        today: today(&ctx)?,
    };
    let report = settings.block_on(ops::cycles::run(&ctx, &options))?;
    let found = report.findings(&options);
    let found = Findings {
        command: "graph cycles",
        rules: rules::RULES.into_iter().copied().collect(),
        findings: &found,
        notes: Vec::new(),
        exit_code: u8::from(!report.is_allowed()),
        subject: Subject::Dependencies,
    };
    Ok(print_findings(
        settings,
        &args.output,
        &found,
        || human::cycles::render(&report, &options, &settings.styles()),
        || json::cycles::render(&report, &options),
    ))
}
