//! From a directory to main modules and their root requirements.
//!
//! See <https://go.dev/ref/mod#mod-commands> and <https://go.dev/ref/mod#workspaces>.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::Context;
pub(super) use super::files::Start;
use super::main_modules::{
    DEFAULT_GO_WORK, MainModule, MainModules, Workspace, clean, is_toolchain, replacements,
    unversioned,
};
use super::query;
use super::session::Session;
use super::source::{ModuleError, Reason, Source};
use super::upstream::setting;
use crate::adapters::fs::{self, FsError};
use crate::domain::goenv::ModMode;
use crate::domain::gosum::GoSumError;
use crate::domain::modfile::fix::{Written, check_written};
use crate::domain::modfile::godebug;
use crate::domain::modfile::{FixError, GoMod, GoWork, ParseErrors, Replace};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion, path};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::replace::ReplaceConflict;
use crate::domain::mvs::roots::Requirements;
use crate::domain::vendor::{self, InconsistentVendor, VendorList, VendorMode, is_for_workspace};

/// The Go release whose behaviour is reproduced, where a rule depends on the release.
pub const GO_RELEASE: &str = "1.26.8";

/// The largest go.mod and go.work that are read, in bytes: the go command's own limit for modules.
pub const MAX_GO_MOD: u64 = 16 << 20;

/// The largest vendor/modules.txt that is read, in bytes.
const MAX_MODULES_TXT: u64 = 64 << 20;

/// Whether go.mod may change, and whether the vendor directory is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Inconsistent roots are raised in memory; sums that are missing are looked up.
    Mod,
    /// go.mod and go.sum must be complete.
    Readonly,
    /// Only what vendor/modules.txt tells counts.
    Vendor,
}

/// How an operation wants its modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// As `go mod graph`: always in [`Mode::Mod`], and nothing is written.
    Graph,
    /// As `go list -m`: readonly or vendor, unless `-mod` says otherwise.
    List,
    /// As `go get`: always in [`Mode::Mod`], a `go` line that is missing is added, and no go.work counts.
    Get,
    /// As `go mod download`: always in [`Mode::Mod`], and go.mod may be written; without a go.mod there is no main module.
    Download,
    /// As `go mod vendor`: always in [`Mode::Readonly`].
    Vendor,
    /// As `go mod tidy`: always in [`Mode::Mod`], and go.mod and go.sum may change. No workspace counts.
    Tidy,
}

/// Settings that replace those of GOFLAGS.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// `-mod`.
    pub mode: Option<ModMode>,
    /// `-modfile`: the file that is read instead of go.mod.
    pub modfile: Option<PathBuf>,
}

