//! Changes that `verify sumdb` must find.
//!
//! The static database stands for the network. Where the module cache holds what was proven before, a first run has put
//! it there; rows that tamper with that forget the kept proofs, so that the go command's own files count.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::conformance::support::{bytes, rows as vectors};
use crate::tamper::sum::{change_line, other_version, swap};
use crate::tamper::world::{DATABASE, World, edit, flip, write};
use crate::tamper::{self, Change, Row};

/// What is done, how, the rule, what is named, the exit code.
const CHANGES: &[Change] = &[
    (
        "sumdb: two hashes are swapped",
        swap,
        "sumdb-line-differs",
        "rsc.io/quote@v1.5.2/go.mod",
        5,
    ),
    (
        "sumdb: the hash of another version",
        other_version,
        "sumdb-line-differs",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "sumdb: a hash is cut off",
        |world| change_line(world, "rsc.io/quote v1.5.2 ", |line| line[..40].to_owned()),
        "sumdb-line-differs",
        "go.sum",
        5,
    ),
    (
        "sumdb: a version that does not exist",
        |world| {
            change_line(world, "rsc.io/quote v1.5.2 ", |line| {
                line.replace("v1.5.2", "v1.5.9")
            });
        },
        "sumdb-unknown-module",
        "rsc.io/quote@v1.5.9",
        1,
    ),
    (
        "sumdb: a path that cannot be",
        |world| {
            change_line(world, "rsc.io/quote v1.5.2 ", |line| {
                line.replace("rsc.io/quote", "rsc.io/qu!ote")
            });
        },
        "sumdb-unknown-module",
        "rsc.io/qu!ote@v1.5.2",
        1,
    ),
    (
        "a served tile has another bit",
        |world| flip(&world.sumdb("tile/8/0/000"), 100),
        "sumdb-bad-proof",
        "tile/8/0/000",
        5,
    ),
    (
        "a served tile of the edge has another bit",
        |world| flip(&world.sumdb("tile/8/1/000.p/3"), 5),
        "sumdb-bad-proof",
        "tile/8/1/000.p/3",
        5,
    ),
    (
        "a served tile is cut off",
        |world| cut(world, "tile/8/0/000"),
        "sumdb-bad-proof",
        "tile/8/0/000",
        5,
    ),
    (
        "a served record has another hash",
        |world| edit(&world.sumdb(QUOTE), "h1:3f", "h1:3g"),
        "sumdb-bad-proof",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a served record is another module's",
        |world| {
            put(
                world,
                QUOTE,
                &fs::read(world.sumdb("lookup/rsc.io/sampler@v1.3.0")).unwrap(),
            );
        },
        "sumdb-line-absent",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a served record has another number",
        |world| edit(&world.sumdb(QUOTE), "194\n", "195\n"),
        "sumdb-bad-proof",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a served record has a number beyond the tree",
        |world| edit(&world.sumdb(QUOTE), "194\n", "194000\n"),
        "sumdb-bad-proof",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a served record is no record",
        |world| put(world, QUOTE, b"<html>sign in</html>"),
        "sumdb-bad-proof",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a served tree head has another signature",
        |world| edit(&world.sumdb(QUOTE), "AAAMZ1jh", "AAAMZ1ji"),
        "sumdb-bad-proof",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a served tree head claims more records",
        |world| edit(&world.sumdb(QUOTE), "\n906\n", "\n907\n"),
        "sumdb-bad-proof",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "the latest tree head has another hash",
        |world| edit(&world.sumdb("latest"), "giXTfiPC", "giXTfiPD"),
        "sumdb-bad-proof",
        "latest",
        5,
    ),
    (
        "the latest tree head is signed by another key",
        |world| {
            edit(
                &world.sumdb("latest"),
                "— localhost.localdev/sumdb",
                "— example.com/sumdb",
            );
        },
        "sumdb-bad-proof",
        "latest",
        5,
    ),
    (
        "the latest tree head is of a forked tree",
        |world| {
            put(
                world,
                "latest",
                known("known latest is a forged tree of 300 (fork)").as_bytes(),
            );
        },
        "sumdb-fork",
        "evidence/300-906-",
        5,
    ),
    (
        "the tree head of another run is of a forked tree",
        fork_kept,
        "sumdb-fork",
        "older.note",
        5,
    ),
    (
        "the kept tree head is damaged",
        |world| write(&world.latest(), "garbage"),
        "sumdb-bad-proof",
        "latest",
        5,
    ),
    (
        "the database shows an older tree",
        roll_back,
        "sumdb-rolled-back",
        "evidence/300-906-",
        5,
    ),
];

