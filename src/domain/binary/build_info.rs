//! The text of the module information: one line for the package, each module, each setting.
//!
//! See <https://pkg.go.dev/runtime/debug#BuildInfo>. What was parsed is written as Go writes it, which is not always
//! what was read: a replaced module loses its hash, and an empty line follows its replacement.

use std::fmt::{self, Write as _};

use crate::domain::text::quote::{Quoted, QuotedChar, unquote};

/// What a Go program says of its build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildInfo {
    /// The version of Go, such as `go1.26.8`. It does not stand in the text.
    pub go_version: String,
    /// The import path of the main package.
    pub path: String,
    /// The module of the main package; without a path where the program was built without modules.
    pub main: BuildModule,
    /// The modules that packages came from.
    pub deps: Vec<BuildModule>,
    /// The settings of the build, in the order of the text.
    pub settings: Vec<BuildSetting>,
}

/// A module in a build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildModule {
    /// Its path.
    pub path: String,
    /// Its version; `(devel)` where there is none.
    pub version: String,
    /// Its hash; empty where it was not known.
    pub sum: String,
    /// What it is replaced by.
    pub replace: Option<Box<Self>>,
}

/// A setting of a build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildSetting {
    /// The name of a flag, of a variable, or a word such as `vcs.revision`.
    pub key: String,
    /// The value.
    pub value: String,
}

/// What is wrong with the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not parse Go build info: line {line}: {fault}")]
pub struct BuildInfoError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: BuildInfoFault,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildInfoFault {
    /// A module has not the columns that it must have.
    #[error("expected 2 or 3 columns; got {0}")]
    ModuleColumns(usize),
    /// A replacement has not three columns.
    #[error("expected 3 columns for replacement; got {0}")]
    ReplaceColumns(usize),
    /// Nothing stands before it that could be replaced.
    #[error("replacement with no module on previous line")]
    NothingToReplace,
    /// The line of a setting is empty.
    #[error("build line missing '='")]
    NoSetting,
    /// A setting has no name.
    #[error("build line with missing key")]
    NoKey,
    /// The name of a setting is not quoted as it should be.
    #[error("invalid quoted key in build line")]
    QuotedKey,
    /// Nothing follows the quoted name.
    #[error("build line missing '=' after quoted key")]
    NoEqualsAfterQuote,
    /// Something else follows the quoted name.
    #[error("unexpected character after quoted key: {}", QuotedChar(*.0))]
    AfterQuote(char),
    /// Nothing follows the name.
    #[error("build line missing '=' after key")]
    NoEquals,
    /// A name has characters that must be quoted.
    #[error("unquoted key {} must be quoted", Quoted(.0))]
    UnquotedKey(String),
    /// The value is not quoted as it should be.
    #[error("invalid quoted value in build line")]
    QuotedValue,
    /// A value has characters that must be quoted.
    #[error("unquoted value {} must be quoted", Quoted(.0))]
    UnquotedValue(String),
}

/// Which module a replacement belongs to.
#[derive(Clone, Copy)]
enum Last {
    None,
    Main,
    Dep,
}

impl BuildInfo {
    /// Reads the text; lines that begin with an unknown word, and a last one without end, do not count.
    pub fn parse(text: &str) -> Result<Self, BuildInfoError> {
        let mut info = Self::default();
        let mut last = Last::None;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let Some(line) = line.strip_suffix('\n') else {
                break;
            };
            info.take_line(line, &mut last)
                .map_err(|fault| BuildInfoError {
                    line: number + 1,
                    fault,
                })?;
        }
        Ok(info)
    }

    /// Returns the value of a setting.
    pub fn setting(&self, key: &str) -> Option<&str> {
        let setting = self.settings.iter().find(|setting| setting.key == key)?;
        Some(&setting.value)
    }

    fn take_line(&mut self, line: &str, last: &mut Last) -> Result<(), BuildInfoFault> {
        let Some((word, rest)) = line.split_once('\t') else {
            return Ok(());
        };
        match word {
            "path" => rest.clone_into(&mut self.path),
            "mod" => {
                self.main = module(rest)?;
                *last = Last::Main;
            }
            "dep" => {
                self.deps.push(module(rest)?);
                *last = Last::Dep;
            }
            "=>" => {
                let replace = replacement(rest)?;
                let replaced = match *last {
                    Last::None => None,
                    Last::Main => Some(&mut self.main),
                    Last::Dep => self.deps.last_mut(),
                };
                replaced.ok_or(BuildInfoFault::NothingToReplace)?.replace = Some(Box::new(replace));
                *last = Last::None;
            }
            "build" => self.settings.push(setting(rest)?),
            _ => {}
        }
        Ok(())
    }
}

