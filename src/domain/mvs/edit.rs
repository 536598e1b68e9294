//! Changing root requirements towards wanted versions: what `go get` does to go.mod.
//!
//! Versions that must be selected are; versions that should be are tried. A root whose requirements contradict the
//! former is lowered, one version at a time, or leaves the roots; where the contradiction is between versions that must
//! be selected, it is a [`Conflict`]. Everything else stays where it was, or rises as far as the rest requires.
//!
//! [`Edit`] is a state machine: it says what it needs next ([`Step`]), the caller finds out and supplies it.
//! See <https://go.dev/ref/mod#go-get>.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;

use super::Pruning;
use super::disqualify::{Disqualified, Reason};
use super::graph::{Graph, NodeId, NodeSet};
use crate::domain::module::{ModulePath, ModuleVersion, NameMap, Version, goversion};

const NONE: &str = "none";

/// What is to be changed.
pub struct Wishes<'w> {
    /// Whether the graph is pruned, after the edit.
    pub pruning: Pruning,
    /// The roots so far; without pruning the whole build list.
    pub roots: Vec<ModuleVersion>,
    /// Versions to rise to, if nothing is against it.
    pub upgrades: &'w [ModuleVersion],
    /// Versions that have to be selected; `none` for modules that have to go.
    pub must: &'w [ModuleVersion],
    /// The versions that were selected before the edit.
    pub before: NameMap<ModulePath, Version>,
}

/// A graph that was loaded as a [`Step`] wants it.
pub struct LoadedRoots {
    /// The graph.
    pub graph: Graph,
    /// Modules whose requirements could not be read.
    pub failed: HashSet<NodeId>,
    /// Modules that do not support pruning.
    pub unpruned: NodeSet,
}

/// What happens next.
#[derive(Debug)]
pub enum Step {
    /// The graph of these roots is needed: [`Edit::supply_graph`].
    Load {
        /// The roots.
        roots: Vec<ModuleVersion>,
        /// Versions whose requirements count although they would be pruned out.
        raised: HashSet<ModuleVersion>,
    },
    /// The highest allowed version below this one is needed: [`Edit::supply_previous`].
    Previous(ModuleVersion),
    /// No edit does what must be done.
    Conflicts(Vec<Conflict>),
    /// These are the roots.
    Done(Vec<ModuleVersion>),
    /// A version below another one is needed and cannot be told.
    GivenUp,
}

/// Why a version that must be selected cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Requirements that lead from a root to what is wrong; at least one.
    pub path: Vec<ModuleVersion>,
    /// The version that must be selected, and is below the last one of the path; none where the requirements of the
    /// last one could not be read.
    pub constraint: Option<ModuleVersion>,
}

/// A root that was lowered because the requirements of a module could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowered {
    /// Why.
    pub conflict: Conflict,
    /// The root as it was.
    pub from: ModuleVersion,
    /// Its new version; `none` where it is gone.
    pub to: Version,
    /// Whether this is the version from before the edit.
    pub is_restored: bool,
}

/// An edit of root requirements; see the module.
pub struct Edit {
    pruning: Pruning,
    before: NameMap<ModulePath, Version>,
    /// The version of each root after the edit; `none` for those that are gone.
    wanted: BTreeMap<ModulePath, Version>,
    must: NameMap<ModulePath, Version>,
    conflicts: Vec<Conflict>,
    lowered: Vec<Lowered>,
    /// Versions that cannot be roots. Each round that changes roots adds one, so that the edit comes to an end.
    rejected: HashSet<ModuleVersion>,
    roots: Vec<ModuleVersion>,
    raised: HashSet<ModuleVersion>,
    judged: Option<Judged>,
    /// Roots that have to be lowered.
    troubles: VecDeque<Trouble>,
    is_changed: bool,
}

/// A graph and what cannot be used in it.
struct Judged {
    loaded: LoadedRoots,
    disqualified: Disqualified,
}

