//! Downloads: each module version of the proxy is fetched, verified and unpacked, as `go mod download -json` did.

use std::path::Path;

use modsmith::adapters::config::file_url;
use modsmith::domain::checksum::dirhash;
use modsmith::domain::module::ModuleVersion;
use modsmith::ops::source::{ModuleError, Source};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::support::{Tally, corpus, rows};
use crate::support::context::{block_on, context};
use crate::support::scratch;

/// Where the go command refuses a module because it is older than the module, after the download.
const TOO_NEW: &str = "requires go >= ";

#[test]
fn modules_are_downloaded_as_by_go() {
    let mut tally = Tally::new("download");
    let rows = rows("download");
    assert_eq!(rows.len(), 306);
    let answers: Vec<_> = rows
        .par_iter()
        .map(|row| {
            let home = scratch();
            (row, download(home.path(), row))
        })
        .collect();
    for (row, got) in answers {
        let mut want = json!({"out": row["out"], "files": row["files"]});
        // Two of the versions are queries; their meaning is a matter of `queries`.
        want["out"].as_object_mut().unwrap().remove("Query");
        if let Some(error) = row["out"]["Error"].as_str()
            && error.contains(TOO_NEW)
        {
            // What was kept before that is the same.
            let out = want["out"].as_object_mut().unwrap();
            out.remove("Error");
            let mut got = got;
            got["out"].as_object_mut().unwrap().remove("Dir");
            tally.check(&row["path"], &got["out"], &want["out"]);
            continue;
        }
        let what = format!("{}@{}", row["path"], row["version"]);
        tally.check(what, &got, &want);
    }
    tally.finish();
}

/// Downloads one module version into an empty cache and describes the result as the go command does.
fn download(home: &Path, row: &Value) -> Value {
    let (path, version) = (
        row["path"].as_str().unwrap(),
        row["out"]["Version"].as_str().unwrap(),
    );
    let module = ModuleVersion::new(path, version);
    let cache = home.join("cache");
    let proxy = file_url(&corpus().join("proxy"));
    let env = [
        ("GOMODCACHE", cache.to_str().unwrap()),
        ("GOPROXY", &proxy),
        ("GOSUMDB", "off"),
        ("GOFLAGS", "-modcacherw"),
    ];
    let ctx = context(home, home, &env);
    let source = Source::new(&ctx).unwrap();
    let corpus = corpus().to_str().unwrap().to_owned();
    let clean = |text: &str| {
        text.replace(cache.to_str().unwrap(), "$GOMODCACHE")
            .replace(&corpus, "$CORPUS")
    };
    let mut out = json!({"Path": path, "Version": version});
    let mut files = Value::Null;
    let result = block_on(async {
        let text = source.go_mod(&module).await?;
        out["GoModSum"] = dirhash::hash_go_mod(&text).into();
        let zip = source.zip(&module).await?;
        out["Sum"] = zip.h1.into();
        let dir = source.unpack(&module).await?;
        out["Dir"] = clean(dir.to_str().unwrap()).into();
        files = list(&dir, &dir).into();
        Ok::<_, ModuleError>(())
    });
    if let Err(error) = result {
        let text = error.to_string();
        let unpacking = text.strip_prefix(&format!("{module}: "));
        let text = unpacking
            .filter(|text| text.starts_with("unzip "))
            .unwrap_or(&text);
        out["Error"] = clean(text).into();
        let left = cache.join(format!("{path}@{version}"));
        assert!(!left.exists(), "nothing of a bad zip is unpacked");
    }
    json!({"out": out, "files": files})
}

/// Returns the names of all files, sorted.
fn list(root: &Path, dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(list(root, &path));
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            found.push(name.replace('\\', "/"));
        }
    }
    found.sort();
    found
}
