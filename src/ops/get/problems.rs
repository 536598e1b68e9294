//! The last look: do all packages that were asked for have their imports, and is a module retracted or deprecated?
//!
//! In a workspace that has the main module, packages are loaded as the workspace sees them: the module may need what
//! only its neighbours have. See <https://go.dev/ref/mod#go-get>.

use std::collections::BTreeMap;
use std::path::PathBuf;

use futures_util::future::join_all;

use super::fault::of_module;
use super::resolver::Resolver;
use super::{Extent, GetError};
use crate::adapters::fs;
use crate::domain::gosum::SumKind;
use crate::domain::modfile::{GoMod, GoWork};
use crate::domain::module::message::short_message;
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::roots::Requirements;
use crate::domain::packages::import::in_module;
use crate::domain::packages::{ImportError, PackageId, Packages, Provider};
use crate::ops::commit::{self, Options as CommitOptions};
use crate::ops::failure::FailureKind;
use crate::ops::load::{self, LoadError, MAX_GO_MOD, Purpose, Start};
use crate::ops::packages::PackageError;
use crate::ops::packages::build_tags;
use crate::ops::packages::load::{Loaded, load_from, start};
use crate::ops::packages::stack::stack;
use crate::ops::packages::trees::Trees;
use crate::ops::query::{deprecation, retraction};
use crate::ops::session::Session;
use crate::ops::source::{ModuleError, Source};

/// The other modules of the workspace that the working directory is in.
#[derive(Clone, Debug)]
pub(super) struct Neighbours {
    /// go.work.
    pub(super) work: PathBuf,
    modules: BTreeMap<String, PathBuf>,
}

impl Neighbours {
    /// Reads a go.work, as far as it can be read.
    pub(super) fn read(work: PathBuf) -> Option<Self> {
        let text = fs::read(&work, MAX_GO_MOD).ok()?;
        let file = GoWork::parse("go.work", &text, None).ok()?;
        let dir = work.parent()?;
        let mut modules = BTreeMap::new();
        for used in &file.uses {
            let root = crate::ops::main_modules::clean(&dir.join(&used.path));
            let Ok(text) = fs::read(&root.join("go.mod"), MAX_GO_MOD) else {
                continue;
            };
            if let Ok(file) = GoMod::parse("go.mod", &text, None)
                && let Some(module) = &file.module
            {
                modules.insert(module.path.to_string(), root);
            }
        }
        Some(Self { work, modules })
    }

    /// Reports whether a module of the workspace has a package.
    pub(super) fn has_package(&self, trees: &Trees<'_, '_>, path: &str) -> bool {
        self.modules.iter().any(|(module, root)| {
            let Some(below) = in_module(path, module) else {
                return false;
            };
            let dir = if below.is_empty() {
                root.clone()
            } else {
                root.join(below)
            };
            !trees.is_nested(&dir, root) && trees.has_go_files(&dir).unwrap_or(false)
        })
    }

    fn has_module(&self, path: &str) -> bool {
        self.modules.contains_key(path)
    }
}

/// Why a module concerns the user.
#[derive(Clone, Copy, Debug, Default)]
struct Concern {
    /// An argument decided it.
    decided: bool,
    /// It has a package that matches an argument.
    named: bool,
    /// It has a package that those need.
    needed: bool,
}

type Concerns = BTreeMap<ModuleVersion, Concern>;

