//! `verify` alone, and the formats that all its parts share.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::json_schema::faults;
use crate::support::sandbox::Sandbox;
use crate::tamper::world::{World, edit, flip};

#[test]
fn a_clean_module_has_one_summary() {
    let world = World::new();
    let text = world.sandbox.run("verify").success();
    let parts: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        parts,
        ["note:", "sum", "cache", "sumdb", "vendor", "all"],
        "{text}"
    );
    assert!(text.contains("sumdb   6 checked\n"), "{text}");
    assert!(text.contains("vendor  skipped: "), "{text}");
    assert!(text.ends_with("all verified\n"), "{text}");
}

/// The parts do not hide each other's findings; the worst of them decides.
#[test]
fn findings_of_all_parts_come_together() {
    let world = World::new();
    edit(
        &world.work("go.sum"),
        "rsc.io/quote v1.5.2 h1:3f",
        "rsc.io/quote v1.5.2 h1:3g",
    );
    let run = world.sandbox.run("verify --json");
    assert_eq!(run.code, Some(5), "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let rules: BTreeSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert!(
        rules.is_superset(&BTreeSet::from([
            "sum-differs-from-cache",
            "sumdb-line-differs"
        ])),
        "{report:#}"
    );
    assert!(report.get("lines").is_none());
}

/// What one part cannot find out is said, and the others go on.
#[test]
fn a_part_that_fails_is_a_finding() {
    let World { sandbox } = World::new();
    let sandbox = sandbox.set("GOPROXY", "http://127.0.0.1:1");
    let run = sandbox.run("verify");
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("problem: verify sumdb: "),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("sum     6 checked"), "{}", run.stdout);
    assert!(
        run.stdout.contains("sumdb   skipped: it failed, see above"),
        "{}",
        run.stdout
    );
}

#[test]
fn outside_a_module_it_is_bad_input() {
    let stderr = Sandbox::new().run("verify").failure(3);
    assert!(stderr.contains("go.mod not found"), "{stderr}");
}

#[test]
fn flags_before_a_part_are_refused() {
    let stderr = World::new().sandbox.run("verify --json sum").failure(2);
    assert!(
        stderr.contains("put the flags after the name of the part"),
        "{stderr}"
    );
}

#[test]
fn load_flags_count_for_parts() {
    let World { sandbox } = World::new();
    let sandbox = sandbox
        .file("other.mod", "module example.com/main\n\ngo 1.24\n")
        .file("other.sum", "");
    let text = sandbox.run("verify sum --modfile other.mod").success();
    assert_eq!(text, "sum     0 checked\nall verified\n");
}

/// What GitHub's code scanning asks of SARIF, of which it refuses a file as a whole otherwise.
#[test]
fn sarif_has_all_that_code_scanning_asks_for() {
    let changes: [fn(&World); 4] = [
        |world| {
            edit(
                &world.work("go.sum"),
                "rsc.io/quote v1.5.2 h1:3f",
                "rsc.io/quote v1.5.2 h1:3g",
            );
        },
        |world| fs::remove_file(world.work("go.sum")).unwrap(),
        |world| flip(&world.sumdb("tile/8/0/000"), 9),
        |world| crate::tamper::world::write(&world.latest(), "garbage"),
    ];
    let schema: Value = serde_json::from_str(include_str!("support/sarif.schema.json")).unwrap();
    for (number, change) in changes.into_iter().enumerate() {
        let world = World::new();
        change(&world);
        let run = world.sandbox.run("verify --format sarif");
        assert!(matches!(run.code, Some(1 | 5)), "{number}: {}", run.stderr);
        let sarif: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(faults(&schema, &sarif), [""; 0], "{number}: {sarif:#}");
        check_links(&world, &sarif);
        let again = world.sandbox.run("verify --format sarif");
        assert_eq!(
            again.stdout, run.stdout,
            "the same input gives the same bytes"
        );
    }
}

#[test]
fn sarif_of_a_clean_module_has_no_result() {
    let sarif = World::new().sandbox.run("verify --format sarif").success();
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"], Value::Array(Vec::new()));
}

/// Results name rules by their place in the list, files that are in the repository, and no two have one fingerprint.
fn check_links(world: &World, sarif: &Value) {
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    let mut fingerprints = BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri == "go.sum" || world.work(uri).is_file(), "{uri}");
        assert!(place["region"]["startLine"].as_u64() >= Some(1));
        assert!(
            fingerprints.insert(result["partialFingerprints"].to_string()),
            "{result:#}"
        );
    }
}

/// A finding keeps its fingerprint when lines above it come and go.
#[test]
fn fingerprints_do_not_depend_on_the_line() {
    let fingerprint = |blank: &str| {
        let world = World::new();
        let text = world.sandbox.read("go.sum");
        world.sandbox.write(
            "go.sum",
            format!("{blank}{text}").replace("v1.5.2 h1:3f", "v1.5.2 h1:3g"),
        );
        let sarif: Value =
            serde_json::from_str(&world.sandbox.run("verify sum --format sarif").stdout).unwrap();
        let result = &sarif["runs"][0]["results"][0];
        (
            result["partialFingerprints"].clone(),
            result["locations"][0]["physicalLocation"]["region"]["startLine"].clone(),
        )
    };
    let (first, second) = (fingerprint(""), fingerprint("\n\n"));
    assert_eq!(first.0, second.0);
    assert_ne!(first.1, second.1);
}
