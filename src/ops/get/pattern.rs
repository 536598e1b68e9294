//! Which modules a path or pattern may mean, at a version that is queried: those with a matching package, or the one
//! whose path it is.
//!
//! See <https://go.dev/ref/mod#resolve-pkg-mod>.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures_util::future::join_all;
use tokio::sync::OnceCell;

use super::fault::{Fault, Rank};
use crate::domain::gosource::Tags;
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion, path as paths};
use crate::domain::packages::import::{in_module, is_meta, prefixes};
use crate::domain::packages::pattern::{Kind, Pattern};
use crate::ops::failure::FailureKind;
use crate::ops::packages::matches::{Match, Matcher};
use crate::ops::packages::trees::{PackageDir, Scan, Tree, Trees};
use crate::ops::query::{Allowed, QueryError, query, query_at};
use crate::ops::session::Session;
use crate::ops::upstream::{FetchError, IsNotFound, Route, Upstream};

/// Which version of a module is selected: the first that a query starts from.
pub(super) type Selected<'f> = &'f (dyn Fn(&str) -> Version + Sync);

/// What a pattern may mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    /// Modules with packages that match, the longest path first.
    pub(super) providers: Vec<ModuleVersion>,
    /// A module whose path matches, without such packages.
    pub(super) module: Option<ModuleVersion>,
    /// What went wrong, beside what was found.
    pub(super) fault: Option<Fault>,
}

/// Looks for modules and packages; each question is asked once.
pub(super) struct Finder<'f, 's, 'a> {
    pub(super) session: &'s Session<'a>,
    pub(super) trees: &'f Trees<'s, 'a>,
    asked: Mutex<HashMap<Question, Arc<Answer>>>,
    matched: Mutex<HashMap<(String, ModuleVersion), Packages>>,
    /// Contents that are not what go.sum or the checksum database says: no other module makes up for that.
    mismatch: OnceLock<Fault>,
}

type Packages = Result<Vec<String>, Fault>;

type Answer = OnceCell<Result<Version, Fault>>;

#[derive(PartialEq, Eq, Hash)]
struct Question {
    /// Who is asked, by the address in memory; zero for the repository.
    place: usize,
    path: ModulePath,
    query: String,
    current: Version,
}

/// A module at a version, and whether a package in it matches.
struct Candidate {
    module: ModuleVersion,
    has_packages: bool,
}

impl<'f, 's, 'a> Finder<'f, 's, 'a> {
    pub(super) fn new(session: &'s Session<'a>, trees: &'f Trees<'s, 'a>) -> Self {
        Self {
            session,
            trees,
            asked: Mutex::default(),
            matched: Mutex::default(),
            mismatch: OnceLock::new(),
        }
    }

    /// Returns the first contents that are not what go.sum or the checksum database says.
    pub(super) fn mismatch(&self) -> Option<&Fault> {
        self.mismatch.get()
    }

    /// Keeps a fault that ends the run.
    fn noted(&self, fault: Fault) -> Fault {
        if fault.kind() == FailureKind::Integrity {
            self.mismatch.get_or_init(|| fault.clone());
        }
        fault
    }

    /// Returns the version of a module that a query means.
    pub(super) async fn module(
        &self,
        path: &ModulePath,
        text: &str,
        selected: Selected<'_>,
    ) -> Result<ModuleVersion, Fault> {
        let current = selected(path.as_str());
        let found = query(self.session, path, text, &current, Allowed::OrAsked).await?;
        Ok(ModuleVersion {
            path: path.clone(),
            version: found.version,
        })
    }

    /// Returns the modules with a package, or why there is none.
    pub(super) async fn providers(
        &self,
        pattern: &str,
        text: &str,
        selected: Selected<'_>,
    ) -> (Vec<ModuleVersion>, Option<Fault>) {
        let meaning = self.pattern(pattern, text, selected).await;
        if !meaning.providers.is_empty() || meaning.fault.is_some() {
            return (meaning.providers, meaning.fault);
        }
        let fault = self.not_in(meaning.module.as_ref(), text, pattern);
        (Vec::new(), Some(fault))
    }

