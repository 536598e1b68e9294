//! A revision of a repository: the zip that Go would make of it.

use super::contents;
use super::rules::NAME;
use super::run::Options;
use super::target::Target;
use crate::adapters::fs::Draft;
use crate::adapters::git::DirectZipError;
use crate::adapters::http::client::Sink;
use crate::adapters::repository::{Address, Repository, RepositoryError};
use crate::adapters::vcs::DirectError;
use crate::domain::direct::code_repo::CodeRepo;
use crate::domain::direct::zip::ZipSource;
use crate::domain::modfile;
use crate::domain::module::path::split_path_version;
use crate::domain::module::{ModulePath, ModuleVersion, version};
use crate::domain::modzip::{CheckFailure, CheckedFiles, CreateError};
use crate::ops::context::{Context, Network};
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::source::{ModuleError, Source};
use crate::ops::upstream::{FetchError, Upstream};
use crate::ops::verify::report::{Finding, Report};

/// Checks the zip of a revision.
pub(super) async fn check(
    ctx: &Context,
    options: &Options,
    target: &Target<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let output = options.output.as_ref().map(|output| ctx.dir.join(output));
    let draft = match &output {
        Some(output) => Draft::new(output)?,
        None => Draft::temporary()?,
    };
    let made = match target {
        Target::Module { path, rev } => of_module(ctx, options, path, rev, &draft).await,
        Target::Local { dir, rev } => {
            // Git follows no link to a repository that it is to copy.
            let dir = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.clone());
            of_repository(ctx, options, &Address::Directory(&dir), rev, &draft).await
        }
        Target::Remote { url, rev } => {
            of_repository(ctx, options, &Address::Url(url), rev, &draft).await
        }
        Target::Zip(_) | Target::Directory(_) => return Ok(()),
    };
    let module = match made? {
        Made::Zip(module) => module,
        Made::Refused(module, error) => {
            refuse(&module, error, report)?;
            return Ok(());
        }
    };
    contents::check_file(ctx, options, draft.path(), Some(&module), report).await?;
    if output.is_some() {
        draft.keep()?;
    }
    Ok(())
}

/// What became of a revision.
enum Made {
    /// The zip of this module version.
    Zip(ModuleVersion),
    /// Nothing, as its files are none of a module.
    Refused(ModuleVersion, CreateError),
}

/// Adds what makes a zip impossible.
fn refuse(module: &ModuleVersion, error: CreateError, report: &mut Report) -> Result<(), Failure> {
    let findings = match error {
        CreateError::Files(CheckFailure::Size(error)) => contents::findings(
            module,
            &CheckedFiles {
                size_error: Some(error),
                ..CheckedFiles::default()
            },
        ),
        CreateError::Files(CheckFailure::Files(invalid)) => contents::findings(
            module,
            &CheckedFiles {
                invalid,
                ..CheckedFiles::default()
            },
        ),
        CreateError::Module(error) => {
            vec![Finding::new(&NAME, module.to_string(), error.to_string())]
        }
        error @ (CreateError::Larger { .. } | CreateError::Read { .. } | CreateError::Write(_)) => {
            return Err(error.into());
        }
    };
    report.findings.extend(findings);
    Ok(())
}

/// Makes the zip of a module whose repository is found by its path.
async fn of_module(
    ctx: &Context,
    options: &Options,
    path: &str,
    rev: &str,
    draft: &Draft,
) -> Result<Made, Failure> {
    if options.module.is_some() || options.version.is_some() {
        let problem = "`--module` and `--as` are for a repository; MODULE@VERSION says both";
        return Err(Failure::usage(problem));
    }
    crate::domain::module::path::check_path(path)?;
    let source = Source::new(ctx)?;
    let path = ModulePath::new(path);
    let found = source.upstreams.stat_at(Upstream::Direct, &path, rev);
    let wrong =
        |version: &str, error| ModuleError::new(&ModuleVersion::new(path.as_str(), version), error);
    let found = Box::pin(found).await.map_err(|error| wrong(rev, error))?;
    let module = ModuleVersion {
        path: path.clone(),
        version: found.version,
    };
    let sink = Sink {
        file: draft.file(),
        progress: &|_| {},
    };
    let zip = source.upstreams.zip_at(Upstream::Direct, &module, sink);
    match Box::pin(zip).await {
        Ok(()) => Ok(Made::Zip(module)),
        Err(FetchError::Direct(DirectError::Zip { source, module })) => {
            match std::sync::Arc::try_unwrap(source) {
                Ok(DirectZipError::Create(error)) => Ok(Made::Refused(module, error)),
                Ok(error) => Err(RepositoryError::Zip(error).into()),
                Err(source) => Err(DirectError::Zip { module, source }.into()),
            }
        }
        Err(error) => Err(wrong(module.version.as_str(), error).into()),
    }
}

/// Makes the zip of a module in a repository that the user names.
async fn of_repository(
    ctx: &Context,
    options: &Options,
    address: &Address<'_>,
    rev: &str,
    draft: &Draft,
) -> Result<Made, Failure> {
    let is_local = match address {
        Address::Directory(_) => true,
        Address::Url(url) => url.starts_with("file://"),
    };
    if ctx.network == Network::Offline && !is_local {
        let problem = "the repository is out of reach: network access is switched off";
        return Err(Failure::message(FailureKind::Outside, problem).hint("run without `--offline`"));
    }
    let source = Source::new(ctx)?;
    let mod_cache = source.upstreams.cache().root();
    let repository = Repository::open(address, mod_cache, &ctx.environment).await?;
    let place = find(&repository, options, rev).await?;
    let (module, zip) = match &options.version {
        Some(version) => assumed(&repository, place, rev, version).await?,
        None => resolved(&repository, place, rev).await?,
    };
    match repository.module_zip(&zip, &module, draft.file()).await {
        Ok(()) => Ok(Made::Zip(module)),
        Err(RepositoryError::Zip(DirectZipError::Create(error))) => {
            Ok(Made::Refused(module, error))
        }
        Err(error) => Err(error.into()),
    }
}

