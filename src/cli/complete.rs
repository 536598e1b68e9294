//! Candidates for the words that a shell wants to complete: module paths from the go.mod at hand, versions from
//! there and from the local module cache. Never the network: a completion must answer at once.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{self as shells, EnvCompleter};

use crate::adapters::{env, fs};
use crate::domain::goenv::resolve::GoEnv;
use crate::domain::gosum::GoSum;
use crate::domain::modfile::{GoMod, GoWork};
use crate::domain::module::{goversion, path};

/// Files that are larger are left aside.
const MAX_FILE: u64 = 16 << 20;

/// What can stand behind `@` besides a version.
const QUERIES: &[&str] = &["latest", "upgrade", "patch"];

/// Completes `MODULE[@QUERY]`.
pub fn module_query(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, QUERIES)
}

/// Completes `MODULE[@VERSION]`.
pub fn module_version(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, &[])
}

/// Bash with one difference: neither `@` nor `=` ends a word, so that `MODULE@VERSION` and `--flag=value` are completed
/// as one.
pub struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        shells::Bash.name()
    }

    fn is(&self, name: &str) -> bool {
        shells::Bash.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn io::Write,
    ) -> io::Result<()> {
        writeln!(buf, "COMP_WORDBREAKS=${{COMP_WORDBREAKS//[@=]/}}")?;
        shells::Bash.write_registration(var, name, bin, completer, buf)
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        arguments: Vec<OsString>,
        directory: Option<&Path>,
        buf: &mut dyn io::Write,
    ) -> io::Result<()> {
        shells::Bash.write_complete(command, arguments, directory, buf)
    }
}

/// Module paths with the versions that files at hand name.
type Known = BTreeMap<String, BTreeSet<String>>;

fn candidates(current: &OsStr, queries: &[&str]) -> Vec<CompletionCandidate> {
    // Whatever goes wrong here, the shell can do nothing with a message.
    let environment = env::gather()
        .ok()
        .and_then(|inputs| GoEnv::resolve(&inputs).ok());
    let (Some(current), Some(environment)) = (current.to_str(), environment) else {
        return Vec::new();
    };
    let known = known(&environment);
    let words = match current.split_once('@') {
        None => known
            .into_keys()
            .filter(|path| path.starts_with(current))
            .collect(),
        Some((path, prefix)) => {
            let mut versions = known.get(path).cloned().unwrap_or_default();
            versions.extend(cached(&environment, path));
            let queries = queries.iter().map(|query| (*query).to_owned());
            newest_first(path, versions)
                .into_iter()
                .chain(queries)
                .filter(|version| version.starts_with(prefix))
                .map(|version| format!("{path}@{version}"))
                .collect::<Vec<_>>()
        }
    };
    let ordered = words.into_iter().enumerate();
    ordered
        .map(|(at, word)| CompletionCandidate::new(word).display_order(Some(at)))
        .collect()
}

fn newest_first(path: &str, versions: BTreeSet<String>) -> Vec<String> {
    let mut versions: Vec<_> = versions.into_iter().collect();
    versions.sort_by(|left, right| goversion::mod_compare(path, right, left));
    versions
}

/// Collects what go.mod and go.sum say; in a workspace, those of each of its modules.
fn known(environment: &GoEnv) -> Known {
    let mut known = Known::new();
    for file in main_files(environment) {
        if let Some(text) = text_of(&file)
            && let Ok(go_mod) = GoMod::parse_lax("go.mod", &text, None)
        {
            if let Some(path) = go_mod.path() {
                known.entry(path.to_string()).or_default();
            }
            for require in &go_mod.require {
                add(
                    &mut known,
                    require.module.path.as_str(),
                    require.module.version.as_str(),
                );
            }
        }
        let sums = text_of(&file.with_file_name("go.sum"));
        if let Some(sums) = sums.and_then(|text| GoSum::parse("go.sum", &text).ok()) {
            for (path, version, _) in sums.iter() {
                add(
                    &mut known,
                    path,
                    version.strip_suffix("/go.mod").unwrap_or(version),
                );
            }
        }
    }
    known
}

fn add(known: &mut Known, path: &str, version: &str) {
    known
        .entry(path.to_owned())
        .or_default()
        .insert(version.to_owned());
}

/// Returns the go.mod files of the main modules.
fn main_files(environment: &GoEnv) -> Vec<PathBuf> {
    let Some(work) = environment.go_work().map(Path::new) else {
        return environment
            .go_mod()
            .map(PathBuf::from)
            .into_iter()
            .collect();
    };
    let directory = work.parent().unwrap_or(work);
    let go_work = text_of(work).and_then(|text| GoWork::parse("go.work", &text, None).ok());
    let uses = go_work.map(|file| file.uses).unwrap_or_default();
    uses.iter()
        .map(|used| directory.join(&used.path).join("go.mod"))
        .collect()
}

/// Returns the versions of a module in the module cache.
fn cached(environment: &GoEnv, path: &str) -> BTreeSet<String> {
    let mut versions = BTreeSet::new();
    let (Ok(cache), Ok(escaped)) = (environment.mod_cache(), path::escape_path(path)) else {
        return versions;
    };
    let directory = Path::new(cache)
        .join("cache/download")
        .join(escaped.as_ref())
        .join("@v");
    if let Some(list) = text_of(&directory.join("list")) {
        let list = String::from_utf8_lossy(&list).into_owned();
        // A line may have the time of the version behind it.
        versions.extend(
            list.lines()
                .filter_map(|line| line.split_whitespace().next())
                .map(str::to_owned),
        );
    }
    let entries = std::fs::read_dir(&directory)
        .into_iter()
        .flatten()
        .flatten();
    for name in entries.filter_map(|entry| entry.file_name().into_string().ok()) {
        let version = name
            .strip_suffix(".info")
            .or_else(|| name.strip_suffix(".mod"));
        if let Some(version) = version.and_then(|version| path::unescape_version(version).ok())
            && goversion::mod_is_valid(path, &version)
        {
            versions.insert(version.into_owned());
        }
    }
    versions
}

fn text_of(path: &Path) -> Option<Vec<u8>> {
    fs::read(path, MAX_FILE).ok()
}
