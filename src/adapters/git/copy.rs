//! The copy of one repository: what is here, and what must be fetched.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OnceCell};

use super::dir;
use super::error::GitError;
use super::program::{Git, LIST_TIMEOUT, MAX_LIST};
use crate::adapters::exec::{Environment, ExecError, Program};
use crate::adapters::fs::LockedFile;
use crate::adapters::http::redacted;
use crate::domain::direct::HostError;
use crate::domain::direct::commit::{Commit, LOG_FORMAT};
use crate::domain::direct::facts::{Answer, History, NoCommit, Question};
use crate::domain::direct::refs::{Refs, Target, may_be_hash};
use crate::domain::module::info::Origin;
use crate::domain::modzip::MAX_ZIP_FILE;

/// The time that a transfer of commits may take.
const FETCH_TIMEOUT: Duration = Duration::from_hours(1);
/// The bytes that a go.mod file may have, as in the go command; and some for the line before it.
const MAX_FILE: u64 = (16 << 20) + 4096;

/// The copy of a repository in the module cache.
pub struct GitRepo {
    git: Git,
    url: String,
    dir: PathBuf,
    env: Environment,
    /// How many digits the hashes of the repository have.
    hash_len: usize,
    refs: OnceCell<Result<Refs, HostError>>,
    state: Mutex<State>,
}

/// What a copy says of itself.
struct Config {
    url: Option<String>,
    is_sha256: bool,
}

/// What this process knows of the copy.
#[derive(Default)]
struct State {
    local_tags: Option<HashSet<String>>,
    has_everything: bool,
    commits: HashMap<String, Result<Commit, NoCommit>>,
}

impl GitRepo {
    /// Opens the copy of the repository at `url`; an empty one is made where there is none yet.
    pub(super) async fn open(git: &Git, url: &str) -> Result<Self, GitError> {
        let (dir, lock) = dir::prepare(git.mod_cache(), "git3", url).await?;
        let env = git.env().with("GIT_DIR", &dir);
        let mut repo = Self {
            git: git.clone(),
            url: url.to_owned(),
            env: git.quiet_ssh(&env, &dir).await,
            dir,
            hash_len: 40,
            refs: OnceCell::new(),
            state: Mutex::new(State::default()),
        };
        // Someone who was killed may have left a copy that does not know where it is from.
        let mut config = repo.config().await;
        if !repo.dir.join("objects").exists() || config.url.is_none() {
            if let Err(error) = repo.init().await {
                dir::remove(&repo.dir);
                return Err(error);
            }
            config = repo.config().await;
        }
        if config.is_sha256 {
            repo.hash_len = 64;
        }
        drop(lock);
        Ok(repo)
    }

    /// Finds out what a rule needs to know.
    pub async fn answer(&self, question: &Question) -> Answer {
        // One thing at a time in each repository, as in the go command; others are not held up.
        let mut state = self.state.lock().await;
        match question {
            Question::Refs => Answer::Refs(self.refs().await.cloned()),
            Question::Commit { rev } => {
                Answer::Commit(Box::new(self.commit(&mut state, rev).await))
            }
            Question::File { rev, file } => Answer::File(self.file(&mut state, rev, file).await),
            Question::Tags { hash, history } => {
                Answer::Tags(self.tags(&mut state, hash, *history).await)
            }
            Question::Descends { hash, tag } => {
                Answer::Descends(self.descends(&mut state, hash, tag).await)
            }
        }
    }

