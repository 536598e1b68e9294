//! `mod vendor` as versioned JSON: `modsmith.vendor/1`. The schema stands beside this file in `vendor.schema.json`.

use serde::Serialize;

use crate::ops::vendor::{Difference, Plan};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    dir: &'a str,
    same: bool,
    written: bool,
    beside: Vec<&'a str>,
    differences: Vec<DifferenceDto<'a>>,
}

#[derive(Serialize)]
struct DifferenceDto<'a> {
    path: &'a str,
    change: &'static str,
}

/// Renders what differs from what should be there; `written` says whether it was put in its place.
pub fn render(plan: &Plan, differences: &[Difference], written: bool) -> Vec<u8> {
    let beside: Vec<_> = plan.beside().collect();
    let same = differences.is_empty() && beside.is_empty();
    let differences = differences.iter().map(|difference| DifferenceDto {
        path: &difference.path,
        change: difference.kind.name(),
    });
    super::document(&Document {
        schema: "modsmith.vendor/1",
        dir: &plan.shown,
        same,
        written: written && !same,
        beside,
        differences: differences.collect(),
    })
}
