//! Arguments of `graph tree`.

use clap::ValueEnum;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::TextFormat;
use crate::cli::complete;

/// Print the requirements as a tree.
///
/// The tree starts at the main modules, or at MODULE; below each module stands what its go.mod requires, as far as
/// graph pruning lets Go see it. The main module's direct requirements come first, then those marked `(indirect)`.
///
/// What stands below a module is printed once: `(*)` marks the module where it is left out. `(v1.5.0 selected)` marks
/// a version that was required but lost against another; it is followed only where it alone leads to a module of the
/// build list. `(pruned)` marks a module whose requirements Go does not look at, `=>` one that is replaced. The
/// requirements `go` and `toolchain` are left out unless MODULE is one of them.
///
/// A MODULE that is not in the graph ends the command with exit code 1.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph tree --depth 1                    what the main module requires
  modsmith graph tree --invert golang.org/x/net    who requires it
  modsmith graph tree --duplicates                 modules present in several major versions")]
pub struct Args {
    /// The module at the root; without VERSION the selected one, and with `--invert` every version in the graph
    #[arg(value_name = "MODULE[@VERSION]", add = ArgValueCompleter::new(complete::module_version))]
    pub module: Option<String>,

    /// Go no deeper than N
    #[arg(long, value_name = "N")]
    pub depth: Option<usize>,

    /// Turn the tree around: who requires MODULE, up to the main modules; each chain is a shortest one
    #[arg(short, long, requires = "module")]
    pub invert: bool,

    /// Only modules of which several majors are in the build list (`/v2`, `.v3`), each with those that require it
    #[arg(short, long, conflicts_with_all = ["module", "invert"])]
    pub duplicates: bool,

    /// What the branches are drawn with
    #[arg(long, value_name = "CHARSET", default_value = "utf8")]
    pub charset: Charset,

    /// How to print the tree
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`, schema `modsmith.tree/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// The values of `--charset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Charset {
    /// Lines
    Utf8,
    /// Characters that every terminal has
    Ascii,
}
