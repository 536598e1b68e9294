//! `graph tree` as versioned JSON: `modsmith.tree/1`.
//!
//! The schema stands beside this file in `tree.schema.json`. The tree is a list of lines with their depth: a nested
//! one would be deeper than what many readers of JSON accept.

use serde::Serialize;

use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::ops::tree::{Report, Row, RowBelow, Standing};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    rows: Vec<RowDto<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<MissingDto<'a>>,
}

#[derive(Serialize)]
struct RowDto<'a> {
    depth: usize,
    #[serde(flatten)]
    module: ModuleDto<'a>,
    main: bool,
    selected: bool,
    #[serde(rename = "selectedVersion", skip_serializing_if = "str::is_empty")]
    selected_version: &'a str,
    indirect: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    replace: Option<ModuleDto<'a>>,
    below: &'static str,
}

#[derive(Serialize)]
struct ModuleDto<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
}

#[derive(Serialize)]
struct MissingDto<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    versions: Vec<&'a str>,
    similar: Vec<&'a str>,
}

/// Renders the report.
pub fn render(report: &Report) -> Vec<u8> {
    let missing = report.missing.as_ref().map(|missing| MissingDto {
        path: missing.wanted.path.as_str(),
        version: missing.wanted.version.as_ref().map(Version::as_str),
        versions: missing.versions.iter().map(Version::as_str).collect(),
        similar: missing.similar.iter().map(ModulePath::as_str).collect(),
    });
    let rows = report.rows.iter().map(row).collect();
    super::document(&Document {
        schema: "modsmith.tree/1",
        rows,
        missing,
    })
}

fn row(row: &Row) -> RowDto<'_> {
    RowDto {
        depth: row.depth,
        module: module(&row.module),
        main: row.standing == Standing::Main,
        selected: !matches!(row.standing, Standing::NotSelected(_)),
        selected_version: match &row.standing {
            Standing::NotSelected(selected) => selected.as_str(),
            Standing::Main | Standing::Selected => "",
        },
        indirect: row.is_indirect,
        replace: row.replacement.as_ref().map(module),
        below: match row.below {
            RowBelow::All => "all",
            RowBelow::Elsewhere => "elsewhere",
            RowBelow::Cut => "cut",
            RowBelow::NotFollowed => "not-followed",
            RowBelow::Pruned => "pruned",
        },
    }
}

fn module(module: &ModuleVersion) -> ModuleDto<'_> {
    ModuleDto {
        path: module.path.as_str(),
        version: module.version.as_str(),
    }
}
