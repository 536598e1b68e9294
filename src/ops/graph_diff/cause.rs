//! Who brought a change about: the chain to the version that came or went, and the first of its requirements that the
//! other side does not have.

use super::Cause;
use super::side::Side;
use crate::domain::graph::diff::Kind;
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::graph::Graph;
use crate::ops::chains::{Chains, Direct};
use crate::ops::places::Places;

/// Finds the causes of changes.
pub(super) struct Causes<'s> {
    before: Half<'s>,
    after: Half<'s>,
}

struct Half<'s> {
    graph: &'s Graph,
    chains: Chains<'s>,
    places: Places<'s, 's>,
}

impl<'s> Half<'s> {
    fn new(side: &'s Side<'s>) -> Self {
        Self {
            graph: &*side.graph,
            chains: Chains::new(&side.graph, &Direct::new(&side.session.mains)),
            places: Places::new(&side.session),
        }
    }
}

impl<'s> Causes<'s> {
    pub(super) fn new(before: &'s Side<'s>, after: &'s Side<'s>) -> Self {
        Self {
            before: Half::new(before),
            after: Half::new(after),
        }
    }

    pub(super) fn find(
        &self,
        kind: Kind,
        from: Option<&ModuleVersion>,
        to: Option<&ModuleVersion>,
    ) -> Cause {
        let (here, there, module) = match kind {
            Kind::Added | Kind::Upgraded => (&self.after, &self.before, to),
            Kind::Removed | Kind::Downgraded => (&self.before, &self.after, from),
        };
        let Some(node) = module.and_then(|module| here.graph.node(module)) else {
            return Cause::default();
        };
        let chain = here.chains.modules(node);
        let is_there = |pair: &[ModuleVersion]| {
            let (Some(from), Some(to)) = (there.graph.node(&pair[0]), there.graph.node(&pair[1]))
            else {
                return false;
            };
            there.graph.required(from).unwrap_or_default().contains(&to)
        };
        Cause {
            edge: chain.windows(2).position(|pair| !is_there(pair)),
            chain: here.places.chain(&chain),
        }
    }
}
