//! Arguments of `env`.

/// Print the Go environment with the origin of each value.
#[derive(Debug, clap::Args)]
pub struct Args {}
