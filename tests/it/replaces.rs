//! `modsmith graph replaces`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::sandbox::Sandbox;
use crate::tree::universe;

const MODULES: [(&str, &str); 8] = [
    (
        "example.com/a@v1.0.0",
        "go 1.21\nrequire example.com/b v1.0.0",
    ),
    ("example.com/b@v1.0.0", "go 1.21"),
    (
        "example.com/b@v1.1.0",
        "go 1.21\nrequire example.com/c v1.0.0",
    ),
    ("example.com/c@v1.0.0", "go 1.21"),
    (
        "example.com/fork@v1.0.0",
        "go 1.21\nrequire example.com/c v1.0.0",
    ),
    ("example.com/fork@v1.1.0", "go 1.21"),
    (
        "example.com/h@v1.0.0",
        "go 1.21\nrequire example.com/b v1.0.0\nreplace example.com/b => example.com/fork v1.0.0\nreplace example.com/x => ../x",
    ),
    ("example.com/x@v1.0.0", "go 1.21"),
];

fn with(lines: &str) -> Sandbox {
    let main = "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n\n";
    universe(&format!("{main}{lines}"), &MODULES).file(".git/HEAD", "ref: refs/heads/main\n")
}

/// The rules of the findings, in order.
fn rules(sandbox: &Sandbox) -> Vec<String> {
    let run = sandbox.run("graph replaces --json --no-effects");
    let value: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    let findings = value["findings"].as_array().unwrap();
    let bad = findings.iter().any(|finding| finding["level"] == "problem");
    assert_eq!(run.code, Some(i32::from(bad)));
    findings
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn lines_with_their_standing_and_effect() {
    let sandbox = with(
        "replace (\n\texample.com/b => example.com/fork v1.0.0\n\texample.com/a v0.9.0 => example.com/a v1.0.0\n\
         \texample.com/gone => ./gone\n)\n",
    )
    .file("gone/go.mod", "module example.com/gone\n");
    assert_snapshot!(sandbox.run("graph replaces").success(), @r"
    example.com/b => example.com/fork v1.0.0 (go.mod:11)
      in force
      without it example.com/b itself is used, and:
        example.com/c removed: v1.0.0
    example.com/a v0.9.0 => example.com/a v1.0.0 (go.mod:12)
      not in force: v1.0.0 is selected
    example.com/gone => ./gone (go.mod:13)
      not in force: nobody requires the module

    warning: example.com/a v0.9.0: not in force: v1.0.0 is selected, and nobody requires v0.9.0 [replace-other-version]
      --> go.mod:12
      fix: go mod edit -dropreplace=example.com/a@v0.9.0 go.mod
    warning: example.com/gone: not in force: nobody requires this module [replace-unused]
      --> go.mod:13
      fix: go mod edit -dropreplace=example.com/gone go.mod

    3 lines, 1 in force; 0 in dependencies; 0 problems, 2 warnings, 0 notes
    ");
    let quick = sandbox.run("graph replaces --no-effects").success();
    assert!(!quick.contains("without it"), "{quick}");
}

#[test]
fn without_any_line_nothing_is_said() {
    assert_snapshot!(with("").run("graph replaces").success(), @"0 lines, 0 in force; 0 in dependencies; 0 problems, 0 warnings, 0 notes");
    assert_eq!(rules(&with("")), [""; 0]);
}

#[test]
fn in_force_is_no_finding() {
    let sandbox = with("replace example.com/b => ./b\n")
        .file("b/go.mod", "module example.com/b\n\ngo 1.21\n");
    assert_eq!(rules(&sandbox), [""; 0]);
    let sandbox = with("replace example.com/b v1.0.0 => example.com/fork v1.1.0\n");
    assert_eq!(rules(&sandbox), [""; 0]);
}

#[test]
fn a_version_that_is_not_selected() {
    let main = "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.1.0\n)\n\n\
                replace example.com/b v1.0.0 => example.com/fork v1.1.0\n";
    let sandbox = universe(main, &MODULES);
    assert_eq!(rules(&sandbox), ["replace-other-version"]);
    let text = sandbox.run("graph replaces").success();
    assert!(
        text.contains("only its requirements count: v1.1.0 is selected"),
        "{text}"
    );
}

#[test]
fn a_line_with_a_version_wins_over_one_without() {
    let sandbox = with(
        "replace (\n\texample.com/b => example.com/fork v1.0.0\n\texample.com/b v1.0.0 => example.com/fork v1.1.0\n)\n",
    );
    assert_eq!(rules(&sandbox), ["replace-overridden"]);
}

#[test]
fn go_work_wins() {
    let sandbox = with("replace example.com/b => example.com/fork v1.0.0\n").file(
        "go.work",
        "go 1.21\n\nuse .\n\nreplace example.com/b => example.com/fork v1.1.0\n",
    );
    assert_snapshot!(sandbox.run("graph replaces").success(), @r"
    example.com/b => example.com/fork v1.1.0 (go.work:5)
      in force
      without it example.com/fork v1.0.0 is used, and:
        example.com/c added: v1.0.0
    example.com/b => example.com/fork v1.0.0 (go.mod:10)
      not in force: go.work:5 wins

    warning: example.com/b: not in force: go.work replaces it (go.work:5) [replace-overridden]
      --> go.mod:10
      fix: go mod edit -dropreplace=example.com/b go.mod

    2 lines, 1 in force; 0 in dependencies; 0 problems, 1 warning, 0 notes
    ");
    assert_eq!(rules(&sandbox.set("GOWORK", "off")), [""; 0]);
}

#[test]
fn a_replacement_is_not_replaced_again() {
    let sandbox = with(
        "replace (\n\texample.com/b => example.com/fork v1.0.0\n\texample.com/fork => ./fork\n)\n",
    )
    .file("fork/go.mod", "module example.com/fork\n");
    assert_eq!(rules(&sandbox), ["replace-chain", "replace-unused"]);
    // `=>` of the same path to another version leads nowhere else.
    let sandbox = with("replace example.com/b => example.com/b v1.1.0\n");
    assert_eq!(rules(&sandbox), [""; 0]);
}

#[test]
fn lines_of_a_replacement_are_ignored() {
    let sandbox = with("replace example.com/b => ./b\n").file(
        "b/go.mod",
        "module example.com/b\n\ngo 1.21\n\nreplace example.com/c => ./c\n",
    );
    let found = rules(&sandbox);
    assert_eq!(found, ["replace-nested"]);
    sandbox.write("go.work", "go 1.21\n\nuse (\n\t.\n\t./b\n)\n");
    sandbox.write("b/c/go.mod", "module example.com/c\n");
    assert!(
        !rules(&sandbox).contains(&"replace-nested".to_owned()),
        "a main module's lines count"
    );
}

#[test]
fn one_module_for_two() {
    // The graph is fine; the build is not, and `go list -m all` says so.
    let sandbox = with("replace (\n\texample.com/a => ./one\n\texample.com/x => ./one\n)\n")
        .file("one/go.mod", "module example.com/a\n\ngo 1.21\n");
    let mut found = rules(&sandbox);
    found.dedup();
    assert_eq!(found, ["replace-unused", "replace-same-target"]);
}

#[test]
fn directories_of_this_machine() {
    let sandbox = with("replace example.com/b => ../elsewhere/b\n")
        .file("../elsewhere/b/go.mod", "module example.com/b\n");
    assert_eq!(rules(&sandbox), ["replace-local-path"]);
    let run = sandbox.run("graph replaces --format github");
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.stdout, @"::error file=go.mod,line=10,title=replace-local-path::example.com/b: `../elsewhere/b` lies outside of the repository: other checkouts do not have it%0Afix: move the line to a go.work that is not committed, or publish the module and require it");
    // The other sandbox is still there, and so is its directory.
    let absolute = sandbox.path().join("elsewhere/b").display().to_string();
    let sandbox = with(&format!("replace example.com/b => {absolute:?}\n"));
    assert_eq!(rules(&sandbox), ["replace-local-path"]);
}

#[test]
fn an_absolute_path_in_go_work_is_a_warning() {
    let sandbox = with("").file("../elsewhere/b/go.mod", "module example.com/b\n\ngo 1.21\n");
    let dir = sandbox.path().join("elsewhere/b");
    sandbox.write(
        "go.work",
        format!(
            "go 1.21\n\nuse .\n\nreplace example.com/b => {:?}\n",
            dir.display().to_string()
        ),
    );
    assert_eq!(rules(&sandbox), ["replace-local-path-work"]);
}

#[test]
fn a_directory_that_is_not_there() {
    let sandbox = with("replace example.com/gone => ./gone\n");
    assert_eq!(
        rules(&sandbox),
        ["replace-unused", "replace-missing-directory"]
    );
}

#[test]
fn lines_of_dependencies_are_told_where_they_make_a_difference() {
    let main = "module example.com/main\n\ngo 1.21\n\nrequire example.com/h v1.0.0\n";
    let sandbox = universe(main, &MODULES);
    assert_snapshot!(sandbox.run("graph replaces").success(), @r"
    note: example.com/b: example.com/h@v1.0.0 replaces example.com/b by example.com/fork v1.0.0, which is ignored here: v1.0.0 is built [replace-hidden]
      --> example.com/h@v1.0.0/go.mod:4
      fix: if it is needed here, too: go mod edit -replace=example.com/b=example.com/fork@v1.0.0

    0 lines, 0 in force; 2 in dependencies; 0 problems, 0 warnings, 1 note
    ");
    let sandbox = universe(&main.replace("/h v1.0.0", "/a v1.0.0"), &MODULES);
    assert_eq!(rules(&sandbox), [""; 0]);
}
