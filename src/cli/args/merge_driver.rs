//! Arguments of `merge-driver`.

use std::path::PathBuf;

use clap::ValueHint;

/// Merge go.mod, go.work and go.sum for git, by what they say.
///
/// git calls it with the common ancestor, both sides and the path of the file; the result takes the place of our side.
/// What one side changed is taken from that side; of two versions of a requirement the higher one counts, as minimal
/// version selection says; layout and comments are ours. What these rules do not decide gets git's marks, just around the
/// lines in question, and the exit code is 1.
///
/// The result is proved with what is on this machine: it parses and says what was decided, its graph resolves, no hash
/// of go.sum disagrees with the module cache. What could not be proved is said.
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_long_help = "\
Examples:
  modsmith merge-driver --install            for the repository at hand: .gitattributes and .git/config
  modsmith merge-driver --install --global   for all repositories of the user
  modsmith merge-driver --check              exit code 1 where git does not know the driver
  modsmith merge-driver %O %A %B %P          how git calls it"
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub struct Args {
    /// The common ancestor (`%O`), our side (`%A`), their side (`%B`), and the path of the file (`%P`)
    #[arg(num_args = 4, value_names = ["BASE", "OURS", "THEIRS", "PATH"], value_hint = ValueHint::FilePath,
          required_unless_present_any = ["install", "uninstall", "check"],
          conflicts_with_all = ["install", "uninstall", "check"])]
    pub files: Vec<PathBuf>,

    /// How long the marks of conflicts are (`%L`)
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u8).range(1..=200))]
    pub marker_size: u8,

    /// Tell git about the driver: .gitattributes for which files, the configuration how to call it
    #[arg(long, conflicts_with_all = ["uninstall", "check"])]
    pub install: bool,

    /// Take that back
    #[arg(long, conflicts_with = "check")]
    pub uninstall: bool,

    /// See whether git knows the driver
    #[arg(long)]
    pub check: bool,

    /// For all repositories of the user
    #[arg(long, conflicts_with = "files")]
    pub global: bool,
}
