//! `modsmith graph tree`.

use std::fs;
use std::io::Write as _;

use insta::assert_snapshot;
use modsmith::adapters::config::file_url;
use modsmith::domain::modzip::ZipWriter;
use serde_json::Value;

use crate::support::sandbox::Sandbox;

/// A sandbox with a main module and a proxy that has `modules`: a name, then what its go.mod says.
pub(crate) fn universe(main: &str, modules: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new().file("go.mod", main);
    for (module, text) in modules {
        let (path, version) = module.split_once('@').unwrap();
        let folder = format!("proxy/{path}/@v");
        sandbox.write(
            &format!("{folder}/{version}.mod"),
            format!("module {path}\n{text}"),
        );
        let info = format!(r#"{{"Version":"{version}","Time":"2024-01-02T03:04:05Z"}}"#);
        sandbox.write(&format!("{folder}/{version}.info"), info);
    }
    let proxy = file_url(&sandbox.work().join("proxy"));
    sandbox.set("GOPROXY", proxy)
}

/// Lets the proxy of a [`universe`] have the contents of modules: a name, and the text of the only file with Go in it.
pub(crate) fn with_packages(sandbox: Sandbox, modules: &[(&str, &str)]) -> Sandbox {
    for (module, text) in modules {
        let (path, version) = module.split_once('@').unwrap();
        let at = format!("proxy/{path}/@v/{version}");
        let go_mod = sandbox.read(&format!("{at}.mod"));
        let mut writer = ZipWriter::new(Vec::new());
        for (name, text) in [("go.mod", go_mod.as_str()), ("a.go", *text)] {
            let name = format!("{module}/{name}");
            let mut entry = writer.start(name.as_bytes(), text.len() as u64).unwrap();
            entry.write_all(text.as_bytes()).unwrap();
            entry.finish().unwrap();
        }
        let zip = sandbox.work().join(format!("{at}.zip"));
        fs::write(zip, writer.finish().unwrap()).unwrap();
    }
    sandbox
}

/// Direct, indirect, repeated, lost and replaced requirements, and two majors.
fn sample() -> Sandbox {
    universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/b v1.1.0\n\texample.com/d v1.0.0 // indirect\n\
         \texample.com/c v1.0.0\n\texample.com/d/v2 v2.0.0 // indirect\n)\n\nreplace example.com/d => ./d\n",
        &[
            ("example.com/b@v1.1.0", "go 1.21\nrequire (\nexample.com/d v1.0.0\nexample.com/d/v2 v2.0.0\n)"),
            ("example.com/b@v1.0.0", "go 1.21\nrequire example.com/d v1.0.0"),
            ("example.com/c@v1.0.0", "go 1.21\nrequire (\nexample.com/b v1.0.0\nexample.com/d v1.0.0\n)"),
            ("example.com/d@v1.0.0", "go 1.21"),
            ("example.com/d/v2@v2.0.0", "go 1.21\nrequire example.com/e v1.0.0"),
            ("example.com/e@v1.0.0", "go 1.21\nrequire example.com/f v1.0.0"),
            ("example.com/f@v1.0.0", "go 1.21"),
        ],
    )
    .file("d/go.mod", "module example.com/d\n\ngo 1.21\n\nrequire example.com/d/v2 v2.0.0\n")
}

/// `b v1.0.0` loses, but nothing else leads to `c`.
fn lost_leads() -> Sandbox {
    universe(
        "module example.com/main\n\ngo 1.16\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/z v1.0.0\n)\n",
        &[
            ("example.com/a@v1.0.0", "require example.com/b v1.0.0"),
            (
                "example.com/b@v1.0.0",
                "require (\nexample.com/c v1.0.0\nexample.com/z v0.9.0\n)",
            ),
            ("example.com/b@v1.1.0", "require example.com/a v1.0.0"),
            ("example.com/c@v1.0.0", "require example.com/main v1.0.0"),
            ("example.com/main@v1.0.0", ""),
            ("example.com/z@v1.0.0", "require example.com/b v1.1.0"),
            ("example.com/z@v0.9.0", "require example.com/a v1.0.0"),
        ],
    )
}

