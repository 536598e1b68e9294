//! The boxes of a drawing: what stands in them, how large they are, how they look.

use std::collections::BTreeSet;

use super::text::{counted, escape, shortened};
use super::{push, text_width};
use crate::domain::layout::{Chart, Folded, Item, Size, Unit, UnitKind};

/// The height of a box with two lines and with one.
const HEIGHTS: [i64; 2] = [36, 24];
/// The most modules that the tip of a box names.
const MAX_TIP: usize = 24;

/// One box.
pub(super) struct Node {
    /// What it stands for, in full.
    pub(super) name: String,
    pub(super) standing: Standing,
    pub(super) is_group: bool,
    pub(super) is_replaced: bool,
    pub(super) has_majors: bool,
    label: String,
    below: String,
    tip: String,
}

/// Whether what is in a box counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Main,
    Selected,
    Lost,
}

/// Returns the box of every unit.
pub(super) fn nodes(chart: &Chart, folded: &Folded) -> Vec<Node> {
    let majors: BTreeSet<&str> = chart.several_majors().into_iter().collect();
    folded
        .units
        .iter()
        .map(|unit| node(chart, unit, &majors))
        .collect()
}

fn node(chart: &Chart, unit: &Unit, majors: &BTreeSet<&str>) -> Node {
    let items = || unit.members.iter().map(|&member| &chart.items[member]);
    let selected = items()
        .find(|item| item.is_selected)
        .or_else(|| items().next());
    let standing = if items().any(|item| item.is_main) {
        Standing::Main
    } else if items().any(|item| item.is_selected) {
        Standing::Selected
    } else {
        Standing::Lost
    };
    let replaced: Vec<&str> = items()
        .filter_map(|item| item.replacement.as_deref())
        .collect();
    let has_majors = items().any(|item| item.is_selected && majors.contains(item.stem()));
    let mut paths: Vec<&str> = items().map(Item::path).collect();
    paths.dedup();
    paths.sort_unstable();
    paths.dedup();
    let mut below = match unit.kind {
        UnitKind::Version | UnitKind::Module => {
            vec![selected.map_or("", Item::version).to_owned()]
        }
        UnitKind::Group => vec![counted(paths.len(), "module")],
        UnitKind::Rest => vec![counted(paths.len(), "more module")],
    };
    below.retain(|part| !part.is_empty());
    let lower = unit.members.len() - paths.len();
    if unit.kind == UnitKind::Module && 0 < lower {
        below.push(format!("{lower} lower"));
    }
    if has_majors {
        below.push("several majors".to_owned());
    }
    match replaced.as_slice() {
        [] => {}
        [only] if unit.kind != UnitKind::Group && unit.kind != UnitKind::Rest => {
            below.push(format!("=> {}", shortened(only)));
        }
        _ => below.push(format!("{} replaced", replaced.len())),
    }
    let name = match (unit.kind, selected) {
        (UnitKind::Version, Some(item)) => item.module.to_string(),
        (_, _) => unit.name.clone(),
    };
    Node {
        name,
        standing,
        is_group: matches!(unit.kind, UnitKind::Group | UnitKind::Rest),
        is_replaced: !replaced.is_empty(),
        has_majors,
        label: shortened(&unit.name),
        below: below.join(" · "),
        tip: tip(chart, unit),
    }
}

/// Names what is in a box.
fn tip(chart: &Chart, unit: &Unit) -> String {
    let mut lines: Vec<String> = unit
        .members
        .iter()
        .take(MAX_TIP)
        .map(|&member| {
            let item = &chart.items[member];
            let mut line = item.module.to_string();
            if let Some(replacement) = &item.replacement {
                line.push_str(" => ");
                line.push_str(replacement);
            }
            if !item.is_selected {
                line.push_str(" (not selected)");
            }
            escape(&line)
        })
        .collect();
    if MAX_TIP < unit.members.len() {
        lines.push(format!("and {} more", unit.members.len() - MAX_TIP));
    }
    lines.join("\n")
}

impl Node {
    /// Returns the room that the box takes.
    pub(super) fn size(&self) -> Size {
        // 7.3 and 6.4 units are a little more than a column takes in the fonts of the style.
        let wide = text_width(&self.label, 73).max(text_width(&self.below, 64));
        let behind = if self.is_group { 4 } else { 0 };
        Size {
            width: wide + 22 + behind,
            height: self.height() + behind,
        }
    }

    fn height(&self) -> i64 {
        HEIGHTS[usize::from(self.below.is_empty())]
    }

    /// Draws the box with its left upper corner at the given place.
    pub(super) fn draw(&self, svg: &mut String, x: i64, y: i64) {
        let class = match self.standing {
            Standing::Main => "main",
            Standing::Selected => "node",
            Standing::Lost => "lost",
        };
        push(
            svg,
            format_args!(
                "<g class=\"{class}\" transform=\"translate({x} {y})\"><title>{}</title>",
                self.tip
            ),
        );
        let size = self.size();
        let (width, height) = if self.is_group {
            (size.width - 4, size.height - 4)
        } else {
            (size.width, size.height)
        };
        if self.is_group {
            push(
                svg,
                format_args!(
                    "<rect class=\"box\" x=\"4\" y=\"4\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>"
                ),
            );
        }
        push(
            svg,
            format_args!("<rect class=\"box\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>"),
        );
        let marks = [("replaced", self.is_replaced), ("majors", self.has_majors)];
        for ((mark, _), at) in marks.iter().filter(|(_, holds)| *holds).zip(0..) {
            push(
                svg,
                format_args!(
                    "<rect class=\"{mark}\" x=\"{}\" y=\"4\" width=\"3\" height=\"{}\"/>",
                    3 + 4 * at,
                    height - 8
                ),
            );
        }
        push(
            svg,
            format_args!("<text x=\"12\" y=\"16\">{}</text>", escape(&self.label)),
        );
        if !self.below.is_empty() {
            push(
                svg,
                format_args!(
                    "<text class=\"sub\" x=\"12\" y=\"29\">{}</text>",
                    escape(&self.below)
                ),
            );
        }
        svg.push_str("</g>\n");
    }
}
