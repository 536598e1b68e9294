//! The index of answers about packages: one is given again only while nothing that it rests on has changed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::sandbox::Sandbox;

/// Files of a module with a local replacement, so that nothing is needed but what is here.
fn sample() -> Sandbox {
    Sandbox::new()
        .file(
            "go.mod",
            "module example.com/main\n\ngo 1.21\n\nrequire example.com/local v1.0.0\n\n\
             replace example.com/local => ./local\n",
        )
        .file(
            "main.go",
            "package main\n\nimport _ \"example.com/local\"\n",
        )
        .file("inner/inner.go", "package inner\n")
        .file("local/go.mod", "module example.com/local\n\ngo 1.21\n")
        .file("local/local.go", "package local\n")
        .file("local/sub/sub.go", "package sub\n\nimport _ \"fmt\"\n")
}

fn answers(sandbox: &Sandbox) -> Vec<PathBuf> {
    let Ok(files) = fs::read_dir(sandbox.cache().join("cache/modsmith/answers")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn forget(sandbox: &Sandbox) {
    for file in answers(sandbox) {
        fs::remove_file(file).unwrap();
    }
}

const COMMANDS: [&str; 4] = [
    "graph why -m example.com/local",
    "graph why --vendor example.com/local/sub fmt",
    "graph why --all --json fmt example.com/local",
    "mod tidy --check",
];

/// What the commands print.
fn outcome(sandbox: &Sandbox) -> Vec<(Option<i32>, String, String)> {
    let runs = COMMANDS.iter().map(|command| sandbox.run(command));
    runs.map(|run| (run.code, run.stdout, run.stderr)).collect()
}

#[test]
fn an_answer_is_kept_and_given_again() {
    let sandbox = sample();
    for command in COMMANDS {
        let first = sandbox.run(command);
        let kept = answers(&sandbox);
        assert!(!kept.is_empty(), "{command}");
        let before: Vec<_> = kept
            .iter()
            .map(|file| fs::metadata(file).unwrap())
            .collect();
        let again = sandbox.run(command);
        assert_eq!((again.code, again.stdout), (first.code, first.stdout));
        assert_eq!(answers(&sandbox), kept, "{command}");
        for (file, before) in kept.iter().zip(before) {
            let after = fs::metadata(file).unwrap();
            assert_eq!(after.modified().unwrap(), before.modified().unwrap());
        }
    }
}

/// Each change of what an answer rests on is seen at once, however quickly it follows, and whatever the times say.
#[test]
fn whatever_changes_is_seen() {
    let changes: &[(&str, Option<&str>)] = &[
        (
            "main.go",
            Some("package main\n\nimport _ \"example.com/local/sub\"\n"),
        ),
        (
            "main.go",
            Some("package main\n\nimport _ \"exampla.com/local/sub\"\n"),
        ),
        ("main.go", Some("package main\n")),
        (
            "new/new.go",
            Some("package new\n\nimport _ \"example.com/local/sub\"\n"),
        ),
        ("new/go.mod", Some("module example.com/new\n")),
        ("new/go.mod", None),
        ("new/new.go", None),
        (
            "main_test.go",
            Some("package main\n\nimport _ \"example.com/local\"\n"),
        ),
        (
            "local/local.go",
            Some("package local\n\nimport _ \"example.com/local/sub\"\n"),
        ),
        (
            "local/sub/sub.go",
            Some("package sub\n\nimport _ \"time\"\n"),
        ),
        (
            "local/sub/sub.go",
            Some("//go:build ignore\n\npackage sub\n\nimport _ \"fmt\"\n"),
        ),
        ("local/sub/sub.go", None),
        (
            "local/go.mod",
            Some("module example.com/local\n\ngo 1.22\n"),
        ),
        ("local/sub/go.mod", Some("module example.com/local/sub\n")),
        (
            "go.sum",
            Some("example.com/x v1.0.0/go.mod h1:RHB7SmzIyIVfMk2YLD09qJX4iYZhCvnxkTBTgQSq0bM=\n"),
        ),
        ("go.mod", Some("module example.com/main\n\ngo 1.21\n")),
    ];
    let sandbox = sample();
    let mut known = outcome(&sandbox);
    let mut distinct = 0;
    for (file, text) in changes {
        match text {
            Some(text) => sandbox.write(file, text),
            None => fs::remove_file(sandbox.work().join(file)).unwrap(),
        }
        // The index has the answers from before the change, and then none.
        let indexed = outcome(&sandbox);
        forget(&sandbox);
        let now = outcome(&sandbox);
        assert_eq!(indexed, now, "after the change of {file}");
        distinct += usize::from(now != known);
        known = now;
    }
    assert!(
        10 <= distinct,
        "{distinct} changes were seen in the answers"
    );
}

/// A file is read again even if it has the size and the times of the one that was there.
#[test]
fn times_and_sizes_prove_nothing() {
    let sandbox = sample();
    let file = sandbox.work().join("main.go");
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    let needed = "# example.com/local\nexample.com/main\nexample.com/local\n";
    assert_eq!(sandbox.run(COMMANDS[0]).success(), needed);
    sandbox.write(
        "main.go",
        "package main\n\nimport _ \"example.com/lokal\"\n",
    );
    let times = fs::FileTimes::new().set_modified(before);
    let changed = fs::File::options().write(true).open(&file).unwrap();
    changed.set_times(times).unwrap();
    drop(changed);
    assert_ne!(sandbox.run(COMMANDS[0]).stdout, needed);
}

/// Settings and the way of asking are part of the question.
#[test]
fn each_question_has_its_own_answer() {
    let sandbox = sample().file(
        "local/local_test.go",
        "package local\n\nimport _ \"example.com/local/sub\"\n",
    );
    let all = sandbox.run("graph why example.com/local/sub").success();
    let vendor = sandbox.run("graph why --vendor example.com/local/sub");
    assert_ne!(vendor.stdout, all);
    assert_eq!(
        sandbox.run("graph why example.com/local/sub").success(),
        all
    );
    let tidy = sandbox.run("mod tidy --check");
    let raised = sandbox.run("mod tidy --check --go 1.22");
    assert_ne!(raised.stdout, tidy.stdout);
    assert_eq!(sandbox.run("mod tidy --check").stdout, tidy.stdout);
}

/// What a run wrote is what the next one starts with.
#[test]
fn a_module_that_was_made_tidy_is_tidy() {
    let sandbox = sample().file("main.go", "package main\n");
    let check = sandbox.run("mod tidy --check");
    assert_eq!(check.code, Some(1));
    assert_eq!(sandbox.run("mod tidy --check").stdout, check.stdout);
    sandbox.run("mod tidy").success();
    let go_mod = sandbox.read("go.mod");
    assert!(!go_mod.contains("require"), "{go_mod}");
    assert_eq!(sandbox.run("mod tidy --check").code, Some(0));
    sandbox.write(
        "main.go",
        "package main\n\nimport _ \"example.com/local\"\n",
    );
    assert_eq!(sandbox.run("mod tidy --check").code, Some(1));
}

#[test]
fn entries_with_another_bit_or_of_another_user_are_not_believed() {
    let sandbox = sample();
    let expect = sandbox.run(COMMANDS[0]).success();
    let kept = answers(&sandbox);
    assert_eq!(kept.len(), 1);
    let whole = fs::read(&kept[0]).unwrap();
    for position in (0..whole.len()).step_by(31) {
        let mut bytes = whole.clone();
        bytes[position] ^= 1;
        fs::write(&kept[0], &bytes).unwrap();
        assert_eq!(sandbox.run(COMMANDS[0]).success(), expect);
        assert_eq!(fs::read(&kept[0]).unwrap(), whole, "written anew");
    }
    let stranger: &Path = &sandbox.path().join(".stranger");
    fs::create_dir(stranger).unwrap();
    let sandbox = sandbox.set("HOME", stranger).set("AppData", stranger);
    assert_eq!(sandbox.run(COMMANDS[0]).success(), expect);
    assert_ne!(fs::read(&kept[0]).unwrap(), whole);
}

/// Nothing is kept where something could not be looked at: the next run looks again.
#[test]
fn doubtful_answers_are_not_kept() {
    let sandbox = sample().file("main.go", "package main\n\nimport _ \"example.com/none\"\n");
    sandbox.run("mod tidy --check");
    assert_eq!(answers(&sandbox), Vec::<PathBuf>::new());
    let sandbox = sample().file("nul.go", "package main\0\n");
    sandbox.run(COMMANDS[0]);
    assert_eq!(answers(&sandbox), Vec::<PathBuf>::new());
}
