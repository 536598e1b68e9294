//! SVG: a layered drawing of the graph, made here and nowhere else, the same bytes for the same graph.
//!
//! It names nothing outside of itself, holds no script, and follows the reader's choice of light or dark.

mod edge;
mod head;
mod legend;
mod scene;
pub(super) mod text;

use std::fmt::Write as _;

use crate::domain::layout::{
    Chart, Edge, Fold, Folded, Layout, Link, Show, Spacing, fold, layered,
};
use crate::ops::graph::Report;
use crate::render::chart::chart;
use head::Head;
use legend::Legend;
use scene::Node;

/// From how many edges on those are left out that a longer way implies.
const MANY_EDGES: usize = 100;
/// The free space around everything.
const MARGIN: i64 = 24;
/// The least width for title and legend.
const MIN_WIDTH: i64 = 660;

const SPACING: Spacing = Spacing {
    nodes: 14,
    edges: 9,
    ranks: 56,
    for_each_edge: (2, 110),
};

/// Draws the graph; without `fold` folded as far as a readable drawing needs.
pub fn graph(report: &Report, fold: Option<Fold>) -> String {
    draw(&chart(report), fold)
}

/// Draws a chart; without `fold` folded as far as a readable drawing needs.
fn draw(chart: &Chart, fold: Option<Fold>) -> String {
    let folded = fold::fold(chart, fold);
    let nodes = scene::nodes(chart, &folded);
    let layout = place(&nodes, &folded);
    let head = Head::new(chart, &folded, &layout);
    let width = layout.width.max(MIN_WIDTH).max(head.width());
    let legend = Legend::new(&nodes, &folded, &layout, width);
    let top_of_legend = MARGIN + head.height() + 18;
    let top = top_of_legend + legend.height + 22;
    let mut svg = String::new();
    head.begin(&mut svg, width + 2 * MARGIN, top + layout.height + MARGIN);
    let translate = |svg: &mut String, y: i64| {
        push(
            svg,
            format_args!("<g transform=\"translate({MARGIN} {y})\">\n"),
        );
    };
    translate(&mut svg, MARGIN);
    head.draw(&mut svg);
    svg.push_str("</g>\n");
    translate(&mut svg, top_of_legend);
    svg.push_str(&legend.svg);
    svg.push_str("</g>\n");
    translate(&mut svg, top);
    for (link, route) in folded.links.iter().zip(&layout.edges) {
        edge::draw(&mut svg, &nodes, *link, route, folded.fold);
    }
    for (node, place) in nodes.iter().zip(&layout.nodes) {
        node.draw(&mut svg, place.x, place.y);
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Finds a place for every box and a way for every arrow.
fn place(nodes: &[Node], folded: &Folded) -> Layout {
    let sizes: Vec<_> = nodes.iter().map(Node::size).collect();
    let edge = |link: &Link| Edge {
        from: link.from,
        to: link.to,
        weight: link.count,
    };
    let edges: Vec<_> = folded.links.iter().map(edge).collect();
    // Between groups a cycle means nothing: one module of each is enough for it.
    let show = match folded.fold {
        _ if edges.len() < MANY_EDGES => Show::All,
        Fold::Never | Fold::Module => Show::Reduced,
        Fold::Owner | Fold::Rest | Fold::Host => Show::Forward,
    };
    layered(&sizes, &edges, &SPACING, show)
}

/// Returns the width of a text; `tenths` is that of one column.
fn text_width(text: &str, tenths: i64) -> i64 {
    let columns = i64::try_from(text::columns(text)).unwrap_or_default();
    (columns * tenths + 9) / 10
}

fn push(svg: &mut String, text: std::fmt::Arguments<'_>) {
    svg.write_fmt(text).expect("a string takes any text");
}
