//! Vectors of go.mod and go.work: modfile-parse, gowork-parse, modfile-edit, modfile-quote; the parsed value of every case.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use modsmith::domain::modfile::{
    EditError, GoMod, GoWork, ParseErrors, Replace, Requirement, Summary, VersionInterval,
    module_path, quote,
};
use modsmith::domain::module::{ModuleVersion, Version};
use modsmith::render;
use serde_json::{Map, Value, json};

use super::support::{Tally, bytes, corpus, rows};
use crate::support::txtar;

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
    if let Some(want) = row.get("fmt") {
        bytes(want)
    } else {
        assert_eq!(row["fmt_same"], true, "{row}");
        input.to_vec()
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
fn mod_files(dir: &Path, found: &mut Vec<PathBuf>) {
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

fn word<'a>(args: &'a Value, name: &str) -> &'a str {
    args[name].as_str().unwrap()
}

fn requirements(args: &Value) -> Vec<Requirement> {
    let list = args["require"].as_array().unwrap();
    list.iter()
        .map(|item| Requirement {
            module: ModuleVersion::new(item[0].as_str().unwrap(), item[1].as_str().unwrap()),
            indirect: item[2].as_bool().unwrap(),
        })
        .collect()
}

fn interval(args: &Value) -> VersionInterval {
    VersionInterval::new(
        Version::new(word(args, "low")),
        Version::new(word(args, "high")),
    )
}

/// Makes one edit of a go.mod; returns what it answers instead of a file, if it does.
fn edit_mod(file: &mut GoMod, op: &str, args: &Value) -> Result<Option<String>, EditError> {
    let old = || ModuleVersion::new(word(args, "old"), word(args, "old_version"));
    match op {
        "add_require" => file.add_require(word(args, "path"), word(args, "version")),
        "add_new_require" => file.add_new_require(
            word(args, "path"),
            word(args, "version"),
            args["indirect"].as_bool().unwrap(),
        ),
        "drop_require" => file.drop_require(word(args, "path")),
        "set_require" => file.set_require(&requirements(args))?,
        "set_require_separate_indirect" => {
            file.set_require_separate_indirect(&requirements(args))?;
        }
        "set_require_at_most_two" => file.set_require_at_most_two(&requirements(args))?,
        "add_go" => file.set_go(word(args, "version"))?,
        "drop_go" => file.drop_go(),
        "add_toolchain" => file.set_toolchain(word(args, "version"))?,
        "drop_toolchain" => file.drop_toolchain(),
        "add_exclude" => file.add_exclude(word(args, "path"), word(args, "version"))?,
        "drop_exclude" => file.drop_exclude(word(args, "path"), word(args, "version")),
        "add_retract" => file.add_retract(&interval(args), word(args, "rationale"))?,
        "drop_retract" => file.drop_retract(&interval(args)),
        "sort_blocks" => file.sort_blocks(),
        "add_godebug" => file.set_godebug(word(args, "key"), word(args, "value")),
        "drop_godebug" => file.drop_godebug(word(args, "key")),
        "add_tool" => file.add_tool(word(args, "path")),
        "drop_tool" => file.drop_tool(word(args, "path")),
        "add_ignore" => file.add_ignore(word(args, "path")),
        "drop_ignore" => file.drop_ignore(word(args, "path")),
        "add_replace" => {
            let new = ModuleVersion::new(word(args, "new"), word(args, "new_version"));
            file.add_replace(&old(), &new);
        }
        "drop_replace" => file.drop_replace(&old()),
        "add_module" => file.set_module(word(args, "path")),
        "add_comment" => file.add_comment(word(args, "text")),
        "retract_rationale" => return Ok(Some(file.retract[0].rationale.clone())),
        "module_deprecated" => return Ok(Some(file.module.clone().unwrap().deprecated)),
        unknown => panic!("unknown operation {unknown}"),
    }
    file.cleanup();
    Ok(None)
}

/// Makes one edit of a go.work.
fn edit_work(file: &mut GoWork, op: &str, args: &Value) -> Result<(), EditError> {
    match op {
        "work_add_use" => file.add_use(word(args, "path"), word(args, "module")),
        "work_drop_use" => file.drop_use(word(args, "path")),
        "work_add_go" => file.set_go(word(args, "version"))?,
        "work_add_toolchain" => file.set_toolchain(word(args, "version"))?,
        "work_sort_blocks" => file.sort_blocks(),
        unknown => panic!("unknown operation {unknown}"),
    }
    file.cleanup();
    Ok(())
}

