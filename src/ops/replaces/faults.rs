//! What is wrong with lines.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::{Hidden, ReplaceLine, Report, Standing, rules};
use crate::domain::module::ModuleVersion;
use crate::ops::places::Line;
use crate::ops::session::Session;
use crate::ops::verify::report::{Finding, Place, Rule};

pub(super) fn find(session: &Session<'_>, report: &Report) -> Vec<Finding> {
    let mut findings = Vec::new();
    for line in &report.lines {
        findings.extend(idle(session, line));
        findings.extend(chained(line, &report.lines));
        findings.extend(local(session, line));
        findings.extend(nested(session, line));
    }
    findings.extend(doubled(&report.lines));
    for hidden in &report.hidden {
        findings.extend(in_dependency(hidden));
    }
    findings
}

fn finding(rule: &'static Rule, line: &ReplaceLine, message: String) -> Finding {
    Finding::new(rule, spaced(&line.old), message).at(place(&line.place))
}

/// Says how a line is taken out, with the name of the file where it is not the one at hand.
fn drop_command(line: &ReplaceLine) -> String {
    let old = &line.old;
    let what = if old.version.is_empty() {
        old.path.to_string()
    } else {
        old.to_string()
    };
    match line.member {
        Some(_) => format!("go mod edit -dropreplace={what} {}", line.place.file),
        None => format!("go work edit -dropreplace={what}"),
    }
}

fn idle(session: &Session<'_>, line: &ReplaceLine) -> Option<Finding> {
    let (rule, message) = match &line.standing {
        Standing::InForce => return None,
        Standing::RequirementsOnly(selected) => (
            &rules::OTHER_VERSION,
            format!(
                "{} is required and replaced, but {selected} is selected: only the requirements of the replacement count",
                line.old.version
            ),
        ),
        Standing::OtherVersion(selected) => (
            &rules::OTHER_VERSION,
            format!(
                "not in force: {selected} is selected, and nobody requires {}",
                line.old.version
            ),
        ),
        Standing::NotRequired => (
            &rules::NOT_REQUIRED,
            "not in force: nobody requires this module".to_owned(),
        ),
        Standing::MainModule => (
            &rules::NOT_REQUIRED,
            "not in force: it is a main module, which is never replaced".to_owned(),
        ),
        Standing::Overridden(by) => {
            let is_work = session.mains.work.is_some() && by.file.ends_with("go.work");
            let who = if is_work {
                "go.work"
            } else {
                "a line that wins"
            };
            (
                &rules::OVERRIDDEN,
                format!("not in force: {who} replaces it ({}:{})", by.file, by.line),
            )
        }
    };
    Some(finding(rule, line, message).fix(drop_command(line)))
}

/// What stands for a module is not replaced again.
fn chained(line: &ReplaceLine, lines: &[ReplaceLine]) -> Option<Finding> {
    let new = &line.new;
    let leads_on = |other: &&ReplaceLine| {
        !new.version.is_empty()
            && other.old.path == new.path
            && (other.old.version.is_empty() || other.old.version == new.version)
            && other.old != line.old
    };
    let next = lines.iter().find(leads_on)?;
    let message = format!(
        "{} stands for it, and {}:{} replaces that: replacements are not followed, so {} is built",
        spaced(new),
        next.place.file,
        next.place.line,
        spaced(new)
    );
    Some(finding(&rules::CHAIN, line, message).fix(format!(
        "replace {} by {} itself",
        spaced(&line.old),
        spaced(&next.new)
    )))
}

/// Directories that other checkouts do not have, or that are not there even here.
fn local(session: &Session<'_>, line: &ReplaceLine) -> Option<Finding> {
    let dir = line.dir.as_deref()?;
    let written = Path::new(line.new.path.as_str());
    if !dir.join("go.mod").is_file() {
        let what = if dir.is_dir() {
            "has no go.mod"
        } else {
            "does not exist"
        };
        let message = format!("the directory `{}` {what}", line.new.path);
        return Some(finding(&rules::MISSING_DIR, line, message).fix(drop_command(line)));
    }
    let base = match line.member {
        Some(member) => &session.mains.modules[member].root,
        None => session.mains.base_dir(),
    };
    let message = if written.is_absolute() {
        format!(
            "`{}` is an absolute path, which exists on no other machine",
            line.new.path
        )
    } else {
        let root = repository(base)?;
        if dir.starts_with(&root) {
            return None;
        }
        format!(
            "`{}` lies outside of the repository: other checkouts do not have it",
            line.new.path
        )
    };
    let rule = if line.member.is_some() {
        &rules::LOCAL
    } else {
        &rules::LOCAL_WORK
    };
    let fix = match line.member {
        Some(_) => {
            "move the line to a go.work that is not committed, or publish the module and require it"
        }
        None => "keep this go.work out of the repository, or use a path within it",
    };
    Some(finding(rule, line, message).fix(fix))
}

