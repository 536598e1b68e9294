//! `graph tree` for people.

use std::borrow::Cow;
use std::fmt::Write as _;

use anstyle::Style;

use crate::domain::module::ModuleVersion;
use crate::ops::tree::{Missing, Report, Row, RowBelow, Standing};
use crate::render::human::style::Styles;

/// What the branches of a tree are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// Lines.
    Utf8,
    /// Characters that every terminal has.
    Ascii,
}

/// The pieces of a branch, four columns each.
struct Branches {
    child: &'static str,
    last_child: &'static str,
    line: &'static str,
}

/// How many versions are named when another one was asked for.
const MAX_VERSIONS: usize = 6;

const NO_LINE: &str = "    ";

impl Charset {
    const fn branches(self) -> Branches {
        match self {
            Self::Utf8 => Branches {
                child: "├── ",
                last_child: "└── ",
                line: "│   ",
            },
            Self::Ascii => Branches {
                child: "|-- ",
                last_child: "`-- ",
                line: "|   ",
            },
        }
    }
}

/// Renders the trees, with an empty line between them.
pub fn render(report: &Report, charset: Charset, styles: &Styles) -> String {
    let branches = charset.branches();
    let mut text = String::new();
    let mut prefix = Vec::new();
    for row in &report.rows {
        if row.depth == 0 {
            prefix.clear();
            if !text.is_empty() {
                text.push('\n');
            }
        } else {
            prefix.truncate(row.depth - 1);
            let mut branch: String = prefix.concat();
            branch.push_str(if row.is_last {
                branches.last_child
            } else {
                branches.child
            });
            push(&mut text, styles.frame, &branch);
            prefix.push(if row.is_last { NO_LINE } else { branches.line });
        }
        push_row(&mut text, row, styles);
        text.push('\n');
    }
    text
}

/// Says what is not in the graph, and what is.
pub fn missing(missing: &Missing) -> String {
    let mut text = one_line(missing.wanted.path.as_str()).into_owned();
    if let Some(version) = &missing.wanted.version {
        text.push('@');
        text.push_str(&one_line(version.as_str()));
    }
    let mut known: Vec<_> = missing
        .versions
        .iter()
        .map(|version| one_line(version.as_str()))
        .collect();
    if MAX_VERSIONS < known.len() {
        let more = known.len() - MAX_VERSIONS;
        known.truncate(MAX_VERSIONS);
        known.push(format!("{more} more").into());
    }
    let similar: Vec<_> = missing
        .similar
        .iter()
        .map(|path| format!("`{}`", one_line(path.as_str())))
        .collect();
    let instead = match (known.as_slice(), similar.as_slice()) {
        ([], []) => String::new(),
        ([], [one]) => format!("; did you mean {one}?"),
        ([], [many @ .., last]) => format!("; did you mean {} or {last}?", many.join(", ")),
        ([main], _) if main.is_empty() => "; it is a main module, which has no version".to_owned(),
        ([main, others @ ..], _) if main.is_empty() => {
            format!(
                "; it is a main module, and required as {}",
                others.join(", ")
            )
        }
        ([selected], _) => format!("; {selected} is selected"),
        ([selected, others @ ..], _) => {
            format!(
                "; {selected} is selected, and others require {}",
                others.join(", ")
            )
        }
    };
    format!("`{text}` is not in the module graph{instead}")
}

fn push_row(text: &mut String, row: &Row, styles: &Styles) {
    let lost = matches!(row.standing, Standing::NotSelected(_));
    let (path_style, version_style) = match (lost, row.depth) {
        (true, _) => (styles.faint, styles.faint),
        (false, 0) => (styles.module, styles.version),
        (false, _) => (Style::new(), styles.version),
    };
    push(text, path_style, row.module.path.as_str());
    if !row.module.version.is_empty() {
        text.push(' ');
        push(text, version_style, row.module.version.as_str());
    }
    for mark in marks(row) {
        text.push(' ');
        push(text, styles.faint, &mark);
    }
}

fn marks(row: &Row) -> Vec<String> {
    let mut marks = Vec::new();
    if let Some(replacement) = &row.replacement {
        marks.push(format!("=> {}", with_version(replacement)));
    }
    match &row.standing {
        Standing::Main | Standing::Selected => {}
        Standing::NotSelected(selected) if selected.is_empty() => {
            marks.push("(main module selected)".to_owned());
        }
        Standing::NotSelected(selected) => marks.push(format!("({selected} selected)")),
    }
    if row.is_indirect {
        marks.push("(indirect)".to_owned());
    }
    match row.below {
        RowBelow::All | RowBelow::Cut | RowBelow::NotFollowed => {}
        RowBelow::Elsewhere => marks.push("(*)".to_owned()),
        // Nobody expects anything below a version that is not selected.
        RowBelow::Pruned if matches!(row.standing, Standing::NotSelected(_)) => {}
        RowBelow::Pruned => marks.push("(pruned)".to_owned()),
    }
    marks
}

fn with_version(module: &ModuleVersion) -> String {
    if module.version.is_empty() {
        module.path.to_string()
    } else {
        format!("{} {}", module.path, module.version)
    }
}

fn push(text: &mut String, style: Style, words: &str) {
    let words = one_line(words);
    if style.is_plain() {
        text.push_str(&words);
    } else {
        let _ = write!(text, "{style}{words}{style:#}");
    }
}

/// Escapes control characters: a go.mod of strangers must not steer the terminal.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut line = String::new();
    for c in text.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    Cow::Owned(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::module::Version;

    fn row(path: &str, version: &str, depth: usize, is_last: bool) -> Row {
        Row {
            module: ModuleVersion::new(path, version),
            standing: Standing::Selected,
            is_indirect: false,
            replacement: None,
            depth,
            is_last,
            below: RowBelow::All,
        }
    }

    fn report() -> Report {
        let rows = vec![
            Row {
                standing: Standing::Main,
                ..row("m", "", 0, false)
            },
            row("a", "v1.0.0", 1, false),
            Row {
                is_indirect: true,
                replacement: Some(ModuleVersion::new("../b", "")),
                below: RowBelow::Elsewhere,
                ..row("b", "v1.0.0", 2, true)
            },
            Row {
                standing: Standing::NotSelected(Version::new("v1.2.0")),
                ..row("\u{1b}c", "v1.0.0", 1, true)
            },
            Row {
                below: RowBelow::Pruned,
                ..row("d", "v1.0.0", 2, true)
            },
            Row {
                standing: Standing::NotSelected(Version::none()),
                ..row("m", "v1.0.0", 0, true)
            },
        ];
        Report {
            rows,
            missing: None,
        }
    }

    #[test]
    fn branches_and_marks() {
        let expect = "\
m
├── a v1.0.0
│   └── b v1.0.0 => ../b (indirect) (*)
└── \\u{1b}c v1.0.0 (v1.2.0 selected)
    └── d v1.0.0 (pruned)

m v1.0.0 (main module selected)
";
        assert_eq!(render(&report(), Charset::Utf8, &Styles::plain()), expect);
        let ascii = render(&report(), Charset::Ascii, &Styles::plain());
        assert!(
            ascii.is_ascii() && ascii.contains("\n|   `-- b v1.0.0"),
            "{ascii}"
        );
    }

    #[test]
    fn colour_changes_no_text() {
        let colored = render(&report(), Charset::Utf8, &Styles::new(true));
        let plain = anstream::adapter::strip_str(&colored).to_string();
        assert_eq!(plain, render(&report(), Charset::Utf8, &Styles::plain()));
    }
}
