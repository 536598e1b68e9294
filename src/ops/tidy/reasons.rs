//! Who needs the lines of go.mod and go.sum that change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::gosum::SumKind;
use crate::domain::gosum::lines::{Content, SumKey, read_lines};
use crate::domain::modfile::Require;
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::mvs::graph::NodeId;
use crate::domain::packages::import::in_module;
use crate::domain::packages::{PackageId, Provider};
use crate::ops::commit::Changes;
use crate::ops::packages::load::Loaded;
use crate::ops::session::Session;

/// Why a line changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The line.
    pub line: Line,
    /// What becomes of it.
    pub change: Change,
    /// Who needs it: import paths or module versions, each needs the next one; none where nobody does.
    pub chain: Vec<String>,
}

/// A line of go.mod or go.sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A requirement.
    Require {
        /// The module.
        module: ModuleVersion,
        /// Whether the main module itself imports none of its packages.
        indirect: bool,
    },
    /// A hash.
    Sum(SumKey),
    /// Something else of go.mod, as it is written.
    Other(String),
}

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It goes.
    Removed,
    /// It was something else before.
    Was(String),
}

/// Finds reasons.
pub(super) struct Reasons<'r, 'a> {
    session: &'r Session<'a>,
    loaded: &'r Loaded,
    /// The package of each module that is nearest to the main module.
    first: HashMap<&'r ModuleVersion, PackageId>,
    /// Who requires a module, nearest to the main module.
    required_by: HashMap<NodeId, NodeId>,
}

impl<'r, 'a> Reasons<'r, 'a> {
    pub(super) fn new(session: &'r Session<'a>, loaded: &'r Loaded) -> Self {
        let mut first = HashMap::new();
        for &id in loaded.packages.order() {
            if let Provider::Module(module) = loaded.packages.provider(id) {
                first.entry(module).or_insert(id);
            }
        }
        let mut required_by = HashMap::new();
        if let Some(selected) = loaded.state.known() {
            for node in selected.graph.breadth_first() {
                for &required in selected.graph.required(node).unwrap_or_default() {
                    required_by.entry(required).or_insert(node);
                }
            }
        }
        Self {
            session,
            loaded,
            first,
            required_by,
        }
    }

    /// Returns the reasons of changes: those of go.mod first.
    pub(super) fn of(&self, changes: &Changes) -> Vec<Reason> {
        let mut reasons = self.of_go_line();
        reasons.extend(self.of_requirements());
        let main = self.session.mains.modules.first();
        let sums = changes
            .files
            .iter()
            .filter(|file| main.is_none_or(|main| file.path != main.go_mod));
        for file in sums {
            reasons.extend(self.of_sums(file.before.as_deref().unwrap_or_default(), &file.after));
        }
        reasons
    }

    fn of_go_line(&self) -> Vec<Reason> {
        let Some(main) = self.session.mains.modules.first() else {
            return Vec::new();
        };
        let go = self.loaded.state.go_version();
        let was = main.file.go.as_ref().map(|line| line.version.as_str());
        if was == Some(go) {
            return Vec::new();
        }
        vec![Reason {
            line: Line::Other(format!("go {go}")),
            change: was.map_or(Change::Added, |was| Change::Was(format!("go {was}"))),
            chain: self.required(&ModuleVersion::new("go", go)),
        }]
    }

    fn of_requirements(&self) -> Vec<Reason> {
        let requirements = &self.loaded.state.requirements;
        let lines = self.session.mains.modules.iter();
        let lines = lines.flat_map(|main| &main.file.require);
        let mut before: BTreeMap<&ModulePath, &Require> = BTreeMap::new();
        for line in lines {
            before.insert(&line.module.path, line);
        }
        let mut reasons = Vec::new();
        for root in &requirements.roots {
            if matches!(root.path.as_str(), "go" | "toolchain") {
                continue;
            }
            let indirect = !requirements.direct.contains(&root.path);
            let was = before.remove(&root.path);
            let change = match was {
                None => Change::Added,
                Some(was) if was.module == *root && was.indirect == indirect => continue,
                Some(was) => Change::Was(shown(&was.module, was.indirect)),
            };
            let module = root.clone();
            reasons.push(Reason {
                chain: self.imported(root),
                line: Line::Require { module, indirect },
                change,
            });
        }
        reasons.extend(before.into_values().map(|line| Reason {
            line: Line::Require {
                module: line.module.clone(),
                indirect: line.indirect,
            },
            change: Change::Removed,
            chain: Vec::new(),
        }));
        reasons
    }

