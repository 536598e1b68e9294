//! `.info` files: [`RevInfo`] as JSON, read and written as the go command does.
//!
//! The names of fields count without their case, unknown ones are passed over, and a time that is not there is Go's
//! zero time: `go list -m -json` prints it, so it must not be lost. See <https://go.dev/ref/mod#goproxy-protocol>.

use serde::Serialize;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::domain::module::Version;
use crate::domain::module::info::{Origin, RevInfo};
use crate::domain::module::pseudo;
use crate::domain::module::timestamp::Timestamp;

/// Go's zero time, as it prints.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// Why bytes are no `.info` file.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum InfoError {
    /// The bytes are no JSON.
    #[error("not JSON: {reason}")]
    Syntax {
        /// What the JSON parser said.
        reason: String,
    },
    /// A value has another type than it should.
    #[error("JSON field {field} is not {expected}")]
    Type {
        /// The field; empty for the whole.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
}

/// Reads a `.info` file.
pub fn parse(bytes: &[u8]) -> Result<RevInfo, InfoError> {
    let text = String::from_utf8_lossy(bytes);
    let value: Value = serde_json::from_str(&text).map_err(|error| InfoError::Syntax {
        reason: error.to_string(),
    })?;
    let mut info = RevInfo {
        version: Version::none(),
        time: Some(ZERO_TIME.to_owned()),
        origin: None,
    };
    for (name, value) in object(&value, "")?.into_iter().flatten() {
        match name.to_ascii_lowercase().as_str() {
            "version" => info.version = Version::new(string(value, "Version")?),
            "time" => {
                if let Some(time) = time(value)? {
                    info.time = Some(time);
                }
            }
            "origin" => info.origin = origin(value)?,
            _ => {}
        }
    }
    Ok(info)
}

/// Returns the bytes that the go command writes into its cache for `info`.
///
/// What only matters for finding the version again, and not once the version is known, is left out of the origin.
pub fn to_cache(info: &RevInfo) -> Vec<u8> {
    let is_pseudo = pseudo::is_pseudo(info.version.as_str());
    let origin = info.origin.as_ref().map(|origin| OriginJson {
        vcs: &origin.vcs,
        url: &origin.url,
        subdir: &origin.subdir,
        hash: &origin.hash,
        git_ref: if is_pseudo { "" } else { &origin.git_ref },
    });
    let time = info.time.as_deref().unwrap_or(ZERO_TIME);
    let json = InfoJson {
        version: info.version.as_str(),
        time,
        origin,
    };
    let text = serde_json::to_string(&json).expect("strings always have a JSON form");
    escape_html(&text).into_bytes()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct InfoJson<'a> {
    version: &'a str,
    time: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<OriginJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OriginJson<'a> {
    #[serde(rename = "VCS", skip_serializing_if = "str::is_empty")]
    vcs: &'a str,
    #[serde(rename = "URL", skip_serializing_if = "str::is_empty")]
    url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    subdir: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    hash: &'a str,
    #[serde(rename = "Ref", skip_serializing_if = "str::is_empty")]
    git_ref: &'a str,
}

fn object<'a>(
    value: &'a Value,
    field: &'static str,
) -> Result<Option<&'a Map<String, Value>>, InfoError> {
    match value {
        Value::Null => Ok(None),
        Value::Object(map) => Ok(Some(map)),
        _ => Err(InfoError::Type {
            field,
            expected: "an object",
        }),
    }
}

fn string<'a>(value: &'a Value, field: &'static str) -> Result<&'a str, InfoError> {
    match value {
        Value::Null => Ok(""),
        Value::String(text) => Ok(text),
        _ => Err(InfoError::Type {
            field,
            expected: "a string",
        }),
    }
}

fn time(value: &Value) -> Result<Option<String>, InfoError> {
    if value.is_null() {
        return Ok(None);
    }
    let wrong = InfoError::Type {
        field: "Time",
        expected: "a time in RFC 3339 form",
    };
    let text = string(value, "Time")?;
    print_time(text).map(Some).ok_or(wrong)
}

fn origin(value: &Value) -> Result<Option<Origin>, InfoError> {
    let Some(map) = object(value, "Origin")? else {
        return Ok(None);
    };
    let mut origin = Origin::default();
    for (name, value) in map {
        let (field, place) = match name.to_ascii_lowercase().as_str() {
            "vcs" => ("Origin.VCS", &mut origin.vcs),
            "url" => ("Origin.URL", &mut origin.url),
            "subdir" => ("Origin.Subdir", &mut origin.subdir),
            "hash" => ("Origin.Hash", &mut origin.hash),
            "tagprefix" => ("Origin.TagPrefix", &mut origin.tag_prefix),
            "tagsum" => ("Origin.TagSum", &mut origin.tag_sum),
            "ref" => ("Origin.Ref", &mut origin.git_ref),
            "reposum" => ("Origin.RepoSum", &mut origin.repo_sum),
            _ => continue,
        };
        string(value, field)?.clone_into(place);
    }
    Ok(Some(origin))
}

