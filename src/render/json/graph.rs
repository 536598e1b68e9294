//! `graph` as JSON, schema `modsmith.graph/1`.

use serde::Serialize;

use crate::ops::graph::Report;

#[derive(Serialize)]
struct Graph<'a> {
    schema: &'static str,
    modules: Vec<Module<'a>>,
    /// Written by [`put_requirements`]: there are tens of thousands.
    requirements: [usize; 0],
}

#[derive(Serialize)]
struct Module<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    main: bool,
    selected: bool,
}

/// Returns modules sorted by path and version, and requirements as pairs of positions in that list.
pub fn render(report: &Report) -> Vec<u8> {
    let graph = &report.graph;
    let order = graph.by_path();
    let mut position = vec![None; graph.len()];
    for (index, node) in order.iter().enumerate() {
        position[node.index()] = Some(index);
    }
    let modules = order.iter().map(|&node| {
        let module = graph.module(node);
        Module {
            path: module.path.as_str(),
            version: module.version.as_str(),
            main: module.version.is_empty() && report.main.contains(module),
            selected: graph.is_selected(node),
        }
    });
    let requirements = order.iter().map(|&node| {
        let required = graph.required(node).unwrap_or_default().iter();
        // Requirements of the version `none` exclude the module: they are not in the graph.
        let mut to: Vec<usize> = required.filter_map(|to| position[to.index()]).collect();
        to.sort_unstable();
        to.dedup();
        to
    });
    let requirements: Vec<_> = requirements.collect();
    let mut bytes = super::document(&Graph {
        schema: "modsmith.graph/1",
        modules: modules.collect(),
        requirements: [],
    });
    put_requirements(&mut bytes, &requirements);
    bytes
}

/// Writes the requirements of each module into the empty list at the end: pairs of positions in `modules`.
fn put_requirements(bytes: &mut Vec<u8>, requirements: &[Vec<usize>]) {
    const END: &[u8] = b"]\n}\n";
    let pairs: usize = requirements.iter().map(Vec::len).sum();
    if pairs == 0 || !bytes.ends_with(END) {
        return;
    }
    bytes.truncate(bytes.len() - END.len());
    let numbers: Vec<String> = (0..requirements.len())
        .map(|to| format!("{to}\n    }}"))
        .collect();
    // As long as a pair with numbers of five digits.
    bytes.reserve(pairs * 52 + END.len());
    let mut before = "\n";
    for (from, required) in requirements.iter().enumerate() {
        let first = format!("    {{\n      \"from\": {from},\n      \"to\": ");
        for &to in required {
            for part in [before, &first, &numbers[to]] {
                bytes.extend_from_slice(part.as_bytes());
            }
            before = ",\n";
        }
    }
    bytes.extend_from_slice(b"\n  ");
    bytes.extend_from_slice(END);
}
