//! The process environment and platform directories, read once.
//!
//! It gathers what [`goenv`](crate::domain::goenv) decides on. `go` is never run: its GOROOT is found
//! from the place of the program, as the program itself does.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use crate::adapters::exec::Environment;
use crate::adapters::fs::{self, FsError};
use crate::domain::goenv::resolve::{Inputs, ModuleRoot, Platform, WorkspaceSearch};

/// The most bytes that a file of settings may have.
const MAX_SETTINGS: u64 = 1 << 20;

/// What went wrong with the environment.
#[derive(Debug, thiserror::Error)]
pub enum EnvError {
    /// A variable or directory that the settings depend on is not text.
    #[error("{what} is not valid UTF-8: {shown}")]
    NotText {
        /// The variable or directory.
        what: String,
        /// Its value as far as it can be shown.
        shown: String,
    },
    /// The working directory is gone or cannot be reached.
    #[error("cannot find the working directory")]
    WorkDir {
        /// The reason.
        source: std::io::Error,
    },
}

/// Gathers the inputs of the Go environment from the process, the files of settings and the directories around.
pub fn gather() -> Result<Inputs, EnvError> {
    let host = host();
    let env = variables(host.os == "windows")?;
    let mut inputs = Inputs {
        host,
        env,
        ..Inputs::default()
    };
    inputs.user_file = inputs
        .user_file_path()
        .and_then(|path| settings_text(Path::new(&path)));
    inputs.program_goroot = search_path(&inputs, "go").and_then(|program| goroot_of(&program));
    if let Some(goroot) = inputs.goroot() {
        let goroot = Path::new(&goroot);
        inputs.goroot_file = settings_text(&goroot.join("go.env"));
        inputs.goroot_version = version_of(goroot);
    }
    search_directories(&mut inputs)?;
    Ok(inputs)
}

/// Adds what only the list of all variables needs: telemetry and the path of the gccgo program.
pub fn gather_extras(inputs: &mut Inputs) {
    let mode = inputs
        .config_dir()
        .map(|dir| Path::new(&dir).join("go/telemetry/mode"));
    inputs.telemetry = mode.and_then(|path| settings_text(&path));
    let name = inputs.var("GCCGO").unwrap_or("gccgo").to_owned();
    inputs.gccgo = search_path(inputs, &name).and_then(text_of);
}

/// Returns the path of the netrc file: `$NETRC`, or `.netrc` in the home directory, on Windows `_netrc` first.
pub fn netrc_path(inputs: &Inputs) -> Option<PathBuf> {
    if let Some(path) = inputs.var("NETRC") {
        return Some(PathBuf::from(path));
    }
    let home = Path::new(inputs.home()?);
    let legacy = home.join("_netrc");
    if inputs.host.os == "windows" && legacy.exists() {
        return Some(legacy);
    }
    Some(home.join(".netrc"))
}

/// Returns the contents of the netrc file; empty if there is none.
pub fn netrc(inputs: &Inputs) -> Result<String, FsError> {
    let Some(path) = netrc_path(inputs) else {
        return Ok(String::new());
    };
    let bytes = fs::read_if_exists(&path, MAX_SETTINGS)?;
    Ok(bytes.map_or_else(String::new, |bytes| {
        String::from_utf8_lossy(&bytes).into_owned()
    }))
}

/// Returns the platform of this program in Go's words.
fn host() -> Platform {
    let os = match env::consts::OS {
        "macos" => "darwin",
        os => os,
    };
    let is_little = cfg!(target_endian = "little");
    let arch = match env::consts::ARCH {
        "x86" => "386",
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "loongarch64" => "loong64",
        "mips" if is_little => "mipsle",
        "mips64" if is_little => "mips64le",
        "powerpc64" if is_little => "ppc64le",
        "powerpc64" => "ppc64",
        arch => arch,
    };
    Platform {
        os: os.to_owned(),
        arch: arch.to_owned(),
    }
}

/// Returns the variables of the process. Those that are not text are left out, unless they matter.
fn variables(fold_case: bool) -> Result<BTreeMap<String, String>, EnvError> {
    let mut variables = BTreeMap::new();
    for (name, value) in env::vars_os() {
        let Ok(name) = name.into_string() else {
            continue;
        };
        let name = if fold_case {
            name.to_ascii_uppercase()
        } else {
            name
        };
        match value.into_string() {
            Ok(value) => {
                variables.insert(name, value);
            }
            Err(value) if matters(&name) => return Err(not_text(name, &value)),
            Err(_) => {}
        }
    }
    Ok(variables)
}

fn matters(name: &str) -> bool {
    let others = [
        "HOME",
        "USERPROFILE",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "APPDATA",
        "LOCALAPPDATA",
        "NETRC",
    ];
    name.starts_with("GO") || others.contains(&name)
}

fn not_text(what: String, value: &OsString) -> EnvError {
    EnvError::NotText {
        what,
        shown: value.to_string_lossy().into_owned(),
    }
}

