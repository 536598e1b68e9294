//! A failure as one JSON object: schema `modsmith.error/1`.

use serde::Serialize;

use crate::ops::failure::Failure;

#[derive(Serialize)]
struct Object<'a> {
    schema: &'static str,
    kind: &'static str,
    exit: u8,
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hints: &'a [String],
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

/// Returns the object on one line, with its newline.
pub fn object(failure: &Failure) -> String {
    let places = failure.excerpts.iter().map(|excerpt| Place {
        file: &excerpt.file,
        line: excerpt.line,
        column: excerpt.column,
        message: &excerpt.message,
    });
    let object = Object {
        schema: "modsmith.error/1",
        kind: failure.kind.name(),
        exit: failure.kind.exit_code(),
        message: failure.source.to_string(),
        causes: failure.told().split_off(1),
        places: places.collect(),
        hints: &failure.hints,
    };
    let mut text = serde_json::to_string(&object).expect("an object of strings and numbers");
    text.push('\n');
    text
}
