//! `env` for people, and the two formats of `go env`.

use std::fmt::Write as _;

use crate::domain::goenv::Origin;
use crate::ops::env::{Report, Variable};
use crate::render::human::style::Styles;

/// Origins stand in one column, as long as the values are not wider than this.
const MAX_COLUMN: usize = 48;

/// Renders `NAME=value` with the origin of each value in a second column.
pub fn table(report: &Report, styles: &Styles) -> String {
    let widths = report.variables.iter().map(width);
    let column = widths
        .filter(|width| *width <= MAX_COLUMN)
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for variable in &report.variables {
        let value = variable.value.as_deref().unwrap_or_default();
        let (name, faint) = (styles.name, styles.faint);
        let padding = column.saturating_sub(width(variable));
        let origin = origin(variable);
        let _ = writeln!(
            text,
            "{name}{}{name:#}={}{:padding$}  {faint}# {origin}{faint:#}",
            variable.name,
            one_line(value),
            "",
        );
    }
    text
}

/// Renders the values alone, one a line, as `go env NAME…` does.
pub fn values(report: &Report) -> String {
    let values = report
        .variables
        .iter()
        .map(|variable| variable.value.as_deref().unwrap_or_default());
    values.flat_map(|value| [value, "\n"]).collect()
}

/// Renders what `go env` prints on the platform `os`: assignments for its shell.
///
/// Variables that are not known are left out: an empty value would say something else.
pub fn go(report: &Report, os: &str) -> String {
    let mut text = String::new();
    for variable in &report.variables {
        let Some(value) = &variable.value else {
            continue;
        };
        let _ = if os == "windows" {
            writeln!(text, "set {}={}", variable.name, for_batch(value))
        } else {
            writeln!(text, "{}='{}'", variable.name, value.replace('\'', r"'\''"))
        };
    }
    text
}

/// Says in words where a value came from.
pub fn origin(variable: &Variable) -> String {
    let mut words = match &variable.origin {
        None => "not set".to_owned(),
        Some(Origin::Process) => "process environment".to_owned(),
        Some(
            Origin::ConfigFile { path, line }
            | Origin::UserFile { path, line }
            | Origin::GorootFile { path, line },
        ) => {
            format!("{path}:{line}")
        }
        Some(Origin::Default) => "default".to_owned(),
        Some(Origin::Derived { from }) => format!("from {from}"),
        Some(Origin::Unknown) => "unknown without a Go toolchain".to_owned(),
    };
    if variable.is_redacted {
        words.push_str(", secrets hidden");
    }
    words
}

fn width(variable: &Variable) -> usize {
    let value = variable.value.as_deref().unwrap_or_default();
    variable.name.len() + 1 + one_line(value).chars().count()
}

/// Escapes control characters, so that a value can neither break the table nor steer the terminal.
fn one_line(value: &str) -> String {
    let mut line = String::new();
    for c in value.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// Escapes a value for the command `set` of Windows; what cannot be escaped becomes U+FFFD.
fn for_batch(value: &str) -> String {
    let mut text = String::new();
    for c in value.chars() {
        match c {
            '%' => text.push_str("%%"),
            '<' | '>' | '|' | '&' | '^' => text.extend(['^', c]),
            c if c.is_control() && c != '\t' => text.push(char::REPLACEMENT_CHARACTER),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, value: &str, origin: Origin) -> Variable {
        Variable {
            name: name.to_owned(),
            value: Some(value.to_owned()),
            origin: Some(origin),
            changed: false,
            is_redacted: false,
        }
    }

    #[test]
    fn aligns_origins() {
        let long = "x".repeat(60);
        let report = Report {
            variables: vec![
                variable("A", "1", Origin::Process),
                Variable {
                    is_redacted: true,
                    ..variable(
                        "LONGER",
                        "a\nb",
                        Origin::UserFile {
                            path: "/e".to_owned(),
                            line: 3,
                        },
                    )
                },
                variable("W", &long, Origin::Default),
                Variable {
                    value: None,
                    ..variable("CC", "", Origin::Unknown)
                },
                Variable {
                    origin: None,
                    ..variable("N", "", Origin::Default)
                },
            ],
        };
        let expect = format!(
            "A=1          # process environment\nLONGER=a\\nb  # /e:3, secrets hidden\nW={long}  # default\n\
             CC=          # unknown without a Go toolchain\nN=           # not set\n"
        );
        assert_eq!(table(&report, &Styles::plain()), expect);
        assert_eq!(values(&report).lines().count(), 6);
    }

    #[test]
    fn quotes_for_shells() {
        let report = Report {
            variables: vec![variable("A", "it's 5% & more", Origin::Process)],
        };
        assert_eq!(go(&report, "linux"), "A='it'\\''s 5% & more'\n");
        assert_eq!(go(&report, "windows"), "set A=it's 5%% ^& more\n");
    }
}
