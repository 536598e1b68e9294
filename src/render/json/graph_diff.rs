//! `graph diff` as versioned JSON: `modsmith.graph-diff/1`. The schema stands beside this file in
//! `graph_diff.schema.json`.

use serde::Serialize;

use super::edges::{self, EdgeDto, LineDto};
use crate::domain::module::Version;
use crate::ops::graph_diff::{DirectiveChange, ModuleChange, Report, Stated};
use crate::render::human::graph_diff::word;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    before: &'a str,
    after: &'a str,
    modules: Vec<ModuleDto<'a>>,
    directives: Vec<DirectiveDto<'a>>,
}

#[derive(Serialize)]
struct ModuleDto<'a> {
    path: &'a str,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'a str>,
    direct: bool,
    chain: Vec<EdgeDto<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<usize>,
}

#[derive(Serialize)]
struct DirectiveDto<'a> {
    file: &'a str,
    directive: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<StatedDto<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<StatedDto<'a>>,
}

#[derive(Serialize)]
struct StatedDto<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    value: &'a str,
    place: LineDto<'a>,
}

/// Renders the report.
pub fn render(report: &Report) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.graph-diff/1",
        before: &report.before,
        after: &report.after,
        modules: report.modules.iter().map(module).collect(),
        directives: report.directives.iter().map(directive).collect(),
    })
}

fn module(change: &ModuleChange) -> ModuleDto<'_> {
    ModuleDto {
        path: change.path.as_str(),
        change: word(change.kind),
        before: change.before.as_ref().map(Version::as_str),
        after: change.after.as_ref().map(Version::as_str),
        direct: change.is_direct,
        chain: edges::edges(&change.cause.chain),
        cause: change.cause.edge,
    }
}

fn directive(change: &DirectiveChange) -> DirectiveDto<'_> {
    DirectiveDto {
        file: &change.file,
        directive: change.directive,
        subject: &change.subject,
        before: change.before.as_ref().map(stated),
        after: change.after.as_ref().map(stated),
    }
}

fn stated(stated: &Stated) -> StatedDto<'_> {
    StatedDto {
        value: &stated.value,
        place: edges::line(&stated.line),
    }
}
