//! Vectors of module zips: which files they have, how they are made, checked and unpacked.

use std::collections::BTreeMap;
use std::io::{self, Write};

use modsmith::domain::checksum::dirhash::{FileDigest, hash1};
use modsmith::domain::module::ModuleVersion;
use modsmith::domain::modzip::{
    self, Archive, CheckedFiles, DirFiles, Directory, FileInfo, FileKind, Files, Inflater, Listed,
    ZipWriter,
};
use serde_json::{Value, json};

use super::support::{Tally, bytes, rows};

/// What the recorder put before the names in a directory.
const DIR: &[u8] = b"$DIR/";

#[test]
fn zips() {
    let mut tally = Tally::new("zip");
    for row in rows("zip") {
        if [&row["path"], &row["version"]]
            .iter()
            .any(|name| name.is_object())
        {
            tally.leave_out("module names are text here: what is not UTF-8 is refused before");
            continue;
        }
        let got = match row["fn"].as_str().unwrap() {
            "check_files" => check_files(&row),
            "check_dir" => check_dir(&row),
            "check_zip" => check_zip(&row),
            "create" => create(&row, &MemoryFiles::new(&row), "create zip"),
            "create_from_dir" => {
                let tree = MemoryTree::new(&row);
                let files = DirFiles::list(&tree).unwrap();
                create(&row, &files, "create zip $DIR")
            }
            "unzip" => unzip(&row),
            other => panic!("unknown function {other}"),
        };
        let mut want = row.clone();
        for input in ["files", "fn", "name", "path", "version"] {
            want.as_object_mut().unwrap().remove(input);
        }
        tally.check(format!("{} {}", row["fn"], row["name"]), &got, &want);
    }
    tally.finish();
}

fn check_files(row: &Value) -> Value {
    lists(&modzip::check_files(&MemoryFiles::new(row)), b"", "err")
}

fn check_dir(row: &Value) -> Value {
    let checked = modzip::check_dir(&MemoryTree::new(row)).unwrap();
    let mut got = lists(&checked, DIR, "err");
    if let Some(error) = got.get("err").cloned() {
        got["check_err"] = error;
    }
    got
}

fn check_zip(row: &Value) -> Value {
    let zip = zip_of(row);
    let archive = Archive::open(&*zip, zip.len() as u64).unwrap();
    match modzip::check_zip(&module(row), &archive) {
        Ok(checked) => {
            let mut got = lists(&checked, b"", "err");
            if let Some(error) = got.get("err").cloned() {
                got["check_err"] = error;
            }
            got
        }
        // The module itself is wrong: nothing was looked at.
        Err(error) => {
            let mut got = lists(&CheckedFiles::default(), b"", "err");
            got["check_err"] = error.to_string().into();
            got
        }
    }
}

fn create(row: &Value, files: &impl Files, context: &str) -> Value {
    let mut zip = Vec::new();
    if let Err(error) = modzip::create(&module(row), files, &mut zip) {
        return json!({ "err": format!("{context}: {error}") });
    }
    let archive = Archive::open(&*zip, zip.len() as u64).unwrap();
    let entries: Vec<_> = archive
        .entries()
        .iter()
        .map(|entry| value(&entry.name))
        .collect();
    let hash = modzip::hash_zip(&archive).unwrap();
    assert_eq!(modzip::hash_files(&module(row), files).unwrap(), hash);
    json!({ "entries": entries, "hash": hash })
}

