//! `modsmith mod`.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use modsmith::domain::modfile::change::Flag;
use modsmith::ops::modfile::{Document, Edit, Target};
use modsmith::{ops, render};

use crate::support::sandbox::{Run, Sandbox};

const GO_MOD: &str = "\
// Deprecated: use b
module example.com/m // suffix

go 1.21
require example.com/a v1.0.0
require (
\texample.com/z v1.5.0 // indirect
  example.com/c/v2 v2.0.0 // indirect; because
)
exclude example.com/a v1.1.0
exclude example.com/a v1.1.0
replace example.com/a => ./a<b>&c
// bad release
retract [v1.0.0, v1.1.0]
tool example.com/t
ignore ./x
";

const GO_WORK: &str = "\
// all of it
go 1.21
use ./b
use (
\t./c
\t./a // first
)
replace example.com/a v1.0.0 => ../a
";

fn sandbox() -> Sandbox {
    Sandbox::new()
        .file("go.mod", GO_MOD)
        .file("go.work", GO_WORK)
}

#[test]
fn parse_prints_one_directive_a_line() {
    assert_snapshot!(sandbox().run("mod parse").success(), @r"
     2  module   example.com/m  // Deprecated: use b suffix
     4  go       1.21
     5  require  example.com/a v1.0.0
     7  require  example.com/z v1.5.0  // indirect
     8  require  example.com/c/v2 v2.0.0  // indirect
    10  exclude  example.com/a v1.1.0
    11  exclude  example.com/a v1.1.0
    12  replace  example.com/a => ./a<b>&c
    14  retract  [v1.0.0, v1.1.0]  // bad release
    15  tool     example.com/t
    16  ignore   ./x
    ");
    assert_snapshot!(sandbox().run("mod parse --work").success(), @r"
    2  go       1.21
    3  use      ./b
    5  use      ./c
    6  use      ./a
    8  replace  example.com/a v1.0.0 => ../a
    ");
}

#[test]
fn json_has_go_s_shape() {
    let json = sandbox().run("mod parse --json go.work").success();
    assert_eq!(
        json,
        "{\n\t\"Go\": \"1.21\",\n\t\"Use\": [\n\t\t{\n\t\t\t\"DiskPath\": \"./b\"\n\t\t},\n\t\t{\n\t\t\t\"DiskPath\": \"./c\"\n\t\t},\n\
         \t\t{\n\t\t\t\"DiskPath\": \"./a\"\n\t\t}\n\t],\n\t\"Replace\": [\n\t\t{\n\t\t\t\"Old\": {\n\t\t\t\t\"Path\": \"example.com/a\",\n\
         \t\t\t\t\"Version\": \"v1.0.0\"\n\t\t\t},\n\t\t\t\"New\": {\n\t\t\t\t\"Path\": \"../a\"\n\t\t\t}\n\t\t}\n\t]\n}\n"
    );
    let json = Sandbox::new()
        .file("go.mod", "module m // <&>\nreplace a.b/c => ./<&>\n")
        .run("mod parse --format json")
        .success();
    assert!(json.contains(r#""Path": "./\u003c\u0026\u003e""#), "{json}");
    assert!(json.contains("\"Require\": null,\n"), "{json}");
}

#[test]
fn errors_come_all_at_once_with_their_lines() {
    let text = "module m\n\nfoo bar\nrequire (\n\tx.y/z v1.2\n\tx.y/z/v2 \"v1.0.0\" // é\n)\nretract [v1\n";
    let failure = Sandbox::new()
        .file("go.mod", text)
        .run("mod parse")
        .failure(3);
    assert_snapshot!(failure, @r#"
    error: cannot parse `go.mod`: 3 errors
     --> go.mod:3:1
      |
    3 | foo bar
      | ^^^ unknown directive: foo; expected module, go, toolchain, godebug, require, exclude, replace, retract, tool or ignore
     --> go.mod:6:2
      |
    6 |     x.y/z/v2 "v1.0.0" // é
      |     ^^^^^^^^^^^^^^^^^ require x.y/z/v2: version "v1.0.0" invalid: should be v2, not v1; expected a version with the major version that the module path has
     --> go.mod:8:1
      |
    8 | retract [v1
      | ^^^^^^^^^^^ expected ',' after version
    "#);
}

#[test]
fn fmt_checks_and_rewrites() {
    let sandbox = sandbox();
    let run = sandbox.run("mod fmt --check go.work");
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.stdout, @r"
    --- go.work
    +++ go.work
    @@ -1,8 +1,11 @@
     // all of it
     go 1.21
    +
     use ./b
    +
     use (
    -	./c
     	./a // first
    +	./c
     )
    +
     replace example.com/a v1.0.0 => ../a
    ");
    assert_eq!(sandbox.read("go.work"), GO_WORK, "a check changes nothing");
    assert_eq!(sandbox.run("mod fmt go.mod go.work").success(), "");
    assert_eq!(
        sandbox.run("mod fmt --check go.mod go.work").success(),
        "",
        "formatted files pass"
    );
    assert_ne!(sandbox.read("go.work"), GO_WORK);
}

#[test]
fn a_wrong_file_among_many_changes_none() {
    let sandbox = sandbox().file("bad.mod", "what\n");
    let failure = sandbox.run("mod fmt go.mod bad.mod").failure(3);
    assert!(failure.contains("bad.mod:1:1"), "{failure}");
    assert_eq!(sandbox.read("go.mod"), GO_MOD);
}

#[test]
fn edit_writes_prints_or_checks() {
    let sandbox = Sandbox::new().file("go.mod", "module example.com/m\n\ngo 1.21\n");
    let line = "mod edit --require=example.com/a@v1.2.3 --droprequire=example.com/a --require=example.com/b@master --go=1.22";
    assert_snapshot!(sandbox.run(&format!("{line} --print")).success(), @r"
    module example.com/m

    go 1.22

    require example.com/b master
    ");
    let check = sandbox.run(&format!("{line} --check"));
    assert_eq!(check.code, Some(1));
    assert!(
        check.stdout.contains("\n+require example.com/b master\n"),
        "{}",
        check.stdout
    );
    assert_eq!(
        sandbox.read("go.mod"),
        "module example.com/m\n\ngo 1.21\n",
        "neither writes"
    );
    assert_eq!(sandbox.run(line).success(), "");
    assert_eq!(
        sandbox.read("go.mod"),
        "module example.com/m\n\ngo 1.22\n\nrequire example.com/b master\n"
    );
}

#[test]
fn edits_that_make_no_sense_are_refused() {
    let check = |line: &str, code: i32, expect: &str| {
        let failure = sandbox().run(line).failure(code);
        assert!(failure.contains(expect), "{line}: {failure}");
    };
    check("mod edit", 2, "no flags specified");
    check("mod edit --check", 2, "no flags specified");
    check("mod edit --fmt --print --json", 2, "cannot be used with");
    check("mod edit --fmt --work go.mod", 2, "cannot be used with");
    check("mod edit --require=a", 2, "--require=a: need path@version");
    check("mod edit --use=./a", 2, "go.mod has no such directive");
    check(
        "mod edit --work --tool=a.b/c",
        2,
        "go.work has no such directive",
    );
    check(
        "mod edit --exclude=a.b/c@v2.0.0",
        2,
        "should be v2.0.0+incompatible (or module a.b/c/v2)",
    );
    check("mod edit --godebug=a=[b", 2, "usage: godebug key=value");
    check("mod parse none.mod", 3, "none.mod");
    check("-C .. mod parse", 3, "no go.mod in the working directory");
    check("-C .. mod parse --work", 3, "no go.work in");
}

#[test]
fn goflags_and_gowork_name_the_file() {
    let sandbox = Sandbox::new()
        .file("other.mod", "module other\n")
        .file("sub/go.mod", "module sub\n")
        .file("sub/deep/x.txt", "")
        .file("elsewhere.work", "go 1.25\n");
    let work = sandbox.work().join("elsewhere.work");
    let sandbox = sandbox.set("GOWORK", work);
    assert!(sandbox.run("mod parse --work").success().contains("1.25"));
    assert!(
        sandbox
            .run("-C sub/deep mod parse")
            .success()
            .contains("sub")
    );
    let sandbox = sandbox.set("GOFLAGS", "-modfile=other.mod");
    assert!(sandbox.run("mod parse").success().contains("other"));
}

#[cfg(unix)]
#[test]
fn a_rewritten_file_keeps_its_mode_and_links() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sandbox();
    let real = sandbox.work().join("go.mod");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&real, sandbox.work().join("link.mod")).unwrap();
    assert_eq!(sandbox.run("mod fmt link.mod").success(), "");
    let link = std::fs::symlink_metadata(sandbox.work().join("link.mod")).unwrap();
    assert!(link.file_type().is_symlink());
    assert_ne!(sandbox.read("go.mod"), GO_MOD);
    let mode = std::fs::metadata(&real).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

/// Files and edits on which the go command and we must say the same.
const INPUTS: &[&str] = &[
    GO_MOD,
    "",
    "module m\n",
    "// c\n\nmodule m // x\n\n// d\n\ngo 1.17\n",
    "module m\nrequire (\n\ta.b/c v1.0.0\n\n\t// why\n\td.e/f v1.1.0 // indirect\n\n) // end\nrequire a.b/c v1.2.0\n",
    "module m\ngo 1.20\nexclude (\n\ta.b/c v1.10.0\n\ta.b/c v1.9.0\n)\nretract (\n\tv1.0.0 // one\n\t[v1.2.0, v1.3.0]\n\tv1.1.0\n)\n",
    "module m\nreplace a.b/c => ./c\nreplace a.b/c v1.0.0 => ./c0 // zero\nreplace (\n\td.e/f => g.h/i v1.0.0\n)\ngodebug (\n\tx=1\n\ty=2\n)\n",
    "module \"m\"\ntool (\n\ta.b/t\n\ta.b/s\n)\nignore (\n\t./n\n\tb\n)\ntoolchain go1.22.1\n",
];

const EDITS: &[&str] = &[
    "-fmt",
    "-module=x.y/z",
    "-go=1.25 -toolchain=go1.25.1",
    "-go=none -toolchain=none",
    "-require=a.b/c@v1.5.0",
    "-require=new.b/c@v1.5.0 -require=d.e/f@latest",
    "-droprequire=a.b/c -droprequire=d.e/f",
    "-exclude=a.b/c@v1.4.0 -exclude=q.r/s@v1.0.0 -dropexclude=a.b/c@v1.9.0",
    "-replace=a.b/c=../new",
    "-replace=a.b/c@v1.0.0=x.y/z@v1.0.0 -replace=n.o/p=./p",
    "-dropreplace=a.b/c -dropreplace=d.e/f@v1.0.0",
    "-dropreplace=a.b/c@v1.0.0 -replace=a.b/c=./x@y",
    "-retract=v1.4.0 -retract=[v1.5.0,v1.6.0]",
    "-dropretract=v1.0.0 -dropretract=[v1.2.0,v1.3.0]",
    "-tool=z.z/z -tool=a.a/a -droptool=a.b/t",
    "-droptool=a.b/t -droptool=a.b/s",
    "-ignore=./z -dropignore=b -ignore=a",
    "-godebug=x=9 -godebug=z=3 -dropgodebug=y",
];

/// Edits that make no sense.
const REFUSED: &[&str] = &[
    "-require=a.b/c",
    "-require=a.b/c@",
    "-require=@v1",
    "-require=a.b/c@-v1",
    "-droprequire=a.b/c@v1",
    "-exclude=a.b/c@v1",
    "-exclude=a.b/c/v2@v1.0.0",
    "-exclude=a.b/c@v2.0.0",
    "-replace=a.b/c",
    "-replace=a.b/c=>./x",
    "-replace=a.b/c=d.e/f",
    "-replace=./a=./b",
    "-replace=a.b/c=d.e/f@v1,2",
    "-retract=[v1.0.0",
    "-retract=[v1.0.0,v1",
    "-retract=1",
    "-godebug=x",
    "-godebug=x=a,b",
    "-tool=a.b/c@v1",
    "-module=go",
    "-module=a//b",
    "-go=1",
    "-toolchain=1.21",
];

const WORK_INPUTS: &[&str] = &[
    GO_WORK,
    "",
    "// c\n\n// d\nuse .\n",
    "go 1.20\n\ntoolchain go1.21.0\nuse (\n\t./a\n\t\"./b c\"\n)\nreplace a.b/c => ./c\n",
];

const WORK_EDITS: &[&str] = &[
    "-fmt",
    "-go=1.25 -toolchain=go1.25.1",
    "-toolchain=go1.22.0",
    "-go=none -toolchain=none",
    "-use=x -use=./a -use=../y/",
    "-dropuse=a -dropuse=./c -use=.",
    "-replace=a.b/c=../new -replace=d.e/f@v1.0.0=g.h/i@v1.0.0",
    "-dropreplace=a.b/c -dropreplace=example.com/a@v1.0.0",
    "-godebug=x=1 -dropgodebug=x",
];

/// What an edit prints, or why it does not.
type Answer = Result<String, String>;

fn of_go(sandbox: &Sandbox, verb: &str, words: &[&str]) -> Answer {
    let run = Run::of(&mut sandbox.program("go", [&[verb, "edit"], words].concat()));
    if run.code == Some(0) {
        Ok(run.stdout)
    } else {
        Err(run.stderr)
    }
}

/// Does what the program does, in this process: hundreds of runs would take too long.
fn of_modsmith(sandbox: &Sandbox, edit: &str, format: &str, file: &str) -> Answer {
    let edits = edit.split(' ').filter(|word| *word != "-fmt").map(|word| {
        let (name, value) = word[1..].split_once('=').unwrap();
        let flag = Flag::ALL.into_iter().find(|flag| flag.name() == name);
        Edit::parse(flag.unwrap(), value)
    });
    let report = edits.collect::<Result<Vec<_>, _>>().and_then(|edits| {
        let target = Target::named(Path::new(file), &sandbox.work());
        ops::modfile::edit(&target, &edits)
    });
    let report = report.map_err(|failure| failure.to_string())?;
    Ok(match (format, &report.document) {
        ("-json", Document::Mod(file)) => render::json::modfile::module(file),
        ("-json", Document::Work(file)) => render::json::modfile::work(file),
        (_, _) => String::from_utf8(report.after).unwrap(),
    })
}

#[test]
fn edits_are_those_of_the_go_command() {
    if Command::new(crate::support::program("go"))
        .arg("version")
        .output()
        .is_err()
    {
        let note = "skipped: modfile::edits_are_those_of_the_go_command needs `go` on PATH";
        writeln!(std::io::stderr(), "{note}").unwrap();
        return;
    }
    let mut faults = Vec::new();
    let files = [
        ("go.mod", "mod", INPUTS, EDITS),
        ("go.work", "work", WORK_INPUTS, WORK_EDITS),
    ];
    for (file, verb, inputs, edits) in files {
        for input in inputs {
            let sandbox = Sandbox::new().file(file, input);
            for edit in edits {
                for format in ["-print", "-json"] {
                    let words: Vec<_> = edit.split(' ').chain([format, file]).collect();
                    let want = of_go(&sandbox, verb, &words);
                    let got = of_modsmith(&sandbox, edit, format, file);
                    if !agree(&got, &want) {
                        faults.push(format!(
                            "{words:?} of {input:?}\n got {got:?}\nwant {want:?}"
                        ));
                    }
                    if want.is_err() {
                        break;
                    }
                }
            }
            let wrong = if file == "go.mod" { REFUSED } else { &[] };
            for edit in wrong.iter().filter(|_| input.is_empty()) {
                let words: Vec<_> = edit.split(' ').chain(["-print", file]).collect();
                let want = of_go(&sandbox, verb, &words);
                let got = of_modsmith(&sandbox, edit, "-print", file);
                if want.is_ok() || !agree(&got, &want) {
                    faults.push(format!("{words:?}\n got {got:?}\nwant {want:?}"));
                }
            }
        }
    }
    let shown = faults
        .iter()
        .take(8)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(faults.is_empty(), "{} differ\n{shown}", faults.len());
}

/// Compares output, or the reason of a refusal: what Go says behind `go: -flag=value: `.
fn agree(got: &Answer, want: &Answer) -> bool {
    match (got, want) {
        (Ok(got), Ok(want)) => got == want,
        (Err(got), Err(want)) => {
            let reason = want.splitn(3, ": ").last().unwrap_or_default();
            // Examples in Go's own spelling of flags.
            want.contains("expecting something like") || got.contains(reason.trim())
        }
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}
