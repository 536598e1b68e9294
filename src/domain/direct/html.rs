//! Tags of an HTML page, read as forgivingly as the go command reads them and no more.
//!
//! The go command reads pages as lenient XML and stops at the first thing that is neither; what
//! it found before counts. Reading further would find repositories that it does not see.

/// A tag, as far as anyone here asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `<name attribute=value>`; also the first half of `<name/>`.
    Open {
        /// The name without its namespace.
        name: String,
        /// The attributes in their order, names without namespaces.
        attributes: Vec<(String, String)>,
    },
    /// `</name>`; also the second half of `<name/>`.
    Close {
        /// The name without its namespace.
        name: String,
    },
}

/// Why a page cannot be read further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HtmlError {
    /// The page ends inside of a tag, a comment or a quoted value.
    #[error("XML syntax error on line {line}: unexpected EOF")]
    UnexpectedEnd {
        /// The line, counted from 1.
        line: usize,
    },
    /// Something is not as in XML.
    #[error("XML syntax error on line {line}: {what}")]
    Syntax {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// The page is in a character encoding that is not supported.
    #[error(
        "xml: opening charset {charset:?}: can't decode XML document using charset {charset:?}"
    )]
    Charset {
        /// The encoding that the page declares.
        charset: String,
    },
}

/// Reads tags one after the other.
pub(super) struct Tags<'a> {
    bytes: &'a [u8],
    at: usize,
    close: Option<String>,
}

impl<'a> Tags<'a> {
    pub(super) fn new(page: &'a [u8]) -> Self {
        Self {
            bytes: page,
            at: 0,
            close: None,
        }
    }

    /// Returns the next tag; `None` at the end of the page.
    pub(super) fn next(&mut self) -> Result<Option<Tag>, HtmlError> {
        if let Some(name) = self.close.take() {
            return Ok(Some(Tag::Close { name }));
        }
        loop {
            match self.peek() {
                None => return Ok(None),
                Some(b'<') => {}
                Some(_) => {
                    self.text(Text::Outside)?;
                    continue;
                }
            }
            self.at += 1;
            match self.need_peek()? {
                b'/' => return self.close_tag().map(Some),
                b'?' => self.instruction()?,
                b'!' => self.declaration()?,
                _ => return self.open_tag().map(Some),
            }
        }
    }

    fn close_tag(&mut self) -> Result<Tag, HtmlError> {
        self.at += 1;
        let name = self.name("expected element name after </")?;
        self.space();
        if self.need()? != b'>' {
            return Err(self.syntax("invalid characters between </ and >"));
        }
        Ok(Tag::Close { name })
    }

    fn open_tag(&mut self) -> Result<Tag, HtmlError> {
        let name = self.name("expected element name after <")?;
        let mut attributes = Vec::new();
        loop {
            self.space();
            match self.need_peek()? {
                b'>' => {
                    self.at += 1;
                    break;
                }
                b'/' => {
                    self.at += 1;
                    if self.need()? != b'>' {
                        return Err(self.syntax("expected /> in element"));
                    }
                    self.close = Some(name.clone());
                    break;
                }
                _ => attributes.push(self.attribute()?),
            }
        }
        Ok(Tag::Open { name, attributes })
    }

