//! Adding, raising, lowering and removing requirements, as `go get` does it.
//!
//! An argument becomes a path or pattern and a version query (`argument`). What it may mean is asked of proxies and
//! looked for in modules (`candidates`, `pattern`, `imports`); the decisions (`resolver`) go into an edit of the
//! requirements (`edit`, by the rules of [`crate::domain::mvs::edit`]), which changes the build list, and so it goes round
//! until nothing changes. Then packages are checked (`problems`), and what changed is told (`changes`). Nothing is
//! written before [`Done::write`]. See <https://go.dev/ref/mod#go-get>.

mod argument;
mod candidates;
mod changes;
mod edit;
mod fault;
mod imports;
mod near;
mod pattern;
mod problems;
mod resolver;
mod tools;
mod work;

use std::path::PathBuf;

use super::commit::{self, Changes, Options as CommitOptions};
use super::context::Context;
use super::failure::{Failure, FailureKind};
use super::files::Start;
use super::load::{self, LoadError, LoadOptions, Purpose};
use super::packages::trees::Trees;
use super::recall::Recall;
use super::session::Session;
use super::source::Source;
use super::what_if::{self, Verdicts};
use crate::domain::gosource::Tags;
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::roots::Requirements;
use argument::Argument;
use pattern::Finder;
use problems::Neighbours;
use resolver::Resolver;

pub use changes::{Change, Verb};
pub use fault::Fault;

/// What to get.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Packages, modules and patterns, each with a version query behind an `@`; without any, the package at hand.
    pub arguments: Vec<String>,
    /// Whether modules are upgraded that have packages which those need.
    pub upgrade: Option<Upgrade>,
    /// Whether the tests of packages count.
    pub tests: bool,
    /// Whether each package gets a `tool` line, or loses it with `@none`.
    pub tool: bool,
    /// How much is found out.
    pub extent: Extent,
    /// Whether to find out what authors say of all modules that change.
    pub verdicts: bool,
}

/// How much is found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// The build lists alone: neither what changes in them is told nor any file.
    BuildList,
    /// That, and what go.mod becomes. The contents of modules that change are not fetched for their line in go.sum.
    GoMod,
    /// That, and what go.sum would become. Nothing will be written: the hashes of zips that were downloaded before are
    /// those of that time.
    Forecast,
    /// That, and every zip whose hash is written is hashed again.
    #[default]
    Files,
}

/// How far modules are upgraded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// To the latest minor or patch release.
    Minor,
    /// To the latest patch release.
    Patch,
}

impl Upgrade {
    /// Returns the version query.
    pub const fn query(self) -> &'static str {
        match self {
            Self::Minor => "upgrade",
            Self::Patch => "patch",
        }
    }
}

/// Why requirements were not changed.
#[derive(Debug, thiserror::Error)]
pub enum GetError {
    /// Arguments that cannot be followed, in the words of the go command.
    #[error("{}", errors.join("\n"))]
    Refused {
        /// One text for each.
        errors: Vec<String>,
        /// What kind of trouble it is.
        kind: FailureKind,
    },
    /// Modules could not be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// go.mod cannot be edited.
    #[error(transparent)]
    Edit(#[from] crate::domain::modfile::edit::EditError),
}

/// What would be, or is, changed.
#[derive(Debug)]
pub struct Report {
    /// What the go command says besides the changes: deprecations, retractions, patterns that match nothing.
    pub notes: Vec<String>,
    /// What changed: what the go command tells of, and then all else in the build list.
    pub changes: Vec<Change>,
    /// The build list before.
    pub before: Vec<ModuleVersion>,
    /// The build list after.
    pub after: Vec<ModuleVersion>,
    /// What authors say of modules that change, where that was asked for.
    pub verdicts: Verdicts,
}

/// Everything is decided, and nothing is written yet.
pub struct Done {
    /// What changes.
    pub report: Report,
    /// The files that change.
    pub files: Changes,
    /// go.work with a higher `go` line, where it needs one.
    work: Option<work::Raised>,
}

impl Done {
    /// Writes the files.
    pub fn write(&self) -> Result<(), Failure> {
        self.files.write()?;
        if let Some(work) = &self.work {
            work.write()?;
        }
        Ok(())
    }

