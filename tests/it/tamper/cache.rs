//! Changes that `verify cache` must find.

use std::fs;

use crate::tamper::Row;
use crate::tamper::world::{World, edit, flip, write};

const QUOTE: &str = "rsc.io/quote@v1.5.2";
const SAMPLER: &str = "rsc.io/sampler@v1.3.0";

/// A row for `verify cache` that is about `rsc.io/quote`.
const fn row(
    name: &'static str,
    rule: &'static str,
    names: &'static str,
    code: i32,
    change: fn(&World),
) -> Row {
    Row {
        name,
        world: World::new,
        change,
        command: "verify cache",
        rule,
        names,
        code,
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = unpacked();
    rows.extend(zips());
    rows.extend(beside());
    rows.extend(links());
    rows
}

fn quote(file: &str) -> String {
    format!("{QUOTE}/{file}")
}

fn download(suffix: &str) -> String {
    format!("rsc.io/quote/@v/v1.5.2.{suffix}")
}

/// Changes of unpacked files.
#[expect(clippy::too_many_lines, reason = "one row after the other")]
fn unpacked() -> Vec<Row> {
    vec![
        row(
            "a bit in an unpacked file",
            "cache-file-modified",
            "quote.go differs",
            5,
            |world| {
                flip(&world.extracted(&quote("quote.go")), 20);
            },
        ),
        row(
            "an unpacked file cut off",
            "cache-dir-modified",
            QUOTE,
            5,
            |world| {
                let file = world.extracted(&quote("quote.go"));
                let text = fs::read(&file).unwrap();
                fs::write(file, &text[..text.len() - 1]).unwrap();
            },
        ),
        row(
            "an unpacked file made longer",
            "cache-file-modified",
            "quote.go differs",
            5,
            |world| {
                let file = world.extracted(&quote("quote.go"));
                let mut text = fs::read(&file).unwrap();
                text.push(b'\n');
                fs::write(file, text).unwrap();
            },
        ),
        row(
            "a file added to a module",
            "cache-file-added",
            "extra.go",
            5,
            |world| {
                write(&world.extracted(&quote("extra.go")), "package quote\n");
            },
        ),
        row(
            "a file removed from a module",
            "cache-file-missing",
            "quote.go",
            5,
            |world| {
                fs::remove_file(world.extracted(&quote("quote.go"))).unwrap();
            },
        ),
        row(
            "a file renamed",
            "cache-file-missing",
            "quote.go is not there",
            5,
            |world| {
                let from = world.extracted(&quote("quote.go"));
                fs::rename(from, world.extracted(&quote("quotes.go"))).unwrap();
            },
        ),
        row(
            "the other side of a renamed file",
            "cache-file-added",
            "quotes.go",
            5,
            |world| {
                let from = world.extracted(&quote("quote.go"));
                fs::rename(from, world.extracted(&quote("quotes.go"))).unwrap();
            },
        ),
        row(
            "two files swapped",
            "cache-file-modified",
            "go.mod differs",
            5,
            |world| {
                let (one, two) = (
                    world.extracted(&quote("go.mod")),
                    world.extracted(&quote("quote.go")),
                );
                let text = fs::read(&one).unwrap();
                fs::copy(&two, &one).unwrap();
                fs::write(two, text).unwrap();
            },
        ),
        row(
            "an empty directory added",
            "cache-dir-added",
            "the directory empty",
            1,
            |world| {
                fs::create_dir_all(world.extracted(&quote("empty/below"))).unwrap();
            },
        ),
        row(
            "a directory in place of a file",
            "cache-not-a-file",
            "quote.go is a directory",
            5,
            |world| {
                let file = world.extracted(&quote("quote.go"));
                fs::remove_file(&file).unwrap();
                fs::create_dir(file).unwrap();
            },
        ),
        row(
            "the files of another version",
            "cache-dir-modified",
            SAMPLER,
            5,
            |world| {
                let dir = world.extracted(SAMPLER);
                fs::remove_dir_all(&dir).unwrap();
                let other = world.extracted(QUOTE);
                fs::rename(other, dir).unwrap();
            },
        ),
        row(
            "a module that is half unpacked",
            "cache-partial",
            "not completely extracted",
            0,
            |world| {
                write(&world.cached(&download("partial")), "");
                fs::remove_file(world.extracted(&quote("quote.go"))).unwrap();
            },
        ),
        Row {
            command: "verify cache --all",
            ..row(
                "a bit in a module outside of any build list",
                "cache-file-modified",
                QUOTE,
                5,
                |world| {
                    for file in ["go.mod", "go.sum"] {
                        fs::remove_file(world.work(file)).unwrap();
                    }
                    flip(&world.extracted(&quote("quote.go")), 3);
                },
            )
        },
    ]
}

/// Changes of zips.
fn zips() -> Vec<Row> {
    vec![
        row(
            "a bit in the contents of a zip",
            "cache-zip-unreadable",
            QUOTE,
            5,
            |world| {
                flip(&world.cached(&download("zip")), 100);
            },
        ),
        row(
            "a bit in a name in a zip",
            "cache-zip-modified",
            QUOTE,
            5,
            |world| {
                // The last name stands before the 22 bytes of the end record.
                flip(&world.cached(&download("zip")), -23);
            },
        ),
        row(
            "a zip cut off",
            "cache-zip-unreadable",
            "not a valid zip file",
            5,
            |world| {
                let zip = world.cached(&download("zip"));
                let bytes = fs::read(&zip).unwrap();
                fs::write(zip, &bytes[..bytes.len() / 2]).unwrap();
            },
        ),
        row("an empty zip", "cache-zip-unreadable", QUOTE, 5, |world| {
            fs::write(world.cached(&download("zip")), "").unwrap();
        }),
        row(
            "the zip of another version",
            "cache-zip-modified",
            QUOTE,
            5,
            |world| {
                let other = world.served("rsc.io/quote/@v/v1.5.1.zip");
                fs::copy(other, world.cached(&download("zip"))).unwrap();
            },
        ),
        row(
            "names of another version in a zip",
            "cache-zip-foreign",
            QUOTE,
            5,
            |world| {
                let other = world.served("rsc.io/quote/@v/v1.5.1.zip");
                fs::copy(other, world.cached(&download("zip"))).unwrap();
            },
        ),
        row(
            "zip, hash and files exchanged together",
            "cache-zip-sum",
            QUOTE,
            5,
            |world| {
                let other = world.served("rsc.io/quote/@v/v1.5.1.zip");
                fs::copy(other, world.cached(&download("zip"))).unwrap();
                let hash = crate::tamper::world::sum("rsc.io/quote", "v1.5.1", "h1");
                fs::write(world.cached(&download("ziphash")), hash).unwrap();
                fs::remove_dir_all(world.extracted(QUOTE)).unwrap();
            },
        ),
        row(
            "another hash of the module in go.sum",
            "cache-zip-sum",
            QUOTE,
            5,
            |world| {
                edit(
                    &world.work("go.sum"),
                    "rsc.io/quote v1.5.2 h1:3",
                    "rsc.io/quote v1.5.2 h1:4",
                );
            },
        ),
    ]
}

/// Changes of the small files beside zips.
fn beside() -> Vec<Row> {
    vec![
        row(
            "a character of a .ziphash",
            "cache-ziphash-wrong",
            QUOTE,
            5,
            |world| {
                edit(&world.cached(&download("ziphash")), "h1:3", "h1:4");
            },
        ),
        row(
            "a .ziphash cut off",
            "cache-ziphash-wrong",
            "is no hash",
            5,
            |world| {
                let file = world.cached(&download("ziphash"));
                let hash = fs::read(&file).unwrap();
                fs::write(file, &hash[..20]).unwrap();
            },
        ),
        row(
            "a .ziphash full of zeros",
            "cache-ziphash-wrong",
            "is no hash",
            5,
            |world| {
                fs::write(world.cached(&download("ziphash")), [0; 47]).unwrap();
            },
        ),
        row(
            "no .ziphash",
            "cache-ziphash-missing",
            "missing ziphash: open ",
            1,
            |world| {
                fs::remove_file(world.cached(&download("ziphash"))).unwrap();
            },
        ),
        row(
            "a bit in a cached go.mod",
            "cache-mod-modified",
            QUOTE,
            5,
            |world| {
                flip(&world.cached(&download("mod")), -1);
            },
        ),
        row(
            "another version in .info",
            "cache-info-wrong",
            "v1.5.1",
            1,
            |world| {
                edit(&world.cached(&download("info")), "v1.5.2", "v1.5.1");
            },
        ),
        row("an .info cut off", "cache-info-wrong", QUOTE, 1, |world| {
            fs::write(world.cached(&download("info")), "{\"Version\":").unwrap();
        }),
        Row {
            command: "verify cache --all",
            ..row(
                "a go.mod that go.sum does not list",
                "cache-mod-differs",
                QUOTE,
                1,
                |world| {
                    fs::remove_file(world.work("go.sum")).unwrap();
                    flip(&world.cached(&download("mod")), -2);
                },
            )
        },
    ]
}

/// Things that are no files.
#[cfg(unix)]
fn links() -> Vec<Row> {
    use std::os::unix::fs::symlink;
    vec![
        row(
            "a link in place of a file",
            "cache-not-a-file",
            "quote.go is a symbolic link",
            5,
            |world| {
                let file = world.extracted(&quote("quote.go"));
                let elsewhere = world.sandbox.path().join("quote.go");
                fs::rename(&file, &elsewhere).unwrap();
                symlink(elsewhere, file).unwrap();
            },
        ),
        row(
            "a link that leads in a circle",
            "cache-not-a-file",
            "circle is a symbolic link",
            5,
            |world| {
                symlink(".", world.extracted(&quote("circle"))).unwrap();
            },
        ),
        row(
            "a link in place of a module",
            "cache-dir-unreadable",
            "is not a directory",
            1,
            |world| {
                let elsewhere = world.sandbox.path().join("quote");
                fs::rename(world.extracted(QUOTE), &elsewhere).unwrap();
                symlink(elsewhere, world.extracted(QUOTE)).unwrap();
            },
        ),
        row(
            "a socket in a module",
            "cache-not-a-file",
            "plug is a device, socket or pipe",
            5,
            |world| {
                drop(
                    std::os::unix::net::UnixListener::bind(world.extracted(&quote("plug")))
                        .unwrap(),
                );
            },
        ),
    ]
}

#[cfg(not(unix))]
fn links() -> Vec<Row> {
    Vec::new()
}
