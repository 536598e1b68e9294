//! `modsmith mod vendor`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::conformance::support::corpus;
use crate::support::sandbox::{Run, Sandbox};
use crate::support::{txtar, unzip};
use crate::verify_vendor;

const GO_MOD: &str = "\
module example.com/app

go 1.21

require rsc.io/quote v1.5.2

require (
	golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect
	rsc.io/sampler v1.3.0 // indirect
)
";

const MODULES_TXT: &str = "\
# golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c
## explicit
golang.org/x/text/language
# rsc.io/quote v1.5.2
## explicit
rsc.io/quote
# rsc.io/sampler v1.3.0
## explicit
rsc.io/sampler
";

/// Files by name.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A module with a complete go.sum.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new()
        .set("GOFLAGS", "-modcacherw")
        .file("go.mod", GO_MOD)
        .file(
            "main.go",
            "package main\n\nimport _ \"rsc.io/quote\"\n\nfunc main() {}\n",
        );
    sandbox.run("mod download all").success();
    sandbox
}

/// Returns all files below a directory with their contents.
fn files(root: &Path) -> Files {
    let mut found = Files::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    found
}

/// Returns what is left of a directory that was built beside its place.
fn strays(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".modsmith")).collect()
}

fn has_go() -> bool {
    let found = Command::new(crate::support::program("go"))
        .arg("version")
        .output()
        .is_ok();
    if !found {
        println!("SKIPPED: no `go` on PATH to compare with");
    }
    found
}

#[test]
fn the_directory_is_made_and_checked() {
    let sandbox = sandbox();
    let missing = sandbox.run("mod vendor --check");
    assert_eq!(missing.code, Some(1), "{}", missing.stderr);
    assert!(
        missing
            .stdout
            .starts_with("missing vendor/golang.org/x/text/"),
        "{}",
        missing.stdout
    );
    assert!(
        !sandbox.work().join("vendor").exists(),
        "nothing is written"
    );
    sandbox.run("mod vendor").success();
    assert_eq!(sandbox.read("vendor/modules.txt"), MODULES_TXT);
    assert_eq!(strays(&sandbox.work()), [""; 0]);
    assert_eq!(sandbox.run("mod vendor --check").success(), "");
    sandbox.run("verify vendor").success();
    // One of each kind.
    sandbox.write("vendor/rsc.io/quote/quote.go", "package quote\n");
    sandbox.write("vendor/rsc.io/quote/evil.go", "package quote\n");
    fs::remove_file(sandbox.work().join("vendor/rsc.io/sampler/sampler.go")).unwrap();
    let differs = sandbox.run("mod vendor --check");
    assert_eq!(differs.code, Some(1), "{}", differs.stderr);
    let expect = "\
extra   vendor/rsc.io/quote/evil.go
changed vendor/rsc.io/quote/quote.go
missing vendor/rsc.io/sampler/sampler.go
";
    assert_eq!(differs.stdout, expect);
    let json = sandbox.run("mod vendor --check --json");
    assert_eq!(json.code, Some(1), "{}", json.stderr);
    let report: Value = serde_json::from_str(&json.stdout).unwrap();
    let expect = json!({
        "schema": "modsmith.vendor/1", "dir": "vendor", "same": false, "written": false, "beside": [],
        "differences": [
            { "path": "rsc.io/quote/evil.go", "change": "extra" },
            { "path": "rsc.io/quote/quote.go", "change": "changed" },
            { "path": "rsc.io/sampler/sampler.go", "change": "missing" },
        ],
    });
    assert_eq!(report, expect);
    let said = sandbox.run("mod vendor -v");
    assert_eq!(said.code, Some(0));
    for line in MODULES_TXT.lines() {
        assert!(
            said.stderr.lines().any(|said| said == line),
            "{line}\n{}",
            said.stderr
        );
    }
    assert_eq!(sandbox.run("mod vendor --check").success(), "");
    let json = sandbox.run("mod vendor --json").success();
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&report["same"], &report["written"]),
        (&json!(true), &json!(false))
    );
    // Elsewhere; what is there is replaced.
    sandbox.write("else/where/old", "");
    sandbox.run("mod vendor -o else/where").success();
    assert_eq!(
        files(&sandbox.work().join("else/where")),
        files(&sandbox.work().join("vendor"))
    );
}

