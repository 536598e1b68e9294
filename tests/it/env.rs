//! `modsmith env`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::sandbox::{Run, Sandbox};

/// One setting of the world: what is set, which files there are, where the command runs.
struct Case {
    what: &'static str,
    env: &'static [(&'static str, &'static str)],
    /// Contents of the file that `go env -w` writes.
    user_file: Option<&'static str>,
    /// Files below the working directory.
    files: &'static [&'static str],
    dir: &'static str,
    /// Whether the flags of the C compiler are compared, too.
    is_complete: bool,
}

const PLAIN: Case = Case {
    what: "plain",
    env: &[],
    user_file: None,
    files: &[],
    dir: "",
    is_complete: false,
};

/// A table, one case a line. `$ROOT` stands for the root of the sandbox.
#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { is_complete: true, ..PLAIN },
    Case { what: "process", env: &[
        ("GOPROXY", "https://p.example.com|direct"), ("GOPRIVATE", "*.corp.example.com"), ("GOFLAGS", "-mod=mod '-tags=a b'"),
        ("GONOSUMDB", "none"), ("GOSUMDB", "off"), ("GOAUTH", "off"), ("GOBIN", "/bin"), ("GOTMPDIR", "/tmp"), ("GODEBUG", "x=1"),
        ("GOINSECURE", "a.example.com"), ("GOVCS", "*:git"), ("GOEXPERIMENT", "none"), ("CC", "cc"), ("AR", "llvm-ar"),
    ], ..PLAIN },
    Case { what: "user file", user_file: Some("# GOPROXY=no\n\nGOPROXY=https://p.example.com\n GOSUMDB=indented\ngoflags=x\nGOFLAGS=\nGOPATH=/p:/q\nGOX=mine\nGOPROXY=off\nnothing\nGONOPROXY= a \n"), ..PLAIN },
    Case { what: "user file with CRLF", user_file: Some("GOPRIVATE=a.example.com\r\nGOFLAGS=-mod=mod\r\n"), ..PLAIN },
    Case { what: "user file without a newline at the end", user_file: Some("GOPRIVATE=a.example.com"), ..PLAIN },
    Case { what: "process over file", env: &[("GOPROXY", "direct"), ("GOFLAGS", "")], user_file: Some("GOPROXY=off\nGOFLAGS=-x\n"), ..PLAIN },
    Case { what: "empty in the user file", user_file: Some("GOPROXY=\nGOSUMDB=\nGOTOOLCHAIN=\nGOAUTH=\nGOMODCACHE=\nGOPATH=\n"), ..PLAIN },
    Case { what: "GOENV=off", env: &[("GOENV", "off")], user_file: Some("GOPROXY=off\n"), ..PLAIN },
    Case { what: "GOENV elsewhere", env: &[("GOENV", "$ROOT/work/my.env")], user_file: Some("GOPROXY=off\n"), files: &["my.env"], ..PLAIN },
    Case { what: "GOENV relative", env: &[("GOENV", "my.env")], files: &["my.env"], ..PLAIN },
    Case { what: "GOENV in the user file", user_file: Some("GOENV=/x\nGODEBUG=x=1\nGOMOD=/m\nGOVERSION=go1.1\nGOHOSTOS=plan9\nGOEXE=.x\nGOTOOLDIR=/t\n"), ..PLAIN },
    Case { what: "GOPATH list", env: &[("GOPATH", "/a:/b")], ..PLAIN },
    Case { what: "GOPATH with empty entry", env: &[("GOPATH", ":/b")], ..PLAIN },
    Case { what: "GOPATH unclean", env: &[("GOPATH", "/a//b/../c/")], ..PLAIN },
    Case { what: "GOPATH relative", env: &[("GOPATH", "a/b")], ..PLAIN },
    Case { what: "GOPATH tilde", env: &[("GOPATH", "~/go")], ..PLAIN },
    Case { what: "GOPATH relative in the user file", user_file: Some("GOPATH=a\n"), ..PLAIN },
    Case { what: "GOPATH relative, second entry", env: &[("GOPATH", "/a:b")], ..PLAIN },
    Case { what: "GOMODCACHE relative", env: &[("GOMODCACHE", "a/b")], ..PLAIN },
    Case { what: "GOMODCACHE", user_file: Some("GOMODCACHE=/m//x\n"), ..PLAIN },
    Case { what: "GOMODCACHE as it would be anyway", env: &[("GOMODCACHE", "$ROOT/home/go/pkg/mod")], ..PLAIN },
    Case { what: "HOME with a slash", env: &[("HOME", "$ROOT/home/")], ..PLAIN },
    Case { what: "HOME relative", env: &[("HOME", "home")], ..PLAIN },
    Case { what: "no HOME", env: &[("HOME", ""), ("GOCACHE", "/c"), ("GOPATH", "/p")], ..PLAIN },
    Case { what: "HOME/go is GOROOT", env: &[("HOME", "/usr/local"), ("XDG_CONFIG_HOME", "$ROOT/xc"), ("XDG_CACHE_HOME", "$ROOT/xd")], ..PLAIN },
    Case { what: "XDG", env: &[("XDG_CONFIG_HOME", "$ROOT/xc"), ("XDG_CACHE_HOME", "$ROOT/xd")], ..PLAIN },
    Case { what: "XDG relative", env: &[("XDG_CONFIG_HOME", "xc"), ("XDG_CACHE_HOME", "xd"), ("GOCACHE", "/c")], ..PLAIN },
    Case { what: "GOCACHE off", env: &[("GOCACHE", "off")], ..PLAIN },
    Case { what: "GOCACHE in the file", user_file: Some("GOCACHE=/c//d\n"), ..PLAIN },
    Case { what: "GOCACHE as it would be anyway", env: &[("GOCACHE", "$ROOT/home/.cache/go-build")], ..PLAIN },
    Case { what: "module", files: &["go.mod"], ..PLAIN },
    Case { what: "below a module", files: &["go.mod", "a/b/x"], dir: "a/b", ..PLAIN },
    Case { what: "nested module", files: &["go.mod", "a/go.mod", "a/b/x"], dir: "a/b", ..PLAIN },
    Case { what: "go.mod is a directory", files: &["go.mod", "a/go.mod/x"], dir: "a", ..PLAIN },
    Case { what: "modules auto", env: &[("GO111MODULE", "auto")], ..PLAIN },
    Case { what: "modules auto in a module", env: &[("GO111MODULE", "auto")], files: &["go.mod"], ..PLAIN },
    Case { what: "modules off", env: &[("GO111MODULE", "off")], files: &["go.mod", "go.work"], ..PLAIN },
    Case { what: "modules on", env: &[("GO111MODULE", "on")], ..PLAIN },
    Case { what: "modules nonsense", env: &[("GO111MODULE", "x")], ..PLAIN },
    Case { what: "workspace", files: &["go.work", "a/go.mod"], dir: "a", ..PLAIN },
    Case { what: "workspace without module", files: &["go.work"], ..PLAIN },
    Case { what: "GOWORK=off", env: &[("GOWORK", "off")], files: &["go.work", "go.mod"], ..PLAIN },
    Case { what: "GOWORK=auto", env: &[("GOWORK", "auto")], files: &["go.work", "go.mod"], ..PLAIN },
    Case { what: "GOWORK explicit", env: &[("GOWORK", "$ROOT/work/b/../x.work")], files: &["go.work", "x.work"], ..PLAIN },
    Case { what: "GOWORK in the user file", user_file: Some("GOWORK=off\n"), files: &["go.work"], ..PLAIN },
    Case { what: "GOWORK relative", env: &[("GOWORK", "go.work")], files: &["go.work"], ..PLAIN },
    Case { what: "temporary directory is the module", env: &[("TMPDIR", "$ROOT/work")], files: &["go.mod", "a/x"], dir: "a", ..PLAIN },
    Case { what: "temporary directory with auto", env: &[("TMPDIR", "$ROOT/work"), ("GO111MODULE", "auto")], files: &["go.mod"], ..PLAIN },
    Case { what: "windows", env: &[("GOOS", "windows"), ("GOARCH", "arm64")], ..PLAIN },
    Case { what: "platform in the user file", user_file: Some("GOOS=darwin\nGOARCH=arm64\nGOARM64=v8.1\nGOAMD64=v2\n"), ..PLAIN },
    Case { what: "the same platform", env: &[("GOOS", "linux"), ("GOARCH", "amd64"), ("GOAMD64", "v1")], ..PLAIN },
    Case { what: "amd64 v3", env: &[("GOAMD64", "v3")], ..PLAIN },
    Case { what: "arm", env: &[("GOARCH", "arm")], ..PLAIN },
    Case { what: "386", env: &[("GOARCH", "386"), ("GO386", "softfloat")], ..PLAIN },
    Case { what: "wasm", env: &[("GOOS", "js"), ("GOARCH", "wasm"), ("GOWASM", "satconv")], ..PLAIN },
    Case { what: "riscv64", env: &[("GOARCH", "riscv64")], ..PLAIN },
    Case { what: "s390x", env: &[("GOARCH", "s390x")], ..PLAIN },
    Case { what: "mips64le", env: &[("GOARCH", "mips64le"), ("GOMIPS64", "softfloat")], ..PLAIN },
    Case { what: "ppc64le", env: &[("GOARCH", "ppc64le")], ..PLAIN },
    Case { what: "GOROOT", env: &[("GOROOT", "/usr/local/go/")], ..PLAIN },
    Case { what: "GOROOT in the user file", user_file: Some("GOROOT=/usr/local/./go\n"), ..PLAIN },
    Case { what: "another GOROOT", env: &[("GOROOT", "$ROOT/work/r")], files: &["r/go.env"], ..PLAIN },
    Case { what: "another GOROOT, set by the process too", env: &[("GOROOT", "$ROOT/work/r"), ("GOPROXY", "https://shipped.example.com"), ("GOPATH", "/shipped"), ("GOFLAGS", "-x")], files: &["r/go.env"], ..PLAIN },
    Case { what: "another GOROOT and a user file", env: &[("GOROOT", "$ROOT/work/r/.")], user_file: Some("GOPROXY=direct\nGOAUTH=netrc\nGOFLAGS=\n"), files: &["r/go.env"], ..PLAIN },
    Case { what: "in GOROOT", env: &[("GOROOT", "$ROOT/work/r")], files: &["go.work", "r/go.env"], dir: "r", ..PLAIN },
    Case { what: "below GOROOT", env: &[("GOROOT", "$ROOT/work/r")], files: &["go.work", "r/src/a/x", "r/go.env"], dir: "r/src/a", ..PLAIN },
    Case { what: "go.work in GOROOT", env: &[("GOROOT", "$ROOT/work/r")], files: &["r/go.work", "r/src/x", "r/go.env"], dir: "r/src", ..PLAIN },
    Case { what: "go.work below GOROOT", env: &[("GOROOT", "$ROOT/work/r")], files: &["r/src/go.work", "r/src/a/x", "r/go.env"], dir: "r/src/a", ..PLAIN },
    Case { what: "a directory that begins like GOROOT", env: &[("GOROOT", "$ROOT/work/r")], files: &["go.work", "r/go.env", "rr/x"], dir: "rr", ..PLAIN },
    Case { what: "C flags", env: &[("CGO_CFLAGS", "-O3   '-DX=a b' \"it's\""), ("CGO_LDFLAGS", ""), ("CGO_CPPFLAGS", "-I/x"), ("CGO_ENABLED", "0")], is_complete: true, ..PLAIN },
    Case { what: "more names of C tools", env: &[("CXX", "clang++"), ("PKG_CONFIG", "/bin/pkgconf"), ("GCCGO", "gccgo-14"), ("FC", "flang")], is_complete: true, ..PLAIN },
    Case { what: "GOCACHEPROG", env: &[("GOCACHEPROG", "prog -x"), ("GOFIPS140", "latest")], ..PLAIN },
    Case { what: "bad flags", env: &[("GOFLAGS", "not 'a flag")], ..PLAIN },
    Case { what: "modfile", env: &[("GOFLAGS", "-modfile=x.mod -mod=vendor")], files: &["go.mod", "x.mod"], ..PLAIN },
    Case { what: "GOPROXY without entries", env: &[("GOPROXY", ",")], ..PLAIN },
];

