//! The build without one line, compared with the build as it is.

use std::sync::Arc;

use super::{Effect, ReplaceLine, Standing};
use crate::domain::graph::diff::changes;
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::compare_versions;
use crate::domain::mvs::graph::Graph;
use crate::ops::failure::Failure;
use crate::ops::files::{Files, Start};
use crate::ops::load::{self, LoadError, LoadOptions, Purpose};
use crate::ops::main_modules::replacements;
use crate::ops::session::Session;
use crate::ops::source::{Shared, Source};
use crate::ops::why_version::{Change, selected};

pub(super) async fn add(
    session: &Session<'_>,
    options: &LoadOptions,
    graph: &Graph,
    lines: &mut [ReplaceLine],
) -> Result<(), Failure> {
    let shared = Arc::default();
    let before = selected(graph);
    let order = |path: &ModulePath, a: &Version, b: &Version| {
        compare_versions(path.as_str(), a.as_str(), b.as_str())
    };
    for line in lines {
        let counts = matches!(
            line.standing,
            Standing::InForce | Standing::RequirementsOnly(_)
        );
        if !counts {
            continue;
        }
        line.effect = Some(
            match Box::pin(without(session, options, line, &shared)).await {
                Err(error) => Effect::Fails(error.to_string()),
                Ok((without, uses)) => {
                    let after = selected(&without);
                    let changed = changes(&before, &after, order).into_iter();
                    Effect::Uses {
                        uses,
                        changes: changed.map(Change::from).collect(),
                    }
                }
            },
        );
    }
    Ok(())
}

async fn without(
    with: &Session<'_>,
    options: &LoadOptions,
    line: &ReplaceLine,
    shared: &Arc<Shared>,
) -> Result<(Graph, Option<ModuleVersion>), LoadError> {
    let ctx = with.ctx;
    let start = Start::of(ctx);
    let mut source = Source::sharing(ctx, Files::Disk, Arc::clone(shared))?;
    // What only this line decides is not known.
    let earlier = with.source.earlier.as_ref();
    source.earlier = earlier.map(|known| known.except(line.old.path.clone()));
    let (mut mains, mode, source) =
        load::find_at(ctx, Purpose::Graph, options, start, source).await?;
    let replace = match (line.member, &mut mains.work) {
        (Some(member), _) => &mut mains.modules[member].file.replace,
        (None, Some(work)) => &mut work.file.replace,
        (None, None) => return Err(LoadError::UpdatesNeeded),
    };
    if line.position < replace.len() {
        replace.remove(line.position);
    }
    mains.replacements = replacements(&mains.modules, mains.work.as_ref())?;
    source.take_sums(&with.source);
    let (session, requirements) = load::start(ctx, Purpose::Graph, mains, mode, source).await?;
    let graph = session.expand(requirements).await?.1;
    let selected = graph.selected(&line.old.path).map(|version| ModuleVersion {
        path: line.old.path.clone(),
        version: version.clone(),
    });
    let uses = selected.and_then(|module| session.shown_replacement(&module));
    Ok((graph, uses))
}
