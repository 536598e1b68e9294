//! Byte-exact formats of the go command.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::domain::binary::{BuildInfo, BuildModule, BuildSetting};
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::graph::Graph;
use crate::ops::get;
use crate::ops::list::ModuleInfo;
use crate::ops::why;

/// Returns the edges as `go mod graph` prints them: breadth first, `from to`.
pub fn graph(graph: &Graph) -> String {
    let order = graph.breadth_first();
    let edges = order.iter().flat_map(|&node| {
        let required = graph.required(node).unwrap_or_default();
        let from = graph.module(node);
        required.iter().map(move |&to| (from, graph.module(to)))
    });
    // Megabytes are not copied each time they double; the signs are `@`, ` ` and a line's end.
    let length =
        |module: &ModuleVersion| module.path.as_str().len() + module.version.as_str().len();
    let lengths = edges
        .clone()
        .map(|(from, to)| length(from) + length(to) + 4);
    let mut text = String::with_capacity(lengths.sum());
    for (from, to) in edges {
        push_module(&mut text, from);
        text.push(' ');
        push_module(&mut text, to);
        text.push('\n');
    }
    text
}

/// Appends `path@version`, or the path of a main module.
fn push_module(text: &mut String, module: &ModuleVersion) {
    text.push_str(module.path.as_str());
    if !module.version.as_str().is_empty() {
        text.push('@');
        text.push_str(module.version.as_str());
    }
}

/// Returns chains as `go mod why` prints them: a heading and a chain for each; more chains stand below a blank line.
pub fn why(report: &why::Report) -> String {
    let noun = if report.is_about_modules {
        "module"
    } else {
        "package"
    };
    let vendor = if report.is_about_vendor {
        " to vendor"
    } else {
        ""
    };
    let stanza = |answer: &why::Answer| {
        let mut parts: Vec<String> = answer
            .chains
            .iter()
            .map(|chain| chain_text(chain))
            .collect();
        if parts.is_empty() {
            let path = &answer.path;
            parts.push(format!(
                "(main module does not need{vendor} {noun} {path})\n"
            ));
        }
        if answer.has_more {
            parts.push("(more chains of this length are left out)\n".to_owned());
        }
        format!("# {}\n{}", answer.path, parts.join("\n"))
    };
    let stanzas: Vec<_> = report.answers.iter().map(stanza).collect();
    stanzas.join("\n")
}

fn chain_text(chain: &[why::Link]) -> String {
    let mut text = String::new();
    for link in chain {
        text.push_str(&link.path);
        text.push_str(if link.is_test { ".test\n" } else { "\n" });
    }
    text
}

