//! The lines of go.mod and go.work that differ, requirements aside: replace, exclude, go, toolchain and the rest.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::side::Side;
use crate::domain::modfile::{GoMod, LineId, Replace};
use crate::domain::module::ModuleVersion;
use crate::ops::main_modules::{MainModule, MainModules};
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

/// A value, and where its line will be looked up if it differs.
struct Found<'m> {
    value: String,
    /// The main module whose go.mod it is in; none for go.work.
    main: Option<&'m MainModule>,
    line: LineId,
}

/// Compares two sides.
pub(super) fn compare(before: &Side<'_>, after: &Side<'_>) -> Vec<DirectiveChange> {
    let mut all: BTreeMap<Key, (Option<Found<'_>>, Option<Found<'_>>)> = BTreeMap::new();
    for (key, found) in gather(before, after) {
        all.entry(key).or_default().0 = Some(found);
    }
    for (key, found) in gather(after, before) {
        all.entry(key).or_default().1 = Some(found);
    }
    let value = |found: &Option<Found<'_>>| found.as_ref().map(|found| found.value.clone());
    let changed = all
        .into_iter()
        .filter(|(_, (before, after))| value(before) != value(after));
    let (old, new) = (Places::new(&before.session), Places::new(&after.session));
    let change = |((file, directive, subject), (before, after)): (Key, (Option<_>, Option<_>))| {
        DirectiveChange {
            file,
            directive,
            subject,
            before: before.and_then(|found| stated(&old, found)),
            after: after.and_then(|found| stated(&new, found)),
        }
    };
    changed.map(change).collect()
}

fn stated(places: &Places<'_, '_>, found: Found<'_>) -> Option<Stated> {
    let line = match found.main {
        Some(main) => places.of_main(main, found.line),
        None => places.of_work(found.line)?,
    };
    let value = found.value;
    Some(Stated { value, line })
}

/// Gathers what a side says, but for files that are the same on the other side.
fn gather<'s>(side: &'s Side<'_>, other: &Side<'_>) -> BTreeMap<Key, Found<'s>> {
    let mains = &side.session.mains;
    let others = &other.session.mains;
    let others: HashMap<String, &MainModule> = others
        .modules
        .iter()
        .map(|main| (name(others, main), main))
        .collect();
    let mut found = BTreeMap::new();
    for main in &mains.modules {
        let file = name(mains, main);
        let other = others.get(&file);
        if other.is_some_and(|other| other.text == main.text) {
            continue;
        }
        // There may be as many of these as there are modules in a repository.
        let has_same_replace =
            other.is_some_and(|other| is_same(&other.file.replace, &main.file.replace));
        let replace = main.file.replace.iter().filter(|_| !has_same_replace);
        let facts = of_mod(&main.file).into_iter();
        for (directive, subject, value, line) in facts.chain(replace.map(self::replace)) {
            let main = Some(main);
            let stated = Found { value, main, line };
            found.insert((file.clone(), directive, subject), stated);
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
            let main = None;
            let stated = Found { value, main, line };
            found.insert(("go.work".to_owned(), directive, subject), stated);
        }
    }
    found
}

/// Names the go.mod of a main module, relative to the root of the module or workspace.
fn name(mains: &MainModules, main: &MainModule) -> String {
    match &mains.work {
        None => "go.mod".to_owned(),
        Some(_) => relative(mains.base_dir(), &main.go_mod),
    }
}

type Fact = (&'static str, String, String, LineId);

fn is_same(a: &[Replace], b: &[Replace]) -> bool {
    a.iter()
        .map(|line| (&line.old, &line.new))
        .eq(b.iter().map(|line| (&line.old, &line.new)))
}

/// What a go.mod says, replacements aside.
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
