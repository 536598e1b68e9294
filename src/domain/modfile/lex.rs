//! Tokens of go.mod and go.work, with positions. See <https://go.dev/ref/mod#go-mod-file-lexical>.
//!
//! The text need not be UTF-8: a byte that is not counts as one printable character, as in Go.

use super::error::ParseErrorKind;
use crate::domain::text::first_char;
use crate::domain::text::printable::is_printable;

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1; 0 for a line that was added by an edit.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The offset in bytes, from 0.
    pub byte: u32,
}

/// A piece of the text of a [`Syntax`](super::syntax::Syntax).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The end of the file.
    End,
    /// The end of a line.
    Newline,
    /// A comment after something else on its line; it ends the line.
    SuffixComment,
    /// A comment on a line of its own, with its line end.
    LineComment,
    /// `(`
    Open,
    /// `)`
    Close,
    /// A word, a string, or other punctuation.
    Word,
}

impl Kind {
    /// Reports whether a line ends here.
    pub(super) fn ends_line(self) -> bool {
        matches!(self, Self::End | Self::Newline | Self::SuffixComment)
    }
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: Position,
    pub(super) end: Position,
    pub(super) text: Text,
}

/// Where and why reading stopped.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) position: Position,
    pub(super) kind: ParseErrorKind,
}

/// Splits a file into tokens.
pub(super) struct Lexer<'a> {
    source: &'a [u8],
    at: Position,
    /// Where the current line begins.
    line_start: usize,
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning of `source`, which must be shorter than 4 GiB.
    pub(super) fn new(source: &'a [u8]) -> Self {
        Self {
            source,
            at: Position {
                line: 1,
                column: 1,
                byte: 0,
            },
            line_start: 0,
        }
    }

    /// Returns the place that was read up to.
    pub(super) fn position(&self) -> Position {
        self.at
    }

    /// Reads the next token.
    pub(super) fn next(&mut self) -> Result<Token, Fault> {
        while matches!(self.rest().first(), Some(b' ' | b'\t' | b'\r')) {
            self.skip_ascii(1);
        }
        let start = self.at;
        match self.rest() {
            [] => Ok(self.token(Kind::End, start)),
            [b'/', b'/', ..] => Ok(self.comment(start)),
            [b'/', b'*', ..] => Err(self.fault(ParseErrorKind::BlockComment)),
            [b'\n', ..] => {
                self.skip_line_end();
                Ok(self.token(Kind::Newline, start))
            }
            [first @ (b'(' | b')' | b'[' | b']' | b'{' | b'}' | b','), ..] => {
                let kind = match first {
                    b'(' => Kind::Open,
                    b')' => Kind::Close,
                    _ => Kind::Word,
                };
                self.skip_ascii(1);
                Ok(self.token(kind, start))
            }
            [quote @ (b'"' | b'`'), ..] => self.string(start, *quote),
            _ => self.word(start),
        }
    }

    fn comment(&mut self, start: Position) -> Token {
        let before = &self.source[self.line_start..start.byte as usize];
        let own_line = before
            .iter()
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
        let rest = self.rest();
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let body = rest[..length]
            .strip_suffix(b"\r")
            .filter(|_| length < rest.len())
            .unwrap_or(&rest[..length]);
        let text = Text {
            start: start.byte,
            end: start.byte + offset(body.len()),
        };
        let ended = length < rest.len();
        self.skip_wide(length);
        if ended {
            self.skip_line_end();
        }
        let kind = if own_line {
            Kind::LineComment
        } else {
            Kind::SuffixComment
        };
        Token {
            kind,
            start,
            end: self.at,
            text,
        }
    }

    fn string(&mut self, start: Position, quote: u8) -> Result<Token, Fault> {
        self.skip_ascii(1);
        loop {
            match self.rest().first() {
                None => {
                    return Err(Fault {
                        position: start,
                        kind: ParseErrorKind::UnterminatedString,
                    });
                }
                Some(b'\n') => return Err(self.fault(ParseErrorKind::NewlineInString)),
                Some(byte) if *byte == quote => break,
                Some(b'\\') if quote == b'"' => {
                    self.skip_ascii(1);
                    match self.rest().first() {
                        None => {
                            return Err(Fault {
                                position: start,
                                kind: ParseErrorKind::UnterminatedString,
                            });
                        }
                        // An escaped line end is let through here; the value is refused later where it is used.
                        Some(b'\n') => self.skip_line_end(),
                        Some(_) => self.skip_char(),
                    }
                }
                Some(_) => self.skip_char(),
            }
        }
        self.skip_ascii(1);
        Ok(self.token(Kind::Word, start))
    }

    fn word(&mut self, start: Position) -> Result<Token, Fault> {
        loop {
            let rest = self.rest();
            let plain = rest.iter().take_while(|byte| is_plain(**byte)).count();
            self.skip_ascii(offset(plain));
            let rest = &rest[plain..];
            match rest {
                [b'/', b'/', ..] => break,
                [b'/', b'*', ..] => return Err(self.fault(ParseErrorKind::BlockComment)),
                _ => {}
            }
            match first_char(rest) {
                Some((c, length)) if is_word_char(c) => self.skip_one(length),
                Some((c, _)) if self.at == start => {
                    return Err(self.fault(ParseErrorKind::UnexpectedCharacter(c)));
                }
                _ => break,
            }
        }
        Ok(self.token(Kind::Word, start))
    }

    fn rest(&self) -> &'a [u8] {
        &self.source[self.at.byte as usize..]
    }

    fn token(&self, kind: Kind, start: Position) -> Token {
        Token {
            kind,
            start,
            end: self.at,
            text: Text {
                start: start.byte,
                end: self.at.byte,
            },
        }
    }

    fn fault(&self, kind: ParseErrorKind) -> Fault {
        Fault {
            position: self.at,
            kind,
        }
    }

    fn skip_ascii(&mut self, count: u32) {
        self.at.byte += count;
        self.at.column += count;
    }

    fn skip_one(&mut self, length: usize) {
        self.at.byte += offset(length);
        self.at.column += 1;
    }

    fn skip_char(&mut self) {
        let length = first_char(self.rest()).map_or(0, |(_, length)| length);
        self.skip_one(length);
    }

    fn skip_wide(&mut self, length: usize) {
        let skipped = &self.rest()[..length];
        let columns = if skipped.is_ascii() {
            length
        } else {
            crate::domain::text::chars(skipped).count()
        };
        self.at.byte += offset(length);
        self.at.column += offset(columns);
    }

    fn skip_line_end(&mut self) {
        self.at.byte += 1;
        self.at.line += 1;
        self.at.column = 1;
        self.line_start = self.at.byte as usize;
    }
}

/// Reports whether a byte is a character of a word, whatever follows.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~')
        && !matches!(byte, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b'/')
}

/// Reports whether `c` can stand in an unquoted word.
fn is_word_char(c: char) -> bool {
    !matches!(c, ' ' | '(' | ')' | '[' | ']' | '{' | '}' | ',') && is_printable(c)
}

/// Narrows an offset; files are limited far below 4 GiB.
pub(super) fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
