//! Which modules are one's own: those of the repository at hand.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::adapters::fs as files;
use crate::domain::modfile::Summary;
use crate::domain::module::pattern::match_prefix_patterns;
use crate::domain::module::{ModulePath, path};
use crate::ops::load::MAX_GO_MOD;

/// Returns the modules of the repository around `dir` that a list of globs matches; a module path that matches none
/// of them stands for itself.
pub(super) fn modules(dir: &Path, pattern: &str) -> Vec<ModulePath> {
    let top = dir
        .ancestors()
        .find(|dir| dir.join(".git").exists())
        .unwrap_or(dir);
    let found: BTreeSet<ModulePath> = go_mod_files(top)
        .iter()
        .filter_map(|file| files::read(file, MAX_GO_MOD).ok())
        .filter_map(|text| Summary::read("go.mod", &text).ok()?.module)
        .filter(|module| match_prefix_patterns(pattern, module.as_str()))
        .collect();
    if found.is_empty() && path::check_path(pattern).is_ok() {
        return vec![ModulePath::new(pattern)];
    }
    found.into_iter().collect()
}

/// Finds the go.mod files below a directory, but those that belong to nobody: vendored, hidden, test data.
fn go_mod_files(top: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![top.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_file() && name == "go.mod" {
                found.push(entry.path());
            }
            let is_left_out =
                name.starts_with(['.', '_']) || name == "vendor" || name == "testdata";
            if kind.is_dir() && !is_left_out {
                waiting.push(entry.path());
            }
        }
    }
    found
}
