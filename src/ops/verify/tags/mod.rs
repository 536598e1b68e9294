//! `verify tags`: does each tag of one's own modules give the files that proxies and checksum database have recorded, and
//! which recorded versions have no tag?
//!
//! See <https://go.dev/ref/mod#vcs-version> and <https://go.dev/ref/mod#authenticating>.

mod own;
mod rules;

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::future::join_all;

pub use rules::RULES;

use rules::{MOVED, NEVER_TAGGED, NOT_PUBLISHED, PROXY_DIFFERS, UNREACHABLE};

use crate::domain::gosum::SumKind;
use crate::domain::mismatch::{Contents, Testimony};
use crate::domain::module::{ModulePath, ModuleVersion, Version};
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::source::Source;
use crate::ops::upstream::Upstream;
use crate::ops::verify::report::{Finding, Part, Report};
use crate::ops::verify::witness::{self, Witnesses, one_line};

/// How many versions are looked at at the same time.
const AT_ONCE: usize = 4;
/// The most files that are named where a tag differs.
const MAX_FILES: usize = 10;

/// Which modules are checked.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Globs of module paths as in GOPRIVATE, or a module path.
    pub pattern: String,
}

/// Checks all tags of the modules.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let paths = own::modules(&ctx.dir, &options.pattern);
    if paths.is_empty() {
        let message = format!("no module matches `{}`", options.pattern);
        return Err(Failure::input(message)
            .hint("run it in the repository of your modules, or name one module path in full"));
    }
    let source = Source::new(ctx)?;
    let witnesses = Witnesses::new(&source)?;
    let mut report = Report::new(Part::Tags);
    for path in &paths {
        module(&source, &witnesses, path, &mut report).await;
    }
    Ok(report)
}

/// What is known of the versions of one module.
struct Versions<'a> {
    proxies: Vec<Upstream<'a>>,
    /// The versions with a tag, and the numbers of the proxies that list a version.
    all: BTreeMap<Version, (bool, Vec<usize>)>,
}

async fn module(
    source: &Source<'_>,
    witnesses: &Witnesses<'_>,
    path: &ModulePath,
    report: &mut Report,
) {
    let Some(versions) = versions(source, witnesses, path, report).await else {
        return;
    };
    let private = source.upstreams.private();
    let no_database = source.database().is_none() || private.no_sumdb(path.as_str());
    if versions.proxies.is_empty() && no_database {
        report.notes.push(format!(
            "{path}: neither a proxy nor the checksum database may be asked (GOPROXY, GOSUMDB, GOPRIVATE), so there is \
             nothing to compare its tags with"
        ));
        return;
    }
    let mut compared = Vec::new();
    for (version, (is_tagged, listed)) in &versions.all {
        let module = ModuleVersion {
            path: path.clone(),
            version: version.clone(),
        };
        let names = listed.iter().map(|number| name(versions.proxies[*number]));
        let names: Vec<String> = names.collect();
        if !is_tagged {
            let message = format!("is listed by {}, but has no tag", names.join(" and "));
            let fix = "if nobody should use it, retract it in a newer version";
            report
                .findings
                .push(Finding::new(&NEVER_TAGGED, module.to_string(), message).fix(fix));
        } else if listed.is_empty() && !versions.proxies.is_empty() {
            let message = "is tagged, but no proxy lists it";
            let fix = format!("run `go list -m {module}` to publish it");
            report
                .findings
                .push(Finding::new(&NOT_PUBLISHED, module.to_string(), message).fix(fix));
        } else {
            let listing: Vec<_> = listed
                .iter()
                .map(|number| versions.proxies[*number])
                .collect();
            compared.push((module, listing));
        }
    }
    report.count(Part::Tags, compared.len(), 0);
    let findings: Vec<_> = futures_util::stream::iter(compared)
        .map(|(module, listing)| async move { compare(source, witnesses, &module, &listing).await })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    report.findings.extend(findings.into_iter().flatten());
}

/// Asks the repository for its tags and the proxies for their lists; none without tags to compare.
async fn versions<'a>(
    source: &'a Source<'_>,
    witnesses: &Witnesses<'_>,
    path: &ModulePath,
    report: &mut Report,
) -> Option<Versions<'a>> {
    let mut proxies = source.upstreams.everybody(path);
    let is_direct = |upstream: &Upstream<'_>| matches!(upstream, Upstream::Direct);
    if !proxies.iter().any(is_direct) {
        let message = "the repository may not be asked: GOPROXY=off";
        report
            .findings
            .push(Finding::new(&UNREACHABLE, path.as_str(), message));
        return None;
    }
    proxies.retain(|upstream| !is_direct(upstream));
    let mut all: BTreeMap<Version, (bool, Vec<usize>)> = BTreeMap::new();
    match witnesses.versions(Upstream::Direct, path).await {
        Ok(tags) => all.extend(
            tags.into_iter()
                .map(|version| (version, (true, Vec::new()))),
        ),
        Err(error) => {
            let message = format!("the repository: {}", one_line(&error.to_string()));
            report
                .findings
                .push(Finding::new(&UNREACHABLE, path.as_str(), message));
            return None;
        }
    }
    let lists = proxies.iter().map(|proxy| witnesses.versions(*proxy, path));
    for (number, list) in join_all(lists).await.into_iter().enumerate() {
        match list {
            Ok(list) => {
                for version in list {
                    all.entry(version).or_default().1.push(number);
                }
            }
            Err(error) if error.is_not_found() => {}
            Err(error) => {
                let text = one_line(&error.to_string());
                let message = format!("{}: {text}", name(proxies[number]));
                report
                    .findings
                    .push(Finding::new(&UNREACHABLE, path.as_str(), message));
            }
        }
    }
    Some(Versions { proxies, all })
}