#[test]
fn modfile_edit() {
    let mut tally = Tally::new("modfile-edit");
    for row in rows("modfile-edit") {
        let op = word(&row, "op");
        let input = bytes(&row["in"]);
        let answer = if op.starts_with("work_") {
            let mut file = GoWork::parse("go.work", &input, None).unwrap();
            edit_work(&mut file, op, &row["args"]).map(|()| file.format())
        } else {
            let parsed = match row.get("lax") {
                Some(_) => GoMod::parse_lax("go.mod", &input, None),
                None => GoMod::parse("go.mod", &input, None),
            };
            let mut file = parsed.unwrap();
            let edited = edit_mod(&mut file, op, &row["args"]);
            if let Ok(None) = edited {
                check_lists(&mut tally, &row, &file);
            }
            edited.map(|said| said.map_or_else(|| file.format(), String::into_bytes))
        };
        let got = answer.map(|text| String::from_utf8(text).unwrap());
        let want = match row.get("err") {
            Some(err) => Err(err.as_str().unwrap().to_owned()),
            None => Ok(word(&row, "out").to_owned()),
        };
        tally.check(&row, &got.map_err(|err| err.to_string()), &want);
    }
    tally.finish();
}

/// After an edit the lists must say what the text says.
fn check_lists(tally: &mut Tally, row: &Value, file: &GoMod) {
    let again = GoMod::parse_lax("go.mod", &file.format(), None).unwrap();
    let sorted = |file: &GoMod| {
        let mut list: Vec<_> = file
            .require
            .iter()
            .map(|require| (require.module.clone(), require.indirect))
            .collect();
        list.sort();
        list
    };
    tally.check(
        format_args!("requirements after {row}"),
        &sorted(file),
        &sorted(&again),
    );
}

/// The parsed value of every case, or the errors of its go.mod or go.work, as `go mod edit -json` printed them.
#[test]
fn parsed_cases() {
    let mut tally = Tally::new("cases: parsed");
    for script in dirs(&corpus().join("cases")) {
        let archive = std::fs::read(script.join("input.txtar")).unwrap();
        let files: HashMap<_, _> = txtar::parse(&archive).into_iter().collect();
        for case in dirs(&script) {
            let text = std::fs::read_to_string(case.join("case.json")).unwrap();
            parsed_case(&mut tally, &serde_json::from_str(&text).unwrap(), &files);
        }
    }
    tally.finish();
}

fn dirs(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut dirs: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    dirs.sort();
    dirs
}

fn parsed_case(tally: &mut Tally, case: &Value, files: &HashMap<String, Vec<u8>>) {
    let parsed = &case["commands"]["parsed"];
    let is_work = case["kind"] == "workspace";
    let dir = word(case, "dir");
    let name = if is_work {
        parsed["args"][3].as_str().unwrap()
    } else {
        "go.mod"
    };
    let path = match dir {
        "." => name.to_owned(),
        _ => format!("{dir}/{name}"),
    };
    let file = case
        .get("copy")
        .filter(|copy| copy[1] == path.as_str())
        .map_or(path.as_str(), |copy| copy[0].as_str().unwrap());
    let text = &files[file];
    // go.work is named relative to the working directory, go.mod by its whole path.
    let shown = if is_work {
        name.to_owned()
    } else {
        format!("$WORK/{path}")
    };
    let got = if is_work {
        GoWork::parse(&shown, text, None)
            .map(|file| render::json::modfile::work(&file))
            .map_err(|err| format!("go: errors parsing go.work:\nerrors parsing go.work:\n{err}\n"))
    } else {
        GoMod::parse(&shown, text, None)
            .map(|mut file| {
                file.sort_blocks();
                file.cleanup();
                render::json::modfile::module(&file)
            })
            .map_err(|err| format!("go: errors parsing go.mod:\n{err}\n"))
    };
    let got = got.map(|json| serde_json::from_str::<Value>(&json).unwrap());
    let want = match parsed.get("error") {
        Some(error) => Err(error.as_str().unwrap().to_owned()),
        None => Ok(parsed["value"].clone()),
    };
    tally.check(word(case, "name"), &got, &want);
}
