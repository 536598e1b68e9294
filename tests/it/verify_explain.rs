//! `verify explain`: each cause of a mismatch, from the go command's message to what to do.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use modsmith::adapters::config::file_url;
use modsmith::adapters::module_dir::ModuleDir;
use modsmith::domain::module::ModuleVersion;
use modsmith::domain::modzip::{self, DirFiles};
use serde_json::Value;

use crate::support::repos::Repos;
use crate::support::sandbox::Sandbox;
use crate::tamper::world::{World, edit, sum, write};

const QUOTE: (&str, &str) = ("rsc.io/quote", "v1.5.2");

/// The go command's message for go.sum, or another witness, and `rsc.io/quote`.
fn mismatch(who: &str) -> String {
    let (path, version) = QUOTE;
    let hash = sum(path, version, "h1");
    format!(
        "verifying {path}@{version}: checksum mismatch\n\tdownloaded: {hash}\n\t{who}:     \
         h1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=\n\nSECURITY ERROR\n"
    )
}

/// Explains a text that comes on standard input.
fn explain(sandbox: &Sandbox, text: &str) -> (Option<i32>, Value) {
    let mut command = sandbox.command(["verify", "explain", "-", "--json"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    let report = report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), report)
}

/// Explains, and checks the one finding.
#[track_caller]
fn check(sandbox: &Sandbox, text: &str, rule: &str, code: i32, says: &[&str]) {
    let (got, report) = explain(sandbox, text);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{report:#}");
    assert_eq!(findings[0]["rule"], rule, "{report:#}");
    assert_eq!(got, Some(code), "{report:#}");
    for said in says {
        let text = findings[0].to_string();
        assert!(text.contains(said), "`{said}` is not in\n{report:#}");
    }
}

/// A world in which the repository is not asked: `off` ends the list of proxies.
fn world(before: &[&Path]) -> World {
    let mut world = World::new();
    let mut list: Vec<String> = before.iter().map(|dir| file_url(dir)).collect();
    list.push(file_url(&world.sandbox.path().join("proxy")));
    list.push("off".to_owned());
    world.sandbox = world.sandbox.set("GOPROXY", list.join(","));
    world
}

/// Changes the files of a module.
type Change = fn(&Path);

/// Makes a proxy that serves `rsc.io/quote` with the files of the zip changed.
fn other_proxy(dir: &Path, change: Change) {
    let (path, version) = QUOTE;
    let source = World::new();
    let files = source.extracted(&format!("{path}@{version}"));
    change(&files);
    let directory = ModuleDir::new(&files);
    let mut zip = Vec::new();
    let list = DirFiles::list(&directory).unwrap();
    modzip::create(&ModuleVersion::new(path, version), &list, &mut zip).unwrap();
    write(&dir.join(format!("{path}/@v/{version}.zip")), zip);
}

#[test]
fn everybody_agrees() {
    let world = world(&[]);
    let run = world.sandbox.run("verify explain rsc.io/quote@v1.5.2");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stdout.contains("[explain-nothing-differs]"),
        "{}",
        run.stdout
    );
    let says = [
        "localhost.localdev/sumdb",
        "go.sum",
        "module cache, .ziphash",
    ];
    check(
        &world.sandbox,
        "rsc.io/quote@v1.5.2",
        "explain-nothing-differs",
        0,
        &says,
    );
}

#[test]
fn go_sum_was_edited() {
    let world = world(&[]);
    let line = sum(QUOTE.0, QUOTE.1, "h1");
    edit(
        &world.work("go.sum"),
        &line,
        "h1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=",
    );
    let says = ["rsc.io/quote@v1.5.2", "verify sum --fix", "downloaded then"];
    check(
        &world.sandbox,
        &mismatch("go.sum"),
        "explain-go-sum-stale",
        5,
        &says,
    );
    let go_mod = "verifying rsc.io/quote@v1.5.2/go.mod: checksum mismatch\n";
    let line = sum(QUOTE.0, QUOTE.1, "h1mod");
    edit(
        &world.work("go.sum"),
        &line,
        "h1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=",
    );
    check(
        &world.sandbox,
        go_mod,
        "explain-go-sum-stale",
        5,
        &["rsc.io/quote@v1.5.2/go.mod"],
    );
}

#[test]
fn go_sum_is_elsewhere() {
    let world = world(&[]);
    fs::remove_file(world.work("go.mod")).unwrap();
    let text = mismatch("/elsewhere/go.sum");
    check(
        &world.sandbox,
        &text,
        "explain-go-sum-stale",
        5,
        &["/elsewhere/go.sum (as told)"],
    );
}

