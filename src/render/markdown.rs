//! Markdown, as pull requests show it.

use std::fmt::Write as _;

use crate::ops::graph_diff::{DirectiveChange, ModuleChange, Report};
use crate::ops::places::Edge;
use crate::render::human::graph_diff::{summary, word};

/// Why a formatted write cannot fail.
const STRING: &str = "writing to a string";

/// Renders what `graph diff` found; one line where both sides are equal.
pub fn graph_diff(report: &Report) -> String {
    let (before, after) = (code(&report.before), code(&report.after));
    let mut out = format!("### Modules: {before} → {after}\n\n");
    if report.is_empty() {
        out.push_str("No change.\n");
        return out;
    }
    writeln!(out, "{}.", summary(report)).expect(STRING);
    if !report.modules.is_empty() {
        out.push_str("\n| | module | before | after | cause |\n|---|---|---|---|---|\n");
        for change in &report.modules {
            module(&mut out, change);
        }
    }
    if !report.directives.is_empty() {
        out.push_str("\n| file | directive | before | after |\n|---|---|---|---|\n");
        for change in &report.directives {
            directive(&mut out, change);
        }
    }
    out
}

fn module(out: &mut String, change: &ModuleChange) {
    let version = |version: &Option<crate::domain::module::Version>| {
        version
            .as_ref()
            .map_or_else(String::new, |version| code(version.as_str()))
    };
    let direct = if change.is_direct { "" } else { " (indirect)" };
    let chain = &change.cause.chain;
    let cause = change.cause.edge.or(chain.len().checked_sub(1));
    let cause = cause
        .and_then(|at| chain.get(at))
        .map_or_else(String::new, cause_text);
    writeln!(
        out,
        "| {} | {}{direct} | {} | {} | {cause} |",
        word(change.kind),
        code(change.path.as_str()),
        version(&change.before),
        version(&change.after),
    )
    .expect(STRING);
}

fn cause_text(edge: &Edge) -> String {
    let mut text = format!(
        "{} requires {}",
        code(&edge.from.to_string()),
        code(&edge.to.to_string())
    );
    if let Some(line) = &edge.line {
        write!(text, " ({}:{})", escaped(&line.file), line.line).expect(STRING);
    }
    text
}

fn directive(out: &mut String, change: &DirectiveChange) {
    let name = match change.subject.as_str() {
        "" => change.directive.to_owned(),
        subject => format!("{} {subject}", change.directive),
    };
    let value = |stated: &Option<crate::ops::graph_diff::Stated>| match stated {
        None => String::new(),
        Some(stated) if stated.value.is_empty() => "✓".to_owned(),
        Some(stated) => code(&stated.value),
    };
    writeln!(
        out,
        "| {} | {} | {} | {} |",
        code(&change.file),
        code(&name),
        value(&change.before),
        value(&change.after)
    )
    .expect(STRING);
}

/// A stranger's text as code in a cell of a table: no line end, no bar and no backtick gets out of it.
fn code(text: &str) -> String {
    let mut inner = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' => inner.push_str("\\|"),
            '`' => inner.push('\''),
            c if c.is_control() => inner.extend(c.escape_default()),
            c => inner.push(c),
        }
    }
    format!("`{inner}`")
}

/// A stranger's text as plain text in a cell of a table.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '\\' | '~' | '!' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_stay_in_their_cell() {
        assert_eq!(code("a|b`c\nd"), "`a\\|b'c\\nd`");
        assert_eq!(escaped("a_b|<c>"), "a\\_b\\|\\<c\\>");
    }
}
