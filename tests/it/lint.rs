//! `modsmith graph lint`: each rule with a fixture that triggers it and one that does not.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::json_schema::faults;
use crate::support::sandbox::Sandbox;
use crate::tree::universe;

fn main_with(requires: &str) -> String {
    format!("module example.com/main\n\ngo 1.21\n\nrequire (\n{requires})\n")
}

/// The rules of all findings, notes and what proxies know among them.
#[track_caller]
fn rules(sandbox: &Sandbox) -> Vec<String> {
    found(sandbox, "graph lint --json --notes --online")
}

#[track_caller]
fn found(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let run = sandbox.run(line);
    let value: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    let findings = value["findings"].as_array().unwrap();
    let bad = findings.iter().any(|finding| finding["level"] == "problem");
    assert_eq!(run.code, Some(i32::from(bad)), "{run:?}");
    findings
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

/// A module with one dependency that the only file imports.
fn one(module: &str, text: &str) -> Sandbox {
    let (path, version) = module.split_once('@').unwrap();
    universe(
        &main_with(&format!("\t{path} {version}\n")),
        &[(module, text)],
    )
    .file("main.go", format!("package main\n\nimport _ \"{path}\"\n"))
}

fn list(sandbox: &Sandbox, path: &str, versions: &str) {
    sandbox.write(&format!("proxy/{path}/@v/list"), versions);
}

fn info(sandbox: &Sandbox, module: &str, time: &str) {
    let (path, version) = module.split_once('@').unwrap();
    let text = format!(r#"{{"Version":"{version}","Time":"{time}"}}"#);
    sandbox.write(&format!("proxy/{path}/@v/{version}.info"), text);
}

#[test]
fn a_clean_module_has_no_finding() {
    let sandbox = one("example.com/a@v1.0.0", "go 1.21");
    assert_eq!(rules(&sandbox), [""; 0]);
    assert_snapshot!(sandbox.run("graph lint").success(), @"1 module: 0 problems, 0 warnings, 0 notes");
}

#[test]
fn sem_001_incompatible_with_a_go_mod() {
    assert_eq!(
        rules(&one("example.com/a@v2.0.0+incompatible", "go 1.21")),
        ["SEM-001"]
    );
    assert_eq!(
        rules(&one("example.com/a@v2.0.0+incompatible", "")),
        [""; 0]
    );
}

const PSEUDO_2: &str = "example.com/a/v2@v2.0.0-20240102030405-0123456789ab";

#[test]
fn sem_002_no_tag_of_the_major() {
    let sandbox = one(PSEUDO_2, "go 1.21");
    list(&sandbox, "example.com/a/v2", "");
    assert_eq!(rules(&sandbox), ["SEM-002"]);
    list(&sandbox, "example.com/a/v2", "v2.0.0-rc.1\n");
    assert_eq!(rules(&sandbox), [""; 0]);
}

#[test]
fn sem_003_several_majors() {
    let sandbox = universe(
        &main_with("\texample.com/a v1.0.0\n\texample.com/a/v2 v2.0.0\n"),
        &[
            ("example.com/a@v1.0.0", "go 1.21"),
            ("example.com/a/v2@v2.0.0", "go 1.21"),
        ],
    )
    .file(
        "main.go",
        "package main\n\nimport (\n\t_ \"example.com/a\"\n\t_ \"example.com/a/v2\"\n)\n",
    );
    assert_eq!(found(&sandbox, "graph lint --json --notes"), ["SEM-003"]);
    assert_eq!(found(&sandbox, "graph lint --json"), [""; 0]);
    let text = sandbox.run("graph lint").success();
    assert!(text.contains("1 note (`--notes` shows them)"), "{text}");
}

const PSEUDO: &str = "example.com/a@v1.0.1-0.20240102030405-0123456789ab";

#[test]
fn sem_004_a_tag_at_or_after_the_commit() {
    let with_tag = |time: &str| {
        let sandbox = one(PSEUDO, "go 1.21");
        list(&sandbox, "example.com/a", "v1.0.0\nv1.1.0\n");
        let go_mod = "module example.com/a\n\ngo 1.21\n";
        sandbox.write("proxy/example.com/a/@v/v1.1.0.mod", go_mod);
        info(&sandbox, "example.com/a@v1.1.0", time);
        sandbox
    };
    assert_eq!(rules(&with_tag("2024-01-02T03:04:05Z")), ["SEM-004"]);
    // A tag of an older commit, as on a maintenance branch, is none to go to.
    assert_eq!(rules(&with_tag("2024-01-02T03:04:04Z")), [""; 0]);
    let sandbox = one(PSEUDO, "go 1.21");
    list(&sandbox, "example.com/a", "v1.0.0\n");
    sandbox.write(
        "proxy/example.com/a/@v/v1.0.0.mod",
        "module example.com/a\n",
    );
    assert_eq!(rules(&sandbox), [""; 0]);
}

#[test]
fn sem_005_another_time_than_the_commit() {
    let sandbox = one(PSEUDO, "go 1.21");
    let cache =
        "../go/pkg/mod/cache/download/example.com/a/@v/v1.0.1-0.20240102030405-0123456789ab.info";
    let version = PSEUDO.split_once('@').unwrap().1;
    let text = |time: &str| format!(r#"{{"Version":"{version}","Time":"{time}"}}"#);
    sandbox.write(cache, text("2024-01-02T03:04:05Z"));
    assert_eq!(found(&sandbox, "graph lint --json"), [""; 0]);
    // Some proxies tell when they first saw the version.
    sandbox.write(cache, text("2025-01-02T03:04:05Z"));
    assert_eq!(found(&sandbox, "graph lint --json"), [""; 0]);
    sandbox.write(cache, text("2023-01-02T03:04:05Z"));
    assert_eq!(found(&sandbox, "graph lint --json"), ["SEM-005"]);
    let run = sandbox.run("graph lint");
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.stdout, @r"
    problem: example.com/a@v1.0.1-0.20240102030405-0123456789ab: the version says 2024-01-02T03:04:05Z, but the commit was known at 2023-01-02T03:04:05Z [SEM-005]
      --> go.mod:6
      fix: go get example.com/a@0123456789ab

    1 module: 1 problem, 0 warnings, 0 notes
    ");
}

#[test]
fn sem_006_a_v0_module_raised_across_minors() {
    let sandbox = |wanted: &str| {
        universe(
            &main_with("\texample.com/a v1.0.0\n\texample.com/z v0.3.1\n"),
            &[
                (
                    "example.com/a@v1.0.0",
                    &format!("go 1.21\nrequire example.com/z {wanted}"),
                ),
                ("example.com/z@v0.2.0", "go 1.21"),
                ("example.com/z@v0.3.0", "go 1.21"),
                ("example.com/z@v0.3.1", "go 1.21"),
            ],
        )
        .file(
            "main.go",
            "package main\n\nimport (\n\t_ \"example.com/a\"\n\t_ \"example.com/z\"\n)\n",
        )
    };
    assert_eq!(
        found(&sandbox("v0.2.0"), "graph lint --json --notes"),
        ["SEM-006"]
    );
    assert_eq!(
        found(&sandbox("v0.3.0"), "graph lint --json --notes"),
        [""; 0]
    );
}

#[test]
fn sem_007_and_008_retracted_and_deprecated() {
    let own = "go 1.21\nretract v1.0.0 // broken";
    assert_eq!(
        found(&one("example.com/a@v1.0.0", own), "graph lint --json"),
        ["SEM-007"]
    );
    let other = "go 1.21\nretract v0.9.0 // broken";
    assert_eq!(
        found(&one("example.com/a@v1.0.0", other), "graph lint --json"),
        [""; 0]
    );
    // What only a newer version says takes a proxy.
    let sandbox = one("example.com/a@v1.0.0", "go 1.21");
    list(&sandbox, "example.com/a", "v1.0.0\nv1.1.0\n");
    let newer = "// Deprecated: use b.\nmodule example.com/a\n\nretract v1.0.0 // broken\n";
    sandbox.write("proxy/example.com/a/@v/v1.1.0.mod", newer);
    info(&sandbox, "example.com/a@v1.1.0", "2024-01-02T03:04:05Z");
    assert_eq!(rules(&sandbox), ["SEM-007", "SEM-008"]);
    assert_eq!(found(&sandbox, "graph lint --json"), [""; 0]);
    assert_snapshot!(sandbox.run("graph lint --online").success(), @r"
    warning: example.com/a@v1.0.0: retracted by module author: broken [SEM-007]
      --> go.mod:6
      fix: go get example.com/a@latest
    warning: example.com/a@v1.0.0: deprecated: use b. [SEM-008]
      --> go.mod:6
      fix: see who needs it: modsmith graph tree --invert example.com/a

    1 module: 0 problems, 2 warnings, 0 notes
    ");
}

#[test]
fn sem_009_the_go_line_is_too_low() {
    let sandbox = one("example.com/a@v1.0.0", "go 1.22.1");
    assert_eq!(found(&sandbox, "graph lint --json"), ["SEM-009"]);
    let run = sandbox.run("graph lint");
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.stdout, @r"
    problem: go: `go 1.21`, but example.com/a@v1.0.0 needs 1.22.1 [SEM-009]
      --> go.mod:3
      evidence  example.com/a@v1.0.0/go.mod:2: go 1.22.1
      fix: go get go@1.22.1

    1 module: 1 problem, 0 warnings, 0 notes
    ");
    assert_eq!(
        found(&one("example.com/a@v1.0.0", "go 1.21"), "graph lint --json"),
        [""; 0]
    );
}

#[test]
fn sem_010_the_go_line_is_higher_than_needed() {
    let sandbox = one("example.com/a@v1.0.0", "go 1.21.0");
    let go_mod = sandbox.read("go.mod");
    sandbox.write("go.mod", go_mod.replace("go 1.21", "go 1.24"));
    assert_eq!(found(&sandbox, "graph lint --json --notes"), ["SEM-010"]);
    sandbox.write("go.mod", go_mod.replace("go 1.21", "go 1.21.5"));
    assert_eq!(found(&sandbox, "graph lint --json --notes"), [""; 0]);
}

#[test]
fn sem_011_and_012_indirect() {
    let requires = "\texample.com/a v1.0.0\n\texample.com/b v1.0.0 // indirect\n\texample.com/t v1.0.0 // indirect\n";
    let sandbox = universe(
        &(main_with(requires) + "\ntool example.com/t/cmd/t\n"),
        &[
            ("example.com/a@v1.0.0", "go 1.21"),
            ("example.com/b@v1.0.0", "go 1.21"),
            ("example.com/t@v1.0.0", "go 1.21"),
        ],
    )
    .file("main.go", "package main\n\nimport \"fmt\"\n")
    .file(
        "x_windows_test.go",
        "package main\n\nimport _ \"example.com/b/deep\"\n",
    );
    assert_eq!(found(&sandbox, "graph lint --json"), ["SEM-011", "SEM-012"]);
    assert_snapshot!(sandbox.run("graph lint").success(), @r"
    warning: example.com/a@v1.0.0: not marked `// indirect`, but no package of example.com/main imports it [SEM-011]
      --> go.mod:6
      fix: go mod tidy
    warning: example.com/b@v1.0.0: marked `// indirect`, but x_windows_test.go:3 imports example.com/b/deep [SEM-012]
      --> go.mod:7
      fix: go mod tidy

    3 modules: 0 problems, 2 warnings, 0 notes
    ");
    sandbox.write(
        "main.go",
        "//go:build never\n\npackage main\n\nimport _ \"example.com/a\"\n",
    );
    sandbox.write("x_windows_test.go", "package main\n\nimport \"fmt\"\n");
    assert_eq!(found(&sandbox, "graph lint --json"), [""; 0]);
    // A directory that patterns leave out counts where somebody imports it.
    sandbox.write(
        "main.go",
        "package main\n\nimport _ \"example.com/main/testdata/deep\"\n",
    );
    sandbox.write(
        "testdata/deep/deep.go",
        "package deep\n\nimport _ \"example.com/a\"\n",
    );
    assert_eq!(found(&sandbox, "graph lint --json"), [""; 0]);
    // The go command marks what a `tool` line needs as indirect.
    let text = sandbox.read("go.mod");
    sandbox.write("go.mod", text.replace("t v1.0.0 // indirect", "t v1.0.0"));
    assert_eq!(found(&sandbox, "graph lint --json"), ["SEM-011"]);
    // A go.mod without any package tells nothing.
    let bare = universe(
        &main_with("\texample.com/a v1.0.0\n"),
        &[("example.com/a@v1.0.0", "go 1.21")],
    );
    assert_eq!(found(&bare, "graph lint --json"), [""; 0]);
    assert!(bare.run("graph lint").success().starts_with("remark: "));
}

/// Two modules may have the package: only their files tell, and they are not here.
#[test]
fn nested_modules_are_not_guessed_at() {
    let requires = "\texample.com/a v1.0.0\n\texample.com/a/b v1.0.0\n";
    let modules = [
        ("example.com/a@v1.0.0", "go 1.21"),
        ("example.com/a/b@v1.0.0", "go 1.21"),
    ];
    let sandbox = universe(&main_with(requires), &modules).file(
        "main.go",
        "package main\n\nimport _ \"example.com/a/b/c\"\n",
    );
    assert_eq!(found(&sandbox, "graph lint --json"), [""; 0]);
    let lines = "\nreplace (\n\texample.com/a => ./a\n\texample.com/a/b => ./b\n)\n";
    sandbox.write("go.mod", main_with(requires) + lines);
    sandbox.write("a/go.mod", "module example.com/a\n\ngo 1.21\n");
    sandbox.write("a/b/c/c.go", "package c\n");
    sandbox.write("b/go.mod", "module example.com/a/b\n\ngo 1.21\n");
    assert_eq!(
        found(&sandbox, "graph lint --json"),
        ["SEM-011"],
        "example.com/a has it, example.com/a/b has not"
    );
}

#[test]
fn exceptions() {
    let allow = "[[lint.allow]]\nrule = \"SEM-007\"\nmodules = [\"example.com/a\"]\nreason = \"not reached\"\nexpires = 2999-12-31\n";
    let sandbox = one("example.com/a@v1.0.0", "go 1.21\nretract v1.0.0 // broken")
        .file("modsmith.toml", allow);
    assert_eq!(
        sandbox.run("graph lint --strict").success(),
        "1 module: 0 problems, 0 warnings, 0 notes; 1 allowed\n"
    );
    sandbox.write("modsmith.toml", allow.replace("2999", "2001"));
    assert_eq!(found(&sandbox, "graph lint --json"), ["SEM-007", "SEM-901"]);
    sandbox.write(
        "modsmith.toml",
        allow
            .replace("com/a", "com/b")
            .replace("SEM-007", "SEM-012"),
    );
    assert_eq!(found(&sandbox, "graph lint --json"), ["SEM-007", "SEM-902"]);
    sandbox.write("modsmith.toml", allow.replace("SEM-007", "SEM-777"));
    let text = sandbox.run("graph lint").failure(3);
    assert!(
        text.contains("modsmith.toml:1: there is no rule `SEM-777`"),
        "{text}"
    );
}

#[test]
fn the_exit_code_does_not_depend_on_the_format() {
    let sandbox = one("example.com/a@v1.0.0", "go 1.22");
    for format in ["text", "json", "sarif", "junit", "github"] {
        let run = sandbox.run(&format!("graph lint --format {format}"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{format}");
    }
    let warning = one("example.com/a@v1.0.0", "go 1.21\nretract v1.0.0");
    for format in ["text", "json", "sarif", "junit", "github"] {
        assert_eq!(
            warning.run(&format!("graph lint --format {format}")).code,
            Some(0)
        );
        assert_eq!(
            warning
                .run(&format!("graph lint --strict --format {format}"))
                .code,
            Some(1)
        );
    }
    let stdout = sandbox.run("graph lint --format sarif").stdout;
    let value: Value = serde_json::from_str(&stdout).unwrap();
    let schema: Value = serde_json::from_str(include_str!("support/sarif.schema.json")).unwrap();
    assert_eq!(faults(&schema, &value), [""; 0]);
    assert_snapshot!(sandbox.run("graph lint --format github").stdout, @"::error file=go.mod,line=3,title=SEM-009::go: `go 1.21`, but example.com/a@v1.0.0 needs 1.22%0Afix: go get go@1.22");
}
