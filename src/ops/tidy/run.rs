//! From main modules to what their go.mod and go.sum become.

use std::path::PathBuf;
use std::sync::Arc;

use super::compat::{self, Compat};
use super::error::{Problem, TidyError, of_packages};
use super::reasons::{Reason, Reasons};
use crate::domain::gosource::Tags;
use crate::domain::modfile::GoWork;
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::edit::Conflict;
use crate::domain::mvs::roots::Requirements;
use crate::ops::commit::{self, Changes, SumRule};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::{self, GO_RELEASE, LoadError, LoadOptions, MAX_GO_MOD, Purpose, Start};
use crate::ops::main_modules::clean;
use crate::ops::packages::answers::Answers;
use crate::ops::packages::load::{Loaded, Request, Tidying, load_tidy, start, used_twice};
use crate::ops::packages::resolve::State;
use crate::ops::packages::tidy::{TidyRoots, Tried};
use crate::ops::packages::trees::Trees;
use crate::ops::session::Session;
use crate::ops::source::Source;

/// How a module is made tidy.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// The Go version that the module gets, as `-go`.
    pub go: Option<String>,
    /// The Go version that must load the same packages, as `-compat`.
    pub compat: Option<String>,
    /// Whether all goes on although packages cannot be loaded, as `-e`.
    pub keep_going: bool,
    /// Whether the files are written; each module's before the next one is looked at.
    pub write: bool,
}

/// What became of the modules, in the order of go.work.
#[derive(Debug)]
pub struct Report {
    /// The modules; one outside of a workspace.
    pub modules: Vec<Tidied>,
}

/// What becomes of one module.
#[derive(Debug)]
pub struct Tidied {
    /// Its path.
    pub module: ModulePath,
    /// Its directory as the user knows it.
    pub dir: String,
    /// What changes.
    pub changes: Changes,
    /// Why, line by line.
    pub reasons: Vec<Reason>,
    /// Modules that were listed and that nothing needs, as `-v` tells.
    pub unused: Vec<ModulePath>,
    /// What went wrong, where all goes on in spite of it.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Reports whether nothing has to change.
    pub fn is_tidy(&self) -> bool {
        self.modules.iter().all(|module| module.changes.is_empty())
    }

    /// Returns what would change, byte for byte as `go mod tidy -diff` prints it.
    pub fn diff(&self) -> Vec<u8> {
        let modules = self.modules.iter();
        modules.flat_map(|module| module.changes.diff()).collect()
    }
}

/// Makes the module at hand tidy; in the directory of a go.work, or where there is a go.work and no go.mod, each module
/// that it uses.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let mut modules = Vec::new();
    for start in starts(ctx, options)? {
        let tidied = Box::pin(module(ctx, start, options)).await?;
        if options.write {
            tidied.changes.write()?;
        }
        modules.push(tidied);
    }
    Ok(Report { modules })
}

/// Returns the go.mod files to start with.
fn starts(ctx: &Context, options: &Options) -> Result<Vec<Start>, Failure> {
    let go_mod = ctx.env.go_mod().map(PathBuf::from);
    let work = ctx.env.go_work().map(PathBuf::from);
    let is_here = |work: &PathBuf| work.parent() == Some(ctx.dir.as_path()) || go_mod.is_none();
    let Some(work) = work
        .filter(is_here)
        .filter(|_| options.load.modfile.is_none())
    else {
        return Ok(vec![Start { work: None, go_mod }]);
    };
    let text = crate::adapters::fs::read(&work, MAX_GO_MOD)?;
    let file = GoWork::parse(&ctx.short_path(&work), &text, None)?;
    let dir = work.parent().unwrap_or(&work);
    let starts = file.uses.iter().map(|line| Start {
        work: None,
        go_mod: Some(clean(&dir.join(&line.path)).join("go.mod")),
    });
    let starts: Vec<_> = starts.collect();
    if starts.is_empty() {
        return Err(LoadError::EmptyWorkspace { work }.into());
    }
    Ok(starts)
}

