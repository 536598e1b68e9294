//! Changes of the syntax tree that the edits of a file are made of.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::syntax::{Block, BlockId, Comment, Line, LineId, Paren, Statement, Syntax, Tokens};
use crate::domain::module::version::compare;
use crate::domain::text::trim_space;

/// Where a new line goes.
enum Place {
    /// After a statement, as one of its own.
    After(usize),
    /// Into the block that the line at this statement becomes.
    Convert(usize),
    /// Into a block, before this line of it.
    Block(BlockId, usize),
}

impl Syntax {
    /// Adds a line.
    ///
    /// It joins the block of `hint`, where that has the same verb; a lone line becomes a block. Where the
    /// verb differs it goes after it. Without `hint` it joins the last statement with the same verb, or
    /// goes to the end of the file.
    pub(super) fn add_line(&mut self, hint: Option<LineId>, words: &[&[u8]]) -> LineId {
        let place = match hint {
            Some(hint) => self.place_at(hint, words[0]),
            None => self.place_of_last(words[0]),
        };
        match place {
            None => self.insert_line(self.statements.len(), words),
            Some(Place::After(at)) => self.insert_line(at + 1, words),
            Some(Place::Block(block, at)) => {
                let line = self.new_block_line(words);
                self.block_mut(block).lines.insert(at, line);
                line
            }
            Some(Place::Convert(at)) => {
                let Some(block) = self.ensure_block(at) else {
                    return self.insert_line(at + 1, words);
                };
                let line = self.new_block_line(words);
                self.block_mut(block).lines.push(line);
                line
            }
        }
    }

    /// Adds a line beside `hint`, or else at the end of the file, as Go does with `exclude` and `replace`:
    /// a line for another path never joins a block.
    pub(super) fn add_line_beside(&mut self, hint: Option<LineId>, words: &[&[u8]]) -> LineId {
        match hint {
            Some(_) => self.add_line(hint, words),
            None => self.insert_line(self.statements.len(), words),
        }
    }

    fn new_block_line(&mut self, words: &[&[u8]]) -> LineId {
        let tokens = self.add_words(&words[1..]);
        self.push_line(Line {
            tokens,
            in_block: true,
            ..Line::default()
        })
    }

    fn place_at(&self, hint: LineId, verb: &[u8]) -> Option<Place> {
        self.statements
            .iter()
            .enumerate()
            .find_map(|(at, statement)| match statement {
                Statement::Line(line) if *line == hint => {
                    let same =
                        !self.line(hint).removed && self.verb(self.line(hint).tokens) == Some(verb);
                    Some(if same {
                        Place::Convert(at)
                    } else {
                        Place::After(at)
                    })
                }
                Statement::Block(block) => {
                    let within = self
                        .block(*block)
                        .lines
                        .iter()
                        .position(|line| *line == hint)?;
                    let same = self.verb(self.block(*block).tokens) == Some(verb);
                    Some(if same {
                        Place::Block(*block, within + 1)
                    } else {
                        Place::After(at)
                    })
                }
                Statement::Line(_) | Statement::Comments(_) => None,
            })
    }

    fn place_of_last(&self, verb: &[u8]) -> Option<Place> {
        self.statements
            .iter()
            .enumerate()
            .rev()
            .find_map(|(at, statement)| match statement {
                Statement::Line(line) => {
                    let line = self.line(*line);
                    (!line.removed && self.verb(line.tokens) == Some(verb))
                        .then_some(Place::Convert(at))
                }
                Statement::Block(id) => {
                    let block = self.block(*id);
                    (self.verb(block.tokens) == Some(verb))
                        .then_some(Place::Block(*id, block.lines.len()))
                }
                Statement::Comments(_) => None,
            })
    }

    /// Makes the statement a block, if it is a line; returns the block.
    pub(super) fn ensure_block(&mut self, at: usize) -> Option<BlockId> {
        match self.statements[at] {
            Statement::Comments(_) => None,
            Statement::Block(block) => Some(block),
            Statement::Line(id) => {
                let line = self.line_mut(id);
                let tokens = line.tokens;
                line.in_block = true;
                line.tokens = tokens.tail();
                let verb = Tokens {
                    end: tokens.tail().start,
                    ..tokens
                };
                let block = self.push_block(Block {
                    tokens: verb,
                    lines: vec![id],
                    ..Block::default()
                });
                self.statements[at] = Statement::Block(block);
                Some(block)
            }
        }
    }

