//! The recorded cases of `go mod tidy`: the bytes of go.mod and go.sum, and the words of errors.

use std::fmt::Write as _;

use modsmith::ops::failure::Failure;
use modsmith::ops::tidy::{self, Options};
use rayon::prelude::*;
use serde_json::Value;

use super::cases::{Answer, Case, Sandbox, cases, deviation};
use super::support::Tally;
use crate::support::context::block_on;

/// What became of one case.
enum Verdict {
    Compared {
        name: String,
        got: Answer,
        want: Answer,
    },
    LeftOut(&'static str),
}

#[test]
fn modules_are_tidied_as_by_go() {
    let mut tally = Tally::new("tidy");
    let cases = cases();
    let verdicts: Vec<_> = cases.par_iter().filter_map(replay).collect();
    assert_eq!(verdicts.len(), 916);
    for verdict in verdicts {
        match verdict {
            Verdict::Compared { name, got, want } => tally.check(name, &got, &want),
            Verdict::LeftOut(reason) => tally.leave_out(reason),
        }
    }
    tally.finish();
}

fn replay(case: &Case) -> Option<Verdict> {
    let command = case.json["commands"].get("tidy")?;
    let want = wanted(case, command);
    if let Some(reason) = deviation(&want) {
        return Some(Verdict::LeftOut(reason));
    }
    let sandbox = Sandbox::new(case, false);
    let ctx = sandbox.context();
    let got = match block_on(tidy::run(&ctx, &Options::default())) {
        Ok(report) => {
            let mut text = String::new();
            let files = report
                .modules
                .iter()
                .flat_map(|module| &module.changes.files);
            for file in files {
                let name = file.path.file_name().unwrap().to_str().unwrap();
                let after = String::from_utf8_lossy(&file.after);
                writeln!(text, "-- {name} --\n{after}").unwrap();
            }
            Ok(text)
        }
        Err(failure) => Err(sandbox.neutral("tidy", &as_go(&failure))),
    };
    let want = match (&got, want) {
        // Such errors the go command tells twice, before its advice and after it.
        (Err(got), Err(want)) if got.contains("go.dev/ref/mod#graph-pruning") => Err(want
            .strip_prefix(got.as_str())
            .filter(|rest| got.starts_with(rest.trim_start()))
            .map_or(want.clone(), |_| got.clone())),
        (_, want) => want,
    };
    if let (Err(got), Err(want)) = (&got, &want)
        && let Some(reason) = own_words(got, want)
    {
        return Some(Verdict::LeftOut(reason));
    }
    let name = case.name.clone();
    Some(Verdict::Compared { name, got, want })
}

/// Returns the files that the go command has changed: go.sum first, as they are written here.
fn wanted(case: &Case, command: &Value) -> Answer {
    if command["exit"].as_i64() != Some(0) {
        let error = case.expected("tidy", command).unwrap_err();
        return Err(words(&error));
    }
    let mut text = String::new();
    if let Some(folder) = command["changed"].as_str() {
        let folder = folder.strip_prefix("more.txtar:").unwrap();
        let mut files: Vec<_> = case.more().iter().collect();
        files.retain(|(name, _)| name.starts_with(folder));
        files.sort_by_key(|(name, _)| name.strip_suffix(".sum").is_none());
        for (name, after) in files {
            let name = name.rsplit('/').next().unwrap();
            let after = String::from_utf8_lossy(after);
            writeln!(text, "-- {name} --\n{after}").unwrap();
        }
    }
    Ok(text)
}

/// Returns the errors with the heading that the go command gives to those of go.mod.
fn as_go(failure: &Failure) -> String {
    let text = failure.source.to_string();
    if text.starts_with("cannot parse `go.mod`") {
        format!("errors parsing go.mod:\n{}", failure.source.root_cause())
    } else if text.contains(" godebug ") {
        format!("error loading go.mod:\n{text}")
    } else {
        let rest = text.strip_prefix("go.mod: malformed ");
        rest.map_or(text.clone(), |rest| format!("malformed {rest}"))
    }
}

/// Returns why two errors that say the same have other words.
fn own_words(got: &str, want: &str) -> Option<&'static str> {
    let says = |text: &str| got.contains(text) && want.contains(text);
    if says("missing module declaration") {
        Some("the words about a go.mod without a module line are our own")
    } else if says("checksum mismatch") {
        Some("the words about a checksum mismatch are our own")
    } else if got.contains("invalid version: reading") && want.contains("invalid: reading") {
        Some("the words about a query in go.mod that fails are our own")
    } else if says("unterminated block") {
        Some("the file is named relative to the working directory")
    } else if got.contains("cannot open") && want.contains("no such file") {
        Some("the words about a file that is not there are our own")
    } else {
        None
    }
}

/// Takes what is not an error out of a text of errors.
fn words(error: &str) -> String {
    let mut text = String::new();
    for line in error.lines() {
        let line = line.strip_prefix("go: ").unwrap_or(line);
        if !line.starts_with("found ") && !line.starts_with("dropping requirement ") {
            writeln!(text, "{line}").unwrap();
        }
    }
    text.trim_end().to_owned()
}
