//! Everything that the Go environment depends on, as plain data.
//!
//! Directories of the user are those of Go's `os.UserConfigDir`, `os.UserCacheDir` and `os.UserHomeDir`.

use std::collections::BTreeMap;
use std::fmt;

use super::env_file;
use super::paths::Style;
use super::redact;

/// Everything that the settings depend on, as plain data.
#[derive(Clone, Default)]
pub struct Inputs {
    /// The platform of this machine in Go's words.
    pub host: Platform,
    /// The variables of the process. On Windows the names are in capitals.
    pub env: BTreeMap<String, String>,
    /// Variables that the configuration of this program sets.
    pub config: Vec<ConfigSetting>,
    /// The user's GOENV file, if there is one that can be read; its path is [`Inputs::user_file_path`].
    pub user_file: Option<String>,
    /// The GOROOT that the `go` program on the search path belongs to.
    pub program_goroot: Option<String>,
    /// The file `go.env` in the GOROOT, if there is one that can be read; see [`Inputs::goroot`].
    pub goroot_file: Option<String>,
    /// The first line of the file `VERSION` in the GOROOT.
    pub goroot_version: Option<String>,
    /// The nearest directory with a go.mod, from the working directory upwards.
    pub module_root: Option<ModuleRoot>,
    /// The working directory, and the nearest go.work from there upwards.
    pub workspace: WorkspaceSearch,
    /// The mode of telemetry, as its file has it.
    pub telemetry: Option<String>,
    /// The path of the program that GCCGO names, if it is on the search path.
    pub gccgo: Option<String>,
}

/// A variable of Go in a configuration file of this program. It wins over the process: naming the file was as
/// deliberate as a flag.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigSetting {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
}

/// A platform in Go's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Platform {
    /// GOOS.
    pub os: String,
    /// GOARCH.
    pub arch: String,
}

/// A directory with a go.mod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleRoot {
    /// The directory; clean and absolute.
    pub dir: String,
    /// Whether it is the directory for temporary files: its go.mod does not count.
    pub is_temp_root: bool,
}

/// What the search for go.work has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkspaceSearch {
    /// The working directory; clean and absolute.
    pub work_dir: String,
    /// The nearest directory, from there upwards, that has a go.work.
    pub found_in: Option<String>,
}

impl Inputs {
    /// Returns a variable of the process; an empty one counts as unset.
    pub fn var(&self, name: &str) -> Option<&str> {
        let value = if self.host.os == "windows" {
            self.env.get(&name.to_ascii_uppercase())
        } else {
            self.env.get(name)
        };
        value.map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns the path of the user's settings: GOENV, or `go/env` in the directory for configuration.
    ///
    /// `None` with `GOENV=off`, and where no such directory is known.
    pub fn user_file_path(&self) -> Option<String> {
        match self.var("GOENV") {
            Some("off") => None,
            Some(path) => Some(path.to_owned()),
            None => Some(self.style().join(&self.config_dir()?, "go/env")),
        }
    }

    /// Returns the GOROOT as far as it is known without a run of `go`, without regard to `go.env` in it.
    ///
    /// The user's file comes first here, before the variable of the process.
    pub fn goroot(&self) -> Option<String> {
        let in_file = self.user_file.as_deref().and_then(|text| {
            env_file::last(text)
                .get("GOROOT")
                .map(|line| line.value)
                .filter(|value| !value.is_empty())
        });
        match in_file.or_else(|| self.var("GOROOT")) {
            Some(goroot) => Some(self.style().clean(goroot)),
            None => self.program_goroot.clone(),
        }
    }

    /// Returns the directory of the user's configuration on this platform.
    pub fn config_dir(&self) -> Option<String> {
        match self.host.os.as_str() {
            "windows" => self.var("AppData").map(str::to_owned),
            "darwin" | "ios" => Some(format!("{}/Library/Application Support", self.var("HOME")?)),
            _ => self.xdg("XDG_CONFIG_HOME", ".config"),
        }
    }

    /// Returns the directory of the user's caches on this platform.
    pub fn cache_dir(&self) -> Option<String> {
        match self.host.os.as_str() {
            "windows" => self.var("LocalAppData").map(str::to_owned),
            "darwin" | "ios" => Some(format!("{}/Library/Caches", self.var("HOME")?)),
            _ => self.xdg("XDG_CACHE_HOME", ".cache"),
        }
    }

    /// Returns the user's home directory.
    pub fn home(&self) -> Option<&str> {
        self.var(if self.host.os == "windows" {
            "USERPROFILE"
        } else {
            "HOME"
        })
    }

    /// Returns a directory that a variable names; a relative one there means that there is none.
    fn xdg(&self, name: &str, below_home: &str) -> Option<String> {
        match self.var(name) {
            Some(dir) => self.style().is_abs(dir).then(|| dir.to_owned()),
            None => Some(format!("{}/{below_home}", self.var("HOME")?)),
        }
    }

    pub(super) fn style(&self) -> Style {
        Style::of(&self.host.os)
    }
}

// Both hold the settings as they are, with their secrets.
impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inputs")
            .field("host", &self.host)
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ConfigSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = redact::value(&self.name, &self.value);
        write!(f, "{}={value:?} ({}:{})", self.name, self.path, self.line)
    }
}
