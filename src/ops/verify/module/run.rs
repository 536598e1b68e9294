//! From a target to a report.

use std::path::PathBuf;

use super::target::Target;
use super::{contents, directory, revision};
use crate::domain::module::ModuleVersion;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::LoadOptions;
use crate::ops::verify::report::{Part, Report};

/// What to check.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How the main modules, whose go.sum counts, are found.
    pub load: LoadOptions,
    /// A zip, a directory, or a revision as REPO@REV.
    pub target: String,
    /// The module path, instead of the one in the zip or go.mod.
    pub module: Option<String>,
    /// The version, instead of the one in the zip or of the revision.
    pub version: Option<String>,
    /// Where the zip that is made goes.
    pub output: Option<PathBuf>,
}

/// Checks one module.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let mut report = Report::new(Part::Module);
    match Target::find(&ctx.dir, &options.target)? {
        Target::Zip(_) if options.output.is_some() => {
            return Err(Failure::usage(
                "`--output` is for a directory or a revision: a zip is there already",
            ));
        }
        Target::Zip(path) => {
            contents::check_file(ctx, options, &path, None, &mut report).await?;
        }
        Target::Directory(path) => directory::check(ctx, options, &path, &mut report).await?,
        target => Box::pin(revision::check(ctx, options, &target, &mut report)).await?,
    }
    Ok(report)
}

/// Puts what the user said of the module in place of what was found; none where nobody knows.
pub(super) fn named(
    options: &Options,
    found: Option<&ModuleVersion>,
) -> (Option<String>, Option<String>) {
    let path = || found.map(|module| module.path.as_str().to_owned());
    let version = || found.map(|module| module.version.as_str().to_owned());
    (
        options.module.clone().or_else(path),
        options.version.clone().or_else(version),
    )
}
