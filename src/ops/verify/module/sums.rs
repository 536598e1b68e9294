//! The hashes of a module against what is known of it: go.sum at hand, or else the checksum database.

use super::contents::Hashes;
use super::rules::SUM;
use super::run::Options;
use crate::domain::gosum::SumKind;
use crate::domain::module::ModuleVersion;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::{self, LoadError, Purpose};
use crate::ops::source::{ModuleError, Reason, Source};
use crate::ops::verify::report::{Finding, ModuleSum, Report};

/// Adds the hashes to the report, and compares them.
pub(super) async fn compare(
    ctx: &Context,
    options: &Options,
    module: &ModuleVersion,
    hashes: &Hashes,
    report: &mut Report,
) -> Result<(), Failure> {
    for (suffix, hash) in [("", &hashes.zip), ("/go.mod", &hashes.go_mod)] {
        report.sums.push(ModuleSum {
            path: module.path.as_str().to_owned(),
            version: format!("{}{suffix}", module.version),
            hash: hash.clone(),
        });
    }
    let source = Box::pin(source(ctx, options, report)).await?;
    let mut is_known = true;
    for (kind, hash) in [
        (SumKind::Module, &hashes.zip),
        (SumKind::GoMod, &hashes.go_mod),
    ] {
        match source.check_sums(module, kind, hash) {
            Ok(known) => is_known &= known,
            Err(error) => {
                mismatch(ctx, module, error, report)?;
                // What go.sum says is said; the database would only say it again.
                return Ok(());
            }
        }
    }
    if is_known {
        report
            .notes
            .push("the hashes are those in go.sum".to_owned());
        return Ok(());
    }
    let answers = Box::pin(source.database_lines(module)).await;
    match answers {
        Ok(None) => report.notes.push(format!(
            "the checksum database is not asked for {}",
            module.path
        )),
        Ok(Some(lines)) => compare_lines(module, hashes, &lines, report),
        Err(error) if error.is_integrity() => return Err(error.into()),
        Err(error) => report
            .notes
            .push(format!("the checksum database does not tell: {error}")),
    }
    Ok(())
}

/// Finds the go.sum files at hand; there may be none.
async fn source<'a>(
    ctx: &'a Context,
    options: &Options,
    report: &mut Report,
) -> Result<Source<'a>, Failure> {
    let problem = match Box::pin(load::find(ctx, Purpose::Graph, &options.load)).await {
        Ok((mains, _, source)) => match source.read_sums(&mains) {
            Ok(()) => return Ok(source),
            Err(error) => error,
        },
        Err(LoadError::NoMainModule { .. }) => return Ok(Source::new(ctx)?),
        Err(error) => error,
    };
    report
        .notes
        .push(format!("no go.sum is compared: {problem}"));
    Ok(Source::new(ctx)?)
}

fn compare_lines(module: &ModuleVersion, hashes: &Hashes, lines: &[String], report: &mut Report) {
    let key = |suffix: &str| format!("{} {}{suffix} h1:", module.path, module.version);
    let mut is_known = true;
    for (suffix, hash) in [("", &hashes.zip), ("/go.mod", &hashes.go_mod)] {
        let key = key(suffix);
        let mut recorded = lines
            .iter()
            .filter_map(|line| line.trim().strip_prefix(&key))
            .map(|rest| format!("h1:{rest}"))
            .peekable();
        is_known &= recorded.peek().is_some();
        let recorded: Vec<_> = recorded.collect();
        if recorded.iter().any(|recorded| recorded == hash) {
            continue;
        }
        if let Some(recorded) = recorded.first() {
            let what = if suffix.is_empty() { "zip" } else { "go.mod" };
            let message = format!("the checksum database has another hash of the {what}");
            let finding = Finding::new(&SUM, module.to_string(), message);
            let finding = finding.differs(recorded, hash);
            report.findings.push(finding.fix(explain(module)));
        }
    }
    if is_known && report.findings.iter().all(|finding| *finding.rule != SUM) {
        let note = "the hashes are those in the checksum database";
        report.notes.push(note.to_owned());
    }
}

/// Makes a finding of a hash that differs; any other error stays one.
fn mismatch(
    ctx: &Context,
    module: &ModuleVersion,
    error: ModuleError,
    report: &mut Report,
) -> Result<(), Failure> {
    let Reason::SumMismatch {
        what,
        got,
        want,
        file,
    } = &*error.reason
    else {
        return Err(error.into());
    };
    let what = match what {
        SumKind::Module => "zip",
        SumKind::GoMod => "go.mod",
    };
    let file = ctx.short_path(file);
    let message = format!("{file} has another hash of the {what}");
    let finding = Finding::new(&SUM, module.to_string(), message).differs(want, got);
    report.findings.push(finding.fix(explain(module)));
    Ok(())
}

fn explain(module: &ModuleVersion) -> String {
    format!("find out who differs: `modsmith verify explain {module}`")
}
