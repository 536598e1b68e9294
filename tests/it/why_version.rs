//! `modsmith graph why MODULE@VERSION`.

use insta::assert_snapshot;
use modsmith::adapters::config::file_url;
use serde_json::Value;

use crate::support::proxy::Proxy;
use crate::support::sandbox::Sandbox;
use crate::tree::{universe, with_packages};

/// `a` forces `b v1.2.0`, `c` wants an older one; `b` has a newer version that nobody requires.
fn bare() -> Sandbox {
    let sandbox = universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.1.0\n\texample.com/c v1.0.0\n)\n\n\
         require example.com/b v1.2.0 // indirect\n",
        &[
            (
                "example.com/a@v1.0.0",
                "go 1.21\nrequire example.com/b v1.0.0",
            ),
            (
                "example.com/a@v1.1.0",
                "go 1.21\nrequire example.com/b v1.2.0",
            ),
            ("example.com/b@v1.0.0", "go 1.21"),
            ("example.com/b@v1.1.0", "go 1.21"),
            ("example.com/b@v1.2.0", "go 1.21"),
            (
                "example.com/b@v1.3.0",
                "go 1.21\nrequire example.com/e v1.0.0",
            ),
            (
                "example.com/c@v1.0.0",
                "go 1.21\nrequire example.com/b v1.1.0",
            ),
        ],
    );
    for (path, list) in [
        ("a", "v1.0.0\nv1.1.0\n"),
        ("b", "v1.0.0\nv1.1.0\nv1.2.0\nv1.3.0\n"),
        ("c", "v1.0.0\n"),
    ] {
        sandbox.write(&format!("proxy/example.com/{path}/@v/list"), list);
    }
    sandbox
}

/// The same with packages: that of `b v1.3.0` needs one of `e`, whose module requires `f`, which `b` does not list.
fn sample() -> Sandbox {
    let sandbox = bare();
    for (module, required) in [
        ("e", "require example.com/g v1.0.0"),
        ("g", "require example.com/f v1.0.0"),
        ("f", ""),
    ] {
        let at = format!("proxy/example.com/{module}/@v/v1.0.0");
        sandbox.write(
            &format!("{at}.mod"),
            format!("module example.com/{module}\ngo 1.21\n{required}\n"),
        );
        sandbox.write(&format!("{at}.info"), r#"{"Version":"v1.0.0"}"#);
    }
    with_packages(
        sandbox,
        &[
            ("example.com/b@v1.0.0", "package b\n"),
            ("example.com/b@v1.1.0", "package b\n"),
            ("example.com/b@v1.2.0", "package b\n"),
            (
                "example.com/b@v1.3.0",
                "package b\n\nimport _ \"example.com/e\"\n",
            ),
            ("example.com/e@v1.0.0", "package e\n"),
        ],
    )
}

#[test]
fn the_chain_the_losers_and_the_ways() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph why example.com/b@v1.2.0").success(), @r"
    example.com/b v1.2.0 is selected

    because:
      example.com/main requires example.com/a v1.1.0 (go.mod:6)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    the same version is required by others:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.1.0
      example.com/a downgraded: v1.1.0 => v1.0.0
      example.com/b downgraded: v1.2.0 => v1.1.0

    to leave it: go get example.com/b@v1.3.0
      example.com/b upgraded: v1.2.0 => v1.3.0
      example.com/e added: v1.0.0
      example.com/g added: v1.0.0
    ");
    assert_eq!(
        sandbox.run("graph why --version example.com/b").success(),
        sandbox.run("graph why example.com/b@v1.2.0").success()
    );
    assert_eq!(
        sandbox.read("go.mod").lines().count(),
        10,
        "nothing is written"
    );
}

