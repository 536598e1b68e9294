//! The `go` line of a main module, compared with those of its dependencies.
//!
//! A dependency below Go 1.21 asks for nothing: its line only says how it is read.

use super::{Linter, place, rules};
use crate::domain::module::{ModuleVersion, goversion};
use crate::ops::main_modules::is_toolchain;
use crate::ops::places::Line;
use crate::ops::verify::report::Finding;

pub(super) fn check(linter: &mut Linter<'_, '_>) {
    let mains = &linter.session.mains;
    let (own, name, line) = match (&mains.work, mains.modules.first()) {
        (Some(work), _) => {
            let line = work
                .file
                .go
                .as_ref()
                .and_then(|go| linter.places.of_work(go.line));
            (mains.go_version().to_owned(), "go.work".to_owned(), line)
        }
        (None, Some(main)) => {
            let line = main
                .file
                .go
                .as_ref()
                .map(|go| linter.places.of_main(main, go.line));
            (
                main.go_version().to_owned(),
                main.module.path.to_string(),
                line,
            )
        }
        (None, None) => return,
    };
    let Some((highest, by)) = highest(linter) else {
        return;
    };
    if goversion::compare(&own, &highest).is_lt() {
        raised(linter, &own, &highest, &by, line);
    } else if mains.work.is_none()
        && line.is_some()
        && goversion::compare(&goversion::lang(&own), &goversion::lang(&highest)).is_gt()
    {
        let who = by
            .first()
            .map_or_else(String::new, |module| format!(" ({module})"));
        let message = format!("`go {own}`: no dependency needs more than {highest}{who}");
        let fix = format!("if the module itself builds with less: go mod edit -go={highest}");
        let mut finding = Finding::new(&rules::GO_HIGH, name.clone(), message).fix(fix);
        if let Some(line) = &line {
            finding = finding.at(place(line));
        }
        linter.push(finding, vec![name]);
    }
}

fn raised(
    linter: &mut Linter<'_, '_>,
    own: &str,
    highest: &str,
    by: &[ModuleVersion],
    line: Option<Line>,
) {
    let Some(first) = by.first() else {
        return;
    };
    let others = match by.len() {
        1 => String::new(),
        2 => " and 1 other".to_owned(),
        many => format!(" and {} others", many - 1),
    };
    let message = format!("`go {own}`, but {first}{others} needs {highest}");
    let fix = format!("go get go@{highest}");
    let mut finding = Finding::new(&rules::GO_LOW, "go", message).fix(fix);
    if let Some(line) = line {
        finding = finding.at(place(&line));
    }
    let go = ModuleVersion::new("go", highest);
    if let Some(line) = linter.places.edge(first, &go).line {
        finding
            .evidence
            .push(format!("{}:{}: {}", line.file, line.line, line.text));
    }
    linter.push(
        finding,
        by.iter().map(|module| module.path.to_string()).collect(),
    );
}

/// Returns the highest version of Go that dependencies ask for, and who does, selected versions first.
fn highest(linter: &Linter<'_, '_>) -> Option<(String, Vec<ModuleVersion>)> {
    let graph = linter.graph;
    let mut is_go = vec![false; graph.len()];
    for (node, module) in graph.nodes() {
        is_go[node.index()] = module.path.as_str() == "go";
    }
    let mut highest: Option<(String, Vec<ModuleVersion>)> = None;
    for node in graph.breadth_first() {
        let module = graph.module(node);
        if module.version.is_empty() || is_toolchain(&module.path) {
            continue;
        }
        for &required in graph.required(node).unwrap_or_default() {
            if !is_go[required.index()] {
                continue;
            }
            let version = graph.module(required).version.as_str();
            match &mut highest {
                Some((known, by)) if goversion::compare(known, version).is_eq() => {
                    by.push(module.clone());
                }
                Some((known, _)) if goversion::compare(known, version).is_gt() => {}
                _ => highest = Some((version.to_owned(), vec![module.clone()])),
            }
        }
    }
    let (version, mut by) = highest?;
    by.sort_by_cached_key(|module| {
        let is_lost = graph.selected(&module.path) != Some(&module.version);
        (is_lost, module.clone())
    });
    Some((version, by))
}
