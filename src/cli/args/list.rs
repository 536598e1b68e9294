//! Arguments of `graph list`.

use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::TextFormat;
use crate::cli::complete;

/// Print the build list or the given modules, as `go list -m` does.
///
/// Without arguments: every module of the build list, the main module first, as `go list -m all`. A MODULE may be a
/// path, a pattern with `...`, or `all`. With `@QUERY` the module need not be in the build list: a version, `latest`,
/// `upgrade`, `patch`, a prefix (`v1`, `v1.2`), a comparison (`<v1.5`, `>=v1.2.3`), a branch, a tag or a commit.
///
/// The JSON is the go command's own: a stream of objects, one for each module, with the fields that
/// `go help list` names. It has no `schema` field; it changes only as Go's does.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph list                          the build list
  modsmith graph list --updates                with the newest version of each module
  modsmith graph list --versions golang.org/x/text
  modsmith graph list golang.org/x/text@'<v0.14'
  modsmith graph list --json all               as `go list -m -json all`")]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct Args {
    /// The modules to list; the whole build list when there are none
    #[arg(value_name = "MODULE[@QUERY]", add = ArgValueCompleter::new(complete::module_query))]
    pub modules: Vec<String>,

    /// Add the newest version of each module, and whether the present one is retracted or the module deprecated
    #[arg(short, long)]
    pub updates: bool,

    /// Print the known versions of each module
    #[arg(long)]
    pub versions: bool,

    /// Count retracted versions too
    #[arg(long)]
    pub retracted: bool,

    /// Go on after an error with one module; with JSON the error stands in that module's object
    #[arg(short = 'e', long)]
    pub keep_going: bool,

    /// How to print the modules
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`: one object for each module, as `go list -m -json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}
