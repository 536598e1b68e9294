//! `graph why MODULE@VERSION` for people.

use std::fmt::Write as _;

use super::edges::{self, STRING};
use super::graph_diff::word;
use super::verify::plain;
use crate::domain::module::ModuleVersion;
use crate::ops::places::Edge;
use crate::ops::why_version::{Answer, Report, Way};
use crate::render::human::style::Styles;

/// How many requirements of a version are shown, but for the chains.
const MOST_EDGES: usize = 10;

/// Renders the answers, with an empty line between them; what is not in the graph has none.
pub fn render(report: &Report, styles: &Styles) -> String {
    let mut out = String::new();
    for answer in report
        .answers
        .iter()
        .filter(|answer| answer.missing.is_none())
    {
        if !out.is_empty() {
            out.push('\n');
        }
        self::answer(&mut out, answer, styles);
    }
    out
}

fn answer(out: &mut String, answer: &Answer, styles: &Styles) {
    let Some(selected) = &answer.selected else {
        return;
    };
    let (name, version) = (styles.module, styles.version);
    let path = plain(answer.wanted.path.as_str());
    if selected.is_empty() {
        writeln!(
            out,
            "{name}{path}{name:#} is a main module, which no requirement can change"
        )
        .expect(STRING);
        losers(out, answer, styles);
        return;
    }
    let shown = plain(selected.as_str());
    write!(
        out,
        "{name}{path}{name:#} {version}{shown}{version:#} is selected"
    )
    .expect(STRING);
    if let Some(wanted) = answer
        .wanted
        .version
        .as_ref()
        .filter(|wanted| *wanted != selected)
    {
        write!(out, ", not {}", plain(wanted.as_str())).expect(STRING);
    }
    if let Some(new) = &answer.replacement {
        write!(out, "; {} stands for it", plain(&spaced(new))).expect(STRING);
    }
    out.push('\n');
    for (at, chain) in answer.chains.iter().enumerate() {
        let title = if at == 0 { "because" } else { "and because" };
        section(out, title, chain, usize::MAX, styles);
    }
    if answer.has_more {
        out.push_str("\nthere are more chains than these\n");
    }
    if answer.chains.len() < 2 {
        let last = answer.chains.first().and_then(|chain| chain.last());
        let others: Vec<_> = answer
            .forced_by
            .iter()
            .filter(|edge| Some(*edge) != last)
            .cloned()
            .collect();
        section(
            out,
            "the same version is required by others",
            &others,
            MOST_EDGES,
            styles,
        );
    }
    losers(out, answer, styles);
    for way in &answer.ways {
        self::way(out, way, styles);
    }
    let hint = styles.hint;
    for note in &answer.notes {
        writeln!(out, "\n{hint}note:{hint:#} {}", plain(note)).expect(STRING);
    }
}

fn losers(out: &mut String, answer: &Answer, styles: &Styles) {
    for loser in &answer.losers {
        let title = format!(
            "{} is required, too, and not selected",
            plain(loser.version.as_str())
        );
        section(out, &title, &loser.required_by, MOST_EDGES, styles);
    }
}

fn section(out: &mut String, title: &str, edges: &[Edge], most: usize, styles: &Styles) {
    if edges.is_empty() {
        return;
    }
    let faint = styles.faint;
    writeln!(out, "\n{faint}{title}:{faint:#}").expect(STRING);
    for edge in edges.iter().take(most) {
        out.push_str("  ");
        edges::edge(out, edge, styles);
        out.push('\n');
    }
    if let Some(more) = edges.len().checked_sub(most).filter(|more| *more != 0) {
        writeln!(out, "  and {more} more").expect(STRING);
    }
}

fn way(out: &mut String, way: &Way, styles: &Styles) {
    let faint = styles.faint;
    let argument = plain(&way.argument.to_string());
    write!(out, "\n{faint}to leave it:{faint:#} go get {argument}").expect(STRING);
    let directories: Vec<_> = way.directories.iter().map(|name| plain(name)).collect();
    match directories.as_slice() {
        [] => {}
        [one] => write!(out, " (in {one})").expect(STRING),
        [..] => write!(out, " (in each of {})", directories.join(", ")).expect(STRING),
    }
    out.push('\n');
    for change in &way.changes {
        let versions = [&change.before, &change.after];
        let versions = versions.into_iter().flatten();
        let versions: Vec<_> = versions.map(|version| plain(version.as_str())).collect();
        let (kind, path) = (word(change.kind), plain(change.path.as_str()));
        writeln!(out, "  {path} {kind}: {}", versions.join(" => ")).expect(STRING);
    }
}

fn spaced(module: &ModuleVersion) -> String {
    if module.version.is_empty() {
        module.path.to_string()
    } else {
        format!("{} {}", module.path, module.version)
    }
}
