//! Commands: arguments to operation to output, one file for each.

pub mod completions;
pub mod env;
pub mod graph;
pub mod list;
pub mod modfile;
pub mod tree;

use crate::cli::args::Command;
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;

/// Runs the command that was asked for.
pub fn run(settings: &Settings, command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Graph(args) => graph::run(settings, args),
        Command::Env(args) => env::run(settings, args),
        Command::Mod(args) => modfile::run(settings, args),
        Command::Completions(args) => completions::run(args),
    }
}