struct Trouble {
    root: ModuleVersion,
    conflict: Conflict,
    /// The version looked at last.
    at: ModuleVersion,
    pruning: Pruning,
}

impl Conflict {
    /// Reports whether requirements could not be read.
    pub fn is_failure(&self) -> bool {
        self.constraint.is_none()
    }

    /// Returns the module that is wrong.
    pub fn last(&self) -> &ModuleVersion {
        self.path.last().expect("a path is never empty")
    }
}

/// The first and the last module of the path, as the go command sums a conflict up; what failed is left out.
impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = &self.path[0];
        let adverb = if self.path.len() > 2 {
            "indirectly "
        } else {
            ""
        };
        match (&self.constraint, self.path.len()) {
            (None, 1) => write!(f, "{first}"),
            (Some(wanted), 1) => write!(f, "{first} is above {}", wanted.version),
            (None, _) => write!(f, "{first} {adverb}requires {}", self.last()),
            (Some(wanted), _) => write!(
                f,
                "{first} {adverb}requires {}, but {} is requested",
                self.last(),
                wanted.version
            ),
        }
    }
}

impl Edit {
    /// Starts an edit.
    pub fn new(wishes: Wishes<'_>) -> Self {
        let mut edit = Self {
            pruning: wishes.pruning,
            before: wishes.before,
            wanted: BTreeMap::new(),
            must: NameMap::default(),
            conflicts: Vec::new(),
            lowered: Vec::new(),
            rejected: HashSet::new(),
            roots: Vec::new(),
            raised: HashSet::new(),
            judged: None,
            troubles: VecDeque::new(),
            is_changed: false,
        };
        for root in wishes
            .roots
            .into_iter()
            .chain(wishes.upgrades.iter().cloned())
        {
            edit.want(root);
        }
        for module in wishes.must {
            edit.insist(module);
        }
        edit
    }

    /// Raises a root.
    fn want(&mut self, module: ModuleVersion) {
        let is_higher = self
            .wanted
            .get(&module.path)
            .is_none_or(|version| compare(&module.path, version, &module.version).is_lt());
        if is_higher {
            self.wanted.insert(module.path, module.version);
        }
    }

    fn insist(&mut self, module: &ModuleVersion) {
        if let Some(version) = self.must.get(&module.path)
            && *version != module.version
        {
            let other = ModuleVersion {
                path: module.path.clone(),
                version: version.clone(),
            };
            let (above, below) = if compare(&module.path, version, &module.version).is_gt() {
                (other, module.clone())
            } else {
                (module.clone(), other)
            };
            self.conflicts.push(Conflict {
                path: vec![above],
                constraint: Some(below),
            });
            return;
        }
        self.must
            .insert(module.path.clone(), module.version.clone());
        self.wanted
            .insert(module.path.clone(), module.version.clone());
    }

    /// Returns the first step.
    pub fn start(&mut self) -> Step {
        self.next_round()
    }

    /// Takes the roots that were lowered since the last call because something could not be read.
    pub fn lowered(&mut self) -> Vec<Lowered> {
        std::mem::take(&mut self.lowered)
    }

    fn next_round(&mut self) -> Step {
        if !self.conflicts.is_empty() {
            return Step::Conflicts(std::mem::take(&mut self.conflicts));
        }
        let wanted = self.wanted.iter();
        let wanted = wanted.filter(|(_, version)| version.as_str() != NONE);
        self.roots = wanted
            .map(|(path, version)| ModuleVersion {
                path: path.clone(),
                version: version.clone(),
            })
            .collect();
        goversion::mod_sort(&mut self.roots);
        self.raised.clear();
        self.judged = None;
        self.is_changed = false;
        self.load()
    }

    fn load(&self) -> Step {
        Step::Load {
            roots: self.roots.clone(),
            raised: self.raised.clone(),
        }
    }

