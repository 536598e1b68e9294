//! The whole drawing: ranks from left to right, nodes below each other in their rank.

use std::collections::BTreeMap;

use super::acyclic::{back_edges, forward};
use super::net::Net;
use super::order::reorder;
use super::place::places;
use super::rank::ranks;
use super::reduce::implied;

/// The room that a node takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: i64,
    /// From top to bottom.
    pub height: i64,
}

/// An edge to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The node it leads away from.
    pub from: usize,
    /// The node it leads to.
    pub to: usize,
    /// How much it matters that it leads to the right; at least 1.
    pub weight: usize,
}

/// How far things stay apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spacing {
    /// Two nodes of one rank.
    pub nodes: i64,
    /// An edge that passes a rank, from nodes and from other edges.
    pub edges: i64,
    /// Two ranks with few edges between them.
    pub ranks: i64,
    /// What each edge adds to that, and the most that all of them add.
    pub for_each_edge: (i64, i64),
}

/// Which edges are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// All of them.
    All,
    /// Only those that no longer way implies.
    Reduced,
    /// Of these, only those that lead forward.
    Forward,
}

/// A drawing; its left upper corner is at zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Where the nodes are, in their order.
    pub nodes: Vec<Place>,
    /// How the edges run, in their order.
    pub edges: Vec<Route>,
    /// The width of the whole.
    pub width: i64,
    /// Its height.
    pub height: i64,
}

/// Where a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its rank; 0 is the leftmost.
    pub rank: usize,
    /// Its left end.
    pub x: i64,
    /// Its upper end.
    pub y: i64,
}

/// How an edge runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The ends, and between them places to pass: straight where two are level, in a curve elsewhere.
    pub points: Vec<Point>,
    /// Whether the edge leads back to the left, because it closes a cycle.
    pub is_back: bool,
    /// Whether a longer way implies the edge. Then it is not drawn.
    pub is_implied: bool,
}

/// A place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
}

/// Where the columns of the ranks are.
struct Columns {
    left: Vec<i64>,
    width: Vec<i64>,
}

/// Draws a graph: nodes of the given sizes, edges between them.
///
/// Edges that lead from a node to itself are not drawn: their route has no point. Two edges between the same nodes in
/// the same direction run on the same route. Where a cycle has to be broken, the weights say where it hurts least.
pub fn layered(sizes: &[Size], edges: &[Edge], spacing: &Spacing, show: Show) -> Layout {
    let mut by_ends: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for edge in edges.iter().filter(|edge| edge.from != edge.to) {
        *by_ends.entry((edge.from, edge.to)).or_default() += edge.weight;
    }
    let (sorted, weights): (Vec<_>, Vec<_>) = by_ends.into_iter().unzip();
    let is_back = back_edges(sizes.len(), &sorted, &weights);
    let forward = forward(&sorted, &is_back);
    let is_implied = match show {
        Show::All => vec![false; sorted.len()],
        Show::Reduced | Show::Forward => implied_forward(sizes.len(), &sorted, &is_back),
    };
    let is_drawn = |edge: usize| !is_implied[edge] && (show != Show::Forward || !is_back[edge]);
    let mut unique: Vec<_> = (0..forward.len())
        .filter(|&edge| is_drawn(edge))
        .map(|edge| forward[edge])
        .collect();
    unique.sort_unstable();
    unique.dedup();
    let rank = ranks(sizes.len(), &unique);
    let mut net = Net::new(&rank, &unique);
    reorder(&mut net);
    let height = |node: usize| sizes.get(node).map_or(0, |size| size.height);
    let distance = |a: usize, b: usize| {
        let both = !net.is_bend(a) && !net.is_bend(b);
        let gap = if both { spacing.nodes } else { spacing.edges };
        // Rounded up, so that nodes of odd heights keep their distance.
        (height(a) + height(b) + 1) / 2 + gap
    };
    let mut middle = places(&net, &distance);
    let top = (0..middle.len())
        .map(|node| middle[node] - (height(node) + 1) / 2)
        .min()
        .unwrap_or_default();
    for place in &mut middle {
        *place -= top;
    }
    let columns = columns(sizes, &net, spacing);
    let nodes: Vec<Place> = (0..sizes.len())
        .map(|node| Place {
            rank: rank[node],
            x: columns.left[rank[node]],
            y: middle[node] - (height(node) + 1) / 2,
        })
        .collect();
    let route = |edge: &Edge| {
        let Ok(at) = sorted.binary_search(&(edge.from, edge.to)) else {
            return Route::default();
        };
        let (is_back, is_implied) = (is_back[at], is_implied[at]);
        let mut points = match unique.binary_search(&forward[at]) {
            Ok(edge) if is_drawn(at) => route(&net, sizes, &columns, &middle, forward[at], edge),
            Ok(_) | Err(_) => Vec::new(),
        };
        if is_back {
            points.reverse();
        }
        Route {
            points,
            is_back,
            is_implied,
        }
    };
    Layout {
        edges: edges.iter().map(route).collect(),
        width: columns
            .left
            .iter()
            .zip(&columns.width)
            .map(|(x, width)| x + width)
            .max()
            .unwrap_or(0),
        height: (0..sizes.len())
            .map(|node| nodes[node].y + height(node))
            .chain(middle.iter().copied())
            .max()
            .unwrap_or(0),
        nodes,
    }
}

/// Reports which of the edges that lead forward are implied by others that do.
fn implied_forward(len: usize, edges: &[(usize, usize)], is_back: &[bool]) -> Vec<bool> {
    let forward: Vec<usize> = (0..edges.len()).filter(|&edge| !is_back[edge]).collect();
    let ends: Vec<_> = forward.iter().map(|&edge| edges[edge]).collect();
    let mut is_implied = vec![false; edges.len()];
    for (edge, implied) in forward.into_iter().zip(implied(len, &ends)) {
        is_implied[edge] = implied;
    }
    is_implied
}

fn columns(sizes: &[Size], net: &Net, spacing: &Spacing) -> Columns {
    let mut columns = Columns {
        left: Vec::new(),
        width: Vec::new(),
    };
    let mut x = 0;
    for layer in &net.layers {
        let width = layer
            .iter()
            .filter_map(|&node| Some(sizes.get(node)?.width))
            .max()
            .unwrap_or(0);
        let edges: usize = layer.iter().map(|&node| net.behind[node].len()).sum();
        let (each, most) = spacing.for_each_edge;
        let wider = i64::try_from(edges).map_or(most, |edges| edges.saturating_mul(each).min(most));
        columns.left.push(x);
        columns.width.push(width);
        x += width + spacing.ranks + wider;
    }
    columns
}

fn route(
    net: &Net,
    sizes: &[Size],
    columns: &Columns,
    middle: &[i64],
    (from, to): (usize, usize),
    edge: usize,
) -> Vec<Point> {
    let right = |rank: usize| columns.left[rank] + columns.width[rank];
    let (first, last) = (net.rank[from], net.rank[to]);
    let mut points = vec![
        Point {
            x: columns.left[first] + sizes[from].width,
            y: middle[from],
        },
        Point {
            x: right(first),
            y: middle[from],
        },
    ];
    for &bend in &net.bends[edge] {
        let rank = net.rank[bend];
        points.push(Point {
            x: columns.left[rank],
            y: middle[bend],
        });
        points.push(Point {
            x: right(rank),
            y: middle[bend],
        });
    }
    points.push(Point {
        x: columns.left[last],
        y: middle[to],
    });
    points.dedup();
    points
}
