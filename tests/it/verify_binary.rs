//! `verify binary`: files, directories, formats of the output, go.sum and the database.

use std::fs;

use serde_json::Value;

use crate::conformance::binary::{names, said, unpacked};
use crate::support::go_binary;
use crate::support::sandbox::{Run, Sandbox};

/// What `go version -m` prints stands in front, to the byte; a file that is no Go binary has Go's words.
#[test]
fn recorded_binaries_print_as_go_prints_them() {
    for name in names() {
        let sandbox = Sandbox::new();
        write_executable(&sandbox, &name, &unpacked(&name));
        let run = sandbox.run_with(["verify", "binary", &name]);
        let json = sandbox.run_with(["verify", "binary", "--json", &name]);
        let (text, want) = (said(&name, "txt"), said(&name, "json"));
        if name == "neg-wasm.wasm" {
            // Go cannot read it.
            assert!(
                run.stdout
                    .starts_with("neg-wasm.wasm: go1.26.8\n\tpath\texample.com/tiny\n")
            );
            continue;
        }
        if said(&name, "rc").trim() == "1" {
            let message = format!("problem: {}", text.trim_end());
            assert!(run.stdout.starts_with(&message), "{}", run.stdout);
            assert_eq!((run.code, json.code), (Some(1), Some(1)));
            assert_eq!(
                (json.stdout.as_str(), json.stderr.as_str()),
                ("", want.as_str())
            );
            continue;
        }
        assert!(run.stdout.starts_with(&text), "{name}\n{}", run.stdout);
        assert_eq!(without_findings(&json), want, "{name}");
    }
}

/// Returns Go's part of a stream of `--json`.
fn without_findings(run: &Run) -> String {
    match run.stdout.find(",\n\t\"Findings\": [") {
        Some(at) => format!("{}\n}}\n", &run.stdout[..at]),
        None => run.stdout.clone(),
    }
}

#[test]
fn a_directory_is_searched_in_lexical_order_and_in_silence() {
    let elf = go_binary::elf("go1.26.8", "path\ta\nmod\ta\tv1.0.0\t\n");
    let sandbox = sandbox()
        .file("bin/b", &elf)
        .file("bin/a/x.so", &elf)
        .file("bin/readme.txt", "text")
        .file("bin/not-go", b"\x7fELF and nothing more")
        .file("bin/empty", "");
    assert_eq!(
        sandbox.run("verify binary ./bin/").success(),
        "bin/a/x.so: go1.26.8\n\tpath\ta\n\tmod\ta\tv1.0.0\t\n\
         bin/b: go1.26.8\n\tpath\ta\n\tmod\ta\tv1.0.0\t\n\n\
         binary  2 checked\nall verified\n"
    );
}

#[cfg(unix)]
#[test]
fn links_to_files_count_and_links_to_directories_do_not() {
    use std::os::unix::fs::symlink;
    let sandbox = sandbox().file("real/app", go_binary::elf("go1.26.8", ""));
    let work = sandbox.work();
    fs::create_dir(work.join("bin")).unwrap();
    symlink("../real/app", work.join("bin/link")).unwrap();
    symlink("../real", work.join("bin/folder")).unwrap();
    symlink("nowhere", work.join("bin/dangling")).unwrap();
    symlink(".", work.join("bin/self")).unwrap();
    let text = sandbox.run("verify binary bin").stdout;
    assert!(text.starts_with("bin/link: go1.26.8\n\n"), "{text}");
    assert!(text.contains("binary  1 checked"), "{text}");
}

#[test]
fn a_file_that_is_missing_does_not_stop_the_others() {
    let sandbox = sandbox().file("app", go_binary::elf("go1.26.8", "mod\ta\tv1.0.0\t\n"));
    let run = sandbox.run("verify binary nowhere app");
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.starts_with("app: go1.26.8\n"), "{}", run.stdout);
    assert!(
        run.stdout.contains("problem: nowhere: cannot be read: "),
        "{}",
        run.stdout
    );
}

#[test]
fn the_form_before_go_1_18_is_read() {
    let elf = go_binary::elf_with_pointers("go1.17.13", "path\ta\nmod\ta\tv1.0.0\t\n");
    let sandbox = sandbox().file("old", elf);
    let run = sandbox.run("verify binary old");
    assert_eq!(run.code, Some(0));
    let start = "old: go1.17.13\n\tpath\ta\n\tmod\ta\tv1.0.0\t\n\nwarning: old: built with go1.17.13; Go 1.17 has had no fixes since Go 1.19 of 2022-08-02";
    assert!(run.stdout.starts_with(start), "{}", run.stdout);
}

