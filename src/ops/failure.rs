//! The table of failures: error → kind, exit code and hint.
//!
//! Every error type of the layers below has one `From` here, so that this file alone answers which exit code
//! a user gets for which trouble.

use std::fmt;

use crate::adapters::config::{ConfigError, Place};

/// What kind of trouble ended an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The command line asks for something that does not exist or does not go together.
    Usage,
    /// A file, a setting or a module does not say what it must.
    Input,
    /// Network, disk or another program failed.
    Outside,
    /// Bytes, signature or proof do not match.
    Integrity,
    /// The program itself is wrong.
    Bug,
    /// The user stopped it.
    Interrupted,
}

impl FailureKind {
    /// Returns the exit code of a command that ends in this kind of failure.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Input => 3,
            Self::Outside => 4,
            Self::Integrity => 5,
            Self::Bug => 70,
            Self::Interrupted => 130,
        }
    }

    /// Returns the word for this kind in machine-readable output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Input => "input",
            Self::Outside => "outside",
            Self::Integrity => "integrity",
            Self::Bug => "bug",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Why an operation has no result.
#[derive(Debug)]
pub struct Failure {
    /// Decides the exit code.
    pub kind: FailureKind,
    /// What failed, outermost first.
    pub source: anyhow::Error,
    /// What the user can do about it.
    pub hints: Vec<String>,
    /// The places in files that are at fault.
    pub excerpts: Vec<Excerpt>,
}

/// A place in a file, with the text that stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The file as the user knows it.
    pub file: String,
    /// Counts from one.
    pub line: usize,
    /// Counts bytes from one.
    pub column: usize,
    /// How many bytes of the line are at fault; zero when that is not known.
    pub length: usize,
    /// The whole line, without its end.
    pub text: String,
    /// What is wrong here.
    pub message: String,
}

impl Failure {
    /// Makes a failure of a kind from any error.
    pub fn new(kind: FailureKind, source: impl Into<anyhow::Error>) -> Self {
        Self {
            kind,
            source: source.into(),
            hints: Vec::new(),
            excerpts: Vec::new(),
        }
    }

    /// Makes a failure from a message alone.
    pub fn message(kind: FailureKind, message: impl fmt::Display) -> Self {
        Self::new(kind, anyhow::Error::msg(message.to_string()))
    }

    /// The command line is wrong.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::message(FailureKind::Usage, message)
    }

    /// A file, a setting or a module is wrong.
    pub fn input(message: impl fmt::Display) -> Self {
        Self::message(FailureKind::Input, message)
    }

    /// The user stopped the program.
    pub fn interrupted() -> Self {
        Self::message(FailureKind::Interrupted, "interrupted")
    }

    /// Says what was being attempted; becomes the first line of the message.
    #[must_use]
    pub fn context(mut self, what: impl fmt::Display + Send + Sync + 'static) -> Self {
        self.source = self.source.context(what);
        self
    }

    /// Adds something that the user can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a place in a file.
    #[must_use]
    pub fn excerpt(mut self, excerpt: Excerpt) -> Self {
        self.excerpts.push(excerpt);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.source)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match &error {
            ConfigError::Read { .. } => Self::new(FailureKind::Input, error),
            ConfigError::Invalid { place, message } => {
                let excerpt = config_excerpt(place, message);
                Self::new(FailureKind::Input, error).excerpt(excerpt)
            }
            ConfigError::Untrusted { place, key } => {
                let excerpt = config_excerpt(place, "counts only in a file named by `--config`");
                let hint = format!(
                    "read {} and, if you trust it, name it: `--config {}`; or remove `{key}`",
                    place.file.display(),
                    place.file.display()
                );
                Self::new(FailureKind::Input, error)
                    .excerpt(excerpt)
                    .hint(hint)
            }
        }
    }
}

fn config_excerpt(place: &Place, message: &str) -> Excerpt {
    Excerpt {
        file: place.file.display().to_string(),
        line: place.line,
        column: place.column,
        length: place.length,
        text: place.text.clone(),
        message: message.to_owned(),
    }
}
