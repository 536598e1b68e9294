//! Lines of dependencies: ignored here, although the dependency may have been tested with nothing else.

use std::path::Path;

use rayon::prelude::*;

use super::Hidden;
use crate::domain::modfile::GoMod;
use crate::domain::module::{ModuleVersion, Version};
use crate::domain::mvs::graph::Graph;
use crate::ops::load::MAX_GO_MOD;
use crate::ops::main_modules::is_toolchain;
use crate::ops::places::Line;
use crate::ops::session::Session;

/// Reads the go.mod of every selected module, and no others: what is not selected is not built.
pub(super) fn find(session: &Session<'_>, graph: &Graph) -> Vec<Hidden> {
    let list = graph.build_list();
    let others: Vec<_> = list
        .iter()
        .filter(|module| !module.version.is_empty() && !is_toolchain(&module.path))
        .collect();
    let found = others
        .par_iter()
        .flat_map_iter(|module| of(session, graph, module));
    found.collect()
}

fn of(session: &Session<'_>, graph: &Graph, module: &ModuleVersion) -> Vec<Hidden> {
    let Ok(actual) = session.actual(module) else {
        return Vec::new();
    };
    let (name, text) = if actual.version.is_empty() {
        let path = Path::new(actual.path.as_str()).join("go.mod");
        let text = session.source.files().read(&path, MAX_GO_MOD).ok();
        (session.ctx.short_path(&path), text)
    } else {
        (
            format!("{actual}/go.mod"),
            session.source.verified_text(&actual),
        )
    };
    let Some(text) = text.filter(|text| memchr::memmem::find(text, b"replace").is_some()) else {
        return Vec::new();
    };
    let mut any = |_: &str, version: &str| Ok(Version::new(version));
    let Ok(file) = GoMod::parse(&name, &text, Some(&mut any)) else {
        return Vec::new();
    };
    let syntax = file.syntax();
    let hidden = file.replace.iter().map(|line| Hidden {
        module: module.clone(),
        place: Line {
            file: name.clone(),
            line: syntax.position(line.line).line as usize,
            text: syntax.line_text(line.line),
        },
        selected: graph
            .selected(&line.old.path)
            .filter(|version| !version.is_empty())
            .cloned(),
        old: line.old.clone(),
        new: line.new.clone(),
    });
    hidden.collect()
}
