//! go.sum against itself and the build list: what Go would refuse, ignore, miss and drop.
//!
//! Three things are asked of each line: can it be read, does it agree with every other thing that is known of the same
//! module version (other lines, the module cache), and does the module graph need it. Which packages are imported is not
//! known here, so every module of the build list may have a line for its zip.
//! See <https://go.dev/ref/mod#go-sum-files>.

pub(super) mod files;
mod fix;
mod need;
mod rules;

pub use rules::RULES;

use std::collections::{BTreeMap, BTreeSet};

use self::files::SumFile;
use self::need::{Demand, Needs};
use super::report::{Finding, Level, Part, Place, Report, SumLine};
use crate::domain::gosum::SumKind;
use crate::domain::gosum::lines::{HashForm, SumKey};
use crate::domain::module::ModulePath;
use crate::domain::mvs::graph::{Graph, NodeId};
use crate::domain::mvs::roots::Requirements;
use crate::ops::context::Context;
use crate::ops::failure::Failure;
use crate::ops::load::{self, LoadError, LoadOptions, Mode, Purpose};
use crate::ops::main_modules::{MainModules, replacements};
use crate::ops::session::Session;
use crate::ops::source::{ModuleError, Reason, Source};

/// What to check.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Whether go.sum is to be written.
    pub fix: Fix,
}

/// Whether go.sum is to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fix {
    /// Nothing is written.
    #[default]
    No,
    /// The lines that Go would write, each verified first.
    Yes,
}

/// Checks the go.sum files of the module or workspace at hand.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (mains, _, source) = Box::pin(load::find(ctx, Purpose::Graph, &options.load)).await?;
    let files = files::read(ctx, &mains)?;
    let mut report = Report::new(Part::Sum);
    files::check_form(&files, &mut report.findings);
    let wrong = files::check_cache(source.upstreams.cache(), &files, &mut report.findings);
    let graphs = Box::pin(graphs(ctx, mains, source, &files, &wrong, &mut report)).await?;
    for file in &files {
        report.count(Part::Sum, file.lines.len(), file.bytes);
    }
    judge(&files, &graphs, &mut report);
    if options.fix == Fix::Yes {
        Box::pin(fix::write(ctx, &files, &graphs, &mut report)).await?;
    }
    Ok(report)
}

/// What the module graphs at hand need.
struct Graphs {
    /// The graph in use: that of the workspace, or of the one module.
    main: Needs,
    /// What each file may have besides: the graph of its own module in a workspace, or the one that older Go loads.
    others: Vec<Option<Needs>>,
    /// Whether there is a go.work.
    is_workspace: bool,
}

impl Graphs {
    /// Returns why the file with this position should have a line.
    fn why(&self, file: usize, key: &SumKey) -> Vec<String> {
        let other = self.others.get(file).and_then(Option::as_ref);
        let needs = [Some(&self.main), other];
        let why = needs
            .into_iter()
            .flatten()
            .filter_map(|needs| needs.get(key));
        why.flat_map(|need| need.why.iter().cloned()).collect()
    }

    /// Reports whether it is known what the file with this position should have.
    fn is_complete(&self, file: usize) -> bool {
        let other = self.others.get(file).and_then(Option::as_ref);
        self.main.is_complete && other.is_none_or(|needs| needs.is_complete)
    }
}

/// Loads the graphs; what cannot be loaded becomes a finding.
async fn graphs<'a>(
    ctx: &'a Context,
    mains: MainModules,
    source: Source<'a>,
    files: &[SumFile],
    wrong: &BTreeSet<SumKey>,
    report: &mut Report,
) -> Result<Graphs, Failure> {
    let sums = files::trusted(files, wrong);
    source.use_sums(sums.clone());
    let is_workspace = mains.work.is_some();
    let name = if is_workspace {
        "the workspace".to_owned()
    } else {
        mains
            .modules
            .first()
            .map_or_else(String::new, |main| main.module.path.to_string())
    };
    let (session, requirements) =
        load::start(ctx, Purpose::Graph, mains, Mode::Mod, source).await?;
    let main = needs(&session, &requirements, &name, &mut report.findings).await?;
    let mut graphs = Graphs {
        main,
        others: Vec::new(),
        is_workspace,
    };
    if !is_workspace {
        graphs
            .others
            .push(need::of_go_1_16(&session, &requirements, &name).await);
        return Ok(graphs);
    }
    graphs.others.push(None);
    for main in session.mains.modules {
        let name = main.module.path.to_string();
        let modules = vec![main];
        let mains = MainModules {
            replacements: replacements(&modules, None).map_err(LoadError::from)?,
            modules,
            work: None,
        };
        let source = Source::new(ctx)?;
        source.use_sums(sums.clone());
        // What is wrong with a member alone does not concern the workspace.
        let mut ignored = Vec::new();
        let loaded = load::start(ctx, Purpose::Graph, mains, Mode::Mod, source).await;
        let own = match loaded {
            Ok((session, requirements)) => needs(&session, &requirements, &name, &mut ignored)
                .await
                .ok(),
            Err(_) => None,
        };
        graphs.others.push(Some(own.unwrap_or_default()));
    }
    Ok(graphs)
}

