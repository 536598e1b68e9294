//! What earlier runs saw in the directories of modules: unpacked modules do not change, so nobody looks there twice.
//!
//! There is one entry for each module version, by the hash of its zip, and for each set of build tags. An entry is made
//! only where somebody vouches for that hash, go.sum or the checksum database, and only of directories that could be read;
//! it is believed only as long as the module's directory is the one that was looked at. As the go command does, it takes
//! what lies in that directory for what was unpacked there. Entries are sealed, see [`Index`].

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::grounds::UnpackedModule;
use crate::adapters::index::{Area, Index, stamp};
use crate::domain::checksum::content::ContentDigest;
use crate::domain::gosource::Tags;
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::pack::{Reader, put_number, put_text};
use crate::domain::packages::Imports;
use crate::domain::packages::facts::{self, Facts};
use crate::ops::context::Context;

/// The entries of one set of build tags.
pub struct PackageIndex {
    index: Option<Index>,
    tags: String,
}

/// What is known of the directories of one module.
pub struct Seen {
    question: ContentDigest,
    /// What was looked at.
    pub(super) module: UnpackedModule,
    known: facts::Dirs,
    added: Mutex<BTreeMap<String, Facts>>,
}

impl PackageIndex {
    /// Names the place; nothing is read yet.
    pub fn new(ctx: &Context, tags: &Tags) -> Self {
        let mod_cache = Path::new(ctx.env.get("GOMODCACHE"));
        let config_dir = ctx.config_dir.as_deref();
        let config_dir = config_dir.filter(|_| mod_cache.is_absolute());
        Self {
            index: config_dir.map(|dir| Index::new(mod_cache, dir, Area::Packages)),
            tags: tags_text(tags),
        }
    }

    /// Returns what is known of a module whose zip has a hash that somebody vouches for, and whose directory is `dir`.
    pub fn open(&self, module: &ModuleVersion, h1: &str, dir: &Metadata) -> Option<Seen> {
        let index = self.index.as_ref()?;
        let mut question = Vec::new();
        for part in [
            module.path.as_str(),
            module.version.as_str(),
            h1,
            &self.tags,
        ] {
            put_text(&mut question, part);
        }
        let question = ContentDigest::of(&question);
        let stamp = stamp(dir)?;
        let known = index
            .get(&question)
            .and_then(|entry| read(&entry, &stamp))
            .unwrap_or_default();
        Some(Seen {
            question,
            module: UnpackedModule {
                module: module.clone(),
                h1: h1.to_owned(),
                stamp,
            },
            known,
            added: Mutex::default(),
        })
    }

    /// Keeps what was seen for the first time.
    pub fn keep(&self, seen: &Seen) {
        let Some(index) = &self.index else {
            return;
        };
        let added = seen.lock();
        if added.is_empty() {
            return;
        }
        let known = seen.known.iter().map(|(dir, facts)| (&**dir, facts));
        let added = added.iter().map(|(dir, facts)| (dir.as_str(), facts));
        let mut entry = Vec::new();
        put_number(&mut entry, seen.module.stamp.len());
        entry.extend_from_slice(&seen.module.stamp);
        facts::write(&mut entry, &known.chain(added).collect());
        index.put(&seen.question, entry);
    }
}

impl Seen {
    /// Reports whether a directory has Go files, if that is known.
    pub fn has_go_files(&self, below: &str) -> Option<bool> {
        if let Some(facts) = self.known.get(below) {
            return Some(facts.has_go_files());
        }
        self.lock().get(below).map(Facts::has_go_files)
    }

    /// Returns what the files in a directory import, if that is known; the inner `None` where no file counts.
    pub fn imports(&self, below: &str) -> Option<Option<Arc<Imports>>> {
        let imports = |facts: &Facts| match facts {
            Facts::GoFiles => None,
            Facts::NoGoFiles | Facts::NothingCounts => Some(None),
            Facts::Imports(imports) => Some(Some(Arc::clone(imports))),
        };
        if let Some(known) = self.known.get(below).and_then(imports) {
            return Some(known);
        }
        self.lock().get(below).and_then(imports)
    }

    /// Notes what was seen in a directory.
    pub fn add(&self, below: &str, facts: Facts) {
        self.lock().insert(below.to_owned(), facts);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Facts>> {
        self.added.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(entry: &[u8], stamp: &[u8]) -> Option<facts::Dirs> {
    let mut reader = Reader::new(entry);
    let length = reader.count()?;
    if reader.bytes(length)? != stamp {
        return None;
    }
    let known = facts::read(&mut reader)?;
    reader.is_at_end().then_some(known)
}

/// Names build tags.
pub(super) fn tags_text(tags: &Tags) -> String {
    match tags {
        Tags::Any => "*".to_owned(),
        Tags::Set { tags, system } => {
            let tags: Vec<_> = tags.iter().map(String::as_str).collect();
            format!("{system} {}", tags.join(","))
        }
    }
}
