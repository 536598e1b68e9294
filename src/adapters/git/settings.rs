//! What git is told about a repository or a user: its configuration and its file of attributes.

use std::path::{Path, PathBuf};

use super::program::REPOSITORY_VARIABLES;
use crate::adapters::exec::{Environment, ExecError, Program};

/// For whom a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitScope {
    /// The repository at hand.
    Local,
    /// The user.
    Global,
}

/// The git program in a directory.
pub struct GitSettings {
    dir: PathBuf,
    env: Environment,
}

impl GitScope {
    fn flag(self) -> &'static str {
        match self {
            Self::Local => "--local",
            Self::Global => "--global",
        }
    }
}

impl GitSettings {
    /// Names the directory, and the variables that git will see.
    pub fn new(dir: &Path, env: &Environment) -> Self {
        let env = REPOSITORY_VARIABLES
            .iter()
            .fold(env.clone(), |env, name| env.without(name));
        Self {
            dir: dir.to_owned(),
            env: env.with("LC_ALL", "C"),
        }
    }

    /// Returns the root of the work tree.
    pub async fn work_tree(&self) -> Result<PathBuf, ExecError> {
        let output = self.git(&["rev-parse", "--show-toplevel"]).run_ok().await?;
        Ok(PathBuf::from(first_line(&output)))
    }

    /// Returns the value of a setting, where it has one.
    pub async fn get(&self, scope: GitScope, key: &str) -> Result<Option<String>, ExecError> {
        self.value(&["config", scope.flag(), "--get", key]).await
    }

    /// Sets a setting, in the place of all its values.
    pub async fn set(&self, scope: GitScope, key: &str, value: &str) -> Result<(), ExecError> {
        let words = ["config", scope.flag(), "--replace-all", key, value];
        self.git(&words).run_ok().await.map(drop)
    }

    /// Removes a section; reports whether there was one.
    pub async fn remove_section(&self, scope: GitScope, name: &str) -> Result<bool, ExecError> {
        let pattern = format!("^{}\\.", name.replace('.', "\\."));
        let there = ["config", scope.flag(), "--get-regexp", &pattern];
        if self.value(&there).await?.is_none() {
            return Ok(false);
        }
        let words = ["config", scope.flag(), "--remove-section", name];
        self.git(&words).run_ok().await.map(|_| true)
    }

    /// Returns the user's file of attributes, there or not; none where git does not know the user's home.
    pub async fn attributes_file(&self) -> Result<Option<PathBuf>, ExecError> {
        let words = [
            "config",
            "--global",
            "--type=path",
            "--get",
            "core.attributesFile",
        ];
        if let Some(path) = self.value(&words).await? {
            return Ok(Some(PathBuf::from(path)));
        }
        let of = |name: &str| self.env.get(name).filter(|value| !value.is_empty());
        let config = of("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(Path::new(of("HOME").or_else(|| of("USERPROFILE"))?).join(".config")));
        Ok(config.map(|config| config.join("git").join("attributes")))
    }

    /// Merges three files line by line into the second, with marks of `width` around conflicts.
    pub async fn merge_lines(
        &self,
        [base, ours, theirs]: [&Path; 3],
        width: usize,
    ) -> Result<(), ExecError> {
        let width = format!("--marker-size={width}");
        let program = self
            .git(&["merge-file", &width])
            .args(["-L", "ours", "-L", "base", "-L", "theirs", "--"])
            .args([ours, base, theirs]);
        let output = program.run().await?;
        match output.code {
            // The number of conflicts, at most 127.
            Some(0..=127) => Ok(()),
            _ => Err(program.failed(&output)),
        }
    }

    /// Runs git for one value; exit code 1 says that there is none.
    async fn value(&self, words: &[&str]) -> Result<Option<String>, ExecError> {
        let program = self.git(words);
        let output = program.run().await?;
        match output.code {
            Some(0) => Ok(Some(first_line(&output.stdout))),
            Some(1) => Ok(None),
            _ => Err(program.failed(&output)),
        }
    }

    fn git(&self, words: &[&str]) -> Program {
        Program::new("git", &self.env)
            .dir(&self.dir)
            .args(words.iter().copied())
    }
}

fn first_line(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    text.lines().next().unwrap_or_default().to_owned()
}
