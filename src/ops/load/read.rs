//! Reading go.mod and go.work: what is well-formed and yet cannot be is refused here, and versions that are queries are
//! answered.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{LoadError, MAX_GO_MOD, Mode, Purpose};
use crate::domain::modfile::fix::{Written, check_written};
use crate::domain::modfile::godebug;
use crate::domain::modfile::{FixError, GoMod, GoWork};
use crate::domain::module::{Version, goversion, path};
use crate::ops::context::Context;
use crate::ops::main_modules::{
    DEFAULT_GO_WORK, MainModule, Workspace, clean, is_toolchain, unversioned,
};
use crate::ops::query;
use crate::ops::source::Source;

/// Reads the one main module, whose go.mod was found or is named.
pub(super) async fn read_module(
    ctx: &Context,
    source: &Source<'_>,
    found: Option<PathBuf>,
    modfile: Option<&Path>,
    explicit: Option<Mode>,
) -> Result<MainModule, LoadError> {
    let none = || LoadError::NoMainModule {
        dir: ctx.dir.clone(),
    };
    let root = found
        .as_deref()
        .and_then(Path::parent)
        .ok_or_else(none)?
        .to_owned();
    let go_mod = match modfile {
        Some(path) if path.extension().is_none_or(|extension| extension != "mod") => {
            let problem = format!(
                "-modfile={}: file does not have .mod extension",
                path.display()
            );
            return Err(LoadError::Setting(problem));
        }
        Some(path) => ctx.dir.join(path),
        None => root.join("go.mod"),
    };
    let main = Box::pin(read_go_mod(ctx, source, root, go_mod, explicit)).await?;
    check_godebug(ctx, &main)?;
    Ok(main)
}

/// Reads go.work and the modules that it uses.
pub(super) async fn read_work(
    ctx: &Context,
    source: &Source<'_>,
    work: PathBuf,
    purpose: Purpose,
    explicit: Option<Mode>,
) -> Result<(Vec<MainModule>, Option<Workspace>), LoadError> {
    let text = source.files().read(&work, MAX_GO_MOD)?;
    source.note_input(&work, Some(&text));
    let short = ctx.short_path(&work);
    let file = GoWork::parse(&short, &text, None)?;
    for line in &file.godebug {
        if let Err(problem) = godebug::check(
            &line.key,
            &line.value,
            file.go.as_ref().map_or(DEFAULT_GO_WORK, |go| &go.version),
        ) {
            return Err(LoadError::Invalid {
                file: short,
                line: None,
                problem,
            });
        }
    }
    let workspace = Workspace { path: work, file };
    let dir = workspace
        .path
        .parent()
        .unwrap_or(&workspace.path)
        .to_owned();
    let go = workspace.file.go.as_ref().map(|go| go.version.clone());
    let mut modules: Vec<MainModule> = Vec::new();
    for used in &workspace.file.uses {
        let root = clean(&dir.join(&used.path));
        if modules.iter().any(|main| main.root == root) {
            let problem = format!(
                "path {} appears multiple times in workspace",
                root.display()
            );
            return Err(LoadError::Invalid {
                file: short,
                line: None,
                problem,
            });
        }
        let go_mod = root.join("go.mod");
        let main = Box::pin(read_go_mod(ctx, source, root, go_mod, explicit)).await?;
        // `go work vendor`, like all of `go work`, does not look at that.
        if purpose != Purpose::Vendor {
            check_not_newer(ctx, &main, go.as_deref())?;
        }
        modules.push(main);
    }
    Ok((modules, Some(workspace)))
}

/// A member may not need a newer Go than go.work names.
fn check_not_newer(
    ctx: &Context,
    main: &MainModule,
    work_go: Option<&str>,
) -> Result<(), LoadError> {
    let go = main.go_version();
    let limit = work_go.unwrap_or(DEFAULT_GO_WORK);
    if goversion::compare(go, limit).is_le() || goversion::compare(go, "1.21").is_lt() {
        return Ok(());
    }
    let verb = if work_go.is_some() {
        "lists"
    } else {
        "implicitly requires"
    };
    let dir = ctx.short_path(&main.root);
    let problem = format!(
        "module {dir} listed in go.work file requires go >= {go}, but go.work {verb} go {limit}"
    );
    Err(LoadError::Invalid {
        file: ctx.short_path(&main.go_mod),
        line: None,
        problem,
    })
}

