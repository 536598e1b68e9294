//! The bodies of the fuzz targets: one function for each parser of bytes that others wrote.
//!
//! A body must not panic, whatever the bytes; beyond that it checks what must hold for every input that is accepted.
//! `tests/it/replay.rs` compiles this file too and runs the bodies over `corpus/` on stable Rust.

use std::io::{Cursor, Read as _, Write};
use std::path::Path;

use modsmith::adapters::{config, info_json};
use modsmith::domain::binary::{self, BuildInfo};
use modsmith::domain::direct::go_import;
use modsmith::domain::goenv::checksum_db::SumDb;
use modsmith::domain::goenv::flags::GoFlags;
use modsmith::domain::goenv::proxy_list::ProxyList;
use modsmith::domain::goenv::{auth, netrc};
use modsmith::domain::gosource::{Tags, constraint, embed, imports, strict};
use modsmith::domain::gosum::GoSum;
use modsmith::domain::image::overlay::{self, Meaning, Overlay};
use modsmith::domain::image::tar::Tar;
use modsmith::domain::merge::{self, FileKind, Sides};
use modsmith::domain::mismatch;
use modsmith::domain::modfile::{GoMod, GoWork, Summary};
use modsmith::domain::module::query::Query;
use modsmith::domain::module::{ModuleVersion, goversion, path, pattern, pseudo, version};
use modsmith::domain::modzip::{
    Archive, Inflater, ZipWriter, check_zip, hash_zip, oddities, total_size,
};
use modsmith::domain::sumdb::note::{Note, Verifier};
use modsmith::domain::sumdb::record::{Record, Tree};
use modsmith::domain::sumdb::tile::{Tile, hash_from_tile};
use modsmith::domain::vendor::VendorList;

/// The body of a target.
pub type Body = fn(&[u8]);

/// Every target: its name, as in `fuzz_targets/` and `corpus/`, and its body.
pub const TARGETS: &[(&str, Body)] = &[
    ("binary", binary),
    ("buildinfo", buildinfo),
    ("config", config),
    ("constraint", constraint),
    ("goenv", goenv),
    ("goimport", goimport),
    ("gomod", gomod),
    ("gosum", gosum),
    ("gowork", gowork),
    ("imports", imports),
    ("info", info),
    ("merge", merge),
    ("mismatch", mismatch),
    ("modules_txt", modules_txt),
    ("netrc", netrc),
    ("note", note),
    ("path", path),
    ("query", query),
    ("record", record),
    ("tar", tar),
    ("tile", tile),
    ("version", version),
    ("zip", zip),
];

