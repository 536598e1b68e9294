//! `graph` as JSON, schema `modsmith.graph/1`.

use serde::Serialize;

use crate::ops::graph::Report;

#[derive(Serialize)]
struct Graph<'a> {
    schema: &'static str,
    modules: Vec<Module<'a>>,
    requirements: Vec<Requirement>,
}

#[derive(Serialize)]
struct Module<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    main: bool,
    selected: bool,
}

/// A requirement as positions in `modules`.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Requirement {
    from: usize,
    to: usize,
}

/// Returns modules sorted by path and version, and requirements as pairs of positions in that list.
pub fn render(report: &Report) -> Vec<u8> {
    let graph = &report.graph;
    let mut order = graph.breadth_first();
    order.sort_by(|&a, &b| {
        let (a, b) = (graph.module(a), graph.module(b));
        a.path.cmp(&b.path).then_with(|| {
            crate::domain::mvs::compare_versions(
                a.path.as_str(),
                a.version.as_str(),
                b.version.as_str(),
            )
        })
    });
    let mut position = vec![0; graph.len()];
    for (index, node) in order.iter().enumerate() {
        position[node.index()] = index;
    }
    let modules = order.iter().map(|&node| Module {
        path: graph.module(node).path.as_str(),
        version: graph.module(node).version.as_str(),
        main: report.main.contains(graph.module(node)),
        selected: graph.is_selected(node),
    });
    let mut requirements: Vec<_> = order
        .iter()
        .flat_map(|&node| {
            graph
                .required(node)
                .unwrap_or_default()
                .iter()
                .map(move |&to| (node, to))
        })
        .map(|(from, to)| Requirement {
            from: position[from.index()],
            to: position[to.index()],
        })
        .collect();
    requirements.sort();
    requirements.dedup();
    let value = Graph {
        schema: "modsmith.graph/1",
        modules: modules.collect(),
        requirements,
    };
    super::document(&value)
}
