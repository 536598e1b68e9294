//! `verify` as versioned JSON: `modsmith.verify/1`.
//!
//! The schema stands beside this file in `verify.schema.json`.

use serde::Serialize;

use crate::ops::verify::report::{Binary, Check, Finding, ModuleSum, Place, Report, SumLine};
use crate::render::go::{self, BuildInfoDto};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    exit: u8,
    checks: Vec<CheckDto<'a>>,
    findings: Vec<FindingDto<'a>>,
    notes: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<LineDto<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    binaries: Vec<BinaryDto<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sums: Vec<SumDto<'a>>,
}

#[derive(Serialize)]
struct CheckDto<'a> {
    name: &'static str,
    subjects: usize,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingDto<'a> {
    rule: &'static str,
    level: &'static str,
    title: &'static str,
    subject: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    got: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceDto<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    evidence: &'a [String],
}

#[derive(Serialize)]
struct PlaceDto<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    line: usize,
    #[serde(skip_serializing_if = "is_zero")]
    column: usize,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
}

#[derive(Serialize)]
struct LineDto<'a> {
    file: &'a str,
    line: usize,
    path: &'a str,
    version: &'a str,
    #[serde(rename = "neededBy")]
    needed: &'a [String],
}

#[derive(Serialize)]
struct BinaryDto<'a> {
    name: &'a str,
    format: &'static str,
    build: BuildInfoDto<'a>,
}

/// One object of the stream of `--json`: Go's, and what we found, if anything.
#[derive(Serialize)]
struct GoDto<'a> {
    #[serde(flatten)]
    info: BuildInfoDto<'a>,
    #[serde(rename = "Findings", skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingDto<'a>>,
}

/// Renders the Go binaries as `go version -m -json` does, with a field `Findings` where there are any.
pub fn go_stream(report: &Report) -> Vec<u8> {
    let mut out = Vec::new();
    for binary in &report.binaries {
        let findings = report.findings.iter();
        let findings = findings.filter(|finding| finding.subject == binary.name);
        out.extend(go::json(&GoDto {
            info: BuildInfoDto::from(&binary.go.info),
            findings: findings.map(finding).collect(),
        }));
    }
    out
}

#[derive(Serialize)]
struct SumDto<'a> {
    path: &'a str,
    version: &'a str,
    hash: &'a str,
}

/// Renders the report.
pub fn render(report: &Report) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.verify/1",
        exit: report.exit_code(),
        checks: report.checks.iter().map(check).collect(),
        findings: report.findings.iter().map(finding).collect(),
        notes: &report.notes,
        lines: report.lines.iter().map(line).collect(),
        binaries: report.binaries.iter().map(binary).collect(),
        sums: report.sums.iter().map(sum).collect(),
    })
}

fn binary(binary: &Binary) -> BinaryDto<'_> {
    BinaryDto {
        name: &binary.name,
        format: binary.go.format.name(),
        build: BuildInfoDto::from(&binary.go.info),
    }
}

fn check(check: &Check) -> CheckDto<'_> {
    CheckDto {
        name: check.name.name(),
        subjects: check.subjects,
        bytes: check.bytes,
        skipped: check.skipped.as_deref(),
    }
}

fn finding(finding: &Finding) -> FindingDto<'_> {
    FindingDto {
        rule: finding.rule.id,
        level: finding.rule.level.name(),
        title: finding.rule.title,
        subject: &finding.subject,
        message: &finding.message,
        expected: finding.expected.as_deref(),
        got: finding.got.as_deref(),
        place: finding.place.as_ref().map(place),
        fix: finding.fix.as_deref(),
        evidence: &finding.evidence,
    }
}

fn place(place: &Place) -> PlaceDto<'_> {
    PlaceDto {
        file: &place.file,
        line: place.line,
        column: place.column,
        text: &place.text,
    }
}

fn line(line: &SumLine) -> LineDto<'_> {
    LineDto {
        file: &line.file,
        line: line.line,
        path: &line.path,
        version: &line.version,
        needed: &line.needed,
    }
}

fn sum(sum: &ModuleSum) -> SumDto<'_> {
    SumDto {
        path: &sum.path,
        version: &sum.version,
        hash: &sum.hash,
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}
