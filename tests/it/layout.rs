//! Properties of layered drawings: whatever the graph, boxes keep apart and arrows lead on.

use modsmith::domain::layout::acyclic::{back_edges, forward};
use modsmith::domain::layout::fold::fold;
use modsmith::domain::layout::rank::ranks;
use modsmith::domain::layout::reduce::implied;
use modsmith::domain::layout::{
    Chart, Edge, Fold, Item, Layout, Place, Show, Size, Spacing, layered,
};
use modsmith::domain::module::ModuleVersion;
use proptest::prelude::*;

const SPACING: Spacing = Spacing {
    nodes: 10,
    edges: 6,
    ranks: 40,
    for_each_edge: (2, 60),
};

/// Sizes and edges; with cycles, loops, repetitions and parts that nothing connects.
fn graphs() -> impl Strategy<Value = (Vec<Size>, Vec<Edge>)> {
    let sizes = prop::collection::vec((1i64..200, 1i64..60), 1..24);
    sizes.prop_flat_map(|sizes| {
        let len = sizes.len();
        let edges = prop::collection::vec((0..len, 0..len, 1usize..5), 0..60);
        edges.prop_map(move |edges| {
            let size = |&(width, height): &(i64, i64)| Size { width, height };
            let edge = |(from, to, weight)| Edge { from, to, weight };
            let edges = edges.into_iter().map(edge).collect();
            (sizes.iter().map(size).collect(), edges)
        })
    })
}

