//! `graph lint` as versioned JSON: `modsmith.lint/1`. The schema stands beside this file in `lint.schema.json`.

use serde::Serialize;

use super::findings::{self, FindingDto};
use crate::ops::lint::Report;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    modules: usize,
    findings: Vec<FindingDto<'a>>,
    #[serde(rename = "hiddenNotes")]
    hidden_notes: usize,
    allowed: usize,
    remarks: &'a [String],
}

/// Renders the report.
pub fn render(report: &Report) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.lint/1",
        modules: report.modules,
        findings: findings::findings(&report.findings),
        hidden_notes: report.hidden_notes,
        allowed: report.allowed,
        remarks: &report.remarks,
    })
}
