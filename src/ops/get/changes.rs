//! What changed: the lines that the go command prints, and what moved besides.

use std::collections::{BTreeMap, BTreeSet};

use super::resolver::Resolver;
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::graph::Graph;
use crate::ops::commit::Options as CommitOptions;
use crate::ops::load::GO_RELEASE;

/// A module, Go or the toolchain, with another version than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path of the module; `go` or `toolchain`.
    pub path: ModulePath,
    /// The version before; none where the module came in.
    pub from: Option<Version>,
    /// The version now; none where the module is gone.
    pub to: Option<Version>,
    /// Whether the go command tells of it: it was asked for, or go.mod lists it.
    pub is_told: bool,
    /// The modules that require this version, those that go.mod lists first; empty where nobody but go.mod does.
    pub required_by: Vec<ModuleVersion>,
}

/// What became of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// It came in.
    Added,
    /// It is gone.
    Removed,
    /// Its version rose.
    Upgraded,
    /// Its version fell.
    Downgraded,
}

impl Change {
    /// Returns what became of the module.
    pub fn verb(&self) -> Verb {
        match (&self.from, &self.to) {
            (None, _) => Verb::Added,
            (Some(_), None) => Verb::Removed,
            (Some(from), Some(to)) => {
                let order = goversion::mod_compare(self.path.as_str(), to.as_str(), from.as_str());
                if order.is_gt() {
                    Verb::Upgraded
                } else {
                    Verb::Downgraded
                }
            }
        }
    }

    /// Reports whether the module graph is pruned from now on, and so go.mod had to list far more than before.
    pub fn is_expanding(&self) -> bool {
        let is_below = |version: &Version| goversion::compare(version.as_str(), "1.17").is_lt();
        self.path.as_str() == "go"
            && self.from.as_ref().is_some_and(is_below)
            && self.to.as_ref().is_some_and(|to| !is_below(to))
    }
}

impl Verb {
    /// Returns the word of the go command.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Upgraded => "upgraded",
            Self::Downgraded => "downgraded",
        }
    }
}

/// The versions that a go.mod lists.
type Listed = BTreeMap<ModulePath, Version>;

/// A version before and after.
type Move = (Option<Version>, Option<Version>);

