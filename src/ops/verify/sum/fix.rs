//! Writing the go.sum that Go would, as far as the module graph tells.
//!
//! A line is added only when somebody vouches for its hash: the checksum database, or, where it is not asked, the bytes
//! themselves. Nothing is written while hashes contradict each other: that is for a person to look at.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::files::{self, SumFile};
use super::need::Demand;
use super::{Graphs, is_integrity, judge, rules};
use crate::adapters::fs;
use crate::domain::checksum::dirhash;
use crate::domain::gosum::lines::{HashForm, SumKey, read_lines};
use crate::domain::gosum::{GoSum, SumKind};
use crate::domain::module::ModuleVersion;
use crate::ops::context::Context;
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::source::{MAX_GO_SUM, Source};
use crate::ops::verify::report::{Finding, Place, Report};

/// Writes the first of the files, that of the workspace or of the one module, and judges it anew.
pub(super) async fn write(
    ctx: &Context,
    files: &[SumFile],
    graphs: &Graphs,
    report: &mut Report,
) -> Result<(), Failure> {
    let Some(target) = files.first() else {
        return Ok(());
    };
    if report.findings.iter().any(is_integrity) {
        report.notes.push(format!(
            "{} was not written: see first to what does not match",
            target.name
        ));
        return Ok(());
    }
    if !graphs.main.is_complete {
        report.notes.push(format!(
            "{} was not written: the module graph is not known as a whole",
            target.name
        ));
        return Ok(());
    }
    let source = Source::new(ctx)?;
    let mut sums = kept(files, graphs);
    let before = sums.len();
    let missing = missing(files, graphs);
    let answers = join_all(
        missing
            .iter()
            .map(|key| vouched(&source, key, &target.name)),
    )
    .await;
    let mut refused = Vec::new();
    for (key, answer) in missing.iter().zip(answers) {
        match answer {
            Ok(hash) => sums.insert(&key.path, &key.written_version(), &hash),
            Err(finding) => refused.push(finding),
        }
    }
    if refused.iter().any(is_integrity) {
        report
            .notes
            .push(format!("{} was not written", target.name));
        report.findings.extend(refused);
        return Ok(());
    }
    let text = sums.to_bytes();
    if text != target.text {
        replace(&source, target, &text)?;
        let (added, removed) = (sums.len() - before, target.lines.len() - before);
        report.notes.push(format!(
            "{}: {added} lines added, {removed} removed",
            target.name
        ));
    }
    let mut files = files.to_vec();
    files[0].lines = read_lines(&text);
    files[0].text = text;
    report.findings = refused;
    report.lines.clear();
    files::check_form(&files, &mut report.findings);
    let mut judged = Report::default();
    judge(&files, graphs, &mut judged);
    // What could not be vouched for is said once, with the reason.
    let refused: BTreeSet<String> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == &rules::NOT_FIXED)
        .map(|finding| finding.subject.clone())
        .collect();
    judged
        .findings
        .retain(|finding| !refused.contains(&finding.subject));
    report.merge(judged);
    Ok(())
}

/// Returns the lines of the first file that stay.
fn kept(files: &[SumFile], graphs: &Graphs) -> GoSum {
    let of_members: BTreeSet<&SumKey> = files
        .iter()
        .skip(1)
        .flat_map(SumFile::sums)
        .map(|(_, sum)| &sum.key)
        .collect();
    let mut sums = GoSum::default();
    for (_, sum) in files.iter().take(1).flat_map(SumFile::sums) {
        let is_needed = !graphs.why(0, &sum.key).is_empty() || !graphs.is_complete(0);
        // The go command keeps in go.work.sum only what no module of the workspace has.
        let is_elsewhere = graphs.is_workspace && of_members.contains(&sum.key);
        if is_needed && !is_elsewhere && sum.form() != HashForm::Empty {
            sums.insert(&sum.key.path, &sum.key.written_version(), &sum.hash);
        }
    }
    sums
}

/// Returns what must be there, or most likely, and is not.
fn missing<'a>(files: &[SumFile], graphs: &'a Graphs) -> Vec<&'a SumKey> {
    let present: BTreeSet<&SumKey> = files
        .iter()
        .flat_map(SumFile::sums)
        .filter(|(_, sum)| sum.form() == HashForm::Known)
        .map(|(_, sum)| &sum.key)
        .collect();
    let needed = graphs.main.iter();
    needed
        .filter(|(key, need)| need.demand != Demand::May && !present.contains(key))
        .map(|(key, _)| key)
        .collect()
}

/// Returns a hash that somebody vouches for.
async fn vouched(source: &Source<'_>, key: &SumKey, file: &str) -> Result<String, Finding> {
    let module = ModuleVersion::new(key.path.as_str(), key.version.as_str());
    let refused =
        |why: String| Finding::new(&rules::NOT_FIXED, key.to_string(), why).at(Place::file(file));
    let lines = Box::pin(source.database_lines(&module))
        .await
        .map_err(|error| refused(error.to_string()))?;
    let Some(lines) = lines else {
        return of_bytes(source, key, &module).await.map_err(refused);
    };
    let prefix = format!("{} {} ", key.path, key.written_version());
    let hash = lines.iter().find_map(|line| line.strip_prefix(&prefix));
    let Some(hash) = hash.filter(|hash| hash.starts_with("h1:")) else {
        return Err(refused(
            "the checksum database has no line for it".to_owned(),
        ));
    };
    match files::cached_hash(source.upstreams.cache(), key) {
        Some((cached, what)) if cached != hash => {
            let message =
                format!("the {what} in the module cache is not the one of the checksum database");
            Err(
                Finding::new(&rules::DIFFERS_FROM_CACHE, key.to_string(), message)
                    .differs(hash, cached)
                    .at(Place::file(file))
                    .fix("find out who differs with `modsmith verify explain`"),
            )
        }
        _ => Ok(hash.to_owned()),
    }
}

/// Hashes what no database vouches for: a private module is believed as it comes.
async fn of_bytes(
    source: &Source<'_>,
    key: &SumKey,
    module: &ModuleVersion,
) -> Result<String, String> {
    match key.kind {
        SumKind::GoMod => {
            let text = Box::pin(source.go_mod(module)).await;
            text.map(|text| dirhash::hash_go_mod(&text))
                .map_err(|error| error.to_string())
        }
        SumKind::Module => {
            let zip = Box::pin(source.zip(module)).await;
            zip.map(|zip| zip.h1).map_err(|error| error.to_string())
        }
    }
}

/// Replaces the file, unless somebody else has changed it meanwhile.
fn replace(source: &Source<'_>, target: &SumFile, text: &[u8]) -> Result<(), Failure> {
    let _lock = source.upstreams.cache().lock_side()?;
    let now = fs::read_if_exists(&target.path, MAX_GO_SUM)?.unwrap_or_default();
    if now != target.text {
        let message = format!("{} was changed by somebody else meanwhile", target.name);
        return Err(Failure::message(FailureKind::Outside, message).hint("run it again"));
    }
    Ok(fs::replace(&target.path, text)?)
}
