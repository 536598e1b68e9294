//! Every JSON output agrees with its schema.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::json_schema::faults;
use crate::support::sandbox::Sandbox;

/// Schemas, by the stem of their file, and command lines whose result they describe.
const RESULTS: &[(&str, &str)] = &[
    ("env", "env --json"),
    ("env", "env --json GOPROXY NOSUCH CC"),
    ("env", "env --json --changed"),
    ("graph", "graph --mod=mod --json"),
    ("graph", "graph --mod=mod --go 1.25 --format json"),
    ("tree", "graph tree --json"),
    ("tree", "graph tree --json --depth 1 rsc.io/quote"),
    ("tree", "graph tree --json --invert golang.org/x/text"),
    ("tree", "graph tree --json --duplicates"),
    ("verify", "verify --json"),
    ("packages", "graph packages --json ./..."),
    ("why", "graph why --json --all -m"),
    ("get", "mod get --dry-run --json rsc.io/quote@none"),
    ("get", "mod get -n --json -u ./..."),
    ("tidy", "mod tidy --check --json"),
    ("vendor", "-C vendored mod vendor --check --json"),
    ("why_version", "graph why --json rsc.io/quote@v1.5.2"),
    (
        "why_version",
        "graph why --json --all golang.org/x/text@v0.1.0",
    ),
    ("why_version", "graph why --json --version golang.org/x/txt"),
    ("trace", "graph trace --json"),
    ("trace", "graph trace --json rsc.io/nothing"),
    ("lint", "graph lint --json --notes --online"),
    ("replaces", "graph replaces --json"),
    (
        "replaces",
        "graph replaces --json --modfile replaced.mod --no-effects",
    ),
    ("cycles", "graph cycles --json"),
    ("graph_diff", "graph diff --json . old.mod"),
    ("what_if", "graph what-if --json rsc.io/quote@none"),
    (
        "what_if",
        "graph what-if --json example.com/deprecated/a@v1.9.0",
    ),
];

/// Command lines that fail, whose stderr `failure` describes.
const FAILURES: &[&str] = &[
    "grph --json",
    "graph --json --config broken.toml",
    "graph --json --config missing.toml",
    "-C nowhere graph --format json",
];

#[test]
fn results_agree_with_their_schema() {
    let sandbox = sandbox();
    for (stem, line) in RESULTS {
        // A check whose answer is no has a result as well.
        let run = sandbox.run(line);
        assert!(matches!(run.code, Some(0 | 1)), "`{line}`\n{}", run.stderr);
        let stdout = run.stdout;
        // A trace is an object a line.
        let values = match *stem {
            "trace" => stdout
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
            _ => vec![serde_json::from_str::<Value>(&stdout).unwrap()],
        };
        for value in values {
            assert_eq!(faults(&schema(stem), &value), [""; 0], "`{line}`\n{stdout}");
        }
        assert!(stdout.ends_with('\n'), "`{line}` ends its last line");
    }
}

#[test]
fn failures_agree_with_their_schema() {
    let sandbox = sandbox();
    for line in FAILURES {
        let run = sandbox.run(line);
        assert_eq!(run.stdout, "", "`{line}`");
        assert_eq!(run.stderr.lines().count(), 1, "`{line}`\n{}", run.stderr);
        let value: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(
            faults(&schema("failure"), &value),
            [""; 0],
            "`{line}`\n{value:#}"
        );
        assert_eq!(value["exit"].as_i64(), run.code.map(i64::from), "`{line}`");
    }
}

/// A schema that no command line proves is a promise that nobody keeps.
#[test]
fn every_schema_is_checked() {
    let files = fs::read_dir(folder()).unwrap().filter_map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".schema.json").map(str::to_owned)
    });
    let mut checked: BTreeSet<String> =
        RESULTS.iter().map(|(stem, _)| (*stem).to_owned()).collect();
    checked.insert("failure".to_owned());
    assert_eq!(files.collect::<BTreeSet<_>>(), checked);
}

/// What the program writes as `"schema"` is the title of a schema file.
#[test]
fn every_name_has_its_schema() {
    let mut faults = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let stem = file.file_stem().unwrap().to_str().unwrap();
        for rest in text.split("\"modsmith.").skip(1) {
            let name = format!("modsmith.{}", rest.split('"').next().unwrap_or_default());
            if schema(stem)["title"] != name.as_str() {
                faults.push(format!("{}: {name}", file.display()));
            }
        }
    }
    assert_eq!(faults, [""; 0]);
}

fn sandbox() -> Sandbox {
    Sandbox::new()
        .file("broken.toml", "[network]\nofline = true\n")
        .file("main.go", "package main\n")
        .file("vendored/go.mod", "module example.com/v\n\ngo 1.21\n")
        .file("vendored/vendor/old", "")
        .file(
            "replaced.mod",
            "module example.com/main\n\ngo 1.23\n\nrequire rsc.io/sampler v1.3.0\n\nreplace rsc.io/sampler => rsc.io/sampler v1.3.1\n\nreplace rsc.io/x => ./x\n",
        )
        .file(
            "old.mod",
            "module example.com/main\n\ngo 1.23\n\nrequire rsc.io/sampler v1.3.0\n",
        )
        .file(
            "go.mod",
            "module example.com/main\n\ngo 1.24\n\nrequire rsc.io/quote v1.5.2\n",
        )
}

fn schema(stem: &str) -> Value {
    let text = fs::read_to_string(folder().join(format!("{stem}.schema.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/json")
}
