//! The module cache, as `go mod verify` checks it and further.
//!
//! The verdicts of the go command come in its words. It compares zip and directory with the hash that was kept at the
//! download; here the zip is also compared with go.sum's own line, the files with those of the zip one by one, and what
//! a hash of files does not cover is looked at: directories, links, `.mod` and `.info`.
//! See <https://go.dev/ref/mod#go-mod-verify>.

mod facts;
mod judge;
mod repair;
mod rules;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use self::facts::Facts;
pub use self::rules::{OF_GO, RULES};
use super::report::{Finding, Part, Report};
use crate::adapters::modcache::{self, Comparison, ModCache, Subject};
use crate::domain::gosum::SumKind;
use crate::domain::module::{ModuleVersion, goversion};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::{self, LoadError, LoadOptions, Purpose};
use crate::ops::main_modules::MainModules;
use crate::ops::progress::{Event, Reporter};
use crate::ops::session::Session;
use crate::ops::source::{ModuleError, Reason, Source};

/// What to check, and what to do about it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// What to check.
    pub scope: Scope,
    /// What to do about findings.
    pub repair: Repair,
}

/// Which modules are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Those of the build list, and what replaces them.
    #[default]
    BuildList,
    /// Every one that the cache has anything of.
    Everything,
}

/// What becomes of what is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repair {
    /// It is reported.
    #[default]
    No,
    /// It is fetched or unpacked again; what cannot be is reported.
    Yes,
}

/// Checks the module cache.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (source, modules, mut unloaded) = modules(ctx, options).await?;
    let mut report = Report::new(Part::Cache);
    if let Some(finding) = unloaded.take() {
        let module = finding.0;
        let mut findings = vec![finding.1];
        if options.repair == Repair::Yes && repair::go_mod(&source, &module, &mut report).await {
            // The graph can be loaded now; there may be more of the kind in it.
            report.merge(Box::pin(run(ctx, options)).await?);
            return Ok(report);
        }
        report.findings.append(&mut findings);
        let note = "the build list is not known without that go.mod; no other module was checked";
        report.notes.push(note.to_owned());
        return Ok(report);
    }
    let checked = check(ctx, &source, modules).await;
    let checked = settle(ctx, &source, checked).await;
    let checked = match options.repair {
        Repair::No => checked,
        Repair::Yes => repair::all(ctx, &source, checked, &mut report).await,
    };
    for one in checked {
        report.count(Part::Cache, usize::from(one.is_there), one.bytes);
        report.findings.extend(one.findings);
    }
    Ok(report)
}

/// What was found of one module version.
struct Checked {
    module: ModuleVersion,
    /// Whether the cache has anything of it.
    is_there: bool,
    bytes: u64,
    findings: Vec<Finding>,
}

/// A go.mod that stands in the way of the build list, and the finding about it.
type Unloaded = Option<(ModuleVersion, Finding)>;

