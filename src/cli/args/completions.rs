//! Arguments of `completions`.

use clap::ValueEnum;

/// Print a completion script for a shell.
///
/// The script completes commands and flags. Module paths and versions are completed by modsmith itself, from the
/// go.mod at hand and from the module cache: put `source <(COMPLETE=bash modsmith)` (or zsh, fish, powershell, elvish
/// in the way of that shell) into the shell's start-up file instead of the script.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// The shells that there are scripts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names of the shells")]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}
