//! Which packages a set of packages needs: a state machine.
//!
//! It asks for packages by their paths, takes what was found of each, follows the imports, and keeps account of which
//! packages belong to `all` and whose tests count. See <https://go.dev/ref/mod#glos-all>.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;

use crate::domain::module::ModuleVersion;

/// A package, or the tests of a package, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId(pub(super) u32);

/// Which tests count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// What is asked for is `all`: the packages of the main modules and all that they need.
    pub all: bool,
    /// The tests of what is asked for count.
    pub tests: bool,
    /// `all` has the tests of every package in it, as before go 1.16.
    pub closes_over_tests: bool,
}

/// Who provides a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Nobody, or nobody who could be told.
    Nobody,
    /// The standard library.
    Standard,
    /// The main module at this position.
    Main(usize),
    /// Another module.
    Module(ModuleVersion),
}

/// What a package imports, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imports {
    /// By files that are no tests.
    pub files: Vec<Arc<str>>,
    /// By tests.
    pub tests: Vec<Arc<str>>,
}

/// What was found of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who provides it.
    pub provider: Provider,
    /// What it imports; none where that is not known.
    pub imports: Option<Arc<Imports>>,
    /// Whether a `tool` line of a main module names it.
    pub is_tool: bool,
}

/// Facts about a package that only ever come to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(pub(super) u8);

impl Flags {
    const IN_ALL: Self = Self(1);
    const IS_ROOT: Self = Self(2);
    const FROM_ROOT: Self = Self(4);
    const LOADED: Self = Self(8);

    fn with(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    fn has(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }
}

#[derive(Debug)]
pub(super) struct Package {
    pub(super) path: Arc<str>,
    pub(super) provider: Provider,
    pub(super) imports: Vec<PackageId>,
    /// What was found; tests are looked at once they count.
    pub(super) found: Option<Arc<Imports>>,
    /// Its tests, once they count.
    pub(super) test: Option<PackageId>,
    /// The package that this is the test of.
    pub(super) test_of: Option<PackageId>,
    pub(super) flags: Flags,
}

/// Packages by their import paths: asked for once for each import.
pub(super) type ByPath = HashMap<Arc<str>, PackageId, RandomState>;

/// Loads packages; see the module.
#[derive(Debug)]
pub struct Loader {
    rules: Rules,
    list: Vec<Package>,
    by_path: ByPath,
    roots: Vec<PackageId>,
    needs: Vec<PackageId>,
}

/// Loaded packages.
#[derive(Debug)]
pub struct Packages {
    pub(super) list: Vec<Package>,
    by_path: ByPath,
    /// What was asked for.
    pub(super) roots: Vec<PackageId>,
    /// All that the roots reach, breadth first.
    order: Vec<PackageId>,
    /// Who needs a package first; none for roots.
    needed_by: Vec<Option<PackageId>>,
    /// How many steps each is away from what was asked for.
    depth: Vec<u32>,
    reached: Vec<bool>,
    reversed: OnceLock<Reversed>,
}

impl PackageId {
    /// Returns the position of the package.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Loader {
    /// Starts with the packages that are asked for, in their order.
    pub fn new<'p>(rules: Rules, roots: impl IntoIterator<Item = &'p str>) -> Self {
        let mut loader = Self {
            rules,
            list: Vec::new(),
            by_path: ByPath::default(),
            roots: Vec::new(),
            needs: Vec::new(),
        };
        let mut work = Vec::new();
        for path in roots {
            let known = loader.list.len();
            let id = loader.package(&Arc::from(path), Flags::IS_ROOT, &mut work);
            if id.index() == known {
                loader.roots.push(id);
            }
        }
        loader.apply(work);
        loader
    }

    /// Takes the packages of which more must be known; each is named once.
    pub fn needs(&mut self) -> Vec<PackageId> {
        std::mem::take(&mut self.needs)
    }

    /// Returns the path of a package.
    pub fn path(&self, id: PackageId) -> &Arc<str> {
        &self.list[id.index()].path
    }

    /// Records what was found of a package.
    pub fn supply(&mut self, id: PackageId, found: Found) {
        let mut work = Vec::new();
        if found.is_tool {
            work.push((id, Flags::IN_ALL));
        }
        if matches!(found.provider, Provider::Main(_)) {
            work.push((id, Flags::IN_ALL));
        }
        self.list[id.index()].provider = found.provider;
        self.apply(std::mem::take(&mut work));
        let Some(imports) = found.imports else {
            return;
        };
        let flags = self.flags_of_imports(id);
        let files = imports
            .files
            .iter()
            .map(|path| self.package(path, flags, &mut work))
            .collect();
        let package = &mut self.list[id.index()];
        package.imports = files;
        package.found = Some(imports);
        work.push((id, Flags::LOADED));
        self.apply(work);
    }

