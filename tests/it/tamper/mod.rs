//! Tampering: each single change to a clean world is found and named, with its exit code; the clean world gives no
//! finding. One table; each part has its rows in its own file.

mod binary;
mod cache;
mod module;
mod sum;
mod sumdb;
mod vendor;
pub(crate) mod world;

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde_json::Value;

use crate::support::json_schema;
use crate::tamper::world::World;

/// One change, and what must be said about it.
pub(crate) struct Row {
    /// What is done, in a few words; unique.
    pub(crate) name: &'static str,
    /// Makes the clean world.
    pub(crate) world: fn() -> World,
    /// The change.
    pub(crate) change: fn(&World),
    /// The command line, without a format.
    pub(crate) command: &'static str,
    /// The rule that must be named.
    pub(crate) rule: &'static str,
    /// Text that must stand in that finding: the subject, or the file.
    pub(crate) names: &'static str,
    /// The exit code.
    pub(crate) code: i32,
}

/// A row in short, for many rows with one command: its name, the change, the rule, the text, the exit code.
pub(crate) type Change = (&'static str, fn(&World), &'static str, &'static str, i32);

/// Makes rows that start from the usual world.
pub(crate) fn rows_of(command: &'static str, changes: &[Change]) -> Vec<Row> {
    let row = |&(name, change, rule, names, code): &Change| Row {
        name,
        world: World::new,
        change,
        command,
        rule,
        names,
        code,
    };
    changes.iter().map(row).collect()
}

fn rows() -> Vec<Row> {
    [
        binary::rows(),
        cache::rows(),
        module::rows(),
        sum::rows(),
        sumdb::rows(),
        vendor::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_change_is_found_and_named() {
    let rows = rows();
    let faults: Vec<String> = rows.par_iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(40 <= rows.len(), "only {} changes", rows.len());
    println!("{} changes found", rows.len());
}

#[test]
fn names_are_unique() {
    let rows = rows();
    let names: BTreeSet<_> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), rows.len());
}

#[test]
fn clean_worlds_give_no_finding() {
    let mut seen = BTreeSet::new();
    let mut rows = rows();
    rows.retain(|row| seen.insert((row.command, row.world as usize)));
    let clean = |row: &Row| {
        let (code, report) = run(&(row.world)(), row.command);
        let is_clean = code == Some(0) && report["findings"] == Value::Array(Vec::new());
        (!is_clean).then(|| format!("{}: `{}`: {code:?}\n{report:#}", row.name, row.command))
    };
    let faults: Vec<String> = rows.par_iter().filter_map(clean).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Returns what is wrong with the answer to one change.
fn fault(row: &Row) -> Option<String> {
    let world = (row.world)();
    (row.change)(&world);
    let (code, report) = run(&world, row.command);
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let is_named = findings
        .iter()
        .any(|finding| finding["rule"] == row.rule && finding.to_string().contains(row.names));
    let schema = schema_faults(&report);
    let is_good = code == Some(row.code) && is_named && schema.is_empty();
    (!is_good).then(|| {
        format!(
            "{}: `{}` must end with {} and a finding {} that names `{}`; it ended with {code:?}\n{schema:?}\n{report:#}",
            row.name, row.command, row.code, row.rule, row.names
        )
    })
}

/// Runs a command; where there is no report, stderr stands for it.
fn run(world: &World, command: &str) -> (Option<i32>, Value) {
    let run = world.sandbox.run(&format!("{command} --format json"));
    let report = serde_json::from_str(&run.stdout).unwrap_or(Value::String(run.stderr));
    (run.code, report)
}

/// Returns where a report differs from the schema that is published.
fn schema_faults(report: &Value) -> Vec<String> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/render/json/verify.schema.json"
    );
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    json_schema::faults(&schema, report)
}
