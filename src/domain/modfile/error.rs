//! What is wrong with a go.mod or go.work, and where.

use std::fmt;

use super::lex::Position;
use crate::domain::module::path::VersionError;

/// How many errors of one file are kept; a file of garbage must not cost more memory than it has.
const MAX_ERRORS: usize = 1000;

/// How much of the faulty line is kept on either side of the fault, in bytes.
const EXCERPT_REACH: usize = 100;

/// All errors of one file, in the order of the file. Never empty.
///
/// Displayed as the go command prints them: one line for each.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct ParseErrors {
    errors: Vec<ParseError>,
    omitted: usize,
}

/// One error of a file.
///
/// Displayed as the go command prints it: `go.mod:3: unknown directive: foo`. The column stands there
/// only where it is not 1, as in Go; [`span`](Self::span) always has it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ParseError {
    /// The file as it was named to the parser.
    pub file: String,
    /// The place that Go names: the begin of the directive, or the place where reading stopped.
    pub position: Position,
    /// The faulty token itself.
    pub span: Span,
    /// The directive and module path the error is about, where Go names them.
    pub subject: Option<Subject>,
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// The line of the span, cut where it is very long.
    pub excerpt: Excerpt,
}

/// A piece of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Where it begins.
    pub start: Position,
    /// How many characters it has; at least 1.
    pub width: u32,
}

/// The line that an error shows, and where its caret stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text of the line, with `…` where it was cut; tabs are kept.
    pub line: String,
    /// The number of characters of `line` before the fault.
    pub before: usize,
    /// The number of characters to underline.
    pub width: usize,
}

/// A directive with the module path it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The directive: `require`, `replace`, …
    pub verb: String,
    /// The module path as written; may be empty.
    pub path: String,
}

/// The ways in which go.mod and go.work can be wrong. Displayed in Go's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseErrorKind {
    /// The file is larger than any go.mod may be.
    #[error("file of {size} bytes is too large (limit is {limit} bytes)")]
    TooLarge {
        /// The size of the file.
        size: usize,
        /// The largest size that is read.
        limit: usize,
    },
    /// A comment with `/*`.
    #[error("mod files must use // comments (not /* */ comments)")]
    BlockComment,
    /// The file ends within a string.
    #[error("unexpected EOF in string")]
    UnterminatedString,
    /// A line ends within a string.
    #[error("unexpected newline in string")]
    NewlineInString,
    /// A character that no token begins with.
    #[error("unexpected input character {}", crate::domain::text::quote::QuotedChar(*.0))]
    UnexpectedCharacter(char),
    /// The file ends within a block.
    #[error("syntax error (unterminated block started at {file}:{}:{})", .start.line, .start.column)]
    UnterminatedBlock {
        /// The file.
        file: String,
        /// Where the block begins.
        start: Position,
    },
    /// Something follows the `)` of a block.
    #[error("syntax error (expected newline after closing paren)")]
    TextAfterBlock,
    /// A block of something that cannot be a block.
    #[error("unknown block type: {words}")]
    UnknownBlock {
        /// What stands before the parenthesis.
        words: String,
        /// The blocks that the file can have.
        known: &'static str,
    },
    /// A directive that this version of the format does not have.
    #[error("unknown directive: {verb}")]
    UnknownDirective {
        /// The first word of the line.
        verb: String,
        /// The directives that the file can have.
        known: &'static str,
    },
    /// A directive that may stand once only.
    #[error("repeated {0} statement")]
    Repeated(&'static str),
    /// `go`, `toolchain`, `tool` or `ignore` without its one argument.
    #[error("{0} directive expects exactly one argument")]
    OneArgument(&'static str),
    /// A directive with the wrong number of arguments.
    #[error("usage: {0}")]
    Usage(Usage),
    /// A `go` line that is no Go version.
    #[error("invalid go version '{0}': must match format 1.23.0")]
    GoVersion(String),
    /// A `toolchain` line that is no toolchain name.
    #[error("invalid toolchain version '{0}': must match format go1.23.0 or default")]
    ToolchainName(String),
    /// A quoted string that cannot be unquoted.
    #[error("invalid quoted string: {0}")]
    InvalidString(StringError),
    /// A version that is not one.
    #[error("version {version} invalid: {reason}")]
    InvalidVersion {
        /// The version as written, in quotes.
        version: String,
        /// Why.
        reason: VersionFault,
    },
    /// A version whose major version is not the one that the module path has.
    #[error(transparent)]
    PathMajor(#[from] VersionError),
    /// A path whose end is no valid major version suffix.
    #[error("invalid module path")]
    InvalidModulePath,
    /// A version that the caller could not resolve; the text is the caller's.
    #[error("{0}")]
    Unresolved(String),
    /// A `retract` that does not begin with a version or `[`.
    #[error("expected '[' or version")]
    ExpectedInterval,
    /// An interval that lacks something.
    #[error("expected {expected} after {after}")]
    Interval {
        /// What is missing.
        expected: &'static str,
        /// What it must follow.
        after: &'static str,
    },
    /// Something after the versions of a `retract`; in quotes.
    #[error("unexpected token after version: {0}")]
    TokenAfterInterval(String),
    /// A `retract` in a file without `module`.
    #[error("no module directive found, so retract cannot be used")]
    RetractWithoutModule,
    /// A replacement written with `@`.
    #[error("replacement module must match format 'path version', not 'path@version'")]
    ReplacementWithAt,
    /// A replacement without version that is no directory.
    #[error(
        "replacement module without version must be directory path (rooted or starting with . or ..)"
    )]
    ReplacementNotDirectory,
    /// A replacement with backslashes where `/` separates directories.
    #[error("replacement directory appears to be Windows path (on a non-windows system)")]
    ReplacementWindowsPath,
    /// A directory, in quotes, with a version.
    #[error("replacement module directory path {0} cannot have version")]
    ReplacementDirectoryVersion(String),
}

