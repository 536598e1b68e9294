//! `graph` as JSON, schema `modsmith.graph/1`.
//!
//! It is written here and not by a serializer, with the same blanks and line ends: there are tens of thousands of
//! requirements.

use crate::domain::mvs::graph::NodeId;
use crate::ops::graph::Report;

const SCHEMA: &str = "modsmith.graph/1";

/// As long as a module with a name of ordinary length, and as a pair with numbers of five digits.
const LENGTHS: (usize, usize) = (160, 52);

/// Returns modules sorted by path and version, and requirements as pairs of positions in that list.
pub fn render(report: &Report) -> Vec<u8> {
    let graph = &report.graph;
    let order = graph.by_path();
    let required = |node: NodeId| graph.required(node).unwrap_or_default();
    let pairs: usize = order.iter().map(|&node| required(node).len()).sum();
    let mut bytes = Vec::with_capacity(order.len() * LENGTHS.0 + pairs * LENGTHS.1);
    put(
        &mut bytes,
        &["{\n  \"schema\": \"", SCHEMA, "\",\n  \"modules\": ["],
    );
    put_modules(&mut bytes, report, &order);
    put(&mut bytes, &["],\n  \"requirements\": ["]);
    put_requirements(&mut bytes, report, &order);
    put(&mut bytes, &["]\n}\n"]);
    bytes
}

fn put_modules(bytes: &mut Vec<u8>, report: &Report, order: &[NodeId]) {
    for (at, &node) in order.iter().enumerate() {
        let module = report.graph.module(node);
        let before = if at == 0 { "\n" } else { ",\n" };
        put(bytes, &[before, "    {\n      \"path\": "]);
        put_text(bytes, module.path.as_str());
        if !module.version.is_empty() {
            put(bytes, &[",\n      \"version\": "]);
            put_text(bytes, module.version.as_str());
        }
        let is_main = module.version.is_empty() && report.main.contains(module);
        let is_selected = report.graph.is_selected(node);
        put(bytes, &[",\n      \"main\": ", word(is_main)]);
        put(
            bytes,
            &[",\n      \"selected\": ", word(is_selected), "\n    }"],
        );
    }
    if !order.is_empty() {
        put(bytes, &["\n  "]);
    }
}

/// Writes the requirements of each module: pairs of positions in the list of modules.
fn put_requirements(bytes: &mut Vec<u8>, report: &Report, order: &[NodeId]) {
    // Requirements of the version `none` exclude the module: they are not in the graph.
    let mut position = vec![None; report.graph.len()];
    for (at, node) in order.iter().enumerate() {
        position[node.index()] = Some(at);
    }
    let ends: Vec<String> = (0..order.len()).map(|to| format!("{to}\n    }}")).collect();
    let mut to = Vec::new();
    // Nothing stands before the first pair.
    let mut comma = 1;
    for (from, &node) in order.iter().enumerate() {
        let required = report.graph.required(node).unwrap_or_default();
        to.clear();
        to.extend(required.iter().filter_map(|node| position[node.index()]));
        to.sort_unstable();
        to.dedup();
        let begin = format!(",\n    {{\n      \"from\": {from},\n      \"to\": ");
        for &to in &to {
            put(bytes, &[&begin[comma..], &ends[to]]);
            comma = 0;
        }
    }
    if comma == 0 {
        put(bytes, &["\n  "]);
    }
}

fn put(bytes: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        bytes.extend_from_slice(part.as_bytes());
    }
}

/// Writes a text with its quotes, escaped.
fn put_text(bytes: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(bytes, text).expect("a text is JSON, and memory takes it");
}

fn word(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}
