//! Graphviz DOT.

use std::fmt::Write as _;

use crate::ops::graph::Report;

/// Returns the graph as a DOT digraph; versions that are not selected are grey.
pub fn graph(report: &Report) -> String {
    let graph = &report.graph;
    let mut text = String::from("digraph modules {\n\trankdir=LR;\n\tnode [shape=box];\n");
    let order = graph.breadth_first();
    for &node in &order {
        let name = quoted(&graph.module(node).to_string());
        let style = if report.main.contains(graph.module(node)) {
            " [style=bold]"
        } else if graph.is_selected(node) {
            ""
        } else {
            " [color=grey, fontcolor=grey]"
        };
        push(&mut text, format_args!("\t{name}{style};\n"));
    }
    for &node in &order {
        let from = quoted(&graph.module(node).to_string());
        for &required in graph.required(node).unwrap_or_default() {
            let to = quoted(&graph.module(required).to_string());
            push(&mut text, format_args!("\t{from} -> {to};\n"));
        }
    }
    text.push_str("}\n");
    text
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("a string takes any text");
}

/// Returns a quoted DOT identifier.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}
