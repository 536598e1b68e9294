//! Arguments of `graph lint`.

use crate::cli::args::FindingsOutput;

/// Find mistakes of meaning in go.mod.
///
/// What is found is allowed and resolves, and yet is not what anybody wanted. Each finding has an id, its line, and the
/// command that mends it. Problems end the command with exit code 1, whatever the format; with `--strict` warnings do, too.
///
/// Everything is judged by what is on disk. With `--online` proxies are asked for tags, retractions and deprecations.
/// Findings are allowed in modsmith.toml: an entry of `[[lint.allow]]` has `rule`, `modules`, `reason` and `expires`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Rules:
  SEM-001  warning  `+incompatible` on a module that has a go.mod
  SEM-002  warning  a path with a major version that has no tag (with --online)
  SEM-003  note     several majors of one module
  SEM-004  warning  a pseudo-version although a tag was made at or after that commit (with --online)
  SEM-005  problem  a pseudo-version that disagrees with the time of its commit
  SEM-006  note     a v0 module raised across minors
  SEM-007  warning  a retracted version (what newer versions say of it, with --online)
  SEM-008  warning  a deprecated module (what newer versions say of it, with --online)
  SEM-009  problem  the `go` line is lower than that of a dependency
  SEM-010  note     the `go` line is higher than any dependency needs
  SEM-011  warning  `// indirect` is missing
  SEM-012  warning  `// indirect` is superfluous
  SEM-901  warning  an exception has ended
  SEM-902  warning  an exception that nothing needs

Examples:
  modsmith graph lint
  modsmith graph lint --online --notes
  modsmith graph lint --format github            annotations in a workflow
  modsmith graph lint --format sarif > lint.sarif")]
pub struct Args {
    /// Ask proxies for tags, retractions and deprecations
    #[arg(long)]
    pub online: bool,

    /// Show notes, too
    #[arg(long)]
    pub notes: bool,

    /// Warnings end the command with exit code 1, too
    #[arg(long)]
    pub strict: bool,

    /// How the result is printed.
    #[command(flatten)]
    pub output: FindingsOutput,
}
