//! Arguments of `graph replaces`.

use crate::cli::args::FindingsOutput;

/// Look at every `replace` line: whether it is in force, and what the build would be without it.
///
/// Lines of go.work and of main modules stand with their place: in force, or why not. A line may name a version that is
/// not selected, lose against go.work, or replace what nobody requires. Below stand lines that lead to directories of
/// this machine alone, replacements of replacements, one module for two, and lines of dependencies, which are ignored.
///
/// For each line that counts the module graph is loaded once more without it, and the modules that change are told.
///
/// A problem ends the command with exit code 1, whatever the format: a directory that is not there, or that exists on no
/// other machine.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph replaces
  modsmith graph replaces --no-effects           without loading the graph again
  modsmith graph replaces --json")]
pub struct Args {
    /// Do not tell what the build would be without each line
    #[arg(long)]
    pub no_effects: bool,

    /// How the result is printed.
    #[command(flatten)]
    pub output: FindingsOutput,
}
