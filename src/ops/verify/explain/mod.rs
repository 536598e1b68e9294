//! `verify explain`: who differs when the go command says `checksum mismatch`, and why.
//!
//! Every witness is asked on its own: module cache, go.sum, each proxy of GOPROXY, the checksum database, the tag in the
//! repository. See <https://go.dev/ref/mod#authenticating>.

mod rules;

use std::path::PathBuf;

use futures_util::future::{join, join_all};

pub use rules::RULES;

use crate::adapters::fs;
use crate::domain::gosum::{GoSum, SumKind};
use crate::domain::mismatch::{
    self, Cause, Contents, Evidence, Message, MessageForm, Statement, Testimony, Witness, classify,
};
use crate::domain::module::ModuleVersion;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::{LoadError, LoadOptions, Purpose, find};
use crate::ops::source::Source;
use crate::ops::upstream::Upstream;
use crate::ops::verify::report::{Finding, Part, Report};
use crate::ops::verify::witness::{self, Witnesses};

/// The most mismatches of one text that are explained.
const MAX_MESSAGES: usize = 8;
/// The most files that are named where two witnesses differ.
const MAX_FILES: usize = 10;
/// The largest go.sum that is read.
const MAX_GO_SUM: u64 = 256 << 20;

/// What is to be explained.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The go command's message, or `module@version`.
    pub text: String,
    /// How modules are loaded.
    pub load: LoadOptions,
}

