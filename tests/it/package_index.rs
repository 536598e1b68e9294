//! The index of what was seen in the directories of modules: never an answer that is stale or that somebody else made.

use std::fs;
use std::path::PathBuf;
use std::process::Child;

use modsmith::domain::checksum::dirhash::hash_go_mod;

use crate::support::sandbox::{Run, Sandbox};

const WHY: &str = "graph why -m rsc.io/sampler";

/// The answer as long as `rsc.io/quote` imports `rsc.io/sampler`.
const NEEDED: &str = "# rsc.io/sampler\nexample.com/main\nrsc.io/quote\nrsc.io/sampler\n";

/// The answer once it does not any more.
const NOT_NEEDED: &str = "# rsc.io/sampler\n(main module does not need module rsc.io/sampler)\n";

/// A module with a complete go.sum, whose requirements are unpacked.
fn sample() -> Sandbox {
    let sandbox = Sandbox::new()
        .file(
            "go.mod",
            "module example.com/main\n\ngo 1.16\n\nrequire rsc.io/quote v1.5.2\n",
        )
        .file("main.go", "package main\n\nimport _ \"rsc.io/quote\"\n");
    let unvouched = sandbox.set("GOFLAGS", "-mod=mod");
    assert_eq!(unvouched.run(WHY).success(), NEEDED);
    // So far nobody vouched for anything.
    assert_eq!(entries(&unvouched), Vec::<PathBuf>::new());
    let sums = sums(&unvouched);
    unvouched.file("go.sum", sums).set("GOFLAGS", "")
}

/// The lines of go.sum for what is in the module cache.
fn sums(sandbox: &Sandbox) -> String {
    let mut sums = Vec::new();
    let mut folders = vec![sandbox.cache().join("cache/download")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(sandbox.cache().join("cache/download"));
            let name = name.unwrap().to_str().unwrap().replace('\\', "/");
            let Some((module, file)) = name.split_once("/@v/") else {
                continue;
            };
            if let Some(version) = file.strip_suffix(".ziphash") {
                let hash = fs::read_to_string(&path).unwrap();
                sums.push(format!("{module} {version} {hash}\n"));
            } else if let Some(version) = file.strip_suffix(".mod") {
                let hash = hash_go_mod(&fs::read(&path).unwrap());
                sums.push(format!("{module} {version}/go.mod {hash}\n"));
            }
        }
    }
    sums.concat()
}

fn entries(sandbox: &Sandbox) -> Vec<PathBuf> {
    let Ok(folders) = fs::read_dir(sandbox.cache().join("cache/modsmith/packages")) else {
        return Vec::new();
    };
    let folders = folders.map(|folder| folder.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// Makes the next run look at packages again: answers have an index of their own.
fn forget_answers(sandbox: &Sandbox) {
    let answers = sandbox.cache().join("cache/modsmith/answers");
    fs::remove_dir_all(answers).unwrap();
}

/// Changes a file within a module's directory, which nobody is meant to do: whoever looks there gives another answer.
fn change_quote(sandbox: &Sandbox) {
    let dir = sandbox.cache().join("rsc.io/quote@v1.5.2");
    for name in ["quote.go", "quote_test.go"] {
        let file = dir.join(name);
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        #[expect(
            clippy::permissions_set_readonly_false,
            reason = "a copy for this test"
        )]
        permissions.set_readonly(false);
        fs::set_permissions(&file, permissions).unwrap();
        fs::write(&file, "package quote\n").unwrap();
    }
}

#[test]
fn the_second_run_looks_into_no_module() {
    let sandbox = sample();
    assert_eq!(sandbox.run(WHY).success(), NEEDED);
    let kept = entries(&sandbox);
    assert!(!kept.is_empty());
    change_quote(&sandbox);
    forget_answers(&sandbox);
    assert_eq!(sandbox.run(WHY).success(), NEEDED);
    forget_answers(&sandbox);
    let run = sandbox.run("graph why rsc.io/sampler").success();
    assert_eq!(run, NEEDED);
    assert_eq!(entries(&sandbox), kept);
}

#[test]
fn an_index_that_is_deleted_is_made_again() {
    let sandbox = sample();
    sandbox.run(WHY).success();
    change_quote(&sandbox);
    fs::remove_dir_all(sandbox.cache().join("cache/modsmith")).unwrap();
    assert_eq!(sandbox.run(WHY).stdout, NOT_NEEDED);
    assert!(!entries(&sandbox).is_empty());
}

/// Whoever repairs a module puts another directory in its place.
#[test]
fn another_directory_is_looked_at_again() {
    let sandbox = sample();
    change_quote(&sandbox);
    assert_eq!(sandbox.run(WHY).stdout, NOT_NEEDED);
    let dir = sandbox.cache().join("rsc.io/quote@v1.5.2");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for dir in [&dir, &dir.join("buggy")] {
            fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).ok();
        }
    }
    fs::remove_dir_all(&dir).unwrap();
    assert_eq!(sandbox.run(WHY).success(), NEEDED);
    assert_eq!(sandbox.run(WHY).success(), NEEDED);
}

