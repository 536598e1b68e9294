//! Operations on whole build lists: build, minimal requirements, upgrade, downgrade.
//!
//! They work on any [`Reqs`]: the go.mod files that a loader has read, or a table in a test.
//! See <https://go.dev/ref/mod#minimal-version-selection>.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::graph::{Compare, Graph};
use crate::domain::module::{ModulePath, ModuleVersion, Version};

/// What the algorithms ask of the world.
pub trait Reqs {
    /// Why requirements cannot be told.
    type Error;

    /// Returns what `module` requires.
    fn required(&self, module: &ModuleVersion) -> Result<Vec<ModuleVersion>, Self::Error>;

    /// Returns the order of versions.
    fn compare(&self) -> Compare;

    /// Returns the version to which an upgrade takes `module`: itself where there is none.
    fn upgrade(&self, module: &ModuleVersion) -> Result<ModuleVersion, Self::Error> {
        Ok(module.clone())
    }

    /// Returns the version before `module`, or `none`.
    fn previous(&self, module: &ModuleVersion) -> Result<ModuleVersion, Self::Error> {
        Ok(ModuleVersion {
            path: module.path.clone(),
            version: Version::new("none"),
        })
    }
}

/// Returns the build list of `target`: the target first, then by path.
pub fn build_list<R: Reqs>(
    target: &ModuleVersion,
    reqs: &R,
) -> Result<Vec<ModuleVersion>, R::Error> {
    build(target, reqs, None, |module| Ok(module.clone()))
}

/// Returns the build list with every module at its latest version.
pub fn upgrade_all<R: Reqs>(
    target: &ModuleVersion,
    reqs: &R,
) -> Result<Vec<ModuleVersion>, R::Error> {
    build(target, reqs, None, |module| {
        if module.path == target.path {
            Ok(target.clone())
        } else {
            reqs.upgrade(module)
        }
    })
}

/// Returns the build list with the modules `upgrades` added or raised to their versions.
pub fn upgrade<R: Reqs>(
    target: &ModuleVersion,
    reqs: &R,
    upgrades: &[ModuleVersion],
) -> Result<Vec<ModuleVersion>, R::Error> {
    let mut list = reqs.required(target)?;
    let listed: HashSet<ModulePath> = list.iter().map(|module| module.path.clone()).collect();
    let mut to: HashMap<&ModulePath, &Version> = HashMap::new();
    for module in upgrades {
        if !listed.contains(&module.path) {
            list.push(ModuleVersion {
                path: module.path.clone(),
                version: Version::new("none"),
            });
        }
        let version = to.entry(&module.path).or_insert(&module.version);
        if (reqs.compare())(
            module.path.as_str(),
            version.as_str(),
            module.version.as_str(),
        ) == Ordering::Less
        {
            *version = &module.version;
        }
    }
    build(target, reqs, Some(&list), |module| {
        Ok(to.get(&module.path).map_or_else(
            || module.clone(),
            |version| ModuleVersion {
                path: module.path.clone(),
                version: (*version).clone(),
            },
        ))
    })
}

/// Returns the fewest requirements that give `target` its build list, with all of `base` among them.
pub fn minimal<R: Reqs>(
    target: &ModuleVersion,
    base: &[ModulePath],
    reqs: &R,
) -> Result<Vec<ModuleVersion>, R::Error> {
    let list = build_list(target, reqs)?;
    let selected: HashMap<&ModulePath, &Version> =
        list.iter().map(|m| (&m.path, &m.version)).collect();
    let (postorder, required) = postorder(target, &list, reqs)?;
    let mut have: HashSet<ModuleVersion> = HashSet::new();
    let mut minimal = Vec::new();
    let mut in_base = HashSet::new();
    for path in base {
        if in_base.insert(path) {
            let version = selected
                .get(path)
                .map_or_else(Version::none, |version| (*version).clone());
            let module = ModuleVersion {
                path: path.clone(),
                version,
            };
            mark(&module, &required, &mut have);
            minimal.push(module);
        }
    }
    for module in postorder.iter().rev() {
        if selected.get(&module.path) == Some(&&module.version) && !have.contains(module) {
            mark(module, &required, &mut have);
            minimal.push(module.clone());
        }
    }
    minimal.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(minimal)
}

