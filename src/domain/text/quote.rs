//! String literals of Go: text in double quotes as `%q` writes it, the form in which Go's messages show names, and back.

use std::fmt::{self, Write as _};

use super::first_char;
use super::printable::is_printable;

/// Shows a text in double quotes, with whatever cannot be printed escaped as Go escapes it.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

/// Shows bytes in double quotes; those that are not UTF-8 are escaped, too.
#[derive(Clone, Copy, Debug)]
pub struct QuotedBytes<'a>(pub &'a [u8]);

/// Shows one character in single quotes, escaped as Go escapes it.
#[derive(Clone, Copy, Debug)]
pub struct QuotedChar(pub char);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        QuotedBytes(self.0.as_bytes()).fmt(f)
    }
}

impl fmt::Display for QuotedBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                write_escaped(f, character, '"')?;
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        f.write_char('"')
    }
}

impl fmt::Display for QuotedChar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('\'')?;
        write_escaped(f, self.0, '\'')?;
        f.write_char('\'')
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, character: char, quote: char) -> fmt::Result {
    match character {
        '\\' => f.write_str("\\\\"),
        '\u{7}' => f.write_str("\\a"),
        '\u{8}' => f.write_str("\\b"),
        '\u{c}' => f.write_str("\\f"),
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        '\u{b}' => f.write_str("\\v"),
        _ if character == quote => write!(f, "\\{character}"),
        ' '..='~' => f.write_char(character),
        '\0'..='\u{7f}' => write!(f, "\\x{:02x}", u32::from(character)),
        _ if is_printable(character) => f.write_char(character),
        '\u{80}'..='\u{ffff}' => write!(f, "\\u{:04x}", u32::from(character)),
        _ => write!(f, "\\U{:08x}", u32::from(character)),
    }
}

/// Returns the value of a Go string literal in double or back quotes, or nothing where it is malformed.
pub fn unquote(literal: &[u8]) -> Option<Vec<u8>> {
    match literal {
        [b'"', inner @ .., b'"'] => unquote_interpreted(inner),
        [b'`', inner @ .., b'`'] if !inner.contains(&b'`') => {
            Some(inner.iter().copied().filter(|&b| b != b'\r').collect())
        }
        [b'\'', inner @ .., b'\''] => unquote_char(inner),
        _ => None,
    }
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
    fn check(text: &str, expect: &str) {
        assert_eq!(Quoted(text).to_string(), expect);
    }

    #[test]
    fn escapes_as_go_does() {
        check("plain'", r#""plain'""#);
        check("\"\\\n\r\t\0\u{7f}\u{7}", r#""\"\\\n\r\t\x00\x7f\a""#);
        check(
            "é世\u{301}\u{a0}\u{200b}\u{e0001}\u{fffd}",
            "\"é世\u{301}\\u00a0\\u200b\\U000e0001\u{fffd}\"",
        );
        assert_eq!(QuotedChar('\'').to_string(), r"'\''");
        assert_eq!(QuotedChar('"').to_string(), "'\"'");
    }

    #[test]
    fn escapes_stray_bytes() {
        assert_eq!(
            QuotedBytes(b"a\"\\\n\x01\x7f\xff").to_string(),
            r#""a\"\\\n\x01\x7f\xff""#
        );
        assert_eq!(
            Quoted("\u{feff}\u{e0001}é").to_string(),
            "\"\\ufeff\\U000e0001é\""
        );
        assert_eq!(QuotedChar('\u{a0}').to_string(), r"'\u00a0'");
    }

    #[track_caller]
    fn check_value(literal: &str, value: Option<&str>) {
        assert_eq!(
            unquote(literal.as_bytes()).as_deref(),
            value.map(str::as_bytes),
            "{literal}"
        );
    }

    #[test]
    fn unquotes() {
        check_value(r#""""#, Some(""));
        check_value(r#""a b""#, Some("a b"));
        check_value(r#""\x41\101\u0041\U00000041\t""#, Some("AAAA\t"));
        check_value(r#""\q""#, None);
        check_value(r#""\'""#, None);
        check_value(r#""\400""#, None);
        check_value(r#""\ud800""#, None);
        check_value("\"", None);
        check_value("\"a\"b\"", None);
        check_value("\"a\nb\"", None);
        check_value("`a\\n`", Some("a\\n"));
        check_value("`a\rb`", Some("ab"));
        check_value("'a'", Some("a"));
        check_value("'ab'", None);
    }
}
