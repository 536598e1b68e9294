//! txtar archives: a comment, then files, each after a line `-- name --`.

use std::path::Path;

/// Returns the files of a txtar archive in order: name and contents.
pub(crate) fn parse(data: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in data.split_inclusive(|&b| b == b'\n') {
        if let Some(name) = marker(line) {
            files.push((name, Vec::new()));
        } else if let Some((_, contents)) = files.last_mut() {
            contents.extend_from_slice(line);
        }
    }
    files
}

/// Writes the files of a txtar archive below `dir`.
pub(crate) fn extract(data: &[u8], dir: &Path) {
    for (name, contents) in parse(data) {
        super::write(&dir.join(name), contents);
    }
}

fn marker(line: &[u8]) -> Option<String> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let name = line.strip_prefix(b"-- ")?.strip_suffix(b" --")?;
    Some(String::from_utf8_lossy(name).trim().to_owned())
}
