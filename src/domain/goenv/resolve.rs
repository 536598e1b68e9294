//! The Go environment: which setting wins, and where each value came from.
//!
//! The configuration of this program, which names such variables only in a file that the user named, wins over a
//! variable of the process, that over the user's GOENV file, that over `$GOROOT/go.env`, and that over the defaults of
//! the platform. An empty variable of the process counts as unset; an empty
//! value in a file does not. See <https://go.dev/ref/mod#environment-variables> and `go help env`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::auth::{self, AuthError, AuthMethod};
use super::checksum_db::{SumDb, SumDbError};
use super::env_file;
use super::flags::{GoFlags, GoFlagsError};
use super::paths::Style;
use super::private::Private;
use super::proxy_list::{ProxyList, ProxyListError};
use super::public;
use super::quoted::quote;
use super::variables;

/// Everything that the settings depend on, as plain data.
#[derive(Debug, Clone, Default)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// The Go environment.
#[derive(Debug, Clone)]
pub struct GoEnv {
    settings: Vec<Setting>,
    more: BTreeMap<String, Setting>,
    host: Platform,
    temp_root: Option<String>,
}

/// One variable.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// The name.
    pub name: Arc<str>,
    /// The value; empty where it is not known.
    pub value: String,
    /// Where the value came from.
    pub origin: Origin,
    /// Whether the value differs from the default, as `go env -changed` sees it.
    pub changed: bool,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A variable of the process.
    Process,
    /// A configuration file of this program.
    ConfigFile {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
    },
    /// The user's file, written by `go env -w`.
    UserFile {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
    },
    /// The file `go.env` of the GOROOT.
    GorootFile {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
    },
    /// The default of Go.
    Default,
    /// Computed from something else: another variable, the platform or the working directory.
    Derived {
        /// The source in words.
        from: &'static str,
    },
    /// Only a Go toolchain knows it, and there is none.
    Unknown,
}

/// A setting that stops every command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GoEnvError {
    /// GOPATH holds a relative directory.
    #[error("GOPATH entry is relative; must be absolute path: {}", quote(.entry))]
    RelativeGopath {
        /// The directory.
        entry: String,
    },
    /// GOPATH holds `~`, which only a shell understands.
    #[error("GOPATH entry cannot start with shell metacharacter '~': {}", quote(.entry))]
    TildeGopath {
        /// The directory.
        entry: String,
    },
    /// GOWORK is a relative path.
    #[error("invalid GOWORK: not an absolute path")]
    RelativeGowork,
    /// GO111MODULE is none of `on`, `off`, `auto`.
    #[error("unknown environment setting GO111MODULE={value}")]
    ModuleMode {
        /// The value.
        value: String,
    },
    /// Neither GOMODCACHE nor GOPATH is known.
    #[error("module cache not found: neither GOMODCACHE nor GOPATH is set")]
    NoModCache,
    /// GOMODCACHE is a relative path.
    #[error("GOMODCACHE entry is relative; must be absolute path: {}", quote(.entry))]
    RelativeModCache {
        /// The directory.
        entry: String,
    },
    /// There is no place for the state of the checksum database.
    #[error("could not locate sumdb file: missing $GOPATH")]
    NoSumDbDir,
}

/// Whether modules are used: GO111MODULE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleMode {
    /// Always.
    On,
    /// Where there is a go.mod.
    Auto,
    /// Never.
    Off,
}

impl GoEnv {
    /// Finds the value of each variable.
    pub fn resolve(inputs: &Inputs) -> Result<Self, GoEnvError> {
        let sources = Sources::new(inputs);
        let settings = variables::resolve(inputs, &sources)?;
        let more = sources.unlisted(&settings);
        let temp_root = inputs.module_root.as_ref().filter(|root| root.is_temp_root);
        let temp_root = temp_root.map(|root| root.dir.clone());
        Ok(Self {
            settings,
            more,
            host: inputs.host.clone(),
            temp_root,
        })
    }

    /// Returns the value of a variable as `go env NAME` prints it; empty where it is not set or not known.
    pub fn get(&self, name: &str) -> &str {
        self.setting(name).map_or("", |setting| &setting.value)
    }

