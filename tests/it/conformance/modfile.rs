//! Vectors of go.mod and go.work: modfile-parse, gowork-parse, modfile-edit, modfile-quote; the parsed value of every case.

use std::path::Path;

use modsmith::domain::modfile::{GoMod, GoWork, ParseErrors, Replace, Summary, module_path, quote};
use serde_json::{Map, Value, json};

use super::support::{Tally, bytes, corpus, rows};

/// Turns the `{"b64": …}` of a vector into what names hold: U+FFFD for each byte that is not UTF-8.
fn lossy(value: &Value) -> Value {
    match value {
        Value::Object(map) if map.contains_key("b64") => {
            String::from_utf8_lossy(&bytes(value)).into_owned().into()
        }
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), lossy(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.iter().map(lossy).collect(),
        other => other.clone(),
    }
}

/// Sets a list where there is one.
fn put_list(got: &mut Value, name: &str, list: Vec<Value>) {
    if !list.is_empty() {
        got[name] = list.into();
    }
}

fn replace_row(replace: &Replace) -> Value {
    json!([
        replace.old.path.as_str(),
        replace.old.version.as_str(),
        replace.new.path.as_str(),
        replace.new.version.as_str()
    ])
}

/// Returns a go.mod in the form of the vectors.
fn mod_value(file: &GoMod) -> Value {
    let mut got = json!({});
    if let Some(module) = &file.module {
        got["module"] = json!({ "path": module.path.as_str() });
        if !module.deprecated.is_empty() {
            got["module"]["deprecated"] = module.deprecated.clone().into();
        }
    }
    if let Some(go) = &file.go {
        got["go"] = go.version.clone().into();
    }
    if let Some(toolchain) = &file.toolchain {
        got["toolchain"] = toolchain.name.clone().into();
    }
    let pairs = file.godebug.iter();
    put_list(
        &mut got,
        "godebug",
        pairs.map(|item| json!([item.key, item.value])).collect(),
    );
    let require = file.require.iter();
    got["require"] = require
        .map(|item| {
            json!([
                item.module.path.as_str(),
                item.module.version.as_str(),
                item.indirect
            ])
        })
        .collect();
    let exclude = file.exclude.iter();
    put_list(
        &mut got,
        "exclude",
        exclude
            .map(|item| json!([item.module.path.as_str(), item.module.version.as_str()]))
            .collect(),
    );
    put_list(
        &mut got,
        "replace",
        file.replace.iter().map(replace_row).collect(),
    );
    let retract = file.retract.iter();
    put_list(
        &mut got,
        "retract",
        retract
            .map(|item| {
                json!([
                    item.interval.low.as_str(),
                    item.interval.high.as_str(),
                    item.rationale
                ])
            })
            .collect(),
    );
    put_list(
        &mut got,
        "tool",
        file.tool
            .iter()
            .map(|item| item.path.clone().into())
            .collect(),
    );
    put_list(
        &mut got,
        "ignore",
        file.ignore
            .iter()
            .map(|item| item.path.clone().into())
            .collect(),
    );
    got
}

/// Returns a go.work in the form of the vectors.
fn work_value(file: &GoWork) -> Value {
    let mut got = json!({});
    if let Some(go) = &file.go {
        got["go"] = go.version.clone().into();
    }
    if let Some(toolchain) = &file.toolchain {
        got["toolchain"] = toolchain.name.clone().into();
    }
    let pairs = file.godebug.iter();
    put_list(
        &mut got,
        "godebug",
        pairs.map(|item| json!([item.key, item.value])).collect(),
    );
    got["use"] = file
        .uses
        .iter()
        .map(|item| Value::from(item.path.clone()))
        .collect();
    put_list(
        &mut got,
        "replace",
        file.replace.iter().map(replace_row).collect(),
    );
    got
}

fn text(result: &Result<impl Sized, ParseErrors>) -> Option<String> {
    result.as_ref().err().map(ToString::to_string)
}

fn wanted(row: &Value, name: &str) -> Option<String> {
    row.get(name)
        .map(|value| value.as_str().unwrap().to_owned())
}

/// Returns `fmt` of a row, or its input where that is formatted already.
fn formatted(row: &Value, input: &[u8]) -> Vec<u8> {
    match row.get("fmt") {
        Some(want) => bytes(want),
        None => {
            assert_eq!(row["fmt_same"], true, "{row}");
            input.to_vec()
        }
    }
}