/// An executable with the build information of Go.
pub fn binary(data: &[u8]) {
    match binary::read(&mut Cursor::new(data)) {
        Ok(found) => buildinfo(found.info.to_string().as_bytes()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let _ = binary::sniff(data);
}

/// The text of the build information: what is written is read back as the same.
pub fn buildinfo(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match BuildInfo::parse(&text) {
        Ok(info) => {
            let written = info.to_string();
            let again = BuildInfo::parse(&written).expect("what was written can be read");
            assert_eq!(again.to_string(), written);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// modsmith.toml.
pub fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let file = Path::new("/fuzz/modsmith.toml");
    for trust in [config::Trust::Named, config::Trust::Found] {
        if let Err(error) = config::parse(file, text, trust) {
            let _ = error.to_string();
        }
    }
}

/// A line with a build constraint: what is written is read back as the same.
pub fn constraint(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(expr) = constraint::parse(text) {
        let line = format!("//go:build {expr}");
        let again = constraint::parse(&line).map(|expr| expr.to_string());
        // What the old form allows in one line can be too deep for the new one.
        if let Ok(again) = again {
            assert_eq!(again, expr.to_string());
        }
        let _ = expr.go_version();
        let _ = Tags::Any.eval(&expr, true);
    }
}

/// Values of GOPROXY, GOFLAGS, GOAUTH and GOSUMDB.
pub fn goenv(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = ProxyList::parse(text, "", "linux");
    let _ = ProxyList::parse(text, text, "windows");
    let _ = GoFlags::parse(text);
    let _ = auth::parse(text, "linux");
    let _ = auth::parse(text, "windows");
    let _ = SumDb::parse(text);
}

/// Three sides of go.mod, go.work or go.sum, a line of two percent signs between them.
///
/// What is merged without a conflict can be read; where one side is as it was, the other side is the result; and the sides
/// change places without another verdict.
pub fn merge(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(3, "\n%%\n").map(str::as_bytes);
    let (base, ours) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let theirs = parts.next().unwrap_or_default();
    let merged = |kind, [base, ours, theirs]: [&[u8]; 3]| {
        let sides = Sides { base, ours, theirs };
        merge::merge(kind, "file", &sides, 7)
    };
    for kind in [FileKind::GoMod, FileKind::GoWork, FileKind::GoSum] {
        if let Ok(same) = merged(kind, [base, base, theirs]) {
            assert_eq!(same.text, theirs);
            assert_eq!(same.conflicts, []);
        }
        let (one, two) = (
            merged(kind, [base, ours, theirs]),
            merged(kind, [base, theirs, ours]),
        );
        match (one, two) {
            (Ok(one), Ok(two)) => {
                assert_eq!(one.conflicts.len(), two.conflicts.len());
                let is_new = one.text != ours && one.text != theirs;
                if one.conflicts.is_empty() && is_new {
                    assert!(reads(kind, &one.text), "what was merged can be read");
                }
            }
            (Err(error), _) | (_, Err(error)) => assert!(!error.to_string().is_empty()),
        }
    }
}

/// Reports whether a file can be read.
fn reads(kind: FileKind, text: &[u8]) -> bool {
    match kind {
        FileKind::GoMod => GoMod::parse("file", text, None).is_ok(),
        FileKind::GoWork => GoWork::parse("file", text, None).is_ok(),
        FileKind::GoSum => GoSum::parse("file", text).is_ok(),
    }
}

/// A page with go-import tags.
pub fn goimport(data: &[u8]) {
    let Ok(imports) = go_import::parse(data) else {
        return;
    };
    for import in &imports {
        let _ = import.check();
    }
    let _ = go_import::matching(&imports, "example.com/a/b");
}

/// go.mod: formatting is stable and keeps the meaning; the fast reader agrees with the parser.
pub fn gomod(data: &[u8]) {
    let lax = GoMod::parse_lax("go.mod", data, None);
    assert_eq!(Summary::read("go.mod", data).is_ok(), lax.is_ok());
    match GoMod::parse("go.mod", data, None) {
        Ok(file) => {
            assert!(lax.is_ok(), "what is strictly right is laxly right");
            let bytes = file.format();
            let again = GoMod::parse("go.mod", &bytes, None).expect("what was written can be read");
            assert_eq!(bytes, again.format());
            assert_eq!(requirements(&file), requirements(&again));
        }
        Err(errors) => assert!(!errors.to_string().is_empty()),
    }
    if let (Ok(lax), Ok(summary)) = (lax, Summary::read("go.mod", data)) {
        let required: Vec<_> = summary.require.iter().map(ToString::to_string).collect();
        assert_eq!(requirements(&lax), required);
    }
}

fn requirements(file: &GoMod) -> Vec<String> {
    file.require
        .iter()
        .map(|require| require.module.to_string())
        .collect()
}

/// go.work: formatting is stable.
pub fn gowork(data: &[u8]) {
    match GoWork::parse("go.work", data, None) {
        Ok(file) => {
            let bytes = file.format();
            let again =
                GoWork::parse("go.work", &bytes, None).expect("what was written can be read");
            assert_eq!(bytes, again.format());
        }
        Err(errors) => assert!(!errors.to_string().is_empty()),
    }
}

/// go.sum: what is written is read back as the same.
pub fn gosum(data: &[u8]) {
    let Ok(sums) = GoSum::parse("go.sum", data) else {
        return;
    };
    let bytes = sums.to_bytes();
    let again = GoSum::parse("go.sum", &bytes).expect("what was written can be read");
    assert_eq!(bytes, again.to_bytes());
}

/// A Go file: its imports, constraints and embedded files; the places of imports are in the file.
pub fn imports(data: &[u8]) {
    let header = imports::read(data);
    for import in &header.imports {
        let end = import.literal_offset + import.literal.len();
        assert_eq!(&data[import.literal_offset..end], import.literal);
        let _ = (import.path(), import.position(data));
    }
    if header.fault.is_none()
        && let Some(sound) = strict::import_paths(header.text)
    {
        let paths: Vec<_> = header
            .imports
            .iter()
            .filter_map(imports::Import::path)
            .collect();
        assert!(paths.starts_with(&sound), "{sound:?} of {paths:?}");
    }
    let _ = strict::import_paths(data);
    let _ = Tags::Any.should_build(header.text);
    let _ = Tags::Any.match_file(&String::from_utf8_lossy(data));
    let _ = embed::patterns(data);
}

/// A `.info` file of a proxy.
pub fn info(data: &[u8]) {
    if let Ok(info) = info_json::parse(data) {
        let bytes = info_json::to_cache(&info);
        info_json::parse(&bytes).expect("what was written can be read");
    }
}

/// A message about a checksum mismatch, as somebody pasted it.
pub fn mismatch(data: &[u8]) {
    for message in mismatch::parse(&String::from_utf8_lossy(data)) {
        if let Some(module) = &message.module {
            assert!(path::check_path(module.path.as_str()).is_ok());
        }
    }
}

/// vendor/modules.txt.
pub fn modules_txt(data: &[u8]) {
    let _ = VendorList::parse("vendor/modules.txt", data);
}

/// A netrc file.
pub fn netrc(data: &[u8]) {
    let _ = netrc::parse(&String::from_utf8_lossy(data));
}

/// A signed note, and a verifier's key.
pub fn note(data: &[u8]) {
    const KEY: &str =
        "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6";
    let known = Verifier::parse(KEY).into_iter().collect::<Vec<_>>();
    let _ = Note::open(data, &known);
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Verifier::parse(text);
    }
}

/// Module and import paths, patterns of private ones: escaping can be undone.
pub fn path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = path::check_import_path(text);
    let _ = path::check_file_path(text);
    let _ = path::unescape_path(text);
    if let Some((globs, target)) = text.split_once('\n') {
        let _ = pattern::match_prefix_patterns(globs, target);
        let _ = path::check(target, globs);
    }
    let (prefix, major, is_good) = path::split_path_version(text);
    if is_good {
        assert_eq!(format!("{prefix}{major}"), text);
    }
    if path::check_path(text).is_ok() {
        let escaped = path::escape_path(text).expect("a good path can be escaped");
        assert_eq!(
            path::unescape_path(&escaped).expect("escaped just now"),
            text
        );
    }
}

/// A version query.
pub fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = text.lines();
    let (wanted, current) = (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    );
    if let Ok(query) = Query::parse("example.com/a", wanted, current) {
        for version in lines {
            let _ = query.accepts(version);
        }
    }
}

/// A record and a tree head of the checksum database.
pub fn record(data: &[u8]) {
    let _ = Record::parse(data);
    if let Ok(tree) = Tree::parse(data) {
        assert_eq!(
            Tree::parse(tree.format().as_bytes()).expect("written just now"),
            tree
        );
    }
}

/// A layer of an image: entries, and what they hide.
pub fn tar(data: &[u8]) {
    let mut tar = Tar::new(data);
    let mut overlay = Overlay::default();
    let mut total = 0;
    while let Ok(Some(entry)) = tar.next_entry() {
        let mut contents = Vec::new();
        if (&mut tar).read_to_end(&mut contents).is_err() {
            break;
        }
        total += contents.len();
        assert!(total <= data.len(), "nothing is read twice");
        if let Meaning::Visible(path) = overlay.take(&entry.path, entry.kind) {
            assert_eq!(overlay::clean(&path).as_ref(), Some(&path));
        }
    }
    overlay.end_layer();
}

/// The path of a tile and its data.
pub fn tile(data: &[u8]) {
    let end = data
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(data.len());
    let Ok(Ok(tile)) = std::str::from_utf8(&data[..end]).map(Tile::parse) else {
        return;
    };
    assert_eq!(
        Tile::parse(&tile.to_string()).expect("written just now"),
        tile
    );
    let _ = tile.parent();
    let _ = tile.in_tree(1 << 40);
    let data = data.get(end + 1..).unwrap_or_default();
    for index in [0, 1, 255, u64::MAX] {
        let _ = hash_from_tile(&tile, data, index);
    }
}

/// Versions of modules and of Go: their order is total, and a canonical form stays as it is.
pub fn version(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (left, right) = text
        .split_once('\n')
        .unwrap_or((text, "v1.2.3-0.20200101000000-abcdefabcdef"));
    assert_eq!(
        version::compare(left, right),
        version::compare(right, left).reverse()
    );
    assert_eq!(
        goversion::compare(left, right),
        goversion::compare(right, left).reverse()
    );
    let canonical = version::canonical(left);
    assert_eq!(version::canonical(&canonical), canonical);
    assert_eq!(version::is_valid(left), !canonical.is_empty());
    let _ = (
        version::prerelease(left),
        version::build(left),
        version::major_minor(left),
    );
    let _ = (
        goversion::lang(left),
        goversion::prev(left),
        goversion::from_toolchain(left),
    );
    if pseudo::is_pseudo(left) {
        let _ = (pseudo::time(left), pseudo::rev(left), pseudo::base(left));
    }
}

/// A module zip: what can be read is the same after it was written again.
pub fn zip(data: &[u8]) {
    let Ok(archive) = Archive::open(data, data.len() as u64) else {
        return;
    };
    let _ = check_zip(&ModuleVersion::new("rsc.io/quote", "v1.5.2"), &archive);
    let _ = oddities(&archive);
    if total_size(&archive).is_ok_and(|total| total <= 1 << 20) {
        rewrite(&archive);
    }
}

/// Writes the entries of a zip into another one: the hash stays.
fn rewrite(archive: &Archive<&[u8]>) {
    let Ok(hash) = hash_zip(archive) else {
        return;
    };
    let mut inflater = Inflater::new();
    let mut writer = ZipWriter::new(Vec::new());
    for entry in archive.entries() {
        let Ok(contents) = archive.read(entry, &mut inflater, 1 << 20) else {
            // Of entries with one name only the last is read for the hash.
            return;
        };
        let mut file = writer
            .start(&entry.name, entry.size)
            .expect("names are short");
        file.write_all(&contents).expect("memory takes everything");
        file.finish().expect("memory takes everything");
    }
    let zip = writer.finish().expect("memory takes everything");
    let again = Archive::open(zip.as_slice(), zip.len() as u64).expect("written just now");
    assert_eq!(hash_zip(&again).expect("written just now"), hash);
}
