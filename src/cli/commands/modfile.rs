//! `mod`: arguments to operation to output.

use crate::cli::args::TextFormat;
use crate::cli::args::modfile::{Args, Command, EditArgs, FileArgs, FmtArgs, ParseArgs};
use crate::cli::commands::{download, env, get, tidy, vendor};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::domain::goenv::GoEnv;
use crate::ops::failure::Failure;
use crate::ops::modfile::{self, Document, Edit, Report, Target, Which};
use crate::render::{human, json};

/// Runs the command.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    match &args.command {
        Command::Parse(args) => parse(settings, args),
        Command::Fmt(args) => fmt(settings, args),
        Command::Edit(args) => edit(settings, args),
        Command::Get(args) => get::run(settings, args),
        Command::Download(args) => download::run(settings, args),
        Command::Tidy(args) => tidy::run(settings, args),
        Command::Vendor(args) => vendor::run(settings, args),
    }
}

fn parse(settings: &Settings, args: &ParseArgs) -> Result<Outcome, Failure> {
    let target = target(settings, &args.file)?;
    let wished = if args.json || settings.prefers_json() {
        TextFormat::Json
    } else {
        TextFormat::Text
    };
    let text = match args.format.unwrap_or(wished) {
        // Go sorts and cleans before it prints.
        TextFormat::Json => to_json(&modfile::edit(&target, &[])?),
        TextFormat::Text => {
            human::modfile::table(&modfile::parse(&target)?.document, &settings.styles())
        }
    };
    Ok(Outcome::done(text))
}

fn fmt(settings: &Settings, args: &FmtArgs) -> Result<Outcome, Failure> {
    let named = args
        .files
        .iter()
        .map(|file| Target::named(file, &settings.directory));
    let mut targets: Vec<Target> = named.collect();
    if targets.is_empty() {
        targets.push(found(settings, args.work)?);
    }
    // All of them are read before the first one is written: a wrong file changes none.
    let reports: Vec<Report> = targets
        .iter()
        .map(|target| modfile::edit(target, &[]))
        .collect::<Result<_, _>>()?;
    if args.check {
        return Ok(check(&reports));
    }
    for report in &reports {
        modfile::write(report)?;
    }
    Ok(Outcome::done(""))
}

fn edit(settings: &Settings, args: &EditArgs) -> Result<Outcome, Failure> {
    if args.edits.0.is_empty() && !args.fmt && !args.print && !args.json {
        return Err(Failure::usage("no flags specified").hint("see `modsmith mod edit --help`"));
    }
    let edits = args
        .edits
        .0
        .iter()
        .map(|(flag, value)| Edit::parse(*flag, value));
    let edits: Vec<Edit> = edits.collect::<Result<_, _>>()?;
    let report = modfile::edit(&target(settings, &args.file)?, &edits)?;
    if args.json {
        return Ok(Outcome::done(to_json(&report)));
    }
    if args.print {
        return Ok(Outcome::done(report.after));
    }
    if args.check {
        return Ok(check(&[report]));
    }
    modfile::write(&report)?;
    Ok(Outcome::done(""))
}

fn target(settings: &Settings, args: &FileArgs) -> Result<Target, Failure> {
    match &args.file {
        Some(file) => Ok(Target::named(file, &settings.directory)),
        None => found(settings, args.work),
    }
}

fn found(settings: &Settings, work: bool) -> Result<Target, Failure> {
    let go_env = GoEnv::resolve(&env::inputs(settings)?)?;
    let which = if work { Which::Work } else { Which::Mod };
    Target::find(which, &go_env, &settings.directory)
}

fn check(reports: &[Report]) -> Outcome {
    let diffs = reports
        .iter()
        .map(|report| human::diff::unified(&report.target.shown, &report.before, &report.after));
    let text: String = diffs.collect();
    if reports.iter().any(Report::is_changed) {
        Outcome::no(text)
    } else {
        Outcome::done(text)
    }
}

fn to_json(report: &Report) -> String {
    match &report.document {
        Document::Mod(file) => json::modfile::module(file),
        Document::Work(file) => json::modfile::work(file),
    }
}
