//! `graph trace` for people.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

use anstyle::Style;

use super::edges::{self, STRING};
use super::verify::{plain, push_plain};
use crate::domain::module::ModuleVersion;
use crate::ops::statements::Came;
use crate::ops::trace::{Report, Step};
use crate::render::human::style::Styles;

/// How many bytes a step takes, about.
const LINE: usize = 80;

/// Renders the steps, one a line, and what they took.
pub fn render(report: &Report, styles: &Styles) -> String {
    let mut out = String::with_capacity(report.steps.len() * LINE);
    let marks = Marks::new(styles);
    for step in &report.steps {
        self::step(&mut out, step, &marks, styles);
    }
    if report.missing.is_some() {
        return out;
    }
    let count: usize = report.came.iter().map(|(_, count)| count).sum();
    let files = report
        .came
        .iter()
        .map(|(came, count)| format!("{count} from {}", source(came)));
    let files: Vec<_> = files.collect();
    let files = if files.is_empty() {
        String::new()
    } else {
        format!(": {}", files.join(", "))
    };
    write!(out, "\n{count} go.mod files of other modules{files}; ").expect(STRING);
    push_time(&mut out, report.time);
    out.push('\n');
    if let Some(at) = report.recorded {
        writeln!(
            out,
            "as the run of {at} noted it, which loaded the same graph; `--fresh` reads every go.mod now"
        )
        .expect(STRING);
    }
    out
}

/// What stands around names and what matters less, made once for thousands of lines.
struct Marks {
    name: [String; 2],
    faint: [String; 2],
}

impl Marks {
    fn new(styles: &Styles) -> Self {
        let around = |style: Style| [style.render().to_string(), style.render_reset().to_string()];
        Self {
            name: around(styles.name),
            faint: around(styles.faint),
        }
    }
}

fn step(out: &mut String, step: &Step, marks: &Marks, styles: &Styles) {
    let ([name, name_end], [faint, faint_end]) = (&marks.name, &marks.faint);
    match step {
        Step::Reading { file, .. } => {
            put(out, &[name, "reading", name_end, " "]);
            push_plain(out, file);
        }
        Step::Resolving { module, by } => {
            put(out, &[name, "resolving", name_end, " "]);
            push(out, module);
            put(out, &[" ", faint, "(required by "]);
            push(out, by);
            put(out, &[")", faint_end]);
        }
        Step::Replacing { module, new, line } => {
            put(out, &["  replacing "]);
            push(out, module);
            put(out, &[" => "]);
            push(out, new);
            put(out, &[" "]);
            if let Some(line) = line {
                edges::place(out, line, styles);
            }
        }
        Step::Loaded {
            came,
            time,
            requires,
            ..
        } => {
            put(out, &["  go.mod from ", &source(came), ", "]);
            let end = if *requires == 1 { "" } else { "s" };
            write!(out, "{requires} requirement{end} ").expect(STRING);
            put(out, &[faint, "("]);
            push_time(out, *time);
            put(out, &[")", faint_end]);
        }
        Step::Excluded { module, by } => {
            put(out, &["  excluded "]);
            push(out, module);
            put(out, &[" ", faint, "(required by "]);
            push(out, by);
            put(out, &[")", faint_end]);
        }
        Step::Pruned { .. } => {
            let text = "pruned: its requirements do not count";
            put(out, &["  ", faint, text, faint_end]);
        }
        Step::Raising { module, to } => {
            put(out, &[name, "raising", name_end, " "]);
            push(out, module);
            put(out, &[" => "]);
            push_plain(out, to.as_str());
        }
        Step::Using { module, over } => {
            put(out, &[name, "using", name_end, " "]);
            push(out, module);
            if let [first, others @ ..] = over.as_slice() {
                put(out, &[" ", faint, "(over "]);
                push_plain(out, first.as_str());
                for version in others {
                    put(out, &[", "]);
                    push_plain(out, version.as_str());
                }
                put(out, &[")", faint_end]);
            }
        }
    }
    out.push('\n');
}

fn put(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

/// Names where a go.mod came from.
pub(crate) fn source(came: &Came) -> Cow<'static, str> {
    match came {
        Came::Cache => "the module cache".into(),
        Came::Directory => "its directory".into(),
        Came::Proxy(url) => plain(url).into(),
        Came::Direct => "its repository".into(),
    }
}

/// Appends a module version; most lines are about one.
fn push(out: &mut String, module: &ModuleVersion) {
    push_plain(out, module.path.as_str());
    if !module.version.is_empty() {
        out.push('@');
        push_plain(out, module.version.as_str());
    }
}

fn push_time(out: &mut String, time: Duration) {
    let tenths = (time.as_micros() + 50) / 100;
    write!(out, "{}.{} ms", tenths / 10, tenths % 10).expect(STRING);
}
