//! Changes that `verify sum` must find.

use std::fs;

use crate::tamper::world::{OTHERS, World, edit, flip, go_sum, sum};
use crate::tamper::{self, Change, Row};

/// What is done, how, the rule, what is named, the exit code.
const CHANGES: &[Change] = &[
    (
        "the hashes of two lines are swapped",
        swap,
        "sum-differs-from-cache",
        "rsc.io/quote@v1.5.2/go.mod",
        5,
    ),
    (
        "a line of go.sum has the hash of another version",
        other_version,
        "sum-differs-from-cache",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "the same for a go.mod that is not cached",
        other_go_mod,
        "sum-go-mod-mismatch",
        "rsc.io/sampler@v1.3.0/go.mod",
        5,
    ),
    (
        "a hash of go.sum is cut off",
        |world| change_line(world, "rsc.io/quote v1.5.2 ", |line| line[..40].to_owned()),
        "sum-invalid-hash",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "one character of a hash is changed",
        |world| {
            edit(
                &world.work("go.sum"),
                "rsc.io/quote v1.5.2 h1:3f",
                "rsc.io/quote v1.5.2 h1:3g",
            );
        },
        "sum-differs-from-cache",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a line of go.sum is cut off before the hash",
        |world| {
            change_line(world, "rsc.io/quote v1.5.2 ", |_| {
                "rsc.io/quote v1.5.2".to_owned()
            });
        },
        "sum-malformed-line",
        "go.sum:3",
        1,
    ),
    (
        "the line of a go.mod is deleted",
        |world| delete_line(world, "rsc.io/sampler v1.3.0/go.mod"),
        "sum-missing-go-mod",
        "rsc.io/sampler@v1.3.0/go.mod",
        1,
    ),
    (
        "the line of a module that is required directly is deleted",
        |world| delete_line(world, "rsc.io/quote v1.5.2 "),
        "sum-missing-module",
        "rsc.io/quote@v1.5.2",
        1,
    ),
    (
        "the line of a module that is required indirectly is deleted",
        |world| delete_line(world, "rsc.io/sampler v1.3.0 "),
        "sum-missing-module-indirect",
        "rsc.io/sampler@v1.3.0",
        0,
    ),
    (
        "go.sum is deleted",
        |world| fs::remove_file(world.work("go.sum")).unwrap(),
        "sum-missing-go-mod",
        "golang.org/x/text@v0.0.0-20170915032832-14c0d48ead0c/go.mod",
        1,
    ),
    (
        "a line with another hash is added",
        contradict,
        "sum-contradiction",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a merge is not finished",
        |world| conflict(world, "<<<<<<< HEAD"),
        "sum-merge-conflict",
        "go.sum:1",
        1,
    ),
    (
        "a conflict marker has three words",
        |world| conflict(world, "<<<<<<< Updated upstream"),
        "sum-merge-conflict",
        "go.sum:1",
        1,
    ),
    (
        "a hash gets an unknown algorithm",
        |world| {
            edit(
                &world.work("go.sum"),
                "rsc.io/quote v1.5.2 h1:",
                "rsc.io/quote v1.5.2 h2:",
            );
        },
        "sum-unknown-hash",
        "rsc.io/quote@v1.5.2",
        1,
    ),
    (
        "lines of another version are added",
        |world| append(world, &go_sum(&OTHERS[..1])),
        "sum-superfluous-line",
        "rsc.io/quote@v1.5.1",
        0,
    ),
    (
        "a line is there twice",
        |world| append(world, &line(world, "rsc.io/quote v1.5.2 ")),
        "sum-duplicate-line",
        "rsc.io/quote@v1.5.2",
        0,
    ),
    (
        "the line of an empty go.mod is added",
        |world| {
            append(
                world,
                "example.com/x v1.0.0/go.mod h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=\n",
            );
        },
        "sum-empty-go-mod",
        "example.com/x@v1.0.0/go.mod",
        0,
    ),
    (
        "a bit of a cached go.mod, seen from go.sum",
        |world| flip(&world.cached("rsc.io/quote/@v/v1.5.2.mod"), -2),
        "sum-differs-from-cache",
        "rsc.io/quote@v1.5.2/go.mod",
        5,
    ),
    (
        "a bit of a .ziphash, seen from go.sum",
        |world| flip(&world.cached("rsc.io/quote/@v/v1.5.2.ziphash"), 9),
        "sum-differs-from-cache",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a bit of a go.mod that the proxy serves",
        served_go_mod,
        "sum-go-mod-mismatch",
        "rsc.io/quote@v1.5.2/go.mod",
        5,
    ),
];

pub(super) fn rows() -> Vec<Row> {
    tamper::rows_of("verify sum", CHANGES)
}

/// Returns the line of go.sum that starts so, with its end.
pub(super) fn line(world: &World, start: &str) -> String {
    let text = world.sandbox.read("go.sum");
    let found = text
        .split_inclusive('\n')
        .find(|line| line.starts_with(start));
    found.unwrap().to_owned()
}

/// Replaces the line of go.sum that starts so.
pub(super) fn change_line(world: &World, start: &str, change: impl Fn(&str) -> String) {
    let old = line(world, start);
    edit(
        &world.work("go.sum"),
        old.trim_end(),
        &change(old.trim_end()),
    );
}

/// Deletes the line of go.sum that starts so.
pub(super) fn delete_line(world: &World, start: &str) {
    edit(&world.work("go.sum"), &line(world, start), "");
}

/// Adds lines at the end of go.sum.
pub(super) fn append(world: &World, lines: &str) {
    world
        .sandbox
        .write("go.sum", world.sandbox.read("go.sum") + lines);
}

/// Gives the lines of rsc.io/quote each other's hashes.
pub(super) fn swap(world: &World) {
    let (zip, go_mod) = (
        sum("rsc.io/quote", "v1.5.2", "h1"),
        sum("rsc.io/quote", "v1.5.2", "h1mod"),
    );
    let file = world.work("go.sum");
    edit(&file, &zip, "h1:ZIP");
    edit(&file, &go_mod, &zip);
    edit(&file, "h1:ZIP", &go_mod);
}

/// Gives the line of a zip the hash of another version.
pub(super) fn other_version(world: &World) {
    let (old, new) = (
        sum("rsc.io/quote", "v1.5.2", "h1"),
        sum("rsc.io/quote", "v1.5.1", "h1"),
    );
    edit(&world.work("go.sum"), &old, &new);
}

fn other_go_mod(world: &World) {
    let (old, new) = (
        sum("rsc.io/sampler", "v1.3.0", "h1mod"),
        sum("rsc.io/quote", "v1.5.1", "h1mod"),
    );
    edit(&world.work("go.sum"), &old, &new);
    fs::remove_file(world.cached("rsc.io/sampler/@v/v1.3.0.mod")).unwrap();
}

fn served_go_mod(world: &World) {
    fs::remove_file(world.cached("rsc.io/quote/@v/v1.5.2.mod")).unwrap();
    flip(&world.served("rsc.io/quote/@v/v1.5.2.mod"), -3);
}

fn contradict(world: &World) {
    let other = sum("rsc.io/quote", "v1.5.1", "h1");
    append(world, &format!("rsc.io/quote v1.5.2 {other}\n"));
}

fn conflict(world: &World, start: &str) {
    let text = world.sandbox.read("go.sum");
    let ours = line(world, "rsc.io/quote v1.5.2 ");
    world.sandbox.write(
        "go.sum",
        format!("{start}\n{text}=======\n{ours}>>>>>>> branch\n"),
    );
}
