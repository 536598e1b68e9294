//! One side: where its files are, and its graph.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Options;
use crate::adapters::git::{FileOf, LocalRepo, Objects, RevisionError};
use crate::domain::modfile::{GoMod, GoWork};
use crate::domain::module::{ModulePath, Version};
use crate::domain::mvs::graph::Graph;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::files::{Files, RevisionFiles, Start};
use crate::ops::graph::Begun;
use crate::ops::load::LoadOptions;
use crate::ops::main_modules::clean;
use crate::ops::session::Session;
use crate::ops::similar;
use crate::ops::source::{Shared, Source};

/// How many similar names are offered for a revision that is not there.
const MAX_SIMILAR: usize = 3;

/// Where the files of one side are.
struct Place {
    name: String,
    start: Start,
    /// The file that is read instead of go.mod, where that has another name.
    modfile: Option<PathBuf>,
    files: Files,
}

/// One side, loaded.
pub(super) struct Side<'a> {
    /// The run that loaded it.
    pub(super) session: Session<'a>,
    /// Its graph.
    pub(super) graph: Arc<Graph>,
    direct: BTreeSet<ModulePath>,
}

impl Place {
    /// Reports whether both are the same files.
    fn is(&self, other: &Self) -> bool {
        let files = match (&self.files, &other.files) {
            (Files::Disk, Files::Disk) => true,
            (Files::Revision(a), Files::Revision(b)) => a.commit == b.commit,
            _ => false,
        };
        files && self.start == other.start && self.modfile == other.modfile
    }
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

/// Both sides: how they are called, and what they are; nothing where they are the same files.
pub(super) struct Both<'a> {
    /// What the user calls them.
    pub(super) names: (String, String),
    /// What differs perhaps.
    pub(super) loaded: Option<(Side<'a>, Side<'a>)>,
}

/// Loads both sides as `go mod graph` would.
pub(super) async fn both<'a>(ctx: &'a Context, options: &Options) -> Result<Both<'a>, Failure> {
    let before = options.before.as_str();
    let range = match (&options.after, path_of(ctx, before)) {
        (None, None) => before.split_once(".."),
        _ => None,
    };
    let shared = Arc::default();
    let Some((first, second)) = range else {
        let after = options.after.as_deref();
        let named = [Some(before), after].into_iter().flatten();
        let is_revision = |text: &&str| path_of(ctx, text).is_none();
        let mut sides = Sides::new(ctx, named.filter(is_revision).collect());
        let before = Box::pin(sides.named(before)).await?;
        let after = match after {
            Some(after) => Box::pin(sides.named(after)).await?,
            None => sides.at_hand(),
        };
        return sides.load(before, after, &shared).await;
    };
    let is_merge = second.starts_with('.');
    let second = second.strip_prefix('.').unwrap_or(second);
    let or_head = |name| if str::is_empty(name) { "HEAD" } else { name };
    let (first, second) = (or_head(first), or_head(second));
    let mut sides = Sides::new(ctx, vec![first, second]);
    let after = Box::pin(sides.revision(second)).await?;
    let before = if is_merge {
        Box::pin(sides.merge_base(first, second)).await?
    } else {
        Box::pin(sides.revision(first)).await?
    };
    sides.load(before, after, &shared).await
}

/// What both sides have in common.
struct Sides<'a, 't> {
    ctx: &'a Context,
    /// What may be a revision.
    revisions: Vec<&'t str>,
    repo: Option<LocalRepo>,
    /// The commits that revisions name, as far as git has told them.
    commits: HashMap<&'t str, String>,
    objects: Option<Objects>,
}

impl<'a, 't> Sides<'a, 't> {
    fn new(ctx: &'a Context, revisions: Vec<&'t str>) -> Self {
        Self {
            ctx,
            revisions,
            repo: None,
            commits: HashMap::new(),
            objects: None,
        }
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

    async fn load(
        &mut self,
        before: Place,
        after: Place,
        shared: &Arc<Shared>,
    ) -> Result<Both<'a>, Failure> {
        let names = (before.name.clone(), after.name.clone());
        let is_same = before.is(&after);
        // Files that cannot be loaded are no answer, even where they are compared with themselves.
        let before = Box::pin(self.load_one(before, shared)).await?;
        let loaded = if is_same {
            None
        } else {
            Some((before, Box::pin(self.load_one(after, shared)).await?))
        };
        Ok(Both { names, loaded })
    }

