//! From tokens to the syntax tree, and of comments to what they belong to.
//!
//! A whole-line comment belongs to what follows it without a blank line between; a comment at the end of
//! a line to the last element that ends before it on one line.

use super::error::{Excerpt, ParseError, ParseErrorKind, ParseErrors, Span};
use super::lex::{Fault, Kind, Lexer, Position, Token};
use super::syntax::{
    Block, BlockId, Comment, CommentBlock, CommentSlot, Line, LineId, Paren, Statement, Syntax,
    Tokens,
};

/// The largest file that is read: what the go command accepts for the go.mod of a dependency.
pub const MAX_FILE_SIZE: usize = 16 << 20;

/// Reads the tree of a file.
pub(super) fn build(file: &str, source: &[u8]) -> Result<Syntax, ParseErrors> {
    if MAX_FILE_SIZE < source.len() {
        let kind = ParseErrorKind::TooLarge {
            size: source.len(),
            limit: MAX_FILE_SIZE,
        };
        return Err(ParseErrors::one(ParseError {
            file: file.to_owned(),
            position: Position::default(),
            span: Span::default(),
            subject: None,
            kind,
            excerpt: Excerpt::default(),
        }));
    }
    let fail = |fault: Fault| {
        let byte = fault.position.byte as usize;
        ParseErrors::one(ParseError {
            file: file.to_owned(),
            position: fault.position,
            span: Span {
                start: fault.position,
                width: 1,
            },
            subject: None,
            kind: fault.kind,
            excerpt: Excerpt::of(source, byte, byte),
        })
    };
    let mut lexer = Lexer::new(source);
    let ahead = lexer.next().map_err(fail)?;
    let syntax = Syntax::of_source(file, source);
    let mut builder = Builder {
        lexer,
        ahead,
        suffix: Vec::new(),
        syntax,
    };
    builder.note_suffix();
    builder.file().map_err(fail)?;
    let Builder {
        mut syntax, suffix, ..
    } = builder;
    assign_suffix_comments(&mut syntax, suffix);
    Ok(syntax)
}

struct Builder<'a> {
    lexer: Lexer<'a>,
    /// The next token: a parser for this format needs to see one ahead.
    ahead: Token,
    /// Comments at line ends, to be attached at last.
    suffix: Vec<Comment>,
    syntax: Syntax,
}

impl Builder<'_> {
    fn take(&mut self) -> Result<Token, Fault> {
        let next = self.lexer.next()?;
        let token = std::mem::replace(&mut self.ahead, next);
        self.note_suffix();
        Ok(token)
    }

    fn note_suffix(&mut self) {
        if self.ahead.kind == Kind::SuffixComment {
            self.suffix.push(Comment {
                start: self.ahead.start,
                text: self.ahead.text,
            });
        }
    }

    fn fault(&self, kind: ParseErrorKind) -> Fault {
        Fault {
            position: self.lexer.position(),
            kind,
        }
    }

    fn file(&mut self) -> Result<(), Fault> {
        let mut pending: Option<CommentBlock> = None;
        loop {
            match self.ahead.kind {
                Kind::Newline => {
                    self.take()?;
                    self.flush(pending.take());
                }
                Kind::LineComment => {
                    let token = self.take()?;
                    let block = pending.get_or_insert_with(|| CommentBlock {
                        start: token.start,
                        ..CommentBlock::default()
                    });
                    block.comments.before.push(Comment {
                        start: token.start,
                        text: token.text,
                    });
                }
                Kind::End => {
                    self.flush(pending.take());
                    return Ok(());
                }
                Kind::SuffixComment | Kind::Open | Kind::Close | Kind::Word => {
                    let statement = self.statement()?;
                    if let Some(block) = pending.take() {
                        self.comments_of(&statement)
                            .set_before(block.comments.before);
                    }
                    self.syntax.statements.push(statement);
                }
            }
        }
    }

    fn flush(&mut self, pending: Option<CommentBlock>) {
        if let Some(block) = pending {
            self.syntax
                .statements
                .push(Statement::Comments(Box::new(block)));
        }
    }

    fn comments_of(&mut self, statement: &Statement) -> &mut CommentSlot {
        match statement {
            Statement::Line(id) => &mut self.syntax.line_mut(*id).comments,
            Statement::Block(id) => &mut self.syntax.block_mut(*id).comments,
            Statement::Comments(_) => {
                unreachable!("a statement that was parsed is a line or a block")
            }
        }
    }

    fn statement(&mut self) -> Result<Statement, Fault> {
        let first_token = self.syntax.token_count();
        let first = self.take()?;
        self.syntax.push_token(first.text);
        let mut end = first.end;
        loop {
            let token = self.take()?;
            if token.kind.ends_line() {
                let tokens = Tokens {
                    start: first_token,
                    end: self.syntax.token_count(),
                };
                let line = Line {
                    start: first.start,
                    end,
                    tokens,
                    ..Line::default()
                };
                return Ok(Statement::Line(self.syntax.push_line(line)));
            }
            if token.kind != Kind::Open {
                self.syntax.push_token(token.text);
                end = token.end;
                continue;
            }
            let tokens = Tokens {
                start: first_token,
                end: self.syntax.token_count(),
            };
            let open = Paren {
                at: token.start,
                ..Paren::default()
            };
            let block = Block {
                start: first.start,
                tokens,
                open,
                ..Block::default()
            };
            if self.ahead.kind.ends_line() {
                return self.block(block);
            }
            if self.ahead.kind != Kind::Close {
                // A parenthesis within the line.
                self.syntax.push_token(token.text);
                continue;
            }
            let close = self.take()?;
            if self.ahead.kind.ends_line() {
                self.take()?;
                let block = Block {
                    close: Paren {
                        at: close.start,
                        ..Paren::default()
                    },
                    ..block
                };
                return Ok(Statement::Block(self.syntax.push_block(block)));
            }
            self.syntax.push_token(token.text);
            self.syntax.push_token(close.text);
        }
    }

    fn block(&mut self, mut block: Block) -> Result<Statement, Fault> {
        let mut before: Vec<Comment> = Vec::new();
        let blank = Comment::default();
        loop {
            match self.ahead.kind {
                Kind::SuffixComment => {
                    self.take()?;
                }
                Kind::Newline => {
                    self.take()?;
                    // One blank line is kept; none at the begin of the block.
                    let keep = match before.last() {
                        None => !block.lines.is_empty(),
                        Some(last) => *last != blank,
                    };
                    if keep {
                        before.push(blank);
                    }
                }
                Kind::LineComment => {
                    let token = self.take()?;
                    before.push(Comment {
                        start: token.start,
                        text: token.text,
                    });
                }
                Kind::End => {
                    let file = self.syntax.file.clone();
                    return Err(self.fault(ParseErrorKind::UnterminatedBlock {
                        file,
                        start: block.start,
                    }));
                }
                Kind::Close => {
                    let close = self.take()?;
                    if before == [blank] {
                        before.clear();
                    }
                    block.close.at = close.start;
                    block.close.comments.set_before(before);
                    if !self.ahead.kind.ends_line() {
                        return Err(self.fault(ParseErrorKind::TextAfterBlock));
                    }
                    self.take()?;
                    return Ok(Statement::Block(self.syntax.push_block(block)));
                }
                Kind::Open | Kind::Word => {
                    let line = self.line()?;
                    self.syntax
                        .line_mut(line)
                        .comments
                        .set_before(std::mem::take(&mut before));
                    block.lines.push(line);
                }
            }
        }
    }

    fn line(&mut self) -> Result<LineId, Fault> {
        let first_token = self.syntax.token_count();
        let first = self.take()?;
        self.syntax.push_token(first.text);
        let mut end = first.end;
        loop {
            let token = self.take()?;
            if token.kind.ends_line() {
                let tokens = Tokens {
                    start: first_token,
                    end: self.syntax.token_count(),
                };
                let line = Line {
                    start: first.start,
                    end,
                    tokens,
                    in_block: true,
                    ..Line::default()
                };
                return Ok(self.syntax.push_line(line));
            }
            self.syntax.push_token(token.text);
            end = token.end;
        }
    }
}

