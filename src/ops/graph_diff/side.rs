//! One side: where its files are, and its graph.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Options;
use crate::adapters::git::{LocalRepo, RevisionError};
use crate::domain::modfile::{GoMod, GoWork, Replace};
use crate::domain::module::{ModulePath, Version};
use crate::domain::mvs::graph::Graph;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::files::{Files, RevisionFiles, Start};
use crate::ops::graph;
use crate::ops::load::{LoadError, LoadOptions};
use crate::ops::main_modules::clean;
use crate::ops::session::Session;
use crate::ops::similar;
use crate::ops::source::Source;
use crate::ops::statements::SharedSummaries;

/// How many similar names are offered for a revision that is not there.
const MAX_SIMILAR: usize = 3;

/// Where the files of one side are.
pub(super) struct Place {
    name: String,
    start: Start,
    /// The file that is read instead of go.mod, where that has another name.
    modfile: Option<PathBuf>,
    files: Files,
}

/// One side, loaded.
pub(super) struct Side<'a> {
    /// What the user calls it.
    pub(super) name: String,
    /// The run that loaded it.
    pub(super) session: Session<'a>,
    /// Its graph.
    pub(super) graph: Arc<Graph>,
    direct: BTreeSet<ModulePath>,
}

impl Side<'_> {
    /// Returns the selected versions, those of main modules and of Go itself aside.
    pub(super) fn selected(&self) -> BTreeMap<ModulePath, Version> {
        super::selected(self.graph.build_list())
    }

    /// Reports whether a main module requires the module without `// indirect`.
    pub(super) fn is_direct(&self, path: &ModulePath) -> bool {
        self.direct.contains(path)
    }
}

/// Finds both sides.
pub(super) async fn both(ctx: &Context, options: &Options) -> Result<(Place, Place), Failure> {
    let mut sides = Sides::new(ctx);
    let before = options.before.as_str();
    match (
        &options.after,
        path_of(ctx, before),
        before.split_once(".."),
    ) {
        (Some(after), _, _) => {
            let before = sides.named(before).await?;
            Ok((before, sides.named(after).await?))
        }
        (None, None, Some((first, second))) => sides.range(first, second).await,
        (None, _, _) => {
            let before = sides.named(before).await?;
            Ok((before, sides.at_hand()))
        }
    }
}

/// Loads one side as `go mod graph` would.
pub(super) async fn load<'a>(
    ctx: &'a Context,
    place: Place,
    shared: &Arc<SharedSummaries>,
) -> Result<Side<'a>, Failure> {
    let name = place.name.clone();
    let load = async {
        let source = Source::sharing(ctx, place.files, Arc::clone(shared))?;
        let options = LoadOptions {
            modfile: place.modfile,
            ..LoadOptions::default()
        };
        graph::session_at(ctx, &options, place.start, source).await
    };
    let loaded: Result<_, LoadError> = load.await;
    let (session, graph) =
        loaded.map_err(|error| Failure::from(error).context(format!("cannot load `{name}`")))?;
    Ok(Side {
        name,
        direct: session.mains.requirements().0.direct,
        session,
        graph,
    })
}

/// What both sides have in common.
struct Sides<'a> {
    ctx: &'a Context,
    repo: Option<LocalRepo>,
}

impl<'a> Sides<'a> {
    fn new(ctx: &'a Context) -> Self {
        Self { ctx, repo: None }
    }

    /// The files that other commands would read.
    fn at_hand(&self) -> Place {
        Place {
            name: "work tree".to_owned(),
            start: Start::of(self.ctx),
            modfile: None,
            files: Files::Disk,
        }
    }

    /// Finds what the user wrote: a path where it looks like one, else a revision, else a path after all.
    async fn named(&mut self, text: &str) -> Result<Place, Failure> {
        if let Some(path) = path_of(self.ctx, text) {
            return self.path(text, &path);
        }
        match self.revision(text).await {
            Err(failure) => {
                let path = self.ctx.dir.join(text);
                let found = path.exists().then(|| self.path(text, &path));
                found.unwrap_or(Err(failure))
            }
            found => found,
        }
    }

