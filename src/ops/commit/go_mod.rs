//! go.mod as the requirements want it. See <https://go.dev/ref/mod#go-mod-file-updates>.

use std::collections::HashMap;

use super::plan::Options;
use crate::domain::modfile::GoMod;
use crate::domain::modfile::edit::{EditError, Requirement};
use crate::domain::module::{ModuleVersion, goversion};
use crate::domain::mvs::roots::Requirements;
use crate::ops::load::Mode;
use crate::ops::main_modules::{DEFAULT_GO_MOD, MainModule};

/// From this version of Go on, indirect requirements stand in a block of their own.
const SEPARATE_INDIRECT: &str = "1.17";

/// The first version of Go with toolchain lines.
const STRICT: &str = "1.21";

/// go.mod, brought in line with requirements.
pub(in crate::ops) struct Updated {
    /// The old text, formatted.
    pub before: Vec<u8>,
    /// The new text.
    pub after: Vec<u8>,
    /// Whether it says something else than before.
    pub is_changed: bool,
}

/// Brings go.mod in line with `requirements`.
pub(in crate::ops) fn update(
    main: &MainModule,
    requirements: &Requirements,
    mode: Mode,
    options: &Options,
) -> Result<Updated, EditError> {
    let mut file = main.file.clone();
    let always = mode == Mode::Mod || options.is_tidy();
    if let (None, true, Some(added)) = (&file.go, always, &options.added_go) {
        // A go line that had to be added while go.mod was read counts as having been there.
        file.set_go(added)?;
    }
    let before = file.format();
    let root = |name: &str| {
        let found = requirements
            .roots
            .iter()
            .find(|root| root.path.as_str() == name);
        found.map(|root| root.version.as_str())
    };
    let go = root("go").unwrap_or(DEFAULT_GO_MOD);
    let is_implied = file.go.is_none() && go == DEFAULT_GO_MOD && !always;
    if !is_implied && file.go.as_ref().is_none_or(|line| line.version != go) {
        file.set_go(go)?;
    }
    let of_go = format!("go{go}");
    let toolchain = root("toolchain").unwrap_or(&of_go);
    let is_old = goversion::compare(goversion::from_toolchain(toolchain), STRICT).is_lt();
    let is_explicit = options.explicit_toolchain;
    if options.drop_toolchain || toolchain == of_go || (is_old && !is_explicit) {
        file.drop_toolchain();
    } else {
        file.set_toolchain(toolchain)?;
    }
    for tool in &options.add_tools {
        file.add_tool(tool);
    }
    for tool in &options.drop_tools {
        file.drop_tool(tool);
    }
    let wanted = wanted(requirements);
    if goversion::compare(go, SEPARATE_INDIRECT).is_lt() {
        file.set_require(&wanted)?;
    } else {
        file.set_require_separate_indirect(&wanted)?;
    }
    file.cleanup();
    let is_changed = main.fixed
        || !options.add_tools.is_empty()
        || !options.drop_tools.is_empty()
        || says_something_else(&main.file, &file, mode);
    Ok(Updated {
        before,
        after: file.format(),
        is_changed,
    })
}

fn wanted(requirements: &Requirements) -> Vec<Requirement> {
    let modules = requirements.roots.iter();
    let modules = modules.filter(|root| !goversion::is_toolchain(root.path.as_str()));
    modules
        .map(|root| Requirement {
            module: root.clone(),
            indirect: !requirements.direct.contains(&root.path),
        })
        .collect()
}

/// Reports whether the meaning differs; where nothing may be written, wrong marks of `// indirect` do not count.
fn says_something_else(old: &GoMod, new: &GoMod, mode: Mode) -> bool {
    fn go(file: &GoMod) -> Option<&str> {
        file.go.as_ref().map(|line| line.version.as_str())
    }
    fn toolchain(file: &GoMod) -> Option<&str> {
        file.toolchain.as_ref().map(|line| line.name.as_str())
    }
    let lines = |file: &GoMod| -> HashMap<ModuleVersion, bool> {
        let lines = file.require.iter();
        lines
            .map(|line| (line.module.clone(), line.indirect))
            .collect()
    };
    if go(old) != go(new) || toolchain(old) != toolchain(new) {
        return true;
    }
    let listed = lines(old);
    listed.len() != new.require.len()
        || new
            .require
            .iter()
            .any(|line| match listed.get(&line.module) {
                None => true,
                Some(indirect) => *indirect != line.indirect && mode != Mode::Readonly,
            })
}
