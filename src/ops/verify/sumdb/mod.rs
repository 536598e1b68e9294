//! go.sum against the checksum database: each line is in a signed record, the record is in the log, and the log is the
//! one that was seen before.
//!
//! What is on this machine is used first, on all cores. Then the missing records are fetched all at once, with the tree
//! head that the database shows now, and after that the tiles that they need together. See
//! <https://go.dev/ref/mod#checksum-database>.

mod evidence;
mod faults;
mod heads;
mod rules;

pub use rules::RULES;

use std::collections::BTreeMap;

use futures_util::future::join_all;
use rayon::prelude::*;

use self::faults::Faults;
use super::report::{Finding, Part, Place, Report};
use super::sum::files::{self, SumFile};
use crate::adapters::sumdb::{SumDbClient, SumDbError};
use crate::domain::gosum::SumKind;
use crate::domain::gosum::lines::{HashForm, RawLine, Sum, SumKey};
use crate::domain::module::ModulePath;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::{self, LoadOptions, Purpose};
use crate::ops::progress::Event;
use crate::ops::source::Source;

/// The only path that is looked up whatever GONOSUMDB says: toolchains have no other check.
const TOOLCHAIN: &str = "golang.org/toolchain";

/// What to check.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Another way to the same database, whose tree head has to fit.
    pub second_opinion: Option<String>,
}

/// A module version that go.sum has lines for: path and version.
type Module = (ModulePath, String);

/// The lines that are to be proven, by module version.
type Claims<'a> = BTreeMap<Module, Vec<Claim<'a>>>;

/// One line that is to be proven.
struct Claim<'a> {
    file: &'a SumFile,
    line: &'a RawLine,
    sum: &'a Sum,
}

impl Claim<'_> {
    fn place(&self) -> Place {
        Place::line(&self.file.name, self.line.number, &self.line.text)
    }
}

/// Checks every line of the go.sum files at hand.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (mains, _, source) = Box::pin(load::find(ctx, Purpose::Graph, &options.load)).await?;
    let Some(client) = source.database() else {
        return Ok(Report::skipped(Part::SumDb, "GOSUMDB is off"));
    };
    let files = files::read(ctx, &mains)?;
    let mut report = Report::new(Part::SumDb);
    let claims = claims(&source, &files, &mut report);
    report.count(Part::SumDb, claims.values().map(Vec::len).sum(), 0);
    let mut faults = Faults::new(client);
    let missing = judge_cached(client, &claims, &mut faults, &mut report);
    Box::pin(fetch(
        ctx,
        &source,
        &claims,
        missing,
        &mut faults,
        &mut report,
    ))
    .await;
    if let Some(url) = &options.second_opinion {
        let opinion = heads::second_opinion(ctx, &source, url, &mut faults, &mut report);
        Box::pin(opinion).await?;
    }
    let proven = claims.len() - faults.modules();
    faults.end(proven, &mut report)?;
    if proven != 0
        && let Ok(latest) = client.latest()
    {
        let size = latest.tree.size;
        report
            .notes
            .push(format!("proven in a signed tree of {size} records"));
    }
    client.flush();
    Ok(report)
}

/// Gathers the lines that can be proven; the others are counted.
fn claims<'a>(source: &Source<'_>, files: &'a [SumFile], report: &mut Report) -> Claims<'a> {
    let mut claims = Claims::new();
    let (mut private, mut unreadable) = (0, 0);
    for file in files {
        unreadable += file.lines.len() - file.sums().count();
        for (line, sum) in file.sums() {
            let path = sum.key.path.as_str();
            if path != TOOLCHAIN && source.upstreams.private().no_sumdb(path) {
                private += 1;
                continue;
            }
            if matches!(sum.form(), HashForm::Unknown | HashForm::Empty) {
                unreadable += 1;
                continue;
            }
            let module = (ModulePath::new(path), sum.key.version.clone());
            claims
                .entry(module)
                .or_default()
                .push(Claim { file, line, sum });
        }
    }
    if private != 0 {
        report.notes.push(format!(
            "{private} lines of private modules were not asked for (GONOSUMDB, GOPRIVATE)"
        ));
    }
    if unreadable != 0 {
        report.notes.push(format!(
            "{unreadable} lines have no hash that could be proven; `modsmith verify sum` names them"
        ));
    }
    claims
}