/// A binary is a stranger's file: what it says stays on its line and away from the controls of a terminal.
#[test]
fn controls_in_build_information_are_shown_escaped() {
    let elf = go_binary::elf("go1.26.8", "path\ta\u{1b}[2Jb\rc\nmod\ta\tv1.0.0\t\n");
    let sandbox = sandbox().file("app", elf);
    let text = sandbox.run("verify binary app").success();
    assert!(text.contains("\tpath\ta\\u{1b}[2Jb\\u{d}c\n"), "{text}");
}

/// A hash that go.sum has is not asked for; a private module is never asked for.
#[test]
fn go_sum_answers_and_private_modules_stay_private() {
    let modules = "mod\ta\tv1.0.0\t\ndep\tcorp.example.com/secret\tv1.0.0\th1:x=\n";
    let sandbox = sandbox()
        .set("GOSUMDB", key())
        .set("GOPROXY", "https://proxy.example.com")
        .set("GOPRIVATE", "corp.example.com")
        .file("app", go_binary::elf("go1.26.8", modules))
        .file("other.sum", "corp.example.com/secret v1.0.0 h1:x=\n")
        .file("wrong.sum", "corp.example.com/secret v1.0.0 h1:y=\n");
    let text = sandbox.run("verify binary app").success();
    assert!(
        text.contains("note: app: 1 hash is in no go.sum at hand"),
        "{text}"
    );
    let text = sandbox.run("verify binary app --sum other.sum").success();
    assert!(!text.contains("note"), "{text}");
    let run = sandbox.run("verify binary app --sum wrong.sum --format json");
    assert_eq!(run.code, Some(5));
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "binary-sum-mismatch");
    assert_eq!(
        (&finding["expected"], &finding["got"]),
        (&"h1:y=".into(), &"h1:x=".into())
    );
    assert_eq!(
        (&finding["place"]["file"], &finding["place"]["line"]),
        (&"wrong.sum".into(), &1.into())
    );
    assert_eq!(report["binaries"][0]["build"]["Deps"][0]["Sum"], "h1:x=");
    sandbox
        .run("verify binary app --sum missing.sum")
        .failure(3);
}

/// The programs of Go itself have the version of Go; what was built from files has none.
#[test]
fn programs_of_go_need_no_module() {
    let sandbox = sandbox()
        .file("gofmt", go_binary::elf("go1.26.8", "path\tcmd/gofmt\n"))
        .file(
            "files",
            go_binary::elf("go1.26.8", "path\tcommand-line-arguments\n"),
        );
    let text = sandbox.run("verify binary gofmt").success();
    assert!(text.ends_with("all verified\n"), "{text}");
    let text = sandbox.run("verify binary files").success();
    assert!(
        text.contains("built from files, without a module"),
        "{text}"
    );
}

#[test]
fn sarif_names_the_binary() {
    let elf = go_binary::elf("go1.26.8", "mod\ta\tv1.0.0+dirty\t\n");
    let sandbox = sandbox().file("app", elf);
    let run = sandbox.run("verify binary app --format sarif");
    assert_eq!(run.code, Some(1));
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["runs"][0]["results"][0]["ruleId"], "binary-dirty");
}

/// The time comes from the environment where a result must be the same twice.
#[test]
fn the_time_can_be_set() {
    let sandbox = sandbox().file("app", go_binary::elf("go1.26.8", "mod\ta\tv1.0.0\t\n"));
    sandbox.run("verify binary app").success();
    let sandbox = sandbox.set("SOURCE_DATE_EPOCH", "1900000000");
    let text = sandbox.run("verify binary app").stdout;
    assert!(
        text.contains("Go 1.26 has no more fixes: Go 1.28 was planned for 2027-02-28"),
        "{text}"
    );
    let sandbox = sandbox.set("SOURCE_DATE_EPOCH", "tomorrow");
    sandbox.run("verify binary app").failure(2);
}

/// Returns a sandbox at a time at which Go 1.26 is supported.
fn sandbox() -> Sandbox {
    Sandbox::new().set("SOURCE_DATE_EPOCH", "1790000000")
}

/// Returns the key of the recorded checksum database.
fn key() -> String {
    let file = crate::tamper::world::database_dir().join("verifier.key");
    fs::read_to_string(file).unwrap().trim().to_owned()
}

fn write_executable(sandbox: &Sandbox, name: &str, bytes: &[u8]) {
    sandbox.write(name, bytes);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(sandbox.work().join(name), mode).unwrap();
    }
}