#[test]
fn every_chain() {
    assert_snapshot!(sample().run("graph why --all --version example.com/b").success(), @r"
    example.com/b v1.2.0 is selected

    because:
      example.com/main requires example.com/a v1.1.0 (go.mod:6)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    and because:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.1.0
      example.com/a downgraded: v1.1.0 => v1.0.0
      example.com/b downgraded: v1.2.0 => v1.1.0

    to leave it: go get example.com/b@v1.3.0
      example.com/b upgraded: v1.2.0 => v1.3.0
      example.com/e added: v1.0.0
      example.com/g added: v1.0.0
    ");
}

#[test]
fn what_is_not_selected_is_1_and_stands_with_its_way() {
    let sandbox = sample();
    let no = |line: &str| {
        let run = sandbox.run(line);
        assert_eq!(run.code, Some(1), "{line}");
        run.stdout + &run.stderr
    };
    assert_snapshot!(no("graph why example.com/b@v1.0.0"), @r"
    example.com/b v1.2.0 is selected, not v1.0.0

    because:
      example.com/main requires example.com/a v1.1.0 (go.mod:6)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    the same version is required by others:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.0.0
      example.com/a downgraded: v1.1.0 => v1.0.0
      example.com/b downgraded: v1.2.0 => v1.0.0
      example.com/c removed: v1.0.0
    ");
    assert_snapshot!(no("graph why example.com/bb@v1.0.0"), @"warning: `example.com/bb@v1.0.0` is not in the module graph; did you mean `example.com/b`?");
    let value: Value = serde_json::from_str(&no("graph why --json example.com/b@v1.3.0")).unwrap();
    let ways = value["answers"][0]["ways"].as_array().unwrap();
    assert_eq!(ways.len(), 1);
    assert_eq!(ways[0]["get"], "example.com/b@v1.3.0");
    assert_eq!(ways[0]["selects"], "v1.3.0");
}

#[test]
fn without_the_network_what_is_required_is_known() {
    let sandbox = sample();
    sandbox.run("graph").success();
    assert_snapshot!(sandbox.run("--offline graph why example.com/b@v1.2.0").success(), @r"
    example.com/b v1.2.0 is selected

    because:
      example.com/main requires example.com/a v1.1.0 (go.mod:6)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    the same version is required by others:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.1.0
      example.com/a downgraded: v1.1.0 => v1.0.0
      example.com/b downgraded: v1.2.0 => v1.1.0

    to leave it: go get example.com/b@v1.3.0
      example.com/b upgraded: v1.2.0 => v1.3.0
      example.com/e added: v1.0.0
      example.com/g added: v1.0.0
    ");
}

/// Without the contents of modules, what their packages need is not known: what go.mod files say is.
#[test]
fn without_contents_the_requirements_tell() {
    let ways = |sandbox: &Sandbox, line: &str| {
        let text = sandbox.run(line).stdout;
        let at = text.find("\n\nv1.1.0 is required").unwrap();
        let proxy = file_url(&sandbox.work().join("proxy"));
        text[at..].trim().replace(&proxy, "PROXY")
    };
    // Where a proxy says that there are none, go refuses as well.
    let sandbox = bare();
    let text = ways(&sandbox, "graph why example.com/b@v1.3.0");
    assert_snapshot!(text, @r"
    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    note: example.com/b@v1.3.0 cannot be had: example.com/b@v1.3.0: reading PROXY/example.com/b/@v/v1.3.0.zip: no such file or directory
    ");
    let sandbox = sandbox.set("GOPROXY", "https://proxy.example.com");
    let text = ways(&sandbox, "--offline graph why example.com/b@v1.3.0");
    assert_snapshot!(text, @r"
    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.3.0
      example.com/b upgraded: v1.2.0 => v1.3.0
      example.com/e added: v1.0.0

    note: what the packages of example.com/b@v1.3.0 need is not known without their files, and may change more modules than are named; `modsmith graph what-if example.com/b@v1.3.0` fetches them and tells all
    ");
}

/// The files of modules are not fetched for this answer; those that are there are looked at.
#[test]
fn no_contents_are_fetched() {
    let sandbox = sample();
    let server = Proxy::serve(&sandbox.work().join("proxy"));
    let sandbox = sandbox.set("GOPROXY", server.url());
    let ways = |line: &str| {
        let text = sandbox.run(line).stdout;
        let at = text.find("to leave it").unwrap();
        text[at..].to_owned()
    };
    let line = "graph why example.com/b@v1.3.0";
    let bare = ways(line);
    assert!(!bare.contains("example.com/g added"), "{bare}");
    assert!(
        bare.contains("`modsmith graph what-if example.com/b@v1.3.0`"),
        "{bare}"
    );
    let zips = server.requests().into_iter();
    let zips: Vec<_> = zips
        .filter(|request| {
            request
                .target
                .rsplit_once('.')
                .is_some_and(|(_, kind)| kind == "zip")
        })
        .collect();
    assert_eq!(zips.len(), 0);
    sandbox.run("graph what-if example.com/b@v1.3.0").success();
    let told = ways(line);
    assert!(told.contains("example.com/g added"), "{told}");
    assert!(!told.contains("note:"), "{told}");
}

/// A module that a workspace has from several members has to be left in each of them; one that wants more is enough.
#[test]
fn workspaces_have_to_follow_together() {
    let member = |name: &str, version: &str| {
        format!("module example.com/{name}\n\ngo 1.21\n\nrequire example.com/b {version}\n")
    };
    let sandbox = sample()
        .file(
            "go.work",
            "go 1.21\n\nuse (\n\t./one\n\t./three\n\t./two\n)\n",
        )
        .file("one/go.mod", member("one", "v1.2.0"))
        .file("two/go.mod", member("two", "v1.1.0"))
        .file("three/go.mod", member("three", "v1.0.0"));
    let ways = |line: &str| {
        let text = sandbox.run(line);
        let text = text.stdout;
        let at = text.find("\nto leave it").unwrap();
        text[at..].to_owned()
    };
    assert_snapshot!(ways("graph why --version example.com/b"), @r"

    to leave it: go get example.com/b@v1.1.0 (in one)
      example.com/b downgraded: v1.2.0 => v1.1.0

    to leave it: go get example.com/b@v1.3.0 (in one)
      example.com/b upgraded: v1.2.0 => v1.3.0
      example.com/e added: v1.0.0
      example.com/g added: v1.0.0
    ");
    assert_snapshot!(ways("graph why example.com/b@v1.0.0"), @r"

    to leave it: go get example.com/b@v1.0.0 (in each of one, two)
      example.com/b downgraded: v1.2.0 => v1.0.0
    ");
    assert_snapshot!(ways("graph why example.com/b@none"), @r"

    to leave it: go get example.com/b@none (in each of one, three, two)
      example.com/b removed: v1.2.0
    ");
    let before = sandbox.read("one/go.mod");
    for member in ["one", "two"] {
        let at = format!("-C {member} mod get example.com/b@v1.0.0");
        sandbox.run(&at).success();
    }
    assert_ne!(sandbox.read("one/go.mod"), before);
    let list = sandbox.run("graph list").success();
    assert!(list.contains("example.com/b v1.0.0\n"), "{list}");
}

#[test]
fn main_modules_have_no_version() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph why --version example.com/main").success(), @"example.com/main is a main module, which no requirement can change");
}

#[test]
fn workspaces_name_the_module_that_requires() {
    let sandbox = sample()
        .file("go.work", "go 1.21\n\nuse (\n\t.\n\t./tool\n)\n")
        .file(
            "tool/go.mod",
            "module example.com/tool\n\ngo 1.21\n\nrequire example.com/b v1.3.0\n",
        );
    assert_snapshot!(sandbox.run("graph why --version example.com/b").success(), @r"
    example.com/b v1.3.0 is selected

    because:
      example.com/tool requires example.com/b v1.3.0 (tool/go.mod:5)

    v1.2.0 is required, too, and not selected:
      example.com/main requires example.com/b v1.2.0 // indirect (go.mod:10)
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:3)

    v1.1.0 is required, too, and not selected:
      example.com/c v1.0.0 requires example.com/b v1.1.0 (example.com/c@v1.0.0/go.mod:3)

    to leave it: go get example.com/b@v1.2.0 (in tool)
      example.com/b downgraded: v1.3.0 => v1.2.0
      example.com/e removed: v1.0.0
      example.com/g removed: v1.0.0
    ");
}

#[test]
fn wrong_usage_is_2() {
    let sandbox = sample();
    assert_snapshot!(sandbox.run("graph why example.com/a example.com/b@v1.2.0").failure(2), @r"
    error: names with and without a version cannot be mixed: one question is about versions, the other about packages

    hint: `--version` takes modules with and without a version
    ");
    sandbox
        .run("graph why --vendor example.com/b@v1.2.0")
        .failure(2);
    sandbox.run("graph why --version").failure(2);
    sandbox.run("graph why example.com/b@").failure(2);
    // With `-m` the question is that of `go mod why`, which takes no version.
    let text = sandbox.run("graph why -m example.com/b@v1.2.0").failure(2);
    assert!(text.contains("a module path is wanted"), "{text}");
}
