//! A module zip: its entries, their contents, its hashes.

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::rules::{
    COLLISION, ENTRY, FILE_NAME, GO_MOD, IRREGULAR, MALFORMED, NAME, NO_CHECKSUM, PATH, PREFIX,
    SIZE, STRUCTURE,
};
use super::run::{Options, named};
use super::sums;
use crate::adapters::zip_file::{self, PositionedFile, ZipFileError};
use crate::domain::checksum::dirhash::{self, FileDigest, hash_go_mod};
use crate::domain::modfile;
use crate::domain::module::ModuleVersion;
use crate::domain::modzip::{
    self, Archive, CheckedFiles, FileError, FileFault, Inflater, MAX_GO_MOD, Oddity, ZipError,
};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::progress::Event;
use crate::ops::verify::report::{Finding, Part, Report, Rule};

type Zip = Archive<PositionedFile>;

/// The hashes of a module version, as go.sum has them.
pub(super) struct Hashes {
    /// Of the zip.
    pub(super) zip: String,
    /// Of the go.mod; a made-up one where there is none.
    pub(super) go_mod: String,
}

/// Checks the zip in a file. `module` is the one that it was made for; without it the names in the zip tell.
pub(super) async fn check_file(
    ctx: &Context,
    options: &Options,
    path: &Path,
    module: Option<&ModuleVersion>,
    report: &mut Report,
) -> Result<(), Failure> {
    let file = ctx.short_path(path);
    let zip = match zip_file::open(path) {
        Ok(zip) => zip,
        Err(ZipFileError::Fs(error)) => return Err(error.into()),
        Err(ZipFileError::Zip { source, .. }) => {
            let finding = Finding::new(&MALFORMED, file, source.to_string());
            report.findings.push(finding.fix("fetch the zip again"));
            return Ok(());
        }
    };
    report.count(Part::Module, zip.entries().len(), zip.size());
    let found = module.cloned().or_else(|| module_of(&zip));
    let (Some(path), Some(version)) = named(options, found.as_ref()) else {
        let message = "no name in the zip begins with `module@version/`";
        let finding = Finding::new(&PREFIX, file, message);
        report
            .findings
            .push(finding.fix("name the module with `--module` and `--as`"));
        return Ok(());
    };
    let module = ModuleVersion::new(path, version);
    let checked = match modzip::check_zip(&module, &zip) {
        Ok(checked) => checked,
        Err(error) => {
            let finding = Finding::new(&NAME, module.to_string(), error.to_string());
            report.findings.push(finding);
            return Ok(());
        }
    };
    report.findings.extend(findings(&module, &checked));
    report.findings.extend(structure(&module, &zip)?);
    // What is too large is not even read: it may be a bomb.
    let total = match (checked.size_error, modzip::total_size(&zip)) {
        (None, Ok(total)) => total,
        (None, Err(error)) => {
            let finding = Finding::new(&SIZE, module.to_string(), error.to_string());
            report.findings.push(finding);
            return Ok(());
        }
        (Some(_), _) => return Ok(()),
    };
    if let Some(hashes) = hashes(ctx, &module, &zip, total, report)? {
        sums::compare(ctx, options, &module, &hashes, report).await?;
    }
    Ok(())
}

/// Returns the module version that the first name in a zip begins with.
fn module_of(zip: &Zip) -> Option<ModuleVersion> {
    let name = std::str::from_utf8(&zip.entries().first()?.name).ok()?;
    let (path, rest) = name.split_once('@')?;
    let (version, _) = rest.split_once('/')?;
    Some(ModuleVersion::new(path, version))
}

/// Returns a finding for each file that a module may not have, and for its size.
pub(super) fn findings(module: &ModuleVersion, checked: &CheckedFiles) -> Vec<Finding> {
    let size = checked
        .size_error
        .map(|error| Finding::new(&SIZE, module.to_string(), error.to_string()));
    let files = checked.invalid.iter().map(file_finding);
    size.into_iter().chain(files).collect()
}

/// Returns the finding for a file that a module may not have.
fn file_finding(error: &FileError) -> Finding {
    let name = String::from_utf8_lossy(&error.path);
    Finding::new(rule(&error.fault), name, error.fault.to_string())
}

