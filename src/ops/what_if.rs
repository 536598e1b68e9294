//! What `get` would change, without a change: the build list before and after, and what speaks against it.
//!
//! See <https://go.dev/ref/mod#go-get>.

use futures_util::stream::{self, StreamExt as _};

use super::context::Context;
use super::failure::Failure;
use super::get::{self, Change, Done};
use super::main_modules::is_toolchain;
use super::query::{deprecation, retraction};
use super::session::Session;
use crate::domain::module::ModuleVersion;
use crate::domain::module::message::short_message;

/// How many modules are asked about side by side.
const SIDE_BY_SIDE: usize = 16;

/// What to find out.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What would be got.
    pub get: get::Options,
    /// Whether it is done as well.
    pub write: bool,
}

/// What would change.
#[derive(Debug)]
pub struct Report {
    /// What the go command says besides the changes.
    pub notes: Vec<String>,
    /// Modules, `go` and `toolchain` with another version; by path, `go` and `toolchain` first.
    pub changes: Vec<Change>,
    /// Modules whose new version is retracted, with the reason.
    pub retracted: Vec<Verdict>,
    /// Modules that would come in although they are deprecated, with the reason.
    pub deprecated: Vec<Verdict>,
    /// The files that change, as the user knows them.
    pub files: Vec<String>,
    /// Whether they were written.
    pub is_written: bool,
}

/// What the author of a module says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The module.
    pub module: ModuleVersion,
    /// The reason.
    pub why: String,
}

impl Report {
    /// Reports whether the build list, `go` and `toolchain` stay as they are.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// Finds out what would change, and does it where that is wanted.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let wanted = get::Options {
        extent: if options.write {
            get::Extent::Files
        } else {
            get::Extent::Forecast
        },
        verdicts: true,
        ..options.get.clone()
    };
    let done = Box::pin(get::resolve(ctx, &wanted)).await?;
    if options.write {
        done.write()?;
    }
    Ok(report(done, options.write))
}

fn report(done: Done, is_written: bool) -> Report {
    let Verdicts {
        retracted,
        deprecated,
    } = done.report.verdicts;
    let files = done.files.files.iter().map(|file| file.shown.clone());
    let mut changes = done.report.changes;
    // Who is told of a change by the go command does not matter here.
    changes.sort_by_key(|change| {
        let order = match change.path.as_str() {
            "go" => 0,
            "toolchain" => 1,
            _ => 2,
        };
        (order, change.path.clone())
    });
    Report {
        notes: done.report.notes,
        changes,
        retracted,
        deprecated,
        files: files.collect(),
        is_written,
    }
}

/// What authors say of modules that change.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Modules whose new version is retracted.
    pub retracted: Vec<Verdict>,
    /// Modules that come in although they are deprecated.
    pub deprecated: Vec<Verdict>,
}

/// Asks what the authors of modules that change say of the new versions. Where nobody can tell, nothing is said.
pub(super) async fn verdicts(session: &Session<'_>, changes: &[Change]) -> Verdicts {
    let asked = changes.iter().filter(|change| !is_toolchain(&change.path));
    let asked = stream::iter(asked).map(async |change| {
        let module = ModuleVersion {
            path: change.path.clone(),
            version: change.to.clone()?,
        };
        let retracted = retraction(session, &module).await.ok().flatten();
        let deprecated = match change.from {
            None => deprecation(session, &module).await.unwrap_or_default(),
            Some(_) => String::new(),
        };
        Some((module, retracted, deprecated))
    });
    let mut verdicts = Verdicts::default();
    let answers: Vec<_> = asked.buffered(SIDE_BY_SIDE).collect().await;
    for (module, retracted, deprecated) in answers.into_iter().flatten() {
        if let Some(why) = retracted {
            verdicts.retracted.push(Verdict {
                module: module.clone(),
                why: why.to_string(),
            });
        }
        if !deprecated.is_empty() {
            let why = short_message(&deprecated, "").to_owned();
            verdicts.deprecated.push(Verdict { module, why });
        }
    }
    verdicts.retracted.sort_by(|a, b| a.module.cmp(&b.module));
    verdicts.deprecated.sort_by(|a, b| a.module.cmp(&b.module));
    verdicts
}
