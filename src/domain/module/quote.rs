//! Text in double quotes as Go's `%q` writes it: the form in which Go's messages show names.

use std::fmt::{self, Write as _};

use super::printable::is_printable;

/// Shows a text in double quotes, with whatever cannot be printed escaped as Go escapes it.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(pub &'a str);

/// Shows one character in single quotes, escaped as Go escapes it.
#[derive(Clone, Copy, Debug)]
pub struct QuotedChar(pub char);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            write_escaped(f, character, '"')?;
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
}
