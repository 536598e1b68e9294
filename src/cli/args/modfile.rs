//! Arguments of `modfile`.

/// Parse, format and edit go.mod and go.work.
#[derive(Debug, clap::Args)]
pub struct Args {}
