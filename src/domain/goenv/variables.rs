//! The variables that `go env` lists, and the rule for each value. See `go help environment`.

use super::inputs::{Inputs, Platform};
use super::paths::Style;
use super::quoted;
use super::resolve::{GoEnvError, Origin, Setting};
use super::sources::{Found, Sources};

/// Variables that the go command reads but lists only for some platforms, or not at all.
pub(super) const KNOWN: &[&str] = &[
    "CGO_CFLAGS_ALLOW",
    "CGO_CFLAGS_DISALLOW",
    "CGO_CPPFLAGS_ALLOW",
    "CGO_CPPFLAGS_DISALLOW",
    "CGO_CXXFLAGS_ALLOW",
    "CGO_CXXFLAGS_DISALLOW",
    "CGO_FFLAGS_ALLOW",
    "CGO_FFLAGS_DISALLOW",
    "CGO_LDFLAGS_ALLOW",
    "CGO_LDFLAGS_DISALLOW",
    "FC",
    "GO386",
    "GOAMD64",
    "GOARM",
    "GOARM64",
    "GOMIPS",
    "GOMIPS64",
    "GOPPC64",
    "GORISCV64",
    "GOWASM",
    "GO_EXTLINK_ENABLED",
];

/// Variables without a default: whatever is set counts, and being set is a change.
const PLAIN: &[&str] = &[
    "GOBIN",
    "GOEXPERIMENT",
    "GOFLAGS",
    "GOINSECURE",
    "GOPRIVATE",
    "GOTMPDIR",
    "GOVCS",
];

/// Variables with a fixed default.
const FIXED: &[(&str, &str)] = &[
    ("AR", "ar"),
    ("GOAUTH", "netrc"),
    ("GOCACHEPROG", ""),
    ("GOFIPS140", "off"),
    ("GOPROXY", ""),
    ("GOSUMDB", ""),
    ("GOTOOLCHAIN", ""),
];

/// Variables that hold flags for the C toolchain, and their defaults.
const C_FLAGS: &[(&str, &str)] = &[
    ("CGO_CFLAGS", "-O2 -g"),
    ("CGO_CPPFLAGS", ""),
    ("CGO_CXXFLAGS", "-O2 -g"),
    ("CGO_FFLAGS", "-O2 -g"),
    ("CGO_LDFLAGS", "-O2 -g"),
];

/// Finds all of them, sorted by name.
pub(super) fn resolve(inputs: &Inputs, sources: &Sources<'_>) -> Result<Vec<Setting>, GoEnvError> {
    let mut table = Table {
        inputs,
        sources,
        settings: Vec::with_capacity(64),
    };
    table.plain();
    table.platform();
    table.directories()?;
    table.goroot();
    table.private();
    table.main_module()?;
    table.telemetry();
    table.c_toolchain();
    table.settings.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(table.settings)
}

/// Returns the path that GOMOD has where there is no go.mod.
pub(super) fn null_device(host: &Platform) -> &'static str {
    if host.os == "windows" {
        "NUL"
    } else {
        "/dev/null"
    }
}

struct Table<'a> {
    inputs: &'a Inputs,
    sources: &'a Sources<'a>,
    settings: Vec<Setting>,
}

