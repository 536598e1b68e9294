//! Arguments: clap types only, one file for each command.

pub mod completions;
pub mod cycles;
pub mod download;
pub mod env;
pub mod get;
pub mod graph;
pub mod graph_diff;
pub mod lint;
pub mod list;
pub mod merge_driver;
pub mod modfile;
pub mod packages;
pub mod replaces;
mod subcommands;
pub mod tidy;
pub mod trace;
pub mod tree;
pub mod vendor;
pub mod verify;
pub mod what_if;
pub mod why;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, ValueHint};

use self::subcommands::subcommands;

/// Go's module graph, exactly as Go sees it, with no Go installed.
///
/// modsmith reads go.mod, go.work, go.sum, the module cache and module proxies by Go's own rules. It needs no Go
/// toolchain and shares the module cache with one that is there.
#[derive(Debug, Parser)]
#[command(
    name = "modsmith",
    version,
    propagate_version = false,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_long_help = EXIT_CODES
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    checked, and the answer is no
  2    wrong usage
  3    bad input or configuration
  4    network, disk or another program failed
  5    bytes, signature or proof do not match
  70   a bug in modsmith
  130  interrupted";

/// Flags that every command knows.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Change to DIR before anything else; other paths count from there, as in Go
    #[arg(short = 'C', value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub directory: Option<PathBuf>,

    /// Never touch the network; name everything that is missing
    #[arg(long, global = true, env = "MODSMITH_OFFLINE", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub offline: bool,

    /// Trust the certificates in FILE as well (PEM)
    #[arg(long, value_name = "FILE", global = true, env = "MODSMITH_CA_FILE", hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub ca_file: Option<PathBuf>,

    /// Read settings from FILE instead of looking for modsmith.toml
    #[arg(long, value_name = "FILE", global = true, env = "MODSMITH_CONFIG", hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// When to use colour
    #[arg(long, value_name = "WHEN", global = true)]
    pub color: Option<ColorChoice>,

    /// Print nothing on stderr but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Print every request on stderr
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

subcommands! {
    /// The commands; the documentation of the arguments is their help.
    pub enum Command {
        "graph" => Graph(graph::Args),
        "env" => Env(env::Args),
        "mod" => Mod(modfile::Args),
        "verify" => Verify(verify::Args),
        "merge-driver" => MergeDriver(merge_driver::Args),
        "completions" => Completions(completions::Args),
    }
}

/// Flags of `GOFLAGS` that decide how modules are loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Module loading")]
pub struct LoadFlags {
    /// How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS
    #[arg(long = "mod", value_name = "MODE", global = true)]
    pub mode: Option<Mode>,

    /// Read FILE instead of go.mod; its go.sum stands beside it, as with Go's `-modfile`
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub modfile: Option<PathBuf>,

    /// Leave new directories of the module cache writable, as with Go's `-modcacherw`
    #[arg(long, global = true)]
    pub modcacherw: bool,
}

/// Where commands read go.mod and write modules that leave no choice about `-mod`.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct FileFlags {
    /// Use FILE instead of go.mod; its go.sum stands beside it, as with Go's `-modfile`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub modfile: Option<PathBuf>,

    /// Leave new directories of the module cache writable, as with Go's `-modcacherw`
    #[arg(long)]
    pub modcacherw: bool,
}

impl FileFlags {
    /// Returns how modules are loaded.
    pub fn load(&self) -> LoadFlags {
        LoadFlags {
            mode: None,
            modfile: self.modfile.clone(),
            modcacherw: self.modcacherw,
        }
    }
}

/// The values of `--mod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// Refuse to go on when go.mod or go.sum would have to change
    Readonly,
    /// Resolve as if go.mod could be changed; nothing is written
    Mod,
    /// Believe vendor/modules.txt
    Vendor,
}

/// The two ways in which most commands print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TextFormat {
    /// Lines of text
    Text,
    /// JSON
    Json,
}

/// How commands print that find something.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct FindingsOutput {
    /// How to print the result
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<FindingsFormat>,

    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// The values of `--format` of commands that find something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FindingsFormat {
    /// Text for people
    Text,
    /// JSON
    Json,
    /// SARIF 2.1.0 for code scanning
    Sarif,
    /// JUnit: a test for each rule
    Junit,
    /// Annotations of a GitHub workflow
    Github,
}

/// Returns the definition of the whole command line.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Returns what a command line says.
pub fn parse(arguments: &[OsString], color: ColorChoice) -> Result<Cli, clap::Error> {
    let parse = |command: clap::Command| {
        let mut matches = command.color(color).try_get_matches_from(arguments)?;
        Cli::from_arg_matches_mut(&mut matches)
    };
    // Only the whole definition has words for help and for errors.
    parse(subcommands::deferred(command)).or_else(|_| parse(command()))
}

/// Returns a hint when a long flag was written with one dash, as the go command has it.
pub fn two_dashes(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let letter = wrong.strip_prefix('-')?.chars().next()?;
    let word = arguments
        .iter()
        .filter_map(|word| word.to_str())
        .find(|word| {
            let name = word.strip_prefix('-').unwrap_or_default();
            name.len() > 1 && name.contains(letter) && !name.starts_with('-')
        })?;
    Some(format!("long flags take two dashes: `-{word}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        command().debug_assert();
    }

    #[test]
    fn one_dash_is_explained() {
        let words: Vec<OsString> = ["modsmith", "graph", "list", "-json"]
            .map(OsString::from)
            .into();
        let error = command().try_get_matches_from(&words).unwrap_err();
        let expect = "long flags take two dashes: `--json`".to_owned();
        assert_eq!(two_dashes(&error, &words), Some(expect));
    }
}