    /// Returns what a path or pattern may mean.
    pub(super) async fn pattern(
        &self,
        pattern: &str,
        text: &str,
        selected: Selected<'_>,
    ) -> Meaning {
        let base = match pattern.find("...") {
            None => pattern,
            Some(at) => match pattern[..at].rfind('/') {
                Some(slash) => &pattern[..slash],
                None => {
                    return Meaning::of(Fault::WildcardFirst {
                        pattern: pattern.to_owned(),
                        query: text.to_owned(),
                    });
                }
            },
        };
        let fits_main = matches!(text, "upgrade" | "patch");
        let mut module = None;
        let mut mains: Vec<ModulePath> = Vec::new();
        for main in &self.session.mains.modules {
            let main = &main.module;
            match self.packages(pattern, main, Files::Any).await {
                Err(fault) => return Meaning::of(fault),
                Ok(packages) if packages.is_empty() => {}
                Ok(_) if fits_main => {
                    return Meaning {
                        providers: vec![main.clone()],
                        ..Meaning::default()
                    };
                }
                Ok(packages) => {
                    return Meaning::of(Fault::MainPackages {
                        pattern: pattern.to_owned(),
                        query: text.to_owned(),
                        packages,
                    });
                }
            }
            if Pattern::new(pattern).matches(main.path.as_str()) {
                mains.push(main.path.clone());
                if fits_main {
                    module = Some(main.clone());
                }
            }
        }
        let candidates: Vec<ModulePath> = prefixes(base)
            .filter(|prefix| paths::split_path_version(prefix).2)
            .map(ModulePath::new)
            .filter(|path| !self.session.mains.contains(path))
            .collect();
        if candidates.is_empty() {
            return self.nothing_but_main(pattern, text, mains, module);
        }
        let mut meaning = self.ask_all(pattern, text, selected, &candidates).await;
        meaning.module = meaning.module.or(module);
        let is_nothing = meaning.providers.is_empty() && meaning.module.is_none();
        if is_nothing
            && !mains.is_empty()
            && meaning.fault.as_ref().is_some_and(IsNotFound::is_not_found)
        {
            return Meaning::of(self.main(pattern, text, Vec::new()));
        }
        meaning
    }

    fn nothing_but_main(
        &self,
        pattern: &str,
        text: &str,
        mains: Vec<ModulePath>,
        module: Option<ModuleVersion>,
    ) -> Meaning {
        if module.is_some() {
            return Meaning {
                module,
                ..Meaning::default()
            };
        }
        if !mains.is_empty() {
            return Meaning::of(self.main(pattern, text, mains));
        }
        Meaning::of(self.not_in(None, text, pattern))
    }

