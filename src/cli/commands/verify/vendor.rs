//! `verify vendor`: arguments to operation to output.

use crate::cli::args::LoadFlags;
use crate::cli::args::verify::VendorArgs;
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;

/// Runs the part.
pub(super) fn run(
    _settings: &Settings,
    _load: &LoadFlags,
    _args: &VendorArgs,
) -> Result<Outcome, Failure> {
    Err(Failure::usage(
        "`verify vendor` is not part of this version",
    ))
}
