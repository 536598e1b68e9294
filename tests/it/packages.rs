//! Packages: the table of the standard library, and `modsmith graph packages`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use insta::assert_snapshot;
use modsmith::domain::gosource::Tags;
use modsmith::domain::packages::Imports;
use modsmith::domain::packages::import::{in_module, is_standard};
use modsmith::ops::load::GO_RELEASE;
use modsmith::ops::packages::trees::{Reading, scan_files};

use crate::support::sandbox::Sandbox;
use crate::why::sample;

/// Writes `src/domain/packages/standard.txt` anew from the Go that is installed.
const REWRITE: &str = "MODSMITH_WRITE_STANDARD";

#[test]
fn the_standard_library_is_that_of_go() {
    let Some(source) = go_source() else {
        println!("skipped: no Go {GO_RELEASE} is installed");
        return;
    };
    let text = table(&source);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/packages/standard.txt");
    if env::var_os(REWRITE).is_some() {
        fs::write(&path, &text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    assert!(
        kept == text,
        "the table is stale: run this test with {REWRITE}=1"
    );
}

/// Returns the source directory of the Go release that is reproduced, if it is installed.
fn go_source() -> Option<PathBuf> {
    let run = |args: &[&str]| {
        let output = Command::new(crate::support::program("go"))
            .args(args)
            .env("GOTOOLCHAIN", "local")
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let version = run(&["env", "GOVERSION"])?;
    (version == format!("go{GO_RELEASE}")).then_some(())?;
    Some(Path::new(&run(&["env", "GOROOT"])?).join("src"))
}

fn table(source: &Path) -> String {
    let mut folders = vec![String::new()];
    let mut lines = Vec::new();
    while let Some(folder) = folders.pop() {
        let dir = source.join(&folder);
        let mut files = Vec::new();
        for entry in fs::read_dir(&dir).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if !entry.file_type().unwrap().is_dir() {
                let is_go = Path::new(&name)
                    .extension()
                    .is_some_and(|extension| extension == "go");
                files.extend(Some(name).filter(|_| is_go));
            } else if !name.starts_with(['.', '_']) && name != "testdata" {
                folders.push(if folder.is_empty() {
                    name
                } else {
                    format!("{folder}/{name}")
                });
            }
        }
        if !files.is_empty() && !folder.is_empty() {
            let imports = scan_files(&dir, &files, &Tags::Any, Reading::Lenient)
                .unwrap()
                .unwrap_or_default();
            lines.push(line(source, &folder, &imports));
        }
    }
    lines.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    lines.into_iter().map(|(_, line)| line).collect()
}

fn line(source: &Path, package: &str, imports: &Imports) -> (String, String) {
    let resolve = |path: &str| {
        let vendor = if in_module(package, "cmd").is_some() {
            "cmd/vendor"
        } else {
            "vendor"
        };
        let copy = format!("{vendor}/{path}");
        if !is_standard(path) && source.join(&copy).exists() {
            copy
        } else {
            path.to_owned()
        }
    };
    let mut line = package.to_owned();
    for path in &imports.files {
        write!(line, " {}", resolve(path)).unwrap();
    }
    if !imports.tests.is_empty() {
        let tests: Vec<_> = imports.tests.iter().map(|path| resolve(path)).collect();
        write!(line, "|{}", tests.join(" ")).unwrap();
    }
    (package.to_owned(), line + "\n")
}

#[test]
fn packages_have_their_modules() {
    let sandbox = sample().file(
        "more/more.go",
        "package more\n\nimport (\n\t_ \"example.com/none\"\n\t_ \"nostd\"\n)\n",
    );
    let run = sandbox.run("graph packages --mod=readonly all");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_snapshot!(run.stdout, @r"
    example.com/a example.com/a@v1.0.0
    example.com/b example.com/b@v1.0.0
    example.com/main example.com/main
    example.com/main/more example.com/main
    example.com/main/tool example.com/main
    example.com/none
        error: no required module provides package example.com/none; to add it:
        	go get example.com/none
    nostd
        error: package nostd is not in std
    ");
}

#[test]
fn patterns_of_directories() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph packages ./...").success(), @r"
    example.com/main example.com/main
    example.com/main/tool example.com/main
    ");
    assert_snapshot!(sandbox.run("graph packages --imports ./... example.com/a").success(), @r"
    example.com/main example.com/a
    example.com/main fmt
    example.com/a example.com/b
    ");
    let run = sandbox.run("graph packages ./deps/a ./deps");
    assert_eq!(run.code, Some(1));
    let deps = sandbox.work().join("deps");
    assert_snapshot!(run.stdout.replace(deps.to_str().unwrap(), "DEPS"), @r"
    ./deps/a
        error: main module (example.com/main) does not contain package example.com/main/deps/a
    ./deps
        error: no Go files in DEPS
    ");
}

/// The files of this build count, and no others.
#[test]
fn build_constraints_count() {
    let sandbox = sample().file("only/only_plan9.go", "package only\n");
    let sandbox = sandbox.file(
        "tagged/t.go",
        "//go:build mine && amd64.v1\n\npackage tagged\n",
    );
    let tagged = sandbox
        .run("graph packages --tags other,mine ./tagged")
        .success();
    assert_eq!(tagged, "example.com/main/tagged example.com/main\n");
    let run = sandbox.run("graph packages ./only").stdout;
    assert!(
        run.contains("build constraints exclude all Go files"),
        "{run}"
    );
    let sandbox = sandbox.set("GOOS", "plan9").set("GOARCH", "386");
    assert_eq!(
        sandbox.run("graph packages ./only").success(),
        "example.com/main/only example.com/main\n"
    );
}

/// In unpacked modules such files count and import nothing; in the user's own what could be read of them counts.
#[test]
fn heads_that_are_no_sound_go() {
    let check = |text: &[u8], lenient: Result<&[&str], &str>, strict: &[&str]| {
        let dir = crate::support::scratch();
        std::fs::write(dir.path().join("x.go"), text).unwrap();
        let scan = |reading| {
            let found = scan_files(dir.path(), &["x.go"], &Tags::Any, reading);
            found.map_err(|error| error.to_string()).map(|imports| {
                let imports = imports.map_or_else(Vec::new, |imports| imports.files);
                imports.iter().map(ToString::to_string).collect::<Vec<_>>()
            })
        };
        let text = String::from_utf8_lossy(text);
        match (scan(Reading::Lenient), lenient) {
            (Ok(found), Ok(want)) => assert_eq!(found, want, "{text}"),
            (Err(found), Err(want)) => assert!(found.ends_with(want), "{found}"),
            (found, _) => panic!("{found:?}: {text}"),
        }
        assert_eq!(scan(Reading::Strict).unwrap(), strict, "{text}");
    };
    check(b"package p\nimport \"a\"\n", Ok(&["a"]), &["a"]);
    check(b"package p\n// \xff\nimport \"a\"\n", Ok(&["a"]), &[]);
    check(
        b"package p\nimport \"a\"\nimport (\n\"b\"\n",
        Ok(&["a", "b"]),
        &[],
    );
    check(
        b"package p\nimport \"a\"\nimport \"\"\n",
        Ok(&["", "a"]),
        &[],
    );
    check(b"package p; import \"a\"; \xff", Ok(&["a"]), &["a"]);
    check(
        b"package p\nimport \"a\"\n\0",
        Err("unexpected NUL in input"),
        &[],
    );
    check(
        b"//go:build a\n//go:build b\n\npackage p\nimport \"a\"\n",
        Ok(&[]),
        &[],
    );
}

/// As in Go, a pattern stands for what comes before the first directory that cannot be read; `all` goes on.
#[cfg(unix)]
#[test]
fn directories_that_cannot_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new()
        .file("go.mod", "module example.com/m\n\ngo 1.21\n")
        .file("a/a.go", "package a\n")
        .file("b/b.go", "package b\n")
        .file("b/c/c.go", "package c\n")
        .file("d/d.go", "package d\n");
    let locked = sandbox.work().join("b");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o0)).unwrap();
    let is_locked = std::fs::read_dir(&locked).is_err();
    let pattern = sandbox.run("graph packages ./...");
    let all = sandbox.run("graph packages all");
    let why = sandbox.run("graph why ./...");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).unwrap();
    if !is_locked {
        let test = "packages::directories_that_cannot_be_read";
        return crate::support::repos::skip(test, "this user may read everything");
    }
    for (run, has_d) in [(&pattern, false), (&all, true)] {
        assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("example.com/m/a example.com/m\n"));
        assert!(run.stdout.contains("error: cannot read"), "{}", run.stdout);
        assert_eq!(run.stdout.contains("example.com/m/d"), has_d);
        assert!(!run.stdout.contains("example.com/m/b/c"));
    }
    assert_eq!(why.stdout, "# example.com/m/a\nexample.com/m/a\n");
}

