//! The hashes in binaries against go.sum and the checksum database; each module version is looked up once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures_util::StreamExt as _;
use futures_util::stream;

use super::{name, rules};
use crate::adapters::fs;
use crate::adapters::sumdb::{SumDbClient, SumDbFault};
use crate::domain::binary::BuildModule;
use crate::domain::gosum::{GoSum, SumKind, SumVerdict};
use crate::domain::module::{ModulePath, path};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::source::{MAX_GO_SUM, database_settings};
use crate::ops::upstream::Upstreams;
use crate::ops::verify::report::{Binary, Finding, Place, Report, Rule};

/// How many lookups run at once; the client joins those of one record and bounds its requests.
const CONCURRENT: usize = 64;

/// A module version that has a hash in a binary.
type Module<'a> = (&'a str, &'a str);

/// What stands against the hash of one module version.
enum Answer {
    /// This hash is recorded, and it is believed.
    Recorded {
        hash: String,
        by: String,
        place: Option<Place>,
    },
    /// It is private, or the database is switched off: nobody is asked.
    NotAsked,
    /// This is wrong.
    Wrong {
        rule: &'static Rule,
        message: String,
        fix: Option<String>,
    },
}

/// Checks all hashes of all binaries.
pub(super) async fn check(
    ctx: &Context,
    sum: Option<&Path>,
    binaries: &[Binary],
) -> Result<Report, Failure> {
    let files = SumFiles::read(ctx, sum)?;
    let mut answers: BTreeMap<Module<'_>, Option<Answer>> = BTreeMap::new();
    for (path, version, hash) in binaries.iter().flat_map(hashes) {
        let answer = files.answer(path, version, hash);
        answers.entry((path, version)).or_insert(answer);
    }
    let unknown = answers.iter().filter(|(_, answer)| answer.is_none());
    let unknown: Vec<Module<'_>> = unknown.map(|(module, _)| *module).collect();
    let asked = ask(ctx, &unknown).await?;
    for (module, answer) in unknown.into_iter().zip(asked) {
        answers.insert(module, Some(answer));
    }
    let mut report = Report::default();
    for binary in binaries {
        compare(binary, &answers, &mut report);
    }
    Ok(report)
}

/// Returns path, version and hash of all modules that have a hash.
fn hashes(binary: &Binary) -> impl Iterator<Item = (&str, &str, &str)> {
    let info = &binary.go.info;
    [&info.main]
        .into_iter()
        .chain(&info.deps)
        .map(BuildModule::built)
        .filter(|module| !module.sum.is_empty())
        .map(|module| (&*module.path, &*module.version, &*module.sum))
}

/// Compares the hashes of one binary with the answers.
fn compare(binary: &Binary, answers: &BTreeMap<Module<'_>, Option<Answer>>, report: &mut Report) {
    let mut not_asked = 0;
    for (path, version, hash) in hashes(binary) {
        let module = name(path, version);
        let finding = match answers.get(&(path, version)).and_then(Option::as_ref) {
            Some(Answer::Recorded { hash: want, .. }) if want == hash => continue,
            Some(Answer::Recorded {
                hash: want,
                by,
                place,
            }) => {
                let message = format!("{module} has another hash than in {by}");
                let mut finding = Finding::new(&rules::SUM_MISMATCH, &binary.name, message)
                    .differs(want, hash)
                    .fix(format!(
                        "do not use it before you know why: modsmith verify explain {module}"
                    ));
                finding.place.clone_from(place);
                finding
            }
            Some(Answer::Wrong { rule, message, fix }) => {
                let mut finding = Finding::new(rule, &binary.name, format!("{module} {message}"));
                finding.got = Some(hash.to_owned());
                finding.fix.clone_from(fix);
                finding
            }
            Some(Answer::NotAsked) | None => {
                not_asked += 1;
                continue;
            }
        };
        report.findings.push(finding);
    }
    if not_asked != 0 {
        let (hashes, are) = if not_asked == 1 {
            ("hash", "is")
        } else {
            ("hashes", "are")
        };
        report.notes.push(format!(
            "{}: {not_asked} {hashes} {are} in no go.sum at hand, and the database is not asked (GONOSUMDB, GOPRIVATE, GOSUMDB=off)",
            binary.name
        ));
    }
}

