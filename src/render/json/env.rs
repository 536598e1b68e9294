//! `env` as versioned JSON: `modsmith.env/1`.
//!
//! The schema stands beside this file in `env.schema.json`.

use serde::Serialize;

use crate::domain::goenv::Origin;
use crate::ops::env::{Report, Variable};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    variables: Vec<VariableDto<'a>>,
}

#[derive(Serialize)]
struct VariableDto<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    origin: OriginDto<'a>,
    changed: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    redacted: bool,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum OriginDto<'a> {
    Process,
    ConfigFile { file: &'a str, line: usize },
    UserFile { file: &'a str, line: usize },
    GorootFile { file: &'a str, line: usize },
    Default,
    Derived { from: &'static str },
    Unknown,
    Unset,
}

/// Renders the report.
pub fn render(report: &Report) -> String {
    let variables = report.variables.iter().map(variable).collect();
    let document = Document {
        schema: "modsmith.env/1",
        variables,
    };
    let mut text =
        serde_json::to_string_pretty(&document).expect("strings and numbers can always be written");
    text.push('\n');
    text
}

fn variable(variable: &Variable) -> VariableDto<'_> {
    VariableDto {
        name: &variable.name,
        value: variable.value.as_deref(),
        origin: variable.origin.as_ref().map_or(OriginDto::Unset, origin),
        changed: variable.changed,
        redacted: variable.is_redacted,
    }
}

fn origin(origin: &Origin) -> OriginDto<'_> {
    match origin {
        Origin::Process => OriginDto::Process,
        Origin::ConfigFile { path, line } => OriginDto::ConfigFile {
            file: path,
            line: *line,
        },
        Origin::UserFile { path, line } => OriginDto::UserFile {
            file: path,
            line: *line,
        },
        Origin::GorootFile { path, line } => OriginDto::GorootFile {
            file: path,
            line: *line,
        },
        Origin::Default => OriginDto::Default,
        Origin::Derived { from } => OriginDto::Derived { from },
        Origin::Unknown => OriginDto::Unknown,
    }
}
