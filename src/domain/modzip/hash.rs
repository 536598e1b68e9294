//! The `h1:` hash of a module zip. See <https://go.dev/ref/mod#go-sum-files>.

use std::collections::HashMap;
use std::io::{self, Write};

use super::archive::{Archive, Inflater};
use super::error::{CreateError, ZipError};
use super::files::{FileKind, Files, select};
use super::read_at::ReadAt;
use super::rules::{MAX_ZIP_FILE, SizeError, check_module};
use super::tree::{Directory, Next, TreeError, walk};
use crate::domain::checksum::dirhash::{self, DirHashError, FileDigest, FileHasher};
use crate::domain::module::ModuleVersion;

/// Returns the `h1:` hash of the files in a zip, as `dirhash.HashZip` has it.
///
/// Names are not checked: whoever hashes a stranger's zip calls [`super::check_zip`], too.
pub fn hash_zip<R: ReadAt>(archive: &Archive<R>) -> Result<String, ZipError> {
    let mut inflater = Inflater::new();
    let mut files: Vec<(&[u8], FileDigest)> = Vec::new();
    let entries = archive.entries();
    total_size(archive)?;
    // Of entries with the same name the last one counts, as often as the name is there.
    let last: HashMap<&[u8], usize> = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| (&*entry.name, at))
        .collect();
    // In the order of names, so that of several faults Go finds the same one first.
    let mut names: Vec<&[u8]> = entries.iter().map(|entry| &*entry.name).collect();
    names.sort_unstable();
    for same in names.chunk_by(|left, right| left == right) {
        if same[0].contains(&b'\n') {
            let name = String::from_utf8_lossy(same[0]).into_owned();
            return Err(DirHashError::Newline { name }.into());
        }
        let digest = archive.digest(&entries[last[same[0]]], &mut inflater)?;
        files.extend(same.iter().map(|name| (*name, digest)));
    }
    Ok(dirhash::hash1(&files)?)
}

/// Returns the `h1:` hash of the zip that [`super::create`] would make of `files`, without making it.
pub fn hash_files(
    module: &ModuleVersion,
    files: &(impl Files + ?Sized),
) -> Result<String, CreateError> {
    check_module(module)?;
    let (checked, chosen) = select(files);
    if let Some(failure) = checked.failure() {
        return Err(failure.into());
    }
    let mut named = Vec::new();
    for index in chosen {
        let path = &files.list()[index].path;
        let mut hasher = HashSink::default();
        files
            .read(index, &mut hasher)
            .map_err(|source| CreateError::Read {
                path: path.clone(),
                source,
            })?;
        let name = [format!("{module}/").as_bytes(), path].concat();
        named.push((name, hasher.0.finish()));
    }
    Ok(hash_named(&named).map_err(ZipError::from)?)
}

/// Returns the `h1:` hash of all files in a directory, as `dirhash.HashDir` has it: names get `prefix` in front, and
/// links to files count as the files.
pub fn hash_dir(directory: &impl Directory, prefix: &str) -> Result<String, TreeError> {
    let mut files = Vec::new();
    walk(directory, |path, found| {
        if found.entry.kind == FileKind::Dir {
            return Ok(Next::Into);
        }
        let mut hasher = HashSink::default();
        let read = directory.read(path, &mut hasher);
        read.map_err(|source| TreeError {
            path: path.to_vec(),
            source,
        })?;
        let name = [prefix.as_bytes(), b"/", path].concat();
        files.push((name, hasher.0.finish()));
        Ok(Next::Into)
    })?;
    hash_named(&files).map_err(|error| TreeError {
        path: Vec::new(),
        source: io::Error::other(error),
    })
}

fn hash_named(files: &[(Vec<u8>, FileDigest)]) -> Result<String, DirHashError> {
    let files: Vec<_> = files
        .iter()
        .map(|(name, digest)| (name.as_slice(), *digest))
        .collect();
    dirhash::hash1(&files)
}

/// A file that is only hashed.
#[derive(Default)]
struct HashSink(FileHasher);

impl Write for HashSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the size of all contents together; an error where that is more than any module may have.
///
/// Unlike the check of names this counts every entry, as whoever hashes a zip inflates every entry.
pub fn total_size<R: ReadAt>(archive: &Archive<R>) -> Result<u64, SizeError> {
    let mut sizes = archive.entries().iter().map(|entry| entry.size);
    sizes
        .try_fold(0_u64, u64::checked_add)
        .filter(|total| *total <= MAX_ZIP_FILE)
        .ok_or(SizeError::Contents)
}
