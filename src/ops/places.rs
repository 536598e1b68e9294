//! Where go.mod files say what they say: the file and the line of a requirement, of a replacement or of a `go` line.
//!
//! Files of other modules are read only when somebody asks about them: a report shows a few edges of a large graph.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::files::Files;
use super::load::MAX_GO_MOD;
use super::main_modules::MainModule;
use super::session::Session;
use crate::domain::modfile::{GoMod, LineId, Syntax};
use crate::domain::module::ModuleVersion;
use crate::domain::mvs::statements::Stated;

/// A line of a go.mod or go.work file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The file: a path as the user knows it, or `module@version/go.mod` of another module.
    pub file: String,
    /// Counts from one.
    pub line: usize,
    /// The text of the line, without what surrounds it.
    pub text: String,
}

/// A requirement of one module version by another, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Who requires.
    pub from: ModuleVersion,
    /// What is required.
    pub to: ModuleVersion,
    /// Where; none where no line says so, as for a root that Go raises in memory.
    pub line: Option<Line>,
    /// Whether the line has the comment `// indirect`.
    pub is_indirect: bool,
}

/// The go.mod files of one run.
pub struct Places<'s, 'a> {
    session: &'s Session<'a>,
    files: Mutex<HashMap<ModuleVersion, Option<Arc<File>>>>,
}

/// A go.mod of another module, and its name.
struct File {
    name: String,
    file: GoMod,
}

impl<'s, 'a> Places<'s, 'a> {
    /// Reads nothing yet.
    pub fn new(session: &'s Session<'a>) -> Self {
        Self {
            session,
            files: Mutex::default(),
        }
    }

    /// Returns the requirement of `to` by `from`, with its line.
    pub fn edge(&self, from: &ModuleVersion, to: &ModuleVersion) -> Edge {
        let (line, is_indirect) = match self.main(from) {
            Some(main) => located(&self.name_of(main), requirement(&main.file, to)),
            None => match self.known(from, to) {
                Some(known) => known,
                None => match self.stated(from) {
                    Some(stated) => located(&stated.name, requirement(&stated.file, to)),
                    None => (None, false),
                },
            },
        };
        Edge {
            from: from.clone(),
            to: to.clone(),
            line,
            is_indirect,
        }
    }

    /// Returns where a requirement stands as far as an earlier run knows.
    fn known(&self, from: &ModuleVersion, to: &ModuleVersion) -> Option<(Option<Line>, bool)> {
        let stated = self
            .session
            .source
            .earlier
            .as_ref()?
            .requirement(from, to)?;
        let actual = self.session.actual(from).ok()?;
        Some(located(&format!("{actual}/go.mod"), stated))
    }

    /// Returns the requirements along a chain.
    pub fn chain(&self, modules: &[ModuleVersion]) -> Vec<Edge> {
        let pairs = modules.windows(2);
        pairs.map(|pair| self.edge(&pair[0], &pair[1])).collect()
    }

    /// Returns a line of a main module's go.mod.
    pub fn of_main(&self, main: &MainModule, line: LineId) -> Line {
        place(main.file.syntax(), &self.name_of(main), line)
    }

    /// Returns a line of go.work.
    pub fn of_work(&self, line: LineId) -> Option<Line> {
        let work = self.session.mains.work.as_ref()?;
        let name = self.name(&work.path);
        Some(place(work.file.syntax(), &name, line))
    }

    /// Names a main module's go.mod as the user knows it.
    pub fn name_of(&self, main: &MainModule) -> String {
        self.name(&main.go_mod)
    }

    fn name(&self, path: &Path) -> String {
        match self.session.source.files() {
            Files::Revision(files) if path.starts_with(&files.root) => {
                let inside = path.strip_prefix(&files.root).unwrap_or(path);
                let inside = inside.to_string_lossy().replace('\\', "/");
                format!("{}:{inside}", files.name)
            }
            _ => self.session.ctx.short_path(path),
        }
    }

    fn main(&self, module: &ModuleVersion) -> Option<&'s MainModule> {
        let is_main = module.version.is_empty();
        self.session.mains.find(&module.path).filter(|_| is_main)
    }

    /// Returns the go.mod that stands for a module version.
    fn stated(&self, module: &ModuleVersion) -> Option<Arc<File>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let stated = files
            .entry(module.clone())
            .or_insert_with(|| self.read(module));
        stated.clone()
    }

    fn read(&self, module: &ModuleVersion) -> Option<Arc<File>> {
        let actual = self.session.actual(module).ok()?;
        let (name, text) = if actual.version.is_empty() {
            let path = Path::new(actual.path.as_str()).join("go.mod");
            let text = self.session.source.files().read(&path, MAX_GO_MOD).ok()?;
            (self.name(&path), text)
        } else {
            let text = self.session.source.verified_text(&actual)?;
            (format!("{actual}/go.mod"), text)
        };
        let file = GoMod::parse_lax(&name, &text, None).ok()?;
        Some(Arc::new(File { name, file }))
    }
}

/// Returns where a go.mod says that it requires `to`; `go` and `toolchain` have lines of their own.
pub(super) fn requirement(file: &GoMod, to: &ModuleVersion) -> Option<Stated> {
    let go = || {
        file.go
            .as_ref()
            .filter(|go| go.version == to.version.as_str())
    };
    let toolchain = || {
        let line = file.toolchain.as_ref();
        line.filter(|line| line.name == to.version.as_str())
    };
    let (line, is_indirect) = match to.path.as_str() {
        "go" => (go()?.line, false),
        "toolchain" => (toolchain()?.line, false),
        _ => {
            let require = file.require.iter().find(|line| line.module == *to)?;
            (require.line, require.indirect)
        }
    };
    Some(Stated {
        line: file.syntax().position(line).line as usize,
        text: file.syntax().line_text(line),
        is_indirect,
    })
}

fn located(name: &str, stated: Option<Stated>) -> (Option<Line>, bool) {
    let Some(stated) = stated else {
        return (None, false);
    };
    let line = Line {
        file: name.to_owned(),
        line: stated.line,
        text: stated.text,
    };
    (Some(line), stated.is_indirect)
}

fn place(syntax: &Syntax, name: &str, line: LineId) -> Line {
    Line {
        file: name.to_owned(),
        line: syntax.position(line).line as usize,
        text: syntax.line_text(line),
    }
}
