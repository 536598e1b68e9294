//! Vectors of names, versions and hashes: semver, module, pseudo, goversion-cmd, goversion-std, dirhash, message, and
//! the go.sum rows of goproxy.

use std::cmp::Ordering;
use std::fmt::Display;

use modsmith::adapters::zip_file;
use modsmith::domain::checksum::dirhash::{FileDigest, hash_go_mod, hash1};
use modsmith::domain::gosum::GoSum;
use modsmith::domain::module::message::short_message;
use modsmith::domain::module::timestamp::Timestamp;
use modsmith::domain::module::{ModuleVersion, goversion, path, pattern, pseudo, version};
use modsmith::domain::modzip::hash_zip;
use serde_json::{Value, json};

use super::support::{Tally, bytes, corpus, rows};

const NOT_UTF8: &str = "names are text here: what is not UTF-8 is refused where bytes become text";

/// Returns the string `name` of a row; none if it is not UTF-8.
fn text(row: &Value, name: &str) -> Option<String> {
    String::from_utf8(bytes(&row[name])).ok()
}

/// Returns a list of strings of a row; none if one of them is not UTF-8.
fn texts(row: &Value, name: &str) -> Option<Vec<String>> {
    let list = row[name].as_array().unwrap();
    list.iter()
        .map(|item| String::from_utf8(bytes(item)).ok())
        .collect()
}

/// Compares every field of `row` but its inputs with the field of the same name of `got`.
fn check_fields(tally: &mut Tally, row: &Value, inputs: &[&str], got: &Value) {
    let want: serde_json::Map<_, _> = row
        .as_object()
        .unwrap()
        .clone()
        .into_iter()
        .filter(|(name, _)| !inputs.contains(&name.as_str()))
        .collect();
    let mut names: Vec<_> = want.keys().chain(got.as_object().unwrap().keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        tally.check(
            format_args!("{name} of {row}"),
            &got.get(name),
            &want.get(name),
        );
    }
}

fn number(order: Ordering) -> i64 {
    order as i64
}

/// Puts an answer under `name`, or an error's text under `name` and `_err`.
fn put<T: Into<Value>, E: Display>(got: &mut Value, name: &str, answer: Result<T, E>) {
    match answer {
        Ok(value) => got[name] = value.into(),
        Err(err) => got[format!("{name}_err")] = err.to_string().into(),
    }
}

/// Returns what a check says: null, or the text of the error.
fn verdict<T, E: Display>(answer: Result<T, E>) -> Value {
    answer
        .err()
        .map_or(Value::Null, |err| err.to_string().into())
}

/// Replays the rows of one file; `answer` gives the inputs' names and the answers, or none to leave the row out.
fn replay(area: &str, answer: impl Fn(&str, &Value) -> Option<(&'static [&'static str], Value)>) {
    let mut tally = Tally::new(area);
    for row in rows(area) {
        let function = row["fn"].as_str().unwrap().to_owned();
        match answer(&function, &row) {
            None => tally.leave_out(NOT_UTF8),
            Some((inputs, got)) => {
                let inputs: Vec<_> = inputs.iter().copied().chain(["fn"]).collect();
                check_fields(&mut tally, &row, &inputs, &got);
            }
        }
    }
    tally.finish();
}

#[test]
fn semver() {
    replay("semver", |function, row| {
        Some(match function {
            "parse" => {
                let text = text(row, "in")?;
                let got = json!({
                    "valid": version::is_valid(&text),
                    "canonical": version::canonical(&text),
                    "major": version::major(&text),
                    "major_minor": version::major_minor(&text),
                    "prerelease": version::prerelease(&text),
                    "build": version::build(&text),
                });
                (&["in"], got)
            }
            "compare" => {
                let (a, b) = (text(row, "a")?, text(row, "b")?);
                (
                    &["a", "b"],
                    json!({ "out": number(version::compare(&a, &b)), "max": version::max(&a, &b) }),
                )
            }
            "sort" => {
                let mut list = texts(row, "in")?;
                list.sort_by(|a, b| version::compare_total(a, b));
                (&["in"], json!({ "out": list }))
            }
            other => panic!("unknown function {other}"),
        })
    });
}

