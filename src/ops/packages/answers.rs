//! Answers of earlier runs about packages: they are given again as long as all that they rest on is as it was.
//!
//! An answer rests on go.mod, go.sum and the like, byte for byte, on what lies in the directories of the user, which are
//! looked at again, and on unpacked modules, see [`Grounds`]. It is kept only where go.sum vouches for every module and
//! nobody had to be asked for a version. Entries are sealed, see [`Index`].

use std::path::{Path, PathBuf};

use super::PackageError;
use super::grounds::Grounds;
use super::index::tags_text;
use super::roots::Errors;
use super::trees::Trees;
use crate::adapters::fs;
use crate::adapters::index::{Area, Index};
use crate::domain::checksum::content::ContentDigest;
use crate::domain::mvs::pack::{Reader, put_number, put_text};
use crate::domain::mvs::roots::Requirements;
use crate::ops::deciding::{self, Now};
use crate::ops::load::{GO_RELEASE, LoadOptions, Mode};
use crate::ops::session::Session;
use crate::ops::source::MAX_GO_SUM;

/// The place of one answer.
pub struct Answers<'r, 's, 'a> {
    session: &'s Session<'a>,
    trees: &'r Trees<'s, 'a>,
    index: Index,
    question: ContentDigest,
    /// The directory of go.work or go.mod: files below it are named relative to it.
    base: PathBuf,
}

impl<'r, 's, 'a> Answers<'r, 's, 'a> {
    /// Puts a question; `None` where it is not one for the index. `about` says what is asked and how, and `requirements`
    /// are those that are started with.
    pub fn ask(
        trees: &'r Trees<'s, 'a>,
        load: &LoadOptions,
        requirements: &Requirements,
        about: &[&str],
    ) -> Option<Self> {
        let session = trees.session;
        let env = &session.ctx.env;
        let is_fixed = session.mains.modules.iter().any(|main| main.fixed);
        if is_fixed
            || session.mode == Mode::Vendor
            || load.modfile.is_some()
            || env.get("GOFLAGS").contains("-modfile")
        {
            return None;
        }
        let base = session.mains.base_dir();
        let mod_cache = Path::new(env.get("GOMODCACHE"));
        if !mod_cache.is_absolute() || !base.is_absolute() {
            return None;
        }
        let mut question = Vec::new();
        put_text(&mut question, GO_RELEASE);
        deciding::put_settings(&mut question, env);
        put_text(&mut question, base.to_str()?);
        put_text(
            &mut question,
            &format!("{:?} {:?}", session.mode, requirements.pruning),
        );
        put_text(&mut question, &tags_text(&trees.tags));
        put_number(&mut question, session.mains.modules.len());
        for main in &session.mains.modules {
            put_text(&mut question, main.go_mod.to_str()?);
        }
        put_number(&mut question, requirements.roots.len());
        for root in &requirements.roots {
            put_text(&mut question, root.path.as_str());
            put_text(&mut question, root.version.as_str());
        }
        put_number(&mut question, about.len());
        for text in about {
            put_text(&mut question, text);
        }
        Some(Self {
            session,
            trees,
            index: Index::new(mod_cache, session.ctx.config_dir.as_deref()?, Area::Answers),
            question: ContentDigest::of(&question),
            base: base.to_owned(),
        })
    }

    /// Returns what `take` makes of the answer of an earlier run, if all that it rests on is as it was.
    pub fn find<T>(&self, take: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Option<T> {
        let entry = self.index.get(&self.question)?;
        let mut reader = Reader::new(&entry);
        self.has_same_inputs(&mut reader)?;
        let grounds = Grounds::read(&mut reader, &self.base)?;
        let digest = reader.bytes(ContentDigest::LENGTH)?;
        let (modules, dirs) = rayon::join(
            || grounds.has_same_modules(self.trees),
            || grounds.digest(self.trees),
        );
        if !modules || dirs?.as_bytes() != digest {
            return None;
        }
        let answer = take(&mut reader)?;
        reader.is_at_end().then_some(answer)
    }

    /// Keeps an answer that `put` writes, if it rests on nothing but files of the user and modules that do not change.
    pub fn keep(&self, errors: &Errors, put: impl FnOnce(&mut Vec<u8>) -> Option<()>) {
        if errors.values().all(|error| is_lasting(error)) {
            let _kept: Option<()> = self.try_keep(put);
        }
    }

    fn try_keep(&self, put: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
        let inputs = self.session.source.deciding_inputs()?;
        let grounds = Grounds::of(self.trees)?;
        let mut entry = Vec::new();
        deciding::put_files(&mut entry, &inputs, &self.base)?;
        grounds.write(&mut entry, &self.base)?;
        entry.extend_from_slice(grounds.digest(self.trees)?.as_bytes());
        put(&mut entry)?;
        self.index.put(&self.question, entry);
        Some(())
    }

    /// Compares the files that decided: those that this run has read already, and the others.
    fn has_same_inputs(&self, reader: &mut Reader<'_>) -> Option<()> {
        let read = self.session.source.deciding_inputs()?;
        deciding::take_same_files(reader, &self.base, |path| {
            if let Some(digest) = read.get(&path) {
                return Some(Now::Is(*digest));
            }
            let contents = fs::read_if_exists(&path, MAX_GO_SUM).ok()?;
            Some(Now::Is(contents.as_deref().map(ContentDigest::of)))
        })
    }
}

/// Reports whether an error will be there as long as the files are as they are.
fn is_lasting(error: &PackageError) -> bool {
    matches!(
        error,
        PackageError::Import(_)
            | PackageError::MissingSum { .. }
            | PackageError::Implicit { .. }
            | PackageError::NoFiles
    )
}
