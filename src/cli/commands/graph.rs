//! `graph`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::graph::{Args, Command, EdgeArgs, Fold, Format};
use crate::cli::commands::{
    context_with, cycles, format_of, graph_diff, lint, list, load_options, packages, replaces,
    trace, tree, what_if, why,
};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::domain::layout;
use crate::ops;
use crate::ops::failure::Failure;
use crate::render;

/// Runs the command, or the view of the graph that is asked for.
pub fn run(settings: &Settings, args: &Args) -> Result<Outcome, Failure> {
    let Some(command) = &args.command else {
        return edges(settings, &args.load, &args.edges);
    };
    if args.edges != EdgeArgs::default() {
        let message =
            "`--go`, `--format` and `--json` before the name of a view belong to `graph` alone";
        return Err(Failure::usage(message).hint("put the flags after `list` or `tree`"));
    }
    match command {
        Command::List(list) => list::run(settings, &args.load, list),
        Command::Tree(tree) => tree::run(settings, &args.load, tree),
        Command::Why(why) => why::run(settings, &args.load, why),
        Command::WhatIf(what_if) => what_if::run(settings, &args.load, what_if),
        Command::Packages(packages) => packages::run(settings, &args.load, packages),
        Command::Cycles(cycles) => cycles::run(settings, &args.load, cycles),
        Command::Trace(trace) => trace::run(settings, &args.load, trace),
        Command::Lint(lint) => lint::run(settings, &args.load, lint),
        Command::Replaces(replaces) => replaces::run(settings, &args.load, replaces),
        Command::Diff(diff) => graph_diff::run(settings, &args.load, diff),
    }
}

fn edges(settings: &Settings, load: &LoadFlags, args: &EdgeArgs) -> Result<Outcome, Failure> {
    if args.fold.is_some() && args.format != Some(Format::Svg) {
        return Err(Failure::usage("`--fold` is for `--format svg` alone"));
    }
    let ctx = context_with(settings, load)?;
    let options = ops::graph::Options {
        load: load_options(load),
        go: args.go.clone(),
    };
    // What is known already needs no runtime: it takes less time than to start one.
    let report = match ops::graph::known(&ctx, &options) {
        Some(report) => report,
        None => settings.block_on(ops::graph::run(&ctx, &options))?,
    };
    let format = format_of(settings, args.format, args.json, Format::Text, Format::Json);
    let bytes = match format {
        Format::Text => render::go::graph(&report.graph).into_bytes(),
        Format::Json => render::json::graph::render(&report),
        Format::Dot => render::dot::graph(&report).into_bytes(),
        Format::Mermaid => render::mermaid::graph(&report).into_bytes(),
        Format::Html => render::html::graph(&report),
        Format::Svg => render::svg::graph(&report, args.fold.map(fold_of)).into_bytes(),
    };
    // The program ends with this output: to free thousands of names one by one would only delay it.
    std::mem::forget(report);
    Ok(Outcome::done(bytes))
}

fn fold_of(fold: Fold) -> layout::Fold {
    match fold {
        Fold::Never => layout::Fold::Never,
        Fold::Module => layout::Fold::Module,
        Fold::Owner => layout::Fold::Owner,
        Fold::Host => layout::Fold::Host,
    }
}
