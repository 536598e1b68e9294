//! `graph lint` for people.

use std::fmt::Write as _;

use super::edges::{STRING, count};
use super::verify::{finding, plain};
use crate::ops::lint::Report;
use crate::ops::verify::report::Level;
use crate::render::human::style::Styles;

/// Renders the report.
pub fn render(report: &Report, styles: &Styles) -> String {
    let mut out = String::new();
    for found in &report.findings {
        finding(&mut out, found, styles);
    }
    let hint = styles.hint;
    for remark in &report.remarks {
        writeln!(out, "{hint}remark:{hint:#} {}", plain(remark)).expect(STRING);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let total = |level| {
        let of_level = report
            .findings
            .iter()
            .filter(|found| found.rule.level == level);
        of_level.count()
    };
    write!(
        out,
        "{}: {}, {}, {}",
        count(report.modules, "module"),
        count(total(Level::Problem), "problem"),
        count(total(Level::Warning), "warning"),
        count(total(Level::Note) + report.hidden_notes, "note")
    )
    .expect(STRING);
    if report.hidden_notes != 0 {
        out.push_str(" (`--notes` shows them)");
    }
    if report.allowed != 0 {
        write!(out, "; {} allowed", report.allowed).expect(STRING);
    }
    out.push('\n');
    out
}
