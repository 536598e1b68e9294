//! `graph cycles` as versioned JSON: `modsmith.cycles/1`. The schema stands beside this file in `cycles.schema.json`.

use serde::Serialize;

use super::edges::{self, EdgeDto};
use crate::domain::waiver::Waiver;
use crate::ops::cycles::{Component, Options, Report};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    about: &'static str,
    modules: usize,
    versions: usize,
    components: Vec<ComponentDto<'a>>,
    exceptions: Vec<FaultDto<'a>>,
}

#[derive(Serialize)]
struct ComponentDto<'a> {
    modules: &'a [String],
    cycle: Vec<EdgeDto<'a>>,
    entry: Vec<EdgeDto<'a>>,
    versions: Vec<VersionsDto<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<WaiverDto<'a>>,
}

#[derive(Serialize)]
struct VersionsDto<'a> {
    count: usize,
    cycle: Vec<EdgeDto<'a>>,
}

#[derive(Serialize)]
struct WaiverDto<'a> {
    modules: &'a [String],
    reason: &'a str,
    expires: &'a str,
    file: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct FaultDto<'a> {
    fault: &'static str,
    #[serde(flatten)]
    waiver: WaiverDto<'a>,
}

/// Renders the report.
pub fn render(report: &Report, options: &Options) -> Vec<u8> {
    let faults = report.waivers.iter().map(|fault| FaultDto {
        fault: if fault.is_expired {
            "expired"
        } else {
            "unused"
        },
        waiver: waiver(&fault.waiver),
    });
    super::document(&Document {
        schema: "modsmith.cycles/1",
        about: if options.packages {
            "imports"
        } else {
            "requirements"
        },
        modules: report.modules,
        versions: report.versions,
        components: report.components.iter().map(component).collect(),
        exceptions: faults.collect(),
    })
}

fn component(component: &Component) -> ComponentDto<'_> {
    let versions = component.versions.iter().map(|versions| VersionsDto {
        count: versions.len,
        cycle: edges::edges(&versions.cycle),
    });
    ComponentDto {
        modules: &component.modules,
        cycle: edges::edges(&component.cycle),
        entry: edges::edges(&component.entry),
        versions: versions.collect(),
        allowed: component.allowed.as_ref().map(waiver),
    }
}

fn waiver(waiver: &Waiver) -> WaiverDto<'_> {
    WaiverDto {
        modules: &waiver.modules,
        reason: &waiver.reason,
        expires: &waiver.expires,
        file: &waiver.file,
        line: waiver.line,
    }
}
