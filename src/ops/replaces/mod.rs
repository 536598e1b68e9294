//! Every `replace` line: whether it is in force, what is wrong with it, and what the build would be without it.
//!
//! Only the lines of go.work and of main modules count; go.work's win. The lines of dependencies are ignored, and what
//! stands for a module is not replaced again. See <https://go.dev/ref/mod#go-mod-file-replace>.

mod effect;
mod faults;
mod hidden;
pub mod rules;
mod standing;

use std::path::PathBuf;

use super::context::Context;
use super::failure::Failure;
use super::graph;
use super::load::LoadOptions;
use super::places::{Line, Places};
use super::session::Session;
use super::verify::report::{Finding, Level};
use super::why_version::Change;
use crate::domain::modfile::Replace;
use crate::domain::module::{ModuleVersion, Version};

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Whether the builds with and without each line are compared.
    pub effects: bool,
}

/// The lines.
#[derive(Debug, Default)]
pub struct Report {
    /// Those of go.work and of main modules, in the order of the files.
    pub lines: Vec<ReplaceLine>,
    /// Those of dependencies, by module.
    pub hidden: Vec<Hidden>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// A line of a main module or of go.work.
#[derive(Debug)]
pub struct ReplaceLine {
    /// Where.
    pub place: Line,
    /// What is replaced; all versions where the version is empty.
    pub old: ModuleVersion,
    /// What stands for it; a directory where the version is empty.
    pub new: ModuleVersion,
    /// Whether it counts.
    pub standing: Standing,
    /// What becomes of the build without it; none where it has no effect or nobody asked.
    pub effect: Option<Effect>,
    /// The main module with the line; none for go.work.
    pub(super) member: Option<usize>,
    /// Its position among the lines of its file.
    pub(super) position: usize,
    /// The directory, where it is one.
    pub(super) dir: Option<PathBuf>,
}

/// Whether a line counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The build uses what stands for the module.
    InForce,
    /// Another version is selected; that of the line is required, so that its requirements count.
    RequirementsOnly(Version),
    /// Another version is selected, and nobody requires that of the line.
    OtherVersion(Version),
    /// Nobody requires the module.
    NotRequired,
    /// A main module is never replaced.
    MainModule,
    /// Another line counts.
    Overridden(Line),
}

/// What becomes of the build without a line.
#[derive(Debug)]
pub enum Effect {
    /// The build is another one.
    Uses {
        /// What stands for the module then, by another line; none where it is itself.
        uses: Option<ModuleVersion>,
        /// The modules that change, besides the one that is not replaced any more.
        changes: Vec<Change>,
    },
    /// The build cannot be loaded.
    Fails(String),
}

/// A line of a dependency, which is ignored.
#[derive(Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The dependency.
    pub module: ModuleVersion,
    /// Where.
    pub place: Line,
    /// What it replaces.
    pub old: ModuleVersion,
    /// By what.
    pub new: ModuleVersion,
    /// The version of the replaced module that is selected here; none where it is not in the build list.
    pub selected: Option<Version>,
}

impl Report {
    /// Reports whether nothing is worse than a warning.
    pub fn is_sound(&self) -> bool {
        let is_bad =
            |finding: &Finding| matches!(finding.rule.level, Level::Problem | Level::Integrity);
        !self.findings.iter().any(is_bad)
    }
}

/// Looks at every line.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (session, graph) = Box::pin(graph::with_session(ctx, &options.load)).await?;
    let places = Places::new(&session);
    let mut report = Report {
        lines: lines(&session, &places),
        ..Report::default()
    };
    for at in 0..report.lines.len() {
        report.lines[at].standing = standing::of(&session, &graph, &report.lines, at);
    }
    report.hidden = hidden::find(&session, &graph);
    report.findings = faults::find(&session, &report);
    if options.effects {
        effect::add(&session, &options.load, &graph, &mut report.lines).await?;
    }
    Ok(report)
}

fn lines(session: &Session<'_>, places: &Places<'_, '_>) -> Vec<ReplaceLine> {
    let mains = &session.mains;
    let mut lines = Vec::new();
    let mut add = |line: &Replace, place: Line, member: Option<usize>, position| {
        let base = member.map_or(mains.base_dir(), |member| {
            mains.modules[member].root.as_path()
        });
        let is_dir = line.new.version.is_empty();
        lines.push(ReplaceLine {
            place,
            old: line.old.clone(),
            new: line.new.clone(),
            standing: Standing::NotRequired,
            effect: None,
            member,
            position,
            dir: is_dir.then(|| super::main_modules::clean(&base.join(line.new.path.as_str()))),
        });
    };
    if let Some(work) = &mains.work {
        for (position, line) in work.file.replace.iter().enumerate() {
            if let Some(place) = places.of_work(line.line) {
                add(line, place, None, position);
            }
        }
    }
    for (member, main) in mains.modules.iter().enumerate() {
        for (position, line) in main.file.replace.iter().enumerate() {
            add(
                line,
                places.of_main(main, line.line),
                Some(member),
                position,
            );
        }
    }
    lines
}
