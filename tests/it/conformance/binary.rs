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
