//! Folding: what of a large graph is drawn as one node, so that a person can read the drawing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::chart::{Chart, Item};

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
    let owners = Owners::of(chart);
    let fold = fold.unwrap_or_else(|| choose(chart, &owners));
    let large = large_owners(chart, &owners);
    let mut by_key: BTreeMap<(bool, String), Vec<usize>> = BTreeMap::new();
    for (index, item) in chart.items.iter().enumerate() {
        if item.is_toolchain() && fold != Fold::Never {
            continue;
        }
        let key = key(item, fold, owners.of_item(item), &large);
        by_key.entry((!item.is_main, key)).or_default().push(index);
    }
    let mut unit_of = vec![None; chart.items.len()];
    let mut units = Vec::new();
    for ((_, key), members) in by_key {
        for &member in &members {
            unit_of[member] = Some(units.len());
        }
        units.push(unit(chart, fold, key, members));
    }
    let mut links = links(chart, fold, &unit_of);
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

/// Returns the first element of a path.
pub fn host(path: &str) -> &str {
    path.split_once('/').map_or(path, |(host, _)| host)
}

/// What paths begin with that belong together.
struct Owners<'a>(BTreeSet<&'a str>);

impl<'a> Owners<'a> {
    /// Collects the first two elements of all paths that have more of them.
    fn of(chart: &'a Chart) -> Self {
        let stems = chart.items.iter().map(|item| item.stem.as_str());
        Self(stems.filter_map(two_elements).collect())
    }

    /// Returns the first two elements of a path, as `github.com/azure`, or the host of a module right below it.
    fn of_item<'b>(&self, item: &'b Item) -> &'b str {
        match two_elements(&item.stem) {
            Some(owner) => owner,
            // The module at the root of what others are below.
            None if self.0.contains(item.stem.as_str()) => &item.stem,
            None => host(&item.stem),
        }
    }
}

fn two_elements(path: &str) -> Option<&str> {
    let (second, _) = path.match_indices('/').nth(1)?;
    Some(&path[..second])
}

/// Returns the modules: the items but for `go` and `toolchain`.
fn modules(chart: &Chart) -> impl Iterator<Item = &Item> {
    chart.items.iter().filter(|item| !item.is_toolchain())
}

fn choose(chart: &Chart, owners: &Owners<'_>) -> Fold {
    if chart.items.len() <= MAX_VERSIONS {
        return Fold::Never;
    }
    let paths: BTreeSet<&str> = modules(chart).map(|item| item.path.as_str()).collect();
    if paths.len() <= MAX_UNITS {
        return Fold::Module;
    }
    let owners: BTreeSet<&str> = modules(chart).map(|item| owners.of_item(item)).collect();
    if owners.len() <= MAX_UNITS {
        return Fold::Owner;
    }
    Fold::Rest
}

/// Names what an item is folded into. Main modules are never folded with others.
fn key(item: &Item, fold: Fold, owner: &str, large: &BTreeSet<&str>) -> String {
    match fold {
        Fold::Never => item.name(),
        Fold::Module => item.path.clone(),
        Fold::Owner | Fold::Rest | Fold::Host if item.is_main => item.path.clone(),
        Fold::Host => host(&item.path).to_owned(),
        Fold::Rest if !large.contains(owner) => format!("{}{REST}", host(&item.path)),
        Fold::Owner | Fold::Rest => owner.to_owned(),
    }
}

/// Chooses the owners that are drawn by themselves: those with the most modules.
fn large_owners<'a>(chart: &'a Chart, owners: &Owners<'_>) -> BTreeSet<&'a str> {
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for item in modules(chart).filter(|item| !item.is_main) {
        let owner = owners.of_item(item);
        paths.entry(owner).or_default().insert(&item.path);
    }
    let hosts: BTreeSet<&str> = paths.keys().map(|owner| host(owner)).collect();
    let mut by_size: Vec<(usize, &str)> = paths
        .iter()
        .map(|(owner, paths)| (paths.len(), *owner))
        .collect();
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
    for &owner in paths.keys().filter(|owner| !large.contains(*owner)) {
        left.entry(host(owner)).or_default().push(owner);
    }
    large.extend(left.values().filter(|left| left.len() == 1).flatten());
    large
}

fn unit(chart: &Chart, fold: Fold, key: String, members: Vec<usize>) -> Unit {
    let first = &chart.items[members[0]];
    let one = members
        .iter()
        .all(|&member| chart.items[member].path == first.path);
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
        UnitKind::Version | UnitKind::Module => first.path.clone(),
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

fn links(chart: &Chart, fold: Fold, unit_of: &[Option<usize>]) -> Vec<Link> {
    let mut links: BTreeMap<(usize, usize), (usize, bool)> = BTreeMap::new();
    for &(from, to) in &chart.requirements {
        let (Some(a), Some(b)) = (unit_of[from], unit_of[to]) else {
            continue;
        };
        if a == b {
            continue;
        }
        let (count, counts) = links.entry((a, b)).or_default();
        *count += 1;
        let names_selected = fold != Fold::Never || chart.items[to].is_selected;
        *counts |= chart.items[from].is_selected && names_selected;
    }
    links
        .into_iter()
        .map(|((from, to), (count, counts))| Link {
            from,
            to,
            count,
            counts,
        })
        .collect()
}
