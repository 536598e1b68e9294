//! The `go` line of go.work, which has to be as high as that of each module in it.
//!
//! See <https://go.dev/ref/mod#go-work-file-go>.

use std::path::{Path, PathBuf};

use crate::adapters::fs;
use crate::domain::modfile::GoWork;
use crate::domain::module::goversion::{self, DEFAULT_GO_WORK};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::MAX_GO_MOD;

/// go.work with a higher `go` line.
pub(super) struct Raised {
    path: PathBuf,
    text: Vec<u8>,
}

impl Raised {
    pub(super) fn write(&self) -> Result<(), Failure> {
        Ok(fs::replace(&self.path, &self.text)?)
    }

    /// Returns the path of the file, and what it will hold.
    pub(super) fn contents(&self) -> (PathBuf, Vec<u8>) {
        (self.path.clone(), self.text.clone())
    }
}

/// Raises the `go` line of a go.work to a module's, where it is lower; none where nothing changes.
pub(super) fn raise(ctx: &Context, path: &Path, version: &str) -> Option<Raised> {
    let text = fs::read(path, MAX_GO_MOD).ok()?;
    let mut file = GoWork::parse(&ctx.short_path(path), &text, None).ok()?;
    let go = file.go.as_ref();
    let old = go.map_or(DEFAULT_GO_WORK, |line| line.version.as_str());
    if goversion::compare(old, version).is_ge() {
        return None;
    }
    file.set_go(version).ok()?;
    let is_implied = file.toolchain.as_ref().is_some_and(|line| {
        let named = goversion::from_toolchain(&line.name);
        line.name == format!("go{version}")
            || goversion::compare(named, version).is_lt()
            || goversion::compare(named, "1.21").is_lt()
    });
    if is_implied {
        file.drop_toolchain();
    }
    file.sort_blocks();
    file.cleanup();
    Some(Raised {
        path: path.to_owned(),
        text: file.format(),
    })
}
