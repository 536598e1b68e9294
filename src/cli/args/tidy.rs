//! Arguments of `mod tidy`.

use crate::cli::args::{FileFlags, TextFormat};
use crate::domain::modfile::parse::is_go_line_version;

/// Make go.mod and go.sum list what the module needs and nothing else, as `go mod tidy` does.
///
/// The imports of all packages count, under any build tags, with the tests of the packages that they need. Missing
/// modules are looked for, needless ones go, and go.sum gets the hashes that it lacks and loses those that nothing needs:
/// the bytes are those of `go mod tidy`. Nothing is written if anything is wrong, unless `-e` says to go on.
///
/// In the directory of a go.work, and where there is a go.work and no go.mod, each module that it uses is made tidy, in
/// order; elsewhere the module at hand.
///
/// With `--check` nothing is written: what would change is shown with those who need it, and the exit code is 1.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith mod tidy                   write go.mod and go.sum
  modsmith mod tidy --check           for CI and pre-commit hooks: is everything tidy?
  modsmith mod tidy --diff            byte for byte as `go mod tidy -diff`
  modsmith mod tidy --go=1.26         raise the go line, too
  modsmith mod tidy --check --json    what would change, and why, for programs")]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct Args {
    /// Write nothing: show what would change and who needs it; exit code 1 if anything would
    #[arg(long, conflicts_with = "diff")]
    pub check: bool,

    /// Write nothing: print what `go mod tidy -diff` prints; exit code 1 if that is anything
    #[arg(long, conflicts_with_all = ["format", "json"])]
    pub diff: bool,

    /// Set the go line to VERSION, and load modules as that Go does
    #[arg(long, value_name = "VERSION", value_parser = go_version)]
    pub go: Option<String>,

    /// Keep the hashes that Go VERSION needs, and refuse to go on where it would load other modules
    #[arg(long, value_name = "VERSION", value_parser = go_version)]
    pub compat: Option<String>,

    /// Go on although packages cannot be loaded; what is wrong becomes a warning
    #[arg(short = 'e', long)]
    pub keep_going: bool,

    #[command(flatten)]
    pub files: FileFlags,

    /// How to print what changes; text only with `--check`
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`, schema `modsmith.tidy/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

fn go_version(text: &str) -> Result<String, String> {
    if is_go_line_version(text) {
        Ok(text.to_owned())
    } else {
        let release = crate::ops::load::GO_RELEASE;
        Err(format!("expecting a Go version like {release:?}"))
    }
}
