//! `modsmith mod get`: the command line; what becomes of go.mod and go.sum is in `conformance::get`.

use insta::assert_snapshot;

use crate::support::sandbox::Sandbox;

const GO_MOD: &str = "module example.com/main\n\ngo 1.24\n\nrequire rsc.io/quote v1.5.1\n\nrequire (\n\
                      \tgolang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect\n\trsc.io/sampler v1.3.0 // indirect\n)\n";

pub(crate) fn sample() -> Sandbox {
    Sandbox::new()
        .file("go.mod", GO_MOD)
        .file("main.go", "package main\n\nimport _ \"rsc.io/quote\"\n")
}

#[test]
fn what_the_go_command_tells_comes_first() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("mod get rsc.io/quote@v1.5.2").success(), @"go: upgraded rsc.io/quote v1.5.1 => v1.5.2");
    assert!(sandbox.read("go.mod").contains("rsc.io/quote v1.5.2\n"));
    assert!(sandbox.read("go.sum").contains("rsc.io/quote v1.5.2 h1:"));
}

#[test]
fn what_else_moved_is_told_with_the_reason() {
    let sandbox = Sandbox::new()
        .file(
            "go.mod",
            "module example.com/main\n\ngo 1.16\n\nrequire rsc.io/quote v1.1.0\n",
        )
        .file("main.go", "package main\n\nimport _ \"rsc.io/quote\"\n");
    assert_snapshot!(sandbox.run("mod get --dry-run rsc.io/quote@v1.5.2").success(), @r"
    go: upgraded rsc.io/quote v1.1.0 => v1.5.2
    also:
      added golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c (required by rsc.io/sampler@v1.3.0)
      added rsc.io/sampler v1.3.0 (required by rsc.io/quote@v1.5.2)
    ");
    let run = sandbox.run("mod get --format go rsc.io/quote@v1.5.2");
    assert_eq!(
        run.success(),
        "go: upgraded rsc.io/quote v1.1.0 => v1.5.2\n"
    );
}

#[test]
fn a_dry_run_and_a_refusal_write_nothing() {
    let sandbox = sample();
    sandbox.run("mod get --dry-run -u ./...").success();
    assert_eq!(sandbox.read("go.mod"), GO_MOD);
    let run = sandbox.run("mod get rsc.io/quote@none rsc.io/quote@v1.5.2");
    assert_eq!(run.code, Some(3));
    assert_snapshot!(run.stderr, @"error: rsc.io/quote@v1.5.2 conflicts with rsc.io/quote@none");
    let run = sandbox.run("mod get rsc.io/sampler@v1.2.0 rsc.io/quote@v1.5.2");
    assert_eq!(run.code, Some(3));
    assert_snapshot!(run.stderr, @"error: rsc.io/quote@v1.5.2 requires rsc.io/sampler@v1.3.0, not rsc.io/sampler@v1.2.0");
    assert_eq!(sandbox.read("go.mod"), GO_MOD);
    assert!(!sandbox.work().join("go.sum").exists());
}

#[test]
fn what_cannot_be_meant_is_wrong_usage() {
    let sandbox = sample();
    for (argument, expect) in [
        (
            "rsc.io/quote@",
            "error: invalid module version syntax \"rsc.io/quote@\"\n",
        ),
        ("go@none", "error: cannot use go@none\n"),
        (
            "main.go",
            "error: main.go: arguments must be package or module paths\n",
        ),
    ] {
        let run = sandbox.run(&format!("mod get {argument}"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(2), expect));
    }
}

#[test]
fn without_network_nothing_is_guessed() {
    let sandbox = sample().set("GOPROXY", "http://127.0.0.1:9");
    for argument in ["rsc.io/quote@v1.5.2", "rsc.io/quote@none", "./..."] {
        let run = sandbox.run(&format!("mod get --offline {argument}"));
        assert_eq!(run.code, Some(4), "{}", run.stderr);
        assert_eq!(sandbox.read("go.mod"), GO_MOD);
    }
}

#[test]
fn a_workspace_keeps_up() {
    let sandbox = sample().file("go.work", "go 1.24\n\nuse .\n");
    sandbox.run("mod get go@1.25.0").success();
    assert!(sandbox.read("go.mod").contains("go 1.25.0\n"));
    assert_eq!(sandbox.read("go.work"), "go 1.25.0\n\nuse .\n");
}

#[test]
fn a_tool_line_comes_and_goes() {
    let sandbox = sample();
    sandbox
        .run("mod get --tool rsc.io/fortune@v1.0.0")
        .success();
    assert!(sandbox.read("go.mod").contains("tool rsc.io/fortune\n"));
    sandbox.run("mod get --tool rsc.io/fortune@none").success();
    assert!(!sandbox.read("go.mod").contains("tool"));
}

#[test]
fn bytes_that_do_not_match_end_it() {
    let line = |kind: &str| format!("rsc.io/quote v1.5.2{kind} h1:{}=\n", "A".repeat(43));
    for sums in [line(""), line("/go.mod")] {
        let sandbox = sample().file("go.sum", &sums);
        for argument in [
            "rsc.io/quote@v1.5.2",
            "rsc.io/quote/buggy@v1.5.2",
            "-u ./...",
        ] {
            let run = sandbox.run(&format!("mod get {argument}"));
            assert_eq!(run.code, Some(5), "{argument}\n{}", run.stderr);
            assert!(run.stderr.contains("checksum mismatch"), "{}", run.stderr);
            assert_eq!(sandbox.read("go.mod"), GO_MOD);
            assert_eq!(sandbox.read("go.sum"), sums);
        }
    }
}