fn unzip(row: &Value) -> Value {
    let zip = zip_of(row);
    let archive = Archive::open(&*zip, zip.len() as u64).unwrap();
    let failure = match modzip::check_zip(&module(row), &archive) {
        Ok(checked) => checked.failure().map(|failure| failure.to_string()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(failure) = failure {
        return json!({ "err": format!("unzip $ZIP: {failure}") });
    }
    let mut inflater = Inflater::new();
    let files: Vec<(&[u8], FileDigest)> = archive
        .entries()
        .iter()
        .filter(|entry| !entry.is_dir())
        .map(|entry| {
            let digest = archive.digest(entry, &mut inflater).unwrap();
            (&*entry.name, digest)
        })
        .collect();
    json!({ "hash": hash1(&files).unwrap() })
}

/// Returns the lists as they were recorded: names below `dir`, faults as text.
fn lists(checked: &CheckedFiles, dir: &[u8], error: &str) -> Value {
    let prefixed = |path: &[u8]| [dir, path].concat();
    let pairs = |errors: &[modzip::FileError]| -> Vec<Value> {
        errors
            .iter()
            .map(|error| json!([value(&prefixed(&error.path)), error.fault.to_string()]))
            .collect()
    };
    let valid: Vec<_> = checked
        .valid
        .iter()
        .map(|path| value(&prefixed(path)))
        .collect();
    let mut out = json!({
        "valid": valid,
        "omitted": pairs(&checked.omitted),
        "invalid": pairs(&checked.invalid),
    });
    if let Some(size) = checked.size_error {
        out["size_error"] = size.to_string().into();
    }
    let mut named = checked.clone();
    for error in &mut named.invalid {
        error.path = prefixed(&error.path);
    }
    if let Some(failure) = named.failure() {
        out[error] = failure.to_string().into();
    }
    out
}

/// Returns a name as the vectors have it.
fn value(name: &[u8]) -> Value {
    match std::str::from_utf8(name) {
        Ok(text) => text.into(),
        Err(_) => json!({ "b64": data_encoding::BASE64.encode(name) }),
    }
}

fn module(row: &Value) -> ModuleVersion {
    let [path, version] = ["path", "version"].map(|name| row[name].as_str().unwrap());
    ModuleVersion::new(path, version)
}

/// Returns a zip with the files of a row, whatever their names.
fn zip_of(row: &Value) -> Vec<u8> {
    let mut writer = ZipWriter::new(Vec::new());
    for file in row["files"].as_array().unwrap() {
        let data = bytes(&file["data"]);
        let mut entry = writer
            .start(&bytes(&file["name"]), data.len() as u64)
            .unwrap();
        entry.write_all(&data).unwrap();
        entry.finish().unwrap();
    }
    writer.finish().unwrap()
}

/// A list of files in memory.
struct MemoryFiles {
    list: Vec<FileInfo>,
    contents: Vec<Vec<u8>>,
}

impl MemoryFiles {
    fn new(row: &Value) -> Self {
        let files = row["files"].as_array().unwrap();
        let contents: Vec<_> = files
            .iter()
            .map(|file| file.get("data").map(bytes).unwrap_or_default())
            .collect();
        let list = files.iter().zip(&contents).map(|(file, data)| FileInfo {
            path: bytes(&file["name"]),
            kind: match file["mode"].as_str().and_then(|mode| mode.chars().next()) {
                None | Some('-') => FileKind::File,
                Some('d') => FileKind::Dir,
                Some('L') => FileKind::Symlink,
                Some(_) => FileKind::Irregular,
            },
            size: file["size"].as_u64().unwrap_or(data.len() as u64),
        });
        Self {
            list: list.collect(),
            contents,
        }
    }
}

impl Files for MemoryFiles {
    fn list(&self) -> &[FileInfo] {
        &self.list
    }

    fn read(&self, index: usize, sink: &mut dyn Write) -> io::Result<()> {
        sink.write_all(&self.contents[index])
    }
}

/// A directory in memory.
struct MemoryTree(BTreeMap<Vec<u8>, Vec<u8>>);

impl MemoryTree {
    fn new(row: &Value) -> Self {
        let files = row["files"].as_array().unwrap().iter();
        Self(
            files
                .map(|file| (bytes(&file["name"]), bytes(&file["data"])))
                .collect(),
        )
    }
}

impl Directory for MemoryTree {
    fn list(&self, path: &[u8]) -> io::Result<Vec<Listed>> {
        let mut found = BTreeMap::new();
        for (name, data) in &self.0 {
            let below = match path {
                b"" => Some(&name[..]),
                _ => name
                    .strip_prefix(path)
                    .and_then(|rest| rest.strip_prefix(b"/")),
            };
            let Some(below) = below else {
                continue;
            };
            let (name, kind) = match below.iter().position(|byte| *byte == b'/') {
                Some(slash) => (&below[..slash], FileKind::Dir),
                None => (below, FileKind::File),
            };
            found.insert(name.to_vec(), (kind, data.len() as u64));
        }
        let list = found.into_iter();
        Ok(list
            .map(|(name, (kind, size))| Listed { name, kind, size })
            .collect())
    }

    fn read(&self, path: &[u8], sink: &mut dyn Write) -> io::Result<()> {
        sink.write_all(self.0.get(path).ok_or(io::ErrorKind::NotFound)?)
    }
}
