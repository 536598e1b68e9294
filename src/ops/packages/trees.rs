//! Where the files of modules are, and what Go files in a directory import.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::PackageError;
use super::index::{PackageIndex, Seen};
use crate::adapters::fs::FsError;
use crate::adapters::go_files::{self, Listing};
use crate::adapters::modcache::Unpacked;
use crate::domain::gosource::{Header, HeaderFault, Import, Tags, strict, tags};
use crate::domain::gosum::SumKind;
use crate::domain::module::ModuleVersion;
use crate::domain::packages::Imports;
use crate::domain::packages::facts::Facts;
use crate::domain::packages::import::is_magic;
use crate::ops::session::Session;
use crate::ops::source::{ModuleError, Reason};

/// Where the files of a module are.
pub struct Tree {
    /// The directory.
    pub root: PathBuf,
    /// Whether it is the user's: a main module's or one that replaces a module. Other modules may lie within it.
    pub is_local: bool,
    /// What earlier runs saw in it, where it cannot change.
    pub(super) seen: Option<Seen>,
}

/// A directory where the files of a package are or would be.
#[derive(Clone)]
pub struct PackageDir {
    tree: Arc<Tree>,
    /// Where in the tree it is, with slashes.
    below: Box<str>,
}

impl Tree {
    /// Names a directory whose files may change.
    pub fn local(root: PathBuf) -> Self {
        Self {
            root,
            is_local: true,
            seen: None,
        }
    }
}

impl PackageDir {
    /// Names a directory below the root of a tree.
    pub fn new(tree: &Arc<Tree>, below: &str) -> Self {
        Self {
            tree: Arc::clone(tree),
            below: Box::from(below),
        }
    }

    /// Names a directory whose files may change, without the tree that it lies in.
    pub fn alone(dir: PathBuf) -> Self {
        Self::new(&Arc::new(Tree::local(dir)), "")
    }

    /// Returns the directory.
    pub fn path(&self) -> PathBuf {
        if self.below.is_empty() {
            self.tree.root.clone()
        } else {
            self.tree.root.join(&*self.below)
        }
    }
}

/// How files are taken whose heads are no sound Go. The go command does it differently where it has an index, which it
/// has of unpacked modules, and of files that nobody has touched for two seconds; here only what may change at any time
/// is read as if there were none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// What could be read counts, and a NUL byte is an error.
    Lenient,
    /// Such a file imports nothing.
    Strict,
}

/// What is known of a directory of Go files.
#[derive(Clone)]
pub enum Scan {
    /// No file counts under the tags.
    NoFiles,
    /// A file could not be read.
    Failed(Arc<PackageError>),
    /// What the files import.
    Imports(Arc<Imports>),
}

type ListingAnswer = Arc<Result<Option<Listing>, Arc<FsError>>>;

type TreeAnswer = Result<Arc<Tree>, Arc<PackageError>>;

/// Directories of modules, looked at once each.
pub struct Trees<'s, 'a> {
    pub(super) session: &'s Session<'a>,
    pub(super) tags: Tags,
    index: PackageIndex,
    pub(super) roots: Mutex<HashMap<ModuleVersion, TreeAnswer, RandomState>>,
    pub(super) listings: Mutex<HashMap<PathBuf, ListingAnswer, RandomState>>,
    /// Scans that no entry of the index has: those of the user's directories above all.
    pub(super) scans: Mutex<HashMap<PathBuf, Scan, RandomState>>,
    pub(super) go_mods: Mutex<HashMap<PathBuf, bool, RandomState>>,
    /// Modules whose go.mod cannot be had.
    without_go_mod: Mutex<HashMap<ModuleVersion, Arc<PackageError>>>,
}

impl<'s, 'a> Trees<'s, 'a> {
    /// Starts with nothing known.
    pub fn new(session: &'s Session<'a>, tags: Tags) -> Self {
        Self {
            session,
            index: PackageIndex::new(session.ctx, &tags),
            tags,
            roots: Mutex::default(),
            listings: Mutex::default(),
            scans: Mutex::default(),
            go_mods: Mutex::default(),
            without_go_mod: Mutex::default(),
        }
    }

