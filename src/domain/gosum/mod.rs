//! go.sum and go.work.sum: lines, lookups, additions.
//!
//! A line is a module path, a version and a hash. The version ends in `/go.mod` where the hash is that of the go.mod
//! alone. Several lines may name one version; their order counts, see [`GoSum::verify`].
//! See <https://go.dev/ref/mod#go-sum-files>.

pub mod lines;

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher};
use std::ops::Range;

use foldhash::fast::RandomState;
use memchr::{memchr, memmem, memrchr};
use thiserror::Error;

use crate::domain::module::version;

/// The ending of the version in a line for a go.mod alone.
const GO_MOD: &str = "/go.mod";

/// The start of the hashes that are known today.
const KNOWN: &str = "h1:";

/// The hash of an empty go.mod, which old versions of Go wrote for things that are no modules; Go skips such lines.
const EMPTY_GO_MOD: &str = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=";

/// How much of a faulty line an error quotes.
const EXCERPT: usize = 200;

/// The lines of one go.sum.
#[derive(Clone, Debug, Default)]
pub struct GoSum {
    /// The text of the file, then what was added.
    text: String,
    lines: Vec<Line>,
    /// The first and last line of each key, by the hash of the key; a rare collision joins two keys in one chain.
    chains: HashMap<u64, Chain, BuildHasherDefault<Ready>>,
    hasher: RandomState,
    changed: bool,
}

/// What a hash is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SumKind {
    /// All files of the module: a line without suffix.
    Module,
    /// The go.mod alone: a line with `/go.mod`.
    GoMod,
}

/// What go.sum says of a computed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SumVerdict<'a> {
    /// A line has this hash.
    Match,
    /// A line before that has another hash of the same kind.
    Mismatch {
        /// The hash listed.
        listed: &'a str,
    },
    /// All lines have hashes of an unknown kind, so they say nothing.
    Unknown,
    /// There is no line.
    Missing,
}

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("malformed go.sum:\n{file}:{line}:{column}: {fault}")]
pub struct GoSumError {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in bytes, from 1.
    pub column: usize,
    /// What is wrong.
    pub fault: GoSumFault,
    /// The line's text, cut if it is long.
    pub text: String,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GoSumFault {
    /// A line is not a path, a version and a hash.
    #[error("wrong number of fields {0}, expected 3: module path, version and hash")]
    Fields(usize),
    /// A merge was not finished.
    #[error("unresolved merge conflict (line starts with `{0}`)")]
    Conflict(&'static str),
}

impl GoSumFault {
    /// Returns what to do about the fault.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Fields(_) => "remove the line; `go mod tidy` adds what is missing",
            Self::Conflict(_) => {
                "keep the lines of both sides and delete the lines with the conflict markers"
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Line {
    path: Range<usize>,
    /// With its `/go.mod`.
    version: Range<usize>,
    hash: Range<usize>,
    /// The next line of the same chain.
    next: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Chain {
    first: u32,
    last: u32,
}

/// Takes the hash of a key as it is.
#[derive(Clone, Copy, Debug, Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn write(&mut self, _: &[u8]) {
        unreachable!("keys of the map are numbers");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl GoSum {
    /// Reads the lines about one module, and maybe a few others; lines that are none do not count.
    pub fn parse_about(path: &str, text: &[u8]) -> Self {
        let mut lines = Vec::new();
        let mut from = 0;
        while from < text.len()
            && let Some(at) = memmem::find(&text[from..], path.as_bytes())
        {
            let at = from + at;
            let start = memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
            let end = memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end + 1);
            lines.extend_from_slice(&text[start..end]);
            from = end;
        }
        Self::parse_lax(&lines)
    }

    /// Reads the contents of go.sum or go.work.sum; `file` is its name in errors.
    pub fn parse(file: &str, data: &[u8]) -> Result<Self, GoSumError> {
        Self::read(data, |text, range, number, fields| {
            Err(fault(file, text, range, number, fields))
        })
    }

    /// Reads what can be read; lines that are not three fields are left out, as `go mod tidy` does to mend the file.
    pub fn parse_lax(data: &[u8]) -> Self {
        match Self::read::<std::convert::Infallible>(data, |_, _, _, _| Ok(())) {
            Ok(sum) => sum,
            Err(never) => match never {},
        }
    }

    fn read<E>(
        data: &[u8],
        malformed: impl Fn(&str, Range<usize>, usize, usize) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut sum = Self {
            text: String::from_utf8_lossy(data).into_owned(),
            ..Self::default()
        };
        // A line has about 100 bytes.
        sum.lines.reserve(sum.text.len() / 90);
        sum.chains.reserve(sum.text.len() / 90);
        let mut start = 0;
        let mut number = 0;
        while start < sum.text.len() {
            number += 1;
            let end = memchr(b'\n', &sum.text.as_bytes()[start..])
                .map_or(sum.text.len(), |length| start + length);
            match split_line(&sum.text[start..end]) {
                Ok(None) => {}
                Ok(Some([path, version, hash])) => {
                    let shift = |range: Range<usize>| range.start + start..range.end + start;
                    sum.push(Line {
                        path: shift(path),
                        version: shift(version),
                        hash: shift(hash),
                        next: None,
                    });
                }
                Err(fields) => malformed(&sum.text, start..end, number, fields)?,
            }
            start = end + 1;
        }
        Ok(sum)
    }

    /// Returns the hashes of `version`, which may end in `/go.mod`, in the order of the lines.
    pub fn lookup<'a>(&'a self, path: &str, version: &str) -> impl Iterator<Item = &'a str> {
        let (version, kind) = split_version(version);
        self.hashes(path, version, kind)
    }

    /// Returns the hashes of one kind of a version, in the order of the lines.
    pub fn hashes<'a>(
        &'a self,
        path: &str,
        version: &str,
        kind: SumKind,
    ) -> impl Iterator<Item = &'a str> {
        let first = self
            .chains
            .get(&self.key(path, version, kind))
            .map(|chain| chain.first);
        std::iter::successors(first, |&at| self.lines[at as usize].next)
            .map(|at| &self.lines[at as usize])
            .filter(move |line| {
                // The chain may hold another key too.
                let (line_path, line_version, _) = self.fields(line);
                let (line_version, line_kind) = split_version(line_version);
                line_path == path && line_version == version && line_kind == kind
            })
            .map(|line| &self.text[line.hash.clone()])
    }

