//! `modsmith graph cycles`.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::Value;

use modsmith::domain::graph::digraph::Digraph;
use modsmith::domain::graph::scc::components;

use crate::support::json_schema::faults;
use crate::support::sandbox::Sandbox;
use crate::tree::universe;

/// `a` and `b` require each other in these very versions; `c` and `d` only through an older version of `c`.
fn sample() -> Sandbox {
    universe(
        "module example.com/main\n\ngo 1.16\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/c v1.1.0\n)\n",
        &[
            ("example.com/a@v1.0.0", "\nrequire example.com/b v1.0.0\n"),
            ("example.com/b@v1.0.0", "\nrequire example.com/a v1.0.0\n"),
            ("example.com/c@v1.1.0", "\nrequire example.com/d v1.0.0\n"),
            ("example.com/c@v1.0.0", ""),
            ("example.com/d@v1.0.0", "\nrequire example.com/c v1.0.0\n"),
        ],
    )
}

const ALLOW: &str = "[[cycles.allow]]\nmodules = [\"example.com/a\", \"example.com/b\"]\nreason = \"until v2\"\nexpires = 2999-12-31\n\n\
                     [[cycles.allow]]\nmodules = [\"example.com/d\", \"example.com/c\"]\nreason = \"split\"\nexpires = \"2999-12-31\"\n";