    /// Returns where the files of a module are, unless they have to be fetched first.
    pub fn on_disk(&self, module: &ModuleVersion) -> Option<TreeAnswer> {
        if let Some(known) = lock(&self.roots).get(module) {
            return Some(known.clone());
        }
        let answer = self.look(module).transpose()?;
        let answer = answer.map(Arc::new).map_err(Arc::new);
        // Whoever was sooner has the last word: what is seen of a module is noted in one place.
        let mut roots = lock(&self.roots);
        Some(roots.entry(module.clone()).or_insert(answer).clone())
    }

    /// Fetches the files of a module; [`Trees::on_disk`] knows them afterwards.
    pub async fn fetch(&self, module: &ModuleVersion) {
        let answer = self.fetched(module).await;
        let answer = answer.map(Arc::new).map_err(Arc::new);
        lock(&self.roots).insert(module.clone(), answer);
    }

    fn look(&self, module: &ModuleVersion) -> Result<Option<Tree>, PackageError> {
        if module.version.is_empty()
            && let Some(main) = self.session.mains.find(&module.path)
        {
            return Ok(Some(Tree::local(main.root.clone())));
        }
        let actual = self.session.actual(module)?;
        if actual.version.is_empty() {
            let root = PathBuf::from(actual.path.as_str());
            return match std::fs::metadata(&root) {
                Ok(_) => Ok(Some(Tree::local(root))),
                Err(error) => Err(self.no_replacement(module, &error)),
            };
        }
        if self.session.must_have_sums() && !self.session.source.has_sum(&actual) {
            return Err(PackageError::MissingSum {
                module: module.clone(),
            });
        }
        let source = &self.session.source;
        let Some(unpacked) = source.unpacked(&actual)? else {
            return Ok(None);
        };
        let is_verified = match &unpacked.zip_hash {
            Some(hash) => source.verify_hash_on_disk(&actual, SumKind::Module, hash)?,
            None => false,
        };
        if is_verified {
            self.tree(&actual, unpacked).map(Some)
        } else {
            Ok(None)
        }
    }

    async fn fetched(&self, module: &ModuleVersion) -> Result<Tree, PackageError> {
        let actual = self.session.actual(module)?;
        let source = &self.session.source;
        if source.contents_dir(&actual).is_some() {
            match source.kept_zip_hash(&actual)? {
                Some(hash) => source.verify_hash(&actual, SumKind::Module, &hash).await?,
                // Nobody can tell any more what was unpacked; the zip says at least what it should have been.
                None => drop(source.zip(&actual).await?),
            }
        }
        let root = source.unpack(&actual).await?;
        match source.unpacked(&actual)? {
            Some(unpacked) => self.tree(&actual, unpacked),
            None => Ok(Tree {
                root,
                is_local: false,
                seen: None,
            }),
        }
    }

    /// Takes the directory of a module whose hash was verified. What is seen there is indexed if somebody vouches for it.
    fn tree(&self, actual: &ModuleVersion, unpacked: Unpacked) -> Result<Tree, PackageError> {
        let source = &self.session.source;
        let vouched_for = match unpacked.zip_hash {
            Some(hash) => {
                let is_vouched_for = source.check_sums(actual, SumKind::Module, &hash)?
                    || source.database_for(actual).is_some();
                is_vouched_for.then_some(hash)
            }
            None => None,
        };
        let seen = vouched_for.and_then(|hash| self.index.open(actual, &hash, &unpacked.metadata));
        Ok(Tree {
            root: unpacked.dir,
            is_local: false,
            seen,
        })
    }

    /// Keeps what was seen in modules that do not change, for later runs.
    pub fn keep(&self) {
        let trees: Vec<_> = lock(&self.roots).values().flatten().cloned().collect();
        trees
            .par_iter()
            .filter_map(|tree| tree.seen.as_ref())
            .for_each(|seen| self.index.keep(seen));
    }

