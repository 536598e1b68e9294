//! `verify tags`: arguments to operation to output.

use super::{format, print};
use crate::cli::args::LoadFlags;
use crate::cli::args::verify::TagsArgs;
use crate::cli::commands::context;
use crate::cli::exit::Outcome;
use crate::cli::settings::Settings;
use crate::ops::failure::Failure;
use crate::ops::verify::tags::{self, Options};

/// Runs the part.
pub(super) fn run(
    settings: &Settings,
    _load: &LoadFlags,
    args: &TagsArgs,
) -> Result<Outcome, Failure> {
    let ctx = context(settings)?;
    let options = Options {
        pattern: args.pattern.clone(),
    };
    let report = settings.block_on(tags::run(&ctx, &options))?;
    Ok(print(settings, format(settings, &args.output), report))
}
