//! Every input in `fuzz/corpus` runs through the body of its fuzz target, on stable Rust.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[expect(
    unreachable_pub,
    let_underscore_drop,
    reason = "a library of its own for the fuzzer, where a result only must not panic"
)]
#[path = "../../fuzz/src/lib.rs"]
mod bodies;

#[test]
fn the_corpus_is_replayed() {
    for (name, body) in bodies::TARGETS {
        let files = corpus(name);
        assert!(!files.is_empty(), "fuzz/corpus/{name} has no seed");
        for file in files {
            body(&fs::read(file).unwrap());
        }
    }
}

/// Cuts, doubles and damages each seed: cheap neighbours of good input, on every run.
#[test]
fn neighbours_of_the_corpus_do_no_harm() {
    for (name, body) in bodies::TARGETS {
        for file in corpus(name) {
            let seed = fs::read(file).unwrap();
            let step = (seed.len() / 64).max(1);
            for at in (0..seed.len()).step_by(step) {
                body(&seed[..at]);
                body(&seed[at..]);
                let mut damaged = seed.clone();
                for byte in [0, b'"', b'\n', 0xff, seed[at] ^ 0x20] {
                    damaged[at] = byte;
                    body(&damaged);
                }
            }
            body(&[seed.as_slice(), seed.as_slice()].concat());
        }
    }
}

/// Target files, corpus folders and the nightly workflow name the same targets.
#[test]
fn no_target_is_forgotten() {
    let wanted: BTreeSet<String> = bodies::TARGETS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let files = names("fuzz/fuzz_targets");
    let files: BTreeSet<String> = files
        .iter()
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    assert_eq!(files, wanted, "fuzz/fuzz_targets");
    assert_eq!(names("fuzz/corpus"), wanted, "fuzz/corpus");
    let workflow = fs::read_to_string(path(".github/workflows/nightly.yml")).unwrap();
    let list = workflow
        .split("target: [")
        .nth(1)
        .and_then(|rest| rest.split(']').next());
    let list = list
        .expect("the matrix of targets")
        .split(", ")
        .map(str::to_owned)
        .collect();
    assert_eq!(wanted, list, "nightly.yml");
}

fn corpus(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(path("fuzz/corpus").join(name))
        .into_iter()
        .flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(path(folder)).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
