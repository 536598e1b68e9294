//! Ranks: every edge leads to a higher one, and edges are short.

use super::acyclic::topological;

/// How often nodes are moved towards their neighbours.
const PASSES: usize = 8;

/// Returns the rank of each node of a graph without cycles.
///
/// A node comes right behind the last of those that lead to it; then nodes move as far as their neighbours let them
/// where that makes edges shorter on the whole.
pub fn ranks(len: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let order = topological(len, edges);
    let (mut above, mut below) = (vec![Vec::new(); len], vec![Vec::new(); len]);
    for &(from, to) in edges {
        below[from].push(to);
        above[to].push(from);
    }
    let mut rank = vec![0; len];
    for &node in &order {
        for &to in &below[node] {
            rank[to] = rank[to].max(rank[node] + 1);
        }
    }
    for _ in 0..PASSES {
        let mut moved = false;
        for &node in order.iter().rev() {
            let lowest = above[node].iter().map(|&by| rank[by] + 1).max();
            let highest = below[node].iter().map(|&to| rank[to] - 1).min();
            // With more edges behind it than before it a node moves up to those, otherwise the other way.
            let wanted = match (lowest, highest) {
                (_, Some(highest)) if above[node].len() < below[node].len() => highest,
                (Some(lowest), _) if below[node].len() < above[node].len() => lowest,
                (_, _) => rank[node],
            };
            moved |= std::mem::replace(&mut rank[node], wanted) != wanted;
        }
        if !moved {
            break;
        }
    }
    close_gaps(&mut rank);
    rank
}

/// Leaves no rank empty.
fn close_gaps(rank: &mut [usize]) {
    let mut used: Vec<usize> = rank.to_vec();
    used.sort_unstable();
    used.dedup();
    for rank in rank {
        *rank = used.binary_search(rank).expect("every rank is in the list");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_stand_near_what_they_lead_to() {
        // 0 → 1 → 2 → 3 and 4 → 3: the free end moves next to 3.
        assert_eq!(ranks(5, &[(0, 1), (1, 2), (2, 3), (4, 3)]), [0, 1, 2, 3, 2]);
        assert_eq!(ranks(2, &[]), [0, 0]);
        assert!(ranks(0, &[]).is_empty());
    }
}