    fn of_sums(&self, before: &[u8], after: &[u8]) -> Vec<Reason> {
        let keys = |text: &[u8]| -> BTreeSet<SumKey> {
            let lines = read_lines(text).into_iter();
            lines
                .filter_map(|line| match line.content {
                    Content::Sum(sum) => Some(sum.key),
                    Content::Conflict(_) | Content::Malformed { .. } => None,
                })
                .collect()
        };
        let (before, after) = (keys(before), keys(after));
        let added = after.difference(&before).map(|key| Reason {
            chain: self.needed(key),
            line: Line::Sum(key.clone()),
            change: Change::Added,
        });
        let removed = before.difference(&after).map(|key| Reason {
            line: Line::Sum(key.clone()),
            change: Change::Removed,
            chain: Vec::new(),
        });
        added.chain(removed).collect()
    }

    /// Tells who needs a hash.
    fn needed(&self, key: &SumKey) -> Vec<String> {
        let module = self.replaced(&ModuleVersion::new(key.path.as_str(), key.version.as_str()));
        match key.kind {
            SumKind::GoMod => match self.required(&module) {
                chain if chain.is_empty() => self.imported(&module),
                chain => chain,
            },
            SumKind::Module => match self.imported(&module) {
                chain if chain.is_empty() => self.possible(&module),
                chain => chain,
            },
        }
    }

    /// Returns the module that something stands for, if it replaces one.
    fn replaced(&self, actual: &ModuleVersion) -> ModuleVersion {
        let selected = self.loaded.state.known();
        let nodes = selected.into_iter().flat_map(|known| known.graph.nodes());
        let mut nodes = nodes.map(|(_, module)| module);
        let is_it = |module: &&ModuleVersion| {
            !module.version.is_empty()
                && self
                    .session
                    .actual(module)
                    .is_ok_and(|found| found == *actual)
        };
        if self.first.contains_key(actual) {
            return actual.clone();
        }
        nodes.find(is_it).unwrap_or(actual).clone()
    }

    /// Returns the shortest chain of imports to a package of a module.
    fn imported(&self, module: &ModuleVersion) -> Vec<String> {
        self.first
            .get(module)
            .map_or_else(Vec::new, |&id| self.imports(id))
    }

    /// Returns the chain of imports to a package that a module could have had: where the package is, is only known once
    /// all such modules were looked at.
    fn possible(&self, module: &ModuleVersion) -> Vec<String> {
        let packages = &self.loaded.packages;
        let mut order = packages.order().iter();
        let found = order.find(|&&id| {
            let is_known = !matches!(packages.provider(id), Provider::Nobody | Provider::Standard);
            is_known && in_module(packages.path(id), module.path.as_str()).is_some()
        });
        found.map_or_else(Vec::new, |&id| self.imports(id))
    }

    fn imports(&self, id: PackageId) -> Vec<String> {
        let packages = &self.loaded.packages;
        let chain = packages.chain(id).into_iter().map(|id| {
            let suffix = if packages.is_test(id) { ".test" } else { "" };
            format!("{}{suffix}", packages.path(id))
        });
        chain.collect()
    }

    /// Returns the shortest chain of requirements to a module version.
    fn required(&self, module: &ModuleVersion) -> Vec<String> {
        let Some(graph) = self.loaded.state.known().map(|known| &known.graph) else {
            return Vec::new();
        };
        let Some(mut node) = graph.node(module) else {
            return Vec::new();
        };
        let mut chain = vec![node];
        while let Some(&by) = self.required_by.get(&node) {
            if chain.contains(&by) {
                break;
            }
            chain.push(by);
            node = by;
        }
        let chain = chain.into_iter().rev().map(|node| {
            let module = graph.module(node);
            if module.version.is_empty() {
                module.path.to_string()
            } else {
                module.to_string()
            }
        });
        chain.collect()
    }
}

/// Writes a requirement as in go.mod.
fn shown(module: &ModuleVersion, indirect: bool) -> String {
    let mark = if indirect { " // indirect" } else { "" };
    format!("require {} {}{mark}", module.path, module.version)
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Require { module, indirect } => f.write_str(&shown(module, *indirect)),
            Self::Sum(key) => write!(f, "{} {}", key.path, key.written_version()),
            Self::Other(text) => f.write_str(text),
        }
    }
}