/// Why the main modules or their graph could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No go.mod in the working directory or above.
    #[error("go.mod not found in `{}` or any parent directory", dir.display())]
    NoMainModule {
        /// The working directory.
        dir: PathBuf,
    },
    /// go.work uses no module.
    #[error("no modules in the workspace of `{}`", work.display())]
    EmptyWorkspace {
        /// The go.work file.
        work: PathBuf,
    },
    /// A setting that cannot be used here.
    #[error("{0}")]
    Setting(String),
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FsError),
    /// go.mod or go.work is malformed.
    #[error(transparent)]
    Parse(#[from] ParseErrors),
    /// go.mod or go.work is well-formed but says something that cannot be.
    #[error("{file}{}: {problem}", line.map_or(String::new(), |line| format!(":{line}")))]
    Invalid {
        /// The file, as people read it.
        file: String,
        /// The line, where one is to blame.
        line: Option<usize>,
        /// What is wrong.
        problem: String,
    },
    /// Two `replace` lines contradict each other.
    #[error(transparent)]
    Replace(#[from] ReplaceConflict),
    /// vendor/modules.txt does not agree with go.mod.
    #[error(transparent)]
    Vendor(#[from] InconsistentVendor),
    /// A module's requirements could not be told.
    #[error("{}", chain_text(chain, error))]
    Module {
        /// The chain of requirements from the main module.
        chain: Vec<ModuleVersion>,
        /// What is wrong with the last one.
        #[source]
        error: Box<ModuleError>,
    },
    /// The requirements of a module that was found for a package could not be told.
    #[error("{imports}: {error}")]
    Added {
        /// Who imports whom, from the main module to the package.
        imports: String,
        /// What is wrong with the module.
        #[source]
        error: Box<ModuleError>,
    },
    /// The contents of a module cannot be had or believed.
    #[error(transparent)]
    Contents(Arc<ModuleError>),
    /// The network is off and go.mod files are missing.
    #[error("{} go.mod {} not in the module cache:{}", missing.len(), if missing.len() == 1 { "file is" } else { "files are" }, list(missing))]
    Offline {
        /// All that is missing, as far as the graph is known without it.
        missing: Vec<ModuleVersion>,
    },
    /// One module stands for two.
    #[error("{module}{} used for two different module paths ({first} and {second})", if module.version.is_empty() { "@" } else { "" })]
    UsedTwice {
        /// What stands for both; a directory where the version is empty.
        module: ModuleVersion,
        /// The path that comes first.
        first: ModulePath,
        /// The other one.
        second: ModulePath,
    },
    /// go.mod would have to change.
    #[error("updates to go.mod needed")]
    UpdatesNeeded,
    /// go.sum would have to change.
    #[error("updates to go.sum needed, disabled by -mod=readonly")]
    SumsNeeded,
    /// `--go` is below the main module's own version.
    #[error(
        "requested Go version {requested} cannot load module graph (requires Go >= {required})"
    )]
    GoTooOld {
        /// What was asked for.
        requested: String,
        /// The main module's version.
        required: String,
    },
    /// go.sum is malformed.
    #[error(transparent)]
    GoSum(#[from] GoSumError),
    /// The vendor directory tells too little.
    #[error("can't {what} using the vendor directory")]
    NotWithVendor {
        /// What was asked for.
        what: &'static str,
    },
    /// A module argument that cannot be meant.
    #[error("{0}")]
    Argument(String),
    /// Modules that were asked for and cannot be had.
    #[error("{}", errors.join("\n"))]
    Modules {
        /// One error for each.
        errors: Vec<String>,
    },
    /// A version query in go.mod could not be answered.
    #[error(transparent)]
    Query(#[from] query::QueryError),
}

impl LoadError {
    /// Reports whether only one module cannot be had, so that there is something to tell of the others.
    pub fn is_about_one_module(&self) -> bool {
        match self {
            Self::Module { error, .. } => {
                !error.is_integrity() && !matches!(*error.reason, Reason::ReplaceConflict(_))
            }
            Self::Offline { .. } => true,
            _ => false,
        }
    }
}

/// Loads the main modules and their root requirements.
pub async fn load<'a>(
    ctx: &'a Context,
    purpose: Purpose,
    options: &LoadOptions,
) -> Result<(Session<'a>, Requirements), LoadError> {
    let (mains, mode, source) = find(ctx, purpose, options).await?;
    source.read_sums(&mains)?;
    start(ctx, purpose, mains, mode, source).await
}

/// Reads the main modules; no go.sum is read yet.
pub(super) async fn find<'a>(
    ctx: &'a Context,
    purpose: Purpose,
    options: &LoadOptions,
) -> Result<(MainModules, Mode, Source<'a>), LoadError> {
    let mut start = Start::of(ctx);
    start.work = start.work.filter(|_| purpose != Purpose::Get);
    find_at(ctx, purpose, options, start, Source::new(ctx)?).await
}

