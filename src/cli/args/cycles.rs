//! Arguments of `graph cycles`.

use crate::cli::args::FindingsOutput;

/// Find modules that require each other.
///
/// These are the strongly connected components of the module requirement graph: of module paths, in whatever versions,
/// and within them of versions. Each stands with a shortest cycle, the go.mod line of every edge and the way in from the
/// main module. With `--packages` the imports between the main modules of a workspace are looked at instead.
///
/// A component of more than one module ends the command with exit code 1, whatever the format, unless modsmith.toml
/// allows it: an entry of `[[cycles.allow]]` names all of its modules, with a reason and the last day on which it counts.
/// What nothing needs any more is a warning.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph cycles
  modsmith graph cycles --packages              imports between the modules of a workspace
  modsmith graph cycles --format github         annotations in a workflow
  modsmith graph cycles --format sarif > cycles.sarif

An exception in modsmith.toml:
  [[cycles.allow]]
  modules = [\"example.com/a\", \"example.com/b\"]
  reason = \"split in the next major version\"
  expires = 2027-06-30")]
pub struct Args {
    /// Look at imports between the main modules instead of requirements
    #[arg(long)]
    pub packages: bool,

    /// How the result is printed.
    #[command(flatten)]
    pub output: FindingsOutput,
}
