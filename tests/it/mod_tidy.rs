//! `modsmith mod tidy`.

use crate::support::sandbox::Sandbox;

/// A module that needs `rsc.io/quote`, with a go.mod that does not say so.
fn sample() -> Sandbox {
    Sandbox::new()
        .file(
            "go.mod",
            "module example.com/m\n\ngo 1.20\n\nrequire rsc.io/sampler v1.3.0\n\nrequire example.com/gone v1.0.0\n\n\
             replace example.com/gone => ./gone\n",
        )
        .file("gone/go.mod", "module example.com/gone\n")
        .file("m.go", "package m\n\nimport _ \"rsc.io/quote\"\n")
}

/// What the go command makes of the sample.
const TIDY_MOD: &str = "module example.com/m\n\ngo 1.20\n\nrequire rsc.io/sampler v1.3.0 // indirect\n\n\
     require rsc.io/quote v1.5.2\n\nrequire (\n\
     \tgolang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect\n\trsc.io/testonly v1.0.0 // indirect\n)\n\n\
     replace example.com/gone => ./gone\n";

#[test]
fn files_are_written_once() {
    let sandbox = sample();
    assert_eq!(sandbox.run("mod tidy").success(), "");
    assert_eq!(sandbox.read("go.mod"), TIDY_MOD);
    let sums = sandbox.read("go.sum");
    assert_eq!(sums.lines().count(), 8, "{sums}");
    let check = sandbox.run("mod tidy --check");
    assert_eq!(
        (check.code, check.stdout.as_str()),
        (Some(0), ""),
        "{}",
        check.stderr
    );
    let diff = sandbox.run("mod tidy --diff");
    assert_eq!((diff.code, diff.stdout.as_str()), (Some(0), ""));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a snapshot is as long as its text")]
fn a_check_tells_who_needs_what_and_writes_nothing() {
    let sandbox = sample();
    let before = sandbox.read("go.mod");
    let run = sandbox.run("mod tidy --check");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    insta::assert_snapshot!(run.stdout.replace('\t', "    "), @r"
    --- go.mod
    +++ go.mod
    @@ -2,8 +2,13 @@
     
     go 1.20
     
    -require rsc.io/sampler v1.3.0
    +require rsc.io/sampler v1.3.0 // indirect
     
    -require example.com/gone v1.0.0
    +require rsc.io/quote v1.5.2
    +
    +require (
    +    golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect
    +    rsc.io/testonly v1.0.0 // indirect
    +)
     
     replace example.com/gone => ./gone
    --- go.sum
    +++ go.sum
    @@ -0,0 +1,8 @@
    +golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c h1:pvCbr/wm8HzDD3fVywevekufpn6tCGPY3spdHeZJEsw=
    +golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c/go.mod h1:NqM8EUOU14njkJ3fqMW+pc6Ldnwhi/IjpwHt7yyuwOQ=
    +rsc.io/quote v1.5.2 h1:3fEykkD9k7lYzXqCYrwGAf7iNhbk4yCjHmKBN9td4L0=
    +rsc.io/quote v1.5.2/go.mod h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=
    +rsc.io/sampler v1.3.0 h1:HLGR/BgEtI3r0uymSP/nl2uPLsUnNJX8toRyhfpBTII=
    +rsc.io/sampler v1.3.0/go.mod h1:T1hPZKmBbMNahiBKFy5HrXp6adAjACjK9JXDnKaTXpA=
    +rsc.io/testonly v1.0.0 h1:K/VWHdO+Jv7woUXG0GzVNx1czBXUt3Ib1deaMn+xk64=
    +rsc.io/testonly v1.0.0/go.mod h1:OqmGbIFOcF+XrFReLOGZ6BhMM7uMBiQwZsyNmh74SzY=

    who needs what, go.mod of example.com/m:
      + require golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect
          example.com/m
          rsc.io/quote
          rsc.io/sampler
          golang.org/x/text/language
      + require rsc.io/quote v1.5.2
          example.com/m
          rsc.io/quote
      ~ require rsc.io/sampler v1.3.0 // indirect (was: require rsc.io/sampler v1.3.0)
          example.com/m
          rsc.io/quote
          rsc.io/sampler
      + require rsc.io/testonly v1.0.0 // indirect
          example.com/m
          rsc.io/quote
          rsc.io/sampler
          rsc.io/sampler.test
          rsc.io/testonly
      - require example.com/gone v1.0.0
          nothing needs it

    who needs what, go.sum of example.com/m:
      + golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c
          example.com/m
          rsc.io/quote
          rsc.io/sampler
          golang.org/x/text/language
      + golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c/go.mod
          example.com/m
          golang.org/x/text@v0.0.0-20170915032832-14c0d48ead0c
      + rsc.io/quote v1.5.2
          example.com/m
          rsc.io/quote
      + rsc.io/quote v1.5.2/go.mod
          example.com/m
          rsc.io/quote@v1.5.2
      + rsc.io/sampler v1.3.0
          example.com/m
          rsc.io/quote
          rsc.io/sampler
      + rsc.io/sampler v1.3.0/go.mod
          example.com/m
          rsc.io/sampler@v1.3.0
      + rsc.io/testonly v1.0.0
          example.com/m
          rsc.io/quote
          rsc.io/sampler
          rsc.io/sampler.test
          rsc.io/testonly
      + rsc.io/testonly v1.0.0/go.mod
          example.com/m
          rsc.io/testonly@v1.0.0

    to make these changes, run:
        modsmith mod tidy
    ");
    assert_eq!(sandbox.read("go.mod"), before);
    assert!(!sandbox.work().join("go.sum").exists());
}

#[test]
fn a_diff_is_that_of_go() {
    let run = sample().run("mod tidy --diff");
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stdout.starts_with(
        "diff current/go.mod tidy/go.mod\n--- current/go.mod\n+++ tidy/go.mod\n@@ -2,8 +2,13 @@\n"
    ), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("\n\ndiff current/go.sum tidy/go.sum\n--- current/go.sum\n")
    );
    assert!(run.stdout.ends_with("=\n\n"));
}

#[test]
fn errors_have_the_words_of_go_and_nothing_is_written() {
    let files: &[(&str, &str, &str)] = &[
        (
            "x.go",
            "package m\n\nimport _ \"example.com/m/none\"\n",
            "example.com/m imports\n\texample.com/m/none: ",
        ),
        (
            "x_test.go",
            "package m\n\nimport _ \"./rel\"\n",
            "example.com/m tested by\n\texample.com/m.test imports\n\t./rel: \"./rel\" is relative, but relative import \
             paths are not supported in module mode\n",
        ),
        (
            "x.go",
            "package m\n\nimport _ \"example.org/x@v1\"\n",
            "example.com/m imports\n\texample.org/x@v1: import path \"example.org/x@v1\" should not have @version\n",
        ),
        (
            "x.go",
            "package m\n\nimport _ \"example.org/a b\"\n",
            "example.com/m imports\n\texample.org/a b: malformed import path \"example.org/a b\": invalid char ' '\n",
        ),
        (
            "x.go",
            "package m\n\nimport _ \"example.com/gone/p\"\n",
            "example.com/m imports\n\texample.com/gone/p: ",
        ),
        (
            "x.go",
            "package m\n\nimport _ \"x.example/wrongpath\"\n",
            "example.com/m imports\n\tx.example/wrongpath: x.example/wrongpath@v1.0.0: parsing go.mod:\n\
             \tmodule declares its path as: x.example/rightpath\n\t        but was required as: x.example/wrongpath\n",
        ),
    ];
    for (name, text, expect) in files {
        let sandbox = sample().file(name, text);
        let before = sandbox.read("go.mod");
        let error = sandbox.run("mod tidy").failure(3);
        assert!(error.contains(expect), "{error}");
        assert_eq!(sandbox.read("go.mod"), before);
        assert!(!sandbox.work().join("go.sum").exists());
    }
}

#[test]
fn all_goes_on_when_that_is_wanted() {
    let sandbox = sample().file("x.go", "package m\n\nimport _ \"example.com/m/none\"\n");
    let run = sandbox.run("mod tidy -e");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("example.com/m imports\n\texample.com/m/none: "),
        "{}",
        run.stderr
    );
    assert_eq!(sandbox.read("go.mod"), TIDY_MOD);
}

