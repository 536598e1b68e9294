//! What the directives of go.mod and go.work have in common: strings, versions, intervals, reports.

use std::borrow::Cow;

use super::directive::{Replace, VersionInterval};
use super::error::{
    Excerpt, ParseError, ParseErrorKind, ParseErrors, Span, StringError, Subject, Usage,
    VersionFault,
};
use super::lex::{Position, offset};
use super::parse::{FixError, Fixer, is_go_line_version, is_toolchain_name};
use super::quote::{auto_quote, is_directory_path};
use super::syntax::{BlockId, LineId, Syntax, Tokens};
use crate::domain::module::path::{check_path_major, split_path_version};
use crate::domain::module::version::canonical_version;
use crate::domain::module::{ModuleVersion, Version};
use crate::domain::text::chars;
use crate::domain::text::quote::{QuotedBytes, unquote};

/// A value, or what is wrong with the line it stands on.
pub(super) type Outcome<T> = Result<T, Problem>;

/// What is wrong with a line.
#[derive(Debug)]
pub(super) struct Problem(Box<(At, Option<Subject>, ParseErrorKind)>);

/// Which part of a line is wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    /// All of it.
    Line,
    /// Its first word.
    Verb,
    /// One argument.
    Token(usize),
}

/// The tree of a file while directives are read from it.
pub(super) struct Reader<'f, 'x> {
    pub(super) syntax: Syntax,
    pub(super) fix: Option<&'f mut Fixer<'x>>,
    errors: ParseErrors,
}

impl From<ParseErrorKind> for Problem {
    fn from(kind: ParseErrorKind) -> Self {
        Self::at(At::Line, kind)
    }
}

impl Problem {
    pub(super) fn at(at: At, kind: ParseErrorKind) -> Self {
        Self(Box::new((at, None, kind)))
    }

    fn about(verb: &str, path: &[u8], at: At, kind: ParseErrorKind) -> Self {
        Self(Box::new((
            at,
            Some(Subject {
                verb: verb.to_owned(),
                path: lossy(path),
            }),
            kind,
        )))
    }

    pub(super) fn kind(&self) -> &ParseErrorKind {
        &self.0.2
    }
}

/// Returns a text for messages and values; bytes that are not UTF-8 become U+FFFD.
pub(super) fn lossy(text: &[u8]) -> String {
    text_of(text).into_owned()
}

/// Returns the same, borrowed where it can be.
fn text_of(text: &[u8]) -> Cow<'_, str> {
    // Checking all of it first is much faster where it is right, as it nearly always is.
    std::str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed)
}

impl<'f, 'x> Reader<'f, 'x> {
    pub(super) fn new(syntax: Syntax, fix: Option<&'f mut Fixer<'x>>) -> Self {
        Self {
            syntax,
            fix,
            errors: ParseErrors::default(),
        }
    }

    /// Returns the tree, or the errors if there was any.
    pub(super) fn finish(self) -> Result<Syntax, ParseErrors> {
        if self.errors.is_empty() {
            Ok(self.syntax)
        } else {
            Err(self.errors)
        }
    }

    /// Notes what is wrong with a line.
    pub(super) fn report(&mut self, line: LineId, args: Tokens, problem: Problem) {
        if self.errors.is_full() {
            self.errors.omit();
            return;
        }
        let (at, subject, kind) = *problem.0;
        let line = self.syntax.line(line);
        let token = match at {
            At::Line => None,
            At::Verb => self.syntax.spans(line.tokens).first().copied(),
            At::Token(at) => self.syntax.spans(args).get(at).copied(),
        };
        // A token that was rewritten has no place in the file any more: then the line has to do.
        let token = token.filter(|token| token.end as usize <= self.syntax.source().len());
        let (start, end) = token.map_or((line.start.byte, line.end.byte), |token| {
            (token.start, token.end)
        });
        let position = line.start;
        self.push(position, (start, end), subject, kind);
    }

    pub(super) fn unknown_block(&mut self, block: BlockId, known: &'static str) {
        if self.errors.is_full() {
            self.errors.omit();
            return;
        }
        let block = self.syntax.block(block);
        let words: Vec<_> = self.syntax.words(block.tokens).collect();
        let words = lossy(&words.join(&b' '));
        let kind = ParseErrorKind::UnknownBlock { words, known };
        let extent = (block.start.byte, block.open.at.byte);
        let position = block.start;
        self.push(position, extent, None, kind);
    }

    fn push(
        &mut self,
        position: Position,
        extent: (u32, u32),
        subject: Option<Subject>,
        kind: ParseErrorKind,
    ) {
        let source = self.syntax.source();
        let (start, end) = (extent.0 as usize, extent.1 as usize);
        let lines = memchr::memchr_iter(b'\n', &source[position.byte as usize..start]).count();
        let at = self
            .syntax
            .position_of(start, position.line + offset(lines));
        let width = offset(chars(source[start..end].trim_ascii_end()).count()).max(1);
        let excerpt = Excerpt::of(
            source,
            start,
            start + source[start..end].trim_ascii_end().len(),
        );
        let file = self.syntax.file.clone();
        self.errors.push(ParseError {
            file,
            position,
            span: Span { start: at, width },
            subject,
            kind,
            excerpt,
        });
    }

