//! Arguments of `mod vendor`.

use std::path::PathBuf;

use clap::ValueHint;

/// Make the vendor directory, as `go mod vendor` does, and in a workspace as `go work vendor`.
///
/// All packages that the main modules and their tests need are copied, under any build tags, with modules.txt beside them.
/// The directory is built beside its place, and the old one is replaced only when all of the new one is there. What go.mod
/// or go.sum lack is an error, as for Go; in a workspace go.work.sum gains what is missing.
///
/// With -v the lines of modules.txt are printed on stderr.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith mod vendor
  modsmith mod vendor --check     for CI: names what differs, exit code 1
  modsmith mod vendor -o /tmp/v   elsewhere, for other tools")]
pub struct Args {
    /// Write nothing: name the files that differ from what would be written, and end with exit code 1 if there are any
    #[arg(long)]
    pub check: bool,

    /// Go on although packages cannot be loaded; what is wrong is a warning
    #[arg(short = 'e', long)]
    pub keep_going: bool,

    /// Make DIR instead of `vendor`
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,

    /// Read FILE instead of go.mod; its go.sum stands beside it, as with Go's `-modfile`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub modfile: Option<PathBuf>,

    /// Leave new directories of the module cache writable, as with Go's `-modcacherw`
    #[arg(long)]
    pub modcacherw: bool,
}
