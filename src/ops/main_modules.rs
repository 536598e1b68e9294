//! The main modules: go.mod of the module at hand, or go.work and the go.mod of each member.
//!
//! See <https://go.dev/ref/mod#workspaces>.

use std::collections::{BTreeSet, HashSet};
use std::path::{Component, Path, PathBuf};

use crate::domain::modfile::{GoMod, GoWork, Replace};
use crate::domain::module::{ModulePath, ModuleVersion, Version, goversion};
use crate::domain::mvs::Pruning;
use crate::domain::mvs::replace::{Found, ReplaceConflict, ReplaceMap, Replacement, Replacements};
use crate::domain::mvs::roots::Requirements;

/// The Go version of a go.mod without a `go` line.
pub use crate::domain::module::goversion::DEFAULT_GO_MOD;

/// The Go version of a go.work without a `go` line.
pub use crate::domain::module::goversion::DEFAULT_GO_WORK;

/// One main module.
pub struct MainModule {
    /// Its path, with the empty version.
    pub module: ModuleVersion,
    /// Its directory.
    pub root: PathBuf,
    /// Its go.mod; elsewhere than in its directory with `-modfile`.
    pub go_mod: PathBuf,
    /// Its go.mod, parsed.
    pub file: GoMod,
    /// Its go.mod as it was read.
    pub text: Vec<u8>,
    /// Whether versions in it were queries or not canonical.
    pub fixed: bool,
}

/// A workspace file.
pub struct Workspace {
    /// Where go.work is.
    pub path: PathBuf,
    /// go.work, parsed.
    pub file: GoWork,
}

/// The main modules, in the order of go.work.
pub struct MainModules {
    /// At least one, but for an empty workspace.
    pub modules: Vec<MainModule>,
    /// The workspace, if there is one.
    pub work: Option<Workspace>,
    /// What their go.mod files and go.work replace and exclude.
    pub replacements: Replacements,
}

impl MainModule {
    /// Returns the version of its `go` line, or what Go takes instead.
    pub fn go_version(&self) -> &str {
        self.file
            .go
            .as_ref()
            .map_or(DEFAULT_GO_MOD, |go| go.version.as_str())
    }
}

impl MainModules {
    /// Reports whether `path` is a main module's.
    pub fn contains(&self, path: &ModulePath) -> bool {
        self.find(path).is_some()
    }

    /// Returns the main module with the given path.
    pub fn find(&self, path: &ModulePath) -> Option<&MainModule> {
        self.modules.iter().find(|main| main.module.path == *path)
    }

    /// Returns the directory that relative replacement paths start from.
    pub fn base_dir(&self) -> &Path {
        match &self.work {
            Some(work) => work.path.parent().unwrap_or(&work.path),
            None => self
                .modules
                .first()
                .map_or(Path::new("."), |main| &main.root),
        }
    }

    /// Reports whether a directory stands for a module.
    pub fn is_replaced_by_dir(&self, module: &ModuleVersion) -> bool {
        let found = self.replacements.get(module).ok().flatten();
        found.is_some_and(|found| found.new.version.is_empty())
    }

    /// Returns the directories that stand for modules.
    pub(super) fn replaced_dirs(&self) -> Vec<PathBuf> {
        let mut dirs = Vec::new();
        // The modules of a repository name each other as `../other`: one of many such lines is enough.
        let mut beside = HashSet::new();
        let mut add = |base: &Path, lines: &[Replace]| {
            let parent = base.parent().unwrap_or(base).as_os_str().to_owned();
            for line in lines.iter().filter(|line| line.new.version.is_empty()) {
                let path = &line.new.path;
                if is_beside(path.as_str()) && !beside.insert((parent.clone(), path.clone())) {
                    continue;
                }
                dirs.push(clean(&base.join(path.as_str())));
            }
        };
        if let Some(work) = &self.work {
            add(self.base_dir(), &work.file.replace);
        }
        for main in &self.modules {
            add(&main.root, &main.file.replace);
        }
        dirs
    }

    /// Returns a replacement as the go command shows it: a directory relative to go.work or to the main module.
    pub fn shown_replacement(&self, found: Found<'_>) -> ModuleVersion {
        let path = Path::new(found.new.path.as_str());
        let (Some(work), Some(member)) = (&self.work, found.member) else {
            return found.new.clone();
        };
        if !found.new.version.is_empty() || path.is_absolute() {
            return found.new.clone();
        }
        let dir = clean(&self.modules[member].root.join(path));
        unversioned(&relative(work.path.parent().unwrap_or(&work.path), &dir))
    }

    /// Returns where the go.sum files are or would be: that of go.work first, then that of each module.
    pub fn sum_files(&self) -> Vec<PathBuf> {
        let of_work = self.work.iter().map(|work| {
            let mut name = work.path.clone().into_os_string();
            name.push(".sum");
            PathBuf::from(name)
        });
        let modules = self.modules.iter();
        let of_modules = modules.map(|main| main.go_mod.with_extension("sum"));
        of_work.chain(of_modules).collect()
    }

    /// Returns the Go version of the whole: go.work's, or the module's.
    pub fn go_version(&self) -> &str {
        match &self.work {
            Some(work) => work
                .file
                .go
                .as_ref()
                .map_or(DEFAULT_GO_WORK, |go| go.version.as_str()),
            None => self
                .modules
                .first()
                .map_or(DEFAULT_GO_MOD, MainModule::go_version),
        }
    }

