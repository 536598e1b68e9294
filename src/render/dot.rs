//! Graphviz DOT.

use std::fmt::Write as _;

use crate::ops::graph::Report;

/// Returns the graph as a DOT digraph; versions that are not selected are grey.
pub fn graph(report: &Report) -> String {
    let graph = &report.graph;
    let mut text = String::from("digraph modules {\n\trankdir=LR;\n\tnode [shape=box];\n");
    let order = graph.breadth_first();
    let mut names = vec![String::new(); graph.len()];
    for &node in &order {
        let name = quoted(&graph.module(node).to_string());
        let module = graph.module(node);
        let style = if module.version.is_empty() && report.main.contains(module) {
            " [style=bold]"
        } else if graph.is_selected(node) {
            ""
        } else {
            " [color=grey, fontcolor=grey]"
        };
        push(&mut text, format_args!("\t{name}{style};\n"));
        names[node.index()] = name;
    }
    for &node in &order {
        for &required in graph.required(node).unwrap_or_default() {
            let required = names[required.index()].as_str();
            // Requirements of the version `none` exclude the module: they are not in the graph.
            if !required.is_empty() {
                for part in ["\t", &names[node.index()], " -> ", required, ";\n"] {
                    text.push_str(part);
                }
            }
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
    if name.contains(['\\', '"']) {
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("\"{name}\"");
    }
    format!("\"{name}\"")
}
