//! `mod get` for people.

use std::fmt::Write as _;

use crate::ops::get::{Change, Report};
use crate::render::go;

/// How many of those who require a version are named.
const MOST_NAMES: usize = 3;

/// Returns what the go command prints, and below it what else moved and who requires it.
pub fn render(report: &Report) -> String {
    let mut text = go::get(report);
    let mut others = report.changes.iter().filter(|change| !change.is_told);
    let Some(first) = others.next() else {
        return text;
    };
    text.push_str("also:\n");
    for change in std::iter::once(first).chain(others) {
        let line = go::change(change);
        let _ = writeln!(text, "  {line}{}", because(change));
    }
    text
}

/// Returns who requires a version.
pub fn because(change: &Change) -> String {
    let names = change.required_by.iter().take(MOST_NAMES);
    let names: Vec<String> = names.map(ToString::to_string).collect();
    let more = change.required_by.len() - names.len();
    match (names.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(" (required by {})", names.join(", ")),
        (false, more) => format!(" (required by {} and {more} more)", names.join(", ")),
    }
}