    /// Reports whether a hash that can be checked is listed.
    pub fn has(&self, path: &str, version: &str, kind: SumKind) -> bool {
        self.hashes(path, version, kind)
            .any(|hash| hash.starts_with(KNOWN))
    }

    /// Compares a computed hash with the lines of its version.
    ///
    /// Go reads the lines in their order and stops at the first that decides: a line with this hash, or one with
    /// another hash of the known kind.
    pub fn verify(&self, path: &str, version: &str, kind: SumKind, hash: &str) -> SumVerdict<'_> {
        let mut verdict = SumVerdict::Missing;
        for listed in self.hashes(path, version, kind) {
            if listed == hash {
                return SumVerdict::Match;
            }
            if listed.starts_with(KNOWN) {
                return SumVerdict::Mismatch { listed };
            }
            verdict = SumVerdict::Unknown;
        }
        verdict
    }

    /// Adds a line unless there is the same one already; `version` may end in `/go.mod`.
    pub fn insert(&mut self, path: &str, version: &str, hash: &str) {
        if self.lookup(path, version).any(|listed| listed == hash) {
            return;
        }
        let [path, version, hash] = [path, version, hash].map(|field| {
            let start = self.text.len();
            self.text.push_str(field);
            start..self.text.len()
        });
        self.push(Line {
            path,
            version,
            hash,
            next: None,
        });
        self.changed = true;
    }

    /// Reports whether a line was added since the file was read.
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// Returns the number of lines.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Reports whether there are no lines.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns path, version (which may end in `/go.mod`) and hash of all lines, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.lines.iter().map(|line| self.fields(line))
    }

    /// Returns the file as Go writes it: by path, by version with the go.mod last, by hash; each line once.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut lines: Vec<_> = self.iter().collect();
        lines.sort_by(|left, right| {
            let (left_version, left_file) = split_file(left.1);
            let (right_version, right_file) = split_file(right.1);
            left.0
                .cmp(right.0)
                .then_with(|| version::compare_total(left_version, right_version))
                .then_with(|| left_file.cmp(right_file))
                .then_with(|| left.2.cmp(right.2))
        });
        lines.dedup();
        let mut out = String::with_capacity(self.text.len());
        for (path, version, hash) in lines {
            for (field, end) in [(path, ' '), (version, ' '), (hash, '\n')] {
                out.push_str(field);
                out.push(end);
            }
        }
        out.into_bytes()
    }

    fn fields(&self, line: &Line) -> (&str, &str, &str) {
        (
            &self.text[line.path.clone()],
            &self.text[line.version.clone()],
            &self.text[line.hash.clone()],
        )
    }

    fn push(&mut self, line: Line) {
        let (path, version, hash) = self.fields(&line);
        if hash == EMPTY_GO_MOD {
            return;
        }
        let (version, kind) = split_version(version);
        let key = self.key(path, version, kind);
        let at = u32::try_from(self.lines.len()).expect("a file has fewer lines than 2^32");
        self.lines.push(line);
        let chain = self.chains.entry(key).or_insert(Chain {
            first: at,
            last: at,
        });
        if chain.last != at {
            self.lines[chain.last as usize].next = Some(at);
            chain.last = at;
        }
    }

    fn key(&self, path: &str, version: &str, kind: SumKind) -> u64 {
        self.hasher.hash_one((path, version, kind))
    }
}