    /// Returns the files that change, with what they will hold.
    pub(super) fn contents(&self) -> impl Iterator<Item = (PathBuf, Vec<u8>)> {
        let files = self.files.files.iter();
        let files = files.map(|file| (file.path.clone(), file.after.clone()));
        files.chain(self.work.iter().map(work::Raised::contents))
    }
}

/// Changes requirements and writes go.mod and go.sum.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let done = resolve(ctx, options).await?;
    done.write()?;
    Ok(done.report)
}

/// Decides what changes; nothing is written.
pub async fn resolve(ctx: &Context, options: &Options) -> Result<Done, Failure> {
    let place = Place {
        go_mod: Start::of(ctx).go_mod,
        source: Source::new(ctx)?,
        follows: None,
    };
    let mut notes = Vec::new();
    let done = resolve_in(ctx, options, place, &mut notes).await;
    if done.is_err() {
        for note in notes {
            ctx.warn(note.strip_prefix("warning: ").unwrap_or(&note));
        }
    }
    done
}

/// Where something is got.
pub(super) struct Place<'a, 'f> {
    /// The go.mod of the module.
    pub(super) go_mod: Option<PathBuf>,
    /// Where other modules come from.
    pub(super) source: Source<'a>,
    /// Another run on the same module, which knows its graph.
    pub(super) follows: Option<&'f Source<'f>>,
}

/// Decides what changes in the module of a go.mod. What is to be said besides goes to `notes` where that fails.
pub(super) async fn resolve_in(
    ctx: &Context,
    options: &Options,
    place: Place<'_, '_>,
    notes: &mut Vec<String>,
) -> Result<Done, Failure> {
    let (session, requirements, recall) = Box::pin(start(ctx, options, place)).await?;
    let (arguments, drop_toolchain) = parse(ctx, options)?;
    let trees = Trees::new(&session, Tags::Any);
    let finder = Finder::new(&session, &trees);
    let resolver = Resolver::new(&finder, options, arguments, requirements).await;
    let mut resolver = resolver.map_err(GetError::from)?;
    if let (Some(recall), Some(selected)) = (recall, resolver.state().known()) {
        recall.keep(&session, &selected.graph);
    }
    let work = ctx.env.go_work().map(PathBuf::from);
    resolver.neighbours = work.clone().and_then(Neighbours::read);
    let mut commit = CommitOptions {
        drop_toolchain,
        ..CommitOptions::default()
    };
    let outcome = Box::pin(resolver.run(&mut commit)).await;
    let said = std::mem::take(&mut resolver.notes);
    if let Err(error) = outcome {
        *notes = said;
        let near = near::hints(&session, &resolver, &options.arguments, &error);
        let hints = Box::pin(near).await;
        return Err(hints.into_iter().fold(error.into(), Failure::hint));
    }
    // The graph is not loaded before: what go.sum has to hold depends on whether it was needed so far.
    let files = if options.extent == Extent::BuildList {
        Changes::default()
    } else {
        let (state, loaded) = (resolver.state(), resolver.loaded.as_ref());
        commit::plan(&session, state, loaded, &commit).await?
    };
    let graph = resolver.state().graph(&session).await.ok();
    let graph = graph.map(|selected| &selected.graph);
    // Packages that were loaded at last may have added requirements, which count like all others.
    let after = graph.map_or_else(|| resolver.build_list.clone(), Graph::build_list);
    // Who only wants the build lists compares them.
    let changes = if options.extent == Extent::BuildList {
        Vec::new()
    } else {
        resolver.changes(&commit, graph, &after)
    };
    let verdicts = if options.verdicts {
        what_if::verdicts(&session, &changes).await
    } else {
        Verdicts::default()
    };
    let report = Report {
        notes: said,
        changes,
        before: resolver.before(),
        after,
        verdicts,
    };
    let work = work.and_then(|work| work::raise(ctx, &work, resolver.state().go_version()));
    Ok(Done {
        report,
        files,
        work,
    })
}

