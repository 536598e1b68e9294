//! `mod vendor`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::vendor::Args;
use crate::cli::commands::{context_with, load_options};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::progress::Event;
use crate::ops::vendor::{self, Options};
use crate::render::human;

/// Runs the command.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let load = LoadFlags {
        mode: None,
        modfile: args.modfile.clone(),
        modcacherw: args.modcacherw,
    };
    let ctx = context_with(settings, &load)?;
    let options = Options {
        load: load_options(&load),
        keep_going: args.keep_going,
        out: args.out.clone(),
    };
    let plan = settings.block_on(vendor::run(&ctx, &options))?;
    if args.check {
        let differences = plan.compare()?;
        let text = human::vendor::differences(&plan, &differences, &settings.styles());
        return Ok(if text.is_empty() {
            Outcome::done(text)
        } else {
            Outcome::no(text)
        });
    }
    for line in plan.text.lines() {
        ctx.reporter.report(Event::Detail(line));
    }
    plan.write()?;
    if plan.is_empty() {
        ctx.warn("no dependencies to vendor");
    }
    Ok(Outcome::done(""))
}
