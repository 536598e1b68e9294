//! Arguments of `mod vendor`.

use std::path::PathBuf;

use clap::ValueHint;

use crate::cli::args::{FileFlags, TextFormat};

/// Make the vendor directory, as `go mod vendor` does, and in a workspace as `go work vendor`.
///
/// All packages that the main modules and their tests need are copied, under any build tags, with modules.txt beside them.
/// The directory is built beside its place, and the old one is replaced only when all of the new one is there. What go.mod
/// or go.sum lack is an error, as for Go; in a workspace go.work.sum gains what is missing.
///
/// With -v the lines of modules.txt are printed on stderr.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith mod vendor
  modsmith mod vendor --check     for CI: names what differs, exit code 1
  modsmith mod vendor --check --json
  modsmith mod vendor -o /tmp/v   elsewhere, for other tools")]
pub struct Args {
    /// Write nothing: name the files that differ from what would be written, and end with exit code 1 if there are any
    #[arg(long)]
    pub check: bool,

    /// Go on although packages cannot be loaded; what is wrong is a warning
    #[arg(short = 'e', long)]
    pub keep_going: bool,

    /// Make DIR instead of `vendor`
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,

    #[command(flatten)]
    pub files: FileFlags,

    /// How to print what differs; text only with `--check`
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`, schema `modsmith.vendor/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}
