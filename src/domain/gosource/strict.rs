//! What a Go file imports, for those who take all of its head or nothing.
//!
//! The go command reads unpacked modules that way, for its index of them: what is no sound Go up to the end of the
//! imports imports nothing, and counts nevertheless. Files that may change are read by [`super::imports`] instead. See
//! <https://go.dev/ref/spec#Import_declarations>.

use super::lex::unquote;
use crate::domain::module::letters::{is_digit, is_letter};
use crate::domain::text::first_char;
use crate::domain::text::printable::is_printable;

/// The words of Go that are no names.
const KEYWORDS: &[&[u8]] = &[
    b"break",
    b"case",
    b"chan",
    b"const",
    b"continue",
    b"default",
    b"defer",
    b"else",
    b"fallthrough",
    b"for",
    b"func",
    b"go",
    b"goto",
    b"if",
    b"import",
    b"interface",
    b"map",
    b"package",
    b"range",
    b"return",
    b"select",
    b"struct",
    b"switch",
    b"type",
    b"var",
];

/// Returns the import paths of a head, in their order; none where it is not sound.
///
/// `head` is what [`super::Header::text`] holds.
pub fn import_paths(head: &[u8]) -> Option<Vec<String>> {
    let mut scanner = Scanner {
        text: head,
        at: 0,
        ends_line: false,
    };
    scanner.parse()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A name or a keyword.
    Word(&'a [u8]),
    /// A string literal with its quotes.
    Text(&'a [u8]),
    /// Any other character; what it begins is not looked at.
    Other(u8),
    /// A semicolon, or an end of line that stands for one.
    Semicolon,
    End,
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether an end of line stands for a semicolon.
    ends_line: bool,
}

impl<'a> Scanner<'a> {
    fn parse(&mut self) -> Option<Vec<String>> {
        if self.token()? != Token::Word(b"package") {
            return None;
        }
        self.name()?;
        let mut token = self.after_statement()?;
        let mut paths = Vec::new();
        while token == Token::Word(b"import") {
            token = self.token()?;
            if token != Token::Other(b'(') {
                token = self.import(token, &mut paths)?;
                token = self.statement_end(token)?;
                continue;
            }
            token = self.token()?;
            while !matches!(token, Token::Other(b')') | Token::End) {
                token = self.import(token, &mut paths)?;
                token = self.statement_end(token)?;
            }
            if token == Token::End {
                return None;
            }
            token = self.after_statement()?;
        }
        Some(paths)
    }

    fn name(&mut self) -> Option<()> {
        match self.token()? {
            Token::Word(word) if !KEYWORDS.contains(&word) => Some(()),
            _ => None,
        }
    }

    /// Takes an import that begins with `token`, and returns what follows.
    fn import(&mut self, token: Token<'a>, paths: &mut Vec<String>) -> Option<Token<'a>> {
        let literal = match token {
            Token::Word(word) if !KEYWORDS.contains(&word) => self.token()?,
            Token::Other(b'.') => self.token()?,
            token => token,
        };
        let Token::Text(literal) = literal else {
            return None;
        };
        paths.push(unquote(literal).filter(|path| is_path(path))?);
        self.token()
    }

    fn after_statement(&mut self) -> Option<Token<'a>> {
        let token = self.token()?;
        self.statement_end(token)
    }

    /// Takes the semicolon that ends a statement, and returns what follows; before a `)` there need be none.
    fn statement_end(&mut self, token: Token<'a>) -> Option<Token<'a>> {
        match token {
            Token::Semicolon => self.token(),
            Token::Other(b')' | b'}') => Some(token),
            _ => None,
        }
    }

    /// Takes a token; none where there is something that no Go file may contain.
    fn token(&mut self) -> Option<Token<'a>> {
        loop {
            let Some(&byte) = self.text.get(self.at) else {
                let is_end = !std::mem::take(&mut self.ends_line);
                return Some(if is_end { Token::End } else { Token::Semicolon });
            };
            match byte {
                b'\n' if std::mem::take(&mut self.ends_line) => return Some(Token::Semicolon),
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'/' if matches!(self.text.get(self.at + 1), Some(b'/' | b'*')) => {
                    if self.comment()? && std::mem::take(&mut self.ends_line) {
                        return Some(Token::Semicolon);
                    }
                }
                _ => return self.visible(byte),
            }
        }
    }

    /// Takes a comment; the end of line after it is left. Reports whether there is one within it.
    fn comment(&mut self) -> Option<bool> {
        let rest = &self.text[self.at..];
        let length = if rest[1] == b'/' {
            memchr::memchr(b'\n', rest).unwrap_or(rest.len())
        } else {
            memchr::memmem::find(&rest[2..], b"*/")? + 4
        };
        let text = std::str::from_utf8(&rest[..length]).ok()?;
        if text.contains(['\0', '\u{feff}']) {
            return None;
        }
        self.at += length;
        Some(text.contains('\n'))
    }

    fn visible(&mut self, first: u8) -> Option<Token<'a>> {
        let start = self.at;
        let rest = &self.text[start..];
        if matches!(first, b'"' | b'`') {
            let length = super::lex::string_prefix(rest)?;
            std::str::from_utf8(&rest[..length]).ok()?;
            self.at += length;
            self.ends_line = true;
            return Some(Token::Text(&rest[..length]));
        }
        while let Some((character, length)) = first_char(&self.text[self.at..]) {
            let is_first = self.at == start;
            let belongs = match character {
                '_' | 'a'..='z' | 'A'..='Z' => true,
                '0'..='9' => !is_first,
                character if character.is_ascii() => false,
                character => is_letter(character) || (!is_first && is_digit(character)),
            };
            if !belongs {
                break;
            }
            self.at += length;
        }
        if start < self.at {
            self.ends_line = true;
            return Some(Token::Word(&self.text[start..self.at]));
        }
        self.at += 1;
        self.ends_line = matches!(first, b')' | b']' | b'}' | b'0'..=b'9' | b'\'');
        match first {
            b';' => Some(Token::Semicolon),
            b'!'..=b'~' if !matches!(first, b'#' | b'$' | b'?' | b'@' | b'\\') => {
                Some(Token::Other(first))
            }
            _ => None,
        }
    }
}

/// Reports whether an import may have this path, whatever is there.
fn is_path(path: &str) -> bool {
    let is_sound = |c: char| {
        is_printable(c) && !c.is_whitespace() && !"!\"#$%&'()*,:;<=>?[\\]^{|}`\u{fffd}".contains(c)
    };
    !path.is_empty() && path.chars().all(is_sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &str, expect: Option<&[&str]>) {
        let found = import_paths(head.as_bytes());
        let found: Option<Vec<&str>> = found
            .as_ref()
            .map(|paths| paths.iter().map(String::as_str).collect());
        assert_eq!(found.as_deref(), expect, "{head:?}");
    }

    #[test]
    fn sound_heads_have_imports() {
        check("package p", Some(&[]));
        check("package p\nimport \"a\"", Some(&["a"]));
        check("package p;import (\"a\");import \"b\"", Some(&["a", "b"]));
        check("package p\nimport (\n)\n", Some(&[]));
        check("package p\nimport (\"a\";)\n", Some(&["a"]));
        check(
            "package p\r\nimport (\r\n\t. \"a\"\r\n\t_ `b`\r\n)\r\n",
            Some(&["a", "b"]),
        );
        check(
            "package p /* a\nb */ import \"a\" /* c */ ; import \"b\"",
            Some(&["a", "b"]),
        );
        check("package p // c\nimport été \"\\x61\" // c", Some(&["a"]));
        check("package p\nimport \"a\"\ninvalid", Some(&["a"]));
        check("package p\nimport \"a\";;import \"b\"", Some(&["a"]));
    }

    #[test]
    fn others_have_none() {
        for head in [
            "",
            "<html>",
            "// nothing",
            "/* never",
            "package func",
            "package 1x",
            "package p import \"a\"",
            "package p /* c */ import \"a\"",
            "package p\rimport \"a\"",
            "package p\u{c}import \"a\"",
            "package p\nimport \"a\" \"b\"",
            "package p\nimport (\"a\";;\"b\")",
            "package p\nimport (\"a\", \"b\")",
            "package p\nimport (\"a\"",
            "package p\nimport 'a'",
            "package p\nimport \"\"",
            "package p\nimport \"a b\"",
            "package p\nimport \"\\q\"",
            "package p\nimport a\u{301} \"a\"",
            "package p\n// \u{feff}\nimport \"a\"",
            "package p\nimport \"a\"\n/* never",
        ] {
            check(head, None);
        }
        assert_eq!(import_paths(b"package p\n// \xff\nimport \"a\""), None);
        assert_eq!(import_paths(b"package p\xff\nimport \"a\""), None);
    }
}
