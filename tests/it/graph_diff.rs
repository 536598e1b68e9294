//! `modsmith graph diff`.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use modsmith::domain::checksum::dirhash::hash_go_mod;
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

#[test]
fn files_with_other_names_stand_for_go_mod() {
    let sandbox = files().file("other.mod", AFTER);
    let text = sandbox.run("graph diff ./other.mod ./go.mod").success();
    assert_snapshot!(text, @r"
    downgraded example.com/a v1.1.0 => v1.0.0
      example.com/main requires example.com/a v1.1.0 (other.mod:7) <- gone
    downgraded example.com/b v1.2.0 => v1.0.0 (indirect)
      example.com/main requires example.com/a v1.1.0 (other.mod:7) <- gone
      example.com/a v1.1.0 requires example.com/b v1.2.0 (example.com/a@v1.1.0/go.mod:4)
    removed example.com/c v1.0.0 (indirect)
      example.com/main requires example.com/a v1.1.0 (other.mod:7) <- gone
      example.com/a v1.1.0 requires example.com/c v1.0.0 (example.com/a@v1.1.0/go.mod:5)
    added example.com/d v1.0.0
      example.com/main requires example.com/d v1.0.0 (go.mod:7) <- new
    removed exclude example.com/d@v1.0.0 (other.mod:14)
    changed go 1.22 => 1.21 (go.mod:3)
    added replace example.com/d: ./d (go.mod:12)
    removed toolchain go1.24.1 (other.mod:5)

    1 added, 1 removed, 0 upgraded, 2 downgraded; 4 other lines
    ");
    // With the name alone it is the same file, and the other way round everything is the other way round.
    assert_eq!(sandbox.run("graph diff other.mod go.mod").success(), text);
    assert_snapshot!(sandbox.run("graph diff ./go.mod ./other.mod").success().lines().last().unwrap(), @"1 added, 1 removed, 2 upgraded, 0 downgraded; 4 other lines");
    assert_eq!(
        sandbox.run("graph diff ./other.mod ./other.mod").success(),
        ""
    );
    // Its sums are beside it.
    sandbox.write(
        "other.sum",
        "example.com/b v1.2.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    );
    let text = sandbox.run("graph diff ./other.mod ./go.mod").failure(5);
    assert!(text.contains("checksum mismatch"), "{text}");
}

/// Two commits of a workspace whose go.sum files vouch for everything; one member replaces a module by a directory that is
/// no member.
fn workspace(test: &str) -> Option<Sandbox> {
    let sandbox = repository(test)?;
    let line = |(module, text): &(&str, &str)| {
        let (path, version) = module.split_once('@').unwrap();
        let hash = hash_go_mod(format!("module {path}\n{text}").as_bytes());
        format!("{path} {version}/go.mod {hash}\n")
    };
    let sums: String = MODULES.iter().map(line).collect();
    sandbox.write("go.work", "go 1.24.1\n\nuse (\n\t.\n\t./tools/tool\n)\n");
    sandbox.write("go.sum", &sums);
    sandbox.write(
        "tools/tool/go.mod",
        "module example.com/tool\n\ngo 1.22\n\nrequire example.com/a v1.0.0\n",
    );
    sandbox.write("tools/tool/go.sum", &sums);
    commit(&sandbox, "second");
    sandbox.write(
        "tools/tool/go.mod",
        "module example.com/tool\n\ngo 1.22\n\nrequire example.com/a v1.1.0\n",
    );
    commit(&sandbox, "third");
    Some(sandbox)
}

fn entries(sandbox: &Sandbox, area: &str) -> Vec<PathBuf> {
    let dir = sandbox.cache().join("cache/modsmith").join(area);
    let entries = fs::read_dir(dir).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Removes every go.mod that the module cache and the proxy have: only the index can answer now.
fn forget_modules(sandbox: &Sandbox) {
    fs::remove_dir_all(sandbox.cache().join("cache/download")).unwrap();
    fs::remove_dir_all(sandbox.work().join("proxy")).unwrap();
}

#[test]
fn graphs_of_commits_are_kept() {
    let Some(sandbox) = workspace("graphs_of_commits_are_kept") else {
        return;
    };
    let first = sandbox.run("graph diff HEAD~1 HEAD").success();
    assert!(
        first.contains("upgraded example.com/b v1.0.0 => v1.2.0"),
        "{first}"
    );
    assert_eq!(entries(&sandbox, "graph").len(), 2);
    // The second run looks for what go.mod files say, the third knows that, too.
    for _ in 0..2 {
        assert_eq!(sandbox.run("graph diff HEAD~1 HEAD").success(), first);
    }
    assert_eq!(entries(&sandbox, "statements").len(), 2);
    forget_modules(&sandbox);
    assert_eq!(sandbox.run("graph diff HEAD~1 HEAD").success(), first);
    // What lies around in the work tree has no say.
    fs::remove_dir_all(sandbox.work().join("tools")).unwrap();
    fs::remove_dir_all(sandbox.work().join("d")).unwrap();
    assert_eq!(sandbox.run("graph diff HEAD~1 HEAD").success(), first);
    // Another commit has an entry of its own, or none.
    let other = sandbox.run("graph diff HEAD~2 HEAD");
    assert_ne!(other.code, Some(0), "{}", other.stdout);
}

#[test]
fn an_entry_of_a_commit_with_another_bit_is_not_believed() {
    let Some(sandbox) = workspace("an_entry_of_a_commit") else {
        return;
    };
    let first = sandbox.run("graph diff HEAD~1 HEAD").success();
    sandbox.run("graph diff HEAD~1 HEAD").success();
    for area in ["graph", "statements"] {
        let paths = entries(&sandbox, area);
        assert_eq!(paths.len(), 2);
        for path in paths {
            let whole = fs::read(&path).unwrap();
            for at in [0, whole.len() / 2, whole.len() - 1] {
                let mut bytes = whole.clone();
                bytes[at] ^= 1;
                fs::write(&path, bytes).unwrap();
                assert_eq!(sandbox.run("graph diff HEAD~1 HEAD").success(), first);
            }
        }
    }
    let paths = entries(&sandbox, "graph");
    // The answer about one commit is none about the other one.
    fs::copy(&paths[0], &paths[1]).unwrap();
    assert_eq!(sandbox.run("graph diff HEAD~1 HEAD").success(), first);
    fs::copy(&paths[0], &paths[1]).unwrap();
    forget_modules(&sandbox);
    let text = sandbox.run("graph diff HEAD~1 HEAD");
    assert_ne!(text.code, Some(0), "{}", text.stdout);
}

#[test]
fn a_directory_outside_of_the_commit_is_compared() {
    let Some(sandbox) = workspace("a_directory_outside") else {
        return;
    };
    let outside = sandbox.path().join("outside");
    fs::create_dir_all(&outside).unwrap();
    let write = |version: &str| {
        let text = format!("module example.com/d\n\ngo 1.21\n\nrequire example.com/b {version}\n");
        fs::write(outside.join("go.mod"), text).unwrap();
    };
    write("v1.0.0");
    let path = outside.display().to_string().replace('\\', "/");
    sandbox.write("go.mod", BEFORE.replace("=> ./d", &format!("=> {path}")));
    let tool = sandbox.work().join("tools/tool/go.mod");
    let text = fs::read_to_string(&tool).unwrap();
    fs::write(tool, text.replace("v1.1.0", "v1.0.0")).unwrap();
    commit(&sandbox, "fourth");
    for _ in 0..3 {
        assert!(
            !sandbox
                .run("graph diff HEAD~2 HEAD")
                .success()
                .contains("example.com/b")
        );
    }
    write("v1.2.0");
    let text = sandbox.run("graph diff HEAD~2 HEAD").success();
    assert!(
        text.contains("upgraded example.com/b v1.0.0 => v1.2.0"),
        "{text}"
    );
}

#[test]
fn objects_that_stand_for_others_are_seen() {
    let Some(sandbox) = workspace("objects_that_stand_for_others") else {
        return;
    };
    let first = sandbox.run("graph diff HEAD~1 HEAD").success();
    assert_eq!(sandbox.run("graph diff HEAD~1 HEAD").success(), first);
    git(
        &sandbox,
        "replace HEAD:tools/tool/go.mod HEAD~1:tools/tool/go.mod",
    );
    for _ in 0..2 {
        assert_eq!(sandbox.run("graph diff HEAD~1 HEAD").success(), "");
    }
    git(&sandbox, "replace -d HEAD:tools/tool/go.mod");
    assert_eq!(sandbox.run("graph diff HEAD~1 HEAD").success(), first);
}

#[cfg(unix)]
#[test]
fn links_of_a_commit_are_followed() {
    let Some(sandbox) = workspace("links_of_a_commit") else {
        return;
    };
    let work = sandbox.work();
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, work.join(at)).unwrap();
    fs::rename(work.join("tools"), work.join("real")).unwrap();
    link("real", "tools");
    fs::rename(work.join("go.mod"), work.join("main.mod")).unwrap();
    link("main.mod", "go.mod");
    commit(&sandbox, "links");
    let text = sandbox.run("graph diff HEAD~2 HEAD").success();
    assert_eq!(
        text,
        sandbox
            .run("graph diff HEAD~2 HEAD~1")
            .success()
            .replace("HEAD~1:", "HEAD:")
    );
    fs::remove_file(work.join("go.mod")).unwrap();
    link("nowhere", "go.mod");
    commit(&sandbox, "nowhere");
    sandbox.run("graph diff HEAD~1 HEAD").failure(3);
}

#[test]
fn a_partial_clone_that_lacks_a_file_says_so() {
    let Some(sandbox) = workspace("a_partial_clone") else {
        return;
    };
    let hash = git(&sandbox, "rev-parse HEAD:tools/tool/go.mod");
    let (start, rest) = hash.split_at(2);
    fs::remove_file(sandbox.work().join(".git/objects").join(start).join(rest)).unwrap();
    let text = sandbox.run("graph diff HEAD~1 HEAD").failure(4);
    assert!(text.contains(&format!("lacks the object {hash}")), "{text}");
}
