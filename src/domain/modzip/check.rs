//! Whether a zip is one of a module. See <https://go.dev/ref/mod#zip-path-size-constraints>.

use std::sync::Arc;

use super::archive::Archive;
use super::collisions::Collisions;
use super::directory::Entry;
use super::error::{FileFault, ZipError};
use super::read_at::ReadAt;
use super::rules::{
    CheckedFiles, FileError, MAX_GO_MOD, MAX_LICENSE, MAX_ZIP_FILE, SizeError, check_module,
    check_path, is_clean, split,
};
use crate::domain::module::ModuleVersion;

/// Checks the names and declared sizes in the zip of `module`; the paths in the result are the names in the zip.
///
/// Contents are not read. The error is for a path or version that no zip is for; [`CheckedFiles::failure`] says
/// whether the zip may be unpacked.
pub fn check_zip<R: ReadAt>(
    module: &ModuleVersion,
    archive: &Archive<R>,
) -> Result<CheckedFiles, ZipError> {
    check_module(module)?;
    let mut checked = CheckedFiles::default();
    let size = archive.size();
    if MAX_ZIP_FILE < size {
        checked.size_error = Some(SizeError::Zip { size });
        return Ok(checked);
    }
    let mut state = State {
        prefix: format!("{module}/").into(),
        collisions: Collisions::default(),
        left: MAX_ZIP_FILE,
        size_error: None,
    };
    for entry in archive.entries() {
        match state.check(entry) {
            Ok(Part::File) => checked.valid.push(entry.name.to_vec()),
            Ok(Part::Directory) => {}
            Err(fault) => checked.invalid.push(FileError {
                path: entry.name.to_vec(),
                fault,
            }),
        }
    }
    checked.size_error = state.size_error;
    Ok(checked)
}

/// What an entry without fault is.
enum Part {
    File,
    Directory,
}

/// What is known from the entries before.
struct State {
    prefix: Arc<str>,
    collisions: Collisions,
    left: u64,
    size_error: Option<SizeError>,
}

impl State {
    fn check(&mut self, entry: &Entry) -> Result<Part, FileFault> {
        let Some(name) = entry.name.strip_prefix(self.prefix.as_bytes()) else {
            let prefix = Arc::clone(&self.prefix);
            return Err(FileFault::Prefix { prefix });
        };
        if name.is_empty() {
            return Ok(Part::Directory);
        }
        let (name, is_dir) = match name.strip_suffix(b"/") {
            Some(name) => (name, true),
            None => (name, false),
        };
        if !is_clean(name) {
            return Err(FileFault::NotClean);
        }
        check_path(name)?;
        self.collisions.add(name, is_dir)?;
        if is_dir {
            return Ok(Part::Directory);
        }
        let (dir, base) = split(name);
        if is_go_mod(base) {
            if !dir.is_empty() {
                return Err(FileFault::GoModNotInRoot);
            }
            if base != b"go.mod" {
                return Err(FileFault::GoModCase);
            }
        }
        match self.left.checked_sub(entry.size) {
            Some(left) => self.left = left,
            None => self.size_error = Some(SizeError::Contents),
        }
        // Go's sizes have a sign: what is beyond it passes here, and fails for the total.
        let size = i64::try_from(entry.size).map_or(0, i64::cast_unsigned);
        match name {
            b"go.mod" if MAX_GO_MOD < size => Err(FileFault::GoModSize),
            b"LICENSE" if MAX_LICENSE < size => Err(FileFault::LicenseSize),
            _ => Ok(Part::File),
        }
    }
}

/// Reports whether a name is `go.mod` in any case, under Unicode folding.
pub(super) fn is_go_mod(base: &[u8]) -> bool {
    // None of these letters has an equal beyond ASCII.
    base.eq_ignore_ascii_case(b"go.mod")
}