    /// Ends the loading: who needs whom, by shortest chains.
    pub fn finish(self) -> Packages {
        Packages::new(self.list, self.by_path, self.roots)
    }

    fn package(
        &mut self,
        path: &Arc<str>,
        flags: Flags,
        work: &mut Vec<(PackageId, Flags)>,
    ) -> PackageId {
        let id = if let Some(&id) = self.by_path.get(path) {
            id
        } else {
            let id = self.add(path, None);
            self.by_path.insert(Arc::clone(path), id);
            self.needs.push(id);
            id
        };
        work.push((id, flags));
        id
    }

    fn add(&mut self, path: &Arc<str>, test_of: Option<PackageId>) -> PackageId {
        let id = u32::try_from(self.list.len()).expect("memory ends before that many packages");
        let provider = match test_of {
            Some(package) => self.list[package.index()].provider.clone(),
            None => Provider::Nobody,
        };
        self.list.push(Package {
            path: Arc::clone(path),
            provider,
            imports: Vec::new(),
            found: None,
            test: None,
            test_of,
            flags: Flags::default(),
        });
        PackageId(id)
    }

    fn flags_of_imports(&self, id: PackageId) -> Flags {
        if self.list[id.index()].flags.has(Flags::IN_ALL) {
            Flags::IN_ALL
        } else {
            Flags::default()
        }
    }

    /// Adds flags, and what follows from them for other packages.
    fn apply(&mut self, mut work: Vec<(PackageId, Flags)>) {
        while let Some((id, mut flags)) = work.pop() {
            let package = &mut self.list[id.index()];
            let is_test = package.test_of.is_some();
            if flags.has(Flags::IN_ALL) && self.rules.all && !is_test {
                flags = flags.with(Flags::IS_ROOT);
            }
            if flags.has(Flags::IS_ROOT) {
                flags = flags.with(Flags::FROM_ROOT);
            }
            let old = package.flags;
            let new = old.with(flags);
            package.flags = new;
            if new == old || !new.has(Flags::LOADED) {
                continue;
            }
            if !is_test && self.wants_test(id) {
                self.add_test(id, &mut work);
            }
            for flag in [Flags::IN_ALL, Flags::FROM_ROOT] {
                if new.has(flag) && !old.has(flag.with(Flags::LOADED)) {
                    let imports = &self.list[id.index()].imports;
                    work.extend(imports.iter().map(|&import| (import, flag)));
                }
            }
        }
    }

    fn wants_test(&self, id: PackageId) -> bool {
        let package = &self.list[id.index()];
        let of_main = matches!(package.provider, Provider::Main(_));
        let rules = self.rules;
        (rules.all && of_main)
            || (rules.all && rules.closes_over_tests && package.flags.has(Flags::IN_ALL))
            || (rules.tests && package.flags.has(Flags::IS_ROOT))
    }

    /// Makes the tests of a package count; tests that belong to `all` make all that they import belong to it.
    fn add_test(&mut self, id: PackageId, work: &mut Vec<(PackageId, Flags)>) {
        let package = &self.list[id.index()];
        let of_main = matches!(package.provider, Provider::Main(_));
        let flags = if of_main || (self.rules.closes_over_tests && package.flags.has(Flags::IN_ALL))
        {
            Flags::IN_ALL
        } else {
            Flags::default()
        };
        if let Some(test) = package.test {
            work.push((test, flags));
            return;
        }
        let path = Arc::clone(&package.path);
        let test = self.add(&path, Some(id));
        self.list[test.index()].flags = flags;
        let package = &mut self.list[id.index()];
        package.test = Some(test);
        let found = package.found.take();
        let paths = found.iter().flat_map(|found| &found.tests);
        let imports = paths.map(|path| self.package(path, flags, work)).collect();
        self.list[test.index()].imports = imports;
        work.push((test, Flags::LOADED));
    }
}

