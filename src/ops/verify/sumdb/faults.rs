//! What went wrong with lookups: each thing is said once, however many lines it concerns.

use std::collections::{BTreeMap, BTreeSet};

use super::{Claim, Module, evidence, rules};
use crate::adapters::sumdb::{SumDbClient, SumDbError, SumDbFault};
use crate::domain::sumdb::checker::CheckError;
use crate::ops::failure::Failure;
use crate::ops::verify::report::{Finding, Place, Report};

/// The faults of one run.
pub(super) struct Faults<'a> {
    client: &'a SumDbClient,
    modules: BTreeSet<&'a Module>,
    /// By their text: what went wrong, and the lines that it concerns.
    groups: BTreeMap<String, Group<'a>>,
}

struct Group<'a> {
    fault: SumDbFault,
    error: Option<SumDbError>,
    /// What it is about, where it is about no line.
    subject: String,
    lines: Vec<&'a Claim<'a>>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(client: &'a SumDbClient) -> Self {
        Self {
            client,
            modules: BTreeSet::new(),
            groups: BTreeMap::new(),
        }
    }

    /// Returns how many module versions could not be proven.
    pub(super) fn modules(&self) -> usize {
        self.modules.len()
    }

    /// Notes why a module version could not be proven.
    pub(super) fn add(&mut self, module: &'a Module, claims: &'a [Claim<'a>], error: SumDbError) {
        self.modules.insert(module);
        let fault = (*error.fault).clone();
        let (path, version) = module;
        let subject = format!("{path}@{version}");
        let group = self.group(fault, subject);
        group.lines.extend(claims);
        group.error = Some(error);
    }

    /// Notes what is wrong with a tree head.
    pub(super) fn add_head(&mut self, subject: &str, fault: SumDbFault) {
        self.group(fault, subject.to_owned());
    }

    fn group(&mut self, fault: SumDbFault, subject: String) -> &mut Group<'a> {
        // What concerns one record alone is said of each; the rest is about the database.
        let key = match shared(&fault) {
            Some(key) => key,
            None => format!("{subject}\n{fault}"),
        };
        self.groups.entry(key).or_insert(Group {
            fault,
            error: None,
            subject,
            lines: Vec::new(),
        })
    }

    /// Turns the faults into findings, or into a failure where there is nothing to report.
    pub(super) fn end(self, proven: usize, report: &mut Report) -> Result<(), Failure> {
        // Where the database has forked, tiles of the other history are bad for no other reason.
        let is_forked = self.groups.values().any(|group| is_fork(&group.fault));
        for group in self.groups.into_values() {
            if is_forked && is_of_start(&group.fault) {
                continue;
            }
            if is_failure(&group.fault, proven)
                && report.findings.is_empty()
                && let Some(error) = group.error
            {
                return Err(error.into());
            }
            report.findings.push(finding(self.client, &group));
        }
        Ok(())
    }
}

fn is_fork(fault: &SumDbFault) -> bool {
    matches!(fault, SumDbFault::Check { fault, .. } if fault.fork().is_some())
}

fn is_of_start(fault: &SumDbFault) -> bool {
    !is_fork(fault)
        && matches!(
            fault,
            SumDbFault::Check {
                fault: CheckError::Start(_),
                ..
            }
        )
}

/// Reports whether there is no more to say than that nothing could be asked.
fn is_failure(fault: &SumDbFault, proven: usize) -> bool {
    match fault {
        SumDbFault::Remote { .. } => proven == 0 && !fault.is_unknown(),
        SumDbFault::Url(_) | SumDbFault::NoDirectory | SumDbFault::File(_) => true,
        SumDbFault::Check { fault, .. } => is_key(fault),
        SumDbFault::Offline { .. } | SumDbFault::Private => false,
    }
}

fn is_key(fault: &CheckError) -> bool {
    match fault {
        CheckError::Key(_) => true,
        CheckError::Start(fault) => is_key(fault),
        _ => false,
    }
}

/// Returns the same text for what is one and the same thing, whichever lookup came upon it.
fn shared(fault: &SumDbFault) -> Option<String> {
    match fault {
        SumDbFault::Check { fault, .. } => match fault.fork() {
            Some(fork) => Some(fork.to_string()),
            None if matches!(fault, CheckError::Start(_)) || !fault.tiles().is_empty() => {
                Some(fault.to_string() + &tiles(fault))
            }
            None => None,
        },
        SumDbFault::Url(_) | SumDbFault::NoDirectory | SumDbFault::File(_) => {
            Some(fault.to_string())
        }
        SumDbFault::Remote { .. } | SumDbFault::Offline { .. } | SumDbFault::Private => None,
    }
}

fn finding(client: &SumDbClient, group: &Group<'_>) -> Finding {
    let finding = match &group.fault {
        SumDbFault::Check { fault, .. } => of_check(client, group, fault),
        fault if fault.is_unknown() => {
            let message = format!("{} does not know it", client.name());
            Finding::new(&rules::UNKNOWN_MODULE, &group.subject, message)
                .fix("if the module is private, name it in GOPRIVATE")
        }
        SumDbFault::Offline { .. } => {
            Finding::new(&rules::NOT_PROVEN, &group.subject, group.fault.to_string())
                .fix("run it once without `--offline`")
        }
        SumDbFault::Remote { .. }
        | SumDbFault::Private
        | SumDbFault::Url(_)
        | SumDbFault::File(_)
        | SumDbFault::NoDirectory => {
            Finding::new(&rules::NOT_PROVEN, &group.subject, group.fault.to_string())
        }
    };
    match (&finding.place, group.lines.first()) {
        (None, Some(first)) => finding.at(first.place()),
        _ => finding,
    }
}

fn of_check(client: &SumDbClient, group: &Group<'_>, fault: &CheckError) -> Finding {
    if let Some(fork) = fault.fork() {
        let (older, newer) = (&fork.older, &fork.newer);
        let message = format!(
            "security error: the signed tree of {} records does not begin with the signed tree of {} records",
            newer.tree.size, older.tree.size
        );
        let finding = Finding::new(&rules::FORK, client.name(), message)
            .differs(older.tree.hash.to_string(), fork.found.to_string())
            .fix("believe nothing that was looked up, keep the evidence, and report it");
        return evidence::attach(finding, client, [older, newer], &fork.to_string());
    }
    if matches!(fault, CheckError::Escape(_)) {
        return Finding::new(&rules::UNKNOWN_MODULE, &group.subject, fault.to_string());
    }
    let lines = group.lines.len();
    let message = first_line(&fault.to_string());
    let tiles = tiles(fault);
    if !tiles.is_empty() {
        let message = format!("{message}; {lines} lines of go.sum depend on it");
        return Finding::new(
            &rules::BAD_PROOF,
            format!("{}{tiles}", client.name()),
            message,
        )
        .fix(format!(
            "remove these files from {} and try again",
            client.directory().display()
        ));
    }
    if let (CheckError::Start(_), Some(file)) = (fault, client.latest_file()) {
        let file = file.to_string_lossy().replace('\\', "/");
        return Finding::new(&rules::BAD_PROOF, &file, message)
            .at(Place::file(&file))
            .fix("if nothing else is wrong, remove the file; the next lookup writes it anew");
    }
    Finding::new(&rules::BAD_PROOF, &group.subject, message)
}

/// Names the tiles that are at fault, each after a space.
fn tiles(fault: &CheckError) -> String {
    let tiles = fault.tiles().iter();
    tiles.fold(String::new(), |text, tile| text + " " + &tile.to_string())
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
