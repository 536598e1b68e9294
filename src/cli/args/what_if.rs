//! Arguments of `graph what-if`.

use crate::cli::args::TextFormat;
use crate::cli::args::get::Wanted;

/// Tell what `go get` would change, before it is done.
///
/// The arguments are those of `modsmith mod get`: packages, modules or patterns, each with a version behind an `@`
/// (`@none` to remove, `@patch`, `@latest`, a version, a branch). All that is printed of it would change: modules that come
/// in or go, rise or fall in the build list, with the modules that require the new version; `go` and `toolchain` lines;
/// and modules that are retracted at the new version, or deprecated and new. No file is touched without `--write`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph what-if golang.org/x/net@latest
  modsmith graph what-if golang.org/x/net@none        what has to go with it
  modsmith graph what-if -u=patch ./...
  modsmith graph what-if --json -u ./...              for a bot")]
pub struct Args {
    #[command(flatten)]
    pub wanted: Wanted,

    /// Do it: write go.mod and go.sum
    #[arg(long)]
    pub write: bool,

    /// How to print what changes
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`, schema `modsmith.what-if/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}
