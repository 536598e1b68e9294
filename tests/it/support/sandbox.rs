//! A home, module cache and environment of its own for one test, and the program run in it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use modsmith::adapters::config::file_url;
use tempfile::TempDir;

/// Variables of the surrounding process that a program needs on some platform.
const KEPT: &[&str] = &["PATH", "SystemRoot", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"];

/// A temporary directory with `home`, `go` and `work` below it; removed at the end.
#[derive(Debug)]
pub(crate) struct Sandbox {
    root: TempDir,
    path: PathBuf,
    environment: BTreeMap<String, OsString>,
}

/// What a program said and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    /// Makes a sandbox whose GOPROXY is the file tree of the conformance corpus, with no checksum database.
    pub(crate) fn new() -> Self {
        let root = super::scratch();
        // The temporary directory of macOS is behind a link; on Windows a canonical path is one that few programs take.
        let path = if cfg!(windows) {
            root.path().to_owned()
        } else {
            fs::canonicalize(root.path()).unwrap()
        };
        let mut sandbox = Self {
            root,
            path,
            environment: BTreeMap::new(),
        };
        for directory in ["home", "go", "work"] {
            fs::create_dir(sandbox.path.join(directory)).unwrap();
        }
        for name in KEPT {
            if let Some(value) = std::env::var_os(name) {
                sandbox.environment.insert((*name).to_owned(), value);
            }
        }
        let home = sandbox.path.join("home");
        let proxy = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/proxy");
        let go = sandbox.path.join("go");
        sandbox
            .set("HOME", &home)
            .set("USERPROFILE", &home)
            .set("GOPATH", &go)
            .set("GOMODCACHE", go.join("pkg").join("mod"))
            .set("GOENV", "off")
            .set("GOPROXY", file_url(&proxy))
            .set("GOSUMDB", "off")
            .set("GOTOOLCHAIN", "local")
    }

    /// Sets a variable.
    #[must_use]
    pub(crate) fn set(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a variable.
    #[must_use]
    pub(crate) fn unset(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// Writes a file below the working directory.
    #[must_use]
    pub(crate) fn file(self, name: &str, contents: impl AsRef<[u8]>) -> Self {
        self.write(name, contents);
        self
    }

    /// Writes a file below the working directory, between two runs.
    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        super::write(&self.work().join(name), contents);
    }

    /// Reads a file below the working directory.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.work().join(name)).unwrap()
    }

    /// Returns the root of the sandbox.
    pub(crate) fn path(&self) -> &Path {
        debug_assert!(self.root.path().exists(), "removed only with the sandbox");
        &self.path
    }

    /// Returns the working directory.
    pub(crate) fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// Returns the module cache.
    pub(crate) fn cache(&self) -> PathBuf {
        self.path().join("go/pkg/mod")
    }

    /// Returns a command for the program in the working directory, with the environment of the sandbox alone.
    pub(crate) fn command<S: AsRef<std::ffi::OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        self.program(env!("CARGO_BIN_EXE_modsmith"), arguments)
    }

    /// Returns a command for any program, such as `go` or `git`.
    pub(crate) fn program<S: AsRef<std::ffi::OsStr>>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = Command::new(super::program(program));
        command
            .args(arguments)
            .current_dir(self.work())
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null());
        command
    }

    /// Runs the program; `line` is split at spaces.
    pub(crate) fn run(&self, line: &str) -> Run {
        self.run_with(line.split_whitespace())
    }

    /// Runs the program with arguments that hold spaces.
    pub(crate) fn run_with<S: AsRef<std::ffi::OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Run {
        Run::of(&mut self.command(arguments))
    }
}

impl Run {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Returns stdout of a run that must have succeeded in silence.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        assert_eq!(self.stderr, "", "a good run is silent");
        self.stdout
    }

    /// Returns stderr of a run that must have failed with `code` and no result.
    #[track_caller]
    pub(crate) fn failure(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        assert_eq!(self.stdout, "", "stdout carries the result or nothing");
        self.stderr
    }
}
