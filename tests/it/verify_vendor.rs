//! `verify vendor`: the recorded inconsistencies with Go's words, and what Go does not notice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use crate::support::sandbox::Sandbox;
use crate::support::txtar;

/// The modules whose zips are at hand, with their hashes.
pub(crate) const ZIPS: &[(&str, &str, &str)] = &[
    (
        "github.com/pkg/errors",
        "v0.9.1",
        "h1:FEBLx1zS214owpjy7qsBeixbURkuhQAwrK5UwLGTwt4=",
    ),
    (
        "golang.org/x/mod",
        "v0.42.0",
        "h1:ICeL3t2L30ljSPHHxDnR4fqVcBt/zR2zJAb9juavmQg=",
    ),
];

/// What must be found in each case: the rules; and the exit code.
#[rustfmt::skip]
pub(crate) const CASES: &[(&str, &[&str], i32)] = &[
    ("01-ok", &[], 0),
    ("02-version-bumped-in-gomod", &["vendor-inconsistent"], 1),
    ("03-explicit-mark-missing", &["vendor-inconsistent"], 1),
    ("04-requirement-dropped-from-gomod", &["vendor-inconsistent"], 1),
    ("05-requirement-added-to-gomod", &["vendor-inconsistent"], 1),
    ("06-replaced-not-marked", &["vendor-inconsistent"], 1),
    ("07-replaced-by-other", &["vendor-inconsistent"], 1),
    ("08-marked-replaced-not-in-gomod", &["vendor-inconsistent"], 1),
    ("09-replace-version-to-version-differs", &["vendor-inconsistent", "vendor-unproven"], 1),
    ("10-wildcard-replace-vs-versioned", &["vendor-inconsistent", "vendor-unproven"], 1),
    ("11-package-line-missing", &["vendor-directory-added", "vendor-import-missing", "vendor-package-ignored"], 5),
    ("12-package-dir-missing", &["vendor-file-missing", "vendor-import-missing", "vendor-package-missing"], 5),
    ("13-no-modules-txt", &["vendor-directory-added", "vendor-import-missing", "vendor-inconsistent", "vendor-package-ignored"], 5),
    ("14-no-vendor-dir", &["vendor-import-missing", "vendor-inconsistent"], 1),
    ("15-dep-go-too-new", &["vendor-go-line", "vendor-go-too-new"], 1),
    ("16-file-modified", &["vendor-file-modified"], 5),
    ("17-file-extra", &["vendor-file-added"], 5),
    ("18-file-removed", &["vendor-file-missing"], 5),
    ("19-package-extra-not-listed", &["vendor-directory-added"], 5),
    ("20-unknown-lines", &["vendor-modules-txt-line"], 0),
    ("21-explicit-extra-module", &["vendor-inconsistent", "vendor-package-unused", "vendor-unproven"], 1),
    ("22-explicit-extra-no-package", &["vendor-module-superfluous"], 1),
    ("23-go113-version-mismatch", &["vendor-go-too-low", "vendor-inconsistent"], 1),
    ("24-several-at-once", &["vendor-inconsistent"], 1),
    ("25-new-import-not-vendored", &["vendor-import-missing"], 1),
    ("26-version-in-modules-txt-invalid", &["vendor-directory-added", "vendor-import-missing", "vendor-inconsistent", "vendor-modules-txt-line", "vendor-package-ignored"], 5),
    ("27-license-file-removed", &["vendor-file-missing"], 5),
    ("28-crlf-modules-txt", &["vendor-modules-txt-crlf"], 0),
    ("29-go-version-line-differs", &["vendor-go-too-low"], 1),
    ("30-toolchain-tool-line", &[], 0),
    ("40-work-ok", &[], 0),
    ("41-work-require-bumped", &["vendor-inconsistent"], 1),
    ("42-work-replace-not-marked", &["vendor-inconsistent"], 1),
    ("43-work-explicit-not-required", &["vendor-inconsistent"], 1),
    ("44-work-marked-replaced", &["vendor-inconsistent", "vendor-unproven"], 1),
    ("45-work-module-vendor-dir", &["vendor-workspace-mark"], 1),
];

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpora/vendor")
}

/// One recorded tree.
pub(crate) struct Case {
    pub(crate) sandbox: Sandbox,
    /// What the go command said.
    expected: String,
}

