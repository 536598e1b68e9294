//! Why a package or a module is needed, as `go mod why` tells it.
//!
//! See <https://go.dev/ref/mod#go-mod-why>.

use std::collections::{BTreeMap, HashMap};

use super::context::Context;
use super::failure::Failure;
use super::load::{self, LoadError, LoadOptions, Purpose};
use super::main_modules::is_toolchain;
use super::packages::answers::Answers;
use super::packages::load::{Request, load_from, start};
use super::packages::resolve::State;
use super::packages::trees::Trees;
use super::session::Session;
use crate::domain::gosource::Tags;
use crate::domain::module::pattern::PathPattern;
use crate::domain::module::{ModulePath, ModuleVersion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::roots::Requirements;
use crate::domain::packages::{PackageId, Packages, Provider, pack};

/// What to explain.
#[derive(Clone, Debug)]
pub struct Options {
    /// How modules are loaded.
    pub load: LoadOptions,
    /// What is asked about.
    pub subject: Subject,
    /// Whether tests of dependencies count.
    pub tests: Tests,
    /// How many chains are wanted of each.
    pub chains: Chains,
}

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Packages: paths and patterns; without any, the one in the working directory.
    Packages(Vec<String>),
    /// Modules: paths and patterns; without any, the main modules.
    Modules(Vec<String>),
}

/// Which tests count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tests {
    /// Those of the main modules and of all that they need.
    OfAll,
    /// Those of the main modules alone: what `go mod vendor` copies.
    OfMain,
}

/// How many chains are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chains {
    /// The one that the go command shows.
    First,
    /// Every shortest one, up to a number for each package or module.
    Shortest(usize),
}

/// Why each is needed, in the order of the arguments.
#[derive(Debug)]
pub struct Report {
    /// The answers.
    pub answers: Vec<Answer>,
    /// Whether the answers are about modules.
    pub is_about_modules: bool,
    /// Whether only what `go mod vendor` copies counts.
    pub is_about_vendor: bool,
}

/// Why one package or module is needed.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its path.
    pub path: String,
    /// Chains from the main modules; none where nothing needs it.
    pub chains: Vec<Vec<Link>>,
    /// Whether there are more shortest chains than these.
    pub has_more: bool,
}

/// One package of a chain; each needs the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The import path.
    pub path: String,
    /// Whether these are the tests of that package.
    pub is_test: bool,
    /// The module with the package; none for the standard library and where no module has it.
    pub module: Option<ModuleVersion>,
}

impl Report {
    /// Reports whether everything that was asked about is needed.
    pub fn all_needed(&self) -> bool {
        self.answers.iter().all(|answer| !answer.chains.is_empty())
    }
}

/// Explains packages or modules.
pub async fn run(ctx: &Context, options: &Options) -> Result<Report, Failure> {
    if let Subject::Modules(modules) = &options.subject {
        check_modules(modules)?;
    }
    let (session, requirements) = Box::pin(load::load(ctx, Purpose::Graph, &options.load)).await?;
    let why = Why {
        session: &session,
        options,
        trees: Trees::new(&session, Tags::Any),
    };
    let answers = match &options.subject {
        Subject::Modules(modules) => why.modules(requirements, modules).await?,
        Subject::Packages(patterns) => why.packages(requirements, patterns).await?,
    };
    Ok(Report {
        answers,
        is_about_modules: matches!(options.subject, Subject::Modules(_)),
        is_about_vendor: options.tests == Tests::OfMain,
    })
}

fn check_modules(modules: &[String]) -> Result<(), Failure> {
    for module in modules {
        let problem = if module.contains('@') {
            format!("{module}: a module path is wanted, not a version query")
        } else if module.contains('\\') {
            "module paths never use backslash".to_owned()
        } else if module == "."
            || module == ".."
            || module.starts_with("./")
            || module.starts_with("../")
        {
            format!("cannot use relative path {module} to specify module")
        } else {
            continue;
        };
        return Err(Failure::usage(problem));
    }
    Ok(())
}

