//! Downloads: each module version of the proxy is fetched, verified and unpacked, as `go mod download -json` did.

use std::path::Path;

use modsmith::adapters::config::file_url;
use modsmith::ops::download::{self, Options};
use modsmith::render;
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
        let mut got = got;
        if let Some(error) = row["out"]["Error"].as_str()
            && error.contains(TOO_NEW)
        {
            // What was kept before that is the same.
            want["out"].as_object_mut().unwrap().remove("Error");
            got["out"].as_object_mut().unwrap().remove("Dir");
            got["files"] = Value::Null;
        }
        let what = format!("{}@{}", row["path"], row["version"]);
        tally.check(what, &got, &want);
    }
    tally.finish();
}

/// Downloads one module version into an empty cache, outside of any module, as `mod download --json` does.
fn download(home: &Path, row: &Value) -> Value {
    let query = format!(
        "{}@{}",
        row["path"].as_str().unwrap(),
        row["version"].as_str().unwrap()
    );
    let cache = home.join("cache");
    let proxy = file_url(&corpus().join("proxy"));
    let env = [
        ("GOMODCACHE", cache.to_str().unwrap()),
        ("GOPROXY", &proxy),
        ("GOSUMDB", "off"),
        ("GOFLAGS", "-modcacherw"),
    ];
    let ctx = context(home, home, &env);
    let options = Options {
        modules: vec![query],
        ..Options::default()
    };
    let report = block_on(download::run(&ctx, &options)).unwrap();
    let corpus = corpus().to_str().unwrap().to_owned();
    let text = String::from_utf8(render::json::download::render(&report.modules)).unwrap();
    let text = text
        .replace(cache.to_str().unwrap(), "$GOMODCACHE")
        .replace(&corpus, "$CORPUS");
    let mut out: Value = serde_json::from_str(&text).unwrap();
    let module = &report.modules[0];
    // The vectors leave these out.
    for (field, file) in [
        ("Info", &module.info),
        ("GoMod", &module.go_mod),
        ("Zip", &module.zip),
    ] {
        if out.as_object_mut().unwrap().remove(field).is_some() {
            assert!(Path::new(file).is_file(), "{file}");
        }
    }
    if module.dir.is_empty() {
        let left = cache.join(format!("{}@{}", module.path, module.version));
        assert!(!left.exists(), "nothing of a bad zip is unpacked");
        assert_eq!(strays(&cache), [""; 0], "nothing is left behind");
        return json!({"out": out, "files": null});
    }
    let dir = Path::new(&module.dir);
    json!({"out": out, "files": list(dir, dir)})
}

/// Returns what was written for a while only, and is still there.
fn strays(cache: &Path) -> Vec<String> {
    let mut names = list(cache, cache);
    names.retain(|name| name.contains(".tmp") || name.ends_with(".partial"));
    names
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
