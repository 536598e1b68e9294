//! What a check found, for every format that knows only findings: SARIF, JUnit and the annotations of GitHub workflows.
//!
//! Which findings there are, and the exit code, does not depend on the format.

use std::fmt::Write as _;

use crate::ops::verify::report::{Finding, Level, Rule};

/// Why a formatted write cannot fail.
const STRING: &str = "writing to a string";

/// What a check found, whatever the check is.
pub struct Findings<'a> {
    /// The command, such as `graph lint`.
    pub command: &'static str,
    /// Every rule that was checked.
    pub rules: Vec<Rule>,
    /// What is wrong.
    pub findings: &'a [Finding],
    /// What else there is to say.
    pub notes: Vec<String>,
    /// The exit code of the command.
    pub exit_code: u8,
    /// What the rules are about.
    pub subject: Subject,
}

/// What rules are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Whether bytes are what they should be.
    Security,
    /// Which modules depend on which.
    Dependencies,
}

impl Subject {
    /// Returns the file for a finding that is about no file of the repository.
    pub(super) const fn somewhere(self) -> &'static str {
        match self {
            Self::Security => "go.sum",
            Self::Dependencies => "go.mod",
        }
    }
}

/// Renders findings as JUnit: a test for each rule, which fails where a finding decides the exit code.
pub fn junit(found: &Findings<'_>) -> String {
    let failures = found.findings.iter().filter(|finding| is_failure(finding));
    let failed: std::collections::BTreeSet<_> = failures.map(|finding| finding.rule.id).collect();
    let (tests, count) = (found.rules.len(), failed.len());
    let name = format!("modsmith {}", found.command);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    writeln!(
        out,
        "<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{count}\">"
    )
    .expect(STRING);
    writeln!(out, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{count}\" errors=\"0\" skipped=\"0\">").expect(STRING);
    for rule in &found.rules {
        let of_rule: Vec<_> = found
            .findings
            .iter()
            .filter(|finding| finding.rule.id == rule.id)
            .collect();
        let title = xml(&format!("{}: {}", rule.id, rule.title));
        write!(out, "    <testcase classname=\"{name}\" name=\"{title}\"").expect(STRING);
        if of_rule.is_empty() {
            out.push_str("/>\n");
            continue;
        }
        out.push_str(">\n");
        let (bad, told): (Vec<_>, Vec<_>) =
            of_rule.into_iter().partition(|finding| is_failure(finding));
        if !bad.is_empty() {
            let first = xml(&bad[0].message);
            let text: Vec<_> = bad.iter().map(|finding| line(finding)).collect();
            let text = xml(&text.join("\n"));
            writeln!(
                out,
                "      <failure type=\"{}\" message=\"{first}\">{text}</failure>",
                rule.id
            )
            .expect(STRING);
        }
        if !told.is_empty() {
            let text: Vec<_> = told.iter().map(|finding| line(finding)).collect();
            writeln!(
                out,
                "      <system-out>{}</system-out>",
                xml(&text.join("\n"))
            )
            .expect(STRING);
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Renders findings as commands that a GitHub workflow turns into annotations, one a line.
///
/// See <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
pub fn github(found: &Findings<'_>) -> String {
    let mut out = String::new();
    for finding in found.findings {
        let kind = match finding.rule.level {
            Level::Integrity | Level::Problem => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        write!(out, "::{kind} ").expect(STRING);
        if let Some(place) = &finding.place {
            write!(
                out,
                "file={},line={},",
                property(&place.file),
                place.line.max(1)
            )
            .expect(STRING);
        }
        let mut text = format!("{}: {}", finding.subject, finding.message);
        if let Some(fix) = &finding.fix {
            write!(text, "\nfix: {fix}").expect(STRING);
        }
        writeln!(out, "title={}::{}", property(finding.rule.id), data(&text)).expect(STRING);
    }
    out
}

/// Reports whether a finding decides the exit code.
fn is_failure(finding: &Finding) -> bool {
    match finding.rule.level {
        Level::Integrity | Level::Problem => true,
        Level::Warning | Level::Note => false,
    }
}

fn line(finding: &Finding) -> String {
    let mut text = String::new();
    if let Some(place) = &finding.place {
        write!(text, "{}:{}: ", place.file, place.line).expect(STRING);
    }
    write!(text, "{}: {}", finding.subject, finding.message).expect(STRING);
    if let Some(fix) = &finding.fix {
        write!(text, "; fix: {fix}").expect(STRING);
    }
    text
}

/// Escapes the message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Escapes text for XML; what XML cannot hold at all becomes a question mark.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => out.push('?'),
            c if c.is_control() => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::verify::report::Place;

    const fn rule(id: &'static str, level: Level) -> Rule {
        Rule {
            id,
            level,
            title: "a <title>",
            help: "",
        }
    }

    const BAD: Rule = rule("X-1", Level::Problem);
    const MEH: Rule = rule("X-2", Level::Warning);
    const NEVER: Rule = rule("X-3", Level::Note);

    fn found(findings: &[Finding]) -> Findings<'_> {
        Findings {
            command: "graph lint",
            rules: vec![BAD, MEH, NEVER],
            findings,
            notes: Vec::new(),
            exit_code: 1,
            subject: Subject::Dependencies,
        }
    }

    fn sample() -> Vec<Finding> {
        vec![
            Finding::new(&BAD, "a@v1", "50% \"bad\"")
                .at(Place::line("go.mod", 5, ""))
                .fix("go, get: it"),
            Finding::new(&MEH, "b", "\u{1b}[31m"),
        ]
    }

    #[test]
    fn workflow_commands_are_escaped() {
        let expect = "::error file=go.mod,line=5,title=X-1::a@v1: 50%25 \"bad\"%0Afix: go, get: it\n\
                      ::warning title=X-2::b: \u{1b}[31m\n";
        assert_eq!(github(&found(&sample())), expect);
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }

    #[test]
    fn junit_has_a_test_for_each_rule() {
        insta::assert_snapshot!(junit(&found(&sample())), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="modsmith graph lint" tests="3" failures="1">
          <testsuite name="modsmith graph lint" tests="3" failures="1" errors="0" skipped="0">
            <testcase classname="modsmith graph lint" name="X-1: a &lt;title&gt;">
              <failure type="X-1" message="50% &quot;bad&quot;">go.mod:5: a@v1: 50% &quot;bad&quot;; fix: go, get: it</failure>
            </testcase>
            <testcase classname="modsmith graph lint" name="X-2: a &lt;title&gt;">
              <system-out>b: ?[31m</system-out>
            </testcase>
            <testcase classname="modsmith graph lint" name="X-3: a &lt;title&gt;"/>
          </testsuite>
        </testsuites>
        "#);
    }
}
