//! Arguments of `mod download`.

use std::path::PathBuf;

use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::{FileFlags, TextFormat};
use crate::cli::complete;

/// Put modules into the module cache, as `go mod download` does.
///
/// Without arguments: the modules that go.mod lists, which from `go 1.17` on are those that builds and tests need; before,
/// and in a workspace, the whole build list. A MODULE may be a path or a pattern of the build list, or MODULE@QUERY of any
/// module; then no go.mod is needed.
///
/// Each zip is inflated once: its bytes are hashed while they are written, and files become visible only when the hash is
/// the one in go.sum or in the checksum database. What is in the module cache already is left as it is. go.sum is
/// written as the go command writes it: for modules that are named, and in a workspace.
///
/// The JSON is the go command's own: a stream of objects, one for each module, with the fields that `go help mod download`
/// names. It has no `schema` field; it changes only as Go's does.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith mod download                              what go.mod lists
  modsmith mod download golang.org/x/text@latest     one module, anywhere
  modsmith mod download --json all                   where everything is, and its hashes")]
pub struct Args {
    /// The modules; what the main module needs when there are none
    #[arg(value_name = "MODULE[@QUERY]", add = ArgValueCompleter::new(complete::module_query))]
    pub modules: Vec<String>,

    #[command(flatten)]
    pub files: FileFlags,

    /// How to print the modules; text prints nothing
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`: one object for each module, as `go mod download -json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,

    /// Refused: the module cache serves instead
    #[arg(long, value_name = "FILE", hide = true)]
    pub reuse: Option<PathBuf>,
}
