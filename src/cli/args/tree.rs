//! Arguments of `graph tree`.

use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::TextFormat;
use crate::cli::complete;

/// Print the requirements as a tree.
///
/// The tree starts at the main modules, or at MODULE. What was printed before is not repeated: `(*)` marks the second
/// time. A version that was required but not selected is marked with the version that was selected instead.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph tree --depth 1                    what the main module requires
  modsmith graph tree --invert golang.org/x/net    who requires it
  modsmith graph tree --duplicates                 modules present in several major versions")]
pub struct Args {
    /// The module at the root; every version of it when none is given
    #[arg(value_name = "MODULE[@VERSION]", add = ArgValueCompleter::new(complete::module_version))]
    pub module: Option<String>,

    /// Go no deeper than N
    #[arg(long, value_name = "N")]
    pub depth: Option<usize>,

    /// Turn the tree around: who requires MODULE
    #[arg(short, long, requires = "module")]
    pub invert: bool,

    /// Only modules that are there in several major versions, each with those that require it
    #[arg(short, long, conflicts_with_all = ["module", "invert"])]
    pub duplicates: bool,

    /// How to print the tree
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`, schema `modsmith.tree/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}
