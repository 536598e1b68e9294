//! Unpacking of the zip files of the corpus.

use std::io::Read as _;
use std::path::Path;

use rawzip::{CompressionMethod, ZipArchive};

/// Unpacks `archive` below `dir`.
pub(crate) fn extract(archive: &Path, dir: &Path) {
    let data = std::fs::read(archive).unwrap();
    let zip = ZipArchive::from_slice(data.as_slice()).unwrap();
    for entry in zip.entries() {
        let entry = entry.unwrap();
        if entry.is_dir() {
            continue;
        }
        let name = String::from_utf8(entry.file_path().as_ref().to_vec()).unwrap();
        let path = dir.join(&name);
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
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
    }
}