/// Returns RFC 3339 text as Go prints the time it stands for: no zeros at the end of a fraction, `Z` for no offset.
fn print_time(text: &str) -> Option<String> {
    Timestamp::parse_rfc3339(text)?;
    let (clock, rest) = text.split_at(19);
    let offset_at = rest.find(['Z', '+', '-'])?;
    let (fraction, offset) = rest.split_at(offset_at);
    // Go keeps nanoseconds and drops what is finer.
    let fraction = &fraction[..fraction.len().min(".123456789".len())];
    let fraction = fraction.trim_end_matches('0');
    let fraction = if fraction == "." { "" } else { fraction };
    let offset = if matches!(offset, "+00:00" | "-00:00") {
        "Z"
    } else {
        offset
    };
    Some(format!("{clock}{fraction}{offset}"))
}

/// Escapes what Go's encoder escapes beyond JSON's needs, so that it can stand in HTML and JavaScript.
fn escape_html(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, cached: &str) {
        let info = parse(input.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(to_cache(&info)).unwrap(), cached);
    }

    #[test]
    fn missing_and_null_are_zero() {
        let zero = r#"{"Version":"","Time":"0001-01-01T00:00:00Z"}"#;
        for input in [
            "{}",
            "null",
            r#"{"Version":null,"Time":null,"Origin":null}"#,
            r#"{"x":[{}]}"#,
        ] {
            check(input, zero);
        }
    }

    #[test]
    fn names_have_no_case_and_the_last_wins() {
        check(
            r#"{"version":"v1.0.0","VERSION":"v1.1.0","time":"2020-02-29T01:02:03Z","Name":"n","Short":"s"}"#,
            r#"{"Version":"v1.1.0","Time":"2020-02-29T01:02:03Z"}"#,
        );
    }

    #[test]
    fn origin_is_kept_but_for_what_finds_the_version() {
        check(
            r#"{"Version":"v1.0.0","Origin":{"VCS":"git","URL":"https://h/a?b&<c>","Hash":"abc","TagPrefix":"p","TagSum":"t","Ref":"refs/tags/v1.0.0","RepoSum":"r"}}"#,
            r#"{"Version":"v1.0.0","Time":"0001-01-01T00:00:00Z","Origin":{"VCS":"git","URL":"https://h/a?b\u0026\u003cc\u003e","Hash":"abc","Ref":"refs/tags/v1.0.0"}}"#,
        );
        check(
            r#"{"Version":"v0.0.0-20200229010203-0123456789ab","Origin":{"Ref":"refs/heads/main","Subdir":"s"}}"#,
            r#"{"Version":"v0.0.0-20200229010203-0123456789ab","Time":"0001-01-01T00:00:00Z","Origin":{"Subdir":"s"}}"#,
        );
    }

    #[test]
    fn times_print_as_in_go() {
        let same = |text| assert_eq!(print_time(text).as_deref(), Some(text));
        same("2020-02-29T01:02:03Z");
        same("2020-02-29T01:02:03.000000001+02:00");
        for (text, printed) in [
            ("2020-02-29T01:02:03+00:00", "2020-02-29T01:02:03Z"),
            ("2020-02-29T01:02:03.500Z", "2020-02-29T01:02:03.5Z"),
            ("2020-02-29T01:02:03.000Z", "2020-02-29T01:02:03Z"),
            (
                "2020-02-29T01:02:03.1234567899Z",
                "2020-02-29T01:02:03.123456789Z",
            ),
        ] {
            assert_eq!(print_time(text).as_deref(), Some(printed));
        }
        for bad in [
            "",
            "2020-02-30T01:02:03Z",
            "2020-02-29 01:02:03Z",
            "2020-02-29T01:02:03",
        ] {
            assert_eq!(print_time(bad), None);
        }
    }

    #[test]
    fn garbage_is_refused() {
        for bad in [
            "",
            "<html>",
            "{",
            "[]",
            r#"{"Version":1}"#,
            r#"{"Time":"yesterday"}"#,
            r#"{"Origin":"x"}"#,
            "{} x",
        ] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(
            parse(&vec![b'['; 100_000]).is_err(),
            "deep nesting is refused, not followed"
        );
    }
}
