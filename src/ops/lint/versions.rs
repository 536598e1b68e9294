//! What versions and paths say themselves, with the go.mod files and `.info` files of the module cache.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Linter, rules};
use crate::domain::module::path::split_path_version;
use crate::domain::module::query as query_rules;
use crate::domain::module::timestamp::Timestamp;
use crate::domain::module::{ModuleVersion, Version, pseudo, version};
use crate::domain::mvs::statements::Notes;
use crate::ops::session::Session;
use crate::ops::source::Source;
use crate::ops::statements;
use crate::ops::verify::report::{Finding, Rule};

/// What the files of one version say against it.
struct Verdict {
    rule: &'static Rule,
    message: String,
    fix: String,
}

pub(super) fn check(linter: &mut Linter<'_, '_>) {
    let session = linter.session;
    let list = linter.list.iter();
    let asked: Vec<_> = list
        .filter(|module| !linter.is_replaced(module))
        .cloned()
        .collect();
    let verdicts = |module: &ModuleVersion| of_version(session, module);
    // What is known is told sooner than other threads wake up.
    let found: Vec<_> = if session.source.earlier.is_some() {
        asked.iter().map(verdicts).collect()
    } else {
        asked.par_iter().map(verdicts).collect()
    };
    for (module, verdicts) in asked.iter().zip(found) {
        for verdict in verdicts {
            linter.add(verdict.rule, module, verdict.message, verdict.fix);
        }
    }
    raised(linter);
    majors(linter);
}

fn of_version(session: &Session<'_>, module: &ModuleVersion) -> Vec<Verdict> {
    let source = &session.source;
    let known = session.source.earlier.as_ref();
    let known = known.and_then(|known| known.notes(module));
    let time = known.as_ref().and_then(|known| known.known.as_ref());
    let mut verdicts: Vec<_> = wrong_time(source, module, time).into_iter().collect();
    let notes = known.or_else(|| Some(statements::notes(&source.verified_text(module)?)));
    if let Some(notes) = notes {
        verdicts.extend(incompatible(module, &notes));
        verdicts.extend(own_word(module, &notes));
    }
    verdicts
}

fn incompatible(module: &ModuleVersion, notes: &Notes) -> Option<Verdict> {
    let base = module.version.as_str().strip_suffix("+incompatible")?;
    if !notes.says_more {
        return None;
    }
    let path = format!("{}/{}", module.path, version::major(base));
    Some(Verdict {
        rule: &rules::INCOMPATIBLE,
        message: format!("the module has a go.mod of its own, so that its path should be {path}"),
        fix: format!("go get {path}@{base}, and import it under that path"),
    })
}

/// A version cannot be of a later time than that at which it was known.
///
/// Many proxies give the time of the commit, some that at which they first saw the version: only a pseudo-version that
/// is later than either is wrong for certain.
fn wrong_time(
    source: &Source<'_>,
    module: &ModuleVersion,
    known: Option<&(Vec<u8>, String)>,
) -> Option<Verdict> {
    let text = module.version.as_str();
    if !pseudo::is_pseudo(text) {
        return None;
    }
    // The file is believed as long as it is the one that was read.
    let known = match known {
        Some((stamp, time)) if source.info_stamp(module).as_ref() == Some(stamp) => time.clone(),
        _ => source.known_time(module)?,
    };
    let known = Timestamp::parse_rfc3339(&known)?;
    let named = pseudo::time(text).ok().filter(|named| known < *named)?;
    let rev = pseudo::rev(text).unwrap_or_default();
    Some(Verdict {
        rule: &rules::WRONG_TIME,
        message: format!("the version says {named}, but the commit was known at {known}"),
        fix: format!("go get {}@{rev}", module.path),
    })
}

/// What the go.mod of the version itself says of it.
fn own_word(module: &ModuleVersion, notes: &Notes) -> Vec<Verdict> {
    let retracted = retraction(module, notes).map(|why| retracted(module, &why));
    let is_deprecated = !notes.deprecated.is_empty();
    let deprecated = is_deprecated.then(|| deprecated(module, &notes.deprecated));
    retracted.into_iter().chain(deprecated).collect()
}

