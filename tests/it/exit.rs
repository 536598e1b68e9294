//! Exit codes and streams.

use std::fs::File;
use std::io::Read as _;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::support::sandbox::{Run, Sandbox};

#[test]
fn help_and_version_are_results() {
    let sandbox = Sandbox::new();
    let version = sandbox.run("--version").success();
    assert_eq!(
        version,
        concat!("modsmith ", env!("CARGO_PKG_VERSION"), "\n")
    );
    assert!(
        sandbox
            .run("graph list --help")
            .success()
            .contains("Usage:")
    );
}

#[test]
fn wrong_usage_is_2_with_a_suggestion() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run("graph --jsn").failure(2), @r"
    error: unexpected argument '--jsn' found

      tip: a similar argument exists: '--json'

    Usage: modsmith graph --json

    For more information, try '--help'.
    ");
    assert_snapshot!(sandbox.run("graph list -json").failure(2), @r"
    error: unexpected argument '-j' found

    Usage: modsmith graph list [OPTIONS] [MODULE[@QUERY]]...

    For more information, try '--help'.

    hint: long flags take two dashes: `--json`
    ");
    assert_snapshot!(sandbox.run("graph --go 1.20 list").failure(2), @r"
    error: `--go`, `--format` and `--json` before the name of a view belong to `graph` alone

    hint: put the flags after `list` or `tree`
    ");
}

#[test]
fn errors_are_json_when_the_result_would_be() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run("grph --json").failure(2), @r#"{"schema":"modsmith.error/1","kind":"usage","exit":2,"message":"unrecognized subcommand 'grph'","hints":["a similar subcommand exists: 'graph'"]}"#);
    let sandbox = sandbox.file(
        "modsmith.toml",
        "[output]\nformat = \"json\"\ncolour = \"never\"\n",
    );
    let stderr = sandbox
        .run("--config modsmith.toml graph --json")
        .failure(3);
    let error: serde_json::Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!(error["kind"], "input");
    assert_eq!(error["places"][0]["line"], 3);
    assert_eq!(error["places"][0]["column"], 1);
}

#[test]
fn bad_configuration_is_3_with_its_place() {
    let sandbox = Sandbox::new().file("modsmith.toml", "[network]\nofline = true\n");
    assert_snapshot!(portable(&sandbox, &sandbox.run("graph").failure(3)), @r"
    error: $WORK/modsmith.toml:2:1: unknown field `ofline`, expected one of `offline`, `ca-file`, `concurrency`
     --> $WORK/modsmith.toml:2:1
      |
    2 | ofline = true
      | ^^^^^^ unknown field `ofline`, expected one of `offline`, `ca-file`, `concurrency`
    ");
}

#[test]
fn a_found_file_cannot_redirect_requests() {
    let sandbox = Sandbox::new().file("modsmith.toml", "[go]\nGOPROXY = \"https://example.com\"\n");
    assert_snapshot!(portable(&sandbox, &sandbox.run("graph").failure(3)), @r#"
    error: $WORK/modsmith.toml:2:1: `go.GOPROXY` decides whom to trust, and nobody named this file
     --> $WORK/modsmith.toml:2:1
      |
    2 | GOPROXY = "https://example.com"
      | ^^^^^^^ counts only in a file named by `--config`

    hint: read $WORK/modsmith.toml and, if you trust it, name it: `--config $WORK/modsmith.toml`; or remove `go.GOPROXY`
    "#);
}

#[test]
fn a_missing_directory_is_3() {
    let stderr = Sandbox::new().run("-C nowhere graph").failure(3);
    assert!(
        stderr.starts_with("error: cannot change to directory `nowhere`\ncaused by: "),
        "{stderr}"
    );
}

#[test]
fn a_closed_pipe_is_0() {
    let sandbox = Sandbox::new();
    for line in ["completions bash", "--help"] {
        let mut command = sandbox.command(line.split(' '));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), stderr.as_str()),
            (Some(0), ""),
            "{line}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_4() {
    let sandbox = Sandbox::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = sandbox.command(["completions", "bash"]);
    let output = command
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.starts_with("error: cannot write to standard output\ncaused by: "),
        "{stderr}"
    );
}

#[test]
fn colour_is_decided_by_flag_and_environment() {
    let colored = |run: Run| run.stderr.contains('\u{1b}');
    let sandbox = Sandbox::new();
    assert!(
        !colored(sandbox.run("-C nowhere graph")),
        "a pipe is not coloured"
    );
    assert!(colored(sandbox.run("--color=always -C nowhere graph")));
    assert!(colored(sandbox.run("--color=always grph")));
    let sandbox = sandbox.set("CLICOLOR_FORCE", "1");
    assert!(colored(sandbox.run("-C nowhere graph")));
    assert!(!colored(sandbox.run("--color=never -C nowhere graph")));
}

fn portable(sandbox: &Sandbox, text: &str) -> String {
    let work = sandbox.work().display().to_string();
    text.replace(&work, "$WORK").replace('\\', "/")
}

#[cfg(unix)]
mod signals {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::{Duration, Instant};

    use crate::support::proxy::{Fault, Proxy, corpus_dir};
    use crate::support::sandbox::Sandbox;

    /// Ctrl-C while a proxy keeps silent: exit code 130, and no temporary file stays in the module cache.
    #[test]
    fn interrupted_is_130() {
        let proxy = Proxy::serve(&corpus_dir());
        proxy.fault("/rsc.io/quote/@v/v1.5.2.mod", Fault::Silent);
        let sandbox = Sandbox::new()
            .set("GOPROXY", proxy.url())
            .set("GOFLAGS", "-mod=mod")
            .file(
                "go.mod",
                "module example.com/main\n\ngo 1.24\n\nrequire rsc.io/quote v1.5.2\n",
            );
        let child = sandbox
            .command(["graph"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let end = Instant::now() + Duration::from_secs(20);
        while proxy.requests().is_empty() && Instant::now() < end {
            thread::sleep(Duration::from_millis(10));
        }
        let number = child.id().to_string();
        assert!(
            Command::new(crate::support::program("kill"))
                .args(["-INT", &number])
                .status()
                .unwrap()
                .success()
        );
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "error: interrupted\n"
        );
        let mut left = Vec::new();
        files(&sandbox.cache(), &mut left);
        let is_whole = |file: &PathBuf| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            name == "lock"
                || [".lock", ".info", ".mod"]
                    .iter()
                    .any(|end| name.ends_with(end))
        };
        left.retain(|file| !is_whole(file));
        assert!(left.is_empty(), "left behind: {left:?}");
    }

    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(path);
            }
        }
    }
}
