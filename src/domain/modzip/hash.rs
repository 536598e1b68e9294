//! The `h1:` hash of a module zip. See <https://go.dev/ref/mod#go-sum-files>.

use std::collections::HashMap;

use super::archive::{Archive, Inflater};
use super::error::ZipError;
use super::read_at::ReadAt;
use super::rules::{MAX_ZIP_FILE, SizeError};
use crate::domain::checksum::dirhash::{self, FileDigest};

/// Returns the `h1:` hash of the files in a zip, as `dirhash.HashZip` has it.
///
/// Names are not checked: whoever hashes a stranger's zip calls [`super::check_zip`], too.
pub fn hash_zip<R: ReadAt>(archive: &Archive<R>) -> Result<String, ZipError> {
    let mut inflater = Inflater::new();
    let mut files: Vec<(&[u8], FileDigest)> = Vec::new();
    let entries = archive.entries();
    check_total(archive)?;
    // Of entries with the same name the last one counts, as often as the name is there.
    let last: HashMap<&[u8], usize> = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| (&*entry.name, at))
        .collect();
    let mut digests: HashMap<&[u8], FileDigest> = HashMap::new();
    for entry in entries {
        let digest = match digests.get(&*entry.name) {
            Some(known) => *known,
            None => archive.digest(&entries[last[&*entry.name]], &mut inflater)?,
        };
        digests.insert(&entry.name, digest);
        files.push((&entry.name, digest));
    }
    Ok(dirhash::hash1(&files)?)
}

/// Refuses to inflate more than any module may have.
fn check_total<R: ReadAt>(archive: &Archive<R>) -> Result<(), SizeError> {
    let total = archive
        .entries()
        .iter()
        .try_fold(0_u64, |total, entry| total.checked_add(entry.size));
    match total {
        Some(total) if total <= MAX_ZIP_FILE => Ok(()),
        _ => Err(SizeError::Contents),
    }
}
