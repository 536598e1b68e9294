//! Tree heads: the one that the database shows now, and the one that it shows to others.

use std::time::Duration;

use super::faults::Faults;
use super::{evidence, rules};
use crate::adapters::goproxy::ProxyUrl;
use crate::adapters::http::redacted;
use crate::adapters::sumdb::{Seen, SumDbClient, SumDbFault, temporary_home};
use crate::ops::context::{Context, Network};
use crate::ops::failure::Failure;
use crate::ops::source::{Source, database_settings};
use crate::ops::verify::report::{Finding, Report};

/// A cache on the way may be so old; whoever shows an older state than that hides something.
const PATIENCE: Duration = Duration::from_hours(24);

/// The signed tree head that the database shows now, or why there is none.
pub(super) type Shown = Result<Vec<u8>, SumDbFault>;

/// Compares the tree head that the database shows now with the latest one that this machine has seen.
pub(super) async fn compare_shown(
    ctx: &Context,
    source: &Source<'_>,
    shown: Shown,
    faults: &mut Faults<'_>,
    report: &mut Report,
) {
    let Some(client) = source.database() else {
        return;
    };
    let name = client.name();
    let note = match shown {
        Ok(note) => note,
        // Every line is proven all the same, in the tree that was seen before.
        Err(SumDbFault::Offline { .. }) if ctx.network == Network::Offline => {
            let text = format!("{name} was not asked for its latest tree head (offline)");
            return report.notes.push(text);
        }
        Err(fault) => {
            let text = format!("{name} does not show its latest tree head: {fault}");
            return report.notes.push(text);
        }
    };
    let seen = match client.check_head(&note).await {
        Ok(seen) => seen,
        Err(fault) => {
            let fork = Box::pin(cross_check(ctx, source, client, &note)).await;
            let fork = fork.err().filter(is_fork);
            return faults.add_head(&format!("{name}/latest"), fork.unwrap_or(fault));
        }
    };
    let Seen { shown, latest } = &seen;
    if latest.tree.size <= shown.tree.size {
        return;
    }
    let message = format!(
        "it shows a signed tree of {} records, and has shown one of {}",
        shown.tree.size, latest.tree.size
    );
    if client.age_of_latest().is_none_or(|age| age < PATIENCE) {
        return report.notes.push(format!("{name}: {message}"));
    }
    let text = format!(
        "{name}: {message}.\n\nshown now:\n{}\n\nshown before:\n{}\n",
        String::from_utf8_lossy(&shown.note),
        String::from_utf8_lossy(&latest.note)
    );
    let finding = Finding::new(
        &rules::ROLLED_BACK,
        name,
        format!("{message}, more than a day ago"),
    )
    .differs(
        format!("at least {} records", latest.tree.size),
        format!("{} records", shown.tree.size),
    )
    .fix("ask the database another way with `--second-opinion`");
    report
        .findings
        .push(evidence::attach(finding, client, [shown, latest], &text));
}

/// Starts from the tree head that is shown, and compares the kept one with it.
///
/// Where the kept one is of another history the database has no tiles for it: seen from there, its tiles are only bad. Seen
/// from the tree head that is shown, the two signatures contradict each other.
async fn cross_check(
    ctx: &Context,
    source: &Source<'_>,
    client: &SumDbClient,
    shown: &[u8],
) -> Result<(), SumDbFault> {
    let settings = database_settings(ctx, source.upstreams.cache())
        .ok()
        .flatten();
    let (Some(settings), Ok(home)) = (settings, temporary_home()) else {
        return Ok(());
    };
    let kept = client.kept_note()?;
    let shown = client.read_head(shown)?;
    let other = SumDbClient::apart(ctx.http.clone(), settings, &shown, home.path())?;
    other.check_head(&kept).await?;
    Ok(())
}

fn is_fork(fault: &SumDbFault) -> bool {
    matches!(fault, SumDbFault::Check { fault, .. } if fault.fork().is_some())
}

/// Compares the latest tree head with that which another way to the same database shows.
pub(super) async fn second_opinion(
    ctx: &Context,
    source: &Source<'_>,
    url: &str,
    faults: &mut Faults<'_>,
    report: &mut Report,
) -> Result<(), Failure> {
    let settings = database_settings(ctx, source.upstreams.cache())?;
    let (Some(client), Some(settings)) = (source.database(), settings) else {
        return Ok(());
    };
    ProxyUrl::parse(url).map_err(|error| Failure::usage(format!("--second-opinion: {error}")))?;
    let shown_url = redacted::text(url);
    let ours = match client.latest() {
        Ok(head) => head,
        Err(fault) => {
            faults.add_head(client.name(), fault);
            return Ok(());
        }
    };
    let home = temporary_home()?;
    // A module proxy has the database below it; otherwise it is the database.
    let below = format!("{}/sumdb/{}", url.trim_end_matches('/'), client.name());
    let mut answer = None;
    for address in [below, url.to_owned()] {
        let mut settings = settings.clone();
        settings.database.url = Some(address);
        let other = SumDbClient::apart(ctx.http.clone(), settings, &ours, home.path());
        let other = match other {
            Ok(other) => other,
            Err(fault) => {
                answer = Some(Err(fault));
                break;
            }
        };
        let shown = other.fetch_head().await;
        let is_other_place =
            matches!(&shown, Err(SumDbFault::Remote { fault, .. }) if fault.is_not_found());
        answer = Some(shown.map(|note| (other, note)));
        if !is_other_place {
            break;
        }
    }
    let (other, note) = match answer {
        Some(Ok(answer)) => answer,
        Some(Err(fault)) => {
            let finding = Finding::new(&rules::NO_SECOND_OPINION, &shown_url, fault.to_string());
            report.findings.push(finding);
            return Ok(());
        }
        None => return Ok(()),
    };
    // The larger tree has to contain the smaller one, so the tiles come from whoever showed the larger one.
    let compared = match other.read_head(&note) {
        Ok(theirs) if theirs.tree.size <= ours.tree.size => client.check_head(&note).await,
        Ok(_) => other.check_head(&note).await,
        Err(fault) => Err(fault),
    };
    match compared {
        Ok(seen) => report.notes.push(format!(
            "{shown_url} shows the same history: {} records there, {} here",
            seen.shown.tree.size, ours.tree.size
        )),
        Err(fault @ SumDbFault::Check { .. }) => faults.add_head(&shown_url, fault),
        Err(fault) => {
            let finding = Finding::new(&rules::NO_SECOND_OPINION, &shown_url, fault.to_string());
            report.findings.push(finding);
        }
    }
    Ok(())
}
