//! The graph that order and places are computed on: every edge leads from one rank to the next.

/// Nodes, and the bends of edges that pass a rank, in their ranks.
pub(super) struct Net {
    /// How many of the nodes are real; the others are bends.
    pub(super) real: usize,
    /// The rank of each node.
    pub(super) rank: Vec<usize>,
    /// The neighbours of each node in the rank before it.
    pub(super) before: Vec<Vec<usize>>,
    /// The neighbours of each node in the rank behind it.
    pub(super) behind: Vec<Vec<usize>>,
    /// The nodes of each rank in their order.
    pub(super) layers: Vec<Vec<usize>>,
    /// The bends of each edge, in the order of their ranks; none too where the edge is drawn straight across ranks.
    pub(super) bends: Vec<Vec<usize>>,
}

/// The most bends of a drawing.
const MAX_BENDS: usize = 300_000;

impl Net {
    /// Cuts the edges of a ranked graph at every rank. Where that would make too many bends, the longest edges are
    /// drawn without: they count for neither order nor place.
    pub(super) fn new(rank: &[usize], edges: &[(usize, usize)]) -> Self {
        let real = rank.len();
        let longest = longest_with_bends(rank, edges);
        let mut net = Self {
            real,
            rank: rank.to_vec(),
            before: vec![Vec::new(); real],
            behind: vec![Vec::new(); real],
            layers: Vec::new(),
            bends: Vec::new(),
        };
        for &(from, to) in edges {
            let mut bends = Vec::new();
            if rank[to] - rank[from] <= longest {
                let mut last = from;
                for between in rank[from] + 1..rank[to] {
                    let bend = net.add_bend(between);
                    net.connect(last, bend);
                    bends.push(bend);
                    last = bend;
                }
                net.connect(last, to);
            }
            net.bends.push(bends);
        }
        net.layers = net.first_order();
        net
    }

    /// Returns the position of each node within its rank.
    pub(super) fn positions(&self) -> Vec<usize> {
        let mut position = vec![0; self.rank.len()];
        for layer in &self.layers {
            for (at, &node) in layer.iter().enumerate() {
                position[node] = at;
            }
        }
        position
    }

    /// Reports whether a node is the bend of an edge.
    pub(super) fn is_bend(&self, node: usize) -> bool {
        self.real <= node
    }

    fn add_bend(&mut self, rank: usize) -> usize {
        self.rank.push(rank);
        self.before.push(Vec::new());
        self.behind.push(Vec::new());
        self.rank.len() - 1
    }

    fn connect(&mut self, from: usize, to: usize) {
        self.behind[from].push(to);
        self.before[to].push(from);
    }

    /// Puts the nodes into their ranks as a walk, depth first, meets them: what belongs together comes together.
    fn first_order(&self) -> Vec<Vec<usize>> {
        let ranks = self.rank.iter().max().map_or(0, |highest| highest + 1);
        let mut layers = vec![Vec::new(); ranks];
        let mut seen = vec![false; self.rank.len()];
        let mut roots: Vec<usize> = (0..self.rank.len()).collect();
        roots.sort_by_key(|&node| self.rank[node]);
        for root in roots {
            let mut stack = vec![root];
            while let Some(node) = stack.pop() {
                if std::mem::replace(&mut seen[node], true) {
                    continue;
                }
                layers[self.rank[node]].push(node);
                stack.extend(self.behind[node].iter().rev().filter(|&&next| !seen[next]));
            }
        }
        layers
    }
}

/// Returns the most ranks that an edge with bends may span.
fn longest_with_bends(rank: &[usize], edges: &[(usize, usize)]) -> usize {
    let mut spans: Vec<usize> = edges
        .iter()
        .map(|&(from, to)| rank[to] - rank[from])
        .collect();
    spans.sort_unstable();
    let mut bends = 0;
    for span in spans {
        bends += span - 1;
        if MAX_BENDS < bends {
            return span - 1;
        }
    }
    usize::MAX
}
