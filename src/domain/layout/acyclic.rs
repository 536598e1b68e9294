//! Cycles: which edges have to be turned around so that all edges lead forward.

use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Where the edges of each node begin in a sorted list of edges; one more entry than nodes.
pub(super) fn starts(len: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut starts = vec![0; len + 1];
    for &(from, _) in edges {
        starts[from + 1] += 1;
    }
    for node in 0..len {
        starts[node + 1] += starts[node];
    }
    starts
}

/// Reports for each edge whether it leads back in a sequence of the nodes in which few do; without these there is no
/// cycle, and of a graph without cycles there are none.
///
/// Only edges on cycles can lead back. The sequence is that of Eades, Lin and Smyth (1993): sinks to the end, sources to the begin, and where there are
/// neither, the node next that more leads away from than to it, by weight. `edges` is sorted.
pub fn back_edges(len: usize, edges: &[(usize, usize)], weights: &[usize]) -> Vec<bool> {
    let part = components(len, edges);
    let place = Sequence::new(len, edges, weights).places();
    let is_back = |&(from, to): &(usize, usize)| part[from] == part[to] && place[to] < place[from];
    edges.iter().map(is_back).collect()
}

/// Returns a number for each node; those that lead to each other share one. After Tarjan (1972).
fn components(len: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let starts = starts(len, edges);
    let mut found = vec![NEW; len];
    let mut lowest = vec![0; len];
    let mut part = vec![NEW; len];
    let mut open: Vec<usize> = Vec::new();
    let mut walk: Vec<(usize, usize)> = Vec::new();
    let mut count = 0;
    for root in 0..len {
        if found[root] == NEW {
            walk.push((root, starts[root]));
        }
        while let Some((node, edge)) = walk.pop() {
            if found[node] == NEW {
                (found[node], lowest[node]) = (count, count);
                count += 1;
                open.push(node);
            }
            let Some(&(_, to)) = edges[..starts[node + 1]].get(edge) else {
                // All its edges are seen: what is open from the first node of a part on belongs to that part.
                while lowest[node] == found[node] && part[node] == NEW {
                    part[open.pop().expect("the node itself is open")] = node;
                }
                if let Some(&(above, _)) = walk.last() {
                    lowest[above] = lowest[above].min(lowest[node]);
                }
                continue;
            };
            walk.push((node, edge + 1));
            if found[to] == NEW {
                walk.push((to, starts[to]));
            } else if part[to] == NEW {
                lowest[node] = lowest[node].min(found[to]);
            }
        }
    }
    part
}

/// The nodes that are not in the sequence yet.
struct Sequence<'a> {
    edges: &'a [(usize, usize)],
    weights: &'a [usize],
    starts: Vec<usize>,
    /// The edges that lead to each node.
    into: Vec<Vec<usize>>,
    /// The weight of edges from and to nodes that are not in the sequence.
    out_weight: Vec<usize>,
    in_weight: Vec<usize>,
    is_placed: Vec<bool>,
    /// The nodes left, by how much more leads away from them; sources and sinks are found through `free`.
    left: BTreeSet<(isize, Reverse<usize>)>,
    free: Vec<usize>,
}

impl<'a> Sequence<'a> {
    fn new(len: usize, edges: &'a [(usize, usize)], weights: &'a [usize]) -> Self {
        let mut sequence = Self {
            edges,
            weights,
            starts: starts(len, edges),
            into: vec![Vec::new(); len],
            out_weight: vec![0; len],
            in_weight: vec![0; len],
            is_placed: vec![false; len],
            left: BTreeSet::new(),
            free: Vec::new(),
        };
        for (edge, &(from, to)) in edges.iter().enumerate() {
            sequence.into[to].push(edge);
            sequence.out_weight[from] += weights[edge];
            sequence.in_weight[to] += weights[edge];
        }
        for node in (0..len).rev() {
            sequence.left.insert(sequence.key(node));
            if sequence.is_free(node) {
                sequence.free.push(node);
            }
        }
        sequence
    }

