//! What `go list -m all` made of go.mod and go.sum, or of go.work.sum.

use std::fmt::Write as _;

use modsmith::ops::commit::{self, plan};
use modsmith::ops::failure::Failure;
use modsmith::ops::load::{LoadOptions, Purpose, load};
use modsmith::ops::packages::resolve::State;
use rayon::prelude::*;

use super::cases::{Case, Sandbox, cases};
use super::support::Tally;
use crate::support::context::block_on;

#[test]
fn files_become_what_go_makes_of_them() {
    let mut tally = Tally::new("commit");
    let cases = cases();
    let answers: Vec<_> = cases.par_iter().filter_map(replay).collect();
    for (name, got, want) in answers {
        match got {
            Some(got) => tally.check(name, &got, &want),
            None => tally.leave_out("the build list is an error"),
        }
    }
    tally.finish();
}

fn replay(case: &Case) -> Option<(&str, Option<String>, String)> {
    let command = case.json["commands"].get("buildlist")?;
    let want = wanted(case, command["changed"].as_str());
    if command["exit"].as_i64() != Some(0) {
        return Some((&case.name, None, want));
    }
    let sandbox = Sandbox::new(case, false);
    let got = block_on(planned(&sandbox)).unwrap_or_else(|failure| format!("error: {failure}"));
    Some((&case.name, Some(got), want))
}

async fn planned(sandbox: &Sandbox) -> Result<String, Failure> {
    let ctx = sandbox.context();
    let (session, requirements) =
        Box::pin(load(&ctx, Purpose::List, &LoadOptions::default())).await?;
    let (requirements, graph) = session.expand(requirements).await?;
    // The list tells the Go version of each module, and so reads its go.mod.
    for module in graph.build_list() {
        if let Ok(actual) = session.actual(&module)
            && !actual.version.is_empty()
            && !matches!(actual.path.as_str(), "go" | "toolchain")
        {
            drop(session.source.summary(&actual).await);
        }
    }
    let state = State::with_graph(requirements, graph);
    let changes = plan(&session, &state, None, &commit::Options::default()).await?;
    let mut text = String::new();
    for file in &changes.files {
        let name = file.path.file_name().unwrap().to_str().unwrap();
        let after = String::from_utf8_lossy(&file.after);
        writeln!(text, "-- {name} --\n{after}").unwrap();
    }
    Ok(text)
}

fn wanted(case: &Case, folder: Option<&str>) -> String {
    let mut text = String::new();
    if let Some(folder) = folder {
        let folder = folder.strip_prefix("more.txtar:").unwrap();
        let mut files: Vec<_> = case.more().iter().collect();
        files.retain(|(name, _)| name.starts_with(folder));
        files.sort_by_key(|(name, _)| name.strip_suffix(".sum").is_none());
        for (name, after) in files {
            let name = name.rsplit('/').next().unwrap();
            let after = String::from_utf8_lossy(after);
            writeln!(text, "-- {name} --\n{after}").unwrap();
        }
    }
    text
}
