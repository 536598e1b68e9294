//! Packages: the table of the standard library, and `modsmith graph packages`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use modsmith::domain::gosource::Tags;
use modsmith::domain::packages::Imports;
use modsmith::domain::packages::import::{in_module, is_standard};
use modsmith::ops::load::GO_RELEASE;
use modsmith::ops::packages::trees::scan_files;

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
                files.extend(Some(name).filter(|name| name.ends_with(".go")));
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