    fn no_replacement(&self, module: &ModuleVersion, error: &std::io::Error) -> PackageError {
        let shown = self.session.shown_replacement(module);
        let dir = shown.map_or_else(String::new, |shown| shown.path.to_string());
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "does not exist".to_owned(),
            _ => error.to_string(),
        };
        PackageError::Replacement {
            module: module.clone(),
            dir,
            why,
        }
    }

    /// Makes sure that a module's go.mod can be had, unless it has to be fetched first.
    pub fn go_mod_on_disk(&self, module: &ModuleVersion) -> Option<Result<(), PackageError>> {
        if let Some(error) = lock(&self.without_go_mod).get(module) {
            return Some(Err((**error).clone()));
        }
        let requires = self.session.requires_on_disk(module)?;
        Some(requires.map(|_| ()).map_err(PackageError::from))
    }

    /// Fetches the go.mod of a module; [`Trees::go_mod_on_disk`] knows of it afterwards.
    pub async fn fetch_go_mod(&self, module: &ModuleVersion) {
        if let Err(error) = self.session.fetched(module).await {
            let error = Arc::new(PackageError::from(error));
            lock(&self.without_go_mod).insert(module.clone(), error);
        }
    }

    /// Returns what is in a directory.
    pub fn list(&self, dir: &Path) -> ListingAnswer {
        if let Some(known) = lock(&self.listings).get(dir) {
            return Arc::clone(known);
        }
        let listing = Arc::new(go_files::list(dir).map_err(Arc::new));
        lock(&self.listings).insert(dir.to_owned(), Arc::clone(&listing));
        listing
    }

    /// Reports whether a directory has Go files, whatever their build constraints.
    pub fn has_go_files(&self, dir: &Path) -> Result<bool, PackageError> {
        match &*self.list(dir) {
            Ok(None) => Ok(false),
            Ok(Some(listing)) if !listing.go_files.is_empty() => Ok(true),
            Ok(Some(listing)) => match &listing.unclear {
                Some(error) => Err(PackageError::Unreadable(error.to_string())),
                None => Ok(false),
            },
            Err(error) => Err(PackageError::File(Arc::clone(error))),
        }
    }

    /// Reports whether a directory has Go files whose names do not rule them out.
    fn has_counting_files(&self, dir: &Path) -> Result<bool, PackageError> {
        Ok(match &*self.list(dir) {
            Ok(Some(listing)) => {
                let mut names = listing.go_files.iter().map(|name| name.to_string_lossy());
                names.any(|name| !is_left_out(&name))
            }
            Ok(None) => false,
            Err(error) => return Err(PackageError::File(Arc::clone(error))),
        })
    }

    /// Reports whether a directory has Go files that belong to its module, whatever their build constraints.
    pub fn has_package(&self, dir: &PackageDir) -> Result<bool, PackageError> {
        let known = dir.tree.seen.as_ref();
        if let Some(known) = known.and_then(|seen| seen.has_go_files(&dir.below)) {
            return Ok(known);
        }
        let path = dir.path();
        if dir.tree.is_local && self.is_nested(&path, &dir.tree.root) {
            return Ok(false);
        }
        let found = if dir.tree.is_local {
            self.has_go_files(&path)?
        } else {
            self.has_counting_files(&path)?
        };
        if let Some(seen) = &dir.tree.seen {
            let facts = if found {
                Facts::GoFiles
            } else {
                Facts::NoGoFiles
            };
            seen.add(&dir.below, facts);
        }
        Ok(found)
    }

    /// Reports whether a directory of a user's tree belongs to another module: a go.mod lies between it and the root.
    pub fn is_nested(&self, dir: &Path, root: &Path) -> bool {
        dir.ancestors()
            .take_while(|above| *above != root && above.starts_with(root))
            .any(|above| self.has_go_mod(above))
    }

    /// Reports whether a directory has a go.mod.
    pub fn has_go_mod(&self, dir: &Path) -> bool {
        if let Some(known) = lock(&self.listings).get(dir) {
            return matches!(&**known, Ok(Some(listing)) if listing.has_go_mod);
        }
        if let Some(known) = lock(&self.go_mods).get(dir) {
            return *known;
        }
        let found = std::fs::metadata(dir.join("go.mod")).is_ok_and(|found| !found.is_dir());
        lock(&self.go_mods).insert(dir.to_owned(), found);
        found
    }

    /// Returns what the Go files of a package import under the tags.
    pub fn scan_package(&self, dir: &PackageDir) -> Scan {
        let known = dir.tree.seen.as_ref();
        if let Some(known) = known.and_then(|seen| seen.imports(&dir.below)) {
            return known.map_or(Scan::NoFiles, Scan::Imports);
        }
        let path = dir.path();
        if dir.tree.is_local {
            return self.scan_users(&path);
        }
        if let Some(known) = lock(&self.scans).get(&path) {
            return known.clone();
        }
        let scan = self.scan_with(&path, &self.tags, Reading::Strict);
        match (&scan, &dir.tree.seen) {
            (Scan::NoFiles, Some(seen)) => seen.add(&dir.below, Facts::NothingCounts),
            (Scan::Imports(imports), Some(seen)) => {
                seen.add(&dir.below, Facts::Imports(Arc::clone(imports)));
            }
            (Scan::Failed(_), _) | (_, None) => {
                lock(&self.scans).insert(path, scan.clone());
            }
        }
        scan
    }

    /// Returns what the Go files in a directory of the user import.
    pub(super) fn scan_users(&self, dir: &Path) -> Scan {
        if let Some(known) = lock(&self.scans).get(dir) {
            return known.clone();
        }
        let scan = self.scan_with(dir, &self.tags, Reading::Lenient);
        lock(&self.scans).insert(dir.to_owned(), scan.clone());
        scan
    }

    /// Returns what the Go files in a directory that may change import under some tags.
    pub fn scan_dir(&self, dir: &Path, tags: &Tags) -> Scan {
        self.scan_with(dir, tags, Reading::Lenient)
    }

    fn scan_with(&self, dir: &Path, tags: &Tags, reading: Reading) -> Scan {
        let listing = self.list(dir);
        match &*listing {
            Ok(None) => Scan::NoFiles,
            Ok(Some(listing)) => match scan_files(dir, &listing.go_files, tags, reading) {
                Ok(Some(imports)) => Scan::Imports(Arc::new(imports)),
                Ok(None) => Scan::NoFiles,
                Err(error) => Scan::Failed(Arc::new(error)),
            },
            Err(error) => Scan::Failed(Arc::new(PackageError::File(Arc::clone(error)))),
        }
    }
}

