//! `graph packages` as versioned JSON: `modsmith.packages/1`. The schema stands beside this file in
//! `packages.schema.json`.

use serde::Serialize;

use crate::domain::module::ModuleVersion;
use crate::ops::packages::list::{Origin, PackageInfo, Report};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    packages: Vec<PackageDto<'a>>,
}

#[derive(Serialize)]
struct PackageDto<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<ModuleDto<'a>>,
    standard: bool,
    main: bool,
    imports: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct ModuleDto<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
}

/// Renders the report.
pub fn render(report: &Report) -> Vec<u8> {
    super::document(&Document {
        schema: "modsmith.packages/1",
        packages: report.packages.iter().map(package).collect(),
    })
}

fn package(package: &PackageInfo) -> PackageDto<'_> {
    PackageDto {
        path: &package.path,
        module: match &package.origin {
            Origin::Main(of) | Origin::Module(of) => Some(module(of)),
            Origin::Standard | Origin::Unknown => None,
        },
        standard: package.origin == Origin::Standard,
        main: matches!(package.origin, Origin::Main(_)),
        imports: &package.imports,
        error: package.error.as_deref(),
    }
}

fn module(module: &ModuleVersion) -> ModuleDto<'_> {
    ModuleDto {
        path: module.path.as_str(),
        version: module.version.as_str(),
    }
}