/// Makes one module tidy.
async fn module(ctx: &Context, files: Start, options: &Options) -> Result<Tidied, Failure> {
    let source = Source::new(ctx)?;
    let found = load::find_at(ctx, Purpose::Tidy, &options.load, files, source);
    let (mains, mode, source) = Box::pin(found).await?;
    // Lines that are none do not matter: the file is written anew.
    source.read_sums_lax(&mains)?;
    let started = load::start(ctx, Purpose::Tidy, mains, mode, source);
    let (session, mut requirements) = Box::pin(started).await?;
    let mut added_go = None;
    if session
        .mains
        .modules
        .iter()
        .any(|main| main.file.go.is_none())
    {
        let go = options.go.as_deref().unwrap_or(GO_RELEASE);
        requirements = load::with_go_line(&session, requirements, go).await?;
        added_go = Some(go.to_owned());
    }
    let tidy = Tidy {
        trees: Trees::new(&session, Tags::Any),
        session: &session,
        options,
        added_go,
        tried: Arc::default(),
    };
    tidy.answer(requirements).await
}

struct Tidy<'t, 'a> {
    session: &'t Session<'a>,
    trees: Trees<'t, 'a>,
    options: &'t Options,
    added_go: Option<String>,
    tried: Arc<Tried>,
}

impl Tidy<'_, '_> {
    /// Makes the module tidy, or tells again what an earlier run found out where nothing has changed.
    async fn answer(&self, before: Requirements) -> Result<Tidied, Failure> {
        let options = self.options;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let about = [
            "tidy",
            &text(&options.go),
            &text(&options.compat),
            &text(&self.added_go),
            if options.keep_going { "keep going" } else { "" },
        ];
        let answers = Answers::ask(&self.trees, &options.load, &before, &about);
        let known = answers.as_ref();
        if let Some(tidied) =
            known.and_then(|known| known.find(|from| Tidied::read_from(from, self.session)))
        {
            return Ok(tidied);
        }
        let (tidied, loaded) = self.run(before).await?;
        let mut matches = loaded.matches.iter();
        // What a run warns of, every run has to warn of.
        if let Some(answers) = answers
            && matches.all(|found| !found.packages.is_empty() && found.errors.is_empty())
        {
            answers.keep(&loaded.errors, |entry| tidied.write_to(entry));
        }
        Ok(tidied)
    }

    async fn run(&self, before: Requirements) -> Result<(Tidied, Loaded), Failure> {
        let state = start(self.session, before.clone()).await?;
        let request = Request {
            patterns: vec!["all".to_owned()],
            tests: true,
            vendor_all: false,
            find_missing: true,
            tags: Tags::Any,
            build: Tags::Any,
            roots_imported: false,
        };
        let tidying = Tidying {
            go: self.options.go.clone(),
            keep_going: self.options.keep_going,
            tried: Arc::clone(&self.tried),
        };
        let loaded = load_tidy(self.session, &self.trees, state, &request, &tidying);
        let mut loaded = Box::pin(loaded).await?;
        loaded.check_integrity()?;
        let mut problems: Vec<Problem> = std::mem::take(&mut loaded.problems)
            .into_iter()
            .map(Problem::from)
            .collect();
        match self.tidy_roots(&loaded).await {
            Ok(state) => loaded.state = state,
            Err(problem) => self.note(&mut problems, vec![problem])?,
        }
        let mut more = of_packages(&loaded);
        let twice = used_twice(self.session, &loaded.state);
        more.extend(twice.into_iter().map(Problem::from));
        for found in &loaded.matches {
            if found.packages.is_empty() && found.errors.is_empty() {
                self.session.ctx.warn("\"all\" matched no packages");
            }
            let errors = found.errors.iter();
            more.extend(errors.map(|error| Problem::Other(format!("pattern all: {error}"))));
        }
        self.note(&mut problems, more)?;
        let unused = self.unused(&before, &loaded.state).await?;
        let keep = self.keep(&loaded, &mut problems).await?;
        let options = commit::Options {
            sums: SumRule::Trim(keep),
            added_go: self.added_go.clone(),
            ..commit::Options::default()
        };
        let changes = commit::plan(self.session, &loaded.state, Some(&loaded), &options).await?;
        let reasons = if changes.is_empty() {
            Vec::new()
        } else {
            Reasons::new(self.session, &loaded).of(&changes)
        };
        for problem in &problems {
            self.session.ctx.warn(&problem.to_string());
        }
        let mains = &self.session.mains.modules;
        let main = mains.first().ok_or_else(|| LoadError::NoMainModule {
            dir: self.session.ctx.dir.clone(),
        })?;
        let tidied = Tidied {
            module: main.module.path.clone(),
            dir: self.session.ctx.short_path(&main.root),
            changes,
            reasons,
            unused,
            problems,
        };
        Ok((tidied, loaded))
    }

