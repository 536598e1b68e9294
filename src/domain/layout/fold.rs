//! Folding: what of a large graph is drawn as one node, so that a person can read the drawing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::chart::{Chart, Item};
use crate::domain::module::NameMap;

/// What is drawn as one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fold {
    /// Each module version by itself.
    Never,
    /// All versions of a module.
    Module,
    /// All modules whose paths begin alike, as `github.com/azure`.
    Owner,
    /// The modules of owners with few of them, by host; owners with many by themselves.
    Rest,
    /// All modules of a host.
    Host,
}

/// The most module versions that are drawn each by itself, unless asked for.
const MAX_VERSIONS: usize = 60;
/// The most nodes of a drawing, unless asked for.
const MAX_UNITS: usize = 90;

/// Ends the name of what is left of a host; no module path holds it.
const REST: &str = "/…";

/// A folded graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// How it was folded.
    pub fold: Fold,
    /// The nodes; those of main modules come first, then by name.
    pub units: Vec<Unit>,
    /// The edges, by their ends.
    pub links: Vec<Link>,
    /// How many more edges there would be: see [`fold()`].
    pub left_out: usize,
}

/// A node of the drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The module path, or what the folded paths begin with.
    pub name: String,
    /// What it stands for.
    pub kind: UnitKind,
    /// The module versions, as positions in the chart, in its order.
    pub members: Vec<usize>,
}

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// One module version.
    Version,
    /// The versions of one module.
    Module,
    /// Several modules whose paths begin alike.
    Group,
    /// The modules of a host that are not in a group of their own.
    Rest,
}

/// An edge of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The node that requires.
    pub from: usize,
    /// The node that is required.
    pub to: usize,
    /// How many requirements it stands for.
    pub count: usize,
    /// Whether one of them counts: it is by a selected version, and between single versions it names a selected one.
    pub counts: bool,
}

/// Folds a chart; without `fold` as much as it takes for a drawing that can be read.
///
/// Between folded nodes there are only edges that count and that do not lead away from what is left of a host: the
/// others close cycles that mean nothing. A node that has no edge to it otherwise keeps them.
///
/// `go` and `toolchain` are no modules, and nearly everything requires them: only drawings of single versions have them.
pub fn fold(chart: &Chart, fold: Option<Fold>) -> Folded {
    let Groups {
        fold,
        units,
        unit_of,
    } = group(chart, fold);
    let mut links = links(chart, fold, &unit_of, units.len());
    let all = links.len();
    if fold != Fold::Never {
        drop_weak(&mut links, &units);
    }
    Folded {
        fold,
        units,
        left_out: all - links.len(),
        links,
    }
}

/// The nodes of a folded graph, without its edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// How it was folded.
    pub fold: Fold,
    /// The nodes, as in [`Folded`].
    pub units: Vec<Unit>,
    /// The node of each module version of the chart; none for `go` and `toolchain` of folded graphs.
    pub unit_of: Vec<Option<usize>>,
}

/// Puts together what [`fold()`] draws as one node.
pub fn group(chart: &Chart, fold: Option<Fold>) -> Groups {
    let modules = modules(chart);
    let fold = fold.unwrap_or_else(|| choose(chart, &modules));
    let large = match fold {
        Fold::Rest => large_owners(&modules),
        Fold::Never | Fold::Module | Fold::Owner | Fold::Host => BTreeSet::new(),
    };
    let keyed: Vec<(Key<'_>, Range<usize>)> = if fold == Fold::Never {
        let items = chart.items.iter().enumerate();
        items
            .map(|(at, item)| (Key::of_version(item), at..at + 1))
            .collect()
    } else {
        let modules = modules.iter().filter(|module| !module.is_toolchain());
        modules
            .map(|module| (Key::of(module, fold, &large), module.items.clone()))
            .collect()
    };
    let mut groups: Vec<(Key<'_>, Vec<usize>)> = Vec::new();
    let mut known: NameMap<Key<'_>, usize> = NameMap::default();
    for (key, members) in keyed {
        let at = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, known)) => known.extend(members),
            None => groups.push((key, members.collect())),
        }
    }
    let mut groups: Vec<_> = groups
        .into_iter()
        .map(|(key, members)| ((!key.is_main, key.text()), members))
        .collect();
    groups.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut unit_of = vec![None; chart.items.len()];
    let mut units = Vec::with_capacity(groups.len());
    for ((_, key), members) in groups {
        for &member in &members {
            unit_of[member] = Some(units.len());
        }
        units.push(unit(chart, fold, key, members));
    }
    Groups {
        fold,
        units,
        unit_of,
    }
}

