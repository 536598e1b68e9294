//! What can be said of a binary from its build information alone.

use super::name;
use super::rules;
use crate::domain::binary::BuildModule;
use crate::domain::modfile::quote::is_directory_path;
use crate::domain::module::timestamp::Timestamp;
use crate::domain::toolchain::window::{Support, support};
use crate::ops::verify::report::{Binary, Finding};

/// The version of a module that has none.
const DEVEL: &str = "(devel)";
const DIRTY: &str = "+dirty";

/// Returns what is wrong.
pub(super) fn judge(binary: &Binary, now: Timestamp) -> Vec<Finding> {
    let info = &binary.go.info;
    let mut findings = Vec::new();
    let mut find = |finding: Finding| findings.push(finding);
    let revision = info.setting("vcs.revision");
    if info.setting("vcs.modified") == Some("true") || info.main.version.ends_with(DIRTY) {
        let commit = revision.map_or_else(String::new, |commit| format!(" after commit {commit}"));
        let message = format!("the work tree was changed{commit}");
        find(
            Finding::new(&rules::DIRTY, &binary.name, message)
                .fix("commit, and build again from a clean checkout"),
        );
    }
    if let Some(finding) = go_version(binary, now) {
        find(finding);
    }
    // The programs of Go itself have no module: their version is that of Go.
    let is_of_go = info.main.path.is_empty() && info.path.starts_with("cmd/");
    if is_unversioned(&info.main) && !is_of_go {
        let message = match info.main.path.as_str() {
            "" => "built from files, without a module".to_owned(),
            path => format!("the main module {path} has no version"),
        };
        find(Finding::new(&rules::NO_VERSION, &binary.name, message));
    }
    for module in [&info.main].into_iter().chain(&info.deps) {
        if let Some(finding) = replaced(binary, module) {
            find(finding);
        }
    }
    for finding in deps(binary) {
        find(finding);
    }
    findings
}

fn go_version(binary: &Binary, now: Timestamp) -> Option<Finding> {
    let go_version = &binary.go.info.go_version;
    let Support::Ended {
        release,
        ended_by,
        day,
        is_known,
    } = support(go_version, now)
    else {
        return None;
    };
    let message = if is_known {
        format!(
            "built with {go_version}; Go {release} has had no fixes since Go {ended_by} of {day}"
        )
    } else {
        format!(
            "built with {go_version}; Go {release} has no more fixes: Go {ended_by} was planned for {day}"
        )
    };
    Some(
        Finding::new(&rules::GO_UNSUPPORTED, &binary.name, message)
            .fix("build with one of the two latest releases of Go"),
    )
}

/// Returns what is wrong with modules that have no version or no hash, each kind once.
fn deps(binary: &Binary) -> Vec<Finding> {
    let mut unversioned = Vec::new();
    let mut without_sum = Vec::new();
    for dep in &binary.go.info.deps {
        let built = dep.built();
        if is_directory_path(built.path.as_bytes()) {
            continue;
        }
        if is_unversioned(built) {
            unversioned.push(built.path.clone());
        } else if built.sum.is_empty() {
            without_sum.push(name(&built.path, &built.version));
        }
    }
    let mut findings = Vec::new();
    if !unversioned.is_empty() {
        let message = format!("without version: {}", unversioned.join(", "));
        findings.push(Finding::new(&rules::NO_VERSION, &binary.name, message));
    }
    if !without_sum.is_empty() {
        let message = format!("without hash: {}", without_sum.join(", "));
        findings.push(
            Finding::new(&rules::NO_SUM, &binary.name, message)
                .fix("run `modsmith verify vendor` where it was built"),
        );
    }
    findings
}

fn replaced(binary: &Binary, module: &BuildModule) -> Option<Finding> {
    let new = module.replace.as_deref()?;
    let old = name(&module.path, &module.version);
    Some(if is_directory_path(new.path.as_bytes()) {
        let message = format!("{old} was replaced by the directory {}", new.path);
        Finding::new(&rules::REPLACED_BY_DIRECTORY, &binary.name, message)
            .fix("replace it by a published version")
    } else {
        let message = format!("{old} was replaced by {}", name(&new.path, &new.version));
        Finding::new(&rules::REPLACED, &binary.name, message)
    })
}

fn is_unversioned(module: &BuildModule) -> bool {
    module.version.is_empty() || module.version == DEVEL
}