/// Returns the build list with each of `downgrades` at or below its version.
pub fn downgrade<R: Reqs>(
    target: &ModuleVersion,
    reqs: &R,
    downgrades: &[ModuleVersion],
) -> Result<Vec<ModuleVersion>, R::Error> {
    Downgrade::new(target, reqs)?.run(downgrades)
}

type Required = HashMap<ModuleVersion, Vec<ModuleVersion>>;

fn build<R: Reqs>(
    target: &ModuleVersion,
    reqs: &R,
    roots: Option<&[ModuleVersion]>,
    upgrade: impl Fn(&ModuleVersion) -> Result<ModuleVersion, R::Error>,
) -> Result<Vec<ModuleVersion>, R::Error> {
    let mut graph = Graph::new(reqs.compare(), std::slice::from_ref(target));
    let mut queue = graph.roots().to_vec();
    let mut next = 0;
    while let Some(&node) = queue.get(next) {
        next += 1;
        if graph.required(node).is_some() {
            continue;
        }
        let module = graph.module(node).clone();
        let mut required = match roots {
            Some(roots) if module == *target => roots.to_vec(),
            _ if module.version.as_str() == "none" => Vec::new(),
            _ => reqs.required(&module)?,
        };
        let upgraded = upgrade(&module)?;
        if upgraded != module {
            required.insert(0, upgraded);
        }
        queue.extend_from_slice(graph.require(node, &required));
    }
    Ok(graph.build_list())
}

/// Walks the graph below `list`, each module after what it requires, without recursion.
fn postorder<R: Reqs>(
    target: &ModuleVersion,
    list: &[ModuleVersion],
    reqs: &R,
) -> Result<(Vec<ModuleVersion>, Required), R::Error> {
    let mut order = Vec::new();
    let mut required: Required = HashMap::from([(target.clone(), Vec::new())]);
    for start in list {
        if required.contains_key(start) {
            continue;
        }
        required.insert(start.clone(), reqs.required(start)?);
        let mut stack = vec![(start.clone(), 0)];
        while let Some((module, next)) = stack.last_mut() {
            let Some(child) = required[module].get(*next).cloned() else {
                order.push(module.clone());
                stack.pop();
                continue;
            };
            *next += 1;
            if !required.contains_key(&child) {
                let children = if child.version.as_str() == "none" {
                    Vec::new()
                } else {
                    reqs.required(&child)?
                };
                required.insert(child.clone(), children);
                stack.push((child, 0));
            }
        }
    }
    Ok((order, required))
}

fn mark(module: &ModuleVersion, required: &Required, have: &mut HashSet<ModuleVersion>) {
    let mut stack = vec![module.clone()];
    while let Some(module) = stack.pop() {
        if have.insert(module.clone()) {
            stack.extend(required.get(&module).into_iter().flatten().cloned());
        }
    }
}

struct Downgrade<'a, R: Reqs> {
    target: &'a ModuleVersion,
    reqs: &'a R,
    list: Vec<ModuleVersion>,
    /// The highest version of each path that may be kept.
    limit: HashMap<ModulePath, Version>,
    added: HashSet<ModuleVersion>,
    required_by: HashMap<ModuleVersion, Vec<ModuleVersion>>,
    excluded: HashSet<ModuleVersion>,
}

impl<'a, R: Reqs> Downgrade<'a, R> {
    fn new(target: &'a ModuleVersion, reqs: &'a R) -> Result<Self, R::Error> {
        let list = build_list(target, reqs)?.split_off(1);
        let limit = list
            .iter()
            .map(|module| (module.path.clone(), module.version.clone()))
            .collect();
        Ok(Self {
            target,
            reqs,
            list,
            limit,
            added: HashSet::new(),
            required_by: HashMap::new(),
            excluded: HashSet::new(),
        })
    }

