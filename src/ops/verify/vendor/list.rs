//! What vendor/modules.txt says, against go.mod or go.work and against the modules themselves.

use super::rules::{
    GO_LINE, GO_TOO_LOW, GO_TOO_NEW, INCONSISTENT, LINE_ENDS, MODULE_SUPERFLUOUS, SKIPPED_LINE,
    WORKSPACE_MARK,
};
use super::{Check, line_text};
use crate::adapters::module_tree::Tree;
use crate::domain::modfile::summary::Summary;
use crate::domain::module::{ModuleVersion, goversion};
use crate::domain::vendor::{Inconsistency, VendorModule};
use crate::ops::load::GO_RELEASE;
use crate::ops::verify::report::{Finding, Place, Report};

/// Checks the lines of vendor/modules.txt.
pub(super) fn check(check: &Check<'_>, trees: &[Option<Tree>], report: &mut Report) {
    let findings = &mut report.findings;
    inconsistencies(check, findings);
    form(check, findings);
    too_new(check, findings);
    for (entry, tree) in check.vendored.list.modules.iter().zip(trees) {
        superfluous(check, entry, findings);
        if let Some(tree) = tree {
            go_line(check, entry, tree, findings);
        }
    }
}

/// What `go build -mod=vendor` says.
fn inconsistencies(check: &Check<'_>, findings: &mut Vec<Finding>) {
    let Some(inconsistent) = &check.vendored.inconsistent else {
        return;
    };
    for (module, problem) in &inconsistent.problems {
        let place = match problem {
            Inconsistency::NotExplicit | Inconsistency::OtherVersion(_) => {
                required_at(check, module)
            }
            Inconsistency::NotMarkedReplaced { .. } => replaced_at(check, module),
            Inconsistency::OtherReplacement { .. }
            | Inconsistency::NotRequired { .. }
            | Inconsistency::NotReplaced { .. } => {
                let entry = check.vendored.list.get(module);
                entry.map(|entry| check.modules_txt(entry.line))
            }
        };
        let mut finding =
            Finding::new(&INCONSISTENT, module.to_string(), problem.to_string()).fix(format!(
                "{}, or leave the directory aside with `-mod=readonly`",
                check.again()
            ));
        finding.place = place;
        findings.push(finding);
    }
}

/// Finds the requirement of a module.
fn required_at(check: &Check<'_>, module: &ModuleVersion) -> Option<Place> {
    check.vendored.mains.modules.iter().find_map(|main| {
        let line = main
            .file
            .require
            .iter()
            .find(|line| line.module == *module)?;
        let at = main.file.syntax().position(line.line);
        Some(place(
            check.ctx.short_path(&main.go_mod),
            at.line,
            &main.text,
        ))
    })
}

/// Finds the replacement of a module: in go.work, or in a go.mod.
fn replaced_at(check: &Check<'_>, module: &ModuleVersion) -> Option<Place> {
    let mains = &check.vendored.mains;
    let in_work = mains.work.iter().find_map(|work| {
        let line = work.file.replace.iter().find(|line| line.old == *module)?;
        let at = work.file.syntax().position(line.line);
        Some(place(check.ctx.short_path(&work.path), at.line, &[]))
    });
    in_work.or_else(|| {
        mains.modules.iter().find_map(|main| {
            let line = main.file.replace.iter().find(|line| line.old == *module)?;
            let at = main.file.syntax().position(line.line);
            Some(place(
                check.ctx.short_path(&main.go_mod),
                at.line,
                &main.text,
            ))
        })
    })
}

fn place(file: String, line: u32, text: &[u8]) -> Place {
    let line = line as usize;
    Place::line(file, line, line_text(text, line))
}

