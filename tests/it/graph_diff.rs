//! `modsmith graph diff`.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::repos::skip;
use crate::support::sandbox::{Run, Sandbox};
use crate::tree::universe;

const MODULES: [(&str, &str); 6] = [
    (
        "example.com/a@v1.0.0",
        "go 1.21\nrequire example.com/b v1.0.0",
    ),
    (
        "example.com/a@v1.1.0",
        "go 1.21\nrequire (\n\texample.com/b v1.2.0\n\texample.com/c v1.0.0\n)",
    ),
    ("example.com/b@v1.0.0", "go 1.21"),
    ("example.com/b@v1.2.0", "go 1.21"),
    ("example.com/c@v1.0.0", "go 1.21"),
    ("example.com/d@v1.0.0", "go 1.21"),
];

const BEFORE: &str = "module example.com/main\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/d v1.0.0\n)\n\n\
                      require example.com/b v1.0.0 // indirect\n\nreplace example.com/d => ./d\n";

const AFTER: &str = "module example.com/main\n\ngo 1.22\n\ntoolchain go1.24.1\n\nrequire example.com/a v1.1.0\n\nrequire (\n\
                     \texample.com/b v1.2.0 // indirect\n\texample.com/c v1.0.0 // indirect\n)\n\nexclude example.com/d v1.0.0\n";

fn files() -> Sandbox {
    universe(BEFORE, &MODULES)
        .file("d/go.mod", "module example.com/d\n\ngo 1.21\n")
        .file("new/go.mod", AFTER)
}

/// A sandbox whose working directory is a repository, with the first state as its only commit; none without git.
fn repository(test: &str) -> Option<Sandbox> {
    let sandbox = files().set("GIT_CONFIG_NOSYSTEM", "1");
    if Run::of(&mut sandbox.program("git", ["version"])).code != Some(0) {
        skip(test, "there is no `git` here");
        return None;
    }
    git(&sandbox, "init -q -b main");
    commit(&sandbox, "first");
    Some(sandbox)
}

fn git(sandbox: &Sandbox, line: &str) -> String {
    let start = [
        "-c",
        "user.name=T",
        "-c",
        "user.email=t@example.com",
        "-c",
        "core.autocrlf=false",
    ];
    let words = start.into_iter().chain(line.split(' '));
    let run = Run::of(&mut sandbox.program("git", words));
    assert_eq!(run.code, Some(0), "git {line}: {}", run.stderr);
    run.stdout.trim().to_owned()
}

fn commit(sandbox: &Sandbox, message: &str) {
    git(sandbox, "add -A .");
    git(sandbox, &format!("commit -q --allow-empty -m {message}"));
}

#[test]
fn modules_with_their_causes_and_other_lines() {
    let sandbox = files();
    assert_snapshot!(sandbox.run("graph diff . new/go.mod").success(), @r"
    upgraded example.com/a v1.0.0 => v1.1.0
      example.com/main requires example.com/a v1.1.0 (new/go.mod:7) <- new
    upgraded example.com/b v1.0.0 => v1.2.0 (indirect)
      example.com/main requires example.com/a v1.1.0 (new/go.mod:7) <- new
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:4)
    added example.com/c v1.0.0 (indirect)
      example.com/main requires example.com/a v1.1.0 (new/go.mod:7) <- new
      example.com/a v1.1.0 requires example.com/c v1.0.0 (example.com/a@v1.1.0/go.mod:5)
    removed example.com/d v1.0.0
      example.com/main requires example.com/d v1.0.0 (go.mod:7) <- gone
    added exclude example.com/d@v1.0.0 (new/go.mod:14)
    changed go 1.21 => 1.22 (new/go.mod:3)
    removed replace example.com/d: ./d (go.mod:12)
    added toolchain go1.24.1 (new/go.mod:5)

    1 added, 1 removed, 2 upgraded, 0 downgraded; 4 other lines
    ");
    assert_snapshot!(sandbox.run("graph diff new/go.mod ./go.mod").success(), @r"
    downgraded example.com/a v1.1.0 => v1.0.0
      example.com/main requires example.com/a v1.1.0 (new/go.mod:7) <- gone
    downgraded example.com/b v1.2.0 => v1.0.0 (indirect)
      example.com/main requires example.com/a v1.1.0 (new/go.mod:7) <- gone
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:4)
    removed example.com/c v1.0.0 (indirect)
      example.com/main requires example.com/a v1.1.0 (new/go.mod:7) <- gone
      example.com/a v1.1.0 requires example.com/c v1.0.0 (example.com/a@v1.1.0/go.mod:5)
    added example.com/d v1.0.0
      example.com/main requires example.com/d v1.0.0 (go.mod:7) <- new
    removed exclude example.com/d@v1.0.0 (new/go.mod:14)
    changed go 1.22 => 1.21 (go.mod:3)
    added replace example.com/d: ./d (go.mod:12)
    removed toolchain go1.24.1 (new/go.mod:5)

    1 added, 1 removed, 0 upgraded, 2 downgraded; 4 other lines
    ");
}

