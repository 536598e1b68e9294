//! What each argument may mean: the questions behind [`PathSet`]s.

use std::path::Path;

use futures_util::stream::{self, StreamExt as _};

use super::argument::{Argument, PathSet};
use super::fault::Fault;
use super::pattern::{Files, Meaning};
use super::resolver::Resolver;
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::packages::import::is_standard;
use crate::domain::packages::pattern::{Kind, Pattern};
use crate::domain::packages::standard;
use crate::domain::text::quote::Quoted;
use crate::ops::main_modules::clean;

/// How many modules are looked at side by side: each may have to be fetched.
pub(super) const SIDE_BY_SIDE: usize = 16;

impl Resolver<'_, '_, '_> {
    /// Returns the positions of the arguments for which `wanted` holds.
    pub(super) fn positions(&self, wanted: impl Fn(&Argument) -> bool) -> Vec<usize> {
        let arguments = self.arguments.iter().enumerate();
        arguments
            .filter(|(_, argument)| wanted(argument))
            .map(|(position, _)| position)
            .collect()
    }

    /// Returns the positions of patterns of import paths.
    pub(super) fn wildcards(&self) -> Vec<usize> {
        self.positions(|argument| kind(argument) == Kind::Paths)
    }

    /// Asks what does not depend on the build list: directories, paths, tools, the packages of the main module.
    pub(super) async fn ask_once(&mut self) {
        for by in self.positions(|argument| argument.is_local) {
            let pattern = self.arguments[by].pattern.clone();
            if self.arguments[by].enter(&pattern) {
                let set = self.ask_local(by).await;
                self.arguments[by].add(&pattern, set);
            }
        }
        self.ask_paths().await;
        for by in self.positions(|argument| kind(argument) == Kind::Tool) {
            self.ask_tools(by).await;
        }
        for by in self.positions(|argument| kind(argument) == Kind::Work) {
            if self.arguments[by].enter("work") {
                let set = self.ask_main(by).await;
                self.arguments[by].add("work", set);
            }
        }
    }

    /// A path of the file system has to be one of the main module.
    async fn ask_local(&mut self, by: usize) -> PathSet {
        let pattern = self.arguments[by].pattern.clone();
        let path = Path::new(&pattern);
        let dir = clean(&self.session.ctx.dir.join(path));
        let detail = if path.is_absolute() {
            String::new()
        } else {
            format!(" ({})", dir.display())
        };
        let Some(main) = self.session.mains.modules.first() else {
            return PathSet::default();
        };
        let root = main.root.display().to_string();
        let Ok(below) = dir.strip_prefix(&main.root) else {
            return PathSet::of(Fault::Plain(format!(
                "{pattern}{detail} is not within module rooted at {root}"
            )));
        };
        let below = below.to_string_lossy().replace('\\', "/");
        let name = match below.strip_prefix("vendor/") {
            Some(vendored) => vendored.to_owned(),
            None if below.is_empty() => main.module.path.to_string(),
            None => format!("{}/{below}", main.module.path),
        };
        let module = main.module.clone();
        match self.finder.packages(&name, &module, Files::Counting).await {
            Err(fault) => PathSet::of(fault),
            Ok(packages) if !packages.is_empty() => PathSet::providers(vec![module]),
            Ok(_) if matches!(self.arguments[by].raw.as_str(), "" | ".") => PathSet::of(
                Fault::Plain("no package to get in current directory".to_owned()),
            ),
            Ok(_) if !self.arguments[by].is_wildcard() => PathSet::of(Fault::Plain(format!(
                "{pattern}{detail} is not a package in module rooted at {root}"
            ))),
            Ok(_) => {
                self.unmatched(&name);
                PathSet::default()
            }
        }
    }

    /// Tells that a pattern matches nothing.
    pub(super) fn unmatched(&mut self, pattern: &str) {
        self.notes
            .push(format!("warning: {} matched no packages", Quoted(pattern)));
    }

    async fn ask_main(&mut self, by: usize) -> PathSet {
        let Some(main) = self.session.mains.modules.first() else {
            return PathSet::default();
        };
        let module = main.module.clone();
        let pattern = self.arguments[by].pattern.clone();
        match self
            .finder
            .packages(&pattern, &module, Files::Counting)
            .await
        {
            Err(fault) => PathSet::of(fault),
            Ok(packages) if packages.is_empty() => {
                self.unmatched(&pattern);
                PathSet::default()
            }
            Ok(_) => PathSet::providers(vec![module]),
        }
    }

    async fn ask_tools(&mut self, by: usize) {
        let mains = self.session.mains.modules.iter();
        let mut tools: Vec<String> = mains
            .flat_map(|main| main.file.tool.iter().map(|tool| tool.path.clone()))
            .collect();
        tools.sort_unstable();
        for tool in tools {
            if !self.arguments[by].enter(&tool) {
                continue;
            }
            let text = self.arguments[by].version.clone();
            let selected = |path: &str| self.initially(path);
            let (providers, fault) = self.finder.providers(&tool, &text, &selected).await;
            let set = PathSet {
                providers,
                fault,
                ..PathSet::default()
            };
            self.arguments[by].add(&tool, set);
        }
    }

    async fn ask_paths(&mut self) {
        let positions = self.positions(|argument| {
            matches!(kind(argument), Kind::Path | Kind::Standard) && !argument.is_local
        });
        let mut waiting = Vec::new();
        for by in positions {
            if self.arguments[by].is_none() {
                self.ask_none(by);
                continue;
            }
            let pattern = self.arguments[by].pattern.clone();
            if self.arguments[by].enter(&pattern) {
                waiting.push(by);
            }
        }
        let this = &*self;
        let asked = stream::iter(&waiting).map(async |&by| (by, this.ask_path(by).await));
        let answers: Vec<_> = asked.buffered(SIDE_BY_SIDE).collect().await;
        for (by, answer) in answers {
            let pattern = self.arguments[by].pattern.clone();
            match answer {
                Some(set) => self.arguments[by].add(&pattern, set),
                // The standard library needs no module.
                None => self.arguments[by].matches_packages = true,
            }
        }
    }

    async fn ask_path(&self, by: usize) -> Option<PathSet> {
        let argument = &self.arguments[by];
        let pattern = argument.pattern.as_str();
        if is_standard(pattern) && standard::find(pattern).is_some() {
            if argument.is_explicit() {
                return Some(PathSet::of(Fault::Plain(format!(
                    "can't request explicit version {} of standard library package {pattern}",
                    Quoted(&argument.version)
                ))));
            }
            return None;
        }
        let selected = |path: &str| self.initially(path);
        let meaning = self
            .finder
            .pattern(pattern, &argument.version, &selected)
            .await;
        Some(of_meaning(meaning))
    }

    /// Modules that are to be removed: that of the path, or those of the build list that match.
    fn ask_none(&mut self, by: usize) {
        let pattern = self.arguments[by].pattern.clone();
        let mut paths: Vec<ModulePath> = Vec::new();
        if !self.arguments[by].is_wildcard() {
            paths.push(ModulePath::new(pattern.as_str()));
        }
        let list = self.build_list.iter().map(|module| module.path.clone());
        paths.extend(list.filter(|path| self.arguments[by].matches(path.as_str())));
        for path in paths {
            if !self.arguments[by].enter(path.as_str()) {
                continue;
            }
            let set = if self.session.mains.contains(&path) {
                PathSet::of(self.main_fault(by, vec![path.clone()]))
            } else {
                PathSet::module(ModuleVersion::new(path.as_str(), "none"))
            };
            self.arguments[by].add(path.as_str(), set);
        }
    }

    pub(super) fn main_fault(&self, by: usize, mains: Vec<ModulePath>) -> Fault {
        let argument = &self.arguments[by];
        let pattern = ModulePath::new(argument.pattern.as_str());
        Fault::Main {
            mains,
            is_module: self.session.mains.contains(&pattern),
            pattern: argument.pattern.clone(),
            query: argument.version.clone(),
        }
    }

    /// Asks for modules of the build list that match patterns, or have packages that do.
    pub(super) async fn ask_wildcards(&mut self) {
        for by in self.wildcards() {
            if self.arguments[by].is_none() {
                self.ask_none(by);
                continue;
            }
            let mut waiting = Vec::new();
            for module in self.build_list.clone() {
                let argument = &mut self.arguments[by];
                if argument.can_match_in(module.path.as_str())
                    && argument.enter(module.path.as_str())
                    && !self.is_removed(module.path.as_str())
                {
                    waiting.push(module);
                }
            }
            let this = &*self;
            let asked = stream::iter(&waiting).map(|module| this.ask_wildcard(by, module));
            let sets: Vec<PathSet> = asked.buffered(SIDE_BY_SIDE).collect().await;
            for (module, set) in waiting.iter().zip(sets) {
                self.arguments[by].add(module.path.as_str(), set);
            }
        }
    }

    async fn ask_wildcard(&self, by: usize, module: &ModuleVersion) -> PathSet {
        let argument = &self.arguments[by];
        if self.session.mains.contains(&module.path) && !argument.fits_main() {
            if argument.matches(module.path.as_str()) {
                return PathSet::of(self.main_fault(by, vec![module.path.clone()]));
            }
            return match self.matching(by, module).await {
                Err(fault) => PathSet::of(fault),
                Ok(packages) if !packages.is_empty() => PathSet::of(Fault::MainPackages {
                    pattern: argument.pattern.clone(),
                    query: argument.version.clone(),
                    packages,
                }),
                Ok(_) => PathSet::default(),
            };
        }
        let selected = |path: &str| self.initially(path);
        let found = self
            .finder
            .module(&module.path, &argument.version, &selected)
            .await;
        let found = match found {
            Ok(found) => found,
            // Whether the version that is selected in the end matches is looked at when that is known.
            Err(fault) if fault.is_no_such_module() => return PathSet::default(),
            Err(fault) => return PathSet::of(fault),
        };
        match self.matching(by, &found).await {
            Err(fault) => PathSet::of(fault),
            Ok(packages) if !packages.is_empty() => PathSet::providers(vec![found]),
            Ok(_) if argument.matches(found.path.as_str()) => PathSet::module(found),
            Ok(_) => PathSet::default(),
        }
    }

    async fn matching(&self, by: usize, module: &ModuleVersion) -> Result<Vec<String>, Fault> {
        let pattern = &self.arguments[by].pattern;
        self.finder.packages(pattern, module, Files::Counting).await
    }

    /// Asks for new modules where a pattern matches no package so far.
    pub(super) async fn ask_missing_wildcards(&mut self) {
        for by in self.wildcards() {
            let argument = &mut self.arguments[by];
            let pattern = argument.pattern.clone();
            if argument.is_none() || argument.matches_packages || !argument.enter(&pattern) {
                continue;
            }
            let text = argument.version.clone();
            let selected = |path: &str| self.initially(path);
            let meaning = self.finder.pattern(&pattern, &text, &selected).await;
            let is_module_pattern = meaning
                .fault
                .as_ref()
                .is_some_and(Fault::is_no_such_package)
                && !self.arguments[by].resolved.is_empty();
            if !is_module_pattern {
                self.arguments[by].add(&pattern, of_meaning(meaning));
            }
        }
    }

    /// Reports modules of the build list that match a pattern but are at another version than it asks for.
    pub(super) async fn check_wildcards(&mut self) {
        for by in self.wildcards() {
            for module in self.build_list.clone() {
                if self.arguments[by].can_match_in(module.path.as_str())
                    && let Some(fault) = self.check_wildcard(by, &module).await
                {
                    self.report(by, fault.kind(), &fault.to_string());
                }
            }
        }
    }

    async fn check_wildcard(&self, by: usize, module: &ModuleVersion) -> Option<Fault> {
        let argument = &self.arguments[by];
        let is_match = argument.matches(module.path.as_str());
        if !is_match {
            match self.matching(by, module).await {
                Ok(packages) if packages.is_empty() => return None,
                Err(fault) => return Some(fault),
                Ok(_) => {}
            }
        }
        let selected = |path: &str| self.initially(path);
        let wanted = self
            .finder
            .module(&module.path, &argument.version, &selected)
            .await;
        let wanted = match wanted {
            Ok(wanted) if wanted.version == module.version => return None,
            Ok(wanted) => wanted,
            Err(fault) => return Some(fault),
        };
        if !is_match {
            match self.matching(by, &wanted).await {
                Err(fault) => return Some(fault),
                Ok(packages) if !packages.is_empty() => {}
                Ok(_) => {
                    let shown = if wanted.version.as_str() == argument.version {
                        wanted.to_string()
                    } else {
                        format!("{}@{} ({})", wanted.path, argument.version, wanted.version)
                    };
                    return Some(Fault::Plain(format!(
                        "{} matches packages in {module} but not {shown}: specify a different version for module {}",
                        argument.raw, wanted.path
                    )));
                }
            }
        }
        Some(Fault::Plain(format!(
            "internal error: selected {module} instead of {}",
            wanted.version
        )))
    }
}

fn of_meaning(meaning: Meaning) -> PathSet {
    match meaning.fault {
        Some(fault) => PathSet::of(fault),
        None => PathSet {
            providers: meaning.providers,
            module: meaning.module,
            ..PathSet::default()
        },
    }
}

fn kind(argument: &Argument) -> Kind {
    Pattern::new(&argument.pattern).kind()
}
