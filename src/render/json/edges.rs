//! Requirements with their place, as several schemas have them.

use serde::Serialize;

use crate::domain::module::ModuleVersion;
use crate::ops::places::{Edge, Line};

/// A module version; the version is absent for a main module and for a directory.
#[derive(Serialize)]
pub(super) struct ModuleDto<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
}

/// A line of a file.
#[derive(Serialize)]
pub(super) struct LineDto<'a> {
    file: &'a str,
    line: usize,
    text: &'a str,
}

/// A requirement.
#[derive(Serialize)]
pub(super) struct EdgeDto<'a> {
    from: ModuleDto<'a>,
    to: ModuleDto<'a>,
    indirect: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<LineDto<'a>>,
}

pub(super) fn module(module: &ModuleVersion) -> ModuleDto<'_> {
    ModuleDto {
        path: module.path.as_str(),
        version: module.version.as_str(),
    }
}

pub(super) fn line(line: &Line) -> LineDto<'_> {
    LineDto {
        file: &line.file,
        line: line.line,
        text: &line.text,
    }
}

pub(super) fn edge(edge: &Edge) -> EdgeDto<'_> {
    EdgeDto {
        from: module(&edge.from),
        to: module(&edge.to),
        indirect: edge.is_indirect,
        place: edge.line.as_ref().map(line),
    }
}

pub(super) fn edges(edges: &[Edge]) -> Vec<EdgeDto<'_>> {
    edges.iter().map(edge).collect()
}