/// Reads the main modules that `start` leads to.
pub(super) async fn find_at<'a>(
    ctx: &'a Context,
    purpose: Purpose,
    options: &LoadOptions,
    start: Start,
    source: Source<'a>,
) -> Result<(MainModules, Mode, Source<'a>), LoadError> {
    ctx.env.module_mode().map_err(setting)?;
    let flags = match purpose {
        // These have no `-mod`: whatever GOFLAGS says of it means nothing there.
        Purpose::Graph | Purpose::Get | Purpose::Download | Purpose::Vendor | Purpose::Tidy => {
            ctx.env.goflags_without_mod()
        }
        Purpose::List => ctx.env.goflags(),
    }
    .map_err(setting)?;
    if let Some(overlay) = &flags.overlay {
        return Err(LoadError::Setting(format!(
            "-overlay={overlay} in GOFLAGS is not supported"
        )));
    }
    let explicit = match (purpose, options.mode.or(flags.mode)) {
        (Purpose::Graph | Purpose::Get | Purpose::Download | Purpose::Tidy, _)
        | (Purpose::List, Some(ModMode::Mod)) => Some(Mode::Mod),
        (Purpose::Vendor, _) | (Purpose::List, Some(ModMode::Readonly)) => Some(Mode::Readonly),
        (Purpose::List, None) => None,
        (Purpose::List, Some(ModMode::Vendor)) => Some(Mode::Vendor),
    };
    let work = start.work;
    if let (Some(work), Purpose::List, Some(Mode::Mod)) = (&work, purpose, explicit) {
        return Err(LoadError::Setting(format!(
            "-mod may only be set to readonly or vendor when in workspace mode (`{}`)",
            ctx.short_path(work)
        )));
    }
    let modfile = options
        .modfile
        .clone()
        .or_else(|| flags.modfile.map(PathBuf::from));
    if work.is_some() && modfile.is_some() {
        return Err(LoadError::Setting(
            "-modfile cannot be used in workspace mode".to_owned(),
        ));
    }
    let (modules, work) = match work {
        Some(path) => read_work(ctx, &source, path, purpose, explicit).await?,
        None if purpose == Purpose::Download && start.go_mod.is_none() => (Vec::new(), None),
        None => (
            vec![read_module(ctx, &source, start.go_mod, modfile.as_deref(), explicit).await?],
            None,
        ),
    };
    if let (true, Some(work), Purpose::List) = (modules.is_empty(), &work, purpose) {
        return Err(LoadError::EmptyWorkspace {
            work: work.path.clone(),
        });
    }
    let replacements = replacements(&modules, work.as_ref())?;
    let mains = MainModules {
        modules,
        work,
        replacements,
    };
    check_unique(ctx, &mains)?;
    let mode = match explicit {
        Some(mode) => mode,
        None => default_mode(&mains)?,
    };
    Ok((mains, mode, source))
}

/// The main modules with their vendor directory, whether or not the two agree.
pub struct Vendored<'a> {
    /// The main modules.
    pub mains: MainModules,
    /// Where modules come from; go.sum is read.
    pub source: Source<'a>,
    /// vendor/modules.txt as it was read; none without such a file.
    pub text: Option<Vec<u8>>,
    /// What it says.
    pub list: VendorList,
    /// How it differs from go.mod or go.work.
    pub inconsistent: Option<InconsistentVendor>,
}

/// Loads the main modules and vendor/modules.txt, as the go command does with `-mod=vendor`.
pub async fn load_vendored<'a>(
    ctx: &'a Context,
    options: &LoadOptions,
) -> Result<Vendored<'a>, LoadError> {
    let options = LoadOptions {
        mode: Some(ModMode::Vendor),
        ..options.clone()
    };
    let (mains, _, source) = find(ctx, Purpose::List, &options).await?;
    source.read_sums(&mains)?;
    let path = vendor_dir(&mains).join("modules.txt");
    let text = fs::read_if_exists(&path, MAX_MODULES_TXT)?;
    let contents = text.as_deref().unwrap_or_default();
    let list = VendorList::parse(&ctx.short_path(&path), contents);
    let inconsistent = check_vendor(ctx, &mains, &list).err();
    Ok(Vendored {
        mains,
        source,
        text,
        list,
        inconsistent,
    })
}