impl Resolver<'_, '_, '_> {
    /// Reports packages that are missing, and modules that should not be used.
    pub(super) async fn check_packages(&mut self) -> Result<(), GetError> {
        let mut concerns = Concerns::new();
        for (path, decision) in &self.decided {
            let module = ModuleVersion {
                path: path.clone(),
                version: decision.version.clone(),
            };
            concerns.entry(module).or_default().decided = true;
        }
        let matching = self.arguments.iter();
        let patterns: Vec<String> = matching
            .filter(|argument| argument.matches_packages)
            .map(|argument| argument.pattern.clone())
            .collect();
        let direct = if let Some(work) = self.workspace() {
            self.in_workspace = true;
            Box::pin(self.load_in_workspace(work, patterns, &mut concerns)).await?
        } else {
            if !patterns.is_empty() {
                self.load_and_judge(patterns, &mut concerns).await?;
            }
            self.state().requirements.clone()
        };
        self.warn(&concerns, &direct).await;
        if Extent::Forecast <= self.options.extent {
            self.renew_sums().await;
        }
        self.check()
    }

    async fn load_and_judge(
        &mut self,
        patterns: Vec<String>,
        concerns: &mut Concerns,
    ) -> Result<(), GetError> {
        let loaded = self.load_here(patterns).await?;
        self.judge(self.session, &loaded, concerns);
        self.loaded = Some(loaded);
        Ok(())
    }

    /// Returns go.work where it has the main module.
    fn workspace(&self) -> Option<PathBuf> {
        let near = self.neighbours.as_ref()?;
        let main = self.session.mains.modules.first()?;
        near.has_module(main.module.path.as_str())
            .then(|| near.work.clone())
    }

    /// Loads packages as the workspace sees them, with the go.mod that is to be written.
    async fn load_in_workspace(
        &mut self,
        work: PathBuf,
        patterns: Vec<String>,
        concerns: &mut Concerns,
    ) -> Result<Requirements, GetError> {
        let ctx = self.session.ctx;
        let at = Start {
            work: Some(work),
            go_mod: None,
        };
        let options = load::LoadOptions::default();
        let found = load::find_at(ctx, Purpose::Graph, &options, at, Source::new(ctx)?);
        let (mut mains, mode, source) = Box::pin(found).await?;
        if let Some(main) = self.session.mains.modules.first() {
            let options = CommitOptions::default();
            let requirements = &self.state().requirements;
            let updated = commit::update_go_mod(main, requirements, mode, &options)?.after;
            let shown = ctx.short_path(&main.go_mod);
            let file = GoMod::parse(&shown, &updated, None).map_err(LoadError::Parse)?;
            if let Some(known) = mains
                .modules
                .iter_mut()
                .find(|known| known.root == main.root)
            {
                known.file = file;
            }
        }
        source.read_sums(&mains)?;
        let (session, requirements) = load::start(ctx, Purpose::Graph, mains, mode, source).await?;
        if patterns.is_empty() {
            return Ok(requirements);
        }
        let tags = build_tags(ctx, None);
        let trees = Trees::new(&session, tags.clone());
        let request = self.request(patterns, tags);
        let state = start(&session, requirements).await?;
        let loaded = Box::pin(load_from(&session, &trees, state, &request)).await?;
        loaded.check_integrity()?;
        self.judge(&session, &loaded, concerns);
        let requirements = loaded.state.requirements.clone();
        self.loaded = Some(loaded);
        Ok(requirements)
    }

    /// Reports what is wrong with packages, and notes the modules that have them.
    fn judge(&mut self, session: &Session<'_>, loaded: &Loaded, concerns: &mut Concerns) {
        let packages = &loaded.packages;
        for found in &loaded.matches {
            for error in &found.errors {
                let text = format!("pattern {}: {error}", found.pattern.as_str());
                self.error(FailureKind::Input, text);
            }
            if found.errors.is_empty() && found.packages.is_empty() {
                self.unmatched(found.pattern.as_str());
            }
        }
        let module_of = |id: PackageId| match packages.provider(id) {
            Provider::Module(module) => Some(module.clone()),
            Provider::Main(position) => Some(session.mains.modules[*position].module.clone()),
            Provider::Nobody | Provider::Standard => None,
        };
        for &id in packages.order() {
            let error = loaded.errors.get(&id);
            if let Some(error) = error
                && !is_about_build(error, packages, id)
            {
                let kind = match &**error {
                    PackageError::Module(error) => of_module(error),
                    _ => FailureKind::Input,
                };
                self.error(kind, format!("{}: {error}", stack(packages, id)));
                if let PackageError::Import(ImportError::Ambiguous { places, .. }) = &**error {
                    for module in places.iter().filter_map(|place| place.module.clone()) {
                        concerns.entry(module).or_default().needed = true;
                    }
                }
            }
            if let Some(module) = module_of(id) {
                concerns.entry(module).or_default().needed = true;
            }
        }
        for found in &loaded.matches {
            let named = found.packages.iter().filter_map(|path| packages.find(path));
            for module in named.filter_map(module_of) {
                concerns.entry(module).or_default().named = true;
            }
        }
    }

    /// Tells of modules that their authors deprecated or retracted.
    async fn warn(&mut self, concerns: &Concerns, direct: &Requirements) {
        let session = self.session;
        let concerned = concerns
            .iter()
            .filter(|(module, _)| !module.path.as_str().is_empty());
        let concerned: Vec<_> = concerned.collect();
        let deprecated = concerned.iter().filter(|(module, concern)| {
            concern.decided
                || concern.named
                || (concern.needed && direct.direct.contains(&module.path))
        });
        let deprecated = deprecated.map(async |(module, _)| {
            let text = deprecation(session, module).await.unwrap_or_default();
            (!text.is_empty()).then(|| {
                format!(
                    "module {} is deprecated: {}",
                    module.path,
                    short_message(&text, "")
                )
            })
        });
        let retracted = concerned.iter().map(async |(module, _)| {
            let why = retraction(session, module).await.ok().flatten()?;
            Some((module.path.clone(), format!("warning: {module}: {why}")))
        });
        let (deprecated, retracted) = tokio::join!(join_all(deprecated), join_all(retracted));
        self.notes.extend(deprecated.into_iter().flatten());
        let retracted: Vec<_> = retracted.into_iter().flatten().collect();
        let name = match retracted.as_slice() {
            [] => return,
            [(path, _)] => path.to_string(),
            [..] => "<module>".to_owned(),
        };
        self.notes
            .extend(retracted.into_iter().map(|(_, note)| note));
        self.notes.push(format!(
            "to switch to the latest unretracted version, run:\n\tgo get {name}@latest"
        ));
    }

    /// Finds the hashes of modules that changed and whose contents go.sum vouched for: builds that worked go on to work.
    async fn renew_sums(&mut self) {
        let session = self.session;
        let mut wanted = Vec::new();
        for module in &self.build_list {
            let Some(old) = self.initial.get(&module.path).filter(|old| !old.is_empty()) else {
                continue;
            };
            if *old == module.version || goversion::is_toolchain(module.path.as_str()) {
                continue;
            }
            let before = ModuleVersion {
                path: module.path.clone(),
                version: old.clone(),
            };
            let (Ok(actual), Ok(before)) = (session.actual(module), session.actual(&before)) else {
                continue;
            };
            if actual != before && !actual.version.is_empty() && session.source.has_sum(&before) {
                wanted.push((module.clone(), old.clone(), actual));
            }
        }
        let renewed = wanted.iter().map(|(_, _, actual)| self.renew_sum(actual));
        let renewed = join_all(renewed).await;
        for ((module, old, actual), renewed) in wanted.into_iter().zip(renewed) {
            if let Err(error) = renewed {
                let text = sum_error(&module, &old, &actual);
                self.error(of_module(&error), format!("{text}: {error}"));
            }
        }
    }

    async fn renew_sum(&self, actual: &ModuleVersion) -> Result<(), ModuleError> {
        let source = &self.session.source;
        if self.options.extent == Extent::Forecast
            && let Some(hash) = source.kept_zip_hash(actual)?
        {
            return source.verify_hash(actual, SumKind::Module, &hash).await;
        }
        source.zip(actual).await.map(drop)
    }
}

fn sum_error(module: &ModuleVersion, old: &Version, actual: &ModuleVersion) -> String {
    let path: &ModulePath = &module.path;
    let is_lower =
        goversion::mod_compare(path.as_str(), module.version.as_str(), old.as_str()).is_lt();
    let verb = if is_lower { "downgraded" } else { "upgraded" };
    let replaced = if actual == module {
        String::new()
    } else {
        format!(" (replaced by {actual})")
    };
    format!(
        "{verb} {path} {old} => {}{replaced}: error finding sum for {actual}",
        module.version
    )
}

/// Reports whether only the build at hand has no use for a package: another one may.
fn is_about_build(error: &PackageError, packages: &Packages, id: PackageId) -> bool {
    let is_somewhere = !matches!(packages.provider(id), Provider::Nobody);
    matches!(error, PackageError::NoFiles) && is_somewhere
}