impl Resolver<'_, '_, '_> {
    /// Returns all changes: those that the go command tells of, `go` and `toolchain` first, then all others by path.
    /// `list` is the build list that the written go.mod has.
    pub(super) fn changes(
        &self,
        options: &CommitOptions,
        graph: Option<&Graph>,
        list: &[ModuleVersion],
    ) -> Vec<Change> {
        let mut told: BTreeMap<ModulePath, Move> = BTreeMap::new();
        self.of_arguments(&mut told);
        self.of_requirements(&mut told);
        let (old, new) = (self.old_names(), self.new_names(options));
        for name in ["go", "toolchain"] {
            let (old, new) = (old.get(name).cloned(), new.get(name).cloned());
            if old != new && !self.in_workspace {
                told.insert(ModulePath::new(name), (old, new));
            }
        }
        let mut changes: Vec<Change> = Vec::new();
        for (path, (from, to)) in told {
            changes.push(change(path, from, to, true));
        }
        changes.sort_by_key(|change| match change.path.as_str() {
            "go" => 0,
            "toolchain" => 1,
            _ => 2,
        });
        let known: BTreeSet<ModulePath> =
            changes.iter().map(|change| change.path.clone()).collect();
        let after = super::resolver::index(list);
        let paths: BTreeSet<&ModulePath> = self.initial.keys().chain(after.keys()).collect();
        for path in paths {
            let (from, to) = (self.initial.get(path).cloned(), after.get(path).cloned());
            if from != to && !known.contains(path) && !goversion::is_toolchain(path.as_str()) {
                changes.push(change(path.clone(), from, to, false));
            }
        }
        if let Some(graph) = graph {
            self.find_requirers(graph, &mut changes);
        }
        changes
    }

    /// Finds the selected modules that require the new versions, those that go.mod lists first.
    fn find_requirers(&self, graph: &Graph, changes: &mut [Change]) {
        let mut at = vec![None; graph.len()];
        for (position, change) in changes.iter().enumerate() {
            let module = change.to.clone().map(|version| ModuleVersion {
                path: change.path.clone(),
                version,
            });
            if let Some(node) = module.and_then(|module| graph.node(&module)) {
                at[node.index()] = Some(position);
            }
        }
        let requirements = &self.state().requirements;
        let mut found = vec![BTreeSet::new(); changes.len()];
        for (node, by) in graph.nodes() {
            if by.version.is_empty() || !graph.is_selected(node) {
                continue;
            }
            for required in graph.required(node).unwrap_or_default() {
                if let Some(position) = at[required.index()] {
                    let is_listed = requirements.version(&by.path).is_some();
                    found[position].insert((!is_listed, by.clone()));
                }
            }
        }
        for (change, found) in changes.iter_mut().zip(found) {
            change.required_by = found.into_iter().map(|(_, by)| by).collect();
        }
    }

    fn of_arguments(&self, told: &mut BTreeMap<ModulePath, Move>) {
        for (path, decision) in &self.decided {
            if goversion::is_toolchain(path.as_str()) {
                continue;
            }
            let old = self.initial.get(path).cloned();
            let new = Some(decision.version.clone()).filter(|version| version.as_str() != "none");
            // A main module has the empty version before and after.
            if old != new {
                told.insert(path.clone(), (old, new));
            }
        }
    }

    /// In a workspace the go command compares go.mod with what it has made of it already: only what comes in or rises
    /// is told.
    fn of_requirements(&self, told: &mut BTreeMap<ModulePath, Move>) {
        let after = super::resolver::index(&self.build_list);
        let Some(main) = self.session.mains.modules.first() else {
            return;
        };
        for line in &main.file.require {
            let path = &line.module.path;
            // The main module itself, where a go.mod lists it, is no requirement any more.
            let new = after
                .get(path)
                .filter(|version| !version.is_empty())
                .cloned();
            let old = Some(line.module.version.clone());
            if old != new && !self.in_workspace {
                told.insert(path.clone(), (old, new));
            }
        }
        for root in &self.state().requirements.roots {
            if goversion::is_toolchain(root.path.as_str()) {
                continue;
            }
            let old = self.initial.get(&root.path).cloned();
            let new = Some(root.version.clone());
            if old != new {
                told.insert(root.path.clone(), (old, new));
            }
        }
    }

    fn old_names(&self) -> Listed {
        let mut names = Listed::new();
        if let Some(main) = self.session.mains.modules.first() {
            let go = main.file.go.as_ref();
            let go = go.map_or(GO_RELEASE, |line| line.version.as_str());
            names.insert(ModulePath::new("go"), Version::new(go));
            if let Some(line) = &main.file.toolchain {
                names.insert(
                    ModulePath::new("toolchain"),
                    Version::new(line.name.as_str()),
                );
            }
        }
        names
    }

    fn new_names(&self, options: &CommitOptions) -> Listed {
        let mut names = Listed::new();
        for root in &self.state().requirements.roots {
            if goversion::is_toolchain(root.path.as_str()) {
                names.insert(root.path.clone(), root.version.clone());
            }
        }
        let go = names.get("go").map(|go| format!("go{go}"));
        let is_dropped = names.get("toolchain").is_some_and(|toolchain| {
            let name = toolchain.as_str();
            let is_old = goversion::compare(goversion::from_toolchain(name), "1.21").is_lt();
            options.drop_toolchain
                || Some(name) == go.as_deref()
                || (is_old && !options.explicit_toolchain)
        });
        if is_dropped {
            names.remove("toolchain");
        }
        names
    }
}

/// Makes a change; who requires the new version is not known yet.
fn change(path: ModulePath, from: Option<Version>, to: Option<Version>, is_told: bool) -> Change {
    Change {
        path,
        from,
        to,
        is_told,
        required_by: Vec::new(),
    }
}
