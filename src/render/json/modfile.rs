//! go.mod and go.work as JSON, in the shape and bytes of `go mod edit -json` and `go work edit -json`.
//!
//! This is Go's own contract, not one of ours: a script can put one program in the place of the other. So
//! there is no `schema` field, and what Go leaves out (`toolchain` and `godebug` of a go.work) is not there.

use serde::Serialize;

use crate::domain::modfile::{GoMod, GoWork, Replace};
use crate::domain::module::ModuleVersion;

/// Returns a go.mod as `go mod edit -json` prints it.
///
/// The go command sorts and cleans the file first: so must the caller.
pub fn module(file: &GoMod) -> String {
    let module = file
        .module
        .as_ref()
        .map_or_else(ModulePart::default, |module| ModulePart {
            path: module.path.as_str(),
            deprecated: &module.deprecated,
        });
    let godebug = file.godebug.iter().map(|item| GodebugPart {
        key: &item.key,
        value: &item.value,
    });
    let require = file.require.iter().map(|item| RequirePart {
        path: item.module.path.as_str(),
        version: item.module.version.as_str(),
        indirect: item.indirect,
    });
    let retract = file.retract.iter().map(|item| RetractPart {
        low: item.interval.low.as_str(),
        high: item.interval.high.as_str(),
        rationale: &item.rationale,
    });
    print(&ModFile {
        module,
        go: file.go.as_ref().map_or("", |go| &go.version),
        toolchain: file
            .toolchain
            .as_ref()
            .map_or("", |toolchain| &toolchain.name),
        godebug: godebug.collect(),
        require: list(require),
        exclude: list(
            file.exclude
                .iter()
                .map(|item| VersionPart::from(&item.module)),
        ),
        replace: list(file.replace.iter().map(ReplacePart::from)),
        retract: list(retract),
        tool: list(file.tool.iter().map(|item| PathPart { path: &item.path })),
        ignore: list(file.ignore.iter().map(|item| PathPart { path: &item.path })),
    })
}

/// Returns a go.work as `go work edit -json` prints it.
///
/// The go command sorts and cleans the file first: so must the caller.
pub fn work(file: &GoWork) -> String {
    let uses = file.uses.iter().map(|item| UsePart {
        disk_path: &item.path,
        mod_path: &item.module_path,
    });
    print(&WorkFile {
        go: file.go.as_ref().map_or("", |go| &go.version),
        uses: list(uses),
        replace: list(file.replace.iter().map(ReplacePart::from)),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ModFile<'a> {
    module: ModulePart<'a>,
    #[serde(skip_serializing_if = "str::is_empty")]
    go: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    toolchain: &'a str,
    #[serde(rename = "GoDebug", skip_serializing_if = "Vec::is_empty")]
    godebug: Vec<GodebugPart<'a>>,
    require: Option<Vec<RequirePart<'a>>>,
    exclude: Option<Vec<VersionPart<'a>>>,
    replace: Option<Vec<ReplacePart<'a>>>,
    retract: Option<Vec<RetractPart<'a>>>,
    tool: Option<Vec<PathPart<'a>>>,
    ignore: Option<Vec<PathPart<'a>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WorkFile<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    go: &'a str,
    #[serde(rename = "Use")]
    uses: Option<Vec<UsePart<'a>>>,
    replace: Option<Vec<ReplacePart<'a>>>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ModulePart<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    deprecated: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GodebugPart<'a> {
    key: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RequirePart<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    indirect: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VersionPart<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReplacePart<'a> {
    old: VersionPart<'a>,
    new: VersionPart<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RetractPart<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    low: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    high: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    rationale: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PathPart<'a> {
    path: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UsePart<'a> {
    disk_path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    mod_path: &'a str,
}

impl<'a> From<&'a ModuleVersion> for VersionPart<'a> {
    fn from(module: &'a ModuleVersion) -> Self {
        Self {
            path: module.path.as_str(),
            version: module.version.as_str(),
        }
    }
}

impl<'a> From<&'a Replace> for ReplacePart<'a> {
    fn from(replace: &'a Replace) -> Self {
        Self {
            old: (&replace.old).into(),
            new: (&replace.new).into(),
        }
    }
}

/// Returns the list, or nothing where it is empty: Go prints `null` then.
fn list<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

fn print(value: &impl Serialize) -> String {
    let mut text = Vec::new();
    let indent = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, indent);
    value
        .serialize(&mut serializer)
        .expect("strings and lists have a JSON form");
    text.push(b'\n');
    escape_html(&String::from_utf8(text).expect("JSON is UTF-8"))
}

/// Escapes what Go escapes so that JSON can stand in HTML. Outside of strings JSON has none of these.
fn escape_html(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
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