/// Returns what Go files import; none where no file counts.
pub fn scan_files<N: AsRef<OsStr>>(
    dir: &Path,
    names: &[N],
    tags: &Tags,
    reading: Reading,
) -> Result<Option<Imports>, PackageError> {
    let mut files = BTreeSet::new();
    let mut tests = BTreeSet::new();
    let mut counted = false;
    for name in names {
        let name = name.as_ref();
        let text = name.to_string_lossy();
        if is_left_out(&text) || !tags.match_file(&text) {
            continue;
        }
        let path = dir.join(name);
        let found = go_files::with_head(&path, |header| match reading {
            Reading::Lenient => imports_of(header, tags),
            Reading::Strict => Ok(sound_imports_of(header, tags)),
        });
        let imports = found
            .map_err(|error| PackageError::File(Arc::new(error)))?
            .map_err(|fault| {
                PackageError::Unreadable(format!("reading {}: {fault}", path.display()))
            })?;
        let Some(imports) = imports else {
            continue;
        };
        counted = true;
        let set = if text.ends_with("_test.go") {
            &mut tests
        } else {
            &mut files
        };
        for import in imports {
            if !is_magic(&import) && !set.contains(import.as_str()) {
                set.insert(Arc::from(import));
            }
        }
    }
    Ok(counted.then(|| Imports {
        files: files.into_iter().collect(),
        tests: tests.into_iter().collect(),
    }))
}

/// Reports whether a file never counts, going by its name.
fn is_left_out(name: &str) -> bool {
    name.starts_with(['_', '.'])
}

/// Returns what a file imports; none where it does not count.
fn imports_of(header: &Header<'_>, tags: &Tags) -> Result<Option<Vec<String>>, HeaderFault> {
    if let Some(fault) = header.fault.filter(|fault| fault.is_fatal()) {
        return Err(fault);
    }
    let uses_c = header.imports.iter().any(Import::is_c);
    if (uses_c && !tags.has_cgo()) || !tags.should_build(header.text) {
        return Ok(None);
    }
    Ok(Some(
        header.imports.iter().filter_map(Import::path).collect(),
    ))
}

/// Returns what a file imports if its head is sound Go, and nothing otherwise; none where it does not count.
fn sound_imports_of(header: &Header<'_>, tags: &Tags) -> Option<Vec<String>> {
    if header.fault.is_some_and(HeaderFault::is_fatal) || tags::has_two_constraints(header.text) {
        return Some(Vec::new());
    }
    let imports = strict::import_paths(header.text).unwrap_or_default();
    let uses_c = imports.iter().any(|path| path == "C");
    ((!uses_c || tags.has_cgo()) && tags.should_build(header.text)).then_some(imports)
}

impl From<ModuleError> for PackageError {
    fn from(error: ModuleError) -> Self {
        match *error.reason {
            Reason::MissingSum { .. } => Self::MissingSum {
                module: error.module,
            },
            _ => Self::Module(Arc::new(error)),
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