#[test]
fn cycles_with_the_line_of_every_edge() {
    let run = sample().run("graph cycles");
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    assert_snapshot!(run.stdout, @r"
    cycle: 2 modules require each other
      example.com/a
      example.com/b
      a shortest cycle:
        example.com/a v1.0.0 requires example.com/b v1.0.0 (example.com/a@v1.0.0/go.mod:3)
        example.com/b v1.0.0 requires example.com/a v1.0.0 (example.com/b@v1.0.0/go.mod:3)
      the way in:
        example.com/main requires example.com/a v1.0.0 (go.mod:6)
      2 versions that each lead back to themselves:
        example.com/a v1.0.0 requires example.com/b v1.0.0 (example.com/a@v1.0.0/go.mod:3)
        example.com/b v1.0.0 requires example.com/a v1.0.0 (example.com/b@v1.0.0/go.mod:3)

    cycle: 2 modules require each other
      example.com/c
      example.com/d
      a shortest cycle:
        example.com/c v1.1.0 requires example.com/d v1.0.0 (example.com/c@v1.1.0/go.mod:3)
        example.com/d v1.0.0 requires example.com/c v1.0.0 (example.com/d@v1.0.0/go.mod:3)
      the way in:
        example.com/main requires example.com/c v1.1.0 (go.mod:7)

    5 modules in 6 versions: 2 cycles
    ");
}

#[test]
fn no_cycle_is_0() {
    let sandbox = universe(
        "module example.com/main\n\ngo 1.16\n\nrequire example.com/a v1.1.0\n",
        &[
            ("example.com/a@v1.1.0", "\nrequire example.com/a v1.0.0\n"),
            ("example.com/a@v1.0.0", ""),
        ],
    );
    assert_snapshot!(sandbox.run("graph cycles").success(), @"2 modules in 3 versions: no cycle");
}

#[test]
fn a_main_module_may_be_part_of_one() {
    let sandbox = universe(
        "module example.com/main\n\ngo 1.21\n\nrequire example.com/a v1.0.0\n",
        &[
            (
                "example.com/a@v1.0.0",
                "go 1.21\nrequire example.com/main v1.0.0",
            ),
            ("example.com/main@v1.0.0", "go 1.21"),
        ],
    );
    let run = sandbox.run("graph cycles");
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.stdout, @r"
    cycle: 2 modules require each other
      example.com/a
      example.com/main
      a shortest cycle:
        example.com/a v1.0.0 requires example.com/main v1.0.0 (example.com/a@v1.0.0/go.mod:3)
        example.com/main requires example.com/a v1.0.0 (go.mod:5)

    2 modules in 3 versions: 1 cycle
    ");
}

#[test]
fn exceptions_have_names_a_reason_and_an_end() {
    let sandbox = sample().file("modsmith.toml", ALLOW);
    let text = sandbox.run("graph cycles").success();
    assert!(
        text.contains("allowed until 2999-12-31: split (modsmith.toml:6)"),
        "{text}"
    );
    assert!(text.ends_with("2 cycles, 2 allowed\n"), "{text}");
    sandbox.write(
        "modsmith.toml",
        ALLOW.replace("2999-12-31\n\n", "2001-01-01\n\n"),
    );
    let run = sandbox.run("graph cycles --format github");
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run.stdout, @r"
    ::error file=go.mod,line=6,title=module-cycle::example.com/a and example.com/b: 2 modules require each other: example.com/a@v1.0.0 -> example.com/b@v1.0.0 -> example.com/a%0Afix: remove one of these requirements, or allow the cycle in modsmith.toml with a reason and a day
    ::warning file=modsmith.toml,line=1,title=cycle-exception-expired::modsmith.toml: the exception for example.com/a, example.com/b ended on 2001-01-01: until v2%0Afix: break the cycle, or set another day
    ");
    sandbox.write(
        "modsmith.toml",
        ALLOW.replace("example.com/b", "example.com/x"),
    );
    let run = sandbox.run("graph cycles --format github");
    assert_eq!(run.code, Some(1), "not every module is named");
    assert!(
        run.stdout.contains("title=cycle-exception-unused"),
        "{}",
        run.stdout
    );
    // The day may be set for a test, as builds that are to be the same twice do.
    sandbox.write("modsmith.toml", ALLOW);
    let late = sandbox.set("SOURCE_DATE_EPOCH", "99999999999");
    assert_eq!(late.run("graph cycles").code, Some(1));
}

#[test]
fn incomplete_exceptions_are_3() {
    let sandbox = sample();
    let bad = |text: &str| {
        sandbox.write("modsmith.toml", text);
        let text = sandbox.run("graph cycles").failure(3);
        text.replace(&sandbox.work().display().to_string(), "WORK")
    };
    assert_snapshot!(bad(&ALLOW.replace("reason = \"until v2\"\n", "")), @r"
    error: WORK/modsmith.toml:1:1: missing field `reason`
     --> WORK/modsmith.toml:1:1
      |
    1 | [[cycles.allow]]
      | ^^^^^^^^^^^^^^^^ missing field `reason`
    ");
    assert_snapshot!(bad(&ALLOW.replace("2999-12-31\n\n", "\"soon\"\n\n")), @r"
    error: WORK/modsmith.toml:1:1: `expires` is no day such as 2027-06-30
     --> WORK/modsmith.toml:1:1
      |
    1 | [[cycles.allow]]
      | ^^^^^^^^^^^^^^^^ `expires` is no day such as 2027-06-30
    ");
    assert_snapshot!(bad(&ALLOW.replace("\"until v2\"", "\" \"")), @r"
    error: WORK/modsmith.toml:1:1: `reason` is empty
     --> WORK/modsmith.toml:1:1
      |
    1 | [[cycles.allow]]
      | ^^^^^^^^^^^^^^^^ `reason` is empty
    ");
    assert_snapshot!(bad("[[cycles.allow]]\nmodules = []\nreason = \"x\"\nexpires = 2999-12-31\n"), @r"
    error: WORK/modsmith.toml:1:1: `modules` is empty: an exception names its modules
     --> WORK/modsmith.toml:1:1
      |
    1 | [[cycles.allow]]
      | ^^^^^^^^^^^^^^^^ `modules` is empty: an exception names its modules
    ");
}

#[test]
fn the_exit_code_does_not_depend_on_the_format() {
    let sandbox = sample();
    for format in ["text", "json", "sarif", "junit", "github"] {
        let run = sandbox.run(&format!("graph cycles --format {format}"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{format}");
    }
    sandbox.write("modsmith.toml", ALLOW);
    for format in ["text", "json", "sarif", "junit", "github"] {
        let run = sandbox.run(&format!("graph cycles --format {format}"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{format}");
    }
}

#[test]
fn sarif_has_a_place_in_the_repository_for_every_result() {
    let stdout = sample().run("graph cycles --format sarif").stdout;
    let value: Value = serde_json::from_str(&stdout).unwrap();
    let schema: Value = serde_json::from_str(include_str!("support/sarif.schema.json")).unwrap();
    assert_eq!(faults(&schema, &value), [""; 0]);
    let results = value["runs"][0]["results"].as_array().unwrap();
    let places: Vec<_> = results
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            format!(
                "{}:{}",
                place["artifactLocation"]["uri"], place["region"]["startLine"]
            )
        })
        .collect();
    assert_eq!(places, ["\"go.mod\":6", "\"go.mod\":7"]);
    assert_eq!(value["runs"][0]["invocations"][0]["exitCode"], 1);
}

#[test]
fn imports_between_main_modules() {
    let sandbox = Sandbox::new()
        .file("go.work", "go 1.21\n\nuse (\n\t./a\n\t./b\n\t./c\n)\n")
        .file("a/go.mod", "module example.com/a\n\ngo 1.21\n")
        .file(
            "a/x/x.go",
            "package x\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/a/b/y\"\n)\n",
        )
        .file("b/go.mod", "module example.com/a/b\n\ngo 1.21\n")
        .file("b/y/y.go", "package y\n\nimport \"example.com/c\"\n")
        .file("c/go.mod", "module example.com/c\n\ngo 1.21\n")
        .file("c/c.go", "package c\n")
        .file(
            "c/c_test.go",
            "package c_test\n\nimport _ \"example.com/a/x\"\n",
        )
        .file("c/testdata/t.go", "package t\n\nimport \"example.com/a\"\n");
    let run = sandbox.run("graph cycles --packages");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_snapshot!(run.stdout, @r"
    cycle: 3 modules import each other
      example.com/a
      example.com/a/b
      example.com/c
      a shortest cycle:
        example.com/a imports example.com/a/b (a/x/x.go:6)
        example.com/a/b imports example.com/c (b/y/y.go:3)
        example.com/c imports example.com/a (c/c_test.go:3)

    imports of 3 main modules: 1 cycle
    ");
    sandbox.write(
        "c/c_test.go",
        "//go:build ignore\n\npackage c\n\nimport \"example.com/a\"\n",
    );
    assert_snapshot!(sandbox.run("graph cycles --packages").success(), @"imports of 3 main modules: no cycle");
}

/// Reports whether `to` can be reached from `from` by one edge or more.
fn leads(graph: &Digraph, from: usize, to: usize) -> bool {
    graph.reach(graph.next(from), |_| true)[to]
}

proptest! {
    #[test]
    fn the_condensation_has_no_cycle(edges in prop::collection::vec((0usize..12, 0usize..12), 0..40)) {
        let graph = Digraph::new(12, &edges);
        let found = components(&graph);
        let condensed = found.condensation(&graph);
        for node in 0..condensed.len() {
            prop_assert!(!leads(&condensed, node, node));
        }
        for a in 0..12 {
            for b in 0..12 {
                let mutual = a == b || (leads(&graph, a, b) && leads(&graph, b, a));
                prop_assert_eq!(found.of[a] == found.of[b], mutual);
            }
        }
        for component in found.cyclic(&graph) {
            let cycle = found.shortest_cycle(&graph, component);
            let next = cycle.iter().cycle().skip(1);
            for (from, to) in cycle.iter().zip(next) {
                prop_assert!(graph.next(*from).contains(to));
                prop_assert!(component.contains(from));
            }
            // No node comes back to itself in fewer steps.
            for &start in component {
                let mut level = vec![start];
                for _ in 1..cycle.len() {
                    level = level.iter().flat_map(|&node| graph.next(node).to_vec()).collect();
                    level.sort_unstable();
                    level.dedup();
                    prop_assert!(!level.contains(&start));
                }
            }
        }
    }
}