/// Lines that Go skips, line ends, and for whom the directory was made.
fn form(check: &Check<'_>, findings: &mut Vec<Finding>) {
    let Some(text) = check.vendored.text.as_deref() else {
        return;
    };
    let file = check.shown("modules.txt");
    for diagnostic in &check.vendored.list.diagnostics {
        let message = diagnostic.fault.to_string();
        let place = check.modules_txt(diagnostic.line);
        findings.push(
            Finding::new(&SKIPPED_LINE, &file, message)
                .at(place)
                .fix(check.again()),
        );
    }
    if memchr::memmem::find(text, b"\r\n").is_some() {
        let fix = "add `vendor/** -text` to .gitattributes and check the files out again";
        let finding = Finding::new(&LINE_ENDS, &file, "lines end with CRLF")
            .at(Place::file(&file))
            .fix(fix);
        findings.push(finding);
    }
    let message = match (check.vendored.list.workspace, &check.vendored.mains.work) {
        (true, None) => "made for a workspace, but there is no go.work",
        (false, Some(_)) => "made for a module, but go.work makes this a workspace",
        _ => return,
    };
    findings.push(
        Finding::new(&WORKSPACE_MARK, &file, message)
            .at(check.modules_txt(1))
            .fix(check.again()),
    );
}

/// A module that wants a newer Go than the one whose rules hold here, in Go's words.
fn too_new(check: &Check<'_>, findings: &mut Vec<Finding>) {
    let Some((module, wanted)) = check.vendored.list.first_newer_than(GO_RELEASE) else {
        return;
    };
    let file = check.shown("modules.txt");
    let toolchain = match check.ctx.env.get("GOTOOLCHAIN") {
        "" | "auto" => String::new(),
        name => format!("; GOTOOLCHAIN={name}"),
    };
    let message = format!(
        "{} in {file} requires go >= {wanted} (running go {GO_RELEASE}{toolchain})",
        module.path
    );
    let mut finding = Finding::new(&GO_TOO_NEW, module.to_string(), message);
    let entry = check.vendored.list.get(module);
    finding.place = entry.map(|entry| check.modules_txt(entry.line));
    findings.push(finding);
}

/// A module with neither packages nor replacement is there only because it is required.
fn superfluous(check: &Check<'_>, entry: &VendorModule, findings: &mut Vec<Finding>) {
    let mains = &check.vendored.mains;
    let is_required = mains.modules.iter().any(|main| {
        let mut lines = main.file.require.iter();
        lines.any(|line| line.module == entry.module)
    });
    if is_required || !entry.packages.is_empty() || entry.replacement.is_some() {
        return;
    }
    let message = "is listed, but is not required and provides no package";
    findings.push(
        Finding::new(&MODULE_SUPERFLUOUS, entry.module.to_string(), message)
            .at(check.modules_txt(entry.line))
            .fix(check.again()),
    );
}

/// Compares the Go version in vendor/modules.txt with the one in the module's own go.mod, and both with the main module.
fn go_line(check: &Check<'_>, entry: &VendorModule, tree: &Tree, findings: &mut Vec<Finding>) {
    let main = check.vendored.mains.go_version();
    let text = tree.read_if_exists("go.mod").ok().flatten();
    let summary = text.map(|text| Summary::read("go.mod", &text));
    let Ok(summary) = summary.unwrap_or_else(|| Ok(Summary::default())) else {
        return;
    };
    let own = summary.go;
    // Earlier go.mod files have no versions in vendor/modules.txt, nor do modules without a `go` line.
    let is_noted = goversion::compare(main, "1.17").is_ge() || entry.go_version.is_some();
    if is_noted && entry.go_version != own {
        let shown = |version: &Option<String>| match version {
            Some(version) => format!("go {version}"),
            None => "no go line".to_owned(),
        };
        let message = "has another Go version in vendor/modules.txt than in its own go.mod";
        findings.push(
            Finding::new(&GO_LINE, entry.module.to_string(), message)
                .differs(shown(&own), shown(&entry.go_version))
                .at(check.modules_txt(entry.line))
                .fix(check.again()),
        );
    }
    let Some(own) = own else {
        return;
    };
    let matters = goversion::compare(&own, "1.21").is_ge();
    if matters && goversion::compare(&own, main).is_gt() {
        let file = if check.vendored.mains.work.is_some() {
            "go.work"
        } else {
            "go.mod"
        };
        let message = format!("requires go {own}, but {file} says go {main}");
        let fix = format!("raise the `go` line to {own}, then {}", check.again());
        findings.push(
            Finding::new(&GO_TOO_LOW, entry.module.to_string(), message)
                .at(check.modules_txt(entry.line))
                .fix(fix),
        );
    }
}
