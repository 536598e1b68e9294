//! The index behind `modsmith graph`: never an answer that is stale or that somebody else made.

use std::fs;
use std::path::PathBuf;

use modsmith::domain::checksum::dirhash::hash_go_mod;

use crate::support::sandbox::Sandbox;
use crate::tree::{universe, with_packages};

const MODULES: [(&str, &str); 3] = [
    (
        "example.com/a@v1.0.0",
        "go 1.21\nrequire example.com/b v1.0.0",
    ),
    ("example.com/b@v1.0.0", "go 1.21"),
    ("example.com/b@v1.1.0", "go 1.21"),
];

const MAIN: &str = "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/local v1.0.0\n)\n\n\
                    replace example.com/local => ./local\n";

const LOCAL: &str = "module example.com/local\n\ngo 1.21\n";

/// A module with a complete go.sum and a replacement in a directory.
fn sample() -> Sandbox {
    universe(MAIN, &MODULES)
        .file("local/go.mod", LOCAL)
        .file("go.sum", sums())
}

fn sums() -> String {
    sums_of(&MODULES)
}

pub(crate) fn sums_of(modules: &[(&str, &str)]) -> String {
    let line = |(module, text): &(&str, &str)| {
        let (path, version) = module.split_once('@').unwrap();
        let hash = hash_go_mod(format!("module {path}\n{text}").as_bytes());
        format!("{path} {version}/go.mod {hash}\n")
    };
    modules.iter().map(line).collect()
}

/// Removes every go.mod that the module cache and the proxy have: only the index can answer now.
pub(crate) fn forget_modules(sandbox: &Sandbox) {
    fs::remove_dir_all(sandbox.cache().join("cache/download")).unwrap();
    fs::remove_dir_all(sandbox.work().join("proxy")).unwrap();
}

fn entries(sandbox: &Sandbox) -> Vec<PathBuf> {
    let Ok(dir) = fs::read_dir(sandbox.cache().join("cache/modsmith/graph")) else {
        return Vec::new();
    };
    dir.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_second_run_reads_no_go_mod_of_others() {
    let sandbox = sample();
    let first = sandbox.run("graph").success();
    let json = sandbox.run("graph --json").success();
    forget_modules(&sandbox);
    assert_eq!(sandbox.run("graph").success(), first);
    assert_eq!(sandbox.run("graph --offline").success(), first);
    assert_eq!(sandbox.run("graph --json").success(), json);
    assert_eq!(entries(&sandbox).len(), 1);
}

#[test]
fn an_index_that_is_deleted_is_made_again() {
    let sandbox = sample();
    let first = sandbox.run("graph").success();
    fs::remove_dir_all(sandbox.cache().join("cache/modsmith")).unwrap();
    assert_eq!(sandbox.run("graph").success(), first);
    fs::remove_dir_all(sandbox.path().join("home/.config")).ok();
    assert_eq!(sandbox.run("graph").success(), first);
    forget_modules(&sandbox);
    assert_eq!(sandbox.run("graph").success(), first);
}

/// Whatever is changed: without the other modules there is no answer any more, as without an index.
#[test]
fn any_change_of_the_files_of_the_user_is_noticed() {
    let changes: [(&str, &str, String); 5] = [
        (
            "a requirement",
            "go.mod",
            MAIN.replace(")\n\n", "\texample.com/b v1.1.0\n)\n\n"),
        ),
        ("a comment", "go.mod", format!("{MAIN}// end\n")),
        ("a hash", "go.sum", sums().replace("h1:", "h1:A")),
        (
            "a line that is gone",
            "go.sum",
            sums().lines().skip(1).collect(),
        ),
        (
            "a directory",
            "local/go.mod",
            format!("{LOCAL}require example.com/b v1.1.0\n"),
        ),
    ];
    for (what, file, contents) in changes {
        let sandbox = sample();
        let before = sandbox.run("graph").success();
        sandbox.write(file, contents);
        if what == "a directory" {
            assert_ne!(sandbox.run("graph").success(), before, "{what}");
        } else {
            forget_modules(&sandbox);
            assert_ne!(sandbox.run("graph --offline").code, Some(0), "{what}");
        }
    }
}

#[test]
fn a_workspace_that_appears_is_noticed() {
    let sandbox = sample();
    let before = sandbox.run("graph").success();
    sandbox.write("go.work", "go 1.21\n\nuse (\n\t.\n\t./local\n)\n");
    let workspace = sandbox.run("graph").success();
    assert_ne!(workspace, before);
    assert_eq!(sandbox.run("graph").success(), workspace);
    sandbox.write("local/go.mod", LOCAL.replace("1.21", "1.20"));
    assert_ne!(sandbox.run("graph").success(), workspace);
}

#[test]
fn other_options_and_settings_ask_another_question() {
    let sandbox = sample();
    let before = sandbox.run("graph").success();
    let unpruned = sandbox.run("graph --go 1.16");
    assert_ne!(unpruned.code, Some(0), "below the go line");
    let newer = sandbox.run("graph --go 1.22").success();
    assert_eq!(newer, sandbox.run("graph --go 1.22").success());
    let broken = sandbox.set("GOPROXY", ",");
    assert_ne!(broken.run("graph").code, Some(0), "after {before}");
}

#[test]
fn an_entry_with_another_bit_or_without_the_seal_of_the_user_is_not_believed() {
    let sandbox = sample();
    sandbox.run("graph").success();
    forget_modules(&sandbox);
    let entry = entries(&sandbox).remove(0);
    let whole = fs::read(&entry).unwrap();
    // Every 7th byte: each kind of field, and a test that takes no minute.
    for position in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[position] ^= 1;
        fs::write(&entry, bytes).unwrap();
        assert_ne!(
            sandbox.run("graph --offline").code,
            Some(0),
            "byte {position}"
        );
    }
    fs::write(&entry, &whole).unwrap();
    sandbox.run("graph --offline").success();
    let stranger = sandbox.path().join("stranger");
    fs::create_dir(&stranger).unwrap();
    let sandbox = sandbox.set("HOME", &stranger).set("AppData", &stranger);
    assert_ne!(sandbox.run("graph --offline").code, Some(0));
}

