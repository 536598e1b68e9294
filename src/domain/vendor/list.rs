//! Writing vendor/modules.txt, byte for byte as the go command does.

use std::fmt::Write as _;

use crate::domain::module::ModuleVersion;

/// What vendor/modules.txt will say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewList {
    /// Whether the directory is made for a workspace.
    pub workspace: bool,
    /// The modules, in their order.
    pub modules: Vec<NewModule>,
    /// Replacements that have no effect on the modules, or stand for all versions: without the whole build list nobody
    /// could tell that otherwise.
    pub replacements: Vec<(ModuleVersion, ModuleVersion)>,
}

/// A module that is required, or that provides packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewModule {
    /// Path and version.
    pub module: ModuleVersion,
    /// The other side of its replacement.
    pub replacement: Option<ModuleVersion>,
    /// Whether a main module requires it itself, and that is marked.
    pub explicit: bool,
    /// The version in its `go` line, where that is noted.
    pub go_version: Option<String>,
    /// Its packages, sorted.
    pub packages: Vec<String>,
}

impl NewList {
    /// Returns the text of the file; empty where there is nothing to vendor.
    pub fn format(&self) -> String {
        let mut text = String::new();
        if self.workspace {
            text.push_str("## workspace\n");
        }
        for entry in &self.modules {
            module_line(&mut text, &entry.module, entry.replacement.as_ref());
            let notes = [
                entry.explicit.then(|| "explicit".to_owned()),
                entry
                    .go_version
                    .as_ref()
                    .map(|version| format!("go {version}")),
            ];
            let notes: Vec<_> = notes.into_iter().flatten().collect();
            if !notes.is_empty() {
                writeln!(text, "## {}", notes.join("; ")).expect("a string takes all");
            }
            for package in &entry.packages {
                text.push_str(package);
                text.push('\n');
            }
        }
        for (old, new) in &self.replacements {
            module_line(&mut text, old, Some(new));
        }
        text
    }
}

fn module_line(text: &mut String, module: &ModuleVersion, replacement: Option<&ModuleVersion>) {
    text.push('#');
    let arrow = replacement.map(|_| "=>");
    let words = [
        Some(module.path.as_str()),
        Some(module.version.as_str()),
        arrow,
    ];
    let right = replacement.map(|new| [new.path.as_str(), new.version.as_str()]);
    let words = words
        .into_iter()
        .flatten()
        .chain(right.into_iter().flatten());
    for word in words.filter(|word| !word.is_empty()) {
        text.push(' ');
        text.push_str(word);
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vendor::VendorList;

    #[test]
    fn what_is_written_is_read_again() {
        let module = |path: &str, version: &str| ModuleVersion::new(path, version);
        let entry = |path: &str, explicit, go: Option<&str>, packages: &[&str]| NewModule {
            module: module(path, "v1.0.0"),
            replacement: None,
            explicit,
            go_version: go.map(str::to_owned),
            packages: packages.iter().map(|&package| package.to_owned()).collect(),
        };
        let mut replaced = entry("x.y/b", false, None, &["x.y/b", "x.y/b/c"]);
        replaced.replacement = Some(module("../b", ""));
        let list = NewList {
            workspace: true,
            modules: vec![
                entry("x.y/a", true, Some("1.21"), &["x.y/a"]),
                replaced,
                entry("x.y/c", false, Some("1.17"), &[]),
                entry("x.y/d", true, None, &[]),
            ],
            replacements: vec![(module("x.y/e", ""), module("x.y/f", "v1.1.0"))],
        };
        let expect = "## workspace\n# x.y/a v1.0.0\n## explicit; go 1.21\nx.y/a\n# x.y/b v1.0.0 => ../b\nx.y/b\n\
                      x.y/b/c\n# x.y/c v1.0.0\n## go 1.17\n# x.y/d v1.0.0\n## explicit\n# x.y/e => x.y/f v1.1.0\n";
        assert_eq!(list.format(), expect);
        let read = VendorList::parse("vendor/modules.txt", expect.as_bytes());
        assert_eq!((read.diagnostics.len(), read.modules.len()), (0, 5));
        assert_eq!(NewList::default().format(), "");
    }
}