/// Returns the vendor directory of the main modules, there or not.
pub fn vendor_dir(mains: &MainModules) -> PathBuf {
    mains.base_dir().join("vendor")
}

/// Starts a run over main modules; what counts of go.sum must be read.
pub(super) async fn start<'a>(
    ctx: &'a Context,
    purpose: Purpose,
    mains: MainModules,
    mode: Mode,
    source: Source<'a>,
) -> Result<(Session<'a>, Requirements), LoadError> {
    let (mut requirements, excluded) = mains.requirements();
    for module in excluded {
        let verb = if mode == Mode::Mod {
            "dropping"
        } else {
            "ignoring"
        };
        ctx.warn(&format!(
            "{verb} requirement on excluded version {} {}",
            module.path, module.version
        ));
    }
    let mut session = Session::new(ctx, mains, mode, source);
    if mode == Mode::Vendor {
        session.vendored = Some(read_vendor(ctx, &session.mains)?);
    }
    if session.mains.work.is_none() {
        if requirements.is_redundant(|path| session.mains.contains(path)) {
            requirements = session.update_roots(&requirements, None).await?;
        }
        let no_go_line = session
            .mains
            .modules
            .first()
            .is_some_and(|main| main.file.go.is_none());
        // `go mod tidy` adds the version that it was asked for.
        let is_added = matches!(purpose, Purpose::List | Purpose::Get | Purpose::Download);
        if no_go_line && is_added && mode == Mode::Mod {
            requirements = with_go_line(&session, requirements, GO_RELEASE).await?;
        }
    }
    Ok((session, requirements))
}

/// Adds the `go` line that the go command writes under `-mod=mod`; from then on the graph is pruned,
/// and so every module of the unpruned graph becomes a root.
pub(super) async fn with_go_line(
    session: &Session<'_>,
    old: Requirements,
    go: &str,
) -> Result<Requirements, LoadError> {
    let mut roots: Vec<_> = old
        .roots
        .into_iter()
        .filter(|root| root.path.as_str() != "go")
        .collect();
    roots.push(ModuleVersion::new("go", go));
    let unpruned = Requirements::new(Pruning::Unpruned, roots, old.direct);
    if Pruning::of_go_version(go) == Pruning::Unpruned {
        return Ok(unpruned);
    }
    let graph = session.complete(session.graph(&unpruned).await)?;
    Ok(Requirements::new(
        Pruning::Pruned,
        graph.build_list().split_off(1),
        unpruned.direct,
    ))
}

