//! `go get`, recorded in `tests/conformance-get`: what becomes of go.mod, go.sum and go.work, and what is said.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use modsmith::ops::get::{self, Options, Upgrade};
use modsmith::ops::progress::{Event, Reporter};
use modsmith::render;
use rayon::prelude::*;
use serde_json::Value;

use super::cases::universe;
use super::support::{Tally, corpus};
use crate::support::context::{block_on, context};
use crate::support::txtar;

/// What a command line left: exit code, words, and the files that changed.
#[derive(Debug, Default, PartialEq)]
struct Answer {
    fails: bool,
    said: Vec<String>,
    changed: BTreeMap<String, String>,
}

enum Verdict {
    Compared {
        what: String,
        got: Answer,
        want: Answer,
    },
    LeftOut(&'static str),
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance-get")
}

#[test]
fn get_changes_what_go_get_changes() {
    let mut tally = Tally::new("get");
    let text = fs::read_to_string(folder().join("rows.jsonl")).unwrap();
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let verdicts: Vec<_> = rows.par_iter().map(replay).collect();
    for verdict in verdicts {
        match verdict {
            Verdict::Compared { what, got, want } => tally.check(what, &got, &want),
            Verdict::LeftOut(reason) => tally.leave_out(reason),
        }
    }
    tally.finish();
}

/// Rows after which go.sum lacks lines of go.mod files in the graph: the next run of the recording Go refuses it with
/// `missing go.sum entry for go.mod file`.
const INCOMPLETE: &[&str] = &[
    "rand_013/m121/1",
    "rand_019/m116/2",
    "rand_023/m116/1",
    "rand_023/m116/2",
];

/// Returns why a row is not replayed.
fn reason(row: &Value) -> Option<&'static str> {
    let stderr = row["stderr"].as_str().unwrap();
    if INCOMPLETE.contains(&row["name"].as_str().unwrap()) {
        return Some("go leaves a go.sum that its own next run refuses");
    }
    if stderr.contains("(running go 1.26.8") || stderr.contains("GOTOOLCHAIN=local") {
        return Some("a `go` line newer than the recording Go is taken here, not refused");
    }
    if stderr.contains("go.mod file not found in current directory") {
        return Some("without a go.mod: told in words of our own");
    }
    if stderr.contains("SECURITY ERROR") || stderr.contains("invalid go version") {
        return Some("checksums and faults of a go.mod are told in words of our own");
    }
    None
}

fn replay(row: &Value) -> Verdict {
    if let Some(reason) = reason(row) {
        return Verdict::LeftOut(reason);
    }
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let root = crate::support::scratch();
    let work = root.path().join("work");
    let proxy = lay_out(row, &work);
    let home = root.path().to_str().unwrap();
    let mut env = BTreeMap::from([
        ("HOME", home.to_owned()),
        ("GOPATH", format!("{home}/gopath")),
        ("GOMODCACHE", format!("{home}/cache")),
        ("GOPROXY", proxy.clone()),
        ("GOSUMDB", "off".to_owned()),
        ("GOENV", "off".to_owned()),
        ("CGO_ENABLED", "0".to_owned()),
    ]);
    if row["case"].is_string() {
        env.insert("GOWORK", "off".to_owned());
    }
    if let Some(more) = row["env"].as_object() {
        for (name, value) in more {
            let value = value.as_str().unwrap();
            env.insert(name, value.replace("$WORK", work.to_str().unwrap()));
        }
    }
    let env: Vec<_> = env
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let dir = work.join(text("dir"));
    let mut ctx = context(&dir, root.path(), &env);
    let heard = Arc::new(Heard::default());
    ctx.reporter = Arc::clone(&heard) as Arc<dyn Reporter>;
    let Some(options) = options(&row["args"], &work) else {
        return Verdict::LeftOut("a flag of other commands");
    };
    let before = snapshot(&work);
    let outcome = block_on(get::run(&ctx, &options));
    let after = snapshot(&work);
    let changed = after
        .into_iter()
        .filter(|(name, text)| before.get(name) != Some(text));
    let (fails, said) = match &outcome {
        Ok(report) => (false, render::go::get(report)),
        Err(failure) => (true, failure.source.to_string()),
    };
    let mut warnings = heard.0.lock().unwrap().clone();
    warnings.push(said);
    let said = warnings.join("\n");
    let got = Answer {
        fails,
        said: words(&neutral(&said, root.path(), &proxy), fails),
        changed: changed.collect(),
    };
    Verdict::Compared {
        what: name(row),
        got,
        want: recorded(row),
    }
}

