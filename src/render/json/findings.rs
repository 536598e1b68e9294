//! Findings as several schemas have them.

use serde::Serialize;

use crate::ops::verify::report::Finding;

/// A finding.
#[derive(Serialize)]
pub(super) struct FindingDto<'a> {
    rule: &'static str,
    level: &'static str,
    subject: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceDto<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
}

#[derive(Serialize)]
struct PlaceDto<'a> {
    file: &'a str,
    line: usize,
    text: &'a str,
}

pub(super) fn findings(findings: &[Finding]) -> Vec<FindingDto<'_>> {
    findings.iter().map(finding).collect()
}

fn finding(finding: &Finding) -> FindingDto<'_> {
    FindingDto {
        rule: finding.rule.id,
        level: finding.rule.level.name(),
        subject: &finding.subject,
        message: &finding.message,
        place: finding.place.as_ref().map(|place| PlaceDto {
            file: &place.file,
            line: place.line,
            text: &place.text,
        }),
        fix: finding.fix.as_deref(),
    }
}
