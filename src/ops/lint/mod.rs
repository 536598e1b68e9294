//! Mistakes of meaning in go.mod: what is allowed, resolves, and yet is not what anybody wanted.
//!
//! Everything is judged by the build list and by files that are on disk: no finding rests on a guess, and a rule that
//! lacks a fact stays silent. With [`Options::online`] proxies are asked for the facts that only they have.

mod direct;
mod go_line;
mod online;
pub mod rules;
mod versions;

use std::cell::OnceCell;

use super::chains::{Chains, Direct};
use super::context::Context;
use super::failure::Failure;
use super::graph;
use super::load::LoadOptions;
use super::main_modules::MainModule;
use super::places::{Line, Places};
use super::session::Session;
use super::verify::report::{Finding, Level, Place, Rule};
use crate::domain::modfile::LineId;
use crate::domain::module::{ModulePath, ModuleVersion, NameMap};
use crate::domain::mvs::graph::Graph;
use crate::domain::waiver::Waiver;

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Whether proxies are asked for tags, retractions and deprecations.
    pub online: bool,
    /// Whether notes count as findings.
    pub notes: bool,
    /// Whether warnings decide the exit code, too.
    pub strict: bool,
    /// Findings that are allowed.
    pub allowed: Vec<Waiver>,
    /// The day, as `2027-01-31`.
    pub today: String,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
    /// How many modules were looked at.
    pub modules: usize,
    /// How many notes were left out.
    pub hidden_notes: usize,
    /// How many findings modsmith.toml allows.
    pub allowed: usize,
    /// What could not be looked at, and why.
    pub remarks: Vec<String>,
    is_strict: bool,
}

impl Report {
    /// Returns the exit code.
    pub fn exit_code(&self) -> u8 {
        let decides = |finding: &Finding| match finding.rule.level {
            Level::Integrity | Level::Problem => true,
            Level::Warning => self.is_strict,
            Level::Note => false,
        };
        u8::from(self.findings.iter().any(decides))
    }
}

/// Checks every rule.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let (session, graph) = Box::pin(graph::with_session(ctx, &options.load)).await?;
    let mut linter = Linter::new(&session, &graph, options);
    versions::check(&mut linter);
    go_line::check(&mut linter);
    direct::check(&mut linter);
    if options.online {
        Box::pin(online::check(&mut linter)).await;
    }
    Ok(linter.report(options))
}

/// A finding and what it is about.
struct Found {
    finding: Finding,
    /// Selected modules whose lines it is about, where it has no place yet: most findings are never shown.
    lines_of: Vec<ModuleVersion>,
    /// Modules of which any may be named in an exception.
    modules: Vec<String>,
}

/// One run of all rules.
struct Linter<'l, 'a> {
    session: &'l Session<'a>,
    graph: &'l Graph,
    places: Places<'l, 'a>,
    chains: OnceCell<Chains<'l>>,
    /// The selected versions, main modules and Go itself aside.
    list: Vec<ModuleVersion>,
    /// Where main modules require each path.
    lines: NameMap<&'l ModulePath, (&'l MainModule, LineId)>,
    found: Vec<Found>,
    /// Whether somebody looks at notes: the user, or an exception.
    tells_notes: bool,
    /// How many notes were not even noted.
    hidden_notes: usize,
    remarks: Vec<String>,
}

impl<'l, 'a> Linter<'l, 'a> {
    fn new(session: &'l Session<'a>, graph: &'l Graph, options: &Options) -> Self {
        let mut lines = NameMap::default();
        for main in &session.mains.modules {
            for require in &main.file.require {
                let line = (main, require.line);
                lines.entry(&require.module.path).or_insert(line);
            }
        }
        let mut list = graph.build_list();
        list.retain(|module| {
            !module.version.is_empty() && !super::main_modules::is_toolchain(&module.path)
        });
        Self {
            session,
            graph,
            places: Places::new(session),
            chains: OnceCell::new(),
            list,
            lines,
            found: Vec::new(),
            tells_notes: options.notes || !options.allowed.is_empty(),
            hidden_notes: 0,
            remarks: Vec::new(),
        }
    }

    /// Reports whether something stands for a module: then nothing that is known of its versions counts.
    fn is_replaced(&self, module: &ModuleVersion) -> bool {
        !matches!(self.session.mains.replacements.get(module), Ok(None))
    }

