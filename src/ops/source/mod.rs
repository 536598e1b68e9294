//! Where go.mod files, versions and version information come from: module cache, proxies, `direct`;
//! verified before they are believed.
//!
//! See <https://go.dev/ref/mod#goproxy-protocol> and <https://go.dev/ref/mod#authenticating>.

mod error;
mod shared;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering as AtomicOrdering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::spread;
use crate::adapters::modcache::{CacheError, Extractor, ModCache};
use crate::adapters::sumdb::{Network as SumDbNetwork, SumDbClient, SumDbSettings};
use crate::domain::checksum::content::ContentDigest;
use crate::domain::checksum::dirhash;
use crate::domain::goenv::SumDb;
use crate::domain::gosum::lines::{Sum, SumKey};
use crate::domain::gosum::{GoSum, SumKind, SumVerdict};
use crate::domain::modfile::summary::Summary;
use crate::domain::module::{ModuleVersion, NameMap};
use crate::ops::context::{Context, Network};
use crate::ops::files::Files;
use crate::ops::load::{LoadError, MAX_GO_MOD};
use crate::ops::main_modules::MainModules;
use crate::ops::statements::{Came, Earlier};
use crate::ops::upstream::{Upstreams, setting};

pub use error::{ModuleError, Reason};
pub use shared::Shared;

/// So many questions are answered sooner from the text of a go.sum than by parsing all of it.
const FEW_QUESTIONS: usize = 16;

/// Files with what is in them.
type Texts = Vec<(PathBuf, Vec<u8>)>;

/// One go.sum file.
#[derive(Clone)]
struct SumFile {
    path: PathBuf,
    sums: GoSum,
}

/// The go.sum files that apply: the main module's or go.work's first, then those of members.
#[derive(Default)]
struct Sums {
    files: Vec<SumFile>,
}

/// Where go.mod files came from, and how long that took.
struct Trace {
    since: Instant,
    came: Mutex<HashMap<ModuleVersion, (Came, Duration)>>,
}

/// Where modules come from.
pub struct Source<'a> {
    pub(in crate::ops) ctx: &'a Context,
    /// Proxies and repositories.
    pub upstreams: Upstreams<'a>,
    pub(in crate::ops) cache: ModCache,
    sumdb: Option<SumDbClient>,
    sums: OnceLock<Arc<Sums>>,
    /// The texts of go.sum files that were read before and are parsed when somebody asks often.
    texts_of_sums: OnceLock<Arc<Texts>>,
    /// How often somebody has asked.
    asked_of_sums: AtomicUsize,
    summaries: Mutex<NameMap<ModuleVersion, Arc<Summary>>>,
    /// Where the user's own files are read.
    pub(in crate::ops) files: Files,
    shared: Arc<Shared>,
    /// Where go.mod files came from, where somebody wants to know.
    trace: Option<Trace>,
    /// What earlier runs know of the graph of these main modules.
    pub earlier: Option<Earlier>,
    inputs: Mutex<BTreeMap<PathBuf, Option<ContentDigest>>>,
    /// Hashes that were found right.
    checked: Mutex<BTreeSet<Sum>>,
    beyond_sums: AtomicBool,
    /// The bytes of zips that have come.
    pub(in crate::ops) received: AtomicU64,
    /// Threads that unpack zips, once they are needed.
    pub(in crate::ops) extractor: OnceLock<Extractor>,
}

impl<'a> Source<'a> {
    /// Reads the settings; no file and no network is touched.
    pub fn new(ctx: &'a Context) -> Result<Self, LoadError> {
        Self::sharing(ctx, Files::Disk, Arc::default())
    }

    /// Reads the settings for a run that reads the user's files from `files`, and shares what go.mod files of other
    /// modules say with further runs. Each run believes them by its own go.sum.
    pub fn sharing(ctx: &'a Context, files: Files, shared: Arc<Shared>) -> Result<Self, LoadError> {
        let upstreams = Upstreams::new(ctx)?;
        let cache = upstreams.cache().clone();
        let settings = database_settings(ctx, &cache)?;
        let sumdb = settings.map(|settings| {
            let new = || SumDbClient::new(ctx.http.clone(), settings);
            shared.database(ctx.network, new)
        });
        Ok(Self {
            ctx,
            upstreams,
            cache,
            sumdb,
            sums: OnceLock::new(),
            texts_of_sums: OnceLock::new(),
            asked_of_sums: AtomicUsize::new(0),
            summaries: Mutex::default(),
            files,
            shared,
            trace: None,
            earlier: None,
            inputs: Mutex::default(),
            checked: Mutex::default(),
            beyond_sums: AtomicBool::new(false),
            received: AtomicU64::new(0),
            extractor: OnceLock::new(),
        })
    }