    /// Inserts an empty block before a statement.
    pub(super) fn insert_block(&mut self, at: usize, verb: &[u8]) -> BlockId {
        let tokens = self.add_words(&[verb]);
        let block = self.push_block(Block {
            tokens,
            open: Paren::default(),
            ..Block::default()
        });
        self.statements.insert(at, Statement::Block(block));
        block
    }

    /// Inserts a line before a statement.
    pub(super) fn insert_line(&mut self, at: usize, words: &[&[u8]]) -> LineId {
        let tokens = self.add_words(words);
        let line = self.push_line(Line {
            tokens,
            ..Line::default()
        });
        self.statements.insert(at, Statement::Line(line));
        line
    }

    /// Replaces the tokens of a line; `words` begin with the verb, also for a line in a block.
    pub(super) fn update_line(&mut self, line: LineId, words: &[&[u8]]) {
        let words = if self.line(line).in_block {
            &words[1..]
        } else {
            words
        };
        self.line_mut(line).tokens = self.add_words(words);
        self.line_mut(line).removed = false;
    }

    /// Drops a line with the comments at its end; comments before it go at the next clean-up.
    pub(super) fn remove_line(&mut self, line: LineId) {
        let line = self.line_mut(line);
        line.removed = true;
        line.comments.set_suffix(Vec::new());
    }

    /// Returns the place of the first statement that is no comment.
    pub(super) fn first_directive(&self) -> usize {
        let found = self
            .statements
            .iter()
            .position(|statement| !matches!(statement, Statement::Comments(_)));
        found.unwrap_or(self.statements.len())
    }

    /// Returns the place of the first single line with a verb.
    pub(super) fn find_line(&self, verb: &[u8]) -> Option<usize> {
        self.statements
            .iter()
            .position(|statement| match statement {
                Statement::Line(line) => {
                    !self.line(*line).removed && self.verb(self.line(*line).tokens) == Some(verb)
                }
                Statement::Block(_) | Statement::Comments(_) => false,
            })
    }

    /// Changes the version on a `require` line.
    pub(super) fn set_version(&mut self, id: LineId, version: &str) {
        let line = self.line_mut(id);
        if line.removed || line.tokens.len() == 0 {
            return;
        }
        let at = if line.in_block { 1 } else { 2 };
        let tokens = line.tokens;
        if line.in_block
            && matches!(line.comments.before(), [only] if only.text.start == only.text.end)
        {
            // A blank line before a requirement says that it was added by hand; an update ends that.
            line.comments.set_before(Vec::new());
        }
        if at < tokens.len() {
            let words: Vec<_> = self.words(tokens).map(<[u8]>::to_vec).collect();
            let mut words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
            words[at] = version.as_bytes();
            self.line_mut(id).tokens = self.add_words(&words);
        }
    }

    /// Gives a line the comment `// indirect`, or takes it away; other text of the comment stays.
    pub(super) fn set_indirect(&mut self, id: LineId, indirect: bool) {
        if self.is_indirect(id) == indirect {
            return;
        }
        let first = self.line(id).comments.suffix().first().copied();
        let Some(first) = first else {
            let comment = self.add_comment(b"// indirect");
            self.line_mut(id).comments.get_mut().suffix = vec![comment];
            return;
        };
        let body = self.comment_body(first).to_vec();
        let said = trim_space(&body);
        let text = if indirect {
            if said.is_empty() {
                b"// indirect".to_vec()
            } else {
                [b"// indirect; ", said].concat()
            }
        } else if said == b"indirect" {
            self.line_mut(id).comments.set_suffix(Vec::new());
            return;
        } else {
            const MARK: &[u8] = b"indirect;";
            let end = memchr::memmem::find(&body, MARK).map_or(0, |at| at + MARK.len());
            [b"//", &body[end..]].concat()
        };
        let comment = Comment {
            start: first.start,
            ..self.add_comment(&text)
        };
        self.line_mut(id).comments.get_mut().suffix[0] = comment;
    }

    /// Takes removed lines out; a block without lines goes, one with a single line becomes that line.
    pub(super) fn cleanup(&mut self) {
        let statements = std::mem::take(&mut self.statements);
        self.statements = statements
            .into_iter()
            .filter_map(|statement| self.clean(statement))
            .collect();
    }