impl Table<'_> {
    fn plain(&mut self) {
        for name in PLAIN {
            let found = self.or_default(name, "", Origin::Default);
            let changed = !found.value.is_empty();
            self.add(name, found, changed);
        }
        for (name, default) in FIXED {
            self.or(name, default, Origin::Default);
        }
        let mode = self.or_default("GO111MODULE", "", Origin::Default);
        let changed = !matches!(mode.value.as_str(), "" | "on");
        self.add("GO111MODULE", mode, changed);
        // Read from the process only: a Go program needs it before it reads files.
        let godebug = match self.inputs.var("GODEBUG") {
            Some(value) => found(value, Origin::Process),
            None => found("", Origin::Default),
        };
        let changed = !godebug.value.is_empty();
        self.add("GODEBUG", godebug, changed);
    }

    fn platform(&mut self) {
        let host = &self.inputs.host;
        let from_host = || Origin::Derived {
            from: "this machine",
        };
        self.add("GOHOSTOS", found(&host.os, from_host()), false);
        self.add("GOHOSTARCH", found(&host.arch, from_host()), false);
        let os = self.or_default("GOOS", &host.os, from_host());
        let arch = self.or_default("GOARCH", &host.arch, from_host());
        let suffix = if os.value == "windows" { ".exe" } else { "" };
        self.add(
            "GOEXE",
            found(suffix, Origin::Derived { from: "GOOS" }),
            false,
        );
        if let Some((name, default)) = arch_variable(&arch.value) {
            // A toolchain that was built on an ARM machine has that machine's version as default.
            let is_unknown = name == "GOARM" && host.arch == "arm" && self.is_unset(name);
            if is_unknown {
                self.add(name, found("", Origin::Unknown), false);
            } else {
                self.or(name, default, Origin::Default);
            }
        }
        let changed = (os.value != host.os, arch.value != host.arch);
        self.add("GOOS", os, changed.0);
        self.add("GOARCH", arch, changed.1);
    }

    /// Adds GOPATH and what lies below it, GOCACHE and GOENV.
    fn directories(&mut self) -> Result<(), GoEnvError> {
        let style = self.inputs.style();
        let default = self.default_gopath(style);
        let from_home = Origin::Derived {
            from: home_variable(style),
        };
        let gopath = self.or_default("GOPATH", &default, from_home.clone());
        let first = style.split_list(&gopath.value).next().unwrap_or_default();
        let cache = if first.is_empty() {
            String::new()
        } else {
            style.join(first, "pkg/mod")
        };
        self.or("GOMODCACHE", &cache, Origin::Derived { from: "GOPATH" });
        let gopath = check_gopath(style, gopath, from_home)?;
        let is_process = gopath.origin == Origin::Process;
        let reference = self.sources.shipped("GOPATH").unwrap_or(&default);
        // What the process sets is its own default, unless go.env has one.
        let is_default = is_process && self.sources.shipped("GOPATH").is_none();
        let changed = !is_default && !gopath.value.is_empty() && gopath.value != reference;
        self.add("GOPATH", gopath, changed);
        self.gocache(style);
        self.goenv();
        Ok(())
    }

    fn default_gopath(&self, style: Style) -> String {
        let Some(home) = self.inputs.home() else {
            return String::new();
        };
        let default = style.join(home, "go");
        // A Go installation in ~/go cannot be the place for packages as well; go looks only at the
        // variable, for it knows no other GOROOT at this point.
        let goroot = self.inputs.var("GOROOT").map(|goroot| style.clean(goroot));
        if goroot.as_deref() == Some(default.as_str()) {
            String::new()
        } else {
            default
        }
    }

    fn gocache(&mut self, style: Style) {
        let default = self
            .inputs
            .cache_dir()
            .map(|dir| style.join(&dir, "go-build"));
        let from = Origin::Derived {
            from: cache_variable(self.inputs),
        };
        let default = match default {
            Some(dir) => found(&dir, from),
            None => found("off", from),
        };
        let is_set = !self.is_unset("GOCACHE");
        let mut cache = self.or_default("GOCACHE", &default.value, default.origin);
        let changed = cache.value != default.value;
        if is_set && !style.is_abs(&cache.value) {
            "off".clone_into(&mut cache.value);
        }
        self.add("GOCACHE", cache, changed);
    }

    fn goenv(&mut self) {
        let path = self.inputs.user_file_path().unwrap_or_default();
        let origin = match self.inputs.var("GOENV") {
            Some(_) => Origin::Process,
            None => Origin::Derived {
                from: config_variable(self.inputs),
            },
        };
        let changed = origin == Origin::Process && !path.is_empty();
        self.add("GOENV", found(&path, origin), changed);
    }

    fn goroot(&mut self) {
        let style = self.inputs.style();
        let goroot = match (self.inputs.var("GOROOT"), self.inputs.goroot()) {
            (Some(goroot), _) => Some(found(goroot, Origin::Process)),
            (None, Some(goroot)) => Some(Found {
                value: goroot,
                origin: self.goroot_origin(),
            }),
            (None, None) => None,
        };
        let host = &self.inputs.host;
        let tools = goroot.as_ref().map(|goroot| {
            let tools = style.join(
                &goroot.value,
                &format!("pkg/tool/{}_{}", host.os, host.arch),
            );
            Found {
                value: tools,
                origin: Origin::Derived { from: "GOROOT" },
            }
        });
        let version = self.inputs.goroot_version.as_deref();
        let version = version.map(|version| {
            found(
                version,
                Origin::Derived {
                    from: "GOROOT/VERSION",
                },
            )
        });
        for (name, value) in [
            ("GOROOT", goroot),
            ("GOTOOLDIR", tools),
            ("GOVERSION", version),
        ] {
            self.add(name, value.unwrap_or_else(unknown), false);
        }
    }

    fn goroot_origin(&self) -> Origin {
        match self.sources.goroot_line() {
            Some(origin) => origin,
            None => Origin::Derived {
                from: "`go` on PATH",
            },
        }
    }

    fn private(&mut self) {
        let private = self.or_default("GOPRIVATE", "", Origin::Default).value;
        for name in ["GONOPROXY", "GONOSUMDB"] {
            let origin = if private.is_empty() {
                Origin::Default
            } else {
                Origin::Derived { from: "GOPRIVATE" }
            };
            self.or(name, &private, origin);
        }
    }

    fn main_module(&mut self) -> Result<(), GoEnvError> {
        let style = self.inputs.style();
        let mode = self.or_default("GO111MODULE", "", Origin::Default).value;
        let root = self
            .inputs
            .module_root
            .as_ref()
            .filter(|root| !root.is_temp_root);
        let go_mod = match (mode.as_str(), root) {
            ("off", _) => found(
                "",
                Origin::Derived {
                    from: "GO111MODULE",
                },
            ),
            (_, Some(root)) => found(&style.join(&root.dir, "go.mod"), from_work_dir()),
            ("auto", None) => found("", from_work_dir()),
            (_, None) => found(null_device(&self.inputs.host), from_work_dir()),
        };
        self.add("GOMOD", go_mod, false);
        let go_work = self.or_default("GOWORK", "", Origin::Default);
        let go_work = match go_work.value.as_str() {
            "" | "auto" => found(&self.nearest_go_work(style), from_work_dir()),
            "off" => go_work,
            path if style.is_abs(path) => go_work,
            _ => return Err(GoEnvError::RelativeGowork),
        };
        self.add("GOWORK", go_work, false);
        Ok(())
    }

    /// Returns the path of the go.work that the search has found.
    ///
    /// The search does not leave GOROOT: the standard library is never part of a workspace around it.
    fn nearest_go_work(&self, style: Style) -> String {
        let search = &self.inputs.workspace;
        let Some(dir) = &search.found_in else {
            return String::new();
        };
        let goroot = self
            .inputs
            .var("GOROOT")
            .map(str::to_owned)
            .or_else(|| self.inputs.goroot());
        let leaves = goroot.is_some_and(|goroot| {
            style.is_below(&search.work_dir, &goroot)
                && (*dir == goroot || style.is_below(&goroot, dir))
        });
        if leaves {
            String::new()
        } else {
            style.join(dir, "go.work")
        }
    }

    fn telemetry(&mut self) {
        let style = self.inputs.style();
        let origin = || Origin::Derived {
            from: config_variable(self.inputs),
        };
        let (dir, mode) = match self.inputs.config_dir() {
            Some(dir) => (style.join(&dir, "go/telemetry"), self.telemetry_mode()),
            None => (String::new(), found("off", Origin::Default)),
        };
        let dir = found(&dir, origin());
        self.add("GOTELEMETRYDIR", dir, false);
        self.add("GOTELEMETRY", mode, false);
    }

    fn telemetry_mode(&self) -> Found {
        match self.inputs.telemetry.as_deref() {
            Some(text) => {
                let mode = text.trim().split(' ').next().unwrap_or_default();
                found(
                    mode,
                    Origin::Derived {
                        from: "GOTELEMETRYDIR/mode",
                    },
                )
            }
            None => found("local", Origin::Default),
        }
    }

    fn c_toolchain(&mut self) {
        for (name, default) in C_FLAGS {
            let mut flags = self.or_default(name, default, Origin::Default);
            let words = quoted::split(&flags.value).ok();
            if let Some(joined) = words.and_then(|words| quoted::join(&words)) {
                flags.value = joined;
            }
            let reference = if *name == "CGO_CPPFLAGS" {
                ""
            } else {
                "-O2 -g"
            };
            let changed = flags.value != reference;
            self.add(name, flags, changed);
        }
        for name in ["CC", "CXX", "PKG_CONFIG"] {
            let known = self
                .sources
                .find(name)
                .filter(|found| !found.value.is_empty());
            let changed = known.is_some();
            self.add(name, known.unwrap_or_else(unknown), changed);
        }
        let cgo = self
            .sources
            .find("CGO_ENABLED")
            .filter(|found| matches!(found.value.as_str(), "0" | "1"));
        let cgo = cgo.unwrap_or_else(unknown);
        self.add("CGO_ENABLED", cgo, false);
        self.add("GOGCCFLAGS", unknown(), false);
        let mut gccgo = self.or_default("GCCGO", "gccgo", Origin::Default);
        let mut changed = gccgo.value != "gccgo";
        if let Some(path) = &self.inputs.gccgo {
            path.clone_into(&mut gccgo.value);
            changed = true;
        }
        self.add("GCCGO", gccgo, changed);
    }

    /// Adds what is set, or else the default. It is changed if it differs from what the distribution ships.
    fn or(&mut self, name: &str, default: &str, origin: Origin) {
        let found = self.or_default(name, default, origin);
        let reference = self.sources.shipped(name).unwrap_or(default);
        let changed = !self.is_unset(name) && found.value != reference;
        self.add(name, found, changed);
    }

    fn or_default(&self, name: &str, default: &str, origin: Origin) -> Found {
        let set = self.sources.find(name);
        // An empty value in a file hides other files, but not the default.
        set.filter(|found| !found.value.is_empty() || default.is_empty())
            .unwrap_or_else(|| found(default, origin))
    }

    fn is_unset(&self, name: &str) -> bool {
        self.sources
            .find(name)
            .is_none_or(|found| found.value.is_empty())
    }

    fn add(&mut self, name: &str, found: Found, changed: bool) {
        let Found { value, origin } = found;
        self.settings.push(Setting {
            name: name.into(),
            value,
            origin,
            changed,
        });
    }
}

