//! `modsmith graph why`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::sandbox::Sandbox;

/// A main module whose packages need those of two directories; tests of dependencies lead further.
pub(crate) fn sample() -> Sandbox {
    let go_mod = |path: &str| format!("module {path}\n\ngo 1.21\n");
    Sandbox::new()
        .file(
            "go.mod",
            "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n\
             \texample.com/c v1.0.0\n\texample.com/d v1.0.0\n)\n\nreplace (\n\texample.com/a => ./deps/a\n\
             \texample.com/b => ./deps/b\n\texample.com/c => ./deps/c\n\texample.com/d => ./deps/d\n)\n",
        )
        .file("main.go", "package main\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/a\"\n)\n")
        .file("tool/tool.go", "//go:build tools\n\npackage tool\n\nimport _ \"example.com/a/x\"\n")
        .file("tool/tool_test.go", "package tool\n\nimport _ \"example.com/a\"\n")
        .file("testdata/t.go", "package t\n\nimport _ \"example.com/d\"\n")
        .file("old.go", "//go:build ignore\n\npackage main\n\nimport _ \"example.com/d\"\n")
        .file("deps/a/go.mod", go_mod("example.com/a"))
        .file("deps/a/a.go", "package a\n\nimport _ \"example.com/b\"\n")
        .file("deps/a/x/x.go", "package x\n\nimport _ \"example.com/b\"\n")
        .file("deps/b/go.mod", go_mod("example.com/b"))
        .file("deps/b/b_windows.go", "package b\n")
        .file("deps/b/b_test.go", "package b\n\nimport _ \"example.com/c/p\"\n")
        .file("deps/c/go.mod", go_mod("example.com/c"))
        .file("deps/c/p/p.go", "package p\n\nimport _ \"net/http\"\n")
        .file("deps/d/go.mod", go_mod("example.com/d"))
        .file("deps/d/d.go", "package d\n")
}

#[test]
fn packages_have_chains() {
    let run = sample().run("graph why example.com/b example.com/c/p example.com/tool");
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.stdout, @r"
    # example.com/b
    example.com/main
    example.com/a
    example.com/b

    # example.com/c/p
    example.com/main
    example.com/a
    example.com/b
    example.com/b.test
    example.com/c/p

    # example.com/tool
    (main module does not need package example.com/tool)
    ");
}

#[test]
fn patterns_and_directories_stand_for_packages() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph why").success(), @r"
    # example.com/main
    example.com/main
    ");
    assert_snapshot!(sandbox.run("graph why ./tool/... example.com/a/...").success(), @r"
    # example.com/main/tool
    example.com/main/tool

    # example.com/a
    example.com/main
    example.com/a

    # example.com/a/x
    example.com/main/tool
    example.com/a/x
    ");
    let run = sandbox
        .run("graph why vendor/golang.org/x/net/http/httpguts")
        .success();
    assert!(
        run.ends_with("example.com/c/p\nnet/http\nvendor/golang.org/x/net/http/httpguts\n"),
        "{run}"
    );
}

