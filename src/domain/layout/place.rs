//! Places within the ranks: nodes in line with their neighbours, and long edges straight.
//!
//! The rule is that of Brandes and Köpf (2001): four ways to align every node with a middle neighbour, each made as
//! tight as it gets, and of the four the mean of the two in the middle.

use std::collections::HashSet;

use super::net::Net;

/// Returns where the middle of each node is, across the ranks; what is neighbours keeps its distance.
pub(super) fn places(net: &Net, distance: &dyn Fn(usize, usize) -> i64) -> Vec<i64> {
    if net.rank.is_empty() {
        return Vec::new();
    }
    let conflicts = conflicts(net);
    let mut runs: Vec<(bool, Vec<i64>)> = Vec::new();
    for backward in [false, true] {
        for mirrored in [false, true] {
            let mut layers = net.layers.clone();
            if backward {
                layers.reverse();
            }
            if mirrored {
                for layer in &mut layers {
                    layer.reverse();
                }
            }
            let near = if backward { &net.behind } else { &net.before };
            let root = align(&layers, near, &conflicts);
            let mut places = compact(&layers, &root, distance);
            if mirrored {
                for place in &mut places {
                    *place = -*place;
                }
            }
            runs.push((mirrored, places));
        }
    }
    balance(runs)
}

/// Finds the edges that cross a long edge between two of its bends; the long edge goes first.
fn conflicts(net: &Net) -> HashSet<(usize, usize)> {
    let position = net.positions();
    let mut conflicts = HashSet::new();
    for (previous, layer) in net.layers.iter().zip(net.layers.iter().skip(1)) {
        let (mut from, mut scanned) = (0, 0);
        for (at, &node) in layer.iter().enumerate() {
            let inner = net
                .is_bend(node)
                .then(|| net.before[node].first())
                .flatten();
            let inner = inner.filter(|&&above| net.is_bend(above));
            if inner.is_none() && at + 1 != layer.len() {
                continue;
            }
            let to = inner.map_or(previous.len(), |&above| position[above]);
            for &below in &layer[scanned..=at] {
                for &above in &net.before[below] {
                    let outside = position[above] < from || to < position[above];
                    if outside && !(net.is_bend(above) && net.is_bend(below)) {
                        conflicts.insert((above, below));
                    }
                }
            }
            (from, scanned) = (to, at + 1);
        }
    }
    conflicts
}

/// Puts nodes of several ranks in one line: returns the first node of the line that each belongs to.
fn align(
    layers: &[Vec<usize>],
    near: &[Vec<usize>],
    conflicts: &HashSet<(usize, usize)>,
) -> Vec<usize> {
    let mut position = vec![0usize; near.len()];
    for layer in layers {
        for (at, &node) in layer.iter().enumerate() {
            position[node] = at;
        }
    }
    let mut root: Vec<usize> = (0..near.len()).collect();
    let mut is_taken = vec![false; near.len()];
    for layer in layers {
        let mut free_from = 0;
        for &node in layer {
            let mut others = near[node].clone();
            others.sort_unstable_by_key(|&other| position[other]);
            if others.is_empty() {
                continue;
            }
            let middle = others.len() - 1;
            for &other in &others[middle / 2..=middle.div_ceil(2)] {
                let crossed =
                    conflicts.contains(&(other, node)) || conflicts.contains(&(node, other));
                if position[other] < free_from || is_taken[other] || crossed {
                    continue;
                }
                is_taken[other] = true;
                root[node] = root[other];
                free_from = position[other] + 1;
                break;
            }
        }
    }
    root
}

/// Puts the lines as near to each other as their nodes allow.
fn compact(
    layers: &[Vec<usize>],
    root: &[usize],
    distance: &dyn Fn(usize, usize) -> i64,
) -> Vec<i64> {
    let mut gaps: Vec<(usize, usize, i64)> = Vec::new();
    for layer in layers {
        for pair in layer.windows(2) {
            let [left, right] = [pair[0], pair[1]];
            gaps.push((root[left], root[right], distance(left, right)));
        }
    }
    // Several ranks may keep the same two lines apart: the widest gap counts.
    gaps.sort_unstable();
    let edges: Vec<(usize, usize)> = gaps.iter().map(|&(left, right, _)| (left, right)).collect();
    let starts = super::acyclic::starts(root.len(), &edges);
    let order = super::acyclic::topological(root.len(), &edges);
    let mut place = vec![0i64; root.len()];
    for &line in &order {
        for &(_, right, gap) in &gaps[starts[line]..starts[line + 1]] {
            place[right] = place[right].max(place[line] + gap);
        }
    }
    for &line in order.iter().rev() {
        let behind = &gaps[starts[line]..starts[line + 1]];
        let room = behind
            .iter()
            .map(|&(_, right, gap)| place[right] - gap)
            .min();
        if let Some(room) = room {
            place[line] = place[line].max(room);
        }
    }
    root.iter().map(|&line| place[line]).collect()
}

/// Puts the four runs onto the narrowest and takes the mean of the two in the middle.
fn balance(mut runs: Vec<(bool, Vec<i64>)>) -> Vec<i64> {
    let ends = |places: &[i64]| {
        let low = places.iter().min().copied().unwrap_or_default();
        let high = places.iter().max().copied().unwrap_or_default();
        (low, high)
    };
    let narrowest = runs
        .iter()
        .map(|(_, places)| ends(places))
        .min_by_key(|(low, high)| high - low)
        .unwrap_or_default();
    for (mirrored, places) in &mut runs {
        let (low, high) = ends(places);
        let shift = if *mirrored {
            narrowest.1 - high
        } else {
            narrowest.0 - low
        };
        for place in places {
            *place += shift;
        }
    }
    (0..runs[0].1.len())
        .map(|node| {
            let mut all: Vec<i64> = runs.iter().map(|(_, places)| places[node]).collect();
            all.sort_unstable();
            (all[1] + all[2]).div_euclid(2)
        })
        .collect()
}