impl BuildModule {
    /// Returns what was built in its place: its replacement, or itself.
    pub fn built(&self) -> &Self {
        self.replace.as_deref().unwrap_or(self)
    }
}

fn module(columns: &str) -> Result<BuildModule, BuildInfoFault> {
    let columns: Vec<_> = columns.split('\t').collect();
    let (path, version, sum) = match columns[..] {
        [path, version] => (path, version, ""),
        [path, version, sum] => (path, version, sum),
        _ => return Err(BuildInfoFault::ModuleColumns(columns.len())),
    };
    Ok(BuildModule {
        path: path.to_owned(),
        version: version.to_owned(),
        sum: sum.to_owned(),
        replace: None,
    })
}

fn replacement(columns: &str) -> Result<BuildModule, BuildInfoFault> {
    match columns.split('\t').count() {
        3 => module(columns),
        count => Err(BuildInfoFault::ReplaceColumns(count)),
    }
}

fn setting(line: &str) -> Result<BuildSetting, BuildInfoFault> {
    let (key, value) = match line.as_bytes().first() {
        None => return Err(BuildInfoFault::NoSetting),
        Some(b'=') => return Err(BuildInfoFault::NoKey),
        Some(b'`' | b'"') => quoted_key(line)?,
        Some(_) => {
            let (key, value) = line.split_once('=').ok_or(BuildInfoFault::NoEquals)?;
            if must_quote_key(key) {
                return Err(BuildInfoFault::UnquotedKey(key.to_owned()));
            }
            (key.to_owned(), value)
        }
    };
    let value = match value.as_bytes().first() {
        Some(b'`' | b'"') => unquoted(value).ok_or(BuildInfoFault::QuotedValue)?,
        _ if must_quote_value(value) => {
            return Err(BuildInfoFault::UnquotedValue(value.to_owned()));
        }
        _ => value.to_owned(),
    };
    Ok(BuildSetting { key, value })
}

/// Splits a line that begins with a quoted name.
fn quoted_key(line: &str) -> Result<(String, &str), BuildInfoFault> {
    let end = quoted_length(line).ok_or(BuildInfoFault::QuotedKey)?;
    let (literal, rest) = line.split_at(end);
    let key = unquoted(literal).ok_or(BuildInfoFault::QuotedKey)?;
    match rest.as_bytes().first() {
        None => Err(BuildInfoFault::NoEqualsAfterQuote),
        Some(b'=') => Ok((key, &rest[1..])),
        // Go looks at the byte.
        Some(byte) => Err(BuildInfoFault::AfterQuote(char::from(*byte))),
    }
}

/// Returns the length of the literal that a text begins with.
fn quoted_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.first()?;
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            byte if byte == quote => return Some(at + 1),
            b'\\' if quote == b'"' => at += 2,
            _ => at += 1,
        }
    }
    None
}

fn unquoted(literal: &str) -> Option<String> {
    let bytes = unquote(literal.as_bytes())?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn must_quote_key(key: &str) -> bool {
    key.is_empty() || key.contains('=') || must_quote_value(key)
}

fn must_quote_value(value: &str) -> bool {
    value.contains([' ', '\t', '\r', '\n', '"', '`'])
}

impl fmt::Display for BuildInfo {
    /// Writes the text, with the version of Go in front where it is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.go_version.is_empty() {
            writeln!(f, "go\t{}", self.go_version)?;
        }
        if !self.path.is_empty() {
            writeln!(f, "path\t{}", self.path)?;
        }
        if self.main != BuildModule::default() {
            write_module(f, "mod", &self.main)?;
        }
        for dep in &self.deps {
            write_module(f, "dep", dep)?;
        }
        for BuildSetting { key, value } in &self.settings {
            f.write_str("build\t")?;
            write_word(f, key, must_quote_key(key))?;
            f.write_char('=')?;
            write_word(f, value, must_quote_value(value))?;
            f.write_char('\n')?;
        }
        Ok(())
    }
}

fn write_module(f: &mut fmt::Formatter<'_>, word: &str, module: &BuildModule) -> fmt::Result {
    write!(f, "{word}\t{}\t{}", module.path, module.version)?;
    match &module.replace {
        None => writeln!(f, "\t{}", module.sum),
        // A replacement has no replacement of its own: the text cannot say it.
        Some(replace) => {
            f.write_char('\n')?;
            writeln!(
                f,
                "=>\t{}\t{}\t{}\n",
                replace.path, replace.version, replace.sum
            )
        }
    }
}

fn write_word(f: &mut fmt::Formatter<'_>, word: &str, must_quote: bool) -> fmt::Result {
    if must_quote {
        write!(f, "{}", Quoted(word))
    } else {
        f.write_str(word)
    }
}