/// The usage line of a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// `module`
    Module,
    /// `godebug`
    Godebug,
    /// `require`
    Require,
    /// `exclude`
    Exclude,
    /// `replace`
    Replace,
    /// `use`
    Use,
}

/// Why a token is no string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StringError {
    /// A string literal that is malformed.
    #[error("invalid syntax")]
    Syntax,
    /// A word with a quote in it.
    #[error("unquoted string cannot contain quote")]
    StrayQuote,
}

/// Why a version is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionFault {
    /// It cannot be read as a string.
    #[error(transparent)]
    String(#[from] StringError),
    /// It is no semantic version.
    #[error("must be of the form v1.2.3")]
    Form,
}

impl ParseErrors {
    /// Holds one error.
    pub(super) fn one(error: ParseError) -> Self {
        Self {
            errors: vec![error],
            omitted: 0,
        }
    }

    /// Appends an error, or counts it where there are too many.
    pub(super) fn push(&mut self, error: ParseError) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        } else {
            self.omitted += 1;
        }
    }

    /// Reports whether another error would only be counted.
    pub(super) fn is_full(&self) -> bool {
        MAX_ERRORS <= self.errors.len()
    }

    /// Counts an error that is not kept.
    pub(super) fn omit(&mut self) {
        self.omitted += 1;
    }

    /// Reports whether there is no error.
    pub(super) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Returns the errors in the order of the file.
    pub fn errors(&self) -> &[ParseError] {
        &self.errors
    }

    /// Returns how many further errors were not kept.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Names the file differently, for example relative to the working directory.
    pub fn rename(&mut self, file: &str) {
        for error in &mut self.errors {
            file.clone_into(&mut error.file);
            if let ParseErrorKind::UnterminatedBlock { file: inner, .. } = &mut error.kind {
                file.clone_into(inner);
            }
        }
    }
}