struct Why<'w, 'a> {
    session: &'w Session<'a>,
    options: &'w Options,
    trees: Trees<'w, 'a>,
}

impl Why<'_, '_> {
    async fn modules(
        &self,
        requirements: Requirements,
        names: &[String],
    ) -> Result<Vec<Answer>, LoadError> {
        let (state, modules) = self.listed(requirements, names).await?;
        let all = self.all(state).await?;
        let packages = &all.packages;
        let nearest = nearest(self.session, packages);
        let answer = |path: ModulePath| {
            let found = nearest.get(&path).map_or(&[][..], Vec::as_slice);
            self.answer(packages, path.to_string(), found)
        };
        let answers = modules.into_iter().map(answer).collect();
        all.believe(answers)
    }

    /// Returns the modules that are asked about. The graph of all modules is loaded where the roots do not tell.
    async fn listed(
        &self,
        requirements: Requirements,
        names: &[String],
    ) -> Result<(State, Vec<ModulePath>), LoadError> {
        let mains = &self.session.mains;
        if names.is_empty() {
            let modules = mains.modules.iter().map(|main| main.module.path.clone());
            let modules = modules.collect();
            return Ok((start(self.session, requirements).await?, modules));
        }
        let is_pattern = |name: &String| name == "all" || name.contains("...");
        let is_root = |name: &String| {
            let path = ModulePath::new(name.as_str());
            mains.contains(&path) || requirements.version(&path).is_some()
        };
        let needs_graph = requirements.pruning == Pruning::Unpruned
            || names.iter().any(|name| is_pattern(name) || !is_root(name));
        let state = if needs_graph {
            let (requirements, graph) = self.session.expand(requirements).await?;
            State::with_graph(requirements, graph)
        } else {
            start(self.session, requirements).await?
        };
        let mut seen = std::collections::HashSet::new();
        let mut modules = Vec::new();
        for name in names {
            if !is_pattern(name) {
                modules.push(ModulePath::new(name.as_str()));
                continue;
            }
            let pattern = PathPattern::new(name);
            let list = state.graph_or_fail(self.session).await?.graph.build_list();
            let found = list.into_iter().map(|module| module.path);
            let found = found.filter(|path| !is_toolchain(path) && pattern.matches(path.as_str()));
            let known = modules.len();
            modules.extend(found.filter(|path| seen.insert(path.clone())));
            if modules.len() == known {
                let text = format!("pattern {name:?} matched no module dependencies");
                self.session.ctx.warn(&text);
            }
        }
        Ok((state, modules))
    }

    async fn packages(
        &self,
        requirements: Requirements,
        patterns: &[String],
    ) -> Result<Vec<Answer>, LoadError> {
        let state = start(self.session, requirements).await?;
        // What the patterns stand for may depend on modules that they bring in themselves.
        let named = load_from(self.session, &self.trees, state, &self.request(patterns)).await?;
        let all = self.all(named.state).await?;
        let packages = &all.packages;
        let mut answers = Vec::new();
        for found in named.matches {
            for error in &found.errors {
                self.session
                    .ctx
                    .warn(&format!("{}: {error}", found.pattern.as_str()));
            }
            if found.packages.is_empty() && found.errors.is_empty() {
                let text = format!("{:?} matched no packages", found.pattern.as_str());
                self.session.ctx.warn(&text);
            }
            for path in found.packages {
                let id = packages.find(&path);
                answers.push(self.answer(packages, path, id.as_slice()));
            }
        }
        all.believe(answers)
    }

