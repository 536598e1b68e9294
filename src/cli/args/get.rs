//! Arguments of `mod get`.

use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::FileFlags;
use crate::cli::complete;

/// Add, upgrade, downgrade or remove requirements, as `go get` does.
///
/// Each PACKAGE is a package, a module, a directory or a pattern, with the version that is wanted of it behind an `@`:
/// `@v1.2.3`, `@v1`, `@<v1.5`, `@latest`, `@upgrade` (without any), `@patch`, a branch or commit, or `@none` to remove the
/// module. go.mod and go.sum become what `go get` makes of them, byte for byte; nothing is built. `go@VERSION` and
/// `toolchain@VERSION` set the lines of that name.
///
/// The first lines are those that the go command prints; below stands what else moved in the build list, and which modules
/// require it. Where arguments contradict each other, nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith mod get golang.org/x/net              the latest version, or a package of it
  modsmith mod get golang.org/x/net@v0.40.0      this version: upgrade or downgrade
  modsmith mod get golang.org/x/net@none         remove it, and lower what requires it
  modsmith mod get -u ./...                      all that the packages here need
  modsmith mod get -u=patch -t ./...             patch releases only, with tests
  modsmith mod get go@1.25.0 toolchain@none
  modsmith mod get --dry-run -u ./...            only tell what would change")]
pub struct Args {
    #[command(flatten)]
    pub wanted: Wanted,

    /// Add a `tool` line for each package; with `@none`, drop it
    #[arg(long)]
    pub tool: bool,

    /// Write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// How to print what changes
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Short for `--format json`, schema `modsmith.get/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,

    #[command(flatten)]
    pub files: FileFlags,
}

/// What is wanted of which packages and modules.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Wanted {
    /// Packages, modules or patterns with a version; without any, the package in the working directory
    #[arg(value_name = "PACKAGE[@VERSION]", add = ArgValueCompleter::new(complete::module_version))]
    pub packages: Vec<String>,

    /// Upgrade the modules with packages that those need; `-u=patch` to patch releases only
    #[arg(short, long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "minor")]
    pub upgrade: Option<Upgrade>,

    /// Count the tests of packages, too
    #[arg(short, long)]
    pub tests: bool,
}

/// The values of `--upgrade`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Upgrade {
    /// Minor and patch releases
    #[value(aliases = ["true", "upgrade"])]
    Minor,
    /// Patch releases
    Patch,
}

/// The values of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// What the go command prints, then what else moved
    Text,
    /// What the go command prints, and no more
    Go,
    /// JSON
    Json,
}
