//! `graph trace` for people.

use std::fmt::Write as _;
use std::time::Duration;

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
    for step in &report.steps {
        self::step(&mut out, step, styles);
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
    let time = time(report.time);
    writeln!(
        out,
        "\n{count} go.mod files of other modules{files}; {time}"
    )
    .expect(STRING);
    if let Some(at) = report.recorded {
        writeln!(
            out,
            "as the run of {at} noted it, which loaded the same graph; `--fresh` reads every go.mod now"
        )
        .expect(STRING);
    }
    out
}

fn step(out: &mut String, step: &Step, styles: &Styles) {
    let (faint, name) = (styles.faint, styles.name);
    match step {
        Step::Reading { file, .. } => writeln!(out, "{name}reading{name:#} {}", plain(file)),
        Step::Resolving { module, by } => {
            write!(out, "{name}resolving{name:#} ").expect(STRING);
            push(out, module);
            write!(out, " {faint}(required by ").expect(STRING);
            push(out, by);
            writeln!(out, "){faint:#}")
        }
        Step::Replacing { module, new, line } => {
            write!(out, "  replacing {} => {} ", at(module), at(new)).expect(STRING);
            if let Some(line) = line {
                edges::place(out, line, styles);
            }
            writeln!(out)
        }
        Step::Loaded {
            came,
            time,
            requires,
            ..
        } => writeln!(
            out,
            "  go.mod from {}, {} {faint}({}){faint:#}",
            source(came),
            edges::count(*requires, "requirement"),
            self::time(*time)
        ),
        Step::Excluded { module, by } => {
            writeln!(
                out,
                "  excluded {} {faint}(required by {}){faint:#}",
                at(module),
                at(by)
            )
        }
        Step::Pruned { .. } => writeln!(
            out,
            "  {faint}pruned: its requirements do not count{faint:#}"
        ),
        Step::Raising { module, to } => writeln!(
            out,
            "{name}raising{name:#} {} => {}",
            at(module),
            plain(to.as_str())
        ),
        Step::Using { module, over } => {
            write!(out, "{name}using{name:#} ").expect(STRING);
            push(out, module);
            if !over.is_empty() {
                let over: Vec<_> = over.iter().map(|version| plain(version.as_str())).collect();
                write!(out, " {faint}(over {}){faint:#}", over.join(", ")).expect(STRING);
            }
            writeln!(out)
        }
    }
    .expect(STRING);
}

/// Names where a go.mod came from.
pub(crate) fn source(came: &Came) -> String {
    match came {
        Came::Cache => "the module cache".to_owned(),
        Came::Directory => "its directory".to_owned(),
        Came::Proxy(url) => plain(url),
        Came::Direct => "its repository".to_owned(),
    }
}

fn at(module: &ModuleVersion) -> String {
    let mut out = String::new();
    push(&mut out, module);
    out
}

/// Appends a module version; most lines are about one.
fn push(out: &mut String, module: &ModuleVersion) {
    push_plain(out, module.path.as_str());
    if !module.version.is_empty() {
        out.push('@');
        push_plain(out, module.version.as_str());
    }
}

fn time(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
