//! The order of the nodes in each rank: sweeps over the ranks that put nodes near their neighbours, and exchanges of
//! neighbours, as Gansner, Koutsofios, North and Vo describe them (1993).

use std::ops::Range;

use super::net::Net;

/// How often all ranks are swept, each time in both directions.
const SWEEPS: usize = 12;
/// The same for large drawings.
const SWEEPS_LARGE: usize = 3;
/// From how many nodes and bends on a drawing is large.
const LARGE: usize = 6_000;
/// How often neighbours are exchanged at the end of a sweep.
const EXCHANGES: usize = 4;

/// Orders the nodes of every rank so that few edges cross.
pub(super) fn reorder(net: &mut Net) {
    let large = LARGE < net.rank.len();
    let mut position = net.positions();
    let mut best = net.layers.clone();
    let mut fewest = crossings(net, &position);
    for sweep in 0..if large { SWEEPS_LARGE } else { SWEEPS } {
        for rank in 1..net.layers.len() {
            settle(net, rank, &mut position, Side::Before, sweep % 2 == 1);
        }
        for rank in (0..net.layers.len().saturating_sub(1)).rev() {
            settle(net, rank, &mut position, Side::Behind, sweep % 2 == 1);
        }
        if !large {
            exchange(net, &mut position);
        }
        let count = crossings(net, &position);
        if count < fewest {
            fewest = count;
            best.clone_from(&net.layers);
        }
        if fewest == 0 {
            break;
        }
    }
    net.layers = best;
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    Behind,
}

/// Sorts one rank by the mean position of the neighbours on one side; nodes without such stay where they are.
fn settle(net: &mut Net, rank: usize, position: &mut [usize], side: Side, turn_equal: bool) {
    let mean = |node: usize| {
        let neighbours = match side {
            Side::Before => &net.before[node],
            Side::Behind => &net.behind[node],
        };
        let sum: usize = neighbours.iter().map(|&next| position[next]).sum();
        (sum * 4_096).checked_div(neighbours.len())
    };
    let layer = &net.layers[rank];
    let mut movable: Vec<(usize, usize)> = layer
        .iter()
        .filter_map(|&node| Some((mean(node)?, node)))
        .collect();
    if turn_equal {
        movable.reverse();
    }
    movable.sort_by_key(|&(mean, _)| mean);
    let mut movable = movable.into_iter();
    let settled: Vec<usize> = layer
        .iter()
        .map(|&node| match mean(node) {
            Some(_) => movable.next().map_or(node, |(_, node)| node),
            None => node,
        })
        .collect();
    for (at, &node) in settled.iter().enumerate() {
        position[node] = at;
    }
    net.layers[rank] = settled;
}

/// Exchanges neighbours where that saves crossings.
fn exchange(net: &mut Net, position: &mut [usize]) {
    // The positions of neighbours, list after list.
    let mut near = Vec::new();
    for _ in 0..EXCHANGES {
        let mut better = false;
        for rank in 0..net.layers.len() {
            near.clear();
            let sides = net.layers[rank].iter().map(|&node| {
                [&net.before[node], &net.behind[node]]
                    .map(|nodes| add_sorted(&mut near, nodes, position))
            });
            let mut sides: Vec<[Range<usize>; 2]> = sides.collect();
            let cost = |a: &[Range<usize>; 2], b: &[Range<usize>; 2]| {
                let of = |side: usize| inversions(&near[a[side].clone()], &near[b[side].clone()]);
                of(0) + of(1)
            };
            for at in 1..sides.len() {
                let (left, right) = (&sides[at - 1], &sides[at]);
                if cost(right, left) < cost(left, right) {
                    sides.swap(at - 1, at);
                    let layer = &mut net.layers[rank];
                    layer.swap(at - 1, at);
                    position[layer[at]] = at;
                    position[layer[at - 1]] = at - 1;
                    better = true;
                }
            }
        }
        if !better {
            return;
        }
    }
}

/// Appends the positions of nodes, sorted, and returns where they are.
fn add_sorted(near: &mut Vec<usize>, nodes: &[usize], position: &[usize]) -> Range<usize> {
    let start = near.len();
    near.extend(nodes.iter().map(|&node| position[node]));
    near[start..].sort_unstable();
    start..near.len()
}

/// Counts the pairs of which the left one is the greater; both lists are sorted.
fn inversions(left: &[usize], right: &[usize]) -> usize {
    let mut count = 0;
    let mut smaller = 0;
    for &left in left {
        while smaller < right.len() && right[smaller] < left {
            smaller += 1;
        }
        count += smaller;
    }
    count
}

/// Counts the crossings of all edges between neighbouring ranks.
pub(super) fn crossings(net: &Net, position: &[usize]) -> usize {
    let mut count = 0;
    let mut targets = Vec::new();
    for (layer, next) in net.layers.iter().zip(net.layers.iter().skip(1)) {
        // A tree of sums over the positions of the next rank: how many edges so far end behind each.
        let mut tree = vec![0usize; next.len() + 1];
        let mut ends = 0;
        for &node in layer {
            targets.clear();
            add_sorted(&mut targets, &net.behind[node], position);
            for &at in &targets {
                count += ends - sum(&tree, at + 1);
            }
            for &at in &targets {
                ends += 1;
                add(&mut tree, at + 1);
            }
        }
    }
    count
}

fn sum(tree: &[usize], mut at: usize) -> usize {
    let mut sum = 0;
    while 0 < at {
        sum += tree[at];
        at &= at - 1;
    }
    sum
}

fn add(tree: &mut [usize], mut at: usize) {
    while at < tree.len() {
        tree[at] += 1;
        at += at & at.wrapping_neg();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_crossed_edges_are_undone() {
        let mut net = Net::new(&[0, 0, 1, 1], &[(0, 2), (1, 3)]);
        net.layers = vec![vec![0, 1], vec![3, 2]];
        assert_eq!(crossings(&net, &net.positions()), 1);
        reorder(&mut net);
        assert_eq!(crossings(&net, &net.positions()), 0);
    }

    #[test]
    fn every_crossing_counts_once() {
        let edges = [(0, 3), (0, 4), (1, 3), (1, 4), (2, 3), (2, 4)];
        let net = Net::new(&[0, 0, 0, 1, 1], &edges);
        assert_eq!(crossings(&net, &net.positions()), 3);
        assert_eq!(inversions(&[1, 2, 2], &[0, 2]), 3);
    }
}
