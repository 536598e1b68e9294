//! What only proxies and repositories know of a module: newer versions, all versions, retraction, deprecation.

use futures_util::stream::{self, StreamExt as _};

use super::matches::{AT_ONCE, Lister};
use super::report::{Details, ModuleInfo, ZERO_TIME};
use crate::domain::direct::commit::merge_origins;
use crate::domain::module::query::Disallowed;
use crate::domain::module::{ModulePath, ModuleVersion, goversion};
use crate::ops::query::{self, Allowed, QueryError};

impl Lister<'_, '_> {
    pub(super) async fn add_details(&self, modules: &mut [ModuleInfo]) {
        if self.details
            == (Details {
                keep_going: self.details.keep_going,
                ..Details::default()
            })
        {
            return;
        }
        stream::iter(modules.iter_mut())
            .for_each_concurrent(AT_ONCE, |info| async move {
                self.add_detail(info).await;
                if let Some(replace) = &mut info.replace {
                    self.add_detail(replace).await;
                }
            })
            .await;
    }

    async fn add_detail(&self, info: &mut ModuleInfo) {
        let module = ModuleVersion::new(info.path.as_str(), info.version.as_str());
        if self.details.updates {
            self.add_update(info, &module).await;
        }
        if self.details.versions {
            self.add_versions(info, &module.path).await;
        }
        if self.details.retracted || self.details.updates {
            self.add_retraction(info, &module).await;
        }
        if self.details.updates {
            match query::deprecation(self.session, &module).await {
                Ok(text) => info.deprecated = text,
                Err(error) => note_error(info, &error),
            }
        }
    }

    async fn add_update(&self, info: &mut ModuleInfo, module: &ModuleVersion) {
        if module.version.is_empty() {
            return;
        }
        let allowed = Allowed::NotExcludedNorRetracted;
        match query::query(
            self.session,
            &module.path,
            "upgrade",
            &module.version,
            allowed,
        )
        .await
        {
            Ok(found) => {
                let path = module.path.as_str();
                if goversion::mod_compare(path, found.version.as_str(), module.version.as_str())
                    .is_gt()
                {
                    info.update = Some(Box::new(ModuleInfo {
                        path: info.path.clone(),
                        version: found.version.to_string(),
                        time: Some(found.time.unwrap_or_else(|| ZERO_TIME.to_owned())),
                        ..ModuleInfo::default()
                    }));
                }
            }
            Err(error) if error.is_disallowed() => {}
            Err(error) => note_error(info, &error),
        }
    }

    async fn add_versions(&self, info: &mut ModuleInfo, path: &ModulePath) {
        let allowed = if self.details.retracted {
            Allowed::NotExcluded
        } else {
            Allowed::NotExcludedNorRetracted
        };
        match query::versions(self.session, path, allowed).await {
            Ok(found) => {
                info.versions = found.list.iter().map(ToString::to_string).collect();
                info.origin = match (info.origin.take(), found.origin) {
                    (Some(a), Some(b)) => merge_origins(&a, &b),
                    _ => None,
                };
            }
            Err(error) if info.error.is_none() => info.error = Some(error.to_string()),
            Err(_) => {}
        }
    }

    pub(super) async fn add_retraction(&self, info: &mut ModuleInfo, module: &ModuleVersion) {
        match query::retraction(self.session, module).await {
            Ok(None) => {}
            Ok(Some(Disallowed::Retracted { rationale })) if !rationale.is_empty() => {
                info.retracted = rationale;
            }
            Ok(Some(why)) => info.retracted = vec![why.to_string()],
            Err(error) => note_error(info, &error),
        }
    }
}

/// Keeps the first error of a module; that nobody has a version is none.
fn note_error(info: &mut ModuleInfo, error: &QueryError) {
    if info.error.is_none() && !error.is_not_found() {
        info.error = Some(error.to_string());
    }
}
