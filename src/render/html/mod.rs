//! HTML: one file in which a person searches the graph, folds it and follows its paths.
//!
//! The page holds all it needs and may load nothing: its policy allows this one script and this one style, by their
//! hashes, and no connection at all. Names are data for the script, which makes text of them and never markup.

use std::collections::BTreeSet;

use data_encoding::BASE64;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::chart::chart;
use super::svg::text::{escape, is_harmful};
use crate::domain::layout::fold::{Groups, group};
use crate::domain::layout::{Chart, Fold, UnitKind};
use crate::ops::graph::Report;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = concat!(
    "(() => {\n'use strict';\n",
    include_str!("model.js"),
    include_str!("layout.js"),
    include_str!("draw.js"),
    include_str!("list.js"),
    include_str!("app.js"),
    "})();\n",
);

/// What the script reads.
#[derive(Serialize)]
struct Data<'a> {
    /// What is one box at first.
    fold: &'static str,
    /// What paths begin with, for the list.
    groups: Vec<String>,
    /// The boxes of a folded drawing, and whether they are what is left of a host.
    units: Vec<(String, bool)>,
    modules: Vec<Module<'a>>,
    versions: Vec<Version<'a>>,
    /// For each version what it requires, as positions in `versions`.
    requires: Vec<Vec<usize>>,
    /// Versions and what stands for them.
    replaced: Vec<(usize, String)>,
}

/// Path, group, unit; 1 for several selected majors, 2 for `go` and `toolchain`.
#[derive(Serialize)]
struct Module<'a>(&'a str, usize, usize, u8);

/// Module and version; 1 for a main module, 2 for the selected version.
#[derive(Serialize)]
struct Version<'a>(usize, &'a str, u8);

/// Returns the page.
pub fn graph(report: &Report) -> Vec<u8> {
    page(&chart(report))
}

fn page(chart: &Chart) -> Vec<u8> {
    let main = chart.main_paths();
    let data = serde_json::to_string(&data(chart)).expect("texts and numbers are JSON");
    let hash = |text: &str| BASE64.encode(&Sha256::digest(text));
    let value = |name: &str| match name {
        "TITLE" => escape(&main.join(", ")),
        "DATA" => without_markup(&data),
        "SCRIPT" => SCRIPT.to_owned(),
        "STYLE" => STYLE.to_owned(),
        "SCRIPT_HASH" => hash(SCRIPT),
        "STYLE_HASH" => hash(STYLE),
        _ => unreachable!("the page has no place `{name}`"),
    };
    // Every second part is the name of a place: values are not looked through for names again.
    let mut page = String::new();
    for (at, part) in PAGE.split('@').enumerate() {
        if at % 2 == 0 {
            page.push_str(part);
        } else {
            page.push_str(&value(part));
        }
    }
    page.into_bytes()
}

fn data(chart: &Chart) -> Data<'_> {
    let majors: BTreeSet<&str> = chart.several_majors().into_iter().collect();
    let (groups, group_of) = places(chart, group(chart, Some(Fold::Owner)));
    let folded = group(chart, None);
    let auto = folded.fold;
    let (units, unit_of) = if auto < Fold::Owner {
        (groups.clone(), group_of.clone())
    } else {
        places(chart, folded)
    };
    let mut modules: Vec<Module<'_>> = Vec::new();
    let mut versions = Vec::new();
    let mut replaced = Vec::new();
    for (at, item) in chart.items.iter().enumerate() {
        // The versions of a module stand together.
        if modules.last().is_none_or(|last| last.0 != item.path()) {
            let has_majors = !item.is_main && majors.contains(item.stem());
            let flags = u8::from(has_majors) | u8::from(item.is_toolchain()) << 1;
            modules.push(Module(item.path(), group_of[at], unit_of[at], flags));
        }
        let flags = u8::from(item.is_main) | u8::from(item.is_selected) << 1;
        versions.push(Version(modules.len() - 1, item.version(), flags));
        if let Some(by) = &item.replacement {
            replaced.push((at, readable(by)));
        }
    }
    let mut requires = vec![Vec::new(); chart.items.len()];
    for &(from, to) in &chart.requirements {
        requires[from].push(to);
    }
    Data {
        fold: match auto {
            Fold::Never => "version",
            Fold::Module => "module",
            Fold::Owner | Fold::Rest | Fold::Host => "group",
        },
        groups: groups.into_iter().map(|(name, _)| name).collect(),
        units,
        modules,
        versions,
        requires,
        replaced,
    }
}

/// Returns the names of what items are folded into, whether that is what is left of a host, and the place of each item.
fn places(chart: &Chart, folded: Groups) -> (Vec<(String, bool)>, Vec<usize>) {
    let mut names = Vec::new();
    let mut place = vec![usize::MAX; chart.items.len()];
    for unit in folded.units {
        for member in unit.members {
            place[member] = names.len();
        }
        names.push((unit.name, unit.kind == UnitKind::Rest));
    }
    // `go` and `toolchain` are folded into nothing.
    for (place, item) in place.iter_mut().zip(&chart.items) {
        if *place == usize::MAX {
            *place = names.len();
            names.push((item.path().to_owned(), false));
        }
    }
    (names, place)
}

/// Keeps JSON from being taken for markup; what is escaped can stand in texts only.
fn without_markup(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = memchr::memchr3(b'<', b'>', b'&', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        text.push_str(match rest.as_bytes()[at] {
            b'<' => "\\u003c",
            b'>' => "\\u003e",
            _ => "\\u0026",
        });
        rest = &rest[at + 1..];
    }
    text + rest
}

/// Replaces what would change the direction of the text around it.
fn readable(text: &str) -> String {
    let readable = |letter| {
        if is_harmful(letter) {
            '\u{fffd}'
        } else {
            letter
        }
    };
    text.chars().map(readable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_together() {
        assert!(!SCRIPT.contains("</script"));
        assert!(!STYLE.contains("</style"));
        // Each place has an end.
        assert_eq!(PAGE.matches('@').count() % 2, 0);
    }
}
