//! What the readers of Go source share: a cursor over bytes, literals, white space and positions.

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

/// Returns the bytes without Unicode white space at both ends.
pub(super) fn trim_space(mut bytes: &[u8]) -> &[u8] {
    while let Some(length) = first_char(bytes).filter(|c| c.is_whitespace()) {
        bytes = &bytes[length.len_utf8()..];
    }
    while let Some(length) = last_char(bytes).filter(|c| c.is_whitespace()) {
        bytes = &bytes[..bytes.len() - length.len_utf8()];
    }
    bytes
}

/// Returns the first character, where the bytes begin with one.
pub(super) fn first_char(bytes: &[u8]) -> Option<char> {
    let head = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next()
}

/// Returns the last character, where the bytes end with one.
fn last_char(bytes: &[u8]) -> Option<char> {
    let tail = &bytes[bytes.len().saturating_sub(4)..];
    let start = tail.iter().rposition(|byte| (byte & 0xc0) != 0x80)?;
    std::str::from_utf8(&tail[start..]).ok()?.chars().next()
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
    let (&quote, rest) = literal.split_first()?;
    let (&end, inner) = rest.split_last()?;
    match quote {
        b'`' if end == b'`' && !inner.contains(&b'`') => {
            let kept: Vec<u8> = inner
                .iter()
                .copied()
                .filter(|byte| *byte != b'\r')
                .collect();
            Some(String::from_utf8_lossy(&kept).into_owned())
        }
        b'"' if end == b'"' => unquote_interpreted(inner),
        _ => None,
    }
}

fn unquote_interpreted(mut inner: &[u8]) -> Option<String> {
    let mut value = Vec::new();
    while let Some((&byte, rest)) = inner.split_first() {
        inner = rest;
        match byte {
            b'"' | b'\n' => return None,
            b'\\' => inner = unescape(rest, &mut value)?,
            _ => value.push(byte),
        }
    }
    Some(String::from_utf8_lossy(&value).into_owned())
}

/// Takes the rest of an escape sequence and returns what follows it.
fn unescape<'a>(text: &'a [u8], value: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (&kind, rest) = text.split_first()?;
    let simple = match kind {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' | b'"' => kind,
        b'x' => {
            let (code, rest) = number(rest, 2, 16)?;
            value.push(u8::try_from(code).ok()?);
            return Some(rest);
        }
        b'0'..=b'7' => {
            let (code, rest) = number(text, 3, 8)?;
            value.push(u8::try_from(code).ok()?);
            return Some(rest);
        }
        b'u' | b'U' => {
            let (code, rest) = number(rest, if kind == b'u' { 4 } else { 8 }, 16)?;
            let character = char::from_u32(code)?;
            value.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(rest);
        }
        _ => return None,
    };
    value.push(simple);
    Some(rest)
}

fn number(text: &[u8], digits: usize, radix: u32) -> Option<(u32, &[u8])> {
    let (head, rest) = text.split_at_checked(digits)?;
    let mut value: u32 = 0;
    for &byte in head {
        value = value
            .checked_mul(radix)?
            .checked_add(char::from(byte).to_digit(radix)?)?;
    }
    Some((value, rest))
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
    fn trims_the_white_space_of_unicode() {
        assert_eq!(
            trim_space("\u{a0} \u{2003}a b\u{85}\r\n".as_bytes()),
            b"a b"
        );
        assert_eq!(trim_space(b" \xff \xa0 "), b"\xff \xa0");
        assert_eq!(trim_space(b"\t "), b"");
    }

    #[test]
    fn positions_count_from_one() {
        assert_eq!(line_and_column(b"ab\ncd", 0), (1, 1));
        assert_eq!(line_and_column(b"ab\ncd", 4), (2, 2));
        assert_eq!(line_and_column(b"ab\n", 3), (2, 1));
    }
}
