//! `verify explain`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::verify::ExplainArgs;
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;

/// Runs the part.
pub(super) fn run(
    _settings: &Settings,
    _load: &LoadFlags,
    _args: &ExplainArgs,
) -> Result<Outcome, Failure> {
    Err(Failure::usage(
        "`verify explain` is not part of this version",
    ))
}