    /// Returns the place of each node in the sequence.
    fn places(mut self) -> Vec<usize> {
        let len = self.into.len();
        let (mut first, mut last) = (0, len);
        let mut place = vec![0; len];
        loop {
            let node = match self.free.pop() {
                Some(node) if self.is_placed[node] => continue,
                Some(node) => node,
                None => match self.left.last() {
                    Some(&(_, Reverse(node))) => node,
                    None => return place,
                },
            };
            // A sink goes to the end, all else to the begin.
            if self.out_weight[node] == 0 && 0 < self.in_weight[node] {
                last -= 1;
                place[node] = last;
            } else {
                place[node] = first;
                first += 1;
            }
            self.remove(node);
        }
    }

    fn remove(&mut self, node: usize) {
        self.left.remove(&self.key(node));
        self.is_placed[node] = true;
        for edge in self.starts[node]..self.starts[node + 1] {
            self.lighten(self.edges[edge].1, 0, self.weights[edge]);
        }
        for edge in std::mem::take(&mut self.into[node]) {
            self.lighten(self.edges[edge].0, self.weights[edge], 0);
        }
    }

    /// Takes the weight of an edge to a node that is in the sequence now.
    fn lighten(&mut self, node: usize, out: usize, into: usize) {
        if self.is_placed[node] {
            return;
        }
        self.left.remove(&self.key(node));
        self.out_weight[node] -= out;
        self.in_weight[node] -= into;
        self.left.insert(self.key(node));
        if self.is_free(node) {
            self.free.push(node);
        }
    }

    fn is_free(&self, node: usize) -> bool {
        self.out_weight[node] == 0 || self.in_weight[node] == 0
    }

    fn key(&self, node: usize) -> (isize, Reverse<usize>) {
        let signed = |weight: usize| isize::try_from(weight).unwrap_or(isize::MAX);
        let more = signed(self.out_weight[node]).saturating_sub(signed(self.in_weight[node]));
        (more, Reverse(node))
    }
}

/// Returns the edges with those turned around that [`back_edges`] names.
pub fn forward(edges: &[(usize, usize)], is_back: &[bool]) -> Vec<(usize, usize)> {
    let pairs = edges.iter().zip(is_back);
    pairs
        .map(|(&(from, to), back)| if *back { (to, from) } else { (from, to) })
        .collect()
}

/// Returns the nodes so that every edge leads to a later one; nodes on cycles are left out.
pub(super) fn topological(len: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut sorted = edges.to_vec();
    sorted.sort_unstable();
    let starts = starts(len, &sorted);
    let mut waiting = vec![0usize; len];
    for &(_, to) in edges {
        waiting[to] += 1;
    }
    let mut order: Vec<usize> = (0..len).filter(|&node| waiting[node] == 0).collect();
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        next += 1;
        for &(_, to) in &sorted[starts[node]..starts[node + 1]] {
            waiting[to] -= 1;
            if waiting[to] == 0 {
                order.push(to);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_closes_a_cycle_is_turned() {
        let edges = [(0, 1), (0, 2), (1, 2), (2, 1), (2, 3)];
        let back = back_edges(4, &edges, &[1, 1, 5, 1, 1]);
        assert_eq!(back, [false, false, false, true, false]);
        assert_eq!(
            forward(&edges, &back),
            [(0, 1), (0, 2), (1, 2), (1, 2), (2, 3)]
        );
        assert_eq!(topological(4, &forward(&edges, &back)), [0, 1, 2, 3]);
        // The other way round where that is what weighs more.
        let back = back_edges(4, &edges, &[1, 1, 1, 5, 1]);
        assert_eq!(back, [false, false, true, false, false]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let edges: Vec<_> = (0..200_000).map(|node| (node, node + 1)).collect();
        assert!(!back_edges(200_001, &edges, &vec![1; edges.len()]).contains(&true));
    }
}
