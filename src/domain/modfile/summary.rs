//! The few facts of a dependency's go.mod that module loading needs, read without building a tree.
//!
//! A graph takes a thousand go.mod files, nearly all of which hold nothing but plain lines and blocks.
//! [`scan`] reads these in one pass and gives up at anything else, even at anything wrong; then
//! [`GoMod::parse_lax`] reads the file again. So both ways give the same verdict and the same values.

use super::directive::{GoMod, VersionInterval};
use super::error::ParseErrors;
use super::parse::is_go_line_version;
use crate::domain::module::path::{match_path_major, split_path_version};
use crate::domain::module::version::canonical_version;
use crate::domain::module::{ModulePath, ModuleVersion};

/// What module loading needs of a go.mod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The module path, where there is a `module` line.
    pub module: Option<ModulePath>,
    /// What the comment of the `module` line says after `Deprecated:`; empty where it does not.
    pub deprecated: String,
    /// The version of the `go` line.
    pub go: Option<String>,
    /// The name on the `toolchain` line; a dependency's is not read, as it has no meaning.
    pub toolchain: Option<String>,
    /// The modules on `require` lines, in the order of the file. No node for `go` is among them.
    pub require: Vec<ModuleVersion>,
    /// The versions on `retract` lines.
    pub retract: Vec<Retraction>,
    /// The directories on `ignore` lines.
    pub ignore: Vec<String>,
}

/// Versions that are retracted, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retraction {
    /// The versions.
    pub interval: VersionInterval,
    /// What the comment says; empty where there is none.
    pub rationale: String,
}

/// What a plain go.mod says, as slices of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Whether there are `retract` lines or comments that say `Deprecated:`; what they say is not here.
    pub has_notes: bool,
    /// The module path, where there is a `module` line.
    pub module: Option<&'a str>,
    /// The version of the `go` line.
    pub go: Option<&'a str>,
    /// Paths and versions on `require` lines, in the order of the file.
    pub require: Vec<(&'a str, &'a str)>,
    /// The directories on `ignore` lines.
    pub ignore: Vec<&'a str>,
}

impl Summary {
    /// Reads the go.mod of a dependency. `file` is its name in messages.
    pub fn read(file: &str, text: &[u8]) -> Result<Self, ParseErrors> {
        let Some(facts) = scan(text) else {
            return Ok(Self::from(&GoMod::parse_lax(file, text, None)?));
        };
        let has_notes = facts.has_notes;
        let mut summary = Self::from(facts);
        if has_notes {
            let noted = Self::from(&GoMod::parse_lax(file, &notes(text), None)?);
            summary.deprecated = noted.deprecated;
            summary.retract = noted.retract;
        }
        Ok(summary)
    }
}

impl From<Facts<'_>> for Summary {
    fn from(facts: Facts<'_>) -> Self {
        Self {
            module: facts.module.map(ModulePath::new),
            go: facts.go.map(str::to_owned),
            require: facts
                .require
                .iter()
                .map(|(path, version)| ModuleVersion::new(*path, *version))
                .collect(),
            ignore: facts.ignore.iter().map(|path| (*path).to_owned()).collect(),
            ..Self::default()
        }
    }
}

impl From<&GoMod> for Summary {
    fn from(file: &GoMod) -> Self {
        let retract = file.retract.iter().map(|retract| Retraction {
            interval: retract.interval.clone(),
            rationale: retract.rationale.clone(),
        });
        Self {
            module: file.path().cloned(),
            deprecated: file
                .module
                .as_ref()
                .map_or_else(String::new, |module| module.deprecated.clone()),
            go: file.go.as_ref().map(|go| go.version.clone()),
            toolchain: file
                .toolchain
                .as_ref()
                .map(|toolchain| toolchain.name.clone()),
            require: file
                .require
                .iter()
                .map(|require| require.module.clone())
                .collect(),
            retract: retract.collect(),
            ignore: file
                .ignore
                .iter()
                .map(|ignore| ignore.path.clone())
                .collect(),
        }
    }
}

/// Reads a plain go.mod of a dependency; nothing where it is not plain, or not right.
///
/// Not plain are quotes, brackets outside of `retract`, versions that are not canonical, and bytes beyond
/// ASCII outside of comments.
pub fn scan(text: &[u8]) -> Option<Facts<'_>> {
    if super::build::MAX_FILE_SIZE < text.len() {
        return None;
    }
    let mut lines = Lines::new(text)?;
    // A requirement takes some fifty bytes.
    let mut facts = Facts {
        require: Vec::with_capacity(text.len() / 64),
        ..Facts::default()
    };
    let mut block = None;
    while lines.at < text.len() {
        let line = lines.next()?;
        facts.has_notes |= line.says_deprecated;
        let verb = block.unwrap_or(line.words[0]);
        if line.has_brackets && verb != "retract" {
            return None;
        }
        block = match (block, line.paren, line.count) {
            (_, Paren::None, 0) => block,
            (None, Paren::None, count) => {
                facts.add(verb, &line.words[1..], count - 1)?;
                None
            }
            (None, Paren::Open, 1) if verb != "module" => Some(verb),
            (Some(verb), Paren::None, count) => {
                // Within a block, `go` has no meaning: such a block is unknown and passes.
                if verb != "go" {
                    facts.add(verb, &line.words, count)?;
                }
                Some(verb)
            }
            (Some(_), Paren::Close, 0) => None,
            (_, Paren::Open | Paren::Close, _) => return None,
        };
    }
    block.is_none().then_some(facts)
}

