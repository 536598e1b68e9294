//! What may have been meant by an argument that nobody can follow.

use super::GetError;
use super::resolver::Resolver;
use crate::domain::module::goversion::mod_compare;
use crate::domain::module::version::is_valid;
use crate::domain::module::{ModulePath, Version};
use crate::ops::failure::FailureKind;
use crate::ops::query::{self, Allowed};
use crate::ops::session::Session;
use crate::ops::similar;

/// How many names are told.
const MAX_SIMILAR: usize = 3;

/// Returns a hint for each argument that was refused: modules of the build list with names like it, or, where it is one of
/// them, the published versions that are nearest.
pub(super) async fn hints(
    session: &Session<'_>,
    resolver: &Resolver<'_, '_, '_>,
    arguments: &[String],
    error: &GetError,
) -> Vec<String> {
    let errors = match error {
        GetError::Refused { errors, kind } if *kind != FailureKind::Integrity => errors,
        _ => return Vec::new(),
    };
    let mut hints = Vec::new();
    for argument in arguments {
        let is_refused = errors.iter().any(|error| error.starts_with(&**argument));
        let (path, query) = argument.split_once('@').unwrap_or((argument, ""));
        if !is_refused || path.contains("...") {
            continue;
        }
        let near = if resolver.initial.contains_key(path) {
            versions_near(session, path, query).await
        } else {
            let known = resolver.initial.keys().map(ModulePath::as_str);
            let near = similar::nearest(path, known, MAX_SIMILAR);
            near.into_iter().map(str::to_owned).collect()
        };
        let near: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
        if !near.is_empty() {
            hints.push(format!("did you mean {}?", near.join(" or ")));
        }
    }
    hints
}

/// Returns the published versions next to one that there is not: the highest below and the lowest above it.
async fn versions_near(session: &Session<'_>, path: &str, wanted: &str) -> Vec<String> {
    if !is_valid(wanted) {
        return Vec::new();
    }
    let module = ModulePath::new(path);
    let Ok(versions) = query::versions(session, &module, Allowed::NotExcludedNorRetracted).await
    else {
        return Vec::new();
    };
    if versions
        .list
        .iter()
        .any(|version| version.as_str() == wanted)
    {
        return Vec::new();
    }
    let order = |a: &Version, b: &str| mod_compare(path, a.as_str(), b);
    let below = versions.list.iter();
    let below = below.filter(|version| order(version, wanted).is_lt());
    let below = below.max_by(|a, b| order(a, b.as_str()));
    let above = versions.list.iter();
    let above = above.filter(|version| order(version, wanted).is_gt());
    let above = above.min_by(|a, b| order(a, b.as_str()));
    let near = below.into_iter().chain(above);
    near.map(|version| format!("{path}@{version}")).collect()
}