#[test]
fn requirements() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph tree").success(), @r"
    example.com/main
    ├── example.com/b v1.1.0
    │   ├── example.com/d v1.0.0 => ./d
    │   │   └── example.com/d/v2 v2.0.0
    │   │       └── example.com/e v1.0.0 (pruned)
    │   └── example.com/d/v2 v2.0.0 (*)
    ├── example.com/c v1.0.0
    │   ├── example.com/b v1.0.0 (v1.1.0 selected)
    │   └── example.com/d v1.0.0 => ./d (*)
    ├── example.com/d v1.0.0 => ./d (indirect) (*)
    └── example.com/d/v2 v2.0.0 (indirect) (*)
    ");
    assert_snapshot!(sandbox.run("graph tree --depth 1 --charset ascii").success(), @r"
    example.com/main
    |-- example.com/b v1.1.0
    |-- example.com/c v1.0.0
    |-- example.com/d v1.0.0 => ./d (indirect)
    `-- example.com/d/v2 v2.0.0 (indirect)
    ");
    assert_snapshot!(sandbox.run("graph tree example.com/c").success(), @r"
    example.com/c v1.0.0
    ├── example.com/b v1.0.0 (v1.1.0 selected)
    └── example.com/d v1.0.0 => ./d
        └── example.com/d/v2 v2.0.0
            └── example.com/e v1.0.0 (pruned)
    ");
    assert_eq!(
        sandbox.run("graph tree --depth 0").success(),
        "example.com/main\n"
    );
    assert_eq!(
        sandbox.run("graph tree example.com/b@v1.0.0").success(),
        sandbox
            .run("graph tree --depth 9 example.com/b@v1.0.0")
            .success()
    );
}

#[test]
fn lost_versions_are_followed_where_they_alone_lead_to_the_build_list() {
    let sandbox = lost_leads();
    assert_snapshot!(sandbox.run("graph tree").success(), @r"
    example.com/main
    ├── example.com/a v1.0.0
    │   └── example.com/b v1.0.0 (v1.1.0 selected)
    │       ├── example.com/c v1.0.0
    │       │   └── example.com/main v1.0.0 (main module selected)
    │       └── example.com/z v0.9.0 (v1.0.0 selected)
    └── example.com/z v1.0.0
        └── example.com/b v1.1.0
            └── example.com/a v1.0.0 (*)
    ");
    assert_snapshot!(sandbox.run("graph tree --invert example.com/c").success(), @r"
    example.com/c v1.0.0
    └── example.com/b v1.0.0 (v1.1.0 selected)
        └── example.com/a v1.0.0
            ├── example.com/main
            ├── example.com/b v1.1.0
            │   └── example.com/z v1.0.0
            │       └── example.com/main
            └── example.com/z v0.9.0 (v1.0.0 selected)
                └── example.com/b v1.0.0 (v1.1.0 selected) (*)
    ");
}

#[test]
fn requirers() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph tree --invert example.com/d").success(), @r"
    example.com/d v1.0.0 => ./d
    ├── example.com/main (indirect)
    ├── example.com/b v1.1.0
    │   └── example.com/main
    └── example.com/c v1.0.0
        └── example.com/main
    ");
    assert_snapshot!(sandbox.run("graph tree -i example.com/b").success(), @r"
    example.com/b v1.1.0
    └── example.com/main

    example.com/b v1.0.0 (v1.1.0 selected)
    └── example.com/c v1.0.0
        └── example.com/main
    ");
    assert_snapshot!(sandbox.run("graph tree -i example.com/b@v1.0.0 --depth 1").success(), @r"
    example.com/b v1.0.0 (v1.1.0 selected)
    └── example.com/c v1.0.0
    ");
    assert_eq!(
        sandbox.run("graph tree -i example.com/main").success(),
        "example.com/main\n"
    );
}

#[test]
fn duplicates() {
    assert_snapshot!(sample().run("graph tree --duplicates").success(), @r"
    example.com/d v1.0.0 => ./d
    ├── example.com/main (indirect)
    ├── example.com/b v1.1.0
    │   └── example.com/main
    └── example.com/c v1.0.0
        └── example.com/main

    example.com/d/v2 v2.0.0
    ├── example.com/main (indirect)
    ├── example.com/b v1.1.0 (*)
    └── example.com/d v1.0.0 => ./d (*)
    ");
    assert_eq!(lost_leads().run("graph tree --duplicates").success(), "");
    let sandbox = universe(
        "module example.com/main/v3\n\ngo 1.16\n\nrequire (\n\tgopkg.in/x.v1 v1.0.0\n\tgopkg.in/x.v2 v2.0.0\n\texample.com/main v1.0.0\n)\n",
        &[
            ("gopkg.in/x.v1@v1.0.0", ""),
            ("gopkg.in/x.v2@v2.0.0", ""),
            ("example.com/main@v1.0.0", ""),
        ],
    );
    assert_snapshot!(sandbox.run("graph tree -d").success(), @r"
    example.com/main v1.0.0
    └── example.com/main/v3

    example.com/main/v3

    gopkg.in/x.v1 v1.0.0
    └── example.com/main/v3

    gopkg.in/x.v2 v2.0.0
    └── example.com/main/v3
    ");
}

#[test]
fn go_and_toolchain_are_there_when_they_are_asked_for() {
    let sandbox = sample();
    assert!(!sandbox.run("graph tree").success().contains(" go "));
    assert_snapshot!(sandbox.run("graph tree --invert --depth 1 go").success(), @r"
    go 1.21
    ├── example.com/main
    ├── example.com/b v1.1.0
    ├── example.com/c v1.0.0
    ├── example.com/d v1.0.0 => ./d
    └── example.com/d/v2 v2.0.0
    ");
    assert_snapshot!(sandbox.run("graph tree --invert toolchain").success(), @r"
    toolchain go1.21
    └── go 1.21
        ├── example.com/main
        ├── example.com/b v1.1.0
        │   └── example.com/main
        ├── example.com/c v1.0.0
        │   └── example.com/main
        ├── example.com/d v1.0.0 => ./d
        │   ├── example.com/main (indirect)
        │   ├── example.com/b v1.1.0 (*)
        │   └── example.com/c v1.0.0 (*)
        └── example.com/d/v2 v2.0.0
            ├── example.com/main (indirect)
            ├── example.com/b v1.1.0 (*)
            └── example.com/d v1.0.0 => ./d (*)
    ");
}

#[test]
fn workspaces_have_several_roots() {
    let sandbox = sample()
        .file("go.work", "go 1.21\n\nuse (\n\t./d\n\t.\n)\n")
        .file(
            "go.mod",
            "module example.com/main\n\ngo 1.21\n\nrequire example.com/d v1.0.0\n",
        );
    assert_snapshot!(sandbox.run("graph tree").success(), @r"
    example.com/d
    └── example.com/d/v2 v2.0.0
        └── example.com/e v1.0.0 (pruned)

    example.com/main
    └── example.com/d v1.0.0 (main module selected)
    ");
    assert_snapshot!(sandbox.run("graph tree -i example.com/d").success(), @r"
    example.com/d

    example.com/d v1.0.0 (main module selected)
    └── example.com/main
    ");
}

#[test]
fn what_is_not_in_the_graph_is_1() {
    let sandbox = sample();
    let no = |line: &str| {
        let run = sandbox.run(line);
        assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{line}");
        run.stderr
    };
    assert_snapshot!(no("graph tree example.com/bb"), @"warning: `example.com/bb` is not in the module graph; did you mean `example.com/b`?");
    assert_snapshot!(no("graph tree d"), @"warning: `d` is not in the module graph; did you mean `example.com/d` or `example.com/d/v2`?");
    assert_snapshot!(no("graph tree -i example.com/b@v9.9.9"), @"warning: `example.com/b@v9.9.9` is not in the module graph; v1.1.0 is selected, and others require v1.0.0");
    assert_snapshot!(no("graph tree example.com/main@v1.0.0"), @"warning: `example.com/main@v1.0.0` is not in the module graph; it is a main module, which has no version");
    assert_snapshot!(no("graph tree nothing.example.org/like/this"), @"warning: `nothing.example.org/like/this` is not in the module graph");
    assert_eq!(no("-q graph tree d"), "");
    let run = sandbox.run("graph tree --json example.com/b@v2");
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        value["missing"]["versions"],
        serde_json::json!(["v1.1.0", "v1.0.0"])
    );
    assert_eq!(value["rows"], serde_json::json!([]));
}

#[test]
fn wrong_usage_is_2() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph tree example.com/b@").failure(2), @r"
    error: `example.com/b@` is not a module, with or without a version

    hint: write `PATH` or `PATH@VERSION`
    ");
    for line in [
        "--invert",
        "--duplicates example.com/b",
        "--depth x",
        "-d -i example.com/b",
        "--charset latin1",
    ] {
        sandbox.run(&format!("graph tree {line}")).failure(2);
    }
}

#[test]
fn json_says_all_that_the_text_does() {
    let stdout = lost_leads().run("graph tree --json").success();
    let value: Value = serde_json::from_str(&stdout).unwrap();
    let rows = value["rows"].as_array().unwrap();
    let lines: Vec<_> = rows.iter().map(ToString::to_string).collect();
    assert_snapshot!(lines.join("\n"), @r#"
    {"depth":0,"path":"example.com/main","main":true,"selected":true,"indirect":false,"below":"all"}
    {"depth":1,"path":"example.com/a","version":"v1.0.0","main":false,"selected":true,"indirect":false,"below":"all"}
    {"depth":2,"path":"example.com/b","version":"v1.0.0","main":false,"selected":false,"selectedVersion":"v1.1.0","indirect":false,"below":"all"}
    {"depth":3,"path":"example.com/c","version":"v1.0.0","main":false,"selected":true,"indirect":false,"below":"all"}
    {"depth":4,"path":"example.com/main","version":"v1.0.0","main":false,"selected":false,"indirect":false,"below":"all"}
    {"depth":3,"path":"example.com/z","version":"v0.9.0","main":false,"selected":false,"selectedVersion":"v1.0.0","indirect":false,"below":"not-followed"}
    {"depth":1,"path":"example.com/z","version":"v1.0.0","main":false,"selected":true,"indirect":false,"below":"all"}
    {"depth":2,"path":"example.com/b","version":"v1.1.0","main":false,"selected":true,"indirect":false,"below":"all"}
    {"depth":3,"path":"example.com/a","version":"v1.0.0","main":false,"selected":true,"indirect":false,"below":"elsewhere"}
    "#);
}

/// Every edge of the graph among modules of the build list is in the tree, and every module of the build list.
#[test]
fn nothing_of_the_build_list_is_missing() {
    for sandbox in [sample(), lost_leads()] {
        let list = sandbox.run("graph --mod mod list").success();
        let tree = sandbox.run("graph tree").success();
        for line in list.lines() {
            let module = line.split(" =>").next().unwrap();
            assert!(tree.contains(module), "{module} is not in\n{tree}");
        }
    }
}

#[test]
fn wide_graphs_stay_small() {
    let count = 60;
    let names: Vec<_> = (0..count).map(|n| format!("example.com/m{n:02}")).collect();
    let go_mods: Vec<_> = (0..count)
        .map(|n| {
            let required = names[n + 1..]
                .iter()
                .map(|name| format!("require {name} v1.0.0\n"));
            (format!("{}@v1.0.0", names[n]), required.collect::<String>())
        })
        .collect();
    let modules: Vec<_> = go_mods
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let sandbox = universe(
        "module example.com/main\n\nrequire example.com/m00 v1.0.0\n",
        &modules,
    );
    let edges = count * (count - 1) / 2 + 1;
    assert_eq!(
        sandbox.run("graph tree").success().lines().count(),
        edges + 1
    );
    assert_eq!(
        sandbox
            .run("graph tree -i example.com/m59")
            .success()
            .lines()
            .count(),
        edges + 1
    );
}
