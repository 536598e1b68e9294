//! What a verification found: checks that were made, and findings.

use crate::domain::binary::GoBinary;

/// The result of one part, or of several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What was checked, each part once.
    pub checks: Vec<Check>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What else the user should know.
    pub notes: Vec<String>,
    /// The lines of go.sum files, explained; only `verify sum` does that.
    pub lines: Vec<SumLine>,
    /// The Go binaries that were found, in the order of the search; only `verify binary` finds any.
    pub binaries: Vec<Binary>,
    /// The hashes of a module; only `verify module` tells.
    pub sums: Vec<ModuleSum>,
}

/// What one part has looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The part.
    pub name: Part,
    /// How many things were checked.
    pub subjects: usize,
    /// How many bytes were hashed or compared.
    pub bytes: u64,
    /// Why the part does not apply here.
    pub skipped: Option<String>,
}

/// The parts of a verification, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// go.sum against itself and the build list.
    Sum,
    /// The module cache.
    Cache,
    /// go.sum against the checksum database.
    SumDb,
    /// The vendor directory.
    Vendor,
    /// Shipped binaries.
    Binary,
    /// One module.
    Module,
    /// Tags of one's own modules.
    Tags,
    /// Who differs in a mismatch.
    Explain,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// What it is about: `module@version`, a file, `image!path`.
    pub subject: String,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What should be there.
    pub expected: Option<String>,
    /// What is there.
    pub got: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// What to do.
    pub fix: Option<String>,
    /// Files that prove it.
    pub evidence: Vec<String>,
}

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user knows it: relative to the working directory where it lies below it.
    pub file: String,
    /// Counts from one; zero where the whole file is meant.
    pub line: usize,
    /// Counts from one; zero where the whole line is meant.
    pub column: usize,
    /// The line that stands there; empty where it is not known.
    pub text: String,
}

/// A rule that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The public name, such as `cache-file-modified`: the part, then what is wrong.
    pub id: &'static str,
    /// How bad it is.
    pub level: Level,
    /// One line.
    pub title: &'static str,
    /// What it means and what to do, in a few sentences.
    pub help: &'static str,
}

/// How bad a finding is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Bytes, hash, signature or proof do not match.
    Integrity,
    /// The answer is no.
    Problem,
    /// Worth knowing.
    Warning,
    /// Nothing is wrong; somebody may want to know.
    Note,
}

/// A hash of a module version, as a line of go.sum has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModuleSum {
    /// The module path.
    pub path: String,
    /// The version, with `/go.mod` for the hash of the go.mod file alone.
    pub version: String,
    /// The hash.
    pub hash: String,
}

/// One line of a go.sum file, and who needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SumLine {
    /// The file as the user knows it.
    pub file: String,
    /// Counts from one.
    pub line: usize,
    /// The module path.
    pub path: String,
    /// The version, with `/go.mod` for the line of the go.mod file alone.
    pub version: String,
    /// Why Go needs the line; nobody does where this is empty.
    pub needed: Vec<String>,
}

/// A Go binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binary {
    /// The file as the user knows it, or `image!path`.
    pub name: String,
    /// What it says of itself.
    pub go: GoBinary,
}

impl Report {
    /// Starts the report of one part that applies.
    pub fn new(name: Part) -> Self {
        Self {
            checks: vec![Check::new(name)],
            ..Self::default()
        }
    }

    /// Returns the report of a part that does not apply here.
    pub fn skipped(name: Part, why: impl Into<String>) -> Self {
        Self {
            checks: vec![Check {
                skipped: Some(why.into()),
                ..Check::new(name)
            }],
            ..Self::default()
        }
    }

    /// Adds what a part has looked at to its check.
    pub fn count(&mut self, name: Part, subjects: usize, bytes: u64) {
        self.merge(Self {
            checks: vec![Check {
                subjects,
                bytes,
                ..Check::new(name)
            }],
            ..Self::default()
        });
    }

    /// Returns the exit code: 5, 1 or 0, as the worst finding has it.
    pub fn exit_code(&self) -> u8 {
        match self.worst() {
            Some(Level::Integrity) => 5,
            Some(Level::Problem) => 1,
            Some(Level::Warning | Level::Note) | None => 0,
        }
    }

    /// Returns the level of the worst finding.
    pub fn worst(&self) -> Option<Level> {
        self.findings.iter().map(|found| found.rule.level).min()
    }