fn retraction(module: &ModuleVersion, notes: &Notes) -> Option<String> {
    let intervals = notes.retract.iter().map(|retract| {
        let (low, high) = (
            retract.interval.low.as_str(),
            retract.interval.high.as_str(),
        );
        (low, high, retract.rationale.as_str())
    });
    let found = query_rules::retraction(module.path.as_str(), module.version.as_str(), intervals);
    Some(found?.to_string())
}

fn retracted(module: &ModuleVersion, why: &str) -> Verdict {
    Verdict {
        rule: &rules::RETRACTED,
        message: one_line(why),
        fix: format!("go get {}@latest", module.path),
    }
}

fn deprecated(module: &ModuleVersion, why: &str) -> Verdict {
    Verdict {
        rule: &rules::DEPRECATED,
        message: format!("deprecated: {}", one_line(why)),
        fix: format!(
            "see who needs it: modsmith graph tree --invert {}",
            module.path
        ),
    }
}

pub(super) fn add_retracted(linter: &mut Linter<'_, '_>, module: &ModuleVersion, why: &str) {
    let verdict = retracted(module, why);
    linter.add(verdict.rule, module, verdict.message, verdict.fix);
}

pub(super) fn add_deprecated(linter: &mut Linter<'_, '_>, module: &ModuleVersion, why: &str) {
    let verdict = deprecated(module, why);
    linter.add(verdict.rule, module, verdict.message, verdict.fix);
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Selected modules that ask for an older minor of a v0 module than the selected one.
fn raised(linter: &mut Linter<'_, '_>) {
    let graph = linter.graph;
    let mut askers: BTreeMap<ModuleVersion, Vec<(ModuleVersion, ModuleVersion)>> = BTreeMap::new();
    for (node, from) in graph.nodes() {
        if !graph.is_selected(node) || from.version.is_empty() {
            continue;
        }
        for &required in graph.required(node).unwrap_or_default() {
            // Most requirements name what is selected.
            let selected = graph.selected_node(required);
            let Some(selected) = selected.filter(|&selected| selected != required) else {
                continue;
            };
            let (asked, selected) = (graph.module(required), graph.module(selected));
            if asks_for_older_minor(&asked.version, &selected.version) {
                askers
                    .entry(selected.clone())
                    .or_default()
                    .push((from.clone(), asked.clone()));
            }
        }
    }
    for (module, mut askers) in askers {
        if linter.is_replaced(&module) || linter.hides(&rules::V0_MINOR) {
            continue;
        }
        askers.sort();
        let (from, asked) = askers.swap_remove(0);
        let others = match askers.len() {
            0 => String::new(),
            1 => ", 1 other an older minor, too".to_owned(),
            many => format!(", {many} others an older minor, too"),
        };
        linter.add(
            &rules::V0_MINOR,
            &module,
            format!("{from} asks for {}{others}", asked.version),
            format!(
                "see who asks for what: modsmith graph why --version {}",
                module.path
            ),
        );
    }
}

/// Reports whether both are releases of v0, of different minors.
fn asks_for_older_minor(asked: &Version, selected: &Version) -> bool {
    let versions = [asked.as_str(), selected.as_str()];
    let is_v0 = |version: &&str| version.starts_with("v0.") && version::major(version) == "v0";
    if !versions.iter().all(is_v0) {
        return false;
    }
    // `v0.0.0-…` is no release: nobody promised anything from one to the next, nor asked for a minor.
    let is_release = |version: &&str| !pseudo::is_pseudo(version);
    let [asked, selected] = versions.map(version::major_minor);
    asked != selected && versions.iter().all(is_release)
}

/// Modules of which several majors are selected.
fn majors(linter: &mut Linter<'_, '_>) {
    let list = linter.list.clone();
    let mut families: BTreeMap<&str, Vec<ModuleVersion>> = BTreeMap::new();
    for module in &list {
        let (family, _, _) = split_path_version(module.path.as_str());
        families.entry(family).or_default().push(module.clone());
    }
    families.retain(|_, modules| 1 < modules.len());
    for (family, modules) in families {
        if linter.hides(&rules::MAJORS) {
            continue;
        }
        let names: Vec<_> = modules.iter().map(ToString::to_string).collect();
        let message = format!(
            "{} majors are selected: {}",
            modules.len(),
            names.join(", ")
        );
        let finding = Finding::new(&rules::MAJORS, family, message)
            .fix("see who needs each: modsmith graph tree --duplicates");
        linter.push_about(finding, modules);
    }
}
