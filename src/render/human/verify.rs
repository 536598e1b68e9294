//! A verification for people: findings, the worst first, then what was checked.

use std::fmt::Write as _;

use crate::ops::verify::cache;
use crate::ops::verify::report::{Check, Finding, Level, Report, SumLine};
use crate::render::go;
use crate::render::human::style::Styles;

/// Why a formatted write cannot fail.
const STRING: &str = "writing to a string";

/// Renders the report; Go binaries stand first, as `go version -m` shows them.
pub fn render(report: &Report, styles: &Styles) -> String {
    let mut out = binaries(report);
    if !out.is_empty() {
        out.push('\n');
    }
    let start = out.len();
    for sum in &report.sums {
        let (path, version, hash) = (plain(&sum.path), plain(&sum.version), plain(&sum.hash));
        writeln!(out, "{path} {version} {hash}").expect(STRING);
    }
    for line in &report.lines {
        self::line(&mut out, line, styles);
    }
    for finding in &report.findings {
        self::finding(&mut out, finding, styles);
    }
    tail(&mut out, start, report, styles);
    writeln!(out, "{}", verdict(report)).expect(STRING);
    out
}

/// Adds notes, and what was checked; an empty line stands before that if there is anything from `start` on.
fn tail(out: &mut String, start: usize, report: &Report, styles: &Styles) {
    for note in &report.notes {
        let hint = styles.hint;
        writeln!(out, "{hint}note:{hint:#} {}", plain(note)).expect(STRING);
    }
    if start != out.len() {
        out.push('\n');
    }
    for check in &report.checks {
        self::check(out, check, styles);
    }
}

fn line(out: &mut String, line: &SumLine, styles: &Styles) {
    let (frame, module, faint) = (styles.frame, styles.module, styles.faint);
    let place = format!("{}:{}", plain(&line.file), line.line);
    let (path, version) = (plain(&line.path), plain(&line.version));
    writeln!(
        out,
        "{frame}{place}:{frame:#} {module}{path}{module:#} {version}"
    )
    .expect(STRING);
    for why in &line.needed {
        writeln!(out, "  {}", plain(why)).expect(STRING);
    }
    if line.needed.is_empty() {
        writeln!(out, "  {faint}nothing needs it{faint:#}").expect(STRING);
    }
}

/// Renders the report on the module cache: first what `go mod verify` says, in its words.
pub fn render_cache(report: &Report, styles: &Styles) -> String {
    let mut out = String::new();
    let (of_go, rest): (Vec<_>, Vec<_>) = report
        .findings
        .iter()
        .partition(|finding| cache::OF_GO.contains(&finding.rule.id));
    for finding in &of_go {
        let subject = finding.subject.replacen('@', " ", 1);
        writeln!(out, "{}: {}", plain(&subject), plain(&finding.message)).expect(STRING);
    }
    if !of_go.is_empty() && !rest.is_empty() {
        out.push('\n');
    }
    for finding in rest {
        self::finding(&mut out, finding, styles);
    }
    tail(&mut out, 0, report, styles);
    if report.findings.is_empty() {
        writeln!(out, "all modules verified").expect(STRING);
    } else {
        writeln!(out, "{}", verdict(report)).expect(STRING);
    }
    out
}

fn binaries(report: &Report) -> String {
    let mut out = String::new();
    for binary in &report.binaries {
        let text = go::version_m(&plain(&binary.name), &binary.go.info);
        for line in text.lines() {
            let words: Vec<_> = line.split('\t').map(plain).collect();
            writeln!(out, "{}", words.join("\t")).expect(STRING);
        }
    }
    out
}

pub(super) fn finding(out: &mut String, finding: &Finding, styles: &Styles) {
    let style = match finding.rule.level {
        Level::Integrity | Level::Problem => styles.error,
        Level::Warning => styles.warning,
        Level::Note => styles.hint,
    };
    let (module, faint, hint) = (styles.module, styles.faint, styles.hint);
    let level = finding.rule.level.name();
    let (subject, message) = (plain(&finding.subject), plain(&finding.message));
    writeln!(
        out,
        "{style}{level}:{style:#} {module}{subject}{module:#}: {message} {faint}[{}]{faint:#}",
        finding.rule.id
    )
    .expect(STRING);
    if let Some(place) = &finding.place {
        let mut at = plain(&place.file);
        for number in [place.line, place.column] {
            if number == 0 {
                break;
            }
            write!(at, ":{number}").expect(STRING);
        }
        let frame = styles.frame;
        writeln!(out, "  {frame}-->{frame:#} {at}").expect(STRING);
    }
    let expected = finding.expected.iter().map(|value| ("expected", value));
    let got = finding.got.iter().map(|value| ("got", value));
    let evidence = finding.evidence.iter().map(|value| ("evidence", value));
    for (label, value) in expected.chain(got).chain(evidence) {
        writeln!(out, "  {faint}{label:<9}{faint:#} {}", plain(value)).expect(STRING);
    }
    if let Some(fix) = &finding.fix {
        writeln!(out, "  {hint}fix:{hint:#} {}", plain(fix)).expect(STRING);
    }
}

