//! go.mod and go.work for people: one directive a line, with its line in the file.

use std::fmt::Write as _;

use crate::domain::modfile::{GoMod, GoWork, LineId, Replace, Syntax, VersionInterval};
use crate::domain::module::ModuleVersion;
use crate::ops::modfile::Document;
use crate::render::human::style::Styles;

/// Renders the directives in the order of the file: line number, directive, value, and what its comment says.
pub fn table(document: &Document, styles: &Styles) -> String {
    let mut rows = match document {
        Document::Mod(file) => mod_rows(file),
        Document::Work(file) => work_rows(file),
    };
    rows.sort_by_key(|row| row.line);
    let digits = rows
        .iter()
        .map(|row| row.line.to_string().len())
        .max()
        .unwrap_or(0);
    let verbs = rows.iter().map(|row| row.verb.len()).max().unwrap_or(0);
    let (frame, name, faint) = (styles.frame, styles.name, styles.faint);
    let mut text = String::new();
    for Row {
        line,
        verb,
        value,
        note,
    } in rows
    {
        let value = one_line(&value);
        write!(
            text,
            "{frame}{line:>digits$}{frame:#}  {name}{verb:verbs$}{name:#}  {value}"
        )
        .expect("writing to a string");
        if !note.is_empty() {
            write!(text, "  {faint}// {}{faint:#}", one_line(&note)).expect("writing to a string");
        }
        text.push('\n');
    }
    text
}

struct Row {
    line: u32,
    verb: &'static str,
    value: String,
    note: String,
}

struct Rows<'a> {
    syntax: &'a Syntax,
    rows: Vec<Row>,
}

impl Rows<'_> {
    fn push(
        &mut self,
        line: LineId,
        verb: &'static str,
        value: impl Into<String>,
        note: impl Into<String>,
    ) {
        let line = self.syntax.position(line).line;
        self.rows.push(Row {
            line,
            verb,
            value: value.into(),
            note: note.into(),
        });
    }

    fn replace(&mut self, list: &[Replace]) {
        for item in list {
            let value = format!("{} => {}", spaced(&item.old), spaced(&item.new));
            self.push(item.line, "replace", value, "");
        }
    }
}

fn mod_rows(file: &GoMod) -> Vec<Row> {
    let mut rows = Rows {
        syntax: file.syntax(),
        rows: Vec::new(),
    };
    if let Some(item) = &file.module {
        let deprecated = match item.deprecated.as_str() {
            "" => String::new(),
            text => format!("Deprecated: {text}"),
        };
        rows.push(item.line, "module", item.path.as_str(), deprecated);
    }
    if let Some(item) = &file.go {
        rows.push(item.line, "go", &item.version, "");
    }
    if let Some(item) = &file.toolchain {
        rows.push(item.line, "toolchain", &item.name, "");
    }
    for item in &file.godebug {
        rows.push(
            item.line,
            "godebug",
            format!("{}={}", item.key, item.value),
            "",
        );
    }
    for item in &file.require {
        let note = if item.indirect { "indirect" } else { "" };
        rows.push(item.line, "require", spaced(&item.module), note);
    }
    for item in &file.exclude {
        rows.push(item.line, "exclude", spaced(&item.module), "");
    }
    rows.replace(&file.replace);
    for item in &file.retract {
        rows.push(
            item.line,
            "retract",
            interval(&item.interval),
            &item.rationale,
        );
    }
    for item in &file.tool {
        rows.push(item.line, "tool", &item.path, "");
    }
    for item in &file.ignore {
        rows.push(item.line, "ignore", &item.path, "");
    }
    rows.rows
}

fn work_rows(file: &GoWork) -> Vec<Row> {
    let mut rows = Rows {
        syntax: file.syntax(),
        rows: Vec::new(),
    };
    if let Some(item) = &file.go {
        rows.push(item.line, "go", &item.version, "");
    }
    if let Some(item) = &file.toolchain {
        rows.push(item.line, "toolchain", &item.name, "");
    }
    for item in &file.godebug {
        rows.push(
            item.line,
            "godebug",
            format!("{}={}", item.key, item.value),
            "",
        );
    }
    for item in &file.uses {
        rows.push(item.line, "use", &item.path, "");
    }
    rows.replace(&file.replace);
    rows.rows
}

fn spaced(module: &ModuleVersion) -> String {
    if module.version.is_empty() {
        return module.path.as_str().to_owned();
    }
    format!("{} {}", module.path, module.version)
}

fn interval(interval: &VersionInterval) -> String {
    if interval.low == interval.high {
        return interval.low.as_str().to_owned();
    }
    format!("[{}, {}]", interval.low, interval.high)
}

/// Joins lines, and escapes what would steer the terminal: the text is a stranger's.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => line.push(' '),
            c if c.is_control() => line.extend(c.escape_default()),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => line.extend(c.escape_unicode()),
            c => line.push(c),
        }
    }
    line
}
