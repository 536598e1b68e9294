//! Which of a list of files go into a module zip. See <https://go.dev/ref/mod#zip-path-size-constraints>.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::io::{self, Write};

use super::check::is_go_mod;
use super::collisions::Collisions;
use super::error::FileFault;
use super::names::Names;
use super::rules::{
    CheckedFiles, FileError, MAX_GO_MOD, MAX_LICENSE, MAX_ZIP_FILE, SizeError, check_path,
    is_clean, split,
};
use crate::domain::modfile::Summary;
use crate::domain::module::goversion;

/// Files that a zip can be made of.
pub trait Files {
    /// Returns the files, in the order in which they are to be in the zip.
    fn list(&self) -> &[FileInfo];

    /// Writes the contents of one of them to `sink`. An error of the sink ends it.
    fn read(&self, index: usize, sink: &mut dyn Write) -> io::Result<()>;
}

/// A file of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// The path from the root of the module, with slashes: any bytes.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: FileKind,
    /// The size in bytes.
    pub size: u64,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link.
    Symlink,
    /// Anything else.
    Irregular,
}

/// Checks names and sizes of files; each is in one of the lists of the result.
///
/// The only file that is read is the go.mod, as the `go` version decides which files are vendored.
pub fn check_files(files: &(impl Files + ?Sized)) -> CheckedFiles {
    select(files).0
}

/// Returns the language version that the text of a go.mod declares, such as `go1.24`; empty where there is none.
pub fn go_version(go_mod: &[u8]) -> String {
    let version = Summary::read("go.mod", go_mod)
        .ok()
        .and_then(|file| file.go);
    version.map_or_else(String::new, |version| {
        goversion::lang_of_name(&format!("go{version}"))
    })
}

/// Checks files as [`check_files`] does, and returns the indices of those that go into the zip.
pub(super) fn select(files: &(impl Files + ?Sized)) -> (CheckedFiles, Vec<usize>) {
    let mut checker = Checker::new(files);
    let mut checked = CheckedFiles::default();
    let mut chosen = Vec::new();
    // Of each path the first fault counts.
    let mut faulty: HashSet<&[u8]> = HashSet::new();
    for (index, file) in files.list().iter().enumerate() {
        let path = file.path.clone();
        match checker.check(file) {
            Ok(()) => {
                checked.valid.push(path);
                chosen.push(index);
            }
            Err(_) if !faulty.insert(&file.path) => {}
            Err(fault) if fault.is_omission() => checked.omitted.push(FileError { path, fault }),
            Err(fault) => checked.invalid.push(FileError { path, fault }),
        }
    }
    checked.size_error = checker.size_error;
    (checked, chosen)
}

/// Reports whether a file belongs to a vendored package, or is the list of them.
///
/// Up to Go 1.23 a directory `vendor` below the root was taken for longer than it is, and `vendor/modules.txt` was part
/// of modules; hashes of that time depend on it. `go` is the language version of the module.
pub(super) fn is_vendored(path: &[u8], go: &str) -> bool {
    const BELOW: &[u8] = b"/vendor/";
    let is_new = goversion::compare_names(go, "go1.24") != Ordering::Less;
    if is_new && path == b"vendor/modules.txt" {
        return true;
    }
    let package = if let Some(package) = path.strip_prefix(b"vendor/") {
        package
    } else if let Some(at) = memchr::memmem::find(path, BELOW) {
        let start = if is_new { at } else { 0 };
        &path[start + BELOW.len()..]
    } else {
        return false;
    };
    package.contains(&b'/')
}

impl FileFault {
    /// Reports whether a file with this fault is left out without further ado.
    pub fn is_omission(&self) -> bool {
        match self {
            Self::Vcs
            | Self::Vendored
            | Self::SubmoduleFile
            | Self::SubmoduleDir
            | Self::HgArchival
            | Self::Symlink
            | Self::NotRegular => true,
            Self::NotClean
            | Self::NotRelative
            | Self::Path(_)
            | Self::NotUtf8 { .. }
            | Self::GoModCase
            | Self::GoModNotInRoot
            | Self::GoModSize
            | Self::LicenseSize
            | Self::Prefix { .. }
            | Self::Collision { .. }
            | Self::FileAndDir { .. }
            | Self::Duplicate { .. }
            | Self::TooMany { .. } => false,
        }
    }
}

/// What is known of all files, and of those before.
struct Checker {
    go: String,
    submodules: Submodules,
    collisions: Collisions,
    left: u64,
    size_error: Option<SizeError>,
}