/// The same files in the module cache, as an earlier run has left them.
const CACHED: &[Change] = &[
    (
        "a cached tile has another bit",
        |world| change_cached(world, "tile/8/0/000", 100),
        "sumdb-bad-proof",
        "tile/8/0/000",
        5,
    ),
    (
        "a cached tile of the edge has another bit",
        |world| change_cached(world, "tile/8/1/000.p/3", 5),
        "sumdb-bad-proof",
        "tile/8/1/000.p/3",
        5,
    ),
    (
        "a cached record has another hash",
        |world| change_cached(world, QUOTE, 33),
        "sumdb-bad-proof",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a cached tile is gone, offline",
        |world| remove_cached(world, "tile/8/0/000"),
        "sumdb-not-proven",
        "tile/8/0/000",
        1,
    ),
    (
        "a cached record is gone, offline",
        |world| remove_cached(world, QUOTE),
        "sumdb-not-proven",
        "lookup/rsc.io/quote@v1.5.2",
        1,
    ),
];

const QUOTE: &str = "lookup/rsc.io/quote@v1.5.2";

pub(super) fn rows() -> Vec<Row> {
    let mut rows = tamper::rows_of("verify sumdb", CHANGES);
    let mut cached = tamper::rows_of("verify sumdb --offline", CACHED);
    for row in &mut cached {
        row.world = seen_before;
    }
    rows.extend(cached);
    rows
}

/// A world without a database to ask, in which everything was proven before.
fn seen_before() -> World {
    let world = World::new();
    world.sandbox.run("verify sumdb").success();
    let proofs = world
        .sandbox
        .cache()
        .join("cache/modsmith/sumdb")
        .join(DATABASE)
        .join("proof");
    fs::remove_dir_all(proofs).unwrap();
    let sandbox = world.sandbox.set("GOPROXY", "https://proxy.example.com");
    World { sandbox }
}

fn put(world: &World, file: &str, contents: &[u8]) {
    write(&world.sumdb(file), contents);
}

fn cut(world: &World, file: &str) {
    let whole = fs::read(world.sumdb(file)).unwrap();
    put(world, file, &whole[..whole.len() - 32]);
}

fn change_cached(world: &World, file: &str, at: isize) {
    flip(&world.cached_sumdb(file), at);
}

fn remove_cached(world: &World, file: &str) {
    fs::remove_file(world.cached_sumdb(file)).unwrap();
}

/// Returns a signed tree head of the vectors.
fn known(name: &str) -> String {
    let row = vectors("sumdb")
        .into_iter()
        .find(|row| row["name"] == name)
        .unwrap();
    String::from_utf8(bytes(&row["known_latest"])).unwrap()
}

/// What was seen more than a day ago is hidden again.
fn roll_back(world: &World) {
    world.sandbox.run("verify sumdb").success();
    let kept = fs::File::options()
        .write(true)
        .open(world.latest())
        .unwrap();
    kept.set_modified(SystemTime::now() - Duration::from_hours(25))
        .unwrap();
    put(
        world,
        "latest",
        known("known latest is an honest tree of 300").as_bytes(),
    );
}

/// The kept tree head is of another history; the static database gets the tile that its edge needs.
fn fork_kept(world: &World) {
    let upper = fs::read(world.sumdb("tile/8/1/000.p/3")).unwrap();
    put(world, "tile/8/1/000.p/1", &upper[..32]);
    write(
        &world.latest(),
        known("known latest is a forged tree of 300 (fork)"),
    );
}