impl Packages {
    /// Finds out who needs whom, by shortest chains.
    pub(super) fn new(list: Vec<Package>, by_path: ByPath, roots: Vec<PackageId>) -> Self {
        let mut needed_by = vec![None; list.len()];
        let mut depth = vec![0; list.len()];
        let mut reached = vec![false; list.len()];
        let mut order = roots.clone();
        for root in &roots {
            reached[root.index()] = true;
        }
        let mut next = 0;
        while let Some(&id) = order.get(next) {
            next += 1;
            let package: &Package = &list[id.index()];
            for &needed in package.imports.iter().chain(&package.test) {
                if !std::mem::replace(&mut reached[needed.index()], true) {
                    needed_by[needed.index()] = Some(id);
                    depth[needed.index()] = depth[id.index()] + 1;
                    order.push(needed);
                }
            }
        }
        Self {
            list,
            by_path,
            roots,
            order,
            needed_by,
            depth,
            reached,
            reversed: OnceLock::new(),
        }
    }

    /// Returns what was loaded, breadth first; tests are among it.
    pub fn order(&self) -> &[PackageId] {
        &self.order
    }

    /// Returns the package at `path`, if anything that was asked for needs it.
    pub fn find(&self, path: &str) -> Option<PackageId> {
        let id = self.by_path.get(path).copied()?;
        self.reached[id.index()].then_some(id)
    }

    /// Returns the import path; tests have that of their package.
    pub fn path(&self, id: PackageId) -> &Arc<str> {
        &self.list[id.index()].path
    }

    /// Returns who provides a package.
    pub fn provider(&self, id: PackageId) -> &Provider {
        &self.list[id.index()].provider
    }

    /// Reports whether these are the tests of a package.
    pub fn is_test(&self, id: PackageId) -> bool {
        self.list[id.index()].test_of.is_some()
    }

    /// Returns the package that these are the tests of.
    pub fn tested(&self, id: PackageId) -> Option<PackageId> {
        self.list[id.index()].test_of
    }

    /// Returns the tests of a package, where they count.
    pub fn test(&self, id: PackageId) -> Option<PackageId> {
        self.list[id.index()].test
    }

    /// Returns what a package imports, sorted by path.
    pub fn imports(&self, id: PackageId) -> &[PackageId] {
        &self.list[id.index()].imports
    }

    /// Reports whether a package belongs to `all`.
    pub fn is_in_all(&self, id: PackageId) -> bool {
        self.list[id.index()].flags.has(Flags::IN_ALL)
    }

    /// Reports whether a package was asked for.
    pub fn is_root(&self, id: PackageId) -> bool {
        self.list[id.index()].flags.has(Flags::IS_ROOT)
    }

    /// Reports whether a package was asked for, or is imported, directly or not, by one that was.
    pub fn is_from_root(&self, id: PackageId) -> bool {
        self.list[id.index()].flags.has(Flags::FROM_ROOT)
    }

    /// Returns how many steps a package is away from what was asked for.
    pub fn depth(&self, id: PackageId) -> u32 {
        self.depth[id.index()]
    }

    /// Returns a shortest chain from what was asked for to a package: the one that the go command shows.
    pub fn chain(&self, id: PackageId) -> Vec<PackageId> {
        let mut chain = vec![id];
        let mut at = id;
        while let Some(by) = self.needed_by[at.index()] {
            chain.push(by);
            at = by;
        }
        chain.reverse();
        chain
    }

    /// Returns the shortest chains to a package, at most `most` of them, the one that the go command shows first; and
    /// whether there are more.
    pub fn shortest_chains(&self, id: PackageId, most: usize) -> (Vec<Vec<PackageId>>, bool) {
        let mut chains = Vec::new();
        // Each entry: a chain from its end, and how far the search of its next package has come.
        let mut open: Vec<(PackageId, std::vec::IntoIter<PackageId>)> = vec![(id, self.nearer(id))];
        while let Some((at, next)) = open.last_mut() {
            if self.needed_by[at.index()].is_none() {
                if chains.len() == most {
                    return (chains, true);
                }
                chains.push(open.iter().rev().map(|(id, _)| *id).collect());
                open.pop();
                continue;
            }
            match next.next() {
                Some(by) => open.push((by, self.nearer(by))),
                None => drop(open.pop()),
            }
        }
        (chains, false)
    }

    /// Returns who needs a package and is one step nearer to what was asked for; who was first comes first.
    fn nearer(&self, id: PackageId) -> std::vec::IntoIter<PackageId> {
        let mut found: Vec<_> = self.reversed()[id.index()]
            .iter()
            .copied()
            .filter(|&by| self.depth(by) + 1 == self.depth(id))
            .collect();
        if let Some(first) = self.needed_by[id.index()] {
            found.sort_by_key(|by| *by != first);
        }
        found.into_iter()
    }