#[test]
fn what_go_sum_does_not_vouch_for_is_not_kept() {
    let incomplete: String = sums()
        .lines()
        .skip(1)
        .map(|line| line.to_owned() + "\n")
        .collect();
    let sandbox = sample().file("go.sum", incomplete);
    sandbox.run("graph").success();
    assert_eq!(entries(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn what_is_warned_of_is_warned_of_each_time() {
    let sandbox = sample();
    sandbox.write("go.mod", format!("{MAIN}\nexclude example.com/a v1.0.0\n"));
    let first = sandbox.run("graph");
    assert!(first.stderr.contains("example.com/a"), "{first:?}");
    assert_eq!(sandbox.run("graph").stderr, first.stderr);
}

/// Modules that every view finds something to say of.
fn rich() -> Sandbox {
    const RICH: [(&str, &str); 6] = [
        (
            "example.com/a@v0.1.0",
            "// Deprecated: use b.\n\ngo 1.21\n\nrequire example.com/b v0.1.0\nrequire (\n  example.com/c   v1.0.0 // why\n\
             \texample.com/x v1.0.0\n)\nreplace example.com/b => example.com/c v1.0.0\n",
        ),
        (
            "example.com/b@v0.1.0",
            "go 1.16\nrequire example.com/a v0.1.0 // indirect\n",
        ),
        (
            "example.com/b@v0.2.0",
            "go 1.21\nrequire (\n\texample.com/a v0.1.0\n\texample.com/c v1.1.0 // indirect; or not\n)\n\
             retract v0.2.0 // wrong\n",
        ),
        ("example.com/c@v1.0.0", "toolchain go1.21.3\n"),
        (
            "example.com/c@v1.1.0",
            "go 1.21\nrequire example.com/b v0.2.0\n",
        ),
        ("example.com/x@v1.0.0", "go 1.21\n"),
    ];
    let sums = sums_of(&RICH);
    let main = "module example.com/main\n\ngo 1.20\n\nrequire (\n\texample.com/a v0.1.0\n\texample.com/b v0.2.0\n\
                \texample.com/c v1.1.0 // indirect\n\texample.com/local v1.0.0\n)\n\n\
                replace (\n\texample.com/local => ./local\n\texample.com/c v1.1.0 => example.com/c v1.1.0\n)\n\n\
                exclude example.com/x v1.0.0\n";
    universe(main, &RICH)
        .file(
            "local/go.mod",
            "module example.com/local\n\ngo 1.21\n\nrequire example.com/b v0.1.0\n",
        )
        .file("go.sum", sums)
}

/// The commands that ask for more than names.
const VIEWS: [&str; 11] = [
    "graph cycles --json",
    "graph lint --notes --json",
    "graph lint --format sarif",
    "graph replaces --json",
    "graph why --version example.com/b --all --json",
    "graph why example.com/c@v1.0.0 --json",
    "graph why --version go --json",
    "graph diff . ./local --json",
    "graph what-if example.com/b@v0.1.0 --json",
    "graph what-if example.com/a@none --json",
    "graph what-if example.com/c@v1.0.0 --json",
];

fn statements(sandbox: &Sandbox) -> Vec<PathBuf> {
    let dir = sandbox.cache().join("cache/modsmith/statements");
    let Ok(dir) = fs::read_dir(dir) else {
        return Vec::new();
    };
    dir.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn views_say_the_same_with_and_without_the_index() {
    let packages = [
        ("example.com/a@v0.1.0", "package a\n"),
        ("example.com/b@v0.1.0", "package b\n"),
        ("example.com/c@v1.0.0", "package c\n"),
    ];
    for view in VIEWS {
        let sandbox = with_packages(rich(), &packages);
        let said = |sandbox: &Sandbox| {
            let run = sandbox.run(view);
            (run.code, run.stdout, run.stderr)
        };
        let fresh = said(&sandbox);
        assert!(fresh.1.len() > 40, "{view}: {fresh:?}");
        // Ways to another version ask the index that the same run has just filled.
        if !view.contains("graph why") {
            assert_eq!(statements(&sandbox), Vec::<PathBuf>::new(), "{view}");
        }
        // The second run looks for what the go.mod files say, the third one knows it.
        for time in ["second", "third"] {
            assert_eq!(said(&sandbox), fresh, "{view}, {time} run");
        }
        sandbox.run("graph cycles");
        sandbox.run("graph cycles");
        assert_eq!(statements(&sandbox).len(), 1, "{view}");
        assert_eq!(said(&sandbox), fresh, "{view}, known");
        fs::remove_dir_all(sandbox.cache().join("cache/modsmith/statements")).unwrap();
        assert_eq!(said(&sandbox), fresh, "{view}, deleted");
        fs::remove_dir_all(sandbox.cache().join("cache/modsmith")).unwrap();
        assert_eq!(said(&sandbox), fresh, "{view}, all deleted");
    }
}

#[test]
fn views_that_know_read_no_go_mod_of_others() {
    let sandbox = rich();
    // Without a line another go.mod stands for the module: such builds are loaded anew.
    let mut views = VIEWS[..4].to_vec();
    views[3] = "graph replaces --no-effects --json";
    let fresh: Vec<_> = views.iter().map(|view| sandbox.run(view).stdout).collect();
    sandbox.run("graph cycles");
    forget_modules(&sandbox);
    for (view, fresh) in views.iter().zip(fresh) {
        assert_eq!(sandbox.run(view).stdout, fresh, "{view}");
    }
}

#[test]
fn statements_with_another_bit_or_of_another_graph_are_not_believed() {
    let sandbox = rich();
    let fresh = sandbox.run("graph cycles --json").stdout;
    sandbox.run("graph cycles");
    let entry = statements(&sandbox).remove(0);
    let whole = fs::read(&entry).unwrap();
    for position in (0..whole.len()).step_by(5) {
        let mut bytes = whole.clone();
        bytes[position] ^= 1;
        fs::write(&entry, &bytes).unwrap();
        let again = sandbox.run("graph cycles --json").stdout;
        assert_eq!(again, fresh, "byte {position}");
        assert_eq!(fs::read(&entry).unwrap(), whole, "it was made again");
    }
    // Another graph has an entry of its own; the old one under its name counts for nothing.
    let main = fs::read_to_string(sandbox.work().join("go.mod")).unwrap();
    sandbox.write("go.mod", main.replace("\texample.com/a v0.1.0\n", ""));
    let other = sandbox.run("graph cycles --json").stdout;
    assert_eq!(sandbox.run("graph cycles --json").stdout, other);
    let mut entries = statements(&sandbox);
    entries.retain(|path| *path != entry);
    assert_eq!(entries.len(), 1);
    fs::write(&entries[0], &whole).unwrap();
    assert_eq!(sandbox.run("graph cycles --json").stdout, other);
}

#[test]
fn what_nobody_vouches_for_is_read_each_time() {
    let sandbox = rich();
    let sums = fs::read_to_string(sandbox.work().join("go.sum")).unwrap();
    let kept = |line: &&str| !line.contains("/a ");
    let without: String = sums.split_inclusive('\n').filter(kept).collect();
    sandbox.write("go.sum", without);
    let fresh = sandbox.run("graph lint --notes --json").stdout;
    for _ in 0..2 {
        assert_eq!(sandbox.run("graph lint --notes --json").stdout, fresh);
    }
    assert_eq!(statements(&sandbox), Vec::<PathBuf>::new());
}