    async fn load_one(&mut self, place: Place, shared: &Arc<Shared>) -> Result<Side<'a>, Failure> {
        let ctx = self.ctx;
        let name = place.name;
        let wrong = |error| Failure::from(error).context(format!("cannot load `{name}`"));
        let source = Source::sharing(ctx, place.files, Arc::clone(shared)).map_err(wrong)?;
        let options = LoadOptions {
            modfile: place.modfile,
            ..LoadOptions::default()
        };
        let begun = Box::pin(Begun::new(ctx, &options, place.start, source));
        let mut begun = begun.await.map_err(wrong)?;
        self.add_missing(&mut begun).await?;
        let finished = Box::pin(begun.finish()).await;
        let (session, graph) = finished.map_err(wrong)?;
        Ok(Side {
            direct: session.mains.requirements().0.direct,
            session,
            graph,
        })
    }

    /// Reads what the main modules of a revision need besides: the go.mod of each directory that replaces a module, and
    /// go.sum where nobody knows yet what it vouches for.
    async fn add_missing(&mut self, begun: &mut Begun<'_>) -> Result<(), Failure> {
        let Files::Revision(files) = begun.source.files() else {
            return Ok(());
        };
        let dirs = begun.mains.replaced_dirs().into_iter();
        let mut paths: Vec<_> = dirs.map(|dir| dir.join("go.mod")).collect();
        if !begun.needs_no_sums() {
            paths.extend(begun.mains.sum_files());
        }
        // Modules of one repository stand for each other everywhere: nothing is read twice.
        paths.sort_unstable();
        paths.dedup();
        paths.retain(|path| !files.contents.contains_key(path));
        let commit = files.commit.clone();
        let contents = self.read(&commit, paths).await?;
        begun.source.files.add(contents);
        Ok(())
    }

    /// Finds what the user wrote: a path where it looks like one, else a revision, else a path after all.
    async fn named(&mut self, text: &'t str) -> Result<Place, Failure> {
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

    async fn merge_base(&mut self, first: &'t str, second: &'t str) -> Result<Place, Failure> {
        let repo = self.repo(first).await?;
        let base = repo.merge_base(first, second).await.map_err(failure)?;
        let name = base.get(..12).unwrap_or(&base).to_owned();
        self.at_commit(name, &base).await
    }

    async fn revision(&mut self, text: &'t str) -> Result<Place, Failure> {
        let repo = self.repo(text).await?;
        let commit = match self.commits.get(text) {
            Some(commit) => commit.clone(),
            None => repo.commit(text).await.map_err(failure)?,
        };
        self.at_commit(text.to_owned(), &commit).await
    }

    async fn repo(&mut self, revision: &str) -> Result<LocalRepo, Failure> {
        if self.repo.is_none() {
            let found =
                LocalRepo::find(&self.ctx.environment, &self.ctx.dir, &self.revisions).await?;
            if let Some((repo, commits)) = found {
                let names = self.revisions.iter().copied();
                self.commits
                    .extend(names.zip(commits.into_iter().flatten()));
                self.repo = Some(repo);
            }
        }
        let none = || RevisionError::NoRepository {
            revision: revision.to_owned(),
            dir: self.ctx.dir.clone(),
        };
        self.repo.clone().ok_or_else(|| failure(none()))
    }

    /// Finds the main modules as of a commit, from the working directory upwards, and reads their files.
    async fn at_commit(&mut self, name: String, commit: &str) -> Result<Place, Failure> {
        let repo = self.repo(commit).await?;
        let above = self.ctx.dir.ancestors();
        let above: Vec<_> = above
            .take_while(|dir| dir.starts_with(&repo.root))
            .collect();
        let wanted = above
            .iter()
            .flat_map(|dir| ["go.work", "go.mod"].map(|name| dir.join(name)));
        let contents = self.read(commit, wanted.collect()).await?;
        let contents: HashMap<_, _> = contents.into_iter().collect();
        let nearest = |name: &str| {
            let mut files = above.iter().map(|dir| dir.join(name));
            files.find(|file| contents.contains_key(file))
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
        let mut files = RevisionFiles {
            root: repo.root,
            commit: commit.to_owned(),
            is_plain: repo.is_plain,
            name: name.clone(),
            contents,
        };
        let mentioned = self.read(commit, mentioned(&files, &start)).await?;
        files.contents.extend(mentioned);
        Ok(Place {
            start,
            modfile: None,
            files: Files::Revision(files),
            name,
        })
    }

    /// Reads files of a commit: those that are there.
    async fn read(
        &mut self,
        commit: &str,
        paths: Vec<PathBuf>,
    ) -> Result<Vec<(PathBuf, Arc<[u8]>)>, Failure> {
        let repo = self.repo(commit).await?;
        let inside = |path: PathBuf| {
            let name = path.strip_prefix(&repo.root).ok()?.to_str()?;
            let file = FileOf {
                commit: commit.to_owned(),
                path: name.replace('\\', "/"),
            };
            Some((path, file))
        };
        let (paths, wanted): (Vec<_>, Vec<_>) = paths.into_iter().filter_map(inside).unzip();
        let objects = self
            .objects
            .get_or_insert_with(|| Objects::new(repo.clone()));
        let found = objects.files(&wanted).await.map_err(failure)?;
        let found = paths.into_iter().zip(found);
        Ok(found
            .filter_map(|(path, text)| Some((path, text?)))
            .collect())
    }
}

/// Returns the go.mod of each member of a workspace. Of a module the files that decide its graph: go.sum, and the go.mod
/// of each directory that replaces a module.
fn mentioned(files: &RevisionFiles, start: &Start) -> Vec<PathBuf> {
    let text = |path: &Path| files.contents.get(path).map_or(&[][..], AsRef::as_ref);
    // What is wrong with a file is told when it is loaded.
    let mut paths = Vec::new();
    if let Some(work) = &start.work {
        if let Ok(file) = GoWork::parse("go.work", text(work), None) {
            let dir = parent(work);
            let members = file.uses.iter().map(|used| clean(&dir.join(&used.path)));
            paths.extend(members.map(|dir| dir.join("go.mod")));
        }
    } else if let Some(go_mod) = &start.go_mod {
        paths.push(go_mod.with_extension("sum"));
        // Versions may be branches there: only the directories matter here.
        let mut any = |_: &str, version: &str| Ok(Version::new(version));
        if let Ok(file) = GoMod::parse("go.mod", text(go_mod), Some(&mut any)) {
            let lines = file.replace.iter();
            let lines = lines.filter(|line| line.new.version.is_empty());
            let dir = parent(go_mod);
            let dirs = lines.map(|line| clean(&dir.join(line.new.path.as_str())));
            paths.extend(dirs.map(|dir| dir.join("go.mod")));
        }
    }
    paths.sort_unstable();
    paths.dedup();
    paths
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
        RevisionError::Absent { .. } => hints.push(
            "a partial clone brings what is missing with `git fetch --refetch --no-filter`"
                .to_owned(),
        ),
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