impl Checker {
    fn new(files: &(impl Files + ?Sized)) -> Self {
        let mut checker = Self {
            go: String::new(),
            submodules: Submodules::default(),
            collisions: Collisions::default(),
            left: MAX_ZIP_FILE,
            size_error: None,
        };
        for (index, file) in files.list().iter().enumerate() {
            let (dir, base) = split(&file.path);
            if file.kind != FileKind::File || !is_go_mod(base) {
                continue;
            }
            checker.submodules.add(dir);
            if file.path == b"go.mod" {
                let mut text = Bounded::default();
                if files.read(index, &mut text).is_ok() {
                    checker.go = go_version(&text.0);
                }
            }
        }
        checker
    }

    fn check(&mut self, file: &FileInfo) -> Result<(), FileFault> {
        let path = &*file.path;
        if !is_clean(path) {
            return Err(FileFault::NotClean);
        }
        if path.starts_with(b"/") {
            return Err(FileFault::NotRelative);
        }
        if is_vendored(path, &self.go) {
            return Err(FileFault::Vendored);
        }
        if self.submodules.contain(path) {
            return Err(FileFault::SubmoduleFile);
        }
        if path == b".hg_archival.txt" {
            return Err(FileFault::HgArchival);
        }
        check_path(path)?;
        if is_go_mod(path) && path != b"go.mod" {
            return Err(FileFault::GoModCase);
        }
        self.collisions.add(path, file.kind == FileKind::Dir)?;
        match file.kind {
            FileKind::File => {}
            FileKind::Symlink => return Err(FileFault::Symlink),
            FileKind::Dir | FileKind::Irregular => return Err(FileFault::NotRegular),
        }
        match self.left.checked_sub(file.size) {
            Some(left) => self.left = left,
            None => self.size_error = Some(SizeError::Tree),
        }
        match path {
            b"go.mod" if MAX_GO_MOD < file.size => Err(FileFault::GoModSize),
            b"LICENSE" if MAX_LICENSE < file.size => Err(FileFault::LicenseSize),
            _ => Ok(()),
        }
    }
}

/// The directories with a go.mod of their own.
#[derive(Default)]
struct Submodules {
    names: Names,
    roots: HashSet<usize>,
}

impl Submodules {
    /// Adds a directory, which ends with a slash; the root of the module itself is empty.
    fn add(&mut self, dir: &[u8]) {
        let Some(dir) = dir.strip_suffix(b"/") else {
            return;
        };
        let mut elements = dir.split(|byte| *byte == b'/');
        let number =
            elements.try_fold(0, |parent, element| Some(self.names.below(parent, element)));
        self.roots.extend(number);
    }

    fn contain(&self, path: &[u8]) -> bool {
        let (dir, _) = split(path);
        let mut parent = 0;
        for element in dir.split(|byte| *byte == b'/') {
            let Some(number) = self.names.find(parent, element) else {
                return false;
            };
            if self.roots.contains(&number) {
                return true;
            }
            parent = number;
        }
        false
    }
}

/// A go.mod on its way into memory.
#[derive(Default)]
pub(super) struct Bounded(pub(super) Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if MAX_GO_MOD < (self.0.len() + bytes.len()) as u64 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendored_packages() {
        let check = |path: &str, old: bool, new: bool| {
            assert_eq!(is_vendored(path.as_bytes(), ""), old, "{path}");
            assert_eq!(is_vendored(path.as_bytes(), "go1.23"), old, "{path}");
            assert_eq!(is_vendored(path.as_bytes(), "go1.24"), new, "{path}");
            assert_eq!(is_vendored(path.as_bytes(), "go2.0"), new, "{path}");
        };
        check("vendor/modules.txt", false, true);
        check("vendor/a.go", false, false);
        check("vendor/a/a.go", true, true);
        check("pkg/vendor/vendor.go", true, false);
        check("pkg/vendor/foo/foo.go", true, true);
        check("a/vendor/b", true, false);
        check("vendors/a/b", false, false);
        check("a/b/c", false, false);
    }

    #[test]
    fn versions_of_go() {
        assert_eq!(go_version(b"module m\ngo 1.24.1\n"), "go1.24");
        assert_eq!(go_version(b"go 1.23\n"), "go1.23");
        assert_eq!(go_version(b"module ("), "");
        assert_eq!(go_version(b""), "");
    }
}
