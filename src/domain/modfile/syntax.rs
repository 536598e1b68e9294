//! The lossless syntax tree of go.mod and go.work: lines, blocks and comments.
//!
//! The texts of all tokens and comments lie in one buffer, the tokens of all lines in one list, so that a
//! file costs a few allocations; an edit appends to both. Lines and blocks keep their identity
//! ([`LineId`], `BlockId`) while they move.

use super::lex::{Position, Text, offset};
use crate::domain::text::{chars, trim_space};

/// The syntax tree of one file.
#[derive(Clone, Debug, Default)]
pub struct Syntax {
    pub(super) file: String,
    /// The file itself, followed by what edits brought.
    text: Vec<u8>,
    /// The length of the file within `text`.
    source_length: usize,
    tokens: Vec<Text>,
    lines: Vec<Line>,
    blocks: Vec<Block>,
    pub(super) statements: Vec<Statement>,
    /// Comments that follow nothing they could belong to.
    pub(super) before: Vec<Comment>,
}

/// Names a line of a [`Syntax`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(u32);

/// Names a [`Block`] of a [`Syntax`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct BlockId(u32);

/// Something at the top level of a file.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    /// Comments that stand alone.
    Comments(Box<CommentBlock>),
    /// A directive on one line.
    Line(LineId),
    /// A directive with a list in parentheses.
    Block(BlockId),
}

/// Comments that stand alone.
#[derive(Clone, Debug, Default)]
pub(super) struct CommentBlock {
    pub(super) start: Position,
    pub(super) comments: Comments,
}

/// A line of tokens.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) start: Position,
    pub(super) end: Position,
    pub(super) tokens: Tokens,
    pub(super) in_block: bool,
    /// Dropped by an edit; gone after the next clean-up.
    pub(super) removed: bool,
    pub(super) comments: CommentSlot,
}

/// A directive with a list in parentheses.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) start: Position,
    pub(super) tokens: Tokens,
    pub(super) lines: Vec<LineId>,
    pub(super) open: Paren,
    pub(super) close: Paren,
    pub(super) comments: CommentSlot,
}

/// A parenthesis; a place that comments stick to.
#[derive(Clone, Debug, Default)]
pub(super) struct Paren {
    pub(super) at: Position,
    pub(super) comments: CommentSlot,
}

/// Which tokens of the file's list make a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The comments of one element; most elements have none.
#[derive(Clone, Debug, Default)]
pub(super) struct CommentSlot(Option<Box<Comments>>);

/// The comments of one element.
#[derive(Clone, Debug, Default)]
pub(super) struct Comments {
    /// On lines of their own before the element; an empty text is a blank line.
    pub(super) before: Vec<Comment>,
    /// After the element on its line.
    pub(super) suffix: Vec<Comment>,
}

/// One comment, with its `//`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) start: Position,
    pub(super) text: Text,
}

impl CommentSlot {
    /// No comment.
    pub(super) const EMPTY: Self = Self(None);

    pub(super) fn before(&self) -> &[Comment] {
        self.0.as_ref().map_or(&[], |comments| &comments.before)
    }

    pub(super) fn suffix(&self) -> &[Comment] {
        self.0.as_ref().map_or(&[], |comments| &comments.suffix)
    }

    pub(super) fn set_before(&mut self, before: Vec<Comment>) {
        if self.0.is_some() || !before.is_empty() {
            self.0.get_or_insert_default().before = before;
        }
    }

    pub(super) fn set_suffix(&mut self, suffix: Vec<Comment>) {
        if self.0.is_some() || !suffix.is_empty() {
            self.0.get_or_insert_default().suffix = suffix;
        }
    }

    pub(super) fn get_mut(&mut self) -> &mut Comments {
        self.0.get_or_insert_default()
    }

    /// Reports whether there is any comment but a plain `// indirect`.
    pub(super) fn is_remarkable(&self, syntax: &Syntax) -> bool {
        match self.suffix() {
            _ if !self.before().is_empty() => true,
            [] => false,
            [only] => trim_space(syntax.comment_body(*only)) != b"indirect",
            [_, _, ..] => true,
        }
    }
}

impl Tokens {
    pub(super) fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Leaves the first token out.
    pub(super) fn tail(self) -> Self {
        Self {
            start: self.end.min(self.start + 1),
            ..self
        }
    }
}

impl Syntax {
    /// Starts the tree of a file that was read.
    pub(super) fn of_source(file: &str, source: &[u8]) -> Self {
        Self {
            file: file.to_owned(),
            text: source.to_vec(),
            source_length: source.len(),
            ..Self::default()
        }
    }

    /// Returns the name of the file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Returns where a line begins; line 0 for one that an edit added.
    pub fn position(&self, line: LineId) -> Position {
        self.line(line).start
    }

