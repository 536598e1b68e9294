//! Arguments of `graph diff`.

use clap::ValueEnum;

/// Tell what changed between two states: modules, and who caused each change.
///
/// A and B are git revisions, directories or go.mod files; without B the files at hand are the second side. `A..B` names
/// both, and `A...B` compares B with the point where it left A, as a pull request does. Revisions are read from git's
/// objects: nothing is checked out or stashed.
///
/// Each module that was added, removed, upgraded or downgraded stands with a chain of requirements from the main module
/// and their lines; `<- new` and `<- gone` mark the requirement that brought it about. Below stand the lines of go.mod and
/// go.work that differ: go, toolchain, replace, exclude and the rest.
///
/// Something that may be a path or a revision is a revision; write `./NAME` for the path.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph diff HEAD                       what is not committed yet
  modsmith graph diff main...HEAD --format markdown   for a pull request
  modsmith graph diff v1.2.0 v1.3.0              between two releases
  modsmith graph diff ../other/go.mod go.mod     between two files")]
pub struct Args {
    /// The first side: a git revision, a directory or a go.mod file; `A..B` or `A...B` for both sides
    #[arg(value_name = "A")]
    pub before: String,

    /// The second side; without it the files at hand
    #[arg(value_name = "B")]
    pub after: Option<String>,

    /// End with exit code 1 when anything differs
    #[arg(long)]
    pub exit_code: bool,

    /// How to print the changes
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Short for `--format json`, schema `modsmith.graph-diff/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// The values of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines of text
    Text,
    /// JSON
    Json,
    /// Tables for a pull request
    Markdown,
}