#[test]
fn the_cache_was_changed() {
    let world = world(&[]);
    let other = world.served("rsc.io/quote/@v/v1.5.1.zip");
    fs::copy(other, world.cached("rsc.io/quote/@v/v1.5.2.zip")).unwrap();
    let text = "rsc.io/quote v1.5.2: zip has been modified (/x/v1.5.2.zip)\n";
    check(
        &world.sandbox,
        text,
        "explain-cache-changed",
        5,
        &["verify cache --repair"],
    );
}

#[test]
fn a_proxy_differs() {
    let dir = crate::support::scratch();
    let cases: &[(&str, Change)] = &[
        ("explain-proxy-rewrites", |files| {
            edit(
                &files.join("quote.go"),
                "package quote",
                "package quote // rewritten",
            );
        }),
        ("explain-rebuilt-zip", |files| {
            write(&files.join("vendored.txt"), "more\n");
        }),
        ("explain-line-ends", |files| {
            let file = files.join("quote.go");
            let text = fs::read_to_string(&file).unwrap();
            write(&file, text.replace('\n', "\r\n"));
        }),
    ];
    for (rule, change) in cases {
        let proxy = dir.path().join(rule);
        other_proxy(&proxy, *change);
        let world = world(&[&proxy]);
        let url = file_url(&proxy);
        let says = [url.as_str(), "differs: rsc.io/quote@v1.5.2/"];
        check(&world.sandbox, &mismatch("go.sum"), rule, 5, &says);
    }
}

#[test]
fn a_private_module_was_asked_for() {
    let world = world(&[]);
    let line = "corp.example/team/tool v1.0.0 h1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=\n";
    let sums = fs::read_to_string(world.work("go.sum")).unwrap();
    write(&world.work("go.sum"), format!("{line}{sums}"));
    let text = "go: corp.example/team/tool@v1.0.0: verifying module: corp.example/team/tool@v1.0.0: reading \
                https://sum.example.com/lookup/corp.example/team/tool@v1.0.0: 404 Not Found\n";
    check(
        &world.sandbox,
        text,
        "explain-private-module",
        1,
        &["GOPRIVATE=corp.example/team"],
    );
}

#[test]
fn private_names_are_not_sent() {
    let mut world = world(&[]);
    world.sandbox = world.sandbox.set("GOPRIVATE", "rsc.io/*");
    let (_, report) = explain(&world.sandbox, "rsc.io/quote@v1.5.2");
    let text = report.to_string();
    assert!(
        text.contains("not asked: GOSUMDB, GONOSUMDB or GOPRIVATE"),
        "{text}"
    );
    assert!(!text.contains("file://"), "{text}");
}

#[test]
fn the_tag_was_moved() {
    let Some(repos) = Repos::new("verify_explain::the_tag_was_moved") else {
        return;
    };
    let mut repo = repos.repo("m.git");
    repo.commit(&[
        ("go.mod", "module example.com/m.git\n"),
        ("m.go", "package m\n"),
    ]);
    repo.tag("v1.0.0");
    let mut sandbox = Sandbox::new()
        .set("GOPROXY", "direct")
        .file("go.mod", "module example.com/main\n\ngo 1.24\n");
    for (name, value) in repos.env() {
        let name = name.into_string().unwrap();
        if name.starts_with("GIT_CONFIG") {
            sandbox = sandbox.set(&name, value);
        }
    }
    let before = explain(&sandbox, "example.com/m.git@v1.0.0").1;
    let text = before.to_string();
    let hash = &text[text.find("h1:").unwrap()..][..47];
    sandbox.write("go.sum", format!("example.com/m.git v1.0.0 {hash}\n"));
    repo.commit(&[("m.go", "package m // other\n")]);
    repo.git(&["tag", "-f", "v1.0.0"]);
    // With nobody who saw the tag before it was moved, go.sum could as well be wrong.
    check(
        &sandbox,
        "example.com/m.git@v1.0.0",
        "explain-go-sum-stale",
        5,
        &["tag in the repository"],
    );
    let cached = sandbox
        .cache()
        .join("cache/download/example.com/m.git/@v/v1.0.0.ziphash");
    write(&cached, hash);
    check(
        &sandbox,
        "example.com/m.git@v1.0.0",
        "explain-moved-tag",
        5,
        &["tag a new version"],
    );
}

#[test]
fn the_database_forked() {
    let world = world(&[]);
    let text = "SECURITY ERROR\ngo.sum database server misbehavior detected!\n\nold database:\n";
    check(
        &world.sandbox,
        text,
        "explain-database-misbehaves",
        5,
        &["modsmith verify sumdb"],
    );
}

#[test]
fn a_text_without_a_mismatch_is_refused() {
    let world = world(&[]);
    let run = world.sandbox.run("verify explain hello");
    let error = run.failure(2);
    assert!(
        error.contains("paste all that the go command said"),
        "{error}"
    );
}