    /// Writes the files of a revision below `subdir`, all where that is empty, to `sink`: a zip with the directory
    /// `prefix` around everything.
    pub async fn archive(
        &self,
        rev: &str,
        subdir: &str,
        sink: &mut (dyn Write + Send),
    ) -> Result<(), HostError> {
        let mut state = self.state.lock().await;
        let commit = self.commit(&mut state, rev).await;
        let commit = commit.map_err(|none| none.error)?;
        let lock = dir::lock(&self.dir)
            .await
            .map_err(|error| host(error.into()))?;
        dir::switch_off_export_attributes(&self.dir).map_err(|error| host(error.into()))?;
        // Line ends are those of the commit on every system.
        let settings = ["-c", "core.autocrlf=input", "-c", "core.eol=lf"];
        let archive = ["archive", "--format=zip", "--prefix=prefix/"];
        let mut program = self
            .git(settings.into_iter().chain(archive))
            .args(["--end-of-options", &commit.hash]);
        if !subdir.is_empty() {
            program = program.arg(subdir);
        }
        let program = program.timeout(FETCH_TIMEOUT).max_output(MAX_ZIP_FILE);
        let ran = program.run_into(sink).await;
        let output = ran.map_err(|source| host(self.error(source)))?;
        drop(lock);
        if !output.success() {
            return Err(host(self.error(program.failed(&output))));
        }
        Ok(())
    }

    /// Returns the URL of the repository.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Reports whether the server was asked for its branches and tags and did not tell them.
    pub fn cannot_be_listed(&self) -> bool {
        self.refs.get().is_some_and(Result::is_err)
    }

    /// Makes an empty copy.
    async fn init(&self) -> Result<(), GitError> {
        // Whether hashes are long must be known before anything is fetched. A server that does not
        // answer now is asked again by nobody: the error is kept for whoever needs the answer.
        let from_url = self.git(["ls-remote", "-q", "--end-of-options", &self.url]);
        let refs = self.list(from_url).await;
        let is_long = refs
            .as_ref()
            .is_ok_and(|refs| refs.any_hash().is_some_and(|hash| hash.len() == 64));
        self.refs.set(refs).ok();
        let knows_sha256 = self
            .git
            .knows_sha256()
            .await
            .map_err(|source| self.error(source))?;
        let env = self.env.without("GIT_DIR");
        let mut init = Program::new("git", &env)
            .dir(&self.dir)
            .args(["init", "--bare"]);
        if is_long {
            init = init.arg("--object-format=sha256");
        } else if knows_sha256 {
            init = init.arg("--object-format=sha1");
        }
        self.ok(init).await?;
        if self.config().await.url.is_none() {
            self.ok(self.git(["remote", "add", "origin", "--", &self.url]))
                .await?;
        }
        if cfg!(windows) {
            self.ok(self.git(["config", "core.longpaths", "true"]))
                .await?;
        }
        Ok(())
    }

