//! The legend: what of colours, marks and lines the drawing has.

use super::scene::{Node, Standing};
use super::{push, text_width};
use crate::domain::layout::{Fold, Folded, Layout};

/// The height of a row.
const ROW: i64 = 22;

/// The legend, to be put anywhere.
pub(super) struct Legend {
    /// Its elements, around zero.
    pub(super) svg: String,
    /// How high it is.
    pub(super) height: i64,
}

impl Legend {
    /// Explains what there is, in rows that are not wider than the drawing.
    pub(super) fn new(nodes: &[Node], folded: &Folded, layout: &Layout, width: i64) -> Self {
        let stands = |standing: Standing| nodes.iter().any(|node| node.standing == standing);
        let boxed = |class: &str, inside: &str| {
            format!(
                "<g class=\"{class}\"><rect class=\"box\" width=\"24\" height=\"14\" rx=\"3\"/>{inside}</g>"
            )
        };
        let bar = |class: &str| {
            boxed(
                "node",
                &format!("<rect class=\"{class}\" x=\"4\" y=\"3\" width=\"3\" height=\"8\"/>"),
            )
        };
        let line = |class: &str, marker: &str| {
            format!("<path class=\"edge {class}\" marker-end=\"url(#{marker})\" d=\"M0 7H24\"/>")
        };
        let shows_cycles = folded.fold <= Fold::Module;
        let has_cycle = shows_cycles && layout.edges.iter().any(|route| route.is_back);
        let links = || {
            folded
                .links
                .iter()
                .zip(&layout.edges)
                .filter(|(_, route)| !(shows_cycles && route.is_back))
        };
        let stack = "<g class=\"node\"><rect class=\"box\" x=\"4\" y=\"4\" width=\"20\" height=\"11\" rx=\"3\"/>\
                     <rect class=\"box\" width=\"20\" height=\"11\" rx=\"3\"/></g>";
        let entries = [
            (stands(Standing::Main), boxed("main", ""), "main module"),
            (stands(Standing::Selected), boxed("node", ""), "selected"),
            (stands(Standing::Lost), boxed("lost", ""), "not selected"),
            (
                nodes.iter().any(|node| node.is_group),
                stack.to_owned(),
                "several modules",
            ),
            (
                nodes.iter().any(|node| node.has_majors),
                bar("majors"),
                "several majors are selected",
            ),
            (
                nodes.iter().any(|node| node.is_replaced),
                bar("replaced"),
                "replaced",
            ),
            (
                links().any(|(link, _)| link.counts),
                line("", "to"),
                "requires",
            ),
            (
                links().any(|(link, _)| !link.counts),
                line("old", "to"),
                "requires, without effect on the build list",
            ),
            (
                has_cycle,
                line("back", "to-back"),
                "requires, and closes a cycle",
            ),
        ];
        let (mut svg, mut x, mut y) = (String::new(), 0, 0);
        for (_, swatch, text) in entries.iter().filter(|(there, _, _)| *there) {
            let wide = 32 + text_width(text, 73);
            if 0 < x && width < x + wide {
                (x, y) = (0, y + ROW);
            }
            push(
                &mut svg,
                format_args!(
                    "<g transform=\"translate({x} {y})\">{swatch}<text class=\"note\" x=\"32\" y=\"11\">{text}</text></g>\n",
                ),
            );
            x += wide + 26;
        }
        Self {
            svg,
            height: y + ROW,
        }
    }
}
