//! Where the files of modules are, and what Go files in a directory import.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::PackageError;
use crate::adapters::fs::FsError;
use crate::adapters::go_files::{self, Listing};
use crate::domain::gosource::{Header, HeaderFault, Import, Tags};
use crate::domain::gosum::SumKind;
use crate::domain::module::ModuleVersion;
use crate::domain::packages::Imports;
use crate::domain::packages::import::is_magic;
use crate::ops::session::Session;
use crate::ops::source::{ModuleError, Reason};

/// Where the files of a module are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The directory.
    pub root: PathBuf,
    /// Whether it is the user's: a main module's or one that replaces a module. Other modules may lie within it.
    pub is_local: bool,
}

/// What is known of a directory of Go files.
pub enum Scan {
    /// No file counts under the tags.
    NoFiles,
    /// A file could not be read.
    Failed(Arc<PackageError>),
    /// What the files import.
    Imports(Imports),
}

type ListingAnswer = Arc<Result<Option<Listing>, Arc<FsError>>>;

type TreeAnswer = Result<Tree, Arc<PackageError>>;

/// Directories of modules, looked at once each.
pub struct Trees<'s, 'a> {
    session: &'s Session<'a>,
    tags: Tags,
    roots: Mutex<HashMap<ModuleVersion, TreeAnswer>>,
    listings: Mutex<HashMap<PathBuf, ListingAnswer>>,
    scans: Mutex<HashMap<PathBuf, Arc<Scan>>>,
    go_mods: Mutex<HashMap<PathBuf, bool>>,
    /// Modules whose go.mod cannot be had.
    without_go_mod: Mutex<HashMap<ModuleVersion, Arc<PackageError>>>,
}

impl<'s, 'a> Trees<'s, 'a> {
    /// Starts with nothing known.
    pub fn new(session: &'s Session<'a>, tags: Tags) -> Self {
        Self {
            session,
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
        let answer = self.look(module).transpose()?.map_err(Arc::new);
        lock(&self.roots).insert(module.clone(), answer.clone());
        Some(answer)
    }

    /// Fetches the files of a module; [`Trees::on_disk`] knows them afterwards.
    pub async fn fetch(&self, module: &ModuleVersion) {
        let answer = self.fetched(module).await;
        lock(&self.roots).insert(module.clone(), answer.map_err(Arc::new));
    }

    fn look(&self, module: &ModuleVersion) -> Result<Option<Tree>, PackageError> {
        let local = |root: PathBuf| {
            Some(Tree {
                root,
                is_local: true,
            })
        };
        if module.version.is_empty()
            && let Some(main) = self.session.mains.find(&module.path)
        {
            return Ok(local(main.root.clone()));
        }
        let actual = self.session.actual(module)?;
        if actual.version.is_empty() {
            let root = PathBuf::from(actual.path.as_str());
            return match std::fs::metadata(&root) {
                Ok(_) => Ok(local(root)),
                Err(error) => Err(self.no_replacement(module, &error)),
            };
        }
        if self.session.must_have_sums() && !self.session.source.has_sum(&actual) {
            return Err(PackageError::MissingSum {
                module: module.clone(),
            });
        }
        let Some(root) = self.session.source.contents_dir(&actual) else {
            return Ok(None);
        };
        let verified = match self.session.source.kept_zip_hash(&actual)? {
            Some(hash) => {
                self.session
                    .source
                    .verify_hash_on_disk(&actual, SumKind::Module, &hash)?
            }
            None => false,
        };
        Ok(verified.then_some(Tree {
            root,
            is_local: false,
        }))
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
        Ok(Tree {
            root,
            is_local: false,
        })
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

    /// Returns what the Go files in a directory import under the tags.
    pub fn scan(&self, dir: &Path) -> Arc<Scan> {
        if let Some(known) = lock(&self.scans).get(dir) {
            return Arc::clone(known);
        }
        let scan = Arc::new(self.scan_with(dir, &self.tags));
        lock(&self.scans).insert(dir.to_owned(), Arc::clone(&scan));
        scan
    }

    /// Returns what the Go files in a directory import under other tags.
    pub fn scan_with(&self, dir: &Path, tags: &Tags) -> Scan {
        let listing = self.list(dir);
        match &*listing {
            Ok(None) => Scan::NoFiles,
            Ok(Some(listing)) => match scan_files(dir, &listing.go_files, tags) {
                Ok(Some(imports)) => Scan::Imports(imports),
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
) -> Result<Option<Imports>, PackageError> {
    let mut files = BTreeSet::new();
    let mut tests = BTreeSet::new();
    let mut counted = false;
    for name in names {
        let name = name.as_ref();
        let text = name.to_string_lossy();
        if text.starts_with(['_', '.']) || !tags.match_file(&text) {
            continue;
        }
        let path = dir.join(name);
        let found = go_files::with_head(&path, |header| imports_of(header, tags))
            .map_err(|error| PackageError::File(Arc::new(error)))?;
        let imports = found.map_err(|fault| {
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
            if !set.contains(import.as_str()) {
                set.insert(Arc::from(import));
            }
        }
    }
    Ok(counted.then(|| Imports {
        files: files.into_iter().collect(),
        tests: tests.into_iter().collect(),
    }))
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
    let paths = header.imports.iter().filter_map(Import::path);
    Ok(Some(paths.filter(|path| !is_magic(path)).collect()))
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