#[test]
fn equal_sides_give_nothing() {
    let sandbox = files();
    assert_eq!(
        sandbox.run("graph diff . ./go.mod --exit-code").success(),
        ""
    );
    let value: Value = serde_json::from_str(&sandbox.run("graph diff . --json").success()).unwrap();
    assert_eq!(value["modules"], serde_json::json!([]));
    assert_eq!(value["directives"], serde_json::json!([]));
    let markdown = sandbox
        .run("graph diff ./new ./new --format markdown")
        .success();
    assert!(markdown.ends_with("No change.\n"), "{markdown}");
    assert_eq!(sandbox.run("graph diff . ./new --exit-code").code, Some(1));
}

#[test]
fn revisions_are_read_from_objects() {
    let Some(sandbox) = repository("revisions_are_read_from_objects") else {
        return;
    };
    assert_eq!(sandbox.run("graph diff HEAD").success(), "");
    sandbox.write("go.mod", AFTER);
    let text = sandbox.run("graph diff HEAD").success();
    assert!(
        text.contains("upgraded example.com/a v1.0.0 => v1.1.0"),
        "{text}"
    );
    // What the first side replaces lies in the revision alone.
    fs::remove_dir_all(sandbox.work().join("d")).unwrap();
    git(&sandbox, "checkout -q -b side");
    commit(&sandbox, "second");
    let status = git(&sandbox, "status --porcelain");
    let range = sandbox.run("graph diff main..side").success();
    let neutral = |text: &str| text.replace("main:", "HEAD:").replace("side:", "");
    assert_eq!(neutral(&range), text);
    assert_eq!(
        sandbox
            .run("graph diff main...side")
            .success()
            .lines()
            .count(),
        text.lines().count()
    );
    assert_eq!(
        git(&sandbox, "status --porcelain"),
        status,
        "nothing was touched"
    );
    assert_eq!(git(&sandbox, "stash list"), "");
    assert_snapshot!(sandbox.run("graph diff side main").success(), @r"
    downgraded example.com/a v1.1.0 => v1.0.0
      example.com/main requires example.com/a v1.1.0 (side:go.mod:7) <- gone
    downgraded example.com/b v1.2.0 => v1.0.0 (indirect)
      example.com/main requires example.com/a v1.1.0 (side:go.mod:7) <- gone
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:4)
    removed example.com/c v1.0.0 (indirect)
      example.com/main requires example.com/a v1.1.0 (side:go.mod:7) <- gone
      example.com/a v1.1.0 requires example.com/c v1.0.0 (example.com/a@v1.1.0/go.mod:5)
    added example.com/d v1.0.0
      example.com/main requires example.com/d v1.0.0 (main:go.mod:7) <- new
    removed exclude example.com/d@v1.0.0 (side:go.mod:14)
    changed go 1.22 => 1.21 (main:go.mod:3)
    added replace example.com/d: ./d (main:go.mod:12)
    removed toolchain go1.24.1 (side:go.mod:5)

    1 added, 1 removed, 0 upgraded, 2 downgraded; 4 other lines
    ");
    assert_snapshot!(sandbox.run("graph diff main side --format markdown").success(), @r"
    ### Modules: `main` → `side`

    1 added, 1 removed, 2 upgraded, 0 downgraded; 4 other lines.

    | | module | before | after | cause |
    |---|---|---|---|---|
    | upgraded | `example.com/a` | `v1.0.0` | `v1.1.0` | `example.com/main` requires `example.com/a@v1.1.0` (side:go.mod:7) |
    | upgraded | `example.com/b` (indirect) | `v1.0.0` | `v1.2.0` | `example.com/main` requires `example.com/a@v1.1.0` (side:go.mod:7) |
    | added | `example.com/c` (indirect) |  | `v1.0.0` | `example.com/main` requires `example.com/a@v1.1.0` (side:go.mod:7) |
    | removed | `example.com/d` | `v1.0.0` |  | `example.com/main` requires `example.com/d@v1.0.0` (main:go.mod:7) |

    | file | directive | before | after |
    |---|---|---|---|
    | `go.mod` | `exclude example.com/d@v1.0.0` |  | ✓ |
    | `go.mod` | `go` | `1.21` | `1.22` |
    | `go.mod` | `replace example.com/d` | `./d` |  |
    | `go.mod` | `toolchain` |  | `go1.24.1` |
    ");
    // A directory below the module sees the same module.
    let mut below = sandbox.command(["graph", "diff", "main", "side"]);
    below.current_dir(sandbox.work().join("new"));
    let run = Run::of(&mut below);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn what_is_no_revision_is_3_with_what_to_type() {
    let Some(sandbox) = repository("what_is_no_revision") else {
        return;
    };
    git(&sandbox, "tag v1.2.0");
    git(&sandbox, "branch feature/login");
    assert_snapshot!(sandbox.run("graph diff v1.2").failure(3), @r"
    error: unknown git revision `v1.2`

    hint: did you mean `v1.2.0`?
    ");
    assert_snapshot!(sandbox.run("graph diff feature/logn").failure(3), @r"
    error: unknown git revision `feature/logn`

    hint: did you mean `feature/login`?
    ");
    assert_snapshot!(sandbox.run("graph diff 0123456789abcdef").failure(3), @r"
    error: unknown git revision `0123456789abcdef`

    hint: list what there is with `git branch --all` and `git tag`; `git fetch --tags` brings what is missing
    ");
    assert_snapshot!(sandbox.run("graph diff ./nowhere").failure(3), @r"
    error: `./nowhere` does not exist

    hint: a side is a git revision, a directory or a go.mod file
    ");
    let text = sandbox
        .run_with(["graph", "diff", "--", "--upload-pack=x"])
        .failure(3);
    assert!(text.contains("unknown git revision"), "{text}");
    let broken = BEFORE.replace(
        "go 1.21\n",
        "<<<<<<< ours\ngo 1.21\n=======\ngo 1.22\n>>>>>>> theirs\n",
    );
    sandbox.write("go.mod", broken);
    assert_snapshot!(sandbox.run("graph diff HEAD").failure(3), @r"
    error: cannot load `work tree`
     --> go.mod:3:1
      |
    3 | <<<<<<< ours
      | ^^^^^^^ unknown directive: <<<<<<<; expected module, go, toolchain, godebug, require, exclude, replace, retract, tool or ignore
     --> go.mod:5:1
      |
    5 | =======
      | ^^^^^^^ unknown directive: =======; expected module, go, toolchain, godebug, require, exclude, replace, retract, tool or ignore
     --> go.mod:6:1
      |
    6 | go 1.22
      | ^^^^^^^ repeated go statement
     --> go.mod:7:1
      |
    7 | >>>>>>> theirs
      | ^^^^^^^ unknown directive: >>>>>>>; expected module, go, toolchain, godebug, require, exclude, replace, retract, tool or ignore

    hint: the file has a merge conflict: choose what is to stay, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`
    ");
}

#[test]
fn outside_of_a_repository_a_revision_is_3() {
    let sandbox = files();
    let text = sandbox.run("graph diff HEAD~1").failure(3);
    let text = text.replace(&sandbox.work().display().to_string(), "WORK");
    assert_snapshot!(text, @r"
    error: `HEAD~1` may be a git revision, but `WORK` is in no git work tree

    hint: a side is a git revision, a directory (`./DIR`) or a go.mod file
    ");
}

#[test]
fn a_shallow_clone_says_how_to_get_the_revision() {
    let Some(sandbox) = repository("a_shallow_clone") else {
        return;
    };
    let first = git(&sandbox, "rev-parse HEAD");
    sandbox.write("go.mod", AFTER);
    commit(&sandbox, "second");
    let url = modsmith::adapters::config::file_url(&sandbox.work());
    git(&sandbox, &format!("clone -q --depth 1 {url} ../shallow"));
    let mut command = sandbox.command(["graph", "diff", &first]);
    command.current_dir(sandbox.path().join("shallow"));
    let text = Run::of(&mut command).failure(3).replace(&first, "FIRST");
    assert_snapshot!(text, @r"
    error: unknown git revision `FIRST` in this shallow clone

    hint: fetch the history first: `git fetch --unshallow`, or `git fetch --depth=1 origin FIRST` for this one; in GitHub Actions `fetch-depth: 0` of `actions/checkout`
    ");
}

#[test]
fn workspaces_of_a_revision_are_loaded_as_a_whole() {
    let Some(sandbox) = repository("workspaces_of_a_revision") else {
        return;
    };
    sandbox.write("go.work", "go 1.22\n\nuse (\n\t.\n\t./tool\n)\n");
    sandbox.write(
        "tool/go.mod",
        "module example.com/tool\n\ngo 1.22\n\nrequire example.com/a v1.1.0\n",
    );
    commit(&sandbox, "workspace");
    git(&sandbox, "rm -q -r go.work tool");
    assert!(!Path::new(&sandbox.work().join("go.work")).exists());
    assert_snapshot!(sandbox.run("graph diff HEAD~1 HEAD").success(), @r"
    upgraded example.com/a v1.0.0 => v1.1.0
      example.com/tool requires example.com/a v1.1.0 (HEAD:tool/go.mod:5) <- new
    upgraded example.com/b v1.0.0 => v1.2.0 (indirect)
      example.com/tool requires example.com/a v1.1.0 (HEAD:tool/go.mod:5) <- new
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:4)
    added example.com/c v1.0.0 (indirect)
      example.com/tool requires example.com/a v1.1.0 (HEAD:tool/go.mod:5) <- new
      example.com/a v1.1.0 requires example.com/c v1.0.0 (example.com/a@v1.1.0/go.mod:5)
    added go 1.22 (HEAD:go.work:1)
    added use . (HEAD:go.work:4)
    added use ./tool (HEAD:go.work:5)
    added go 1.22 (HEAD:tool/go.mod:3)
    added module example.com/tool (HEAD:tool/go.mod:1)

    1 added, 0 removed, 2 upgraded, 0 downgraded; 5 other lines
    ");
    assert_eq!(sandbox.run("graph diff HEAD~1").success(), "");
    let off = sandbox.set("GOWORK", "off");
    assert_eq!(off.run("graph diff HEAD~1 HEAD").success(), "");
}

#[test]
fn each_side_is_believed_by_its_own_go_sum() {
    let sandbox = files();
    sandbox.write("go.sum", "");
    let good = sandbox.run("graph diff . ./new").success();
    assert!(!good.is_empty());
    let wrong = "example.com/b v1.2.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    sandbox.write("new/go.sum", wrong);
    let text = sandbox.run("graph diff . ./new").failure(5);
    assert!(text.contains("checksum mismatch"), "{text}");
    sandbox.write("go.mod", AFTER);
    fs::remove_file(sandbox.work().join("new/go.sum")).unwrap();
    sandbox.write("go.sum", wrong);
    sandbox.run("graph diff ./new .").failure(5);
}
