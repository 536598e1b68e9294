//! The title of a drawing, and what it says of itself.

use super::text::{counted, escape, shortened};
use super::{push, text_width};
use crate::domain::layout::{Chart, Fold, Folded, Item, Layout, Route, UnitKind};

/// The height of a line.
const LINE: i64 = 18;

/// Title and notes.
pub(super) struct Head {
    title: String,
    notes: Vec<String>,
}

impl Head {
    /// Names the main modules and says what is drawn and what is not.
    pub(super) fn new(chart: &Chart, folded: &Folded, layout: &Layout) -> Self {
        let count =
            |holds: fn(&Route) -> bool| layout.edges.iter().filter(|route| holds(route)).count();
        let omitted = Omitted {
            implied: count(|route| route.is_implied),
            back: count(|route| route.is_back && route.points.is_empty()),
        };
        let mut notes = vec![counts(chart)];
        notes.extend(how(folded.fold).map(str::to_owned));
        notes.extend(
            omissions(chart, folded, &omitted)
                .into_iter()
                .map(|what| format!("not drawn: {what}")),
        );
        Self {
            title: title(chart),
            notes,
        }
    }

    /// Returns how wide it is.
    pub(super) fn width(&self) -> i64 {
        let notes = self.notes.iter().map(|note| text_width(note, 73));
        notes
            .chain([text_width(&self.title, 103)])
            .max()
            .unwrap_or_default()
    }

    /// Returns how high it is.
    pub(super) fn height(&self) -> i64 {
        14 + LINE * i64::try_from(self.notes.len()).unwrap_or_default()
    }

    /// Begins the document: size, description, style.
    pub(super) fn begin(&self, svg: &mut String, width: i64, height: i64) {
        push(
            svg,
            format_args!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" aria-labelledby=\"title notes\">\n<title id=\"title\">Module graph of {}</title>\n\
             <desc id=\"notes\">{}</desc>\n<style>\n{}</style>\n<defs>\n",
                escape(&self.title),
                escape(&self.notes.join("; ")),
                include_str!("style.css"),
            ),
        );
        for id in ["to", "to-back"] {
            push(
                svg,
                format_args!(
                    "<marker id=\"{id}\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
                 markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 .8 8 4 0 7.2z\"/></marker>\n",
                ),
            );
        }
        svg.push_str("</defs>\n");
    }

    /// Draws it around zero.
    pub(super) fn draw(&self, svg: &mut String) {
        push(
            svg,
            format_args!(
                "<text class=\"head\" y=\"14\">{}</text>\n",
                escape(&self.title)
            ),
        );
        for (note, at) in self.notes.iter().zip(1..) {
            push(
                svg,
                format_args!(
                    "<text class=\"note\" y=\"{}\">{}</text>\n",
                    16 + LINE * at,
                    escape(note)
                ),
            );
        }
    }
}

/// How many edges of a large graph are not drawn.
struct Omitted {
    implied: usize,
    back: usize,
}

fn title(chart: &Chart) -> String {
    let main = chart.main_paths();
    match main.as_slice() {
        [] => "no main module".to_owned(),
        [only] => shortened(only),
        [first, rest @ ..] => format!(
            "{} and {}",
            shortened(first),
            counted(rest.len(), "more main module")
        ),
    }
}

fn counts(chart: &Chart) -> String {
    let modules = chart.items.iter().filter(|item| !item.is_toolchain());
    let mut paths: Vec<&str> = modules.map(Item::path).collect();
    let versions = paths.len();
    // The versions of a module stand together.
    paths.dedup();
    paths.sort_unstable();
    paths.dedup();
    format!(
        "{} in {}, {}",
        counted(paths.len(), "module"),
        counted(versions, "version"),
        counted(chart.requirements.len(), "requirement"),
    )
}

fn how(fold: Fold) -> Option<&'static str> {
    match fold {
        Fold::Never => None,
        Fold::Module => Some("one box for each module, whatever its versions"),
        Fold::Owner => Some("one box for all modules whose paths begin alike"),
        Fold::Rest => Some(
            "one box for all modules whose paths begin alike; where these are few, one for those of a host",
        ),
        Fold::Host => Some("one box for all modules of a host"),
    }
}

/// Says what is not drawn.
fn omissions(chart: &Chart, folded: &Folded, omitted: &Omitted) -> Vec<String> {
    let mut omissions = Vec::new();
    let go = chart
        .items
        .iter()
        .filter(|item| item.is_selected && item.is_toolchain());
    let go: Vec<String> = go
        .map(|item| format!("{} {}", item.module.path, item.module.version))
        .collect();
    if folded.fold != Fold::Never && !go.is_empty() {
        omissions.push(go.join(", "));
    }
    if 0 < folded.left_out {
        let arrows = counted(folded.left_out, "arrow");
        let of_rest = folded.units.iter().any(|unit| unit.kind == UnitKind::Rest);
        let and_rest = if of_rest {
            ", or away from boxes for a host"
        } else {
            ""
        };
        omissions.push(format!(
            "{arrows} that lead only from versions that are not selected{and_rest}"
        ));
    }
    if 0 < omitted.implied {
        omissions.push(format!(
            "{} that longer ways imply",
            counted(omitted.implied, "arrow")
        ));
    }
    if 0 < omitted.back {
        omissions.push(format!(
            "{} that would lead back",
            counted(omitted.back, "arrow")
        ));
    }
    omissions
}
