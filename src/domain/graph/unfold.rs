//! A graph written as a tree: what leads to a node is under it once, and marked where it is left out.

use crate::domain::graph::digraph::Digraph;

/// Where a node that is met more than once has its subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where it stands first, read from the top.
    First,
    /// Where it is nearest to a root, so that every chain is a shortest one.
    Nearest,
}

/// What stands below a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    /// Everything that the node leads to, which may be nothing.
    All,
    /// Nothing, because it stands elsewhere.
    Elsewhere,
    /// Nothing, because the tree is to be no deeper.
    Cut,
}

/// One line of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The node.
    pub node: usize,
    /// The node above; none for a root.
    pub above: Option<usize>,
    /// Zero for a root.
    pub depth: usize,
    /// Whether no sibling follows.
    pub is_last: bool,
    /// What stands below.
    pub below: Below,
}

/// Writes `graph` as one tree for each root, each line above those below it.
///
/// There are never more lines than roots and edges, unless a depth is given with [`Place::First`]: then what is
/// cut off at one place is shown at another where there is more room.
pub fn unfold(graph: &Digraph, roots: &[usize], depth: Option<usize>, place: Place) -> Vec<Step> {
    // No way without detours is as long as there are nodes.
    let depth = depth.filter(|&depth| depth < graph.len());
    match place {
        Place::First => {
            let mut shown = vec![0; graph.len()];
            walk(graph, roots, |at| {
                let room = depth.map_or(usize::MAX, |depth| depth - at.depth);
                if room == 0 {
                    Below::Cut
                } else if room <= shown[at.node] {
                    Below::Elsewhere
                } else {
                    shown[at.node] = room;
                    Below::All
                }
            })
        }
        Place::Nearest => {
            let homes = homes(graph, roots);
            let mut is_open = vec![false; graph.len()];
            walk(graph, roots, |at| match homes[at.node] {
                Some(home) if depth.is_some_and(|depth| depth <= home.depth) => Below::Cut,
                Some(home) if home.above == at.above && !is_open[at.node] => {
                    is_open[at.node] = true;
                    Below::All
                }
                _ => Below::Elsewhere,
            })
        }
    }
}

/// A place in the tree.
#[derive(Clone, Copy)]
struct At {
    node: usize,
    above: Option<usize>,
    depth: usize,
}

/// Finds for each node its place nearest to a root.
fn homes(graph: &Digraph, roots: &[usize]) -> Vec<Option<At>> {
    let mut homes: Vec<Option<At>> = vec![None; graph.len()];
    let mut queue = Vec::new();
    let mut add = |at: At, queue: &mut Vec<At>| {
        if homes[at.node].is_none() {
            homes[at.node] = Some(at);
            queue.push(at);
        }
    };
    for &node in roots {
        add(
            At {
                node,
                above: None,
                depth: 0,
            },
            &mut queue,
        );
    }
    let mut position = 0;
    while let Some(&above) = queue.get(position) {
        position += 1;
        for &node in graph.next(above.node) {
            add(
                At {
                    node,
                    above: Some(above.node),
                    depth: above.depth + 1,
                },
                &mut queue,
            );
        }
    }
    homes
}