/// Names outside the list that are asked for as well, as far as `go env` answers to them.
const MORE: &str =
    "GOX FC GO386 GOARM64 GOAMD64 HOME PATH NOPE CGO_CFLAGS_ALLOW GO_EXTLINK_ENABLED";

/// Go runs the C compiler for these.
const COSTLY: &[&str] = &[
    "CGO_CFLAGS",
    "CGO_CPPFLAGS",
    "CGO_CXXFLAGS",
    "CGO_FFLAGS",
    "CGO_LDFLAGS",
    "GOGCCFLAGS",
    "PKG_CONFIG",
];

#[test]
fn equals_go_env() {
    if Command::new(crate::support::program("go"))
        .arg("version")
        .output()
        .is_err()
    {
        writeln!(
            std::io::stderr(),
            "skipped: env::equals_go_env needs `go` on PATH"
        )
        .unwrap();
        return;
    }
    let mut faults = Vec::new();
    let mut compared = 0;
    for case in CASES {
        match compare(case) {
            Ok(count) => compared += count,
            Err(fault) => faults.push(format!("{}: {fault}", case.what)),
        }
    }
    writeln!(
        std::io::stderr(),
        "env::equals_go_env: {} settings, {compared} values compared",
        CASES.len()
    )
    .unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Compares all values that we claim to know, and which of them count as changed.
fn compare(case: &Case) -> Result<usize, String> {
    let sandbox = world(case);
    let dir = sandbox.work().join(case.dir);
    let run = |mut command: Command| Run::of(command.env("PWD", &dir).current_dir(&dir));
    let ours = run(sandbox.command(["env", "--json"]));
    if ours.code != Some(0) {
        return same_failure(
            &run(sandbox.command(["env"])),
            &run(sandbox.program("go", ["env", "-json"])),
        );
    }
    let mut ours = variables(&ours.stdout);
    let more = ["env", "--json"].into_iter().chain(MORE.split(' '));
    ours.extend(variables(&run(sandbox.command(more)).stdout));
    let is_asked = |name: &&str| case.is_complete || !COSTLY.contains(name);
    let names: Vec<&str> = ours.keys().map(String::as_str).filter(is_asked).collect();
    let ask = |flags: &[&'static str]| -> Result<BTreeMap<String, String>, String> {
        let go = run(sandbox.program("go", ["env", "-json"].iter().chain(flags).chain(&names)));
        if go.code == Some(0) {
            Ok(serde_json::from_str(&go.stdout).unwrap())
        } else {
            Err(format!("go: {}", go.stderr))
        }
    };
    let (go, changed) = (ask(&[])?, ask(&["-changed"])?);
    let mut faults = Vec::new();
    for name in &names {
        let Some(value) = ours[*name]["value"].as_str() else {
            continue;
        };
        if go[*name] != value {
            faults.push(format!("{name}: go {:?}, ours {value:?}", go[*name]));
        }
        // Whether CGO_ENABLED is changed depends on the C compilers around; what is not listed is never changed.
        let is_listed = *name != "CGO_ENABLED" && !MORE.split(' ').any(|more| more == *name);
        if is_listed && changed.contains_key(*name) != (ours[*name]["changed"] == true) {
            faults.push(format!(
                "{name}={value}: changed, says go: {}",
                changed.contains_key(*name)
            ));
        }
    }
    if faults.is_empty() {
        Ok(names.len())
    } else {
        Err(faults.join("\n"))
    }
}

fn same_failure(ours: &Run, go: &Run) -> Result<usize, String> {
    let reason = go.stderr.lines().next().unwrap_or_default();
    let reason = reason.trim_start_matches("go: ").trim_end_matches('.');
    let is_same = go.code != Some(0) && ours.stderr.starts_with(&format!("error: {reason}\n"));
    if is_same {
        Ok(1)
    } else {
        Err(format!(
            "go {:?} {reason:?}, ours {:?}",
            go.code, ours.stderr
        ))
    }
}

/// Both print the same variables, values quoted for a shell, in the same order.
#[test]
fn go_format_is_that_of_go() {
    let sandbox = Sandbox::new()
        .set("GOFLAGS", "-tags=it's")
        .set("GOCACHE", "/c");
    let Ok(go) = sandbox.program("go", ["env"]).output() else {
        writeln!(
            std::io::stderr(),
            "skipped: env::go_format_is_that_of_go needs `go` on PATH"
        )
        .unwrap();
        return;
    };
    let go = String::from_utf8(go.stdout).unwrap();
    let unknown = ["CC=", "CXX=", "CGO_ENABLED=", "GOGCCFLAGS=", "PKG_CONFIG="];
    let known = go
        .lines()
        .filter(|line| !unknown.iter().any(|name| line.starts_with(name)));
    let known: String = known.flat_map(|line| [line, "\n"]).collect();
    assert_eq!(sandbox.run("env --format go").success(), known);
}

fn variables(json: &str) -> BTreeMap<String, Value> {
    let document: Value = serde_json::from_str(json).unwrap();
    let variables = document["variables"].as_array().unwrap().iter();
    variables
        .map(|variable| {
            (
                variable["name"].as_str().unwrap().to_owned(),
                variable.clone(),
            )
        })
        .collect()
}

fn world(case: &Case) -> Sandbox {
    let mut sandbox = Sandbox::new();
    for name in [
        "GOPATH",
        "GOMODCACHE",
        "GOENV",
        "GOPROXY",
        "GOSUMDB",
        "GOTOOLCHAIN",
    ] {
        sandbox = sandbox.unset(name);
    }
    let root = sandbox.path().to_str().unwrap().to_owned();
    for (name, value) in case.env {
        sandbox = sandbox.set(name, value.replace("$ROOT", &root));
    }
    if let Some(text) = case.user_file {
        sandbox.write("../home/.config/go/env", text);
    }
    for file in case.files {
        let text = match file.rsplit('/').next() {
            Some("go.mod") => "module example.com/m\n",
            Some("go.work" | "x.work") => "go 1.20\n",
            Some("go.env") => {
                "# shipped\nGOPROXY=https://shipped.example.com\nGOPROXY=https://twice.example.com\nGOSUMDB=off\nGOPATH=/shipped\nGOAUTH=off\nGOROOT=/no\nGOFLAGS=-v\n"
            }
            Some("my.env") => "GOPROXY=https://mine.example.com\n",
            _ => "",
        };
        sandbox.write(file, text);
    }
    sandbox
}

/// A sandbox without Go and with nothing set.
fn bare() -> Sandbox {
    let names = [
        "GOPATH",
        "GOMODCACHE",
        "GOENV",
        "GOPROXY",
        "GOSUMDB",
        "GOTOOLCHAIN",
    ];
    let sandbox = names
        .iter()
        .fold(Sandbox::new(), |sandbox, name| sandbox.unset(name));
    let empty = sandbox.path().join("empty");
    sandbox.set("PATH", empty)
}

#[cfg(target_os = "linux")]
#[test]
fn origins_without_go() {
    let sandbox = bare()
        .set("GOPRIVATE", "*.corp.example.com")
        .set("GOPROXY", "https://me:hunter2@proxy.example.com,direct")
        .set("GOAUTH", "helper --token=hunter2;netrc")
        .file("go.mod", "module example.com/m\n");
    sandbox.write("../home/.config/go/env", "# comment\nGOFLAGS=-mod=mod\n");
    let text = sandbox.run("env").success();
    assert!(!text.contains("hunter2"), "{text}");
    let root = sandbox.path().to_str().unwrap().to_owned();
    let shown = [
        "CC",
        "GOAUTH",
        "GOFLAGS",
        "GOMOD=",
        "GOMODCACHE",
        "GONOPROXY",
        "GOPATH",
        "GOPROXY",
        "GOROOT",
        "GOVERSION",
        "GOWORK",
    ];
    let lines = text
        .lines()
        .filter(|line| shown.iter().any(|name| line.starts_with(name)));
    // The length of the sandbox's path moves the column.
    let lines: Vec<String> = lines
        .map(|line| {
            line.replace(&root, "$ROOT")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_snapshot!(lines.join("\n"), @r"
    CC= # unknown without a Go toolchain
    GOAUTH=helper xxxxx;netrc # process environment, secrets hidden
    GOFLAGS=-mod=mod # $ROOT/home/.config/go/env:2
    GOMOD=$ROOT/work/go.mod # from working directory
    GOMODCACHE=$ROOT/home/go/pkg/mod # from GOPATH
    GONOPROXY=*.corp.example.com # from GOPRIVATE
    GOPATH=$ROOT/home/go # from HOME
    GOPROXY=https://xxxxx@proxy.example.com,direct # process environment, secrets hidden
    GOROOT= # unknown without a Go toolchain
    GOVERSION= # unknown without a Go toolchain
    GOWORK= # from working directory
    ");
}

#[test]
fn names_and_changes() {
    let sandbox = bare().set("GOFLAGS", "-mod=mod").set("GOBIN", "");
    assert_eq!(
        sandbox
            .run("env GOFLAGS GOBIN NOPE GOSUMDB")
            .success()
            .lines()
            .count(),
        4
    );
    assert_snapshot!(sandbox.run("env --changed").success(), @"GOFLAGS=-mod=mod  # process environment");
    assert_snapshot!(sandbox.run("env --changed GOBIN GOFLAGS").success(), @"GOFLAGS=-mod=mod  # process environment");
    let run = sandbox.run("env CC");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "\n"));
    assert_snapshot!(run.stderr, @"warning: `CC` is unknown without a Go toolchain");
    assert_snapshot!(sandbox.run("env GOFLAGS=-x").failure(2), @r#"
    error: invalid variable name "GOFLAGS=-x"

    hint: `modsmith env` only reads; set variables with `go env -w` or in the environment
    "#);
    assert_snapshot!(sandbox.run("env --json GOFLAGS CC NOPE").success(), @r#"
    {
      "schema": "modsmith.env/1",
      "variables": [
        {
          "name": "GOFLAGS",
          "value": "-mod=mod",
          "origin": {
            "kind": "process"
          },
          "changed": true
        },
        {
          "name": "CC",
          "origin": {
            "kind": "unknown"
          },
          "changed": false
        },
        {
          "name": "NOPE",
          "value": "",
          "origin": {
            "kind": "unset"
          },
          "changed": false
        }
      ]
    }
    "#);
}

#[test]
fn bad_settings_are_3() {
    let sandbox = bare().set("GOWORK", "go.work");
    assert_snapshot!(sandbox.run("env").failure(3), @"error: invalid GOWORK: not an absolute path");
}

#[test]
fn configuration_is_an_origin() {
    let sandbox = bare().file("my.toml", "[go]\nGOPROXY = \"https://proxy.example.com\"\n");
    let text = sandbox.run("--config my.toml env --changed").success();
    assert_snapshot!(text.replace(sandbox.path().to_str().unwrap(), "$ROOT"), @"GOPROXY=https://proxy.example.com  # $ROOT/work/my.toml:2");
}