/// Lays out the files of a row and returns its proxy.
fn lay_out(row: &Value, work: &Path) -> String {
    let (input, case) = match row["case"].as_str() {
        Some(case) => {
            let dir = corpus().join("cases").join(case);
            let json: Value =
                serde_json::from_slice(&fs::read(dir.join("case.json")).unwrap()).unwrap();
            (dir.parent().unwrap().join("input.txtar"), Some((dir, json)))
        }
        None => (
            folder().join("inputs").join(row["input"].as_str().unwrap()),
            None,
        ),
    };
    txtar::extract(&fs::read(input).unwrap(), work);
    let mut proxy = format!("file://{}/proxy", corpus().display());
    if let Some((dir, json)) = &case {
        if let Some(copy) = json["copy"].as_array() {
            let at = |value: &Value| work.join(value.as_str().unwrap());
            fs::copy(at(&copy[0]), at(&copy[1])).unwrap();
        }
        let named = json["goproxy"].as_str().unwrap();
        proxy = if named.starts_with("$CASE") {
            let tree = universe(&dir.parent().unwrap().join("proxy.zip"));
            format!("file://{}", tree.display())
        } else {
            format!(
                "file://{}",
                named.replace("$CORPUS", corpus().to_str().unwrap())
            )
        };
    }
    if row["goproxy"] == "off" {
        "off".clone_into(&mut proxy);
    }
    proxy
}

/// Returns what the go command answered.
fn recorded(row: &Value) -> Answer {
    let fails = row["exit"] != 0;
    Answer {
        fails,
        said: words(row["stderr"].as_str().unwrap_or_default(), fails),
        changed: match row["changed"].as_object() {
            None => BTreeMap::new(),
            Some(files) => files
                .iter()
                .map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned()))
                .collect(),
        },
    }
}

/// Names a row.
fn name(row: &Value) -> String {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let args: Vec<_> = row["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|arg| arg.as_str().unwrap())
        .collect();
    format!(
        "{} ({}): get {}",
        text("name"),
        row["case"].as_str().unwrap_or(text("input")),
        args.join(" ")
    )
}

fn options(args: &Value, work: &Path) -> Option<Options> {
    let mut options = Options::default();
    for arg in args.as_array().unwrap() {
        match arg.as_str().unwrap() {
            "-u" | "-u=true" => options.upgrade = Some(Upgrade::Minor),
            "-u=patch" => options.upgrade = Some(Upgrade::Patch),
            "-t" => options.tests = true,
            "-tool" => options.tool = true,
            "-d" | "-v" => {}
            flag if flag.starts_with('-') => return None,
            argument => {
                let argument = argument.replace("$WORK", work.to_str().unwrap());
                options.arguments.push(argument);
            }
        }
    }
    Some(options)
}

/// Listens to warnings.
#[derive(Debug, Default)]
struct Heard(Mutex<Vec<String>>);

impl Reporter for Heard {
    fn report(&self, event: Event<'_>) {
        if let Event::Warning(text) = event {
            self.0.lock().unwrap().push(text.to_owned());
        }
    }
}

/// Returns the lines that count: those of the go command without its name. Where it fails, its order does not.
fn words(text: &str, fails: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.strip_prefix("go: ").unwrap_or(line);
        let line = line.strip_prefix("warning: ").unwrap_or(line);
        // The second copy of an error that a zip gives, and directories of Go, which are not here.
        let is_noise =
            line.contains("-d flag is deprecated") || line.starts_with("-> ") || line.is_empty();
        if !is_noise {
            lines.push(line.split(" ($GOROOT/").next().unwrap_or(line).to_owned());
        }
    }
    if fails {
        lines.sort();
    }
    lines
}

fn neutral(text: &str, root: &Path, proxy: &str) -> String {
    let root = root.to_str().unwrap();
    let tree = proxy.strip_prefix("file://").unwrap_or("\0");
    text.replace(corpus().to_str().unwrap(), "$CORPUS")
        .replace(tree, "$PROXY")
        .replace(&format!("{root}/cache"), "$GOMODCACHE")
        .replace(&format!("{root}/work"), "$WORK")
}

fn snapshot(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                files.insert(
                    name,
                    String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
                );
            }
        }
    }
    files
}