async fn read_go_mod(
    ctx: &Context,
    source: &Source<'_>,
    root: PathBuf,
    go_mod: PathBuf,
    explicit: Option<Mode>,
) -> Result<MainModule, LoadError> {
    let text = source.files().read(&go_mod, MAX_GO_MOD)?;
    source.note_input(&go_mod, Some(&text));
    let short = ctx.short_path(&go_mod);
    let (file, fixed) = Box::pin(parse_fixing(source, &short, &text, explicit)).await?;
    let invalid = |problem: String| LoadError::Invalid {
        file: short.clone(),
        line: None,
        problem,
    };
    let Some(module) = &file.module else {
        return Err(invalid("missing module declaration".to_owned()));
    };
    if is_toolchain(&module.path) {
        return Err(invalid(format!(
            "invalid module path: {:?}",
            module.path.as_str()
        )));
    }
    // It is checked as an import path, and called what it is.
    let malformed = |error: path::PathError, what: &str| {
        invalid(error.to_string().replacen("import path", what, 1))
    };
    path::check_import_path(module.path.as_str())
        .map_err(|error| malformed(error, "module path"))?;
    for tool in &file.tool {
        path::check_import_path(&tool.path).map_err(|error| malformed(error, "tool path"))?;
    }
    let module = unversioned(module.path.as_str());
    Ok(MainModule {
        module,
        root,
        go_mod,
        file,
        text,
        fixed,
    })
}

/// Parses go.mod; versions that are queries (`latest`, a branch) are answered and put in their place.
async fn parse_fixing(
    source: &Source<'_>,
    short: &str,
    text: &[u8],
    explicit: Option<Mode>,
) -> Result<(GoMod, bool), LoadError> {
    let mut answers: HashMap<(String, String), Result<Version, String>> = HashMap::new();
    let mut fixed = false;
    // Each round answers the queries of the last one; a go.mod has no more rounds than lines.
    loop {
        let mut asked = Vec::new();
        let mut fix = |path: &str, version: &str| {
            fix_version(path, version, &answers, &mut asked, &mut fixed)
        };
        let parsed = GoMod::parse(short, text, Some(&mut fix));
        asked.retain(|key| !answers.contains_key(key));
        if asked.is_empty() {
            return Ok((parsed?, fixed));
        }
        for (path, version) in asked {
            let answer = if explicit == Some(Mode::Vendor) {
                Err("cannot query module due to -mod=vendor".to_owned())
            } else {
                query::resolve_unlisted(source, &path, &version)
                    .await
                    .map_err(|error| error.to_string())
            };
            answers.insert((path, version), answer);
        }
    }
}

fn fix_version(
    module: &str,
    written: &str,
    answers: &HashMap<(String, String), Result<Version, String>>,
    asked: &mut Vec<(String, String)>,
    fixed: &mut bool,
) -> Result<Version, FixError> {
    let version = match check_written(module, written)? {
        Written::Version(version) => version,
        Written::Query(query) => {
            let key = (module.to_owned(), query);
            let Some(answer) = answers.get(&key) else {
                asked.push(key);
                // The file is parsed again with the answer: what stands here in this round does not matter.
                return Err(FixError::Other("not yet resolved".to_owned()));
            };
            answer.clone().map_err(FixError::Other)?
        }
    };
    *fixed |= version.as_str() != written;
    Ok(version)
}

fn check_godebug(ctx: &Context, main: &MainModule) -> Result<(), LoadError> {
    for line in &main.file.godebug {
        if let Err(problem) = godebug::check(&line.key, &line.value, main.go_version()) {
            let place = main.file.syntax().position(line.line);
            return Err(LoadError::Invalid {
                file: ctx.short_path(&main.go_mod),
                line: usize::try_from(place.line).ok(),
                problem,
            });
        }
    }
    Ok(())
}