/// Links that lead nowhere or in circles: their directory is part of a pattern, and cannot be told to have a package.
#[cfg(unix)]
#[test]
fn links_in_circles() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new()
        .file("go.mod", "module example.com/m\n\ngo 1.21\n")
        .file("a/a.go", "package a\n")
        .file("d/d.go", "package d\n")
        .file("circle/x.txt", "");
    symlink("loop.go", sandbox.work().join("circle/loop.go")).unwrap();
    symlink("..", sandbox.work().join("a/up")).unwrap();
    symlink(".", sandbox.work().join("a/self")).unwrap();
    let run = sandbox.run("graph packages ./...");
    assert_eq!(run.code, Some(1));
    for package in [
        "example.com/m/a example.com/m\n",
        "example.com/m/d example.com/m\n",
    ] {
        assert!(run.stdout.contains(package), "{}", run.stdout);
    }
    assert!(run.stdout.contains("circle/loop.go"), "{}", run.stdout);
    assert!(!run.stdout.contains("/up"), "{}", run.stdout);
}

/// Many files in many directories, deep ones and wide ones.
#[test]
fn a_large_tree() {
    let mut sandbox = Sandbox::new().file("go.mod", "module example.com/m\n\ngo 1.21\n");
    let work = sandbox.work();
    let deep = "d/".repeat(400);
    std::fs::create_dir_all(work.join(&deep)).unwrap();
    for folder in 0..100 {
        let dir = work.join(format!("p{folder}"));
        std::fs::create_dir(&dir).unwrap();
        for file in 0..100 {
            let import = (folder + 1) % 100;
            let text = format!("package p\n\nimport _ \"example.com/m/p{import}\"\n");
            std::fs::write(dir.join(format!("f{file}.go")), text).unwrap();
        }
    }
    sandbox = sandbox.file(&format!("{deep}x.go"), "package d\n");
    let run = sandbox.run("graph why example.com/m/p99").success();
    assert_eq!(run, "# example.com/m/p99\nexample.com/m/p99\n");
    let run = sandbox.run("graph packages ./...").success();
    assert_eq!(run.lines().count(), 101);
}