    /// Returns how many findings have a level.
    pub fn total(&self, level: Level) -> usize {
        let of_level = |found: &&Finding| found.rule.level == level;
        self.findings.iter().filter(of_level).count()
    }

    /// Puts everything into the order in which it is shown; the same findings come once.
    pub fn sort(&mut self) {
        self.checks.sort_by_key(|check| check.name);
        self.findings
            .sort_by(|left, right| left.key().cmp(&right.key()));
        self.findings.dedup();
        self.notes.sort();
        self.notes.dedup();
        let key = |line: &SumLine| (line.file.clone(), line.line);
        self.lines.sort_by_cached_key(key);
        self.sums.sort();
    }

    /// Adds another report; checks of one part become one.
    pub fn merge(&mut self, other: Self) {
        for check in other.checks {
            let same = self.checks.iter_mut().find(|mine| mine.name == check.name);
            if let Some(mine) = same {
                mine.subjects += check.subjects;
                mine.bytes += check.bytes;
                mine.skipped = mine.skipped.take().or(check.skipped);
            } else {
                self.checks.push(check);
            }
        }
        self.findings.extend(other.findings);
        self.notes.extend(other.notes);
        self.lines.extend(other.lines);
        self.binaries.extend(other.binaries);
        self.sums.extend(other.sums);
    }
}

impl Check {
    const fn new(name: Part) -> Self {
        Self {
            name,
            subjects: 0,
            bytes: 0,
            skipped: None,
        }
    }
}

impl Finding {
    /// Starts a finding with what every finding has.
    pub fn new(
        rule: &'static Rule,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            subject: subject.into(),
            message: message.into(),
            expected: None,
            got: None,
            place: None,
            fix: None,
            evidence: Vec::new(),
        }
    }

    /// Says what should be there and what is there.
    #[must_use]
    pub fn differs(mut self, expected: impl Into<String>, got: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self.got = Some(got.into());
        self
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    fn key(&self) -> (Level, &Option<Place>, &str, &str, &str) {
        (
            self.rule.level,
            &self.place,
            &self.subject,
            self.rule.id,
            &self.message,
        )
    }
}

impl Place {
    /// Means a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            ..Self::default()
        }
    }

    /// Means a whole line, with its text.
    pub fn line(file: impl Into<String>, line: usize, text: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line,
            column: 0,
            text: text.into(),
        }
    }
}

impl Part {
    /// Returns the word for the part, as in the name of its subcommand.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Cache => "cache",
            Self::SumDb => "sumdb",
            Self::Vendor => "vendor",
            Self::Binary => "binary",
            Self::Module => "module",
            Self::Tags => "tags",
            Self::Explain => "explain",
        }
    }
}

impl Level {
    /// Returns the word for the level in machine-readable output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integrity => "integrity",
            Self::Problem => "problem",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn rule(level: Level) -> Rule {
        Rule {
            id: "test",
            level,
            title: "",
            help: "",
        }
    }

    const BAD: Rule = rule(Level::Integrity);
    const NO: Rule = rule(Level::Problem);
    const MEH: Rule = rule(Level::Warning);

    #[track_caller]
    fn check(rules: &[&'static Rule], code: u8) {
        let findings = rules.iter().map(|rule| Finding::new(rule, "x", "y"));
        let report = Report {
            findings: findings.collect(),
            ..Report::default()
        };
        assert_eq!(report.exit_code(), code);
    }

    #[test]
    fn the_worst_finding_decides() {
        check(&[], 0);
        check(&[&MEH], 0);
        check(&[&MEH, &NO], 1);
        check(&[&NO, &BAD, &MEH], 5);
    }

    #[test]
    fn parts_are_merged_and_sorted() {
        let mut report = Report::skipped(Part::Vendor, "no vendor directory");
        report.count(Part::Sum, 2, 10);
        report.count(Part::Sum, 3, 5);
        report.findings = vec![Finding::new(&MEH, "a", ""), Finding::new(&NO, "b", "")];
        report.findings.push(Finding::new(&MEH, "a", ""));
        report.sort();
        let names: Vec<_> = report.checks.iter().map(|check| check.name).collect();
        assert_eq!(names, [Part::Sum, Part::Vendor]);
        assert_eq!((report.checks[0].subjects, report.checks[0].bytes), (5, 15));
        let subjects: Vec<_> = report.findings.iter().map(|found| &found.subject).collect();
        assert_eq!(subjects, ["b", "a"]);
    }
}
