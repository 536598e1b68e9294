//! From what the module cache has to findings.

use std::path::Path;

use super::Checked;
use super::facts::Facts;
use super::rules::{
    DIR_ADDED, DIR_MODIFIED, DIR_UNREADABLE, FILE_ADDED, FILE_MISSING, FILE_MODIFIED,
    FILE_UNREADABLE, INFO_WRONG, MOD_DIFFERS, MOD_MODIFIED, NOT_A_FILE, PARTIAL, ZIP_FOREIGN,
    ZIP_MODIFIED, ZIP_SUM, ZIP_UNREADABLE, ZIPHASH_MISSING, ZIPHASH_WRONG,
};
use crate::adapters::modcache::{Comparison, Difference, DifferenceKind, DirState, is_valid_hash};
use crate::adapters::zip_file::{self, ZipFileError};
use crate::domain::checksum::dirhash;
use crate::domain::gosum::SumKind;
use crate::domain::module::ModuleVersion;
use crate::domain::modzip::{CheckFailure, Inflater, MAX_GO_MOD, ZipError, check_zip};
use crate::ops::context::Context;
use crate::ops::source::{Reason, Source};
use crate::ops::verify::report::{Finding, Place, Rule};

/// What to do about nearly everything here.
const REPAIR: &str = "`modsmith verify cache --repair`";
/// How many files of one module are named.
const MAX_NAMED: usize = 100;

/// Judges one module version.
pub(super) fn judge(
    ctx: &Context,
    source: &Source<'_>,
    facts: Facts,
    found: &Comparison,
) -> Checked {
    let mut judge = Judge {
        ctx,
        source,
        facts: &facts,
        found,
        findings: Vec::new(),
    };
    judge.all();
    let findings = judge.findings;
    Checked {
        is_there: found.zip.is_some() || found.dir.is_some() || facts.is_known,
        bytes: found.bytes,
        findings,
        module: facts.module,
    }
}

/// Returns the finding about a `.mod` file that go.sum does not agree with.
pub(super) fn go_mod(
    ctx: &Context,
    module: &ModuleVersion,
    file: &Path,
    sums: &Path,
    got: &str,
    want: &str,
) -> Finding {
    let message = format!(
        "go.mod does not have the hash that {} names",
        ctx.short_path(sums)
    );
    Finding::new(&MOD_MODIFIED, module.to_string(), message)
        .differs(want, got)
        .at(Place::file(ctx.short_path(file)))
        .fix(REPAIR)
}

struct Judge<'j, 's> {
    ctx: &'j Context,
    source: &'j Source<'s>,
    facts: &'j Facts,
    found: &'j Comparison,
    findings: Vec<Finding>,
}

impl Judge<'_, '_> {
    fn all(&mut self) {
        self.verdicts_of_go();
        self.sums();
        self.names_in_zip();
        self.files();
        self.go_mod();
        if let Some(fault) = &self.facts.info_fault {
            let message = format!("the information about the version cannot be right: {fault}");
            self.add(&INFO_WRONG, message, &self.facts.info);
        }
        if let DirState::Partial(why) = &self.facts.dir_state
            && self.facts.hash.is_ok()
        {
            self.add(&PARTIAL, why.clone(), &self.facts.dir);
        }
    }

    /// Says what `go mod verify` says, and no more.
    fn verdicts_of_go(&mut self) {
        let facts = self.facts;
        let hash = match &facts.hash {
            Ok(hash) => hash,
            Err(why) => {
                // A directory without a hash is one that Go does not take for unpacked.
                if facts.has_zip {
                    self.add(
                        &ZIPHASH_MISSING,
                        format!("missing ziphash: {why}"),
                        &facts.zip_hash,
                    );
                } else if facts.dir_state != DirState::Missing {
                    let message =
                        "unpacked, but there are neither zip nor ziphash to check it with";
                    self.add(&PARTIAL, message.to_owned(), &facts.dir);
                }
                return;
            }
        };
        match &self.found.zip {
            Some(Err(error)) => {
                self.add(&ZIP_UNREADABLE, words_of_go(error), &facts.zip);
                return;
            }
            Some(Ok(got)) if got != hash => {
                let message = format!("zip has been modified ({})", facts.zip.display());
                self.add_difference(&ZIP_MODIFIED, message, &facts.zip, hash, got);
            }
            Some(Ok(_)) | None => {}
        }
        match &self.found.dir {
            Some(Err(error)) => self.add(&DIR_UNREADABLE, error.to_string(), &facts.dir),
            Some(Ok(got)) if got != hash => {
                let message = format!("dir has been modified ({})", facts.dir.display());
                self.add_difference(&DIR_MODIFIED, message, &facts.dir, hash, got);
            }
            Some(Ok(_)) | None => {}
        }
    }