/// Returns where modules come from, and those that are to be checked.
async fn modules<'a>(
    ctx: &'a Context,
    options: &Options,
) -> Result<(Source<'a>, Vec<ModuleVersion>, Unloaded), Failure> {
    if options.scope == Scope::Everything {
        let source = source_of_everything(ctx, options).await?;
        let cache = source.upstreams.cache().clone();
        let versions = cache.versions()?;
        let modules = versions.into_iter().map(|found| found.module).collect();
        return Ok((source, modules, None));
    }
    let found = Box::pin(load::find(ctx, Purpose::Graph, &options.load)).await?;
    let (mains, mode, source) = found;
    source.read_sums(&mains)?;
    match Box::pin(build_list(ctx, mains, mode, source)).await {
        Ok((source, modules)) => Ok((source, modules, None)),
        Err(LoadError::Module { chain, error }) => {
            let source = Source::new(ctx)?;
            let (mains, ..) = Box::pin(load::find(ctx, Purpose::Graph, &options.load)).await?;
            source.read_sums(&mains)?;
            match unloaded(ctx, &source, &error) {
                Some(finding) => Ok((source, Vec::new(), Some((error.module, finding)))),
                None => Err(LoadError::Module { chain, error }.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Everything can be checked outside of a module, too; inside, its go.sum counts.
async fn source_of_everything<'a>(
    ctx: &'a Context,
    options: &Options,
) -> Result<Source<'a>, Failure> {
    match Box::pin(load::find(ctx, Purpose::Graph, &options.load)).await {
        Ok((mains, _, source)) => {
            source.read_sums(&mains)?;
            Ok(source)
        }
        Err(LoadError::NoMainModule { .. }) => Ok(Source::new(ctx)?),
        Err(error) => Err(error.into()),
    }
}

/// Returns the versions of the build list and what replaces them; main modules and toolchains are in no cache.
async fn build_list<'a>(
    ctx: &'a Context,
    mains: MainModules,
    mode: load::Mode,
    source: Source<'a>,
) -> Result<(Source<'a>, Vec<ModuleVersion>), LoadError> {
    let started = load::start(ctx, Purpose::Graph, mains, mode, source).await?;
    let (session, requirements): (Session<'_>, _) = started;
    let (_, graph) = session.expand(requirements).await?;
    let mut modules = Vec::new();
    for module in graph.build_list() {
        let is_main = module.version.is_empty() || session.mains.contains(&module.path);
        if is_main || goversion::is_toolchain(module.path.as_str()) {
            continue;
        }
        let actual = session.actual(&module).ok();
        let replaced = actual.filter(|actual| *actual != module && !actual.version.is_empty());
        modules.push(module);
        modules.extend(replaced);
    }
    modules.sort();
    modules.dedup();
    Ok((session.source, modules))
}

/// Turns an error about a go.mod of the cache into a finding; none if it is about something else.
fn unloaded(ctx: &Context, source: &Source<'_>, error: &ModuleError) -> Option<Finding> {
    let file = source.upstreams.cache().go_mod_file(&error.module)?;
    match &*error.reason {
        Reason::SumMismatch {
            what: SumKind::GoMod,
            got,
            want,
            file: sums,
        } if file.is_file() => Some(judge::go_mod(ctx, &error.module, &file, sums, got, want)),
        _ => None,
    }
}

/// Checks module versions, all at once.
async fn check(ctx: &Context, source: &Source<'_>, modules: Vec<ModuleVersion>) -> Vec<Checked> {
    let cache = source.upstreams.cache().clone();
    let reporter = Arc::clone(&ctx.reporter);
    let compared = tokio::task::spawn_blocking(move || compare(&cache, modules, &*reporter)).await;
    let compared = compared.unwrap_or_else(|bug| std::panic::resume_unwind(bug.into_panic()));
    let judged = compared
        .into_iter()
        .map(|(facts, found)| judge::judge(ctx, source, facts, &found));
    judged.collect()
}

/// Reads what there is of module versions; blocks.
fn compare(
    cache: &ModCache,
    modules: Vec<ModuleVersion>,
    reporter: &dyn Reporter,
) -> Vec<(Facts, Comparison)> {
    let facts: Vec<Facts> = modules
        .into_iter()
        .map(|module| Facts::gather(cache, module))
        .collect();
    let subjects: Vec<Subject> = facts.iter().map(Facts::subject).collect();
    let total = Some(subjects.iter().map(modcache::zip_size).sum());
    let done = AtomicU64::new(0);
    let progress = |bytes: u64| {
        let done = done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let what = "module cache";
        reporter.report(Event::Bytes { what, done, total });
    };
    let compared = modcache::compare(&subjects, &progress);
    facts.into_iter().zip(compared).collect()
}

/// Looks again at what seems wrong, under the lock of its version: another process may have been at work on it.
async fn settle(ctx: &Context, source: &Source<'_>, checked: Vec<Checked>) -> Vec<Checked> {
    let mut settled = Vec::with_capacity(checked.len());
    for one in checked {
        let lock = source.upstreams.cache().lock_file(&one.module);
        let lock = lock.filter(|file| !one.findings.is_empty() && file.is_file());
        let Some(file) = lock else {
            settled.push(one);
            continue;
        };
        // A cache that cannot even be locked is one that nobody writes to.
        let waited = tokio::task::spawn_blocking(move || facts::wait(&file)).await;
        let Ok(Ok(held)) = waited else {
            settled.push(one);
            continue;
        };
        settled.extend(check(ctx, source, vec![one.module]).await);
        drop(held);
    }
    settled
}