    fn path(&self, text: &str, path: &Path) -> Result<Place, Failure> {
        let path = clean(path);
        let uses_work = self.ctx.env.get("GOWORK") != "off";
        let (mut start, mut modfile) = (Start::default(), None);
        if path.is_dir() {
            let work = path.join("go.work");
            start.work = (uses_work && work.is_file()).then_some(work);
            start.go_mod = Some(path.join("go.mod")).filter(|file| file.is_file());
            if start.work.is_none() && start.go_mod.is_none() {
                let message = format!("`{text}` is a directory without a go.mod");
                return Err(Failure::input(message).hint("name the directory of a module"));
            }
        } else if path.is_file()
            && path
                .extension()
                .is_some_and(|extension| extension == "work")
        {
            start.work = Some(path);
        } else if path.is_file() {
            modfile = (path.file_name() != Some(OsStr::new("go.mod"))).then(|| path.clone());
            start.go_mod = Some(path);
        } else {
            let message = format!("`{text}` does not exist");
            return Err(Failure::input(message)
                .hint("a side is a git revision, a directory or a go.mod file"));
        }
        Ok(Place {
            name: text.to_owned(),
            start,
            modfile,
            files: Files::Disk,
        })
    }

    async fn range(&mut self, first: &str, second: &str) -> Result<(Place, Place), Failure> {
        let is_merge = second.starts_with('.');
        let second = second.strip_prefix('.').unwrap_or(second);
        let or_head = |name: &str| {
            if name.is_empty() {
                "HEAD".to_owned()
            } else {
                name.to_owned()
            }
        };
        let (first, second) = (&or_head(first), &or_head(second));
        let after = self.revision(second).await?;
        if !is_merge {
            return Ok((self.revision(first).await?, after));
        }
        let repo = self.repo(first).await?;
        let base = repo.merge_base(first, second).await.map_err(failure)?;
        let name = base.get(..12).unwrap_or(&base).to_owned();
        Ok((self.at_commit(name, &base).await?, after))
    }

    async fn revision(&mut self, text: &str) -> Result<Place, Failure> {
        let repo = self.repo(text).await?;
        let commit = repo.commit(text).await.map_err(failure)?;
        self.at_commit(text.to_owned(), &commit).await
    }

    async fn repo(&mut self, revision: &str) -> Result<LocalRepo, Failure> {
        if self.repo.is_none() {
            self.repo = LocalRepo::find(&self.ctx.environment, &self.ctx.dir).await?;
        }
        let none = || RevisionError::NoRepository {
            revision: revision.to_owned(),
            dir: self.ctx.dir.clone(),
        };
        self.repo.clone().ok_or_else(|| failure(none()))
    }

    /// Finds the main modules as of a commit, from the working directory upwards, and reads all of the user's files that
    /// loading them takes.
    async fn at_commit(&mut self, name: String, commit: &str) -> Result<Place, Failure> {
        let repo = self.repo(commit).await?;
        let mut tree = Tree {
            repo,
            commit,
            contents: HashMap::new(),
        };
        let above: Vec<PathBuf> = self
            .ctx
            .dir
            .ancestors()
            .take_while(|dir| dir.starts_with(&tree.repo.root))
            .map(Path::to_owned)
            .collect();
        let names = ["go.work", "go.work.sum", "go.mod", "go.sum"];
        let wanted = above
            .iter()
            .flat_map(|dir| names.map(|name| dir.join(name)));
        tree.read(wanted.collect()).await?;
        let nearest = |name: &str| {
            let files = above.iter().map(|dir| dir.join(name));
            files
                .into_iter()
                .find(|file| tree.contents.contains_key(file))
        };
        let start = Start {
            work: nearest("go.work").filter(|_| self.ctx.env.get("GOWORK") != "off"),
            go_mod: nearest("go.mod"),
        };
        if start.work.is_none() && start.go_mod.is_none() {
            let message = format!(
                "`{name}` has no go.mod in `{}` or any directory above it",
                self.ctx.dir.display()
            );
            return Err(Failure::input(message)
                .hint("name the directory of a module with `-C DIR`, or a revision that has it"));
        }
        tree.read_mentioned(&start).await?;
        Ok(Place {
            start,
            modfile: None,
            files: Files::Revision(RevisionFiles {
                root: tree.repo.root,
                commit: commit.to_owned(),
                name: name.clone(),
                contents: tree.contents,
            }),
            name,
        })
    }
}

/// The files of one commit.
struct Tree<'c> {
    repo: LocalRepo,
    commit: &'c str,
    contents: HashMap<PathBuf, Vec<u8>>,
}

