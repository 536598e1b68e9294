//! The edits of go.work.

use std::collections::HashSet;

use super::directive::{Go, GoWork, Toolchain, Use};
use super::edit::{
    EditError, add_replace, check_go, check_toolchain, drop_lines, drop_repeated_before,
    set_godebug,
};
use super::quote::auto_quote;
use crate::domain::module::ModuleVersion;

impl GoWork {
    /// Sets the version of the go line.
    pub fn set_go(&mut self, version: &str) -> Result<(), EditError> {
        check_go(version)?;
        let words: [&[u8]; 2] = [b"go", version.as_bytes()];
        if let Some(go) = &mut self.go {
            version.clone_into(&mut go.version);
            self.syntax.update_line(go.line, &words);
        } else {
            let at = self.syntax.first_directive();
            let line = self.syntax.insert_line(at, &words);
            self.go = Some(Go {
                version: version.to_owned(),
                line,
            });
        }
        Ok(())
    }

    /// Drops the go line.
    pub fn drop_go(&mut self) {
        if let Some(go) = self.go.take() {
            self.syntax.remove_line(go.line);
        }
    }

    /// Sets the name of the toolchain line.
    pub fn set_toolchain(&mut self, name: &str) -> Result<(), EditError> {
        check_toolchain(name)?;
        let words: [&[u8]; 2] = [b"toolchain", name.as_bytes()];
        if let Some(toolchain) = &mut self.toolchain {
            name.clone_into(&mut toolchain.name);
            self.syntax.update_line(toolchain.line, &words);
        } else {
            let after_go = self.syntax.find_line(b"go").map(|at| at + 1);
            let at = after_go.unwrap_or_else(|| self.syntax.first_directive());
            let line = self.syntax.insert_line(at, &words);
            self.toolchain = Some(Toolchain {
                name: name.to_owned(),
                line,
            });
        }
        Ok(())
    }

    /// Drops the toolchain line.
    pub fn drop_toolchain(&mut self) {
        if let Some(toolchain) = self.toolchain.take() {
            self.syntax.remove_line(toolchain.line);
        }
    }

    /// Sets a `godebug` key: on its first line, or on a new one; further lines of the key go.
    pub fn set_godebug(&mut self, key: &str, value: &str) {
        set_godebug(&mut self.syntax, &mut self.godebug, key, value);
    }

    /// Drops all lines of a `godebug` key.
    pub fn drop_godebug(&mut self, key: &str) {
        drop_lines(&mut self.syntax, &mut self.godebug, |item| {
            (item.key == key).then_some(item.line)
        });
    }

    /// Adds a `use` line, or sets the module path of the one there is; further lines of the directory go.
    pub fn add_use(&mut self, path: &str, module_path: &str) {
        let quoted = auto_quote(path.as_bytes());
        let mut need = true;
        let syntax = &mut self.syntax;
        self.uses.retain_mut(|item| {
            if item.path != path {
                return true;
            }
            if !std::mem::take(&mut need) {
                syntax.remove_line(item.line);
                return false;
            }
            module_path.clone_into(&mut item.module_path);
            syntax.update_line(item.line, &[b"use", &quoted]);
            true
        });
        if need {
            self.add_new_use(path, module_path);
        }
    }

    /// Adds a `use` line after the last one, whether or not there is one of that directory.
    pub fn add_new_use(&mut self, path: &str, module_path: &str) {
        let line = self
            .syntax
            .add_line(None, &[b"use", &auto_quote(path.as_bytes())]);
        self.uses.push(Use {
            path: path.to_owned(),
            module_path: module_path.to_owned(),
            line,
        });
    }

    /// Sets the `use` lines to exactly these directories, and sorts.
    pub fn set_uses(&mut self, directories: &[(&str, &str)]) {
        let syntax = &mut self.syntax;
        self.uses.retain_mut(|item| {
            if let Some((_, module_path)) = directories.iter().rfind(|(path, _)| *path == item.path)
            {
                (*module_path).clone_into(&mut item.module_path);
                true
            } else {
                syntax.remove_line(item.line);
                false
            }
        });
        for (path, module_path) in directories {
            if !self.uses.iter().any(|item| item.path == *path) {
                self.add_new_use(path, module_path);
            }
        }
        self.sort_blocks();
    }

    /// Drops the `use` lines of a directory.
    pub fn drop_use(&mut self, path: &str) {
        drop_lines(&mut self.syntax, &mut self.uses, |item| {
            (item.path == path).then_some(item.line)
        });
    }

    /// Sets the replacement of a module version, or of all versions where the old version is empty.
    pub fn add_replace(&mut self, old: &ModuleVersion, new: &ModuleVersion) {
        add_replace(&mut self.syntax, &mut self.replace, old, new);
    }

    /// Drops the replacement of a module version, or that of all versions where the version is empty.
    pub fn drop_replace(&mut self, old: &ModuleVersion) {
        drop_lines(&mut self.syntax, &mut self.replace, |item| {
            (item.old == *old).then_some(item.line)
        });
    }

    /// Sorts the lines of each block, and drops `replace` lines of which a later one says the same.
    pub fn sort_blocks(&mut self) {
        let mut dropped = HashSet::new();
        drop_repeated_before(&mut self.replace, &mut dropped);
        self.syntax.drop_lines(&dropped);
        self.syntax.sort_plainly();
    }

    /// Takes dropped lines out of the tree, and blocks that became empty or single.
    pub fn cleanup(&mut self) {
        self.uses.retain(|item| !item.path.is_empty());
        self.replace
            .retain(|item| !item.old.path.as_str().is_empty());
        self.syntax.cleanup();
    }
}