fn rule(fault: &FileFault) -> &'static Rule {
    match fault {
        FileFault::Collision { .. }
        | FileFault::FileAndDir { .. }
        | FileFault::Duplicate { .. } => &COLLISION,
        FileFault::GoModCase | FileFault::GoModNotInRoot => &GO_MOD,
        FileFault::GoModSize | FileFault::LicenseSize | FileFault::TooMany { .. } => &SIZE,
        FileFault::Prefix { .. } => &PREFIX,
        FileFault::NotClean
        | FileFault::NotRelative
        | FileFault::Path(_)
        | FileFault::NotUtf8 { .. }
        | FileFault::Vcs
        | FileFault::Vendored
        | FileFault::SubmoduleFile
        | FileFault::SubmoduleDir
        | FileFault::HgArchival
        | FileFault::Symlink
        | FileFault::NotRegular => &FILE_NAME,
    }
}

fn structure(module: &ModuleVersion, zip: &Zip) -> Result<Vec<Finding>, Failure> {
    let oddities = modzip::oddities(zip).map_err(ZipError::Read)?;
    let finding = |oddity: &Oddity| {
        let rule = match oddity {
            Oddity::Overlap { .. } | Oddity::OtherName { .. } | Oddity::OtherSize { .. } => {
                &STRUCTURE
            }
            Oddity::Irregular { .. } => &IRREGULAR,
            Oddity::NoChecksum { .. } => &NO_CHECKSUM,
        };
        let name = String::from_utf8_lossy(oddity.name());
        let name = if name.is_empty() {
            module.to_string().into()
        } else {
            name
        };
        Finding::new(rule, name, oddity.to_string())
    };
    Ok(oddities.iter().map(finding).collect())
}

/// Reads everything; none where an entry is not what the zip declares, which is found.
fn hashes(
    ctx: &Context,
    module: &ModuleVersion,
    zip: &Zip,
    total: u64,
    report: &mut Report,
) -> Result<Option<Hashes>, Failure> {
    let (done, what) = (AtomicU64::new(0), module.to_string());
    let read: Vec<Result<FileDigest, ZipError>> = zip
        .entries()
        .par_iter()
        .map_init(Inflater::new, |inflater, entry| {
            let digest = zip.digest(entry, inflater);
            let done = done.fetch_add(entry.size, Ordering::Relaxed) + entry.size;
            let total = Some(total);
            ctx.reporter.report(Event::Bytes {
                what: &what,
                done,
                total,
            });
            digest
        })
        .collect();
    let mut files = Vec::new();
    for (entry, read) in zip.entries().iter().zip(read) {
        match read {
            Ok(digest) => files.push((&*entry.name, digest)),
            Err(ZipError::Entry { name, fault }) => {
                let name = String::from_utf8_lossy(&name);
                let finding = Finding::new(&ENTRY, name, fault.to_string());
                report.findings.push(finding.fix("fetch the zip again"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let is_whole = files.len() == zip.entries().len();
    let Some(go_mod) = go_mod_of(module, zip, report) else {
        return Ok(None);
    };
    if !is_whole {
        return Ok(None);
    }
    // Names that are there twice, or with a newline, are found above.
    let names: HashSet<_> = files.iter().map(|(name, _)| *name).collect();
    let (true, Ok(zip)) = (names.len() == files.len(), dirhash::hash1(&files)) else {
        return Ok(None);
    };
    Ok(Some(Hashes {
        zip,
        go_mod: hash_go_mod(&go_mod),
    }))
}

/// Returns the go.mod in a zip, or the one that Go makes up where there is none; none where it cannot be read.
fn go_mod_of(module: &ModuleVersion, zip: &Zip, report: &mut Report) -> Option<Vec<u8>> {
    let name = format!("{module}/go.mod");
    let mut entries = zip.entries().iter().rev();
    let Some(entry) = entries.find(|entry| *entry.name == *name.as_bytes()) else {
        report
            .notes
            .push(format!("{module} has no go.mod; Go makes one up"));
        return Some(made_up_go_mod(module));
    };
    let text = zip.read(entry, &mut Inflater::new(), MAX_GO_MOD).ok()?;
    check_go_mod(module, &text, &name, report);
    Some(text)
}

/// Compares the path in a go.mod with the one of the module.
pub(super) fn check_go_mod(module: &ModuleVersion, text: &[u8], file: &str, report: &mut Report) {
    let declared = modfile::module_path(text);
    let declared = String::from_utf8_lossy(&declared);
    if declared != module.path.as_str() {
        let message = match &*declared {
            "" => "declares no module path".to_owned(),
            other => format!("declares the module path {other}"),
        };
        let finding = Finding::new(&PATH, file, message);
        report
            .findings
            .push(finding.differs(module.path.as_str(), &*declared));
    }
}

/// Returns the go.mod that Go makes up for a module without one.
pub(super) fn made_up_go_mod(module: &ModuleVersion) -> Vec<u8> {
    let path = modfile::quote::auto_quote(module.path.as_str().as_bytes());
    [b"module ", &*path, b"\n"].concat()
}
