//! The lines of go.mod and go.work that differ, requirements aside: replace, exclude, go, toolchain and the rest.

use std::collections::BTreeMap;
use std::path::Path;

use super::side::Side;
use crate::domain::modfile::{GoMod, LineId, Replace};
use crate::domain::module::ModuleVersion;
use crate::ops::places::{Line, Places};

/// A directive that one side has and the other has not, or with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectiveChange {
    /// The file, relative to the root of the module or workspace.
    pub file: String,
    /// The directive: `go`, `replace`, …
    pub directive: &'static str,
    /// What it is about: the replaced module, the excluded version; empty where there can be only one.
    pub subject: String,
    /// Its value on the first side.
    pub before: Option<Stated>,
    /// Its value on the second side.
    pub after: Option<Stated>,
}

/// A value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The value; empty where the subject says it all.
    pub value: String,
    /// The line.
    pub line: Line,
}

type Key = (String, &'static str, String);

/// Compares two sides.
pub(super) fn compare(before: &Side<'_>, after: &Side<'_>) -> Vec<DirectiveChange> {
    let mut all: BTreeMap<Key, (Option<Stated>, Option<Stated>)> = BTreeMap::new();
    for (key, stated) in gather(before) {
        all.entry(key).or_default().0 = Some(stated);
    }
    for (key, stated) in gather(after) {
        all.entry(key).or_default().1 = Some(stated);
    }
    let value = |stated: &Option<Stated>| stated.as_ref().map(|stated| stated.value.clone());
    let changed = all
        .into_iter()
        .filter(|(_, (before, after))| value(before) != value(after));
    let change = |((file, directive, subject), (before, after))| DirectiveChange {
        file,
        directive,
        subject,
        before,
        after,
    };
    changed.map(change).collect()
}

fn gather(side: &Side<'_>) -> BTreeMap<Key, Stated> {
    let mains = &side.session.mains;
    let places = Places::new(&side.session);
    let mut found = BTreeMap::new();
    for main in &mains.modules {
        let file = match &mains.work {
            None => "go.mod".to_owned(),
            Some(_) => relative(mains.base_dir(), &main.go_mod),
        };
        for (directive, subject, value, line) in of_mod(&main.file) {
            let line = places.of_main(main, line);
            found.insert((file.clone(), directive, subject), Stated { value, line });
        }
    }
    if let Some(work) = &mains.work {
        let go = work
            .file
            .go
            .iter()
            .map(|go| one("go", &go.version, go.line));
        let toolchain = work.file.toolchain.iter();
        let toolchain = toolchain.map(|line| one("toolchain", &line.name, line.line));
        let uses = work
            .file
            .uses
            .iter()
            .map(|used| own("use", used.path.clone(), used.line));
        let replace = work.file.replace.iter().map(replace);
        for (directive, subject, value, line) in go.chain(toolchain).chain(uses).chain(replace) {
            if let Some(line) = places.of_work(line) {
                found.insert(
                    ("go.work".to_owned(), directive, subject),
                    Stated { value, line },
                );
            }
        }
    }
    found
}

type Fact = (&'static str, String, String, LineId);

fn of_mod(file: &GoMod) -> Vec<Fact> {
    let mut facts = Vec::new();
    facts.extend(
        file.module
            .iter()
            .map(|line| one("module", line.path.as_str(), line.line)),
    );
    facts.extend(
        file.go
            .iter()
            .map(|line| one("go", &line.version, line.line)),
    );
    facts.extend(
        file.toolchain
            .iter()
            .map(|line| one("toolchain", &line.name, line.line)),
    );
    let godebug = file.godebug.iter();
    facts.extend(godebug.map(|line| ("godebug", line.key.clone(), line.value.clone(), line.line)));
    facts.extend(
        file.exclude
            .iter()
            .map(|line| own("exclude", line.module.to_string(), line.line)),
    );
    facts.extend(file.replace.iter().map(replace));
    let range = |line: &crate::domain::modfile::Retract| {
        let (low, high) = (&line.interval.low, &line.interval.high);
        if low == high {
            low.to_string()
        } else {
            format!("[{low}, {high}]")
        }
    };
    facts.extend(
        file.retract
            .iter()
            .map(|line| own("retract", range(line), line.line)),
    );
    facts.extend(
        file.tool
            .iter()
            .map(|line| own("tool", line.path.clone(), line.line)),
    );
    facts.extend(
        file.ignore
            .iter()
            .map(|line| own("ignore", line.path.clone(), line.line)),
    );
    facts
}

fn replace(line: &Replace) -> Fact {
    ("replace", shown(&line.old), shown(&line.new), line.line)
}

/// A directive that stands once.
fn one(directive: &'static str, value: &str, line: LineId) -> Fact {
    (directive, String::new(), value.to_owned(), line)
}

/// A directive that is its own value.
fn own(directive: &'static str, subject: String, line: LineId) -> Fact {
    (directive, subject, String::new(), line)
}

fn shown(module: &ModuleVersion) -> String {
    if module.version.is_empty() {
        module.path.to_string()
    } else {
        format!("{} {}", module.path, module.version)
    }
}

fn relative(base: &Path, path: &Path) -> String {
    let path = path.strip_prefix(base).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}