    /// Reads the go.sum files of the main modules.
    pub fn read_sums(&self, mains: &MainModules) -> Result<(), LoadError> {
        let read = |path: PathBuf| {
            let text = self.files.read_if_exists(&path, MAX_GO_SUM)?;
            self.note_input(&path, text.as_deref());
            let parse = |text: Vec<u8>| GoSum::parse(&self.ctx.short_path(&path), &text);
            let sums = text.map(parse).transpose().map_err(LoadError::GoSum)?;
            Ok(sums.map(|sums| SumFile { path, sums }))
        };
        let files = spread::over(mains.sum_files(), read).into_iter();
        let files: Vec<Option<SumFile>> = files.collect::<Result<_, LoadError>>()?;
        let files = files.into_iter().flatten().collect();
        self.sums.get_or_init(|| Arc::new(Sums { files }));
        Ok(())
    }

    /// Takes these texts for those of the go.sum files. An earlier run has read the same, so that nothing is wrong with
    /// them; they are parsed only when somebody asks.
    pub fn defer_sums(&self, texts: Texts) {
        self.texts_of_sums.get_or_init(|| Arc::new(texts));
    }

    /// Takes over the go.sum files that another run on the same main modules has read, as far as it has.
    pub fn take_sums(&self, other: &Source<'_>) {
        if let Some(sums) = other.sums.get() {
            self.sums.get_or_init(|| Arc::clone(sums));
        }
        if let Some(texts) = other.texts_of_sums.get() {
            self.texts_of_sums.get_or_init(|| Arc::clone(texts));
        }
    }

    /// Reports whether the files that both runs have read were the same.
    pub fn has_inputs_of(&self, other: &Source<'_>) -> bool {
        let (own, others) = (self.inputs(), other.inputs());
        own.iter()
            .all(|(path, digest)| others.get(path).is_none_or(|other| other == digest))
    }

    /// Reads the go.sum files of the main modules as far as they can be read: lines that are none do not count.
    pub fn read_sums_lax(&self, mains: &MainModules) -> Result<(), LoadError> {
        let mut files = Vec::new();
        for path in mains.sum_files() {
            let text = self.files.read_if_exists(&path, MAX_GO_SUM)?;
            self.note_input(&path, text.as_deref());
            files.extend(text.map(|text| (path, GoSum::parse_lax(&text))));
        }
        self.use_sums(files);
        Ok(())
    }

    /// Takes these lines for those of the go.sum files; what was read before stays.
    pub fn use_sums(&self, files: impl IntoIterator<Item = (PathBuf, GoSum)>) {
        let files = files.into_iter();
        let files = files.map(|(path, sums)| SumFile { path, sums });
        self.sums.get_or_init(|| {
            Arc::new(Sums {
                files: files.collect(),
            })
        });
    }

    /// Notes a file of the user's that this run depends on, and what was in it; nothing where it is absent.
    pub fn note_input(&self, path: &Path, contents: Option<&[u8]>) {
        let digest = contents.map(ContentDigest::of);
        let mut inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        inputs.insert(path.to_owned(), digest);
    }

    /// Notes that something was asked to which another day may bring another answer: the latest version of a module.
    pub(in crate::ops) fn note_asked(&self) {
        self.beyond_sums.store(true, AtomicOrdering::Relaxed);
    }

    /// Returns the files of the user's that this run has read, and what was in them.
    pub fn inputs(&self) -> BTreeMap<PathBuf, Option<ContentDigest>> {
        let inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        inputs.clone()
    }

    /// Returns the same if these files alone decided what was believed: go.sum vouched for every go.mod of another
    /// module.
    pub fn deciding_inputs(&self) -> Option<BTreeMap<PathBuf, Option<ContentDigest>>> {
        (!self.beyond_sums.load(AtomicOrdering::Relaxed)).then(|| self.inputs())
    }