    /// Returns a variable with its origin.
    ///
    /// Besides those that `go env` lists these are all of the user's file, and the other variables
    /// of the go command that are set.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        match self
            .settings
            .binary_search_by(|setting| (*setting.name).cmp(name))
        {
            Ok(at) => Some(&self.settings[at]),
            Err(_) => self.more.get(name),
        }
    }

    /// Returns the variables that `go env` lists, in their order.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// Reads GO111MODULE.
    pub fn module_mode(&self) -> Result<ModuleMode, GoEnvError> {
        match self.get("GO111MODULE") {
            "" | "on" => Ok(ModuleMode::On),
            "auto" => Ok(ModuleMode::Auto),
            "off" => Ok(ModuleMode::Off),
            value => Err(GoEnvError::ModuleMode {
                value: value.to_owned(),
            }),
        }
    }

    /// Returns the path of the main module's go.mod, if there is one.
    pub fn go_mod(&self) -> Option<&str> {
        Some(self.get("GOMOD"))
            .filter(|path| !path.is_empty() && *path != variables::null_device(&self.host))
    }

    /// Returns the path of the go.work in use, if there is one; it need not exist where GOWORK names it.
    pub fn go_work(&self) -> Option<&str> {
        Some(self.get("GOWORK")).filter(|path| !path.is_empty() && *path != "off")
    }

    /// Returns the directory for temporary files where that holds the nearest go.mod.
    ///
    /// The go command ignores such a go.mod, with a warning.
    pub fn ignored_temp_root(&self) -> Option<&str> {
        self.temp_root.as_deref()
    }

    /// Returns the root of the module cache.
    pub fn mod_cache(&self) -> Result<&str, GoEnvError> {
        match self.get("GOMODCACHE") {
            "" => Err(GoEnvError::NoModCache),
            path if self.style().is_abs(path) => Ok(path),
            path => Err(GoEnvError::RelativeModCache {
                entry: path.to_owned(),
            }),
        }
    }

    /// Returns the directory with the latest tree head of each checksum database.
    pub fn sumdb_dir(&self) -> Result<String, GoEnvError> {
        let style = self.style();
        match style.split_list(self.get("GOPATH")).next() {
            Some(dir) if !dir.is_empty() => Ok(style.join(dir, "pkg/sumdb")),
            _ => Err(GoEnvError::NoSumDbDir),
        }
    }

    /// Reads GOPROXY.
    pub fn goproxy(&self) -> Result<ProxyList, ProxyListError> {
        ProxyList::parse(self.get("GOPROXY"), self.get("GONOPROXY"), &self.host.os)
    }

    /// Returns which modules are private.
    pub fn private(&self) -> Private {
        Private::new(
            self.get("GONOPROXY"),
            self.get("GONOSUMDB"),
            self.get("GOINSECURE"),
        )
    }

    /// Reads GOSUMDB.
    pub fn sumdb(&self) -> Result<SumDb, SumDbError> {
        SumDb::parse(self.get("GOSUMDB"))
    }

    /// Reports whether the checksum database is asked about a module that go.sum does not have.
    ///
    /// Toolchains are never in go.sum, so they are always looked up, unless the only proxy is a directory.
    pub fn uses_sumdb(&self, path: &str) -> bool {
        let goproxy = self.get("GOPROXY");
        let is_directory = goproxy.starts_with("file://") && !goproxy.contains([',', '|']);
        if path == "golang.org/toolchain" && !is_directory {
            return true;
        }
        self.get("GOSUMDB") != "off" && !self.private().no_sumdb(path)
    }

    /// Reads GOFLAGS.
    pub fn goflags(&self) -> Result<GoFlags, GoFlagsError> {
        GoFlags::parse(self.get("GOFLAGS"))
    }

    /// Reads GOAUTH.
    pub fn goauth(&self) -> Result<Vec<AuthMethod>, AuthError> {
        auth::parse(self.get("GOAUTH"), &self.host.os)
    }

    fn style(&self) -> Style {
        Style::of(&self.host.os)
    }
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

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = super::redact::value(&self.name, &self.value);
        write!(f, "{}={value:?} ({:?})", self.name, self.origin)
    }
}

/// The places where a variable may be set.
pub(super) struct Sources<'a> {
    inputs: &'a Inputs,
    merged: BTreeMap<String, Found>,
    shipped: BTreeMap<String, String>,
}

/// A value with its origin.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) value: String,
    pub(super) origin: Origin,
}

