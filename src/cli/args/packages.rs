//! Arguments of `graph packages`.

use crate::cli::args::TextFormat;

/// List packages with the modules that provide them, as `go list -e` finds them.
///
/// Files count as in a build for GOOS, GOARCH and `CGO_ENABLED`. A package that cannot be loaded is listed with the reason
/// below it. `all` stands for the packages of the main module and all that they and their tests need; those of the
/// standard library are left out of it. `std` and `cmd` stand for the packages of all platforms.
///
/// A package that cannot be loaded ends the command with exit code 1.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph packages ./...          the packages of the main module
  modsmith graph packages all            and all that they need
  modsmith graph packages --imports all  who imports whom, one a line")]
pub struct Args {
    /// Import paths, directories or patterns; without any, the package in the working directory
    #[arg(value_name = "PATTERN")]
    pub patterns: Vec<String>,

    /// Build tags that hold, between commas; replaces `-tags` of GOFLAGS
    #[arg(long, value_name = "TAGS")]
    pub tags: Option<String>,

    /// Print imports: a package and one that it imports, one pair a line
    #[arg(long)]
    pub imports: bool,

    /// How to print the packages
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`, schema `modsmith.packages/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}