#[test]
fn what_fails_leaves_the_old_directory() {
    let sandbox = sandbox().file("vendor/old", "kept");
    sandbox.write(
        "other.go",
        "package main\n\nimport _ \"example.org/nosuch\"\n",
    );
    let error = sandbox.run("mod vendor").failure(3);
    let expect = "example.com/app imports\n\texample.org/nosuch: no required module provides package example.org/nosuch; to add it:\n\tgo get example.org/nosuch";
    assert!(error.contains(expect), "{error}");
    assert_eq!(sandbox.read("vendor/old"), "kept");
    assert_eq!(strays(&sandbox.work()), [""; 0]);
    let run = sandbox.run("mod vendor -e");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr.contains("no required module provides package"),
        "{}",
        run.stderr
    );
    assert_eq!(sandbox.read("vendor/modules.txt"), MODULES_TXT);
    assert!(!sandbox.work().join("vendor/old").exists());
    // A requirement that go.mod lacks, a sum that go.sum lacks, and a replacement that would be removed.
    sandbox.write("other.go", "package main\n");
    let sums = sandbox.read("go.sum");
    sandbox.write("go.sum", "");
    let error = sandbox.run("mod vendor").failure(3);
    assert!(error.contains("missing go.sum entry"), "{error}");
    sandbox.write("go.sum", sums);
    sandbox.write("vendor/in/go.mod", "module rsc.io/sampler\n");
    sandbox.write(
        "go.mod",
        format!("{GO_MOD}\nreplace rsc.io/other => ./vendor/in\n"),
    );
    let error = sandbox.run("mod vendor").failure(3);
    assert!(
        error.contains("replacement path ./vendor/in inside vendor directory"),
        "{error}"
    );
    assert!(sandbox.work().join("vendor/in/go.mod").exists());
}

#[test]
fn without_dependencies_there_is_no_directory() {
    let sandbox = Sandbox::new()
        .file("go.mod", "module example.com/app\n\ngo 1.21\n")
        .file("main.go", "package main\n")
        .file("vendor/old", "");
    let differs = sandbox.run("mod vendor --check");
    assert_eq!(
        (differs.code, differs.stdout.as_str()),
        (Some(1), "extra   vendor/old\n")
    );
    let run = sandbox.run("mod vendor");
    assert_eq!(run.code, Some(0));
    assert!(
        run.stderr.contains("no dependencies to vendor"),
        "{}",
        run.stderr
    );
    assert!(!sandbox.work().join("vendor").exists());
    assert_eq!(strays(&sandbox.work()), [""; 0]);
}

/// Vendors with both programs, in two copies of the same files.
fn compare(name: &str, dir: &str, gowork: &str, make: &dyn Fn() -> Sandbox) {
    let is_work = gowork != "off";
    let one = |is_go: bool| {
        let sandbox = make().set("GOFLAGS", "-modcacherw").set("CGO_ENABLED", "1");
        let mut program = match (is_go, is_work) {
            (false, _) => sandbox.command(["mod", "vendor"]),
            (true, false) => sandbox.program("go", ["mod", "vendor"]),
            (true, true) => sandbox.program("go", ["work", "vendor"]),
        };
        let work = sandbox.work();
        let gowork = if is_work {
            work.join(gowork)
        } else {
            gowork.into()
        };
        let run = Run::of(program.current_dir(work.join(dir)).env("GOWORK", gowork));
        (run.code == Some(0), files(&work), run.stderr)
    };
    let (go, ours) = (one(true), one(false));
    assert_eq!(ours.0, go.0, "{name}\ngo: {}\nours: {}", go.2, ours.2);
    if !go.0 {
        // The go command removes and copies before it finds out; nothing is touched here.
        return;
    }
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&ours.1), names(&go.1), "{name}");
    let differ = go.1.iter().filter(|(path, text)| ours.1[*path] != **text);
    let differ: Vec<_> = differ.map(|(path, _)| path).collect();
    assert!(differ.is_empty(), "{name}: {differ:?}");
}