/// Loads the main module. The graph may be known from an earlier run; if not, it may be kept for later ones where there is
/// a [`Recall`].
async fn start<'a>(
    ctx: &'a Context,
    options: &Options,
    place: Place<'a, '_>,
) -> Result<(Session<'a>, Requirements, Option<Recall>), GetError> {
    let Place {
        go_mod,
        source,
        follows,
    } = place;
    let start = Start { work: None, go_mod };
    let mut recall = match follows {
        Some(_) => None,
        None => Recall::ask(ctx, &options.load, &start, source.files()),
    };
    let found = load::find_at(ctx, Purpose::Get, &options.load, start, source);
    let (mains, mode, mut source) = Box::pin(found).await?;
    if let Some(other) = follows
        && source.has_inputs_of(other)
    {
        source.earlier.clone_from(&other.earlier);
        source.take_sums(other);
        let (session, requirements) = load::start(ctx, Purpose::Get, mains, mode, source).await?;
        return Ok((session, requirements, None));
    }
    let mut recalled = recall.as_mut().and_then(|recall| recall.about(&source));
    match &mut recalled {
        Some(recalled) => recalled.defer_sums(&mains, &source),
        None => source.read_sums(&mains)?,
    }
    let (mut session, requirements) = load::start(ctx, Purpose::Get, mains, mode, source).await?;
    if let (Some(recall), Some(recalled)) = (&recall, recalled) {
        recall.remind(&mut session, recalled);
        return Ok((session, requirements, None));
    }
    // A `go` line that was added is not in the file yet.
    let mut mains = session.mains.modules.iter();
    let has_go_line = mains.all(|main| main.file.go.is_some());
    Ok((session, requirements, recall.filter(|_| has_go_line)))
}

/// Understands the arguments. Says, too, whether the `toolchain` line is to go.
fn parse(ctx: &Context, options: &Options) -> Result<(Vec<Argument>, bool), GetError> {
    let mut drop_toolchain = false;
    let mut errors = Vec::new();
    let mut arguments = Vec::new();
    let here = [".".to_owned()];
    let is_implied = options.arguments.is_empty();
    let given = if is_implied {
        &here
    } else {
        options.arguments.as_slice()
    };
    for text in given {
        let mut argument = match Argument::parse(text, options.upgrade) {
            Ok(argument) => argument,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        match argument.pattern.as_str() {
            "go" if argument.is_none() => {
                errors.push("cannot use go@none".to_owned());
                continue;
            }
            "toolchain" if argument.is_none() => {
                drop_toolchain = true;
                continue;
            }
            _ => {}
        }
        if is_implied {
            argument.raw.clear();
        }
        if argument.raw.strip_suffix(".go").is_some() && !argument.is_explicit() {
            let raw = &argument.raw;
            if !raw.contains('/') {
                errors.push(format!("{raw}: arguments must be package or module paths"));
                continue;
            }
            if std::fs::metadata(ctx.dir.join(raw)).is_ok_and(|found| !found.is_dir()) {
                errors.push(format!(
                    "{raw} exists as a file, but 'go get' requires package arguments"
                ));
                continue;
            }
        }
        arguments.push(argument);
    }
    if errors.is_empty() {
        return Ok((arguments, drop_toolchain));
    }
    Err(GetError::Refused {
        errors,
        kind: FailureKind::Usage,
    })
}

impl Resolver<'_, '_, '_> {
    /// Returns the build list before.
    fn before(&self) -> Vec<ModuleVersion> {
        let pairs = self.initial.iter();
        let mut list: Vec<_> = pairs
            .map(|(path, version)| ModuleVersion {
                path: path.clone(),
                version: version.clone(),
            })
            .collect();
        list.sort();
        list
    }

    /// Goes round until nothing changes.
    async fn run(&mut self, commit: &mut CommitOptions) -> Result<(), GetError> {
        let everything: Vec<usize> = (0..self.arguments.len()).collect();
        self.ask_once().await;
        loop {
            self.ask_wildcards().await;
            self.ask_all().await?;
            if self.decide(&everything).await? {
                continue;
            }
            let upgrades = self.find_upgrades().await?;
            if self.apply(upgrades).await? {
                continue;
            }
            self.ask_missing_wildcards().await;
            let wildcards = self.wildcards();
            if self.decide(&wildcards).await? {
                continue;
            }
            break;
        }
        self.check_wildcards().await;
        self.check()?;
        self.check_packages().await?;
        commit.explicit_toolchain = self
            .arguments
            .iter()
            .any(|argument| argument.pattern == "toolchain");
        if self.options.tool {
            self.find_tools(commit).await?;
        }
        Ok(())
    }
}
