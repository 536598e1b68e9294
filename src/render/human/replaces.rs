//! `graph replaces` for people.

use std::fmt::Write as _;

use super::edges::{self, STRING, count};
use super::graph_diff::word;
use super::verify::{finding, plain};
use crate::domain::module::ModuleVersion;
use crate::ops::replaces::{Effect, ReplaceLine, Report, Standing};
use crate::ops::verify::report::Level;
use crate::ops::why_version::Change;
use crate::render::human::style::Styles;

/// How many changes are shown of the build without a line.
const MOST_CHANGES: usize = 20;

/// Renders the report.
pub fn render(report: &Report, styles: &Styles) -> String {
    let mut out = String::new();
    for line in &report.lines {
        self::line(&mut out, line, styles);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    for found in &report.findings {
        finding(&mut out, found, styles);
    }
    if !report.findings.is_empty() {
        out.push('\n');
    }
    let in_force = report
        .lines
        .iter()
        .filter(|line| line.standing == Standing::InForce)
        .count();
    let total = |level| {
        let of_level = report
            .findings
            .iter()
            .filter(|found| found.rule.level == level);
        of_level.count()
    };
    writeln!(
        out,
        "{}, {in_force} in force; {} in dependencies; {}, {}, {}",
        count(report.lines.len(), "line"),
        report.hidden.len(),
        count(total(Level::Problem), "problem"),
        count(total(Level::Warning), "warning"),
        count(total(Level::Note), "note")
    )
    .expect(STRING);
    out
}

fn line(out: &mut String, line: &ReplaceLine, styles: &Styles) {
    edges::module(out, &line.old, styles);
    out.push_str(" => ");
    edges::module(out, &line.new, styles);
    out.push(' ');
    edges::place(out, &line.place, styles);
    out.push('\n');
    let text = match &line.standing {
        Standing::InForce => "in force".to_owned(),
        Standing::RequirementsOnly(selected) => {
            format!(
                "only its requirements count: {} is selected",
                plain(selected.as_str())
            )
        }
        Standing::OtherVersion(selected) => {
            format!("not in force: {} is selected", plain(selected.as_str()))
        }
        Standing::NotRequired => "not in force: nobody requires the module".to_owned(),
        Standing::MainModule => "not in force: it is a main module".to_owned(),
        Standing::Overridden(by) => format!("not in force: {}:{} wins", plain(&by.file), by.line),
    };
    writeln!(out, "  {text}").expect(STRING);
    match &line.effect {
        None => {}
        Some(Effect::Fails(error)) => {
            writeln!(out, "  without it the build fails: {}", plain(error)).expect(STRING);
        }
        Some(Effect::Uses { uses, changes }) => effect(out, line, uses.as_ref(), changes, styles),
    }
}

fn effect(
    out: &mut String,
    line: &ReplaceLine,
    uses: Option<&ModuleVersion>,
    changes: &[Change],
    styles: &Styles,
) {
    out.push_str("  without it ");
    if let Some(other) = uses {
        edges::module(out, other, styles);
        out.push_str(" is used");
    } else {
        edges::module(out, &line.old, styles);
        out.push_str(" itself is used");
    }
    if changes.is_empty() {
        out.push_str(", and no other version changes\n");
        return;
    }
    out.push_str(", and:\n");
    for change in changes.iter().take(MOST_CHANGES) {
        let versions = [&change.before, &change.after].into_iter().flatten();
        let versions: Vec<_> = versions.map(|version| plain(version.as_str())).collect();
        let path = plain(change.path.as_str());
        writeln!(
            out,
            "    {path} {}: {}",
            word(change.kind),
            versions.join(" => ")
        )
        .expect(STRING);
    }
    if let Some(more) = changes
        .len()
        .checked_sub(MOST_CHANGES)
        .filter(|more| *more != 0)
    {
        writeln!(out, "    and {more} more").expect(STRING);
    }
}
