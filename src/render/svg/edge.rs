//! The arrows of a drawing.

use super::push;
use super::scene::Node;
use super::text::{counted, escape};
use crate::domain::layout::{Fold, Link, Point, Route};

/// Draws an arrow along its way.
pub(super) fn draw(svg: &mut String, nodes: &[Node], link: Link, route: &Route, fold: Fold) {
    let Some((first, rest)) = route.points.split_first() else {
        return;
    };
    let is_cycle = route.is_back && fold <= Fold::Module;
    let (class, marker) = match (is_cycle, link.counts) {
        (true, _) => ("edge back", "to-back"),
        (false, true) => ("edge", "to"),
        (false, false) => ("edge old", "to"),
    };
    push(
        svg,
        format_args!("<path class=\"{class}\" marker-end=\"url(#{marker})\""),
    );
    let quarters = link.count.max(1).ilog2();
    if 0 < quarters {
        push(
            svg,
            format_args!(
                " stroke-width=\"{}.{:02}\"",
                1 + quarters / 4,
                quarters % 4 * 25
            ),
        );
    }
    push(svg, format_args!(" d=\"M{} {}", first.x, first.y));
    let mut last = *first;
    for &point in rest {
        curve(svg, last, point);
        last = point;
    }
    let many = if 1 < link.count {
        format!(": {}", counted(link.count, "requirement"))
    } else {
        String::new()
    };
    push(
        svg,
        format_args!(
            "\"><title>{} → {}{many}</title></path>\n",
            escape(&nodes[link.from].name),
            escape(&nodes[link.to].name)
        ),
    );
}

fn curve(svg: &mut String, from: Point, to: Point) {
    if from.y == to.y {
        push(svg, format_args!("H{}", to.x));
    } else {
        let middle = i64::midpoint(from.x, to.x);
        push(
            svg,
            format_args!("C{middle} {} {middle} {} {} {}", from.y, to.y, to.x, to.y),
        );
    }
}
