//! Fetching again what is wrong in the module cache. Nothing is removed before its replacement is there and verified.

use std::collections::BTreeSet;

use super::rules::{
    DIR_ADDED, DIR_MODIFIED, DIR_UNREADABLE, FILE_ADDED, FILE_MISSING, FILE_MODIFIED,
    FILE_UNREADABLE, INFO_WRONG, MOD_DIFFERS, MOD_MODIFIED, NOT_A_FILE, PARTIAL, ZIP_FOREIGN,
    ZIP_MODIFIED, ZIP_SUM, ZIP_UNREADABLE, ZIPHASH_MISSING, ZIPHASH_WRONG,
};
use super::{Checked, check};
use crate::domain::module::ModuleVersion;
use crate::ops::context::Context;
use crate::ops::source::{ModuleError, Source};
use crate::ops::verify::report::{Report, Rule};

/// What is done about a rule, in the order in which it is done.
const STEPS: &[(Step, &[Rule])] = &[
    (
        Step::Zip,
        &[ZIP_MODIFIED, ZIP_UNREADABLE, ZIP_SUM, ZIP_FOREIGN],
    ),
    (Step::ZipHash, &[ZIPHASH_MISSING, ZIPHASH_WRONG]),
    (
        Step::Dir,
        &[
            DIR_ADDED,
            DIR_MODIFIED,
            DIR_UNREADABLE,
            FILE_ADDED,
            FILE_MISSING,
            FILE_MODIFIED,
            FILE_UNREADABLE,
            NOT_A_FILE,
            PARTIAL,
        ],
    ),
    (Step::GoMod, &[MOD_DIFFERS, MOD_MODIFIED]),
    (Step::Info, &[INFO_WRONG]),
];

/// One thing that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The zip is fetched again.
    Zip,
    /// The zip is hashed again, or fetched if it is not good.
    ZipHash,
    /// The directory is unpacked again.
    Dir,
    /// The go.mod is fetched again.
    GoMod,
    /// The information is fetched again.
    Info,
}

/// Repairs what can be, and returns what is found afterwards.
pub(super) async fn all(
    ctx: &Context,
    source: &Source<'_>,
    checked: Vec<Checked>,
    report: &mut Report,
) -> Vec<Checked> {
    let mut after = Vec::with_capacity(checked.len());
    for one in checked {
        if one.findings.is_empty() {
            after.push(one);
            continue;
        }
        let broken: BTreeSet<&str> = one.findings.iter().map(|found| found.rule.id).collect();
        // The hash tells which of zip and directory is at fault, so it comes first if it is wrong alone.
        let steps = steps(&broken);
        let mut has_failed = false;
        for step in steps {
            if let Err(error) = take(source, &one.module, step).await {
                report.notes.push(format!("cannot repair: {error}"));
                has_failed = true;
                break;
            }
        }
        let again = check(ctx, source, vec![one.module.clone()]).await;
        if !has_failed && again.iter().all(|one| one.findings.is_empty()) {
            report.notes.push(format!("{}: repaired", one.module));
        }
        after.extend(again);
    }
    after
}

/// Fetches a go.mod again; reports whether that went well.
pub(super) async fn go_mod(
    source: &Source<'_>,
    module: &ModuleVersion,
    report: &mut Report,
) -> bool {
    match source.go_mod_again(module).await {
        Ok(()) => {
            report.notes.push(format!("{module}: repaired"));
            true
        }
        Err(error) => {
            report.notes.push(format!("cannot repair: {error}"));
            false
        }
    }
}

/// Returns what is to be done about broken rules.
fn steps(broken: &BTreeSet<&str>) -> Vec<Step> {
    let wanted = STEPS
        .iter()
        .filter(|(_, rules)| rules.iter().any(|rule| broken.contains(rule.id)));
    let mut steps: Vec<Step> = wanted.map(|(step, _)| *step).collect();
    let only_hash = broken.contains(ZIPHASH_WRONG.id)
        && !broken.contains(ZIP_SUM.id)
        && !broken.contains(ZIP_FOREIGN.id)
        && !broken.contains(ZIP_UNREADABLE.id);
    if only_hash {
        // The hash is what zip and directory were compared with: only with the right one it shows what else is wrong.
        let has_files = [
            FILE_ADDED,
            FILE_MISSING,
            FILE_MODIFIED,
            FILE_UNREADABLE,
            NOT_A_FILE,
            DIR_ADDED,
        ]
        .iter()
        .any(|rule| broken.contains(rule.id));
        steps.retain(|step| *step != Step::Zip && (*step != Step::Dir || has_files));
    } else if steps.contains(&Step::Zip) {
        // The hash comes with the zip.
        steps.retain(|step| *step != Step::ZipHash);
    }
    steps
}

async fn take(source: &Source<'_>, module: &ModuleVersion, step: Step) -> Result<(), ModuleError> {
    match step {
        Step::Zip => source.zip_again(module).await.map(drop),
        Step::ZipHash => source.hash_again(module).await.map(drop),
        Step::Dir => source.unpack_again(module).await.map(drop),
        Step::GoMod => source.go_mod_again(module).await,
        Step::Info => source.info_again(module).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(broken: &[Rule], expect: &[Step]) {
        let broken = broken.iter().map(|rule| rule.id).collect();
        assert_eq!(steps(&broken), expect);
    }

    #[test]
    fn no_more_is_done_than_needed() {
        check(&[], &[]);
        check(&[DIR_MODIFIED, FILE_MODIFIED], &[Step::Dir]);
        check(&[ZIP_MODIFIED], &[Step::Zip]);
        check(
            &[ZIP_MODIFIED, DIR_MODIFIED, FILE_ADDED],
            &[Step::Zip, Step::Dir],
        );
        check(
            &[ZIP_MODIFIED, DIR_MODIFIED, ZIPHASH_WRONG],
            &[Step::ZipHash],
        );
        check(&[ZIPHASH_MISSING], &[Step::ZipHash]);
        check(&[ZIP_SUM, ZIPHASH_WRONG], &[Step::Zip]);
        check(&[MOD_MODIFIED, INFO_WRONG], &[Step::GoMod, Step::Info]);
    }

    #[test]
    fn every_rule_has_a_step() {
        for rule in super::super::RULES {
            check_has_step(rule);
        }
    }

    #[track_caller]
    fn check_has_step(rule: &Rule) {
        let is_known = STEPS
            .iter()
            .any(|(_, rules)| rules.iter().any(|known| known.id == rule.id));
        assert!(is_known, "{}", rule.id);
    }
}
