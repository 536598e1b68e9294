//! `graph cycles` for people.

use std::fmt::Write as _;

use super::edges::{self, STRING};
use super::verify::{finding, plain};
use crate::ops::cycles::{Component, Options, Report};
use crate::ops::places::Edge;
use crate::render::human::style::Styles;

/// How many modules of a component are named.
const MOST_MODULES: usize = 20;

/// How many cycles among versions are shown.
const MOST_VERSIONS: usize = 3;

/// Renders the report.
pub fn render(report: &Report, options: &Options, styles: &Styles) -> String {
    let mut out = String::new();
    for component in &report.components {
        self::component(&mut out, component, options, styles);
        out.push('\n');
    }
    let faults = report.findings(options);
    for fault in faults
        .iter()
        .filter(|fault| fault.subject == "modsmith.toml")
    {
        finding(&mut out, fault, styles);
    }
    let allowed = report
        .components
        .iter()
        .filter(|component| component.allowed.is_some())
        .count();
    let cycles = match report.components.len() {
        0 => "no cycle".to_owned(),
        1 => "1 cycle".to_owned(),
        many => format!("{many} cycles"),
    };
    let about = if options.packages {
        format!("imports of {} main modules", report.modules)
    } else {
        format!("{} modules in {} versions", report.modules, report.versions)
    };
    write!(out, "{about}: {cycles}").expect(STRING);
    if allowed != 0 {
        write!(out, ", {allowed} allowed").expect(STRING);
    }
    out.push('\n');
    out
}

fn component(out: &mut String, component: &Component, options: &Options, styles: &Styles) {
    let style = if component.allowed.is_some() {
        styles.faint
    } else {
        styles.error
    };
    let verb = if options.packages {
        "import"
    } else {
        "require"
    };
    let count = component.modules.len();
    writeln!(
        out,
        "{style}cycle:{style:#} {count} modules {verb} each other"
    )
    .expect(STRING);
    for name in component.modules.iter().take(MOST_MODULES) {
        let module = styles.module;
        writeln!(out, "  {module}{}{module:#}", plain(name)).expect(STRING);
    }
    if let Some(more) = count.checked_sub(MOST_MODULES).filter(|more| *more != 0) {
        writeln!(out, "  and {more} more").expect(STRING);
    }
    let third = if options.packages {
        "imports"
    } else {
        "requires"
    };
    section(out, "a shortest cycle", &component.cycle, third, styles);
    section(out, "the way in", &component.entry, third, styles);
    for versions in component.versions.iter().take(MOST_VERSIONS) {
        let title = format!(
            "{} versions that each lead back to themselves",
            versions.len
        );
        section(out, &title, &versions.cycle, third, styles);
    }
    if let Some(more) = component
        .versions
        .len()
        .checked_sub(MOST_VERSIONS)
        .filter(|more| *more != 0)
    {
        writeln!(out, "  and {more} more cycles among versions").expect(STRING);
    }
    if let Some(waiver) = &component.allowed {
        let (file, line) = (plain(&waiver.file), waiver.line);
        writeln!(
            out,
            "  allowed until {}: {} ({file}:{line})",
            plain(&waiver.expires),
            plain(&waiver.reason)
        )
        .expect(STRING);
    }
}

fn section(out: &mut String, title: &str, edges: &[Edge], verb: &str, styles: &Styles) {
    if edges.is_empty() {
        return;
    }
    let faint = styles.faint;
    writeln!(out, "  {faint}{title}:{faint:#}").expect(STRING);
    for edge in edges {
        out.push_str("    ");
        edges::edge_as(out, edge, verb, styles);
        out.push('\n');
    }
}