/// Splits the suffix `/go.mod` off a version.
fn split_version(version: &str) -> (&str, SumKind) {
    match version.strip_suffix(GO_MOD) {
        Some(version) => (version, SumKind::GoMod),
        None => (version, SumKind::Module),
    }
}

fn split_file(version: &str) -> (&str, &str) {
    version.split_at(version.find('/').unwrap_or(version.len()))
}

/// Splits a line into its three fields, or none if it is blank; otherwise tells how many fields there are.
fn split_line(line: &str) -> Result<Option<[Range<usize>; 3]>, usize> {
    if let Some(fields) = split_plain(line.as_bytes()) {
        return Ok(Some(fields));
    }
    let mut fields = line.split_whitespace().map(|field| {
        let start = field.as_ptr().addr() - line.as_ptr().addr();
        start..start + field.len()
    });
    match (fields.next(), fields.next(), fields.next(), fields.count()) {
        (None, ..) => Ok(None),
        (Some(path), Some(version), Some(hash), 0) => Ok(Some([path, version, hash])),
        (_, second, third, more) => {
            Err(1 + usize::from(second.is_some()) + usize::from(third.is_some()) + more)
        }
    }
}

/// Splits a line as Go writes it: printable ASCII, exactly two spaces. Nearly all lines are.
fn split_plain(line: &[u8]) -> Option<[Range<usize>; 3]> {
    let first = memchr(b' ', line)?;
    let second = first + 1 + memchr(b' ', &line[first + 1..])?;
    let fields = [0..first, first + 1..second, second + 1..line.len()];
    let plain = |range: &Range<usize>| {
        !range.is_empty() && line[range.clone()].iter().all(u8::is_ascii_graphic)
    };
    fields.iter().all(plain).then_some(fields)
}

/// Describes the faulty line `range`; a conflict marker on it or on a line before it is the likelier reason.
fn fault(file: &str, text: &str, range: Range<usize>, number: usize, fields: usize) -> GoSumError {
    let mut start = 0;
    for (at, line) in text[..range.end].split('\n').enumerate() {
        if let Some(marker) = marker_of_conflict(line) {
            return error(
                file,
                &text[start..start + line.len()],
                at + 1,
                1,
                GoSumFault::Conflict(marker),
            );
        }
        start += line.len() + 1;
    }
    let line = &text[range];
    // The caret stands at the first field too many, or where the next one is missing.
    let column = match line.split_whitespace().nth(3) {
        Some(field) => field.as_ptr().addr() - line.as_ptr().addr() + 1,
        None => line.trim_end().len() + 1,
    };
    error(file, line, number, column, GoSumFault::Fields(fields))
}

fn error(file: &str, line: &str, number: usize, column: usize, fault: GoSumFault) -> GoSumError {
    let text = line.trim_end().chars().take(EXCERPT).collect();
    GoSumError {
        file: file.to_owned(),
        line: number,
        column,
        fault,
        text,
    }
}

