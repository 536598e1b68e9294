//! Which modules are downloaded.

use super::{Download, Trouble};
use crate::domain::module::goversion;
use crate::domain::mvs::graph::Graph;
use crate::domain::mvs::roots::Requirements;
use crate::ops::failure::{Failure, FailureKind};
use crate::ops::list::{ModuleInfo, matches};
use crate::ops::load::{LoadError, Mode};
use crate::ops::packages::resolve::State;
use crate::ops::session::Session;

/// The Go version from which on go.mod lists every module that a build needs.
const ALL_LISTED: &str = "1.17";

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The modules; nothing of them is there yet.
    pub(super) modules: Vec<Download>,
    /// The requirements, as the search needed them.
    /// The requirements, with their graph where the search needed it.
    pub(super) state: Option<State>,
    /// What ended the search early.
    pub(super) failure: Option<LoadError>,
}

/// Finds the modules that arguments mean; without any, those that the main modules need.
pub(super) async fn find(
    session: &Session<'_>,
    requirements: Requirements,
    args: &[String],
) -> Result<Found, Failure> {
    let (requirements, loaded, args) = if args.is_empty() {
        needed(session, requirements).await?
    } else {
        skip_mains(session, args);
        (requirements, None, args.to_vec())
    };
    if args.is_empty() {
        if session.mains.modules.is_empty() {
            return Err(Failure::usage("no modules specified")
                .hint("name modules as MODULE@VERSION, or run it in a module"));
        }
        session.ctx.warn("no module dependencies to download");
        return Ok(Found::default());
    }
    let found = matches::find(session, requirements, &args).await?;
    let state = match found.graph.or(loaded) {
        Some(graph) => State::with_graph(found.requirements, graph),
        None => State::new(found.requirements),
    };
    Ok(Found {
        modules: found.modules.into_iter().filter_map(download).collect(),
        state: Some(state).filter(|_| found.failure.is_none()),
        failure: found.failure,
    })
}

/// Requirements, their graph if it was loaded, and the modules that are wanted.
type Needed = (Requirements, Option<Graph>, Vec<String>);

/// Returns what is downloaded where nobody says: what go.mod lists, or the whole build list.
async fn needed(session: &Session<'_>, requirements: Requirements) -> Result<Needed, LoadError> {
    let all = || vec!["all".to_owned()];
    if session.mains.work.is_some() {
        return Ok((requirements, None, all()));
    }
    let Some(main) = session.mains.modules.first() else {
        return Ok((requirements, None, Vec::new()));
    };
    // A `go` line that is missing is about to be written.
    let has_go = main.file.go.is_some() || session.mode != Mode::Mod;
    let lists_all = goversion::compare(main.go_version(), ALL_LISTED).is_ge();
    if has_go && !lists_all {
        let is_bare = main.file.require.is_empty();
        let args = if is_bare { Vec::new() } else { all() };
        return Ok((requirements, None, args));
    }
    // The whole graph is loaded nevertheless: whoever downloads wants `graph` to work afterwards.
    let (requirements, graph) = session.expand(requirements).await?;
    let listed = main.file.require.iter();
    let listed = listed.map(|line| line.module.path.to_string()).collect();
    Ok((requirements, Some(graph), listed))
}

fn skip_mains(session: &Session<'_>, args: &[String]) {
    for main in &session.mains.modules {
        let path = main.module.path.as_str();
        for arg in args {
            let rest = arg.strip_prefix(path);
            if matches!(rest, Some("" | "@upgrade" | "@patch")) {
                session.ctx.warn(&format!(
                    "skipping download of {arg} that resolves to the main module"
                ));
            }
        }
    }
}

/// Returns what is downloaded for a module: its replacement, and nothing for a directory.
fn download(info: ModuleInfo) -> Option<Download> {
    let info = match info.replace {
        Some(replace) => *replace,
        None => info,
    };
    if info.version.is_empty() && info.error.is_none() {
        return None;
    }
    Some(Download {
        path: info.path,
        version: info.version,
        query: info.query,
        error: info.error.map(|text| Trouble {
            text,
            kind: FailureKind::Input,
            hints: Vec::new(),
            contradicts_sums: false,
        }),
        origin: info.origin,
        ..Download::default()
    })
}
