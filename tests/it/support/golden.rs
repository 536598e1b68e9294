//! Generated files that stand in the repository.

use std::fs;
use std::path::Path;

/// Compares a file of the repository with what it should hold; with `MODSMITH_BLESS=1` it is rewritten instead.
#[track_caller]
pub(crate) fn check(name: &str, want: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let got = fs::read(&path).unwrap_or_default();
    if got == want {
        return;
    }
    if std::env::var_os("MODSMITH_BLESS").is_some_and(|value| value == "1") {
        fs::create_dir_all(path.parent().expect("a file of the repository")).unwrap();
        fs::write(&path, want).unwrap();
        return;
    }
    panic!("{name} is stale; `MODSMITH_BLESS=1 cargo test` rewrites it");
}

/// Fails when `folder` holds a file that is not in `names`.
#[track_caller]
pub(crate) fn check_names(folder: &str, names: &[String]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    for entry in fs::read_dir(&path).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            names.contains(&name),
            "{folder}/{name} belongs to no command any more"
        );
    }
}
