//! Vectors of the module information in binaries, and recorded binaries with what `go version -m` says of them.

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use modsmith::domain::binary::{self, BuildInfo, Format, ReadError};
use modsmith::render::go;
use serde_json::Value;

use super::support::{Tally, bytes, rows};

#[test]
fn buildinfo() {
    let mut tally = Tally::new("buildinfo");
    for row in rows("buildinfo") {
        let text = String::from_utf8(bytes(&row["in"])).unwrap();
        match BuildInfo::parse(&text) {
            Ok(info) => {
                let got: Value = serde_json::from_slice(&go::version_m_json(&info)).unwrap();
                tally.check(format!("{text:?}"), &got, &row["out"]);
                let written = info.to_string().into_bytes();
                tally.check(
                    format!("{text:?} written"),
                    &written,
                    &bytes(&row["string"]),
                );
            }
            Err(error) => {
                let error = Value::String(error.to_string());
                tally.check(format!("{text:?}"), &error, &row["err"]);
            }
        }
    }
    tally.finish();
}

/// Returns the directory of the recorded binaries.
pub(crate) fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpora/binaries")
}

/// Returns the names of the recorded binaries.
pub(crate) fn names() -> Vec<String> {
    let entries = std::fs::read_dir(recorded()).unwrap();
    let names = entries.filter_map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".rc").map(str::to_owned)
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Returns the bytes of a recorded binary.
pub(crate) fn unpacked(name: &str) -> Vec<u8> {
    let packed = recorded().join(format!("{name}.gz"));
    let Ok(packed) = File::open(packed) else {
        return std::fs::read(recorded().join(name)).unwrap();
    };
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Returns what `go version -m` says of a recorded binary: `txt`, `json` or `rc`.
pub(crate) fn said(name: &str, what: &str) -> String {
    std::fs::read_to_string(recorded().join(format!("{name}.{what}"))).unwrap()
}

#[test]
fn recorded_binaries() {
    let mut tally = Tally::new("binaries");
    for name in names() {
        let answer = binary::read(&mut Cursor::new(unpacked(&name)));
        let (text, json, code) = match answer {
            // Go does not look into WebAssembly.
            Ok(found) if !found.is_read_by_go => {
                assert_eq!(found.format, Format::Wasm);
                assert_eq!(found.info.go_version, "go1.26.8");
                failed(&name, &ReadError::Unrecognized)
            }
            Ok(found) => (
                go::version_m(&name, &found.info),
                String::from_utf8(go::version_m_json(&found.info)).unwrap(),
                "0\n",
            ),
            Err(error) => failed(&name, &error),
        };
        tally.check(&name, &text, &said(&name, "txt"));
        tally.check(&name, &json, &said(&name, "json"));
        tally.check(&name, &code.trim(), &said(&name, "rc").trim());
    }
    tally.finish();
}

fn failed(name: &str, error: &ReadError) -> (String, String, &'static str) {
    let text = format!("{name}: could not read Go build info from {name}: {error}\n");
    (text.clone(), text, "1\n")
}

/// What Go says of binaries with one change each, recorded by `tests/differential/damage.go`: a file that lies or is cut
/// off has Go's verdict, not a guess.
#[test]
fn damaged_binaries() {
    let path = recorded().with_file_name("binaries-damaged.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows: Vec<Value> = Vec::new();
    for line in text.lines() {
        rows.push(serde_json::from_str(line).unwrap());
    }
    compare_damaged(Tally::new("damaged binaries"), &rows, unpacked);
}

/// Compares the answers to damaged binaries, which `load` returns whole.
pub(crate) fn compare_damaged(mut tally: Tally, rows: &[Value], load: impl Fn(&str) -> Vec<u8>) {
    let mut name = String::new();
    let (mut bytes, mut whole) = (Vec::new(), String::new());
    for row in rows {
        if row["file"] != name.as_str() {
            row["file"].as_str().unwrap().clone_into(&mut name);
            bytes = load(&name);
            whole = answer(&bytes);
        }
        let changes = row["change"].as_array().unwrap().iter().map(|change| {
            let at = usize::try_from(change[0].as_u64().unwrap()).unwrap();
            (at, u8::try_from(change[1].as_u64().unwrap()).unwrap())
        });
        let changes: Vec<_> = changes.collect();
        let before: Vec<_> = changes.iter().map(|&(at, _)| (at, bytes[at])).collect();
        for &(at, byte) in &changes {
            bytes[at] = byte;
        }
        let end = row["cut"]
            .as_u64()
            .map_or(bytes.len(), |cut| usize::try_from(cut).unwrap());
        let got = answer(&bytes[..end]);
        for (at, byte) in before {
            bytes[at] = byte;
        }
        let want = match (row["error"].as_str(), row["text"].as_str()) {
            (Some(error), _) => error,
            (None, Some("same")) => &whole,
            (None, text) => text.unwrap(),
        };
        let what = format!("{name} {} {}", row["cut"], row["change"]);
        tally.check(what, &got.as_str(), &want);
    }
    tally.finish();
}

/// Returns what `debug/buildinfo` would say.
fn answer(bytes: &[u8]) -> String {
    match binary::read(&mut Cursor::new(bytes)) {
        Ok(found) if !found.is_read_by_go => ReadError::Unrecognized.to_string(),
        Ok(found) => found.info.to_string(),
        // Go does not look into WebAssembly at all.
        Err(ReadError::NotGo) if bytes.starts_with(b"\0asm") => ReadError::Unrecognized.to_string(),
        Err(error) => error.to_string(),
    }
}