#[test]
fn modules_have_the_chain_of_their_nearest_package() {
    let sandbox = sample();
    let run = sandbox.run("graph why -m all");
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.stdout, @r"
    # example.com/main
    example.com/main

    # example.com/a
    example.com/main
    example.com/a

    # example.com/b
    example.com/main
    example.com/a
    example.com/b

    # example.com/c
    example.com/main
    example.com/a
    example.com/b
    example.com/b.test
    example.com/c/p

    # example.com/d
    (main module does not need module example.com/d)
    ");
    assert_snapshot!(sandbox.run("graph why --vendor -m example.com/c").stdout, @r"
    # example.com/c
    (main module does not need to vendor module example.com/c)
    ");
}

#[test]
fn every_shortest_chain() {
    assert_snapshot!(sample().run("graph why --all example.com/b").success(), @r"
    # example.com/b
    example.com/main
    example.com/a
    example.com/b

    example.com/main/tool
    example.com/a/x
    example.com/b
    ");
}

#[test]
fn json_has_modules() {
    let text = sample()
        .run("graph why --json -m example.com/b example.com/d")
        .stdout;
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["about"], "modules");
    assert_eq!(
        value["answers"][0]["chains"][0][2]["module"]["version"],
        "v1.0.0"
    );
    assert_eq!(value["answers"][1]["needed"], false);
}

#[test]
fn versions_are_no_modules() {
    let run = sample().run("graph why -m example.com/b@latest");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

/// What Go cannot read either is no reason to fail: who needs the rest is still to be told.
#[test]
fn broken_files_and_loops_do_no_harm() {
    let sandbox = sample()
        .file("bad/bad.go", "pack age\0")
        .file("bad2/bad.go", "package bad2\n\nimport _ \"example.com/none\"\n")
        .file("bad2/more.go", "package bad2\n\nimport (\n\t_ \"./x\"\n\t_ \"example.com/main/bad2\"\n\t_ \"example.com/a@v1\"\n\t_ \"Example.com/A\"\n)\n");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(sandbox.work(), sandbox.work().join("loop")).unwrap();
        std::os::unix::fs::symlink("self.go", sandbox.work().join("self.go")).unwrap();
    }
    assert_snapshot!(sandbox.run("graph why example.com/none").success(), @r"
    # example.com/none
    example.com/main/bad2
    example.com/none
    ");
}

/// Where a module cannot be looked at, nobody can say that something is not needed.
#[test]
fn what_was_not_seen_is_no_reason() {
    let sandbox = crate::tree::universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n",
        &[("example.com/a@v1.0.0", "go 1.21"), ("example.com/b@v1.0.0", "go 1.21")],
    )
    .file("main.go", "package main\n\nimport _ \"example.com/a\"\n");
    sandbox.run("graph");
    let sandbox = sandbox.set("GOPROXY", "http://127.0.0.1:1");
    let run = sandbox.run("graph why --offline -m example.com/b");
    assert_eq!(run.code, Some(4), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stderr.contains("example.com/a@v1.0.0"),
        "{}",
        run.stderr
    );
}

/// Unpacked files count only while go.sum vouches for what they were unpacked from.
#[test]
fn other_contents_than_those_of_go_sum_are_refused() {
    let hash = |letter: &str| format!("h1:{}=", letter.repeat(43));
    let sandbox = crate::tree::universe(
        "module example.com/main\n\ngo 1.21\n\nrequire example.com/a v1.0.0\n",
        &[("example.com/a@v1.0.0", "go 1.21")],
    )
    .file("main.go", "package main\n\nimport _ \"example.com/a\"\n");
    sandbox.run("graph").success();
    let unpacked = sandbox.cache().join("example.com/a@v1.0.0");
    std::fs::create_dir_all(&unpacked).unwrap();
    std::fs::write(unpacked.join("a.go"), "package a\n").unwrap();
    let kept = sandbox
        .cache()
        .join("cache/download/example.com/a/@v/v1.0.0.ziphash");
    std::fs::write(kept, hash("A")).unwrap();
    sandbox.write("go.sum", format!("example.com/a v1.0.0 {}\n", hash("A")));
    sandbox.run("graph why -m example.com/a").success();
    sandbox.write("go.sum", format!("example.com/a v1.0.0 {}\n", hash("B")));
    for line in ["graph why -m example.com/a", "graph packages all"] {
        let run = sandbox.run(line);
        assert_eq!(run.code, Some(5), "{line}: {}{}", run.stdout, run.stderr);
        assert_eq!(run.stdout, "", "{line}");
    }
}

#[cfg(unix)]
#[test]
fn unpacked_modules_stay_writable_where_asked() {
    use std::os::unix::fs::PermissionsExt as _;
    let writable = |flags: &str| {
        let sandbox = Sandbox::new()
            .file(
                "go.mod",
                "module example.com/main\n\ngo 1.21\n\nrequire rsc.io/quote v1.5.2\n",
            )
            .file("main.go", "package main\n\nimport _ \"rsc.io/quote\"\n");
        sandbox
            .run(&format!("graph why {flags} rsc.io/quote"))
            .success();
        let dir = sandbox.cache().join("rsc.io/quote@v1.5.2");
        let mode = std::fs::metadata(&dir).unwrap().permissions().mode();
        mode & 0o200 != 0
    };
    assert!(writable("--modcacherw"));
    assert!(!writable(""));
}
