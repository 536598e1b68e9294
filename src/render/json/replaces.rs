//! `graph replaces` as versioned JSON: `modsmith.replaces/1`. The schema stands beside this file in
//! `replaces.schema.json`.

use serde::Serialize;

use super::edges::{self, LineDto, ModuleDto};
use super::findings::{self, FindingDto};
use crate::domain::module::Version;
use crate::ops::replaces::{Effect, Hidden, ReplaceLine, Report, Standing};
use crate::ops::why_version::Change;
use crate::render::human::graph_diff::word;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    lines: Vec<LineOfFile<'a>>,
    hidden: Vec<HiddenDto<'a>>,
    findings: Vec<FindingDto<'a>>,
}

#[derive(Serialize)]
struct LineOfFile<'a> {
    place: LineDto<'a>,
    old: ModuleDto<'a>,
    new: ModuleDto<'a>,
    standing: &'static str,
    #[serde(rename = "selectedVersion", skip_serializing_if = "Option::is_none")]
    selected: Option<&'a str>,
    #[serde(rename = "overriddenBy", skip_serializing_if = "Option::is_none")]
    by: Option<LineDto<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    without: Option<EffectDto<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum EffectDto<'a> {
    Changes {
        #[serde(skip_serializing_if = "Option::is_none")]
        uses: Option<ModuleDto<'a>>,
        changes: Vec<ChangeDto<'a>>,
    },
    Fails {
        error: &'a str,
    },
}

#[derive(Serialize)]
pub(super) struct ChangeDto<'a> {
    path: &'a str,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'a str>,
}

#[derive(Serialize)]
struct HiddenDto<'a> {
    module: ModuleDto<'a>,
    place: LineDto<'a>,
    old: ModuleDto<'a>,
    new: ModuleDto<'a>,
    #[serde(rename = "selectedVersion", skip_serializing_if = "Option::is_none")]
    selected: Option<&'a str>,
}

/// Renders the report.
pub fn render(report: &Report) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.replaces/1",
        lines: report.lines.iter().map(line).collect(),
        hidden: report.hidden.iter().map(hidden).collect(),
        findings: findings::findings(&report.findings),
    })
}

fn line(line: &ReplaceLine) -> LineOfFile<'_> {
    let (standing, selected, by) = match &line.standing {
        Standing::InForce => ("in-force", None, None),
        Standing::RequirementsOnly(selected) => ("requirements-only", Some(selected), None),
        Standing::OtherVersion(selected) => ("other-version", Some(selected), None),
        Standing::NotRequired => ("not-required", None, None),
        Standing::MainModule => ("main-module", None, None),
        Standing::Overridden(by) => ("overridden", None, Some(edges::line(by))),
    };
    LineOfFile {
        place: edges::line(&line.place),
        old: edges::module(&line.old),
        new: edges::module(&line.new),
        standing,
        selected: selected.map(Version::as_str),
        by,
        without: line.effect.as_ref().map(|effect| match effect {
            Effect::Uses { uses, changes } => EffectDto::Changes {
                uses: uses.as_ref().map(edges::module),
                changes: changes.iter().map(change).collect(),
            },
            Effect::Fails(error) => EffectDto::Fails { error },
        }),
    }
}

pub(super) fn change(change: &Change) -> ChangeDto<'_> {
    ChangeDto {
        path: change.path.as_str(),
        change: word(change.kind),
        before: change.before.as_ref().map(Version::as_str),
        after: change.after.as_ref().map(Version::as_str),
    }
}

fn hidden(hidden: &Hidden) -> HiddenDto<'_> {
    HiddenDto {
        module: edges::module(&hidden.module),
        place: edges::line(&hidden.place),
        old: edges::module(&hidden.old),
        new: edges::module(&hidden.new),
        selected: hidden.selected.as_ref().map(Version::as_str),
    }
}