#[test]
fn files_that_are_not_quite_go_are_no_trouble() {
    let sandbox = sample()
        .file(
            "cycle/a/a.go",
            "package a\n\nimport _ \"example.com/m/cycle/b\"\n",
        )
        .file(
            "cycle/b/b.go",
            "package b\n\nimport _ \"example.com/m/cycle/a\"\n",
        )
        .file(
            "broken/body.go",
            "package broken\n\nimport _ \"fmt\"\n\nfunc {{{\n",
        )
        .file("broken/head.go", "package broken\n\nimport \"fmt\n")
        .file("broken/nothing.go", "")
        .file("other/a.go", "package other\n")
        .file("other/b.go", "package another\n")
        .file("dir.go/x", "");
    assert_eq!(sandbox.run("mod tidy").success(), "");
    assert_eq!(sandbox.read("go.mod"), TIDY_MOD);
}

#[cfg(unix)]
#[test]
fn loops_of_links_end() {
    use std::os::unix::fs::symlink;
    let sandbox = sample().file("d/d.go", "package d\n");
    let work = sandbox.work();
    symlink(".", work.join("self")).unwrap();
    symlink("../d", work.join("d/up")).unwrap();
    symlink("nowhere.go", work.join("dangling.go")).unwrap();
    symlink("round.go", work.join("round.go")).unwrap();
    assert_eq!(sandbox.run("mod tidy").success(), "");
    assert_eq!(sandbox.read("go.mod"), TIDY_MOD);
}

