//! Vectors that belong to later issues, each with its reason and count; and that every other file is replayed.

use std::collections::BTreeMap;
use std::fs;

use super::support::{Tally, corpus, rows};

/// All rows of all vectors.
const ROWS: usize = 28_701;

/// Vectors that nothing can answer yet.
const LATER: &[(&str, usize, &str)] = &[(
    "verify",
    21,
    "damage to the cache is looked for by `mod verify`",
)];

/// Which test replays the other vectors.
const REPLAYED: &[(&str, &str, &[&str])] = &[
    ("binary", include_str!("binary.rs"), &["buildinfo"]),
    ("download", include_str!("download.rs"), &["download"]),
    ("goenv", include_str!("goenv.rs"), &["goproxy", "netrc"]),
    (
        "gosource",
        include_str!("gosource.rs"),
        &["build-constraint", "imports"],
    ),
    (
        "modfile",
        include_str!("modfile.rs"),
        &[
            "gowork-parse",
            "modfile-edit",
            "modfile-parse",
            "modfile-quote",
        ],
    ),
    ("mvs", include_str!("mvs.rs"), &["mvs"]),
    (
        "names",
        include_str!("names.rs"),
        &[
            "dirhash",
            "goversion-cmd",
            "goversion-std",
            "message",
            "module",
            "proxy-sums",
            "pseudo",
            "semver",
        ],
    ),
    ("queries", include_str!("queries.rs"), &["queries"]),
    (
        "sumdb",
        include_str!("sumdb.rs"),
        &["note", "sumdb", "tlog"],
    ),
    ("zip", include_str!("zip.rs"), &["zip"]),
];

#[test]
fn later_vectors_are_counted() {
    let mut tally = Tally::new("later");
    for &(name, count, reason) in LATER {
        assert_eq!(rows(name).len(), count, "{name}");
        for _ in 0..count {
            tally.leave_out(&format!("{name}: {reason}"));
        }
    }
    tally.finish();
}

#[test]
fn every_vector_is_replayed_or_left_for_later() {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for entry in fs::read_dir(corpus().join("vectors")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        lines.insert(name, fs::read_to_string(&path).unwrap().lines().count());
    }
    assert_eq!(lines.values().sum::<usize>(), ROWS);
    for (test, source, names) in REPLAYED {
        for name in *names {
            assert!(
                source.contains(&format!("\"{name}\"")),
                "{test} does not replay {name}"
            );
            assert!(lines.remove(*name).is_some(), "there is no vector {name}");
        }
    }
    let rest: Vec<_> = lines
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    let later: Vec<_> = LATER
        .iter()
        .map(|&(name, count, _)| (name, count))
        .collect();
    assert_eq!(rest, later, "left is what comes later");
}
