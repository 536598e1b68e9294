//! What an answer about packages rests on: which unpacked modules and which directories of the user were looked at.
//!
//! Unpacked modules do not change, so it is enough that they are still the ones that were looked at. What the user may
//! change at any time is looked at again, each file: there is no rule of times and sizes that could be wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::trees::{Scan, Trees, lock};
use crate::adapters::index::stamp;
use crate::domain::checksum::content::ContentDigest;
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::pack::{Reader, put_number, put_text};

/// What was looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Grounds {
    /// Unpacked modules for which somebody vouches.
    modules: Vec<UnpackedModule>,
    /// Directories of the user, with what was asked about each.
    dirs: BTreeMap<PathBuf, Question>,
}

/// An unpacked module that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpackedModule {
    /// Its path and version, after replacement.
    pub module: ModuleVersion,
    /// The hash of its zip.
    pub h1: String,
    /// What tells its directory from another one.
    pub stamp: Vec<u8>,
}

/// What was asked about a directory of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// Whether it has a go.mod.
    GoMod,
    /// What is in it.
    Entries,
    /// What is in it, and what its Go files import.
    Imports,
}

impl Question {
    const ALL: [Self; 3] = [Self::GoMod, Self::Entries, Self::Imports];
}

impl Grounds {
    /// Gathers what was looked at; `None` where an answer cannot be kept: something could not be read, or nobody vouches
    /// for it, or the user's directories and the module cache lie within each other.
    pub fn of(trees: &Trees<'_, '_>) -> Option<Self> {
        let mut grounds = Self::default();
        let cache = Path::new(trees.session.ctx.env.get("GOMODCACHE"));
        let mut unpacked = Vec::new();
        for tree in lock(&trees.roots).values() {
            let Ok(tree) = tree else {
                // What is wrong with a module, the errors of its packages tell.
                continue;
            };
            if tree.is_local {
                if tree.root.starts_with(cache) || cache.starts_with(&tree.root) {
                    return None;
                }
                grounds.ask(&tree.root, Question::Entries);
            } else {
                grounds.modules.push(tree.seen.as_ref()?.module.clone());
                unpacked.push(tree.root.clone());
            }
        }
        unpacked.sort_unstable();
        // Directories that no tree was made for: those of packages whose module is known.
        let is_users = |dir: &Path| {
            !dir.ancestors().any(|above| {
                unpacked
                    .binary_search_by(|root| root.as_path().cmp(above))
                    .is_ok()
            })
        };
        for dir in lock(&trees.go_mods).keys().filter(|dir| is_users(dir)) {
            grounds.ask(dir, Question::GoMod);
        }
        for dir in lock(&trees.listings).keys().filter(|dir| is_users(dir)) {
            grounds.ask(dir, Question::Entries);
        }
        for dir in lock(&trees.scans).keys().filter(|dir| is_users(dir)) {
            grounds.ask(dir, Question::Imports);
        }
        let mut above_cache = grounds.dirs.keys();
        if above_cache.any(|dir| dir.starts_with(cache)) {
            return None;
        }
        grounds
            .modules
            .sort_unstable_by(|a, b| a.module.cmp(&b.module));
        Some(grounds)
    }

    fn ask(&mut self, dir: &Path, question: Question) {
        let known = self.dirs.entry(dir.to_owned()).or_insert(question);
        if (*known as u8) < question as u8 {
            *known = question;
        }
    }

    /// Reports whether all unpacked modules are those that were looked at.
    pub fn has_same_modules(&self, trees: &Trees<'_, '_>) -> bool {
        let is_same = |known: &UnpackedModule| {
            let found = trees.session.source.unpacked(&known.module);
            found.is_ok_and(|found| {
                found.is_some_and(|found| {
                    found.zip_hash.as_deref() == Some(&*known.h1)
                        && stamp(&found.metadata).as_ref() == Some(&known.stamp)
                })
            })
        };
        self.modules.par_iter().with_min_len(16).all(is_same)
    }

    /// Looks at all directories of the user, and digests what is there; `None` where something cannot be read.
    pub fn digest(&self, trees: &Trees<'_, '_>) -> Option<ContentDigest> {
        let dirs: Vec<_> = self.dirs.iter().collect();
        let look = |&(dir, &question): &(&PathBuf, &Question)| answer(trees, dir, question);
        let answers: Option<Vec<_>> = dirs.par_iter().with_max_len(8).map(look).collect();
        let mut bytes = Vec::new();
        for digest in answers? {
            bytes.extend_from_slice(digest.as_bytes());
        }
        Some(ContentDigest::of(&bytes))
    }

    /// Appends the grounds; directories below `base` are named relative to it.
    pub fn write(&self, bytes: &mut Vec<u8>, base: &Path) -> Option<()> {
        put_number(bytes, self.modules.len());
        for known in &self.modules {
            put_text(bytes, known.module.path.as_str());
            put_text(bytes, known.module.version.as_str());
            put_text(bytes, &known.h1);
            put_number(bytes, known.stamp.len());
            bytes.extend_from_slice(&known.stamp);
        }
        put_number(bytes, self.dirs.len());
        for (dir, &question) in &self.dirs {
            put_text(bytes, dir.strip_prefix(base).unwrap_or(dir).to_str()?);
            put_number(bytes, question as usize);
        }
        Some(())
    }

    /// Takes grounds.
    pub fn read(reader: &mut Reader<'_>, base: &Path) -> Option<Self> {
        let mut grounds = Self::default();
        for _ in 0..reader.count()? {
            let module = ModuleVersion {
                path: ModulePath::new(reader.text()?),
                version: Version::new(reader.text()?),
            };
            let h1 = reader.text()?.to_owned();
            let length = reader.count()?;
            let stamp = reader.bytes(length)?.to_vec();
            grounds.modules.push(UnpackedModule { module, h1, stamp });
        }
        for _ in 0..reader.count()? {
            let below = reader.text()?;
            let question = usize::try_from(reader.number()?).ok()?;
            let question = *Question::ALL.get(question)?;
            let dir = if below.is_empty() {
                base.to_owned()
            } else {
                base.join(below)
            };
            grounds.dirs.insert(dir, question);
        }
        Some(grounds)
    }
}

fn answer(trees: &Trees<'_, '_>, dir: &Path, question: Question) -> Option<ContentDigest> {
    let mut bytes = Vec::new();
    if question == Question::GoMod {
        bytes.push(u8::from(trees.has_go_mod(dir)));
        return Some(ContentDigest::of(&bytes));
    }
    match &*trees.list(dir) {
        Err(_) => return None,
        Ok(None) => bytes.push(0),
        Ok(Some(listing)) => {
            if listing.unclear.is_some() {
                return None;
            }
            bytes.push(1 + u8::from(listing.has_go_mod));
            for names in [&listing.dirs, &listing.go_files] {
                put_number(&mut bytes, names.len());
                for name in names {
                    let name = name.as_encoded_bytes();
                    put_number(&mut bytes, name.len());
                    bytes.extend_from_slice(name);
                }
            }
        }
    }
    if question == Question::Imports {
        match trees.scan_users(dir) {
            Scan::Failed(_) => return None,
            Scan::NoFiles => bytes.push(0),
            Scan::Imports(imports) => {
                bytes.push(1);
                for paths in [&imports.files, &imports.tests] {
                    put_number(&mut bytes, paths.len());
                    for path in paths {
                        put_text(&mut bytes, path);
                    }
                }
            }
        }
    }
    Some(ContentDigest::of(&bytes))
}
