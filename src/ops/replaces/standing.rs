//! Whether a line counts, and if not, why.

use super::{ReplaceLine, Standing};
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::graph::Graph;
use crate::ops::session::Session;

pub(super) fn of(
    session: &Session<'_>,
    graph: &Graph,
    lines: &[ReplaceLine],
    at: usize,
) -> Standing {
    let line = &lines[at];
    let Some(selected) = graph.selected(&line.old.path) else {
        return Standing::NotRequired;
    };
    if selected.is_empty() {
        return Standing::MainModule;
    }
    let module = ModuleVersion {
        path: line.old.path.clone(),
        version: selected.clone(),
    };
    if !line.old.version.is_empty() && line.old.version != *selected {
        return if graph.node(&line.old).is_some() {
            Standing::RequirementsOnly(selected.clone())
        } else {
            Standing::OtherVersion(selected.clone())
        };
    }
    // A conflict between lines has ended the command by now.
    let Ok(Some(found)) = session.mains.replacements.get(&module) else {
        return Standing::NotRequired;
    };
    if found.member == line.member && *found.new == line.new {
        let names_it = |other: &ReplaceLine| other.old.version == *selected;
        let more_specific = lines.iter().find(|other| {
            line.old.version.is_empty()
                && other.old.path == line.old.path
                && other.member == line.member
                && names_it(other)
        });
        return match more_specific {
            Some(other) => Standing::Overridden(other.place.clone()),
            None => Standing::InForce,
        };
    }
    let counts = |other: &&ReplaceLine| {
        other.member == found.member
            && other.new == *found.new
            && other.old.path == line.old.path
            && (other.old.version.is_empty() || other.old.version == *selected)
    };
    let other = lines.iter().find(counts);
    Standing::Overridden(other.map(|other| other.place.clone()).unwrap_or_default())
}
