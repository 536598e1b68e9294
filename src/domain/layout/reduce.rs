//! Transitive reduction: which edges say nothing that a longer way does not say already.

use super::acyclic::{starts, topological};

/// The most nodes for which the sets of reachable nodes are held: 8 MiB.
const MAX_NODES: usize = 8_192;

/// Reports for each edge of a graph without cycles whether a longer way leads to the same node.
///
/// `edges` may come in any order. Of a graph with more nodes than fit, nothing is called superfluous.
pub fn implied(len: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut is_implied = vec![false; edges.len()];
    if MAX_NODES < len {
        return is_implied;
    }
    let order = topological(len, edges);
    let mut position = vec![0; len];
    for (at, &node) in order.iter().enumerate() {
        position[node] = at;
    }
    let mut by_source: Vec<usize> = (0..edges.len()).collect();
    by_source.sort_by_key(|&edge| (edges[edge].0, position[edges[edge].1]));
    let sorted: Vec<_> = by_source.iter().map(|&edge| edges[edge]).collect();
    let starts = starts(len, &sorted);
    let words = len.div_ceil(64);
    let mut reach = vec![0u64; words * len];
    for &node in order.iter().rev() {
        let mut seen = vec![0u64; words];
        for at in starts[node]..starts[node + 1] {
            let to = sorted[at].1;
            if seen[to / 64] >> (to % 64) & 1 == 1 {
                is_implied[by_source[at]] = true;
                continue;
            }
            seen[to / 64] |= 1 << (to % 64);
            for (seen, more) in seen.iter_mut().zip(&reach[to * words..(to + 1) * words]) {
                *seen |= more;
            }
        }
        reach[node * words..(node + 1) * words].copy_from_slice(&seen);
    }
    is_implied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_are_implied() {
        let edges = [(0, 2), (0, 1), (1, 2), (0, 3), (2, 3)];
        assert_eq!(implied(4, &edges), [true, false, false, true, false]);
        assert_eq!(implied(2, &[(0, 1)]), [false]);
    }
}