/// What an item is folded into; main modules are never folded with others.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key<'a> {
    is_main: bool,
    stem: &'a str,
    /// The version of a node of its own.
    version: &'a str,
    /// Whether it is what is left of a host.
    is_rest: bool,
}

impl<'a> Key<'a> {
    fn of_version(item: &'a Item) -> Self {
        Self {
            is_main: item.is_main,
            stem: item.path(),
            version: item.version(),
            is_rest: false,
        }
    }

    fn of(module: &Module<'a>, fold: Fold, large: &BTreeSet<&str>) -> Self {
        let whole = fold <= Fold::Module || module.is_main;
        let is_rest = fold == Fold::Rest && !whole && !large.contains(module.owner);
        Self {
            is_main: module.is_main,
            stem: match fold {
                _ if whole => module.path,
                Fold::Host => host(module.path),
                _ if is_rest => host(module.path),
                _ => module.owner,
            },
            version: "",
            is_rest,
        }
    }

    fn text(&self) -> String {
        match (self.is_rest, self.version) {
            (true, _) => format!("{}{REST}", self.stem),
            (false, "") => self.stem.to_owned(),
            (false, version) => format!("{}@{version}", self.stem),
        }
    }
}

/// Returns the first element of a path.
pub fn host(path: &str) -> &str {
    path.split_once('/').map_or(path, |(host, _)| host)
}

/// Versions of one module that stand together in the chart.
struct Module<'a> {
    path: &'a str,
    is_main: bool,
    /// The first two elements of the path, as `github.com/azure`, or the host of a module right below it.
    owner: &'a str,
    items: Range<usize>,
}

impl Module<'_> {
    fn is_toolchain(&self) -> bool {
        self.path == "go" || self.path == "toolchain"
    }
}

/// Returns the modules in the order of the chart; one that is a main module and required, too, is there twice.
fn modules(chart: &Chart) -> Vec<Module<'_>> {
    let mut begin = 0;
    let same = |a: &Item, b: &Item| a.is_main == b.is_main && a.module.path == b.module.path;
    let modules = chart.items.chunk_by(same).map(|items| {
        let module = Module {
            path: items[0].path(),
            is_main: items[0].is_main,
            owner: items[0].stem(),
            items: begin..begin + items.len(),
        };
        begin += items.len();
        module
    });
    let mut modules: Vec<_> = modules.collect();
    let owners = modules
        .iter()
        .filter_map(|module| two_elements(module.owner));
    let mut owners: Vec<_> = owners.collect();
    owners.dedup();
    let owners: BTreeSet<&str> = owners.into_iter().collect();
    for module in &mut modules {
        let stem = module.owner;
        module.owner = match two_elements(stem) {
            Some(owner) => owner,
            // The module at the root of what others are below.
            None if owners.contains(stem) => stem,
            None => host(stem),
        };
    }
    modules
}

fn two_elements(path: &str) -> Option<&str> {
    let second = memchr::memchr_iter(b'/', path.as_bytes()).nth(1)?;
    Some(&path[..second])
}

