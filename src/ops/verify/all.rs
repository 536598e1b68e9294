//! Every part of the verification that applies to the module or workspace at hand, in one report.

use std::future::Future;

use super::report::{Finding, Level, Part, Report, Rule};
use super::{cache, sum, sumdb, vendor};
use crate::ops::context::Context;
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::load::LoadOptions;

/// The rules of this part.
pub const RULES: &[Rule] = &[PART_FAILED, PART_REFUSED];

const PART_FAILED: Rule = Rule {
    id: "verify-part-failed",
    level: Level::Problem,
    title: "A part of the verification could not be carried out",
    help: "What this part would have checked is not known to be good. The message says what stood in the way; the part can be run on its own, as `modsmith verify PART`.",
};

const PART_REFUSED: Rule = Rule {
    id: "verify-part-refused",
    level: Level::Integrity,
    title: "A part of the verification ended at bytes, a signature or a proof that does not match",
    help: "The part could not go on after what the message says. Run it on its own, as `modsmith verify PART`, to see more.",
};

/// Runs the parts one after the other. A part that fails is a finding; where all of them fail, so does this.
pub async fn run(ctx: &Context, load: &LoadOptions) -> Result<Report, Failure> {
    let mut all = All::default();
    let options = sum::Options {
        load: load.clone(),
        ..sum::Options::default()
    };
    all.add(Part::Sum, sum::run(ctx, &options)).await;
    let options = cache::Options {
        load: load.clone(),
        ..cache::Options::default()
    };
    all.add(Part::Cache, cache::run(ctx, &options)).await;
    let options = sumdb::Options {
        load: load.clone(),
        ..sumdb::Options::default()
    };
    all.add(Part::SumDb, sumdb::run(ctx, &options)).await;
    let options = vendor::Options {
        load: load.clone(),
        absent: vendor::Absent::Fine,
    };
    all.add(Part::Vendor, vendor::run(ctx, &options)).await;
    all.end()
}

/// What the parts said so far.
#[derive(Default)]
struct All {
    report: Report,
    ran: usize,
    failed: Vec<(Part, Failure)>,
}

impl All {
    async fn add(&mut self, part: Part, work: impl Future<Output = Result<Report, Failure>>) {
        match Box::pin(work).await {
            Ok(report) => {
                self.ran += 1;
                self.report.merge(report);
            }
            Err(failure) => self.failed.push((part, failure)),
        }
    }

    fn end(mut self) -> Result<Report, Failure> {
        if self.ran == 0
            && let Some((_, failure)) = self.failed.pop()
        {
            return Err(failure);
        }
        for (part, failure) in self.failed {
            let rule = if failure.kind == FailureKind::Integrity {
                &PART_REFUSED
            } else {
                &PART_FAILED
            };
            let name = format!("verify {}", part.name());
            let mut finding = Finding::new(rule, name, failure.to_string().replace('\n', " "));
            finding.fix = failure.hints.first().cloned();
            self.report.findings.push(finding);
            self.report
                .merge(Report::skipped(part, "it failed, see above"));
        }
        // Each line explained is more than a summary.
        self.report.lines.clear();
        Ok(self.report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(results: Vec<(Part, Result<Report, Failure>)>) -> Result<Report, Failure> {
        let mut all = All::default();
        for (part, result) in results {
            match result {
                Ok(report) => {
                    all.ran += 1;
                    all.report.merge(report);
                }
                Err(failure) => all.failed.push((part, failure)),
            }
        }
        all.end()
    }

    #[test]
    fn one_failure_is_a_finding() {
        let failure = Failure::message(FailureKind::Outside, "no network").hint("wait");
        let report = end(vec![
            (Part::Sum, Ok(Report::new(Part::Sum))),
            (Part::SumDb, Err(failure)),
        ]);
        let report = report.unwrap();
        assert_eq!((report.exit_code(), report.checks.len()), (1, 2));
        assert_eq!(report.findings[0].subject, "verify sumdb");
        assert_eq!(report.findings[0].fix.as_deref(), Some("wait"));
    }

    #[test]
    fn bytes_that_do_not_match_stay_worse() {
        let failure = Failure::message(FailureKind::Integrity, "mismatch");
        let report = end(vec![
            (Part::Sum, Ok(Report::new(Part::Sum))),
            (Part::Cache, Err(failure)),
        ]);
        assert_eq!(report.unwrap().exit_code(), 5);
    }

    #[test]
    fn failures_alone_are_a_failure() {
        let failure = || Failure::input("no go.mod");
        let result = end(vec![
            (Part::Sum, Err(failure())),
            (Part::Cache, Err(failure())),
        ]);
        assert_eq!(result.unwrap_err().kind, FailureKind::Input);
    }
}