/// An element that comments at line ends can stick to.
#[derive(Clone, Copy)]
enum Owner {
    Comments(usize),
    Line(LineId),
    Open(BlockId),
    Close(BlockId),
    Block(BlockId),
}

/// Gives each comment at a line end to the last element that ends before it, going backwards.
///
/// An element that covers several lines gets none: in `x ( ⏎ y ) // c` the comment is y's.
fn assign_suffix_comments(syntax: &mut Syntax, mut suffix: Vec<Comment>) {
    for at in (0..syntax.statements.len()).rev() {
        if suffix.is_empty() {
            return;
        }
        match &syntax.statements[at] {
            Statement::Comments(_) => take_suffix(syntax, &mut suffix, Owner::Comments(at)),
            Statement::Line(line) => take_suffix(syntax, &mut suffix, Owner::Line(*line)),
            Statement::Block(block) => {
                let block = *block;
                take_suffix(syntax, &mut suffix, Owner::Block(block));
                take_suffix(syntax, &mut suffix, Owner::Close(block));
                for line in (0..syntax.block(block).lines.len()).rev() {
                    let line = syntax.block(block).lines[line];
                    take_suffix(syntax, &mut suffix, Owner::Line(line));
                }
                take_suffix(syntax, &mut suffix, Owner::Open(block));
            }
        }
    }
    syntax.before = suffix;
}

fn take_suffix(syntax: &mut Syntax, suffix: &mut Vec<Comment>, owner: Owner) {
    let (start, end) = extent(syntax, owner);
    if start.line != end.line {
        return;
    }
    let from = suffix.partition_point(|comment| comment.start.byte < end.byte);
    if from == suffix.len() {
        return;
    }
    let taken = suffix.split_off(from);
    match owner {
        Owner::Comments(at) => {
            if let Statement::Comments(block) = &mut syntax.statements[at] {
                block.comments.suffix = taken;
            }
        }
        Owner::Line(line) => syntax.line_mut(line).comments.set_suffix(taken),
        Owner::Open(block) => syntax.block_mut(block).open.comments.set_suffix(taken),
        Owner::Close(block) => syntax.block_mut(block).close.comments.set_suffix(taken),
        Owner::Block(block) => syntax.block_mut(block).comments.set_suffix(taken),
    }
}

fn extent(syntax: &Syntax, owner: Owner) -> (Position, Position) {
    let paren = |at: Position| {
        (
            at,
            Position {
                byte: at.byte + 1,
                ..at
            },
        )
    };
    match owner {
        Owner::Comments(at) => match &syntax.statements[at] {
            Statement::Comments(block) => (block.start, block.start),
            Statement::Line(_) | Statement::Block(_) => unreachable!("the caller looked"),
        },
        Owner::Line(line) => (syntax.line(line).start, syntax.line(line).end),
        Owner::Open(block) => paren(syntax.block(block).open.at),
        Owner::Close(block) => paren(syntax.block(block).close.at),
        Owner::Block(block) => {
            let block = syntax.block(block);
            (block.start, paren(block.close.at).1)
        }
    }
}