/// A module and where its go.mod is.
struct Place {
    path: ModulePath,
    dir: String,
}

/// Finds the module that is meant: in the directory that a tag such as `sub/v1.2.3` names, or at the root.
async fn find(repository: &Repository, options: &Options, rev: &str) -> Result<Place, Failure> {
    let dirs = match &options.module {
        Some(module) => dirs_of(repository, module, rev).await?,
        None => dirs_of_tag(rev),
    };
    for dir in dirs {
        let file = below(&dir, "go.mod");
        let Some(text) = repository.file(rev, &file).await? else {
            continue;
        };
        let declared = String::from_utf8_lossy(&modfile::module_path(&text)).into_owned();
        let path = options.module.clone().unwrap_or(declared);
        if path.is_empty() {
            let problem = format!("{file} at {rev} names no module");
            return Err(Failure::input(problem).hint("name the module with `--module`"));
        }
        let path = ModulePath::new(path);
        return Ok(Place { path, dir });
    }
    // From before there were modules, or with the go.mod made up.
    let Some(module) = &options.module else {
        let problem = format!("there is no go.mod at {rev}");
        return Err(Failure::input(problem).hint("name the module with `--module`"));
    };
    Ok(Place {
        path: ModulePath::new(module.as_str()),
        dir: String::new(),
    })
}

/// Returns the directories where a tag says that its module may be, the likeliest first.
fn dirs_of_tag(rev: &str) -> Vec<String> {
    let tagged = match rev.rsplit_once('/') {
        Some((dir, tag)) if version::is_valid(tag) => Some((dir, tag)),
        Some(_) => None,
        None => version::is_valid(rev).then_some(("", rev)),
    };
    let mut dirs = Vec::new();
    if let Some((dir, tag)) = tagged {
        if !matches!(version::major(tag), "v0" | "v1") {
            dirs.push(below(dir, version::major(tag)));
        }
        dirs.push(dir.to_owned());
    }
    if dirs.last().is_none_or(|dir| !dir.is_empty()) {
        dirs.push(String::new());
    }
    dirs
}

/// Returns the directories where a module may be, going by the path of the module at the root.
async fn dirs_of(
    repository: &Repository,
    module: &str,
    rev: &str,
) -> Result<Vec<String>, RepositoryError> {
    let (prefix, major, _) = split_path_version(module);
    let root = repository.file(rev, "go.mod").await?;
    let root = root.map(|text| String::from_utf8_lossy(&modfile::module_path(&text)).into_owned());
    let root = root.unwrap_or_default();
    let (root, ..) = split_path_version(&root);
    let dir = prefix
        .strip_prefix(root)
        .and_then(|dir| dir.strip_prefix('/'))
        .filter(|_| !root.is_empty())
        .unwrap_or_default();
    let mut dirs = Vec::new();
    if let Some(major) = major.strip_prefix('/') {
        dirs.push(below(dir, major));
    }
    dirs.push(dir.to_owned());
    Ok(dirs)
}

fn below(dir: &str, name: &str) -> String {
    if dir.is_empty() {
        name.to_owned()
    } else {
        format!("{dir}/{name}")
    }
}

/// Takes the revision for a version that it may not have yet.
async fn assumed(
    repository: &Repository,
    place: Place,
    rev: &str,
    version: &str,
) -> Result<(ModuleVersion, ZipSource), RepositoryError> {
    let license = match &*place.dir {
        "" => None,
        _ => repository.file(rev, "LICENSE").await?,
    };
    let source = ZipSource {
        rev: rev.to_owned(),
        dir: place.dir,
        license: license.map(|text| text.to_vec()),
    };
    Ok((ModuleVersion::new(place.path.as_str(), version), source))
}

/// Finds the version that Go gives the revision: by its tag, or else a pseudo-version.
async fn resolved(
    repository: &Repository,
    place: Place,
    rev: &str,
) -> Result<(ModuleVersion, ZipSource), RepositoryError> {
    let code = CodeRepo::found_in(&place.path, &place.dir)?;
    // The tag of a module below the root is asked for by its version alone.
    let prefix = format!("{}/", code.dir());
    let asked = rev
        .strip_prefix(&prefix)
        .filter(|asked| version::is_valid(asked));
    let asked = asked.unwrap_or(rev);
    let found = repository.ask(|facts| code.stat(facts, asked)).await?;
    let source = repository
        .ask(|facts| code.zip_source(facts, found.version.as_str()))
        .await?;
    let module = ModuleVersion {
        path: place.path,
        version: found.version,
    };
    Ok((module, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_directories() {
        let check = |rev, want: &[&str]| assert_eq!(dirs_of_tag(rev), want, "{rev}");
        check("main", &[""]);
        check("feature/x", &[""]);
        check("v1.2.3", &[""]);
        check("v2.0.0", &["v2", ""]);
        check("sub/dir/v1.2.3", &["sub/dir", ""]);
        check("sub/v3.0.0-rc.1", &["sub/v3", "sub", ""]);
    }
}