    fn attribute(&mut self) -> Result<(String, String), HtmlError> {
        let name = self.name("expected attribute name in element")?;
        self.space();
        if self.need_peek()? != b'=' {
            return Ok((name.clone(), name));
        }
        self.at += 1;
        self.space();
        let value = match self.need_peek()? {
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                self.text(Text::Quoted(quote))?
            }
            _ => self.bare_value()?,
        };
        Ok((name, value))
    }

    /// Reads a value without quotes: letters, digits and `_:-`, as HTML 4 has it.
    fn bare_value(&mut self) -> Result<String, HtmlError> {
        let start = self.at;
        while matches!(self.need_peek()?, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b':' | b'-')
        {
            self.at += 1;
        }
        Ok(String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned())
    }

    /// Skips `<?…?>`, and refuses to go on after `<?xml encoding="…"?>` with an unknown encoding.
    fn instruction(&mut self) -> Result<(), HtmlError> {
        self.at += 1;
        let target = self.name("expected target name after <?")?;
        let start = self.at;
        self.skip_past(b"?>")?;
        if target == "xml" {
            let content = String::from_utf8_lossy(&self.bytes[start..self.at - 2]).into_owned();
            if pseudo_attribute(&content, "version").is_some_and(|version| version != "1.0") {
                return Err(self.syntax("unsupported version; only version 1.0 is supported"));
            }
            if let Some(charset) = pseudo_attribute(&content, "encoding")
                && !charset.eq_ignore_ascii_case("utf-8")
                && !charset.eq_ignore_ascii_case("ascii")
            {
                return Err(HtmlError::Charset {
                    charset: charset.to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Skips `<!--…-->`, `<![CDATA[…]]>` and `<!DOCTYPE …>`.
    fn declaration(&mut self) -> Result<(), HtmlError> {
        self.at += 1;
        match self.need()? {
            b'-' => {
                if self.need()? != b'-' {
                    return Err(self.syntax("invalid sequence <!- not part of <!--"));
                }
                self.skip_past(b"--")?;
                if self.need()? != b'>' {
                    return Err(self.syntax("invalid sequence \"--\" not allowed in comments"));
                }
                Ok(())
            }
            b'[' => {
                for expect in b"CDATA[" {
                    if self.need()? != *expect {
                        return Err(self.syntax("invalid <![ sequence"));
                    }
                }
                self.text(Text::CharacterData).map(drop)
            }
            _ => self.directive(),
        }
    }

    /// Skips to the end of a directive; quoted, nested and commented brackets do not end it.
    fn directive(&mut self) -> Result<(), HtmlError> {
        let mut quote = None;
        let mut depth = 0_usize;
        loop {
            let byte = self.need()?;
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'>') => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return Ok(()),
                },
                (None, b'<') if self.bytes[self.at..].starts_with(b"!--") => {
                    self.at += 3;
                    self.skip_past(b"-->")?;
                }
                (None, b'<') => depth += 1,
                _ => {}
            }
        }
    }

    /// Reads text to its end, with character references replaced.
    fn text(&mut self, kind: Text) -> Result<String, HtmlError> {
        let mut out = Vec::new();
        loop {
            let Some(byte) = self.peek() else {
                if kind == Text::CharacterData {
                    return Err(self.syntax("unexpected EOF in CDATA section"));
                }
                break;
            };
            let rest = &self.bytes[self.at..];
            match (kind, byte) {
                (Text::CharacterData, b']') if rest.starts_with(b"]]>") => {
                    self.at += 3;
                    break;
                }
                (Text::Outside, b']') if rest.starts_with(b"]]>") => {
                    return Err(self.syntax("unescaped ]]> not in CDATA section"));
                }
                (Text::Outside, b'<') => break,
                (Text::Quoted(_), b'<') => {
                    return Err(self.syntax("unescaped < inside quoted string"));
                }
                (Text::Quoted(quote), _) if quote == byte => {
                    self.at += 1;
                    break;
                }
                (Text::Outside | Text::Quoted(_), b'&') => self.reference(&mut out)?,
                (_, b'\r') => {
                    self.at += if rest.starts_with(b"\r\n") { 2 } else { 1 };
                    out.push(b'\n');
                }
                _ => {
                    self.at += 1;
                    out.push(byte);
                }
            }
        }
        let text = String::from_utf8(out).map_err(|_| self.syntax("invalid UTF-8"))?;
        if text.chars().any(|c| !is_xml_char(c)) {
            return Err(self.syntax("illegal character code"));
        }
        Ok(text)
    }

    /// Reads `&name;` or `&#number;`; anything else stands for itself.
    fn reference(&mut self, out: &mut Vec<u8>) -> Result<(), HtmlError> {
        let start = self.at;
        self.at += 1;
        let char = if self.need_peek()? == b'#' {
            self.at += 1;
            self.number()?
        } else {
            let from = self.at;
            while self.need_peek()?.is_ascii_alphanumeric() {
                self.at += 1;
            }
            entity(&self.bytes[from..self.at])
        };
        match char {
            Some(char) if self.need_peek()? == b';' => {
                self.at += 1;
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => out.extend_from_slice(&self.bytes[start..self.at]),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Option<char>, HtmlError> {
        let radix = if self.need_peek()? == b'x' { 16 } else { 10 };
        self.at += usize::from(radix == 16);
        let from = self.at;
        while char::from(self.need_peek()?).is_digit(radix) {
            self.at += 1;
        }
        let digits = std::str::from_utf8(&self.bytes[from..self.at]).unwrap_or_default();
        let code = u32::from_str_radix(digits, radix)
            .ok()
            .filter(|code| *code <= 0x10_ffff);
        // Half of a surrogate pair is no character; it stands for the replacement character.
        Ok(code.map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)))
    }

    /// Reads a name and drops its namespace.
    fn name(&mut self, missing: &'static str) -> Result<String, HtmlError> {
        let start = self.at;
        while is_name_byte(self.need_peek()?) {
            self.at += 1;
        }
        let name = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        let first = name.chars().next().ok_or_else(|| self.syntax(missing))?;
        if matches!(first, '0'..='9' | '-' | '.') {
            return Err(self.syntax("invalid XML name"));
        }
        match name.split_once(':') {
            Some((_, local)) if local.contains(':') => Err(self.syntax(missing)),
            Some((space, local)) if !space.is_empty() && !local.is_empty() => Ok(local.to_owned()),
            _ => Ok(name.to_owned()),
        }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\r' | b'\n' | b'\t')) {
            self.at += 1;
        }
    }

    fn skip_past(&mut self, end: &[u8]) -> Result<(), HtmlError> {
        let rest = &self.bytes[self.at..];
        let Some(found) = memchr::memmem::find(rest, end) else {
            self.at = self.bytes.len();
            return Err(self.end());
        };
        self.at += found + end.len();
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn need_peek(&self) -> Result<u8, HtmlError> {
        self.peek().ok_or_else(|| self.end())
    }

    fn need(&mut self) -> Result<u8, HtmlError> {
        let byte = self.need_peek()?;
        self.at += 1;
        Ok(byte)
    }

    fn end(&self) -> HtmlError {
        HtmlError::UnexpectedEnd { line: self.line() }
    }

    fn syntax(&self, what: &'static str) -> HtmlError {
        HtmlError::Syntax {
            line: self.line(),
            what,
        }
    }

    fn line(&self) -> usize {
        1 + memchr::memchr_iter(b'\n', &self.bytes[..self.at]).count()
    }
}

/// Where text stands, which decides what ends it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Outside,
    Quoted(u8),
    CharacterData,
}

fn entity(name: &[u8]) -> Option<char> {
    match name {
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"amp" => Some('&'),
        b"apos" => Some('\''),
        b"quot" => Some('"'),
        _ => None,
    }
}

/// Returns the quoted value of `name=` in the content of an `<?xml …?>` instruction.
fn pseudo_attribute<'a>(content: &'a str, name: &str) -> Option<&'a str> {
    let after = content.split_once(&format!("{name}="))?.1;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = after[1..].split_once(quote)?.0;
    (!value.is_empty()).then_some(value)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'.' | b'-') || 0x80 <= byte
}

fn is_xml_char(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{1_0000}'..)
}