/// Loads one graph and says what it needs.
async fn needs(
    session: &Session<'_>,
    requirements: &Requirements,
    name: &str,
    findings: &mut Vec<Finding>,
) -> Result<Needs, LoadError> {
    let loaded = session.graph(requirements).await;
    if loaded.failed.is_empty() {
        let (requirements, graph) = session.expand(requirements.clone()).await?;
        return Ok(need::gather(session, &requirements, &graph, name));
    }
    let mut failed: Vec<(NodeId, &ModuleError)> = loaded
        .failed
        .iter()
        .map(|(&node, error)| (node, error))
        .collect();
    failed.sort_by_key(|(node, _)| *node);
    findings.extend(
        failed
            .iter()
            .map(|(node, error)| unreadable(&loaded.graph, *node, error)),
    );
    let mut needs = need::gather(session, requirements, &loaded.graph, name);
    needs.is_complete = false;
    Ok(needs)
}

/// Describes a go.mod that the graph cannot do without.
fn unreadable(graph: &Graph, node: NodeId, error: &ModuleError) -> Finding {
    let subject = format!("{}/go.mod", graph.module(node));
    let rule = if error.is_integrity() {
        &rules::GO_MOD_MISMATCH
    } else {
        &rules::GRAPH_INCOMPLETE
    };
    let message = error.reason.without_module();
    let finding = Finding::new(rule, subject, message.replace("\n\t", "; "));
    match &*error.reason {
        Reason::SumMismatch { got, want, .. } | Reason::DatabaseMismatch { got, want, .. } => {
            finding
                .differs(want, got)
                .fix("do not use these bytes; `modsmith verify explain` says who differs")
        }
        _ if error.is_offline() => finding.fix("run it once without `--offline`"),
        _ => finding,
    }
}

/// Compares the lines with what the graphs need.
fn judge(files: &[SumFile], graphs: &Graphs, report: &mut Report) {
    let mut present: BTreeMap<&SumKey, bool> = BTreeMap::new();
    for (position, file) in files.iter().enumerate() {
        for (line, sum) in file.sums() {
            *present.entry(&sum.key).or_default() |= sum.form() == HashForm::Known;
            let why = graphs.why(position, &sum.key);
            if why.is_empty() && graphs.is_complete(position) && sum.form() != HashForm::Empty {
                let message = superfluous(&graphs.main, &sum.key);
                let place = Place::line(&file.name, line.number, &line.text);
                report.findings.push(
                    Finding::new(&rules::SUPERFLUOUS, sum.key.to_string(), message)
                        .at(place)
                        .fix("`modsmith verify sum --fix` or `go mod tidy` drops it"),
                );
            }
            report.lines.push(SumLine {
                file: file.name.clone(),
                line: line.number,
                path: sum.key.path.clone(),
                version: sum.key.written_version(),
                needed: why,
            });
        }
    }
    let file = files.first().map_or("go.sum", |file| file.name.as_str());
    for (key, need) in graphs.main.iter() {
        // An impossible hash is a finding of its own; the line is there.
        if present.contains_key(key) && present[key] {
            continue;
        }
        if let Some(finding) = missing(key, need, file, present.contains_key(key)) {
            report.findings.push(finding);
        }
    }
}

fn missing(key: &SumKey, need: &need::Need, file: &str, is_unusable: bool) -> Option<Finding> {
    let rule = match (need.demand, key.kind) {
        (Demand::Must, SumKind::GoMod) => &rules::MISSING_GO_MOD,
        (Demand::Must, SumKind::Module) => &rules::MISSING_MODULE,
        (Demand::Perhaps, _) => &rules::MISSING_INDIRECT,
        (Demand::May, _) => return None,
    };
    let why = need.why.join("; ");
    let message = if is_unusable {
        format!("no line has a hash that can be checked ({why})")
    } else {
        format!("there is no line ({why})")
    };
    let fix = match key.kind {
        SumKind::GoMod => "`modsmith verify sum --fix` writes it".to_owned(),
        SumKind::Module => {
            format!(
                "`modsmith verify sum --fix` writes it, or `go mod download {}`",
                key.path
            )
        }
    };
    Some(
        Finding::new(rule, key.to_string(), message)
            .at(Place::file(file))
            .fix(fix),
    )
}

fn superfluous(needs: &Needs, key: &SumKey) -> String {
    match needs.selected(&ModulePath::new(key.path.as_str())) {
        Some(version) if version.as_str() == key.version => match key.kind {
            SumKind::GoMod => "the module is replaced or pruned out".to_owned(),
            SumKind::Module => "the module is replaced".to_owned(),
        },
        Some(version) if version.is_empty() => {
            "nothing needs the line; the path is that of the main module".to_owned()
        }
        Some(version) => format!("nothing needs the line; {version} is selected"),
        None => "nothing needs the line; the module is not in the graph".to_owned(),
    }
}

/// Reports whether a finding forbids to write the file.
fn is_integrity(finding: &Finding) -> bool {
    finding.rule.level == Level::Integrity
}
