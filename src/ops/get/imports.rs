//! Packages behind the arguments: those that are missing are looked for, and with `-u` their modules are upgraded.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _};

use super::argument::PathSet;
use super::candidates::SIDE_BY_SIDE;
use super::fault::Fault;
use super::resolver::{Choice, Resolver};
use super::{GetError, Upgrade};
use crate::domain::gosource::Tags;
use crate::domain::module::path::check_path;
use crate::domain::module::{ModuleVersion, Version};
use crate::domain::packages::{ImportError, Provider};
use crate::ops::packages::PackageError;
use crate::ops::packages::build_tags;
use crate::ops::packages::load::{Loaded, Request, load_from};
use crate::ops::packages::resolve::State;
use crate::ops::packages::trees::Trees;

/// A package that was loaded, and the module with it; none where that is to be found.
type Seen = (String, Option<ModuleVersion>);

impl Resolver<'_, '_, '_> {
    /// Returns what is asked for of the package loader.
    pub(super) fn request(&self, patterns: Vec<String>, tags: Tags) -> Request {
        Request {
            patterns,
            tests: self.options.tests,
            vendor_all: false,
            find_missing: false,
            roots_imported: tags == Tags::Any,
            build: tags.clone(),
            tags,
        }
    }

    /// Loads packages as they would be built here.
    pub(super) async fn load_here(&mut self, patterns: Vec<String>) -> Result<Loaded, GetError> {
        let tags = build_tags(self.session.ctx, None);
        let trees = Trees::new(self.session, tags.clone());
        self.load_over(&trees, patterns, tags).await
    }

    /// Loads packages, and keeps the requirements that come of it.
    async fn load_over(
        &mut self,
        trees: &Trees<'_, '_>,
        patterns: Vec<String>,
        tags: Tags,
    ) -> Result<Loaded, GetError> {
        let request = self.request(patterns, tags);
        let state = self.take_state();
        let mut loaded = Box::pin(load_from(self.session, trees, state, &request)).await?;
        loaded.check_integrity()?;
        let placeholder = State::new(loaded.state.requirements.clone());
        let state = std::mem::replace(&mut loaded.state, placeholder);
        self.put_state(state);
        Ok(loaded)
    }

    /// Loads packages, and returns those of other modules and those that no module has.
    async fn load(&mut self, patterns: Vec<String>) -> Result<Vec<Seen>, GetError> {
        let loaded = self.load_over(self.trees, patterns, Tags::Any).await?;
        for found in &loaded.matches {
            if found.packages.is_empty() && found.errors.is_empty() {
                self.unmatched(found.pattern.as_str());
            }
        }
        let seen = self.seen(&loaded);
        self.loaded = Some(loaded);
        Ok(seen)
    }

    fn seen(&self, loaded: &Loaded) -> Vec<Seen> {
        let packages = &loaded.packages;
        let mut seen = BTreeMap::new();
        for &id in packages.order() {
            if packages.is_test(id) {
                continue;
            }
            let path = packages.path(id);
            let error = loaded.errors.get(&id).map(|error| &**error);
            match packages.provider(id) {
                Provider::Module(module) => {
                    seen.insert(path.to_string(), Some(module.clone()));
                }
                Provider::Nobody | Provider::Standard | Provider::Main(_) => {
                    let may_be_found = error.is_some_and(|error| {
                        error.is_missing()
                            || matches!(error, PackageError::Import(ImportError::Ambiguous { .. }))
                    });
                    let is_near = self
                        .neighbours
                        .as_ref()
                        .is_some_and(|near| near.has_package(self.trees, path));
                    if may_be_found && !is_near {
                        seen.insert(path.to_string(), None);
                    }
                }
            }
        }
        seen.into_iter().collect()
    }

    /// Asks for the modules of all packages in `all`.
    pub(super) async fn ask_all(&mut self) -> Result<(), GetError> {
        let positions = self.positions(|argument| argument.pattern == "all");
        if positions.is_empty() {
            return Ok(());
        }
        let seen = self.load(vec!["all".to_owned()]).await?;
        for by in positions {
            let mut waiting = Vec::new();
            for (path, _) in &seen {
                if self.arguments[by].enter(path) {
                    waiting.push(path.clone());
                }
            }
            let this = &*self;
            let text = this.arguments[by].version.clone();
            let selected = |path: &str| this.initially(path);
            let asked =
                stream::iter(&waiting).map(|path| this.finder.providers(path, &text, &selected));
            let answers: Vec<_> = asked.buffered(SIDE_BY_SIDE).collect().await;
            for (path, (providers, fault)) in waiting.iter().zip(answers) {
                let set = PathSet {
                    providers,
                    fault,
                    ..PathSet::default()
                };
                self.arguments[by].add(path, set);
            }
            self.arguments[by]
                .candidates
                .sort_by(|a, b| a.path.cmp(&b.path));
        }
        Ok(())
    }

    /// Finds modules for packages that are imported and missing, and with `-u` newer versions of modules with packages
    /// that are imported.
    pub(super) async fn find_upgrades(&mut self) -> Result<Vec<PathSet>, GetError> {
        let matched = self.arguments.iter();
        let patterns: Vec<String> = matched
            .filter(|argument| argument.matches_packages)
            .map(|argument| argument.pattern.clone())
            .collect();
        if patterns.is_empty() {
            return Ok(Vec::new());
        }
        let seen = self.load(patterns).await?;
        let this = &*self;
        let asked = stream::iter(&seen).map(|(path, module)| this.upgrade(path, module.as_ref()));
        let sets: Vec<Option<PathSet>> = asked.buffered(SIDE_BY_SIDE).collect().await;
        Ok(sets.into_iter().flatten().collect())
    }

    async fn upgrade(&self, path: &str, module: Option<&ModuleVersion>) -> Option<PathSet> {
        let text = match (module, self.options.upgrade) {
            (None, _) => "latest",
            (Some(_), None) => return None,
            // An argument says which version it is to be.
            (Some(module), _) if self.decided.contains_key(&module.path) => return None,
            (Some(_), Some(upgrade)) => Upgrade::query(upgrade),
        };
        // Other than arguments, `-u` starts from what is selected now: it may concern modules that just came in.
        let selected = |path: &str| -> Version { self.now(path) };
        let (providers, fault) = self.finder.providers(path, text, &selected).await;
        if module.is_some_and(|module| providers.contains(module)) {
            return None;
        }
        if let Some(fault) = &fault {
            let is_hopeless =
                fault.is_no_such_package() || (module.is_none() && check_path(path).is_err());
            if is_hopeless {
                return None;
            }
        }
        Some(PathSet {
            path: path.to_owned(),
            providers,
            module: None,
            fault,
        })
    }

    /// Adds or raises modules as far as nothing that was decided is against it; reports whether that changed anything.
    pub(super) async fn apply(&mut self, upgrades: Vec<PathSet>) -> Result<bool, GetError> {
        let mut tentative = Vec::new();
        let mut told = BTreeSet::new();
        for set in &upgrades {
            if let Some(fault) = &set.fault {
                let text = Fault::to_string(fault);
                if told.insert(text.clone()) {
                    self.error(fault.kind(), text);
                }
                continue;
            }
            let module = match self.disambiguate(set) {
                Choice::One(module, _) => module,
                Choice::Open(rest) => self.choose(&rest).0,
            };
            tentative.extend(module);
        }
        self.check()?;
        self.update(&tentative).await
    }
}
