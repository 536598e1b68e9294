//! `graph what-if` as versioned JSON: `modsmith.what-if/1`. The schema stands beside this file in `what_if.schema.json`.

use serde::Serialize;

use super::get::{ChangeDto, change};
use crate::ops::what_if::{Report, Verdict};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    written: bool,
    notes: &'a [String],
    changes: Vec<ChangeDto<'a>>,
    retracted: Vec<VerdictDto<'a>>,
    deprecated: Vec<VerdictDto<'a>>,
    files: &'a [String],
}

#[derive(Serialize)]
struct VerdictDto<'a> {
    path: &'a str,
    version: &'a str,
    reason: &'a str,
}

/// Renders the report.
pub fn render(report: &Report) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.what-if/1",
        written: report.is_written,
        notes: &report.notes,
        changes: report.changes.iter().map(change).collect(),
        retracted: report.retracted.iter().map(verdict).collect(),
        deprecated: report.deprecated.iter().map(verdict).collect(),
        files: &report.files,
    })
}

fn verdict(verdict: &Verdict) -> VerdictDto<'_> {
    VerdictDto {
        path: verdict.module.path.as_str(),
        version: verdict.module.version.as_str(),
        reason: &verdict.why,
    }
}
