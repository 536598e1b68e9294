//! The go.sum files as they stand, and what they say by themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::rules;
use crate::adapters::fs;
use crate::adapters::modcache::ModCache;
use crate::domain::checksum::dirhash;
use crate::domain::gosum::lines::{Content, HashForm, RawLine, Sum, SumKey, read_lines};
use crate::domain::gosum::{GoSum, SumKind};
use crate::domain::module::ModuleVersion;
use crate::ops::context::Context;
use crate::ops::main_modules::MainModules;
use crate::ops::source::MAX_GO_SUM;
use crate::ops::verify::report::{Finding, Place};

/// One go.sum, with all its lines.
#[derive(Clone, Debug)]
pub(in crate::ops::verify) struct SumFile {
    /// Where it is or would be.
    pub path: PathBuf,
    /// As people read it.
    pub name: String,
    /// All lines but blank ones.
    pub lines: Vec<RawLine>,
    /// Its text; empty where there is no such file.
    pub text: Vec<u8>,
    /// Its length.
    pub bytes: u64,
}

impl SumFile {
    /// Returns the lines that have a module, a version and a hash.
    pub(in crate::ops::verify) fn sums(&self) -> impl Iterator<Item = (&RawLine, &Sum)> {
        self.lines.iter().filter_map(|line| match &line.content {
            Content::Sum(sum) => Some((line, sum)),
            Content::Conflict(_) | Content::Malformed { .. } => None,
        })
    }

    fn place(&self, line: &RawLine) -> Place {
        Place::line(&self.name, line.number, &line.text)
    }
}

/// Reads the files of the main modules; that of go.work comes first.
pub(in crate::ops::verify) fn read(
    ctx: &Context,
    mains: &MainModules,
) -> Result<Vec<SumFile>, fs::FsError> {
    let read = |path: PathBuf| {
        let text = fs::read_if_exists(&path, MAX_GO_SUM)?.unwrap_or_default();
        Ok(SumFile {
            name: ctx.short_path(&path),
            lines: read_lines(&text),
            bytes: text.len() as u64,
            text,
            path,
        })
    };
    mains.sum_files().into_iter().map(read).collect()
}

/// Finds what is wrong with lines whatever the module graph is.
pub(super) fn check_form(files: &[SumFile], findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<&SumKey, (&SumFile, &RawLine, &Sum)> = BTreeMap::new();
    for file in files {
        let mut seen: BTreeMap<&Sum, usize> = BTreeMap::new();
        for line in &file.lines {
            let Content::Sum(sum) = &line.content else {
                findings.push(unreadable(file, line));
                continue;
            };
            findings.extend(form(file, line, sum));
            if let Some(number) = seen.get(sum) {
                let message = format!("the same as line {number}");
                findings.push(
                    Finding::new(&rules::DUPLICATE, sum.key.to_string(), message)
                        .at(file.place(line))
                        .fix("remove one of them"),
                );
                continue;
            }
            seen.insert(sum, line.number);
            if sum.form() != HashForm::Known {
                continue;
            }
            let (other_file, other_line, other) =
                *first.entry(&sum.key).or_insert((file, line, sum));
            if other.hash != sum.hash {
                let place = format!("{}:{}", other_file.name, other_line.number);
                let message = format!("another hash than in {place}; one of them is wrong");
                findings.push(
                    Finding::new(&rules::CONTRADICTION, sum.key.to_string(), message)
                        .differs(&other.hash, &sum.hash)
                        .at(file.place(line))
                        .fix("ask the checksum database with `modsmith verify sumdb`, and remove the line that it does not know"),
                );
            }
        }
    }
}