    /// Takes the graph that the last step asked for.
    pub fn supply_graph(&mut self, loaded: LoadedRoots) -> Step {
        if self.raise(&loaded.graph) {
            return self.load();
        }
        let disqualified = self.judge(&loaded);
        self.find_troubles(&loaded, &disqualified);
        self.judged = Some(Judged {
            loaded,
            disqualified,
        });
        self.go_on()
    }

    /// Notes the selected versions of roots whose requirements are missing in the graph: they will be roots, and then
    /// their requirements count. The lower versions stay, so that there is a chain to tell why each version rose.
    fn raise(&mut self, graph: &Graph) -> bool {
        if self.pruning == Pruning::Unpruned {
            return false;
        }
        let known = self.raised.len();
        for path in self.wanted.keys() {
            let Some(selected) = graph.selected_of_path(path.as_str()) else {
                continue;
            };
            let module = graph.module(selected);
            if module.version.as_str() != NONE && graph.required(selected).is_none() {
                self.raised.insert(module.clone());
            }
        }
        self.raised.len() > known
    }

    fn pruning_of(&self, loaded: &LoadedRoots, node: NodeId) -> Pruning {
        if self.pruning == Pruning::Pruned && loaded.unpruned.contains(node) {
            Pruning::Unpruned
        } else {
            self.pruning
        }
    }

    /// Finds everything in the graph that contradicts what must be selected.
    fn judge(&self, loaded: &LoadedRoots) -> Disqualified {
        let graph = &loaded.graph;
        let modules = self.roots.iter().chain(&self.raised);
        let nodes = modules.filter_map(|module| graph.node(module));
        let roots = nodes.map(|node| (node, self.pruning_of(loaded, node)));
        let mut disqualified = Disqualified::new(graph.len(), roots);
        let above = self.above(graph);
        if loaded.failed.is_empty() && !above.contains(&true) {
            return disqualified;
        }
        for node in graph.breadth_first() {
            if above[node.index()] {
                disqualified.mark(node, Pruning::Pruned, Reason::Leads(node));
            } else if loaded.failed.contains(&node) {
                disqualified.mark(node, Pruning::Pruned, Reason::Failed);
            } else if !graph.module(node).version.is_empty()
                && let Some(required) = graph.required(node)
            {
                // Even where what it requires would be pruned out, the requirement itself counts.
                let above = required.iter().find(|&&required| above[required.index()]);
                if let Some(&above) = above {
                    disqualified.mark(node, Pruning::Pruned, Reason::Leads(above));
                    continue;
                }
                for &required in required {
                    if !disqualified.require(node, required) {
                        break;
                    }
                }
            }
        }
        disqualified
    }

    /// Reports for each node whether its version is above the one that must be selected.
    fn above(&self, graph: &Graph) -> Vec<bool> {
        let mut limits = vec![None; graph.path_count()];
        for (path, version) in &self.must {
            if let Some(at) = graph.index_of_path(path.as_str()) {
                limits[at] = Some(version);
            }
        }
        let mut above = vec![false; graph.len()];
        for (node, module) in graph.nodes() {
            let limit = limits[graph.path_index(node)];
            let is_above = |limit| compare(&module.path, &module.version, limit).is_gt();
            above[node.index()] = limit.is_some_and(is_above);
        }
        above
    }

    fn find_troubles(&mut self, loaded: &LoadedRoots, disqualified: &Disqualified) {
        let graph = &loaded.graph;
        for root in &self.roots {
            let Some(node) = graph.node(root) else {
                continue;
            };
            let pruning = disqualified.root(node).unwrap_or(self.pruning);
            let (path, is_failed) = disqualified.path(graph, node, pruning);
            let Some(last) = path.last() else {
                continue;
            };
            let must = self.must.get(&last.path).filter(|_| !is_failed);
            let constraint = must.map(|version| ModuleVersion {
                path: last.path.clone(),
                version: version.clone(),
            });
            let conflict = Conflict { path, constraint };
            if self.must.get(&root.path) == Some(&root.version) {
                self.conflicts.push(conflict);
                continue;
            }
            if self.may_rise(loaded, disqualified, root, pruning) {
                continue;
            }
            if conflict.is_failure() && self.version_before(&root.path) == &root.version {
                // A requirement that was there stays, unless it really contradicts what is asked for.
                self.conflicts.push(conflict);
                continue;
            }
            let lower_pruning = match self.pruning {
                Pruning::Pruned if loaded.unpruned.contains(node) => Pruning::Unpruned,
                pruning => pruning,
            };
            self.troubles.push_back(Trouble {
                root: root.clone(),
                conflict,
                at: root.clone(),
                pruning: lower_pruning,
            });
        }
    }