#[test]
fn entries_of_others_and_entries_with_another_bit_are_not_believed() {
    let sandbox = sample();
    sandbox.run(WHY).success();
    change_quote(&sandbox);
    forget_answers(&sandbox);
    assert_eq!(sandbox.run(WHY).success(), NEEDED);
    let whole: Vec<_> = entries(&sandbox)
        .into_iter()
        .map(|path| (fs::read(&path).unwrap(), path))
        .collect();
    let spoil = |change: &dyn Fn(&mut Vec<u8>)| {
        for (bytes, path) in &whole {
            let mut bytes = bytes.clone();
            change(&mut bytes);
            fs::write(path, bytes).unwrap();
        }
        forget_answers(&sandbox);
        assert_eq!(sandbox.run(WHY).stdout, NOT_NEEDED);
    };
    spoil(&|bytes| bytes[0] ^= 1);
    spoil(&|bytes| *bytes.last_mut().unwrap() ^= 1);
    spoil(&|bytes| drop(bytes.split_off(bytes.len() / 2)));
    spoil(&|bytes| bytes.extend_from_slice(b"more"));
    spoil(&Vec::clear);
    let restore = || {
        for (bytes, path) in &whole {
            fs::write(path, bytes).unwrap();
        }
    };
    restore();
    forget_answers(&sandbox);
    assert_eq!(sandbox.run(WHY).success(), NEEDED);
    forget_answers(&sandbox);
    // The entry of one module is no entry of another one.
    for pair in whole.windows(2) {
        fs::write(&pair[1].1, &pair[0].0).unwrap();
    }
    fs::write(&whole[0].1, &whole[whole.len() - 1].0).unwrap();
    assert_eq!(sandbox.run(WHY).stdout, NOT_NEEDED);
    restore();
    let stranger = sandbox.path().join("stranger");
    fs::create_dir(&stranger).unwrap();
    let sandbox = sandbox.set("HOME", &stranger).set("AppData", &stranger);
    assert_eq!(sandbox.run(WHY).stdout, NOT_NEEDED);
}

/// Another build of the program may mean something else by the same bytes.
#[test]
fn entries_of_another_program_are_not_believed() {
    let sandbox = sample();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_modsmith"));
    let other = sandbox.path().join(program.file_name().unwrap());
    fs::copy(&program, &other).unwrap();
    let line = || WHY.split(' ');
    let of_other = || Run::of(&mut sandbox.program(other.to_str().unwrap(), line()));
    assert_eq!(sandbox.run(WHY).success(), NEEDED);
    change_quote(&sandbox);
    assert_eq!(sandbox.run(WHY).success(), NEEDED);
    assert_eq!(of_other().stdout, NOT_NEEDED);
    // What the other one has written since then counts for itself alone.
    assert_eq!(of_other().stdout, NOT_NEEDED);
    assert_eq!(sandbox.run(WHY).stdout, NOT_NEEDED);
}

/// Each set of tags has its own entries.
#[test]
fn tags_decide_what_was_seen() {
    let sandbox = sample().file(
        "tagged.go",
        "//go:build special\n\npackage main\n\nimport _ \"rsc.io/quote/buggy\"\n",
    );
    let plain = sandbox.run("graph packages --imports .").success();
    let special = sandbox
        .run("graph packages --imports --tags special .")
        .success();
    assert_ne!(plain, special);
    sandbox.run(WHY).success();
    for _ in 0..2 {
        assert_eq!(sandbox.run("graph packages --imports .").success(), plain);
        let again = sandbox.run("graph packages --imports --tags special .");
        assert_eq!(again.success(), special);
    }
}

/// What is the user's may change at any time.
#[test]
fn main_modules_and_replacements_are_always_looked_at() {
    let go_mod = "module example.com/main\n\ngo 1.16\n\nrequire (\n\texample.com/local v1.0.0\n\trsc.io/quote v1.5.2\n)\n\n\
                  replace example.com/local => ./local\n";
    let sandbox = sample()
        .file("go.mod", go_mod)
        .file(
            "main.go",
            "package main\n\nimport _ \"example.com/local\"\n",
        )
        .file("local/go.mod", "module example.com/local\n\ngo 1.16\n")
        .file("local/local.go", "package local\n");
    let why = "graph why -m rsc.io/quote";
    let not_needed = "# rsc.io/quote\n(main module does not need module rsc.io/quote)\n";
    for _ in 0..2 {
        assert_eq!(sandbox.run(why).stdout, not_needed);
    }
    sandbox.write(
        "local/local.go",
        "package local\n\nimport _ \"rsc.io/quote\"\n",
    );
    let needed = "# rsc.io/quote\nexample.com/main\nexample.com/local\nrsc.io/quote\n";
    assert_eq!(sandbox.run(why).success(), needed);
    sandbox.write("local/local.go", "package local\n");
    assert_eq!(sandbox.run(why).stdout, not_needed);
    sandbox.write("x/x.go", "package x\n\nimport _ \"rsc.io/quote\"\n");
    let needed = "# rsc.io/quote\nexample.com/main/x\nrsc.io/quote\n";
    assert_eq!(sandbox.run(why).success(), needed);
}

#[test]
fn many_may_write_at_once() {
    let sandbox = sample();
    for _ in 0..3 {
        fs::remove_dir_all(sandbox.cache().join("cache/modsmith")).ok();
        let start = |_| {
            let mut command = sandbox.command(WHY.split(' '));
            command.stdout(std::process::Stdio::piped());
            command.spawn().unwrap()
        };
        let children: Vec<Child> = (0..6).map(start).collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), NEEDED);
        }
        let kept = entries(&sandbox);
        assert!(!kept.is_empty());
        assert!(kept.iter().all(|path| path.extension().is_none()));
    }
    change_quote(&sandbox);
    forget_answers(&sandbox);
    assert_eq!(sandbox.run(WHY).success(), NEEDED);
}

/// go.sum has the last word about the contents of a module, whatever is indexed.
#[test]
fn a_module_that_go_sum_refuses_is_refused() {
    let sandbox = sample();
    sandbox.run(WHY).success();
    let sums = sandbox.read("go.sum");
    sandbox.write(
        "go.sum",
        sums.replace("quote v1.5.2 h1:", "quote v1.5.2 h1:A"),
    );
    let run = sandbox.run(WHY);
    assert_ne!(run.code, Some(0), "{}", run.stdout);
    assert_eq!(run.stdout, "");
}
