//! `modsmith graph why MODULE@VERSION`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::sandbox::Sandbox;
use crate::tree::universe;

/// `a` forces `b v1.2.0`, `c` wants an older one; `b` has a newer version that nobody requires.
fn sample() -> Sandbox {
    let sandbox = universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.1.0\n\texample.com/c v1.0.0\n)\n\n\
         require example.com/b v1.2.0 // indirect\n",
        &[
            (
                "example.com/a@v1.0.0",
                "go 1.21\nrequire example.com/b v1.0.0",
            ),
            (
                "example.com/a@v1.1.0",
                "go 1.21\nrequire example.com/b v1.2.0",
            ),
            ("example.com/b@v1.0.0", "go 1.21"),
            ("example.com/b@v1.1.0", "go 1.21"),
            ("example.com/b@v1.2.0", "go 1.21"),
            ("example.com/b@v1.3.0", "go 1.21"),
            (
                "example.com/c@v1.0.0",
                "go 1.21\nrequire example.com/b v1.1.0",
            ),
        ],
    );
    for (path, list) in [
        ("a", "v1.0.0\nv1.1.0\n"),
        ("b", "v1.0.0\nv1.1.0\nv1.2.0\nv1.3.0\n"),
        ("c", "v1.0.0\n"),
    ] {
        sandbox.write(&format!("proxy/example.com/{path}/@v/list"), list);
    }
    sandbox
}

#[test]
fn the_chain_the_losers_and_the_ways() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph why example.com/b@v1.2.0").success(), @r"
    example.com/b v1.2.0 is selected

    because:
      example.com/main requires example.com/a v1.1.0 (go.mod:6)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    the same version is required by others:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.3.0
      example.com/b upgraded: v1.2.0 => v1.3.0

    to leave it: go get example.com/b@v1.1.0
      example.com/a downgraded: v1.1.0 => v1.0.0
      example.com/b downgraded: v1.2.0 => v1.1.0
    ");
    assert_eq!(
        sandbox.run("graph why --version example.com/b").success(),
        sandbox.run("graph why example.com/b@v1.2.0").success()
    );
    assert_eq!(
        sandbox.read("go.mod").lines().count(),
        10,
        "nothing is written"
    );
}

#[test]
fn every_chain() {
    assert_snapshot!(sample().run("graph why --all --version example.com/b").success(), @r"
    example.com/b v1.2.0 is selected

    because:
      example.com/main requires example.com/a v1.1.0 (go.mod:6)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    and because:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.3.0
      example.com/b upgraded: v1.2.0 => v1.3.0

    to leave it: go get example.com/b@v1.1.0
      example.com/a downgraded: v1.1.0 => v1.0.0
      example.com/b downgraded: v1.2.0 => v1.1.0
    ");
}

#[test]
fn what_is_not_selected_is_1_and_stands_with_its_way() {
    let sandbox = sample();
    let no = |line: &str| {
        let run = sandbox.run(line);
        assert_eq!(run.code, Some(1), "{line}");
        run.stdout + &run.stderr
    };
    assert_snapshot!(no("graph why example.com/b@v1.0.0"), @r"
    example.com/b v1.2.0 is selected, not v1.0.0

    because:
      example.com/main requires example.com/a v1.1.0 (go.mod:6)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    the same version is required by others:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.0.0
      example.com/a downgraded: v1.1.0 => v1.0.0
      example.com/b downgraded: v1.2.0 => v1.0.0
      example.com/c removed: v1.0.0
    ");
    assert_snapshot!(no("graph why example.com/bb@v1.0.0"), @"warning: `example.com/bb@v1.0.0` is not in the module graph; did you mean `example.com/b`?");
    let value: Value = serde_json::from_str(&no("graph why --json example.com/b@v1.3.0")).unwrap();
    let ways = value["answers"][0]["ways"].as_array().unwrap();
    assert_eq!(ways.len(), 1);
    assert_eq!(ways[0]["get"], "example.com/b@v1.3.0");
    assert_eq!(ways[0]["selects"], "v1.3.0");
}

#[test]
fn without_the_network_what_is_required_is_known() {
    let sandbox = sample();
    sandbox.run("graph").success();
    assert_snapshot!(sandbox.run("--offline graph why example.com/b@v1.2.0").success(), @r"
    example.com/b v1.2.0 is selected

    because:
      example.com/main requires example.com/a v1.1.0 (go.mod:6)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    the same version is required by others:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.3.0
      example.com/b upgraded: v1.2.0 => v1.3.0

    to leave it: go get example.com/b@v1.1.0
      example.com/a downgraded: v1.1.0 => v1.0.0
      example.com/b downgraded: v1.2.0 => v1.1.0
    ");
}

#[test]
fn main_modules_have_no_version() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph why --version example.com/main").success(), @"example.com/main is a main module, which no requirement can change");
}

#[test]
fn workspaces_name_the_module_that_requires() {
    let sandbox = sample()
        .file("go.work", "go 1.21\n\nuse (\n\t.\n\t./tool\n)\n")
        .file(
            "tool/go.mod",
            "module example.com/tool\n\ngo 1.21\n\nrequire example.com/b v1.3.0\n",
        );
    assert_snapshot!(sandbox.run("graph why --version example.com/b").success(), @r"
    example.com/b v1.3.0 is selected

    because:
      example.com/tool requires example.com/b v1.3.0 (tool/go.mod:5)

    v1.2.0 is required, too, and not selected:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    note: the ways to another version are those of one module: ask in its directory with GOWORK=off
    ");
}

#[test]
fn wrong_usage_is_2() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph why example.com/a example.com/b@v1.2.0").failure(2), @r"
    error: names with and without a version cannot be mixed: one question is about versions, the other about packages

    hint: `--version` takes modules with and without a version
    ");
    sandbox
        .run("graph why --vendor example.com/b@v1.2.0")
        .failure(2);
    sandbox.run("graph why --version").failure(2);
    sandbox.run("graph why example.com/b@").failure(2);
    // With `-m` the question is that of `go mod why`, which takes no version.
    let text = sandbox.run("graph why -m example.com/b@v1.2.0").failure(2);
    assert!(text.contains("a module path is wanted"), "{text}");
}