    /// Compares with go.sum, which decides where zip and `.ziphash` contradict each other.
    fn sums(&mut self) {
        let facts = self.facts;
        let actual = match (&self.found.zip, &self.found.dir) {
            (Some(Ok(hash)), _) => Some((hash, &facts.zip)),
            (None, Some(Ok(hash))) => Some((hash, &facts.dir)),
            _ => None,
        };
        let mut agrees = false;
        if let Some((hash, file)) = actual {
            match self.source.check_sums(&facts.module, SumKind::Module, hash) {
                Ok(listed) => agrees = listed,
                Err(error) => {
                    if let Reason::SumMismatch {
                        want, file: sums, ..
                    } = &*error.reason
                    {
                        let sums = self.ctx.short_path(sums);
                        let message = format!("does not have the hash that {sums} names");
                        self.add_difference(&ZIP_SUM, message, file, want, hash);
                    }
                }
            }
        }
        let Ok(kept) = &facts.hash else { return };
        let is_wrong = agrees && actual.is_some_and(|(hash, _)| hash != kept);
        if !is_valid_hash(kept) {
            let message = "what stands in the .ziphash file is no hash".to_owned();
            self.add(&ZIPHASH_WRONG, message, &facts.zip_hash);
        } else if is_wrong && let Some((hash, _)) = actual {
            let message = "the .ziphash file is wrong: the module itself agrees with go.sum";
            self.add_difference(
                &ZIPHASH_WRONG,
                message.to_owned(),
                &facts.zip_hash,
                hash,
                kept,
            );
        }
    }

    /// Looks for names that the go command would not unpack.
    fn names_in_zip(&mut self) {
        if !matches!(self.found.zip, Some(Ok(_))) {
            return;
        }
        let Ok(archive) = zip_file::open(&self.facts.zip) else {
            return;
        };
        let fault = match check_zip(&self.facts.module, &archive) {
            Ok(checked) => checked.failure().map(|failure| first(&failure)),
            Err(error) => Some(error.to_string()),
        };
        if let Some(fault) = fault {
            self.add(&ZIP_FOREIGN, fault, &self.facts.zip);
        }
    }

    /// Names the files that differ, if the zip is to be believed.
    fn files(&mut self) {
        let (Some(Ok(zip)), true) = (&self.found.zip, self.found.dir.is_some()) else {
            // Without a zip to compare with, links are odd all the same.
            let odd = self
                .found
                .differences
                .iter()
                .filter(|_| self.found.zip.is_none());
            let odd: Vec<&Difference> = odd.collect();
            self.name_files(&odd);
            return;
        };
        let is_dir_right = matches!(
            (&self.found.dir, &self.facts.hash),
            (Some(Ok(dir)), Ok(hash)) if dir == hash && zip != hash
        );
        // Of an added directory nothing below it is named.
        let mut last_added: Option<&str> = None;
        let named = self.found.differences.iter().filter(|difference| {
            if difference.kind != DifferenceKind::AddedDir {
                return !is_dir_right || is_odd(&difference.kind);
            }
            let name = difference.name.as_str();
            let is_below = last_added.is_some_and(|above| {
                name.strip_prefix(above)
                    .is_some_and(|rest| rest.starts_with('/'))
            });
            if !is_below {
                last_added = Some(name);
            }
            !is_below && !is_dir_right
        });
        let named: Vec<&Difference> = named.collect();
        self.name_files(&named);
    }

