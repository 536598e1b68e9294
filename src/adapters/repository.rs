//! A repository that the user names, instead of one that is found by a module path.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use thiserror::Error;
use tokio::sync::Mutex;

use super::config::file_url;
use super::exec::Environment;
use super::git::{DirectZipError, Git, GitError, GitRepo};
use crate::domain::direct::facts::{Answer, Facts, Question, Step, Stop};
use crate::domain::direct::zip::ZipSource;
use crate::domain::direct::{CodeError, HostError};
use crate::domain::module::ModuleVersion;

/// Where a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address<'a> {
    /// A directory on this machine, absolute: a work tree or a bare repository.
    Directory(&'a Path),
    /// A URL.
    Url(&'a str),
}

/// A git repository, and what is known of it.
pub struct Repository {
    git: GitRepo,
    facts: Mutex<Facts>,
    /// The copy of a repository on this machine, which nobody needs afterwards.
    _copy: Option<TempDir>,
}

/// Why a repository cannot be used.
#[derive(Debug, Error)]
pub enum RepositoryError {
    /// It could not be opened.
    #[error(transparent)]
    Git(#[from] GitError),
    /// There is no place for a copy.
    #[error("cannot make a temporary directory: {0}")]
    Temporary(#[source] std::io::Error),
    /// It does not have what was asked for.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// It did not answer.
    #[error(transparent)]
    Host(#[from] HostError),
    /// No zip can be made of the revision.
    #[error(transparent)]
    Zip(#[from] DirectZipError),
}

impl Repository {
    /// Opens a repository. The copy of a remote one is kept in the module cache, where the go command has it, too.
    pub async fn open(
        address: &Address<'_>,
        mod_cache: &Path,
        env: &Environment,
    ) -> Result<Self, RepositoryError> {
        let (git, copy) = match address {
            Address::Url(url) => (Git::new(mod_cache, env).open(url).await?, None),
            Address::Directory(path) => {
                let copy = tempfile::Builder::new().prefix("modsmith-").tempdir();
                let copy = copy.map_err(RepositoryError::Temporary)?;
                let git = Git::new(copy.path(), env).open(&file_url(path)).await?;
                (git, Some(copy))
            }
        };
        Ok(Self {
            facts: Mutex::new(Facts::new(git.url())),
            git,
            _copy: copy,
        })
    }

    /// Returns a file of a revision; none where there is no such file.
    pub async fn file(&self, rev: &str, file: &str) -> Result<Option<Arc<[u8]>>, RepositoryError> {
        let (rev, file) = (rev.to_owned(), file.to_owned());
        match self.git.answer(&Question::File { rev, file }).await {
            Answer::File(found) => Ok(found?),
            _ => unreachable!("each question has its own kind of answer"),
        }
    }

    /// Lets a rule ask until it has its result.
    pub async fn ask<T>(&self, rule: impl Fn(&Facts) -> Step<T>) -> Result<T, RepositoryError> {
        let mut facts = self.facts.lock().await;
        loop {
            let question = match rule(&facts) {
                Ok(result) => return Ok(result),
                Err(Stop::Wrong(error)) => return Err(error.into()),
                Err(Stop::Ask(question)) => question,
            };
            let answer = self.git.answer(&question).await;
            facts.learn(question, answer);
        }
    }

    /// Makes the zip of a module version, as the go command does, and writes it to `file`, which is empty.
    pub async fn module_zip(
        &self,
        source: &ZipSource,
        module: &ModuleVersion,
        file: &File,
    ) -> Result<(), RepositoryError> {
        Ok(self.git.module_zip(source, module, file).await?)
    }
}

impl RepositoryError {
    /// Says what can be done about it, where something can.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Git(error) => error.hint(),
            Self::Host(HostError::Failed { source, .. })
            | Self::Zip(DirectZipError::Host(HostError::Failed { source, .. })) => {
                source.downcast_ref::<GitError>()?.hint()
            }
            Self::Temporary(_) | Self::Code(_) | Self::Host(_) | Self::Zip(_) => None,
        }
    }
}
