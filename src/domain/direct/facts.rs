//! What is known of a repository so far, and what must be found out next.
//!
//! The rules about modules in repositories are pure: where they need something that is not known
//! yet they stop with a [`Question`]. The caller finds out, adds the answer and asks again, from
//! the start; what is known costs nothing.

use std::collections::HashMap;
use std::sync::Arc;

use super::commit::Commit;
use super::error::{CodeError, HostError};
use super::refs::Refs;
use crate::domain::module::info::Origin;

/// Something to find out about a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// Which branches and tags does the server have?
    Refs,
    /// Which commit is this revision?
    Commit {
        /// A tag, a branch or the beginning of a hash.
        rev: String,
    },
    /// What does the file contain, if it exists?
    File {
        /// The revision.
        rev: String,
        /// The file's path from the root.
        file: String,
    },
    /// Which tags do the commit and its ancestors have?
    Tags {
        /// The commit's full hash.
        hash: String,
        /// How hard to look.
        history: History,
    },
    /// Is the commit of the tag an ancestor of the other commit, or the same one?
    Descends {
        /// The other commit's full hash.
        hash: String,
        /// The tag.
        tag: String,
    },
}

/// How much of the history must be at hand for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum History {
    /// What happens to be here.
    Local,
    /// All of it.
    Complete,
}

/// The answer to a [`Question`].
#[derive(Clone, Debug)]
pub enum Answer {
    /// To [`Question::Refs`].
    Refs(Result<Refs, HostError>),
    /// To [`Question::Commit`].
    Commit(Box<Result<Commit, NoCommit>>),
    /// To [`Question::File`]; none where there is no such file or revision.
    File(Result<Option<Arc<[u8]>>, HostError>),
    /// To [`Question::Tags`].
    Tags(Result<Vec<String>, HostError>),
    /// To [`Question::Descends`].
    Descends(Result<bool, HostError>),
}

/// A revision for which there is no commit.
#[derive(Clone, Debug)]
pub struct NoCommit {
    /// Why.
    pub error: HostError,
    /// What that depends on, where it is known.
    pub origin: Option<Origin>,
}

/// The answers so far.
#[derive(Debug, Default)]
pub struct Facts {
    url: String,
    answers: HashMap<Question, Answer>,
}

/// Why a rule has no result: something is not known yet, or something is wrong.
#[derive(Debug)]
pub enum Stop {
    /// This must be found out first.
    Ask(Question),
    /// This is wrong.
    Wrong(CodeError),
}

/// The result of a rule that may have to ask first.
pub type Step<T> = Result<T, Stop>;

impl Facts {
    /// Begins with nothing but the URL of the repository.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            answers: HashMap::new(),
        }
    }

    /// Adds an answer.
    pub fn learn(&mut self, question: Question, answer: Answer) {
        self.answers.insert(question, answer);
    }

    /// Returns the URL of the repository.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the branches and tags of the server.
    pub(super) fn refs(&self) -> Step<Result<&Refs, &HostError>> {
        match self.answers.get(&Question::Refs) {
            Some(Answer::Refs(answer)) => Ok(answer.as_ref()),
            _ => Err(Stop::Ask(Question::Refs)),
        }
    }

    /// Returns the commit that `rev` is.
    pub(super) fn commit(&self, rev: &str) -> Step<Result<&Commit, &NoCommit>> {
        let question = Question::Commit {
            rev: rev.to_owned(),
        };
        match self.answers.get(&question) {
            Some(Answer::Commit(answer)) => Ok((**answer).as_ref()),
            _ => Err(Stop::Ask(question)),
        }
    }

    /// Returns the contents of `file` at `rev`.
    pub(super) fn file(&self, rev: &str, file: &str) -> Step<Result<Option<&[u8]>, &HostError>> {
        let question = Question::File {
            rev: rev.to_owned(),
            file: file.to_owned(),
        };
        match self.answers.get(&question) {
            Some(Answer::File(answer)) => Ok(answer.as_ref().map(Option::as_deref)),
            _ => Err(Stop::Ask(question)),
        }
    }

    /// Returns the tags of the commit `hash` and its ancestors.
    pub(super) fn tags(&self, hash: &str, history: History) -> Step<Result<&[String], &HostError>> {
        let question = Question::Tags {
            hash: hash.to_owned(),
            history,
        };
        match self.answers.get(&question) {
            Some(Answer::Tags(answer)) => Ok(answer.as_deref()),
            _ => Err(Stop::Ask(question)),
        }
    }

    /// Reports whether the commit `hash` has the one of `tag` among its ancestors.
    pub(super) fn descends(&self, hash: &str, tag: &str) -> Step<Result<bool, &HostError>> {
        let question = Question::Descends {
            hash: hash.to_owned(),
            tag: tag.to_owned(),
        };
        match self.answers.get(&question) {
            Some(Answer::Descends(answer)) => Ok(answer.as_ref().copied()),
            _ => Err(Stop::Ask(question)),
        }
    }
}

impl Answer {
    /// Returns the error that this answer is, if it is one.
    pub fn error_mut(&mut self) -> Option<&mut HostError> {
        match self {
            Self::Refs(answer) => answer.as_mut().err(),
            Self::Commit(answer) => answer.as_mut().as_mut().err().map(|none| &mut none.error),
            Self::File(answer) => answer.as_mut().err(),
            Self::Tags(answer) => answer.as_mut().err(),
            Self::Descends(answer) => answer.as_mut().err(),
        }
    }
}

impl From<CodeError> for Stop {
    fn from(error: CodeError) -> Self {
        Self::Wrong(error)
    }
}
