//! Git repositories made on this machine, the same to the last bit each time.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A directory of repositories that git finds under `https://example.com/`.
pub(crate) struct Repos {
    root: TempDir,
    path: PathBuf,
}

/// One repository with a work tree.
pub(crate) struct TestRepo {
    dir: PathBuf,
    env: Vec<(OsString, OsString)>,
    /// The time of the next commit.
    clock: u64,
}

impl Repos {
    /// Makes the directory; none where there is no git, which is said on stderr.
    pub(crate) fn new(test: &str) -> Option<Self> {
        if Command::new(crate::support::program("git"))
            .arg("version")
            .stdout(Stdio::null())
            .status()
            .is_err()
        {
            skip(test, "there is no `git` here");
            return None;
        }
        let root = super::scratch();
        let path = fs::canonicalize(root.path()).unwrap();
        for name in ["home", "repos"] {
            fs::create_dir(path.join(name)).unwrap();
        }
        Some(Self { root, path })
    }

    /// Returns a path below the directory.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        assert!(self.root.path().exists());
        self.path.join(below)
    }

    /// Makes an empty repository for `https://example.com/NAME`.
    pub(crate) fn repo(&self, name: &str) -> TestRepo {
        self.repo_with(name, "sha1")
    }

    /// Makes an empty repository with hashes of the given kind.
    pub(crate) fn repo_with(&self, name: &str, format: &str) -> TestRepo {
        let dir = self.path("repos").join(name);
        fs::create_dir_all(&dir).unwrap();
        let repo = TestRepo {
            dir,
            env: self.base_env(),
            clock: 1_600_000_000,
        };
        repo.git(&["init", "-q", "-b", "main", "--object-format", format]);
        repo
    }

    /// The variables for git, without those that lead `example.com` here.
    fn base_env(&self) -> Vec<(OsString, OsString)> {
        let mut env: Vec<(OsString, OsString)> = ["PATH", "SystemRoot", "TMPDIR", "TEMP"]
            .iter()
            .filter_map(|name| Some(((*name).into(), std::env::var_os(name)?)))
            .collect();
        let home = self.path("home").into_os_string();
        env.extend([
            ("HOME".into(), home.clone()),
            ("USERPROFILE".into(), home),
            ("GIT_CONFIG_NOSYSTEM".into(), "1".into()),
        ]);
        env
    }

    /// The variables with which `https://example.com/NAME` is the repository made here.
    pub(crate) fn env(&self) -> Vec<(OsString, OsString)> {
        let mut env = self.base_env();
        let repos = self.path("repos").display().to_string().replace('\\', "/");
        env.extend([
            ("GIT_CONFIG_COUNT".into(), "1".into()),
            (
                "GIT_CONFIG_KEY_0".into(),
                format!("url.file://{repos}/.insteadOf").into(),
            ),
            ("GIT_CONFIG_VALUE_0".into(), "https://example.com/".into()),
        ]);
        env
    }
}

impl TestRepo {
    /// Writes files, an empty text removing one, and commits; returns the hash.
    pub(crate) fn commit(&mut self, files: &[(&str, &str)]) -> String {
        for (name, text) in files {
            let path = self.dir.join(name);
            if text.is_empty() {
                fs::remove_file(path).unwrap();
            } else {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "change"]);
        self.clock += 3_600;
        self.git(&["rev-parse", "HEAD"])
    }

    /// Tags the commit that is checked out.
    pub(crate) fn tag(&self, name: &str) {
        self.git(&["tag", name]);
    }

    /// Runs git in the repository.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let date = format!("{} +0530", self.clock);
        let output = Command::new(crate::support::program("git"))
            .args(["-c", "commit.gpgSign=false", "-c", "core.autocrlf=false"])
            .args(args)
            .current_dir(&self.dir)
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "A Tester")))
            .envs(
                ["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "test@example.com")),
            )
            .env("GIT_AUTHOR_DATE", "1500000000 +0000")
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// Says, past the capture of the test harness, that a test did not run.
pub(crate) fn skip(test: &str, reason: &str) {
    writeln!(std::io::stderr().lock(), "skipped {test}: {reason}").unwrap();
}

/// Returns the names beside the copies of repositories in a module cache.
pub(crate) fn copies(mod_cache: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(mod_cache.join("cache/vcs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
