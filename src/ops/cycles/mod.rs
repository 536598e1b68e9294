//! Cycles: strongly connected components of the module requirement graph, on paths and on versions, or of the imports
//! between main modules.
//!
//! Go allows modules that require each other, as long as packages do not. Such modules cannot leave an old version of
//! each other behind: every release of one brings in the others, at whatever versions they had then.

mod imports;
mod modules;
pub mod rules;

use super::context::Context;
use super::failure::Failure;
use super::load::LoadOptions;
use super::places::Edge;
use super::verify::report::{Finding, Place};
use crate::domain::waiver::Waiver;

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// Imports between main modules instead of requirements between modules.
    pub packages: bool,
    /// Components that are allowed.
    pub allowed: Vec<Waiver>,
    /// The day, as `2027-01-31`.
    pub today: String,
}

/// The cycles.
#[derive(Debug, Default)]
pub struct Report {
    /// Components of more than one module.
    pub components: Vec<Component>,
    /// How many modules and how many versions were looked at.
    pub modules: usize,
    /// See [`Report::modules`]; zero where versions do not matter.
    pub versions: usize,
    /// Exceptions that no component needs, or that have ended.
    pub waivers: Vec<WaiverFault>,
}

/// Modules each of which leads to every other.
#[derive(Debug, Default)]
pub struct Component {
    /// Their paths, sorted.
    pub modules: Vec<String>,
    /// A shortest cycle: each edge leads to where the next one begins.
    pub cycle: Vec<Edge>,
    /// A chain from a main module that leads in; empty where the component has a main module.
    pub entry: Vec<Edge>,
    /// The cycles among its versions: each needs no other version of a module to come back to itself.
    pub versions: Vec<Versions>,
    /// The exception that lets it pass.
    pub allowed: Option<Waiver>,
}

/// Module versions each of which leads to every other.
#[derive(Debug, Default)]
pub struct Versions {
    /// How many they are.
    pub len: usize,
    /// A shortest cycle.
    pub cycle: Vec<Edge>,
}

/// What is wrong with an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverFault {
    /// The exception.
    pub waiver: Waiver,
    /// Whether it ended; otherwise nothing needs it.
    pub is_expired: bool,
}

impl Report {
    /// Reports whether every component is allowed.
    pub fn is_allowed(&self) -> bool {
        self.components
            .iter()
            .all(|component| component.allowed.is_some())
    }

    /// Returns what is wrong as findings: components that are not allowed, and exceptions to look after.
    pub fn findings(&self, about: &Options) -> Vec<Finding> {
        let rule = if about.packages {
            &rules::IMPORT_CYCLE
        } else {
            &rules::MODULE_CYCLE
        };
        let components = self
            .components
            .iter()
            .filter(|component| component.allowed.is_none());
        let mut findings: Vec<_> = components
            .map(|component| finding(rule, component))
            .collect();
        for fault in &self.waivers {
            let rule = if fault.is_expired {
                &rules::EXPIRED
            } else {
                &rules::UNUSED
            };
            let waiver = &fault.waiver;
            let message = if fault.is_expired {
                format!(
                    "the exception for {} ended on {}: {}",
                    waiver.modules.join(", "),
                    waiver.expires,
                    waiver.reason
                )
            } else {
                format!(
                    "no cycle needs the exception for {}",
                    waiver.modules.join(", ")
                )
            };
            let place = Place::line(&waiver.file, waiver.line, "[[cycles.allow]]");
            let fix = if fault.is_expired {
                "break the cycle, or set another day"
            } else {
                "remove the entry"
            };
            findings.push(
                Finding::new(rule, "modsmith.toml", message)
                    .at(place)
                    .fix(fix),
            );
        }
        findings
    }
}

fn finding(rule: &'static super::verify::report::Rule, component: &Component) -> Finding {
    let names = match component.modules.as_slice() {
        [first, second] => format!("{first} and {second}"),
        [first, rest @ ..] => format!("{first} and {} others", rest.len()),
        [] => String::new(),
    };
    let steps: Vec<_> = component
        .cycle
        .iter()
        .map(|edge| edge.from.to_string())
        .collect();
    let back = component
        .cycle
        .first()
        .map(|edge| edge.from.path.to_string());
    let message = format!(
        "{} modules require each other: {}",
        component.modules.len(),
        steps
            .into_iter()
            .chain(back)
            .collect::<Vec<_>>()
            .join(" -> ")
    );
    let mut finding = Finding::new(rule, names, message);
    // Code scanning shows files of the repository: a line of another module's go.mod is only named.
    let is_here = |edge: &&Edge| edge.from.version.is_empty();
    let edge = component.cycle.iter().chain(&component.entry).find(is_here);
    if let Some(line) = edge.and_then(|edge| edge.line.as_ref()) {
        finding = finding.at(Place::line(&line.file, line.line, &line.text));
    }
    let evidence = component.cycle.iter().filter_map(|edge| {
        let line = edge.line.as_ref()?;
        Some(format!("{}:{}: {}", line.file, line.line, line.text))
    });
    finding.evidence = evidence.collect();
    finding.fix("remove one of these requirements, or allow the cycle in modsmith.toml with a reason and a day")
}

/// Finds the cycles.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    let mut report = if options.packages {
        imports::find(ctx, &options.load).await?
    } else {
        modules::find(ctx, &options.load).await?
    };
    let mut is_used = vec![false; options.allowed.len()];
    for component in &mut report.components {
        let names = || component.modules.iter().map(String::as_str);
        let covers = |waiver: &Waiver| !waiver.is_expired(&options.today) && waiver.covers(names());
        // A component that an expired exception covers is what that exception is still about.
        for (waiver, is_used) in options.allowed.iter().zip(&mut is_used) {
            *is_used |= waiver.covers(names());
        }
        component.allowed = options
            .allowed
            .iter()
            .find(|waiver| covers(waiver))
            .cloned();
    }
    for (waiver, is_used) in options.allowed.iter().zip(is_used) {
        let is_expired = waiver.is_expired(&options.today);
        // What is allowed for imports need not be one for requirements: each run sees one half.
        if is_expired || (!is_used && !options.packages) {
            report.waivers.push(WaiverFault {
                waiver: waiver.clone(),
                is_expired,
            });
        }
    }
    Ok(report)
}