impl<'a> Sources<'a> {
    fn new(inputs: &'a Inputs) -> Self {
        let mut sources = Self {
            inputs,
            merged: BTreeMap::new(),
            shipped: BTreeMap::new(),
        };
        if let (Some(text), Some(path)) = (&inputs.user_file, inputs.user_file_path()) {
            for line in env_file::lines(text) {
                let origin = Origin::UserFile {
                    path: path.clone(),
                    line: line.number,
                };
                let found = Found {
                    value: line.value.to_owned(),
                    origin,
                };
                sources.merged.insert(line.key.to_owned(), found);
            }
        }
        sources.add_shipped();
        for setting in &inputs.config {
            let origin = Origin::ConfigFile {
                path: setting.path.clone(),
                line: setting.line,
            };
            let found = Found {
                value: setting.value.clone(),
                origin,
            };
            sources.merged.insert(setting.name.clone(), found);
        }
        sources
    }

    /// Adds the defaults that come with a Go distribution: from its go.env, or, without one, as it is published.
    fn add_shipped(&mut self) {
        let (Some(text), Some(goroot)) = (&self.inputs.goroot_file, self.inputs.goroot()) else {
            let defaults = [
                ("GOPROXY", public::goproxy()),
                ("GOSUMDB", public::sumdb_name()),
                ("GOTOOLCHAIN", "auto".to_owned()),
            ];
            for (key, value) in defaults {
                self.add_default(key, &value, Origin::Default);
            }
            return;
        };
        let path = self.inputs.style().join(&goroot, "go.env");
        for line in env_file::lines(text) {
            let origin = Origin::GorootFile {
                path: path.clone(),
                line: line.number,
            };
            self.add_default(line.key, line.value, origin);
        }
    }

    fn add_default(&mut self, key: &str, value: &str, origin: Origin) {
        self.shipped.insert(key.to_owned(), value.to_owned());
        let found = || Found {
            value: value.to_owned(),
            origin,
        };
        self.merged.entry(key.to_owned()).or_insert_with(found);
    }

    /// Returns what is set, by the process or by a file. The value may be empty.
    pub(super) fn find(&self, name: &str) -> Option<Found> {
        let in_file = self.merged.get(name);
        if let Some(found) = in_file
            && matches!(found.origin, Origin::ConfigFile { .. })
        {
            return Some(found.clone());
        }
        match self.inputs.var(name) {
            Some(value) => Some(Found {
                value: value.to_owned(),
                origin: Origin::Process,
            }),
            None => in_file.cloned(),
        }
    }

    /// Returns where the user's file names GOROOT; a GOROOT in go.env means nothing.
    pub(super) fn goroot_line(&self) -> Option<Origin> {
        let found = self
            .merged
            .get("GOROOT")
            .filter(|found| !found.value.is_empty())?;
        matches!(found.origin, Origin::UserFile { .. }).then(|| found.origin.clone())
    }

    /// Returns the default that the distribution ships for a variable.
    pub(super) fn shipped(&self, name: &str) -> Option<&str> {
        self.shipped.get(name).map(String::as_str)
    }

    /// Returns the variables outside the list that have a value.
    fn unlisted(&self, settings: &[Setting]) -> BTreeMap<String, Setting> {
        let is_listed = |name: &str| {
            settings
                .binary_search_by(|setting| (*setting.name).cmp(name))
                .is_ok()
        };
        let names = self
            .merged
            .keys()
            .map(String::as_str)
            .chain(variables::KNOWN.iter().copied());
        let names = names.filter(|name| !is_listed(name));
        names
            .filter_map(|name| {
                let Found { value, origin } = self.find(name)?;
                Some((
                    name.to_owned(),
                    Setting {
                        name: name.into(),
                        changed: !value.is_empty(),
                        value,
                        origin,
                    },
                ))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_file_wins_over_the_process() {
        let env = [("GOFLAGS", "-mod=mod"), ("GOPROXY", "off")];
        let config = ConfigSetting {
            name: "GOFLAGS".to_owned(),
            value: String::new(),
            path: "/w/modsmith.toml".to_owned(),
            line: 3,
        };
        let inputs = Inputs {
            env: env
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            config: vec![config],
            ..Inputs::default()
        };
        let sources = Sources::new(&inputs);
        let flags = sources.find("GOFLAGS").unwrap();
        assert_eq!(flags.value, "");
        assert!(matches!(flags.origin, Origin::ConfigFile { line: 3, .. }));
        let proxy = sources.find("GOPROXY").unwrap();
        assert!(matches!(proxy.origin, Origin::Process));
    }
}
