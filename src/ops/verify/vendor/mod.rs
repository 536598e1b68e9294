//! `verify vendor`: vendor/modules.txt against go.mod or go.work, with the findings of `go build -mod=vendor`, and every
//! vendored file against the verified module that it was copied from.
//!
//! See <https://go.dev/ref/mod#vendoring>.

mod files;
mod list;
mod packages;
mod rules;
mod trees;

use std::path::PathBuf;

pub use rules::RULES;

use crate::domain::vendor::expected::CopyRules;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::{LoadOptions, Vendored, load_vendored, vendor_dir};
use crate::ops::verify::report::{Part, Place, Report};

/// What is checked.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// What a missing vendor directory means.
    pub absent: Absent,
}

/// What it means that there is no vendor directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Absent {
    /// Nothing is vendored, where there should be.
    #[default]
    Wrong,
    /// There is nothing to check.
    Fine,
}

/// Checks the vendor directory of the main modules.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let vendored = load_vendored(ctx, &options.load).await?;
    let check = Check::new(ctx, &vendored);
    if options.absent == Absent::Fine && !check.dir.exists() {
        return Ok(Report::skipped(
            Part::Vendor,
            "there is no vendor directory",
        ));
    }
    let mut report = Report::new(Part::Vendor);
    let trees = trees::open(&check, &mut report).await;
    list::check(&check, &trees, &mut report);
    packages::check(&check, &mut report);
    files::check(&check, &trees, &mut report);
    Ok(report)
}

/// What all checks look at.
struct Check<'a> {
    ctx: &'a Context,
    vendored: &'a Vendored<'a>,
    /// The vendor directory.
    dir: PathBuf,
    rules: CopyRules,
    /// What makes the vendor directory anew.
    command: &'static str,
}

impl<'a> Check<'a> {
    fn new(ctx: &'a Context, vendored: &'a Vendored<'a>) -> Self {
        Self {
            ctx,
            vendored,
            dir: vendor_dir(&vendored.mains),
            rules: CopyRules::of_go_version(vendored.mains.go_version()),
            command: if vendored.mains.work.is_some() {
                "go work vendor"
            } else {
                "go mod vendor"
            },
        }
    }

    /// Says what to do about most findings.
    fn again(&self) -> String {
        format!("run `{}`", self.command)
    }

    /// Returns a path in the vendor directory as people read it.
    fn shown(&self, path: &str) -> String {
        self.ctx.short_path(&self.dir.join(path))
    }

    /// Returns a line of vendor/modules.txt.
    fn modules_txt(&self, line: usize) -> Place {
        let text = self.vendored.text.as_deref().unwrap_or_default();
        Place::line(self.shown("modules.txt"), line, line_text(text, line))
    }
}

/// Returns a line of a text, counted from one, without its end.
fn line_text(text: &[u8], line: usize) -> String {
    let found = text
        .split(|byte| *byte == b'\n')
        .nth(line.saturating_sub(1));
    let text = String::from_utf8_lossy(found.unwrap_or_default());
    text.trim_end().chars().take(200).collect()
}
