//! Two signed tree heads that cannot both be honest, kept in files that prove it to others.

use std::path::Path;

use crate::adapters::fs::{self, FsError};
use crate::adapters::sumdb::SumDbClient;
use crate::domain::sumdb::checker::Head;
use crate::ops::verify::report::Finding;

/// Saves both heads and a report beside the tree head that is kept, and names the files in the finding.
///
/// Where that fails the finding says so, and is no less true.
pub(super) fn attach(
    mut finding: Finding,
    client: &SumDbClient,
    [older, newer]: [&Head; 2],
    report: &str,
) -> Finding {
    let Some(dir) = client.latest_file().and_then(Path::parent) else {
        finding.message += "; the evidence was not saved: there is no GOPATH";
        return finding;
    };
    // The same evidence gets the same name, so that another run does not pile it up.
    let hash = newer.tree.hash.to_string();
    let plain: String = hash
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(8)
        .collect();
    let name = format!("{}-{}-{plain}", older.tree.size, newer.tree.size);
    match save(&dir.join("evidence").join(name), [older, newer], report) {
        Ok(files) => finding.evidence = files,
        Err(error) => {
            let message = finding.message;
            finding.message = format!("{message}; the evidence was not saved: {error}");
        }
    }
    finding
}

fn save(dir: &Path, [older, newer]: [&Head; 2], report: &str) -> Result<Vec<String>, FsError> {
    fs::create_dir_all(dir)?;
    let files: [(&str, &[u8]); 3] = [
        ("older.note", &older.note),
        ("newer.note", &newer.note),
        ("report.txt", report.as_bytes()),
    ];
    let mut names = Vec::new();
    for (name, contents) in files {
        let path = dir.join(name);
        fs::write_new(&path, contents)?;
        names.push(path.to_string_lossy().replace('\\', "/"));
    }
    Ok(names)
}