/// Finds go.mod and go.work from the working directory upwards.
fn search_directories(inputs: &mut Inputs) -> Result<(), EnvError> {
    let work_dir = work_dir(inputs)?;
    let nearest = |name: &str| {
        work_dir
            .ancestors()
            .find(|dir| dir.join(name).metadata().is_ok_and(|file| !file.is_dir()))
    };
    let text = |dir: &Path| {
        let text = dir.to_str().map(str::to_owned);
        text.ok_or_else(|| {
            not_text(
                "the working directory".to_owned(),
                &dir.as_os_str().to_owned(),
            )
        })
    };
    if let Some(dir) = nearest("go.mod") {
        inputs.module_root = Some(ModuleRoot {
            dir: text(dir)?,
            is_temp_root: is_temp_root(dir),
        });
    }
    let found_in = nearest("go.work").map(text).transpose()?;
    inputs.workspace = WorkspaceSearch {
        work_dir: text(&work_dir)?,
        found_in,
    };
    Ok(())
}

/// Returns the working directory by the name that the shell has for it, where that is true: symbolic
/// links in it stay, as in the go command.
fn work_dir(inputs: &Inputs) -> Result<PathBuf, EnvError> {
    let named = inputs
        .var("PWD")
        .map(Path::new)
        .filter(|dir| dir.is_absolute());
    // On Windows the variable belongs to ported shells and has their notation.
    if let Some(dir) = named.filter(|dir| cfg!(unix) && is_same_dir(dir, Path::new("."))) {
        return Ok(clean(dir));
    }
    env::current_dir().map_err(|source| EnvError::WorkDir { source })
}

/// Takes `.` and `..` out of an absolute path by its text alone, as the go command does before it searches.
fn clean(dir: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in dir.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}

fn is_temp_root(dir: &Path) -> bool {
    let temp = env::temp_dir();
    dir == temp || matches!((dir.canonicalize(), temp.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

#[cfg(unix)]
fn is_same_dir(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (a.metadata(), b.metadata()) {
        (Ok(a), Ok(b)) => a.dev() == b.dev() && a.ino() == b.ino(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same_dir(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Returns the text of a file of settings; the go command, too, goes on without one that it cannot read.
fn settings_text(path: &Path) -> Option<String> {
    let bytes = fs::read(path, MAX_SETTINGS).ok()?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn version_of(goroot: &Path) -> Option<String> {
    let text = settings_text(&goroot.join("VERSION"))?;
    text.lines()
        .next()
        .map(str::trim)
        .filter(|version| !version.is_empty())
        .map(str::to_owned)
}

/// Reports whether a program is on the search path of other programs.
pub fn has_program(environment: &Environment, name: &str) -> bool {
    let path = environment.get("PATH").unwrap_or_default();
    find_program(path, cfg!(windows), name).is_some()
}

/// Finds a program as a shell would.
fn search_path(inputs: &Inputs, program: &str) -> Option<PathBuf> {
    let path = inputs.var("PATH").unwrap_or_default();
    find_program(OsStr::new(path), inputs.host.os == "windows", program)
}

fn find_program(path: &OsStr, is_windows: bool, program: &str) -> Option<PathBuf> {
    let suffix = if is_windows { ".exe" } else { "" };
    if program.contains(std::path::is_separator) {
        return Some(PathBuf::from(program)).filter(|path| is_program(path));
    }
    let name = format!("{program}{suffix}");
    // A relative entry would let the working directory decide which program counts.
    env::split_paths(path)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join(&name))
        .find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Returns the GOROOT of a `go` program: two or three directories above it, once links are followed.
fn goroot_of(program: &Path) -> Option<String> {
    // On Linux the go command only ever sees its own path without links; elsewhere links come second.
    let resolved = program.canonicalize().ok();
    let resolved = resolved.filter(|_| cfg!(unix));
    let candidates = if cfg!(target_os = "linux") {
        [resolved, None]
    } else {
        [Some(program.to_owned()), resolved]
    };
    let candidates = candidates.iter().flatten();
    let mut roots = candidates.flat_map(|program| program.ancestors().skip(2).take(2));
    roots
        .find(|root| root.join("pkg/tool").is_dir())
        .map(Path::to_path_buf)
        .and_then(text_of)
}

fn text_of(path: PathBuf) -> Option<String> {
    path.into_os_string().into_string().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_by_text() {
        assert_eq!(clean(Path::new("/a/./b/../c/")), Path::new("/a/c"));
        assert_eq!(clean(Path::new("/../a")), Path::new("/a"));
    }

    #[test]
    fn gathers_this_process() {
        let inputs = gather().unwrap();
        assert!(Path::new(&inputs.workspace.work_dir).is_absolute());
        assert!(!inputs.host.os.is_empty() && !inputs.host.arch.is_empty());
    }
}
