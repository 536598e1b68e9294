//! Arguments of `mod`.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgAction, ArgMatches, FromArgMatches, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::subcommands::subcommands;
use crate::cli::args::{TextFormat, download, get, tidy, vendor};
use crate::cli::complete;
use crate::domain::modfile::change::Flag;

/// Parse, format and edit go.mod and go.work, keep them tidy, change requirements and download them.
///
/// `parse`, `fmt` and `edit` read one file and look nothing up. A file is a go.work if it is called so or ends in `.work`, a go.mod
/// if it ends in `.mod`; any other name is judged by its contents.
#[derive(Debug, clap::Args)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_long_help = "\
Examples:
  modsmith mod parse --json                       as `go mod edit -json`
  modsmith mod fmt --check go.mod go.work         for CI: prints a diff, exit code 1
  modsmith mod tidy --check                       is everything listed that is needed, and nothing else?
  modsmith mod edit --require=golang.org/x/mod@v0.42.0 --go=1.26
  modsmith mod edit --work --use=./tools --print  go.work instead of go.mod
  modsmith mod get golang.org/x/mod@latest        as `go get`"
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

subcommands! {
    /// What to do with the file.
    pub enum Command {
        "parse" => Parse(ParseArgs),
        "fmt" => Fmt(FmtArgs),
        "edit" => Edit(Box<EditArgs>),
        "get" => Get(get::Args),
        "download" => Download(download::Args),
        "tidy" => Tidy(Box<tidy::Args>),
        "vendor" => Vendor(vendor::Args),
    }
}

/// Print what a go.mod or go.work says.
///
/// Text is one directive a line with its line number. JSON is byte for byte that of `go mod edit -json` or `go work edit
/// -json`, and so has Go's own shape and no schema field: a script can put one program in the place of the other.
/// Everything that is wrong with the file is shown at once, with the line and a caret.
#[derive(Debug, clap::Args)]
pub struct ParseArgs {
    /// The file
    #[command(flatten)]
    pub file: FileArgs,

    /// How to print it
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextFormat>,

    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// Rewrite go.mod and go.work in canonical form, as `go mod edit -fmt` does.
///
/// Comments stay. Blocks are sorted, and repeated lines that say the same go. A file is replaced as a whole, and only if
/// its text changes.
#[derive(Debug, clap::Args)]
pub struct FmtArgs {
    /// The files [default: the main module's go.mod]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,

    /// Take the go.work in use where no file is named
    #[arg(long, conflicts_with = "files")]
    pub work: bool,

    /// Change nothing: print a diff, and end with exit code 1 if there is one
    #[arg(long)]
    pub check: bool,
}

/// Edit a go.mod or go.work, as `go mod edit` and `go work edit` do.
///
/// The flags are those of the go command, with two dashes, and are carried out in the order given; `--module`, `--go` and
/// `--toolchain` come first. The rest of the file keeps its comments and order; it is formatted as by `modsmith mod fmt`,
/// and replaced as a whole.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith mod edit --replace=example.com/a@v1.2.3=../a
  modsmith mod edit --droprequire=example.com/b --print
  modsmith mod edit --retract='[v1.0.0,v1.0.5]' --json
  modsmith mod edit --work --use=./tools --dropuse=./old")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct EditArgs {
    /// The file
    #[command(flatten)]
    pub file: FileArgs,

    /// What to change, in the order of the command line
    #[command(flatten)]
    pub edits: Edits,

    /// Format the file and make no other change
    #[arg(long)]
    pub fmt: bool,

    /// Print the file instead of writing it
    #[arg(long, conflicts_with = "json")]
    pub print: bool,

    /// Print the file as Go's JSON instead of writing it
    #[arg(long)]
    pub json: bool,

    /// Write nothing: print a diff, and end with exit code 1 if there is one
    #[arg(long, conflicts_with_all = ["print", "json"])]
    pub check: bool,
}

/// Which file.
#[derive(Debug, clap::Args)]
pub struct FileArgs {
    /// The file [default: the main module's go.mod]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,

    /// Take the go.work in use where no file is named
    #[arg(long, conflicts_with = "file")]
    pub work: bool,
}

/// The flags that edit, with their values, in the order of the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits(pub Vec<(Flag, String)>);

impl clap::Args for Edits {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.args(Flag::ALL.map(|flag| {
            let (value, help) = describe(flag);
            let argument = clap::Arg::new(flag.name())
                .long(flag.name())
                .value_name(value)
                .help(help)
                .help_heading("Edits")
                .action(ArgAction::Append);
            match flag {
                Flag::Require | Flag::DropRequire | Flag::Exclude => {
                    argument.add(ArgValueCompleter::new(complete::module_version))
                }
                Flag::Use | Flag::DropUse | Flag::Ignore | Flag::DropIgnore => {
                    argument.value_hint(ValueHint::DirPath)
                }
                _ => argument,
            }
        }))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Edits {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut edits = Self::default();
        edits.update_from_arg_matches(matches)?;
        Ok(edits)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let mut found = Vec::new();
        for flag in Flag::ALL {
            let Some(values) = matches.get_many::<String>(flag.name()) else {
                continue;
            };
            let indices = matches
                .indices_of(flag.name())
                .ok_or_else(|| clap::Error::new(ErrorKind::InvalidValue))?;
            found.extend(
                indices
                    .zip(values)
                    .map(|(index, value)| (index, flag, value.clone())),
            );
        }
        found.sort_by_key(|(index, ..)| *index);
        self.0 = found
            .into_iter()
            .map(|(_, flag, value)| (flag, value))
            .collect();
        Ok(())
    }
}

const fn describe(flag: Flag) -> (&'static str, &'static str) {
    match flag {
        Flag::Module => ("PATH", "Set the module path"),
        Flag::Go => ("VERSION", "Set the go line; `none` drops it"),
        Flag::Toolchain => ("NAME", "Set the toolchain line; `none` drops it"),
        Flag::Godebug => ("KEY=VALUE", "Set a godebug key; other lines of the key go"),
        Flag::DropGodebug => ("KEY", "Drop the lines of a godebug key"),
        Flag::Require => (
            "PATH@VERSION",
            "Set a requirement; other lines of the path go",
        ),
        Flag::DropRequire => ("PATH", "Drop the requirements of a path"),
        Flag::Exclude => ("PATH@VERSION", "Exclude a version"),
        Flag::DropExclude => ("PATH@VERSION", "Drop an exclusion"),
        Flag::Replace => (
            "OLD[@V]=NEW[@V]",
            "Replace a module version, or all versions, by another module or a directory",
        ),
        Flag::DropReplace => ("OLD[@V]", "Drop a replacement"),
        Flag::Retract => ("VERSION", "Retract a version, or an interval `[LOW,HIGH]`"),
        Flag::DropRetract => ("VERSION", "Drop a retraction"),
        Flag::Tool => ("PATH", "Add a tool"),
        Flag::DropTool => ("PATH", "Drop a tool"),
        Flag::Ignore => ("DIR", "Add a directory to ignore"),
        Flag::DropIgnore => ("DIR", "Drop a directory to ignore"),
        Flag::Use => ("DIR", "Add the module in a directory to go.work"),
        Flag::DropUse => ("DIR", "Drop the module in a directory from go.work"),
    }
}
