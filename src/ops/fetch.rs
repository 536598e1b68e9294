//! The contents of modules: zips out of the module cache, from proxies or repositories, verified before anybody sees
//! them; and unpacked.
//!
//! See <https://go.dev/ref/mod#module-cache> and <https://go.dev/ref/mod#authenticating>.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::progress::Event;
use super::source::{ModuleError, Reason, Source};
use super::upstream::FetchError;
use crate::adapters::fs;
use crate::adapters::http::client::Sink;
use crate::adapters::modcache::{
    CacheError, DirAccess, DirDraft, DirState, ExtractError, Extractor, ModCache, UnpackError,
    Unpacked, VersionLock, ZipDraft, ZipState, is_valid_hash,
};
use crate::adapters::zip_file::{self, PositionedFile, ZipFileError};
use crate::domain::checksum::dirhash;
use crate::domain::gosum::SumKind;
use crate::domain::module::{ModuleVersion, goversion};
use crate::domain::modzip::{Archive, hash_zip};
use crate::ops::context::Network;

/// A module zip in the module cache whose bytes were hashed and whose hash was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedZip {
    /// Where it is.
    pub path: PathBuf,
    /// Its `h1:` hash.
    pub h1: String,
}

/// The contents of a module version: verified and complete.
#[derive(Debug)]
pub struct Contents {
    /// The zip.
    pub zip: VerifiedZip,
    /// Where it was unpacked; or why it cannot be, whoever vouches for the zip.
    pub dir: Result<PathBuf, Box<ModuleError>>,
}

/// What becomes of a zip that is in the module cache already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cached {
    /// It is hashed, and used.
    Used,
    /// It is replaced once another one was fetched and verified.
    Replaced,
}