/// Refuses entries that are not absolute; a default that is not is dropped.
fn check_gopath(style: Style, gopath: Found, from_home: Origin) -> Result<Found, GoEnvError> {
    for entry in style
        .split_list(&gopath.value)
        .filter(|entry| !entry.is_empty())
    {
        if entry.starts_with('~') {
            return Err(GoEnvError::TildeGopath {
                entry: entry.to_owned(),
            });
        }
        if style.is_abs(entry) {
            continue;
        }
        if gopath.origin == from_home {
            return Ok(found("", from_home));
        }
        return Err(GoEnvError::RelativeGopath {
            entry: entry.to_owned(),
        });
    }
    Ok(gopath)
}

fn found(value: &str, origin: Origin) -> Found {
    Found {
        value: value.to_owned(),
        origin,
    }
}

fn unknown() -> Found {
    found("", Origin::Unknown)
}

fn from_work_dir() -> Origin {
    Origin::Derived {
        from: "working directory",
    }
}

fn home_variable(style: Style) -> &'static str {
    match style {
        Style::Unix => "HOME",
        Style::Windows => "USERPROFILE",
    }
}

fn config_variable(inputs: &Inputs) -> &'static str {
    match inputs.host.os.as_str() {
        "windows" => "AppData",
        "darwin" | "ios" => "HOME",
        _ if inputs.var("XDG_CONFIG_HOME").is_some() => "XDG_CONFIG_HOME",
        _ => "HOME",
    }
}

fn cache_variable(inputs: &Inputs) -> &'static str {
    match inputs.host.os.as_str() {
        "windows" => "LocalAppData",
        "darwin" | "ios" => "HOME",
        _ if inputs.var("XDG_CACHE_HOME").is_some() => "XDG_CACHE_HOME",
        _ => "HOME",
    }
}

/// Returns the variable that refines an architecture, with its default.
fn arch_variable(arch: &str) -> Option<(&'static str, &'static str)> {
    match arch {
        "386" => Some(("GO386", "sse2")),
        "amd64" => Some(("GOAMD64", "v1")),
        "arm" => Some(("GOARM", "7")),
        "arm64" => Some(("GOARM64", "v8.0")),
        "mips" | "mipsle" => Some(("GOMIPS", "hardfloat")),
        "mips64" | "mips64le" => Some(("GOMIPS64", "hardfloat")),
        "ppc64" | "ppc64le" => Some(("GOPPC64", "power8")),
        "riscv64" => Some(("GORISCV64", "rva20u64")),
        "wasm" => Some(("GOWASM", "")),
        _ => None,
    }
}
