//! Heads of Go files and build constraints.

use std::collections::BTreeMap;

use modsmith::domain::gosource::{HeaderFault, Tags, constraint, imports};
use serde_json::Value;

use super::support::{Tally, bytes, rows};

#[test]
fn imports_are_found_as_go_finds_them() {
    let mut tally = Tally::new("imports");
    let rows = rows("imports");
    let sets: BTreeMap<&str, Tags> = rows
        .iter()
        .filter(|row| row["fn"] == "tagset")
        .map(|row| (row["name"].as_str().unwrap(), tags(row)))
        .collect();
    for row in &rows {
        let input = row.get("in").map(bytes).unwrap_or_default();
        match row["fn"].as_str().unwrap() {
            "tagset" => tally.check(
                row,
                &sets.contains_key(row["name"].as_str().unwrap()),
                &true,
            ),
            "match_file" => {
                let name = row["name"].as_str().unwrap();
                each_set(&mut tally, row, &sets, |tags| tags.match_file(name));
            }
            "should_build" => each_set(&mut tally, row, &sets, |tags| tags.should_build(&input)),
            "read_imports" => read_imports(&mut tally, row, &input),
            other => panic!("{other}"),
        }
    }
    tally.finish();
}

/// The recorded sets say with their first system what GOOS was; where the row has none it was that of the recorder.
fn tags(row: &Value) -> Tags {
    let tags: Vec<_> = row["tags"].as_array().unwrap().iter().collect();
    let tags: Vec<_> = tags
        .iter()
        .map(|tag| tag.as_str().unwrap().to_owned())
        .collect();
    if tags == ["*"] {
        return Tags::Any;
    }
    Tags::Set {
        tags: tags.into_iter().collect(),
        system: "linux".to_owned(),
    }
}

fn each_set(
    tally: &mut Tally,
    row: &Value,
    sets: &BTreeMap<&str, Tags>,
    answer: impl Fn(&Tags) -> bool,
) {
    for (name, want) in row["out"].as_object().unwrap() {
        let got = answer(&sets[name.as_str()]);
        tally.check(format!("{name}: {row}"), &got, &want.as_bool().unwrap());
    }
}

fn read_imports(tally: &mut Tally, row: &Value, input: &[u8]) {
    let header = imports::read(input);
    let literals: Vec<_> = header
        .imports
        .iter()
        .map(|import| String::from_utf8_lossy(import.literal).into_owned())
        .collect();
    let wanted: Vec<_> = row["imports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|literal| literal.as_str().unwrap().to_owned())
        .collect();
    tally.check(row, &literals, &wanted);
    let fault = header.fault.map(|fault| fault.to_string());
    tally.check(
        row,
        &fault.as_deref(),
        &row.get("err").and_then(Value::as_str),
    );
    let fatal = header.fault.is_some_and(HeaderFault::is_fatal);
    tally.check(row, &fatal, &row.get("lenient_err").is_some());
    if let Some(read) = row.get("read") {
        tally.check(row, &(header.text.len() as u64), &read.as_u64().unwrap());
    }
}

#[test]
fn constraints_mean_what_they_mean_to_go() {
    let mut tally = Tally::new("build-constraint");
    for row in rows("build-constraint") {
        let line = String::from_utf8_lossy(&bytes(&row["in"])).into_owned();
        let form = constraint::split(&line).map(|(form, _)| form);
        let is = |wanted| form == Some(wanted);
        tally.check(
            &row,
            &is(constraint::Form::GoBuild),
            &row["is_go_build"].as_bool().unwrap(),
        );
        tally.check(
            &row,
            &is(constraint::Form::PlusBuild),
            &row["is_plus_build"].as_bool().unwrap(),
        );
        let expr = match (constraint::parse(&line), row.get("err")) {
            (Ok(expr), None) => expr,
            (got, want) => {
                let got = got.map_err(|error| error.to_string()).err();
                tally.check(&row, &got.as_deref(), &want.and_then(Value::as_str));
                continue;
            }
        };
        tally.check(
            &row,
            &expr.to_string().as_str(),
            &row["expr"].as_str().unwrap(),
        );
        let go_version = expr.go_version().unwrap_or_default();
        tally.check(
            &row,
            &go_version.as_str(),
            &row["go_version"].as_str().unwrap(),
        );
        for (tags, want) in row["eval"].as_object().unwrap() {
            let got = expr.eval(&mut |tag| tags.split(',').any(|set| set == tag));
            tally.check(format!("{tags}: {row}"), &got, &want.as_bool().unwrap());
        }
        tally.leave_out("`plus_build`: nothing writes the old form of constraints");
    }
    tally.finish();
}
