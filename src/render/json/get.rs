//! `mod get` as versioned JSON: `modsmith.get/1`. The schema stands beside this file in `get.schema.json`.

use serde::Serialize;

use crate::domain::module::{ModuleVersion, Version};
use crate::ops::get::{Change, Report};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    written: bool,
    notes: &'a [String],
    changes: Vec<ChangeDto<'a>>,
}

#[derive(Serialize)]
pub(super) struct ChangeDto<'a> {
    path: &'a str,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    listed: bool,
    required_by: Vec<RequirerDto<'a>>,
}

#[derive(Serialize)]
struct RequirerDto<'a> {
    path: &'a str,
    version: &'a str,
}

/// Renders the report.
pub fn render(report: &Report, is_written: bool) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.get/1",
        written: is_written,
        notes: &report.notes,
        changes: report.changes.iter().map(change).collect(),
    })
}

pub(super) fn change<'a>(change: &'a Change) -> ChangeDto<'a> {
    let requirer = |module: &'a ModuleVersion| RequirerDto {
        path: module.path.as_str(),
        version: module.version.as_str(),
    };
    ChangeDto {
        path: change.path.as_str(),
        change: change.verb().word(),
        from: change.from.as_ref().map(Version::as_str),
        to: change.to.as_ref().map(Version::as_str),
        listed: change.is_told,
        required_by: change.required_by.iter().map(requirer).collect(),
    }
}