    /// Loads the packages of the main modules and all that they need; from the index, where that has them.
    async fn all(&self, state: State) -> Result<All, LoadError> {
        let tests = match self.options.tests {
            Tests::OfAll => "tests of all",
            Tests::OfMain => "tests of the main modules",
        };
        let about = ["why", tests];
        let answers = Answers::ask(&self.trees, &self.options.load, &state.requirements, &about);
        let mains = self.session.mains.modules.len();
        let found = answers.as_ref();
        if let Some(packages) = found.and_then(|found| found.find(|from| pack::read(from, mains))) {
            let doubt = None;
            return Ok(All { packages, doubt });
        }
        let request = self.request(&["all".to_owned()]);
        let loaded = load_from(self.session, &self.trees, state, &request).await?;
        loaded.check_integrity()?;
        let doubt = loaded.check_complete().err();
        let packages = loaded.packages;
        if let Some(answers) = answers {
            answers.keep(&loaded.errors, |entry| {
                pack::write(entry, &packages);
                Some(())
            });
        }
        Ok(All { packages, doubt })
    }

    fn request(&self, patterns: &[String]) -> Request {
        Request {
            patterns: patterns.to_vec(),
            tests: self.options.tests == Tests::OfAll,
            vendor_all: self.options.tests == Tests::OfMain,
            find_missing: false,
            roots_imported: false,
            tags: Tags::Any,
            build: super::packages::build_tags(self.session.ctx, None),
        }
    }

    /// Explains one package, or a module by those of its packages that have the shortest chains, sorted by path.
    fn answer(&self, packages: &Packages, path: String, ids: &[PackageId]) -> Answer {
        let link = |&id: &PackageId| Link {
            path: packages.path(id).to_string(),
            is_test: packages.is_test(id),
            module: match packages.provider(id) {
                Provider::Module(module) => Some(module.clone()),
                Provider::Main(position) => {
                    Some(self.session.mains.modules[*position].module.clone())
                }
                Provider::Standard | Provider::Nobody => None,
            },
        };
        let mut chains: Vec<Vec<PackageId>> = Vec::new();
        let mut has_more = false;
        match self.options.chains {
            Chains::First => chains.extend(ids.first().map(|&id| packages.chain(id))),
            Chains::Shortest(most) => {
                for &id in ids {
                    let room = most.saturating_sub(chains.len());
                    let (found, more) = packages.shortest_chains(id, room);
                    chains.extend(found);
                    has_more |= more;
                }
            }
        }
        Answer {
            path,
            chains: chains
                .iter()
                .map(|chain| chain.iter().map(link).collect())
                .collect(),
            has_more,
        }
    }
}

/// The packages of the main modules and all that they need.
struct All {
    packages: Packages,
    /// Why it cannot be said that something is not needed: not all that may need it could be looked at.
    doubt: Option<LoadError>,
}

impl All {
    /// Refuses to say that something is not needed where that is not sure. Go says so in any case.
    fn believe(self, answers: Vec<Answer>) -> Result<Vec<Answer>, LoadError> {
        match self.doubt {
            Some(doubt) if answers.iter().any(|answer| answer.chains.is_empty()) => Err(doubt),
            _ => Ok(answers),
        }
    }
}

/// Returns, for each module, its packages with the shortest chains, sorted by path.
fn nearest(session: &Session<'_>, packages: &Packages) -> HashMap<ModulePath, Vec<PackageId>> {
    let mut by_path: BTreeMap<&str, PackageId> = BTreeMap::new();
    for &id in packages.order() {
        if !packages.is_test(id) {
            by_path.insert(packages.path(id), id);
        }
    }
    let mut nearest: HashMap<ModulePath, (u32, Vec<PackageId>)> = HashMap::new();
    for &id in by_path.values() {
        let path = match packages.provider(id) {
            Provider::Module(module) => module.path.clone(),
            Provider::Main(position) => session.mains.modules[*position].module.path.clone(),
            Provider::Standard | Provider::Nobody => continue,
        };
        let depth = packages.depth(id);
        let (best, ids) = nearest.entry(path).or_insert((depth, Vec::new()));
        if depth < *best {
            *best = depth;
            ids.clear();
        }
        if depth == *best {
            ids.push(id);
        }
    }
    nearest
        .into_iter()
        .map(|(path, (_, ids))| (path, ids))
        .collect()
}