/// Lays out a tree in a sandbox whose module cache has the zips and whose proxy is nobody.
pub(crate) fn case(name: &str) -> Case {
    let text = fs::read(corpus().join(format!("{name}.txtar"))).unwrap();
    let comment = String::from_utf8_lossy(&text);
    let comment = comment.split("-- ").next().unwrap().to_owned();
    let of = |word: &str| {
        let lines = comment.lines().map(str::to_owned).collect::<Vec<_>>();
        let prefix = format!("{word} ");
        lines
            .into_iter()
            .filter_map(move |line| line.strip_prefix(&prefix).map(str::to_owned))
    };
    let base = of("base").next().unwrap();
    let base = fs::read(corpus().join(format!("{base}.txtar"))).unwrap();
    let mut files: BTreeMap<String, Vec<u8>> = txtar::parse(&base).into_iter().collect();
    for path in of("remove") {
        files.remove(&path).expect("it is in the base");
    }
    files.extend(txtar::parse(&text));
    let expected = files.remove("expected.txt").unwrap();
    let sandbox = Sandbox::new().set("GOPROXY", "off");
    for (path, contents) in files {
        sandbox.write(&path, contents);
    }
    fill(&sandbox);
    Case {
        sandbox,
        expected: String::from_utf8(expected).unwrap(),
    }
}

/// Puts the zips into the module cache.
fn fill(sandbox: &Sandbox) {
    for (path, version, hash) in ZIPS {
        let name = format!("{}@{version}.zip", path.replace('/', "+"));
        let dir = sandbox.cache().join(format!("cache/download/{path}/@v"));
        fs::create_dir_all(&dir).unwrap();
        fs::copy(
            corpus().join("zips").join(name),
            dir.join(format!("{version}.zip")),
        )
        .unwrap();
        fs::write(dir.join(format!("{version}.ziphash")), hash).unwrap();
    }
}

fn report(sandbox: &Sandbox) -> (Option<i32>, Value) {
    let run = sandbox.run("verify vendor --format json");
    let report = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|_| panic!("no report: {:?} {}", run.code, run.stderr));
    (run.code, report)
}

#[test]
fn every_recorded_tree_is_judged() {
    let mut names: Vec<String> = fs::read_dir(corpus())
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let name = name.strip_suffix(".txtar")?.to_owned();
            let is_case = name.starts_with(|c: char| c.is_ascii_digit());
            is_case.then_some(name)
        })
        .collect();
    names.sort();
    let listed: Vec<_> = CASES
        .iter()
        .map(|(name, _, _)| (*name).to_owned())
        .collect();
    assert_eq!(names, listed);
    let faults: Vec<String> = CASES.par_iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// Returns what is wrong with the answer to one case.
fn fault((name, rules, code): &(&str, &[&str], i32)) -> Option<String> {
    let case = case(name);
    let (got_code, report) = report(&case.sandbox);
    let findings = report["findings"].as_array().unwrap();
    let got: BTreeSet<_> = findings
        .iter()
        .map(|found| found["rule"].as_str().unwrap())
        .collect();
    let said: BTreeSet<String> = findings.iter().flat_map(lines_of).collect();
    let unsaid: Vec<_> = lines_of_go(&case.expected)
        .into_iter()
        .filter(|line| !said.contains(line))
        .collect();
    let is_good =
        got == rules.iter().copied().collect() && got_code == Some(*code) && unsaid.is_empty();
    (!is_good).then(|| format!("{name}: {got_code:?} {got:?}\nnot said: {unsaid:#?}\n{report:#}"))
}

/// The forms in which the go command would say what a finding says.
fn lines_of(finding: &Value) -> Vec<String> {
    let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let message = text("message");
    let place = &finding["place"];
    vec![
        format!("{}: {message}", text("subject")),
        format!(
            "{}:{}:{}: {message}",
            place["file"].as_str().unwrap_or_default(),
            place["line"],
            place["column"]
        ),
        message,
    ]
}

/// The lines in which the go command names a mistake: all but the command, its headings, hints and exit code.
fn lines_of_go(expected: &str) -> Vec<String> {
    const FRAME: &[&str] = &[
        "inconsistent vendoring in $CASE:",
        "To ignore the vendor directory, use -mod=readonly or -mod=mod.",
        "To sync the vendor directory, run:",
        "go mod vendor",
        "go work vendor",
        "",
    ];
    let lines = expected.lines().map(str::trim);
    lines
        .filter(|line| !line.starts_with("$ ") && !line.starts_with("rc="))
        .map(|line| line.strip_prefix("go: ").unwrap_or(line))
        .filter(|line| !FRAME.contains(line))
        .map(str::to_owned)
        .collect()
}