    /// Returns the root requirements, and those dropped because they are excluded.
    pub fn requirements(&self) -> (Requirements, Vec<ModuleVersion>) {
        match &self.work {
            Some(work) => (self.workspace_requirements(work), Vec::new()),
            None => self.module_requirements(),
        }
    }

    fn workspace_requirements(&self, work: &Workspace) -> Requirements {
        let mut roots: Vec<_> = self
            .modules
            .iter()
            .map(|main| main.module.clone())
            .collect();
        // Without any member the go command forgets what go.work says of Go.
        let go = if roots.is_empty() {
            DEFAULT_GO_WORK
        } else {
            self.go_version()
        };
        roots.push(ModuleVersion::new("go", go));
        if let Some(toolchain) = &work.file.toolchain {
            roots.push(ModuleVersion::new("toolchain", toolchain.name.as_str()));
        }
        let required = self.modules.iter().flat_map(|main| &main.file.require);
        let direct = required
            .filter(|line| !line.indirect)
            .map(|line| line.module.path.clone())
            .collect();
        Requirements::new(Pruning::Workspace, roots, direct)
    }

    fn module_requirements(&self) -> (Requirements, Vec<ModuleVersion>) {
        let Some(main) = self.modules.first() else {
            let go = vec![ModuleVersion::new("go", DEFAULT_GO_MOD)];
            return (
                Requirements::new(Pruning::Unpruned, go, BTreeSet::new()),
                Vec::new(),
            );
        };
        let mut roots = Vec::new();
        let mut excluded = Vec::new();
        let mut direct = BTreeSet::from([ModulePath::new("go")]);
        for line in &main.file.require {
            if self.replacements.is_excluded(&line.module) {
                excluded.push(line.module.clone());
                continue;
            }
            roots.push(line.module.clone());
            if !line.indirect {
                direct.insert(line.module.path.clone());
            }
        }
        roots.push(ModuleVersion::new("go", main.go_version()));
        if let Some(toolchain) = &main.file.toolchain {
            roots.push(ModuleVersion::new("toolchain", toolchain.name.as_str()));
        }
        let pruning = Pruning::of_go_version(main.go_version());
        (Requirements::new(pruning, roots, direct), excluded)
    }
}

/// Puts the `replace` and `exclude` lines of all files together.
pub(super) fn replacements(
    modules: &[MainModule],
    work: Option<&Workspace>,
) -> Result<Replacements, ReplaceConflict> {
    let work_map = match work {
        Some(work) => ReplaceMap::new(&lines(&work.file.replace))?,
        None => ReplaceMap::default(),
    };
    let mut maps = Vec::with_capacity(modules.len());
    for main in modules {
        maps.push(ReplaceMap::new(&lines(&main.file.replace))?);
    }
    let excluded: HashSet<_> = modules
        .iter()
        .flat_map(|main| main.file.exclude.iter().map(|line| line.module.clone()))
        .collect();
    let place = |member: usize, new: &ModuleVersion| {
        let is_relative = new.version.is_empty() && !Path::new(new.path.as_str()).is_absolute();
        (is_relative && work.is_some())
            .then(|| clean(&modules[member].root.join(new.path.as_str())))
    };
    let parent = |member: usize| modules[member].root.parent().map(Path::as_os_str);
    Replacements::new(work_map, maps, excluded, |a, first, b, second| {
        // Most lines of a repository's modules are of this form.
        if first == second && is_beside(first.path.as_str()) && parent(a) == parent(b) {
            return true;
        }
        match (place(a, first), place(b, second)) {
            (None, None) => first == second,
            (a, b) => a == b,
        }
    })
}

fn lines(lines: &[Replace]) -> Vec<Replacement> {
    lines
        .iter()
        .map(|line| Replacement {
            old: line.old.clone(),
            new: line.new.clone(),
        })
        .collect()
}

/// Returns `path` without `.` and `..`, by its text alone.
pub(super) fn clean(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _)
            | (Component::ParentDir, Some(Component::RootDir | Component::Prefix(_))) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let mut clean = PathBuf::with_capacity(path.as_os_str().len());
    clean.extend(parts);
    clean
}

/// Reports whether a relative path leads out of its directory first.
fn is_beside(path: &str) -> bool {
    path.starts_with("../")
}

/// Returns the empty version with `path`: a main module or a directory.
pub(super) fn unversioned(path: &str) -> ModuleVersion {
    ModuleVersion {
        path: ModulePath::new(path),
        version: Version::none(),
    }
}

/// Reports whether `path` names no module but Go itself.
pub(super) fn is_toolchain(path: &ModulePath) -> bool {
    goversion::is_toolchain(path.as_str())
}

/// Returns `dir` as a path relative to `base` that starts with a dot.
fn relative(base: &Path, dir: &Path) -> String {
    let common = base
        .components()
        .zip(dir.components())
        .take_while(|(a, b)| a == b)
        .count();
    let mut parts: Vec<String> = base
        .components()
        .skip(common)
        .map(|_| "..".to_owned())
        .collect();
    let rest = dir
        .components()
        .skip(common)
        .filter(|part| matches!(part, Component::Normal(_)));
    parts.extend(rest.map(|part| part.as_os_str().to_string_lossy().into_owned()));
    match parts.first().map(String::as_str) {
        None => ".".to_owned(),
        Some("..") => parts.join("/"),
        Some(_) => format!("./{}", parts.join("/")),
    }
}
