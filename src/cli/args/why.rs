//! Arguments of `graph why`.

use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::TextFormat;
use crate::cli::complete;

/// Tell why packages or modules are needed, as `go mod why` does.
///
/// For each PACKAGE stands a shortest chain of imports from the main module to it, one package a line; `.test` marks the
/// tests of a package. With `-m` the names are those of modules, and the chain leads to any package of the module. Build
/// constraints do not matter, and tests count: those of the main module and of the packages that it needs. The text is
/// byte for byte that of `go mod why`.
///
/// Something that is not needed ends the command with exit code 1; `go mod why` says 0.
///
/// With a version the question is another one: MODULE@VERSION, or `--version MODULE`, tells why exactly this version is
/// selected: the chain of requirements that forced it, each with its line; the versions that are required, too, and lost;
/// and what it takes to get another one: the arguments for `go get` and every module that changes then. Nothing is
/// written. A version that is not selected ends the command with exit code 1.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph why golang.org/x/net/html        who imports this package
  modsmith graph why -m golang.org/x/net          who imports any package of this module
  modsmith graph why -m all                       every module of the build list
  modsmith graph why --vendor -m golang.org/x/net without tests of dependencies
  modsmith graph why --all -m golang.org/x/net    every shortest chain
  modsmith graph why golang.org/x/net@v0.30.0     why this version, or why not
  modsmith graph why --version golang.org/x/net   why whichever version is selected")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own, as in the go command"
)]
pub struct Args {
    /// Packages: import paths, directories or patterns; with `-m` modules; without any, the package or module at hand
    #[arg(value_name = "PACKAGE|MODULE@VERSION", add = ArgValueCompleter::new(complete::module_version))]
    pub names: Vec<String>,

    /// The names are those of modules
    #[arg(short, long)]
    pub modules: bool,

    /// Only tests of the main module count, as for `go mod vendor`
    #[arg(long)]
    pub vendor: bool,

    /// The names are those of modules, and the question is why they have the version that is selected
    #[arg(long, conflicts_with_all = ["modules", "vendor"], requires = "names")]
    pub version: bool,

    /// Every shortest chain, up to 1000 for each name, separated by blank lines; of a version every chain
    #[arg(long)]
    pub all: bool,

    /// How to print the chains
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`, schema `modsmith.why/1`; of a version `modsmith.why-version/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}