impl Source<'_> {
    /// Returns the zip of a module version: the one in the module cache, or else fetched.
    ///
    /// The zip is hashed, whoever has hashed it before, and the hash verified against go.sum or else against the
    /// checksum database; a fetched one becomes visible only then.
    pub async fn zip(&self, module: &ModuleVersion) -> Result<VerifiedZip, ModuleError> {
        self.zip_as(module, Cached::Used).await
    }

    /// Fetches the zip of a module version again. If that fails, or the zip is not what go.sum or the database says,
    /// the one in the module cache stays.
    pub async fn zip_again(&self, module: &ModuleVersion) -> Result<VerifiedZip, ModuleError> {
        self.zip_as(module, Cached::Replaced).await
    }

    /// Unpacks a module version into the module cache, fetching and verifying its zip as needed.
    ///
    /// A directory that is there and complete is taken as it is; `verify cache` looks into it.
    pub async fn unpack(&self, module: &ModuleVersion) -> Result<PathBuf, ModuleError> {
        if let Some(dir) = self.cache.extracted_dir(module) {
            return Ok(dir);
        }
        self.contents(module).await?.dir.map_err(|error| *error)
    }

    /// Returns the contents of a module version, zip and directory, fetching, verifying and unpacking what is missing.
    ///
    /// What is there and complete is taken as it is, once the hash that was kept with it is verified; `verify cache`
    /// looks into it. Everything else is read once: what is unpacked becomes visible when the hash of all of it is verified.
    pub async fn contents(&self, module: &ModuleVersion) -> Result<Contents, ModuleError> {
        let path = self.zip_place(module)?;
        if let Some(found) = self.complete_contents(module, &path).await? {
            return Ok(found);
        }
        let lock = Arc::new(self.lock_version(module).await?);
        // Whoever had the lock may have left all of it.
        if let Some(found) = self.complete_contents(module, &path).await? {
            return Ok(found);
        }
        let state = self.cache.zip_state(module);
        let draft = match state {
            ZipState::Missing => Some(self.fetch_zip(module, &lock).await?),
            ZipState::Unhashed | ZipState::Hashed => None,
        };
        let kept = self.kept_zip_hash(module)?;
        let dir = match (self.cache.dir_state(module), &kept) {
            (DirState::Whole, Some(_)) => self.cache.dir(module),
            _ => None,
        };
        let wanted = Wanted {
            file: draft.as_ref().map_or(path.as_path(), ZipDraft::path),
            is_new: draft.is_some(),
            unpacked: dir.is_none(),
        };
        let read = self.read_zip(module, &lock, wanted).await?;
        if let (None, Some(want)) = (&draft, kept.filter(|want| *want != read.h1)) {
            let (zip, got) = (path, read.h1);
            return Err(ModuleError::new(
                module,
                Reason::ZipModified { zip, got, want },
            ));
        }
        self.verify_hash(module, SumKind::Module, &read.h1).await?;
        let access = self.dir_access();
        let h1 = read.h1;
        let zip = VerifiedZip {
            path,
            h1: h1.clone(),
        };
        let keep = move || -> Result<Option<Result<PathBuf, UnpackError>>, Reason> {
            if read.draft.is_some() {
                lock.distrust_dir()?;
            }
            match (draft, state) {
                (Some(draft), _) => drop(lock.keep_zip(draft, &h1)?),
                (None, ZipState::Hashed) => {}
                (None, _) => lock.write_zip_hash(&h1)?,
            }
            match read.draft {
                None => Ok(None),
                Some(Err(error)) => Ok(Some(Err(error))),
                Some(Ok(draft)) => Ok(Some(Ok(lock.keep_dir(draft, access)?))),
            }
        };
        let dir = match (blocking(module, keep).await?, dir) {
            (Some(Err(error)), _) => Err(ModuleError::new(module, error)),
            (Some(Ok(dir)), _) | (None, Some(dir)) => Ok(dir),
            (None, None) => Err(no_place(module)),
        };
        let dir = dir.map_err(Box::new);
        Ok(Contents { zip, dir })
    }

    /// Returns the contents that the module cache has, if nothing is missing.
    async fn complete_contents(
        &self,
        module: &ModuleVersion,
        path: &Path,
    ) -> Result<Option<Contents>, ModuleError> {
        let Some(dir) = self.cache.extracted_dir(module) else {
            return Ok(None);
        };
        let is_hashed = self.cache.zip_state(module) == ZipState::Hashed;
        let Some(h1) = self.kept_zip_hash(module)?.filter(|_| is_hashed) else {
            return Ok(None);
        };
        self.verify_hash(module, SumKind::Module, &h1).await?;
        let path = path.to_owned();
        Ok(Some(Contents {
            zip: VerifiedZip { path, h1 },
            dir: Ok(dir),
        }))
    }

    /// Hashes a zip, and where that is wanted and the zip can be unpacked, writes its files beside their place meanwhile.
    async fn read_zip(
        &self,
        module: &ModuleVersion,
        lock: &Arc<VersionLock>,
        wanted: Wanted<'_>,
    ) -> Result<ReadZip, ModuleError> {
        let (lock, file, unpack) = (Arc::clone(lock), wanted.file.to_owned(), wanted.unpacked);
        let zip = file.clone();
        let prepare = move || -> Result<_, Reason> {
            let archive = zip_file::open(&file)?;
            let draft = unpack.then(|| lock.begin_dir(&archive)).transpose();
            if !matches!(
                draft,
                Err(UnpackError::Zip { .. } | UnpackError::Contents { .. })
            ) {
                return Ok((archive, Ok(draft?)));
            }
            Ok((archive, draft))
        };
        let (archive, draft) = blocking(module, prepare).await?;
        if wanted.is_new {
            check_names(module, &archive)?;
        }
        match draft {
            Ok(draft @ Some(_)) => {
                let name = module.to_string();
                let extracted = self.extractor().extract(&name, archive, draft).await;
                let (h1, draft) = extracted.map_err(|error| match error {
                    ExtractError::Zip(source) => {
                        ModuleError::new(module, ZipFileError::Zip { path: zip, source })
                    }
                    ExtractError::File(error) => ModuleError::new(module, UnpackError::File(error)),
                })?;
                let draft = draft.map(Ok);
                Ok(ReadZip { h1, draft })
            }
            // What cannot be unpacked has a hash nevertheless, and whether that is right is asked first.
            hashed_only => {
                let hash = move || {
                    hash_zip(&archive).map_err(|source| ZipFileError::Zip { path: zip, source })
                };
                let h1 = blocking(module, hash).await?;
                let draft = hashed_only.transpose();
                Ok(ReadZip { h1, draft })
            }
        }
    }

    fn extractor(&self) -> &Extractor {
        self.extractor.get_or_init(Extractor::new)
    }

    /// Unpacks a module version again; what is there is replaced when all of it was unpacked.
    pub async fn unpack_again(&self, module: &ModuleVersion) -> Result<PathBuf, ModuleError> {
        self.unpack_with(module, VersionLock::unpack_again).await
    }

    /// Hashes the zip in the module cache, verifies the hash, and writes it beside the zip; what stood there before does
    /// not count. A zip that nothing else vouches for is not believed.
    pub async fn hash_again(&self, module: &ModuleVersion) -> Result<VerifiedZip, ModuleError> {
        let path = self.zip_place(module)?;
        let lock = self.lock_version(module).await?;
        let file = path.clone();
        let (h1, archive) = blocking(module, move || hash_file(&file)).await?;
        check_names(module, &archive)?;
        self.vouch(module, &h1, None).await?;
        let hash = h1.clone();
        blocking(module, move || lock.write_zip_hash(&hash)).await?;
        Ok(VerifiedZip { path, h1 })
    }

    /// Fetches the go.mod of a module version again; it replaces the one in the module cache if it is verified.
    pub async fn go_mod_again(&self, module: &ModuleVersion) -> Result<(), ModuleError> {
        let fetched = self.upstreams.go_mod(module).await;
        let text = fetched.map_err(|error| ModuleError::new(module, error))?;
        let hash = dirhash::hash_go_mod(&text);
        self.verify_hash(module, SumKind::GoMod, &hash).await?;
        let (cache, kept) = (self.cache.clone(), module.clone());
        blocking(module, move || cache.write_go_mod(&kept, &text)).await
    }

    /// Fetches what is known of a version again; it replaces what the module cache has.
    pub async fn info_again(&self, module: &ModuleVersion) -> Result<(), ModuleError> {
        let fetched = self.upstreams.fresh_info(module).await;
        let info = fetched.map_err(|error| ModuleError::new(module, error))?;
        let (cache, path) = (self.cache.clone(), module.path.clone());
        blocking(module, move || cache.write_info(&path, &info)).await
    }

    /// Returns the `.info` file of a version in the module cache, fetching it where it is missing.
    pub async fn info_file(&self, module: &ModuleVersion) -> Result<PathBuf, ModuleError> {
        let known = self.cache.read_info(module);
        if known
            .map_err(|error| ModuleError::new(module, error))?
            .is_none()
        {
            self.info_again(module).await?;
        }
        let place = self.cache.info_file(module);
        place.ok_or_else(|| no_place(module))
    }

    /// Returns the verified go.mod in the module cache; `text` is what is written where it is missing.
    pub async fn kept_go_mod(
        &self,
        module: &ModuleVersion,
        text: &[u8],
    ) -> Result<PathBuf, ModuleError> {
        if let Some(file) = self.cached_go_mod(module) {
            return Ok(file);
        }
        let (cache, kept, text) = (self.cache.clone(), module.clone(), text.to_vec());
        blocking(module, move || cache.write_go_mod(&kept, &text)).await?;
        let place = self.cache.go_mod_file(module);
        place.ok_or_else(|| no_place(module))
    }

    /// Verifies a hash that replaces another one: somebody must vouch for it, if only the hash that was kept before.
    async fn vouch(
        &self,
        module: &ModuleVersion,
        h1: &str,
        kept: Option<&str>,
    ) -> Result<(), ModuleError> {
        self.verify_hash(module, SumKind::Module, h1).await?;
        let is_vouched_for = kept == Some(h1)
            || self.check_sums(module, SumKind::Module, h1)?
            || self.database_for(module).is_some();
        if is_vouched_for {
            Ok(())
        } else {
            Err(ModuleError::new(module, Reason::Unverified))
        }
    }

    /// Returns the hash that was kept when the zip of a module version was downloaded; none where it is no hash.
    pub(super) fn kept_zip_hash(
        &self,
        module: &ModuleVersion,
    ) -> Result<Option<String>, ModuleError> {
        let kept = self.cache.read_zip_hash(module);
        let kept = kept.map_err(|error| ModuleError::new(module, error))?;
        Ok(kept.filter(|hash| is_valid_hash(hash)))
    }

    /// Returns a module version of which all files are there; the hash of its zip is none where it is no hash.
    pub(super) fn unpacked(&self, module: &ModuleVersion) -> Result<Option<Unpacked>, ModuleError> {
        let found = self.cache.unpacked(module);
        let found = found.map_err(|error| ModuleError::new(module, error))?;
        Ok(found.map(|mut found| {
            found.zip_hash = found.zip_hash.filter(|hash| is_valid_hash(hash));
            found
        }))
    }

    async fn zip_as(
        &self,
        module: &ModuleVersion,
        cached: Cached,
    ) -> Result<VerifiedZip, ModuleError> {
        let place = self.zip_place(module)?;
        if cached == Cached::Used && self.cache.zip_state(module) == ZipState::Hashed {
            return self.verified(module, place).await;
        }
        // Whoever holds the lock is downloading: what comes of it is looked at afterwards.
        let lock = self.lock_version(module).await?;
        match (cached, self.cache.zip_state(module)) {
            (Cached::Used, ZipState::Hashed) => self.verified(module, place).await,
            (Cached::Used, ZipState::Unhashed) => {
                let zip = self.verified(module, place).await?;
                let hash = zip.h1.clone();
                blocking(module, move || lock.write_zip_hash(&hash)).await?;
                Ok(zip)
            }
            (Cached::Used, ZipState::Missing) | (Cached::Replaced, _) => {
                self.download(module, lock, cached).await
            }
        }
    }

    /// Hashes the zip in the cache, and verifies the hash.
    async fn verified(
        &self,
        module: &ModuleVersion,
        path: PathBuf,
    ) -> Result<VerifiedZip, ModuleError> {
        let file = path.clone();
        let (h1, _archive) = blocking(module, move || hash_file(&file)).await?;
        let kept = self.cache.read_zip_hash(module);
        let kept = kept.map_err(|error| ModuleError::new(module, error))?;
        if let Some(want) = kept.filter(|hash| is_valid_hash(hash) && *hash != h1) {
            let (zip, got) = (path, h1);
            return Err(ModuleError::new(
                module,
                Reason::ZipModified { zip, got, want },
            ));
        }
        self.verify_hash(module, SumKind::Module, &h1).await?;
        Ok(VerifiedZip { path, h1 })
    }

    /// Fetches a zip into a file beside its place; it takes its place once its hash is verified.
    async fn download(
        &self,
        module: &ModuleVersion,
        lock: VersionLock,
        cached: Cached,
    ) -> Result<VerifiedZip, ModuleError> {
        let fault = |error: CacheError| ModuleError::new(module, error);
        let draft = self.fetch_zip(module, &lock).await?;
        let file = draft.path().to_owned();
        let (h1, archive) = blocking(module, move || hash_file(&file)).await?;
        check_names(module, &archive)?;
        drop(archive);
        match cached {
            Cached::Used => self.verify_hash(module, SumKind::Module, &h1).await?,
            Cached::Replaced => {
                let kept = self.cache.read_zip_hash(module).map_err(fault)?;
                self.vouch(module, &h1, kept.as_deref()).await?;
            }
        }
        let path = lock.keep_zip(draft, &h1).map_err(fault)?;
        Ok(VerifiedZip { path, h1 })
    }

    /// Fetches a zip into a file beside its place. Nothing of it was looked at.
    async fn fetch_zip(
        &self,
        module: &ModuleVersion,
        lock: &VersionLock,
    ) -> Result<ZipDraft, ModuleError> {
        if self.ctx.network == Network::Offline && !self.upstreams.is_local(&module.path) {
            return Err(ModuleError::new(module, Reason::Offline));
        }
        let draft = lock
            .begin_zip()
            .map_err(|error| ModuleError::new(module, error))?;
        let name = module.to_string();
        let seen = AtomicU64::new(0);
        let progress = |done: u64| {
            let new = done.saturating_sub(seen.swap(done, Ordering::Relaxed));
            let done = self.received.fetch_add(new, Ordering::Relaxed) + new;
            let (what, total) = (name.as_str(), None);
            self.ctx.reporter.report(Event::Bytes { what, done, total });
        };
        let sink = Sink {
            file: draft.file(),
            progress: &progress,
        };
        let fetched: Result<(), FetchError> = self.upstreams.zip(module, sink).await;
        fetched.map_err(|error| ModuleError::new(module, error))?;
        Ok(draft)
    }

    async fn unpack_with(
        &self,
        module: &ModuleVersion,
        unpack: impl FnOnce(
            &VersionLock,
            &Archive<PositionedFile>,
            DirAccess,
        ) -> Result<PathBuf, UnpackError>
        + Send
        + 'static,
    ) -> Result<PathBuf, ModuleError> {
        let zip = self.zip(module).await?;
        let lock = self.lock_version(module).await?;
        let access = self.dir_access();
        blocking(module, move || -> Result<PathBuf, Reason> {
            let archive = zip_file::open(&zip.path)?;
            Ok(unpack(&lock, &archive, access)?)
        })
        .await
    }

    fn dir_access(&self) -> DirAccess {
        let flags = self.ctx.env.goflags_without_mod();
        if self.ctx.modcacherw || flags.is_ok_and(|flags| flags.modcacherw) {
            DirAccess::Writable
        } else {
            DirAccess::ReadOnly
        }
    }

    fn zip_place(&self, module: &ModuleVersion) -> Result<PathBuf, ModuleError> {
        let place = self.cache.zip_file(module);
        let has_files = !goversion::is_toolchain(module.path.as_str());
        place.filter(|_| has_files).ok_or_else(|| no_place(module))
    }

    async fn lock_version(&self, module: &ModuleVersion) -> Result<VersionLock, ModuleError> {
        let (cache, wanted): (ModCache, _) = (self.cache.clone(), module.clone());
        blocking(module, move || cache.lock_version(&wanted)).await
    }
}