    /// Reports whether go.sum vouches for the go.mod of `module`.
    pub fn has_go_mod_sum(&self, module: &ModuleVersion) -> bool {
        self.has(module, SumKind::GoMod)
    }

    /// Reports whether go.sum has a hash for the contents of `module`.
    pub fn has_sum(&self, module: &ModuleVersion) -> bool {
        self.has(module, SumKind::Module)
    }

    /// Returns the one hash that go.sum has for a module; none where lines contradict each other.
    pub fn recorded_sum(&self, module: &ModuleVersion, kind: SumKind) -> Option<String> {
        let files = self.sums_about(module);
        let mut hashes = files.iter().flat_map(|file| {
            file.sums
                .hashes(module.path.as_str(), module.version.as_str(), kind)
        });
        let mut hashes = hashes.by_ref().filter(|hash| hash.starts_with("h1:"));
        let first = hashes.next()?;
        hashes.all(|hash| hash == first).then(|| first.to_owned())
    }

    fn has(&self, module: &ModuleVersion, kind: SumKind) -> bool {
        self.sums_about(module).iter().any(|file| {
            file.sums
                .has(module.path.as_str(), module.version.as_str(), kind)
        })
    }

    /// Returns the go.sum files as far as they are about a module.
    fn sums_about(&self, module: &ModuleVersion) -> Cow<'_, [SumFile]> {
        if let (None, Some(texts)) = (self.sums.get(), self.texts_of_sums.get()) {
            let asked = self.asked_of_sums.fetch_add(1, AtomicOrdering::Relaxed);
            if asked < FEW_QUESTIONS {
                let files = texts.iter().map(|(path, text)| SumFile {
                    path: path.clone(),
                    sums: GoSum::parse_about(module.path.as_str(), text),
                });
                return Cow::Owned(files.collect());
            }
            let parsed = texts
                .iter()
                .map(|(path, text)| (path.clone(), GoSum::parse_lax(text)));
            self.use_sums(parsed);
        }
        Cow::Borrowed(self.sums.get().map_or(&[][..], |sums| &sums.files))
    }

    /// Notes from now on where go.mod files come from.
    #[must_use]
    pub fn traced(mut self) -> Self {
        self.trace = Some(Trace {
            since: Instant::now(),
            came: Mutex::default(),
        });
        self
    }

    /// Returns how long ago that was.
    pub fn traced_for(&self) -> Option<Duration> {
        Some(self.trace.as_ref()?.since.elapsed())
    }

    /// Returns where each go.mod came from that was read since [`Source::traced`], and how long that took.
    pub fn came(&self) -> HashMap<ModuleVersion, (Came, Duration)> {
        let trace = self.trace.as_ref();
        let known = trace.map(|trace| trace.came.lock().unwrap_or_else(PoisonError::into_inner));
        known.map(|known| known.clone()).unwrap_or_default()
    }

    fn note_came(&self, module: &ModuleVersion, came: impl FnOnce() -> Came, since: Instant) {
        if let Some(trace) = &self.trace {
            let mut known = trace.came.lock().unwrap_or_else(PoisonError::into_inner);
            // The first time counts: later the answer is known.
            known
                .entry(module.clone())
                .or_insert_with(|| (came(), since.elapsed()));
        }
    }

    /// Reads what a go.mod says, if that needs no network: a directory's, or a verified one of the cache.
    pub fn summary_on_disk(
        &self,
        module: &ModuleVersion,
    ) -> Option<Result<Arc<Summary>, ModuleError>> {
        if self.trace.is_none() {
            return self.read_summary(module);
        }
        let start = Instant::now();
        let answer = self.read_summary(module);
        if let Some(Ok(_)) = &answer {
            let is_dir = module.version.is_empty();
            let came = || if is_dir { Came::Directory } else { Came::Cache };
            self.note_came(module, came, start);
        }
        answer
    }

    fn read_summary(&self, module: &ModuleVersion) -> Option<Result<Arc<Summary>, ModuleError>> {
        if let Some(summary) = self.lock().get(module) {
            return Some(Ok(Arc::clone(summary)));
        }
        if module.version.is_empty() {
            let path = Path::new(module.path.as_str()).join("go.mod");
            let text = self.files.read(&path, MAX_GO_MOD);
            let text = text.map_err(|error| ModuleError::new(module, error));
            return Some(text.and_then(|text| {
                self.note_input(&path, Some(&text));
                self.parse(module, &text)
            }));
        }
        if let Some((hash, summary)) = self.shared.summary(module) {
            return match self.verify_hash_on_disk(module, SumKind::GoMod, &hash) {
                Ok(true) => Some(Ok(self.keep(module, summary))),
                Ok(false) => None,
                Err(error) => Some(Err(error)),
            };
        }
        let text = match self.cache.read_go_mod(module) {
            Ok(Some(text)) => text,
            Ok(None)
                if self.ctx.network == Network::Offline
                    && !self.upstreams.is_local(&module.path) =>
            {
                return Some(Err(ModuleError::new(module, Reason::Offline)));
            }
            Ok(None) => return None,
            Err(error) => return Some(Err(ModuleError::new(module, error))),
        };
        match self.verify_on_disk(module, &text) {
            Ok(true) => Some(self.parse(module, &text)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Reads what a go.mod says, fetching and verifying as needed.
    pub async fn summary(&self, module: &ModuleVersion) -> Result<Arc<Summary>, ModuleError> {
        if let Some(answer) = self.summary_on_disk(module) {
            return answer;
        }
        let text = self.go_mod(module).await?;
        self.parse(module, &text)
    }

    /// Returns the verified go.mod of a module version.
    pub async fn go_mod(&self, module: &ModuleVersion) -> Result<Vec<u8>, ModuleError> {
        let start = Instant::now();
        let cached = self
            .cache
            .read_go_mod(module)
            .map_err(|error| ModuleError::new(module, error))?;
        if let Some(text) = cached {
            self.verify(module, &text).await?;
            self.note_came(module, || Came::Cache, start);
            return Ok(text);
        }
        let (text, proxy) = self
            .upstreams
            .go_mod_and_proxy(module)
            .await
            .map_err(|error| ModuleError::new(module, error))?;
        self.verify(module, &text).await?;
        let came = || proxy.map_or(Came::Direct, |url| Came::Proxy(url.to_string()));
        self.note_came(module, came, start);
        let (kept, contents) = (module.clone(), text.clone());
        let write = move |cache: &ModCache| cache.write_go_mod(&kept, &contents);
        write_cache(self.ctx, &self.cache, write).await;
        Ok(text)
    }

    /// Returns a go.mod of the cache, if it is there and go.sum or a cached proof vouches for it.
    pub fn verified_text(&self, module: &ModuleVersion) -> Option<Vec<u8>> {
        let text = self.cache.read_go_mod(module).ok()??;
        let is_good = self.verify_on_disk(module, &text).is_ok_and(|known| known);
        is_good.then_some(text)
    }

    /// Returns the same where somebody vouches for it for good: neither go.sum nor a proof takes a hash back.
    pub fn vouched_text(&self, module: &ModuleVersion) -> Option<Vec<u8>> {
        let text = self.cache.read_go_mod(module).ok()??;
        let hash = dirhash::hash_go_mod(&text);
        let in_sums = self.check_sums(module, SumKind::GoMod, &hash).ok()?;
        let is_good = in_sums
            || self.database_for(module).is_some()
                && self
                    .verify_hash_on_disk(module, SumKind::GoMod, &hash)
                    .is_ok_and(|known| known);
        is_good.then_some(text)
    }

    /// Returns the time of a version as the module cache knows it.
    pub fn known_time(&self, module: &ModuleVersion) -> Option<String> {
        self.cache.read_info(module).ok()??.time
    }

    /// Returns what tells the file that has this from one that takes its place.
    pub fn info_stamp(&self, module: &ModuleVersion) -> Option<Vec<u8>> {
        self.cache.info_stamp(module)
    }

    /// Returns the place of a module's go.mod in the cache, if it is there.
    pub fn cached_go_mod(&self, module: &ModuleVersion) -> Option<PathBuf> {
        self.cache.go_mod_file(module).filter(|file| file.is_file())
    }

    /// Returns the directory of a module's unpacked contents, if they are complete.
    pub fn contents_dir(&self, module: &ModuleVersion) -> Option<PathBuf> {
        self.cache.extracted_dir(module)
    }

    /// Returns the client of the checksum database, if there is one.
    pub fn database(&self) -> Option<&SumDbClient> {
        self.sumdb.as_ref()
    }

    /// Returns the proven lines that the checksum database has for a module version; none where it is not asked.
    pub async fn database_lines(
        &self,
        module: &ModuleVersion,
    ) -> Result<Option<Vec<String>>, ModuleError> {
        let Some(sumdb) = self.database_for(module) else {
            return Ok(None);
        };
        let mut lines = Vec::new();
        for what in [SumKind::Module, SumKind::GoMod] {
            let found = sumdb.lookup(&module.path, &sum_key(module, what)).await;
            let error = |error| ModuleError::new(module, Reason::SumDb { what, error });
            lines.extend(found.map_err(error)?);
        }
        Ok(Some(lines))
    }

    /// Checks a go.mod against go.sum and cached proofs; false where the database must be asked.
    fn verify_on_disk(&self, module: &ModuleVersion, text: &[u8]) -> Result<bool, ModuleError> {
        self.verify_hash_on_disk(module, SumKind::GoMod, &dirhash::hash_go_mod(text))
    }

    async fn verify(&self, module: &ModuleVersion, text: &[u8]) -> Result<(), ModuleError> {
        self.verify_hash(module, SumKind::GoMod, &dirhash::hash_go_mod(text))
            .await
    }

    /// Checks a hash against go.sum and cached proofs; false where the database must be asked.
    pub(in crate::ops) fn verify_hash_on_disk(
        &self,
        module: &ModuleVersion,
        what: SumKind,
        hash: &str,
    ) -> Result<bool, ModuleError> {
        if self.check_sums(module, what, hash)? {
            return Ok(true);
        }
        self.beyond_sums.store(true, AtomicOrdering::Relaxed);
        let Some(sumdb) = self.database_for(module) else {
            self.note_checked(module, what, hash);
            return Ok(true);
        };
        match sumdb.lookup_cached(&module.path, &sum_key(module, what)) {
            Ok(Some(lines)) => {
                check_lines(module, what, hash, &lines, self.database_name())?;
                self.note_checked(module, what, hash);
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(error) => Err(ModuleError::new(module, Reason::SumDb { what, error })),
        }
    }

    /// Checks a hash against go.sum, or else against the checksum database, unless the settings say not to.
    pub(in crate::ops) async fn verify_hash(
        &self,
        module: &ModuleVersion,
        what: SumKind,
        hash: &str,
    ) -> Result<(), ModuleError> {
        if self.verify_hash_on_disk(module, what, hash)? {
            return Ok(());
        }
        let Some(sumdb) = self.database_for(module) else {
            return Ok(());
        };
        let key = sum_key(module, what);
        let lines = Box::pin(sumdb.lookup(&module.path, &key)).await;
        let lines =
            lines.map_err(|error| ModuleError::new(module, Reason::SumDb { what, error }))?;
        check_lines(module, what, hash, &lines, self.database_name())?;
        self.note_checked(module, what, hash);
        Ok(())
    }

    /// Notes a hash that no go.sum has and that was found right: the go command would write it there.
    fn note_checked(&self, module: &ModuleVersion, kind: SumKind, hash: &str) {
        let key = SumKey::new(module.path.as_str(), module.version.as_str(), kind);
        let hash = hash.to_owned();
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.insert(Sum { key, hash });
    }

    /// Returns the hashes that no go.sum has and that were found right, sorted.
    pub fn checked_sums(&self) -> Vec<Sum> {
        let checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.iter().cloned().collect()
    }

    /// Reports whether go.sum vouches for `hash`; another hash there is an error.
    pub(in crate::ops) fn check_sums(
        &self,
        module: &ModuleVersion,
        what: SumKind,
        hash: &str,
    ) -> Result<bool, ModuleError> {
        let mut matched = false;
        for (position, file) in self.sums_about(module).iter().enumerate() {
            let (path, version) = (module.path.as_str(), module.version.as_str());
            match file.sums.verify(path, version, what, hash) {
                // go.sum of the main module, or go.work.sum, has the last word.
                SumVerdict::Match if position == 0 => return Ok(true),
                SumVerdict::Match => matched = true,
                SumVerdict::Mismatch { listed } => {
                    let mismatch = Reason::SumMismatch {
                        what,
                        got: hash.to_owned(),
                        want: listed.to_owned(),
                        file: file.path.clone(),
                    };
                    return Err(ModuleError::new(module, mismatch));
                }
                SumVerdict::Unknown | SumVerdict::Missing => {}
            }
        }
        Ok(matched)
    }

    /// Returns the name of the checksum database.
    pub fn database_name(&self) -> &str {
        self.ctx
            .env
            .get("GOSUMDB")
            .split(['+', ' '])
            .next()
            .unwrap_or_default()
    }

    pub(in crate::ops) fn database_for(&self, module: &ModuleVersion) -> Option<&SumDbClient> {
        let sumdb = self.sumdb.as_ref()?;
        (!self.upstreams.private().no_sumdb(module.path.as_str())).then_some(sumdb)
    }

    fn parse(&self, module: &ModuleVersion, text: &[u8]) -> Result<Arc<Summary>, ModuleError> {
        let file = if module.version.is_empty() {
            self.ctx
                .short_path(&Path::new(module.path.as_str()).join("go.mod"))
        } else {
            "go.mod".to_owned()
        };
        let summary = Summary::read(&file, text)
            .map_err(|errors| ModuleError::new(module, Reason::Parse(errors)))?;
        let summary = Arc::new(summary);
        // Nobody else asks unless there are several runs; then the hash is needed again.
        if !module.version.is_empty() && 1 < Arc::strong_count(&self.shared) {
            let hash = dirhash::hash_go_mod(text);
            self.shared.put_summary(module, hash, Arc::clone(&summary));
        }
        Ok(self.keep(module, summary))
    }

    fn keep(&self, module: &ModuleVersion, summary: Arc<Summary>) -> Arc<Summary> {
        self.lock().insert(module.clone(), Arc::clone(&summary));
        summary
    }

    /// Returns where the user's own files are read.
    pub fn files(&self) -> &Files {
        &self.files
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, NameMap<ModuleVersion, Arc<Summary>>> {
        self.summaries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns how the checksum database is reached, if there is one.
pub(in crate::ops) fn database_settings(
    ctx: &Context,
    cache: &ModCache,
) -> Result<Option<SumDbSettings>, LoadError> {
    let SumDb::On(database) = ctx.env.sumdb().map_err(setting)? else {
        return Ok(None);
    };
    Ok(Some(SumDbSettings {
        database,
        proxies: ctx.env.goproxy().map_err(setting)?,
        private: ctx.env.private(),
        mod_cache: cache.root().to_owned(),
        sumdb_dir: ctx.env.sumdb_dir().ok().map(PathBuf::from),
        network: match ctx.network {
            Network::Allowed => SumDbNetwork::Online,
            Network::Offline => SumDbNetwork::Offline,
        },
    }))
}

/// The largest go.sum that is read, in bytes.
pub const MAX_GO_SUM: u64 = 256 << 20;

/// Writes into the module cache on a thread that may wait for the disk.
///
/// A cache that cannot be written costs time, not correctness: it is a warning.
pub(in crate::ops) async fn write_cache<F>(ctx: &Context, cache: &ModCache, write: F)
where
    F: FnOnce(&ModCache) -> Result<(), CacheError> + Send + 'static,
{
    let cache = cache.clone();
    let written = tokio::task::spawn_blocking(move || write(&cache)).await;
    if let Ok(Err(error)) = written {
        ctx.warn(&error.to_string());
    }
}

/// Returns the version under which a hash is recorded.
fn sum_key(module: &ModuleVersion, what: SumKind) -> String {
    match what {
        SumKind::Module => module.version.to_string(),
        SumKind::GoMod => format!("{}/go.mod", module.version),
    }
}

/// Looks for the line of a hash in the verified answer of the database.
fn check_lines(
    module: &ModuleVersion,
    what: SumKind,
    hash: &str,
    lines: &[String],
    database: &str,
) -> Result<(), ModuleError> {
    let prefix = format!("{} {} h1:", module.path, sum_key(module, what));
    let recorded = lines.iter().find_map(|line| line.strip_prefix(&prefix));
    let database = database.to_owned();
    let reason = match recorded {
        Some(rest) if Some(rest) == hash.strip_prefix("h1:") => return Ok(()),
        Some(rest) => Reason::DatabaseMismatch {
            what,
            got: hash.to_owned(),
            want: format!("h1:{rest}"),
            database,
        },
        None => Reason::NotInDatabase { what, database },
    };
    Err(ModuleError::new(module, reason))
}