/// Compares formatted text with `fmt` or `fmt_same` of a row.
fn check_format(tally: &mut Tally, row: &Value, input: &[u8], got: &[u8]) {
    let want = formatted(row, input);
    tally.check(
        format_args!("fmt of {row}"),
        &String::from_utf8_lossy(got),
        &String::from_utf8_lossy(&want),
    );
}

/// Compares sorted text with `sorted` of a row, which is there only where it is not the formatted text.
fn check_sorted(tally: &mut Tally, row: &Value, input: &[u8], got: &[u8]) {
    let want = match row.get("sorted") {
        Some(want) => bytes(want),
        None => formatted(row, input),
    };
    tally.check(
        format_args!("sorted of {row}"),
        &String::from_utf8_lossy(got),
        &String::from_utf8_lossy(&want),
    );
}

#[test]
fn modfile_parse() {
    let mut tally = Tally::new("modfile-parse");
    for row in rows("modfile-parse") {
        let input = bytes(&row["in"]);
        let strict = GoMod::parse("go.mod", &input, None);
        let lax = GoMod::parse_lax("go.mod", &input, None);
        tally.check(
            format_args!("strict_err of {row}"),
            &text(&strict),
            &wanted(&row, "strict_err"),
        );
        tally.check(
            format_args!("lax_err of {row}"),
            &text(&lax),
            &wanted(&row, "lax_err"),
        );
        if let Ok(strict) = &strict {
            tally.check(
                format_args!("strict of {row}"),
                &mod_value(strict),
                &lossy(&row["strict"]),
            );
        }
        if let Ok(lax) = &lax {
            let want = row.get("lax").unwrap_or(&row["strict"]);
            tally.check(format_args!("lax of {row}"), &mod_value(lax), &lossy(want));
        }
        if let Some(file) = strict.as_ref().ok().or(lax.as_ref().ok()) {
            check_format(&mut tally, &row, &input, &file.format());
        }
        tally.check(
            format_args!("module_path of {row}"),
            &Value::from(String::from_utf8_lossy(&module_path(&input)).into_owned()),
            &lossy(&row["module_path"]),
        );
        if let Ok(mut file) = strict {
            file.sort_blocks();
            file.cleanup();
            check_sorted(&mut tally, &row, &input, &file.format());
        }
    }
    tally.finish();
}

#[test]
fn gowork_parse() {
    let mut tally = Tally::new("gowork-parse");
    for row in rows("gowork-parse") {
        let input = bytes(&row["in"]);
        let parsed = GoWork::parse("go.work", &input, None);
        tally.check(
            format_args!("err of {row}"),
            &text(&parsed),
            &wanted(&row, "err"),
        );
        let Ok(mut file) = parsed else { continue };
        tally.check(
            format_args!("file of {row}"),
            &work_value(&file),
            &lossy(&row["file"]),
        );
        check_format(&mut tally, &row, &input, &file.format());
        file.sort_blocks();
        file.cleanup();
        check_sorted(&mut tally, &row, &input, &file.format());
    }
    tally.finish();
}

#[test]
fn modfile_quote() {
    let mut tally = Tally::new("modfile-quote");
    for row in rows("modfile-quote") {
        let input = bytes(&row["in"]);
        let got = (
            quote::auto_quote(&input),
            quote::must_quote(&input),
            quote::is_directory_path(&input),
        );
        let want = (
            bytes(&row["auto_quote"]),
            row["must_quote"].as_bool().unwrap(),
            row["is_dir_path"].as_bool().unwrap(),
        );
        tally.check(&row, &got, &want);
    }
    tally.finish();
}

/// Returns all go.mod files below a folder.
fn mod_files(dir: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            mod_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "mod") {
            found.push(path);
        }
    }
}

/// The fast reader must say what the full one says, of good files and bad ones.
#[test]
fn summary_equals_lax_parse() {
    let mut tally = Tally::new("summary");
    let mut inputs: Vec<_> = rows("modfile-parse")
        .iter()
        .map(|row| bytes(&row["in"]))
        .collect();
    inputs.extend(rows("gowork-parse").iter().map(|row| bytes(&row["in"])));
    let mut files = Vec::new();
    mod_files(&corpus().join("proxy"), &mut files);
    inputs.extend(files.iter().map(|path| std::fs::read(path).unwrap()));
    for input in inputs {
        let want = GoMod::parse_lax("go.mod", &input, None).map(|file| Summary::from(&file));
        let got = Summary::read("go.mod", &input);
        tally.check(String::from_utf8_lossy(&input), &got, &want);
    }
    tally.finish();
}
