//! `mod tidy` as versioned JSON: `modsmith.tidy/1`. The schema stands beside this file in `tidy.schema.json`.

use serde::Serialize;

use crate::domain::module::ModulePath;
use crate::ops::commit::FileChange;
use crate::ops::tidy::{Change, Line, Reason, Report, Tidied};
use crate::render::human::diff::unified;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tidy: bool,
    written: bool,
    modules: Vec<ModuleDto<'a>>,
}

#[derive(Serialize)]
struct ModuleDto<'a> {
    module: &'a str,
    dir: &'a str,
    files: Vec<FileDto<'a>>,
    lines: Vec<LineDto<'a>>,
    unused: Vec<&'a str>,
    errors: Vec<String>,
}

#[derive(Serialize)]
struct FileDto<'a> {
    path: &'a str,
    new: bool,
    diff: String,
}

#[derive(Serialize)]
struct LineDto<'a> {
    file: &'static str,
    line: String,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<&'a str>,
    chain: &'a [String],
}

/// Renders the report.
pub fn render(report: &Report, written: bool) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.tidy/1",
        tidy: report.is_tidy(),
        written: written && !report.is_tidy(),
        modules: report.modules.iter().map(module).collect(),
    })
}

fn module(module: &Tidied) -> ModuleDto<'_> {
    ModuleDto {
        module: module.module.as_str(),
        dir: &module.dir,
        files: module.changes.files.iter().map(file).collect(),
        lines: module.reasons.iter().map(line).collect(),
        unused: module.unused.iter().map(ModulePath::as_str).collect(),
        errors: module.problems.iter().map(ToString::to_string).collect(),
    }
}

fn file(file: &FileChange) -> FileDto<'_> {
    let before = file.before.as_deref().unwrap_or_default();
    FileDto {
        path: &file.shown,
        new: file.before.is_none(),
        diff: unified(&file.shown, before, &file.after),
    }
}

fn line(reason: &Reason) -> LineDto<'_> {
    let (change, was) = match &reason.change {
        Change::Added => ("added", None),
        Change::Removed => ("removed", None),
        Change::Was(was) => ("changed", Some(was.as_str())),
    };
    LineDto {
        file: match reason.line {
            Line::Require { .. } | Line::Other(_) => "go.mod",
            Line::Sum(_) => "go.sum",
        },
        line: reason.line.to_string(),
        change,
        was,
        chain: &reason.chain,
    }
}