#[test]
fn module() {
    replay("module", |function, row| {
        Some(match function {
            "path" => (&["in"], path_answers(&text(row, "in")?)),
            "version" => {
                let text = text(row, "in")?;
                let mut got = json!({
                    "canonical": version::canonical_version(&text),
                    "is_zero_pseudo": pseudo::is_zero_pseudo(&text),
                });
                put(&mut got, "escape", path::escape_version(&text));
                put(&mut got, "unescape", path::unescape_version(&text));
                (&["in"], got)
            }
            "check" => {
                let (path, version) = (text(row, "path")?, text(row, "version")?);
                let string = ModuleVersion::new(path.as_str(), version.as_str()).to_string();
                (
                    &["path", "version"],
                    json!({ "err": verdict(path::check(&path, &version)), "string": string }),
                )
            }
            "match_path_major" => {
                let (version, major) = (text(row, "version")?, text(row, "path_major")?);
                let got = json!({
                    "err": verdict(path::check_path_major(&version, &major)),
                    "match": path::match_path_major(&version, &major),
                });
                (&["version", "path_major"], got)
            }
            "match_prefix_patterns" => {
                let (globs, target) = (text(row, "globs")?, text(row, "target")?);
                (
                    &["globs", "target"],
                    json!({ "out": pattern::match_prefix_patterns(&globs, &target) }),
                )
            }
            "sort" => (&["in"], json!({ "out": sorted(&texts(row, "in")?, '@') })),
            other => panic!("unknown function {other}"),
        })
    });
}

fn path_answers(path: &str) -> Value {
    let (prefix, major, ok) = path::split_path_version(path);
    let mut got = json!({
        "check_path": verdict(path::check_path(path)),
        "check_import_path": verdict(path::check_import_path(path)),
        "check_file_path": verdict(path::check_file_path(path)),
        "split": [prefix, major, ok],
    });
    if ok {
        got["path_major_prefix"] = path::path_major_prefix(major).into();
    }
    put(&mut got, "escape", path::escape_path(path));
    put(&mut got, "unescape", path::unescape_path(path));
    got
}

/// Sorts module versions that are written with `sign` between path and version.
fn sorted(list: &[String], sign: char) -> Vec<String> {
    let split = |text: &String| {
        text.split_once(sign)
            .map(|(path, version)| ModuleVersion::new(path, version))
            .unwrap()
    };
    let mut list: Vec<_> = list.iter().map(split).collect();
    goversion::mod_sort(&mut list);
    list.iter()
        .map(|module| format!("{}{sign}{}", module.path, module.version))
        .collect()
}

#[test]
fn pseudo_versions() {
    replay("pseudo", |function, row| {
        Some(match function {
            "make" => {
                let (major, older, rev) =
                    (text(row, "major")?, text(row, "older")?, text(row, "rev")?);
                let time =
                    Timestamp::parse_rfc3339(&text(row, "time")?).expect("a time of RFC 3339");
                (
                    &["major", "older", "time", "rev"],
                    json!({ "out": pseudo::make(&major, &older, time, &rev) }),
                )
            }
            "zero" => (
                &["major"],
                json!({ "out": pseudo::zero(&text(row, "major")?) }),
            ),
            "parse" => {
                let text = text(row, "in")?;
                let mut got = json!({ "is": pseudo::is_pseudo(&text) });
                put(
                    &mut got,
                    "time",
                    pseudo::time(&text).map(|time| time.to_string()),
                );
                put(&mut got, "rev", pseudo::rev(&text));
                put(&mut got, "base", pseudo::base(&text));
                (&["in"], got)
            }
            other => panic!("unknown function {other}"),
        })
    });
}

#[test]
fn goversion_cmd() {
    replay("goversion-cmd", |function, row| {
        Some(match function {
            "parse" => {
                let text = text(row, "in")?;
                let got = json!({
                    "valid": goversion::is_valid(&text),
                    "is_lang": goversion::is_lang(&text),
                    "lang": goversion::lang(&text),
                    "prerelease": goversion::is_prerelease(&text),
                    "prev": goversion::prev(&text),
                });
                (&["in"], got)
            }
            "compare" => {
                let (a, b) = (text(row, "a")?, text(row, "b")?);
                (
                    &["a", "b"],
                    json!({ "out": number(goversion::compare(&a, &b)), "max": goversion::max(&a, &b) }),
                )
            }
            "from_toolchain" => (
                &["in"],
                json!({ "out": goversion::from_toolchain(&text(row, "in")?) }),
            ),
            "is_toolchain" => (
                &["in"],
                json!({ "out": goversion::is_toolchain(&text(row, "in")?) }),
            ),
            "mod_version" => {
                let (path, version) = (text(row, "path")?, text(row, "in")?);
                let got = json!({
                    "valid": goversion::mod_is_valid(&path, &version),
                    "prefix": goversion::mod_is_prefix(&path, &version),
                    "prerelease": goversion::mod_is_prerelease(&path, &version),
                    "major_minor": goversion::mod_major_minor(&path, &version),
                });
                (&["path", "in"], got)
            }
            "mod_compare" => {
                let (path, a, b) = (text(row, "path")?, text(row, "a")?, text(row, "b")?);
                (
                    &["path", "a", "b"],
                    json!({ "out": number(goversion::mod_compare(&path, &a, &b)) }),
                )
            }
            "mod_sort" => (&["in"], json!({ "out": sorted(&texts(row, "in")?, ' ') })),
            "go_mod_lookup" => {
                let input = text(row, "in")?;
                let got = json!({
                    "go": goversion::go_mod_lookup(input.as_bytes(), "go"),
                    "toolchain": goversion::go_mod_lookup(input.as_bytes(), "toolchain"),
                });
                (&["in"], got)
            }
            other => panic!("unknown function {other}"),
        })
    });
}