    fn clean(&mut self, statement: Statement) -> Option<Statement> {
        let id = match statement {
            Statement::Comments(_) => return Some(statement),
            Statement::Line(line) => return (!self.line(line).removed).then_some(statement),
            Statement::Block(id) => id,
        };
        let mut lines = std::mem::take(&mut self.block_mut(id).lines);
        lines.retain(|line| !self.line(*line).removed);
        let [single] = lines[..] else {
            let empty = lines.is_empty();
            self.block_mut(id).lines = lines;
            return (!empty).then_some(Statement::Block(id));
        };
        if !self.block(id).close.comments.before().is_empty() {
            self.block_mut(id).lines = lines;
            return Some(Statement::Block(id));
        }
        let block = self.block(id);
        let line = self.line(single);
        let before = [block.comments.before(), line.comments.before()].concat();
        let suffix = [line.comments.suffix(), block.comments.suffix()].concat();
        let (head, tail) = (block.tokens, line.tokens);
        let tokens = self.join_tokens(head, tail);
        let mut joined = Line {
            start: self.line(single).start,
            end: self.line(single).end,
            tokens,
            ..Line::default()
        };
        joined.comments.set_before(before);
        joined.comments.set_suffix(suffix);
        *self.line_mut(single) = joined;
        Some(Statement::Line(single))
    }

    /// Takes these lines out, and blocks that have no line then.
    pub(super) fn drop_lines(&mut self, dropped: &HashSet<LineId>) {
        let statements = std::mem::take(&mut self.statements);
        let kept = statements.into_iter().filter(|statement| match statement {
            Statement::Comments(_) => true,
            Statement::Line(line) => !dropped.contains(line),
            Statement::Block(block) => {
                let lines = &mut self.block_mut(*block).lines;
                lines.retain(|line| !dropped.contains(line));
                !lines.is_empty()
            }
        });
        let kept = kept.collect();
        self.statements = kept;
    }

    /// Sorts the lines of each block of a go.mod; from go 1.21 on, versions of excludes count as versions.
    pub(super) fn sort(&mut self, go: Option<&str>) {
        let semantic = go.is_some_and(|go| compare(&format!("v{go}"), "v1.21").is_ge());
        for id in self.block_ids() {
            let by = match self.verb(self.block(id).tokens) {
                Some(b"exclude") if semantic && self.has_pairs_only(id) => Self::compare_excludes,
                Some(b"retract") => Self::compare_retractions,
                Some(_) | None => Self::compare_words,
            };
            self.sort_block(id, by);
        }
    }

    /// Sorts the lines of each block by their words.
    pub(super) fn sort_plainly(&mut self) {
        for id in self.block_ids() {
            self.sort_block(id, Self::compare_words);
        }
    }

    fn block_ids(&self) -> Vec<BlockId> {
        let blocks = self
            .statements
            .iter()
            .filter_map(|statement| match statement {
                Statement::Block(block) => Some(*block),
                Statement::Line(_) | Statement::Comments(_) => None,
            });
        blocks.collect()
    }

    fn sort_block(&mut self, id: BlockId, by: fn(&Self, LineId, LineId) -> Ordering) {
        let mut lines = std::mem::take(&mut self.block_mut(id).lines);
        lines.sort_by(|left, right| by(self, *left, *right));
        self.block_mut(id).lines = lines;
    }

    /// Returns the words of a line; none for a removed one.
    fn live_words(&self, line: LineId) -> Vec<&[u8]> {
        let line = self.line(line);
        if line.removed {
            Vec::new()
        } else {
            self.words(line.tokens).collect()
        }
    }

    /// Reports whether all lines are a path and a version: other lines would have no place in the order.
    fn has_pairs_only(&self, id: BlockId) -> bool {
        self.block(id)
            .lines
            .iter()
            .all(|line| matches!(self.live_words(*line).len(), 0 | 2))
    }

    fn compare_words(&self, left: LineId, right: LineId) -> Ordering {
        self.live_words(left).cmp(&self.live_words(right))
    }

    fn compare_excludes(&self, left: LineId, right: LineId) -> Ordering {
        match (&self.live_words(left)[..], &self.live_words(right)[..]) {
            ([left_path, left_version], [right_path, right_version]) if left_path == right_path => {
                compare(as_text(left_version), as_text(right_version))
            }
            (left, right) => left.cmp(right),
        }
    }

    /// Orders intervals from the newest to the oldest; what is no interval is oldest.
    fn compare_retractions(&self, left: LineId, right: LineId) -> Ordering {
        fn interval<'a>(words: &[&'a [u8]]) -> (&'a str, &'a str) {
            match words {
                [version] => (as_text(version), as_text(version)),
                [b"[", low, b",", high, b"]"] => (as_text(low), as_text(high)),
                _ => ("", ""),
            }
        }
        let (left_low, left_high) = interval(&self.live_words(left));
        let (right_low, right_high) = interval(&self.live_words(right));
        compare(right_low, left_low).then_with(|| compare(right_high, left_high))
    }
}

fn as_text(word: &[u8]) -> &str {
    std::str::from_utf8(word).unwrap_or_default()
}
