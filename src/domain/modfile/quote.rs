//! Quoting of tokens as Go writes string literals. See <https://go.dev/ref/mod#go-mod-file-lexical>.

use std::fmt::Write as _;

use super::printable::is_printable;

/// Reports whether `text` must be quoted to be one token of a go.mod line.
pub fn must_quote(text: &[u8]) -> bool {
    if text.is_empty()
        || memchr::memmem::find(text, b"//").is_some()
        || memchr::memmem::find(text, b"/*").is_some()
    {
        return true;
    }
    chars(text).any(|(_, c)| match c {
        ' ' | '"' | '\'' | '`' => true,
        '(' | ')' | '[' | ']' | '{' | '}' | ',' => text.len() > 1,
        _ => !is_printable(c),
    })
}

/// Returns `text`, quoted where go.mod needs it.
pub fn auto_quote(text: &[u8]) -> Vec<u8> {
    if must_quote(text) {
        quote(text).into_bytes()
    } else {
        text.to_vec()
    }
}

/// Reports whether the target of a `replace` is a directory rather than a module path.
///
/// Unix and Windows forms are both known on every system, as go.mod files move between them.
pub fn is_directory_path(text: &[u8]) -> bool {
    match text {
        b"."
        | b".."
        | [b'/' | b'\\', ..]
        | [b'.', b'/' | b'\\', ..]
        | [b'.', b'.', b'/' | b'\\', ..] => true,
        [letter, b':', ..] => letter.is_ascii_alphabetic(),
        _ => false,
    }
}

/// Returns `text` as a double-quoted Go string literal.
pub(crate) fn quote(text: &[u8]) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for (bytes, c) in chars(text) {
        if c == char::REPLACEMENT_CHARACTER && bytes.len() == 1 {
            push_hex_byte(&mut quoted, bytes[0]);
        } else {
            push_char(&mut quoted, c, '"');
        }
    }
    quoted.push('"');
    quoted
}

/// Returns `c` as a Go character literal.
pub(crate) fn quote_char(c: char) -> String {
    let mut quoted = String::from('\'');
    push_char(&mut quoted, c, '\'');
    quoted.push('\'');
    quoted
}

/// Returns the value of a Go string literal in double or back quotes, or nothing where it is malformed.
pub(crate) fn unquote(literal: &[u8]) -> Option<Vec<u8>> {
    match literal {
        [b'"', inner @ .., b'"'] => unquote_interpreted(inner),
        [b'`', inner @ .., b'`'] if !inner.contains(&b'`') => {
            Some(inner.iter().copied().filter(|&b| b != b'\r').collect())
        }
        [b'\'', inner @ .., b'\''] => unquote_char(inner),
        _ => None,
    }
}

/// Splits `text` into characters with their bytes; a byte that is not UTF-8 stands as U+FFFD alone.
pub(crate) fn chars(text: &[u8]) -> impl Iterator<Item = (&[u8], char)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (c, length) = first_char(rest)?;
        let (bytes, after) = rest.split_at(length);
        rest = after;
        Some((bytes, c))
    })
}

/// Returns the first character of `text` and its length in bytes.
pub(crate) fn first_char(text: &[u8]) -> Option<(char, usize)> {
    let first = *text.first()?;
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let window = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(window) {
        Ok(valid) => valid,
        Err(err) => std::str::from_utf8(&window[..err.valid_up_to()]).unwrap_or_default(),
    };
    Some(
        valid
            .chars()
            .next()
            .map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, c.len_utf8())),
    )
}

/// Removes white space, as Unicode defines it, from both ends.
pub(crate) fn trim_space(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some((c, length)) = first_char(rest)
        && c.is_whitespace()
    {
        rest = &rest[length..];
    }
    while let Some(length) = last_space(rest) {
        rest = &rest[..rest.len() - length];
    }
    rest
}

/// Returns the length of the white space character that ends `text`.
fn last_space(text: &[u8]) -> Option<usize> {
    let last = *text.last()?;
    if last.is_ascii() {
        return char::from(last).is_whitespace().then_some(1);
    }
    // White space beyond ASCII takes two or three bytes.
    (2..=text.len().min(3)).find(|length| {
        let tail = &text[text.len() - length..];
        first_char(tail).is_some_and(|(c, size)| size == *length && c.is_whitespace())
    })
}

fn push_char(quoted: &mut String, c: char, delimiter: char) {
    let code = u32::from(c);
    match c {
        '\\' => quoted.push_str("\\\\"),
        _ if c == delimiter => {
            quoted.push('\\');
            quoted.push(c);
        }
        _ if is_printable(c) => quoted.push(c),
        '\x07' => quoted.push_str("\\a"),
        '\x08' => quoted.push_str("\\b"),
        '\x0c' => quoted.push_str("\\f"),
        '\n' => quoted.push_str("\\n"),
        '\r' => quoted.push_str("\\r"),
        '\t' => quoted.push_str("\\t"),
        '\x0b' => quoted.push_str("\\v"),
        '\0'..=' ' | '\x7f' => write_escape(quoted, 'x', 2, code),
        _ if code < 0x1_0000 => write_escape(quoted, 'u', 4, code),
        _ => write_escape(quoted, 'U', 8, code),
    }
}

