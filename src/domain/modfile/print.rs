//! Canonical formatting of go.mod and go.work, as `go mod edit -fmt` writes them.

use super::syntax::{BlockId, Comment, CommentSlot, LineId, Paren, Statement, Syntax, Tokens};
use crate::domain::text::trim_space;

impl Syntax {
    /// Returns the file in canonical form: tabs in blocks, single spaces, blank lines between statements.
    ///
    /// Bytes, because comments may hold bytes that are not UTF-8, and these are kept.
    pub fn format(&self) -> Vec<u8> {
        let mut printer = Printer {
            syntax: self,
            out: Vec::with_capacity(self.source().len() + 64),
            pending: Vec::new(),
            margin: 0,
        };
        printer.file();
        let mut out = printer.out;
        while out.ends_with(b"\n\n") || out == b"\n" {
            out.pop();
        }
        out
    }
}

struct Printer<'a> {
    syntax: &'a Syntax,
    out: Vec<u8>,
    /// Comments for the end of the current line.
    pending: Vec<Comment>,
    /// How many tabs a line begins with.
    margin: usize,
}

impl Printer<'_> {
    fn file(&mut self) {
        let syntax = self.syntax;
        for comment in &syntax.before {
            self.comment(*comment);
            self.newline();
        }
        for (at, statement) in syntax.statements.iter().enumerate() {
            match statement {
                Statement::Comments(block) => {
                    self.before(&block.comments.before);
                    self.pending.extend_from_slice(&block.comments.suffix);
                }
                Statement::Line(line) => {
                    self.line(*line);
                    self.newline();
                }
                Statement::Block(block) => {
                    self.block(*block);
                    self.newline();
                }
            }
            if at + 1 < syntax.statements.len() {
                self.newline();
            }
        }
    }

    fn line(&mut self, id: LineId) {
        let line = self.syntax.line(id);
        self.before(line.comments.before());
        self.tokens(line.tokens);
        self.queue(&line.comments);
    }

    fn block(&mut self, id: BlockId) {
        let block = self.syntax.block(id);
        self.before(block.comments.before());
        self.tokens(block.tokens);
        self.out.push(b' ');
        self.paren(&block.open, b'(');
        self.margin += 1;
        for line in &block.lines {
            self.newline();
            self.line(*line);
        }
        self.margin -= 1;
        self.newline();
        self.paren(&block.close, b')');
        self.queue(&block.comments);
    }

    fn paren(&mut self, paren: &Paren, sign: u8) {
        self.before(paren.comments.before());
        self.out.push(sign);
        self.queue(&paren.comments);
    }

    fn queue(&mut self, comments: &CommentSlot) {
        self.pending.extend_from_slice(comments.suffix());
    }

    /// Writes comments that stand on lines of their own.
    fn before(&mut self, comments: &[Comment]) {
        if comments.is_empty() {
            return;
        }
        self.trim();
        if self.out.last().is_some_and(|last| *last != b'\n') {
            self.out.push(b'\n');
        }
        self.indent();
        for comment in comments {
            self.comment(*comment);
            self.newline();
        }
    }

    /// Ends the line, with its comments; never makes a second blank line, nor one at the top.
    fn newline(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        for (at, comment) in pending.iter().enumerate() {
            if at == 0 {
                self.out.push(b' ');
            } else {
                self.trim();
                self.out.push(b'\n');
                self.indent();
            }
            self.comment(*comment);
        }
        self.trim();
        if !self.out.is_empty() && !self.out.ends_with(b"\n\n") {
            self.out.push(b'\n');
        }
        self.indent();
    }

    fn indent(&mut self) {
        self.out.resize(self.out.len() + self.margin, b'\t');
    }

    fn trim(&mut self) {
        while matches!(self.out.last(), Some(b' ' | b'\t')) {
            self.out.pop();
        }
    }

    fn comment(&mut self, comment: Comment) {
        self.out
            .extend_from_slice(trim_space(self.syntax.text(comment.text)));
    }

    fn tokens(&mut self, tokens: Tokens) {
        let mut glued = true;
        for word in self.syntax.words(tokens) {
            if !glued && !matches!(word, b"," | b")" | b"]" | b"}") {
                self.out.push(b' ');
            }
            self.out.extend_from_slice(word);
            glued = matches!(word, b"(" | b"[" | b"{");
        }
    }
}