/// A directory whose own go.mod has replacements: they are ignored here.
fn nested(session: &Session<'_>, line: &ReplaceLine) -> Option<Finding> {
    let dir = line.dir.as_deref()?;
    // A member of the workspace is a main module: its lines count.
    if line.standing != Standing::InForce
        || session.mains.modules.iter().any(|main| main.root == dir)
    {
        return None;
    }
    let path = dir.join("go.mod");
    let text = session
        .source
        .files()
        .read(&path, crate::ops::load::MAX_GO_MOD)
        .ok()?;
    let mut any = |_: &str, version: &str| Ok(crate::domain::module::Version::new(version));
    let file = crate::domain::modfile::GoMod::parse("go.mod", &text, Some(&mut any)).ok()?;
    let first = file.replace.first()?;
    let name = session.ctx.short_path(&path);
    let at = file.syntax().position(first.line).line;
    let message = format!(
        "{name}:{at} replaces {}, too: in a module that stands for another one such lines are ignored",
        spaced(&first.old)
    );
    Some(finding(&rules::NESTED, line, message).fix("repeat the line here if it is needed"))
}

/// The module of a line that leads to a directory.
static NO_MODULE: LazyLock<ModuleVersion> = LazyLock::new(|| ModuleVersion::new("", ""));

/// Go refuses a build that has one module, or one directory, under two paths.
fn doubled(lines: &[ReplaceLine]) -> Vec<Finding> {
    let mut by_target: BTreeMap<(Option<PathBuf>, &ModuleVersion), Vec<&ReplaceLine>> =
        BTreeMap::new();
    for line in lines {
        let key = match &line.dir {
            Some(dir) => (Some(dir.clone()), &*NO_MODULE),
            None => (None, &line.new),
        };
        by_target.entry(key).or_default().push(line);
    }
    let mut findings = Vec::new();
    for lines in by_target.into_values() {
        for line in &lines {
            let other = lines.iter().find(|other| other.old.path != line.old.path);
            let Some(other) = other else {
                continue;
            };
            let message = format!(
                "{} stands for {}, too ({}:{}): Go refuses a build that needs both",
                spaced(&line.new),
                spaced(&other.old),
                other.place.file,
                other.place.line
            );
            findings.push(
                finding(&rules::SAME_TARGET, line, message).fix("let it stand for one of them"),
            );
        }
    }
    findings
}

fn in_dependency(hidden: &Hidden) -> Option<Finding> {
    let selected = hidden.selected.as_ref()?;
    // A line for another version would have had no say there, either.
    if !hidden.old.version.is_empty() && hidden.old.version != *selected {
        return None;
    }
    // The same module at the version that is selected here is no difference, and directories are how the modules of one
    // repository find each other while they are worked on.
    let is_same = hidden.new.path == hidden.old.path && hidden.new.version == *selected;
    if is_same || hidden.new.version.is_empty() {
        return None;
    }
    let message = format!(
        "{} replaces {} by {}, which is ignored here: {selected} is built",
        hidden.module,
        spaced(&hidden.old),
        spaced(&hidden.new)
    );
    let fix = format!(
        "if it is needed here, too: go mod edit -replace={}={}",
        hidden.old.path, hidden.new
    );
    let finding = Finding::new(&rules::HIDDEN, spaced(&hidden.old), message);
    Some(finding.at(place(&hidden.place)).fix(fix))
}

/// Returns the root of the repository that a directory lies in.
fn repository(dir: &Path) -> Option<PathBuf> {
    let mut above = dir.ancestors();
    above
        .find(|dir| dir.join(".git").exists())
        .map(Path::to_owned)
}

fn place(line: &Line) -> Place {
    Place::line(&line.file, line.line, &line.text)
}

fn spaced(module: &ModuleVersion) -> String {
    if module.version.is_empty() {
        module.path.to_string()
    } else {
        format!("{} {}", module.path, module.version)
    }
}