/// Compares what the tag gives with what is recorded: the files, and where they agree go.mod.
async fn compare(
    source: &Source<'_>,
    witnesses: &Witnesses<'_>,
    module: &ModuleVersion,
    listing: &[Upstream<'_>],
) -> Vec<Finding> {
    for kind in [SumKind::Module, SumKind::GoMod] {
        let findings = compare_kind(source, witnesses, (module, kind), listing).await;
        if !findings.is_empty() {
            return findings;
        }
    }
    Vec::new()
}

async fn compare_kind(
    source: &Source<'_>,
    witnesses: &Witnesses<'_>,
    (module, kind): (&ModuleVersion, SumKind),
    listing: &[Upstream<'_>],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let tag = witnesses.ask(Upstream::Direct, module, kind).await;
    let Testimony::Hash(tag_hash, tag_files) = tag else {
        let message = format!("the tag: {}", silence(&tag));
        return vec![Finding::new(&UNREACHABLE, module.to_string(), message)];
    };
    let what = match kind {
        SumKind::Module => "files",
        SumKind::GoMod => "go.mod",
    };
    let database = witness::database(source, module, kind).await;
    let database_name = source.database_name();
    let recorded = match &database {
        Testimony::Hash(hash, _) => Some(hash.as_str()),
        Testimony::NotAsked(_) => None,
        silent => {
            let message = format!("{database_name}: {}", silence(silent));
            findings.push(Finding::new(&UNREACHABLE, module.to_string(), message));
            None
        }
    };
    let mut moved = Vec::new();
    let mut evidence = Vec::new();
    if let Some(hash) = recorded.filter(|hash| *hash != tag_hash) {
        moved.push((database_name.to_owned(), hash.to_owned()));
    }
    for proxy in listing {
        let who = name(*proxy);
        match witnesses.ask(*proxy, module, kind).await {
            Testimony::Hash(hash, files) => {
                if let Some(recorded) = recorded.filter(|recorded| *recorded != hash) {
                    let message =
                        format!("{who} serves another {what} hash than {database_name} recorded");
                    let finding = Finding::new(&PROXY_DIFFERS, module.to_string(), message);
                    findings.push(
                        finding
                            .differs(recorded, hash.as_str())
                            .fix(format!("run `modsmith verify explain {module}`")),
                    );
                }
                if hash != tag_hash {
                    evidence.extend(differing(tag_files.as_ref(), files.as_ref()));
                    moved.push((who, hash));
                }
            }
            silent => {
                let message = format!("{who}: {}", silence(&silent));
                findings.push(Finding::new(&UNREACHABLE, module.to_string(), message));
            }
        }
    }
    if let Some((_, expected)) = moved.first() {
        let who: Vec<_> = moved.iter().map(|(who, _)| who.as_str()).collect();
        let message = format!(
            "its tag gives other {what} than {} recorded",
            who.join(" and ")
        );
        let mut finding = Finding::new(&MOVED, module.to_string(), message)
            .differs(expected, &tag_hash)
            .fix("publish a new version and retract this one; never move a tag that was published");
        evidence.dedup();
        evidence.truncate(MAX_FILES);
        finding.evidence = evidence;
        findings.push(finding);
    }
    findings
}

/// Names the files in which the tag and a proxy differ.
fn differing(tag: Option<&Contents>, proxy: Option<&Contents>) -> Vec<String> {
    let (Some(tag), Some(proxy)) = (tag, proxy) else {
        return Vec::new();
    };
    let names = tag.differing(proxy);
    names
        .iter()
        .map(|name| format!("differs: {name}"))
        .collect()
}

fn name(upstream: Upstream<'_>) -> String {
    match upstream {
        Upstream::Proxy(url) => url.to_string(),
        Upstream::Direct | Upstream::Nobody(_) => "the repository".to_owned(),
    }
}

fn silence(testimony: &Testimony) -> &str {
    match testimony {
        Testimony::Absent => "does not have it",
        Testimony::Failed(why) | Testimony::NotAsked(why) => why,
        Testimony::Hash(..) => "",
    }
}