/// A zip that is to be read.
struct Wanted<'a> {
    file: &'a Path,
    /// Whether it was fetched just now, and is in the module cache not yet.
    is_new: bool,
    /// Whether its files are wanted, too.
    unpacked: bool,
}

/// A zip that was read once.
struct ReadZip {
    h1: String,
    /// What was unpacked of it, or why it cannot be unpacked; none where nobody asked for that.
    draft: Option<Result<DirDraft, UnpackError>>,
}

fn no_place(module: &ModuleVersion) -> ModuleError {
    let place = CacheError::NoPlace {
        module: module.clone(),
    };
    ModuleError::new(module, place)
}

/// Hashes the zip in a file.
fn hash_file(path: &Path) -> Result<(String, Archive<PositionedFile>), ZipFileError> {
    let archive = zip_file::open(path)?;
    let hash = hash_zip(&archive).map_err(|source| ZipFileError::Zip {
        path: path.to_owned(),
        source,
    })?;
    Ok((hash, archive))
}

/// Refuses the zip of another module, as the go command does before it keeps a zip; unpacking checks the rest.
fn check_names(
    module: &ModuleVersion,
    archive: &Archive<PositionedFile>,
) -> Result<(), ModuleError> {
    let prefix = format!("{module}/");
    let stranger = archive
        .entries()
        .iter()
        .find(|entry| !entry.name.starts_with(prefix.as_bytes()));
    match stranger {
        None => Ok(()),
        Some(entry) => Err(ModuleError::new(
            module,
            Reason::UnexpectedFile {
                module: module.clone(),
                name: entry.display_name().into_owned(),
            },
        )),
    }
}

/// Does what may wait for the disk, or for another process, on a thread that may.
async fn blocking<T, E>(
    module: &ModuleVersion,
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, ModuleError>
where
    T: Send + 'static,
    E: Into<Reason> + Send + 'static,
{
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.unwrap_or_else(|bug| std::panic::resume_unwind(bug.into_panic()));
    done.map_err(|error| ModuleError::new(module, error))
}

impl From<fs::FsError> for FetchError {
    fn from(error: fs::FsError) -> Self {
        Self::Cache(error.into())
    }
}
