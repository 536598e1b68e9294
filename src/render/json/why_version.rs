//! `graph why MODULE@VERSION` as versioned JSON: `modsmith.why-version/1`. The schema stands beside this file in
//! `why_version.schema.json`.

use serde::Serialize;

use super::edges::{self, EdgeDto, ModuleDto};
use super::replaces::{ChangeDto, change};
use crate::domain::module::{ModulePath, Version};
use crate::ops::why_version::{Answer, Loser, Report, Way};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    answers: Vec<AnswerDto<'a>>,
}

#[derive(Serialize)]
struct AnswerDto<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(rename = "selectedVersion", skip_serializing_if = "Option::is_none")]
    selected_version: Option<&'a str>,
    selected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    replace: Option<ModuleDto<'a>>,
    chains: Vec<Vec<EdgeDto<'a>>>,
    more: bool,
    #[serde(rename = "forcedBy")]
    forced_by: Vec<EdgeDto<'a>>,
    losers: Vec<LoserDto<'a>>,
    ways: Vec<WayDto<'a>>,
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    similar: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct LoserDto<'a> {
    version: &'a str,
    #[serde(rename = "requiredBy")]
    required_by: Vec<EdgeDto<'a>>,
}

#[derive(Serialize)]
struct WayDto<'a> {
    get: String,
    #[serde(rename = "in", skip_serializing_if = "<[_]>::is_empty")]
    directories: &'a [String],
    selects: &'a str,
    changes: Vec<ChangeDto<'a>>,
}

/// Renders the report.
pub fn render(report: &Report) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.why-version/1",
        answers: report.answers.iter().map(answer).collect(),
    })
}

fn answer(answer: &Answer) -> AnswerDto<'_> {
    let missing = answer.missing.as_ref();
    AnswerDto {
        path: answer.wanted.path.as_str(),
        version: answer.wanted.version.as_ref().map(Version::as_str),
        selected_version: answer.selected.as_ref().map(Version::as_str),
        selected: answer.is_selected(),
        replace: answer.replacement.as_ref().map(edges::module),
        chains: answer
            .chains
            .iter()
            .map(|chain| edges::edges(chain))
            .collect(),
        more: answer.has_more,
        forced_by: edges::edges(&answer.forced_by),
        losers: answer.losers.iter().map(loser).collect(),
        ways: answer.ways.iter().map(way).collect(),
        notes: &answer.notes,
        similar: missing.map(|missing| missing.similar.iter().map(ModulePath::as_str).collect()),
    }
}

fn loser(loser: &Loser) -> LoserDto<'_> {
    LoserDto {
        version: loser.version.as_str(),
        required_by: edges::edges(&loser.required_by),
    }
}

fn way(way: &Way) -> WayDto<'_> {
    WayDto {
        get: way.argument.to_string(),
        directories: &way.directories,
        selects: way.selects.as_str(),
        changes: way.changes.iter().map(change).collect(),
    }
}