    /// Returns a line as it was read, without what surrounds it; empty for one that an edit added.
    pub fn line_text(&self, line: LineId) -> String {
        let start = self.position(line);
        let source = self.source();
        let rest = source.get(start.byte as usize..).unwrap_or_default();
        if start.line == 0 {
            return String::new();
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        String::from_utf8_lossy(&rest[..end]).trim().to_owned()
    }

    /// Returns the file as it was read.
    pub(super) fn source(&self) -> &[u8] {
        &self.text[..self.source_length]
    }

    pub(super) fn text(&self, text: Text) -> &[u8] {
        &self.text[text.start as usize..text.end as usize]
    }

    pub(super) fn line(&self, id: LineId) -> &Line {
        &self.lines[id.0 as usize]
    }

    pub(super) fn line_mut(&mut self, id: LineId) -> &mut Line {
        &mut self.lines[id.0 as usize]
    }

    pub(super) fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    pub(super) fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.0 as usize]
    }

    pub(super) fn push_line(&mut self, line: Line) -> LineId {
        self.lines.push(line);
        LineId(offset(self.lines.len() - 1))
    }

    pub(super) fn push_block(&mut self, block: Block) -> BlockId {
        self.blocks.push(block);
        BlockId(offset(self.blocks.len() - 1))
    }

    /// Returns the place of the next token, to begin a line there.
    pub(super) fn token_count(&self) -> u32 {
        offset(self.tokens.len())
    }

    pub(super) fn push_token(&mut self, token: Text) {
        self.tokens.push(token);
    }

    /// Returns the tokens of a line or block as texts.
    pub(super) fn words(
        &self,
        tokens: Tokens,
    ) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.spans(tokens).iter().map(|token| self.text(*token))
    }

    /// Returns the first token of a line or block.
    pub(super) fn verb(&self, tokens: Tokens) -> Option<&[u8]> {
        self.spans(tokens).first().map(|token| self.text(*token))
    }

    pub(super) fn spans(&self, tokens: Tokens) -> &[Text] {
        &self.tokens[tokens.start as usize..tokens.end as usize]
    }

    /// Replaces one token's text.
    pub(super) fn set_word(&mut self, tokens: Tokens, at: usize, word: &[u8]) {
        let index = tokens.start as usize + at;
        if self.text(self.tokens[index]) != word {
            self.tokens[index] = self.add_text(word);
        }
    }

    /// Adds tokens for a new or changed line.
    pub(super) fn add_words(&mut self, words: &[&[u8]]) -> Tokens {
        let start = self.token_count();
        for word in words {
            let text = self.add_text(word);
            self.tokens.push(text);
        }
        Tokens {
            start,
            end: self.token_count(),
        }
    }

    /// Joins the tokens of a block and of its only line.
    pub(super) fn join_tokens(&mut self, head: Tokens, tail: Tokens) -> Tokens {
        let start = self.token_count();
        for part in [head, tail] {
            self.tokens
                .extend_from_within(part.start as usize..part.end as usize);
        }
        Tokens {
            start,
            end: self.token_count(),
        }
    }

    /// Adds a comment; `text` begins with `//`.
    pub(super) fn add_comment(&mut self, text: &[u8]) -> Comment {
        Comment {
            start: Position::default(),
            text: self.add_text(text),
        }
    }

    fn add_text(&mut self, text: &[u8]) -> Text {
        let start = offset(self.text.len());
        self.text.extend_from_slice(text);
        Text {
            start,
            end: offset(self.text.len()),
        }
    }

    /// Returns what a comment says, without its `//`.
    pub(super) fn comment_body(&self, comment: Comment) -> &[u8] {
        let text = self.text(comment.text);
        text.strip_prefix(b"//").unwrap_or(text)
    }

    /// Reports whether the first comment after the line says `// indirect`, alone or before a `;`.
    pub(super) fn is_indirect(&self, line: LineId) -> bool {
        let Some(comment) = self.line(line).comments.suffix().first() else {
            return false;
        };
        let body = String::from_utf8_lossy(self.comment_body(*comment));
        let mut words = body.split_whitespace();
        match (words.next(), words.next()) {
            (Some("indirect"), None) | (Some("indirect;"), Some(_)) => true,
            (_, _) => false,
        }
    }

    /// Returns the text of the comments on a line, or else of those on its block.
    pub(super) fn directive_comment(&self, block: Option<BlockId>, line: LineId) -> String {
        let mut comments = &self.line(line).comments;
        if comments.before().is_empty()
            && comments.suffix().is_empty()
            && let Some(block) = block
        {
            comments = &self.block(block).comments;
        }
        let mut text = String::new();
        let mut first = true;
        for comment in comments.before().iter().chain(comments.suffix()) {
            let Some(body) = self.text(comment.text).strip_prefix(b"//") else {
                continue;
            };
            if !first {
                text.push('\n');
            }
            first = false;
            text.push_str(&String::from_utf8_lossy(trim_space(body)));
        }
        text
    }

    /// Returns the place of a byte of the file, counted from the begin of its line.
    pub(super) fn position_of(&self, byte: usize, line: u32) -> Position {
        let line_start = memchr::memrchr(b'\n', &self.source()[..byte]).map_or(0, |at| at + 1);
        let column = 1 + chars(&self.source()[line_start..byte]).count();
        Position {
            line,
            column: offset(column),
            byte: offset(byte),
        }
    }
}
