//! From arguments to versions: each path is decided for one module at one version, and the requirements are edited so
//! that those are selected.
//!
//! Whatever changes the build list may change what a pattern matches, and so the questions are put again until nothing
//! changes. See <https://go.dev/ref/mod#go-get>.

use std::collections::BTreeMap;

use super::argument::{Argument, PathSet};
use super::pattern::Finder;
use super::problems::Neighbours;
use super::{GetError, Options};
use crate::domain::module::{ModulePath, ModuleVersion, NameMap, Version};
use crate::domain::mvs::roots::Requirements;
use crate::ops::failure::FailureKind;
use crate::ops::load::LoadError;
use crate::ops::packages::Loaded;
use crate::ops::packages::resolve::State;
use crate::ops::packages::trees::Trees;
use crate::ops::session::Session;

/// A version that was decided on, and the argument that did.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) version: Version,
    pub(super) by: usize,
}

/// What a set of possibilities comes down to, after what is decided already.
pub(super) enum Choice {
    /// Only this is left: the module, and whether it is meant for a package of it.
    One(Option<ModuleVersion>, bool),
    /// Several are left.
    Open(PathSet),
}

/// The run of one `get`.
pub(super) struct Resolver<'r, 's, 'a> {
    pub(super) session: &'s Session<'a>,
    pub(super) trees: &'r Trees<'s, 'a>,
    pub(super) finder: &'r Finder<'r, 's, 'a>,
    pub(super) options: &'r Options,
    pub(super) arguments: Vec<Argument>,
    pub(super) decided: BTreeMap<ModulePath, Decision>,
    pub(super) build_list: Vec<ModuleVersion>,
    selected: NameMap<ModulePath, Version>,
    pub(super) initial: NameMap<ModulePath, Version>,
    state: Option<State>,
    /// The packages that were loaded last.
    pub(super) loaded: Option<Loaded>,
    pub(super) neighbours: Option<Neighbours>,
    /// Whether packages were checked as a workspace sees them.
    pub(super) in_workspace: bool,
    /// What the user is told, although the result is good.
    pub(super) notes: Vec<String>,
    errors: Vec<String>,
    kind: FailureKind,
}

impl<'r, 's, 'a> Resolver<'r, 's, 'a> {
    /// Starts with the build list as it is.
    pub(super) async fn new(
        finder: &'r Finder<'r, 's, 'a>,
        options: &'r Options,
        arguments: Vec<Argument>,
        requirements: Requirements,
    ) -> Result<Self, LoadError> {
        let (requirements, graph) = finder.session.expand(requirements).await?;
        let build_list = graph.build_list();
        let selected = index(&build_list);
        Ok(Self {
            session: finder.session,
            trees: finder.trees,
            finder,
            options,
            arguments,
            decided: BTreeMap::new(),
            initial: selected.clone(),
            selected,
            build_list,
            state: Some(State::with_graph(requirements, graph)),
            loaded: None,
            neighbours: None,
            in_workspace: false,
            notes: Vec::new(),
            errors: Vec::new(),
            kind: FailureKind::Input,
        })
    }

    /// Returns the version that was selected before; `none` where none was.
    pub(super) fn initially(&self, path: &str) -> Version {
        let known = self.initial.get(path).cloned();
        known.unwrap_or_else(|| Version::new("none"))
    }

    /// Returns the version that is selected now; `none` where none is.
    pub(super) fn now(&self, path: &str) -> Version {
        let known = self.selected.get(path).cloned();
        known.unwrap_or_else(|| Version::new("none"))
    }

    /// Returns the requirements as they are.
    pub(super) fn state(&self) -> &State {
        self.state
            .as_ref()
            .expect("it is put back whenever it was taken")
    }

    /// Takes the requirements out, for whoever puts others in their place.
    pub(super) fn take_state(&mut self) -> State {
        let requirements = self.state().requirements.clone();
        let placeholder = State::new(requirements);
        self.state
            .replace(placeholder)
            .expect("it was there a line above")
    }

    /// Puts other requirements in the place of those that are there.
    pub(super) fn put_state(&mut self, state: State) {
        self.state = Some(state);
    }

    /// Notes an error; the run goes on to the next place where errors end it.
    pub(super) fn error(&mut self, kind: FailureKind, text: String) {
        if matches!(kind, FailureKind::Integrity) || self.kind == FailureKind::Input {
            self.kind = kind;
        }
        self.errors.push(text);
    }

    /// Notes an error of an argument.
    pub(super) fn report(&mut self, by: usize, kind: FailureKind, text: &str) {
        let text = self.arguments[by].report(text);
        self.error(kind, text);
    }

    /// Ends the run if there was an error.
    pub(super) fn check(&mut self) -> Result<(), GetError> {
        if let Some(mismatch) = self.finder.mismatch() {
            return Err(GetError::Refused {
                errors: vec![mismatch.to_string()],
                kind: FailureKind::Integrity,
            });
        }
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(GetError::Refused {
            errors: std::mem::take(&mut self.errors),
            kind: self.kind,
        })
    }

    /// Returns the argument that removes a module.
    pub(super) fn is_removed(&self, path: &str) -> bool {
        let mut removing = self.arguments.iter().filter(|argument| argument.is_none());
        removing.any(|argument| {
            if argument.is_wildcard() {
                argument.matches(path)
            } else {
                argument.pattern == path
            }
        })
    }