/// As the go command, which overwrites files in place: whoever may write go.mod need not be allowed to make new files.
#[cfg(unix)]
#[test]
fn a_directory_that_takes_no_new_file_is_no_hindrance() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sample().file("go.sum", "");
    let mode = |path: &std::path::Path, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, permissions).unwrap();
    };
    let work = sandbox.work();
    for path in [sandbox.path().join("home"), sandbox.path().join("go")] {
        mode(&path, 0o777);
    }
    mode(sandbox.path(), 0o755);
    for name in ["go.mod", "go.sum"] {
        mode(&work.join(name), 0o666);
    }
    mode(&work, 0o555);
    let may_all = tempfile::tempfile_in(&work).is_ok();
    let run = if may_all {
        // The superuser may write anywhere; another one may not.
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        let line = [env!("CARGO_BIN_EXE_modsmith"), "mod", "tidy"];
        let mut command = sandbox.program("setpriv", nobody.into_iter().chain(line));
        command.status().is_ok_and(|status| status.success())
    } else {
        sandbox.run("mod tidy").code == Some(0)
    };
    mode(&work, 0o755);
    if may_all && !run {
        let test = "mod_tidy::a_directory_that_takes_no_new_file_is_no_hindrance";
        return crate::support::repos::skip(test, "this user may write everything");
    }
    assert!(run);
    assert_eq!(sandbox.read("go.mod"), TIDY_MOD);
    assert_eq!(sandbox.read("go.sum").lines().count(), 8);
}

#[test]
fn malformed_lines_of_go_sum_are_mended() {
    let sandbox = sample();
    sandbox.run("mod tidy").success();
    let sums = sandbox.read("go.sum");
    let broken = format!("<<<<<<< HEAD\n{sums}=======\nexample.org/x v1.0.0 h1:x\n>>>>>>> topic\n");
    sandbox.write("go.sum", broken);
    sandbox.run("mod tidy").success();
    assert_eq!(sandbox.read("go.sum"), sums);
}

