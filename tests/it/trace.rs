//! `modsmith graph trace`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::graph_index::{forget_modules, sums_of};
use crate::support::sandbox::Sandbox;
use crate::tree::universe;

fn sample() -> Sandbox {
    universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n\texample.com/d v1.0.0\n)\n\n\
         exclude example.com/x v1.0.0\n\nreplace example.com/d => ./d\n",
        &[
            (
                "example.com/a@v1.0.0",
                "go 1.21\nrequire (\n\texample.com/b v1.1.0\n\texample.com/x v1.0.0\n)",
            ),
            ("example.com/b@v1.0.0", "go 1.21\nrequire example.com/c v1.0.0"),
            ("example.com/b@v1.1.0", "go 1.21\nrequire example.com/c v1.1.0"),
            ("example.com/c@v1.0.0", "go 1.21"),
            ("example.com/c@v1.1.0", "go 1.21"),
        ],
    )
    .file("d/go.mod", "module example.com/d\n\ngo 1.21\n")
}

/// Takes out what differs from run to run.
fn steady(sandbox: &Sandbox, text: &str) -> String {
    let text = text.replace(
        &sandbox.work().display().to_string().replace('\\', "/"),
        "WORK",
    );
    let mut out = String::new();
    for line in text.lines() {
        let line = match (
            line.rfind(['(', ';']),
            line.ends_with("ms)") || line.ends_with("ms"),
        ) {
            (Some(at), true) => &line[..at],
            _ => line,
        };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[test]
fn steps_in_their_order() {
    let sandbox = sample();
    assert_snapshot!(steady(&sandbox, &sandbox.run("graph trace").success()), @r"
    reading go.mod
    resolving example.com/a@v1.0.0 (required by example.com/main)
      go.mod from file://WORK/proxy, 2 requirements
      excluded example.com/x@v1.0.0 (required by example.com/a@v1.0.0)
    resolving example.com/b@v1.0.0 (required by example.com/main)
      go.mod from file://WORK/proxy, 2 requirements
    resolving example.com/d@v1.0.0 (required by example.com/main)
      replacing example.com/d@v1.0.0 => ./d (go.mod:13)
      go.mod from its directory, 1 requirement
    resolving go@1.21 (required by example.com/main)
    resolving example.com/b@v1.1.0 (required by example.com/a@v1.0.0)
      pruned: its requirements do not count
    resolving example.com/c@v1.0.0 (required by example.com/b@v1.0.0)
      pruned: its requirements do not count
    resolving toolchain@go1.21 (required by go@1.21)
    raising example.com/b@v1.0.0 => v1.1.0
    resolving example.com/b@v1.1.0 (required by example.com/main)
      go.mod from file://WORK/proxy, 2 requirements
    resolving example.com/c@v1.1.0 (required by example.com/b@v1.1.0)
      pruned: its requirements do not count
    using example.com/main
    using example.com/a@v1.0.0
    using example.com/b@v1.1.0 (over v1.0.0)
    using example.com/c@v1.1.0 (over v1.0.0)
    using example.com/d@v1.0.0
    using go@1.21
    using toolchain@go1.21

    4 go.mod files of other modules: 1 from its directory, 3 from file://WORK/proxy
    ");
    let again = steady(&sandbox, &sandbox.run("graph trace").success());
    assert!(again.contains("go.mod from the module cache"), "{again}");
    assert!(!again.contains("file://"), "{again}");
}

#[test]
fn one_module() {
    let sandbox = sample();
    assert_snapshot!(steady(&sandbox, &sandbox.run("graph trace example.com/b").success()), @r"
    resolving example.com/b@v1.0.0 (required by example.com/main)
      go.mod from file://WORK/proxy, 2 requirements
    resolving example.com/b@v1.1.0 (required by example.com/a@v1.0.0)
      pruned: its requirements do not count
    raising example.com/b@v1.0.0 => v1.1.0
    resolving example.com/b@v1.1.0 (required by example.com/main)
      go.mod from file://WORK/proxy, 2 requirements
    using example.com/b@v1.1.0 (over v1.0.0)

    4 go.mod files of other modules: 1 from its directory, 3 from file://WORK/proxy
    ");
    let run = sandbox.run("graph trace example.com/bb");
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    assert_snapshot!(run.stderr, @"warning: `example.com/bb` is not in the module graph; did you mean `example.com/b`?");
    sandbox.run("graph trace example.com/b@v1.0.0").failure(2);
}

#[test]
fn json_lines() {
    let sandbox = sample();
    let stdout = sandbox.run("graph trace --json").success();
    let lines: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let steps: Vec<_> = lines
        .iter()
        .map(|line| line["step"].as_str().unwrap())
        .collect();
    for step in [
        "reading",
        "resolving",
        "replacing",
        "loaded",
        "excluded",
        "pruned",
        "raising",
        "using",
    ] {
        assert!(steps.contains(&step), "{step}");
    }
    let from = |path: &str| {
        let is_it = |line: &&Value| line["step"] == "loaded" && line["module"]["path"] == path;
        lines.iter().find(is_it).unwrap()["from"].clone()
    };
    assert_eq!(
        (from("example.com/a"), from("example.com/d")),
        ("proxy".into(), "directory".into())
    );
}

#[test]
fn workspaces() {
    let sandbox = sample().file("go.work", "go 1.21\n\nuse (\n\t.\n\t./d\n)\n");
    let text = steady(
        &sandbox,
        &sandbox.run("graph trace example.com/d").success(),
    );
    assert_snapshot!(text, @r"
    reading d/go.mod
    resolving example.com/d@v1.0.0 (required by example.com/main)
      replacing example.com/d@v1.0.0 => ./d (go.mod:13)
      go.mod from its directory, 1 requirement
    using example.com/d (over v1.0.0)

    5 go.mod files of other modules: 1 from its directory, 4 from file://WORK/proxy
    ");
}

/// Everything that go.sum vouches for is kept, and so is how it came; nothing is read again.
#[test]
fn what_an_earlier_run_noted() {
    const MODULES: [(&str, &str); 3] = [
        (
            "example.com/a@v1.0.0",
            "go 1.21\nrequire (\n\texample.com/b v1.0.0\n\texample.com/x v1.0.0\n)",
        ),
        ("example.com/b@v1.0.0", "go 1.21"),
        ("example.com/x@v1.0.0", "go 1.21"),
    ];
    let sandbox = universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n\n\
         exclude example.com/x v1.0.0\n",
        &MODULES,
    )
    .file("go.sum", sums_of(&MODULES));
    let first = steady(&sandbox, &sandbox.run("graph trace").success());
    assert!(first.contains("go.mod from file://WORK/proxy"), "{first}");
    assert!(first.contains("excluded example.com/x@v1.0.0"), "{first}");
    let noted = steady(&sandbox, &sandbox.run("graph trace").success());
    let (noted, when) = noted.rsplit_once("as the run of 2").unwrap();
    assert_eq!(noted, first);
    assert!(
        when.ends_with("; `--fresh` reads every go.mod now\n"),
        "{when}"
    );
    let lines = sandbox.run("graph trace example.com/b --json").success();
    let line: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(line["step"], "recorded");
    let fresh = steady(&sandbox, &sandbox.run("graph trace --fresh").success());
    assert!(
        fresh.contains("go.mod from the module cache"),
        "it is read again: {fresh}"
    );
    // The record is about this very graph.
    let go_mod = sandbox.read("go.mod");
    let other = go_mod.replace("exclude", "// exclude");
    std::fs::write(sandbox.work().join("go.mod"), other).unwrap();
    let other = steady(&sandbox, &sandbox.run("graph trace").success());
    assert!(!other.contains("as the run of"), "{other}");
    assert!(other.contains("resolving example.com/x@v1.0.0"), "{other}");
    std::fs::write(sandbox.work().join("go.mod"), go_mod).unwrap();
    forget_modules(&sandbox);
    let noted = steady(&sandbox, &sandbox.run("graph trace").success());
    assert_eq!(noted.rsplit_once("as the run of 2").unwrap().0, fresh);
    sandbox.run("graph trace --fresh").failure(3);
}

/// A plain graph notes as much; what was changed in the record is not believed.
#[test]
fn a_record_with_another_bit_is_not_believed() {
    const MODULES: [(&str, &str); 1] = [("example.com/a@v1.0.0", "go 1.21")];
    let sandbox = universe(
        "module example.com/main\n\ngo 1.21\n\nrequire example.com/a v1.0.0\n",
        &MODULES,
    )
    .file("go.sum", sums_of(&MODULES));
    sandbox.run("graph").success();
    let noted = sandbox.run("graph trace").success();
    assert!(noted.contains("as the run of"), "{noted}");
    let dir = sandbox.cache().join("cache/modsmith/traces");
    let entry = std::fs::read_dir(dir).unwrap().next().unwrap().unwrap();
    let mut bytes = std::fs::read(entry.path()).unwrap();
    bytes[3] ^= 1;
    std::fs::write(entry.path(), bytes).unwrap();
    let read = sandbox.run("graph trace").success();
    assert!(!read.contains("as the run of"), "{read}");
    let noted = sandbox.run("graph trace").success();
    assert!(noted.contains("as the run of"), "it is made again: {noted}");
}

/// A go.mod that stands for two module versions is one file, now and in the record.
#[test]
fn files_are_counted_once() {
    const MODULES: [(&str, &str); 1] = [("example.com/b@v1.0.0", "go 1.21")];
    let sandbox = universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n\n\
         replace example.com/a v1.0.0 => example.com/b v1.0.0\n",
        &MODULES,
    )
    .file("go.sum", sums_of(&MODULES));
    let first = sandbox.run("graph trace").success();
    assert!(
        first.contains("\n1 go.mod files of other modules: 1 from"),
        "{first}"
    );
    let noted = sandbox.run("graph trace").success();
    assert!(noted.contains("as the run of"), "{noted}");
    assert!(
        noted.contains("\n1 go.mod files of other modules: 1 from"),
        "{noted}"
    );
}
