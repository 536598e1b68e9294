//! What only proxies know: tags, retractions and deprecations of versions newer than the selected ones.

use futures_util::stream::{self, StreamExt as _};

use super::versions::{add_deprecated, add_retracted};
use super::{Linter, rules};
use crate::domain::module::path::split_path_version;
use crate::domain::module::timestamp::Timestamp;
use crate::domain::module::{ModuleVersion, Version, pseudo, version};
use crate::ops::query::{self, Allowed};
use crate::ops::session::Session;

/// How many modules are asked about at once.
const AT_ONCE: usize = 16;

/// What proxies said of one module.
#[derive(Default)]
struct Facts {
    retracted: Option<String>,
    deprecated: String,
    /// Whether the path ends in a major version of which there is no tag.
    has_no_tag: bool,
    /// The lowest release above a pseudo-version, and when it was committed, where that is not before the commit.
    tag_after: Option<(Version, Timestamp)>,
    error: Option<String>,
}

pub(super) async fn check(linter: &mut Linter<'_, '_>) {
    let session = linter.session;
    let modules = linter.list.clone();
    let modules = modules
        .into_iter()
        .filter(|module| !linter.is_replaced(module));
    let modules: Vec<_> = modules.collect();
    let ask = |module: ModuleVersion| async move {
        let facts = Box::pin(ask(session, &module)).await;
        (module, facts)
    };
    let answers: Vec<_> = stream::iter(modules)
        .map(ask)
        .buffered(AT_ONCE)
        .collect()
        .await;
    // What the version's own go.mod says was found before.
    let is_known = |linter: &Linter<'_, '_>, id: &str, module: &ModuleVersion| {
        let subject = module.to_string();
        linter
            .found
            .iter()
            .any(|found| found.finding.rule.id == id && found.finding.subject == subject)
    };
    for (module, facts) in answers {
        if let Some(why) = &facts.retracted
            && !is_known(linter, rules::RETRACTED.id, &module)
        {
            add_retracted(linter, &module, why);
        }
        if !facts.deprecated.is_empty() && !is_known(linter, rules::DEPRECATED.id, &module) {
            add_deprecated(linter, &module, &facts.deprecated);
        }
        if facts.has_no_tag {
            let (prefix, major, _) = split_path_version(module.path.as_str());
            let major = major.trim_start_matches('/');
            let message =
                format!("there is no tag {major}.x.y: only pseudo-versions can be required");
            let fix = format!("ask for a tag, or use {prefix}");
            linter.add(&rules::NO_TAG, &module, message, fix);
        }
        if let Some((tag, time)) = facts.tag_after {
            let message = format!("{tag} was tagged at or after that commit (its commit: {time})");
            let fix = format!("go get {}@{tag}", module.path);
            linter.add(&rules::TAG_AFTER, &module, message, fix);
        }
        if let Some(error) = facts.error {
            linter.remarks.push(format!(
                "{}: not asked for everything: {error}",
                module.path
            ));
        }
    }
}

async fn ask(session: &Session<'_>, module: &ModuleVersion) -> Facts {
    let mut facts = Facts::default();
    match query::retraction(session, module).await {
        Ok(found) => facts.retracted = found.map(|why| why.to_string()),
        Err(error) if error.is_not_found() => {}
        Err(error) => facts.error = Some(error.to_string()),
    }
    if let Ok(text) = query::deprecation(session, module).await {
        facts.deprecated = text;
    }
    if pseudo::is_pseudo(module.version.as_str())
        && let Err(error) = ask_tags(session, module, &mut facts).await
    {
        facts.error = Some(error);
    }
    facts
}

async fn ask_tags(
    session: &Session<'_>,
    module: &ModuleVersion,
    facts: &mut Facts,
) -> Result<(), String> {
    let listed = query::versions(session, &module.path, Allowed::NotExcludedNorRetracted).await;
    let list = listed.map_err(|error| error.to_string())?.list;
    let (_, major, _) = split_path_version(module.path.as_str());
    facts.has_no_tag = list.is_empty() && major.starts_with("/v");
    let Ok(committed) = pseudo::time(module.version.as_str()) else {
        return Ok(());
    };
    let is_later = |tag: &&Version| {
        version::prerelease(tag.as_str()).is_empty()
            && !version::is_incompatible(tag.as_str())
            && version::compare(tag.as_str(), module.version.as_str()).is_gt()
    };
    let mut later: Vec<_> = list.iter().filter(is_later).collect();
    later.sort_by(|a, b| version::compare(a.as_str(), b.as_str()));
    // Tags of an old line may be lower than the base of the pseudo-version; those above it come in its order.
    let Some(tag) = later.first() else {
        return Ok(());
    };
    let found = query::query(
        session,
        &module.path,
        tag.as_str(),
        &Version::none(),
        Allowed::All,
    )
    .await;
    let time = found.map_err(|error| error.to_string())?.time;
    if let Some(time) = time.as_deref().and_then(Timestamp::parse_rfc3339)
        && committed <= time
    {
        facts.tag_after = Some(((*tag).clone(), time));
    }
    Ok(())
}