async fn read_module(
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

async fn read_work(
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

/// A workspace may not use one module twice, nor replace one of its own.
fn check_unique(ctx: &Context, mains: &MainModules) -> Result<(), LoadError> {
    let Some(work) = &mains.work else {
        return Ok(());
    };
    let file = ctx.short_path(&work.path);
    for (position, main) in mains.modules.iter().enumerate() {
        if mains.modules[..position]
            .iter()
            .any(|other| other.module == main.module)
        {
            let problem = format!(
                "module {} appears multiple times in workspace",
                main.module.path
            );
            return Err(LoadError::Invalid {
                file,
                line: None,
                problem,
            });
        }
        let everywhere =
            |line: &&Replace| line.old.version.is_empty() && line.old.path == main.module.path;
        if work.file.replace.iter().any(|line| everywhere(&line)) {
            let problem = format!(
                "workspace module {} is replaced at all versions; remove the replacement or name a version on its left side",
                main.module.path
            );
            return Err(LoadError::Invalid {
                file,
                line: None,
                problem,
            });
        }
    }
    Ok(())
}

/// Decides between vendor and readonly where `-mod` does not say.
fn default_mode(mains: &MainModules) -> Result<Mode, LoadError> {
    let vendor = mains.base_dir().join("vendor");
    let go = match &mains.work {
        Some(work) => work.file.go.as_ref().map(|go| go.version.as_str()),
        None => mains
            .modules
            .first()
            .and_then(|main| main.file.go.as_ref())
            .map(|go| go.version.as_str()),
    };
    let Some(go) = go else {
        return Ok(Mode::Readonly);
    };
    if !vendor.is_dir() || goversion::compare(go, "1.14").is_lt() {
        return Ok(Mode::Readonly);
    }
    let text = fs::read_if_exists(&vendor.join("modules.txt"), MAX_GO_MOD)?.unwrap_or_default();
    let of_workspace = is_for_workspace(&text);
    Ok(if of_workspace == mains.work.is_some() {
        Mode::Vendor
    } else {
        Mode::Readonly
    })
}

/// Reads vendor/modules.txt, and refuses it where it does not agree with go.mod or go.work.
fn read_vendor(ctx: &Context, mains: &MainModules) -> Result<VendorList, LoadError> {
    let path = vendor_dir(mains).join("modules.txt");
    let text = fs::read_if_exists(&path, MAX_MODULES_TXT)?.unwrap_or_default();
    let list = VendorList::parse(&ctx.short_path(&path), &text);
    check_vendor(ctx, mains, &list)?;
    Ok(list)
}

fn check_vendor(
    ctx: &Context,
    mains: &MainModules,
    list: &VendorList,
) -> Result<(), InconsistentVendor> {
    let mode = match &mains.work {
        Some(_) => VendorMode::Workspace,
        None => VendorMode::Module {
            go_version: mains
                .modules
                .first()
                .and_then(|main| main.file.go.as_ref())
                .map_or_else(String::new, |go| go.version.clone()),
        },
    };
    let replacement = |module: &ModuleVersion| written_replacement(ctx, mains, module);
    let require = mains
        .modules
        .iter()
        .flat_map(|main| main.file.require.iter().map(|line| &line.module));
    let replace = mains
        .modules
        .iter()
        .flat_map(|main| main.file.replace.iter());
    let replace = replace.chain(mains.work.iter().flat_map(|work| work.file.replace.iter()));
    let wanted = vendor::Requirements {
        mode,
        require: require.collect(),
        replace: replace.map(|line| &line.old).collect(),
        replacement: &replacement,
    };
    vendor::check_consistency(&mains.base_dir().to_string_lossy(), list, &wanted)
}

fn written_replacement(
    ctx: &Context,
    mains: &MainModules,
    module: &ModuleVersion,
) -> Option<vendor::Replacement> {
    if module.version.is_empty() && mains.contains(&module.path) {
        return None;
    }
    let found = mains.replacements.get(module).ok()??;
    let source = match (found.member, &mains.work) {
        (Some(member), _) => &mains.modules[member].go_mod,
        (None, Some(work)) => &work.path,
        (None, None) => return None,
    };
    Some(vendor::Replacement {
        written: found.new.clone(),
        canonical: mains.shown_replacement(found),
        source: ctx.short_path(source),
    })
}

/// A chain of requirements as the go command writes it, without leading main modules.
fn chain_text(chain: &[ModuleVersion], error: &ModuleError) -> String {
    let mut chain = chain
        .iter()
        .skip_while(|module| module.version.is_empty())
        .peekable();
    let mut text = String::new();
    while let Some(module) = chain.next() {
        if chain.peek().is_some() {
            text = format!("{text}{module} requires\n\t");
        } else if *module != error.module {
            return format!(
                "{text}{module} (replaced by {}): {}",
                error.module,
                error.reason.without_module()
            );
        }
    }
    text + &error.to_string()
}

/// Each module on a line of its own.
fn list(modules: &[ModuleVersion]) -> String {
    modules
        .iter()
        .fold(String::new(), |text, module| format!("{text}\n\t{module}"))
}