impl Tree<'_> {
    async fn read(&mut self, paths: Vec<PathBuf>) -> Result<(), Failure> {
        let inside = |path: PathBuf| {
            let name = path.strip_prefix(&self.repo.root).ok()?.to_str()?;
            let name = name.replace('\\', "/");
            Some((path, name))
        };
        let (paths, names): (Vec<_>, Vec<_>) = paths.into_iter().filter_map(inside).unzip();
        if names.is_empty() {
            return Ok(());
        }
        let found = self
            .repo
            .files(self.commit, &names)
            .await
            .map_err(failure)?;
        for (path, text) in paths.into_iter().zip(found) {
            if let Some(text) = text {
                self.contents.insert(path, text);
            }
        }
        Ok(())
    }

    /// Reads the members of the workspace, and the go.mod of each directory that replaces a module.
    async fn read_mentioned(&mut self, start: &Start) -> Result<(), Failure> {
        let mut bases = Vec::new();
        let mut modules = Vec::new();
        match &start.work {
            Some(work) => {
                let dir = parent(work);
                let text = self.contents.get(work).map_or(&[][..], Vec::as_slice);
                // What is wrong with a file is told when it is loaded.
                if let Ok(file) = GoWork::parse("go.work", text, None) {
                    let members = file.uses.iter().map(|used| clean(&dir.join(&used.path)));
                    modules.extend(members);
                    bases.extend(directories(&dir, &file.replace));
                }
                let files = modules
                    .iter()
                    .flat_map(|dir| ["go.mod", "go.sum"].map(|name| dir.join(name)));
                self.read(files.collect()).await?;
            }
            None => modules.extend(start.go_mod.as_deref().map(parent)),
        }
        for dir in &modules {
            let Some(text) = self.contents.get(&dir.join("go.mod")) else {
                continue;
            };
            // Versions may be branches there: only the directories matter here.
            let mut any = |_: &str, version: &str| Ok(Version::new(version));
            if let Ok(file) = GoMod::parse("go.mod", text, Some(&mut any)) {
                bases.extend(directories(dir, &file.replace));
            }
        }
        // Modules of one repository stand for each other everywhere: nothing is read twice.
        bases.sort_unstable();
        bases.dedup();
        bases.retain(|path| !self.contents.contains_key(path));
        self.read(bases).await
    }
}

/// Returns the go.mod files of the directories that replace modules.
fn directories(base: &Path, lines: &[Replace]) -> Vec<PathBuf> {
    let lines = lines.iter().filter(|line| line.new.version.is_empty());
    lines
        .map(|line| clean(&base.join(line.new.path.as_str())).join("go.mod"))
        .collect()
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(path).to_owned()
}

/// Returns the path that `text` means if it cannot mean anything else.
fn path_of(ctx: &Context, text: &str) -> Option<PathBuf> {
    let is_path = text == "."
        || text == ".."
        || ["./", "../", ".\\", "..\\"]
            .iter()
            .any(|start| text.starts_with(start))
        || Path::new(text).is_absolute()
        || Path::new(text)
            .extension()
            .is_some_and(|extension| extension == "mod");
    is_path.then(|| ctx.dir.join(text))
}

/// Says what to type instead.
fn failure(error: RevisionError) -> Failure {
    let mut hints = Vec::new();
    match &error {
        RevisionError::Unknown {
            revision,
            is_shallow,
            names,
        } => {
            let known = names.iter().map(String::as_str);
            let near = similar::nearest(revision, known, MAX_SIMILAR);
            if !near.is_empty() {
                let near: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
                hints.push(format!("did you mean {}?", near.join(" or ")));
            }
            if *is_shallow {
                hints.push(deepen(revision));
            }
            if hints.is_empty() {
                hints.push(
                    "list what there is with `git branch --all` and `git tag`; `git fetch --tags` brings what is missing"
                        .to_owned(),
                );
            }
        }
        RevisionError::Unrelated {
            first, is_shallow, ..
        } => hints.push(if *is_shallow {
            deepen(first)
        } else {
            "compare the two directly: `A..B` instead of `A...B`".to_owned()
        }),
        RevisionError::NoRepository { .. } => hints
            .push("a side is a git revision, a directory (`./DIR`) or a go.mod file".to_owned()),
        RevisionError::Run(_) | RevisionError::Output => {}
    }
    hints.into_iter().fold(Failure::from(error), Failure::hint)
}

fn deepen(revision: &str) -> String {
    format!(
        "fetch the history first: `git fetch --unshallow`, or `git fetch --depth=1 origin {revision}` for this one; \
         in GitHub Actions `fetch-depth: 0` of `actions/checkout`"
    )
}
