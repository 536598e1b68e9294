//! `verify sumdb`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::verify::SumDbArgs;
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;

/// Runs the part.
pub(super) fn run(
    _settings: &Settings,
    _load: &LoadFlags,
    _args: &SumDbArgs,
) -> Result<Outcome, Failure> {
    Err(Failure::usage("`verify sumdb` is not part of this version"))
}
