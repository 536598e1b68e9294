//! From a directory to main modules and their root requirements.
//!
//! See <https://go.dev/ref/mod#mod-commands> and <https://go.dev/ref/mod#workspaces>.

mod error;
mod read;
mod vendor;

use std::path::PathBuf;

use super::context::Context;
pub(super) use super::files::Start;
use super::main_modules::{MainModules, replacements};
use super::session::Session;
use super::source::Source;
use super::upstream::setting;
use crate::domain::goenv::ModMode;
use crate::domain::modfile::Replace;
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::Pruning;
use crate::domain::mvs::roots::Requirements;
use read::{read_module, read_work};
use vendor::{default_mode, read_vendor};

pub use error::LoadError;
pub use vendor::{Vendored, load_vendored, vendor_dir};

/// The Go release whose behaviour is reproduced, where a rule depends on the release.
pub const GO_RELEASE: &str = "1.26.8";

/// The largest go.mod and go.work that are read, in bytes: the go command's own limit for modules.
pub const MAX_GO_MOD: u64 = 16 << 20;

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
