//! `mod tidy --check` for people.

use crate::ops::tidy::{Change, Line, Reason, Report, Tidied};
use crate::render::human::diff::unified;

/// How many lines of go.sum are explained.
const MOST_SUMS: usize = 20;

/// Returns what would change: a diff, who needs each line, and the command that makes the changes.
pub fn render(report: &Report, command: &str) -> String {
    let modules = report.modules.iter();
    let modules = modules.filter(|module| !module.changes.is_empty());
    let text: String = modules.map(module).collect();
    if text.is_empty() {
        text
    } else {
        format!("{text}\nto make these changes, run:\n\t{command}\n")
    }
}

fn module(module: &Tidied) -> String {
    // go.mod is what people look at first.
    let diffs = module.changes.files.iter().rev().map(|file| {
        let before = file.before.as_deref().unwrap_or_default();
        unified(&file.shown, before, &file.after)
    });
    let mut text: Vec<String> = diffs.collect();
    let is_sum = |reason: &&Reason| matches!(reason.line, Line::Sum(_));
    let of_mod = module.reasons.iter().filter(|line| !is_sum(line));
    let of_mod: String = of_mod.map(reason).collect();
    let sums: Vec<_> = module.reasons.iter().filter(is_sum).collect();
    let of_sum: String = sums.iter().take(MOST_SUMS).map(|sum| reason(sum)).collect();
    for (name, lines) in [("go.mod", of_mod), ("go.sum", of_sum)] {
        if !lines.is_empty() {
            let module = &module.module;
            text.push(format!("\nwho needs what, {name} of {module}:\n{lines}"));
        }
    }
    if sums.len() > MOST_SUMS {
        let more = sums.len() - MOST_SUMS;
        let note = format!("  and {more} more lines of go.sum; `--json` has them all\n");
        text.push(note);
    }
    text.concat()
}

fn reason(reason: &Reason) -> String {
    let (sign, was) = match &reason.change {
        Change::Added => ('+', String::new()),
        Change::Removed => ('-', String::new()),
        Change::Was(was) => ('~', format!(" (was: {was})")),
    };
    let why = match (&reason.change, reason.chain.as_slice()) {
        (Change::Removed, _) => "nothing needs it".to_owned(),
        (_, []) => "to keep its version".to_owned(),
        (_, chain) => chain.join("\n      "),
    };
    format!("  {sign} {}{was}\n      {why}\n", reason.line)
}
