//! `graph lint`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::lint::Args;
use crate::cli::commands::{context_with, load_options, print_findings, today, waivers};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops;
use crate::ops::failure::Failure;
use crate::ops::lint::{Options, rules};
use crate::render::findings::{Findings, Subject};
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, load: &LoadFlags, args: &Args) -> Result<Outcome, Failure> {
    let ctx = context_with(settings, load)?;
    let options = Options {
        load: load_options(load),
        online: args.online,
        notes: args.notes,
        strict: args.strict,
        allowed: waivers(&ctx, &settings.allowed_findings),
        today: today(&ctx)?,
    };
    check_rules(&options)?;
    let report = settings.block_on(ops::lint::run(&ctx, &options))?;
    let found = Findings {
        command: "graph lint",
        rules: rules::RULES.iter().map(|rule| **rule).collect(),
        findings: &report.findings,
        notes: report.remarks.clone(),
        exit_code: report.exit_code(),
        subject: Subject::Dependencies,
    };
    Ok(print_findings(
        settings,
        &args.output,
        &found,
        || human::lint::render(&report, &settings.styles()),
        || json::lint::render(&report),
    ))
}

/// Refuses exceptions from rules that do not exist: they would seem to let something pass.
fn check_rules(options: &Options) -> Result<(), Failure> {
    for waiver in &options.allowed {
        if !rules::RULES.iter().any(|rule| rule.id == waiver.rule) {
            let message = format!(
                "{}:{}: there is no rule `{}`",
                waiver.file, waiver.line, waiver.rule
            );
            return Err(
                Failure::input(message).hint("`modsmith graph lint --help` lists the rules")
            );
        }
    }
    Ok(())
}
