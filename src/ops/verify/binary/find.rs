//! Go binaries under the names that were given: files, directories, images.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Found, image, rules};
use crate::adapters::image::Store;
use crate::domain::binary::{self, GoBinary, HEAD, ReadError};
use crate::ops::progress::Reporter;
use crate::ops::verify::report::{Binary, Finding};

/// How deep directories are followed: systems have no deeper ones, and links are not followed.
const MAX_DEPTH: usize = 512;

/// Looks for binaries under each name, in the order of the names.
pub(super) fn find(paths: &[PathBuf], reporter: &Arc<dyn Reporter>) -> Found {
    let mut found = Found::default();
    for path in paths {
        match fs::metadata(path) {
            Err(error) => found.unreadable(path, &error),
            Ok(metadata) if metadata.is_dir() => match Store::in_directory(path) {
                Some(store) => image::search(&mut found, &display(path), &store, reporter),
                None => directory(&mut found, path),
            },
            Ok(metadata) => named(&mut found, path, &metadata, reporter),
        }
    }
    found
}

/// Reads a file that was named: what is neither a Go binary nor an image is a finding.
fn named(found: &mut Found, path: &Path, metadata: &Metadata, reporter: &Arc<dyn Reporter>) {
    if !metadata.is_file() {
        let message = "not a regular file";
        let finding = Finding::new(&rules::NOT_GO, display(path), message);
        found.findings.push(finding);
        return;
    }
    match read(path) {
        Ok(go) => found.push(path, go),
        Err(ReadError::Io(error)) => found.unreadable(path, &error),
        Err(ReadError::Unrecognized) => match Store::in_file(path) {
            Ok(Some(store)) => image::search(found, &display(path), &store, reporter),
            Ok(None) => found.failed(path, &ReadError::Unrecognized),
            Err(error) => found.damaged(&display(path), &error),
        },
        Err(error) => found.failed(path, &error),
    }
}

/// Reads the Go binaries in a directory, as `go version` walks it: in lexical order, other files in silence.
fn directory(found: &mut Found, root: &Path) {
    let mut files = Vec::new();
    walk(found, root, &mut files, 0);
    let answers: Vec<_> = files.par_iter().map(|path| read_head(path)).collect();
    for (path, answer) in files.iter().zip(answers) {
        match answer {
            None => {}
            Some(Ok(go)) => found.push(path, go),
            Some(Err(error)) if error.is_other_file() => {}
            Some(Err(error)) => found.failed(path, &error),
        }
    }
}

fn walk(found: &mut Found, directory: &Path, files: &mut Vec<PathBuf>, depth: usize) {
    let entries = fs::read_dir(directory).and_then(|entries| {
        let mut entries: Vec<_> = entries.collect::<io::Result<_>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        Ok(entries)
    });
    let entries = match entries {
        Ok(entries) if depth < MAX_DEPTH => entries,
        Ok(_) => return,
        Err(error) => {
            found
                .notes
                .push(format!("{}: not searched: {error}", display(directory)));
            return;
        }
    };
    for entry in entries {
        let path = clean(&entry.path());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(found, &path, files, depth + 1),
            Ok(kind) if kind.is_file() => files.push(path),
            // Links to files count as files; links to directories are not followed.
            Ok(kind) if kind.is_symlink() && path.is_file() => files.push(path),
            Ok(_) | Err(_) => {}
        }
    }
}

/// Reads a file of a directory, if its first bytes are those of an executable.
fn read_head(path: &Path) -> Option<Result<GoBinary, ReadError>> {
    let mut file = File::open(path).ok()?;
    let mut head = [0; HEAD];
    file.read_exact(&mut head).ok()?;
    binary::sniff(&head)?;
    Some(binary::read(&mut file))
}

fn read(path: &Path) -> Result<GoBinary, ReadError> {
    binary::read(&mut File::open(path)?)
}

impl Found {
    fn push(&mut self, path: &Path, go: GoBinary) {
        let name = display(path);
        self.binaries.push(Binary { name, go });
    }

    fn failed(&mut self, path: &Path, error: &ReadError) {
        let name = display(path);
        let rule = if error.is_other_file() {
            &rules::NOT_GO
        } else {
            &rules::INFO_MALFORMED
        };
        // Go's own words.
        let message = format!("could not read Go build info from {name}: {error}");
        self.findings.push(Finding::new(rule, name, message));
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        let finding = Finding::new(
            &rules::NOT_GO,
            display(path),
            format!("cannot be read: {error}"),
        );
        self.findings.push(finding);
    }
}

/// Returns a path without what does not count, as Go joins paths.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(clean.components().next_back(), Some(Component::Normal(_))) =>
            {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// Returns a path for people and for machines.
fn display(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}