/// Returns the mark of an unfinished merge that a line consists of, if it does.
pub(in crate::domain) fn marker_of_conflict(line: &str) -> Option<&'static str> {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
        .into_iter()
        .find(|marker| {
            line.strip_prefix(marker)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r']))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const B: &str = "h1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";

    fn parse(text: &str) -> GoSum {
        GoSum::parse("go.sum", text.as_bytes()).unwrap()
    }

    #[track_caller]
    fn fails(text: &str, expect: &str) -> GoSumError {
        let err = GoSum::parse("go.sum", text.as_bytes()).unwrap_err();
        assert_eq!(err.to_string(), format!("malformed go.sum:\n{expect}"));
        err
    }

    #[test]
    fn lines_about_one_module_say_what_all_lines_say() {
        let text = b"a.com/b v1 h1:1\n\n a.com/b\tv1/go.mod h1:2\na.com/b/c v1 h1:3\nx\na.com v1 h1:4\na.com/b v1 h1:5";
        let whole = GoSum::parse_lax(text);
        for path in ["a.com/b", "a.com/b/c", "a.com", "b", "x", ""] {
            let part = GoSum::parse_about(path, text);
            for version in ["v1", "v1/go.mod", "v2"] {
                let hashes = |sums: &GoSum| -> Vec<String> {
                    sums.lookup(path, version).map(str::to_owned).collect()
                };
                assert_eq!(hashes(&part), hashes(&whole), "{path} {version}");
            }
        }
        let count = |path: &str| GoSum::parse_about(path, text).iter().count();
        assert_eq!((count("a.com/b/c"), count("none")), (1, 0));
    }

    #[test]
    fn tells_modules_from_go_mods() {
        let sum = parse(&format!("x.y/z v1.0.0 {A}\nx.y/z v1.0.0/go.mod {B}\r\n"));
        assert_eq!(sum.lookup("x.y/z", "v1.0.0").collect::<Vec<_>>(), [A]);
        assert_eq!(
            sum.lookup("x.y/z", "v1.0.0/go.mod").collect::<Vec<_>>(),
            [B]
        );
        assert_eq!(
            sum.verify("x.y/z", "v1.0.0", SumKind::GoMod, B),
            SumVerdict::Match
        );
        assert_eq!(
            sum.verify("x.y/z", "v1.0.0", SumKind::Module, B),
            SumVerdict::Mismatch { listed: A }
        );
        assert_eq!(
            sum.verify("x.y/z", "v1.0.1", SumKind::Module, B),
            SumVerdict::Missing
        );
    }

    #[test]
    fn the_first_known_line_decides() {
        let sum = parse(&format!(
            "a v1.0.0 h9:x\na v1.0.0 {A}\na v1.0.0 {B}\nb v1.0.0 h9:x\n"
        ));
        assert_eq!(
            sum.verify("a", "v1.0.0", SumKind::Module, A),
            SumVerdict::Match
        );
        assert_eq!(
            sum.verify("a", "v1.0.0", SumKind::Module, B),
            SumVerdict::Mismatch { listed: A }
        );
        assert_eq!(
            sum.verify("b", "v1.0.0", SumKind::Module, A),
            SumVerdict::Unknown
        );
        assert!(!sum.has("b", "v1.0.0", SumKind::Module));
    }

    #[test]
    fn writes_in_order() {
        let mut sum = parse(
            "b v1.0.0 h1:x\na v1.10.0 h1:x\na v1.9.0/go.mod h1:x\na v1.9.0 h1:y\na v1.9.0 h1:x\n",
        );
        assert!(!sum.is_changed());
        sum.insert("a", "v1.9.0", "h1:x");
        assert!(!sum.is_changed());
        sum.insert("a", "v1.2.0", "h1:x");
        assert!(sum.is_changed());
        let expect = "a v1.2.0 h1:x\na v1.9.0 h1:x\na v1.9.0 h1:y\na v1.9.0/go.mod h1:x\na v1.10.0 h1:x\nb v1.0.0 h1:x\n";
        assert_eq!(String::from_utf8(sum.to_bytes()).unwrap(), expect);
    }

    #[test]
    fn names_the_fault_and_its_place() {
        let err = fails(
            "a v1.0.0 h1:x\na v1.0.0\n",
            "go.sum:2:9: wrong number of fields 2, expected 3: module path, version and hash",
        );
        assert_eq!(err.text, "a v1.0.0");
        fails(
            "\na v1.0.0 h1:x y z\n",
            "go.sum:2:15: wrong number of fields 5, expected 3: module path, version and hash",
        );
    }

    #[test]
    fn recognizes_a_merge_conflict() {
        // Go counts the fields of the marker; `Updated upstream` even makes three.
        let text = "a v1.0.0 h1:x\n<<<<<<< Updated upstream\nb v1.0.0 h1:x\n=======\nb v1.0.0 h1:y\n>>>>>>> Stashed\n";
        let err = fails(
            text,
            "go.sum:2:1: unresolved merge conflict (line starts with `<<<<<<<`)",
        );
        assert!(err.fault.hint().contains("both sides"));
    }

    #[test]
    fn drops_the_hash_of_an_empty_go_mod() {
        assert!(parse(&format!("a v1.0.0/go.mod {EMPTY_GO_MOD}\n\n  \n")).is_empty());
    }
}
