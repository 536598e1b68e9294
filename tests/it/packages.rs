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
use modsmith::ops::packages::trees::scan_files;

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
        let output = Command::new("go")
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
            let imports = scan_files(&dir, &files, &Tags::Any)
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
