//! `graph diff` for people.

use std::fmt::Write as _;

use super::edges::{self, STRING};
use super::verify::plain;
use crate::domain::graph::diff::Kind;
use crate::ops::graph_diff::{DirectiveChange, ModuleChange, Report};
use crate::render::human::style::Styles;

/// Renders the report; nothing where both sides are equal.
pub fn render(report: &Report, styles: &Styles) -> String {
    let mut out = String::new();
    if report.is_empty() {
        return out;
    }
    for change in &report.modules {
        module(&mut out, change, styles);
    }
    for change in &report.directives {
        directive(&mut out, change, styles);
    }
    writeln!(out, "\n{}", summary(report)).expect(STRING);
    out
}

/// Says in one line how much changed.
pub(crate) fn summary(report: &Report) -> String {
    let count = |kind| {
        report
            .modules
            .iter()
            .filter(|change| change.kind == kind)
            .count()
    };
    let mut text = format!(
        "{} added, {} removed, {} upgraded, {} downgraded",
        count(Kind::Added),
        count(Kind::Removed),
        count(Kind::Upgraded),
        count(Kind::Downgraded)
    );
    match report.directives.len() {
        0 => {}
        1 => text.push_str("; 1 other line"),
        many => write!(text, "; {many} other lines").expect(STRING),
    }
    text
}

/// The word for what became of a module.
pub(crate) const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        Kind::Upgraded => "upgraded",
        Kind::Downgraded => "downgraded",
    }
}

fn module(out: &mut String, change: &ModuleChange, styles: &Styles) {
    let style = match change.kind {
        Kind::Added | Kind::Upgraded => styles.version,
        Kind::Removed | Kind::Downgraded => styles.warning,
    };
    let name = styles.module;
    let path = plain(change.path.as_str());
    write!(
        out,
        "{style}{}{style:#} {name}{path}{name:#}",
        word(change.kind)
    )
    .expect(STRING);
    let versions = [&change.before, &change.after];
    let versions: Vec<_> = versions
        .into_iter()
        .flatten()
        .map(|version| plain(version.as_str()))
        .collect();
    write!(out, " {}", versions.join(" => ")).expect(STRING);
    if !change.is_direct {
        let faint = styles.faint;
        write!(out, " {faint}(indirect){faint:#}").expect(STRING);
    }
    out.push('\n');
    let gone = matches!(change.kind, Kind::Removed | Kind::Downgraded);
    for (at, edge) in change.cause.chain.iter().enumerate() {
        out.push_str("  ");
        edges::edge(out, edge, styles);
        if change.cause.edge == Some(at) {
            let hint = styles.hint;
            let what = if gone { "gone" } else { "new" };
            write!(out, " {hint}<- {what}{hint:#}").expect(STRING);
        }
        out.push('\n');
    }
}

fn directive(out: &mut String, change: &DirectiveChange, styles: &Styles) {
    let (sign, style) = match (&change.before, &change.after) {
        (None, _) => ("added", styles.version),
        (_, None) => ("removed", styles.warning),
        (Some(_), Some(_)) => ("changed", styles.name),
    };
    write!(out, "{style}{sign}{style:#} {}", change.directive).expect(STRING);
    if !change.subject.is_empty() {
        write!(out, " {}", plain(&change.subject)).expect(STRING);
    }
    let stated = [&change.before, &change.after];
    let values: Vec<_> = stated
        .into_iter()
        .flatten()
        .map(|stated| plain(&stated.value))
        .collect();
    let values = values.join(" => ");
    let arrow = if change.directive == "replace" && !values.is_empty() {
        ":"
    } else {
        ""
    };
    if !values.is_empty() {
        write!(out, "{arrow} {values}").expect(STRING);
    }
    if let Some(stated) = change.after.as_ref().or(change.before.as_ref()) {
        out.push(' ');
        edges::place(out, &stated.line, styles);
    }
    out.push('\n');
}
