//! From syntax tree to typed directives, with diagnostics. See <https://go.dev/ref/mod#go-mod-file-grammar>.
//!
//! Parsing also brings tokens into canonical form, as Go does: needless quotes go away and versions become
//! canonical, so that formatting writes them so.

use super::build::build;
use super::directive::{
    Exclude, Go, GoMod, Godebug, Ignore, Module, Require, Retract, Tool, Toolchain, VersionInterval,
};
use super::error::{ParseErrorKind, ParseErrors, Usage};
use super::reader::{At, Outcome, Problem, Reader, lossy};
use super::syntax::{BlockId, LineId, Statement, Tokens};
use crate::domain::module::{ModulePath, Version};
use crate::domain::text::quote::{QuotedBytes, unquote};
use crate::domain::text::trim_space;

/// Resolves a version as it is written for a module path.
///
/// Called for every version of a file, canonical or not; the answer takes its place.
/// [`check_written`](super::fix::check_written) does the part that needs no lookup.
pub type Fixer<'a> = dyn FnMut(&str, &str) -> Result<Version, FixError> + 'a;

/// Why a [`Fixer`] has no version. The text is shown after the position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FixError {
    /// The error is about the module version on the line: directive and path are shown before the text.
    #[error("{0}")]
    Module(String),
    /// The text says all.
    #[error("{0}")]
    Other(String),
}

impl From<String> for FixError {
    fn from(text: String) -> Self {
        Self::Other(text)
    }
}

/// The directives of a go.mod.
const DIRECTIVES: &str =
    "module, go, toolchain, godebug, require, exclude, replace, retract, tool or ignore";

/// The directives of a go.mod that can have a block.
const BLOCKS: &str = "module, godebug, require, exclude, replace, retract, tool or ignore";

/// Whose go.mod is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The main module's: everything must be right.
    Strict,
    /// A dependency's: directives that only matter in the main module, or that are unknown, pass unread.
    Lax,
}

impl GoMod {
    /// Parses the go.mod of a main module.
    ///
    /// `file` is its name in messages. Without `fix`, versions must be semantic versions; they are made
    /// canonical.
    pub fn parse(
        file: &str,
        text: &[u8],
        fix: Option<&mut Fixer<'_>>,
    ) -> Result<Self, ParseErrors> {
        parse(file, text, fix, Mode::Strict)
    }

    /// Parses the go.mod of a dependency: unknown directives, and those for main modules only, are skipped.
    pub fn parse_lax(
        file: &str,
        text: &[u8],
        fix: Option<&mut Fixer<'_>>,
    ) -> Result<Self, ParseErrors> {
        parse(file, text, fix, Mode::Lax)
    }
}

fn parse<'f, 'x: 'f>(
    file: &str,
    text: &[u8],
    fix: Option<&'f mut Fixer<'x>>,
    mode: Mode,
) -> Result<GoMod, ParseErrors> {
    let syntax = build(file, text)?;
    let mut parser = ModParser {
        reader: Reader::new(syntax, fix),
        file: GoMod::default(),
        mode,
    };
    parser.statements();
    parser.fix_retractions();
    let ModParser {
        reader, mut file, ..
    } = parser;
    file.syntax = reader.finish()?;
    Ok(file)
}

struct ModParser<'f, 'x> {
    reader: Reader<'f, 'x>,
    file: GoMod,
    mode: Mode,
}

impl ModParser<'_, '_> {
    fn statements(&mut self) {
        for at in 0..self.reader.syntax.statements.len() {
            match self.reader.syntax.statements[at] {
                Statement::Comments(_) => {}
                Statement::Line(line) => {
                    let tokens = self.reader.syntax.line(line).tokens;
                    self.directive(
                        None,
                        line,
                        Tokens {
                            end: tokens.tail().start,
                            ..tokens
                        },
                        tokens.tail(),
                    );
                }
                Statement::Block(block) => self.block(block),
            }
        }
    }

    fn block(&mut self, id: BlockId) {
        let block = self.reader.syntax.block(id);
        let verb = block.tokens;
        let known = verb.len() == 1
            && matches!(
                self.reader.syntax.verb(verb),
                Some(
                    b"module"
                        | b"godebug"
                        | b"require"
                        | b"exclude"
                        | b"replace"
                        | b"retract"
                        | b"tool"
                        | b"ignore"
                )
            );
        if !known {
            if self.mode == Mode::Strict {
                self.reader.unknown_block(id, BLOCKS);
            }
            return;
        }
        for at in 0..block.lines.len() {
            let line = self.reader.syntax.block(id).lines[at];
            let args = self.reader.syntax.line(line).tokens;
            self.directive(Some(id), line, verb, args);
        }
    }

    fn directive(&mut self, block: Option<BlockId>, line: LineId, verb: Tokens, args: Tokens) {
        if let Err(problem) = self.add(block, line, verb, args) {
            self.reader.report(line, args, problem);
        }
    }

