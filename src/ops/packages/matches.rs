//! From patterns to packages. See <https://pkg.go.dev/cmd/go#hdr-Package_lists_and_patterns>.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::join_all;
use rayon::prelude::*;

use super::PackageError;
use super::resolve::State;
use super::trees::{PackageDir, Scan, Tree, Trees};
use crate::domain::gosource::Tags;
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::Pruning;
use crate::domain::mvs::graph::Graph;
use crate::domain::packages::ignore::Ignored;
use crate::domain::packages::import::in_module;
use crate::domain::packages::pattern::{Kind, Pattern};
use crate::domain::packages::standard;
use crate::ops::load::Mode;
use crate::ops::main_modules::{clean, is_toolchain};
use crate::ops::session::Session;

/// A pattern and what matches it.
#[derive(Clone, Debug)]
pub struct Match {
    /// The pattern.
    pub pattern: Pattern,
    /// The import paths of the packages.
    pub packages: Vec<String>,
    /// What could not be looked at.
    pub errors: Vec<String>,
    /// The directories of a pattern of the file system, once they were looked for.
    dirs: Option<Dirs>,
}

/// Evaluates patterns.
pub struct Matcher<'m, 's, 'a> {
    /// The run.
    pub session: &'s Session<'a>,
    /// Directories.
    pub trees: &'m Trees<'s, 'a>,
    /// The tags of the build for which directories are looked at.
    pub build: &'m Tags,
}

/// A tree to look for packages in.
struct Walk<'w> {
    tree: Arc<Tree>,
    /// The import path of the root.
    prefix: &'w str,
    /// Whether directories with a go.mod of their own are left out.
    stops_at_modules: bool,
    /// Whether what is below `vendor` is left out.
    stops_at_vendor: bool,
    ignored: Ignored,
}

/// The directories that a pattern of the file system stands for.
#[derive(Clone, Debug, Default)]
struct Dirs {
    found: Vec<PathBuf>,
    /// Why the rest was not looked at.
    unreadable: Option<String>,
}

impl Match {
    /// Takes an argument as it was typed.
    pub fn new(argument: &str) -> Self {
        Self {
            pattern: Pattern::new(argument),
            packages: Vec::new(),
            errors: Vec::new(),
            dirs: None,
        }
    }
}

