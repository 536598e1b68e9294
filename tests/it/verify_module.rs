//! `verify module`.

use std::fs;

use serde_json::Value;

use crate::support::repos::Repos;
use crate::support::sandbox::Sandbox;
use crate::tamper::world::World;

fn report(sandbox: &Sandbox, command: &str) -> Value {
    let run = sandbox.run(&format!("{command} --json"));
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{command}: {}", run.stderr))
}

/// Returns the hashes in a report as lines of go.sum.
fn sums(report: &Value) -> Vec<String> {
    let text = |sum: &Value, name: &str| sum[name].as_str().unwrap().to_owned();
    let sums = report["sums"].as_array().into_iter().flatten();
    sums.map(|sum| {
        ["path", "version", "hash"]
            .map(|name| text(sum, name))
            .join(" ")
    })
    .collect()
}

fn notes(report: &Value) -> String {
    let notes = report["notes"].as_array().unwrap().iter();
    let notes: Vec<_> = notes.map(|note| note.as_str().unwrap()).collect();
    notes.join("\n") + "\n"
}

/// The lines of go.sum that Go wrote for a version.
const QUOTE: [&str; 2] = [
    "rsc.io/quote v1.5.2 h1:3fEykkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0=",
    "rsc.io/quote v1.5.2/go.mod h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=",
];

#[test]
fn hashes_are_lines_of_go_sum() {
    let world = World::new();
    let zip = world.served("rsc.io/quote/@v/v1.5.2.zip");
    let run = world
        .sandbox
        .run(&format!("verify module {}", zip.display()));
    let text = run.success();
    let want = format!(
        "{}\n{}\nnote: the hashes are those in go.sum\n",
        QUOTE[0], QUOTE[1]
    );
    assert!(text.starts_with(&want), "{text}");
    assert!(text.ends_with("all verified\n"), "{text}");
}

#[test]
fn the_database_is_asked_where_go_sum_says_nothing() {
    let world = World::new();
    let zip = world.served("rsc.io/quote/@v/v1.5.1.zip");
    let report = report(&world.sandbox, &format!("verify module {}", zip.display()));
    assert_eq!(
        notes(&report),
        "the hashes are those in the checksum database\n"
    );
    assert_eq!(report["exit"], 0);
}

#[test]
fn names_of_private_modules_stay_here() {
    let world = World::new();
    let world = World {
        sandbox: world.sandbox.set("GONOSUMDB", "rsc.io/quote"),
    };
    let zip = world.served("rsc.io/quote/@v/v1.5.1.zip");
    let report = report(&world.sandbox, &format!("verify module {}", zip.display()));
    assert_eq!(
        notes(&report),
        "the checksum database is not asked for rsc.io/quote\n"
    );
    assert!(!world.cached_sumdb("").exists());
}

#[test]
fn a_directory_gives_the_hash_of_its_zip() {
    let world = World::new();
    let dir = world.extracted("rsc.io/quote@v1.5.2");
    let command = format!("verify module {}", dir.display());
    let unversioned = report(&world.sandbox, &command);
    assert!(sums(&unversioned).is_empty());
    assert_eq!(
        notes(&unversioned),
        "the h1 hash depends on the version: give one with `--as VERSION`\n"
    );
    let versioned = report(
        &world.sandbox,
        &format!("{command} --as v1.5.2 --output made.zip"),
    );
    assert_eq!(sums(&versioned), QUOTE);
    let again = report(&world.sandbox, "verify module made.zip");
    assert_eq!(
        (sums(&again), &again["exit"]),
        (QUOTE.map(str::to_owned).to_vec(), &Value::from(0))
    );
    let other = report(&world.sandbox, &format!("{command} --as v1.5.1"));
    assert_eq!(other["exit"], 5, "{other}");
    assert_eq!(other["findings"][0]["rule"], "module-sum-mismatch");
}

#[test]
fn files_that_modules_may_not_have_are_named_as_the_user_knows_them() {
    let sandbox = Sandbox::new()
        .file("m/go.mod", "module example.com/m\n")
        .file("m/sub/aux.go", "package sub\n")
        .file("m/vendor/example.com/a/a.go", "package a\n")
        .file("m/nested/go.mod", "module example.com/m/nested\n");
    let report = report(&sandbox, "verify module m");
    assert_eq!(report["exit"], 1);
    assert_eq!(report["findings"][0]["rule"], "module-file-name");
    assert_eq!(report["findings"][0]["subject"], "m/sub/aux.go");
    let notes = notes(&report);
    for text in [
        "left out: nested: directory is in another module\n",
        "file is in vendor directory\n",
    ] {
        assert!(notes.contains(text), "{notes}");
    }
}

#[test]
fn a_module_without_go_mod_needs_a_name() {
    let sandbox = Sandbox::new().file("m/a.go", "package m\n");
    let run = sandbox.run("verify module m");
    assert_eq!(run.code, Some(3));
    assert!(run.stderr.contains("--module"), "{}", run.stderr);
    let report = report(
        &sandbox,
        "verify module m --module example.com/m --as v1.0.0",
    );
    assert_eq!(report["exit"], 0);
    assert_eq!(sums(&report).len(), 2);
}