#[test]
fn goversion_std() {
    replay("goversion-std", |function, row| {
        Some(match function {
            "parse" => {
                let text = text(row, "in")?;
                let got = json!({ "valid": goversion::is_valid_name(&text), "lang": goversion::lang_of_name(&text) });
                (&["in"], got)
            }
            "compare" => {
                let (a, b) = (text(row, "a")?, text(row, "b")?);
                (
                    &["a", "b"],
                    json!({ "out": number(goversion::compare_names(&a, &b)) }),
                )
            }
            other => panic!("unknown function {other}"),
        })
    });
}

#[test]
fn dirhash() {
    let mut tally = Tally::new("dirhash");
    for row in rows("dirhash") {
        match row["fn"].as_str().unwrap() {
            "hash1" => {
                let files: Vec<_> = row["files"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(named_file)
                    .collect();
                // Like a directory, the recorder had one content for a name: the first one given.
                let open = |name: &[u8]| &files.iter().find(|(other, _)| other == name).unwrap().1;
                let files: Vec<_> = files
                    .iter()
                    .map(|(name, _)| (name.as_slice(), FileDigest::of(open(name))))
                    .collect();
                let want = row["out"]
                    .as_str()
                    .or(row["err"].as_str())
                    .unwrap()
                    .to_owned();
                let got = hash1(&files).unwrap_or_else(|err| err.to_string());
                tally.check(&row, &got, &want);
            }
            "hash_gomod" => {
                let data = std::fs::read(corpus().join(row["file"].as_str().unwrap())).unwrap();
                tally.check(
                    &row,
                    &hash_go_mod(&data),
                    &row["out"].as_str().unwrap().to_owned(),
                );
            }
            "hash_zip" => {
                let path = corpus().join(row["file"].as_str().unwrap());
                let hash = zip_file::open(&path).map(|zip| hash_zip(&zip).unwrap());
                tally.check(
                    &row,
                    &hash.unwrap(),
                    &row["out"].as_str().unwrap().to_owned(),
                );
            }
            other => panic!("unknown function {other}"),
        }
    }
    tally.finish();
}

fn named_file(file: &Value) -> (Vec<u8>, Vec<u8>) {
    (bytes(&file["name"]), bytes(&file["data"]))
}

#[test]
fn go_sum() {
    let mut tally = Tally::new("goproxy (read_go_sum)");
    for row in rows("goproxy") {
        if row["fn"] != "read_go_sum" {
            continue;
        }
        let sum = GoSum::parse("go.sum", &bytes(&row["in"])).unwrap();
        let mut got = json!({});
        for (path, version, _) in sum.iter() {
            let hashes: Vec<_> = sum.lookup(path, version).collect();
            got[format!("{path} {version}")] = hashes.into();
        }
        tally.check(&row["in"], &got, &row["out"]);
    }
    tally.finish();
}

/// The hashes of every version of the proxy, found again in one go.sum made of all of them.
#[test]
fn proxy_sums() {
    let mut tally = Tally::new("proxy-sums");
    let rows = rows("proxy-sums");
    let lines: Vec<_> = rows.iter().flat_map(sum_lines).collect();
    let sum = GoSum::parse("go.sum", lines.join("\n").as_bytes()).unwrap();
    for line in &lines {
        let [path, version, hash] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let found = sum.lookup(path, version).any(|listed| listed == hash);
        // Go ignores the hash of an empty go.mod, which the one version without a go.mod has.
        let ignored = version == "v1.9.0/go.mod" && path == "example.com/retract/missingmod";
        tally.check(line, &found, &!ignored);
    }
    tally.finish();
}

fn sum_lines(row: &Value) -> [String; 2] {
    let [path, version, whole, go_mod] =
        ["path", "version", "h1", "h1mod"].map(|name| row[name].as_str().unwrap());
    [
        format!("{path} {version} {whole}"),
        format!("{path} {version}/go.mod {go_mod}"),
    ]
}

#[test]
fn messages() {
    replay("message", |function, row| {
        assert_eq!(function, "short_message");
        let (message, default) = (text(row, "in")?, text(row, "default")?);
        Some((
            &["in", "default"],
            json!({ "out": short_message(&message, &default) }),
        ))
    });
}
