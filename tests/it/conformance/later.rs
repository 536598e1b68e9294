//! That every file of vectors is replayed.

use std::collections::BTreeMap;
use std::fs;

use super::support::corpus;

/// All rows of all vectors.
const ROWS: usize = 28_701;

/// Which test replays which vectors.
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
    ("verify", include_str!("verify.rs"), &["verify"]),
    ("zip", include_str!("zip.rs"), &["zip"]),
];

#[test]
fn every_vector_is_replayed() {
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
    assert!(lines.is_empty(), "nothing replays {lines:?}");
}
