//! Findings as SARIF 2.1.0, in the form that code scanning services accept: every result has a place in a file of
//! the repository, a message, a snippet and a fingerprint.
//!
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::ops::verify::report::{Finding, Level, Place, Report, Rule};
use crate::ops::verify::rules::rules;
use crate::render::findings::{Findings, Subject};

/// Why a formatted write cannot fail.
const STRING: &str = "writing to a string";

/// Renders the report of a verification.
pub fn render(report: &Report) -> Vec<u8> {
    let notes = report.notes.iter().cloned();
    let skipped = report.checks.iter().filter_map(|check| {
        let why = check.skipped.as_ref()?;
        Some(format!("{}: {why}", check.name.name()))
    });
    findings(&Findings {
        command: "verify",
        rules: rules(),
        findings: &report.findings,
        notes: notes.chain(skipped).collect(),
        exit_code: report.exit_code(),
        subject: Subject::Security,
    })
}

/// Renders findings of any check.
pub fn findings(found: &Findings<'_>) -> Vec<u8> {
    let index: BTreeMap<&str, usize> = found
        .rules
        .iter()
        .enumerate()
        .map(|(at, rule)| (rule.id, at))
        .collect();
    let results: Vec<Value> = found
        .findings
        .iter()
        .map(|finding| result(finding, &index, found.subject))
        .collect();
    let notifications: Vec<Value> = found.notes.iter().map(|note| notification(note)).collect();
    let descriptors = found
        .rules
        .iter()
        .map(|rule| descriptor(rule, found.subject));
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "modsmith",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": descriptors.collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "exitCode": found.exit_code,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    let mut bytes = serde_json::to_vec_pretty(&document).expect("JSON values serialize");
    bytes.push(b'\n');
    bytes
}

fn notification(text: &str) -> Value {
    json!({ "level": "note", "message": { "text": text } })
}

fn descriptor(rule: &Rule, subject: Subject) -> Value {
    let mut descriptor = json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.help },
        "help": { "text": rule.help, "markdown": rule.help },
        "defaultConfiguration": { "level": level(rule.level) },
        "properties": { "precision": "very-high" },
    });
    descriptor["properties"]["tags"] = match subject {
        Subject::Security => json!(["security", "supply-chain"]),
        Subject::Dependencies => json!(["dependencies", "maintainability"]),
    };
    if subject == Subject::Security {
        descriptor["properties"]["security-severity"] = json!(severity(rule.level));
    }
    descriptor
}

fn result(finding: &Finding, index: &BTreeMap<&str, usize>, subject: Subject) -> Value {
    let location = location(finding, subject);
    let mut result = json!({
        "ruleId": finding.rule.id,
        "level": level(finding.rule.level),
        "message": { "text": message(finding) },
        "locations": [location],
        "partialFingerprints": { "primaryLocationLineHash": fingerprint(finding, subject) },
    });
    if let Some(at) = index.get(finding.rule.id) {
        result["ruleIndex"] = json!(at);
    }
    if let Some(place) = finding.place.as_ref().filter(|place| !is_inside(place)) {
        // The repository has no such file: it is named, but not linked.
        result["properties"] = json!({ "file": place.file, "line": place.line });
    }
    if !finding.evidence.is_empty() {
        result["properties"]["evidence"] = json!(finding.evidence);
    }
    result
}

fn location(finding: &Finding, subject: Subject) -> Value {
    let fallback = Place::line(subject.somewhere(), 1, String::new());
    let place = finding.place.as_ref().filter(|place| is_inside(place));
    let place = place.unwrap_or(&fallback);
    let mut region = json!({ "startLine": place.line.max(1) });
    if place.column != 0 {
        region["startColumn"] = json!(place.column);
    }
    let snippet = if place.text.is_empty() {
        &finding.subject
    } else {
        &place.text
    };
    region["snippet"] = json!({ "text": snippet });
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.file), "uriBaseId": "%SRCROOT%" },
            "region": region,
        },
        "logicalLocations": [{ "fullyQualifiedName": finding.subject, "kind": "module" }],
        "message": { "text": finding.subject },
    })
}

fn message(finding: &Finding) -> String {
    let mut text = format!("{}: {}", finding.subject, finding.message);
    let more = [
        ("expected", &finding.expected),
        ("got", &finding.got),
        ("fix", &finding.fix),
    ];
    for (label, value) in more {
        if let Some(value) = value {
            write!(text, "\n{label}: {value}").expect(STRING);
        }
    }
    text
}

/// Returns the same text as long as the finding is the same, wherever its line has moved to.
fn fingerprint(finding: &Finding, subject: Subject) -> String {
    let file = finding
        .place
        .as_ref()
        .map_or(subject.somewhere(), |place| &place.file);
    let mut hash = Sha256::new();
    for part in [finding.rule.id, file, &finding.subject, &finding.message] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    format!("{}:1", data_encoding::HEXLOWER.encode(&digest[..8]))
}

/// Reports whether the file can be one of the repository.
fn is_inside(place: &Place) -> bool {
    let file = place.file.as_str();
    let is_absolute = file.starts_with('/') || file.contains(':');
    !file.is_empty() && !is_absolute && file.split('/').all(|part| part != "..")
}

/// Writes a relative path as a URI reference.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect(STRING);
        }
    }
    out
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Integrity | Level::Problem => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

const fn severity(level: Level) -> &'static str {
    match level {
        Level::Integrity => "9.0",
        Level::Problem => "5.0",
        Level::Warning | Level::Note => "2.0",
    }
}
