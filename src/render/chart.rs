//! The module graph as what a drawing shows.

use std::collections::HashMap;

use crate::domain::layout::{Chart, Item};
use crate::domain::mvs::graph::NodeId;
use crate::ops::graph::Report;

/// Returns the module versions, main modules first, then by path and version, and what requires what.
pub(super) fn chart(report: &Report) -> Chart {
    let graph = &report.graph;
    let replaced: HashMap<_, _> = report
        .replaced
        .iter()
        .map(|(old, new)| (old, new))
        .collect();
    let is_main = |node: NodeId| {
        let module = graph.module(node);
        module.version.is_empty() && report.main.contains(module)
    };
    let (mut order, others): (Vec<_>, Vec<_>) =
        graph.by_path().into_iter().partition(|&node| is_main(node));
    order.extend(others);
    let mut position = vec![0; graph.len()];
    for (at, node) in order.iter().enumerate() {
        position[node.index()] = at;
    }
    let find = |module| (!replaced.is_empty()).then(|| replaced.get(module))?;
    let items = order.iter().map(|&node| {
        let module = graph.module(node);
        Item {
            module: module.clone(),
            is_main: is_main(node),
            is_selected: graph.is_selected(node),
            replacement: find(module).map(ToString::to_string),
        }
    });
    let mut requirements = Vec::new();
    for &node in &order {
        for &required in graph.required(node).unwrap_or_default() {
            // Requirements of the version `none` exclude the module: they are not in the graph.
            if graph.module(required).version.as_str() != "none" {
                requirements.push((position[node.index()], position[required.index()]));
            }
        }
    }
    Chart {
        items: items.collect(),
        requirements,
    }
}
