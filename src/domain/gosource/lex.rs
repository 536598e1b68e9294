//! What the readers of Go source share: a cursor over bytes, literals, white space and positions.

use crate::domain::text::quote;

/// A place in a Go file from which tokens are taken.
pub(super) struct Cursor<'a> {
    /// The text, without a byte order mark at its start.
    pub(super) text: &'a [u8],
    /// The next byte.
    pub(super) at: usize,
}

/// Why nothing more can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// What stands there cannot stand there.
    Syntax,
    /// A NUL byte, which no Go file may contain.
    Nul,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the next byte and stays before it; none at the end.
    pub(super) fn peek(&self) -> Result<Option<u8>, Stop> {
        match self.text.get(self.at) {
            Some(0) => Err(Stop::Nul),
            byte => Ok(byte.copied()),
        }
    }

    /// Takes one byte; none at the end.
    pub(super) fn take(&mut self) -> Result<Option<u8>, Stop> {
        let byte = self.peek()?;
        self.at += usize::from(byte.is_some());
        Ok(byte)
    }

    /// Skips white space, comments and semicolons, and returns what follows; none at the end.
    pub(super) fn skip_space(&mut self) -> Result<Option<u8>, Stop> {
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' | b';') => self.at += 1,
                Some(b'/') => {
                    self.at += 1;
                    self.skip_comment()?;
                }
                other => return Ok(other),
            }
        }
    }

    /// Skips a comment whose first slash is taken.
    fn skip_comment(&mut self) -> Result<(), Stop> {
        match self.take()? {
            Some(b'/') => while !matches!(self.take()?, None | Some(b'\n')) {},
            Some(b'*') => {
                let mut last = 0;
                loop {
                    match self.take()?.ok_or(Stop::Syntax)? {
                        b'/' if last == b'*' => break,
                        byte => last = byte,
                    }
                }
            }
            _ => return Err(Stop::Syntax),
        }
        Ok(())
    }
}

/// Reports whether a byte can be part of a name; all of UTF-8 beyond ASCII can.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Returns the line and the column, both from 1, of a byte of a text; a column counts bytes, as Go's positions do.
pub fn line_and_column(text: &[u8], offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    (line, before.len() - start + 1)
}

/// Returns the length of the string literal, raw or interpreted, that `text` begins with; none where there is none.
pub(super) fn string_prefix(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b'`' => Some(memchr::memchr(b'`', &text[1..])? + 2),
        b'"' => {
            let mut at = 1;
            loop {
                match text.get(at)? {
                    b'"' => return Some(at + 1),
                    b'\\' => at += 2,
                    b'\n' => return None,
                    _ => at += 1,
                }
            }
        }
        _ => None,
    }
}

/// Returns the value of a Go string literal; none for what is no such literal.
///
/// Bytes that are not UTF-8 become U+FFFD.
pub fn unquote(literal: &[u8]) -> Option<String> {
    // What stands in single quotes is a character.
    let literal = Some(literal).filter(|literal| literal.first() != Some(&b'\''));
    let value = quote::unquote(literal?)?;
    Some(String::from_utf8_lossy(&value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_unquote(literal: &str, expect: Option<&str>) {
        assert_eq!(unquote(literal.as_bytes()).as_deref(), expect);
    }

    #[test]
    fn unquotes_as_go_does() {
        check_unquote(r#""a/b""#, Some("a/b"));
        check_unquote("`a\\n\r\n`", Some("a\\n\n"));
        check_unquote(
            r#""\a\t\\\"\x41\101\u00e9\U0001F600""#,
            Some("\u{7}\t\\\"AAé😀"),
        );
        for wrong in [
            "",
            "\"",
            "a",
            "\"a",
            "`a",
            r#""\q""#,
            r#""\'""#,
            r#""\x4""#,
            r#""\ud800""#,
            r#""\400""#,
            "\"a\nb\"",
            "\"a\"b\"",
            "`a`b`",
            "'a'",
        ] {
            check_unquote(wrong, None);
        }
    }

    #[test]
    fn positions_count_from_one() {
        assert_eq!(line_and_column(b"ab\ncd", 0), (1, 1));
        assert_eq!(line_and_column(b"ab\ncd", 4), (2, 2));
        assert_eq!(line_and_column(b"ab\n", 3), (2, 1));
    }
}