    fn add(
        &mut self,
        block: Option<BlockId>,
        line: LineId,
        verb: Tokens,
        args: Tokens,
    ) -> Outcome<()> {
        let lax = self.mode == Mode::Lax;
        match self.reader.syntax.verb(verb).unwrap_or_default() {
            b"go" => self.go(line, args),
            b"module" => self.module(block, line, args),
            b"require" => self.require(line, args),
            b"retract" => self.retract(block, line, args),
            b"ignore" => {
                let path = self.reader.one_string("ignore", args)?;
                self.file.ignore.push(Ignore {
                    path: lossy(&path),
                    line,
                });
                Ok(())
            }
            _ if lax => Ok(()),
            b"toolchain" => {
                let name = self.reader.toolchain(self.file.toolchain.is_some(), args)?;
                self.file.toolchain = Some(Toolchain { name, line });
                Ok(())
            }
            b"godebug" => {
                let (key, value) = self.reader.godebug(args)?;
                self.file.godebug.push(Godebug { key, value, line });
                Ok(())
            }
            b"exclude" => {
                let module = self
                    .reader
                    .module_version("exclude", Usage::Exclude, args)?;
                self.file.exclude.push(Exclude { module, line });
                Ok(())
            }
            b"replace" => {
                let replace = self.reader.replace(line, args)?;
                self.file.replace.push(replace);
                Ok(())
            }
            b"tool" => {
                let path = self.reader.one_string("tool", args)?;
                self.file.tool.push(Tool {
                    path: lossy(&path),
                    line,
                });
                Ok(())
            }
            unknown => {
                let verb = lossy(unknown);
                Err(Problem::at(
                    At::Verb,
                    ParseErrorKind::UnknownDirective {
                        verb,
                        known: DIRECTIVES,
                    },
                ))
            }
        }
    }

    fn go(&mut self, line: LineId, args: Tokens) -> Outcome<()> {
        let repeated = self.file.go.is_some();
        let version = match self.reader.go_version(repeated, args) {
            Err(problem)
                if self.mode == Mode::Lax
                    && matches!(problem.kind(), ParseErrorKind::GoVersion(_)) =>
            {
                let word = self.reader.word(args, 0);
                let Some(version) = lax_go_version(&lossy(word)).map(str::to_owned) else {
                    return Err(problem);
                };
                self.reader.syntax.set_word(args, 0, version.as_bytes());
                version
            }
            checked => checked?,
        };
        self.file.go = Some(Go { version, line });
        Ok(())
    }

    fn module(&mut self, block: Option<BlockId>, line: LineId, args: Tokens) -> Outcome<()> {
        if self.file.module.is_some() {
            return Err(ParseErrorKind::Repeated("module").into());
        }
        let deprecated = deprecation(&self.reader.syntax.directive_comment(block, line)).to_owned();
        // Set even where the path is missing, so that a second line is still a repetition.
        let module = self.file.module.insert(Module {
            path: ModulePath::new(""),
            deprecated,
            line,
        });
        if args.len() != 1 {
            return Err(ParseErrorKind::Usage(Usage::Module).into());
        }
        module.path = ModulePath::new(lossy(&self.reader.string(args, 0)?));
        Ok(())
    }

    fn require(&mut self, line: LineId, args: Tokens) -> Outcome<()> {
        let module = self
            .reader
            .module_version("require", Usage::Require, args)?;
        let indirect = self.reader.syntax.is_indirect(line);
        self.file.require.push(Require {
            module,
            indirect,
            line,
        });
        Ok(())
    }

    /// Reads a `retract`; its versions are fixed at last, as the module path may follow.
    fn retract(&mut self, block: Option<BlockId>, line: LineId, args: Tokens) -> Outcome<()> {
        let rationale = self.reader.syntax.directive_comment(block, line);
        let mut keep = |_: &str, version: &str| Ok(Version::new(version));
        let interval = self.reader.interval(args, "", Some(&mut keep));
        let (interval, read) = match interval {
            // Later versions of the format may know other intervals.
            Err(_) if self.mode == Mode::Lax => return Ok(()),
            interval => interval?,
        };
        if read < args.len() && self.mode == Mode::Strict {
            let word = QuotedBytes(self.reader.word(args, read)).to_string();
            return Err(Problem::at(
                At::Token(read),
                ParseErrorKind::TokenAfterInterval(word),
            ));
        }
        self.file.retract.push(Retract {
            interval,
            rationale,
            line,
        });
        Ok(())
    }