    /// Reports whether a root that is not selected may take the version that is.
    fn may_rise(
        &self,
        loaded: &LoadedRoots,
        disqualified: &Disqualified,
        root: &ModuleVersion,
        pruning: Pruning,
    ) -> bool {
        let Some(node) = loaded.graph.selected_of_path(root.path.as_str()) else {
            return false;
        };
        let selected = loaded.graph.module(node);
        if selected.version == root.version {
            return false;
        }
        disqualified.reason(node, pruning).is_none() && !self.rejected.contains(selected)
    }

    fn version_before(&self, path: &ModulePath) -> &Version {
        static NONE_BEFORE: std::sync::LazyLock<Version> =
            std::sync::LazyLock::new(|| Version::new(NONE));
        self.before.get(path).unwrap_or(&NONE_BEFORE)
    }

    /// Lowers the next root, or ends the round.
    fn go_on(&mut self) -> Step {
        if let Some(trouble) = self.troubles.front() {
            self.rejected.insert(trouble.root.clone());
            return Step::Previous(trouble.at.clone());
        }
        if self.is_changed || !self.conflicts.is_empty() {
            return self.next_round();
        }
        if self.accept_rises() {
            return self.next_round();
        }
        Step::Done(std::mem::take(&mut self.roots))
    }

    /// Takes the answer to [`Step::Previous`]: the version, `none` where there is no lower one, or nothing where that
    /// cannot be told.
    pub fn supply_previous(&mut self, previous: Option<Version>) -> Step {
        let Some(trouble) = self.troubles.front() else {
            return self.go_on();
        };
        let path = trouble.root.path.clone();
        let before = self.version_before(&path).clone();
        let skips = |version: &Version| compare(&path, version, &before).is_lt();
        let comes_from_above = compare(&path, &trouble.root.version, &before).is_gt()
            && compare(&path, &trouble.at.version, &before).is_gt();
        let previous = match previous {
            // The version from before the edit is always considered, although it may be none that is listed.
            Some(version) if comes_from_above && skips(&version) => before.clone(),
            None if comes_from_above => before.clone(),
            Some(version) => version,
            None => return Step::GivenUp,
        };
        let candidate = ModuleVersion {
            path,
            version: previous,
        };
        let is_none = candidate.version.as_str() == NONE;
        let is_rejected = !is_none
            && (self.rejected.contains(&candidate)
                || self.is_disqualified(&candidate, trouble.pruning));
        if is_rejected {
            self.rejected.insert(candidate.clone());
            if let Some(trouble) = self.troubles.front_mut() {
                trouble.at = candidate.clone();
            }
            return Step::Previous(candidate);
        }
        self.lower(candidate, &before);
        self.go_on()
    }

    fn is_disqualified(&self, module: &ModuleVersion, pruning: Pruning) -> bool {
        let Some(judged) = &self.judged else {
            return false;
        };
        let node = judged.loaded.graph.node(module);
        node.is_some_and(|node| judged.disqualified.reason(node, pruning).is_some())
    }

    fn lower(&mut self, to: ModuleVersion, before: &Version) {
        let Some(trouble) = self.troubles.pop_front() else {
            return;
        };
        if trouble.conflict.is_failure() {
            self.lowered.push(Lowered {
                conflict: trouble.conflict,
                from: trouble.root,
                is_restored: to.version == *before,
                to: to.version.clone(),
            });
        }
        self.wanted.insert(to.path, to.version);
        self.is_changed = true;
    }

