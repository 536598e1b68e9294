//! Unpacking of the zip files of the corpus.

use std::io::Read as _;
use std::path::Path;

use rawzip::{CompressionMethod, ZipArchive};

/// Unpacks `archive` below `dir`.
pub(crate) fn extract(archive: &Path, dir: &Path) {
    read(
        archive,
        |_| true,
        |name, contents| {
            super::write(&dir.join(name), contents);
        },
    );
}

/// Returns the contents of one file of `archive`.
pub(crate) fn member(archive: &Path, wanted: &str) -> Option<Vec<u8>> {
    let mut found = None;
    read(
        archive,
        |name| name == wanted,
        |_, contents| {
            found = Some(contents);
        },
    );
    found
}

/// Inflates the files that are wanted.
fn read(archive: &Path, is_wanted: impl Fn(&str) -> bool, mut take: impl FnMut(&str, Vec<u8>)) {
    let data = std::fs::read(archive).unwrap();
    let zip = ZipArchive::from_slice(data.as_slice()).unwrap();
    for entry in zip.entries() {
        let entry = entry.unwrap();
        let name = String::from_utf8(entry.file_path().as_ref().to_vec()).unwrap();
        if entry.is_dir() || !is_wanted(&name) {
            continue;
        }
        let stored = zip.get_entry(entry.wayfinder()).unwrap();
        let mut contents = Vec::new();
        match entry.compression_method() {
            CompressionMethod::STORE => contents.extend_from_slice(stored.data()),
            CompressionMethod::DEFLATE => {
                flate2::read::DeflateDecoder::new(stored.data())
                    .read_to_end(&mut contents)
                    .unwrap();
            }
            other => panic!("{name}: {other:?}"),
        }
        take(&name, contents);
    }
}
