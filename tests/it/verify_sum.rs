//! `verify sum` as a command: what it says of each line, and what it writes.

use std::fs;

use serde_json::Value;

use crate::support::sandbox::Sandbox;
use crate::tamper::world::{MODULES, OTHERS, World, edit, go_sum, sum};

fn json(world: &World, line: &str) -> (Option<i32>, Value) {
    let run = world.sandbox.run(&format!("{line} --json"));
    let value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    (run.code, value)
}

#[test]
fn says_of_each_line_who_needs_it() {
    let world = World::new();
    let text = world.sandbox.run("verify sum --explain").success();
    insta::assert_snapshot!(text, @r"
    go.sum:1: golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c
      in the build list of example.com/main
    go.sum:2: golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c/go.mod
      in the graph of example.com/main: example.com/main requires golang.org/x/text@v0.0.0-20170915032832-14c0d48ead0c
      in the build list of example.com/main
    go.sum:3: rsc.io/quote v1.5.2
      in the build list of example.com/main
    go.sum:4: rsc.io/quote v1.5.2/go.mod
      in the graph of example.com/main: example.com/main requires rsc.io/quote@v1.5.2
      in the build list of example.com/main
    go.sum:5: rsc.io/sampler v1.3.0
      in the build list of example.com/main
    go.sum:6: rsc.io/sampler v1.3.0/go.mod
      in the graph of example.com/main: example.com/main requires rsc.io/sampler@v1.3.0
      in the build list of example.com/main

    sum     6 checked, 499 bytes
    all verified
    ");
    let (code, report) = json(&world, "verify sum");
    assert_eq!(code, Some(0));
    assert_eq!(report["lines"].as_array().unwrap().len(), 6);
    assert_eq!(
        report["lines"][0]["neededBy"][0],
        "in the build list of example.com/main"
    );
}

#[test]
fn names_place_and_mend() {
    let world = World::new();
    edit(
        &world.work("go.sum"),
        "rsc.io/sampler v1.3.0/go.mod",
        "rsc.io/sampler v1.3.1/go.mod",
    );
    let run = world.sandbox.run("verify sum");
    assert_eq!(run.code, Some(1));
    insta::assert_snapshot!(run.stdout, @r"
    problem: rsc.io/sampler@v1.3.0/go.mod: there is no line (in the graph of example.com/main: example.com/main requires rsc.io/sampler@v1.3.0; in the build list of example.com/main) [sum-missing-go-mod]
      --> go.sum
      fix: `modsmith verify sum --fix` writes it
    warning: rsc.io/sampler@v1.3.1/go.mod: nothing needs the line; v1.3.0 is selected [sum-superfluous-line]
      --> go.sum:6
      fix: `modsmith verify sum --fix` or `go mod tidy` drops it

    sum     6 checked, 499 bytes
    1 problem, 1 warning
    ");
}

/// Whatever is missing, superfluous or malformed: the file that Go would write comes out.
#[test]
fn fix_writes_what_go_would() {
    let whole = go_sum(MODULES);
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let reversed: String = lines.iter().rev().copied().collect();
    let texts = [
        String::new(),
        lines[2..].concat(),
        format!("<<<<<<< HEAD\n{whole}=======\n{}>>>>>>> x\n", lines[1]),
        format!("{whole}{whole}"),
        format!("{whole}nonsense\n\n"),
        format!("{whole}{}", go_sum(OTHERS)),
        whole.replace('\n', "\r\n"),
        reversed,
    ];
    for text in texts {
        let world = World::new();
        world.sandbox.write("go.sum", &text);
        let (code, report) = json(&world, "verify sum --fix");
        assert_eq!(code, Some(0), "{text}\n{report:#}");
        assert_eq!(report["findings"], Value::Array(Vec::new()), "{text}");
        assert_eq!(world.sandbox.read("go.sum"), whole, "{text}");
        assert_eq!(report["notes"].as_array().unwrap().len(), 1);
        let (_, again) = json(&world, "verify sum --fix");
        assert_eq!(
            again["notes"],
            Value::Array(Vec::new()),
            "nothing is left to do"
        );
    }
}

#[test]
fn fix_without_go_sum_makes_one() {
    let world = World::new();
    fs::remove_file(world.work("go.sum")).unwrap();
    assert_eq!(json(&world, "verify sum --fix").0, Some(0));
    assert_eq!(world.sandbox.read("go.sum"), go_sum(MODULES));
}

/// Hashes that contradict each other are for a person to look at.
#[test]
fn fix_writes_nothing_while_hashes_differ() {
    let world = World::new();
    let other = sum("rsc.io/quote", "v1.5.1", "h1");
    let text = format!("{}rsc.io/quote v1.5.2 {other}\nnonsense\n", go_sum(MODULES));
    world.sandbox.write("go.sum", &text);
    let (code, report) = json(&world, "verify sum --fix");
    assert_eq!(code, Some(5));
    assert_eq!(world.sandbox.read("go.sum"), text);
    assert_eq!(
        report["notes"][0],
        "go.sum was not written: see first to what does not match"
    );
}

/// A line is not taken from a cache that the database does not stand by.
#[test]
fn fix_believes_the_database_not_the_cache() {
    let world = World::new();
    fs::remove_file(world.work("go.sum")).unwrap();
    fs::write(
        world.cached("rsc.io/quote/@v/v1.5.2.ziphash"),
        sum("rsc.io/quote", "v1.5.1", "h1"),
    )
    .unwrap();
    let (code, report) = json(&world, "verify sum --fix");
    assert_eq!(code, Some(5), "{report:#}");
    assert!(
        report.to_string().contains("sum-differs-from-cache"),
        "{report:#}"
    );
    assert!(!world.work("go.sum").exists());
}

/// Private modules are hashed, and nobody is asked about them.
#[test]
fn fix_hashes_private_modules_themselves() {
    let world = World::new();
    fs::remove_file(world.work("go.sum")).unwrap();
    fs::remove_dir_all(world.sumdb("lookup")).unwrap();
    let sandbox = world.sandbox.set("GONOSUMDB", "*/*");
    let world = World { sandbox };
    let (code, report) = json(&world, "verify sum --fix");
    assert_eq!(code, Some(0), "{report:#}");
    assert_eq!(world.sandbox.read("go.sum"), go_sum(MODULES));
}

/// What nobody vouches for is not written, and said once.
#[test]
fn fix_names_what_it_could_not_verify() {
    let world = World::new();
    let text = world
        .sandbox
        .read("go.sum")
        .lines()
        .skip(1)
        .fold(String::new(), |text, line| text + line + "\n");
    world.sandbox.write(
        "go.sum",
        text.replace("rsc.io/quote v1.5.2 h1", "rsc.io/quote v1.5.2 h2"),
    );
    fs::remove_file(world.sumdb("lookup/rsc.io/quote@v1.5.2")).unwrap();
    let (code, report) = json(&world, "verify sum --fix");
    assert_eq!(code, Some(1), "{report:#}");
    let rules: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["sum-not-fixed", "sum-unknown-hash"], "{report:#}");
    let fixed = world.sandbox.read("go.sum");
    assert!(
        fixed.starts_with("golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c h1:"),
        "{fixed}"
    );
}

/// In a workspace the lines of all files count together; each file is judged by its own module's graph too.
#[test]
fn a_workspace_has_one_graph_and_several_files() {
    let world = World::new();
    fs::remove_file(world.work("go.mod")).unwrap();
    fs::remove_file(world.work("go.sum")).unwrap();
    let sandbox = world
        .sandbox
        .file("go.work", "go 1.24\n\nuse (\n\t./a\n\t./b\n)\n")
        .file("a/go.mod", "module example.com/a\n\ngo 1.24\n\nrequire rsc.io/sampler v1.2.1\n\nrequire golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect\n")
        .file("a/go.sum", go_sum(&[MODULES[0], OTHERS[1]]))
        .file("b/go.mod", "module example.com/b\n\ngo 1.24\n\nrequire rsc.io/sampler v1.3.0\n\nrequire golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect\n")
        .file("b/go.sum", go_sum(&[MODULES[0], MODULES[2]]));
    let world = World { sandbox };
    let (code, report) = json(&world, "verify sum");
    assert_eq!(
        (code, &report["findings"]),
        (Some(0), &Value::Array(Vec::new())),
        "{report:#}"
    );
    let lines = report["lines"].as_array().unwrap();
    let old = lines
        .iter()
        .find(|line| line["version"] == "v1.2.1")
        .unwrap();
    assert_eq!(old["file"], "a/go.sum");
    assert_eq!(old["neededBy"][0], "in the build list of example.com/a");

    // A line that only go.work.sum can have: b alone does not need it, the workspace does.
    world.sandbox.write("b/go.sum", go_sum(&[MODULES[0]]));
    assert_eq!(json(&world, "verify sum").0, Some(1));
    assert_eq!(json(&world, "verify sum --fix").0, Some(0));
    assert_eq!(world.sandbox.read("go.work.sum"), go_sum(&[MODULES[2]]));
    // What a member has goes from go.work.sum, as Go does it.
    world
        .sandbox
        .write("b/go.sum", go_sum(&[MODULES[0], MODULES[2]]));
    world.sandbox.run("verify sum --fix").success();
    assert_eq!(world.sandbox.read("go.work.sum"), "");
    // Contradictions between the files count as Go counts them.
    let wrong = sum("rsc.io/sampler", "v1.2.1", "h1");
    world
        .sandbox
        .write("go.work.sum", format!("rsc.io/sampler v1.3.0 {wrong}\n"));
    let (code, report) = json(&world, "verify sum");
    assert!(
        code == Some(5) && report.to_string().contains("sum-contradiction"),
        "{report:#}"
    );
}

/// The line of a replacement is needed, that of what it replaces is not.
#[test]
fn replacements_have_the_lines() {
    let world = World::new();
    edit(
        &world.work("go.mod"),
        "require (",
        "replace rsc.io/sampler v1.3.0 => rsc.io/sampler v1.2.1\n\nrequire (",
    );
    let (code, report) = json(&world, "verify sum");
    assert_eq!(code, Some(1));
    let text = report["findings"].to_string();
    assert!(
        text.contains("it replaces rsc.io/sampler@v1.3.0"),
        "{report:#}"
    );
    assert!(text.contains("the module is replaced"), "{report:#}");
    assert_eq!(json(&world, "verify sum --fix").0, Some(0));
    assert_eq!(
        world.sandbox.read("go.sum"),
        go_sum(&[MODULES[0], MODULES[1], OTHERS[1]])
    );
}

/// An older version of the main module that others require is part of the graph, and go refuses to do without its line.
#[test]
fn an_older_version_of_the_main_module_needs_its_line() {
    let world = World::new();
    world.sandbox.write(
        "go.mod",
        "module golang.org/x/text\n\ngo 1.24\n\nrequire rsc.io/sampler v1.3.0\n",
    );
    let whole = go_sum(MODULES);
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    world
        .sandbox
        .write("go.sum", [lines[1], lines[4], lines[5]].concat());
    let (code, report) = json(&world, "verify sum");
    assert_eq!(
        (code, &report["findings"]),
        (Some(0), &Value::Array(Vec::new())),
        "{report:#}"
    );
    world.sandbox.write("go.sum", [lines[4], lines[5]].concat());
    let (code, report) = json(&world, "verify sum");
    assert_eq!(code, Some(1), "{report:#}");
    assert_eq!(report["findings"][0]["rule"], "sum-missing-go-mod");
    // Its zip is never needed.
    world
        .sandbox
        .write("go.sum", [lines[0], lines[1], lines[4], lines[5]].concat());
    let (code, report) = json(&world, "verify sum");
    assert_eq!(code, Some(0), "{report:#}");
    assert!(
        report["findings"][0]["message"]
            .as_str()
            .unwrap()
            .contains("that of the main module"),
        "{report:#}"
    );
}

#[test]
fn without_the_network_nothing_is_called_superfluous() {
    let world = World::new();
    fs::remove_file(world.cached("rsc.io/sampler/@v/v1.3.0.mod")).unwrap();
    let sandbox = world.sandbox.set("GOPROXY", "https://proxy.example.com");
    let run = sandbox.run("verify sum --offline");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    insta::assert_snapshot!(run.stdout, @r"
    problem: rsc.io/sampler@v1.3.0/go.mod: not in the module cache, and the network is off [sum-graph-incomplete]
      fix: run it once without `--offline`

    sum     6 checked, 499 bytes
    1 problem
    ");
}

#[test]
fn outside_a_module_it_is_bad_input() {
    let run = Sandbox::new().run("verify sum");
    assert!(run.failure(3).contains("go.mod not found"));
}
