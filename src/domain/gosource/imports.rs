//! The head of a Go file: the package clause and the import declarations.
//!
//! Reading stops at the first declaration that is no import, so most of a file is never looked at. See
//! <https://go.dev/ref/spec#Import_declarations>.

use super::lex::{Cursor, Stop, is_name_byte, line_and_column, unquote};

/// What stands before the first declaration of a Go file that is no import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// The text of the head; all of the file after a syntax error. A byte order mark does not count.
    pub text: &'a [u8],
    /// The name of the package; empty where it cannot be told.
    pub package: &'a [u8],
    /// The imports, as far as they could be read.
    pub imports: Vec<Import<'a>>,
    /// What is wrong.
    pub fault: Option<HeaderFault>,
}

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import<'a> {
    /// The string literal with its quotes.
    pub literal: &'a [u8],
    /// Where the import begins in the file: at its name, if it has one, otherwise at the literal.
    pub offset: usize,
    /// Where the literal begins in the file.
    pub literal_offset: usize,
}

/// What is wrong with the head of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFault {
    /// It is not Go. Those who only look for build constraints go on.
    #[error("syntax error")]
    Syntax,
    /// It contains a NUL byte.
    #[error("unexpected NUL in input")]
    Nul,
    /// It is not Go, and a NUL byte follows.
    #[error("syntax error")]
    SyntaxThenNul,
}

impl HeaderFault {
    /// Reports whether not even the build constraints can be believed.
    pub fn is_fatal(self) -> bool {
        match self {
            Self::Syntax => false,
            Self::Nul | Self::SyntaxThenNul => true,
        }
    }
}

impl Import<'_> {
    /// Returns the import path; none where the literal is malformed.
    pub fn path(&self) -> Option<String> {
        unquote(self.literal)
    }

    /// Reports whether this is the import that stands for C.
    pub fn is_c(&self) -> bool {
        self.literal == b"\"C\""
    }

    /// Returns the line and column in `file`, the whole file: the place that Go's messages name.
    pub fn position(&self, file: &[u8]) -> (usize, usize) {
        line_and_column(file, self.offset)
    }
}

/// Reads the head of a Go file.
pub fn read(file: &[u8]) -> Header<'_> {
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut reader = Reader {
        cursor: Cursor::new(text),
        mark: file.len() - text.len(),
        package: b"",
        imports: Vec::new(),
    };
    let stopped = reader.head();
    let (end, fault) = match stopped {
        Ok(()) => (reader.cursor.at, None),
        Err(Stop::Nul) => (reader.cursor.at, Some(HeaderFault::Nul)),
        Err(Stop::Syntax) => match memchr::memchr(0, &text[reader.cursor.at.min(text.len())..]) {
            Some(_) => (text.len(), Some(HeaderFault::SyntaxThenNul)),
            None => (text.len(), Some(HeaderFault::Syntax)),
        },
    };
    Header {
        text: &text[..end],
        package: reader.package,
        imports: reader.imports,
        fault,
    }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    /// The length of the byte order mark.
    mark: usize,
    package: &'a [u8],
    imports: Vec<Import<'a>>,
}

impl Reader<'_> {
    fn head(&mut self) -> Result<(), Stop> {
        self.keyword(b"package")?;
        self.package = {
            self.cursor.skip_space()?;
            let start = self.cursor.at;
            self.name()?;
            &self.cursor.text[start..self.cursor.at]
        };
        while self.cursor.skip_space()? == Some(b'i') {
            self.keyword(b"import")?;
            if self.cursor.skip_space()? != Some(b'(') {
                self.import()?;
                continue;
            }
            self.cursor.at += 1;
            while self.cursor.skip_space()? != Some(b')') {
                self.import()?;
            }
            self.cursor.at += 1;
        }
        Ok(())
    }

    fn keyword(&mut self, word: &[u8]) -> Result<(), Stop> {
        self.cursor.skip_space()?;
        for &wanted in word {
            if self.cursor.take()? != Some(wanted) {
                return Err(Stop::Syntax);
            }
        }
        match self.cursor.peek()? {
            Some(byte) if is_name_byte(byte) => Err(Stop::Syntax),
            _ => Ok(()),
        }
    }

    fn name(&mut self) -> Result<(), Stop> {
        let start = self.cursor.at;
        while self.cursor.peek()?.is_some_and(is_name_byte) {
            self.cursor.at += 1;
        }
        if self.cursor.at == start {
            return Err(Stop::Syntax);
        }
        Ok(())
    }

    fn import(&mut self) -> Result<(), Stop> {
        let first = self.cursor.skip_space()?;
        let offset = self.cursor.at;
        match first {
            Some(b'.') => self.cursor.at += 1,
            Some(byte) if is_name_byte(byte) => self.name()?,
            _ => {}
        }
        self.cursor.skip_space()?;
        let start = self.cursor.at;
        self.literal()?;
        self.imports.push(Import {
            literal: &self.cursor.text[start..self.cursor.at],
            offset: offset + self.mark,
            literal_offset: start + self.mark,
        });
        Ok(())
    }

    fn literal(&mut self) -> Result<(), Stop> {
        let quote = self.cursor.take()?;
        match quote {
            Some(b'`') => while self.cursor.take()?.ok_or(Stop::Syntax)? != b'`' {},
            Some(b'"') => loop {
                match self.cursor.take()?.ok_or(Stop::Syntax)? {
                    b'"' => break,
                    b'\n' => return Err(Stop::Syntax),
                    b'\\' => drop::<Option<u8>>(self.cursor.take()?),
                    _ => {}
                }
            },
            _ => return Err(Stop::Syntax),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_where_imports_are() {
        let file = "\u{feff}package p\n\nimport (\n\tx \"a\"\n\t\"b\"\n)\nvar V = 1";
        let header = read(file.as_bytes());
        assert_eq!(header.package, b"p");
        let found: Vec<_> = header
            .imports
            .iter()
            .map(|import| (import.path().unwrap(), import.position(file.as_bytes())))
            .collect();
        assert_eq!(found, [("a".to_owned(), (4, 2)), ("b".to_owned(), (5, 2))]);
        assert_eq!(header.fault, None);
        assert!(header.text.ends_with(b")\n"));
    }

    #[test]
    fn tells_faults_apart() {
        let fault = |text: &str| read(text.as_bytes()).fault;
        assert_eq!(fault("package p\nvar x = '\0'"), None);
        assert_eq!(fault("package p\0"), Some(HeaderFault::Nul));
        assert_eq!(fault("package 1+"), None);
        assert_eq!(fault("pack"), Some(HeaderFault::Syntax));
        assert_eq!(fault("pack\0"), Some(HeaderFault::Nul));
        assert_eq!(fault("x\0"), Some(HeaderFault::SyntaxThenNul));
        assert_eq!(read(b"x and more").text, b"x and more");
    }
}
