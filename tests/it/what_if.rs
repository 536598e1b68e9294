//! `modsmith graph what-if`.

use std::fs;

use insta::assert_snapshot;
use modsmith::ops::load::LoadOptions;
use modsmith::ops::{get, list, what_if};
use serde_json::Value;

use super::conformance::cases::universe as recorded_proxy;
use super::conformance::support::corpus;
use super::get::sample;
use super::tree::{universe, with_packages};
use crate::support::context::{block_on, context};
use crate::support::txtar;

#[test]
fn changes_are_told_and_no_file_is_touched() {
    let sandbox = sample();
    let before = sandbox.read("go.mod");
    assert_snapshot!(sandbox.run("graph what-if rsc.io/sampler@none").success(), @r"
    downgraded rsc.io/quote v1.5.1 => v1.3.0
    removed    rsc.io/sampler v1.3.0
    would be written: go.sum, go.mod
    ");
    assert_eq!(sandbox.read("go.mod"), before);
    assert!(!sandbox.work().join("go.sum").exists());
    sandbox
        .run("graph what-if --write rsc.io/sampler@none")
        .success();
    assert!(sandbox.read("go.mod").contains("rsc.io/quote v1.3.0"));
}

/// go.sum had the contents of the old version, and so it gets those of the new one. What was downloaded before is not hashed
/// once more for a forecast; whoever writes the hash makes sure that it is right.
#[test]
fn a_forecast_takes_the_hash_of_a_zip_from_its_download() {
    let sandbox = universe(
        "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n",
        &[
            (
                "example.com/a@v1.0.0",
                "go 1.21\nrequire example.com/b v1.0.0",
            ),
            (
                "example.com/a@v1.1.0",
                "go 1.21\nrequire example.com/b v1.1.0",
            ),
            ("example.com/b@v1.0.0", "go 1.21"),
            ("example.com/b@v1.1.0", "go 1.21"),
        ],
    );
    let sandbox = with_packages(
        sandbox,
        &[
            ("example.com/a@v1.0.0", "package a\n"),
            ("example.com/a@v1.1.0", "package a\n"),
            ("example.com/b@v1.0.0", "package b\n"),
            ("example.com/b@v1.1.0", "package b\n"),
        ],
    )
    .set("GOFLAGS", "-mod=mod");
    sandbox.run("mod download all").success();
    assert!(sandbox.read("go.sum").contains("example.com/b v1.0.0 h1:"));
    let zip = sandbox
        .cache()
        .join("cache/download/example.com/b/@v/v1.1.0.zip");
    let foretold = sandbox.run("graph what-if example.com/a@v1.1.0").success();
    assert_snapshot!(foretold, @r"
    upgraded   example.com/a v1.0.0 => v1.1.0
    upgraded   example.com/b v1.0.0 => v1.1.0 (required by example.com/a@v1.1.0)
    would be written: go.sum, go.mod
    ");
    assert!(zip.exists(), "without a hash of it there is no line");
    let contents = fs::read(&zip).unwrap();
    fs::write(&zip, b"broken").unwrap();
    let again = sandbox.run("graph what-if example.com/a@v1.1.0").success();
    assert_eq!(again, foretold);
    let run = sandbox.run("mod get example.com/a@v1.1.0");
    assert_ne!(run.code, Some(0), "{}", run.stdout);
    fs::write(&zip, contents).unwrap();
    sandbox.run("mod get example.com/a@v1.1.0").success();
    assert!(sandbox.read("go.sum").contains("example.com/b v1.1.0 h1:"));
    // The lines are there already: only go.mod changes then.
    sandbox
        .run("mod get example.com/a@v1.0.0 example.com/b@v1.0.0")
        .success();
    let foretold = sandbox.run("graph what-if example.com/a@v1.1.0").success();
    assert!(
        foretold.ends_with("would be written: go.mod\n"),
        "{foretold}"
    );
}

#[test]
fn what_authors_say_is_told() {
    let sandbox = sample();
    let run = sandbox.run("graph what-if example.com/retract/rationale@v1.0.0-multiline1");
    assert!(run.success().contains("retracted: example.com/retract/rationale@v1.0.0-multiline1: retracted by module author: short description\n"));
    let run = sandbox.run("graph what-if example.com/deprecated/a@v1.0.0");
    assert!(run.success().contains(
        "deprecated: example.com/deprecated/a@v1.0.0: in example.com/deprecated/a@v1.9.0\n"
    ));
}

/// The package of `a` needs one of `b`, and so go.mod lists `b` as well. With that, what `b` requires counts, although `a`
/// itself does not list it.
#[test]
fn what_packages_add_to_the_requirements_counts() {
    let sandbox = universe(
        "module example.com/main\n\ngo 1.21\n",
        &[
            (
                "example.com/a@v1.0.0",
                "go 1.21\nrequire example.com/b v1.0.0",
            ),
            (
                "example.com/b@v1.0.0",
                "go 1.21\nrequire example.com/c v1.0.0",
            ),
            (
                "example.com/c@v1.0.0",
                "go 1.21\nrequire example.com/d v1.0.0",
            ),
            ("example.com/d@v1.0.0", "go 1.21"),
        ],
    );
    let sandbox = with_packages(
        sandbox,
        &[
            (
                "example.com/a@v1.0.0",
                "package a\n\nimport _ \"example.com/b\"\n",
            ),
            ("example.com/b@v1.0.0", "package b\n"),
        ],
    );
    let sandbox = sandbox.set("GOFLAGS", "-mod=mod");
    assert_snapshot!(sandbox.run("graph what-if example.com/a@v1.0.0").success(), @r"
    added      example.com/a v1.0.0
    added      example.com/b v1.0.0 (required by example.com/a@v1.0.0)
    added      example.com/c v1.0.0 (required by example.com/b@v1.0.0)
    would be written: go.sum, go.mod
    ");
    sandbox
        .run("graph what-if --write example.com/a@v1.0.0")
        .success();
    assert_snapshot!(sandbox.run("graph list").success(), @r"
    example.com/main
    example.com/a v1.0.0
    example.com/b v1.0.0
    example.com/c v1.0.0
    ");
}

#[test]
fn the_selected_version_changes_nothing() {
    let mut compared = 0;
    for number in 0..40 {
        let script = corpus().join(format!("cases/rand_{number:03}"));
        let root = crate::support::scratch();
        let work = root.path().join("work");
        txtar::extract(&fs::read(script.join("input.txtar")).unwrap(), &work);
        let proxy = recorded_proxy(&script.join("proxy.zip"));
        let proxy = format!("file://{}", proxy.display());
        for module in ["m116", "m117", "m121"] {
            let case = fs::read(script.join(module).join("case.json")).unwrap();
            let case: Value = serde_json::from_slice(&case).unwrap();
            if case["commands"]["buildlist"]["exit"] != 0 {
                continue;
            }
            let home = root.path().to_str().unwrap();
            let cache = format!("{home}/cache");
            let env = [
                ("HOME", home),
                ("GOMODCACHE", cache.as_str()),
                ("GOPROXY", proxy.as_str()),
                ("GOSUMDB", "off"),
                ("GOENV", "off"),
                ("GOFLAGS", "-mod=mod"),
                ("GOWORK", "off"),
            ];
            let ctx = context(&work.join(module), root.path(), &env);
            let options = list::Options {
                load: LoadOptions::default(),
                modules: vec!["all".to_owned()],
                details: list::Details::default(),
            };
            let selected = block_on(list::run(&ctx, &options)).unwrap().modules;
            let go_mod = fs::read_to_string(work.join(module).join("go.mod")).unwrap();
            // Where the graph is pruned, another root brings in what it requires.
            let is_listed =
                |module: &&list::ModuleInfo| go_mod.contains(&format!("{} v", module.path));
            for selected in selected.iter().skip(1).filter(is_listed).take(3) {
                let argument = format!("{}@{}", selected.path, selected.version);
                let options = what_if::Options {
                    get: get::Options {
                        arguments: vec![argument.clone()],
                        ..get::Options::default()
                    },
                    write: false,
                };
                // A version that the go.mod excludes or that cannot be had is refused; and where go.mod does not list
                // what the packages of the module need, that is mended.
                if let Ok(report) = block_on(what_if::run(&ctx, &options))
                    && !report.files.iter().any(|file| file == "go.mod")
                {
                    let what = format!("{module} of {number}: {argument}");
                    assert_eq!(report.changes, [], "{what}");
                    compared += 1;
                }
            }
        }
    }
    assert!(100 < compared, "{compared}");
}

/// Whoever asks for what there is not is told what comes nearest.
#[test]
fn unknown_modules_and_versions_have_neighbours() {
    let sandbox = sample();
    let hint = |line: &str| {
        let run = sandbox.run(line);
        assert_ne!(run.code, Some(0), "{line}");
        let lines = run.stderr.lines();
        let hints = lines.filter_map(|line| line.strip_prefix("hint: "));
        hints.map(str::to_owned).collect::<Vec<_>>()
    };
    let module = ["did you mean `rsc.io/sampler`?"];
    let versions = ["did you mean `rsc.io/sampler@v1.3.0` or `rsc.io/sampler@v1.3.1`?"];
    for command in ["graph what-if", "mod get"] {
        assert_eq!(hint(&format!("{command} rsc.io/samplar@v1.3.0")), module);
        assert_eq!(
            hint(&format!("{command} rsc.io/sampler@v1.3.1-pre")),
            versions
        );
        assert!(hint(&format!("{command} rsc.io/sampler@main.x")).is_empty());
        assert!(hint(&format!("{command} example.com/other@v1.0.0")).is_empty());
    }
}