    /// Returns who needs each package.
    fn reversed(&self) -> &Reversed {
        self.reversed.get_or_init(|| {
            let mut needs_it = vec![Vec::new(); self.list.len()];
            for &id in &self.order {
                let package = &self.list[id.index()];
                for &needed in package.imports.iter().chain(&package.test) {
                    needs_it[needed.index()].push(id);
                }
            }
            needs_it
        })
    }
}

/// Who needs each package.
type Reversed = Vec<Vec<PackageId>>;

#[cfg(test)]
mod tests {
    use super::*;

    /// Loads `main` and what it needs. A line is `path: imports | imports of tests`; `m` is the main module's, `s` the
    /// standard library's, other first letters are those of other modules.
    fn load(rules: Rules, lines: &str, reverse: bool) -> Packages {
        let lines: HashMap<&str, Imports> = lines
            .lines()
            .filter_map(|line| {
                let (path, imports) = line.trim().split_once(':')?;
                let (imports, tests) = imports.split_once('|').unwrap_or((imports, ""));
                let list = |text: &str| text.split_whitespace().map(Arc::from).collect();
                Some((
                    path,
                    Imports {
                        files: list(imports),
                        tests: list(tests),
                    },
                ))
            })
            .collect();
        let mut roots: Vec<_> = lines
            .keys()
            .copied()
            .filter(|path| path.starts_with('m'))
            .collect();
        roots.sort_unstable();
        let mut loader = Loader::new(rules, roots);
        let mut waiting = loader.needs();
        while let Some(id) = waiting.pop() {
            let path = loader.path(id).to_string();
            let provider = match path.as_bytes()[0] {
                b'm' => Provider::Main(0),
                b's' => Provider::Standard,
                _ => Provider::Module(ModuleVersion::new(&path[..1], "v1.0.0")),
            };
            let imports = lines.get(path.as_str()).cloned().map(Arc::new);
            loader.supply(
                id,
                Found {
                    provider,
                    imports,
                    is_tool: false,
                },
            );
            waiting.extend(loader.needs());
            if reverse {
                waiting.reverse();
            }
        }
        loader.finish()
    }

    const LINES: &str = "m/a: x/p
        m/b: | y/p
        x/p: z/p | t/p
        y/p: | u/p
        z/p:
        t/p: | v/p
        u/p:
        v/p:";

    #[track_caller]
    fn check(rules: Rules, expect: &[&str]) {
        for reverse in [false, true] {
            let packages = load(rules, LINES, reverse);
            let names: Vec<String> = packages
                .order()
                .iter()
                .map(|&id| {
                    let all = if packages.is_in_all(id) { "" } else { "-" };
                    let test = if packages.is_test(id) { ".test" } else { "" };
                    format!("{all}{}{test}", packages.path(id))
                })
                .collect();
            assert_eq!(names, expect);
        }
    }

    #[test]
    fn all_has_tests_of_the_main_module_only() {
        let rules = Rules {
            all: true,
            ..Rules::default()
        };
        check(
            rules,
            &["m/a", "m/b", "x/p", "m/a.test", "m/b.test", "z/p", "y/p"],
        );
    }

    #[test]
    fn tests_of_all_may_be_wanted_without_belonging_to_it() {
        let rules = Rules {
            all: true,
            tests: true,
            ..Rules::default()
        };
        check(
            rules,
            &[
                "m/a",
                "m/b",
                "x/p",
                "m/a.test",
                "m/b.test",
                "z/p",
                "-x/p.test",
                "y/p",
                "-z/p.test",
                "-t/p",
                "-y/p.test",
                "-u/p",
            ],
        );
    }

    #[test]
    fn once_all_had_all_tests() {
        let rules = Rules {
            all: true,
            tests: true,
            closes_over_tests: true,
        };
        check(
            rules,
            &[
                "m/a", "m/b", "x/p", "m/a.test", "m/b.test", "z/p", "x/p.test", "y/p", "z/p.test",
                "t/p", "y/p.test", "t/p.test", "u/p", "v/p", "u/p.test", "v/p.test",
            ],
        );
    }

    #[test]
    fn chains_are_shortest_and_cycles_end() {
        let lines = "m: a\na: b c\nb: a d\nc: d\nd: m";
        let packages = load(Rules::default(), lines, false);
        let chain = |path: &str| -> Vec<String> {
            let id = packages.find(path).unwrap();
            let chain = packages.chain(id);
            chain
                .iter()
                .map(|&id| packages.path(id).to_string())
                .collect()
        };
        assert_eq!(chain("d"), ["m", "a", "b", "d"]);
        assert_eq!(chain("m"), ["m"]);
        assert!(packages.find("e").is_none());
    }
}
