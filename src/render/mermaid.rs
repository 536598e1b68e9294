//! Mermaid flowcharts.

use crate::domain::mvs::graph::NodeId;
use crate::ops::graph::Report;

/// Returns the graph as a flowchart; versions that are not selected have the class `lost`.
pub fn graph(report: &Report) -> String {
    let graph = &report.graph;
    let order = graph.breadth_first();
    let mut names = vec![String::new(); graph.len()];
    for (number, node) in order.iter().enumerate() {
        names[node.index()] = format!("n{number}");
    }
    let name = |node: &NodeId| names[node.index()].as_str();
    let mut text = String::from("flowchart LR\n");
    let mut lost = Vec::new();
    for node in &order {
        let label = escaped(graph.module(*node).to_string());
        for part in ["    ", name(node), "[\"", &label, "\"]\n"] {
            text.push_str(part);
        }
        if !graph.is_selected(*node) {
            lost.push(name(node));
        }
    }
    for node in &order {
        for required in graph.required(*node).unwrap_or_default() {
            // Requirements of the version `none` exclude the module: they are not in the graph.
            if !name(required).is_empty() {
                for part in ["    ", name(node), " --> ", name(required), "\n"] {
                    text.push_str(part);
                }
            }
        }
    }
    if !lost.is_empty() {
        text.push_str("    classDef lost color:#888,stroke:#bbb\n");
        for part in ["    class ", &lost.join(","), " lost\n"] {
            text.push_str(part);
        }
    }
    text
}

/// Returns text for a quoted label: Mermaid has entities instead of escapes.
fn escaped(label: String) -> String {
    if !label.contains(['&', '"', '<', '>']) {
        return label;
    }
    label
        .replace('&', "#amp;")
        .replace('"', "#quot;")
        .replace('<', "#lt;")
        .replace('>', "#gt;")
}
