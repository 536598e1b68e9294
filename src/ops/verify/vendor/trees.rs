//! The modules to compare with: verified zips, or the directories that replace them.

use futures_util::StreamExt as _;

use super::Check;
use super::rules::{UNPROVEN, ZIP_MISMATCH};
use crate::adapters::module_tree::{DirectoryTree, Tree, ZipTree};
use crate::domain::module::ModuleVersion;
use crate::domain::vendor::VendorModule;
use crate::ops::source::{ModuleError, Reason};
use crate::ops::verify::report::{Finding, Report};

/// How many modules are fetched and hashed at the same time.
const AT_ONCE: usize = 8;

/// Opens what each module of vendor/modules.txt was copied from, by its number there.
///
/// There is nothing for a module without packages, nor for one that could not be had, of which a finding tells.
pub(super) async fn open(check: &Check<'_>, report: &mut Report) -> Vec<Option<Tree>> {
    let modules = &check.vendored.list.modules;
    let opened = futures_util::stream::iter(modules)
        .map(|entry| async move {
            if entry.packages.is_empty() {
                return Ok(None);
            }
            open_one(check, entry).await.map(Some)
        })
        .buffered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    let mut trees = Vec::new();
    for (opened, entry) in opened.into_iter().zip(modules) {
        trees.push(opened.unwrap_or_else(|finding| {
            report
                .findings
                .push(finding.at(check.modules_txt(entry.line)));
            None
        }));
    }
    trees
}

async fn open_one(check: &Check<'_>, entry: &VendorModule) -> Result<Tree, Finding> {
    let module = entry.replacement.as_ref().unwrap_or(&entry.module);
    if module.version.is_empty() {
        let dir = check.vendored.mains.base_dir().join(module.path.as_str());
        if dir.is_dir() {
            return Ok(Tree::Directory(DirectoryTree::new(dir)));
        }
        let shown = check.ctx.short_path(&dir);
        let message = format!("the directory {shown} that replaces it does not exist");
        return Err(Finding::new(&UNPROVEN, entry.module.to_string(), message));
    }
    zip(check, module).await.map(Tree::Zip)
}

/// Opens the verified zip of a module, fetched where it is not in the module cache.
async fn zip(check: &Check<'_>, module: &ModuleVersion) -> Result<ZipTree, Finding> {
    let verified = check.vendored.source.zip(module).await;
    let verified = verified.map_err(|error| refused(&error))?;
    ZipTree::open(&verified.path, module)
        .map_err(|error| Finding::new(&UNPROVEN, module.to_string(), error.to_string()))
}

/// A zip that could not be had, or is not the one that go.sum or the database knows.
fn refused(error: &ModuleError) -> Finding {
    let module = error.module.to_string();
    let known_by = match &*error.reason {
        Reason::SumMismatch {
            got, want, file, ..
        } => Some((file.display().to_string(), want, got)),
        Reason::DatabaseMismatch {
            got,
            want,
            database,
            ..
        } => Some((database.clone(), want, got)),
        Reason::ZipModified { got, want, .. } => Some(("the module cache".to_owned(), want, got)),
        _ => None,
    };
    if let Some((who, want, got)) = known_by {
        let message = format!("the zip to compare with is not the one that {who} knows");
        return Finding::new(&ZIP_MISMATCH, &module, message)
            .differs(want, got)
            .fix(format!("run `modsmith verify explain {module}`"));
    }
    let rule = if error.is_integrity() {
        &ZIP_MISMATCH
    } else {
        &UNPROVEN
    };
    let reason = error.reason.without_module().replace('\n', " ");
    let message = format!("the zip to compare with cannot be had: {reason}");
    Finding::new(rule, &module, message)
        .fix(format!("run `go mod download {module}`, then check again"))
}
