//! Mermaid flowcharts.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::ops::graph::Report;

/// Returns the graph as a flowchart; versions that are not selected have the class `lost`.
pub fn graph(report: &Report) -> String {
    let graph = &report.graph;
    let order = graph.breadth_first();
    let numbers: HashMap<_, _> = order
        .iter()
        .zip(0..)
        .map(|(&node, number): (_, usize)| (node, number))
        .collect();
    let mut text = String::from("flowchart LR\n");
    let mut lost = Vec::new();
    for node in &order {
        let number = numbers[node];
        let label = escaped(&graph.module(*node).to_string());
        push(&mut text, format_args!("    n{number}[\"{label}\"]\n"));
        if !graph.is_selected(*node) {
            lost.push(format!("n{number}"));
        }
    }
    for node in &order {
        for required in graph.required(*node).unwrap_or_default() {
            push(
                &mut text,
                format_args!("    n{} --> n{}\n", numbers[node], numbers[required]),
            );
        }
    }
    if !lost.is_empty() {
        text.push_str("    classDef lost color:#888,stroke:#bbb\n");
        push(
            &mut text,
            format_args!("    class {} lost\n", lost.join(",")),
        );
    }
    text
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("a string takes any text");
}

/// Returns text for a quoted label: Mermaid has entities instead of escapes.
fn escaped(label: &str) -> String {
    label
        .replace('&', "#amp;")
        .replace('"', "#quot;")
        .replace('<', "#lt;")
        .replace('>', "#gt;")
}