fn unreadable(file: &SumFile, line: &RawLine) -> Finding {
    let subject = format!("{}:{}", file.name, line.number);
    match line.content {
        Content::Conflict(marker) => Finding::new(
            &rules::CONFLICT,
            subject,
            format!("unresolved merge conflict (line starts with `{marker}`)"),
        )
        .fix("keep the lines of both sides and delete the markers; `modsmith verify sum --fix` does it"),
        Content::Malformed { fields } => Finding::new(
            &rules::MALFORMED,
            subject,
            format!("wrong number of fields {fields}, expected 3: module path, version and hash"),
        )
        .fix("remove the line; `modsmith verify sum --fix` does it and adds what is missing"),
        Content::Sum(_) => unreachable!("called for other lines alone"),
    }
    .at(file.place(line))
}

fn form(file: &SumFile, line: &RawLine, sum: &Sum) -> Option<Finding> {
    let (rule, message, fix) = match sum.form() {
        HashForm::Known => return None,
        HashForm::Impossible => (
            &rules::INVALID_HASH,
            "no SHA-256 looks like this hash",
            "restore the line from version control",
        ),
        HashForm::Unknown => (
            &rules::UNKNOWN_HASH,
            "the go command takes no notice of this kind of hash",
            "remove the line",
        ),
        HashForm::Empty => (
            &rules::EMPTY_GO_MOD,
            "the go command drops this line",
            "remove the line",
        ),
    };
    let mut finding = Finding::new(rule, sum.key.to_string(), message)
        .at(file.place(line))
        .fix(fix);
    finding.got = Some(sum.hash.clone());
    Some(finding)
}

/// Compares the lines with the files of the module cache, and returns those that differ.
pub(super) fn check_cache(
    cache: &ModCache,
    files: &[SumFile],
    findings: &mut Vec<Finding>,
) -> BTreeSet<SumKey> {
    let mut wrong = BTreeSet::new();
    for file in files {
        for (line, sum) in file.sums().filter(|(_, sum)| sum.form() == HashForm::Known) {
            let Some((cached, what)) = cached_hash(cache, &sum.key) else {
                continue;
            };
            if cached == sum.hash {
                continue;
            }
            wrong.insert(sum.key.clone());
            let message = format!("the {what} in the module cache has another hash");
            findings.push(
                Finding::new(&rules::DIFFERS_FROM_CACHE, sum.key.to_string(), message)
                    .differs(&sum.hash, cached)
                    .at(file.place(line))
                    .fix("find out who differs with `modsmith verify explain`"),
            );
        }
    }
    wrong
}

/// Returns the hash that the module cache has of a go.mod, or noted of a zip.
pub(super) fn cached_hash(cache: &ModCache, key: &SumKey) -> Option<(String, &'static str)> {
    let module = ModuleVersion::new(key.path.as_str(), key.version.as_str());
    match key.kind {
        SumKind::GoMod => {
            let text = cache.read_go_mod(&module).ok()??;
            Some((dirhash::hash_go_mod(&text), "go.mod"))
        }
        SumKind::Module => {
            let hash = cache.read_zip_hash(&module).ok()??;
            // A file that was cut off tells nothing; `verify cache` finds it.
            hash.starts_with("h1:").then_some((hash, "zip"))
        }
    }
}

/// Returns the lines that may vouch for a go.mod: well-formed, without contradiction, not known to be wrong.
pub(super) fn trusted(files: &[SumFile], wrong: &BTreeSet<SumKey>) -> Vec<(PathBuf, GoSum)> {
    let mut hashes: BTreeMap<&SumKey, BTreeSet<&str>> = BTreeMap::new();
    for (_, sum) in files.iter().flat_map(SumFile::sums) {
        hashes.entry(&sum.key).or_default().insert(&sum.hash);
    }
    let trusted = |sum: &Sum| {
        let is_alone = hashes.get(&sum.key).is_some_and(|all| all.len() == 1);
        is_alone && sum.form() == HashForm::Known && !wrong.contains(&sum.key)
    };
    let of_file = |file: &SumFile| {
        let mut sums = GoSum::default();
        for (_, sum) in file.sums().filter(|(_, sum)| trusted(sum)) {
            sums.insert(&sum.key.path, &sum.key.written_version(), &sum.hash);
        }
        (file.path.clone(), sums)
    };
    files.iter().map(of_file).collect()
}
