//! Arguments of `graph`.

use clap::ValueEnum;

use crate::cli::args::subcommands::subcommands;
use crate::cli::args::{
    LoadFlags, cycles, graph_diff, lint, list, packages, replaces, trace, tree, what_if, why,
};

/// Print the module requirement graph, as `go mod graph` does.
///
/// Each line of the text is one requirement: a module and the version of another module that its go.mod asks for. The
/// main modules stand without a version; requirements of versions that were not selected are in the graph too, as far
/// as graph pruning lets Go see them. The text is byte for byte that of `go mod graph`.
///
/// go.mod files come from the module cache or from GOPROXY, and count only when their hash agrees with go.sum or with
/// the checksum database.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  modsmith graph                      every requirement, one a line
  modsmith graph --format dot         for Graphviz
  modsmith graph --format svg > graph.svg   a drawing, made without Graphviz
  modsmith graph --format html > graph.html   the same to search and to follow
  modsmith graph --go 1.26            as if go.mod said `go 1.26`
  modsmith graph list --updates       the build list, with newer versions
  modsmith graph tree --invert golang.org/x/net
  modsmith graph why -m golang.org/x/net   which packages need it
  modsmith graph diff main...HEAD     what a branch changes, and who caused it")]
pub struct Args {
    /// Flags of the graph itself.
    #[command(flatten)]
    pub edges: EdgeArgs,
    /// How modules are loaded.
    #[command(flatten)]
    pub load: LoadFlags,
    /// Another view of the same graph.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags of the graph itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct EdgeArgs {
    /// Load the graph as the given Go version would, instead of the version that go.mod names
    #[arg(long, value_name = "VERSION")]
    pub go: Option<String>,

    /// How to print the edges
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// What is drawn as one box in an SVG; without it, as much as it takes for a drawing that can be read
    #[arg(long, value_name = "WHAT")]
    pub fold: Option<Fold>,

    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

subcommands! {
    /// Other views of the graph.
    pub enum Command {
        "list" => List(list::Args),
        "tree" => Tree(tree::Args),
        "trace" => Trace(trace::Args),
        "why" => Why(why::Args),
        "packages" => Packages(packages::Args),
        "cycles" => Cycles(cycles::Args),
        "diff" => Diff(graph_diff::Args),
        "lint" => Lint(lint::Args),
        "replaces" => Replaces(replaces::Args),
        "what-if" => WhatIf(what_if::Args),
    }
}

/// The values of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// `go mod graph`, byte for byte
    Text,
    /// Modules and requirements, schema `modsmith.graph/1`
    Json,
    /// A directed graph for Graphviz
    Dot,
    /// A flowchart for Mermaid
    Mermaid,
    /// A drawing, made without Graphviz; large graphs are folded
    Svg,
    /// One file to search, fold and follow the graph in; it loads nothing from elsewhere
    Html,
}

/// The values of `--fold`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fold {
    /// Every module version by itself
    Never,
    /// All versions of a module
    Module,
    /// All modules whose paths begin alike, as `github.com/azure`
    Owner,
    /// All modules of a host
    Host,
}