/// Returns what is left of a plain go.mod when all but `module`, `retract` and comments is taken out.
///
/// What is taken out leaves a blank line, so that no comment comes to belong to something else.
fn notes(text: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut lines) = Lines::new(text) else {
        return kept;
    };
    let mut block = None;
    while lines.at < text.len() {
        let start = lines.at;
        let Some(line) = lines.next() else {
            return kept;
        };
        let verb = block.unwrap_or(line.words[0]);
        if matches!(verb, "module" | "retract") || (line.count == 0 && block.is_none()) {
            kept.extend_from_slice(&text[start..lines.at]);
        } else {
            kept.push(b'\n');
        }
        block = match line.paren {
            Paren::None => block,
            Paren::Open => Some(verb),
            Paren::Close => None,
        };
    }
    kept
}

impl<'a> Facts<'a> {
    /// Takes one directive with `count` arguments, of which the first are given.
    fn add(&mut self, verb: &'a str, args: &[&'a str], count: usize) -> Option<()> {
        match verb {
            "require" => {
                let (path, version) = (args[0], args[1]);
                if count != 2 || canonical_version(version) != version {
                    return None;
                }
                let (_, major, ok) = split_path_version(path);
                if !ok || !match_path_major(version, major) {
                    return None;
                }
                self.require.push((path, version));
            }
            "module" if count == 1 && self.module.is_none() => self.module = Some(args[0]),
            "go" if count == 1 && self.go.is_none() && is_go_line_version(args[0]) => {
                self.go = Some(args[0]);
            }
            "ignore" if count == 1 => self.ignore.push(args[0]),
            // What is no interval passes in a dependency, as later versions of the format may know others.
            "retract" => self.has_notes = true,
            "module" | "go" | "ignore" => return None,
            _ => {}
        }
        Some(())
    }
}

/// How many words of a line are kept.
const WORDS: usize = 3;

/// Splits a plain text into plain lines.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

/// A plain line: words, and one parenthesis at most.
struct Line<'a> {
    words: [&'a str; WORDS],
    /// How many words there are; only the first three are kept.
    count: usize,
    paren: Paren,
    /// Whether there are brackets or commas; they count as words.
    has_brackets: bool,
    /// Whether its comment begins with `Deprecated:`.
    says_deprecated: bool,
}

#[derive(Clone, Copy)]
enum Paren {
    None,
    Open,
    Close,
}

/// What a byte means outside of comments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Part of a word.
    Word,
    /// Between words.
    Space,
    /// The end of a line.
    End,
    /// The begin of a comment, or part of a word.
    Slash,
    Open,
    Close,
    /// A word of its own.
    Bracket,
    /// Anything that makes a file not plain.
    Strange,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Strange; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        classes[byte as usize] = match byte {
            b'/' => Class::Slash,
            b'(' => Class::Open,
            b')' => Class::Close,
            b'[' | b']' | b',' => Class::Bracket,
            b'{' | b'}' | b'"' | b'`' | b'\'' => Class::Strange,
            _ => Class::Word,
        };
        byte += 1;
    }
    classes[b' ' as usize] = Class::Space;
    classes[b'\t' as usize] = Class::Space;
    classes[b'\r' as usize] = Class::Space;
    classes[b'\n' as usize] = Class::End;
    classes
};

impl<'a> Lines<'a> {
    fn new(text: &'a [u8]) -> Option<Self> {
        Some(Self {
            text: std::str::from_utf8(text).ok()?,
            at: 0,
        })
    }

    fn next(&mut self) -> Option<Line<'a>> {
        let mut line = Line {
            words: [""; WORDS],
            count: 0,
            paren: Paren::None,
            has_brackets: false,
            says_deprecated: false,
        };
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match CLASSES[usize::from(byte)] {
                Class::Space => self.at += 1,
                Class::End => {
                    self.at += 1;
                    break;
                }
                Class::Slash if bytes.get(self.at + 1) == Some(&b'/') => {
                    let rest = &self.text[self.at..];
                    let comment =
                        &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
                    line.says_deprecated = comment[2..].trim_start().starts_with("Deprecated:");
                    self.at += comment.len();
                }
                Class::Word | Class::Slash => {
                    let word = self.word()?;
                    // A parenthesis in front of a word is part of an ordinary line: not plain.
                    if !matches!(line.paren, Paren::None) {
                        return None;
                    }
                    if let Some(slot) = line.words.get_mut(line.count) {
                        *slot = word;
                    }
                    line.count += 1;
                }
                Class::Open | Class::Close | Class::Bracket
                    if !matches!(line.paren, Paren::None) =>
                {
                    return None;
                }
                Class::Bracket => {
                    line.has_brackets = true;
                    line.count += 1;
                    self.at += 1;
                }
                Class::Open => {
                    line.paren = Paren::Open;
                    self.at += 1;
                }
                Class::Close => {
                    line.paren = Paren::Close;
                    self.at += 1;
                }
                Class::Strange => return None,
            }
        }
        Some(line)
    }

    fn word(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let mut end = 0;
        loop {
            let more = bytes[end..]
                .iter()
                .position(|byte| CLASSES[usize::from(*byte)] != Class::Word);
            end = more.map_or(bytes.len(), |more| end + more);
            match bytes[end..] {
                [b'/', b'*', ..] => return None,
                [b'/', next, ..] if next != b'/' => end += 1,
                [b'/'] => end += 1,
                [strange, ..] if CLASSES[usize::from(strange)] == Class::Strange => return None,
                _ => break,
            }
        }
        self.at += end;
        Some(&rest[..end])
    }
}
