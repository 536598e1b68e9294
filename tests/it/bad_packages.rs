//! Trees of Go files that cannot be built: the go command's verdict in its words, and an end in any case.

use crate::support::sandbox::Sandbox;

fn module(require: &str) -> Sandbox {
    Sandbox::new().set("GOFLAGS", "-mod=mod").file(
        "go.mod",
        format!("module example.com/m\n\ngo 1.21\n{require}"),
    )
}

fn import(package: &str, paths: &[&str]) -> String {
    let imports = paths.iter().map(|path| format!("import _ \"{path}\"\n"));
    format!("package {package}\n\n{}", imports.collect::<String>())
}

/// Who builds finds a cycle; who follows imports comes by each package once, as go does.
#[test]
fn cycles_of_imports_end() {
    let sandbox = module("")
        .file("a/a.go", import("a", &["example.com/m/b"]))
        .file("b/b.go", import("b", &["example.com/m/c"]))
        .file("c/c.go", import("c", &["example.com/m/a"]))
        .file("self/self.go", import("self", &["example.com/m/self"]));
    let before = sandbox.read("go.mod");
    assert_eq!(sandbox.run("mod tidy").success(), "");
    assert_eq!(sandbox.read("go.mod"), before);
    let run = sandbox.run("graph packages ./...").success();
    assert_eq!(run.lines().count(), 4, "{run}");
    let run = sandbox.run("graph why example.com/m/c").success();
    assert_eq!(run, "# example.com/m/c\nexample.com/m/c\n");
    // Those between main modules count there, and there is one.
    let run = sandbox.run("graph cycles --packages").success();
    assert!(run.contains("no cycle"), "{run}");
    assert_eq!(sandbox.run("mod vendor").code, Some(0));
}

/// The shorter path and the longer one both have the package.
#[test]
fn a_package_in_two_modules_is_ambiguous() {
    let sandbox = module(
        "\nrequire (\n\texample.com/two v1.0.0\n\texample.com/two/sub v1.0.0\n)\n\n\
         replace (\n\texample.com/two => ./two\n\texample.com/two/sub => ./sub\n)\n",
    )
    .file("m.go", import("m", &["example.com/two/sub/pkg"]))
    .file("two/go.mod", "module example.com/two\n\ngo 1.21\n")
    .file("two/sub/pkg/p.go", "package pkg\n")
    .file("sub/go.mod", "module example.com/two/sub\n\ngo 1.21\n")
    .file("sub/pkg/p.go", "package pkg\n");
    let before = sandbox.read("go.mod");
    let expect = "ambiguous import: found package example.com/two/sub/pkg in multiple modules:\n\texample.com/two";
    for line in ["mod tidy", "mod vendor"] {
        let error = sandbox.run(line).failure(3);
        assert!(error.contains(expect), "{line}: {error}");
    }
    let run = sandbox.run("graph packages all");
    assert_eq!(run.code, Some(1));
    let expect = "ambiguous import: found package example.com/two/sub/pkg in multiple modules:";
    assert!(run.stdout.contains(expect), "{}", run.stdout);
    assert_eq!(sandbox.read("go.mod"), before);
}

/// A path that differs from the module's by case alone leads to another module, or to none.
#[test]
fn another_case_is_another_path() {
    let sandbox = module("")
        .file("m.go", import("m", &["example.com/m/Lower"]))
        .file("lower/l.go", "package lower\n");
    let error = sandbox.run("mod tidy").failure(3);
    assert!(error.contains("example.com/m/Lower"), "{error}");
    assert!(!error.contains("panicked"), "{error}");
    let run = sandbox.run("graph packages ./...");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("example.com/m/lower example.com/m\n"));
    assert!(!run.stdout.contains("Lower"), "{}", run.stdout);
    // A module whose own go.mod has the other case.
    let sandbox = module("\nrequire rsc.io/Quote v1.5.2\n\nreplace rsc.io/Quote => ./q\n")
        .file("m.go", import("m", &["rsc.io/Quote", "rsc.io/quote"]))
        .file("q/go.mod", "module rsc.io/quote\n\ngo 1.21\n")
        .file("q/q.go", "package quote\n");
    let run = sandbox.run("graph packages all");
    assert!(
        run.stdout.contains("rsc.io/Quote rsc.io/Quote"),
        "{}{}",
        run.stdout,
        run.stderr
    );
}

/// A version whose go.mod the proxy does not have.
#[test]
fn a_module_that_lacks_its_go_mod_is_named() {
    let sandbox = module("\nrequire example.com/retract/missingmod v1.9.0\n")
        .file("m.go", import("m", &["example.com/retract/missingmod"]));
    let before = sandbox.read("go.mod");
    let expect = "example.com/retract/missingmod@v1.9.0: reading file://";
    for line in [
        "mod tidy",
        "graph",
        "graph packages all",
        "mod get example.com/retract/missingmod@v1.9.0",
    ] {
        let run = sandbox.run(line);
        assert_ne!(run.code, Some(0), "{line}");
        assert!(
            run.stderr.contains(expect),
            "{line}: {}{}",
            run.stdout,
            run.stderr
        );
        assert_eq!(sandbox.read("go.mod"), before, "{line}");
    }
}

/// Two packages in one directory, none that parses, and names that no import may have.
#[test]
fn files_that_are_no_package_are_passed_over() {
    let sandbox = module("")
        .file("two/a.go", "package a\n")
        .file("two/b.go", "package b\n")
        .file("bad/bad.go", "pack age\0")
        .file("bin/x.go", [0xff, 0xfe, 0, 1].as_slice())
        .file(
            "odd/odd.go",
            import("odd", &["./x", "", "a b", "C", "\u{e9}"]),
        )
        .file("open/open.go", "package open\n\nimport (\n\t\"fmt\"\n");
    let run = sandbox.run("graph packages ./...");
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    for package in ["two", "open", "odd"] {
        let line = format!("example.com/m/{package} example.com/m\n");
        assert!(run.stdout.contains(&line), "{package}: {}", run.stdout);
    }
    let run = sandbox.run("mod tidy");
    assert!(matches!(run.code, Some(0 | 3)), "{}", run.stderr);
}
