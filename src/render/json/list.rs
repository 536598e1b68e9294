//! `graph list` as JSON: a stream of objects, byte for byte those of `go list -m -json`.
//!
//! The schema is Go's own and stable, see <https://pkg.go.dev/cmd/go#hdr-List_packages_or_modules>.

use serde::Serialize;

use crate::domain::module::info::Origin;
use crate::ops::list::ModuleInfo;
use crate::render::go;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Module<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    query: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    versions: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    replace: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update: Option<Box<Self>>,
    #[serde(skip_serializing_if = "is_false")]
    main: bool,
    #[serde(skip_serializing_if = "is_false")]
    indirect: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    dir: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    go_mod: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    go_version: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    retracted: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    deprecated: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ModuleError<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    sum: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    go_mod_sum: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<GoOrigin<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ModuleError<'a> {
    err: &'a str,
}

/// Where a version was found, as the go command prints it.
#[derive(Serialize)]
pub(super) struct GoOrigin<'a> {
    #[serde(rename = "VCS", skip_serializing_if = "str::is_empty")]
    vcs: &'a str,
    #[serde(rename = "URL", skip_serializing_if = "str::is_empty")]
    url: &'a str,
    #[serde(rename = "Subdir", skip_serializing_if = "str::is_empty")]
    subdir: &'a str,
    #[serde(rename = "Hash", skip_serializing_if = "str::is_empty")]
    hash: &'a str,
    #[serde(rename = "TagPrefix", skip_serializing_if = "str::is_empty")]
    tag_prefix: &'a str,
    #[serde(rename = "TagSum", skip_serializing_if = "str::is_empty")]
    tag_sum: &'a str,
    #[serde(rename = "Ref", skip_serializing_if = "str::is_empty")]
    git_ref: &'a str,
    #[serde(rename = "RepoSum", skip_serializing_if = "str::is_empty")]
    repo_sum: &'a str,
}

/// Returns one object for each module.
pub fn render(modules: &[ModuleInfo]) -> Vec<u8> {
    modules
        .iter()
        .flat_map(|module| go::json(&Module::from(module)))
        .collect()
}

impl<'a> From<&'a ModuleInfo> for Module<'a> {
    fn from(info: &'a ModuleInfo) -> Self {
        let boxed = |info: &'a Option<Box<ModuleInfo>>| {
            info.as_deref().map(|info| Box::new(Self::from(info)))
        };
        Self {
            path: &info.path,
            version: &info.version,
            query: &info.query,
            versions: &info.versions,
            replace: boxed(&info.replace),
            time: info.time.as_deref(),
            update: boxed(&info.update),
            main: info.main,
            indirect: info.indirect,
            dir: &info.dir,
            go_mod: &info.go_mod,
            go_version: &info.go_version,
            retracted: &info.retracted,
            deprecated: &info.deprecated,
            error: info.error.as_deref().map(|err| ModuleError { err }),
            sum: &info.sum,
            go_mod_sum: &info.go_mod_sum,
            origin: info.origin.as_ref().map(GoOrigin::from),
        }
    }
}

impl<'a> From<&'a Origin> for GoOrigin<'a> {
    fn from(origin: &'a Origin) -> Self {
        Self {
            vcs: &origin.vcs,
            url: &origin.url,
            subdir: &origin.subdir,
            hash: &origin.hash,
            tag_prefix: &origin.tag_prefix,
            tag_sum: &origin.tag_sum,
            git_ref: &origin.git_ref,
            repo_sum: &origin.repo_sum,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}