/// Asks the database.
async fn ask(ctx: &Context, modules: &[Module<'_>]) -> Result<Vec<Answer>, Failure> {
    if modules.is_empty() {
        return Ok(Vec::new());
    }
    let upstreams = Upstreams::new(ctx)?;
    let settings = database_settings(ctx, upstreams.cache())?;
    let client = settings.map(|settings| SumDbClient::new(ctx.http.clone(), settings));
    let database = ctx.env.get("GOSUMDB");
    let database = database.split(['+', ' ']).next().unwrap_or_default();
    let answers = stream::iter(modules)
        .map(|(path, version)| {
            let client = client.as_ref();
            async move { ask_one(client, database, path, version).await }
        })
        .buffered(CONCURRENT)
        .collect()
        .await;
    if let Some(client) = client {
        client.flush();
    }
    Ok(answers)
}

async fn ask_one(
    client: Option<&SumDbClient>,
    database: &str,
    path: &str,
    version: &str,
) -> Answer {
    // A stranger wrote these names: nothing is asked for that cannot be a module.
    if let Err(error) = path::check(path, version) {
        return Answer::Wrong {
            rule: &rules::INFO_MALFORMED,
            message: format!("cannot be a module version: {error}"),
            fix: None,
        };
    }
    let Some(client) = client else {
        return Answer::NotAsked;
    };
    let lines = match client.lookup(&ModulePath::new(path), version).await {
        Ok(lines) => lines,
        Err(error) if matches!(*error.fault, SumDbFault::Private) => return Answer::NotAsked,
        Err(error) if error.is_not_found() => Vec::new(),
        Err(error) => {
            let fix = matches!(*error.fault, SumDbFault::Offline { .. }).then(|| {
                "run it once without `--offline`, or name a go.sum with `--sum`".to_owned()
            });
            return Answer::Wrong {
                rule: if error.is_integrity() {
                    &rules::SUM_MISMATCH
                } else {
                    &rules::SUM_UNPROVEN
                },
                message: format!("could not be proven: {}", error.fault),
                fix,
            };
        }
    };
    let start = format!("{path} {version} ");
    match lines.iter().find_map(|line| line.strip_prefix(&start)) {
        Some(hash) => Answer::Recorded {
            hash: hash.to_owned(),
            by: format!("the checksum database {database}"),
            place: None,
        },
        None => Answer::Wrong {
            rule: &rules::VERSION_UNKNOWN,
            message: format!("is not in the checksum database {database}"),
            fix: Some("if it is private, name it in GOPRIVATE".to_owned()),
        },
    }
}

/// The go.sum files at hand.
struct SumFiles(Vec<SumFile>);

struct SumFile {
    /// Its name for people.
    name: String,
    text: Vec<u8>,
    sums: GoSum,
}

impl SumFiles {
    /// Reads the file that was named, or those of the module or workspace around.
    fn read(ctx: &Context, sum: Option<&Path>) -> Result<Self, Failure> {
        let mut files = Vec::new();
        if let Some(path) = sum {
            let path = ctx.dir.join(path);
            let text = fs::read(&path, MAX_GO_SUM)?;
            files.push(SumFile::parse(ctx, &path, text)?);
            return Ok(Self(files));
        }
        let work = ctx.env.go_work().map(|work| format!("{work}.sum"));
        let module = ctx
            .env
            .go_mod()
            .map(|file| Path::new(file).with_extension("sum"));
        for path in work.map(PathBuf::from).into_iter().chain(module) {
            if let Some(text) = fs::read_if_exists(&path, MAX_GO_SUM)? {
                files.push(SumFile::parse(ctx, &path, text)?);
            }
        }
        Ok(Self(files))
    }

    /// Returns what the files record, if they record anything; a file that has `hash` counts before one that has not.
    fn answer(&self, path: &str, version: &str, hash: &str) -> Option<Answer> {
        let mut other = None;
        for file in &self.0 {
            let recorded = |hash: &str| Answer::Recorded {
                hash: hash.to_owned(),
                by: file.name.clone(),
                place: file.place(path, version, hash),
            };
            match file.sums.verify(path, version, SumKind::Module, hash) {
                SumVerdict::Match => return Some(recorded(hash)),
                SumVerdict::Mismatch { listed } => other = other.or(Some(recorded(listed))),
                SumVerdict::Unknown | SumVerdict::Missing => {}
            }
        }
        other
    }
}

impl SumFile {
    fn parse(ctx: &Context, path: &Path, text: Vec<u8>) -> Result<Self, Failure> {
        let name = ctx.short_path(path);
        let sums = GoSum::parse(&name, &text)?;
        Ok(Self { name, text, sums })
    }

    fn place(&self, path: &str, version: &str, hash: &str) -> Option<Place> {
        let wanted = [path, version, hash];
        let mut lines = self.text.split(|byte| *byte == b'\n').enumerate();
        lines.find_map(|(index, line)| {
            let line = std::str::from_utf8(line).ok()?;
            let is_wanted = line.split_whitespace().eq(wanted);
            is_wanted.then(|| Place::line(&self.name, index + 1, line.trim_end()))
        })
    }
}
