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
use super::flags::{GoFlags, GoFlagsError, ModFlag};
use super::paths::Style;
use super::private::Private;
use super::proxy_list::{ProxyList, ProxyListError};
use super::sources::Sources;
use super::variables;
use crate::domain::text::quote::Quoted;

pub use super::inputs::{ConfigSetting, Inputs, ModuleRoot, Platform, WorkspaceSearch};

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
    #[error("GOPATH entry is relative; must be absolute path: {}", Quoted(.entry))]
    RelativeGopath {
        /// The directory.
        entry: String,
    },
    /// GOPATH holds `~`, which only a shell understands.
    #[error("GOPATH entry cannot start with shell metacharacter '~': {}", Quoted(.entry))]
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
    #[error("GOMODCACHE entry is relative; must be absolute path: {}", Quoted(.entry))]
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

    /// Reads GOFLAGS as a command with the flag `-mod` does, such as `go list`.
    pub fn goflags(&self) -> Result<GoFlags, GoFlagsError> {
        GoFlags::parse(self.get("GOFLAGS"))
    }

    /// Reads GOFLAGS as a command without the flag `-mod` does, such as `go mod graph`.
    pub fn goflags_without_mod(&self) -> Result<GoFlags, GoFlagsError> {
        GoFlags::of_command(self.get("GOFLAGS"), ModFlag::Skipped)
    }

    /// Reads GOAUTH.
    pub fn goauth(&self) -> Result<Vec<AuthMethod>, AuthError> {
        auth::parse(self.get("GOAUTH"), &self.host.os)
    }

    fn style(&self) -> Style {
        Style::of(&self.host.os)
    }
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = super::redact::value(&self.name, &self.value);
        write!(f, "{}={value:?} ({:?})", self.name, self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(os: &str, env: &[(&str, &str)]) -> Inputs {
        let env = env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let host = Platform {
            os: os.to_owned(),
            arch: "amd64".to_owned(),
        };
        Inputs {
            host,
            env: env.collect(),
            ..Inputs::default()
        }
    }

    #[track_caller]
    fn check(inputs: &Inputs, expect: &[(&str, &str)]) {
        let go_env = GoEnv::resolve(inputs).unwrap();
        for (name, value) in expect {
            assert_eq!(go_env.get(name), *value, "{name}");
        }
    }

    #[test]
    fn directories_of_windows() {
        let mut inputs = inputs(
            "windows",
            &[
                ("USERPROFILE", r"C:\Users\me"),
                ("APPDATA", r"C:\Users\me\Roaming"),
                ("LOCALAPPDATA", r"C:\Users\me\Local"),
            ],
        );
        inputs.module_root = Some(ModuleRoot {
            dir: r"D:\m".to_owned(),
            is_temp_root: false,
        });
        check(
            &inputs,
            &[
                ("GOPATH", r"C:\Users\me\go"),
                ("GOMODCACHE", r"C:\Users\me\go\pkg\mod"),
                ("GOENV", r"C:\Users\me\Roaming\go\env"),
                ("GOCACHE", r"C:\Users\me\Local\go-build"),
                ("GOMOD", r"D:\m\go.mod"),
                ("GOEXE", ".exe"),
            ],
        );
        inputs.module_root = None;
        inputs
            .env
            .insert("GOPATH".to_owned(), r"D:\a;E:\b".to_owned());
        check(
            &inputs,
            &[("GOMOD", "NUL"), ("GOMODCACHE", r"D:\a\pkg\mod")],
        );
        let go_env = GoEnv::resolve(&inputs).unwrap();
        assert_eq!(go_env.sumdb_dir().unwrap(), r"D:\a\pkg\sumdb");
        assert_eq!(go_env.go_mod(), None);
    }

    #[test]
    fn directories_of_macos() {
        let inputs = inputs(
            "darwin",
            &[
                ("HOME", "/Users/me"),
                ("XDG_CONFIG_HOME", "/x"),
                ("XDG_CACHE_HOME", "/y"),
            ],
        );
        check(
            &inputs,
            &[
                ("GOPATH", "/Users/me/go"),
                ("GOENV", "/Users/me/Library/Application Support/go/env"),
                ("GOCACHE", "/Users/me/Library/Caches/go-build"),
            ],
        );
    }

    #[test]
    fn nothing_is_known() {
        let inputs = inputs("linux", &[]);
        check(
            &inputs,
            &[
                ("GOPATH", ""),
                ("GOMODCACHE", ""),
                ("GOENV", ""),
                ("GOCACHE", "off"),
                ("GOTELEMETRY", "off"),
                ("GOROOT", ""),
            ],
        );
        let go_env = GoEnv::resolve(&inputs).unwrap();
        assert_eq!(go_env.mod_cache(), Err(GoEnvError::NoModCache));
        assert_eq!(go_env.sumdb_dir(), Err(GoEnvError::NoSumDbDir));
        assert_eq!(go_env.setting("GOVERSION").unwrap().origin, Origin::Unknown);
        assert!(go_env.settings().is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn defaults_without_go_ask_the_public_services() {
        let go_env =
            GoEnv::resolve(&inputs("linux", &[("GOPRIVATE", "*.corp.example.com")])).unwrap();
        assert_eq!(go_env.goproxy().unwrap().entries().len(), 3);
        assert!(matches!(go_env.sumdb(), Ok(SumDb::On(_))));
        assert!(
            go_env.private().no_proxy("a.corp.example.com/x")
                && !go_env.uses_sumdb("a.corp.example.com/x")
        );
        assert!(go_env.uses_sumdb("example.com/x"));
    }

    #[test]
    fn toolchains_are_always_looked_up() {
        let env = |goproxy| {
            GoEnv::resolve(&inputs(
                "linux",
                &[("GOPROXY", goproxy), ("GOSUMDB", "off")],
            ))
            .unwrap()
        };
        assert!(env("https://p.example.com").uses_sumdb("golang.org/toolchain"));
        assert!(env("file:///a,direct").uses_sumdb("golang.org/toolchain"));
        assert!(!env("file:///a").uses_sumdb("golang.org/toolchain"));
        assert!(!env("https://p.example.com").uses_sumdb("example.com/toolchain"));
    }

    #[test]
    fn relative_caches_are_refused_at_use() {
        let go_env = GoEnv::resolve(&inputs("linux", &[("GOMODCACHE", "a b")])).unwrap();
        let message = "GOMODCACHE entry is relative; must be absolute path: \"a b\"";
        assert_eq!(go_env.mod_cache().unwrap_err().to_string(), message);
    }

    #[test]
    fn printing_hides_secrets() {
        let go_env = GoEnv::resolve(&inputs(
            "linux",
            &[("GOPROXY", "https://me:hunter2@a.example.com")],
        ))
        .unwrap();
        assert!(!format!("{go_env:?}").contains("hunter2"));
        assert_eq!(go_env.get("GOPROXY"), "https://me:hunter2@a.example.com");
    }
}
