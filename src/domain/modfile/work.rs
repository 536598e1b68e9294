//! From the syntax tree of a go.work to its directives. See <https://go.dev/ref/mod#go-work-file>.

use super::build::build;
use super::directive::{Go, GoWork, Godebug, Toolchain, Use};
use super::error::{ParseErrorKind, ParseErrors, Usage};
use super::parse::Fixer;
use super::reader::{At, Outcome, Problem, Reader, lossy};
use super::syntax::{BlockId, LineId, Statement, Tokens};

/// The directives of a go.work.
const DIRECTIVES: &str = "go, toolchain, godebug, use or replace";

/// The directives of a go.work that can have a block.
const BLOCKS: &str = "godebug, use or replace";

impl GoWork {
    /// Parses a go.work.
    ///
    /// `file` is its name in messages. Without `fix`, versions must be semantic versions; they are made
    /// canonical.
    pub fn parse(
        file: &str,
        text: &[u8],
        fix: Option<&mut Fixer<'_>>,
    ) -> Result<Self, ParseErrors> {
        parse(file, text, fix)
    }
}

fn parse<'f, 'x: 'f>(
    file: &str,
    text: &[u8],
    fix: Option<&'f mut Fixer<'x>>,
) -> Result<GoWork, ParseErrors> {
    let syntax = build(file, text)?;
    let mut parser = WorkParser {
        reader: Reader::new(syntax, fix),
        file: GoWork::default(),
    };
    parser.statements();
    let WorkParser { reader, mut file } = parser;
    file.syntax = reader.finish()?;
    Ok(file)
}

struct WorkParser<'f, 'x> {
    reader: Reader<'f, 'x>,
    file: GoWork,
}

impl WorkParser<'_, '_> {
    fn statements(&mut self) {
        for at in 0..self.reader.syntax.statements.len() {
            match self.reader.syntax.statements[at] {
                Statement::Comments(_) => {}
                Statement::Line(line) => {
                    let tokens = self.reader.syntax.line(line).tokens;
                    self.directive(
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
                Some(b"godebug" | b"use" | b"replace")
            );
        if !known {
            self.reader.unknown_block(id, BLOCKS);
            return;
        }
        for at in 0..block.lines.len() {
            let line = self.reader.syntax.block(id).lines[at];
            let args = self.reader.syntax.line(line).tokens;
            self.directive(line, verb, args);
        }
    }

    fn directive(&mut self, line: LineId, verb: Tokens, args: Tokens) {
        if let Err(problem) = self.add(line, verb, args) {
            self.reader.report(line, args, problem);
        }
    }

    fn add(&mut self, line: LineId, verb: Tokens, args: Tokens) -> Outcome<()> {
        match self.reader.syntax.verb(verb).unwrap_or_default() {
            b"go" => {
                let version = self.reader.go_version(self.file.go.is_some(), args)?;
                self.file.go = Some(Go { version, line });
            }
            b"toolchain" => {
                let name = self.reader.toolchain(self.file.toolchain.is_some(), args)?;
                self.file.toolchain = Some(Toolchain { name, line });
            }
            b"godebug" => {
                let (key, value) = self.reader.godebug(args)?;
                self.file.godebug.push(Godebug { key, value, line });
            }
            b"use" => {
                if args.len() != 1 {
                    return Err(ParseErrorKind::Usage(Usage::Use).into());
                }
                let path = lossy(&self.reader.string(args, 0)?);
                self.file.uses.push(Use {
                    path,
                    module_path: String::new(),
                    line,
                });
            }
            b"replace" => {
                let replace = self.reader.replace(line, args)?;
                self.file.replace.push(replace);
            }
            unknown => {
                let verb = lossy(unknown);
                return Err(Problem::at(
                    At::Verb,
                    ParseErrorKind::UnknownDirective {
                        verb,
                        known: DIRECTIVES,
                    },
                ));
            }
        }
        Ok(())
    }
}
