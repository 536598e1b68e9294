//! `graph tree`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::tree::Args;
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;

/// Runs the command.
pub fn run(_settings: &Settings, _load: &LoadFlags, _args: &Args) -> Result<Outcome, Failure> {
    Err(Failure::usage("not built in yet"))
}