#[test]
fn a_go_version_is_set() {
    let sandbox = sample();
    sandbox.run("mod tidy --go=1.16").success();
    let old = "module example.com/m\n\ngo 1.16\n\nreplace example.com/gone => ./gone\n\nrequire (\n\
         \trsc.io/quote v1.5.2\n\trsc.io/testonly v1.0.0 // indirect\n)\n";
    assert_eq!(sandbox.read("go.mod"), old);
    sandbox.run("mod tidy --go=1.20").success();
    let new = "module example.com/m\n\ngo 1.20\n\nreplace example.com/gone => ./gone\n\n\
         require rsc.io/quote v1.5.2\n\nrequire (\n\
         \tgolang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect\n\
         \trsc.io/sampler v1.3.0 // indirect\n\trsc.io/testonly v1.0.0 // indirect\n)\n";
    assert_eq!(sandbox.read("go.mod"), new);
    let error = sandbox.run("mod tidy --go=1").failure(2);
    assert!(error.contains("expecting a Go version like"), "{error}");
}

#[test]
fn modules_of_a_workspace_are_tidied_in_order() {
    let sandbox = Sandbox::new()
        .file("go.work", "go 1.21\n\nuse (\n\t./b\n\t./a\n)\n")
        .file("a/go.mod", "module example.com/a\n\ngo 1.21\n")
        .file("a/a.go", "package a\n\nimport _ \"rsc.io/quote\"\n")
        .file(
            "b/go.mod",
            "module example.com/b\n\ngo 1.21\n\nrequire rsc.io/quote v1.5.2\n",
        )
        .file("b/b.go", "package b\n");
    let check = sandbox.run("mod tidy --check");
    assert_eq!(check.code, Some(1));
    let (b, a) = (
        check.stdout.find("+++ b/go.mod"),
        check.stdout.find("+++ a/go.mod"),
    );
    assert!(b.is_some() && b < a, "{}", check.stdout);
    // In a member only that is tidied, as the go command does it.
    sandbox.run("-C a mod tidy").success();
    assert!(
        sandbox
            .read("a/go.mod")
            .contains("require rsc.io/quote v1.5.2\n")
    );
    assert!(sandbox.read("b/go.mod").contains("quote"));
    sandbox.run("mod tidy").success();
    assert_eq!(
        sandbox.read("b/go.mod"),
        "module example.com/b\n\ngo 1.21\n"
    );
    assert!(!sandbox.work().join("go.work.sum").exists());
}

#[test]
fn another_file_is_tidied_instead_of_go_mod() {
    let sandbox = sample();
    let before = sandbox.read("go.mod");
    sandbox.write("alt.mod", &before);
    sandbox.run("mod tidy --modfile=alt.mod").success();
    assert_eq!(sandbox.read("go.mod"), before);
    assert_eq!(sandbox.read("alt.mod"), TIDY_MOD);
    assert!(sandbox.work().join("alt.sum").exists());
}

#[test]
fn a_change_meanwhile_is_not_overwritten() {
    use crate::support::context::{block_on, context};
    use modsmith::ops::tidy::{Options, run};
    let sandbox = sample();
    let proxy = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/proxy");
    let proxy = modsmith::adapters::config::file_url(&proxy);
    let cache = sandbox.cache();
    let env = [
        ("GOPROXY", proxy.as_str()),
        ("GOSUMDB", "off"),
        ("GOMODCACHE", cache.to_str().unwrap()),
    ];
    let ctx = context(&sandbox.work(), sandbox.path(), &env);
    let report = block_on(run(&ctx, &Options::default())).unwrap();
    sandbox.write("go.mod", "module example.com/m\n");
    let error = report.modules[0].changes.write().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("existing contents have changed since last read"),
        "{error}"
    );
    assert_eq!(sandbox.read("go.mod"), "module example.com/m\n");
    assert!(!sandbox.work().join("go.sum").exists());
}
