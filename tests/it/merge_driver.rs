//! `modsmith merge-driver`: its rules, and git that calls it.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use modsmith::domain::merge::{FileKind, Merged, Sides, merge};
use modsmith::domain::modfile::GoMod;
use proptest::prelude::*;

use crate::support::repos::skip;
use crate::support::sandbox::{Run, Sandbox};
use crate::tree::universe;

const SUM: &str = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const OTHER: &str = "h1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";

#[track_caller]
fn merged(name: &str, base: &str, ours: &str, theirs: &str) -> Merged {
    let sides = Sides {
        base: base.as_bytes(),
        ours: ours.as_bytes(),
        theirs: theirs.as_bytes(),
    };
    merge(FileKind::of(name).unwrap(), name, &sides, 7).unwrap()
}

#[track_caller]
fn clean(name: &str, base: &str, ours: &str, theirs: &str) -> String {
    let merged = merged(name, base, ours, theirs);
    assert_eq!(merged.conflicts, []);
    String::from_utf8(merged.text).unwrap()
}

fn text(merged: Merged) -> String {
    String::from_utf8(merged.text).unwrap()
}

const HEAD: &str = "module example.com/m\n\ngo 1.21\n";

fn with(lines: &str) -> String {
    format!("{HEAD}\n{lines}")
}

#[test]
fn the_higher_version_counts() {
    let require = |a: &str, b: &str| {
        with(&format!(
            "require (\n\texample.com/a {a}\n\texample.com/b {b}\n)\n"
        ))
    };
    let base = require("v1.0.0", "v1.0.0");
    // One of the versions is lower than before: a higher one on the other side counts all the same.
    let ours = require("v1.10.0", "v0.9.0");
    let theirs = require("v1.9.0", "v1.1.0");
    assert_eq!(
        clean("go.mod", &base, &ours, &theirs),
        require("v1.10.0", "v1.1.0")
    );
    // What one side alone lowered is lower.
    let theirs = require("v1.11.0", "v1.0.0");
    assert_eq!(
        clean("go.mod", &base, &ours, &theirs),
        require("v1.11.0", "v0.9.0")
    );
}

