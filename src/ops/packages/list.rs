//! Packages with the modules that provide them, as `go list -e` tells it.

use std::collections::BTreeSet;

use super::PackageError;
use super::build_tags;
use super::load::{Loaded, Request, load, start};
use crate::domain::module::ModuleVersion;
use crate::domain::packages::pattern::Kind;
use crate::domain::packages::{PackageId, Provider};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::{self as modules, LoadOptions, Purpose};
use crate::ops::session::Session;

/// What to list.
#[derive(Clone, Debug)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Patterns; without any, the package in the working directory.
    pub patterns: Vec<String>,
    /// Tags that hold besides those of the environment, between commas; instead of those of GOFLAGS.
    pub tags: Option<String>,
}

/// The packages, in the order of the patterns.
#[derive(Debug)]
pub struct Report {
    /// The packages.
    pub packages: Vec<PackageInfo>,
}

/// One package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageInfo {
    /// The import path.
    pub path: String,
    /// Who provides it.
    pub origin: Origin,
    /// What it imports, sorted; tests do not count.
    pub imports: Vec<String>,
    /// Why it cannot be used.
    pub error: Option<String>,
}

/// Who provides a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody who could be told.
    Unknown,
    /// The standard library.
    Standard,
    /// A main module; the version is empty.
    Main(ModuleVersion),
    /// Another module.
    Module(ModuleVersion),
}

impl Report {
    /// Reports whether every package can be used.
    pub fn is_sound(&self) -> bool {
        self.packages.iter().all(|package| package.error.is_none())
    }
}

/// Lists the packages that patterns stand for, under the tags of the build at hand.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (session, requirements) =
        Box::pin(modules::load(ctx, Purpose::List, &options.load)).await?;
    let tags = build_tags(ctx, options.tags.as_deref());
    let request = Request {
        patterns: options.patterns.clone(),
        tests: false,
        vendor_all: false,
        find_missing: true,
        roots_imported: false,
        tags: tags.clone(),
        build: tags,
    };
    let state = start(&session, requirements).await?;
    let loaded = Box::pin(load(&session, state, &request)).await?;
    loaded.check_integrity()?;
    session.check_unchanged(&loaded.state.requirements)?;
    Ok(report(&session, &loaded))
}

fn report(session: &Session<'_>, loaded: &Loaded) -> Report {
    let mut seen = BTreeSet::new();
    let mut packages = Vec::new();
    for found in &loaded.matches {
        let pattern = found.pattern.as_str();
        for error in &found.errors {
            packages.push(PackageInfo {
                path: pattern.to_owned(),
                origin: Origin::Unknown,
                imports: Vec::new(),
                error: Some(error.clone()),
            });
        }
        if found.packages.is_empty() && found.errors.is_empty() {
            session
                .ctx
                .warn(&format!("{pattern:?} matched no packages"));
        }
        for path in &found.packages {
            if !seen.insert(path.as_str()) {
                continue;
            }
            let Some(id) = loaded.packages.find(path) else {
                continue;
            };
            let is_standard = *loaded.packages.provider(id) == Provider::Standard;
            // Which of them `all` has depends on the Go at hand; it has no bearing on modules.
            if !(is_standard && matches!(found.pattern.kind(), Kind::All | Kind::Paths)) {
                packages.push(info(session, loaded, id));
            }
        }
    }
    Report { packages }
}

fn info(session: &Session<'_>, loaded: &Loaded, id: PackageId) -> PackageInfo {
    let packages = &loaded.packages;
    let origin = match packages.provider(id) {
        Provider::Nobody => Origin::Unknown,
        Provider::Standard => Origin::Standard,
        Provider::Main(position) => Origin::Main(session.mains.modules[*position].module.clone()),
        Provider::Module(module) => Origin::Module(module.clone()),
    };
    let imports = packages.imports(id).iter();
    let error = loaded.errors.get(&id).map(|error| match &**error {
        PackageError::NoFiles => match &origin {
            Origin::Main(_) | Origin::Module(_) => {
                "build constraints exclude all Go files".to_owned()
            }
            Origin::Unknown | Origin::Standard => error.to_string(),
        },
        error => error.to_string(),
    });
    PackageInfo {
        path: packages.path(id).to_string(),
        origin,
        imports: imports.map(|&id| packages.path(id).to_string()).collect(),
        error,
    }
}