/// Judges what the files of this machine can prove; returns the module versions for which they are not enough.
fn judge_cached<'a>(
    client: &SumDbClient,
    claims: &'a Claims<'_>,
    faults: &mut Faults<'a>,
    report: &mut Report,
) -> Vec<Module> {
    let modules: Vec<_> = claims.iter().collect();
    let answers: Vec<_> = modules
        .par_iter()
        .map(|(module, _)| cached(client, module))
        .collect();
    let mut missing = Vec::new();
    for ((module, claims), answer) in modules.into_iter().zip(answers) {
        match answer {
            Ok(Some(lines)) => judge(claims, &lines, client, report),
            Ok(None) => missing.push(module.clone()),
            Err(error) => faults.add(module, claims, error),
        }
    }
    missing
}

/// Returns the lines of both kinds that the database has for a module version, if that needs no network.
fn cached(
    client: &SumDbClient,
    (path, version): &Module,
) -> Result<Option<Vec<String>>, SumDbError> {
    let Some(mut lines) = client.lookup_cached(path, version)? else {
        return Ok(None);
    };
    let of_go_mod = client.lookup_cached(path, &format!("{version}/go.mod"))?;
    lines.extend(of_go_mod.unwrap_or_default());
    Ok(Some(lines))
}

/// Fetches and judges what this machine does not have, and the tree head that the database shows now.
async fn fetch<'a>(
    ctx: &Context,
    source: &'a Source<'_>,
    claims: &'a Claims<'_>,
    missing: Vec<Module>,
    faults: &mut Faults<'a>,
    report: &mut Report,
) {
    let Some(client) = source.database() else {
        return;
    };
    ctx.reporter.report(Event::Wanted(missing.len() as u64));
    let (shown, missing) =
        futures_util::future::join(client.fetch_head(), client.fetch_ahead(&missing)).await;
    // Most likely it is the largest tree: the tiles of its edge serve all the others.
    heads::compare_shown(ctx, source, shown, faults, report).await;
    let mut answers = Vec::new();
    let ask = async |(path, version): &Module| {
        let answer = client.lookup(path, version).await;
        ctx.reporter
            .report(Event::Arrived(&format!("{path}@{version}")));
        answer
    };
    // Where it is not, the first record has the largest tree.
    let (first, others) = missing.split_at(missing.len().min(1));
    for part in [first, others] {
        let part = part.iter().map(async |module| (module, ask(module).await));
        answers.extend(join_all(part).await);
    }
    for (module, answer) in answers {
        let Some((module, claims)) = claims.get_key_value(module) else {
            continue;
        };
        match answer.and_then(|_| cached(client, module)) {
            Ok(lines) => judge(claims, &lines.unwrap_or_default(), client, report),
            Err(error) => faults.add(module, claims, error),
        }
    }
}

/// Compares lines of go.sum with those of a proven record.
fn judge(claims: &[Claim<'_>], lines: &[String], client: &SumDbClient, report: &mut Report) {
    for claim in claims {
        let SumKey { path, .. } = &claim.sum.key;
        let prefix = format!("{path} {} ", claim.sum.key.written_version());
        let recorded = lines.iter().find_map(|line| line.strip_prefix(&prefix));
        let subject = claim.sum.key.to_string();
        let finding = match recorded {
            Some(hash) if hash == claim.sum.hash => continue,
            Some(hash) => {
                let what = match claim.sum.key.kind {
                    SumKind::Module => "module",
                    SumKind::GoMod => "go.mod",
                };
                let message = format!("{} has another hash for this {what}", client.name());
                Finding::new(&rules::LINE_DIFFERS, subject, message)
                    .differs(hash, &claim.sum.hash)
                    .fix("do not use the module before you know who differs: `modsmith verify explain`")
            }
            None => {
                let message = format!("the record of {} has no such line", client.name());
                Finding::new(&rules::LINE_ABSENT, subject, message)
            }
        };
        report.findings.push(finding.at(claim.place()));
    }
}