/// Explains each mismatch of a text.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let messages = mismatch::parse(&options.text);
    if messages.is_empty() {
        let message = "no `checksum mismatch` and no MODULE@VERSION in the text";
        return Err(Failure::usage(message)
            .hint("paste all that the go command said, or name the module with its version"));
    }
    let (source, sums) = match find(ctx, Purpose::List, &options.load).await {
        Ok((mains, _, source)) => (source, mains.sum_files()),
        // Anywhere else there is no go.sum to compare with.
        Err(LoadError::NoMainModule { .. }) => (Source::new(ctx)?, Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let sums = read_sums(ctx, sums)?;
    let mut report = Report::new(Part::Explain);
    let witnesses = Witnesses::new(&source)?;
    for message in messages.iter().take(MAX_MESSAGES) {
        explain(&source, &witnesses, &sums, message, &mut report).await;
    }
    if MAX_MESSAGES < messages.len() {
        let left = messages.len() - MAX_MESSAGES;
        report.notes.push(format!(
            "{left} more mismatches in the text were not looked at"
        ));
    }
    Ok(report)
}

/// Reads the go.sum files as far as they can be read: a broken one has no say.
fn read_sums(ctx: &Context, files: Vec<PathBuf>) -> Result<Vec<(String, GoSum)>, Failure> {
    let mut sums = Vec::new();
    for file in files {
        let name = ctx.short_path(&file);
        if let Some(text) = fs::read_if_exists(&file, MAX_GO_SUM)? {
            sums.push((name.clone(), GoSum::parse(&name, &text)?));
        }
    }
    Ok(sums)
}

async fn explain(
    source: &Source<'_>,
    witnesses: &Witnesses<'_>,
    sums: &[(String, GoSum)],
    message: &Message,
    report: &mut Report,
) {
    let statements = match &message.module {
        Some(module) => gather(source, witnesses, sums, message, module).await,
        None => Vec::new(),
    };
    let cause = classify(&Evidence {
        message,
        statements: &statements,
    });
    report.count(Part::Explain, statements.len(), 0);
    report.findings.push(describe(message, &statements, cause));
}

async fn gather(
    source: &Source<'_>,
    witnesses: &Witnesses<'_>,
    sums: &[(String, GoSum)],
    message: &Message,
    module: &ModuleVersion,
) -> Vec<Statement> {
    let kind = message.kind;
    let mut statements = told(message);
    if kind == SumKind::Module
        && let Ok(Some(hash)) = source.upstreams.cache().read_zip_hash(module)
    {
        statements.push(say(Witness::CacheHash, Testimony::Hash(hash, None)));
    }
    statements.push(say(Witness::Cache, witness::cached(source, module, kind)));
    for (file, sums) in sums {
        let mut hashes: Vec<_> = sums
            .hashes(module.path.as_str(), module.version.as_str(), kind)
            .map(str::to_owned)
            .collect();
        hashes.dedup();
        for hash in hashes {
            let who = Witness::GoSum(file.clone());
            statements.push(say(who, Testimony::Hash(hash, None)));
        }
    }
    let upstreams = source.upstreams.everybody(&module.path);
    let asked = upstreams.iter().map(|upstream| async {
        let who = match upstream {
            Upstream::Proxy(url) => Witness::Proxy(url.to_string()),
            Upstream::Direct | Upstream::Nobody(_) => Witness::Tag,
        };
        say(who, witnesses.ask(*upstream, module, kind).await)
    });
    let (asked, database) = join(join_all(asked), witness::database(source, module, kind)).await;
    statements.extend(asked);
    let name = source.database_name().to_owned();
    statements.push(say(Witness::Database(name), database));
    complete(&mut statements, message);
    statements
}

fn say(who: Witness, what: Testimony) -> Statement {
    Statement { who, what }
}

/// What the message itself tells.
fn told(message: &Message) -> Vec<Statement> {
    let downloaded = message.downloaded.iter();
    downloaded
        .map(|hash| say(Witness::Download, Testimony::Hash(hash.clone(), None)))
        .collect()
}

/// Takes from the message what could not be found out here: a go.sum elsewhere, a database that does not answer.
fn complete(statements: &mut Vec<Statement>, message: &Message) {
    let Some((who, hash)) = &message.other else {
        return;
    };
    let hash = || Testimony::Hash(hash.clone(), None);
    if who.strip_suffix(".sum").is_some() {
        let is_sum = |statement: &Statement| matches!(statement.who, Witness::GoSum(_));
        if !statements.iter().any(is_sum) {
            statements.push(say(Witness::GoSum(format!("{who} (as told)")), hash()));
        }
        return;
    }
    for statement in statements {
        let is_silent = !matches!(statement.what, Testimony::Hash(..) | Testimony::Absent);
        if is_silent && matches!(statement.who, Witness::Database(_)) {
            *statement = say(Witness::Database(format!("{who} (as told)")), hash());
        }
    }
}

fn describe(message: &Message, statements: &[Statement], cause: Cause) -> Finding {
    let rule = rules::of(cause);
    let subject = match (&message.module, message.kind) {
        (Some(module), SumKind::Module) => module.to_string(),
        (Some(module), SumKind::GoMod) => format!("{module}/go.mod"),
        (None, _) => "checksum database".to_owned(),
    };
    let title = rule.title;
    let text = format!("{}{}", title[..1].to_lowercase(), &title[1..]);
    let mut finding = Finding::new(rule, subject, text).fix(mend(cause, message, statements));
    if let Some((wanted, got)) = sides(statements) {
        finding = finding.differs(wanted, got);
    }
    finding.evidence = table(statements);
    finding.evidence.extend(differing_files(statements));
    finding
}

/// Returns a hash that can be believed and one that differs from it.
fn sides(statements: &[Statement]) -> Option<(String, String)> {
    let hash = |statement: &Statement| match &statement.what {
        Testimony::Hash(hash, _) => Some(hash.clone()),
        _ => None,
    };
    let first = |is: fn(&Witness) -> bool| {
        let mut found = statements.iter().filter(|statement| is(&statement.who));
        found.find_map(hash)
    };
    let wanted = first(|who| matches!(who, Witness::Database(_)))
        .or_else(|| first(|who| matches!(who, Witness::GoSum(_))))
        .or_else(|| first(|who| matches!(who, Witness::CacheHash)))?;
    let got = statements
        .iter()
        .filter_map(hash)
        .find(|got| *got != wanted)?;
    Some((wanted, got))
}

/// Returns who says what, a line for each.
fn table(statements: &[Statement]) -> Vec<String> {
    let rows: Vec<_> = statements.iter().map(row).collect();
    let width = rows
        .iter()
        .map(|(who, _)| who.chars().count())
        .max()
        .unwrap_or(0);
    rows.iter()
        .map(|(who, what)| format!("{who:<width$}  {what}"))
        .collect()
}

fn row(statement: &Statement) -> (String, String) {
    let who = match &statement.who {
        Witness::Download => "downloaded then".to_owned(),
        Witness::CacheHash => "module cache, .ziphash".to_owned(),
        Witness::Cache => "module cache".to_owned(),
        Witness::GoSum(file) => file.clone(),
        Witness::Database(name) if name.is_empty() || name == "off" => {
            "checksum database".to_owned()
        }
        Witness::Database(name) => name.clone(),
        Witness::Proxy(url) => url.clone(),
        Witness::Tag => "tag in the repository".to_owned(),
    };
    let what = match &statement.what {
        Testimony::Hash(hash, _) => hash.clone(),
        Testimony::Absent => "does not have it".to_owned(),
        Testimony::Failed(why) => format!("no answer: {why}"),
        Testimony::NotAsked(why) => why.clone(),
    };
    (who, what)
}

/// Names the files in which the first two witnesses that can be compared differ.
fn differing_files(statements: &[Statement]) -> Vec<String> {
    let with_files: Vec<(&str, &Contents)> = statements
        .iter()
        .filter_map(|statement| match &statement.what {
            Testimony::Hash(hash, Some(contents)) => Some((hash.as_str(), contents)),
            _ => None,
        })
        .collect();
    let Some((first, contents)) = with_files.first() else {
        return Vec::new();
    };
    let Some((_, other)) = with_files.iter().find(|(hash, _)| hash != first) else {
        return Vec::new();
    };
    let names = contents.differing(other);
    let listed = names.iter().take(MAX_FILES);
    listed.map(|name| format!("differs: {name}")).collect()
}

/// What to do about a cause.
fn mend(cause: Cause, message: &Message, statements: &[Statement]) -> String {
    let name = message
        .module
        .as_ref()
        .map(|module| module.path.to_string());
    let name = name.unwrap_or_default();
    match cause {
        Cause::MovedTag => format!(
            "as the author of {name}, tag a new version and retract this one; as its user, fetch it through a proxy that \
             has the recorded bytes, or require the next version"
        ),
        Cause::RebuiltZip => "have the one with the other set of files pass on the published zip, then fetch again".to_owned(),
        Cause::ProxyRewrites => match outlier(statements) {
            Some(proxy) => format!("take {proxy} out of GOPROXY for {name}, and have it purge this version"),
            None => format!("name a proxy for {name} that passes on the published zip"),
        },
        Cause::LineEnds => "switch conversion of line ends off where the zip is made: `* -text` in .gitattributes, `git config \
                            core.autocrlf false`"
            .to_owned(),
        Cause::PrivateModule => format!("run `go env -w GOPRIVATE={}`", private_pattern(&name)),
        Cause::CacheTampered => "run `modsmith verify cache --repair`".to_owned(),
        Cause::GoSumStale => "if you trust the others, run `modsmith verify sum --fix`, or delete the line and run `go mod tidy`".to_owned(),
        Cause::DatabaseMisbehaves => "build nothing; run `modsmith verify sumdb`, which keeps the evidence".to_owned(),
        Cause::NothingDiffers => "run the go command again in the environment where it failed".to_owned(),
        Cause::Unknown if message.form == MessageForm::Named => {
            "paste the whole message of the go command, or run where its go.mod is".to_owned()
        }
        Cause::Unknown => "leave go.sum as it is until you know who changed what".to_owned(),
    }
}

/// Returns the proxy that differs from the database or go.sum.
fn outlier(statements: &[Statement]) -> Option<&str> {
    let (wanted, _) = sides(statements)?;
    statements.iter().find_map(|statement| match statement {
        Statement {
            who: Witness::Proxy(url),
            what: Testimony::Hash(hash, _),
        } if *hash != wanted => Some(url.as_str()),
        _ => None,
    })
}

/// Returns what to name in GOPRIVATE: all of the same owner.
fn private_pattern(path: &str) -> &str {
    let ends = path.match_indices('/').map(|(at, _)| at);
    let mut ends = ends.skip(1);
    ends.next().map_or(path, |end| &path[..end])
}
