//! Lines of dependencies: ignored here, although the dependency may have been tested with nothing else.

use std::path::Path;

use rayon::prelude::*;

use super::Hidden;
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::statements::StatedReplace;
use crate::ops::load::MAX_GO_MOD;
use crate::ops::main_modules::is_toolchain;
use crate::ops::places::Line;
use crate::ops::session::Session;
use crate::ops::statements::replace_lines;

/// Reads the go.mod of every selected module, and no others: what is not selected is not built.
pub(super) fn find(session: &Session<'_>, graph: &Graph) -> Vec<Hidden> {
    let list = graph.build_list();
    let others: Vec<_> = list
        .iter()
        .filter(|module| !module.version.is_empty() && !is_toolchain(&module.path))
        .collect();
    let of = |module: &&ModuleVersion| of(session, graph, module);
    // What is known is told sooner than other threads wake up.
    if session.source.earlier.is_some() {
        return others.iter().flat_map(of).collect();
    }
    others.par_iter().flat_map_iter(of).collect()
}

fn of(session: &Session<'_>, graph: &Graph, module: &ModuleVersion) -> Vec<Hidden> {
    let Ok(actual) = session.actual(module) else {
        return Vec::new();
    };
    let known = session.source.earlier.as_ref();
    let Some((name, lines)) = known
        .and_then(|known| Some((format!("{actual}/go.mod"), known.replace(module)?)))
        .or_else(|| read(session, &actual))
    else {
        return Vec::new();
    };
    let hidden = lines.into_iter().map(|line| Hidden {
        module: module.clone(),
        place: Line {
            file: name.clone(),
            line: line.stated.line,
            text: line.stated.text,
        },
        selected: graph
            .selected(&line.old.path)
            .filter(|version| !version.is_empty())
            .cloned(),
        old: line.old,
        new: line.new,
    });
    hidden.collect()
}

/// Reads the lines of a go.mod; none where it is not here or nobody vouches for it.
fn read(session: &Session<'_>, actual: &ModuleVersion) -> Option<(String, Vec<StatedReplace>)> {
    let (name, text) = if actual.version.is_empty() {
        let path = Path::new(actual.path.as_str()).join("go.mod");
        let text = session.source.files().read(&path, MAX_GO_MOD).ok()?;
        (session.ctx.short_path(&path), text)
    } else {
        let text = session.source.verified_text(actual)?;
        (format!("{actual}/go.mod"), text)
    };
    Some((name, replace_lines(&text)))
}
