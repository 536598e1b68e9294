//! Reading go.mod and go.work: what is well-formed and yet cannot be is refused here, and versions that are queries are
//! answered.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{LoadError, MAX_GO_MOD, Mode, Purpose};
use crate::domain::modfile::fix::{Written, check_written};
use crate::domain::modfile::godebug;
use crate::domain::modfile::{FixError, GoMod, GoWork, ParseErrors, Use};
use crate::domain::module::{Version, goversion, path};
use crate::ops::context::Context;
use crate::ops::main_modules::{
    DEFAULT_GO_WORK, MainModule, Workspace, clean, is_toolchain, unversioned,
};
use crate::ops::query;
use crate::ops::source::Source;
use crate::ops::spread;

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
    let first = first_round(ctx, source, go_mod)?;
    let main = Box::pin(finish_go_mod(source, root, first, explicit)).await?;
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
    for (root, first) in first_rounds(ctx, source, &dir, &workspace.file) {
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
        let main = Box::pin(finish_go_mod(source, root, first?, explicit)).await?;
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

/// A go.mod that was parsed once: its queries are not answered yet.
struct FirstRound {
    go_mod: PathBuf,
    text: Vec<u8>,
    short: String,
    round: Round,
}

/// Reads and parses the go.mod of each member, on all cores.
fn first_rounds(
    ctx: &Context,
    source: &Source<'_>,
    dir: &Path,
    work: &GoWork,
) -> Vec<(PathBuf, Result<FirstRound, LoadError>)> {
    let first = |used: &Use| {
        let root = clean(&dir.join(&used.path));
        let first = first_round(ctx, source, root.join("go.mod"));
        (root, first)
    };
    spread::over(work.uses.iter().collect(), first)
}

fn first_round(
    ctx: &Context,
    source: &Source<'_>,
    go_mod: PathBuf,
) -> Result<FirstRound, LoadError> {
    let text = source.files().read(&go_mod, MAX_GO_MOD)?;
    source.note_input(&go_mod, Some(&text));
    let short = ctx.short_path(&go_mod);
    Ok(FirstRound {
        round: Round::parse(&short, &text, &HashMap::new()),
        go_mod,
        text,
        short,
    })
}

async fn finish_go_mod(
    source: &Source<'_>,
    root: PathBuf,
    first: FirstRound,
    explicit: Option<Mode>,
) -> Result<MainModule, LoadError> {
    let FirstRound {
        go_mod,
        text,
        short,
        round,
    } = first;
    let (file, fixed) = Box::pin(answered(source, &short, &text, round, explicit)).await?;
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

/// What queries were answered with.
type Answers = HashMap<(String, String), Result<Version, String>>;

/// A go.mod, parsed with the answers that there are.
struct Round {
    parsed: Result<GoMod, ParseErrors>,
    /// The queries that nobody has answered yet.
    asked: Vec<(String, String)>,
    fixed: bool,
}

impl Round {
    fn parse(short: &str, text: &[u8], answers: &Answers) -> Self {
        let (mut asked, mut fixed) = (Vec::new(), false);
        let mut fix =
            |path: &str, version: &str| fix_version(path, version, answers, &mut asked, &mut fixed);
        let parsed = GoMod::parse(short, text, Some(&mut fix));
        asked.retain(|key| !answers.contains_key(key));
        Self {
            parsed,
            asked,
            fixed,
        }
    }
}

/// Answers the versions in a go.mod that are queries, and puts the answers in their place.
async fn answered(
    source: &Source<'_>,
    short: &str,
    text: &[u8],
    first: Round,
    explicit: Option<Mode>,
) -> Result<(GoMod, bool), LoadError> {
    let mut answers = Answers::new();
    let mut fixed = false;
    let mut round = first;
    // Each round answers the queries of the last one; a go.mod has no more rounds than lines.
    loop {
        fixed |= round.fixed;
        if round.asked.is_empty() {
            return Ok((round.parsed?, fixed));
        }
        for (path, version) in round.asked {
            let answer = if explicit == Some(Mode::Vendor) {
                Err("cannot query module due to -mod=vendor".to_owned())
            } else {
                query::resolve_unlisted(source, &path, &version)
                    .await
                    .map_err(|error| error.to_string())
            };
            answers.insert((path, version), answer);
        }
        round = Round::parse(short, text, &answers);
    }
}

fn fix_version(
    module: &str,
    written: &str,
    answers: &Answers,
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
