//! Changes that `verify binary` must find.

use std::fs;
use std::path::PathBuf;

use crate::support::{go_binary, image};
use crate::tamper::Row;
use crate::tamper::world::{MODULES, World, edit, flip, sum};

const COMMAND: &str = "verify binary app";

/// A time at which Go 1.26 is supported.
const NOW: &str = "1790000000";

/// Name of the change, the change, rule, text that names the subject, exit code.
type Short = (&'static str, fn(&World), &'static str, &'static str, i32);

#[rustfmt::skip]
const CHANGES: &[Short] = &[
    ("a hash in a binary", other_hash, "binary-sum-mismatch", "rsc.io/quote@v1.5.2", 5),
    ("a version in a binary", other_version, "binary-sum-mismatch", "rsc.io/quote@v1.5.1", 5),
    ("an invented version in a binary", invented, "binary-version-unknown", "rsc.io/quote@v1.9.9", 1),
    ("an impossible module in a binary", impossible, "binary-info-malformed", "../quote@v1.5.2", 1),
    ("another hash in go.sum than in a binary", other_go_sum, "binary-sum-mismatch", "go.sum", 5),
    ("the hash in the database, with no go.sum", other_record, "binary-sum-mismatch", "rsc.io/quote@v1.5.2", 5),
    ("a directory in place of a module in a binary", directory, "binary-replaced-by-directory", "./quote", 1),
    ("another module in place of one in a binary", replaced, "binary-replaced", "rsc.io/quote@v1.5.1", 0),
    ("the hash of a replacement in a binary", bad_replacement, "binary-sum-mismatch", "rsc.io/quote@v1.5.1", 5),
    ("a binary of a changed work tree", dirty, "binary-dirty", "abcdef", 1),
    ("a binary of a dirty version", dirty_version, "binary-dirty", "app", 1),
    ("a binary without version", devel, "binary-no-version", "example.com/main", 0),
    ("a binary without hashes", no_sums, "binary-no-sum", "rsc.io/quote@v1.5.2", 0),
    ("a binary of an old Go", old_go, "binary-go-unsupported", "go1.20.3", 0),
    ("a broken line in a binary", broken_line, "binary-info-malformed", "line 3", 1),
    ("the magic of a binary", no_magic, "binary-not-go", "not a Go executable", 1),
    ("a binary that was cut", cut, "binary-not-go", "app", 1),
    ("a lying header of a binary", lying_header, "binary-not-go", "unrecognized file format", 1),
];

pub(super) fn rows() -> Vec<Row> {
    let row = |&(name, change, rule, names, code): &Short| Row {
        name,
        world: with_binary,
        change,
        command: COMMAND,
        rule,
        names,
        code,
    };
    let mut rows: Vec<Row> = CHANGES.iter().map(row).collect();
    let in_image = |name, change, rule, names, code| Row {
        name,
        world: with_image,
        change,
        command: "verify binary layout",
        rule,
        names,
        code,
    };
    rows.extend([
        in_image(
            "a hash in a binary in an image",
            other_hash_in_image as fn(&World),
            "binary-sum-mismatch",
            "layout!/usr/bin/app",
            5,
        ),
        in_image(
            "a byte of a layer of an image",
            flip_layer,
            "binary-image-mismatch",
            "layout",
            5,
        ),
        in_image(
            "an image without one of its layers",
            |world| fs::remove_file(layer(world)).unwrap(),
            "binary-image-damaged",
            "is missing",
            1,
        ),
    ]);
    rows.push(Row {
        name: "no go.sum and no network for a binary",
        world: far_away,
        change: |world| fs::remove_file(world.work("go.sum")).unwrap(),
        command: "verify binary app --offline",
        rule: "binary-sum-unproven",
        names: "rsc.io/quote@v1.5.2",
        code: 1,
    });
    rows
}

/// Returns the world with a binary of its modules.
fn with_binary() -> World {
    let World { sandbox } = World::new();
    let world = World {
        sandbox: sandbox.set("SOURCE_DATE_EPOCH", NOW),
    };
    build(&world, "go1.26.8", &modules());
    world
}

/// Returns the same world, with its database out of reach.
fn far_away() -> World {
    let World { sandbox } = with_binary();
    World {
        sandbox: sandbox.set("GOPROXY", "https://proxy.example.com"),
    }
}

/// Returns a world with an image that has the binary in its only layer.
fn with_image() -> World {
    let world = with_binary();
    put_image(&world);
    world
}

fn put_image(world: &World) {
    let app = fs::read(world.work("app")).unwrap();
    let layer = image::tar(&[("usr/bin/app", &app)]);
    image::oci_layout(&world.work("layout"), &[("linux/amd64", &[layer])]);
}

fn other_hash_in_image(world: &World) {
    other_hash(world);
    put_image(world);
}

/// Returns the largest blob.
fn layer(world: &World) -> PathBuf {
    let blobs = fs::read_dir(world.work("layout/blobs/sha256")).unwrap();
    let blobs = blobs.map(|blob| blob.unwrap().path());
    blobs
        .max_by_key(|blob| fs::metadata(blob).unwrap().len())
        .unwrap()
}

fn flip_layer(world: &World) {
    flip(&layer(world), 200);
}

fn modules() -> String {
    let deps = MODULES.iter().map(|(path, version)| {
        let hash = sum(path, version, "h1");
        format!("dep\t{path}\t{version}\t{hash}\n")
    });
    let deps: String = deps.collect();
    format!(
        "path\texample.com/main\nmod\texample.com/main\tv1.0.0\t\n{deps}build\tvcs.revision=abcdef\nbuild\tvcs.modified=false\n"
    )
}

fn build(world: &World, go_version: &str, modules: &str) {
    fs::write(world.work("app"), go_binary::elf(go_version, modules)).unwrap();
}

/// Builds the binary with a change in the text of its modules.
fn rebuild(world: &World, from: &str, to: &str) {
    let text = modules();
    assert!(text.contains(from), "no `{from}` in\n{text}");
    build(world, "go1.26.8", &text.replacen(from, to, 1));
}

/// Changes bytes of the binary in place.
fn patch(world: &World, from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let mut bytes = fs::read(world.work("app")).unwrap();
    let at = memchr::memmem::find(&bytes, from).expect("what is changed");
    bytes[at..at + to.len()].copy_from_slice(to);
    fs::write(world.work("app"), bytes).unwrap();
}

fn quote() -> String {
    format!(
        "rsc.io/quote\tv1.5.2\t{}",
        sum("rsc.io/quote", "v1.5.2", "h1")
    )
}

fn other_hash(world: &World) {
    let hash = sum("rsc.io/quote", "v1.5.2", "h1");
    let other = format!("h1:A{}", &hash[4..]);
    patch(world, hash.as_bytes(), other.as_bytes());
}

fn other_version(world: &World) {
    patch(world, b"rsc.io/quote\tv1.5.2", b"rsc.io/quote\tv1.5.1");
}

fn invented(world: &World) {
    patch(world, b"rsc.io/quote\tv1.5.2", b"rsc.io/quote\tv1.9.9");
}

fn impossible(world: &World) {
    rebuild(world, "rsc.io/quote", "../quote");
}

fn other_go_sum(world: &World) {
    let hash = sum("rsc.io/quote", "v1.5.2", "h1");
    let other = format!("h1:A{}", &hash[4..]);
    edit(&world.work("go.sum"), &hash, &other);
}

/// The record is one that the log does not have.
fn other_record(world: &World) {
    fs::remove_file(world.work("go.sum")).unwrap();
    let hash = sum("rsc.io/quote", "v1.5.2", "h1");
    let other = format!("h1:A{}", &hash[4..]);
    edit(&world.sumdb("lookup/rsc.io/quote@v1.5.2"), &hash, &other);
}

fn directory(world: &World) {
    rebuild(
        world,
        &quote(),
        "rsc.io/quote\tv1.5.2\n=>\t./quote\t(devel)\t",
    );
}

fn replaced(world: &World) {
    let hash = sum("rsc.io/quote", "v1.5.1", "h1");
    let replaced = format!("rsc.io/quote\tv1.5.2\n=>\trsc.io/quote\tv1.5.1\t{hash}");
    rebuild(world, &quote(), &replaced);
}

fn bad_replacement(world: &World) {
    let hash = sum("rsc.io/quote", "v1.5.2", "h1");
    let replaced = format!("rsc.io/quote\tv1.5.2\n=>\trsc.io/quote\tv1.5.1\t{hash}");
    rebuild(world, &quote(), &replaced);
}

fn dirty(world: &World) {
    rebuild(world, "vcs.modified=false", "vcs.modified=true");
}

fn dirty_version(world: &World) {
    rebuild(world, "v1.0.0\t\n", "v1.0.0+dirty\t\n");
}

fn devel(world: &World) {
    rebuild(world, "v1.0.0\t\n", "(devel)\t\n");
}

fn no_sums(world: &World) {
    rebuild(world, &quote(), "rsc.io/quote\tv1.5.2\t");
}

fn old_go(world: &World) {
    build(world, "go1.20.3", &modules());
}

fn broken_line(world: &World) {
    rebuild(world, "golang.org/x/text\t", "golang.org/x/text\ta\tb\t");
}

fn no_magic(world: &World) {
    patch(world, b"\xff Go buildinf:", b"\xff Go buildinF:");
}

fn cut(world: &World) {
    let bytes = fs::read(world.work("app")).unwrap();
    fs::write(world.work("app"), &bytes[..bytes.len() - 100]).unwrap();
}

fn lying_header(world: &World) {
    let mut bytes = fs::read(world.work("app")).unwrap();
    // The number of program headers.
    bytes[56] = 200;
    fs::write(world.work("app"), bytes).unwrap();
}