/// Goes through the tree; `decide` says what stands below a node that leads anywhere.
///
/// A stack of its own holds the siblings that are still to come: a deep graph does not overflow the thread's.
fn walk(graph: &Digraph, roots: &[usize], mut decide: impl FnMut(At) -> Below) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut levels: Vec<(Option<usize>, &[usize])> = vec![(None, roots)];
    while let Some((above, siblings)) = levels.last_mut() {
        let Some((&node, rest)) = siblings.split_first() else {
            levels.pop();
            continue;
        };
        *siblings = rest;
        let (above, is_last) = (*above, rest.is_empty());
        let depth = levels.len() - 1;
        let next = graph.next(node);
        let below = if next.is_empty() {
            Below::All
        } else {
            decide(At { node, above, depth })
        };
        steps.push(Step {
            node,
            above,
            depth,
            is_last,
            below,
        });
        if below == Below::All && !next.is_empty() {
            levels.push((Some(node), next));
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(edges: &[(usize, usize)], depth: Option<usize>, place: Place, expect: &str) {
        let len = edges
            .iter()
            .map(|&(from, to)| from.max(to) + 1)
            .max()
            .unwrap_or(1);
        let mut text = String::new();
        for step in unfold(&Digraph::new(len, edges), &[0], depth, place) {
            let mark = match step.below {
                Below::All => "",
                Below::Elsewhere => "*",
                Below::Cut => "-",
            };
            text.push_str(&".".repeat(step.depth));
            text.push_str(&step.node.to_string());
            text.push_str(mark);
            text.push('/');
        }
        assert_eq!(text, expect);
    }

    #[test]
    fn repeated_parts_stand_once() {
        let diamond = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)];
        check(&diamond, None, Place::First, "0/.1/..3/...4/.2/..3*/");
        check(&diamond, None, Place::Nearest, "0/.1/..3/...4/.2/..3*/");
        let nearer_later = [(0, 1), (0, 2), (1, 2), (2, 3)];
        check(&nearer_later, None, Place::First, "0/.1/..2/...3/.2*/");
        check(&nearer_later, None, Place::Nearest, "0/.1/..2*/.2/..3/");
    }

    #[test]
    fn what_leads_nowhere_is_not_marked() {
        check(
            &[(0, 1), (0, 2), (1, 2)],
            None,
            Place::First,
            "0/.1/..2/.2/",
        );
        check(
            &[(0, 1), (0, 2), (1, 2)],
            None,
            Place::Nearest,
            "0/.1/..2/.2/",
        );
    }

    #[test]
    fn cycles_end() {
        check(
            &[(0, 1), (1, 0), (1, 1)],
            None,
            Place::First,
            "0/.1/..0*/..1*/",
        );
        check(
            &[(0, 1), (1, 0), (1, 1)],
            None,
            Place::Nearest,
            "0/.1/..0*/..1*/",
        );
    }

    #[test]
    fn depth_cuts_and_what_was_cut_is_shown_where_there_is_room() {
        let edges = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)];
        check(&edges, Some(0), Place::First, "0-/");
        check(&edges, Some(1), Place::First, "0/.1-/.2-/");
        check(&edges, Some(2), Place::First, "0/.1/..2-/.2/..3-/");
        check(&edges, Some(3), Place::First, "0/.1/..2/...3-/.2/..3/...4/");
        check(&edges, Some(1), Place::Nearest, "0/.1-/.2-/");
        check(&edges, Some(2), Place::Nearest, "0/.1/..2*/.2/..3-/");
    }

    #[test]
    fn roots_may_lead_to_each_other_and_repeat() {
        let graph = Digraph::new(3, &[(0, 1), (1, 0), (1, 2)]);
        for place in [Place::First, Place::Nearest] {
            let steps = unfold(&graph, &[0, 1, 0], None, place);
            assert_eq!(
                steps.iter().filter(|step| step.below == Below::All).count(),
                3
            );
        }
    }

    #[test]
    fn dense_and_deep_graphs_are_no_trouble() {
        let dense: Vec<_> = (0..300)
            .flat_map(|from| (from + 1..300).map(move |to| (from, to)))
            .collect();
        let deep: Vec<_> = (0..200_000).map(|node| (node, node + 1)).collect();
        for place in [Place::First, Place::Nearest] {
            assert_eq!(
                unfold(&Digraph::new(300, &dense), &[0], None, place).len(),
                dense.len() + 1
            );
            assert_eq!(
                unfold(&Digraph::new(200_001, &deep), &[0], None, place).len(),
                deep.len() + 1
            );
        }
    }
}