/// Lays out a recorded tree, with what a graph needs of its modules.
fn recorded(name: &str) -> Sandbox {
    let sandbox = verify_vendor::case(name).sandbox;
    let zips = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpora/vendor/zips");
    for (path, version, _) in verify_vendor::ZIPS {
        let zip = zips.join(format!("{}@{version}.zip", path.replace('/', "+")));
        let go_mod = unzip::member(&zip, &format!("{path}@{version}/go.mod"));
        let go_mod = go_mod.unwrap_or_else(|| format!("module {path}\n").into_bytes());
        let file = format!("cache/download/{path}/@v/{version}.mod");
        fs::write(sandbox.cache().join(file), go_mod).unwrap();
    }
    sandbox
}

#[test]
fn recorded_trees_are_made_again() {
    let mut made = 0;
    let whole = |name: &str| files(&recorded(name).work());
    let (module, workspace) = (whole("01-ok"), whole("40-work-ok"));
    // The files of the vendor directory, and the others.
    let parts = |all: &Files| {
        let (vendored, asked): (Files, Files) = (all.clone().into_iter())
            .partition(|(path, _)| path.components().any(|part| part.as_os_str() == "vendor"));
        (vendored, asked)
    };
    let (module, workspace) = (parts(&module), parts(&workspace));
    assert!(module.0.len() > 5 && workspace.0.len() > 5);
    for (name, _, _) in verify_vendor::CASES {
        let sandbox = recorded(name);
        let is_work = sandbox.work().join("go.work").exists();
        let (vendored, asked) = if is_work { &workspace } else { &module };
        if parts(&files(&sandbox.work())).1 != *asked {
            continue;
        }
        sandbox.run("mod vendor").success();
        assert!(parts(&files(&sandbox.work())).0 == *vendored, "{name}");
        made += 1;
    }
    assert!(15 <= made, "{made} trees were made again");
}

#[test]
fn every_recorded_tree_is_made_as_by_go() {
    if !has_go() {
        return;
    }
    // The others differ in what the old directory says, which counts for neither.
    for name in [
        "01-ok",
        "02-version-bumped-in-gomod",
        "06-replaced-not-marked",
        "30-toolchain-tool-line",
        "40-work-ok",
        "42-work-replace-not-marked",
    ] {
        let is_work = recorded(name).work().join("go.work").exists();
        let gowork = if is_work { "go.work" } else { "off" };
        compare(name, "", gowork, &|| recorded(name));
    }
}

#[test]
fn scripts_of_go_are_vendored_as_by_go() {
    if !has_go() {
        return;
    }
    // Those with trees that matter: embedded files, licences, build constraints, replacements, workspaces.
    let scripts = [
        ("mod_vendor", "", "off"),
        ("mod_vendor_collision", "", "off"),
        ("mod_vendor_embed", "", "off"),
        ("mod_vendor_embed", "broken_bad_pattern", "off"),
        ("mod_vendor_embed", "broken_no_matching_files", "off"),
        ("mod_vendor_embed", "embed_go122", "off"),
        ("mod_vendor_embed", "embed_unbuilt", "off"),
        ("mod_vendor_gomod", "", "off"),
        ("mod_vendor_goversion", "", "off"),
        ("mod_vendor_goversion", "bad114", "off"),
        ("mod_vendor_goversion", "need117", "off"),
        ("mod_vendor_issue46867", "subdir", "off"),
        ("mod_vendor_redundant_requirement", "", "off"),
        ("mod_vendor_replace", "", "off"),
        ("mod_vendor_replace", "multiple-paths", "off"),
        ("mod_vendor_unused", "", "off"),
        ("mod_vendor_unused_only", "", "off"),
        ("work_vendor_empty", "", "go.work"),
        ("work_vendor_main_module_replaced", "", "go.work"),
        ("work_vendor_modules_txt_conditional", "", "go.work"),
        ("work_vendor_prune", "", "go.work"),
        ("work_vendor_prune_all", "", "go.work"),
    ];
    for (script, dir, gowork) in scripts {
        let input = corpus().join("cases").join(script).join("input.txtar");
        let text = fs::read(input).unwrap();
        let make = || {
            let sandbox = Sandbox::new();
            txtar::extract(&text, &sandbox.work());
            sandbox
        };
        compare(&format!("{script}/{dir}"), dir, gowork, &make);
    }
}