    /// Returns one argument as it stands in the file.
    pub(super) fn word(&self, args: Tokens, at: usize) -> &[u8] {
        self.syntax.words(args).nth(at).unwrap_or_default()
    }

    /// Returns the value of one argument, and removes needless quotes from the tree.
    pub(super) fn string(&mut self, args: Tokens, at: usize) -> Outcome<Vec<u8>> {
        self.try_string(args, at)
            .map_err(|err| Problem::at(At::Token(at), ParseErrorKind::InvalidString(err)))
    }

    fn try_string(&mut self, args: Tokens, at: usize) -> Result<Vec<u8>, StringError> {
        let word = self.word(args, at);
        if !word.starts_with(b"\"") {
            let stray = word.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'`'));
            return if stray {
                Err(StringError::StrayQuote)
            } else {
                Ok(word.to_vec())
            };
        }
        let value = unquote(word).ok_or(StringError::Syntax)?;
        self.syntax.set_word(args, at, &auto_quote(&value));
        Ok(value)
    }

    /// Reads the argument of a directive that has just one.
    pub(super) fn one_string(&mut self, verb: &'static str, args: Tokens) -> Outcome<Vec<u8>> {
        if args.len() != 1 {
            return Err(ParseErrorKind::OneArgument(verb).into());
        }
        self.string(args, 0)
    }

    /// Reads the argument of `go`.
    pub(super) fn go_version(&self, repeated: bool, args: Tokens) -> Outcome<String> {
        if repeated {
            return Err(ParseErrorKind::Repeated("go").into());
        }
        if args.len() != 1 {
            return Err(ParseErrorKind::OneArgument("go").into());
        }
        let version = lossy(self.word(args, 0));
        if !is_go_line_version(&version) {
            return Err(Problem::at(
                At::Token(0),
                ParseErrorKind::GoVersion(version),
            ));
        }
        Ok(version)
    }

    /// Reads the argument of `toolchain`.
    pub(super) fn toolchain(&self, repeated: bool, args: Tokens) -> Outcome<String> {
        if repeated {
            return Err(ParseErrorKind::Repeated("toolchain").into());
        }
        if args.len() != 1 {
            return Err(ParseErrorKind::OneArgument("toolchain").into());
        }
        let name = lossy(self.word(args, 0));
        if !is_toolchain_name(&name) {
            return Err(Problem::at(
                At::Token(0),
                ParseErrorKind::ToolchainName(name),
            ));
        }
        Ok(name)
    }

    /// Reads the argument of `godebug`.
    pub(super) fn godebug(&self, args: Tokens) -> Outcome<(String, String)> {
        let word = self.word(args, 0);
        let plain = args.len() == 1
            && !word
                .iter()
                .any(|byte| matches!(byte, b'"' | b'`' | b'\'' | b','));
        let setting = lossy(word);
        match setting.split_once('=') {
            Some((key, value)) if plain => Ok((key.to_owned(), value.to_owned())),
            Some(_) | None => Err(ParseErrorKind::Usage(Usage::Godebug).into()),
        }
    }

    /// Reads the arguments of `require` and `exclude`.
    pub(super) fn module_version(
        &mut self,
        verb: &str,
        usage: Usage,
        args: Tokens,
    ) -> Outcome<ModuleVersion> {
        if args.len() != 2 {
            return Err(ParseErrorKind::Usage(usage).into());
        }
        let path = self.string(args, 0)?;
        let version = self.version(verb, &path, args, 1)?;
        let text = text_of(&path);
        let (_, major, ok) = split_path_version(&text);
        if !ok {
            return Err(Problem::at(At::Token(0), ParseErrorKind::InvalidModulePath));
        }
        check_path_major(version.as_str(), major)
            .map_err(|err| Problem::about(verb, &path, At::Token(1), err.into()))?;
        Ok(ModuleVersion {
            path: crate::domain::module::ModulePath::new(&*text),
            version,
        })
    }

    /// Reads a version, and puts its canonical form into the tree.
    fn version(&mut self, verb: &str, path: &[u8], args: Tokens, at: usize) -> Outcome<Version> {
        let invalid = |version: &[u8], reason: VersionFault| {
            let kind = ParseErrorKind::InvalidVersion {
                version: QuotedBytes(version).to_string(),
                reason,
            };
            Problem::about(verb, path, At::Token(at), kind)
        };
        let value = match self.try_string(args, at) {
            Ok(value) => value,
            Err(err) => return Err(invalid(self.word(args, at), err.into())),
        };
        let text = text_of(&value);
        let version = if let Some(fix) = self.fix.as_mut() {
            fix(&text_of(path), &text).map_err(|err| match err {
                FixError::Module(text) => {
                    Problem::about(verb, path, At::Token(at), ParseErrorKind::Unresolved(text))
                }
                FixError::Other(text) => {
                    Problem::at(At::Token(at), ParseErrorKind::Unresolved(text))
                }
            })?
        } else {
            let canonical = canonical_version(&text);
            if canonical.is_empty() {
                return Err(invalid(&value, VersionFault::Form));
            }
            Version::new(canonical)
        };
        // A version that stays as it is keeps its bytes, UTF-8 or not.
        let bytes = if version.as_str() == text {
            &value[..]
        } else {
            version.as_str().as_bytes()
        };
        self.syntax.set_word(args, at, bytes);
        Ok(version)
    }

    /// Reads the interval of a `retract`; returns it with the number of arguments it takes.
    ///
    /// `fix` stands in for the fixer of the file.
    pub(super) fn interval(
        &mut self,
        args: Tokens,
        path: &str,
        fix: Option<&mut Fixer<'_>>,
    ) -> Outcome<(VersionInterval, usize)> {
        let mut reader = Reader {
            syntax: std::mem::take(&mut self.syntax),
            fix,
            errors: ParseErrors::default(),
        };
        let interval = reader.own_interval(args, path);
        self.syntax = reader.syntax;
        interval
    }

    fn own_interval(&mut self, args: Tokens, path: &str) -> Outcome<(VersionInterval, usize)> {
        let path = path.as_bytes();
        match self.syntax.verb(args) {
            None | Some(b"(") => return Err(ParseErrorKind::ExpectedInterval.into()),
            Some(b"[") => {}
            Some(_) => {
                let version = self.version("retract", path, args, 0)?;
                return Ok((VersionInterval::new(version.clone(), version), 1));
            }
        }
        let missing = |expected, after| Err(ParseErrorKind::Interval { expected, after }.into());
        if args.len() < 2 {
            return missing("version", "'['");
        }
        let low = self.version("retract", path, args, 1)?;
        if self.word(args, 2) != b"," {
            return missing("','", "version");
        }
        if args.len() < 4 {
            return missing("version", "','");
        }
        let high = self.version("retract", path, args, 3)?;
        if self.word(args, 4) != b"]" {
            return missing("']'", "version");
        }
        Ok((VersionInterval::new(low, high), 5))
    }

    /// Reads the arguments of `replace`.
    pub(super) fn replace(&mut self, line: LineId, args: Tokens) -> Outcome<Replace> {
        const VERB: &str = "replace";
        let arrow = if self.word(args, 1) == b"=>" { 1 } else { 2 };
        if args.len() < arrow + 2 || arrow + 3 < args.len() || self.word(args, arrow) != b"=>" {
            return Err(ParseErrorKind::Usage(Usage::Replace).into());
        }
        let old_path = self.string(args, 0)?;
        let old_text = lossy(&old_path);
        let (_, major, ok) = split_path_version(&old_text);
        if !ok {
            return Err(Problem::about(
                VERB,
                &old_path,
                At::Token(0),
                ParseErrorKind::InvalidModulePath,
            ));
        }
        let mut old_version = Version::none();
        if arrow == 2 {
            old_version = self.version(VERB, &old_path, args, 1)?;
            check_path_major(old_version.as_str(), major)
                .map_err(|err| Problem::about(VERB, &old_path, At::Token(1), err.into()))?;
        }
        let new_path = self.string(args, arrow + 1)?;
        let mut new_version = Version::none();
        if args.len() == arrow + 2 {
            check_directory(&new_path).map_err(|kind| Problem::at(At::Token(arrow + 1), kind))?;
        } else {
            new_version = self.version(VERB, &new_path, args, arrow + 2)?;
            if is_directory_path(&new_path) {
                let kind =
                    ParseErrorKind::ReplacementDirectoryVersion(QuotedBytes(&new_path).to_string());
                return Err(Problem::at(At::Token(arrow + 2), kind));
            }
        }
        let old = ModuleVersion::new(old_text, old_version.as_str());
        let new = ModuleVersion::new(lossy(&new_path), new_version.as_str());
        Ok(Replace { old, new, line })
    }
}

/// Checks the target of a `replace` without a version.
fn check_directory(path: &[u8]) -> Result<(), ParseErrorKind> {
    if !is_directory_path(path) {
        let at = path.contains(&b'@');
        return Err(if at {
            ParseErrorKind::ReplacementWithAt
        } else {
            ParseErrorKind::ReplacementNotDirectory
        });
    }
    if cfg!(not(windows)) && path.contains(&b'\\') {
        return Err(ParseErrorKind::ReplacementWindowsPath);
    }
    Ok(())
}
