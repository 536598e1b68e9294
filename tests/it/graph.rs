//! `modsmith graph`.

use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::sandbox::Sandbox;
use crate::tree::universe;

/// A lost version, a `go` line and a name that needs quotes nowhere.
fn sample() -> Sandbox {
    universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.1.0\n)\n",
        &[
            (
                "example.com/a@v1.0.0",
                "go 1.20\nrequire example.com/b v1.0.0",
            ),
            (
                "example.com/b@v1.0.0",
                "go 1.20\nrequire example.com/c v1.0.0",
            ),
            (
                "example.com/b@v1.1.0",
                "go 1.20\nrequire example.com/c v1.1.0",
            ),
            ("example.com/c@v1.0.0", "go 1.16"),
            (
                "example.com/c@v1.1.0",
                "go 1.20\nrequire example.com/deep v1.0.0",
            ),
            ("example.com/deep@v1.0.0", ""),
        ],
    )
}

#[test]
fn text() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph").success(), @r"
    example.com/main example.com/a@v1.0.0
    example.com/main example.com/b@v1.1.0
    example.com/main go@1.21
    example.com/a@v1.0.0 example.com/b@v1.0.0
    example.com/b@v1.1.0 example.com/c@v1.1.0
    go@1.21 toolchain@go1.21
    ");
    assert_eq!(
        sandbox.run("graph --format text").success(),
        sandbox.run("graph").success()
    );
    let from_below = sandbox.file("sub/dir/x", "");
    assert_eq!(
        from_below.run("-C sub/dir graph").success(),
        from_below.run("graph").success()
    );
}

#[test]
fn another_go_version() {
    let sandbox = sample().file(
        "go.mod",
        "module example.com/main\n\ngo 1.20\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.1.0\n)\n",
    );
    assert!(!sandbox.run("graph").success().contains("example.com/deep"));
    assert!(
        sandbox
            .run("graph --go 1.16")
            .success()
            .contains("example.com/c@v1.1.0 example.com/deep@v1.0.0\n")
    );
    assert_snapshot!(sandbox.run("graph --go latest").failure(2), @r#"
    error: invalid Go version "latest" for --go

    hint: a Go version looks like `1.24` or `1.24.3`
    "#);
    assert_snapshot!(sample().run("graph --go 1.16").failure(2), @"error: requested Go version 1.16 cannot load module graph (requires Go >= 1.21)");
}

#[test]
fn json() {
    let stdout = sample().run("graph --json").success();
    let value: Value = serde_json::from_str(&stdout).unwrap();
    let modules: Vec<_> = value["modules"]
        .as_array()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_snapshot!(modules.join("\n"), @r#"
    {"path":"example.com/a","version":"v1.0.0","main":false,"selected":true}
    {"path":"example.com/b","version":"v1.0.0","main":false,"selected":false}
    {"path":"example.com/b","version":"v1.1.0","main":false,"selected":true}
    {"path":"example.com/c","version":"v1.1.0","main":false,"selected":true}
    {"path":"example.com/main","main":true,"selected":true}
    {"path":"go","version":"1.21","main":false,"selected":true}
    {"path":"toolchain","version":"go1.21","main":false,"selected":true}
    "#);
    let requirements = value["requirements"].as_array().unwrap();
    let text = sample().run("graph").success();
    assert_eq!(requirements.len(), text.lines().count());
    for requirement in requirements {
        let name = |end: &str| {
            let module =
                &value["modules"][usize::try_from(requirement[end].as_u64().unwrap()).unwrap()];
            match module["version"].as_str() {
                Some(version) => format!("{}@{version}", module["path"].as_str().unwrap()),
                None => module["path"].as_str().unwrap().to_owned(),
            }
        };
        let line = format!("{} {}", name("from"), name("to"));
        assert!(text.lines().any(|known| known == line), "{line}");
    }
}

#[test]
fn dot() {
    assert_snapshot!(sample().run("graph --format dot").success(), @r#"
    digraph modules {
    	rankdir=LR;
    	node [shape=box];
    	"example.com/main" [style=bold];
    	"example.com/a@v1.0.0";
    	"example.com/b@v1.1.0";
    	"go@1.21";
    	"example.com/b@v1.0.0" [color=grey, fontcolor=grey];
    	"example.com/c@v1.1.0";
    	"toolchain@go1.21";
    	"example.com/main" -> "example.com/a@v1.0.0";
    	"example.com/main" -> "example.com/b@v1.1.0";
    	"example.com/main" -> "go@1.21";
    	"example.com/a@v1.0.0" -> "example.com/b@v1.0.0";
    	"example.com/b@v1.1.0" -> "example.com/c@v1.1.0";
    	"go@1.21" -> "toolchain@go1.21";
    }
    "#);
}

#[test]
fn mermaid() {
    assert_snapshot!(sample().run("graph --format mermaid").success(), @r#"
    flowchart LR
        n0["example.com/main"]
        n1["example.com/a@v1.0.0"]
        n2["example.com/b@v1.1.0"]
        n3["go@1.21"]
        n4["example.com/b@v1.0.0"]
        n5["example.com/c@v1.1.0"]
        n6["toolchain@go1.21"]
        n0 --> n1
        n0 --> n2
        n0 --> n3
        n1 --> n4
        n2 --> n5
        n3 --> n6
        classDef lost color:#888,stroke:#bbb
        class n4 lost
    "#);
}

#[test]
fn wrong_flags_are_2() {
    let sandbox = sample();
    for line in [
        "graph --format png",
        "graph --fold host",
        "graph --format dot --fold never",
        "graph --json --format dot",
        "graph example.com/a",
        "graph --go",
        "graph --mod no",
    ] {
        sandbox.run(line).failure(2);
    }
}

#[test]
fn a_broken_go_mod_is_3_with_its_place() {
    let sandbox = sample().file(
        "go.mod",
        "module example.com/main\n\nrequire example.com/a\n",
    );
    assert_snapshot!(sandbox.run("graph").failure(3), @r"
    error: cannot parse `go.mod`
     --> go.mod:3:1
      |
    3 | require example.com/a
      | ^^^^^^^^^^^^^^^^^^^^^ usage: require module/path v1.2.3
    ");
}

#[test]
fn no_go_mod_is_3() {
    let sandbox = Sandbox::new();
    let stderr = sandbox
        .run("graph")
        .failure(3)
        .replace(&sandbox.work().display().to_string(), "$WORK");
    assert_snapshot!(stderr.replace('\\', "/"), @r"
    error: go.mod not found in `$WORK` or any parent directory

    hint: run it in a module, or name its directory with `-C DIR`
    ");
}

#[test]
fn a_module_that_nobody_has_is_named_with_who_requires_it() {
    let sandbox = universe(
        "module example.com/main\n\nrequire example.com/a v1.0.0\n",
        &[("example.com/a@v1.0.0", "require example.com/gone v1.0.0")],
    );
    let stderr = sandbox.run("graph").failure(3);
    for word in ["example.com/a@v1.0.0", "example.com/gone@v1.0.0"] {
        assert!(stderr.contains(word), "{stderr}");
    }
}

#[test]
fn a_closed_pipe_is_0() {
    let sandbox = sample();
    for line in ["graph", "graph --json", "graph tree"] {
        let mut command = sandbox.command(line.split(' '));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), output.stderr.as_slice()),
            (Some(0), &b""[..]),
            "{line}"
        );
    }
}
