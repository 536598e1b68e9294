//! `modsmith graph list`.

use serde_json::Value;

use crate::support::sandbox::Sandbox;

const GO_MOD: &str = "\
module example.com/app

go 1.17

require (
	example.com/deprecated/a v1.0.0
	rsc.io/quote v1.5.1
	x.example/ret v1.3.0
)
";

/// A sandbox in which go.sum need not be complete.
fn sandbox() -> Sandbox {
    Sandbox::new()
        .set("GOFLAGS", "-mod=mod")
        .file("go.mod", GO_MOD)
}

/// Returns the objects of a JSON stream.
fn objects(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text)
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn build_list_is_the_default() {
    let expect = "\
example.com/app
example.com/deprecated/a v1.0.0
golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c
rsc.io/quote v1.5.1
rsc.io/sampler v1.3.0
x.example/ret v1.3.0
";
    let sandbox = sandbox();
    assert_eq!(sandbox.run("graph list").success(), expect);
    assert_eq!(sandbox.run("graph list all").success(), expect);
    assert_eq!(sandbox.read("go.mod"), GO_MOD, "nothing is written");
}

#[test]
fn updates_stand_beside_versions() {
    let expect = "\
example.com/app
example.com/deprecated/a v1.0.0 [v1.9.0] (deprecated)
golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c [v0.3.0]
rsc.io/quote v1.5.1 [v1.5.2]
rsc.io/sampler v1.3.0 [v1.99.99]
x.example/ret v1.3.0 (retracted)
";
    assert_eq!(sandbox().run("graph list --updates").success(), expect);
}

#[test]
fn retracted_versions_are_left_out_unless_asked_for() {
    let sandbox = sandbox();
    let versions = sandbox.run("graph list --versions x.example/ret").success();
    assert_eq!(versions, "x.example/ret v0.5.0 v1.0.0 v1.2.0\n");
    let versions = sandbox
        .run("graph list --versions --retracted x.example/ret")
        .success();
    assert_eq!(
        versions,
        "x.example/ret v0.5.0 v1.0.0 v1.1.0 v1.2.0 v1.3.0\n"
    );
}

#[test]
fn queries_choose_a_version() {
    let sandbox = sandbox();
    let answer = |query: &str| sandbox.run_with(["graph", "list", query]).success();
    assert_eq!(answer("rsc.io/quote@latest"), "rsc.io/quote v1.5.2\n");
    assert_eq!(answer("rsc.io/quote@<v1.5"), "rsc.io/quote v1.4.0\n");
    assert_eq!(answer("rsc.io/quote@patch"), "rsc.io/quote v1.5.2\n");
    // No dependency, and so no build list is needed.
    assert_eq!(answer("x.example/p1@v1.0"), "x.example/p1 v1.0.0\n");
    assert_eq!(answer("go@1.22"), "go 1.22.9\n");
}

#[test]
fn modules_are_listed_in_the_order_asked_for() {
    let expect = "rsc.io/quote v1.5.1\nexample.com/app\nrsc.io/sampler v1.3.0\n";
    let got = sandbox()
        .run("graph list rsc.io/quote example.com/app rsc.io/samp...")
        .success();
    assert_eq!(got, expect);
}

#[test]
fn json_has_the_fields_of_go_list() {
    let sandbox = sandbox();
    let stdout = sandbox
        .run("graph list --json --updates rsc.io/quote x.example/ret example.com/deprecated/a")
        .success();
    let objects = objects(&stdout);
    assert_eq!(objects.len(), 3);
    assert_eq!(objects[0]["Path"], "rsc.io/quote");
    assert_eq!(objects[0]["Time"], "2018-02-14T00:58:40Z");
    assert_eq!(objects[0]["Update"]["Version"], "v1.5.2");
    let go_mod = sandbox
        .cache()
        .join("cache/download/rsc.io/quote/@v/v1.5.1.mod");
    assert_eq!(objects[0]["GoMod"], go_mod.to_str().unwrap());
    assert_eq!(
        objects[1]["Retracted"],
        serde_json::json!(["published too early"])
    );
    assert_eq!(objects[1]["GoVersion"], "1.17");
    assert_eq!(
        objects[2]["Deprecated"],
        "in example.com/deprecated/a@v1.9.0"
    );
}

#[test]
fn what_cannot_be_had_ends_the_list() {
    let sandbox = sandbox();
    let failure = |modules: &[&str]| {
        let arguments = ["graph", "list"].iter().chain(modules);
        sandbox.run_with(arguments).failure(3)
    };
    assert_eq!(
        failure(&["rsc.io/quote@<v1.0"]),
        "error: module rsc.io/quote: no matching versions for query \"<v1.0\"\n"
    );
    assert_eq!(
        failure(&["rsc.io/quote@<=v1.5"]),
        "error: rsc.io/quote@<=v1.5: ambiguous semantic version \"v1.5\" in range \"<=v1.5\"\n"
    );
    assert_eq!(
        failure(&["rsc.io/sampler", "rsc.io/none"]),
        "error: module rsc.io/none: not a known dependency\n"
    );
    let missing = failure(&["nope.example/x@latest", "rsc.io/quote@v1.5.0"]);
    assert!(
        missing.starts_with("error: module nope.example/x: reading file://"),
        "{missing}"
    );
    assert_eq!(
        missing.matches("nope.example/x").count(),
        2,
        "the module once, the file once: {missing}"
    );
}

#[test]
fn relative_paths_name_no_module() {
    let stderr = sandbox().run("graph list ./x").failure(2);
    assert_eq!(
        stderr,
        "error: cannot use relative path ./x to specify module\n"
    );
}

#[test]
fn keep_going_tells_errors_in_json() {
    let sandbox = sandbox();
    let text = sandbox
        .run("graph list -e nope.example/x@latest rsc.io/quote@v1.5.0")
        .success();
    assert_eq!(text, "nope.example/x latest\nrsc.io/quote v1.5.0\n");
    let stdout = sandbox
        .run("graph list -e --json nope.example/x@latest rsc.io/quote@v1.5.0")
        .success();
    let objects = objects(&stdout);
    assert_eq!(objects.len(), 2);
    let error = objects[0]["Error"]["Err"].as_str().unwrap();
    assert!(
        error.starts_with("module nope.example/x: reading "),
        "{error}"
    );
    assert_eq!(objects[1]["Version"], "v1.5.0");
    assert_eq!(objects[1].get("Error"), None);
}

#[test]
fn readonly_names_the_sum_that_is_missing() {
    let sandbox = Sandbox::new().file("go.mod", GO_MOD);
    let stderr = sandbox.run("graph list").failure(3);
    assert!(
        stderr.contains("missing go.sum entry for go.mod file"),
        "{stderr}"
    );
    // A query asks for no go.sum, as in the go command.
    assert_eq!(
        sandbox.run("graph list rsc.io/quote@v1.5.0").success(),
        "rsc.io/quote v1.5.0\n"
    );
}