fn sorted(edges: &[Edge]) -> Vec<(usize, usize)> {
    let mut ends: Vec<_> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
    ends.retain(|(from, to)| from != to);
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Reports for every pair whether a way leads from one to the other.
fn reachable(len: usize, edges: &[(usize, usize)]) -> Vec<Vec<bool>> {
    let mut reach = vec![vec![false; len]; len];
    for &(from, to) in edges {
        reach[from][to] = true;
    }
    for middle in 0..len {
        for from in 0..len {
            for to in 0..len {
                let both = reach[from][middle] && reach[middle][to];
                reach[from][to] |= both;
            }
        }
    }
    reach
}

fn inside(layout: &Layout, place: Place, size: Size) -> bool {
    let (right, below) = (place.x + size.width, place.y + size.height);
    0 <= place.x && 0 <= place.y && right <= layout.width && below <= layout.height
}

proptest! {
    #[test]
    fn boxes_keep_apart((sizes, edges) in graphs()) {
        let layout = layered(&sizes, &edges, &SPACING, Show::All);
        for (a, first) in layout.nodes.iter().enumerate() {
            prop_assert!(inside(&layout, *first, sizes[a]), "{first:?} in {layout:?}");
            for (b, second) in layout.nodes.iter().enumerate().skip(a + 1) {
                let beside = first.x + sizes[a].width <= second.x || second.x + sizes[b].width <= first.x;
                let above = first.y + sizes[a].height + SPACING.nodes <= second.y
                    || second.y + sizes[b].height + SPACING.nodes <= first.y;
                prop_assert!(beside || above, "{a} {first:?} {b} {second:?}");
            }
        }
    }

    #[test]
    fn arrows_lead_on((sizes, edges) in graphs()) {
        let layout = layered(&sizes, &edges, &SPACING, Show::All);
        prop_assert_eq!(layout.edges.len(), edges.len());
        for (edge, route) in edges.iter().zip(&layout.edges) {
            if edge.from == edge.to {
                prop_assert!(route.points.is_empty());
                continue;
            }
            let (from, to) = (layout.nodes[edge.from], layout.nodes[edge.to]);
            prop_assert_eq!(to.rank < from.rank, route.is_back);
            prop_assert_ne!(from.rank, to.rank);
            let mut points = route.points.clone();
            let (mut first, mut last, mut start) = (from, to, edge.from);
            if route.is_back {
                points.reverse();
                (first, last, start) = (to, from, edge.to);
            }
            prop_assert_eq!(points[0].x, first.x + sizes[start].width);
            prop_assert_eq!(points[points.len() - 1].x, last.x);
            prop_assert!(points.windows(2).all(|pair| pair[0].x <= pair[1].x), "{:?}", points);
        }
    }

    #[test]
    fn arrows_pass_beside_boxes((sizes, edges) in graphs()) {
        let layout = layered(&sizes, &edges, &SPACING, Show::All);
        for (edge, route) in edges.iter().zip(&layout.edges) {
            // Only what is level lies within a column of boxes.
            for pair in route.points.windows(2).filter(|pair| pair[0].y == pair[1].y) {
                let (low, high) = (pair[0].x.min(pair[1].x), pair[0].x.max(pair[1].x));
                for (node, place) in layout.nodes.iter().enumerate() {
                    let end = node == edge.from || node == edge.to;
                    let beside = high <= place.x || place.x + sizes[node].width <= low;
                    let above = pair[0].y <= place.y || place.y + sizes[node].height <= pair[0].y;
                    prop_assert!(end || beside || above, "{edge:?} {pair:?} through {node} {place:?}");
                }
            }
        }
    }

    #[test]
    fn the_same_graph_is_the_same_drawing((sizes, edges) in graphs()) {
        let layout = layered(&sizes, &edges, &SPACING, Show::Reduced);
        prop_assert_eq!(&layout, &layered(&sizes, &edges, &SPACING, Show::Reduced));
        let mut turned = edges.clone();
        turned.reverse();
        prop_assert_eq!(&layout.nodes, &layered(&sizes, &turned, &SPACING, Show::Reduced).nodes);
    }

    #[test]
    fn without_back_edges_there_is_no_cycle((sizes, edges) in graphs()) {
        let ends = sorted(&edges);
        let is_back = back_edges(sizes.len(), &ends, &vec![1; ends.len()]);
        let turned = forward(&ends, &is_back);
        let rank = ranks(sizes.len(), &turned);
        prop_assert!(turned.iter().all(|&(from, to)| rank[from] < rank[to]));
        let reach = reachable(sizes.len(), &ends);
        // What is on no cycle is not turned.
        for (&(from, to), back) in ends.iter().zip(is_back) {
            prop_assert!(!back || reach[to][from]);
        }
    }

    #[test]
    fn reduction_keeps_every_way((sizes, edges) in graphs()) {
        let ends = sorted(&edges);
        let len = sizes.len();
        let turned = forward(&ends, &back_edges(len, &ends, &vec![1; ends.len()]));
        let mut turned: Vec<_> = turned;
        turned.sort_unstable();
        turned.dedup();
        let is_implied = implied(len, &turned);
        let kept: Vec<_> = turned.iter().zip(&is_implied).filter(|(_, implied)| !**implied).map(|(edge, _)| *edge).collect();
        prop_assert_eq!(reachable(len, &turned), reachable(len, &kept));
        for at in 0..kept.len() {
            let mut fewer = kept.clone();
            let (from, to) = fewer.remove(at);
            prop_assert!(!reachable(len, &fewer)[from][to], "an edge that could go");
        }
    }

    #[test]
    fn folding_keeps_every_module(names in prop::collection::vec("[ab]\\.example/[ab](/[ab]){0,2}", 0..40), edges in prop::collection::vec((0usize..40, 0usize..40), 0..80)) {
        let items: Vec<Item> = names.iter().enumerate().map(|(at, name)| Item {
            module: ModuleVersion::new(name.as_str(), format!("v1.0.{at}")),
            is_main: false,
            is_selected: at % 2 == 0,
            replacement: None,
        }).collect();
        let len = items.len();
        let requirements: Vec<_> = edges.into_iter().filter(|&(from, to)| from < len && to < len).collect();
        let chart = Chart { items, requirements };
        for how in [None, Some(Fold::Never), Some(Fold::Module), Some(Fold::Owner), Some(Fold::Rest), Some(Fold::Host)] {
            let folded = fold(&chart, how);
            let mut members: Vec<usize> = folded.units.iter().flat_map(|unit| unit.members.clone()).collect();
            members.sort_unstable();
            prop_assert_eq!(members, (0..len).collect::<Vec<_>>());
            let unit = |member| folded.units.iter().position(|unit| unit.members.contains(&member));
            let required: Vec<_> = chart.requirements.iter().map(|&(from, to)| (unit(from), unit(to))).filter(|(from, to)| from != to).collect();
            for (at, unit) in folded.units.iter().enumerate() {
                prop_assert!(!unit.members.is_empty());
                let is_required = required.iter().any(|&(_, to)| to == Some(at));
                prop_assert_eq!(is_required, folded.links.iter().any(|link| link.to == at), "no node loses all that leads to it");
            }
            for link in &folded.links {
                prop_assert!(required.contains(&(Some(link.from), Some(link.to))));
            }
        }
    }
}

#[test]
fn a_graph_too_dense_for_bends_is_drawn_all_the_same() {
    // A long chain, and from its begin to everything: bends without end.
    let len = 1_200;
    let sizes = vec![
        Size {
            width: 10,
            height: 10
        };
        len
    ];
    let mut edges: Vec<Edge> = Vec::new();
    for to in 1..len {
        edges.push(Edge {
            from: to - 1,
            to,
            weight: 1,
        });
        edges.push(Edge {
            from: 0,
            to,
            weight: 1,
        });
    }
    let layout = layered(&sizes, &edges, &SPACING, Show::All);
    assert!(layout.edges.iter().all(|route| 2 <= route.points.len()));
    let reduced = layered(&sizes, &edges, &SPACING, Show::Reduced);
    let implied = |route: &&modsmith::domain::layout::Route| route.is_implied;
    // The first step of the chain is there twice.
    assert_eq!(reduced.edges.iter().filter(implied).count(), len - 2);
}
