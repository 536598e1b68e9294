//! The source of a module in a directory, as it would go into a zip.

use std::collections::BTreeMap;
use std::io::BufWriter;
use std::path::Path;

use super::contents::{self, Hashes};
use super::rules::NAME;
use super::run::{Options, named};
use super::sums;
use crate::adapters::fs::{self, Draft};
use crate::adapters::module_dir::ModuleDir;
use crate::domain::checksum::dirhash::hash_go_mod;
use crate::domain::modfile;
use crate::domain::module::ModuleVersion;
use crate::domain::modzip::{self, CheckedFiles, CreateError, DirFiles, FileError, Files};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::MAX_GO_MOD;
use crate::ops::verify::report::{Finding, Part, Report};

/// Checks a directory; with a version its hashes, too.
pub(super) async fn check(
    ctx: &Context,
    options: &Options,
    path: &Path,
    report: &mut Report,
) -> Result<(), Failure> {
    let go_mod_file = path.join("go.mod");
    let go_mod = fs::read_if_exists(&go_mod_file, MAX_GO_MOD)?;
    let declared = go_mod.as_deref().map(modfile::module_path);
    let declared = declared
        .map(|path| String::from_utf8_lossy(&path).into_owned())
        .filter(|path| !path.is_empty());
    let (module_path, version) = named(options, None);
    let Some(module_path) = module_path.or(declared) else {
        let problem = format!("{} has no go.mod that names a module", ctx.short_path(path));
        return Err(Failure::input(problem).hint("name the module with `--module`"));
    };
    let directory = ModuleDir::new(path);
    let files = DirFiles::list(&directory)
        .map_err(|error| Failure::from(error).context(ctx.short_path(path)))?;
    let bytes = files.list().iter().map(|file| file.size).sum();
    report.count(Part::Module, files.list().len(), bytes);
    let mut checked = modzip::check_files(&files);
    note_omitted(files.omitted().iter().chain(&checked.omitted), report);
    let short = |error: &mut FileError| {
        let file = path.join(String::from_utf8_lossy(&error.path).as_ref());
        error.path = ctx.short_path(&file).into_bytes();
    };
    checked.invalid.iter_mut().for_each(short);
    let Some(version) = version else {
        let module = ModuleVersion::new(module_path, "");
        report
            .findings
            .extend(contents::findings(&module, &checked));
        report
            .notes
            .push("the h1 hash depends on the version: give one with `--as VERSION`".into());
        return Ok(());
    };
    let module = ModuleVersion::new(module_path, version);
    report
        .findings
        .extend(contents::findings(&module, &checked));
    let text = go_mod.unwrap_or_else(|| contents::made_up_go_mod(&module));
    contents::check_go_mod(&module, &text, &ctx.short_path(&go_mod_file), report);
    let is_module = CheckedFiles::failure(&checked).is_none();
    if !is_module {
        return Ok(());
    }
    match make(options, &module, &files, ctx)? {
        Ok(zip) => {
            let go_mod = hash_go_mod(&text);
            sums::compare(ctx, options, &module, &Hashes { zip, go_mod }, report).await
        }
        Err(error) => {
            report
                .findings
                .push(Finding::new(&NAME, module.to_string(), error.to_string()));
            Ok(())
        }
    }
}

/// Returns the hash of the zip, which is written where that is asked for; the inner error is one of the name.
fn make(
    options: &Options,
    module: &ModuleVersion,
    files: &impl Files,
    ctx: &Context,
) -> Result<Result<String, CreateError>, Failure> {
    let made = match &options.output {
        None => modzip::hash_files(module, files),
        Some(output) => {
            let output = ctx.dir.join(output);
            let draft = Draft::new(&output)?;
            let made = modzip::create(module, files, BufWriter::new(draft.file()));
            if made.is_ok() {
                draft.keep()?;
            }
            made.and_then(|()| modzip::hash_files(module, files))
        }
    };
    match made {
        Err(error @ CreateError::Module(_)) => Ok(Err(error)),
        made => Ok(Ok(made?)),
    }
}

/// Says how many files are left out, for each reason, with one of them.
fn note_omitted<'a>(omitted: impl Iterator<Item = &'a FileError>, report: &mut Report) {
    let mut reasons: BTreeMap<String, (usize, &FileError)> = BTreeMap::new();
    for error in omitted {
        let (count, _) = reasons.entry(error.fault.to_string()).or_insert((0, error));
        *count += 1;
    }
    for (reason, (count, first)) in reasons {
        let path = String::from_utf8_lossy(&first.path);
        let more = match count {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        report
            .notes
            .push(format!("left out: {path}{more}: {reason}"));
    }
}
