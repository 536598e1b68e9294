//! The vendor directory, built beside its place and then put there as a whole.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Plan;
use crate::adapters::fs::{FsError, at, create_dir_all};
use crate::ops::failure::Failure;

/// Builds the directory and puts it in its place.
pub(super) fn replace(plan: &Plan) -> Result<(), Failure> {
    let parent = plan.dir.parent().unwrap_or(Path::new("."));
    if plan.is_empty() && plan.dir.symlink_metadata().is_err() {
        return Ok(());
    }
    create_dir_all(parent)?;
    // Not a name that the go command takes for that of a package.
    let aside = tempfile::Builder::new()
        .prefix(".modsmith-vendor-")
        .suffix(".tmp")
        .tempdir_in(parent)
        .map_err(at("create a directory in", parent))?;
    let (new, old) = (aside.path().join("new"), aside.path().join("old"));
    if !plan.is_empty() {
        build(plan, &new)?;
    }
    swap(plan, &new, &old)?;
    aside.close().map_err(at("remove", &old))?;
    Ok(())
}

/// Puts what was built in the place of what is there; if that fails, what is there stays.
fn swap(plan: &Plan, new: &Path, old: &Path) -> Result<(), FsError> {
    let had_one = match fs::rename(&plan.dir, old) {
        Ok(()) => true,
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => return Err(at("replace", &plan.dir)(error)),
    };
    if plan.is_empty() {
        return Ok(());
    }
    fs::rename(new, &plan.dir).map_err(|error| {
        if had_one {
            // The first error is the one to report.
            drop::<io::Result<()>>(fs::rename(old, &plan.dir));
        }
        at("replace", &plan.dir)(error)
    })
}

fn build(plan: &Plan, root: &Path) -> Result<(), FsError> {
    let mut dirs = BTreeSet::from([root.to_owned()]);
    for file in &plan.files {
        for above in root.join(&file.path).ancestors().skip(1) {
            if !dirs.insert(above.to_owned()) {
                break;
            }
        }
    }
    // Outer directories come before those in them.
    for dir in &dirs {
        fs::create_dir(dir).map_err(at("create directory", dir))?;
    }
    let copy = |file: &super::File| copy(&file.source, &root.join(&file.path));
    plan.files.par_iter().with_min_len(16).try_for_each(copy)?;
    let list = root.join("modules.txt");
    fs::write(&list, &plan.text).map_err(at("write", &list))
}

/// Copies contents but no permissions: files of the module cache cannot be written to.
fn copy(from: &Path, to: &PathBuf) -> Result<(), FsError> {
    let mut source = File::open(from).map_err(at("open", from))?;
    let mut target = File::create_new(to).map_err(at("create", to))?;
    io::copy(&mut source, &mut target).map_err(at("write", to))?;
    Ok(())
}
