//! Changes that `verify module` must find, in a zip of the working directory.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use modsmith::domain::modzip::ZipWriter;

use crate::tamper::Row;
use crate::tamper::world::{World, write};

const COMMAND: &str = "verify module quote.zip";
const PREFIX: &str = "rsc.io/quote@v1.5.2/";

/// What is done, how, the rule, what is named, the exit code.
type Change = (&'static str, fn(&World), &'static str, &'static str, i32);

const CHANGES: &[Change] = &[
    (
        "a byte of compressed contents is changed",
        |world| {
            edit(world, |zip| {
                let at = local(zip, "quote.go") + 30 + PREFIX.len() + "quote.go".len();
                zip[at + 40] ^= 0x10;
            });
        },
        "module-entry-corrupt",
        "quote.go",
        5,
    ),
    (
        "the directory of a zip has another checksum",
        |world| {
            edit(world, |zip| {
                let at = record(zip, "quote.go");
                zip[at + 16] ^= 1;
            });
        },
        "module-entry-corrupt",
        "quote.go",
        5,
    ),
    (
        "the directory of a zip has a smaller size",
        |world| {
            edit(world, |zip| {
                let at = record(zip, "quote.go");
                zip[at + 24] -= 1;
            });
        },
        "module-entry-corrupt",
        "quote.go",
        5,
    ),
    (
        "the directory of a zip has a larger size",
        |world| {
            edit(world, |zip| {
                let at = record(zip, "quote.go");
                zip[at + 24] += 1;
            });
        },
        "module-entry-corrupt",
        "quote.go",
        5,
    ),
    (
        "a zip declares more than any module may have",
        |world| {
            edit(world, |zip| {
                let at = record(zip, "quote.go");
                zip[at + 24..at + 28].copy_from_slice(&0xf000_0000_u32.to_le_bytes());
            });
        },
        "module-size",
        "rsc.io/quote@v1.5.2",
        1,
    ),
    (
        "two entries share their bytes",
        |world| {
            edit(world, |zip| {
                let (from, to) = (record(zip, "quote.go"), record(zip, "quote_test.go"));
                // Contents, sizes and place are those of the other one.
                for range in [16..28, 42..46] {
                    let bytes = zip[from..][range.clone()].to_vec();
                    zip[to..][range].copy_from_slice(&bytes);
                }
            });
        },
        "module-zip-structure",
        "shares bytes",
        5,
    ),
    (
        "the header before the contents has another name",
        |world| {
            edit(world, |zip| {
                let at = local(zip, "quote.go");
                let name = at + 30 + PREFIX.len();
                zip[name..name + 5].copy_from_slice(b"other");
            });
        },
        "module-zip-structure",
        "other.go",
        1,
    ),
    (
        "a name leads out of the module",
        |world| add(world, &[("../../evil.go", "package evil\n")]),
        "module-file-name",
        "invalid path element",
        5,
    ),
    (
        "a name has a NUL in it",
        |world| add(world, &[("a\0.go", "package a\n")]),
        "module-file-name",
        "a\\u0000.go",
        5,
    ),
    (
        "two names differ in case only",
        |world| add(world, &[("Quote.go", "package quote\n")]),
        "module-file-collision",
        "Quote.go",
        5,
    ),
    (
        "a go.mod below the root",
        |world| add(world, &[("sub/go.mod", "module rsc.io/quote/sub\n")]),
        "module-go-mod-place",
        "sub/go.mod",
        5,
    ),
    (
        "a file is added",
        |world| add(world, &[("extra.go", "package quote\n")]),
        "module-sum-mismatch",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a file belongs to another version",
        |world| {
            let (name, text) = ("rsc.io/quote@v1.5.1/quote.go", "package quote\n");
            write_zip(world, &[("rsc.io/quote@v1.5.2/a.go", text), (name, text)]);
        },
        "module-file-prefix",
        "rsc.io/quote@v1.5.1/quote.go",
        5,
    ),
    (
        "another version goes by the name of this one",
        |world| {
            fs::copy(world.served("rsc.io/quote/@v/v1.5.1.zip"), zip(world)).unwrap();
            edit(world, |zip| {
                let names: Vec<usize> = places(zip, b"@v1.5.1/").collect();
                for at in names {
                    zip[at + 6] = b'2';
                }
            });
        },
        "module-sum-mismatch",
        "rsc.io/quote@v1.5.2",
        5,
    ),
    (
        "a zip is cut off",
        |world| edit(world, |zip| zip.truncate(zip.len() - 30)),
        "module-zip-malformed",
        "quote.zip",
        1,
    ),
    (
        "the version in a zip is not canonical",
        |world| write_zip(world, &[("rsc.io/quote@v1.5/quote.go", "package quote\n")]),
        "module-name-invalid",
        "rsc.io/quote@v1.5",
        1,
    ),
];

pub(super) fn rows() -> Vec<Row> {
    let row = |&(name, change, rule, names, code): &Change| Row {
        name,
        world: with_zip,
        change,
        command: COMMAND,
        rule,
        names,
        code,
    };
    CHANGES.iter().map(row).collect()
}

/// The usual world, with a zip beside go.mod.
fn with_zip() -> World {
    let world = World::new();
    fs::copy(world.served("rsc.io/quote/@v/v1.5.2.zip"), zip(&world)).unwrap();
    world
}

fn zip(world: &World) -> PathBuf {
    world.work("quote.zip")
}

fn edit(world: &World, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(zip(world)).unwrap();
    change(&mut bytes);
    fs::write(zip(world), bytes).unwrap();
}

/// Makes the zip anew, with more files in it.
fn add(world: &World, files: &[(&str, &str)]) {
    let mut all = Vec::new();
    for name in ["go.mod", "quote.go", "quote_test.go"] {
        let file = world.extracted(&format!("{PREFIX}{name}"));
        all.push((format!("{PREFIX}{name}"), fs::read_to_string(file).unwrap()));
    }
    all.extend(
        files
            .iter()
            .map(|(name, text)| (format!("{PREFIX}{name}"), (*text).to_owned())),
    );
    let all: Vec<_> = all.iter().map(|(name, text)| (&**name, &**text)).collect();
    write_zip(world, &all);
}

fn write_zip(world: &World, files: &[(&str, &str)]) {
    let mut writer = ZipWriter::new(Vec::new());
    for (name, text) in files {
        let mut entry = writer.start(name.as_bytes(), text.len() as u64).unwrap();
        entry.write_all(text.as_bytes()).unwrap();
        entry.finish().unwrap();
    }
    write(&zip(world), writer.finish().unwrap());
}

/// Returns where the header before the contents of a file is.
fn local(zip: &[u8], name: &str) -> usize {
    let at = record(zip, name);
    u32::from_le_bytes(zip[at + 42..][..4].try_into().unwrap()) as usize
}

/// Returns where the record of a file in the directory is.
fn record(zip: &[u8], name: &str) -> usize {
    let name = format!("{PREFIX}{name}");
    places(zip, b"PK\x01\x02")
        .find(|&at| {
            let length = usize::from(u16::from_le_bytes([zip[at + 28], zip[at + 29]]));
            zip.get(at + 46..at + 46 + length) == Some(name.as_bytes())
        })
        .unwrap()
}

fn places<'a>(zip: &'a [u8], text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    (0..zip.len()).filter(move |&at| zip[at..].starts_with(text))
}