fn check(out: &mut String, check: &Check, styles: &Styles) {
    let (name, faint) = (styles.name, styles.faint);
    let label = check.name.name();
    write!(out, "{name}{label:<7}{name:#} ").expect(STRING);
    if let Some(why) = &check.skipped {
        writeln!(out, "{faint}skipped: {}{faint:#}", plain(why)).expect(STRING);
        return;
    }
    write!(out, "{} checked", check.subjects).expect(STRING);
    if check.bytes != 0 {
        write!(out, ", {}", size(check.bytes)).expect(STRING);
    }
    out.push('\n');
}

fn verdict(report: &Report) -> String {
    let levels = [
        (Level::Integrity, "integrity violation"),
        (Level::Problem, "problem"),
        (Level::Warning, "warning"),
    ];
    let counts = levels.iter().filter_map(|(level, word)| {
        let total = report.total(*level);
        let plural = if total == 1 { "" } else { "s" };
        (total != 0).then(|| format!("{total} {word}{plural}"))
    });
    let counts: Vec<String> = counts.collect();
    let is_checked = report.checks.iter().any(|check| check.skipped.is_none());
    match counts.as_slice() {
        [] if is_checked => "all verified".to_owned(),
        [] => "nothing was checked".to_owned(),
        some => some.join(", "),
    }
}

fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    for (unit, name) in units {
        if unit <= bytes {
            return format!("{}.{} {name}", bytes / unit, bytes % unit / (unit / 10));
        }
    }
    format!("{bytes} bytes")
}

/// Keeps a stranger's text on its line and away from the terminal's controls.
pub(super) fn plain(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    push_plain(&mut result, text);
    result
}

/// Appends the same.
pub(super) fn push_plain(result: &mut String, text: &str) {
    // All bytes are looked at: that takes less than to stop at the first.
    if text.bytes().fold(true, |is_plain, byte| {
        is_plain & matches!(byte, b' '..=b'~')
    }) {
        result.push_str(text);
        return;
    }
    for character in text.chars() {
        let is_direction = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || is_direction {
            write!(result, "{}", character.escape_unicode()).expect(STRING);
        } else {
            result.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::verify::report::{Part, Place, Rule};

    const RULE: Rule = Rule {
        id: "sum-test",
        level: Level::Integrity,
        title: "test",
        help: "Help.",
    };

    #[test]
    fn shows_everything_of_a_finding() {
        let mut report = Report::new(Part::Sum);
        report.count(Part::Sum, 7, 1_234_567);
        report.merge(Report::skipped(
            Part::Vendor,
            "there is no vendor directory",
        ));
        report.findings.push(
            Finding::new(&RULE, "a.b/c@v1.0.0", "the \u{1b}[31mhashes differ")
                .differs("h1:A", "h1:B")
                .at(Place::line("go.sum", 3, "a.b/c v1.0.0 h1:B"))
                .fix("do it"),
        );
        report.notes.push("two private modules".to_owned());
        insta::assert_snapshot!(render(&report, &Styles::plain()), @r"
        integrity: a.b/c@v1.0.0: the \u{1b}[31mhashes differ [sum-test]
          --> go.sum:3
          expected  h1:A
          got       h1:B
          fix: do it
        note: two private modules

        sum     7 checked, 1.2 MB
        vendor  skipped: there is no vendor directory
        1 integrity violation
        ");
    }

    #[test]
    fn a_clean_report_is_short() {
        assert_eq!(
            render(&Report::new(Part::Cache), &Styles::plain()),
            "cache   0 checked\nall verified\n"
        );
        assert_eq!(
            render(&Report::skipped(Part::Cache, "x"), &Styles::plain()),
            "cache   skipped: x\nnothing was checked\n"
        );
    }
}