fn push_hex_byte(quoted: &mut String, byte: u8) {
    write_escape(quoted, 'x', 2, u32::from(byte));
}

fn write_escape(quoted: &mut String, letter: char, width: usize, code: u32) {
    write!(quoted, "\\{letter}{code:0width$x}").expect("writing to a string cannot fail");
}

fn unquote_interpreted(inner: &[u8]) -> Option<Vec<u8>> {
    let mut value = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(&first) = rest.first() {
        match first {
            b'"' | b'\n' => return None,
            b'\\' => rest = take_escape(&rest[1..], b'"', &mut value)?,
            0x80.. => rest = take_wide(rest, &mut value),
            _ => {
                value.push(first);
                rest = &rest[1..];
            }
        }
    }
    Some(value)
}

/// Takes one character in single quotes, which Go's unquoting also accepts.
fn unquote_char(inner: &[u8]) -> Option<Vec<u8>> {
    let mut value = Vec::new();
    let rest = match inner {
        [] | [b'\'' | b'\n', ..] => return None,
        [b'\\', rest @ ..] => take_escape(rest, b'\'', &mut value)?,
        _ => take_wide(inner, &mut value),
    };
    rest.is_empty().then_some(value)
}

/// Takes one character; a byte that is not UTF-8 becomes U+FFFD, as in Go.
fn take_wide<'a>(rest: &'a [u8], value: &mut Vec<u8>) -> &'a [u8] {
    let Some((c, length)) = first_char(rest) else {
        return rest;
    };
    value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    &rest[length..]
}

/// Takes what follows a backslash.
fn take_escape<'a>(rest: &'a [u8], delimiter: u8, value: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (&letter, after) = rest.split_first()?;
    let simple = match letter {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'\\' => b'\\',
        b'\'' | b'"' if letter == delimiter => letter,
        b'x' => {
            return take_code(after, 2, 16).and_then(|(code, rest)| push_byte(value, code, rest));
        }
        b'u' => {
            return take_code(after, 4, 16).and_then(|(code, rest)| push_code(value, code, rest));
        }
        b'U' => {
            return take_code(after, 8, 16).and_then(|(code, rest)| push_code(value, code, rest));
        }
        b'0'..=b'7' => {
            return take_code(rest, 3, 8).and_then(|(code, rest)| push_byte(value, code, rest));
        }
        _ => return None,
    };
    value.push(simple);
    Some(after)
}

fn take_code(rest: &[u8], digits: usize, radix: u32) -> Option<(u32, &[u8])> {
    let (head, after) = rest.split_at_checked(digits)?;
    let code = head.iter().try_fold(0_u32, |code, &byte| {
        let digit = char::from(byte).to_digit(radix)?;
        code.checked_mul(radix)?.checked_add(digit)
    })?;
    Some((code, after))
}

fn push_byte<'a>(value: &mut Vec<u8>, code: u32, rest: &'a [u8]) -> Option<&'a [u8]> {
    value.push(u8::try_from(code).ok()?);
    Some(rest)
}

fn push_code<'a>(value: &mut Vec<u8>, code: u32, rest: &'a [u8]) -> Option<&'a [u8]> {
    let c = char::from_u32(code)?;
    value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(literal: &str, value: Option<&str>) {
        assert_eq!(
            unquote(literal.as_bytes()).as_deref(),
            value.map(str::as_bytes),
            "{literal}"
        );
    }

    #[test]
    fn unquotes() {
        check(r#""""#, Some(""));
        check(r#""a b""#, Some("a b"));
        check(r#""\x41\101\u0041\U00000041\t""#, Some("AAAA\t"));
        check(r#""\q""#, None);
        check(r#""\'""#, None);
        check(r#""\400""#, None);
        check(r#""\ud800""#, None);
        check("\"", None);
        check("\"a\"b\"", None);
        check("\"a\nb\"", None);
        check("`a\\n`", Some("a\\n"));
        check("`a\rb`", Some("ab"));
        check("'a'", Some("a"));
        check("'ab'", None);
    }

    #[test]
    fn quotes_control_characters_and_stray_bytes() {
        assert_eq!(quote(b"a\"\\\n\x01\x7f\xff"), r#""a\"\\\n\x01\x7f\xff""#);
        assert_eq!(
            quote("\u{feff}\u{e0001}é".as_bytes()),
            "\"\\ufeff\\U000e0001é\""
        );
        assert_eq!(quote_char('\u{a0}'), r"'\u00a0'");
    }

    #[test]
    fn trims_wide_space() {
        assert_eq!(trim_space(" \u{3000}\u{85}a b\u{a0}\t".as_bytes()), b"a b");
        assert_eq!(trim_space(" \u{3000}".as_bytes()), b"");
        assert_eq!(trim_space(b"\xa0x\xa0"), b"\xa0x\xa0");
    }
}
