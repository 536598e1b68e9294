//! Modules into the module cache, as `go mod download` puts them there: version information, go.mod, zip and files, all
//! of it verified.
//!
//! See <https://go.dev/ref/mod#go-mod-download>.

mod one;
mod wanted;

use futures_util::stream::{self, StreamExt as _};

use crate::domain::module::info::Origin;
use crate::ops::commit;
use crate::ops::context::Context;
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::load::{self, LoadError, LoadOptions, Purpose};
use crate::ops::packages::resolve::State;
use crate::ops::session::Session;

/// How many modules are fetched, verified and unpacked at once.
const AT_ONCE: usize = 32;

/// What to download.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Module paths, patterns or `path@query`; without any, what the main module needs.
    pub modules: Vec<String>,
    /// Whether go.sum is written although modules could not be had, as with `-json`.
    pub keep_going: bool,
}

/// The modules in the order of the arguments.
#[derive(Debug, Default)]
pub struct Report {
    /// One entry for each module that is no directory of the user's.
    pub modules: Vec<Download>,
    /// What ended the search for modules early; those found until then are there.
    pub failure: Option<LoadError>,
}

/// One module: the fields of `go mod download -json`, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Download {
    /// The module path.
    pub path: String,
    /// The version.
    pub version: String,
    /// The query that gave the version, where they differ.
    pub query: String,
    /// What went wrong.
    pub error: Option<Trouble>,
    /// The `.info` file in the module cache.
    pub info: String,
    /// The go.mod in the module cache.
    pub go_mod: String,
    /// The zip in the module cache.
    pub zip: String,
    /// Where it was unpacked.
    pub dir: String,
    /// The hash of its contents.
    pub sum: String,
    /// The hash of its go.mod.
    pub go_mod_sum: String,
    /// Where in version control the version was found.
    pub origin: Option<Origin>,
}

/// Why a module could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// In the words of the go command.
    pub text: String,
    /// What kind of trouble it is.
    pub kind: FailureKind,
    /// What can be done about it.
    pub hints: Vec<String>,
    /// Whether go.sum says something else.
    pub contradicts_sums: bool,
}

impl Report {
    /// Turns the first modules that failed into the failure of the whole; none where all of them are there.
    pub fn failed(&mut self) -> Option<Failure> {
        let troubles: Vec<_> = self
            .modules
            .iter()
            .filter_map(|module| module.error.as_ref())
            .collect();
        let Some(kind) = self.kind() else {
            return self.failure.take().map(Failure::from);
        };
        let texts: Vec<_> = troubles
            .iter()
            .map(|trouble| trouble.text.as_str())
            .collect();
        let mut failure = Failure::message(kind, texts.join("\n"));
        for hint in troubles.iter().flat_map(|trouble| &trouble.hints) {
            if !failure.hints.contains(hint) {
                failure.hints.push(hint.clone());
            }
        }
        Some(failure)
    }

    /// Returns the worst that happened to a module.
    pub fn kind(&self) -> Option<FailureKind> {
        let rank = |kind: &FailureKind| match kind {
            FailureKind::Integrity => 3,
            FailureKind::Outside => 2,
            _ => 1,
        };
        let troubles = self
            .modules
            .iter()
            .filter_map(|module| module.error.as_ref());
        troubles.map(|trouble| trouble.kind).max_by_key(rank)
    }
}

/// Downloads modules.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (session, requirements) =
        Box::pin(load::load(ctx, Purpose::Download, &options.load)).await?;
    let found = Box::pin(wanted::find(&session, requirements, &options.modules)).await?;
    // What is downloaded because nobody said what may be more than is needed: that goes into no go.sum.
    let is_asked = !options.modules.is_empty() || session.mains.work.is_some();
    if !is_asked {
        write(&session, found.state.as_ref()).await?;
    }
    let downloads = stream::iter(found.modules.into_iter().enumerate())
        .map(async |(at, download)| (at, one::complete(&session.source, download).await))
        // Whatever is done makes room for the next: nobody waits behind a big module.
        .buffer_unordered(AT_ONCE);
    let mut modules = Box::pin(downloads.collect::<Vec<_>>()).await;
    modules.sort_by_key(|(at, _)| *at);
    let modules = modules.into_iter().map(|(_, download)| download).collect();
    let report = Report {
        modules,
        failure: found.failure,
    };
    let mut troubles = report
        .modules
        .iter()
        .filter_map(|module| module.error.as_ref());
    let may_write = if options.keep_going {
        troubles.all(|trouble| !trouble.contradicts_sums)
    } else {
        troubles.next().is_none()
    };
    if is_asked && may_write {
        write(&session, found.state.as_ref()).await?;
    }
    Ok(report)
}

/// Brings go.mod and go.sum in line with what was loaded and verified.
async fn write(session: &Session<'_>, state: Option<&State>) -> Result<(), Failure> {
    if let Some(state) = state {
        let changes = commit::plan(session, state, None, &commit::Options::default()).await?;
        changes.write()?;
    }
    Ok(())
}
