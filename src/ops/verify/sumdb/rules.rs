//! The rules of the checksum database.

use crate::ops::verify::report::{Level, Rule};

/// The rules of this part.
pub const RULES: &[Rule] = &[
    LINE_DIFFERS,
    LINE_ABSENT,
    UNKNOWN_MODULE,
    BAD_PROOF,
    FORK,
    ROLLED_BACK,
    NOT_PROVEN,
    NO_SECOND_OPINION,
];

pub(super) const LINE_DIFFERS: Rule = Rule {
    id: "sumdb-line-differs",
    level: Level::Integrity,
    title: "go.sum has another hash than the checksum database",
    help: "The database's record is signed, is in the transparency log and is what everybody else gets. Do not use the module as go.sum has it. `modsmith verify explain` finds out who differs; if the module was private when the line was written, a public one of the same name may have appeared since.",
};

pub(super) const LINE_ABSENT: Rule = Rule {
    id: "sumdb-line-absent",
    level: Level::Integrity,
    title: "The record of the checksum database has no such line",
    help: "The database answered with a record that is not about this module version, or not about its go.mod. The go command calls this a security error. If it persists, ask the database past the proxy and keep both answers.",
};

pub(super) const UNKNOWN_MODULE: Rule = Rule {
    id: "sumdb-unknown-module",
    level: Level::Problem,
    title: "The checksum database does not know the module version",
    help: "Nobody vouches for the line. If the module is private, name it in GOPRIVATE or GONOSUMDB, so that it is no longer asked for; if it is public, its version was never fetched through a proxy, or its repository is gone.",
};

pub(super) const BAD_PROOF: Rule = Rule {
    id: "sumdb-bad-proof",
    level: Level::Integrity,
    title: "An answer of the checksum database does not hold",
    help: "A signature, a tile or a record is not what the log says. Either a file of the module cache was damaged or changed, or the proxy delivers wrong bytes. Remove the file that is named and try again; if it comes back, ask the database past the proxy.",
};

pub(super) const FORK: Rule = Rule {
    id: "sumdb-fork",
    level: Level::Integrity,
    title: "The checksum database has signed two histories",
    help: "Two signed tree heads contradict each other: one of them was made for a few eyes only. The evidence proves it to anybody who has the database's key. Believe nothing that was looked up, keep the evidence, and report it to those who run the database.",
};

pub(super) const ROLLED_BACK: Rule = Rule {
    id: "sumdb-rolled-back",
    level: Level::Integrity,
    title: "The checksum database shows fewer records than it had a day ago",
    help: "A log only grows. Somebody shows an old state of it, which hides what was recorded since: a proxy that has stood still for more than a day, or worse. Ask the database past the proxy, with `--second-opinion`.",
};

pub(super) const NOT_PROVEN: Rule = Rule {
    id: "sumdb-not-proven",
    level: Level::Problem,
    title: "A line could not be proven",
    help: "With `--offline` what is in the module cache must be enough; otherwise the database could not be reached. Run it once with the network.",
};

pub(super) const NO_SECOND_OPINION: Rule = Rule {
    id: "sumdb-no-second-opinion",
    level: Level::Problem,
    title: "The second way to the checksum database gave no tree head",
    help: "The URL is that of a module proxy, or of the database itself; below it stands `latest`.",
};
