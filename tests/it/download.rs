//! `modsmith mod download`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::conformance::support::corpus;
use crate::support::proxy::{Fault, Proxy};
use crate::support::sandbox::{Run, Sandbox};

const GO_MOD: &str = "\
module example.com/app

go 1.21

require rsc.io/quote v1.5.2

require (
	golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect
	rsc.io/sampler v1.3.0 // indirect
)
";

/// Files by name.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Names and texts of files.
type Input<'a> = &'a [(&'a str, &'a str)];

fn sandbox() -> Sandbox {
    Sandbox::new()
        .set("GOFLAGS", "-modcacherw")
        .file("go.mod", GO_MOD)
}

/// Returns the objects of a JSON stream.
fn objects(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text)
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

/// Returns all files below a directory with their contents.
fn files(root: &Path) -> Files {
    let mut found = Files::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Returns the files that end so or have this in their names.
fn named(cache: &Path, parts: &[&str]) -> Vec<String> {
    let names = files(cache).into_keys();
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let is_meant = |name: &String| parts.iter().any(|part| name.contains(part));
    names.filter(is_meant).collect()
}

/// Returns what nobody may believe: half of something.
fn halves(cache: &Path) -> Vec<String> {
    named(cache, &[".tmp", ".partial"])
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
fn the_go_command_leaves_the_same() {
    if !has_go() {
        return;
    }
    let work = "go 1.21\n\nuse (\n\t./a\n\t./b\n)\n";
    let member = |name: &str, requires: &str| {
        format!("module example.com/{name}\n\ngo 1.21\n\nrequire {requires}\n")
    };
    let bare = "module example.com/app\n\nrequire rsc.io/quote v1.5.2\n";
    let old = "module example.com/app\n\ngo 1.16\n\nrequire rsc.io/quote v1.5.2\n";
    let a = member("a", "rsc.io/quote v1.5.2");
    let b = member("b", "rsc.io/sampler v1.3.1");
    let replaced = format!("{GO_MOD}\nreplace rsc.io/sampler => rsc.io/sampler v1.3.1\n");
    let none = "module example.com/app\n\ngo 1.21\n";
    let workspace: Input<'_> = &[("go.work", work), ("a/go.mod", &a), ("b/go.mod", &b)];
    let cases: [(Input<'_>, &[&str]); 16] = [
        (&[("go.mod", GO_MOD)], &[]),
        (&[("go.mod", old)], &[]),
        (&[("go.mod", bare)], &[]),
        (&[("go.mod", none)], &[]),
        (&[("go.mod", &replaced)], &[]),
        (&[("go.mod", GO_MOD)], &["rsc.io/quote"]),
        (&[("go.mod", GO_MOD)], &["all"]),
        (&[("go.mod", GO_MOD)], &["rsc.io/..."]),
        (
            &[("go.mod", GO_MOD)],
            &["rsc.io/quote@v1.5.1", "rsc.io/sampler@v1.3.0"],
        ),
        (
            &[("go.mod", GO_MOD)],
            &["rsc.io/quote@latest", "rsc.io/quote@upgrade"],
        ),
        (
            &[("go.mod", GO_MOD)],
            &["example.com/app", "rsc.io/nosuch", "rsc.io/quote@v1.5.2"],
        ),
        (
            &[("go.mod", GO_MOD)],
            &[
                "rsc.io/badzip@v1.0.0",
                "rsc.io/badfile2@v1.0.0",
                "rsc.io/quote@v1.5.2",
            ],
        ),
        (&[], &["rsc.io/quote@v1.5.2", "rsc.io/quote@v1.5.2"]),
        (&[], &["golang.org/x/text@<v0.3"]),
        (workspace, &[]),
        (workspace, &["rsc.io/quote@v1.5.2"]),
    ];
    for (input, args) in cases {
        let with = |words: &[&str]| -> Vec<String> {
            let words = words.iter().chain(args);
            words.map(|&word| word.to_owned()).collect()
        };
        let go = outcome(input, |sandbox| {
            Run::of(&mut sandbox.program("go", with(&["mod", "download", "-json"])))
        });
        let ours = outcome(input, |sandbox| {
            sandbox.run_with(with(&["mod", "download", "--json"]))
        });
        let what = format!("{:?} {args:?}", input.first().map(|file| file.0));
        assert_eq!(ours.good, go.good, "{what}");
        assert_eq!(ours.modules, go.modules, "{what}");
        assert_eq!(text(&ours.work), text(&go.work), "{what}");
        let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&ours.cache), names(&go.cache), "{what}");
        assert!(ours.cache == go.cache, "{what}");
    }
}

/// What a run has left.
struct Outcome {
    good: bool,
    modules: Vec<Value>,
    work: Files,
    cache: Files,
}

/// Runs a program where there are these files.
fn outcome(input: Input<'_>, run: impl Fn(&Sandbox) -> Run) -> Outcome {
    let sandbox = Sandbox::new().set("GOFLAGS", "-modcacherw");
    for (name, text) in input {
        sandbox.write(name, text);
    }
    let run = run(&sandbox);
    let root = sandbox.path().to_str().unwrap().to_owned();
    let mut cache = files(&sandbox.cache());
    // The lock around changes of go.mod.
    cache.remove(Path::new("cache/lock"));
    Outcome {
        good: run.code == Some(0),
        modules: objects(&run.stdout.replace(&root, "$ROOT")),
        work: files(&sandbox.work()),
        cache,
    }
}

fn text(files: &Files) -> Vec<String> {
    let text = |(name, bytes): (&PathBuf, &Vec<u8>)| {
        format!("{}\n{}", name.display(), String::from_utf8_lossy(bytes))
    };
    files.iter().map(text).collect()
}

#[test]
fn what_go_mod_lists_is_downloaded() {
    let sandbox = sandbox();
    assert_eq!(sandbox.run("mod download").success(), "");
    for module in ["rsc.io/quote@v1.5.2", "rsc.io/sampler@v1.3.0"] {
        assert!(sandbox.cache().join(module).is_dir(), "{module}");
    }
    let sums = sandbox.read("go.sum");
    assert!(sums.contains("rsc.io/quote v1.5.2/go.mod h1:"), "{sums}");
    assert!(!sums.contains("rsc.io/quote v1.5.2 h1:"), "{sums}");
    // Nothing is asked for again.
    let again = sandbox.run("mod download --offline --json all").success();
    let found = objects(&again);
    assert_eq!(found.len(), 3);
    assert!(sandbox.read("go.sum").contains("rsc.io/quote v1.5.2 h1:"));
    assert_eq!(sandbox.read("go.mod"), GO_MOD);
}

#[test]
fn errors_are_in_the_words_of_go() {
    let outside = Sandbox::new();
    let error = outside.run("mod download").failure(2);
    assert!(error.starts_with("error: no modules specified"), "{error}");
    let error = outside.run("mod download all").failure(2);
    assert!(
        error.contains("cannot match \"all\": go.mod file not found"),
        "{error}"
    );
    let error = outside
        .run("mod download rsc.io/nosuch@v1.0.0 rsc.io/badfile2@v1.0.0")
        .failure(3);
    assert!(
        error.contains("rsc.io/nosuch@v1.0.0: reading file://"),
        "{error}"
    );
    assert!(
        error.contains("malformed file path \"☺.go\": invalid char '☺'"),
        "{error}"
    );
    let error = outside
        .run("mod download --offline --reuse=x rsc.io/quote@v1.5.2")
        .failure(2);
    assert!(error.contains("`--reuse` is not supported"), "{error}");
    let run = outside.run("mod download --json rsc.io/badzip@v1.0.0 rsc.io/quote@v1.5.2");
    assert_eq!(
        run.code,
        Some(5),
        "a zip of something else is a matter of integrity"
    );
    let found = objects(&run.stdout);
    assert_eq!(
        found[0]["Error"],
        "zip for rsc.io/badzip@v1.0.0 has unexpected file rsc.io/badzip@v1.0.0.txt"
    );
    assert!(found[1]["Dir"].is_string());
}

#[test]
fn wrong_bytes_are_never_seen() {
    let wrong = "rsc.io/quote v1.5.2 h1:AAAAkkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0=\n";
    let sandbox = sandbox().file("go.sum", wrong);
    let error = sandbox.run("mod download rsc.io/quote@v1.5.2").failure(5);
    assert!(
        error.contains("verifying module: checksum mismatch"),
        "{error}"
    );
    assert!(!sandbox.cache().join("rsc.io/quote@v1.5.2").exists());
    let zips = named(&sandbox.cache(), &[".zip"]);
    assert_eq!(zips, [""; 0]);
    assert_eq!(halves(&sandbox.cache()), [""; 0]);
    assert_eq!(sandbox.read("go.sum"), wrong);
}

#[test]
fn a_proxy_that_breaks_off_leaves_nothing() {
    let proxy = Proxy::serve(&corpus().join("proxy"));
    let sandbox = sandbox().set("GOPROXY", proxy.url());
    proxy.fault("/rsc.io/quote/@v/v1.5.2.zip", Fault::Cut);
    let run = sandbox.run("mod download --json");
    assert_eq!(run.code, Some(4), "{}", run.stderr);
    let found = objects(&run.stdout);
    assert!(found[0]["Error"].is_string() && found[0].get("Zip").is_none());
    assert!(found[1]["Dir"].is_string() && found[2]["Dir"].is_string());
    assert_eq!(halves(&sandbox.cache()), [""; 0]);
    assert!(!sandbox.cache().join("rsc.io/quote@v1.5.2").exists());
    proxy.fault_times("/rsc.io/quote/@v/v1.5.2.zip", Fault::Cut, 1);
    sandbox.run("mod download").success();
    assert!(
        sandbox
            .cache()
            .join("rsc.io/quote@v1.5.2/quote.go")
            .is_file()
    );
}

#[test]
fn what_others_left_half_done_is_done_again() {
    let sandbox = sandbox();
    let dir = sandbox.cache().join("rsc.io/quote@v1.5.2");
    let versions = sandbox.cache().join("cache/download/rsc.io/quote/@v");
    fs::create_dir_all(&dir).unwrap();
    fs::create_dir_all(&versions).unwrap();
    fs::write(dir.join("quote.go"), "package hal").unwrap();
    fs::write(dir.join("stray.go"), "package stray").unwrap();
    // Once as the go command leaves it when it is killed while it unpacks, once without any sign.
    for partial in [true, false] {
        if partial {
            fs::write(versions.join("v1.5.2.partial"), "").unwrap();
            fs::write(versions.join("v1.5.2.zip4711.tmp"), "half").unwrap();
            let aside = sandbox.cache().join("rsc.io/quote@v1.5.2.tmp-4711");
            fs::create_dir(&aside).unwrap();
        } else {
            fs::remove_file(versions.join("v1.5.2.ziphash")).unwrap();
            fs::write(dir.join("stray.go"), "package stray").unwrap();
        }
        sandbox.run("mod download").success();
        assert!(fs::read_to_string(dir.join("quote.go")).unwrap().len() > 100);
        assert!(!dir.join("stray.go").exists(), "partial {partial}");
        assert_eq!(halves(&sandbox.cache()), [""; 0]);
    }
    // A hash that a crash left full of zeros is none, and what was unpacked beside it may be as torn.
    fs::write(versions.join("v1.5.2.ziphash"), "\0".repeat(47)).unwrap();
    fs::write(dir.join("quote.go.new"), "").unwrap();
    sandbox.run("mod download").success();
    assert!(!dir.join("quote.go.new").exists());
}

#[cfg(unix)]
#[test]
fn a_cache_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sandbox();
    fs::create_dir_all(sandbox.cache()).unwrap();
    fs::set_permissions(sandbox.cache(), fs::Permissions::from_mode(0o555)).unwrap();
    let is_root = fs::write(sandbox.cache().join("probe"), "").is_ok();
    if is_root {
        println!("SKIPPED: permissions mean nothing to this user");
        return;
    }
    let run = sandbox.run("mod download rsc.io/quote@v1.5.2");
    assert_eq!(run.code, Some(4), "{}", run.stderr);
    assert!(run.stderr.contains("go/pkg/mod"), "{}", run.stderr);
    fs::set_permissions(sandbox.cache(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn many_processes_fill_one_cache() {
    let sandbox = sandbox();
    let children: Vec<_> = (0..4)
        .map(|_| {
            sandbox
                .command([
                    "mod",
                    "download",
                    "--json",
                    "rsc.io/quote@v1.5.2",
                    "rsc.io/sampler@v1.3.0",
                ])
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut answers = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        answers.push(output.stdout);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(halves(&sandbox.cache()), [""; 0]);
    sandbox.run("verify cache --all").success();
}

#[cfg(unix)]
#[test]
fn a_killed_download_is_continued() {
    let proxy = Proxy::serve(&corpus().join("proxy"));
    let sandbox = sandbox().set("GOPROXY", proxy.url());
    proxy.fault("/rsc.io/quote/@v/v1.5.2.zip", Fault::Silent);
    let mut child = sandbox.command(["mod", "download"]).spawn().unwrap();
    while proxy.count("/rsc.io/quote/@v/v1.5.2.zip") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!sandbox.cache().join("rsc.io/quote@v1.5.2").exists());
    proxy.fault_times("/rsc.io/quote/@v/v1.5.2.zip", Fault::Silent, 0);
    sandbox.run("mod download").success();
    assert!(
        sandbox
            .cache()
            .join("rsc.io/quote@v1.5.2/quote.go")
            .is_file()
    );
    assert_eq!(halves(&sandbox.cache()), [""; 0]);
}

/// A proxy with one module, whose zip is small and whose file is not.
#[cfg(unix)]
fn big_module(sandbox: Sandbox) -> Sandbox {
    use std::io::Write as _;

    use modsmith::adapters::config::file_url;
    use modsmith::domain::modzip::ZipWriter;

    let dir = sandbox.path().join("proxy/x.example/big/@v");
    fs::create_dir_all(&dir).unwrap();
    let go_mod = b"module x.example/big\n";
    let mut writer = ZipWriter::new(Vec::new());
    let zeros = vec![0; 1 << 20];
    for (name, contents) in [("go.mod", &go_mod[..]), ("zeros.txt", &zeros)] {
        let name = format!("x.example/big@v1.0.0/{name}");
        let size = contents.len() as u64;
        let mut entry = writer.start(name.as_bytes(), size).unwrap();
        entry.write_all(contents).unwrap();
        entry.finish().unwrap();
    }
    fs::write(dir.join("v1.0.0.zip"), writer.finish().unwrap()).unwrap();
    fs::write(dir.join("v1.0.0.mod"), go_mod).unwrap();
    fs::write(dir.join("v1.0.0.info"), "{\"Version\":\"v1.0.0\"}").unwrap();
    let url = file_url(&sandbox.path().join("proxy"));
    sandbox.set("GOPROXY", url).set("GOFLAGS", "-modcacherw")
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_leaves_nothing() {
    let sandbox = big_module(Sandbox::new());
    // No file may grow beyond some kilobytes, which is an error like that of a full disk.
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" mod download x.example/big@v1.0.0";
    let mut command = sandbox.program("sh", ["-c", script, env!("CARGO_BIN_EXE_modsmith")]);
    let error = Run::of(&mut command).failure(4);
    assert!(error.contains("zeros.txt"), "{error}");
    let cache = sandbox.cache();
    assert_eq!(halves(&cache), [""; 0]);
    assert_eq!(named(&cache, &[".zip", "x.example/big@v1.0.0"]), [""; 0]);
    sandbox.run("mod download x.example/big@v1.0.0").success();
    let zeros = fs::metadata(cache.join("x.example/big@v1.0.0/zeros.txt")).unwrap();
    assert_eq!(zeros.len(), 1 << 20);
}

#[test]
fn damaged_zips_are_never_unpacked() {
    let whole = fs::read(corpus().join("proxy/rsc.io/quote/@v/v1.5.2.zip")).unwrap();
    let cut = whole[..whole.len() / 2].to_vec();
    let mut flipped = whole.clone();
    // Within the compressed contents of the first file.
    flipped[120] ^= 0xff;
    for damaged in [cut, flipped, b"not a zip".to_vec(), Vec::new()] {
        let proxy = Proxy::serve(&corpus().join("proxy"));
        let sandbox = sandbox().set("GOPROXY", proxy.url());
        let answer = Fault::Answer("application/zip", damaged);
        proxy.fault("/rsc.io/quote/@v/v1.5.2.zip", answer);
        let run = sandbox.run("mod download rsc.io/quote@v1.5.2");
        assert_ne!(run.code, Some(0));
        assert_ne!(run.code, Some(70), "{}", run.stderr);
        let left = named(&sandbox.cache(), &[".zip", "quote@"]);
        assert_eq!(left, [""; 0], "{}", run.stderr);
        assert_eq!(halves(&sandbox.cache()), [""; 0]);
    }
}

#[test]
fn a_module_without_go_mod_is_named() {
    let run = Sandbox::new().run("mod download example.com/retract/missingmod@v1.9.0");
    let error = run.failure(3);
    let expect = "example.com/retract/missingmod@v1.9.0: reading file://";
    assert!(
        error.contains(expect) && error.contains("no such file"),
        "{error}"
    );
}