    /// Takes over what the graph selects for roots that may change.
    fn accept_rises(&mut self) -> bool {
        let Some(judged) = &self.judged else {
            return false;
        };
        let none = Version::new(NONE);
        let mut is_changed = false;
        for (path, version) in &mut self.wanted {
            if self.must.contains_key(path) {
                continue;
            }
            let selected = judged.loaded.graph.selected(path).unwrap_or(&none);
            if selected != version {
                *version = selected.clone();
                is_changed = true;
            }
        }
        is_changed
    }
}

fn compare(path: &ModulePath, a: &Version, b: &Version) -> Ordering {
    goversion::mod_compare(path.as_str(), a.as_str(), b.as_str())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::mvs::loader::{KnownGraph, Loader, Requires};

    /// Modules with their requirements; versions of a path are those that stand here.
    struct Universe {
        modules: Vec<(ModuleVersion, Requires)>,
    }

    fn module(text: &str) -> ModuleVersion {
        let (path, version) = text.split_once('@').unwrap_or((text, ""));
        ModuleVersion::new(path, version)
    }

    fn modules(text: &str) -> Vec<ModuleVersion> {
        text.split_whitespace().map(module).collect()
    }

    impl Universe {
        /// Each line: a module, `:`, what it requires; a `*` in front says that it does not support pruning.
        fn new(text: &str) -> Self {
            let line = |line: &str| {
                let (name, required) = line.split_once(':').unwrap();
                let pruning = if name.trim().starts_with('*') {
                    Pruning::Unpruned
                } else {
                    Pruning::Pruned
                };
                let requires = Requires {
                    pruning,
                    require: modules(required),
                };
                (module(name.trim().trim_start_matches('*')), requires)
            };
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            Self {
                modules: lines.map(line).collect(),
            }
        }

        fn find(&self, module: &ModuleVersion) -> Option<&Requires> {
            let found = self.modules.iter().find(|(known, _)| known == module);
            found.map(|(_, requires)| requires)
        }

        fn load(&self, roots: &[ModuleVersion], raised: HashSet<ModuleVersion>) -> LoadedRoots {
            self.load_over(None, roots, raised).0
        }

        /// Says, too, how many modules had to be asked for.
        fn load_over(
            &self,
            known: Option<KnownGraph>,
            roots: &[ModuleVersion],
            raised: HashSet<ModuleVersion>,
        ) -> (LoadedRoots, usize) {
            let mut asked = 0;
            let mut loader = Loader::over(known, &module("m"), roots, Pruning::Pruned, raised);
            let mut failed = HashSet::new();
            loop {
                let needs = loader.needs();
                if needs.is_empty() {
                    break;
                }
                asked += needs.len();
                for node in needs {
                    let requires = self.find(loader.module(node)).cloned();
                    if requires.is_none() {
                        failed.insert(node);
                    }
                    loader.supply(node, requires.as_ref());
                }
            }
            let unpruned = loader.unpruned();
            let loaded = LoadedRoots {
                graph: loader.finish(),
                failed,
                unpruned,
            };
            (loaded, asked)
        }

        fn previous(&self, module: &ModuleVersion) -> Version {
            let versions = self.modules.iter().map(|(known, _)| known);
            let below = versions
                .filter(|known| known.path == module.path)
                .filter(|known| compare(&known.path, &known.version, &module.version).is_lt());
            let highest = below.max_by(|a, b| compare(&a.path, &a.version, &b.version));
            highest.map_or_else(|| Version::new(NONE), |known| known.version.clone())
        }

        /// Returns the roots, or what is contradictory.
        fn edit(
            &self,
            roots: &[ModuleVersion],
            upgrades: &[ModuleVersion],
            must: &[ModuleVersion],
        ) -> Result<Vec<ModuleVersion>, Vec<Conflict>> {
            let list = self.load(roots, HashSet::new()).graph.build_list();
            let before = list.into_iter().map(|module| (module.path, module.version));
            let mut edit = Edit::new(Wishes {
                pruning: Pruning::Pruned,
                roots: roots.to_vec(),
                upgrades,
                must,
                before: before.collect(),
            });
            let mut step = edit.start();
            for _ in 0..10_000 {
                step = match step {
                    Step::Load { roots, raised } => edit.supply_graph(self.load(&roots, raised)),
                    Step::Previous(module) => edit.supply_previous(Some(self.previous(&module))),
                    Step::Conflicts(conflicts) => return Err(conflicts),
                    Step::Done(roots) => return Ok(roots),
                    Step::GivenUp => panic!("every version is known here"),
                };
            }
            panic!("the edit does not come to an end");
        }
    }

    #[track_caller]
    fn check(universe: &str, roots: &str, must: &str, expect: &str) {
        let got = Universe::new(universe).edit(&modules(roots), &[], &modules(must));
        let text = match got {
            Ok(roots) => roots
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" "),
            Err(conflicts) => conflicts
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
        };
        assert_eq!(text, expect);
    }

    const CHAIN: &str = "
        a@v1.0.0:
        a@v1.1.0: b@v1.1.0
        a@v1.2.0: b@v1.2.0
        b@v1.0.0:
        b@v1.1.0:
        b@v1.2.0: c@v1.2.0
        c@v1.1.0:
        c@v1.2.0:
    ";

    #[test]
    fn roots_that_contradict_are_lowered_step_by_step() {
        let roots = "a@v1.2.0 b@v1.2.0 c@v1.2.0";
        check(CHAIN, roots, "b@v1.1.0", "a@v1.1.0 b@v1.1.0 c@v1.2.0");
        check(CHAIN, roots, "b@v1.0.0", "a@v1.0.0 b@v1.0.0 c@v1.2.0");
        check(CHAIN, roots, "b@none", "a@v1.0.0 c@v1.2.0");
        check(CHAIN, roots, "c@v1.1.0", "a@v1.1.0 b@v1.1.0 c@v1.1.0");
        check(CHAIN, roots, "a@none", "b@v1.2.0 c@v1.2.0");
    }

    #[test]
    fn upgrades_take_along_what_they_require() {
        check(CHAIN, "a@v1.0.0 b@v1.0.0", "a@v1.2.0", "a@v1.2.0 b@v1.2.0");
        check(CHAIN, "a@v1.0.0", "a@v1.1.0", "a@v1.1.0");
    }

    #[test]
    fn what_cannot_be_had_together_is_told() {
        let roots = "a@v1.0.0 b@v1.0.0";
        let expect = "a@v1.2.0 requires b@v1.2.0, but v1.1.0 is requested";
        check(CHAIN, roots, "a@v1.2.0 b@v1.1.0", expect);
        let expect = "b@v1.2.0 is above v1.1.0";
        check(CHAIN, roots, "b@v1.1.0 b@v1.2.0", expect);
        let expect = "b@v1.2.0 requires c@v1.2.0, but none is requested";
        check(CHAIN, roots, "b@v1.2.0 c@none", expect);
    }

    #[test]
    fn pruned_requirements_do_not_count() {
        let universe = "
            a@v1.0.0: b@v1.0.0
            b@v1.0.0: c@v1.1.0
            c@v1.0.0:
            c@v1.1.0:
        ";
        check(universe, "a@v1.0.0", "c@v1.0.0", "a@v1.0.0 c@v1.0.0");
        // As a root, b brings in all that it requires.
        check(universe, "a@v1.0.0 b@v1.0.0", "c@v1.0.0", "c@v1.0.0");
        let unpruned = universe.replace("a@v1.0.0:", "*a@v1.0.0:");
        check(&unpruned, "a@v1.0.0", "c@v1.0.0", "c@v1.0.0");
    }

    #[test]
    fn a_version_that_is_not_listed_is_kept_if_it_fits() {
        let universe = "
            a@v1.0.0:
            a@v1.0.1-0.20200101000000-abcdef012345: b@v1.0.0
            a@v1.1.0: b@v1.1.0
            b@v1.0.0:
            b@v1.1.0:
        ";
        let pseudo = "a@v1.0.1-0.20200101000000-abcdef012345";
        let universe = Universe::new(universe);
        let roots = modules(&format!("{pseudo} b@v1.0.0"));
        let edited = universe.edit(&roots, &modules("a@v1.1.0"), &modules("b@v1.0.0"));
        assert_eq!(edited, Ok(roots));
    }

    #[test]
    fn what_cannot_be_read_is_left_alone_or_avoided() {
        let universe = "
            a@v1.0.0:
            *a@v1.1.0: gone@v1.0.0
            b@v1.0.0:
        ";
        let universe = Universe::new(universe);
        let edited = universe.edit(&modules("a@v1.0.0"), &modules("a@v1.1.0"), &[]);
        assert_eq!(edited, Ok(modules("a@v1.0.0")));
        let conflicts = universe
            .edit(&modules("a@v1.1.0 gone@v1.0.0"), &[], &modules("b@v1.0.0"))
            .unwrap_err();
        assert!(conflicts.iter().all(Conflict::is_failure));
    }

    /// A small generator: the same numbers for ever.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }
    }

    fn random(chance: &mut Chance) -> (Universe, Vec<ModuleVersion>) {
        let (paths, versions) = (2 + chance.below(5), 1 + chance.below(4));
        let name = |path: u64, version: u64| {
            ModuleVersion::new(format!("x.com/p{path}"), format!("v1.{version}.0"))
        };
        let mut modules = Vec::new();
        for path in 0..paths {
            for version in 0..versions {
                let mut require = Vec::new();
                for _ in 0..chance.below(3) {
                    require.push(name(chance.below(paths), chance.below(versions)));
                }
                let pruning = if chance.below(3) == 0 {
                    Pruning::Unpruned
                } else {
                    Pruning::Pruned
                };
                modules.push((name(path, version), Requires { pruning, require }));
            }
        }
        let universe = Universe { modules };
        let wanted = (0..paths)
            .filter(|_| chance.below(2) == 0)
            .collect::<Vec<_>>();
        let mut roots: Vec<_> = wanted
            .into_iter()
            .map(|path| name(path, chance.below(versions)))
            .collect();
        // Consistent roots, as every run starts with.
        for _ in 0..10 {
            let graph = universe.load(&roots, HashSet::new()).graph;
            for root in &mut roots {
                root.version = graph.selected(&root.path).unwrap().clone();
            }
        }
        (universe, roots)
    }

    #[test]
    fn a_selection_is_the_least_that_is_asked_for_and_more_roots_lower_nothing() {
        let mut chance = Chance(7);
        for _ in 0..2000 {
            let (universe, mut roots) = random(&mut chance);
            let graph = universe.load(&roots, HashSet::new()).graph;
            let mut asked: HashSet<ModuleVersion> = roots.iter().cloned().collect();
            for node in graph.breadth_first() {
                for &required in graph.required(node).unwrap_or_default() {
                    let required = graph.module(required);
                    let selected = graph.selected(&required.path).unwrap();
                    let order = compare(&required.path, selected, &required.version);
                    assert!(
                        order.is_ge(),
                        "{required} is asked for, {selected} selected"
                    );
                    asked.insert(required.clone());
                }
            }
            let list = graph.build_list();
            for module in list.iter().filter(|module| !module.version.is_empty()) {
                assert!(asked.contains(module), "nobody asks for {module}");
            }
            let more = chance.below(universe.modules.len() as u64);
            let more = &universe.modules[usize::try_from(more).unwrap()].0;
            roots.push(more.clone());
            let larger = universe.load(&roots, HashSet::new()).graph;
            for module in &list {
                let selected = larger.selected(&module.path).unwrap();
                let order = compare(&module.path, selected, &module.version);
                assert!(order.is_ge(), "{more} lowers {module} to {selected}");
            }
        }
    }

    #[test]
    fn a_graph_over_a_known_one_is_the_graph_that_it_would_be_without() {
        let mut chance = Chance(3);
        let (mut alone, mut over) = (0, 0);
        for _ in 0..2000 {
            let (universe, mut roots) = random(&mut chance);
            let graph = Arc::new(universe.load(&roots, HashSet::new()).graph);
            let prunings = graph.nodes().map(|(node, module)| {
                graph.required(node)?;
                // Something is not known.
                let requires = universe.find(module).filter(|_| 0 < chance.below(8))?;
                Some(requires.pruning)
            });
            let known = KnownGraph {
                prunings: prunings.collect(),
                graph: Arc::clone(&graph),
            };
            for root in &mut roots {
                let other = chance.below(universe.modules.len() as u64);
                if chance.below(2) == 0 {
                    *root = universe.modules[usize::try_from(other).unwrap()].0.clone();
                }
            }
            let modules = universe.modules.iter();
            let raised = modules.filter(|_| chance.below(4) == 0);
            let raised: HashSet<_> = raised.map(|(module, _)| module.clone()).collect();
            let (expect, asked) = universe.load_over(None, &roots, raised.clone());
            let (got, asked_over) = universe.load_over(Some(known), &roots, raised);
            assert_eq!(told(&got), told(&expect), "{roots:?}");
            alone += asked;
            over += asked_over;
        }
        assert!(over < alone / 2, "{over} of {alone} are asked for");
    }

    /// Everything that a graph says, by name and in its order.
    fn told(loaded: &LoadedRoots) -> Vec<String> {
        let graph = &loaded.graph;
        let list = graph.build_list();
        let selected = list.iter().map(ToString::to_string);
        let nodes = graph.breadth_first().into_iter().map(|node| {
            let module = graph.module(node);
            assert_eq!(graph.node(module), Some(node));
            let selected = graph.selected_node(node).map(|node| graph.module(node));
            assert_eq!(
                graph.selected(&module.path),
                selected.map(|module| &module.version)
            );
            let required = graph.required(node).map(|required| {
                let names = required.iter().map(|&node| graph.module(node).to_string());
                names.collect::<Vec<_>>()
            });
            let is_unpruned = loaded.unpruned.contains(node);
            format!("{module} {is_unpruned} {required:?}")
        });
        selected.chain(nodes).collect()
    }

    #[test]
    fn an_edit_selects_what_must_be_selected_and_then_changes_nothing_more() {
        let mut chance = Chance(1);
        let mut edited = 0;
        for _ in 0..2000 {
            let (universe, roots) = random(&mut chance);
            assert_eq!(
                universe.edit(&roots, &[], &[]),
                Ok(roots.clone()),
                "nothing is wished for"
            );
            let mut must = Vec::new();
            for _ in 0..=chance.below(2) {
                let known = &universe.modules
                    [usize::try_from(chance.below(universe.modules.len() as u64)).unwrap()]
                .0;
                let mut wanted = known.clone();
                if chance.below(4) == 0 {
                    wanted.version = Version::new(NONE);
                }
                must.push(wanted);
            }
            let Ok(after) = universe.edit(&roots, &[], &must) else {
                continue;
            };
            let graph = universe.load(&after, HashSet::new()).graph;
            for module in &must {
                let selected = graph.selected(&module.path).map_or(NONE, Version::as_str);
                assert_eq!(selected, module.version.as_str(), "{module} of {after:?}");
            }
            for root in &after {
                assert_eq!(
                    graph.selected(&root.path),
                    Some(&root.version),
                    "roots are selected"
                );
            }
            assert_eq!(
                universe.edit(&after, &[], &must),
                Ok(after),
                "once is enough"
            );
            edited += 1;
        }
        assert!(1000 < edited, "{edited}");
    }
}
