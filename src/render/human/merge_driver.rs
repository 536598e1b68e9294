//! `merge-driver` for people: what git shows while it merges.

use crate::domain::merge::{Conflict, Note, Reason};
use crate::ops::merge_driver::{Method, Proof, Report, Setup, SetupAction};

/// Says how a file was merged and what is proved of the result.
pub fn merged(report: &Report) -> String {
    let mut lines = Vec::new();
    match &report.method {
        Method::Lines { reason } => {
            lines.push(format!(
                "{}: merged line by line, look at it: it cannot be merged by what it says",
                report.path
            ));
            lines.extend(reason.to_string().lines().map(|line| format!("  {line}")));
        }
        Method::Meaning { conflicts, notes } => {
            lines.push(match conflicts.len() {
                0 => format!("{}: merged by what it says", report.path),
                1 => format!(
                    "{}: 1 conflict that modules' rules do not decide",
                    report.path
                ),
                count => format!(
                    "{}: {count} conflicts that modules' rules do not decide",
                    report.path
                ),
            });
            lines.extend(
                conflicts
                    .iter()
                    .map(|found| format!("  {}", conflict(found))),
            );
            lines.extend(notes.iter().map(|found| format!("  {}", note(found))));
        }
    }
    lines.extend(
        proof(&report.proof)
            .into_iter()
            .map(|line| format!("  {line}")),
    );
    lines.push(String::new());
    lines.join("\n")
}

/// Says what git knows of the driver now.
pub fn setup(setup: &Setup) -> String {
    let file = &setup.attributes;
    let (attributes, config) = match setup.action {
        SetupAction::Install => (
            [
                format!("{file}: go.mod, go.sum, go.work and go.work.sum are merged by modsmith"),
                format!("{file}: names the driver already"),
            ],
            [
                "git's configuration: says how the driver is called",
                "git's configuration: says so already",
            ],
        ),
        SetupAction::Uninstall => (
            [
                format!("{file}: the driver's lines are removed"),
                format!("{file}: has no line of the driver"),
            ],
            [
                "git's configuration: the driver is removed",
                "git's configuration: has no such driver",
            ],
        ),
        SetupAction::Check => (
            [
                format!("{file}: names the driver"),
                format!("{file}: does not name the driver for all files"),
            ],
            [
                "git's configuration: says how the driver is called",
                "git's configuration: does not say how the driver is called",
            ],
        ),
    };
    let [attributes_yes, attributes_no] = attributes;
    let attributes = if setup.in_attributes {
        attributes_yes
    } else {
        attributes_no
    };
    let config = config[usize::from(!setup.in_config)];
    let mut text = format!("{attributes}\n{config}\n");
    let is_complete = setup.in_attributes && setup.in_config;
    if setup.action == SetupAction::Check && !is_complete {
        text.push_str("hint: `modsmith merge-driver --install` sets it up\n");
    }
    text
}

fn conflict(conflict: &Conflict) -> String {
    let side = |said: &Option<String>| said.clone().unwrap_or_else(|| "nothing".to_owned());
    let (ours, theirs) = (side(&conflict.ours), side(&conflict.theirs));
    let why = match conflict.reason {
        Reason::BothChanged => "both sides changed it",
        Reason::Excluded => "one side requires the version that the other one excludes",
        Reason::Hashes => {
            "the sides have different hashes, so one of them is wrong: ask `modsmith verify sumdb`"
        }
    };
    format!(
        "{}: {why}; ours: {ours}; theirs: {theirs}",
        conflict.subject
    )
}

fn note(note: &Note) -> String {
    match note {
        Note::Higher {
            subject,
            taken,
            left,
        } => format!("{subject}: {taken}, the higher one, instead of {left}"),
        Note::KeptChanged { subject, kept } => {
            format!("{subject}: kept at {kept}; one side removed it, the other one changed it")
        }
        Note::HashChanged { subject } => {
            format!("{subject}: has another hash than before the merge; a version never changes")
        }
        Note::CommentLeft { text } => format!("comment of their side left out: {text}"),
    }
}

fn proof(proof: &Proof) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(modules) = proof.modules {
        lines.push(format!(
            "proved: the graph resolves, with {modules} modules"
        ));
    }
    for raised in &proof.raised {
        let from = match &raised.from {
            Some(from) => format!("the file says {from}"),
            None => "the file does not name it".to_owned(),
        };
        lines.push(format!(
            "`modsmith mod tidy` is due: {} is needed, {from}",
            raised.module
        ));
    }
    if let Some(hashes) = &proof.hashes {
        if 0 < hashes.agree {
            lines.push(format!(
                "proved: {} agree with the module cache",
                counted(hashes.agree)
            ));
        }
        if 0 < hashes.unknown {
            let unknown = counted(hashes.unknown);
            lines.push(format!(
                "not proved: {unknown}, of modules that are not in the module cache"
            ));
        }
        let differ = hashes.differ.iter();
        lines.extend(differ.map(|what| format!("DIFFERS from the module cache: {what}")));
    }
    if let Some(reason) = &proof.unproved {
        lines.push(format!("not proved: {}", reason.replace('\n', " ")));
    }
    lines
}

fn counted(hashes: usize) -> String {
    let plural = if hashes == 1 { "hash" } else { "hashes" };
    format!("{hashes} {plural}")
}