#[test]
fn what_is_not_there_is_bad_input() {
    let sandbox = Sandbox::new().file("text.zip", "no zip");
    for target in ["gone.zip", "./gone@v1.0.0", "git@host:path@v1"] {
        let run = sandbox.run(&format!("verify module {target}"));
        assert_eq!(run.code, Some(3), "{target}");
    }
    assert_eq!(sandbox.run("verify module text.zip").code, Some(1));
    assert_eq!(
        sandbox.run("verify module text.zip --output a.zip").code,
        Some(2)
    );
}

#[test]
fn a_revision_gives_the_zip_that_go_makes() {
    let Some(repos) = Repos::new("verify_module::a_revision_gives_the_zip_that_go_makes") else {
        return;
    };
    let mut mono = repos.repo("mono");
    mono.commit(&[
        ("go.mod", "module example.com/mono\n"),
        ("LICENSE", "the root's\n"),
        ("a.go", "package mono\n"),
        ("sub/go.mod", "module example.com/mono/sub\n"),
        ("sub/s.go", "package sub\n"),
        ("v2/go.mod", "module example.com/mono/v2\n"),
    ]);
    for tag in ["v1.0.0", "sub/v0.1.0", "v2.0.0"] {
        mono.tag(tag);
    }
    mono.commit(&[("b.go", "package mono\n")]);
    let sandbox = Sandbox::new();
    let dir = repos.path("repos/mono");
    let versions = |rev: &str, flags: &str| {
        let command = format!("verify module {}@{rev} {flags}", dir.display());
        let report = report(&sandbox, &command);
        assert_eq!(report["exit"], 0, "{report}");
        sums(&report).swap_remove(0)
    };
    let pinned = [
        ("v1.0.0", "", "example.com/mono v1.0.0 h1:"),
        ("sub/v0.1.0", "", "example.com/mono/sub v0.1.0 h1:"),
        ("v2.0.0", "", "example.com/mono/v2 v2.0.0 h1:"),
        ("main", "", "example.com/mono v1.0.1-0.20200913132640-"),
        ("main", "--as v1.1.0", "example.com/mono v1.1.0 h1:"),
        (
            "main",
            "--module example.com/mono/sub --as v0.2.0",
            "example.com/mono/sub v0.2.0 h1:",
        ),
    ];
    for (rev, flags, want) in pinned {
        let got = versions(rev, flags);
        assert!(got.starts_with(want), "{rev} {flags}: {got}");
    }
    // The same as from the files themselves.
    let from_dir = report(
        &sandbox,
        &format!("verify module {}/v2 --as v2.0.0", dir.display()),
    );
    let license = versions("v2.0.0", "");
    assert_ne!(
        sums(&from_dir)[0],
        license,
        "the revision has the LICENSE of the root"
    );
    let from_dir = report(
        &sandbox,
        &format!("verify module {} --as v1.1.0", dir.display()),
    );
    assert_eq!(sums(&from_dir)[0], versions("main", "--as v1.1.0"));
    // The copy of the repository is gone, and the module cache as it was.
    assert!(!sandbox.cache().join("cache/vcs").exists());
    let run = sandbox.run(&format!(
        "verify module {}@v1.0.0 --output made.zip",
        dir.display()
    ));
    run.success();
    assert_eq!(
        sums(&report(&sandbox, "verify module made.zip"))[0],
        versions("v1.0.0", "")
    );
    let names: Vec<_> = fs::read_dir(sandbox.work()).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    let gone = sandbox.run(&format!("verify module {}@v9.9.9", dir.display()));
    assert_eq!(gone.code, Some(3), "{}", gone.stderr);
    assert!(
        gone.stderr.contains("unknown revision v9.9.9"),
        "{}",
        gone.stderr
    );
}

#[test]
fn repositories_are_found_by_url_and_by_module_path() {
    let Some(repos) = Repos::new("verify_module::repositories_are_found_by_url_and_by_module_path")
    else {
        return;
    };
    let mut mono = repos.repo("mono");
    mono.commit(&[
        ("go.mod", "module example.com/mono.git\n"),
        ("a.go", "package mono\n"),
        ("aux/go.mod", "module example.com/mono.git/aux\n"),
        ("sub/go.mod", "module example.com/mono.git/sub\n"),
        ("sub/con.go", "package sub\n"),
    ]);
    mono.tag("v1.0.0");
    mono.tag("sub/v1.0.0");
    let mut sandbox = Sandbox::new();
    for (name, value) in repos.env() {
        sandbox = sandbox.set(name.to_str().unwrap(), value);
    }
    let by_path = report(&sandbox, "verify module example.com/mono.git@v1.0.0");
    let by_url = report(&sandbox, "verify module https://example.com/mono@v1.0.0");
    assert_eq!(
        (&by_path["exit"], sums(&by_path).len()),
        (&Value::from(0), 2)
    );
    assert_eq!(sums(&by_path), sums(&by_url));
    for target in [
        "example.com/mono.git/sub@v1.0.0",
        "https://example.com/mono@sub/v1.0.0",
    ] {
        let refused = report(&sandbox, &format!("verify module {target}"));
        assert_eq!(refused["exit"], 1, "{refused}");
        assert_eq!(refused["findings"][0]["rule"], "module-file-name");
        assert_eq!(refused["findings"][0]["subject"], "con.go");
    }
    let run = sandbox.run("--offline verify module https://example.com/mono@v1.0.0");
    assert_eq!(run.code, Some(4), "{}", run.stderr);
    let run = sandbox.run("verify module example.com/mono.git@v1.0.0 --as v1.1.0");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}
