//! replace and exclude: which module version stands for another, and which never counts.
//!
//! See <https://go.dev/ref/mod#go-mod-file-replace> and <https://go.dev/ref/mod#go-work-file-replace>.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};

/// One `replace` line: `old => new`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What is replaced; an empty version stands for all versions.
    pub old: ModuleVersion,
    /// What stands for it; an empty version says that the path is a directory.
    pub new: ModuleVersion,
}

/// The `replace` lines of one file.
#[derive(Clone, Debug, Default)]
pub struct ReplaceMap(HashMap<ModuleVersion, ModuleVersion>);

/// Two lines replace the same module by different ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("conflicting replacements for {old}:\n\t{first}\n\t{second}")]
pub struct ReplaceConflict {
    /// What both lines replace.
    pub old: ModuleVersion,
    /// The replacement that was read first.
    pub first: ModuleVersion,
    /// The other one.
    pub second: ModuleVersion,
}

/// All `replace` and `exclude` lines that apply: go.work's, then those of each main module.
#[derive(Clone, Debug, Default)]
pub struct Replacements {
    work: ReplaceMap,
    members: Vec<ReplaceMap>,
    /// The highest version on the left side of any line, for every path that is there.
    highest: HashMap<ModulePath, Version>,
    excluded: HashSet<ModuleVersion>,
}

/// A replacement with the main module whose go.mod has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// What stands for the module.
    pub new: &'a ModuleVersion,
    /// The position of the main module that says so; none for go.work.
    pub member: Option<usize>,
}

impl ReplaceMap {
    /// Collects the lines of one file.
    pub fn new(lines: &[Replacement]) -> Result<Self, ReplaceConflict> {
        let mut map = HashMap::with_capacity(lines.len());
        for line in lines {
            if let Some(first) = map.insert(line.old.clone(), line.new.clone())
                && first != line.new
            {
                return Err(ReplaceConflict {
                    old: line.old.clone(),
                    first,
                    second: line.new.clone(),
                });
            }
        }
        Ok(Self(map))
    }

    /// Returns the version as written on the left side (empty for all) and the replacement.
    fn get(&self, module: &ModuleVersion) -> Option<(bool, &ModuleVersion)> {
        if self.0.is_empty() {
            return None;
        }
        if let Some(new) = self.0.get(module) {
            return Some((module.version.is_empty(), new));
        }
        let any = ModuleVersion {
            path: module.path.clone(),
            version: Version::none(),
        };
        self.0.get(&any).map(|new| (true, new))
    }
}

impl Replacements {
    /// Puts together the lines of go.work and of each main module, in their order.
    ///
    /// `same` compares two right sides that come from different files: directories are relative to
    /// the file that names them.
    pub fn new(
        work: ReplaceMap,
        members: Vec<ReplaceMap>,
        excluded: HashSet<ModuleVersion>,
        same: impl Fn(usize, &ModuleVersion, usize, &ModuleVersion) -> bool,
    ) -> Result<Self, ReplaceConflict> {
        let replaced_by_work: HashSet<&ModulePath> = work.0.keys().map(|old| &old.path).collect();
        let mut first: HashMap<&ModuleVersion, (usize, &ModuleVersion)> = HashMap::new();
        for (member, map) in members.iter().enumerate() {
            for (old, new) in map
                .0
                .iter()
                .filter(|(old, _)| !replaced_by_work.contains(&old.path))
            {
                match first.get(old) {
                    Some(&(other, known)) if !same(other, known, member, new) => {
                        return Err(ReplaceConflict {
                            old: old.clone(),
                            first: known.clone(),
                            second: new.clone(),
                        });
                    }
                    Some(_) => {}
                    None => {
                        first.insert(old, (member, new));
                    }
                }
            }
        }
        let highest = highest(work.0.keys().chain(first.keys().copied()));
        Ok(Self {
            work,
            members,
            highest,
            excluded,
        })
    }

    /// Returns what stands for `module`, if anything does; a main module itself is never replaced.
    ///
    /// Among several main modules the order decides, as in the go command: the last wildcard wins,
    /// and a version-specific line after a wildcard is a conflict.
    pub fn get(&self, module: &ModuleVersion) -> Result<Option<Found<'_>>, ReplaceConflict> {
        // A workspace of a hundred modules has a hundred maps, and nearly everything is in none of them.
        if !self.highest.contains_key(&module.path) {
            return Ok(None);
        }
        if let Some((_, new)) = self.work.get(module) {
            return Ok(Some(Found { new, member: None }));
        }
        let mut found: Option<(bool, Found<'_>)> = None;
        for (member, map) in self.members.iter().enumerate() {
            let Some((any, new)) = map.get(module) else {
                continue;
            };
            if let Some((first_any, first)) = found
                && first_any
                && !any
                && first.new != new
            {
                return Err(ReplaceConflict {
                    old: module.clone(),
                    first: first.new.clone(),
                    second: new.clone(),
                });
            }
            found = Some((
                any,
                Found {
                    new,
                    member: Some(member),
                },
            ));
        }
        Ok(found.map(|(_, found)| found))
    }

    /// Returns the highest version of `path` on the left side of any line; empty for all versions.
    pub fn highest_replaced(&self, path: &ModulePath) -> Option<&Version> {
        self.highest.get(path)
    }

    /// Returns the versions of `path` that members' go.mod files replace by name.
    pub fn replaced_versions(&self, path: &ModulePath) -> Vec<Version> {
        let olds = self.members.iter().flat_map(|map| map.0.keys());
        olds.filter(|old| old.path == *path && !old.version.is_empty())
            .map(|old| old.version.clone())
            .collect()
    }

    /// Reports whether `module` is excluded.
    pub fn is_excluded(&self, module: &ModuleVersion) -> bool {
        !self.excluded.is_empty() && self.excluded.contains(module)
    }
}

fn highest<'a>(olds: impl Iterator<Item = &'a ModuleVersion>) -> HashMap<ModulePath, Version> {
    let mut highest: HashMap<ModulePath, Version> = HashMap::new();
    for old in olds {
        let known = highest
            .entry(old.path.clone())
            .or_insert_with(|| old.version.clone());
        if goversion::mod_compare(old.path.as_str(), known.as_str(), old.version.as_str())
            == Ordering::Less
        {
            *known = old.version.clone();
        }
    }
    highest
}
