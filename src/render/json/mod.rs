//! Reports as JSON with a versioned schema; the types here are private and built from the reports.

pub mod cycles;
pub mod download;
mod edges;
pub mod env;
pub mod failure;
mod findings;
pub mod get;
pub mod graph;
pub mod graph_diff;
pub mod lint;
pub mod list;
pub mod modfile;
pub mod packages;
pub mod replaces;
pub mod tidy;
pub mod trace;
pub mod tree;
pub mod vendor;
pub mod verify;
pub mod what_if;
pub mod why;
pub mod why_version;

/// Returns `value` as one indented JSON document with a line end.
fn document<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .expect("our own types serialize, and memory takes any bytes");
    bytes.push(b'\n');
    bytes
}