impl Matcher<'_, '_, '_> {
    /// Finds the packages that a pattern stands for before any package is loaded; `all` stands for its roots.
    pub async fn update(&self, found: &mut Match, state: &State) {
        let pattern = found.pattern.clone();
        match pattern.kind() {
            Kind::Path => found.packages = vec![pattern.as_str().to_owned()],
            Kind::Dir | Kind::Dirs => self.update_dirs(found, state).await,
            Kind::All => {
                found.errors.clear();
                self.of_mains(found);
                found.packages.extend(self.tools());
            }
            Kind::Work => {
                found.errors.clear();
                self.of_mains(found);
            }
            Kind::Tool => found.packages = self.tools(),
            Kind::Standard => {
                let commands = pattern.as_str() == "cmd";
                let names = standard::paths().filter(|path| {
                    let is_command = in_module(path, "cmd").is_some();
                    *path != "builtin" && is_command == commands
                });
                found.packages = names.map(str::to_owned).collect();
            }
            Kind::Paths => self.update_paths(found, state).await,
        }
    }

    /// Returns the packages that `tool` lines name, each once, sorted.
    pub fn tools(&self) -> Vec<String> {
        let mains = self.session.mains.modules.iter();
        let mut tools: Vec<_> = mains
            .flat_map(|main| main.file.tool.iter().map(|tool| tool.path.clone()))
            .collect();
        tools.sort_unstable();
        tools.dedup();
        tools
    }

    fn of_mains(&self, found: &mut Match) {
        let walks = self.session.mains.modules.iter().map(|main| Walk {
            tree: Arc::new(Tree::local(main.root.clone())),
            prefix: main.module.path.as_str(),
            stops_at_modules: true,
            stops_at_vendor: true,
            ignored: Ignored::new(main.file.ignore.iter().map(|line| line.path.as_str())),
        });
        let mut walks: Vec<_> = walks.collect();
        if self.session.mode == Mode::Vendor {
            walks.push(self.vendor());
        }
        self.walk_all(found, &walks);
    }

    fn vendor(&self) -> Walk<'static> {
        Walk {
            tree: Arc::new(Tree::local(self.session.mains.base_dir().join("vendor"))),
            prefix: "",
            stops_at_modules: false,
            stops_at_vendor: true,
            ignored: Ignored::default(),
        }
    }

    async fn update_paths(&self, found: &mut Match, state: &State) {
        found.errors.clear();
        let pattern = &found.pattern;
        let known = standard::paths().filter(|path| *path != "builtin" && pattern.matches(path));
        let std: Vec<String> = known.map(str::to_owned).collect();
        if self.session.mode == Mode::Vendor {
            self.of_mains(found);
        } else {
            let list = match state.graph(self.session).await {
                Ok(selected) => selected.graph.build_list(),
                Err(error) => {
                    found.errors.push(error.to_string());
                    self.session
                        .graph(&state.requirements)
                        .await
                        .graph
                        .build_list()
                }
            };
            self.in_modules(found, &list).await;
        }
        found.packages.extend(std);
        found.packages.sort_unstable();
        found.packages.dedup();
    }

    /// Finds the packages of modules that a pattern with `...` matches.
    pub async fn in_modules(&self, found: &mut Match, list: &[ModuleVersion]) {
        let pattern = found.pattern.clone();
        let modules: Vec<_> = list
            .iter()
            .filter(|module| {
                !is_toolchain(&module.path) && pattern.can_match_below(module.path.as_str())
            })
            .collect();
        let absent = modules
            .iter()
            .filter(|module| self.trees.on_disk(module).is_none());
        join_all(absent.map(|module| self.trees.fetch(module))).await;
        let mut walks = Vec::new();
        for module in modules {
            let tree = match self.trees.on_disk(module) {
                Some(Ok(tree)) => tree,
                Some(Err(error)) => {
                    found.errors.push(error.to_string());
                    continue;
                }
                None => continue,
            };
            let ignored = match self.session.mains.find(&module.path) {
                Some(main) => Ignored::new(main.file.ignore.iter().map(|line| line.path.as_str())),
                None => self.ignored_by(module).await,
            };
            walks.push(Walk {
                stops_at_modules: tree.is_local,
                tree,
                prefix: module.path.as_str(),
                stops_at_vendor: true,
                ignored,
            });
        }
        self.walk_all(found, &walks);
    }

    async fn ignored_by(&self, module: &ModuleVersion) -> Ignored {
        let Ok(actual) = self.session.actual(module) else {
            return Ignored::default();
        };
        match self.session.source.summary(&actual).await {
            Ok(summary) => Ignored::new(summary.ignore.iter().map(String::as_str)),
            Err(_) => Ignored::default(),
        }
    }

    /// Finds the directories of trees that have packages; one name counts once.
    fn walk_all(&self, found: &mut Match, walks: &[Walk<'_>]) {
        let mut seen = HashSet::new();
        let mut named: Vec<(String, PackageDir)> = Vec::new();
        for walk in walks {
            for (name, dir) in self.walk(walk, &found.pattern, &mut found.errors) {
                if seen.insert(name.clone()) {
                    named.push((name, dir));
                }
            }
        }
        let is_package = |(_, dir): &(String, PackageDir)| {
            !matches!(self.trees.scan_package(dir), Scan::NoFiles)
        };
        let mut packages: Vec<_> = named
            .into_par_iter()
            .filter(is_package)
            .map(|(name, _)| name)
            .collect();
        packages.sort_unstable();
        found.packages = packages;
    }

    /// Returns the directories of a tree that match, with their import paths; level by level.
    fn walk(
        &self,
        walk: &Walk<'_>,
        pattern: &Pattern,
        errors: &mut Vec<String>,
    ) -> Vec<(String, PackageDir)> {
        let is_wild = matches!(pattern.kind(), Kind::Paths);
        let mut level = vec![String::new()];
        let mut matched = Vec::new();
        while !level.is_empty() {
            let look = |below: String| {
                let dir = PackageDir::new(&walk.tree, &below);
                let listing = self.trees.list(&dir.path());
                (below, dir, listing)
            };
            let looked: Vec<_> = level.into_par_iter().with_min_len(8).map(look).collect();
            level = Vec::new();
            for (below, dir, listing) in looked {
                let name = join(walk.prefix, &below);
                let listing = match &*listing {
                    Ok(Some(listing)) => listing,
                    Ok(None) => continue,
                    Err(error) => {
                        errors.push(PackageError::File(Arc::clone(error)).to_string());
                        if !name.is_empty() && (!is_wild || pattern.matches(&name)) {
                            matched.push((name, dir));
                        }
                        continue;
                    }
                };
                if walk.stops_at_modules && !below.is_empty() && listing.has_go_mod {
                    continue;
                }
                let is_vendor = below == "vendor" || below.ends_with("/vendor");
                if !name.is_empty()
                    && !listing.go_files.is_empty()
                    && (!is_wild || pattern.matches(&name))
                {
                    matched.push((name, dir));
                }
                if is_vendor && walk.stops_at_vendor {
                    continue;
                }
                let dirs = listing.dirs.iter().filter_map(|name| name.to_str());
                let dirs = dirs.filter(|name| !is_hidden(name));
                let dirs = dirs.map(|name| join(&below, name));
                level.extend(dirs.filter(|below| {
                    !walk.ignored.contains(below)
                        && (!is_wild || pattern.can_match_below(&join(walk.prefix, below)))
                }));
            }
        }
        matched
    }

    async fn update_dirs(&self, found: &mut Match, state: &State) {
        let dirs = match found.dirs.take() {
            Some(dirs) => dirs,
            None => self.dirs(&found.pattern),
        };
        found.errors.clear();
        found.errors.extend(dirs.unreadable.clone());
        found.packages.clear();
        for dir in &dirs.found {
            match self.package_in(dir, state).await {
                Ok(path) => found.packages.push(path),
                Err(error) => found.errors.push(error),
            }
        }
        found.dirs = Some(dirs);
    }

    /// Returns the directories that a pattern of the file system stands for.
    fn dirs(&self, pattern: &Pattern) -> Dirs {
        let text = pattern.as_str();
        let Some((fixed, _)) = text.split_once("...") else {
            return Dirs {
                found: vec![clean(&self.session.ctx.dir.join(text))],
                unreadable: None,
            };
        };
        let above = fixed.rsplit_once('/').map_or("", |(above, _)| above);
        let top = clean(&self.session.ctx.dir.join(above));
        let main = self
            .session
            .mains
            .modules
            .iter()
            .find(|main| top.starts_with(&main.root));
        let Some(main) = main else {
            return Dirs::default();
        };
        let ignored = Ignored::new(main.file.ignore.iter().map(|line| line.path.as_str()));
        let mut level = vec![(top, above.to_owned())];
        let mut dirs = Vec::new();
        let mut unreadable: BTreeMap<PathBuf, String> = BTreeMap::new();
        while !level.is_empty() {
            let mut next = Vec::new();
            for (position, (dir, name)) in level.into_iter().enumerate() {
                let below = dir
                    .strip_prefix(&main.root)
                    .unwrap_or(&dir)
                    .to_string_lossy()
                    .into_owned();
                let is_top = position == 0 && name == above;
                let listing = self.trees.list(&dir);
                let listing = match &*listing {
                    Ok(Some(listing)) => listing,
                    Ok(None) => continue,
                    Err(error) => {
                        if !ignored.contains(&below) {
                            unreadable.insert(dir, error.to_string());
                        }
                        continue;
                    }
                };
                if ignored.contains(&below) || (!is_top && listing.has_go_mod) {
                    continue;
                }
                let shown = if name.is_empty() { "." } else { &name };
                let may_count = !listing.go_files.is_empty() || listing.unclear.is_some();
                if pattern.matches(shown) && may_count {
                    let counts = self.trees.scan_dir(&dir, self.build);
                    if listing.unclear.is_some() || !matches!(counts, Scan::NoFiles) {
                        dirs.push(dir.clone());
                    }
                }
                let inner = listing.dirs.iter().filter_map(|name| name.to_str());
                let inner = inner.filter(|name| !is_hidden(name));
                next.extend(inner.map(|inner| (dir.join(inner), format!("{name}/{inner}"))));
            }
            level = next;
        }
        dirs.sort_unstable();
        // As in Go, whoever walks stops at the first directory that cannot be read.
        let first = unreadable.pop_first();
        if let Some((stop, _)) = &first {
            dirs.retain(|dir| dir < stop);
        }
        Dirs {
            found: dirs,
            unreadable: first.map(|(_, error)| error),
        }
    }

    /// Returns the import path of the package in a directory.
    async fn package_in(&self, dir: &Path, state: &State) -> Result<String, String> {
        let shown = self.session.ctx.short_path(dir);
        match self.trees.has_go_files(dir) {
            Ok(true) => {}
            Ok(false) if !dir.exists() => {
                return Err(format!("stat {}: directory not found", dir.display()));
            }
            Ok(false) => return Err(format!("no Go files in {}", dir.display())),
            Err(error) => return Err(error.to_string()),
        }
        let mut missed = None;
        for main in &self.session.mains.modules {
            let Ok(below) = dir.strip_prefix(&main.root) else {
                continue;
            };
            let below = below.to_string_lossy().replace('\\', "/");
            if below.contains('@') {
                continue;
            }
            if let Some(vendored) = below.strip_prefix("vendor/") {
                return self.vendored(dir, vendored);
            }
            let path = join(main.module.path.as_str(), &below);
            if !self.trees.is_nested(dir, &main.root) {
                return Ok(path);
            }
            missed = Some(format!(
                "main module ({}) does not contain package {path}",
                main.module.path
            ));
        }
        if let Some(missed) = missed {
            return Err(missed);
        }
        let shown = if dir == self.session.ctx.dir {
            "current directory".to_owned()
        } else {
            format!("directory {shown}")
        };
        self.in_dependency(dir, state)
            .await
            .ok_or_else(|| match self.session.mains.work {
                Some(_) => format!(
                    "{shown} outside modules listed in go.work or their selected dependencies"
                ),
                None => format!("{shown} outside main module or its selected dependencies"),
            })
    }

    fn vendored(&self, dir: &Path, path: &str) -> Result<String, String> {
        let Some(list) = &self.session.vendored else {
            return Err(format!(
                "without -mod=vendor, directory {} has no package path",
                dir.display()
            ));
        };
        match list.module_of(path) {
            Some(_) => Ok(path.to_owned()),
            None => Err(format!(
                "directory {} is not a package listed in vendor/modules.txt",
                dir.display()
            )),
        }
    }

    /// Returns the import path of the package in a directory of a module of the build list.
    async fn in_dependency(&self, dir: &Path, state: &State) -> Option<String> {
        let find = |module: &ModuleVersion| {
            let tree = self.trees.on_disk(module)?.ok()?;
            let below = dir
                .strip_prefix(&tree.root)
                .ok()?
                .to_string_lossy()
                .replace('\\', "/");
            let other =
                below.contains('@') || below.starts_with("vendor/") || below.contains("/vendor/");
            (!other).then(|| join(module.path.as_str(), &below))
        };
        if state.requirements.pruning == Pruning::Pruned
            && let Some(path) = state
                .requirements
                .roots
                .iter()
                .filter(|root| !is_toolchain(&root.path))
                .find_map(find)
        {
            return Some(path);
        }
        let graph = state.graph(self.session).await.ok()?;
        let list = Graph::build_list(&graph.graph);
        list.iter()
            .filter(|module| !is_toolchain(&module.path))
            .find_map(find)
    }
}

fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '_']) || name == "testdata"
}

/// Joins two slash-separated paths, of which either may be empty.
fn join(above: &str, below: &str) -> String {
    match (above, below) {
        ("", below) => below.to_owned(),
        (above, "") => above.to_owned(),
        (above, below) => format!("{above}/{below}"),
    }
}