    /// Counts a finding that nobody would see; it need not be made then.
    fn hides(&mut self, rule: &Rule) -> bool {
        let hides = rule.level == Level::Note && !self.tells_notes;
        self.hidden_notes += usize::from(hides);
        hides
    }

    /// Notes a finding about a selected module.
    fn add(&mut self, rule: &'static Rule, module: &ModuleVersion, message: String, fix: String) {
        let finding = Finding::new(rule, module.to_string(), message).fix(fix);
        self.push_about(finding, vec![module.clone()]);
    }

    /// Notes a finding about selected modules, to be shown where the first of them is required that is somewhere.
    fn push_about(&mut self, finding: Finding, lines_of: Vec<ModuleVersion>) {
        let paths = lines_of.iter().map(|module| module.path.to_string());
        self.found.push(Found {
            modules: paths.collect(),
            finding,
            lines_of,
        });
    }

    fn push(&mut self, finding: Finding, modules: Vec<String>) {
        self.found.push(Found {
            finding,
            lines_of: Vec::new(),
            modules,
        });
    }

    /// Returns the line of a main module that requires a selected module, or else the requirement that selects it.
    fn line_of(&self, module: &ModuleVersion) -> Option<Line> {
        if let Some((main, line)) = self.lines.get(&module.path) {
            return Some(self.places.of_main(main, *line));
        }
        let chains = || Chains::new(self.graph, &Direct::new(&self.session.mains));
        let node = self.graph.node(module)?;
        let chain = self.chains.get_or_init(chains).modules(node);
        let [.., from, to] = chain.as_slice() else {
            return None;
        };
        self.places.edge(from, to).line
    }

    /// Takes out what is allowed, and what nobody asked for.
    fn report(mut self, options: &Options) -> Report {
        let mut report = Report {
            modules: self.list.len(),
            hidden_notes: self.hidden_notes,
            remarks: std::mem::take(&mut self.remarks),
            is_strict: options.strict,
            ..Report::default()
        };
        let mut is_used = vec![false; options.allowed.len()];
        for found in std::mem::take(&mut self.found) {
            let Found {
                mut finding,
                lines_of,
                modules,
            } = found;
            let names = |waiver: &Waiver| {
                waiver.rule == finding.rule.id
                    && modules.iter().any(|module| waiver.modules.contains(module))
            };
            let mut is_allowed = false;
            for (waiver, is_used) in options.allowed.iter().zip(&mut is_used) {
                if names(waiver) {
                    *is_used = true;
                    is_allowed |= !waiver.is_expired(&options.today);
                }
            }
            if is_allowed {
                report.allowed += 1;
            } else if finding.rule.level == Level::Note && !options.notes {
                report.hidden_notes += 1;
            } else {
                if let Some(line) = lines_of.iter().find_map(|module| self.line_of(module)) {
                    finding = finding.at(place(&line));
                }
                report.findings.push(finding);
            }
        }
        for (waiver, is_used) in options.allowed.iter().zip(is_used) {
            // Rules that only proxies can answer may have had no chance to need it.
            let is_checked = options.online || !rules::needs_network(&waiver.rule);
            report
                .findings
                .extend(look_after(waiver, is_used || !is_checked, &options.today));
        }
        report.findings.sort_by(|a, b| {
            let key =
                |finding: &Finding| (finding.rule.level, finding.rule.id, finding.subject.clone());
            key(a).cmp(&key(b))
        });
        report
    }
}

/// Says that an exception has ended, or that nothing needs it.
fn look_after(waiver: &Waiver, is_used: bool, today: &str) -> Option<Finding> {
    let names = waiver.modules.join(", ");
    let (rule, message, fix) = if waiver.is_expired(today) {
        let message = format!(
            "the exception from {} for {names} ended on {}: {}",
            waiver.rule, waiver.expires, waiver.reason
        );
        (&rules::EXPIRED, message, "mend it, or set another day")
    } else if is_used {
        return None;
    } else {
        let message = format!(
            "nothing needs the exception from {} for {names}",
            waiver.rule
        );
        (&rules::UNUSED, message, "remove the entry")
    };
    let place = Place::line(&waiver.file, waiver.line, "[[lint.allow]]");
    Some(
        Finding::new(rule, "modsmith.toml", message)
            .at(place)
            .fix(fix),
    )
}

fn place(line: &Line) -> Place {
    Place::line(&line.file, line.line, &line.text)
}
