//! Which files of which modules are copied.

use std::path::PathBuf;

use crate::adapters::module_tree::{DirectoryTree, Tree};
use crate::domain::vendor::NewList;
use crate::domain::vendor::expected::{CopyRules, ExpectedFiles, Need, VendoredPackage};
use crate::ops::failure::Failure;
use crate::ops::packages::PackageError;
use crate::ops::packages::build::uses_cgo;
use crate::ops::packages::trees::Trees;
use crate::ops::session::Session;

/// A file of the vendor directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Its path in the vendor directory.
    pub(super) path: String,
    /// What it is a copy of.
    pub(super) source: PathBuf,
}

/// What is copied.
pub(super) struct Found {
    /// The files, sorted by their paths.
    pub(super) files: Vec<File>,
    /// What cannot be copied, in the words of the go command.
    pub(super) problems: Vec<String>,
}

/// Finds the files of all packages that are listed.
pub(super) fn find(
    session: &Session<'_>,
    trees: &Trees<'_, '_>,
    list: &NewList,
) -> Result<Found, Failure> {
    let rules = CopyRules::of_go_version(session.mains.go_version());
    let mut expected = ExpectedFiles::default();
    let mut roots: Vec<PathBuf> = Vec::with_capacity(list.modules.len());
    for (number, entry) in list.modules.iter().enumerate() {
        if entry.packages.is_empty() {
            roots.push(PathBuf::new());
            continue;
        }
        // The loader has looked at it.
        let root = match trees.on_disk(&entry.module) {
            Some(Ok(tree)) => tree.root.clone(),
            Some(Err(error)) => return Err(unreadable(&error)),
            None => return Err(Failure::input(format!("{}: not unpacked", entry.module))),
        };
        let tree = Tree::Directory(DirectoryTree::new(&root));
        roots.push(root);
        for package in &entry.packages {
            let package = VendoredPackage {
                module: number,
                module_path: entry.module.path.as_str(),
                package,
            };
            expected
                .add(package, rules, &tree)
                .map_err(|error| Failure::input(error.to_string()))?;
        }
    }
    if let Some(file) = expected.unparsed.first() {
        let path = roots[file.module].join(&file.path);
        return Err(Failure::input(format!(
            "internal error: failed to find embedded files of {}: {}: {}",
            file.package,
            session.ctx.short_path(&path),
            file.fault
        )));
    }
    // The go command copies what files with cgo embed only where they are part of the build at hand.
    let with_cgo = uses_cgo(session.ctx);
    let counts = |need| need == Need::Required || with_cgo;
    let faults = expected.faults.iter().filter(|fault| counts(fault.need));
    let mut problems: Vec<String> = faults
        .map(|fault| format!("resolving embeds in {}: {}", fault.package, fault.error))
        .collect();
    problems.dedup();
    let files = expected.files.into_iter();
    let files = files.filter(|(_, origin)| counts(origin.need));
    let files = files.map(|(path, origin)| File {
        path,
        source: roots[origin.module].join(origin.path),
    });
    Ok(Found {
        files: files.collect(),
        problems,
    })
}

fn unreadable(error: &PackageError) -> Failure {
    Failure::input(error.to_string())
}
