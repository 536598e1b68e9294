//! What tests share: a sandbox, txtar archives, a local proxy with faults.

pub(crate) mod context;
pub(crate) mod go_binary;
pub(crate) mod golden;
pub(crate) mod image;
pub(crate) mod json_schema;
pub(crate) mod proxy;
pub(crate) mod repos;
pub(crate) mod sandbox;
pub(crate) mod txtar;
pub(crate) mod unzip;
pub(crate) mod xml;

/// Makes a directory for one test, in memory where the system has such a place: thousands of small files are made.
pub(crate) fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = memory
        .is_dir()
        .then(|| tempfile::tempdir_in(memory).ok())
        .flatten();
    made.unwrap_or_else(|| tempfile::tempdir().unwrap())
}