    /// Decides whatever can be decided of the given arguments; reports whether that changed the build list.
    pub(super) async fn decide(&mut self, arguments: &[usize]) -> Result<bool, GetError> {
        let mut count = 0;
        loop {
            let before = count;
            for &by in arguments {
                let sets = std::mem::take(&mut self.arguments[by].candidates);
                let mut open = Vec::new();
                for set in sets {
                    if let Some(fault) = &set.fault {
                        self.report(by, fault.kind(), &fault.to_string());
                        count += 1;
                        continue;
                    }
                    match self.disambiguate(&set) {
                        Choice::Open(rest) => open.push(rest),
                        Choice::One(module, is_package) => {
                            // Where nothing is left, something is decided nevertheless: it is a contradiction to tell of.
                            let (module, is_package) = match module {
                                Some(module) => (Some(module), is_package),
                                None => self.choose(&set),
                            };
                            self.settle(by, module, is_package);
                            count += 1;
                        }
                    }
                }
                self.arguments[by].candidates = open;
            }
            self.check()?;
            if count == before {
                break;
            }
        }
        if count > 0 && self.update(&[]).await? {
            // What is still open may be decided by the requirements that came in.
            return Ok(true);
        }
        let mut is_any = false;
        for &by in arguments {
            for set in std::mem::take(&mut self.arguments[by].candidates) {
                let (module, is_package) = self.choose(&set);
                self.settle(by, module, is_package);
                is_any = true;
            }
        }
        self.check()?;
        if is_any {
            return self.update(&[]).await;
        }
        Ok(false)
    }

    fn settle(&mut self, by: usize, module: Option<ModuleVersion>, is_package: bool) {
        self.arguments[by].matches_packages |= is_package;
        let Some(module) = module else {
            return;
        };
        if self.session.mains.contains(&module.path) && !module.version.is_empty() {
            let fault = self.main_fault(by, vec![module.path]);
            self.report(by, FailureKind::Input, &fault.to_string());
            return;
        }
        if let Some(known) = self.decided.get(&module.path)
            && known.version != module.version
        {
            let known = known.clone();
            self.conflict(by, &module, &known);
            return;
        }
        let decision = Decision {
            version: module.version.clone(),
            by,
        };
        self.decided.insert(module.path.clone(), decision);
        self.arguments[by].resolved.push(module);
    }

    /// Tells that two arguments want different versions of a module.
    fn conflict(&mut self, by: usize, module: &ModuleVersion, known: &Decision) {
        if self.arguments[by].has_conflict {
            return;
        }
        self.arguments[by].has_conflict = true;
        let mut proposed = (by, &module.version);
        let mut other = (known.by, &known.version);
        if self.arguments[by].is_wildcard() && !self.arguments[known.by].is_wildcard() {
            std::mem::swap(&mut proposed, &mut other);
        }
        let argument = &self.arguments[proposed.0];
        let detail = if argument.pattern == module.path.as_str() {
            String::new()
        } else {
            format!("for module {}, ", module.path)
        };
        let text = format!(
            "{detail}{} conflicts with {}",
            argument.with_version(proposed.1.as_str()),
            self.arguments[other.0].with_version(other.1.as_str())
        );
        self.report(by, FailureKind::Input, &text);
    }

    /// Leaves out what contradicts decisions that were made.
    pub(super) fn disambiguate(&self, set: &PathSet) -> Choice {
        let mut rest = PathSet {
            path: set.path.clone(),
            ..PathSet::default()
        };
        for module in &set.providers {
            if self.is_removed(module.path.as_str()) {
                continue;
            }
            if self.session.mains.contains(&module.path) {
                if module.version.is_empty() {
                    return Choice::One(Some(module.clone()), true);
                }
                continue;
            }
            match self.decided.get(&module.path) {
                None => rest.providers.push(module.clone()),
                // Any other provider would make the import ambiguous.
                Some(decision) if decision.version == module.version => {
                    return Choice::One(Some(module.clone()), true);
                }
                Some(_) => {}
            }
        }
        if let Some(module) = &set.module {
            let decision = self.decided.get(&module.path);
            if decision.is_none_or(|decision| decision.version == module.version) {
                rest.module = Some(module.clone());
            }
        }
        match rest.providers.as_slice() {
            [one] if rest.module.as_ref().is_none_or(|module| module == one) => {
                Choice::One(Some(one.clone()), true)
            }
            [] => Choice::One(rest.module, false),
            _ => Choice::Open(rest),
        }
    }

    /// Chooses by rule of thumb: a module that was there before, else the longest path.
    pub(super) fn choose(&self, set: &PathSet) -> (Option<ModuleVersion>, bool) {
        let is_there = |module: &&ModuleVersion| self.initial.contains_key(&module.path);
        let known = set.providers.iter().find(is_there);
        match known.or(set.providers.first()) {
            Some(module) => (Some(module.clone()), true),
            None => (set.module.clone(), false),
        }
    }

    /// Edits the requirements towards what is decided, and as far as possible towards `additions`; reports whether that
    /// changed the build list.
    pub(super) async fn update(&mut self, additions: &[ModuleVersion]) -> Result<bool, GetError> {
        let decided = self.decided.iter();
        let must: Vec<ModuleVersion> = decided
            .filter(|(path, _)| !self.session.mains.contains(path))
            .map(|(path, decision)| ModuleVersion {
                path: path.clone(),
                version: decision.version.clone(),
            })
            .collect();
        let Some(edited) = self.edit(additions, &must).await? else {
            return Ok(false);
        };
        let (requirements, graph) = self.session.expand(edited).await?;
        self.build_list = graph.build_list();
        self.selected = index(&self.build_list);
        self.state = Some(State::with_graph(requirements, graph));
        Ok(true)
    }
}

pub(super) fn index(list: &[ModuleVersion]) -> NameMap<ModulePath, Version> {
    let pairs = list
        .iter()
        .map(|module| (module.path.clone(), module.version.clone()));
    pairs.collect()
}
