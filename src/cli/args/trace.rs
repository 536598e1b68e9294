//! Arguments of `graph trace`.

use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::TextFormat;
use crate::cli::complete;

/// Tell how the resolver comes to its answer.
///
/// Each module version stands where a requirement first leads to it: who requires it, what stands for it, where its go.mod
/// came from (the module cache, a proxy, a repository, a directory) and how long that took, which of its requirements are
/// excluded, or that it is pruned. In the end stand the selected versions with those that lost against them.
///
/// The order is that of requirements, breadth first: the same files give the same steps, however fast a proxy is. A graph
/// that an earlier run has loaded from the same files is not loaded again: what that run noted is told, with its date;
/// `--fresh` reads every go.mod anew. With MODULE only the steps about that module are printed; one that is not in the
/// graph ends the command with exit code 1.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph trace
  modsmith graph trace golang.org/x/net
  modsmith graph trace --fresh
  modsmith graph trace --json | jq 'select(.step == \"loaded\" and .from == \"proxy\")'")]
pub struct Args {
    /// Only the steps about this module
    #[arg(value_name = "MODULE", add = ArgValueCompleter::new(complete::module_version))]
    pub module: Option<String>,

    /// Read every go.mod now, whatever earlier runs have noted
    #[arg(long)]
    pub fresh: bool,

    /// How to print the steps
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`: one object a line, schema `modsmith.trace/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}