impl ParseErrorKind {
    /// Returns what was expected in place of the fault, for people.
    pub fn expected(&self) -> Option<&'static str> {
        Some(match self {
            Self::TooLarge { .. } | Self::Unresolved(_) | Self::Repeated(_) => return None,
            Self::BlockComment => "a comment that begins with //",
            Self::UnterminatedString | Self::NewlineInString => "a closing quote on the same line",
            Self::UnexpectedCharacter(_) => "a directive, a word, a string or a comment",
            Self::UnterminatedBlock { .. } => "a line with )",
            Self::TextAfterBlock
            | Self::TokenAfterInterval(_)
            | Self::ReplacementDirectoryVersion(_) => "the end of the line",
            Self::UnknownBlock { known, .. } | Self::UnknownDirective { known, .. } => known,
            Self::OneArgument(_) => "one argument",
            Self::Usage(usage) => usage.text(),
            Self::GoVersion(_) => "a Go version such as 1.23.0",
            Self::ToolchainName(_) => "a toolchain name such as go1.23.0, or default",
            Self::InvalidString(_) => "a word without quotes, or a whole string in double quotes",
            Self::InvalidVersion { .. } => "a version of the form v1.2.3",
            Self::PathMajor(_) => "a version with the major version that the module path has",
            Self::InvalidModulePath => {
                "a module path whose last element is no /v0, /v1 or malformed version"
            }
            Self::ExpectedInterval => "a version, or [low, high]",
            Self::Interval { expected, .. } => expected,
            Self::RetractWithoutModule => "a module directive",
            Self::ReplacementWithAt => "a module path and a version, separated by a space",
            Self::ReplacementNotDirectory => {
                "a version, or a directory that begins with ./ or ../ or /"
            }
            Self::ReplacementWindowsPath => "a directory written with /",
        })
    }
}

impl Usage {
    fn text(self) -> &'static str {
        match self {
            Self::Module => "module module/path",
            Self::Godebug => "godebug key=value",
            Self::Require => "require module/path v1.2.3",
            Self::Exclude => "exclude module/path v1.2.3",
            Self::Replace => {
                "replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => ../local/directory"
            }
            Self::Use => "use local/dir",
        }
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column, .. } = self.position;
        if 1 < column {
            write!(f, "{}:{line}:{column}: ", self.file)?;
        } else if 0 < line {
            write!(f, "{}:{line}: ", self.file)?;
        } else if !self.file.is_empty() {
            write!(f, "{}: ", self.file)?;
        }
        match &self.subject {
            Some(Subject { verb, path }) if path.is_empty() => write!(f, "{verb}: ")?,
            Some(Subject { verb, path }) => write!(f, "{verb} {path}: ")?,
            None => {}
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for ParseErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.errors.iter().enumerate() {
            if 0 < at {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        if 0 < self.omitted {
            write!(f, "\n({} more errors)", self.omitted)?;
        }
        Ok(())
    }
}

impl Excerpt {
    /// Takes the line around `start..end` out of `source`.
    pub(super) fn of(source: &[u8], start: usize, end: usize) -> Self {
        let start = start.min(source.len());
        let line_start = memchr::memrchr(b'\n', &source[..start]).map_or(0, |at| at + 1);
        let line_end =
            memchr::memchr(b'\n', &source[start..]).map_or(source.len(), |at| start + at);
        let end = end.clamp(start, line_end);
        let from = line_start.max(start.saturating_sub(EXCERPT_REACH));
        let to = line_end.min(end.min(start + EXCERPT_REACH) + EXCERPT_REACH);
        let text = |range: std::ops::Range<usize>| {
            String::from_utf8_lossy(&source[range]).replace('\r', "")
        };
        let head = if line_start < from { "…" } else { "" };
        let tail = if to < line_end { "…" } else { "" };
        let before = format!("{head}{}", text(from..start));
        let width = text(start..end.min(to)).chars().count().max(1);
        let line = format!("{before}{}{tail}", text(start..to));
        Self {
            before: before.chars().count(),
            width,
            line,
        }
    }
}