    fn name_files(&mut self, differences: &[&Difference]) {
        for difference in differences.iter().take(MAX_NAMED) {
            let name = &difference.name;
            let (rule, message): (&'static Rule, _) = match &difference.kind {
                DifferenceKind::Changed => (
                    &FILE_MODIFIED,
                    format!("{name} differs from the file in the zip"),
                ),
                DifferenceKind::Added => (&FILE_ADDED, format!("{name} is not in the zip")),
                DifferenceKind::AddedDir => (
                    &DIR_ADDED,
                    format!("the directory {name} is not in the zip"),
                ),
                DifferenceKind::Missing => (&FILE_MISSING, format!("{name} is not there")),
                DifferenceKind::Symlink => (&NOT_A_FILE, format!("{name} is a symbolic link")),
                DifferenceKind::Special => {
                    (&NOT_A_FILE, format!("{name} is a device, socket or pipe"))
                }
                DifferenceKind::DirInPlaceOfFile => (
                    &NOT_A_FILE,
                    format!("{name} is a directory, and a file in the zip"),
                ),
                DifferenceKind::Unreadable(why) => {
                    (&FILE_UNREADABLE, format!("{name} cannot be read: {why}"))
                }
            };
            let file = self.facts.dir.join(name);
            self.add(rule, message, &file);
        }
        if MAX_NAMED < differences.len() {
            let more = differences.len() - MAX_NAMED;
            let message = format!("{more} more files differ from those in the zip");
            self.add(&FILE_MODIFIED, message, &self.facts.dir);
        }
    }

    fn go_mod(&mut self) {
        let facts = self.facts;
        let Some(hash) = &facts.go_mod_hash else {
            return;
        };
        match self.source.check_sums(&facts.module, SumKind::GoMod, hash) {
            Ok(true) => {}
            Ok(false) => self.go_mod_in_zip(hash),
            Err(error) => {
                if let Reason::SumMismatch { want, file, .. } = &*error.reason {
                    let finding = go_mod(self.ctx, &facts.module, &facts.go_mod, file, hash, want);
                    self.findings.push(finding);
                }
            }
        }
    }

    /// Compares a go.mod that nothing vouches for with the one in the zip.
    fn go_mod_in_zip(&mut self, hash: &str) {
        if !matches!(self.found.zip, Some(Ok(_))) {
            return;
        }
        let Ok(archive) = zip_file::open(&self.facts.zip) else {
            return;
        };
        let name = format!("{}/go.mod", self.facts.module);
        let entry = archive
            .entries()
            .iter()
            .find(|entry| *entry.name == *name.as_bytes());
        let text = entry.map(|entry| archive.read(entry, &mut Inflater::new(), MAX_GO_MOD));
        if let Some(Ok(text)) = text {
            let other = dirhash::hash_go_mod(&text);
            if other != hash {
                let message = "the go.mod beside the zip is not the one in it".to_owned();
                self.add_difference(&MOD_DIFFERS, message, &self.facts.go_mod, &other, hash);
            }
        }
    }

    fn add(&mut self, rule: &'static Rule, message: String, file: &Path) {
        let place = Place::file(self.ctx.short_path(file));
        let finding = Finding::new(rule, self.facts.module.to_string(), message)
            .at(place)
            .fix(REPAIR);
        self.findings.push(finding);
    }

    fn add_difference(
        &mut self,
        rule: &'static Rule,
        message: String,
        file: &Path,
        expected: &str,
        got: &str,
    ) {
        self.add(rule, message, file);
        if let Some(finding) = self.findings.pop() {
            self.findings.push(finding.differs(expected, got));
        }
    }
}

/// Tells the first of many files, and how many there are.
fn first(failure: &CheckFailure) -> String {
    match failure {
        CheckFailure::Files(files) => match files.as_slice() {
            [first, _, ..] => format!("{first} (and {} more)", files.len() - 1),
            _ => failure.to_string(),
        },
        CheckFailure::Size(_) => failure.to_string(),
    }
}

/// Reports whether a file is wrong whatever is in it.
fn is_odd(kind: &DifferenceKind) -> bool {
    matches!(kind, DifferenceKind::Symlink | DifferenceKind::Special)
}

/// Says what is wrong with a zip as the go command does: without its name.
fn words_of_go(error: &ZipFileError) -> String {
    match error {
        ZipFileError::Zip {
            source: ZipError::Entry { fault, .. },
            ..
        } => fault.to_string(),
        ZipFileError::Zip { source, .. } => source.to_string(),
        ZipFileError::Fs(error) => match error {
            crate::adapters::fs::FsError::Io { path, source, .. } => {
                let why = crate::adapters::modcache::reason(source);
                format!("open {}: {why}", path.display())
            }
            other @ crate::adapters::fs::FsError::TooLarge { .. } => other.to_string(),
        },
    }
}