    /// Asks the proxies, in their order, for all modules that the pattern may be about.
    async fn ask_all(
        &self,
        pattern: &str,
        text: &str,
        selected: Selected<'_>,
        candidates: &[ModulePath],
    ) -> Meaning {
        let last = Mutex::new(Vec::new());
        let outcome: Result<(), Fault> = self
            .session
            .source
            .upstreams
            .try_group(candidates, async |route: &Route<'_>| {
                let asked = candidates
                    .iter()
                    .map(|path| self.ask(route, path, pattern, text, selected));
                let (found, fault) = sort_out(join_all(asked).await);
                *last.lock().unwrap_or_else(PoisonError::into_inner) = found;
                fault.map_or(Ok(()), Err)
            })
            .await;
        let mut meaning = Meaning {
            fault: outcome.err(),
            ..Meaning::default()
        };
        for candidate in last.into_inner().unwrap_or_else(PoisonError::into_inner) {
            if candidate.has_packages {
                meaning.providers.push(candidate.module);
            } else {
                meaning.module = Some(candidate.module);
            }
        }
        meaning
    }

    async fn ask(
        &self,
        route: &Route<'_>,
        path: &ModulePath,
        pattern: &str,
        text: &str,
        selected: Selected<'_>,
    ) -> Result<Candidate, Fault> {
        let current = selected(path.as_str());
        let version = self.version_at(route, path, text, current).await?;
        let module = ModuleVersion {
            path: path.clone(),
            version,
        };
        if goversion::is_toolchain(path.as_str()) {
            return Ok(Candidate {
                module,
                has_packages: false,
            });
        }
        self.tree(&module).await?;
        let is_match = Pattern::new(pattern).matches(path.as_str());
        let has_packages = match self.packages(pattern, &module, Files::Any).await {
            Ok(packages) => !packages.is_empty(),
            Err(_) if is_match => false,
            Err(fault) => return Err(fault),
        };
        if !has_packages && !is_match {
            return Err(self.not_in(Some(&module), text, pattern));
        }
        Ok(Candidate {
            module,
            has_packages,
        })
    }

    async fn version_at(
        &self,
        route: &Route<'_>,
        path: &ModulePath,
        text: &str,
        current: Version,
    ) -> Result<Version, Fault> {
        let place = match route.of(path) {
            Upstream::Proxy(url) => std::ptr::from_ref(url) as usize,
            Upstream::Direct | Upstream::Nobody(_) => 0,
        };
        let question = Question {
            place,
            path: path.clone(),
            query: text.to_owned(),
            current: current.clone(),
        };
        let answer = Arc::clone(
            self.asked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(question)
                .or_default(),
        );
        let ask = async || -> Result<Version, Fault> {
            let info = Box::pin(query_at(
                self.session,
                route,
                path,
                text,
                &current,
                Allowed::OrAsked,
            ))
            .await?;
            Ok(info.version)
        };
        let answer = answer.get_or_init(ask).await.clone();
        answer.map_err(|fault| self.noted(fault))
    }

    /// Returns where the files of a module are, fetching them where they are not at hand.
    pub(super) async fn tree(&self, module: &ModuleVersion) -> Result<Arc<Tree>, Fault> {
        if self.trees.on_disk(module).is_none() {
            self.trees.fetch(module).await;
        }
        let found = match self.trees.on_disk(module) {
            Some(Ok(tree)) => Ok(tree),
            Some(Err(error)) => Err(Fault::Contents((*error).clone())),
            None => Err(Fault::Query(Arc::new(QueryError::Fetch(
                FetchError::Offline,
            )))),
        };
        found.map_err(|fault| self.noted(fault))
    }

    /// Returns the packages of one module that match a pattern.
    pub(super) async fn packages(
        &self,
        pattern: &str,
        module: &ModuleVersion,
        files: Files,
    ) -> Packages {
        if pattern.contains("...") || is_meta(pattern) {
            return self.packages_below(pattern, module).await;
        }
        let tree = self.tree(module).await?;
        let Some(below) = in_module(pattern, module.path.as_str()) else {
            return Ok(Vec::new());
        };
        let dir = PackageDir::new(&tree, below);
        let has_files = self.trees.has_package(&dir).map_err(Fault::Contents)?;
        let counts = match files {
            Files::Any => true,
            Files::Counting => has_files && !matches!(self.trees.scan_package(&dir), Scan::NoFiles),
        };
        Ok(if has_files && counts {
            vec![pattern.to_owned()]
        } else {
            Vec::new()
        })
    }

    async fn packages_below(&self, pattern: &str, module: &ModuleVersion) -> Packages {
        let key = (pattern.to_owned(), module.clone());
        if let Some(known) = lock(&self.matched).get(&key) {
            return known.clone();
        }
        let matcher = Matcher {
            session: self.session,
            trees: self.trees,
            build: &Tags::Any,
        };
        let mut found = Match::new(pattern);
        if found.pattern.kind() == Kind::Work {
            found.pattern = Pattern::new("...");
        }
        matcher
            .in_modules(&mut found, std::slice::from_ref(module))
            .await;
        let answer = match found.errors.into_iter().next() {
            Some(error) => Err(Fault::Plain(format!("pattern {pattern}: {error}"))),
            None => Ok(found.packages),
        };
        lock(&self.matched).insert(key, answer.clone());
        answer
    }

    fn main(&self, pattern: &str, query: &str, mains: Vec<ModulePath>) -> Fault {
        Fault::Main {
            mains,
            pattern: pattern.to_owned(),
            query: query.to_owned(),
            is_module: self.session.mains.contains(&ModulePath::new(pattern)),
        }
    }

    fn not_in(&self, module: Option<&ModuleVersion>, query: &str, pattern: &str) -> Fault {
        Fault::NotInModule {
            module: module.cloned(),
            replacement: module.and_then(|module| self.session.shown_replacement(module)),
            mains: Vec::new(),
            query: query.to_owned(),
            pattern: pattern.to_owned(),
        }
    }
}

/// Which files make a directory a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Files {
    /// Any Go file.
    Any,
    /// Those that count under some tags.
    Counting,
}

impl Meaning {
    fn of(fault: Fault) -> Self {
        Self {
            fault: Some(fault),
            ..Self::default()
        }
    }
}

/// Returns the modules that were found, and of all errors the one that helps most.
fn sort_out(answers: Vec<Result<Candidate, Fault>>) -> (Vec<Candidate>, Option<Fault>) {
    let mut found = Vec::new();
    let mut best: Option<(Rank, Fault)> = None;
    let mut other = None;
    for answer in answers {
        let fault = match answer {
            Ok(candidate) => {
                found.push(candidate);
                continue;
            }
            Err(fault) => fault,
        };
        let rank = fault.rank();
        if rank == Rank::Other {
            // Where a longer path has the package, or could have it, a shorter one does not matter.
            let is_open = found.is_empty()
                && !matches!(best, Some((Rank::NotInModule, _)))
                && other.is_none();
            if is_open {
                other = Some(fault);
            }
        } else if best.as_ref().is_none_or(|(known, _)| rank < *known) {
            best = Some((rank, fault));
        }
    }
    let fault = match (other, best) {
        (Some(other), _) => Some(other),
        (None, Some((_, fault))) if found.is_empty() => Some(fault),
        (None, _) => None,
    };
    (found, fault)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
