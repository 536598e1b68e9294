//! `graph what-if` for people.

use std::fmt::Write as _;

use crate::ops::get::Change;
use crate::ops::what_if::{Report, Verdict};
use crate::render::human::get::because;
use crate::render::human::style::Styles;

/// Returns a line for each change, then what speaks against it.
pub fn render(report: &Report, styles: &Styles) -> String {
    let mut text = String::new();
    for note in &report.notes {
        let _ = writeln!(text, "{note}");
    }
    if report.is_empty() {
        text.push_str("nothing changes in the build list\n");
    }
    for change in &report.changes {
        text.push_str(&line(change, styles));
    }
    for (word, verdicts) in [
        ("retracted", &report.retracted),
        ("deprecated", &report.deprecated),
    ] {
        for Verdict { module, why } in verdicts {
            let style = styles.warning;
            let _ = writeln!(text, "{style}{word}:{style:#} {module}: {why}");
        }
    }
    if !report.files.is_empty() {
        let verb = if report.is_written {
            "written"
        } else {
            "would be written"
        };
        let style = styles.faint;
        let files = report.files.join(", ");
        let _ = writeln!(text, "{style}{verb}: {files}{style:#}");
    }
    text
}

fn line(change: &Change, styles: &Styles) -> String {
    let (module, version) = (styles.module, styles.version);
    let versions = match (&change.from, &change.to) {
        (Some(from), Some(to)) => format!("{from} => {version}{to}{version:#}"),
        (None, Some(to)) => format!("{version}{to}{version:#}"),
        (Some(from), None) => from.to_string(),
        (None, None) => String::new(),
    };
    format!(
        "{:<10} {module}{}{module:#} {versions}{}\n",
        change.verb().word(),
        change.path,
        because(change)
    )
}