    fn run(mut self, downgrades: &[ModuleVersion]) -> Result<Vec<ModuleVersion>, R::Error> {
        for module in downgrades {
            let lower = match self.limit.get(&module.path) {
                Some(version) => self.is_less(&module.path, &module.version, version),
                None => true,
            };
            if lower {
                self.limit
                    .insert(module.path.clone(), module.version.clone());
            }
        }
        let mut kept = Vec::new();
        for module in self.list.clone() {
            if let Some(module) = self.keep(module)? {
                kept.push(module);
            }
        }
        // The versions that the kept modules select may be above what was kept: those are the
        // requirements that give this build list.
        let actual = build(self.target, self.reqs, Some(&kept), |module| {
            Ok(module.clone())
        })?;
        let actual: HashMap<&ModulePath, &Version> =
            actual.iter().map(|m| (&m.path, &m.version)).collect();
        let mut roots = Vec::new();
        for module in &self.list {
            if let Some(version) = actual.get(&module.path) {
                roots.push(ModuleVersion {
                    path: module.path.clone(),
                    version: (*version).clone(),
                });
            }
        }
        build(self.target, self.reqs, Some(&roots), |module| {
            Ok(module.clone())
        })
    }

    /// Returns the highest version at or below `module` that nothing forbids.
    fn keep(&mut self, mut module: ModuleVersion) -> Result<Option<ModuleVersion>, R::Error> {
        self.add(&module);
        while self.excluded.contains(&module) {
            let mut previous = self.reqs.previous(&module)?;
            // An unlisted version may be the one asked for: it lies between listed ones.
            if let Some(limit) = self.limit.get(&module.path)
                && self.is_less(&module.path, limit, &module.version)
                && self.is_less(&module.path, &previous.version, limit)
            {
                previous.version = limit.clone();
            }
            if previous.version.as_str() == "none" {
                return Ok(None);
            }
            self.add(&previous);
            module = previous;
        }
        Ok(Some(module))
    }

    /// Considers `module` and all it requires; what cannot be kept is excluded with its dependents.
    fn add(&mut self, module: &ModuleVersion) {
        // (module, its requirements, the next one to look at)
        let mut stack: Vec<(ModuleVersion, Vec<ModuleVersion>, usize)> = Vec::new();
        self.enter(module, &mut stack);
        while let Some((module, required, next)) = stack.last_mut() {
            let Some(child) = required.get(*next).cloned() else {
                stack.pop();
                continue;
            };
            let parent = module.clone();
            if !self.added.contains(&child) {
                self.enter(&child, &mut stack);
                continue;
            }
            *next += 1;
            if self.excluded.contains(&child) {
                self.exclude(&parent);
                stack.pop();
                continue;
            }
            self.required_by.entry(child).or_default().push(parent);
        }
    }

    fn enter(
        &mut self,
        module: &ModuleVersion,
        stack: &mut Vec<(ModuleVersion, Vec<ModuleVersion>, usize)>,
    ) {
        if !self.added.insert(module.clone()) {
            return;
        }
        if let Some(limit) = self.limit.get(&module.path)
            && self.is_less(&module.path, limit, &module.version)
        {
            self.exclude(module);
            return;
        }
        match self.reqs.required(module) {
            Ok(required) => stack.push((module.clone(), required, 0)),
            // A version whose requirements cannot be read cannot be kept.
            Err(_) => self.exclude(module),
        }
    }

    fn exclude(&mut self, module: &ModuleVersion) {
        let mut stack = vec![module.clone()];
        while let Some(module) = stack.pop() {
            if self.excluded.insert(module.clone()) {
                stack.extend(self.required_by.get(&module).into_iter().flatten().cloned());
            }
        }
    }

    fn is_less(&self, path: &ModulePath, a: &Version, b: &Version) -> bool {
        (self.reqs.compare())(path.as_str(), a.as_str(), b.as_str()) == Ordering::Less
    }
}
