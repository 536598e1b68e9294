//! `graph`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::graph::{Args, Command, EdgeArgs};
use crate::cli::commands::{list, tree};
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;

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
    }
}

fn edges(_settings: &Settings, _load: &LoadFlags, _args: &EdgeArgs) -> Result<Outcome, Failure> {
    Err(Failure::usage("not built in yet"))
}
