//! A plain directed graph with the walks that several features share.

/// A directed graph whose nodes are the numbers below [`Digraph::len`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digraph {
    /// Where the targets of each node begin in `targets`; one more entry than nodes.
    starts: Vec<usize>,
    targets: Vec<usize>,
}

impl Digraph {
    /// Makes a graph of `len` nodes; the targets of a node keep the order of `edges`.
    ///
    /// # Panics
    ///
    /// Panics where an edge names a node that is not there.
    pub fn new(len: usize, edges: &[(usize, usize)]) -> Self {
        let mut starts = vec![0; len + 1];
        for &(from, to) in edges {
            assert!(to < len, "an edge leads to a node of the graph");
            starts[from + 1] += 1;
        }
        for node in 0..len {
            starts[node + 1] += starts[node];
        }
        let mut free = starts.clone();
        let mut targets = vec![0; edges.len()];
        for &(from, to) in edges {
            targets[free[from]] = to;
            free[from] += 1;
        }
        Self { starts, targets }
    }

    /// Makes a graph of `len` nodes; `put_targets` appends the targets of each.
    ///
    /// # Panics
    ///
    /// Panics where a target is no node.
    pub fn from_targets(len: usize, mut put_targets: impl FnMut(usize, &mut Vec<usize>)) -> Self {
        let mut starts = Vec::with_capacity(len + 1);
        let mut targets = Vec::new();
        for node in 0..len {
            starts.push(targets.len());
            put_targets(node, &mut targets);
            let new = &targets[starts[node]..];
            assert!(new.iter().all(|&to| to < len), "a target is a node");
        }
        starts.push(targets.len());
        Self { starts, targets }
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Reports whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the nodes that `node` leads to, in order.
    pub fn next(&self, node: usize) -> &[usize] {
        &self.targets[self.starts[node]..self.starts[node + 1]]
    }

    /// Returns the graph with every edge turned around.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let edges = |from: usize| self.next(from).iter().map(move |&to| (to, from));
        let turned: Vec<_> = (0..self.len()).flat_map(edges).collect();
        Self::new(self.len(), &turned)
    }

    /// Reports for each node whether it can be reached from `roots`; the walk ends at nodes that are not `open`.
    pub fn reach(&self, roots: &[usize], open: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut reached = vec![false; self.len()];
        let mut stack = roots.to_vec();
        while let Some(node) = stack.pop() {
            if !std::mem::replace(&mut reached[node], true) && open(node) {
                stack.extend(self.next(node));
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_keep_their_order() {
        let graph = Digraph::new(3, &[(0, 2), (1, 0), (0, 1), (2, 2)]);
        assert_eq!(graph.next(0), [2, 1]);
        assert_eq!(graph.next(1), [0]);
        assert_eq!(graph.next(2), [2]);
        assert_eq!(
            graph.reversed(),
            Digraph::new(3, &[(2, 0), (0, 1), (1, 0), (2, 2)])
        );
    }

    #[test]
    fn targets_may_come_node_by_node() {
        let made = Digraph::from_targets(3, |node, targets| targets.extend(0..node));
        assert_eq!(made, Digraph::new(3, &[(1, 0), (2, 0), (2, 1)]));
        assert!(Digraph::from_targets(0, |_, _| {}).is_empty());
    }

    #[test]
    fn a_walk_ends_at_closed_nodes() {
        let graph = Digraph::new(4, &[(0, 1), (1, 2), (2, 0), (2, 3)]);
        assert_eq!(graph.reach(&[0], |_| true), [true; 4]);
        assert_eq!(
            graph.reach(&[0], |node| node != 1),
            [true, true, false, false]
        );
        assert_eq!(graph.reach(&[], |_| true), [false; 4]);
    }

    #[test]
    fn no_nodes_are_a_graph() {
        assert!(Digraph::new(0, &[]).is_empty());
        assert!(Digraph::default().is_empty());
    }
}