/// A module of its own making beside the main one, with whatever may be in a package.
#[test]
fn odd_files_are_copied_as_by_go() {
    if !has_go() {
        return;
    }
    let make = || {
        let sandbox = Sandbox::new();
        let dep = |name: &str, text: &str| sandbox.write(&format!("dep/{name}"), text);
        sandbox.write("main/go.mod", "module example.com/main\n\ngo 1.22\n\nrequire example.com/dep v1.0.0\n\nreplace example.com/dep => ../dep\n");
        sandbox.write("main/main.go", "package main\n\nimport (\n\t_ \"example.com/dep/a/b\"\n\t_ \"example.com/dep/cgo\"\n)\n");
        dep("go.mod", "module example.com/dep\n\ngo 1.20\n");
        dep("go.sum", "");
        dep("LICENSE", "root");
        dep("README", "not copied");
        dep("a/NOTICE.txt", "a");
        dep(
            "a/b/b.go",
            "package b\n\nimport _ \"embed\"\n\n//go:embed data *.txt\nvar x string\n",
        );
        dep(
            "a/b/b_test.go",
            "package b\n\nimport _ \"embed\"\n\n//go:embed nothing\nvar y string\n",
        );
        dep("a/b/ignored.go", "//go:build ignore\n\npackage main\n");
        dep("a/b/windows_windows.go", "package b\n");
        dep("a/b/_hidden.go", "package b\n");
        dep("a/b/data/x/y", "1");
        dep("a/b/data/.hidden", "2");
        dep("a/b/data/_hidden", "3");
        dep("a/b/note.txt", "4");
        dep("a/b/testdata/t", "not copied");
        dep("a/b/asm.s", "");
        dep("a/b/go.mod.tmpl", "copied");
        dep(
            "cgo/c.go",
            "package cgo\n\nimport \"C\"\nimport _ \"embed\"\n\n//go:embed native/*\nvar x string\n",
        );
        dep("cgo/native/lib.a", "5");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("b.go", sandbox.work().join("dep/a/b/link.go")).unwrap();
            std::os::unix::fs::symlink("note.txt", sandbox.work().join("dep/a/b/link.md")).unwrap();
            std::os::unix::fs::symlink(".", sandbox.work().join("dep/a/b/data/loop")).unwrap();
        }
        sandbox
    };
    compare("odd files", "main", "off", &make);
}

#[cfg(unix)]
#[test]
fn many_files_and_loops_do_no_harm() {
    let sandbox = sandbox();
    let work = sandbox.work();
    std::os::unix::fs::symlink(".", work.join("loop")).unwrap();
    std::os::unix::fs::symlink("b", work.join("a")).unwrap();
    std::os::unix::fs::symlink("a", work.join("b")).unwrap();
    std::os::unix::fs::symlink("..", work.join("up.go")).unwrap();
    for dir in 0..100 {
        let dir = work.join(format!("many/d{dir}"));
        fs::create_dir_all(&dir).unwrap();
        for file in 0..100 {
            fs::write(dir.join(format!("f{file}.txt")), "").unwrap();
        }
        fs::write(dir.join("x.go"), "package x\n\nimport _ \"rsc.io/quote\"\n").unwrap();
    }
    fs::remove_file(work.join("up.go")).unwrap();
    sandbox.run("mod vendor").success();
    assert_eq!(sandbox.read("vendor/modules.txt"), MODULES_TXT);
    // A vendor directory that is a link is replaced; what it leads to stays.
    fs::rename(work.join("vendor"), work.join("real")).unwrap();
    std::os::unix::fs::symlink("real", work.join("vendor")).unwrap();
    sandbox.run("mod vendor").success();
    assert!(!work.join("vendor").is_symlink() && work.join("real/modules.txt").exists());
}