    fn fix_retractions(&mut self) {
        let Some(fix) = self.reader.fix.take() else {
            return;
        };
        let path = self
            .file
            .path()
            .map_or_else(String::new, |path| path.as_str().to_owned());
        for retract in &mut self.file.retract {
            let tokens = self.reader.syntax.line(retract.line).tokens;
            let single = self.reader.syntax.verb(tokens) == Some(b"retract");
            let args = if single { tokens.tail() } else { tokens };
            if path.is_empty() {
                self.reader.report(
                    retract.line,
                    args,
                    ParseErrorKind::RetractWithoutModule.into(),
                );
                return;
            }
            match self.reader.interval(args, &path, Some(&mut *fix)) {
                Ok((interval, _)) => retract.interval = interval,
                Err(problem) => {
                    retract.interval = VersionInterval::new(Version::none(), Version::none());
                    self.reader.report(retract.line, args, problem);
                }
            }
        }
    }
}

/// Returns the module path of a go.mod without judging the rest of it; empty where there is none.
pub fn module_path(text: &[u8]) -> Vec<u8> {
    for line in text.split(|byte| *byte == b'\n') {
        let comment = memchr::memmem::find(line, b"//").unwrap_or(line.len());
        let Some(rest) = trim_space(&line[..comment]).strip_prefix(b"module") else {
            continue;
        };
        let path = trim_space(rest);
        if path.is_empty() || path.len() == rest.len() {
            continue;
        }
        return match path[0] {
            b'"' | b'`' => unquote(path).unwrap_or_default(),
            _ => path.to_vec(),
        };
    }
    Vec::new()
}

/// Returns what a comment says after `Deprecated:` at the begin of a paragraph, to the paragraph's end.
///
/// See <https://go.dev/ref/mod#go-mod-file-module-deprecation>.
pub(super) fn deprecation(comment: &str) -> &str {
    const MARK: &str = "Deprecated:";
    let message = match comment.strip_prefix(MARK) {
        Some(message) => message,
        None => match comment.split_once("\n\nDeprecated:") {
            Some((_, message)) => message,
            None => return "",
        },
    };
    let message = message.trim_start_matches(' ');
    message
        .split_once("\n\n")
        .map_or(message, |(paragraph, _)| paragraph)
}

/// Returns the `major.minor` of a go line of a dependency that has more, or other, than Go knows.
pub(super) fn lax_go_version(word: &str) -> Option<&str> {
    let word = word.strip_prefix('v').unwrap_or(word);
    if word.starts_with('0') {
        return None;
    }
    let rest = skip_number(skip_number(word)?.strip_prefix('.')?)?;
    let next = rest.chars().next()?;
    (!next.is_ascii_digit()).then(|| &word[..word.len() - rest.len()])
}

/// Reports whether `word` is a version that a go line may have.
pub fn is_go_line_version(word: &str) -> bool {
    let Some(rest) = (!word.starts_with('0'))
        .then(|| skip_number(word))
        .flatten()
    else {
        return false;
    };
    let Some(mut rest) = rest.strip_prefix('.').and_then(skip_number) else {
        return false;
    };
    if let Some(patch) = rest.strip_prefix('.') {
        match skip_number(patch) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    let kind = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let number = kind.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.is_empty() || (number.is_empty() && kind.len() < rest.len() && !kind.is_empty())
}

/// Reports whether `word` is a name that a toolchain line may have.
pub fn is_toolchain_name(word: &str) -> bool {
    word == "default" || word == "go1" || word.starts_with("go1.")
}

/// Skips a decimal number without needless zeros.
fn skip_number(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('0') {
        return Some(rest);
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_line_versions() {
        for good in [
            "1.23",
            "1.23.0",
            "1.0",
            "1.21rc1",
            "1.21.3rc12",
            "10.20",
            "2.0beta1",
        ] {
            assert!(is_go_line_version(good), "{good}");
        }
        for bad in [
            "",
            "1",
            "1.",
            "1.02",
            "01.2",
            "0.1",
            "1.2.",
            "1.2.3.4",
            "1.2rc",
            "1.2.3-rc1",
            "go1.2",
            "v1.2",
            "1.2RC1",
            "1.2rc1x",
        ] {
            assert!(!is_go_line_version(bad), "{bad}");
        }
    }

    #[test]
    fn lax_go_versions() {
        let check =
            |word: &str, expect: Option<&str>| assert_eq!(lax_go_version(word), expect, "{word}");
        check("v1.2x", Some("1.2"));
        check("1.20.x", Some("1.20"));
        check("1.2.3.4", Some("1.2"));
        check("1.21", None);
        check("v1.20", None);
        check("1.02", None);
        check("0.2.x", None);
        check("1", None);
        check("1.2é", Some("1.2"));
    }

    #[test]
    fn deprecations() {
        let check =
            |comment: &str, expect: &str| assert_eq!(deprecation(comment), expect, "{comment:?}");
        check("Deprecated:  use b\nor c\n\nmore", "use b\nor c");
        check("x\nDeprecated: no", "");
        check("x\n\nDeprecated: yes", "yes");
        check("Deprecated:", "");
    }
}
