//! Requirements for people: who requires what, and where that stands.

use std::fmt::Write as _;

use super::verify::plain;
use crate::domain::module::ModuleVersion;
use crate::ops::places::{Edge, Line};
use crate::render::human::style::Styles;

/// Why a formatted write cannot fail.
pub(super) const STRING: &str = "writing to a string";

/// Appends `a v1.0.0 requires b v1.2.0 (go.mod:5)` without a line end.
pub(super) fn edge(out: &mut String, edge: &Edge, styles: &Styles) {
    edge_as(out, edge, "requires", styles);
}

/// Appends the same with another verb.
pub(super) fn edge_as(out: &mut String, edge: &Edge, verb: &str, styles: &Styles) {
    module(out, &edge.from, styles);
    for word in [" ", verb, " "] {
        out.push_str(word);
    }
    module(out, &edge.to, styles);
    if edge.is_indirect {
        let faint = styles.faint;
        write!(out, " {faint}// indirect{faint:#}").expect(STRING);
    }
    if let Some(line) = &edge.line {
        out.push(' ');
        place(out, line, styles);
    }
}

/// Appends `(go.mod:5)`.
pub(super) fn place(out: &mut String, line: &Line, styles: &Styles) {
    let frame = styles.frame;
    write!(out, "{frame}({}:{}){frame:#}", plain(&line.file), line.line).expect(STRING);
}

/// Appends a module with its version, where it has one.
pub(super) fn module(out: &mut String, module: &ModuleVersion, styles: &Styles) {
    out.push_str(&plain(module.path.as_str()));
    if !module.version.is_empty() {
        let version = styles.version;
        let text = plain(module.version.as_str());
        write!(out, " {version}{text}{version:#}").expect(STRING);
    }
}

/// Returns `1 module` or `2 modules`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{end}")
}
