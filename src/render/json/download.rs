//! `mod download` as JSON: a stream of objects, byte for byte those of `go mod download -json`.
//!
//! The shape is Go's own, see <https://go.dev/ref/mod#go-mod-download>.

use serde::Serialize;

use super::list::GoOrigin;
use crate::ops::download::Download;
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
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    info: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    go_mod: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    zip: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    dir: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    sum: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    go_mod_sum: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<GoOrigin<'a>>,
}

/// Returns one object for each module.
pub fn render(modules: &[Download]) -> Vec<u8> {
    modules
        .iter()
        .flat_map(|module| go::json(&Module::from(module)))
        .collect()
}

impl<'a> From<&'a Download> for Module<'a> {
    fn from(download: &'a Download) -> Self {
        Self {
            path: &download.path,
            version: &download.version,
            query: &download.query,
            error: download.error.as_ref().map(|error| error.text.as_str()),
            info: &download.info,
            go_mod: &download.go_mod,
            zip: &download.zip,
            dir: &download.dir,
            sum: &download.sum,
            go_mod_sum: &download.go_mod_sum,
            origin: download.origin.as_ref().map(GoOrigin::from),
        }
    }
}
