//! A merge driver for git: three files in, the merged one in the place of ours, and what is proved of it.
//!
//! See gitattributes(5), "Defining a custom merge driver".

mod prove;
mod setup;

use std::path::{Path, PathBuf};

use super::context::Context;
use super::failure::{Excerpt, Failure, FailureKind};
use super::load::MAX_GO_MOD;
use super::source::MAX_GO_SUM;
use crate::adapters::fs;
use crate::adapters::git::GitSettings;
use crate::domain::merge::{self, Conflict, FileKind, MergeError, Merged, Note, Side, Sides};

pub use prove::{Hashes, Proof, Raised};
pub use setup::{Setup, SetupAction, SetupOptions, setup};

/// What git passes to the driver.
#[derive(Clone, Debug)]
pub struct Options {
    /// `%O`: the common ancestor.
    pub base: PathBuf,
    /// `%A`: our side; the result goes here.
    pub ours: PathBuf,
    /// `%B`: their side.
    pub theirs: PathBuf,
    /// `%P`: the path of the file in the work tree.
    pub path: String,
    /// `%L`: how long marks of conflicts are.
    pub marker_size: usize,
}

/// What came of a merge.
#[derive(Debug)]
pub struct Report {
    /// The path of the file in the work tree.
    pub path: String,
    /// How it was merged.
    pub method: Method,
    /// What is proved of the result; nothing where it has conflicts.
    pub proof: Proof,
}

/// How a file was merged.
#[derive(Debug)]
pub enum Method {
    /// By what it says.
    Meaning {
        /// What is not decided.
        conflicts: Vec<Conflict>,
        /// What was decided though both sides changed it.
        notes: Vec<Note>,
    },
    /// Line by line, because it cannot be read.
    Lines {
        /// What is wrong with it.
        reason: MergeError,
    },
}

impl Report {
    /// Reports whether git may take the result as it is.
    pub fn is_clean(&self) -> bool {
        match &self.method {
            Method::Meaning { conflicts, .. } => conflicts.is_empty(),
            Method::Lines { .. } => false,
        }
    }
}

/// Merges, writes the result in the place of our side, and proves of it what can be proved on this machine.
///
/// `offline` is the same surroundings as `ctx`, but such that nothing is fetched and a go.mod of the module cache counts
/// without a line in go.sum: that file may be merged after this one.
pub async fn run(ctx: &Context, offline: &Context, options: &Options) -> Result<Report, Failure> {
    let Some(kind) = FileKind::of(&options.path) else {
        let message = format!("`{}` is no file that this driver can merge", options.path);
        return Err(Failure::usage(message).hint("it merges go.mod, go.work, go.sum and go.work.sum; .gitattributes says which files it is called for"));
    };
    let limit = match kind {
        FileKind::GoMod | FileKind::GoWork => MAX_GO_MOD,
        FileKind::GoSum => MAX_GO_SUM,
    };
    let read = |path: &Path| fs::read(path, limit);
    let (base, ours, theirs) = (
        read(&options.base)?,
        read(&options.ours)?,
        read(&options.theirs)?,
    );
    let sides = Sides {
        base: &base,
        ours: &ours,
        theirs: &theirs,
    };
    match merge::merge(kind, &options.path, &sides, options.marker_size) {
        Ok(merged) => by_meaning(offline, options, kind, &ours, merged).await,
        // An ancestor with marks is one that git made of several: nobody can finish that merge.
        Err(marks @ MergeError::Marks { side, .. }) if side != Side::Base => {
            Err(unfinished(&options.path, marks))
        }
        Err(reason) => by_lines(ctx, options, reason).await,
    }
}

async fn by_meaning(
    offline: &Context,
    options: &Options,
    kind: FileKind,
    ours: &[u8],
    merged: Merged,
) -> Result<Report, Failure> {
    let Merged {
        text,
        conflicts,
        notes,
    } = merged;
    if text != ours {
        fs::replace(&options.ours, &text)?;
    }
    let proof = if conflicts.is_empty() {
        prove::prove(offline, kind, &options.path, &text).await
    } else {
        Proof::default()
    };
    Ok(Report {
        path: options.path.clone(),
        method: Method::Meaning { conflicts, notes },
        proof,
    })
}

/// Leaves the merge to git where the file cannot be read; a person has to look at it in any case.
async fn by_lines(ctx: &Context, options: &Options, reason: MergeError) -> Result<Report, Failure> {
    let absolute = |path: &Path| ctx.dir.join(path);
    let [base, ours, theirs] =
        [&options.base, &options.ours, &options.theirs].map(|path| absolute(path));
    GitSettings::new(&ctx.dir, &ctx.environment)
        .merge_lines([&base, &ours, &theirs], options.marker_size)
        .await?;
    Ok(Report {
        path: options.path.clone(),
        method: Method::Lines { reason },
        proof: Proof::default(),
    })
}

fn unfinished(path: &str, error: MergeError) -> Failure {
    let MergeError::Marks { line, marker, .. } = &error else {
        return Failure::new(FailureKind::Input, error);
    };
    let excerpt = Excerpt {
        file: path.to_owned(),
        line: *line,
        column: 1,
        text: (*marker).to_owned(),
        before: 0,
        width: marker.len(),
        message: "a mark of an earlier merge".to_owned(),
    };
    Failure::new(FailureKind::Input, error)
        .excerpt(excerpt)
        .hint("finish that merge first: decide these lines, remove the marks, and commit the file")
}