#[test]
fn lines_of_both_sides_come_together_in_our_layout() {
    let base = with("require (\n\texample.com/a v1.0.0\n\texample.com/gone v1.0.0\n)\n");
    let ours = with(
        "// What we need.\nrequire (\n\texample.com/a v1.0.0 // pinned\n)\n\nrequire example.com/z v1.0.0 // indirect\n",
    );
    let theirs = with(
        "toolchain go1.22.1\n\nrequire (\n\texample.com/a v1.1.0\n\texample.com/gone v1.0.0\n\t// for the new thing\n\texample.com/new v1.0.0\n)\n\n\
         exclude example.com/bad v1.0.0\n\nreplace example.com/a => ../a\n\nretract v1.0.0 // oops\n\ntool example.com/new/cmd\n\nignore ./data\n\ngodebug panicnil=1\n",
    );
    assert_snapshot!(clean("go.mod", &base, &ours, &theirs), @r"
    module example.com/m

    go 1.21

    toolchain go1.22.1

    // What we need.
    require example.com/a v1.1.0 // pinned

    // for the new thing
    require example.com/new v1.0.0

    require example.com/z v1.0.0 // indirect

    godebug panicnil=1

    exclude example.com/bad v1.0.0

    replace example.com/a => ../a

    retract v1.0.0 // oops

    tool example.com/new/cmd

    ignore ./data
    ");
}

#[test]
fn what_was_removed_here_and_changed_there_is_kept_and_said() {
    let base = with(
        "require (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n\texample.com/c v1.0.0\n)\n",
    );
    let ours = with("require example.com/z v1.0.0\n");
    let theirs = with(
        "require (\n\texample.com/a v1.1.0\n\texample.com/b v1.0.0 // indirect\n\texample.com/c v1.0.0\n)\n",
    );
    let result = merged("go.mod", &base, &ours, &theirs);
    assert_eq!(result.conflicts, []);
    assert_snapshot!(format!("{:?}", result.notes), @r#"[KeptChanged { subject: "require example.com/a", kept: "v1.1.0" }]"#);
    assert_snapshot!(text(result), @r"
    module example.com/m

    go 1.21

    require (
    	example.com/a v1.1.0
    	example.com/z v1.0.0
    )
    ");
}

#[test]
fn what_the_rules_do_not_decide_gets_marks_around_its_lines_alone() {
    let base = with(
        "require example.com/a v1.0.0\n\nreplace (\n\texample.com/a => ../a\n\texample.com/b => ../b\n)\n\ngodebug panicnil=1\n",
    );
    let ours = with(
        "require example.com/a v1.1.0\n\nreplace (\n\texample.com/a => ../ours\n\texample.com/b => ../b\n)\n\ngodebug panicnil=0\n",
    );
    let theirs = with(
        "require example.com/a v1.0.0\n\nreplace (\n\texample.com/a => \"../their dir\"\n\texample.com/b => ../b\n\texample.com/c => ../c\n)\n",
    );
    let result = merged("go.mod", &base, &ours, &theirs);
    assert_eq!(result.conflicts.len(), 2, "{:?}", result.conflicts);
    assert_snapshot!(text(result), @r#"
    module example.com/m

    go 1.21

    require example.com/a v1.1.0

    replace (
    <<<<<<< ours
    	example.com/a => ../ours
    =======
    	example.com/a => "../their dir"
    >>>>>>> theirs
    	example.com/b => ../b
    	example.com/c => ../c
    )

    <<<<<<< ours
    godebug panicnil=0
    =======
    >>>>>>> theirs
    "#);
}

#[test]
fn replacements_of_all_versions_and_of_one_are_two_things() {
    let base = with("replace example.com/a v1.0.0 => ../one\n");
    let ours = with("replace example.com/a v1.0.0 => ../one\n\nreplace example.com/z => ../z\n");
    let theirs =
        with("replace example.com/a v1.0.0 => ../one\n\nreplace example.com/a => ../all\n");
    assert_snapshot!(clean("go.mod", &base, &ours, &theirs), @r"
    module example.com/m

    go 1.21

    replace example.com/a v1.0.0 => ../one

    replace (
    	example.com/a => ../all
    	example.com/z => ../z
    )
    ");
}

#[test]
fn a_version_that_the_other_side_excludes_is_a_conflict() {
    let base = with("require example.com/a v1.0.0\n");
    let ours = with("require example.com/a v1.1.0\n");
    let theirs = with("require example.com/a v1.0.0\n\nexclude example.com/a v1.1.0\n");
    let result = merged("go.mod", &base, &ours, &theirs);
    assert_eq!(result.conflicts[0].subject, "require example.com/a");
    assert_snapshot!(text(result), @r"
    module example.com/m

    go 1.21

    <<<<<<< ours
    require example.com/a v1.1.0
    =======
    require example.com/a v1.0.0
    >>>>>>> theirs

    exclude example.com/a v1.1.0
    ");
}

#[test]
fn go_and_toolchain_lines() {
    let file = |go: &str, toolchain: &str| {
        let toolchain = match toolchain {
            "" => String::new(),
            name => format!("\ntoolchain {name}\n"),
        };
        format!("module example.com/m\n\ngo {go}\n{toolchain}")
    };
    let check =
        |base: (&str, &str), ours: (&str, &str), theirs: (&str, &str), expect: (&str, &str)| {
            let [base, ours, theirs, expect] =
                [base, ours, theirs, expect].map(|(go, toolchain)| file(go, toolchain));
            assert_eq!(clean("go.mod", &base, &ours, &theirs), expect);
            assert_eq!(clean("go.mod", &base, &theirs, &ours), expect);
        };
    check(("1.21", ""), ("1.22", ""), ("1.23.1", ""), ("1.23.1", ""));
    check(
        ("1.21", "go1.21.3"),
        ("1.21", "go1.22.0"),
        ("1.22", "go1.23.0"),
        ("1.22", "go1.23.0"),
    );
    // A toolchain that the other side's Go version outruns goes, as the go command has it.
    check(
        ("1.21", "go1.21.3"),
        ("1.21", "go1.22.0"),
        ("1.23", ""),
        ("1.23", ""),
    );
    // Unless a side had it so.
    check(
        ("1.21", ""),
        ("1.22", "go1.21.5"),
        ("1.21", ""),
        ("1.22", "go1.21.5"),
    );
}

#[test]
fn workspaces() {
    let work = |go: &str, uses: &[&str], replace: &str| {
        let uses = uses.join("\n\t");
        format!("go {go}\n\nuse (\n\t{uses}\n)\n{replace}")
    };
    let base = work("1.21", &["./a", "./b"], "");
    let ours = work("1.22", &["./a", "./b", "./ours"], "");
    let theirs = work(
        "1.21",
        &["./a", "./theirs"],
        "\nreplace example.com/x => ../x\n",
    );
    assert_eq!(
        clean("go.work", &base, &ours, &theirs),
        work(
            "1.22",
            &["./a", "./ours", "./theirs"],
            "\nreplace example.com/x => ../x\n"
        )
    );
}

#[test]
fn hashes_of_both_sides() {
    let line = |module: &str, hash: &str| format!("example.com/{module} {hash}\n");
    let base = line("a v1.0.0", SUM) + &line("b v1.0.0/go.mod", SUM);
    let ours = line("a v1.0.0", SUM) + &line("b v1.0.0/go.mod", SUM) + &line("c v1.0.0", SUM);
    let theirs = line("a v1.0.0", SUM) + &line("b v1.1.0/go.mod", SUM);
    let expect = line("a v1.0.0", SUM)
        + &line("b v1.0.0/go.mod", SUM)
        + &line("b v1.1.0/go.mod", SUM)
        + &line("c v1.0.0", SUM);
    assert_eq!(clean("go.sum", &base, &ours, &theirs), expect);
    assert_eq!(clean("go.work.sum", &base, &theirs, &ours), expect);
}

#[test]
fn hashes_that_contradict_each_other_are_never_decided() {
    let base = "";
    let ours = format!("example.com/a v1.0.0 {SUM}\nexample.com/b v1.0.0 {SUM}\n");
    let theirs = format!("example.com/a v1.0.0 {OTHER}\nexample.com/c v1.0.0 {SUM}\n");
    let result = merged("go.sum", base, &ours, &theirs);
    assert_eq!(result.conflicts.len(), 1);
    assert_snapshot!(text(result), @r"
    <<<<<<< ours
    example.com/a v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    =======
    example.com/a v1.0.0 h1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=
    >>>>>>> theirs
    example.com/b v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    example.com/c v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    ");
    // Where only one side changed a hash its file is taken, as git would; but it is said.
    let result = merged("go.sum", &ours, &ours, &theirs);
    assert_eq!(text(result.clone()), theirs);
    assert_snapshot!(format!("{:?}", result.notes), @r#"[HashChanged { subject: "example.com/a v1.0.0" }]"#);
}

#[derive(Clone, Debug)]
struct Draft {
    go: u8,
    toolchain: Option<u8>,
    require: Vec<(u8, u8, bool)>,
    exclude: Vec<(u8, u8)>,
    replace: Vec<(u8, u8)>,
    tool: Vec<u8>,
    godebug: Option<u8>,
}

fn drafts() -> impl Strategy<Value = Draft> {
    (
        20u8..24,
        prop::option::of(21u8..25),
        prop::collection::btree_map(0u8..6, (0u8..4, any::<bool>()), 0..6),
        prop::collection::btree_set((0u8..6, 4u8..6), 0..3),
        prop::collection::btree_map(0u8..4, 0u8..3, 0..3),
        prop::collection::btree_set(0u8..3, 0..3),
        prop::option::of(0u8..2),
    )
        .prop_map(
            |(go, toolchain, require, exclude, replace, tool, godebug)| Draft {
                go,
                toolchain,
                require: require
                    .into_iter()
                    .map(|(path, (version, indirect))| (path, version, indirect))
                    .collect(),
                exclude: exclude.into_iter().collect(),
                replace: replace.into_iter().collect(),
                tool: tool.into_iter().collect(),
                godebug,
            },
        )
}

impl Draft {
    fn write(&self) -> String {
        let mut lines = vec![
            "module example.com/m".to_owned(),
            format!("go 1.{}", self.go),
        ];
        lines.extend(
            self.toolchain
                .map(|minor| format!("toolchain go1.{minor}.0")),
        );
        lines.extend(self.require.iter().map(|(path, version, indirect)| {
            let mark = if *indirect { " // indirect" } else { "" };
            format!("require example.com/r{path} v1.{version}.0{mark}")
        }));
        lines.extend(
            self.exclude
                .iter()
                .map(|(path, version)| format!("exclude example.com/r{path} v1.{version}.0")),
        );
        lines.extend(
            self.replace
                .iter()
                .map(|(path, to)| format!("replace example.com/r{path} => ../d{to}")),
        );
        lines.extend(
            self.tool
                .iter()
                .map(|path| format!("tool example.com/r{path}/cmd")),
        );
        lines.extend(
            self.godebug
                .map(|value| format!("godebug panicnil={value}")),
        );
        lines.join("\n") + "\n"
    }
}

/// What a file says, in no order.
fn meaning(text: &str) -> BTreeSet<String> {
    let file = GoMod::parse("go.mod", text.as_bytes(), None).unwrap();
    let mut said = BTreeSet::new();
    said.extend(file.go.iter().map(|go| format!("go {}", go.version)));
    said.extend(
        file.toolchain
            .iter()
            .map(|toolchain| format!("toolchain {}", toolchain.name)),
    );
    said.extend(
        file.require
            .iter()
            .map(|require| format!("require {} {}", require.module, require.indirect)),
    );
    said.extend(
        file.exclude
            .iter()
            .map(|exclude| format!("exclude {}", exclude.module)),
    );
    said.extend(
        file.replace
            .iter()
            .map(|replace| format!("replace {} {}", replace.old, replace.new)),
    );
    said.extend(file.tool.iter().map(|tool| format!("tool {}", tool.path)));
    said.extend(
        file.godebug
            .iter()
            .map(|godebug| format!("godebug {} {}", godebug.key, godebug.value)),
    );
    said
}

/// Takes one side at every mark.
fn resolved(text: &str, ours: bool) -> String {
    let mut side = None;
    let mut kept = String::new();
    for line in text.lines() {
        match line.get(..7) {
            Some("<<<<<<<") => side = Some(true),
            Some("=======") => side = Some(false),
            Some(">>>>>>>") => side = None,
            _ if side.is_none_or(|side| side == ours) => kept = kept + line + "\n",
            _ => {}
        }
    }
    kept
}

proptest! {
    #[test]
    fn where_one_side_changed_the_result_is_that_side(base in drafts(), other in drafts()) {
        let (base, other) = (base.write(), other.write());
        prop_assert_eq!(&clean("go.mod", &base, &other, &base), &other);
        prop_assert_eq!(&clean("go.mod", &base, &base, &other), &other);
        prop_assert_eq!(&clean("go.mod", &base, &other, &other), &other);
    }

    #[test]
    fn it_means_the_same_from_both_sides(base in drafts(), ours in drafts(), theirs in drafts()) {
        let (base, ours, theirs) = (base.write(), ours.write(), theirs.write());
        let (one, two) = (merged("go.mod", &base, &ours, &theirs), merged("go.mod", &base, &theirs, &ours));
        let subjects = |merged: &Merged| merged.conflicts.iter().map(|conflict| conflict.subject.clone()).collect::<Vec<_>>();
        prop_assert_eq!(subjects(&one), subjects(&two));
        let (one, two) = (text(one), text(two));
        prop_assert_eq!(meaning(&resolved(&one, true)), meaning(&resolved(&two, false)), "{}\n{}", one, two);
        prop_assert_eq!(meaning(&resolved(&one, false)), meaning(&resolved(&two, true)));
    }

    #[test]
    fn nothing_is_said_that_no_side_says(base in drafts(), ours in drafts(), theirs in drafts()) {
        let (base, ours, theirs) = (base.write(), ours.write(), theirs.write());
        let result = text(merged("go.mod", &base, &ours, &theirs));
        let (ours_said, theirs_said, base_said) = (meaning(&ours), meaning(&theirs), meaning(&base));
        for side in [true, false] {
            for line in meaning(&resolved(&result, side)) {
                // A mark of one side may meet the version of the other one.
                let version = line.trim_end_matches(" true").trim_end_matches(" false").to_owned();
                let known = ours_said.iter().chain(&theirs_said).any(|said| said.starts_with(&version));
                prop_assert!(known, "{} in\n{}", line, result);
            }
            // What both sides left alone, or both added, is there.
            for line in ours_said.intersection(&theirs_said) {
                let marked = line.starts_with("require") || line.starts_with("toolchain");
                prop_assert!(marked || meaning(&resolved(&result, side)).contains(line), "{} not in\n{}", line, result);
            }
            // What both removed is not.
            for line in base_said.difference(&ours_said.union(&theirs_said).cloned().collect()) {
                let changed = line.starts_with("require") || line.starts_with("go ") || line.starts_with("toolchain");
                prop_assert!(changed || !meaning(&resolved(&result, side)).contains(line), "{}", line);
            }
        }
    }
}

/// Files of lines that make sense by themselves, in any order and layout, some of them broken.
fn soups() -> impl Strategy<Value = String> {
    let lines = prop::sample::select(vec![
        "module example.com/m",
        "module example.com/other // Deprecated: no",
        "go 1.16",
        "go 1.22",
        "toolchain default",
        "toolchain go1.23.1",
        "require example.com/a v1.0.0",
        "require example.com/a v1.2.0 // indirect",
        "require example.com/b v1.0.0 // why; indeed",
        "require (",
        "\texample.com/c v0.1.0",
        "\texample.com/c v0.2.0 // indirect; pinned",
        ")",
        "// a comment",
        "",
        "exclude example.com/a v1.2.0",
        "replace example.com/a => ../a",
        "replace example.com/a v1.0.0 => ../b",
        "replace example.com/a => \"../c d\"",
        "retract [v1.0.0, v1.1.0] // bad",
        "retract v1.0.0",
        "tool example.com/a/cmd",
        "ignore ./x",
        "godebug panicnil=1",
        "use ./a",
        "use (",
        "\t./b",
        "example.com/a v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "example.com/a v1.0.0 h1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=",
        "example.com/a v1.0.0 h2:CCCC",
        "\"unfinished",
        "\u{fffd}\r",
    ]);
    prop::collection::vec(lines, 0..9).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn whatever_the_files_are_nothing_is_lost_in_silence(
        base in soups(), ours in soups(), theirs in soups(), name in prop::sample::select(vec!["go.mod", "go.work", "go.sum"]),
    ) {
        let sides = Sides { base: base.as_bytes(), ours: ours.as_bytes(), theirs: theirs.as_bytes() };
        let kind = FileKind::of(name).unwrap();
        let Ok(merged) = merge(kind, name, &sides, 7) else { return Ok(()) };
        let result = text(merged.clone());
        prop_assert_eq!(merged.conflicts.is_empty(), !result.contains("<<<<<<<"), "{}", result);
        // The result merged with either side once more is the result.
        if merged.conflicts.is_empty() && ours != base && theirs != base && ours != theirs {
            let again = Sides { base: ours.as_bytes(), ours: ours.as_bytes(), theirs: result.as_bytes() };
            prop_assert_eq!(text(merge(kind, name, &again, 7).unwrap()), result);
        }
    }
}

/// A repository in the sandbox whose git finds the program.
fn repository(test: &str, sandbox: Sandbox) -> Option<Sandbox> {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_modsmith"));
    let mut path = vec![program.parent().unwrap().to_owned()];
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let mut sandbox = sandbox
        .set("PATH", std::env::join_paths(path).unwrap())
        .set("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        sandbox = sandbox
            .set(&format!("GIT_{who}_NAME"), "A Tester")
            .set(&format!("GIT_{who}_EMAIL"), "test@example.com")
            .set(&format!("GIT_{who}_DATE"), "1600000000 +0000");
    }
    if sandbox.program("git", ["version"]).status().is_err() {
        skip(test, "there is no `git` here");
        return None;
    }
    git(&sandbox, "init -q -b main .").success();
    git(&sandbox, "config core.autocrlf false").success();
    Some(sandbox)
}

fn git(sandbox: &Sandbox, line: &str) -> Run {
    Run::of(&mut sandbox.program("git", line.split(' ')))
}

/// Commits the base, then one side on each of two branches, and merges theirs into ours.
fn merge_sides(sandbox: &Sandbox, name: &str, base: &str, ours: &str, theirs: &str) -> Run {
    let commit = |text: &str| {
        sandbox.write(name, text);
        git(sandbox, "add .").success();
        git(sandbox, "commit -q -m change").success();
    };
    commit(base);
    git(sandbox, "switch -q -c theirs").success();
    commit(theirs);
    git(sandbox, "switch -q main").success();
    commit(ours);
    git(sandbox, "merge -q --no-edit theirs")
}

fn modules() -> Sandbox {
    universe(
        "module example.com/m\n\ngo 1.21\n",
        &[
            ("example.com/a@v1.0.0", "go 1.21"),
            (
                "example.com/a@v1.1.0",
                "go 1.21\nrequire example.com/b v1.1.0",
            ),
            (
                "example.com/a@v1.2.0",
                "go 1.21\nrequire example.com/b v1.1.0",
            ),
            ("example.com/b@v1.0.0", "go 1.21"),
            ("example.com/b@v1.1.0", "go 1.21"),
        ],
    )
}

#[test]
fn git_merges_what_meets_in_one_line() {
    let Some(sandbox) = repository("merge_driver::git_merges", modules()) else {
        return;
    };
    // The cache knows all of it.
    sandbox.write(
        "go.mod",
        with("require (\n\texample.com/a v1.2.0\n\texample.com/b v1.1.0\n)\n"),
    );
    sandbox.run("graph").success();
    sandbox.write(
        "go.mod",
        with("require example.com/a v1.1.0\n\nrequire example.com/b v1.1.0 // indirect\n"),
    );
    sandbox.run("graph").success();
    sandbox.run("merge-driver --install").success();
    let require = |a: &str, b: &str| {
        with(&format!(
            "require (\n\texample.com/a {a}\n\texample.com/b {b}\n)\n"
        ))
    };
    let run = merge_sides(
        &sandbox,
        "go.mod",
        &require("v1.0.0", "v1.0.0"),
        &require("v1.1.0", "v1.1.0"),
        &require("v1.2.0", "v1.1.0"),
    );
    assert_snapshot!(run.success(), @r"
    go.mod: merged by what it says
      require example.com/a: v1.2.0, the higher one, instead of v1.1.0
      proved: the graph resolves, with 3 modules
    Auto-merging go.mod
    ");
    assert_eq!(sandbox.read("go.mod"), require("v1.2.0", "v1.1.0"));
}

#[test]
fn git_stops_where_the_rules_do_not_decide() {
    let Some(sandbox) = repository("merge_driver::git_stops", modules()) else {
        return;
    };
    sandbox.run("merge-driver --install").success();
    let replace = |to: &str, more: &str| with(&format!("replace example.com/a => {to}\n{more}"));
    let run = merge_sides(
        &sandbox,
        "sub/go.mod",
        &replace("../a", ""),
        &replace("../ours", ""),
        &replace("../theirs", "\nexclude example.com/b v1.0.0\n"),
    );
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(
        run.stdout.contains("sub/go.mod: 1 conflict"),
        "{}",
        run.stdout
    );
    assert_snapshot!(sandbox.read("sub/go.mod"), @r"
    module example.com/m

    go 1.21

    <<<<<<< ours
    replace example.com/a => ../ours
    =======
    replace example.com/a => ../theirs
    >>>>>>> theirs

    exclude example.com/b v1.0.0
    ");
    assert!(
        git(&sandbox, "status --porcelain")
            .success()
            .contains("UU sub/go.mod")
    );
    // The next merge of what was left so is refused.
    sandbox.write("base", HEAD);
    sandbox.write("theirs", replace("../x", ""));
    let left = sandbox.read("sub/go.mod");
    assert_snapshot!(sandbox.run("merge-driver base sub/go.mod theirs sub/go.mod").failure(3), @r"
    error: our side sub/go.mod holds `<<<<<<<` in line 5: an earlier merge was not finished
     --> sub/go.mod:5:1
      |
    5 | <<<<<<<
      | ^^^^^^^ a mark of an earlier merge

    hint: finish that merge first: decide these lines, remove the marks, and commit the file
    ");
    assert_eq!(sandbox.read("sub/go.mod"), left);
}

#[test]
fn git_merges_sums() {
    let Some(sandbox) = repository("merge_driver::git_merges_sums", modules()) else {
        return;
    };
    sandbox.run("merge-driver --install").success();
    let line = |module: &str, hash: &str| format!("example.com/{module} {hash}\n");
    let base = line("x v1.0.0", SUM);
    let run = merge_sides(
        &sandbox,
        "go.sum",
        &base,
        &(base.clone() + &line("y v1.0.0", SUM)),
        &(base.clone() + &line("y v1.0.0/go.mod", SUM)),
    );
    assert_snapshot!(run.success(), @r"
    go.sum: merged by what it says
      not proved: 3 hashes, of modules that are not in the module cache
    Auto-merging go.sum
    ");
    assert_eq!(
        sandbox.read("go.sum"),
        base + &line("y v1.0.0", SUM) + &line("y v1.0.0/go.mod", SUM)
    );
}

#[test]
fn a_hash_that_the_module_cache_contradicts_is_5() {
    let sandbox = modules().file("go.mod", with("require example.com/a v1.0.0\n"));
    sandbox.run("graph").success();
    let line = format!("example.com/a v1.0.0/go.mod {SUM}\n");
    let sandbox = sandbox
        .file("base", "")
        .file("ours", &line)
        .file("theirs", format!("example.com/z v1.0.0 {SUM}\n"));
    let run = sandbox.run("merge-driver base ours theirs go.sum");
    assert_eq!(run.code, Some(5), "{}", run.stderr);
    assert_snapshot!(run.stdout, @r"
    go.sum: merged by what it says
      not proved: 1 hash, of modules that are not in the module cache
      DIFFERS from the module cache: example.com/a v1.0.0/go.mod
    ");
}

#[test]
fn what_the_merge_leaves_to_do_is_said() {
    let sandbox = modules().file("go.mod", with("require example.com/a v1.1.0\n"));
    sandbox.run("graph").success();
    let base = with("require (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n");
    let ours = with("require (\n\texample.com/a v1.1.0\n\texample.com/b v1.0.0\n)\n");
    let theirs = with(
        "require (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n\nexclude example.com/c v1.0.0\n",
    );
    let sandbox = sandbox
        .file("base", base)
        .file("ours", ours)
        .file("theirs", theirs);
    assert_snapshot!(sandbox.run("merge-driver base ours theirs go.mod").success(), @r"
    go.mod: merged by what it says
      proved: the graph resolves, with 3 modules
      `modsmith mod tidy` is due: example.com/b@v1.1.0 is needed, the file says v1.0.0
    ");
    // What the machine does not have is not proved.
    std::fs::remove_dir_all(sandbox.work().join("proxy")).unwrap();
    let theirs = with("require example.com/a v1.2.0\n");
    let ours = with("require example.com/a v1.0.0\n\nexclude example.com/c v1.0.0\n");
    let sandbox = sandbox
        .file("base", with("require example.com/a v1.0.0\n"))
        .file("ours", ours)
        .file("theirs", theirs);
    let stdout = sandbox
        .run("merge-driver base ours theirs go.mod")
        .success()
        .replace(&sandbox.work().display().to_string(), "$WORK");
    assert_snapshot!(
        stdout, @r"
    go.mod: merged by what it says
      not proved: example.com/a@v1.2.0: reading file://$WORK/proxy/example.com/a/@v/v1.2.0.mod: no such file or directory
    ");
}

#[test]
fn what_cannot_be_read_is_merged_line_by_line_and_never_clean() {
    let Some(sandbox) = repository("merge_driver::what_cannot_be_read", modules()) else {
        return;
    };
    let sandbox = sandbox
        .file("base", with("require example.com/a v1.0.0\n"))
        .file("ours", with("require example.com/a v1.1.0\n"))
        .file(
            "theirs",
            with("require example.com/a v1.0.0\n\n\n\n\nfuture thing\n"),
        );
    let run = sandbox.run("merge-driver --marker-size 9 base ours theirs go.mod");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_snapshot!(run.stdout, @r"
    go.mod: merged line by line, look at it: it cannot be merged by what it says
      their side is no valid file:
      go.mod:10: unknown directive: future
    ");
    assert!(
        sandbox.read("ours").contains("future thing"),
        "{}",
        sandbox.read("ours")
    );
}

#[test]
fn installing_twice_is_installing_once() {
    let Some(sandbox) = repository("merge_driver::installing", modules()) else {
        return;
    };
    let sandbox = sandbox.file(".gitattributes", "*.go text\ngo.sum merge=union");
    assert_eq!(sandbox.run("merge-driver --check").code, Some(1));
    assert_snapshot!(sandbox.run("merge-driver --install").success(), @r"
    .gitattributes: go.mod, go.sum, go.work and go.work.sum are merged by modsmith
    git's configuration: says how the driver is called
    ");
    let attributes = sandbox.read(".gitattributes");
    assert_snapshot!(attributes, @r"
    *.go text
    go.sum merge=union
    go.mod merge=modsmith
    go.sum merge=modsmith
    go.work merge=modsmith
    go.work.sum merge=modsmith
    ");
    assert_snapshot!(sandbox.run("merge-driver --install").success(), @r"
    .gitattributes: names the driver already
    git's configuration: says so already
    ");
    assert_eq!(sandbox.read(".gitattributes"), attributes);
    assert_snapshot!(sandbox.run("merge-driver --check").success(), @r"
    .gitattributes: names the driver
    git's configuration: says how the driver is called
    ");
    let checked = git(
        &sandbox,
        "check-attr merge go.mod sub/go.sum go.work go.work.sum other.mod",
    )
    .success();
    assert_snapshot!(checked, @r"
    go.mod: merge: modsmith
    sub/go.sum: merge: modsmith
    go.work: merge: modsmith
    go.work.sum: merge: modsmith
    other.mod: merge: unspecified
    ");
    assert_snapshot!(sandbox.run("merge-driver --uninstall").success(), @r"
    .gitattributes: the driver's lines are removed
    git's configuration: the driver is removed
    ");
    assert_eq!(
        sandbox.read(".gitattributes"),
        "*.go text\ngo.sum merge=union\n"
    );
    assert_eq!(sandbox.run("merge-driver --check").code, Some(1));
    assert!(
        !git(&sandbox, "config --list")
            .success()
            .contains("merge.modsmith")
    );
}

#[test]
fn for_all_repositories_of_the_user() {
    let Some(sandbox) = repository("merge_driver::global", modules()) else {
        return;
    };
    sandbox.run("merge-driver --install --global").success();
    assert!(
        sandbox
            .run("merge-driver --check --global")
            .success()
            .contains("names the driver")
    );
    let checked = git(&sandbox, "check-attr merge sub/go.mod").success();
    assert_eq!(checked, "sub/go.mod: merge: modsmith\n");
    sandbox.run("merge-driver --uninstall --global").success();
    assert_eq!(sandbox.run("merge-driver --check --global").code, Some(1));
}

#[test]
fn wrong_flags_are_2() {
    let sandbox = modules();
    for line in [
        "merge-driver",
        "merge-driver a b c",
        "merge-driver a b c go.mod --install",
        "merge-driver --install --check",
        "merge-driver --marker-size 0 a b c go.mod",
    ] {
        sandbox.run(line).failure(2);
    }
    let sandbox = sandbox.file("x", "");
    assert_snapshot!(sandbox.run("merge-driver x x x README.md").failure(2), @r"
    error: `README.md` is no file that this driver can merge

    hint: it merges go.mod, go.work, go.sum and go.work.sum; .gitattributes says which files it is called for
    ");
    sandbox.run("merge-driver x x none go.mod").failure(3);
}

#[test]
fn outside_of_a_repository_installing_is_refused() {
    let sandbox = modules().set("GIT_CEILING_DIRECTORIES", "/");
    if sandbox.program("git", ["version"]).status().is_err() {
        return;
    }
    let stderr = sandbox.run("merge-driver --install").failure(3);
    assert!(stderr.contains("--global"), "{stderr}");
}