    /// Reads what the copy says of itself.
    async fn config(&self) -> Config {
        let pattern = "^(extensions\\.objectformat|remote\\.origin\\.url)$";
        let list = self.git(["config", "--local", "--get-regexp", pattern]);
        let output = list
            .run()
            .await
            .map_or_else(|_| Vec::new(), |output| output.stdout);
        let text = String::from_utf8_lossy(&output);
        let value = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        };
        Config {
            url: value("remote.origin.url").map(str::to_owned),
            is_sha256: value("extensions.objectformat") == Some("sha256"),
        }
    }

    /// Returns the branches and tags of the server; it is asked once.
    async fn refs(&self) -> Result<&Refs, HostError> {
        let ask = || self.list(self.git(["ls-remote", "-q", "--end-of-options", "origin"]));
        self.refs
            .get_or_init(ask)
            .await
            .as_ref()
            .map_err(Clone::clone)
    }

    async fn list(&self, program: Program) -> Result<Refs, HostError> {
        let _permit = self.git.permit().await;
        let program = program.timeout(LIST_TIMEOUT).max_output(MAX_LIST);
        self.ok(program)
            .await
            .map(|output| Refs::parse(&output))
            .map_err(host)
    }

    async fn commit(&self, state: &mut State, rev: &str) -> Result<Commit, NoCommit> {
        if let Some(known) = state.commits.get(rev) {
            return known.clone();
        }
        let found = self.resolve(state, rev).await;
        state.commits.insert(rev.to_owned(), found.clone());
        found
    }

    /// Finds a revision here, or else on the server; what is missing is fetched.
    async fn resolve(&self, state: &mut State, rev: &str) -> Result<Commit, NoCommit> {
        let looks_like_hash = may_be_hash(rev, self.hash_len);
        if looks_like_hash && let Ok(found) = self.local(rev, rev).await {
            return Ok(found);
        }
        // A tag keeps its meaning; a branch that is here may be out of date.
        if self.local_tags(state).await.contains(rev) {
            return self.local(rev, &format!("refs/tags/{rev}")).await;
        }
        let refs = self.refs().await.map_err(no_commit)?;
        let target = refs.resolve(rev, self.hash_len).map_err(|error| {
            let origin =
                matches!(error, HostError::UnknownRevision { .. }).then(|| self.missing(refs));
            NoCommit { error, origin }
        })?;
        let lock = dir::lock(&self.dir)
            .await
            .map_err(|error| no_commit(host(error.into())))?;
        let mut git_ref = target.git_ref.clone();
        let found = self
            .fetch(state, &target, looks_like_hash, &mut git_ref, &lock)
            .await;
        // What the name means now is part of the answer, whether or not the commit could be had.
        let complete = |origin: &mut Origin, hash: &str| {
            hash.clone_into(&mut origin.hash);
            if git_ref != hash {
                origin.git_ref.clone_from(&git_ref);
            }
        };
        match found {
            Ok(mut commit) => {
                let hash = commit.hash.clone();
                complete(&mut commit.origin, &hash);
                Ok(commit)
            }
            Err(mut none) => {
                none.origin
                    .iter_mut()
                    .for_each(|origin| complete(origin, ""));
                Err(none)
            }
        }
    }

    /// Brings the commit of `target` here, with as little else as possible.
    async fn fetch(
        &self,
        state: &mut State,
        target: &Target,
        was_looked_for: bool,
        git_ref: &mut String,
        lock: &LockedFile,
    ) -> Result<Commit, NoCommit> {
        if !was_looked_for && let Ok(found) = self.local(&target.rev, &target.hash).await {
            return self.with_tag(state, target, found).await;
        }
        // A commit is fetched only by a ref that leads to it: servers also offer commits that were
        // never accepted into the repository.
        if !state.has_everything && !target.git_ref.is_empty() && !target.hash.is_empty() {
            let mut refspec = format!("{0}:{0}", target.git_ref);
            if target.git_ref == "HEAD" {
                // With a local name, other tags of the commit come along.
                refspec = format!("{}:refs/dummy", target.hash);
                git_ref.clone_from(&target.hash);
            }
            let fetch = self.transfer(&["-f", "--depth=1", "--end-of-options", "origin", &refspec]);
            if self.run_transfer(fetch, lock).await.is_ok() {
                return self.local(&target.rev, git_ref).await;
            }
            // Whatever went wrong: some servers cannot do this, but all can send everything.
        }
        self.fetch_all(state, lock).await.map_err(no_commit)?;
        self.local(&target.rev, &target.rev).await
    }

    /// Gives a commit that was here already the tag by which it was asked for.
    async fn with_tag(
        &self,
        state: &mut State,
        target: &Target,
        found: Commit,
    ) -> Result<Commit, NoCommit> {
        let Some(tag) = target.git_ref.strip_prefix("refs/tags/") else {
            return Ok(found);
        };
        if found.tags.iter().any(|known| known == tag) {
            return Ok(found);
        }
        let add = self.git(["tag", "--end-of-options", tag, &target.hash]);
        self.ok(add).await.map_err(|error| no_commit(host(error)))?;
        state
            .local_tags
            .get_or_insert_default()
            .insert(tag.to_owned());
        self.local(&target.rev, &target.git_ref).await
    }

    /// Fetches all branches and tags with all of their history.
    async fn fetch_all(&self, state: &mut State, lock: &LockedFile) -> Result<(), HostError> {
        if state.has_everything {
            return Ok(());
        }
        let fetch = self.transfer(&[
            "-f",
            "--end-of-options",
            "origin",
            "refs/heads/*:refs/heads/*",
            "refs/tags/*:refs/tags/*",
        ]);
        self.run_transfer(fetch, lock).await.map_err(host)?;
        // In two steps: git's clients up to 2.23 forget new refs while they deepen the history.
        if self.dir.join("shallow").exists() {
            let deepen = self.transfer(&["--unshallow", "-f", "--end-of-options", "origin"]);
            self.run_transfer(deepen, lock).await.map_err(host)?;
        }
        state.has_everything = true;
        Ok(())
    }

    /// Describes a revision that is here.
    async fn local(&self, version: &str, rev: &str) -> Result<Commit, NoCommit> {
        let log = self.git([
            "-c",
            "log.showsignature=false",
            "log",
            "--no-decorate",
            "-n1",
            LOG_FORMAT,
            "--end-of-options",
            rev,
            "--",
        ]);
        let output = match log.run().await {
            Ok(output) => output,
            Err(source) => return Err(no_commit(host(self.error(source)))),
        };
        // The server's list matters for the tags, but what is here can do without it.
        let refs = self.refs().await.ok();
        if !output.success() {
            let error = HostError::UnknownRevision {
                rev: rev.to_owned(),
            };
            return Err(NoCommit {
                error,
                origin: refs.map(|refs| self.missing(refs)),
            });
        }
        Commit::parse(&output.stdout, version, rev, refs, &self.url).map_err(|source| {
            no_commit(host(GitError::Log {
                remote: redacted::text(&self.url),
                source,
            }))
        })
    }

    async fn local_tags<'s>(&self, state: &'s mut State) -> &'s HashSet<String> {
        if state.local_tags.is_none() {
            let output = self
                .git(["tag", "-l"])
                .max_output(MAX_LIST)
                .run_ok()
                .await
                .unwrap_or_default();
            let names = String::from_utf8_lossy(&output);
            state.local_tags = Some(names.lines().map(str::to_owned).collect());
        }
        state.local_tags.get_or_insert_default()
    }

    async fn file(
        &self,
        state: &mut State,
        rev: &str,
        file: &str,
    ) -> Result<Option<Arc<[u8]>>, HostError> {
        let commit = self.commit(state, rev).await.map_err(|none| none.error)?;
        if file.contains('\n') {
            return Ok(None);
        }
        let cat = self
            .git(["cat-file", "--batch"])
            .stdin(format!("{}:{file}\n", commit.hash));
        let output = self.ok(cat.max_output(MAX_FILE)).await.map_err(host)?;
        Ok(blob(&output).map(Arc::from))
    }

    async fn tags(
        &self,
        state: &mut State,
        hash: &str,
        history: History,
    ) -> Result<Vec<String>, HostError> {
        if history == History::Complete {
            let lock = dir::lock(&self.dir)
                .await
                .map_err(|error| host(error.into()))?;
            self.fetch_all(state, &lock).await?;
        }
        let merged = format!("--merged={hash}");
        let list = self.git(["for-each-ref", "--format=%(refname)", &merged, "refs/tags"]);
        let output = self.ok(list.max_output(MAX_LIST)).await.map_err(host)?;
        let names = String::from_utf8_lossy(&output);
        Ok(names
            .lines()
            .filter_map(|name| name.strip_prefix("refs/tags/"))
            .map(str::to_owned)
            .collect())
    }

    async fn descends(&self, state: &mut State, hash: &str, tag: &str) -> Result<bool, HostError> {
        let is_ancestor = || self.git(["merge-base", "--is-ancestor", "--", tag, hash]);
        // Yes is yes; with a part of the history, no may be wrong.
        if is_ancestor()
            .run()
            .await
            .is_ok_and(|output| output.success())
        {
            return Ok(true);
        }
        if self.refs().await?.tags(tag).is_empty() {
            return Ok(false);
        }
        self.commit(state, hash).await.map_err(|none| none.error)?;
        let lock = dir::lock(&self.dir)
            .await
            .map_err(|error| host(error.into()))?;
        self.fetch_all(state, &lock).await?;
        let program = is_ancestor();
        let output = program
            .run()
            .await
            .map_err(|source| host(self.error(source)))?;
        match output.code {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(host(self.error(program.failed(&output)))),
        }
    }

    /// Returns the origin of the answer that something is not in the repository.
    fn missing(&self, refs: &Refs) -> Origin {
        Origin {
            vcs: "git".to_owned(),
            url: self.url.clone(),
            repo_sum: refs.repo_sum(),
            ..Origin::default()
        }
    }

    fn git<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Program {
        Program::new("git", &self.env).dir(&self.dir).args(args)
    }

    /// Returns a fetch that does nothing but fetch.
    fn transfer(&self, args: &[&str]) -> Program {
        let settings = [
            // Version 1 of the protocol at times misses tags of the commit.
            "protocol.version=2",
            // Nothing runs behind our back: hooks of a template, or a clean-up in the background.
            "core.hooksPath=/dev/null",
            "gc.auto=0",
            "maintenance.auto=false",
            "fetch.recurseSubmodules=false",
        ];
        let settings = settings.iter().flat_map(|setting| ["-c", setting]);
        self.git(settings.chain(["fetch"]).chain(args.iter().copied()))
            .timeout(FETCH_TIMEOUT)
    }

    async fn run_transfer(&self, program: Program, _held: &LockedFile) -> Result<(), GitError> {
        dir::remove_stale_locks(&self.dir, FETCH_TIMEOUT);
        let _permit = self.git.permit().await;
        // Dropped last: when git was killed because nobody waits for it any more.
        let cleanup = dir::Cleanup::new(&self.dir);
        let ran = self.ok(program).await.map(drop);
        if !matches!(
            &ran,
            Err(GitError::Run {
                source: ExecError::TimedOut { .. },
                ..
            })
        ) {
            cleanup.not_needed();
        }
        ran
    }

    async fn ok(&self, program: Program) -> Result<Vec<u8>, GitError> {
        program.run_ok().await.map_err(|source| self.error(source))
    }

    fn error(&self, source: ExecError) -> GitError {
        GitError::Run {
            remote: redacted::text(&self.url),
            source,
        }
    }
}

/// Takes the contents out of what `git cat-file --batch` prints for one object; none if it is not a file.
fn blob(output: &[u8]) -> Option<&[u8]> {
    let line_end = memchr::memchr(b'\n', output)?;
    let mut fields = std::str::from_utf8(&output[..line_end]).ok()?.rsplit(' ');
    let size: usize = fields.next()?.parse().ok()?;
    if fields.next()? != "blob" {
        return None;
    }
    output[line_end + 1..].get(..size)
}

fn host(error: GitError) -> HostError {
    HostError::Failed {
        source: Arc::new(error),
        absent: false,
    }
}

fn no_commit(error: HostError) -> NoCommit {
    NoCommit {
        error,
        origin: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_of_objects() {
        assert_eq!(blob(b"0123abc blob 3\nabc\n"), Some(&b"abc"[..]));
        assert_eq!(blob(b"0123abc blob 0\n\n"), Some(&b""[..]));
        assert_eq!(blob(b"0123abc tree 3\nabc\n"), None);
        assert_eq!(blob(b"abc:a file missing\n"), None);
        assert_eq!(blob(b"0123abc blob 30\nabc\n"), None);
        assert_eq!(blob(b""), None);
    }
}