fn choose(chart: &Chart, modules: &[Module<'_>]) -> Fold {
    if chart.items.len() <= MAX_VERSIONS {
        return Fold::Never;
    }
    let real = || modules.iter().filter(|module| !module.is_toolchain());
    let count = |names: &mut dyn Iterator<Item = &str>| {
        let mut names: Vec<&str> = names.collect();
        names.dedup();
        sort_nearly_sorted(&mut names);
        names.dedup();
        names.len()
    };
    if count(&mut real().map(|module| module.path)) <= MAX_UNITS {
        return Fold::Module;
    }
    if count(&mut real().map(|module| module.owner)) <= MAX_UNITS {
        return Fold::Owner;
    }
    Fold::Rest
}

/// Of the two sorts the stable one makes use of long stretches in order.
fn sort_nearly_sorted<T: Ord>(list: &mut [T]) {
    list.sort();
}

/// Chooses the owners that are drawn by themselves: those with the most modules.
fn large_owners<'a>(modules: &[Module<'a>]) -> BTreeSet<&'a str> {
    let others = modules
        .iter()
        .filter(|module| !module.is_main && !module.is_toolchain());
    let mut paths: Vec<_> = others.map(|module| (module.owner, module.path)).collect();
    sort_nearly_sorted(&mut paths);
    paths.dedup();
    let by_owner = || paths.chunk_by(|(a, _), (b, _)| a == b);
    let hosts: BTreeSet<&str> = by_owner().map(|paths| host(paths[0].0)).collect();
    let mut by_size: Vec<(usize, &str)> =
        by_owner().map(|paths| (paths.len(), paths[0].0)).collect();
    by_size.sort_by_key(|&(count, owner)| (Reverse(count), owner));
    let room = MAX_UNITS.saturating_sub(hosts.len()).max(MAX_UNITS / 2);
    let mut large: BTreeSet<&str> = by_size
        .iter()
        .take(room)
        .filter(|(count, _)| 1 < *count)
        .map(|(_, owner)| *owner)
        .collect();
    // What is alone on its host, or left alone there, needs no fold of its own.
    let mut left: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let alone = by_owner().map(|paths| paths[0].0);
    for owner in alone.filter(|owner| !large.contains(owner)) {
        left.entry(host(owner)).or_default().push(owner);
    }
    large.extend(left.values().filter(|left| left.len() == 1).flatten());
    large
}

fn unit(chart: &Chart, fold: Fold, key: String, members: Vec<usize>) -> Unit {
    let first = &chart.items[members[0]];
    let one = members
        .iter()
        .all(|&member| chart.items[member].module.path == first.module.path);
    let kind = if fold == Fold::Never {
        UnitKind::Version
    } else if one {
        UnitKind::Module
    } else if key.ends_with(REST) {
        UnitKind::Rest
    } else {
        UnitKind::Group
    };
    let name = match kind {
        UnitKind::Version | UnitKind::Module => first.path().to_owned(),
        UnitKind::Group | UnitKind::Rest => key,
    };
    Unit {
        name,
        kind,
        members,
    }
}

/// Drops the edges that say little, where their target has better ones.
fn drop_weak(links: &mut Vec<Link>, units: &[Unit]) {
    let strength = |link: &Link| {
        let of_rest = units[link.from].kind == UnitKind::Rest;
        2 * usize::from(link.counts) + usize::from(!of_rest)
    };
    let mut best = vec![0; units.len()];
    for link in links.iter() {
        best[link.to] = best[link.to].max(strength(link));
    }
    links.retain(|link| strength(link) == best[link.to]);
}

fn links(chart: &Chart, fold: Fold, unit_of: &[Option<usize>], units: usize) -> Vec<Link> {
    let mut by_source: Vec<Vec<usize>> = vec![Vec::new(); units];
    for (at, &(from, _)) in chart.requirements.iter().enumerate() {
        if let Some(unit) = unit_of[from] {
            by_source[unit].push(at);
        }
    }
    // How many requirements lead from the node at hand to each other one, and whether one of them counts.
    let mut found = vec![(0, false); units];
    let mut links = Vec::new();
    for (unit, requirements) in by_source.into_iter().enumerate() {
        let mut targets = Vec::new();
        for at in requirements {
            let (from, to) = chart.requirements[at];
            let Some(target) = unit_of[to].filter(|&target| target != unit) else {
                continue;
            };
            let (count, counts) = &mut found[target];
            if *count == 0 {
                targets.push(target);
            }
            *count += 1;
            let names_selected = fold != Fold::Never || chart.items[to].is_selected;
            *counts |= chart.items[from].is_selected && names_selected;
        }
        targets.sort_unstable();
        for target in targets {
            let (count, counts) = std::mem::take(&mut found[target]);
            links.push(Link {
                from: unit,
                to: target,
                count,
                counts,
            });
        }
    }
    links
}
