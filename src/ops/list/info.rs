//! One module as it stands in the build list: replacement, go.mod, contents and hashes on this machine.

use std::path::Path;

use super::matches::Lister;
use super::report::{ModuleInfo, ZERO_TIME};
use crate::domain::gosum::SumKind;
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::roots::Requirements;
use crate::ops::load::Mode;
use crate::ops::main_modules::{MainModule, is_toolchain, unversioned};
use crate::ops::query::{self, Allowed};

impl Lister<'_, '_> {
    /// Describes one module; without requirements it does not come from the module graph.
    pub(super) async fn info(
        &self,
        requirements: Option<&Requirements>,
        module: ModuleVersion,
    ) -> ModuleInfo {
        if module.version.is_empty()
            && let Some(main) = self.session.mains.find(&module.path)
        {
            let mut info = main_info(main);
            if main.file.go.is_none() && self.session.mains.work.is_none() {
                self.session
                    .implied_go_version()
                    .clone_into(&mut info.go_version);
            }
            return info;
        }
        let mut info = ModuleInfo {
            path: module.path.to_string(),
            version: module.version.to_string(),
            indirect: requirements
                .is_some_and(|requirements| !requirements.direct.contains(&module.path)),
            ..ModuleInfo::default()
        };
        let with_vendor = self.session.mode == Mode::Vendor;
        let Some(requirements) = requirements else {
            self.complete(&mut info, None).await;
            return info;
        };
        let replacement = self.session.shown_replacement(&module);
        let Some(shown) = replacement else {
            if !with_vendor {
                self.complete(&mut info, Some(requirements)).await;
            }
            return info;
        };
        let mut replace = ModuleInfo {
            path: shown.path.to_string(),
            version: shown.version.to_string(),
            ..ModuleInfo::default()
        };
        if shown.version.is_empty() {
            let dir = self
                .session
                .actual(&module)
                .unwrap_or_else(|_| shown.clone());
            replace.dir = dir.path.to_string();
            replace.go_mod = Path::new(&replace.dir)
                .join("go.mod")
                .to_string_lossy()
                .into_owned();
        }
        if !with_vendor {
            self.complete(&mut replace, Some(requirements)).await;
            info.dir.clone_from(&replace.dir);
            info.go_mod.clone_from(&replace.go_mod);
            info.retracted.clone_from(&replace.retracted);
        }
        info.go_version.clone_from(&replace.go_version);
        info.replace = Some(Box::new(replace));
        info
    }

    /// Fills in what module cache and proxies know of a module.
    async fn complete(&self, info: &mut ModuleInfo, requirements: Option<&Requirements>) {
        let path = ModulePath::new(info.path.as_str());
        if is_toolchain(&path) {
            return;
        }
        let session = self.session;
        let asked = ModuleVersion {
            path: path.clone(),
            version: Version::new(info.version.as_str()),
        };
        let must_have_sum =
            requirements.is_some() && session.must_have_sums() && !asked.version.is_empty();
        let go_mod_ok = !must_have_sum || session.source.has_go_mod_sum(&asked);
        let contents_ok = !must_have_sum || session.source.has_sum(&asked);
        if !asked.version.is_empty() {
            match query::query(
                session,
                &path,
                &info.version,
                &Version::none(),
                Allowed::All,
            )
            .await
            {
                Ok(found) => {
                    info.version = found.version.to_string();
                    info.time = Some(found.time.unwrap_or_else(|| ZERO_TIME.to_owned()));
                }
                Err(error) => info.error = Some(error.to_string()),
            }
        }
        let from = match (asked.version.is_empty(), info.dir.is_empty()) {
            (true, false) => unversioned(&info.dir),
            _ => asked.clone(),
        };
        if go_mod_ok
            && let Ok(summary) = session.source.summary(&from).await
            && let Some(go) = &summary.go
        {
            info.go_version.clone_from(go);
        }
        if asked.version.is_empty() {
            return;
        }
        let module = ModuleVersion {
            path,
            version: Version::new(info.version.as_str()),
        };
        if go_mod_ok {
            let go_mod = session.source.cached_go_mod(&asked);
            info.go_mod =
                go_mod.map_or_else(String::new, |path| path.to_string_lossy().into_owned());
            info.go_mod_sum = session
                .source
                .recorded_sum(&asked, SumKind::GoMod)
                .unwrap_or_default();
        }
        if contents_ok {
            let dir = session.source.contents_dir(&asked);
            info.dir = dir.map_or_else(String::new, |path| path.to_string_lossy().into_owned());
            info.sum = session
                .source
                .recorded_sum(&asked, SumKind::Module)
                .unwrap_or_default();
        }
        if self.details.retracted || self.details.updates {
            self.add_retraction(info, &module).await;
        }
    }
}

/// Describes a main module.
pub(super) fn main_info(main: &MainModule) -> ModuleInfo {
    ModuleInfo {
        path: main.module.path.to_string(),
        main: true,
        dir: main.root.to_string_lossy().into_owned(),
        go_mod: main.go_mod.to_string_lossy().into_owned(),
        go_version: main
            .file
            .go
            .as_ref()
            .map_or_else(String::new, |go| go.version.clone()),
        ..ModuleInfo::default()
    }
}