/// Returns modules as `go list -m` prints them, one a line.
pub fn list(modules: &[ModuleInfo]) -> String {
    let mut text = String::new();
    for module in modules {
        let line = list_line(module);
        // Like a template of the go command, an empty result prints no line.
        if !line.is_empty() {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// Returns modules as `go list -m -versions` prints them.
pub fn versions(modules: &[ModuleInfo]) -> String {
    let mut text = String::new();
    for module in modules {
        text.push_str(&module.path);
        for version in &module.versions {
            text.push(' ');
            text.push_str(version);
        }
        if !module.deprecated.is_empty() {
            text.push_str(" (deprecated)");
        }
        text.push('\n');
    }
    text
}

fn list_line(module: &ModuleInfo) -> String {
    let mut line = module.path.clone();
    if !module.version.is_empty() {
        line.push_str(&version_and_update(module));
    }
    if !module.deprecated.is_empty() {
        line.push_str(" (deprecated)");
    }
    if let Some(replace) = &module.replace {
        line.push_str(" => ");
        line.push_str(&replace.path);
        if !replace.version.is_empty() {
            line.push_str(&version_and_update(replace));
        }
        if !replace.deprecated.is_empty() {
            line.push_str(" (deprecated)");
        }
    }
    line
}

fn version_and_update(module: &ModuleInfo) -> String {
    let update = module
        .update
        .as_deref()
        .map(|update| format!(" [{}]", version(update)));
    format!(" {}{}", version(module), update.unwrap_or_default())
}

fn version(module: &ModuleInfo) -> String {
    if module.retracted.is_empty() {
        module.version.clone()
    } else {
        format!("{} (retracted)", module.version)
    }
}

/// Returns build information as `go version -m` prints it.
pub fn version_m(file: &str, info: &BuildInfo) -> String {
    let mut text = format!("{file}: {}\n", info.go_version);
    let modules = BuildInfo {
        go_version: String::new(),
        ..info.clone()
    }
    .to_string();
    for line in modules.lines() {
        text.push('\t');
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// Build information in the shape of `go version -m -json`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BuildInfoDto<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    go_version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    path: &'a str,
    main: BuildModuleDto<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deps: Vec<BuildModuleDto<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    settings: Vec<BuildSettingDto<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BuildModuleDto<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    sum: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    replace: Option<Box<Self>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BuildSettingDto<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    key: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    value: &'a str,
}

impl<'a> From<&'a BuildInfo> for BuildInfoDto<'a> {
    fn from(info: &'a BuildInfo) -> Self {
        let setting = |setting: &'a BuildSetting| BuildSettingDto {
            key: &setting.key,
            value: &setting.value,
        };
        Self {
            go_version: &info.go_version,
            path: &info.path,
            main: BuildModuleDto::from(&info.main),
            deps: info.deps.iter().map(BuildModuleDto::from).collect(),
            settings: info.settings.iter().map(setting).collect(),
        }
    }
}

impl<'a> From<&'a BuildModule> for BuildModuleDto<'a> {
    fn from(module: &'a BuildModule) -> Self {
        Self {
            path: &module.path,
            version: &module.version,
            sum: &module.sum,
            replace: module.replace.as_deref().map(|new| Box::new(new.into())),
        }
    }
}

/// Returns build information as `go version -m -json` prints it.
pub fn version_m_json(info: &BuildInfo) -> Vec<u8> {
    json(&BuildInfoDto::from(info))
}

/// Returns `value` as Go's `json.MarshalIndent` with a tab, and a line end.
pub(super) fn json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut serializer =
        Serializer::with_formatter(&mut bytes, GoFormatter(PrettyFormatter::with_indent(b"\t")));
    value
        .serialize(&mut serializer)
        .expect("our own types serialize, and memory takes any bytes");
    bytes.push(b'\n');
    bytes
}

/// Indents as Go does, and escapes what is special in HTML.
struct GoFormatter(PrettyFormatter<'static>);

impl Formatter for GoFormatter {
    fn begin_array<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
    ) -> std::io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + std::io::Write>(&mut self, writer: &mut W) -> std::io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
    ) -> std::io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
    ) -> std::io::Result<()> {
        self.0.end_object_value(writer)
    }

    fn write_string_fragment<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> std::io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let special = rest[at..]
                .chars()
                .next()
                .expect("the search ended at a character");
            write!(writer, "\\u{:04x}", u32::from(special))?;
            rest = &rest[at + special.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

/// Returns what `go get` prints on stderr when all went well.
pub fn get(report: &get::Report) -> String {
    let mut text = String::new();
    for note in &report.notes {
        let _ = writeln!(text, "go: {note}");
    }
    for told in report.changes.iter().filter(|change| change.is_told) {
        let _ = writeln!(text, "go: {}", change(told));
        if told.is_expanding() {
            text.push_str(
                "\tnote: expanded dependencies to upgrade to go 1.17 or higher; run 'go mod tidy' to clean up\n",
            );
        }
    }
    text
}

/// Returns what became of a module, in the words of `go get`.
pub fn change(change: &get::Change) -> String {
    let word = change.verb().word();
    let path = &change.path;
    match (&change.from, &change.to) {
        (Some(from), Some(to)) => format!("{word} {path} {from} => {to}"),
        (Some(version), None) | (None, Some(version)) => format!("{word} {path} {version}"),
        (None, None) => format!("{word} {path} none"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_go_json() {
        let value = serde_json::json!({"a": "<b> & \u{2028}\n", "c": [], "d": ["x"]});
        let expect = "{\n\t\"a\": \"\\u003cb\\u003e \\u0026 \\u2028\\n\",\n\t\"c\": [],\n\t\"d\": [\n\t\t\"x\"\n\t]\n}\n";
        assert_eq!(String::from_utf8(json(&value)).unwrap(), expect);
    }
}
