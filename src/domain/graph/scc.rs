//! Strongly connected components, after Tarjan, and a shortest cycle in each; nothing here recurses.

use std::collections::VecDeque;

use super::digraph::Digraph;

/// The strongly connected components of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    /// The nodes of each component, in ascending order; each component comes after those that it leads to.
    pub members: Vec<Vec<usize>>,
    /// The component of each node.
    pub of: Vec<usize>,
}

/// A node on the way down, and the next of its targets to look at.
struct Frame {
    node: usize,
    next: usize,
}

/// Finds the strongly connected components of a graph.
pub fn components(graph: &Digraph) -> Components {
    const UNSEEN: usize = usize::MAX;
    let len = graph.len();
    let mut number = vec![UNSEEN; len];
    let mut low = vec![0; len];
    let mut of = vec![UNSEEN; len];
    let mut members = Vec::new();
    let mut open = Vec::new();
    let mut count = 0;
    for start in 0..len {
        if number[start] != UNSEEN {
            continue;
        }
        let mut stack = vec![Frame {
            node: start,
            next: 0,
        }];
        while let Some(frame) = stack.last_mut() {
            let node = frame.node;
            if frame.next == 0 {
                number[node] = count;
                low[node] = count;
                count += 1;
                open.push(node);
            }
            if let Some(&to) = graph.next(node).get(frame.next) {
                frame.next += 1;
                if number[to] == UNSEEN {
                    stack.push(Frame { node: to, next: 0 });
                } else if of[to] == UNSEEN {
                    low[node] = low[node].min(number[to]);
                }
                // A node without targets would be entered again.
                continue;
            }
            stack.pop();
            if let Some(above) = stack.last() {
                low[above.node] = low[above.node].min(low[node]);
            }
            if low[node] == number[node] {
                let at = open
                    .iter()
                    .rposition(|&other| other == node)
                    .expect("a node is open until its component is found");
                let mut component = open.split_off(at);
                component.sort_unstable();
                for &member in &component {
                    of[member] = members.len();
                }
                members.push(component);
            }
        }
    }
    Components { members, of }
}

impl Components {
    /// Returns the components that have a cycle: of more than one node, or of a node that leads to itself.
    pub fn cyclic<'c>(&'c self, graph: &'c Digraph) -> impl Iterator<Item = &'c [usize]> {
        let is_cyclic = |nodes: &&Vec<usize>| match nodes[..] {
            [one] => graph.next(one).contains(&one),
            _ => true,
        };
        self.members.iter().filter(is_cyclic).map(Vec::as_slice)
    }

    /// Returns the graph of the components: one node for each, without edges within. It has no cycle.
    pub fn condensation(&self, graph: &Digraph) -> Digraph {
        let mut edges = Vec::new();
        for node in 0..graph.len() {
            for &to in graph.next(node) {
                if self.of[node] != self.of[to] {
                    edges.push((self.of[node], self.of[to]));
                }
            }
        }
        edges.sort_unstable();
        edges.dedup();
        Digraph::new(self.members.len(), &edges)
    }

    /// Returns a shortest cycle among the nodes of one component that has one: each leads to the next, and the last to the
    /// first. Of several it is the one that begins at the lowest node, which stands first.
    pub fn shortest_cycle(&self, graph: &Digraph, component: &[usize]) -> Vec<usize> {
        let mut best: Vec<usize> = Vec::new();
        let mut search = Search {
            graph,
            of: &self.of,
            by: vec![None; graph.len()],
            seen: Vec::new(),
        };
        for &start in component {
            if let Some(cycle) = search.from(start, best.len()) {
                best = cycle;
            }
            // No cycle is shorter.
            if best.len() <= 2 && !best.is_empty() && !has_loop(graph, component) {
                break;
            }
        }
        best
    }
}

fn has_loop(graph: &Digraph, component: &[usize]) -> bool {
    component
        .iter()
        .any(|&node| graph.next(node).contains(&node))
}

/// A search for the way back to where it began, within one component.
struct Search<'g> {
    graph: &'g Digraph,
    of: &'g [usize],
    by: Vec<Option<usize>>,
    seen: Vec<usize>,
}

impl Search<'_> {
    /// Returns a shortest cycle through `start` if it is shorter than `limit`; zero is no limit.
    fn from(&mut self, start: usize, limit: usize) -> Option<Vec<usize>> {
        for node in self.seen.drain(..) {
            self.by[node] = None;
        }
        let mut queue = VecDeque::from([(start, 1)]);
        while let Some((node, length)) = queue.pop_front() {
            if limit != 0 && limit <= length {
                return None;
            }
            for &to in self.graph.next(node) {
                if to == start {
                    return Some(self.way(start, node));
                }
                if self.of[to] == self.of[start] && self.by[to].is_none() {
                    self.by[to] = Some(node);
                    self.seen.push(to);
                    queue.push_back((to, length + 1));
                }
            }
        }
        None
    }

    fn way(&self, start: usize, end: usize) -> Vec<usize> {
        let mut way = vec![end];
        while way[way.len() - 1] != start {
            let Some(by) = self.by[way[way.len() - 1]] else {
                break;
            };
            way.push(by);
        }
        way.reverse();
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(len: usize, edges: &[(usize, usize)], cyclic: &[&[usize]], cycles: &[&[usize]]) {
        let graph = Digraph::new(len, edges);
        let found = components(&graph);
        let mut with_cycle: Vec<_> = found.cyclic(&graph).collect();
        with_cycle.sort_unstable();
        assert_eq!(with_cycle, cyclic);
        let shortest: Vec<_> = with_cycle
            .iter()
            .map(|component| found.shortest_cycle(&graph, component))
            .collect();
        assert_eq!(shortest, cycles);
    }

    #[test]
    fn cycles_are_found() {
        check(0, &[], &[], &[]);
        check(3, &[(0, 1), (1, 2), (0, 2)], &[], &[]);
        check(2, &[(0, 1), (1, 0)], &[&[0, 1]], &[&[0, 1]]);
        check(2, &[(0, 1), (1, 1)], &[&[1]], &[&[1]]);
        check(3, &[(0, 1), (1, 2), (2, 0), (2, 2)], &[&[0, 1, 2]], &[&[2]]);
        check(
            5,
            &[(0, 1), (1, 2), (2, 3), (3, 0), (3, 1), (4, 0)],
            &[&[0, 1, 2, 3]],
            &[&[1, 2, 3]],
        );
        check(
            4,
            &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 2)],
            &[&[0, 1], &[2, 3]],
            &[&[0, 1], &[2, 3]],
        );
    }

    #[test]
    fn a_long_chain_takes_no_stack() {
        let len = 200_000;
        let mut edges: Vec<_> = (1..len).map(|node| (node - 1, node)).collect();
        assert_eq!(components(&Digraph::new(len, &edges)).members.len(), len);
        edges.push((len - 1, 0));
        assert_eq!(components(&Digraph::new(len, &edges)).members.len(), 1);
    }
}
