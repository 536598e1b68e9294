//! Arguments of `verify`.

use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::args::LoadFlags;
use crate::cli::args::subcommands::subcommands;
use crate::cli::complete;

/// Check that what is built, vendored and shipped is what the checksum database has seen.
///
/// Without a subcommand everything that applies here is checked: go.sum itself, the module cache, the checksum database
/// and, where there is one, the vendor directory. Each finding names its subject, what was expected, what was found,
/// where, and what to do.
///
/// Exit code 5 says that bytes, a hash, a signature or a proof do not match; 1 that something is missing, superfluous or
/// could not be proven; 0 that all is well, warnings aside.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith verify                             everything that applies here
  modsmith verify cache --all --repair        the whole module cache; what is wrong is fetched again
  modsmith verify sum --fix                   write the go.sum that Go would
  modsmith verify sumdb --offline             what can be proven without the network
  modsmith verify binary ./bin --format sarif")]
pub struct Args {
    /// How the result is printed.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How modules are loaded.
    #[command(flatten)]
    pub load: LoadFlags,
    /// One part alone.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// How the result is printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct OutputArgs {
    /// How to print the result
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Short for `--format json`, schema `modsmith.verify/1`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// The values of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people
    Human,
    /// Checks and findings, schema `modsmith.verify/1`
    Json,
    /// SARIF 2.1.0 for code scanning
    Sarif,
}

subcommands! {
    /// The parts; the documentation of the arguments is their help.
    pub enum Command {
        "cache" => Cache(CacheArgs),
        "sum" => Sum(SumArgs),
        "sumdb" => Sumdb(SumDbArgs),
        "vendor" => Vendor(VendorArgs),
        "binary" => Binary(BinaryArgs),
        "module" => Module(ModuleArgs),
        "tags" => Tags(TagsArgs),
        "explain" => Explain(ExplainArgs),
    }
}

/// Check the module cache: zips, hashes and unpacked files.
///
/// The verdicts are those of `go mod verify`, in its words. Beyond that each zip is checked against go.sum's own line,
/// and files that were added as empty directories or links are found.
#[derive(Debug, clap::Args)]
pub struct CacheArgs {
    /// Check every module of the cache instead of the build list
    #[arg(long)]
    pub all: bool,

    /// Fetch again what is wrong; nothing is removed that cannot be replaced
    #[arg(long)]
    pub repair: bool,

    /// How the result is printed
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Check go.sum against itself and against the build list.
///
/// Malformed lines, merge conflicts, contradictions and unknown hash algorithms are found, lines that are missing and
/// lines that nothing needs; JSON says of each line which module of which graph needs it. In a workspace go.work.sum is
/// checked with the go.sum of each of its modules.
///
/// Which packages are imported is not looked at: every module of the build list may have a line for its zip.
#[derive(Debug, clap::Args)]
pub struct SumArgs {
    /// Write the lines that Go would; each is verified first, by the checksum database or, if private, by its bytes
    #[arg(long)]
    pub fix: bool,

    /// Say of each line who needs it, and why; JSON always does
    #[arg(long)]
    pub explain: bool,

    /// How the result is printed
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Prove each line of go.sum with the checksum database.
///
/// The signed tree head is checked, the inclusion of each line through tiles, and that the log has only grown since the
/// last tree head that Go or modsmith has seen (kept in GOPATH/pkg/sumdb, as Go keeps it). Where the log was forked or
/// rolled back, both signed heads are saved as evidence.
///
/// Private modules (GONOSUMDB, GOPRIVATE) are not asked for. With `--offline` what is cached is used; what cannot be
/// proven from it is named, with exit code 1.
#[derive(Debug, clap::Args)]
pub struct SumDbArgs {
    /// Compare with the tree head that this other way to the same database shows
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub second_opinion: Option<String>,

    /// How the result is printed
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Check the vendor directory: modules.txt and every file.
///
/// vendor/modules.txt is compared with go.mod or go.work, with the findings of `go build -mod=vendor`; every vendored
/// file with the module zip whose hash was verified.
#[derive(Debug, clap::Args)]
pub struct VendorArgs {
    /// How the result is printed
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Check the modules that Go binaries were built from.
///
/// What `go version -m` prints is read out of ELF, Mach-O, PE, XCOFF and Plan 9 files, also stripped ones, and out of
/// WebAssembly. Directories are searched for binaries, and so are images: OCI layouts, as a directory or an archive, and
/// what `docker save` writes; of an image what its last layer leaves is looked at, under the name IMAGE!/PATH.
///
/// Each hash is checked against go.sum: that of the module or workspace around, or the one named with `--sum`. What
/// stands in no go.sum is looked up in the checksum database; private modules (GONOSUMDB, GOPRIVATE) never are. Replaced
/// and unversioned modules, missing hashes, changed work trees and releases of Go out of support are found as well;
/// `SOURCE_DATE_EPOCH` says at which time, else the clock.
///
/// `--json` prints the objects of `go version -m -json`, with a field `Findings` where there are any; `--format json`
/// prints everything as one document, schema `modsmith.verify/1`.
#[derive(Debug, clap::Args)]
pub struct BinaryArgs {
    /// Binaries, directories or images
    #[arg(value_name = "FILE|DIR|IMAGE", required = true, value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// The go.sum to check against
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sum: Option<PathBuf>,

    /// How to print the result
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Print the build information as `go version -m -json` does, with findings
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// Check one module: a zip, a directory or a revision of a repository.
///
/// All rules for module zips are checked and the `h1:` hashes are printed as lines of go.sum. Where go.sum at hand or the
/// checksum database knows the module version, they are compared. From a revision the zip is made exactly as Go makes
/// it: REPO is a directory, a URL or a module path, REV a tag, a branch or a commit.
#[derive(Debug, clap::Args)]
pub struct ModuleArgs {
    /// The module
    #[arg(value_name = "ZIP|DIR|REPO@REV", value_hint = ValueHint::AnyPath)]
    pub target: String,

    /// The module path, instead of the one in the zip or in go.mod
    #[arg(long, value_name = "PATH")]
    pub module: Option<String>,

    /// The version to take it for; the hash depends on it
    #[arg(long = "as", value_name = "VERSION")]
    pub version: Option<String>,

    /// Write the zip that is made of a directory or revision to a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,

    /// How the result is printed
    #[command(flatten)]
    pub output_format: OutputArgs,
}

/// Check the tags of your own modules against what proxy and database recorded.
///
/// Does each tag in git give the recorded hash, and which recorded versions were never tagged?
#[derive(Debug, clap::Args)]
pub struct TagsArgs {
    /// Module paths, as in GOPRIVATE
    #[arg(value_name = "PATTERN")]
    pub pattern: String,

    /// How the result is printed
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Find out who differs when Go says `checksum mismatch`.
///
/// Cache, go.sum, the proxies one by one, the database and the tag in git are compared; the likely cause and its mend
/// are named.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// Go's message or MODULE@VERSION; `-`, or nothing, reads the message from standard input
    #[arg(value_name = "MISMATCH", add = ArgValueCompleter::new(complete::module_version))]
    pub mismatch: Option<String>,

    /// How the result is printed
    #[command(flatten)]
    pub output: OutputArgs,
}
