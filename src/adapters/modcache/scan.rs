//! Which module versions a cache has anything of.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::store::{CacheError, ModCache, is_missing};
use crate::adapters::fs::at;
use crate::domain::module::path::{unescape_path, unescape_version};
use crate::domain::module::{ModuleVersion, version};

/// The files in `@v` that belong to a version, the locks aside.
const SUFFIXES: [&str; 5] = [".zip", ".ziphash", ".mod", ".info", ".partial"];

/// What a cache has of a module version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedVersion {
    /// The module version.
    pub module: ModuleVersion,
    /// Whether there is more than go.mod and information: a zip, its hash, or files.
    pub has_contents: bool,
}

impl ModCache {
    /// Returns every module version that the cache has anything of, in the order of path and version.
    ///
    /// Names that no go command writes are passed over.
    pub fn versions(&self) -> Result<Vec<CachedVersion>, CacheError> {
        let mut found = BTreeMap::new();
        self.scan_downloads(&mut found)?;
        self.scan_directories(&mut found)?;
        let mut found: Vec<_> = found
            .into_iter()
            .map(|((path, version), has_contents)| CachedVersion {
                module: ModuleVersion::new(path, version),
                has_contents,
            })
            .collect();
        found.sort_by(|left, right| {
            let (left, right) = (&left.module, &right.module);
            left.path
                .cmp(&right.path)
                .then_with(|| version::compare_total(left.version.as_str(), right.version.as_str()))
        });
        Ok(found)
    }

    fn scan_downloads(&self, found: &mut Found) -> Result<(), CacheError> {
        let root = self.download_dir();
        let mut dirs = vec![root.clone()];
        while let Some(dir) = dirs.pop() {
            let module = below(&root, &dir).and_then(|name| {
                let path = name.strip_suffix("/@v")?;
                Some(unescape_path(path).ok()?.into_owned())
            });
            for (name, is_dir) in entries(&dir)? {
                // The tiles of checksum databases are no modules.
                let is_sumdb = dir == root && name == "sumdb";
                match &module {
                    Some(path) if !is_dir => note_file(found, path, &name),
                    None if is_dir && !is_sumdb => dirs.push(dir.join(name)),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Finds what is unpacked; a directory with a version in its name is not looked into.
    fn scan_directories(&self, found: &mut Found) -> Result<(), CacheError> {
        let mut dirs = vec![self.root().to_owned()];
        while let Some(dir) = dirs.pop() {
            for (name, is_dir) in entries(&dir)? {
                if !is_dir || dir == self.root() && name == "cache" {
                    continue;
                }
                let path = dir.join(name);
                let name = below(self.root(), &path).unwrap_or_default();
                let Some((module, version)) = name.split_once('@') else {
                    dirs.push(path);
                    continue;
                };
                let (module, version) = (unescape_path(module), unescape_version(version));
                if let (Ok(module), Ok(version)) = (module, version)
                    && version::canonical_version(&version) == version
                {
                    found.insert((module.into_owned(), version.into_owned()), true);
                }
            }
        }
        Ok(())
    }
}

/// Whether there are contents, by path and version.
type Found = BTreeMap<(String, String), bool>;

fn note_file(found: &mut Found, path: &str, name: &str) {
    let suffix = SUFFIXES.iter().find(|suffix| name.ends_with(**suffix));
    let Some((suffix, escaped)) =
        suffix.and_then(|suffix| Some((suffix, name.strip_suffix(*suffix)?)))
    else {
        return;
    };
    let Ok(version) = unescape_version(escaped) else {
        return;
    };
    if version::canonical_version(&version) != version {
        return;
    }
    let has_contents = !matches!(*suffix, ".mod" | ".info");
    *found
        .entry((path.to_owned(), version.into_owned()))
        .or_insert(false) |= has_contents;
}

/// Returns the names in a directory that are text, and which are directories themselves; links are none.
fn entries(dir: &Path) -> Result<Vec<(String, bool)>, CacheError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if is_missing(&error) => return Ok(Vec::new()),
        Err(error) => return Err(at("read directory", dir)(error).into()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(at("read directory", dir))?;
        let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if let Ok(name) = entry.file_name().into_string() {
            found.push((name, is_dir));
        }
    }
    Ok(found)
}

/// Returns the name of `path` below `root` with slashes.
fn below(root: &Path, path: &Path) -> Option<String> {
    let relative: PathBuf = path.strip_prefix(root).ok()?.to_owned();
    Some(relative.to_str()?.replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::modcache::ModCacheMode;

    #[test]
    fn finds_versions_and_passes_over_the_rest() {
        let root = tempfile::tempdir().unwrap();
        for file in [
            "cache/lock",
            "cache/vcs/0123/info",
            "cache/download/sumdb/sum.example.com/tile/8/0/000",
            "cache/download/example.com/!big/@v/v1.10.0.zip",
            "cache/download/example.com/!big/@v/v1.10.0.lock",
            "cache/download/example.com/!big/@v/v1.9.0.mod",
            "cache/download/example.com/!big/@v/list",
            "cache/download/example.com/!big/@v/v1.9.zip",
            "cache/download/example.com/!big/@v/v1.8.0.zip123.tmp",
            "cache/download/example.com/Bad/@v/v1.0.0.zip",
            "example.com/!big@v1.10.0/go.mod",
            "example.com/!big@v1.11.0/go.mod",
            "example.com/!big@v1.12.0.tmp-1/go.mod",
            "example.com/!big/v2@v2.0.0/x@v1.0.0/go.mod",
            "note@me",
        ] {
            let file = root.path().join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        let cache = ModCache::new(root.path(), ModCacheMode::ReadOnly).unwrap();
        let found: Vec<_> = cache
            .versions()
            .unwrap()
            .into_iter()
            .map(|found| (found.module.to_string(), found.has_contents))
            .collect();
        let expect = [
            ("example.com/Big@v1.9.0", false),
            ("example.com/Big@v1.10.0", true),
            ("example.com/Big@v1.11.0", true),
            ("example.com/Big/v2@v2.0.0", true),
        ];
        assert_eq!(found, expect.map(|(name, has)| (name.to_owned(), has)));
        let empty = ModCache::new(root.path().join("no"), ModCacheMode::ReadOnly).unwrap();
        assert!(empty.versions().unwrap().is_empty());
    }
}