    /// Ends everything because of problems, unless all is to go on.
    fn note(&self, problems: &mut Vec<Problem>, more: Vec<Problem>) -> Result<(), TidyError> {
        if more.is_empty() || self.options.keep_going {
            problems.extend(more);
            return Ok(());
        }
        Err(TidyError {
            problems: more,
            advice: String::new(),
        })
    }

    /// Returns the tidy requirements, with the Go version that was asked for.
    async fn tidy_roots(&self, loaded: &Loaded) -> Result<State, Problem> {
        let roots = TidyRoots {
            session: self.session,
            trees: &self.trees,
            packages: &loaded.packages,
            tried: &self.tried,
        };
        let mut state = roots.of(&loaded.state).await?;
        if let Some(go) = &self.options.go {
            state = self.with_go(state, go).await?;
        }
        let old = &loaded.state.requirements;
        if old.pruning == Pruning::Pruned {
            let is_overridden =
                |path: &ModulePath| path.as_str() == "go" && self.options.go.is_some();
            let mut roots = state.requirements.roots.iter();
            let missing = roots.find(|root| {
                !is_overridden(&root.path) && old.version(&root.path) != Some(&root.version)
            });
            if let Some(root) = missing {
                let selected = old.version(&root.path).map_or("", Version::as_str);
                return Err(Problem::Other(format!(
                    "internal error: a requirement on {root} is needed but was not added during package loading (selected {selected})"
                )));
            }
        }
        Ok(state)
    }

    /// Sets the Go version, if no requirement is on a higher one.
    async fn with_go(&self, state: State, go: &str) -> Result<State, Problem> {
        let old = &state.requirements;
        let roots = old.roots.iter().filter(|root| root.path.as_str() != "go");
        let wanted = ModuleVersion::new("go", go);
        let roots = roots.cloned().chain([wanted.clone()]).collect();
        let with_go = State::new(Requirements::new(old.pruning, roots, old.direct.clone()));
        let selected = with_go.graph_or_fail(self.session).await?;
        let highest = selected.version("go").cloned();
        if highest.as_ref() == Some(&wanted.version) {
            return Ok(with_go);
        }
        let graph = &selected.graph;
        let path = graph.find_path(|node| {
            let module = graph.module(node);
            module.path.as_str() == "go" && Some(&module.version) == highest.as_ref()
        });
        let path = path.unwrap_or_default().into_iter().skip(1);
        let conflict = Conflict {
            path: path.map(|node| graph.module(node).clone()).collect(),
            constraint: Some(wanted),
        };
        Err(Problem::Other(conflict.to_string()))
    }

    /// Returns the lines that go.sum keeps, also for an older Go that must load the same packages.
    async fn keep(
        &self,
        loaded: &Loaded,
        problems: &mut Vec<Problem>,
    ) -> Result<commit::Keep, Failure> {
        let mut keep = commit::Keep::of_tidy(self.session, &loaded.state, loaded).await;
        let version = compat::version(self.options.compat.as_deref(), loaded.state.go_version());
        let compat = Compat {
            session: self.session,
            trees: &self.trees,
            loaded,
            version,
            keep_going: self.options.keep_going,
        };
        if let Some(state) = compat.state() {
            if let Err(error) = compat.check(&state).await {
                if !self.options.keep_going {
                    return Err(error.into());
                }
                problems.extend(error.problems);
            }
            keep.add(commit::Keep::of_tidy(self.session, &state, loaded).await);
        }
        Ok(keep)
    }

    /// Returns listed modules that are not needed any more.
    async fn unused(
        &self,
        before: &Requirements,
        state: &State,
    ) -> Result<Vec<ModulePath>, Failure> {
        let mut unused = Vec::new();
        for root in &before.roots {
            let is_needed = match state.requirements.pruning {
                Pruning::Unpruned => {
                    drop(state.graph(self.session).await);
                    let selected = state.known();
                    selected.is_some_and(|known| known.version(root.path.as_str()).is_some())
                }
                Pruning::Pruned | Pruning::Workspace => {
                    state.requirements.version(&root.path).is_some()
                }
            };
            if !is_needed && !unused.contains(&root.path) {
                unused.push(root.path.clone());
            }
        }
        Ok(unused)
    }
}
