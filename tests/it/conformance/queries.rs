//! Version queries, versions, updates, retractions.
//!
//! Each row is one question to `go list -m -e -json` in a main module `q.example/q`. Rows whose go.mod is the same
//! are asked in one run, as they were when they were recorded.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use modsmith::ops::failure::Failure;
use modsmith::ops::list::{self, Details, ModuleInfo, Options};
use modsmith::ops::load::LoadOptions;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::support::{Tally, corpus, rows};
use crate::support::context::{block_on, context};

/// `go` lines in the proxy's modules that are newer than the recording Go.
const NEWER_GO: &[&str] = &["1.27", "1.99", "1.999"];

/// What rows have in common that are asked in one run.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Setup {
    /// The module that is asked about: keeps runs short enough to share the cores.
    path: String,
    /// What go.mod says after its `go` line.
    line: String,
    kind: Kind,
}

/// The options that were given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Query,
    Updates,
    Versions { retracted: bool },
}

#[test]
fn queries_are_answered_as_by_go() {
    let mut tally = Tally::new("queries");
    let rows = rows("queries");
    assert_eq!(rows.len(), 7439);
    let mut runs: BTreeMap<Setup, Vec<&Value>> = BTreeMap::new();
    for row in &rows {
        runs.entry(setup(row)).or_default().push(row);
    }
    let home = crate::support::scratch();
    let runs: Vec<_> = runs.into_iter().enumerate().collect();
    let answers: Vec<_> = runs
        .par_iter()
        .flat_map_iter(|(number, (setup, rows))| {
            let dir = home.path().join(number.to_string());
            let answers = ask(home.path(), &dir, setup, rows);
            rows.iter().zip(answers)
        })
        .collect();
    for (row, got) in answers {
        let want = wanted(row);
        if want["GoVersion"].is_null() && NEWER_GO.iter().any(|newer| got["GoVersion"] == **newer) {
            tally.leave_out(
                "the `go` line of a module is shown even where it is newer than the recording Go",
            );
        } else {
            tally.check(name(row), &got, &want);
        }
    }
    tally.finish();
}

fn setup(row: &Value) -> Setup {
    let text = |key: &str| row[key].as_str().unwrap();
    let path = text("path").to_owned();
    let (line, kind) = match text("fn") {
        "query" => (String::new(), Kind::Query),
        "update" => (String::new(), Kind::Updates),
        "versions" => (
            String::new(),
            Kind::Versions {
                retracted: row["retracted"].as_bool().unwrap(),
            },
        ),
        "query_from" => (format!("require {path} {}", text("current")), Kind::Query),
        "query_excluding" => (format!("exclude {path} {}", text("exclude")), Kind::Query),
        // A refused go.mod was recorded without the line: any version of the wrong major version is refused.
        "query_replacing" => {
            let refused = format!("v1.99.9 => {path} v2.0.0");
            let replace = row["replace"].as_str().unwrap_or(&refused);
            (format!("replace {path} {replace}"), Kind::Query)
        }
        other => panic!("unknown function {other}"),
    };
    Setup { path, line, kind }
}

fn name(row: &Value) -> String {
    let mut row = row.as_object().unwrap().clone();
    for answer in ["out", "error", "exit", "stderr"] {
        row.remove(answer);
    }
    Value::Object(row).to_string()
}

/// Returns the recorded answer: the object that was printed, or how the whole run failed.
fn wanted(row: &Value) -> Value {
    if let Some(stderr) = row["stderr"].as_str() {
        return json!({ "refused": stderr.lines().last().unwrap() });
    }
    match &row["out"] {
        Value::Array(versions) => json!({ "versions": versions, "error": row["error"] }),
        out => out.clone(),
    }
}

/// Asks all rows of one setup.
fn ask(home: &Path, dir: &Path, setup: &Setup, rows: &[&Value]) -> Vec<Value> {
    fs::create_dir(dir).unwrap();
    fs::write(
        dir.join("go.mod"),
        format!("module q.example/q\n\ngo 1.26\n\n{}\n", setup.line),
    )
    .unwrap();
    let home = home.to_str().unwrap();
    let cache = format!("{home}/cache");
    let proxy = format!("file://{}/proxy", corpus().display());
    let env = [
        ("HOME", home),
        ("GOPATH", home),
        ("GOMODCACHE", cache.as_str()),
        ("GOPROXY", proxy.as_str()),
        ("GOSUMDB", "off"),
        ("GOENV", "off"),
        ("GOFLAGS", "-mod=mod"),
        ("GOWORK", "off"),
    ];
    let ctx = context(dir, dir, &env);
    let details = Details {
        keep_going: true,
        ..Details::default()
    };
    let details = match setup.kind {
        Kind::Query => details,
        Kind::Updates => Details {
            updates: true,
            ..details
        },
        Kind::Versions { retracted } => Details {
            versions: true,
            retracted,
            ..details
        },
    };
    let modules = rows.iter().map(|row| argument(row)).collect();
    let options = Options {
        load: LoadOptions::default(),
        modules,
        details,
    };
    match block_on(list::run(&ctx, &options)) {
        Ok(report) => {
            assert_eq!(
                report.modules.len(),
                rows.len(),
                "{} {}",
                setup.path,
                setup.line
            );
            report
                .modules
                .iter()
                .map(|info| answer(info, setup.kind, &cache))
                .collect()
        }
        Err(failure) => vec![json!({ "refused": refusal(&failure) }); rows.len()],
    }
}

fn argument(row: &Value) -> String {
    let path = row["path"].as_str().unwrap();
    match (row["fn"].as_str().unwrap(), &row["query"], &row["version"]) {
        ("versions", _, _) => path.to_owned(),
        ("update", _, Value::String(version)) => format!("{path}@{version}"),
        (_, Value::String(query), _) => format!("{path}@{query}"),
        // What a refused go.mod was asked is not recorded, and does not matter.
        _ => path.to_owned(),
    }
}

fn answer(info: &ModuleInfo, kind: Kind, cache: &str) -> Value {
    let corpus = corpus();
    let neutral = |text: &str| {
        text.replace(corpus.to_str().unwrap(), "$CORPUS")
            .replace(cache, "$GOMODCACHE")
    };
    let error = info.error.as_deref().map(neutral);
    if matches!(kind, Kind::Versions { .. }) {
        return json!({ "versions": info.versions, "error": error });
    }
    let mut out = Map::new();
    let mut put = |key: &str, text: &str| {
        if !text.is_empty() {
            out.insert(key.to_owned(), Value::from(text));
        }
    };
    put("Path", &info.path);
    put("Version", &info.version);
    put("Query", &info.query);
    put("Time", info.time.as_deref().unwrap_or_default());
    put(
        "Update",
        info.update.as_deref().map_or("", |update| &update.version),
    );
    put("GoVersion", &info.go_version);
    put("Deprecated", &info.deprecated);
    put("Error", error.as_deref().unwrap_or_default());
    if !info.retracted.is_empty() {
        out.insert("Retracted".to_owned(), Value::from(info.retracted.clone()));
    }
    Value::Object(out)
}

/// Returns a refusal of go.mod as the go command words it.
fn refusal(failure: &Failure) -> String {
    match failure.excerpts.first() {
        Some(excerpt) => format!("{}:{}: {}", excerpt.file, excerpt.line, excerpt.message),
        None => failure.to_string(),
    }
}
