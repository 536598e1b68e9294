//! Arguments of `env`.

use clap::ValueEnum;

/// Print the Go environment with the origin of each value.
///
/// The values are those of `go env`, found without Go: from the process environment, modsmith.toml, the file that `go
/// env -w` writes, go.env of a Go installation, and Go's defaults. With names, only their values are printed, one a
/// line. What only a Go toolchain knows, such as the C compiler it would use, is shown as unknown.
///
/// Secrets are never printed: user names, passwords and queries in URLs, and the arguments of commands in GOAUTH, are
/// replaced by `xxxxx` in every format.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith env                     every variable and where it comes from
  modsmith env GOPROXY GOSUMDB     two values, one a line
  modsmith env --changed           what differs from the defaults
  modsmith env --json GOFLAGS      with the origin, schema modsmith.env/1")]
pub struct Args {
    /// Variables to print
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,

    /// Only variables that differ from their default
    #[arg(long)]
    pub changed: bool,

    /// How to print them
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// The values of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Values with their origin; with names, values alone
    Text,
    /// Values with their origin, schema `modsmith.env/1`
    Json,
    /// Assignments for a shell, as `go env` prints them
    Go,
}
