//! The vendor directory as `go mod vendor` and `go work vendor` make it.
//!
//! [`run`] loads all packages that the main modules and their tests need, and tells which file of which module goes
//! where. The directory is then built beside its place and put there as a whole, or compared with what is there. See
//! <https://go.dev/ref/mod#vendoring>.

mod compare;
mod files;
mod list;
mod write;

use std::path::PathBuf;

pub use compare::{Difference, DifferenceKind};

use self::files::File;
use crate::domain::gosource::Tags;
use crate::ops::commit::{self, Changes};
use crate::ops::context::Context;
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::load::{self, LoadOptions, Purpose, vendor_dir};
use crate::ops::packages::Request;
use crate::ops::packages::load::{load_from, start};
use crate::ops::packages::trees::Trees;
use crate::ops::tidy::error::of_packages;

/// What to vendor, and where.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Whether all goes on although packages cannot be loaded, as `-e`.
    pub keep_going: bool,
    /// The directory instead of `vendor`, as `-o`.
    pub out: Option<PathBuf>,
}

/// What a vendor directory will be; nothing is written yet.
#[derive(Debug)]
pub struct Plan {
    /// Where it is.
    pub dir: PathBuf,
    /// Its name as the user knows it.
    pub shown: String,
    /// The contents of modules.txt; empty where there is nothing to vendor.
    pub text: String,
    /// The other files, sorted by their names.
    files: Vec<File>,
    /// What happens to go.work.sum.
    changes: Changes,
}

impl Plan {
    /// Reports whether there is nothing to vendor: then there is no vendor directory.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Builds the directory and puts it in its place; what was there is removed only then.
    pub fn write(&self) -> Result<(), Failure> {
        self.changes.write()?;
        write::replace(self)
    }

    /// Compares with what is there.
    pub fn compare(&self) -> Result<Vec<Difference>, Failure> {
        compare::compare(self)
    }

    /// Returns the names of files beside the directory that change with it, as the user knows them.
    pub fn beside(&self) -> impl Iterator<Item = &str> {
        self.changes.files.iter().map(|file| file.shown.as_str())
    }
}

/// Finds out what the vendor directory of the main modules is to be.
pub async fn run(ctx: &Context, options: &Options) -> Result<Plan, Failure> {
    let (session, requirements) = Box::pin(load::load(ctx, Purpose::Vendor, &options.load)).await?;
    let trees = Trees::new(&session, Tags::Any);
    let state = start(&session, requirements).await?;
    let request = Request {
        patterns: vec!["all".to_owned()],
        tests: false,
        vendor_all: true,
        find_missing: true,
        roots_imported: false,
        tags: Tags::Any,
        build: Tags::Any,
    };
    let loaded = Box::pin(load_from(&session, &trees, state, &request)).await?;
    loaded.check_integrity()?;
    let problems = of_packages(&loaded);
    let mut problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for found in &loaded.matches {
        problems.extend(found.errors.iter().cloned());
        if found.packages.is_empty() && found.errors.is_empty() {
            ctx.warn("\"all\" matched no packages");
        }
    }
    let kind = match loaded.check_complete() {
        Ok(()) => FailureKind::Input,
        // Who cannot be asked now may have it later.
        Err(error) => Failure::from(error).kind,
    };
    settle(ctx, options, kind, problems)?;
    let changes = commit::plan(
        &session,
        &loaded.state,
        Some(&loaded),
        &commit::Options::default(),
    )
    .await?;
    let list = Box::pin(list::list(&session, &loaded)).await?;
    let found = files::find(&session, &trees, &list)?;
    settle(ctx, options, FailureKind::Input, found.problems)?;
    let dir = match &options.out {
        Some(out) => ctx.dir.join(out),
        None => vendor_dir(&session.mains),
    };
    Ok(Plan {
        shown: ctx.short_path(&dir),
        dir,
        text: list.format(),
        files: found.files,
        changes,
    })
}

/// Ends everything because of problems, unless all is to go on.
fn settle(
    ctx: &Context,
    options: &Options,
    kind: FailureKind,
    problems: Vec<String>,
) -> Result<(), Failure> {
    if problems.is_empty() {
        return Ok(());
    }
    if !options.keep_going {
        return Err(Failure::message(kind, problems.join("\n")));
    }
    for problem in problems {
        ctx.warn(&problem);
    }
    Ok(())
}
