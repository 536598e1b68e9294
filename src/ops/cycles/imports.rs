//! Cycles of imports between main modules.

use std::collections::BTreeMap;

use super::{Component, Report};
use crate::domain::graph::digraph::Digraph;
use crate::domain::graph::scc;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::imports;
use crate::ops::load::{self, LoadOptions, Purpose};
use crate::ops::places::{Edge, Line};

pub(super) async fn find(ctx: &Context, load: &LoadOptions) -> Result<Report, Failure> {
    let (mains, _, _) = Box::pin(load::find(ctx, Purpose::Graph, load)).await?;
    let modules = &mains.modules;
    let mut shown: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
    for (from, main) in modules.iter().enumerate() {
        for package in imports::of_main(main)? {
            for (import, site) in &package.imports {
                let owner = |&to: &usize| is_within(import, modules[to].module.path.as_str());
                // The longest path wins, as where Go looks for a package.
                let owners = (0..modules.len()).filter(owner);
                let longest = owners.max_by_key(|&to| modules[to].module.path.as_str().len());
                let Some(to) = longest.filter(|&to| to != from) else {
                    continue;
                };
                shown.entry((from, to)).or_insert_with(|| Edge {
                    from: main.module.clone(),
                    to: modules[to].module.clone(),
                    line: Some(Line {
                        file: ctx.short_path(&site.file),
                        line: site.line,
                        text: format!("import {import:?}"),
                    }),
                    is_indirect: false,
                });
            }
        }
    }
    let edges: Vec<_> = shown.keys().copied().collect();
    let graph = Digraph::new(modules.len(), &edges);
    let found = scc::components(&graph);
    let name = |&at: &usize| modules[at].module.path.to_string();
    let cyclic = found.cyclic(&graph).filter(|component| 1 < component.len());
    let components = cyclic.map(|component| {
        let cycle = found.shortest_cycle(&graph, component);
        let next = cycle.iter().cycle().skip(1);
        let pairs = cycle.iter().zip(next);
        let mut modules: Vec<_> = component.iter().map(name).collect();
        modules.sort_unstable();
        Component {
            modules,
            cycle: pairs
                .filter_map(|(&from, &to)| shown.get(&(from, to)).cloned())
                .collect(),
            ..Component::default()
        }
    });
    let mut components: Vec<_> = components.collect();
    components.sort_by(|left, right| left.modules.cmp(&right.modules));
    Ok(Report {
        components,
        modules: modules.len(),
        ..Report::default()
    })
}

fn is_within(import: &str, module: &str) -> bool {
    let rest = import.strip_prefix(module);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
